"""Pages at real origins on loopback: any name that ends in `.example`, at one port."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import attrs

# Its icon is said, so that browsers ask for none.
_PAGE: Final = b'<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A page</title>'


@attrs.frozen
class Pages:
    """Where the pages are.

    Attributes:
        scheme: `http` or `https`.
        port: The port that all of them are at.
    """

    scheme: str
    port: int

    def origin(self, name: str) -> str:
        return self.at(f"{name}.example")

    def at(self, host: str) -> str:
        return f"{self.scheme}://{host}:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def pages(certificate: Path | None = None) -> Iterator[Pages]:
    """The pages, up: by https where there is a certificate."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # Hands are shaken in the thread of the request, so that a connection which says nothing holds none up.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Pages("https" if certificate else "http", server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
