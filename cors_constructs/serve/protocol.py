"""HTTP/1.1 as uvicorn speaks it, with three things of our own.

Names of headers are kept as they came, since a mapping template may ask for one in capitals; a request's head has an
end, since whoever sends one without end would fill the memory; and it can be seen what a connection waits for.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# API Gateway takes 10,240 bytes of headers; a URL comes on top.
_LARGEST_HEAD: Final = 65_536

# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
_TOO_SLOW: Final = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    b"Content-Length: 46\r\n\r\nThe head of the request did not come in time.\n"
)

RAW_HEADERS: Final = "cors_constructs.headers"
"""The scope's key of the headers as they came."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    _head: int | None = 0
    """The bytes of the request's head so far; None once it is complete."""

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        if self._head is not None:
            if self._head > _LARGEST_HEAD:
                if not self.transport.is_closing():
                    self.send_400_response("The head of the request is too large.")
                return
            self._head += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 0
        self._raw: list[tuple[bytes, bytes]] = []
        scope: dict[str, Any] = self.scope  # type: ignore[assignment] # a TypedDict, which takes no keys of ours
        scope[RAW_HEADERS] = self._raw

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header came."""
        value = value.rstrip(b" \t")  # the parser takes those before it away: RFC 9110, section 5.5
        self._raw.append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        super().on_headers_complete()
        self._head = None

    @property
    def awaits_head(self) -> bool:
        """Whether nothing has come yet, or a part of a head. Uvicorn closes those that idle between requests."""
        cycle: RequestResponseCycle | None = self.cycle  # there is none before the first request
        is_answering = cycle is not None and not cycle.response_complete
        return not is_answering and self.timeout_keep_alive_task is None and not self.transport.is_closing()

    @property
    def unsent(self) -> int:
        """The bytes of answers that the client has not taken."""
        return self.transport.get_write_buffer_size()

    def refuse_head(self) -> None:
        """Ends it while it awaits a head: with an answer, where something of a request has come."""
        if self.scope is not None:
            self.transport.write(_TOO_SLOW)
        self.transport.close()
