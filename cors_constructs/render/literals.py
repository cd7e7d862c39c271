"""Values between the single quotes of API Gateway: a fixed header, and a string in a mapping template.

Neither has an escape for a quote
(https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html), and a
double-quoted Velocity string runs what it holds. So there is one way to write a value; what does not fit is refused.
"""

import re
from typing import Final

# Deploy-time values: what they will be is not known here. A parameter whose value holds a quote spoils its own API's
# preflight, which is the deployer's to see; no request can put anything there.
_TOKEN: Final = re.compile(r"\$\{Token\[[a-zA-Z0-9:._-]+\]\}")

# "'" ends the string, "$" and "#" start references and directives, and engines disagree on what "\" escapes.
_UNSAFE: Final = re.compile(r"[^\x20-\x7e]|['$#\\]")
_UNSAFE_IN_REGEX: Final = re.compile(r"[^\x20-\x7e]|['$#]")


def literal(value: str) -> str:
    """A header's value, or a string of a mapping template: ``'value'``. Tokens of the CDK may stand in it.

    Raises:
        ValueError: The value holds a single quote, ``$``, ``#``, a backslash, or anything but printable ASCII.
    """
    _check(_TOKEN.sub("", value), _UNSAFE)
    return f"'{value}'"


def anchored(regex: str) -> str:
    """A regular expression for a whole text, as a string of a mapping template: ``'^regex$'``.

    A dot is written as ``[.]``: some engines that imitate API Gateway's know no backslash in a string.

    Raises:
        ValueError: As from `literal`, but for the backslash.
    """
    _check(regex, _UNSAFE_IN_REGEX)
    dotted = regex.replace(r"\.", "[.]")
    return f"'^{dotted}$'"


def _check(value: str, unsafe: re.Pattern[str]) -> None:
    found = unsafe.search(value)
    if found:
        raise ValueError(f"{value!r} cannot stand between API Gateway's single quotes: it holds {found.group()!r}")
