#!/usr/bin/env python3
"""Starts LocalStack and MiniStack without Docker, runs the tests of this folder against them, and stops them again.

    python tests/emulators/run.py [pytest's arguments]

The first run installs both below `.emulators/`, each in a virtual environment of its own, which takes some minutes.
Needs Python 3.11 for the emulators (the pinned packages work together on that one); pytest runs on the interpreter
that runs this file. Standard library only. Exits with pytest's status.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import IO

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STORE = ROOT / ".emulators"

PYTHON = (3, 11)
"""The Python the pinned packages were tried with."""

HEALTHY_SECONDS = 120.0
"""They need two to ten seconds on an idle machine."""

TEST_GRACE_SECONDS = 30.0
"""How long pytest may tear down after it was interrupted."""

STOP_GRACE_SECONDS = 10.0
LOG_LINES = 40
ATTEMPTS = 3
"""A free port can be taken by another program before the emulator has it."""


class RunError(Exception):
    """What keeps the tests from running, in words for the terminal."""


class InterruptedRunError(Exception):
    """Ctrl-C, or a request to end."""


class Signals:
    """Notes signals instead of raising in the middle of something: whoever waits looks here."""

    def __init__(self) -> None:
        self.received: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.received = self.received or number

    def check(self) -> None:
        if self.received is not None:
            raise InterruptedRunError(signal.Signals(self.received).name)


@dataclass(frozen=True)
class Tool:
    """One emulator: how it is installed, started and asked for its health."""

    name: str
    command: tuple[str, ...]
    """Relative to the virtual environment's `bin`."""
    settings: Callable[[int, Path], dict[str, str]]
    """Environment variables, for a port and a scratch folder."""
    scheme: str
    """What its log calls the protocol it serves; LocalStack's one port takes both."""

    @property
    def home(self) -> Path:
        return STORE / self.name

    @property
    def pins(self) -> Path:
        return HERE / f"requirements-{self.name}.txt"

    @property
    def stamp(self) -> Path:
        """Written when an installation is complete, with the hash of what was installed."""
        return self.home / ".installed"

    def wanted_stamp(self) -> str:
        return hashlib.sha256(self.pins.read_bytes() + repr(PYTHON).encode()).hexdigest()

    def is_installed(self) -> bool:
        return self.stamp.is_file() and self.stamp.read_text() == self.wanted_stamp()


LOCALSTACK = Tool(
    "localstack",
    ("python", "-m", "localstack.runtime.main"),
    lambda port, scratch: {
        "SERVICES": "apigateway,cloudformation,iam,lambda,logs,s3,ssm,sts",
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        # The default server ignores the address above and listens to the whole network; this one obeys.
        "GATEWAY_SERVER": "hypercorn",
        # In a container LocalStack would write to its image's folders, which two runs would share.
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(scratch / "files"),
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    },
    "https",
)

MINISTACK = Tool(
    "ministack",
    ("ministack",),
    lambda port, scratch: {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "STATE_DIR": str(scratch / "state"),
        "S3_DATA_DIR": str(scratch / "s3"),
    },
    "http",
)

TOOLS = (LOCALSTACK, MINISTACK)


def say(line: str) -> None:
    sys.stderr.write(f"emulators: {line}\n")
    sys.stderr.flush()


def last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:]) or "(the log is empty)"


def started(command: list[str], environment: dict[str, str], output: IO[bytes] | None) -> "subprocess.Popen[bytes]":
    """Start a process at the head of a process group, so that it can be stopped with all its children."""
    return subprocess.Popen(  # noqa: S603 - commands are this file's own
        command, cwd=ROOT, env=environment, stdin=None, stdout=output, stderr=output, start_new_session=True
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process group to end, and end it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_GRACE_SECONDS)
            break
    # Children may outlive the head of their group; its number stays theirs as long as one of them lives.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def finished(process: "subprocess.Popen[bytes]", signals: Signals) -> int:
    """Wait for a process, but not for ever when a signal comes."""
    while True:
        signals.check()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(0.2)


