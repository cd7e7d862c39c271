"""How long a document is held against a schema: not for ever, whatever both are."""

from contextvars import ContextVar
from typing import Final

MAX_STEPS: Final = 200_000
"""A second's worth, or a few."""


class TooMuchError(Exception):
    """A document takes too long to look at. Its text is why, as a clause."""


class Steps:
    """What is left of the steps for one document."""

    def __init__(self, most: int = MAX_STEPS) -> None:
        self._most = self._left = most

    def spend(self, steps: int) -> None:
        """Takes steps.

        Raises:
            TooMuchError: There are no more.
        """
        self._left -= steps
        if self._left < 0:
            raise TooMuchError(f"it takes more than {self._most:,} steps to tell")


STEPS: ContextVar[Steps] = ContextVar("STEPS")
"""Those of the document that is looked at."""
