"""What a template's names stand for while it runs, and how it ends early."""

from typing import Any


class Scope(dict[str, Any]):
    """The one scope of a template: what a loop or a macro sets stays set.

    Attributes:
        rounds: How many rounds its loops took so far.
    """

    rounds = 0


class EndError(Exception):
    """`#stop`: the template ends."""


class BreakError(EndError):
    """`#break`: a loop ends, or the template outside of loops."""
