"""The servers of `examples/local_backends`, each in a process of its own, as their reader starts them."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from examples.scan_records.demo import ports

from ..examples.apps import ROOT
from ..examples.dynamodb import DynamoDB
from ..runtime.nodejs import node

KEY: Final = "local-key"
EXPRESS: Final = ROOT / "examples" / "local_backends" / "express"
# What `npm install` makes beside the app; make puts it elsewhere, so that the example stays as it is.
PACKAGES: Final = ROOT / ".venv" / "express" / "node_modules"
_SECONDS: Final = 60


def _flask() -> tuple[list[str], dict[str, str]]:
    return [sys.executable, "-m", "examples.local_backends.flask_app"], {}


def _express() -> tuple[list[str], dict[str, str]]:
    if not (PACKAGES / "express").is_dir():
        pytest.fail("Express is not installed: run these tests by `make test-backends`.", pytrace=False)
    return [node(), str(EXPRESS / "server.js")], {"NODE_PATH": str(PACKAGES)}


COMMANDS: Final = {"flask": _flask, "express": _express}


@contextmanager
def running(name: str, database: DynamoDB) -> Iterator[str]:
    """A server's address, while the context lasts."""
    command, variables = COMMANDS[name]()
    with ports.kept(0, "PORT") as port:
        yield from _running(name, command, port, variables, database)


def _running(name: str, command: list[str], port: int, variables: dict[str, str], database: DynamoDB) -> Iterator[str]:
    own = {"PORT": str(port), "RECORDS_KEY": KEY, **database.variables, **variables}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | own
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own
        try:
            if not _listens(port, process):
                log.seek(0)
                pytest.fail(f"{name} does not listen: {log.read()}", pytrace=False)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(_SECONDS)


def _listens(port: int, process: "subprocess.Popen[bytes]") -> bool:
    """Whether it does, as soon as that is known."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False
