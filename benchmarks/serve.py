"""Measures `cors-constructs serve` beside LocalStack and MiniStack: `PYTHONPATH=. python benchmarks/serve.py`.

All three serve one template, each on this machine, in one run and in turn: a GET that asks for a key and calls an HTTP
backend, and the preflight before it. The clients keep their connections and are processes of their own, and so is the
backend; what these do without a server between them is measured as well, since it has to be far more. Then: how long
it takes from the start of `serve` to its first answer. The emulators are those of the tests, installed as there.
"""

import argparse
import compileall
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
from template import ORIGIN, template

from tests.emulators import run
from tests.emulators.emulator import Emulator

_HERE: Final = Path(__file__).parent
_PROGRAM: Final = Path(sys.executable).with_name("cors-constructs")
_LOAD: Final = [sys.executable, str(_HERE / "load.py")]
_BACKEND: Final = "https://backend.example.com"
_PATHS: Final = 10
_PATH: Final = f"/things-{_PATHS - 1}"
_KEY: Final = "benchmark-key-of-thirty-chars"
_PATIENCE: Final = 60.0

# What was promised.
_LEAST_OF_EMULATORS: Final = 2.0
_MOST_SECONDS: Final = 1.0

_OURS: Final = "cors-constructs serve"
_ALONE: Final = "the backend alone"


@attrs.frozen
class Request:
    """What is asked, and what each answer has to hold."""

    method: str
    headers: dict[str, str]
    status: int
    text: str


