"""Starts the demo as users do, in a session of its own as a terminal's is, and knows which processes it has."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from ..signals import heed
from .apps import ROOT

PATIENCE: Final = 120
"""Seconds after which something is taken never to happen: machines may be busy."""

PROGRAM: Final = [sys.executable, "-m", "examples.scan_records.demo"]


@attrs.define
class Demo:
    """A demo that runs."""

    process: "subprocess.Popen[str]"
    lines: list[str] = attrs.field(factory=list)
    seen: set[int] = attrs.field(factory=set)

    @property
    def out(self) -> str:
        return "\n".join(self.lines)

    def address(self, of: str) -> str:
        """What the demo says after `The page`, `The gateway`, ..."""
        found = re.search(rf"^  The {of} +(\S+)$", self.out, re.MULTILINE)
        assert found, self.out
        return found[1]

    def says(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in self.out:
            assert time.monotonic() < end, self.out
            assert self.process.poll() is None, self.out
            time.sleep(0.02)

    def descendants(self) -> dict[int, str]:
        """Its processes and theirs, each with its command."""
        parents = dict(_parents())
        found = {self.process.pid}
        while more := {it for it, parent in parents.items() if parent in found} - found:
            found |= more
        self.seen |= found - {self.process.pid}
        return {it: _command(it) for it in found - {self.process.pid}}

    def end(self, number: int, *, to_all: bool = False) -> int:
        """Ends it by a signal, as Ctrl-C does to all in the terminal, and gives its exit status."""
        self.descendants()
        if to_all:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def left(self) -> dict[int, str]:
        """Those of its processes that stay: one that was ended is there for another moment."""
        end = time.monotonic() + PATIENCE
        while (
            left := {it: _command(it) for it in self.seen & {it for it, _ in _parents()}}
        ) and time.monotonic() < end:
            time.sleep(0.02)
        return left


@contextlib.contextmanager
def demo(
    *options: str, program: Sequence[str] = PROGRAM, env: Mapping[str, str] | None = None, scratch: Path
) -> Iterator[Demo]:
    """A demo whose temporary files are below `scratch`."""
    scratch.mkdir(exist_ok=True)
    process = subprocess.Popen(  # noqa: S603 - our own
        [*program, *options],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(scratch), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=heed,  # noqa: PLW1509 - it takes no lock
    )
    it = Demo(process)
    reader = threading.Thread(target=_gather, args=(it,))
    reader.start()
    try:
        yield it
        process.wait(PATIENCE)
        reader.join(PATIENCE)
        assert "Traceback" not in it.out
    finally:
        it.descendants()
        if process.poll() is None:  # else its number may be another's
            os.killpg(process.pid, signal.SIGKILL)
        for number in it.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        process.wait(PATIENCE)
        reader.join(PATIENCE)
        assert process.stdout
        process.stdout.close()


def _gather(it: Demo) -> None:
    it.lines.extend(line.rstrip("\n") for line in it.process.stdout or ())  # each is there as soon as it is read


def _parents() -> Iterator[tuple[int, int]]:
    """Each process that runs, with its parent."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if state not in {"Z", "X"}:
                yield int(folder.name), int(parent)


def _command(process: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""
