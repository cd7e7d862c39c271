"""Values known only at deployment, as the CDK writes them into strings, lists and numbers.

The CDK stands a marker in for such a value: `${Token[Name.12]}` in a string, `#{Token[Name.13]}` as the only item of a
list, a huge negative number for a number. See https://docs.aws.amazon.com/cdk/v2/guide/tokens.html.
"""

import re
from collections.abc import Callable

_KEY = r"\{Token\[[a-zA-Z0-9:._-]+\]\}"
_STRING_TOKEN = re.compile(r"\$" + _KEY)
_LIST_TOKEN = re.compile("#" + _KEY)
_ANY_TOKEN = re.compile("[$#]" + _KEY)

# The CDK keeps a number token's id in the low 48 bits of a double whose high bits are 0xFBFF.
_LEAST_NUMBER_TOKEN, _GREATEST_NUMBER_TOKEN = -1.95e289, -1.88e289


def is_string_token(text: str) -> bool:
    """Whether the text is one string token and nothing else."""
    return _STRING_TOKEN.fullmatch(text) is not None


def is_list_token(text: str) -> bool:
    """Whether the text is a list token and nothing else."""
    return _LIST_TOKEN.fullmatch(text) is not None


def holds_token(text: str) -> bool:
    """Whether a string or list token stands anywhere in the text."""
    return _ANY_TOKEN.search(text) is not None


def holds_list_token(text: str) -> bool:
    """Whether a list token stands anywhere in the text."""
    return _LIST_TOKEN.search(text) is not None


def starts_with_token(text: str) -> bool:
    """Whether the text begins with a string token."""
    return _STRING_TOKEN.match(text) is not None


def is_number_token(value: float) -> bool:
    """Whether a number stands for one known only at deployment."""
    return _LEAST_NUMBER_TOKEN < value < _GREATEST_NUMBER_TOKEN


def stand_in(text: str) -> tuple[str, Callable[[str], str]]:
    """Puts harmless text where string tokens stand, so that the rest can be read.

    A token after a colon becomes a port, any other a label (or a piece of one).

    Returns:
        The text without tokens, and a function that puts the tokens back into another text.
    """
    tokens: dict[str, str] = {}

    def replacement(match: re.Match[str]) -> str:
        is_port = match.string[: match.start()].endswith(":")
        standing = _unused(text, tokens, "5{:04}" if is_port else "z{}z")
        tokens[standing] = match.group()
        return standing

    def restore(other: str) -> str:
        for standing, token in tokens.items():
            other = other.replace(standing, token)
        return other

    return _STRING_TOKEN.sub(replacement, text), restore


def _unused(text: str, taken: dict[str, str], form: str) -> str:
    number = 0
    while form.format(number) in text.lower() or form.format(number) in taken:
        number += 1
    return form.format(number)
