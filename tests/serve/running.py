"""Starts the command as users do, in a process of its own, and speaks to it over sockets."""

import contextlib
import functools
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

import attrs

from ..signals import heed

PATIENCE = 300
"""Seconds after which something is taken never to happen: machines may be busy."""


@attrs.frozen
class Answer:
    """An answer, as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> object:
        return json.loads(self.body)["message"]


@attrs.define
class Running:
    """A server that runs."""

    process: "subprocess.Popen[str]"
    lines: list[str]
    readers: list[threading.Thread]
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def out(self) -> str:
        return "\n".join(self.lines)

    def key(self, name: str) -> str:
        """An API key that it made up, as it shows it."""
        found = re.search(rf"^  {name} +(\w+)  \(made up", self.out, re.MULTILINE)
        assert found, self.out
        return found[1]

    def says(self, text: str, after: int = 0) -> str:
        """Waits for a line that holds a text, and gives it."""
        wait_for(lambda: any(text in line for line in self.lines[after:]), lambda: f"no {text!r} in:\n{self.out}")
        return next(line for line in self.lines[after:] if text in line)

    def caught_up(self) -> int:
        """Waits until the log has told of all that was asked so far, and gives the number of its lines."""
        before = len(self.lines)
        mark = f"/caught-up-{uuid.uuid4()}"
        self.ask("GET", mark)
        self.says(mark, before)
        return len(self.lines)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Sends a request on a connection of its own. A Host header may be given."""
        given = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", **(headers or {})}
        if body:
            given["Content-Length"] = str(len(body))
        head = "".join([f"{method} {path} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in given.items())])
        with self.connect() as connection:
            connection.sendall(head.encode("latin-1") + b"\r\n" + body)
            return read_answer(connection, method)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it by a signal, and gives its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        return status


@contextlib.contextmanager
def serving(
    target: Path | str, *options: str, env: Mapping[str, str] | None = None, hangup: signal.Handlers = signal.SIG_DFL
) -> Iterator[Running]:
    """A server on a port that is free, which is handed on what becomes of SIGHUP."""
    command = ("serve", str(target), "--port", "0", *options)
    with started("cors_constructs.cli", *command, env=env, hangup=hangup) as running:
        yield running


@contextlib.contextmanager
def started(
    module: str, *arguments: str, env: Mapping[str, str] | None = None, hangup: signal.Handlers = signal.SIG_DFL
) -> Iterator[Running]:
    """A server that a module starts."""
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", module, *arguments],
        preexec_fn=functools.partial(heed, hangup),  # noqa: PLW1509 - it takes no lock
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=None if env is None else dict(env),
    )
    lines: list[str] = []
    readers = [threading.Thread(target=_gather, args=(stream, lines)) for stream in (process.stdout, process.stderr)]
    for reader in readers:
        reader.start()
    running = Running(process, lines, readers)
    try:
        running.says("Ctrl-C")
        running.port = int(re.findall(r"http://127\.0\.0\.1:(\d+)", running.out)[0])
        yield running
        assert not any(line.startswith("Traceback") for line in lines)  # those of functions have their name before
        assert "a mistake in cors-constructs" not in running.out
    finally:
        if process.poll() is None:
            try:
                running.stop()  # which leaves nothing in the temporary folder
            finally:
                process.kill()
        for reader in readers:  # which a stream that is closed under its hands would fail
            reader.join(PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def wait_for(happens: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Waits until something is so."""
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.02)


def read_answer(connection: socket.socket, method: str = "GET") -> Answer:
    """Reads one answer, and nothing of the next one, which may be there already."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        assert piece, f"the connection ends: {data!r}"
        data += piece
    first, *lines = data.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    status = int(first.split(" ")[1])
    length = 0 if method == "HEAD" or status in {204, 304} else int(headers.get("content-length", "0"))
    body = b""
    while len(body) < length:
        piece = connection.recv(length - len(body))
        assert piece, "the connection ends within the body"
        body += piece
    return Answer(status, headers, body)


def _gather(stream: IO[str] | None, lines: list[str]) -> None:
    lines.extend(line.rstrip("\n") for line in stream or ())  # each is there as soon as it is read
