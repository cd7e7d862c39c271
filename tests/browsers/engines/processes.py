"""Programs that run while a block does."""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

_LEASH: Final = str(Path(__file__).with_name("leash.py"))
_LONGEST_SHOWN: Final = 4000


@attrs.frozen
class Program:
    """A program that runs.

    Attributes:
        folder: A folder of its own, which is gone with it.
    """

    folder: Path
    _process: subprocess.Popen[bytes]
    _log: Path

    def waits(self, what: str, seconds: float = 60.0) -> Iterator[None]:
        """For a loop that waits for something that the program is to do.

        Args:
            what: What is waited for, for the message.
            seconds: How long. They need two or three on an idle machine.

        Raises:
            AssertionError: It was not done in time, or the program has ended before.
        """
        last_moment = time.monotonic() + seconds
        while True:
            ended = self._process.poll() is not None
            yield
            assert not ended, f"{what}: the program has ended; it said\n{self.said()}"
            assert time.monotonic() < last_moment, f"{what}: not within {seconds} s; it said\n{self.said()}"
            time.sleep(0.02)

    def said(self) -> str:
        """The last of what it has printed."""
        return self._log.read_text(errors="replace")[-_LONGEST_SHOWN:]


@contextmanager
def running(
    make_command: Callable[[Path], Sequence[str]], variables: dict[str, str], descriptors: Sequence[int] = ()
) -> Iterator[Program]:
    """Runs a program, and ends it and all that it has started with the block, or else with this process.

    Args:
        make_command: Makes the program and its arguments from a temporary folder, which the program has for its home.
        variables: What its environment has beside this process's.
        descriptors: Those that it gets as its third, fourth and so on. Their numbers are above 9.
    """
    folder = Path(tempfile.mkdtemp(prefix="cors-constructs-browser-"))
    command = make_command(folder)
    log = folder / "said.log"
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - the tests say which
            [sys.executable, "-S", "-E", _LEASH, str(folder), ",".join(map(str, descriptors)), *command],
            env={**os.environ, **_homes(folder), **variables},
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            pass_fds=descriptors,
            start_new_session=True,  # so that Ctrl-C comes to this process alone, which then ends it in its own time
        )
    try:
        yield Program(folder, process, log)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait()


def out_of_the_way(descriptor: int) -> int:
    """The same under a number above 9, where it is in nobody's way: one that is free."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


def _homes(folder: Path) -> dict[str, str]:
    """The variables that have programs keep all that they keep in a folder, whoever runs them."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    names = {"XDG_CONFIG_HOME": ".config", "XDG_CACHE_HOME": ".cache", "XDG_DATA_HOME": ".local/share"}
    places = {name: str(folder / place) for name, place in names.items()}
    return {"HOME": str(folder), "TMPDIR": str(folder), "XDG_RUNTIME_DIR": str(runtime), **places}