def find_python() -> str:
    """A working Python of the version the pins were made for."""
    name = f"python{PYTHON[0]}.{PYTHON[1]}"
    candidates = [sys.executable] if sys.version_info[:2] == PYTHON else []
    candidates += [str(Path(folder) / name) for folder in os.get_exec_path()]
    probe = "import ensurepip, sys, venv; print(sys.version_info[:2])"
    for candidate in candidates:
        if not os.access(candidate, os.X_OK):
            continue
        # A name on the path may be a version manager's empty promise, or a Python without its venv package.
        answer = subprocess.run([candidate, "-c", probe], capture_output=True, check=False)  # noqa: S603
        if answer.returncode == 0 and answer.stdout.decode().strip() == str(PYTHON):
            return candidate
    raise RunError(f"{name} (with its venv and ensurepip modules) is not on the path; the emulators need it.")


def install(tool: Tool, signals: Signals) -> None:
    """Make the virtual environment anew; the stamp comes last, so half an installation is never used."""
    python = find_python()
    if tool.home.exists():
        say(f"{tool.name}: removing an installation that is old or incomplete")
        shutil.rmtree(tool.home)
    log_path = STORE / f"{tool.name}-install.log"
    pip = [str(tool.home / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    steps = {
        "making a virtual environment": [python, "-m", "venv", str(tool.home)],
        f"installing {tool.pins.name} (this can take some minutes)": [*pip, "-r", str(tool.pins)],
    }
    began = time.monotonic()
    for title, command in steps.items():
        say(f"{tool.name}: {title}")
        with log_path.open("wb") as log:
            process = started(command, dict(os.environ), log)
            try:
                status = finished(process, signals)
            finally:
                stop(process)
        if status != 0:
            where = log_path.relative_to(ROOT)
            raise RunError(f"{tool.name}: {title} failed; {where} ends:\n{last_lines(log_path)}")
    tool.stamp.write_text(tool.wanted_stamp())
    say(f"{tool.name}: installed in {time.monotonic() - began:.0f} s")


@contextlib.contextmanager
def installed(signals: Signals) -> Iterator[None]:
    """Hold the installations: another run may use them meanwhile, but not replace them."""
    STORE.mkdir(exist_ok=True)
    with (STORE / "lock").open("w") as lock:
        take(lock, fcntl.LOCK_SH, signals)
        while not all(tool.is_installed() for tool in TOOLS):
            fcntl.flock(lock, fcntl.LOCK_UN)
            take(lock, fcntl.LOCK_EX, signals)
            for tool in TOOLS:
                if not tool.is_installed():
                    install(tool, signals)
            take(lock, fcntl.LOCK_SH, signals)
        yield


def take(lock: IO[str], kind: int, signals: Signals) -> None:
    told = False
    while True:
        signals.check()
        try:
            return fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                say("waiting for another run, which is installing or must not be disturbed by an installation")
                told = True
            time.sleep(0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_healthy(port: int) -> bool:
    """Both answer at the same place; MiniStack does so to be a stand-in for LocalStack."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_localstack/health")
        answer = connection.getresponse()
        return answer.status == 200 and "services" in json.loads(answer.read())
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        connection.close()


@dataclass
class Running:
    """An emulator that was started."""

    tool: Tool
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def is_ready(self) -> bool:
        # An answer alone may come from another run's emulator that took the port first; our own log does not lie.
        return f"Running on {self.tool.scheme}://127.0.0.1:{self.port}" in self.text() and is_healthy(self.port)

    def lost_its_port(self) -> bool:
        # MiniStack says so and ends; LocalStack swallows the error, says that it is ready, and serves nothing.
        text = self.text()
        return "already in use" in text.lower() or ("Ready." in text and "Running on" not in text)

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def fail(self, how: str) -> RunError:
        return RunError(f"{self.tool.name} {how}; its log ends:\n{last_lines(self.log)}")


def path_with_node() -> str:
    """The path, led by the Node.js that runs the CDK: MiniStack runs functions by the first `node` that it finds."""
    path = os.environ.get("PATH", os.defpath)
    node = Path(os.environ.get("JSII_NODE", ""))
    return os.pathsep.join([str(node.parent), path]) if node.name == "node" and node.is_file() else path


def start(tool: Tool, scratch: Path) -> Running:
    """Start an emulator on a free port, with a folder of its own below `scratch`."""
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix=f"{tool.name}-", dir=scratch))
    temporary = folder / "tmp"
    temporary.mkdir()
    # Nothing of the user's environment but the path: no credentials, no proxies, no settings of another emulator.
    environment = {
        "PATH": path_with_node(),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **tool.settings(port, folder),
    }
    log_path = folder / "log.txt"
    executable, *arguments = tool.command
    with log_path.open("wb") as log:
        process = started([str(tool.home / "bin" / executable), *arguments], environment, log)
    say(f"{tool.name}: starting on 127.0.0.1:{port}")
    return Running(tool, process, port, log_path)


@contextlib.contextmanager
def emulators(signals: Signals) -> Iterator[dict[str, str]]:
    """Run both, healthy, while the context lasts; gives the environment variables that name their addresses."""
    runs = STORE / "runs"
    runs.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=runs))
    running: list[Running] = []
    try:
        running.extend(start(tool, scratch) for tool in TOOLS)
        for place in range(len(running)):
            for _ in range(ATTEMPTS - 1):
                if wait_until_healthy(running[place], signals):
                    break
                say(f"{running[place].tool.name}: port {running[place].port} was taken; trying another")
                running[place] = start(running[place].tool, scratch)
            else:
                if not wait_until_healthy(running[place], signals):
                    raise running[place].fail("found no free port")
        yield {f"CORS_TEST_{it.tool.name.upper()}": f"http://127.0.0.1:{it.port}" for it in running}
    finally:
        say("stopping the emulators")
        for emulator in running:
            stop(emulator.process)
        shutil.rmtree(scratch, ignore_errors=True)


def wait_until_healthy(emulator: Running, signals: Signals) -> bool:
    """True when the emulator answers, False when another program has its port; anything else is a failure."""
    began = time.monotonic()
    while not emulator.is_ready():
        signals.check()
        if emulator.lost_its_port():
            stop(emulator.process)
            return False
        if (status := emulator.process.poll()) is not None:
            raise emulator.fail(f"ended with status {status}")
        if time.monotonic() - began > HEALTHY_SECONDS:
            raise emulator.fail(f"was not healthy within {HEALTHY_SECONDS:.0f} s")
        time.sleep(0.2)
    say(f"{emulator.tool.name}: healthy after {time.monotonic() - began:.1f} s")
    return True


def run_tests(arguments: list[str], endpoints: dict[str, str], signals: Signals) -> int:
    """Run pytest; a signal reaches it once, so that it can tear down."""
    command = [sys.executable, "-m", "pytest", *arguments]
    if not any((ROOT / it.partition("::")[0]).exists() for it in arguments if not it.startswith("-")):
        command.append(str(HERE.relative_to(ROOT)))
    process = started(command, {**os.environ, **endpoints}, None)
    try:
        return finished(process, signals)
    except InterruptedRunError:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(TEST_GRACE_SECONDS)
        raise
    finally:
        if process.poll() is None:
            stop(process)


def main(arguments: list[str]) -> int:
    signals = Signals()
    try:
        with installed(signals), emulators(signals) as endpoints:
            return run_tests(arguments, endpoints, signals)
    except RunError as failure:
        say(str(failure))
        return 1
    except InterruptedRunError as interrupted:
        say(f"stopped by {interrupted}")
        return 128 + (signals.received or 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
