"""Java's regular expressions, told to Python's `re`: https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html."""

import functools
import re
from collections.abc import Callable
from typing import Final

from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.steady_regex import matches, steady

# How many steps an expression may take in `re` before it is matched in another way, or not at all: a second's worth.
_MAX_STEPS: Final = 1e8

_TOKEN: Final = re.compile(
    r"""\\Q(?P<quoted>.*?)(?:\\E|$)|\\(?P<not>[pP])\{(?P<property>\w+)\}|\\k<(?P<reference>[A-Za-z][A-Za-z0-9]*)>|"""
    r"""(?P<group>\(\?<(?=[A-Za-z]))|\\(?P<escaped>.)|(?P<opening>\[\^?)|(?P<closing>\])|(?P<odd>&&|--|~~|\|\|)|.""",
    re.DOTALL,
)
_PROPERTIES: Final = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "XDigit": "0-9a-fA-F",
    "Space": r"\s",
    "Blank": r" \t",
    "Punct": r"!-/:-@\[-`{-~",
}


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression, compiled; its letters and digits are ASCII's, as in Java.

    Raises:
        MappingError: It is none, or Python has no such thing.
    """
    try:
        return re.compile(_spelled(pattern), re.ASCII)
    except (ValueError, re.error, OverflowError, RecursionError) as error:
        raise MappingError(f"{pattern!r:.200} is no regular expression that can be simulated: {error}") from error


def fullmatch(text: str, pattern: str) -> bool:
    """`text.matches(pattern)`: whether the whole text matches.

    Raises:
        MappingError: The expression is none, or it would take too long.
    """
    expression = compiled(pattern)
    try:
        read = steady(expression.pattern, anchored=True)
        if read.takes(len(text)) <= _MAX_STEPS:
            return expression.fullmatch(text) is not None
        if read.is_regular:
            return matches(read, text)
    except RecursionError as error:
        raise MappingError(f"{pattern!r:.200} is nested too deeply to be simulated") from error
    raise _too_long(text, pattern)


def search_all(text: str, pattern: str) -> re.Pattern[str]:
    """The expression, for going through the text with it.

    Raises:
        MappingError: The expression is none, or it may take too long.
    """
    expression = compiled(pattern)
    read = steady(expression.pattern, anchored=False)
    # From each character it starts anew, unless nothing after a choice can fail.
    if read.takes(len(text)) * (len(text) if read.choices else 1) > _MAX_STEPS:
        raise _too_long(text, pattern)
    return expression


def _too_long(text: str, pattern: str) -> MappingError:
    return MappingError(
        f"the regular expression {pattern!r:.200} may take for ever on {len(text):,} characters, and is not tried"
    )


def _spelled(pattern: str) -> str:
    """Java's expression as `re` spells it."""
    pieces, in_class, begins = [], False, False
    for token in _TOKEN.finditer(pattern):
        piece, text = token[0], ""
        if token["quoted"] is not None:
            text = re.escape(token["quoted"])
        elif token["property"] is not None:
            text = _property(token, in_class=in_class)
        elif token["reference"] is not None:
            text = f"(?P={token['reference']})"
        elif token["group"] and not in_class:
            text = "(?P<"
        elif token["escaped"] == "z" and not in_class:
            text = r"\Z"
        elif token["escaped"] == "h":
            text = r" \t" if in_class else r"[ \t]"
        elif in_class and (token["opening"] or token["odd"] == "&&"):
            raise ValueError("it has a class of characters within another")
        elif in_class and token["odd"]:
            text = piece[0] + "\\" + piece[1]  # what it is, and no operator of times to come
        pieces.append(text or piece)
        if not in_class:
            in_class = begins = bool(token["opening"])
        else:
            in_class, begins = begins or not token["closing"], False
    return "".join(pieces)


def _property(token: re.Match[str], *, in_class: bool) -> str:
    characters = _PROPERTIES.get(token["property"])
    if characters is None or (in_class and token["not"] == "P"):
        raise ValueError(f"{token[0]} is not known")
    return characters if in_class else f"[{'^' if token['not'] == 'P' else ''}{characters}]"


def split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """`text.split(pattern, limit)`: without the empty strings at the end where the limit is 0."""
    if limit == 1:
        return [text]
    parts: list[str] = []
    start = 0
    for found in search_all(text, pattern).finditer(text):
        if limit > 0 and len(parts) == limit - 1:
            break
        if found.end() == 0:  # Java 8: nothing before the text is no part
            continue
        if found.start() == found.end() == len(text):
            break
        parts.append(text[start : found.start()])
        start = found.end()
    if not parts:
        return [text]  # as it is where nothing splits it, the empty string too
    parts.append(text[start:])
    while limit == 0 and parts and not parts[-1]:
        parts.pop()
    return parts


def replacement(text: str) -> Callable[[re.Match[str]], str]:
    """What `replaceAll` writes: `$1` and `${name}` are groups, and a backslash takes the next character as it is."""
    pieces = re.findall(r"\\(.)|\$([0-9])|\$\{([A-Za-z][A-Za-z0-9]*)\}|([^\\$]+)|(.)", text, re.DOTALL)
    if any(odd for *_, odd in pieces):
        raise ValueError(f"the replacement {text!r} ends in the middle")

    def write(found: re.Match[str]) -> str:
        return "".join(
            plain or escaped or found[int(number) if number else name] or ""
            for escaped, number, name, plain, _ in pieces
        )

    return write
