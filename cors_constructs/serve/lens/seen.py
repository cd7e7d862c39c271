"""The last requests that came, for the lens: what of them CORS is about, and nothing else."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from cors_constructs.simulate.messages import Headers, Response

_KEPT: Final = 200
_ASKED: Final = re.compile(r"origin|content-type|access-control-request-.*", re.IGNORECASE)
_ANSWERED: Final = re.compile(r"vary|access-control-.*", re.IGNORECASE)
_LONGEST: Final = 2_000  # characters of a text


class Seen:
    """The last 200 exchanges, once somebody looks. Keys, queries and bodies are never among it; headers by name only.

    Attributes:
        is_open: Whether somebody looks.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._exchanges: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._last = 0

    def add(self, method: str, path: str, headers: Headers, response: Response, why: str) -> None:
        """Keeps an exchange.

        Args:
            method: The request's method.
            path: Its path, without a query and without keys.
            headers: Its headers.
            response: Its answer.
            why: Why it was answered so, without keys.
        """
        self._last += 1
        self._exchanges.append(
            {
                "number": self._last,
                "method": _short(method),
                "path": _short(path),
                "origin": _short(headers.get("origin", "")),
                "status": response.status,
                "why": _short(why),
                "request_headers": list(_lines(headers, _ASKED)),
                # The page knows the values that it has set: what it wants to know is whether they came.
                "other_headers": [_short(name) for name, _ in headers.lines if not _ASKED.fullmatch(name)],
                "response_headers": list(_lines(response.headers, _ANSWERED)),
            }
        )

    def after(self, number: int) -> dict[str, Any]:
        """The exchanges after one, and the last one's number; 0 where there is none."""
        return {"last": self._last, "exchanges": [it for it in self._exchanges if it["number"] > number]}


def _lines(headers: Headers, kept: "re.Pattern[str]") -> Iterator[tuple[str, str]]:
    return ((name, _short(value)) for name, value in headers.lines if kept.fullmatch(name))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
