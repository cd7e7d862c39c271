"""What is wrong with an OpenAPI document: a list first, a sentence second."""

import json
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Parts: TypeAlias = tuple[str | int, ...]

_LONGEST: Final = 60


class OpenApiError(ValueError):
    """A document that cannot be patched: every problem found in it, not just the first.

    Attributes:
        problems: The problems, a line each: where, what, and what to write instead.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        """Takes the problems.

        Args:
            problems: At least one.
        """
        self.problems = tuple(problems)
        super().__init__(self.problems)  # the only argument, so that pickling and copying call this again

    def __str__(self) -> str:
        count = len(self.problems)
        headline = f"the OpenAPI document has {count} {'problem' if count == 1 else 'problems'}:"
        return "\n".join([headline, *(f"  - {problem}" for problem in self.problems)])


def place(parts: Parts) -> str:
    """Where something stands: `paths./users.get`."""
    return ".".join(one_line(str(part)) for part in parts)


def kind(value: Any) -> str:
    """What a value is, for a reader: `a list`, `the number 5`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {shown(value)}"
    if isinstance(value, str):
        return f"the string {shown(value)}"
    return "a list" if isinstance(value, list) else "a mapping"


def shown(value: str | float) -> str:
    """A value as JSON has it, on one line and cut where it is long."""
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def one_line(text: str) -> str:
    """A text as it is where it is printable and short, else as JSON has it."""
    return text if text.isprintable() and len(text) <= _LONGEST * 2 else shown(text)
