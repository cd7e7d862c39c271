"""HTTP/1.1 as uvicorn speaks it, with two things of our own.

Names of headers are kept as they came, since a mapping template may ask for one in capitals; and a request's head has
an end, since whoever sends one without end would fill the memory.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# API Gateway takes 10,240 bytes of headers; a URL comes on top.
_LARGEST_HEAD: Final = 65_536

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
        self._raw.append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        super().on_headers_complete()
        self._head = None
