"""What a template's names stand for while it runs, and how it ends early."""

from typing import Any, Final

from cors_constructs.simulate.vtl.error import MappingError

# What a template may do in all, in characters (or elements) that are read or written: a guard of our own, so that
# loops in loops and ever longer texts end with an error within seconds. Nothing that answers a request comes near.
MAX_WORK: Final = 20_000_000


class Scope(dict[str, Any]):
    """The one scope of a template: what a loop or a macro sets stays set.

    Attributes:
        work: What it did so far.
    """

    work = 0

    def spend(self, work: int) -> None:
        """Counts what is done.

        Raises:
            MappingError: It is too much.
        """
        self.work += work
        if self.work > MAX_WORK:
            raise MappingError(
                "it does more work than is simulated: too many rounds of loops, calls of macros, or characters"
            )


class EndError(Exception):
    """`#stop`: the template ends."""


class BreakError(EndError):
    """`#break`: a loop ends, or the template outside of loops."""
