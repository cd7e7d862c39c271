"""A way for scanners to reach a server on this machine by any https address: a proxy that ends the TLS itself."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.cli.servers import certificate


@contextlib.contextmanager
def proxy_to(port: int, folder: Path) -> Iterator[str]:
    """An HTTP proxy, of which every CONNECT leads to one port.

    Args:
        port: The port.
        folder: For its certificate, which vouches for itself.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threads: list[threading.Thread] = []

    def accept() -> None:
        with contextlib.suppress(OSError):  # it is closed when all is over
            while True:
                connection, _ = listener.accept()
                thread = threading.Thread(target=_join, args=(connection, port, context))
                thread.start()
                threads.append(thread)

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in threads:
            thread.join()


def _join(connection: socket.socket, port: int, context: ssl.SSLContext) -> None:
    """Carries one exchange after another, until the scanner is done."""
    with connection, contextlib.suppress(OSError):
        connection.settimeout(30)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        assert head.startswith(b"CONNECT "), head
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with (
            context.wrap_socket(connection, server_side=True) as secured,
            socket.create_connection(("127.0.0.1", port), timeout=30) as server,
        ):
            back = threading.Thread(target=_carry, args=(server, secured))
            back.start()
            _carry(secured, server)
            back.join()


def _carry(from_: socket.socket, to: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := from_.recv(65_536):
            to.sendall(piece)
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)
