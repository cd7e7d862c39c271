"""The terminal: what may be written to it, and how wide it is."""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import click

from cors_constructs.check.reports.characters import printable


def say(text: str) -> None:
    """Writes to the standard output, as it is.

    Where its reader has gone (`| head`), the rest is dropped.
    """
    try:
        # Whether to colour has been decided, and an encoding that lacks a character is no reason to stop.
        click.echo(text, nl=False, color=True)
        flush()
    except BrokenPipeError:
        _hush()


def complain(problem: str) -> None:
    """Writes one line to the standard error, where that can be written to: the exit status tells in any case."""
    with contextlib.suppress(OSError):
        click.echo(f"cors-constructs: {printable(problem)}", err=True)


def flush() -> None:
    """Has the standard output written, so that what cannot be written is known now, and not at the process's end."""
    sys.stdout.flush()


def prepare() -> None:
    """Readies the outputs for any text.

    Characters that an encoding lacks are written as escapes, and where an output is closed (`>&-`) nothing is written.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _nowhere())
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def coloured(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour what is written to a stream.

    `NO_COLOR` says no (https://no-color.org/), else `FORCE_COLOR` says yes, else it is yes on a terminal that can.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return environment["FORCE_COLOR"] != "0"
    return is_terminal(stream) and environment.get("TERM") != "dumb"


def width(stream: TextIO | None) -> int | None:
    """The columns to wrap at; None for what is no terminal."""
    if not is_terminal(stream):
        return None
    import shutil  # noqa: PLC0415 - slow to load, and needed on terminals only

    return shutil.get_terminal_size().columns


def is_terminal(stream: TextIO | None) -> bool:
    """Whether someone watches the stream."""
    return stream is not None and stream.isatty()


class Progress:
    """One line on the standard error that says what is being done, while somebody watches, and is gone afterwards."""

    def __init__(self) -> None:
        self._shown = is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def show(self, doing: str) -> None:
        """Says what is being done now."""
        self._write(printable(doing)[: (width(sys.stderr) or 80) - 1])

    def _write(self, line: str) -> None:
        if self._shown:
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)


# The interpreter flushes once more when it ends, and would complain of the same pipe.
def _hush() -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        sys.stdout = _nowhere()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
