"""Where in a document something stands, and what it is: the words of an error about it."""

import json
from collections.abc import Iterator
from typing import Any

import attrs

from cors_constructs.simulate.values import TemplateError, Unresolved

_LONGEST = 60


@attrs.frozen
class Place:
    """A place in a document.

    Attributes:
        file: The document's file, as the caller named it; None for a mapping.
        parts: The keys and indices that lead there.
    """

    file: str | None
    parts: tuple[str | int, ...] = ()

    def at(self, *parts: str | int) -> "Place":
        """A place below this one."""
        return Place(self.file, self.parts + parts)

    def error(self, problem: str, fix: str = "") -> TemplateError:
        """An error about what stands here."""
        return TemplateError(self.file, str(self), printable(problem), printable(fix))

    def __str__(self) -> str:
        """The parts on one line: `Resources.Users.Properties.PathPart`."""
        return ".".join(one_line(str(part)) for part in self.parts)


def kind(value: Any) -> str:
    """What a value is, for a reader: `a list`, `a number, 5`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"a number, {shown(value)}"
    if isinstance(value, str):
        return f"a string, {shown(value)}"
    if isinstance(value, Unresolved):
        return f"known only at deployment, {shown(str(value))}"
    return "a list" if isinstance(value, list) else "a mapping"


def shown(value: Any) -> str:
    """A value as JSON has it, on one line and cut where it is long."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        text = f'"{type(value).__name__}"'
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def printable(text: str) -> str:
    """A text as it is, or with escapes where it would not stay on its line."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def one_line(text: str) -> str:
    """A text as it is where it is printable and short, else as JSON has it."""
    return text if text.isprintable() and len(text) <= _LONGEST * 2 else shown(text)


def walk(root: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of a document, with the path to it."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), root)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting.extend(((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), item) for index, item in enumerate(value))
