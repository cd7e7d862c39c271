"""What functions print: lines for the log, however much it is."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias

Log: TypeAlias = Callable[[str], None]
"""Takes a line, without a line break."""

_MOST: Final = 256 * 1024
_LONGEST: Final = 4096


class Output(asyncio.Protocol):
    """Reads what a process prints, always, and logs the first 256 KB of what comes during a call.

    Lines of more than 4,096 bytes are broken. What cannot be printed is escaped.

    Args:
        title: What each line begins with.
        log: Where the lines go.
    """

    def __init__(self, title: str, log: Log) -> None:
        self._title, self._log = title, log
        self._left = _MOST
        self._held = b""
        self.is_at_end = asyncio.get_running_loop().create_future()

    def begin(self) -> None:
        """A call begins: it may print anew."""
        self._left = _MOST

    def data_received(self, data: bytes) -> None:
        """Something was printed."""
        if self._left <= 0:
            return
        kept = data[: self._left]
        self._left -= len(data)
        *lines, self._held = (self._held + kept).split(b"\n")
        for line in lines:
            self._say(line)
        while len(self._held) >= _LONGEST:
            self._say(self._held[:_LONGEST])
            self._held = self._held[_LONGEST:]
        if self._left <= 0:
            self.flush()
            self._log(f"{self._title}: it prints more than {_MOST // 1024} KB in one call; the rest is left out")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - a protocol's signature
        """The process is gone, and what it started."""
        self.flush()
        if not self.is_at_end.done():
            self.is_at_end.set_result(None)

    def flush(self) -> None:
        """Log what is printed without a line break so far."""
        held, self._held = self._held, b""
        if held:
            self._say(held)

    def _say(self, line: bytes) -> None:
        while len(line) > _LONGEST:
            self._say(line[:_LONGEST])
            line = line[_LONGEST:]
        text = line.rstrip(b"\r").decode("utf-8", "backslashreplace")
        # No control characters: a terminal would obey them.
        shown = "".join(it if it.isprintable() or it == "\t" else repr(it)[1:-1] for it in text)
        self._log(f"{self._title}: {shown}")
