"""Servers on loopback that answer, redirect, hang, break off and talk nonsense."""

import atexit
import contextlib
import functools
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import attrs


@attrs.frozen
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for given, value in self.headers if given.lower() == name]


@attrs.frozen
class Server:
    """A server, and what it has been asked."""

    url: str
    seen: list[Seen]


Answer = tuple[int, list[tuple[str, str]], bytes]


class _Threading(ThreadingHTTPServer):
    request_queue_size = 128  # of five, on a busy machine, some who connect at once would be reset


@contextlib.contextmanager
def answering(answer: Callable[[Seen], Answer]) -> Iterator[Server]:
    """Answers each request with what a function makes of it."""
    seen: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            asked = Seen(self.command, self.path, list(self.headers.items()), body)
            seen.append(asked)
            status, headers, content = answer(asked)
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if status not in {204, 304}:
                self.send_header("Content-Length", str(len(content)))
            with contextlib.suppress(ConnectionError):  # who asked may have gone
                self.end_headers()
                if self.command != "HEAD":  # what came after the head would be taken for the next answer
                    self.wfile.write(content)

    server = _Threading(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", seen)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def talking(says: Callable[[socket.socket, threading.Event], None], certificate: Path | None = None) -> Iterator[str]:
    """Does what a function does with one connection, by TLS where it has a certificate.

    The event says that the test is over.
    """
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            accepted, _ = listener.accept()
            with accepted, _secured(accepted, certificate) as connection:
                _hear(connection)
                says(connection, over)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        # Wakes an accept() that nobody came to.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _hear(connection: socket.socket) -> None:
    """Takes a whole request, since what is left unread would reset the connection; of what is no HTTP, some of it."""
    heard = connection.recv(65_536)
    while heard[:1].isalpha() and not _is_whole(heard) and (piece := connection.recv(65_536)):
        heard += piece


def _is_whole(heard: bytes) -> bool:
    head, blank, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return bool(blank) and len(body) >= (int(length[1]) if length else 0)


def _secured(connection: socket.socket, certificate: Path | None) -> socket.socket:
    if certificate is None:
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context.wrap_socket(connection, server_side=True)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    path = folder / "certificate.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
    written = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(folder / "only.pem")]
    subprocess.run([shutil.which("openssl") or "", *request.split(), *written], check=True, capture_output=True)  # noqa: S603 - our own
    path.write_text(path.read_text() + (folder / "only.pem").read_text())
    return path


def silence(_: socket.socket, over: threading.Event) -> None:
    over.wait(300)


def one_byte_now_and_then(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.is_set():
        connection.sendall(b"x")
        time.sleep(0.05)


def a_body_without_end(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"x" * 65_536)


def a_short_answer(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def nonsense(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"\x00\x01 what?\r\n\r\n")


def nothing(connection: socket.socket, _: threading.Event) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def half_an_answer(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
    connection.shutdown(socket.SHUT_RDWR)


def refused_port() -> str:
    """An address where nothing listens, nor will as long as the tests run."""
    return f"http://127.0.0.1:{_kept().getsockname()[1]}"


@functools.cache
def _kept() -> socket.socket:
    place = socket.socket()
    place.bind(("127.0.0.1", 0))
    atexit.register(place.close)
    return place
