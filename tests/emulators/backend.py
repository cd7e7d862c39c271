"""An HTTP server on loopback that stands behind the emulated APIs, where Lambda functions would stand on AWS."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

STATUS_HEADER = "X-Echo-Status"
"""A request header: the status the backend is to answer with, instead of 200."""

ANSWER_HEADER = "X-Echo-Header"
"""A request header: one `Name: value` the backend is to answer with, so that a test can play any application."""


def echoed(
    method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    """What this backend answers: status, headers (but for Content-Length) and body."""
    parts = urlsplit(target)
    received = {name.lower(): value for name, value in headers}
    said = {"method": method, "path": parts.path, "query": parts.query, "headers": received, "body": body.decode()}
    answer = [("Content-Type", "application/json")]
    if (more := received.get(ANSWER_HEADER.lower())) is not None:
        name, _, value = more.partition(":")
        answer.append((name.strip(), value.strip()))
    return int(received.get(STATUS_HEADER.lower(), 200)), answer, json.dumps(said).encode()


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
        received = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = echoed(self.command, self.path, list(self.headers.items()), received)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
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
