"""Clients that take too long: to send the head of a request, or to take their answers.

Connections are looked at now and then, rather than timed one by one: so a request costs nothing more.
"""

import asyncio
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final, TypeAlias

from cors_constructs.serve.protocol import Protocol

_PAUSE: Final = 1.0  # seconds between two looks, at most
_LOOKS: Final = 4  # within the time that clients have, at least

# A connection and what it stands at, with the time at which it was first seen there.
_Seen: TypeAlias = Mapping[tuple[Protocol, Hashable], float]


class Patience:
    """Ends connections that keep the server waiting.

    A head has to come whole within the time, however many pieces it comes in; a connection on which nothing has come
    yet counts as one that sends its head. An answer may take as long as its client keeps taking some of it.
    """

    def __init__(self, connections: Callable[[], Iterable[object]], seconds: float, say: Callable[[str], None]) -> None:
        """Takes what to look at.

        Args:
            connections: Gives those that are open.
            seconds: How long clients have.
            say: Takes a line for each look that ended connections.
        """
        self._connections, self._seconds, self._say = connections, seconds, say
        self._heads: _Seen = {}
        self._answers: _Seen = {}

    async def watch(self) -> None:
        """Looks at the connections until it is cancelled."""
        while True:
            await asyncio.sleep(min(_PAUSE, self._seconds / _LOOKS))
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Ends the connections whose time is over, and remembers what the others stand at."""
        open_ = [it for it in self._connections() if isinstance(it, Protocol)]
        self._heads = _since(self._heads, now, ((it, it.cycle) for it in open_ if it.awaits_head))
        self._answers = _since(self._answers, now, ((it, (it.cycle, it.unsent)) for it in open_ if it.unsent))
        for it in (late := self._late(self._heads, now)):
            it.refuse_head()
        if late:
            self._tell(len(late), "the head of a request did not come")
        for it in (late := self._late(self._answers, now)):
            it.transport.abort()
        if late:
            self._tell(len(late), "nothing was taken of an answer")

    def _late(self, seen: _Seen, now: float) -> list[Protocol]:
        return [it for (it, _), since in seen.items() if now - since >= self._seconds]

    def _tell(self, count: int, why: str) -> None:
        self._say(f"{count} {'connections are' if count > 1 else 'connection is'} closed: {why} in {self._seconds:g} s")


def _since(before: _Seen, now: float, stand: Iterable[tuple[Protocol, Hashable]]) -> _Seen:
    return {key: before.get(key, now) for key in stand}
