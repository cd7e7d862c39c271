"""Java's regular expressions, told to Python's `re`: https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html."""

import functools
import re
from collections.abc import Callable
from typing import Final

from cors_constructs.simulate.vtl.error import MappingError

# Written in another way, or of another meaning. (Possessive quantifiers and atomic groups are Python's from 3.11.)
_SPELLINGS: Final = (
    (re.compile(r"\(\?<(?=[A-Za-z])"), "(?P<"),
    (re.compile(r"(?<!\\)((?:\\\\)*)\\k<([A-Za-z][A-Za-z0-9]*)>"), r"\1(?P=\2)"),
    (re.compile(r"(?<!\\)((?:\\\\)*)\\z"), r"\1\\Z"),
    (re.compile(r"(?<!\\)((?:\\\\)*)\\h"), r"\1[ \\t]"),
)
_QUOTED: Final = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)


@functools.lru_cache(maxsize=256)
def search_all(pattern: str) -> re.Pattern[str]:
    """The expression, compiled; its letters and digits are ASCII's, as in Java.

    Raises:
        MappingError: It is none, or Python has no such thing.
    """
    spelled = _QUOTED.sub(lambda quoted: re.escape(quoted[1]), pattern)
    for java, python in _SPELLINGS:
        spelled = java.sub(python, spelled)
    try:
        return re.compile(spelled, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise MappingError(f"{pattern!r} is no regular expression that can be simulated: {error}") from error


def fullmatch(text: str, pattern: str) -> bool:
    """`text.matches(pattern)`: whether the whole text matches."""
    return search_all(pattern).fullmatch(text) is not None


def split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """`text.split(pattern, limit)`: without the empty strings at the end where the limit is 0."""
    if limit == 1:
        return [text]
    parts: list[str] = []
    start = 0
    for found in search_all(pattern).finditer(text):
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