@attrs.frozen
class Target:
    """Who is asked, and where."""

    name: str
    port: int
    host: str
    prefix: str
    key: str

    def bytes_of(self, request: Request) -> bytes:
        headers = {"Host": self.host, "Accept": "*/*", "Origin": ORIGIN, **request.headers}
        if request.method != "OPTIONS":
            headers["x-api-key"] = self.key
        lines = [f"{request.method} {self.prefix}{_PATH} HTTP/1.1", *(f"{name}: {it}" for name, it in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()


_REQUESTS: Final = {
    "GET with a key": Request("GET", {}, 200, "Leaking tap"),
    "preflight": Request(
        "OPTIONS",
        {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"},
        204,
        ORIGIN,
    ),
}


def without_limits() -> dict[str, Any]:
    """The template, whose usage plan lets through whatever comes."""
    made = template(paths=_PATHS)
    del made["Resources"]["Plan"]["Properties"]["Throttle"]
    return made


def rate(target: Target, request: Request, given: argparse.Namespace, seconds: float) -> float:
    """Answers a second, to all clients together."""
    arguments = [target.port, given.connections // given.processes, seconds, request.status, request.text]
    asking = [
        subprocess.Popen(  # noqa: S603 - our own
            [*_LOAD, "clients", *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(given.processes)
    ]
    total = 0.0
    for process in asking:
        assert process.stdin  # noqa: S101 - it is a pipe
        process.stdin.write(target.bytes_of(request))
        process.stdin.close()
    for process in asking:
        assert process.stdout  # noqa: S101 - it is a pipe
        with process.stdout as stream:
            said = stream.read()
        if process.wait():
            sys.exit(f"{target.name}: {request.method} could not be measured")
        met = json.loads(said)
        total += met["answers"] / met["seconds"]
    return total


@contextlib.contextmanager
def backend() -> Iterator[int]:
    """Runs the backend, and gives its port."""
    with subprocess.Popen([*_LOAD, "backend"], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        try:
            assert process.stdout  # noqa: S101 - it is a pipe
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextlib.contextmanager
def serving(file: Path, backend_port: int) -> Iterator[tuple[Target, float]]:
    """Runs `cors-constructs serve`, and gives how long it took until it answered a first request."""
    port = run.free_port()
    target = Target(_OURS, port, f"127.0.0.1:{port}", "/prod", _KEY)
    options = ["--port", str(port), "--key", f"Key={_KEY}", "--backend", f"{_BACKEND}=http://127.0.0.1:{backend_port}"]
    with file.with_suffix(".log").open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen([_PROGRAM, "serve", str(file), *options], stdout=log, stderr=log)  # noqa: S603 - our own
        try:
            _first_answer(target, process)
            yield target, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _first_answer(target: Target, process: "subprocess.Popen[bytes]") -> None:
    connection = socket.socket()
    while connection.connect_ex(("127.0.0.1", target.port)):
        if process.poll() is not None:
            sys.exit(f"{target.name} ended with status {process.returncode}")
        connection.close()
        time.sleep(0.002)
        connection = socket.socket()
    with connection:
        connection.settimeout(_PATIENCE)
        connection.sendall(target.bytes_of(_REQUESTS["preflight"]))
        if not connection.recv(65536).startswith(b"HTTP/1.1 204"):
            sys.exit(f"{target.name}: the first answer was not what it should be")


@contextlib.contextmanager
def deployed(name: str, endpoint: str, backend_port: int) -> Iterator[Target]:
    """Deploys the template to an emulator."""
    emulator = Emulator(name, endpoint, f"http://127.0.0.1:{backend_port}")
    try:
        api = emulator.deploy(without_limits())
        host, prefix = emulator.address(api.physical_ids["Api"], "prod")
        yield Target(name, emulator.port, host, prefix, api.key_value())
    finally:
        emulator.close()


def measure(targets: list[Target], given: argparse.Namespace, signals: run.Signals) -> dict[str, dict[str, float]]:
    """The medians of the rounds, by request and by who was asked; in each round all are asked in turn."""
    found: dict[str, dict[str, list[float]]] = {name: {it.name: [] for it in targets} for name in _REQUESTS}
    for number in range(-1, given.rounds):
        for name, request in _REQUESTS.items():
            for target in targets:
                signals.check()
                is_warming_up = number < 0
                if target.name == _ALONE and request.method == "OPTIONS":
                    continue
                measured = rate(target, request, given, 0.5 if is_warming_up else given.seconds)
                if not is_warming_up:
                    found[name][target.name].append(measured)
    return {
        name: {who: statistics.median(rates) for who, rates in by_target.items() if rates}
        for name, by_target in found.items()
    }


def show(medians: dict[str, dict[str, float]], first: list[float]) -> None:
    for name, by_target in medians.items():
        print(f"\n{name}, answers a second")
        for who, found in by_target.items():
            print(f"  {who:32}{found:>10,.0f}")
        ours, (best, theirs) = (
            by_target[_OURS],
            max(((who, it) for who, it in by_target.items() if who not in (_OURS, _ALONE)), key=lambda it: it[1]),
        )
        print(f"  {f'{_OURS} / {best}':32}{ours / theirs:>10.1f}   at least {_LEAST_OF_EMULATORS:.0f}")
    print("\nfrom the start to the first answer, s")
    print(f"  {_OURS:32}{statistics.median(first):>10.2f}   below {_MOST_SECONDS:.0f}")


def main() -> int:
    """Measures, and prints each number beside what was promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="in which all are asked in turn (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=3, help="of asking, each time (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="that the clients are in (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=32, help="of all clients (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=7, help="of serve, timed (default: %(default)s)")
    given = parser.parse_args()
    # As pip does with what it installs; a checkout may have no byte code yet.
    compileall.compile_dir(_HERE.parent / "cors_constructs", quiet=1)
    signals = run.Signals()
    try:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            file = folder / "Api.template.json"
            file.write_text(json.dumps(without_limits()))
            port = stack.enter_context(backend())
            stack.enter_context(run.installed(signals))
            endpoints = stack.enter_context(run.emulators(signals))
            targets = [Target(_ALONE, port, f"127.0.0.1:{port}", "", _KEY)]
            targets.append(stack.enter_context(serving(file, port))[0])
            for tool in run.TOOLS:
                endpoint = endpoints[f"CORS_TEST_{tool.name.upper()}"]
                targets.append(stack.enter_context(deployed(tool.name, endpoint, port)))
            print(
                f"{given.connections} clients in {given.processes} processes, medians of {given.rounds} rounds of "
                f"{given.seconds:g} s; {os.cpu_count()} processors"
            )
            before = os.getloadavg()
            medians = measure(targets, given, signals)
            first = []
            for _ in range(given.starts):
                with serving(folder / file.name, port) as (_, seconds):
                    first.append(seconds)
            show(medians, first)
            print("load average before and after:", *(f"{it[0]:.1f}" for it in (before, os.getloadavg())))
    except run.InterruptedRunError:
        return 130
    except run.RunError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
