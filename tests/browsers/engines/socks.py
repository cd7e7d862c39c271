"""A SOCKS 5 proxy on loopback, for browsers that cannot be told otherwise where a name leads to.

It carries bytes to 127.0.0.1 and back and looks at none of them, whatever name it is given: so nothing leaves this
machine either. See RFC 1928; of addresses, IPv6 ones are refused, for nothing listens there.
"""

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NO_AUTHENTICATION: Final = b"\x05\x00"
_NAME: Final = 3
_IPV4: Final = 1
_BUFFER: Final = 1 << 16


class _Relay(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):  # either side may leave at any time, as it does on any wire
            self._relay()

    def _relay(self) -> None:
        _, methods = self._read("BB")
        self.rfile.read(methods)
        self.wfile.write(_NO_AUTHENTICATION)
        _, _, _, kind = self._read("BBBB")
        length = self._read("B")[0] if kind == _NAME else 4
        self.rfile.read(length)
        (port,) = self._read("!H")
        try:
            server = socket.create_connection(("127.0.0.1", port)) if kind in {_NAME, _IPV4} else None
        except OSError:
            server = None
        refused = b"\x00" if server else b"\x05"
        self.wfile.write(b"\x05" + refused + b"\x00\x01" + bytes(6))
        if server:
            with server:
                there = threading.Thread(target=_carry, args=(self.connection, server), daemon=True)
                there.start()
                _carry(server, self.connection)
                there.join()

    def _read(self, layout: str) -> tuple[int, ...]:
        size = struct.calcsize(layout)
        data = self.rfile.read(size)
        if len(data) < size:
            raise ConnectionError
        return struct.unpack(layout, data)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_BUFFER):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


@contextmanager
def proxy() -> Iterator[str]:
    """The proxy, for as long as the block runs: its host and port."""
    with _Proxy(("127.0.0.1", 0), _Relay) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
