"""The log: one line a request, which says who answered it and why."""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from cors_constructs.check.reports.characters import printable
from cors_constructs.serve.secrets import Secrets

_RESET: Final = "\x1b[0m"
_DIM: Final = "\x1b[2m"
_COLOURS: Final = {2: "\x1b[32m", 3: "\x1b[36m", 4: "\x1b[33m", 5: "\x1b[31m"}
# So many lines may wait to be written; then some are left out, and the log says so.
_WAITING: Final = 10_000
_LONGEST: Final = 2000  # characters of what a request says, and of the reason for its answer
_GATHERED: Final = 0.02  # seconds: a thread that woke for each line would hold up the requests


class Log:
    """Writes lines, in a thread of its own: whoever reads slowly holds up no request.

    API keys and tokens are never written whole.
    """

    def __init__(self, write: Callable[[str], None], *, colour: bool = False) -> None:
        """Takes what writes text, and whether to colour it."""
        self._write, self._colour = write, colour
        self._secrets = Secrets()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def hide(self, secrets: Iterable[str]) -> None:
        """Has these texts cut short wherever they stand in a line."""
        self._secrets = Secrets(secrets)

    def request(
        self,
        method: str,
        path: str,
        *,
        origin: str | None,
        secrets: Iterable[str] = (),
        status: int,
        seconds: float,
        why: str,
    ) -> None:
        """Writes the line of a request.

        Args:
            method: Its method.
            path: Its path, without the query.
            origin: Its Origin header.
            secrets: What it brought that is to be cut short, like what `hide` was told.
            status: The status of its answer.
            seconds: How long the answer took.
            why: Which step gave it, and for what reason.
        """
        said = _cut(self.safe(f"{method} {path}{f'  from {origin}' if origin else ''}", secrets))
        reason = _cut(self.safe(why, secrets))
        took = f"{seconds * 1000:.0f} ms"
        if self._colour:
            colour = _COLOURS.get(status // 100, "")
            self._put(f"{_now()}  {colour}{status}{_RESET}  {said}  {took}  {_DIM}{reason}{_RESET}")
        else:
            self._put(f"{_now()}  {status}  {said}  {took}  {reason}")

    def say(self, text: str) -> None:
        """Writes a line that is about the server, or of a function's output."""
        self._put(f"{_now()}  {self.safe(text)}")

    def tell(self, text: str) -> None:
        """Writes lines as they are, without a time."""
        self._put(text)

    def close(self) -> None:
        """Waits until all is written, for a second at most."""
        self._lines.put(None)
        self._thread.join(1)

    def safe(self, text: str, secrets: Iterable[str] = ()) -> str:
        """A text that may be shown: secrets are cut short in it, and what a terminal would obey is spelled out.

        Args:
            text: The text.
            secrets: Those that a request brought.
        """
        text = self._secrets.hidden(text, secrets)
        return text if text.isprintable() else printable(text)

    def _put(self, line: str) -> None:
        if self._lines.qsize() < _WAITING:
            self._lines.put(line)
        else:
            self._left_out += 1

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            lines = [self._lines.get()]
            time.sleep(_GATHERED)
            while len(lines) < _WAITING and not self._lines.empty():
                lines.append(self._lines.get())
            goes_on = None not in lines
            if self._left_out:
                lines.append(f"{_now()}  {self._left_out} lines are left out: whoever reads this is too slow")
                self._left_out = 0
            try:
                self._write("".join(f"{line}\n" for line in lines if line is not None))
            except (OSError, ValueError):  # its reader has gone
                self._write = _nowhere


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _nowhere(_: str) -> None:
    pass


def _now() -> str:
    return time.strftime("%H:%M:%S")
