"""A known difference, and what an emulator makes of an answer that is right."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import attrs

from ..abilities import Ability
from .answers import Answer

Change = Callable[[Answer], Answer]


@attrs.frozen
class Difference:
    """A listed difference.

    Attributes:
        emulator: Whose it is.
        ability: What it lacks, which is the reason.
        where: Patterns of the comparisons it shows in: `scenario: request`.
        theirs: What the emulator makes of the right answer.
        when: Whether it shows in that answer.
    """

    emulator: str
    ability: Ability
    where: tuple[str, ...]
    theirs: Change = attrs.field(repr=False)
    when: Callable[[Answer], bool] = attrs.field(default=lambda _: True, repr=False)

    def places(self, emulator: str, comparison: str, answer: Answer) -> list[str]:
        """The patterns by which the difference is expected in that comparison."""
        if emulator != self.emulator or not self.when(answer):
            return []
        return [pattern for pattern in self.where if fnmatchcase(comparison, pattern)]


def without(*names: str) -> Change:
    """The same answer without these headers, or without any CORS header."""
    return lambda answer: attrs.evolve(
        answer, headers={name: it for name, it in answer.headers.items() if names and name not in names}
    )


def with_header(name: str, value: str) -> Change:
    return lambda answer: attrs.evolve(answer, headers={**answer.headers, name: value})


def with_status(status: int) -> Change:
    return lambda answer: attrs.evolve(answer, status=status)


def with_body(body: Any) -> Change:
    return lambda answer: attrs.evolve(answer, body=body)


def replaced(status: int, headers: dict[str, str] | None = None, body: Any = None) -> Change:
    """Another answer altogether."""
    return lambda _: Answer(status, headers or {}, body)


def message(text: str) -> dict[str, str]:
    """The body of a gateway response."""
    return {"message": text}


def error(status: int, text: str) -> Change:
    return replaced(status, None, message(text))
