"""HTTP/1.1 as uvicorn speaks it, with some things of our own.

Names of headers are kept as they came, since a mapping template may ask for one in capitals; a request's head has an
end, since whoever sends one without end would fill the memory; and it can be seen what a connection waits for. An offer
to change the protocol is not taken up, what is no HTTP is told, and who has said all may still hear the answer.
"""

from collections.abc import Callable
from typing import Any, Final

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# API Gateway takes 10,240 bytes of headers; a URL comes on top.
_LARGEST_HEAD: Final = 65_536

# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
_TOO_SLOW: Final = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    b"Content-Length: 46\r\n\r\nThe head of the request did not come in time.\n"
)

# How other protocols begin, and what to do.
_OTHERS: Final = (
    (b"\x16\x03", "it is TLS, and this server speaks http: write http:// instead of https://"),
    (b"PRI * HTTP/2", "it is HTTP/2, and this server speaks HTTP/1.1"),
)

RAW_HEADERS: Final = "cors_constructs.headers"
"""The scope's key of the headers as they came."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    _head: int | None = 0
    """The bytes of the request's head so far; None once it is complete."""
    _offers = False
    """Whether the request offers to change the protocol."""
    _has_come = False
    """Whether anything has come."""

    @staticmethod
    def say(_: str) -> None:
        """Takes a line about what is refused here."""

    @classmethod
    def telling(cls, say: Callable[[str], None]) -> type["Protocol"]:
        """The protocol that has such lines written."""
        return type(cls.__name__, (cls,), {"say": staticmethod(say)})

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        if self.transport.is_closing():
            return
        if self._head is not None:
            if self._head > _LARGEST_HEAD:
                self._refuse("The head of the request is too large.")
                return
            self._head += len(data)
        begins, self._has_come = not self._has_come, True
        self._unset_keepalive_if_required()
        try:
            self._parse(data)
        except HttpParserError as error:
            said = next((it for start, it in _OTHERS if begins and data.startswith(start)), str(error))
            self._refuse("Invalid HTTP request received.", said)

    def _parse(self, data: bytes) -> None:
        """Reads requests.

        After the head of one that offers to change the protocol the parser takes its body for the next request, or
        leaves it: so it is given the head once more without the offer, which anybody may leave aside
        (https://www.rfc-editor.org/rfc/rfc9110#section-7.8).
        """
        while (end := self._end_of_offer(data)) is not None:
            lines = [b"%s: %s\r\n" % line for line in self._raw if line[0].lower() != b"upgrade"]
            first = b"%s %s HTTP/%s\r\n" % (self.parser.get_method(), self.url, self._version)
            data = b"".join((first, *lines, b"\r\n", data[end:]))

    def _end_of_offer(self, data: bytes) -> int | None:
        """Reads up to the end of a head with an offer, and gives where that is; None where all is read."""
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as met:
            return int(met.args[0])
        return None

    def _refuse(self, answer: str, why: str = "") -> None:
        self.say(f"what came is refused, and its connection closed: {why or answer}")
        self.send_400_response(answer)

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio's own; uvicorn's is never called
        """The client says no more: what it has asked is answered still."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            return False
        cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 0
        self._offers = False
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
        if self.parser.get_method() == b"CONNECT":
            raise ValueError(b"CONNECT")  # is for proxies
        if self.parser.should_upgrade():
            self._offers, self._version = True, self.parser.get_http_version().encode()
            return
        if self.expect_100_continue and self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
        super().on_headers_complete()
        self._head = None

    def on_message_complete(self) -> None:
        """The body is complete."""
        if not self._offers:
            super().on_message_complete()

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
