"""Real browsers behind one interface: Chromium, Firefox and WebKit, each by the protocol that it speaks itself.

Names that end in `.example` lead to 127.0.0.1 in each of them, whatever the port, and no request is intercepted: what a
page sends is what its server gets.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from . import chromium, firefox, webkit

NAMES: Final = ("chromium", "firefox", "webkit")


class Page(Protocol):
    """A tab that shows a page."""

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, as JSON has it, once its promise is kept."""


class Engine(Protocol):
    """A browser that runs.

    Attributes:
        name: Which: one of `NAMES`.
        version: What it says of itself.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def open(self, url: str) -> Page:
        """A tab in which that page has been loaded."""


class _Module(Protocol):
    @property
    def PACKAGE(self) -> str: ...  # noqa: N802 - it is a constant of each module

    def binary(self) -> str | None: ...

    def running(self, command: str) -> AbstractContextManager[Engine]: ...


_MODULES: Final[Mapping[str, _Module]] = {"chromium": chromium, "firefox": firefox, "webkit": webkit}


def find(name: str) -> str | None:
    """Where a browser is, if it is installed: where its variable says (`CHROMIUM`, ...), or where Debian has it."""
    return _MODULES[name].binary()


def package(name: str) -> str:
    """The package of Debian that has a browser."""
    return _MODULES[name].PACKAGE


def running(name: str) -> AbstractContextManager[Engine]:
    """A browser with a new profile, which ends with the block.

    Args:
        name: Which: one of `NAMES`.

    Raises:
        LookupError: It is not installed.
    """
    command = find(name)
    if command is None:
        raise LookupError(f"{name} is not installed; on Debian, `apt-get install {package(name)}`")
    return _MODULES[name].running(command)
