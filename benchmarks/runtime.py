"""What the Lambda runtime costs a function: `python benchmarks/runtime.py`.

The import is timed in a process of its own each time, as a cold start is, from a folder laid out as the layer is. A
layer cannot be written to, so Python keeps no byte code of it, and compiles the file at each cold start; the time with
byte code is shown beside. What Lambda's own runtime has loaded by then (awslambdaric: json, logging) is loaded first.
All times are the processor's, so that what else the machine does counts little.
"""

import argparse
import json
import os
import py_compile
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cors_constructs import CorsPolicy, runtime

_RUNTIME = Path(runtime.__file__)
_ORIGIN = "https://app.example.com"
_HEADERS = {f"X-Header-{number}": "value" for number in range(20)}
_EVENT = {
    "resource": "/items/{id}",
    "path": "/items/1",
    "httpMethod": "GET",
    "headers": {**_HEADERS, "origin": _ORIGIN},
    "multiValueHeaders": {name: [value] for name, value in {**_HEADERS, "origin": _ORIGIN}.items()},
}
_ANSWER = {"statusCode": 200, "headers": {"Content-Type": "application/json", "Vary": "Accept"}, "body": "{}"}

_POLICIES = {
    "one origin": CorsPolicy(allow_origins=[_ORIGIN]),
    "two origins": CorsPolicy(allow_origins=[_ORIGIN, "https://admin.example.com"]),
    "50 origins, 10 patterns": CorsPolicy(
        allow_origins=[
            _ORIGIN,
            *(f"https://app-{number}.example.com" for number in range(49)),
            *(f"https://**.site-{number}.example.com" for number in range(10)),
        ],
        allow_credentials=True,
    ),
}

# What was promised.
_MOST_IMPORT = 5e-3
_MOST_RESPONSE = 50e-6


def import_seconds(layer: Path, runs: int) -> float:
    """The median of what an import takes in a new process."""
    loaded = "import json, logging, os, sys, time; "
    code = f"{loaded}t = time.process_time(); import cors_constructs.runtime as it; d = time.process_time() - t"
    command = [sys.executable, "-S", "-B", "-c", f"{code}; print(d, it.__file__)"]
    times = []
    for _ in range(runs):
        done = subprocess.run(command, cwd=layer, check=True, capture_output=True, text=True)  # noqa: S603 - our own
        seconds, _, file = done.stdout.strip().partition(" ")
        if not file.startswith(str(layer)):
            sys.exit(f"another file was imported: {file}")
        times.append(float(seconds))
    return statistics.median(times)


def response_seconds(policy: CorsPolicy, runs: int) -> float:
    """The median of what is added to a call of a handler, with all of the request's and response's headers."""
    os.environ["CORS_CONSTRUCTS_POLICY"] = json.dumps(policy.to_dict())

    def handler(*_: object) -> dict[str, Any]:
        return _ANSWER

    wrapped = runtime.cors(handler)
    expected = _ANSWER["headers"] | policy.headers_for(_ORIGIN)  # type: ignore[operator]
    got = wrapped(_EVENT, None)["headers"]
    if {**got, "Vary": ""} != {**expected, "Vary": ""}:
        sys.exit(f"the headers are not what they should be: {got}")
    return _each(wrapped, runs) - _each(handler, runs)


def _each(call: Callable[..., Mapping[str, Any]], runs: int) -> float:
    batch = 1000
    times = []
    for _ in range(runs):
        started = time.process_time()
        for _ in range(batch):
            call(_EVENT, None)
        times.append((time.process_time() - started) / batch)
    return statistics.median(times)


def main() -> None:
    """Measures, and prints each number beside what was promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each kind (default: %(default)s)")
    runs = parser.parse_args().runs
    size = _RUNTIME.stat().st_size
    version = sys.version.partition(" ")[0]
    print(f"\nThe runtime in Lambda functions: a file of {size:,} bytes; Python {version}")
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "cors_constructs"
        package.mkdir()
        file = package / _RUNTIME.name
        shutil.copy(_RUNTIME, file)
        for title in ("imported from a layer", "... with byte code"):
            seconds = import_seconds(Path(folder), runs)
            print(f"  {title:34}{seconds * 1e3:8.2f} ms (promised: {_MOST_IMPORT * 1e3:.0f})")
            py_compile.compile(str(file), doraise=True)
    for title, policy in _POLICIES.items():
        seconds = response_seconds(policy, runs)
        print(f"  {f'a response: {title}':34}{seconds * 1e6:8.1f} us (promised: {_MOST_RESPONSE * 1e6:.0f})")


if __name__ == "__main__":
    main()
