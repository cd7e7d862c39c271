"""Texts that a regular expression matches, or nearly: one for each way its alternatives go.

Enough for origins: what is too clever is overlooked, and a sample proves nothing until it has been tried.
"""

import re
from collections.abc import Iterator
from typing import Final

_CLASSES: Final = {
    "d": "7",
    "w": "a",
    "s": " ",
    "D": "a",
    "W": "-",
    "S": "a",
    "b": "",
    "B": "",
    "A": "",
    "Z": "",
    "z": "",
}
_MOST: Final = 6
_DEEPEST: Final = 50
_LONGEST: Final = 300  # longer than any origin
# https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html
_QUOTED: Final = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_FLAGS: Final = re.compile(r"\(\?[a-zA-Z]+(:|\))")


def samples(pattern: str) -> Iterator[str]:
    """Texts for a pattern: with and without what may be left out, and for each of its first alternatives."""
    seen = set()
    for optional in (False, True):
        for choice in range(_MOST):
            text = _Sampler(pattern, choice, optional=optional).all()
            if text not in seen:
                seen.add(text)
                yield text


def _without_flags(group: re.Match[str]) -> str:
    return "(?:" if group.group(1) == ":" else ""


class _Sampler:
    """One walk through a pattern."""

    def __init__(self, pattern: str, choice: int, *, optional: bool) -> None:
        self._pattern = _QUOTED.sub(lambda quoted: re.escape(quoted.group(1)), _FLAGS.sub(_without_flags, pattern))
        self._choice, self._optional = choice, optional
        self._at = self._depth = 0

    def all(self) -> str:
        pieces = []
        while self._at < len(self._pattern):
            pieces.append(self._alternatives())
            self._at += 1  # over a stray closing parenthesis, if there is one
        return "".join(pieces)

    def _alternatives(self) -> str:
        options = [self._sequence()]
        while self._next("|"):
            options.append(self._sequence())
        return options[self._choice % len(options)]

    def _sequence(self) -> str:
        pieces: list[str] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            atom = self._atom()
            pieces.append((atom * self._count())[:_LONGEST])
        return "".join(pieces)

    def _atom(self) -> str:
        char = self._pattern[self._at]
        self._at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._set()
        if char == "\\" and self._at < len(self._pattern):
            self._at += 1
            escaped = self._pattern[self._at - 1]
            return _CLASSES.get(escaped, escaped)
        if char == ".":  # bare, it mostly stands for a dot
            return "a" if self._pattern[self._at : self._at + 1] in {"*", "+", "?", "{"} else "."
        return {"^": "", "$": ""}.get(char, char)

    def _group(self) -> str:
        looks_around = any(self._next(mark) for mark in ("?=", "?!", "?<=", "?<!"))
        if not looks_around and not self._next("?:") and self._next("?<"):
            self._at = self._pattern.find(">", self._at) + 1 or len(self._pattern)
        self._depth += 1
        text = self._alternatives() if self._depth < _DEEPEST else ""
        self._depth -= 1
        self._next(")")
        return "" if looks_around else text

    def _set(self) -> str:
        end = self._pattern.find("]", self._at + 1)
        end = len(self._pattern) if end < 0 else end
        inside = self._pattern[self._at : end]
        self._at = end + 1
        if inside.startswith("^"):
            return next((char for char in "a0-~" if char not in inside), "")
        if inside.startswith("\\"):
            return _CLASSES.get(inside[1:2], inside[1:2])
        return inside[:1]

    def _count(self) -> int:
        """How often the atom before is repeated."""
        least, counted = 1, False
        if self._next("?") or self._next("*"):
            least, counted = int(self._optional), True
        elif self._next("+"):
            counted = True
        elif self._pattern.startswith("{", self._at):
            end = self._pattern.find("}", self._at)
            found = re.match("[0-9]{1,3}", self._pattern[self._at + 1 : end])
            self._at = end + 1 if end >= 0 else len(self._pattern)
            least, counted = max(int(found.group()) if found else 1, int(self._optional)), True
        if counted:
            self._next("?") or self._next("+")  # lazy, possessive
        return least

    def _next(self, text: str) -> bool:
        if self._pattern.startswith(text, self._at):
            self._at += len(text)
            return True
        return False
