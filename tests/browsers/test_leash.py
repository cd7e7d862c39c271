"""No browser remains, and nothing that it kept, however the process that started it ends."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..signals import heed
from . import engines
from .engines import leash

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from tests.browsers import engines
with engines.running(sys.argv[1]) as engine:
    page = engine.open("data:text/html,")
    print("up", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def holder(name: str, temporary: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that holds a browser, whose temporary files go to a folder of the test's."""
    process = subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-c", HOLDER, name],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=heed,  # noqa: PLW1509 - it takes no lock
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        yield process


def belonging_to(folder: Path) -> list[str]:
    """The processes that have a folder in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path leaves room for the names of sockets, which may have some 100 characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("name", engines.NAMES)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_nothing_remains(name: str, number: signal.Signals, short_path: Path) -> None:
    if engines.find(name) is None:
        pytest.skip(f"{name} is not installed")
    with holder(name, short_path) as process:
        assert len(belonging_to(short_path)) > 2
        process.send_signal(number)
        process.wait()
    # A process that ends at once leaves it to another one to put things in order.
    last_moment = time.monotonic() + 120
    while left := [*belonging_to(short_path), *short_path.iterdir()]:
        assert time.monotonic() < last_moment, left
        time.sleep(0.05)


def test_what_does_not_end_when_it_is_asked_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").mkdir()
    stubborn = "trap '' TERM; (trap '' TERM; setsid sleep 1000) & echo up; wait"
    monkeypatch.setenv("CORS_TEST_FOLDER", str(tmp_path))
    program = f"import {leash.__name__} as it; it._GRACE_SECONDS = 0.2; it.main(*it.sys.argv[1:3], it.sys.argv[3:])"
    with subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-c", program, str(tmp_path / "kept"), "", "/bin/sh", "-c", stubborn],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == b"up\n"
        process.stdin.close()
        process.wait()
    assert belonging_to(tmp_path) == []
    assert not (tmp_path / "kept").exists()


def test_the_status_of_what_ends_by_itself_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    command = [sys.executable, leash.__file__, str(tmp_path / "kept"), "", "/bin/sh", "-c", "exit 3"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - this Python
        assert process.wait() == 3
