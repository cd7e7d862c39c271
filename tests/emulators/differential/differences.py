"""The differences between the emulators and the simulated gateway that are known, as data.

Each says what an emulator makes of an answer that is right. A difference that is not listed fails its comparison, and so
does a listed one that is gone: the answer is then expected to be changed, and is not.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final

import attrs

from ..abilities import Ability
from .answers import Answer

Change = Callable[[Answer], Answer]

LOCALSTACK = "localstack"
MINISTACK = "ministack"


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

    def applies(self, emulator: str, comparison: str, answer: Answer) -> bool:
        """Whether the difference is expected there."""
        patterns = (fnmatchcase(comparison, pattern) for pattern in self.where)
        return emulator == self.emulator and any(patterns) and self.when(answer)


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
    return lambda answer: attrs.evolve(answer, status=status, headers=headers or {}, body=body)


def error(status: int, message: str) -> Change:
    return replaced(status, None, {"message": message})


EVERYWHERE: Final = ("*",)

DIFFERENCES: Final[tuple[Difference, ...]] = ()
