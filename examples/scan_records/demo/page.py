"""The front end: the files of the folder `page`, at an origin of their own."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from .ports import bound

FOLDER = Path(__file__).parents[1] / "page"


class Files(SimpleHTTPRequestHandler):
    """Files as they are now, and no lists of them."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base's argument
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named so by the base
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, at: socket) -> None:
        handler = partial(Files, directory=str(FOLDER))
        socketserver.TCPServer.__init__(self, at.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()
        self.socket = at
        self.server_activate()


@contextmanager
def serving(port: int, option: str) -> Iterator[str]:
    """Serves the page while the context lasts, and gives its origin."""
    with ExitStack() as stack:
        sockets = bound(port, option)
        for it in sockets:
            server = stack.enter_context(Server(it))
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        yield f"http://localhost:{sockets[0].getsockname()[1]}"
