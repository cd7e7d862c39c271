"""The programs that a demo is made of: started, listened to, and stopped with all that they started."""

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LINES = 30  # of a program that failed, its last ones are shown
GRACE = 10.0  # seconds until a program that was asked to end is ended
GLANCE = 0.05  # seconds
LAST_WORDS = 5.0  # seconds until what an ended program said is read to its end


class StoppedError(Exception):
    """Ctrl-C, another signal, or nobody who reads what is written."""


class PartError(Exception):
    """A program that failed: which, how, and what it said last."""


class Stop:
    """Whether to stop, as a signal has said, while the context lasts.

    It is noted, and not raised in the middle of something: each wait looks whether it has come.
    """

    def __init__(self) -> None:
        self.has_come = False
        # It wakes whoever waits. A signal's handler may put something into this kind of queue at any time.
        self.news: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Stop":
        self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def come(self) -> None:
        self.has_come = True
        self.news.put(None)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.come()


class Part:
    """A program that runs, at the head of a process group of its own."""

    def __init__(
        self, name: str, process: "subprocess.Popen[bytes]", says: str, *, stays: bool, shown: bool = False
    ) -> None:
        self.name, self.process, self.stays, self.shown = name, process, stays, shown
        self.reader: threading.Thread
        self.says = re.compile(says.encode())
        self.said: re.Match[bytes] | None = None
        self.status: int | None = None
        self.lines: deque[bytes] = deque(maxlen=LINES)

    def failure(self, how: str) -> PartError:
        text = b"".join(self.lines).decode(errors="replace").rstrip()
        if not text:
            return PartError(f"{self.name} {how}, and said nothing")
        return PartError(f"{self.name} {how}; {'what it said is above' if self.shown else f'it said:{chr(10)}{text}'}")

    def signal(self, number: int) -> None:
        # Children may outlive the head of their group; its number stays theirs as long as one of them lives, and may
        # be another program's then.
        if self.process.returncode is not None and Path(f"/proc/{self.process.pid}").exists():
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Parts:
    """All programs of a demo, while the context lasts; the first that ends, and a signal, end the waiting for any."""

    def __init__(self, folder: Path, stop: Stop) -> None:
        self._folder, self._stop = folder, stop
        self._parts: list[Part] = []

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, *_: object) -> None:
        for part in reversed(self._parts):
            part.signal(signal.SIGTERM)
        end = time.monotonic() + GRACE
        for part in self._parts:
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.process.wait(max(end - time.monotonic(), GLANCE))
            part.signal(signal.SIGKILL)
            part.process.wait()
            part.reader.join(LAST_WORDS)

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str], *, says: str = "$^", shown: bool = False
    ) -> Part:
        """Starts a program.

        Args:
            name: What to call it where it fails.
            command: The program and its arguments.
            environment: All of its environment.
            says: The line, as a regular expression, by which it says that it is ready, if it is to stay.
            shown: Whether to pass on what it writes.
        """
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        part = Part(name, process, says, stays=says != "$^", shown=shown)
        self._parts.append(part)
        part.reader = threading.Thread(target=self._listen, args=(part, write if shown else None), daemon=True)
        part.reader.start()
        threading.Thread(target=self._await, args=(part,), daemon=True).start()
        return part

    def ready(self, part: Part, seconds: float) -> str:
        """Waits until a program says that it is ready, and gives what the group of the expression has found."""
        end = time.monotonic() + seconds
        while part.said is None:
            if time.monotonic() > end:
                raise part.failure(f"was not ready within {seconds:.0f} s")
            self._wait(1.0)
        return part.said[1].decode()

    def done(self, part: Part) -> None:
        """Waits until a program has done its work."""
        while part.status is None:
            self._wait(None)
        self._look()

    def stay(self) -> NoReturn:
        """Waits for what ends it all, and raises that."""
        while True:
            self._wait(None)

    def _wait(self, seconds: float | None) -> None:
        self._look()
        with contextlib.suppress(queue.Empty):
            self._stop.news.get(timeout=seconds)
        self._look()

    def _look(self) -> None:
        if self._stop.has_come:
            raise StoppedError
        for part in self._parts:
            if part.status is not None and (part.stays or part.status):
                how = f"by signal {-part.status}" if part.status < 0 else f"with status {part.status}"
                raise part.failure(f"ended {how}")

    def _listen(self, part: Part, passes_on: Callable[[bytes], None] | None) -> None:
        assert part.process.stdout  # noqa: S101 - it is a pipe
        with part.process.stdout as lines:
            for line in lines:
                part.lines.append(line)
                if passes_on is not None:
                    try:
                        passes_on(line)
                    except OSError:  # nobody reads on
                        self._stop.come()
                        passes_on = None
                if part.said is None:
                    part.said = part.says.search(line)
                    self._stop.news.put(None)

    def _await(self, part: Part) -> None:
        status = part.process.wait()
        part.reader.join(LAST_WORDS)
        part.status = status
        self._stop.news.put(None)


def write(text: bytes) -> None:
    """Writes to the standard output. Whoever is held up there holds up nobody else, as the stream's lock would."""
    while text:
        text = text[os.write(sys.stdout.fileno(), text) :]
