"""Lambda's own runtime for Python, with a service on this machine in place of AWS's: it hands out events, and listens.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs

_START = "/2018-06-01/runtime"
# The runtime's own client crashes where one of these is missing.
_NEXT = {
    "Content-Type": "application/json",
    "Lambda-Runtime-Deadline-Ms": "9999999999999",
    "Lambda-Runtime-Trace-Id": "Root=1-0-0",
    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:own",
}


@attrs.define
class Ran:
    """What came of it.

    Attributes:
        answers: What the function answered to each event: the JSON that it returned, or the error as it was told.
        init_error: Why it could not be started; None if it could.
        log: What it printed.
    """

    answers: list[Any] = attrs.field(factory=list)
    init_error: dict[str, Any] | None = None
    log: str = ""


def run(root: Path, layer: Path, handler: str, events: Sequence[object], variables: Mapping[str, str]) -> Ran:
    """Starts a function as Lambda does, and has it handle events.

    Args:
        root: The folder of the function's code.
        layer: The layer's folder `python`.
        handler: The function's handler, as it is configured.
        events: The events, in turn.
        variables: The function's environment variables.
    """
    ran, waiting, done = Ran(), list(enumerate(events)), threading.Event()
    stopped = threading.Event()

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not waiting:
                done.set()
                stopped.wait()  # no event comes any more
                return
            number, event = waiting.pop(0)
            self._answer(200, json.dumps(event).encode(), {**_NEXT, "Lambda-Runtime-Aws-Request-Id": str(number)})

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == f"{_START}/init/error":
                ran.init_error = told
                done.set()
            else:
                ran.answers.append(told)
            self._answer(202, b"{}", {})

        def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            **{name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ},
            **variables,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
            "LAMBDA_TASK_ROOT": str(root),
            "_HANDLER": handler,
            # Without the site: what is installed for these tests in an editable way is not there.
            "PYTHONPATH": os.pathsep.join([str(root), str(layer), sysconfig.get_path("platlib")]),
        }
        command = [sys.executable, "-S", "-m", "awslambdaric", handler]
        with subprocess.Popen(  # noqa: S603 - our own
            command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            while process.poll() is None and not done.wait(0.05):
                pass  # neither has it ended nor asked for more
            process.kill()
            stopped.set()
            ran.log = process.communicate()[0]
        server.shutdown()
    return ran
