"""Clients that ask as fast as they are answered, and a backend that answers at once: processes of their own.

    python benchmarks/load.py backend
    python benchmarks/load.py clients PORT CONNECTIONS SECONDS STATUS TEXT < request

Both read and write plain HTTP/1.1 themselves, as far as this needs it, and so do many times what a server does that has
more to do. The backend writes its port; the clients write what they met, as JSON. Each answer has to have the status,
and the text somewhere in it.
"""

import asyncio
import json
import re
import sys
import time
from typing import Final

import uvloop

BODY: Final = json.dumps({"id": "r-1", "title": "Leaking tap", "tags": ["water", "kitchen"] * 8}).encode()

_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:\s*chunked", re.IGNORECASE)
_CLOSES: Final = re.compile(rb"\r\nconnection:\s*close", re.IGNORECASE)


class Backend(asyncio.Protocol):
    """Answers requests without a body."""

    def __init__(self) -> None:
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment] # of a stream

    def data_received(self, data: bytes) -> None:
        *requests, self._unread = (self._unread + data).split(_END)
        self._transport.write(_ANSWER * len(requests))


class Load:
    """What all clients of this process do, and met."""

    def __init__(self, request: bytes, seconds: float, status: bytes, text: bytes) -> None:
        self.request, self.status, self.text = request, status, text
        self.began = time.perf_counter()
        self.end = self.began + seconds
        self.answers = self.connections = 0
        self.wrong: bytes | None = None

    @property
    def is_over(self) -> bool:
        return self.wrong is not None or time.perf_counter() >= self.end

    def take(self, answer: bytes) -> None:
        if answer[9:12] == self.status and self.text in answer:
            self.answers += 1
        else:
            self.wrong = answer


class Client(asyncio.Protocol):
    """One connection: the next request goes out when the answer before it has come."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._unread = b""
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment] # of a stream
        self._load.connections += 1
        self._transport.write(self._load.request)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if not _is_whole(self._unread):
            return
        answer, self._unread = self._unread, b""
        self._load.take(answer)
        # Some close a connection after so many requests, and say so.
        if self._load.is_over or _CLOSES.search(answer):
            self._transport.close()
        else:
            self._transport.write(self._load.request)

    def connection_lost(self, _: Exception | None) -> None:
        self.closed.set_result(None)


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(_END)
    if not end or head[9:12] == b"204":  # which has no body, whatever its headers say
        return bool(end)
    if length := _LENGTH.search(head):
        return len(body) >= int(length[1])
    return _CHUNKED.search(head) is not None and body.endswith(b"0\r\n\r\n")


async def _client(port: int, load: Load) -> None:
    while not load.is_over:
        _, client = await asyncio.get_running_loop().create_connection(lambda: Client(load), "127.0.0.1", port)
        await client.closed


async def clients(port: int, connections: int, load: Load) -> None:
    """Asks over that many connections until the time is over, and writes what came of it."""
    await asyncio.wait_for(
        asyncio.gather(*(_client(port, load) for _ in range(connections))), load.end - load.began + 60
    )
    if load.wrong is not None:
        sys.exit(f"an answer was not what it should be: {load.wrong!r}")
    seconds = time.perf_counter() - load.began
    json.dump({"answers": load.answers, "seconds": seconds, "connections": load.connections}, sys.stdout)


async def backend() -> None:
    """Answers until it is ended."""
    server = await asyncio.get_running_loop().create_server(Backend, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _main() -> None:
    if sys.argv[1] == "backend":
        return await backend()
    port, connections, seconds, status, text = sys.argv[2:]
    load = Load(sys.stdin.buffer.read(), float(seconds), status.encode(), text.encode())
    return await clients(int(port), int(connections), load)


if __name__ == "__main__":
    uvloop.run(_main())
