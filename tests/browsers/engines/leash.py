"""A program that runs another one for as long as the program that started it wants it to, and no longer.

    python leash.py FOLDER DESCRIPTORS COMMAND [ARGUMENT ...]

When its standard input ends, which it does however its parent ends, it ends the command and all that the command has
started, whatever sessions and groups those are in, and removes the folder, where these keep what they keep. Then it
is over itself. The command gets the descriptors (numbers above 9 between commas, or nothing) as its third, fourth and
so on. Standard library only, and Linux only.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SET_CHILD_SUBREAPER: Final = 36  # of prctl(2): orphans below this process become its children
_GRACE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.1


def main(folder: str, descriptors: str, command: list[str]) -> int:
    """Runs the command.

    Args:
        folder: The folder to remove afterwards.
        descriptors: The numbers of those that the command gets.
        command: The program, and its arguments.

    Returns:
        The command's exit status; 0 where it was ended from here.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the parent says when, by its end if by nothing else
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    places = [os.dup2(int(number), place) for place, number in enumerate(filter(None, descriptors.split(",")), 3)]
    process = subprocess.Popen(  # noqa: S603 - the tests say which
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=places,
        preexec_fn=_default_signals,  # noqa: PLW1509 - there are no threads here
    )
    while process.poll() is None and not select.select([0], [], [], _LOOK_SECONDS)[0]:
        pass
    status = process.poll()
    _end_all()
    shutil.rmtree(folder, ignore_errors=True)
    return status or 0


def _default_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _end_all() -> None:
    """Asks all that runs below this process to end, and insists where that takes long."""
    number, last_moment = signal.SIGTERM, time.monotonic() + _GRACE_SECONDS
    asked: set[int] = set()
    while below := set(_below(os.getpid())):
        if time.monotonic() > last_moment:
            number, asked = signal.SIGKILL, set()
        for process in below - asked:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        asked |= below
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(_LOOK_SECONDS / 10)


def _below(root: int) -> Iterator[int]:
    """The processes that a process has started, and those that these have started, and so on."""
    parents = dict(_parents())
    for process, parent in parents.items():
        above: int | None = parent
        while above is not None and above != root:
            above = parents.get(above)
        if above is not None:
            yield process


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended in the meantime
            # The name between the parentheses may hold anything.
            yield int(folder.name), int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
