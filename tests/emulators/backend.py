"""An HTTP server on loopback that stands behind the emulated APIs, where Lambda functions would stand on AWS."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

STATUS_HEADER = "X-Echo-Status"
"""A request header: the status the backend is to answer with, instead of 200."""

ANSWER_HEADER = "X-Echo-Header"
"""A request header: one `Name: value` the backend is to answer with, so that a test can play any application."""


class EchoHandler(BaseHTTPRequestHandler):
    """Answers every request with what it received, as JSON."""

    protocol_version = "HTTP/1.1"
    methods: ClassVar[tuple[str, ...]] = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

    def __getattr__(self, name: str) -> object:
        # http.server looks a handler up by the verb it received.
        if name.removeprefix("do_") in self.methods:
            return self.echo
        raise AttributeError(name)

    def echo(self) -> None:
        received = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        parts = urlsplit(self.path)
        body = json.dumps(
            {
                "method": self.command,
                "path": parts.path,
                "query": parts.query,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": received,
            }
        ).encode()
        self.send_response(int(self.headers.get(STATUS_HEADER, 200)))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if (answer := self.headers.get(ANSWER_HEADER)) is not None:
            name, _, value = answer.partition(":")
            self.send_header(name.strip(), value.strip())
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        """Keep quiet: the tests say what they saw."""


@contextmanager
def echo_backend() -> Iterator[str]:
    """Serve on a free port of the loopback address while the context lasts; gives the address, without a last slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EchoHandler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="echo-backend", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
