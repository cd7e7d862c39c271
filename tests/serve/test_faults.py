"""Functions, backends and templates that fail while they are served: nobody else is held up, and nothing grows."""

import asyncio
import json
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.servers import Server, a_body_without_end, answering, one_byte_now_and_then, talking
from tests.cli.templates import Template, keyed, write
from tests.serve.functions.apps import App, ended
from tests.serve.memory import MEGABYTE, below, highest
from tests.serve.running import Running, serving, wait_for
from tests.serve.templates import BACKEND, ORIGIN, open_to_all

BOUND = 64 * MEGABYTE
"""More than the server needs for any of this, and far less than what it is handed."""

LONG = 300
"""Seconds, which a gigabyte of output may take on a busy machine."""

HANDLER = "def handler(event, context):\n    "
FINE = 'return {"body": event["path"]}'
PYTHON = {
    "crashes": ("import os; os.abort()", 502),
    "hangs": ("import time; time.sleep(60)", 502),
    "is busy": ("while True: pass", 502),
    "prints a gigabyte": (
        "import sys\n    for _ in range(1024): sys.stdout.write('x' * 1048576)\n    return {'body': 'done'}",
        200,
    ),
    "prints a gigabyte of lines": (
        "import os\n    for _ in range(1024): os.write(2, b'line\\n' * 209715)\n    return {'body': 'done'}",
        200,
    ),
    "answers 20 MB": ("return {'body': 'x' * 20_000_000}", 502),
    "answers what is no number": ("return {'statusCode': 200, 'body': float('nan')}", 502),
    "answers a string": ("return 'fine'", 502),
    "answers nothing": ("return None", 502),
    "answers a header of two lines": ("return {'headers': {'X-A': 'a\\r\\nSet-Cookie: b'}}", 502),
    "answers a status that is not the last": ("return {'statusCode': 103, 'body': 'early'}", 502),
    "ends itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 502),
    "closes its output": ("import os; os.close(1); os.close(2); return {'body': 'done'}", 200),
    "forks, and the child ends": (
        "import os\n    child = os.fork()\n    if not child: os._exit(0)\n    os.waitpid(child, 0)\n"
        "    return {'body': 'done'}",
        200,
    ),
    "forks, and both answer": ("import os; os.fork(); return {'body': 'done'}", 200),
    "forks without end": (
        "import os, time\n    try:\n        for _ in range(100):\n            if not os.fork(): time.sleep(6000)\n"
        "    except OSError: pass\n    return {'body': 'done'}",
        200,
    ),
}
NODE = {
    "ends itself": ("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});", 502),
    "closes its output": ("require('fs').closeSync(1); return { body: 'done' };", 200),
    "prints a gigabyte": (
        "for (let i = 0; i < 1024; i++) require('fs').writeSync(1, 'x'.repeat(1 << 20)); return { body: 'done' };",
        200,
    ),
    "answers 20 MB": ("return { body: 'x'.repeat(20_000_000) };", 502),
    "answers what is no number": ("return { statusCode: NaN };", 200),  # which is null, as JSON has it
    "answers nothing": ("", 502),
}


def _title(name: str) -> str:
    return name.replace(" ", "-").replace(",", "")


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A function for each fault, which is well where its path ends in `/fine`."""
    app = App(tmp_path_factory.mktemp("functions"))
    for name, (body, _) in PYTHON.items():
        code = f"{HANDLER}if event['path'].endswith('/fine'): {FINE}\n    {body}\n"
        app.python(f"python-{_title(name)}", code, Timeout=3 if name in {"hangs", "is busy"} else LONG)
    for name, (body, _) in NODE.items():
        fine = "if (event.path.endsWith('/fine')) return { body: event.path };"
        app.node(f"nodejs-{_title(name)}", f"exports.handler = async (event) => {{ {fine} {body} }};", Timeout=LONG)
    app.python("well", f"{HANDLER}{FINE}\n")
    template = app.folder / "template.json"
    template.write_text(json.dumps({"Resources": app.resources}))
    with serving(template, "--no-reload") as running:
        yield running
        processes = below(running.process.pid)
        assert processes
        assert running.stop(signal.SIGTERM) == 0
        assert all(asyncio.run(ended(it)) for it in processes)


@pytest.mark.parametrize(
    ("function", "status"),
    [
        *((f"python-{_title(name)}", status) for name, (_, status) in PYTHON.items()),
        *((f"nodejs-{_title(name)}", status) for name, (_, status) in NODE.items()),
    ],
    ids=[*(f"python {name}" for name in PYTHON), *(f"nodejs {name}" for name in NODE)],
)
def test_beside_a_function_that_fails_others_are_answered_and_so_is_its_next_call(
    functions: Running, function: str, status: int
) -> None:
    before = highest(functions.process.pid)
    with ThreadPoolExecutor(1) as threads:
        failing = threads.submit(functions.ask, "GET", f"/prod/{function}")
        answered = 0
        while not failing.done() or not answered:
            body = functions.ask("GET", f"/prod/well/{answered}").body
            assert body == f"/well/{answered}".encode(), functions.out[-5000:]
            answered += 1
    answer = failing.result()
    assert answer.status == status, functions.out[-5000:]
    if status == 502:
        assert answer.message == "Internal server error"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers
    elif "no-number" not in function:
        assert answer.body == b"done"
    for _ in range(2):
        body = functions.ask("GET", f"/prod/{function}/fine").body
        assert body == f"/{function}/fine".encode(), functions.out[-5000:]
    assert highest(functions.process.pid) - before < BOUND


def test_a_gigabyte_of_output_is_cut_in_the_log(functions: Running) -> None:
    for language in ("python", "nodejs"):
        title = f"{language}-prints-a-gigabyte"
        before = len(functions.lines)
        assert functions.ask("GET", f"/prod/{title}").body == b"done", functions.out[-5000:]
        functions.says(f"{title}: it prints more than 256 KB in one call; the rest is left out", before)
        said = [line for line in functions.lines[before:] if f"{title}: " in line]
        assert sum(map(len, said)) < 300_000


def test_ten_hanging_calls_of_one_function_hold_up_no_other(functions: Running) -> None:
    with ThreadPoolExecutor(10) as threads:
        hanging = [threads.submit(functions.ask, "GET", "/prod/python-hangs") for _ in range(10)]
        for number in range(20):
            body = functions.ask("GET", f"/prod/well/{number}").body
            assert body == f"/well/{number}".encode(), functions.out[-5000:]
        assert [it.result().status for it in hanging] == [502] * 10


def refusing(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n" + b"x" * MEGABYTE)


def numbered(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 999 Whatever\r\nContent-Length: 2\r\n\r\nok")


def interim(connection: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def switching(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello")


def long_headers(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.is_set():
        connection.sendall(b"X-Long: " + b"x" * 65_536 + b"\r\n")


def two_lengths(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc")


def one_byte_of_the_body(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"x")
        time.sleep(0.05)


BACKENDS: dict[str, tuple[Callable[[socket.socket, threading.Event], None], int]] = {
    "that sends a body without end": (a_body_without_end, 504),
    "that closes in the middle of a long body": (refusing, 504),
    "that sends a byte of its head now and then": (one_byte_now_and_then, 504),
    "that sends a byte of its body now and then": (one_byte_of_the_body, 504),
    "whose status is none": (numbered, 502),
    "that always has more to come": (interim, 504),
    "that changes to another protocol": (switching, 504),
    "whose headers have no end": (long_headers, 504),
    "that says two lengths": (two_lengths, 504),
}


@pytest.mark.parametrize("what", BACKENDS)
def test_beside_a_backend_others_are_answered(tmp_path: Path, what: str) -> None:
    says, status = BACKENDS[what]

    def short(template: Template) -> None:
        if status == 504:  # what is not to be answered by that is waited for on a busy machine, too
            template["Resources"]["ProxyAny"]["Properties"]["Integration"]["TimeoutInMillis"] = 2000

    template = write(tmp_path / "a.json", open_to_all, short)
    with (
        talking(says) as url,
        serving(template, "--backend", f"{BACKEND}={url}", "--no-reload") as running,
        ThreadPoolExecutor(1) as threads,
    ):
        before = highest(running.process.pid)
        failing = threads.submit(running.ask, "GET", "/prod/a", {"Origin": ORIGIN})
        while not failing.done():
            assert running.ask("OPTIONS", "/prod/users").status == 204
        answer = failing.result()
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, ORIGIN)
        running.says("GET /prod/a ")
        assert highest(running.process.pid) - before < BOUND


def test_a_backend_that_comes_back_is_called_again(tmp_path: Path) -> None:
    template = write(tmp_path / "a.json", open_to_all)
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))  # nobody else gets it, and nothing listens
        port = place.getsockname()[1]
        with serving(template, "--backend", f"{BACKEND}=http://127.0.0.1:{port}", "--no-reload") as running:
            assert running.ask("GET", "/prod/a").status == 504
            place.listen()
            thread = threading.Thread(target=_answer_once, args=(place,))
            thread.start()
            assert running.ask("GET", "/prod/a").body == b"back"
            thread.join()


def test_an_answer_after_which_a_client_would_wait_for_another_is_a_502(tmp_path: Path) -> None:
    def interim_mock(template: Template) -> None:
        users = template["Resources"]["UsersOptions"]["Properties"]
        users["Integration"]["RequestTemplates"] = {"application/json": '{"statusCode": 100}'}
        users["Integration"]["IntegrationResponses"][0]["StatusCode"] = "100"
        users["MethodResponses"][0]["StatusCode"] = "100"

    with serving(write(tmp_path / "a.json", interim_mock), "--no-reload") as running:
        answer = running.ask("OPTIONS", "/prod/users")
        assert (answer.status, answer.message) == (502, "Internal server error")
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "since a client would wait for what follows a 100" in running.says("502  OPTIONS")


def _answer_once(place: socket.socket) -> None:
    connection, _ = place.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback")


def test_a_connection_that_the_backend_has_closed_is_not_used_again(tmp_path: Path) -> None:
    def answer_and_close(connection: socket.socket) -> None:
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    template = write(tmp_path / "a.json", open_to_all)
    with socket.create_server(("127.0.0.1", 0)) as place:

        def serve() -> None:
            for _ in range(5):
                answer_and_close(place.accept()[0])

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{place.getsockname()[1]}"
        with serving(template, "--backend", f"{BACKEND}={url}", "--no-reload") as running:
            for _ in range(5):
                body = running.ask("GET", "/prod/a").body
                assert body == b"ok", running.out[-5000:]
        thread.join()


def delete(template: Path) -> None:
    template.unlink()


def replace_by_a_folder(template: Path) -> None:
    template.unlink()
    template.mkdir()


def empty(template: Path) -> None:
    template.write_text("")


def break_(template: Path) -> None:
    template.write_text('{"Resources": {')


def write_bytes(template: Path) -> None:
    template.write_bytes(b"\xff\xfe\x00\x80" * 100)


def link_to_itself(template: Path) -> None:
    template.unlink()
    template.symlink_to(template.name)


def write_half(template: Path) -> None:
    text = template.read_text()
    template.write_text(text[: len(text) // 2])


HARM = {
    "deleted": delete,
    "replaced by a folder": replace_by_a_folder,
    "emptied": empty,
    "broken": break_,
    "other bytes": write_bytes,
    "a link to itself": link_to_itself,
    "half of it": write_half,
}


@pytest.mark.parametrize("is_folder", [False, True], ids=["a file", "in a folder"])
@pytest.mark.parametrize("what", HARM)
def test_a_template_that_is_harmed_is_served_on_is_told_once_and_is_read_again_once_mended(
    tmp_path: Path, what: str, is_folder: bool
) -> None:
    template = write(tmp_path / "cdk.out" / "Shop.template.json")
    with serving(template.parent if is_folder else template) as running:
        HARM[what](template)
        running.says("what was read before is served on: ")
        # A later change makes it read again; what is as bad as before is not worth another line.
        (template.parent / "Other.template.json").write_text("{")
        for _ in range(10):
            assert running.ask("OPTIONS", "/prod/users").status == 204
            time.sleep(0.1)
        told = re.findall("is served on: (.*)", running.out)
        if not is_folder:  # what stands there for a moment, such as nothing, may be told as well
            assert len(set(told)) == len(told)
        mend(template)
        wait_for(lambda: running.ask("OPTIONS", "/prod/users").status == 403, lambda: running.out)
        running.says("read anew")
        assert "Traceback" not in running.out


def mend(template: Path) -> None:
    """A template whose preflights ask for keys takes the place of what is there."""
    if template.is_dir():
        shutil.rmtree(template)
    (template.parent / "Other.template.json").unlink()
    write(template.with_suffix(".new"), keyed).replace(template)


@pytest.fixture
def backend() -> Iterator[Server]:
    with answering(lambda seen: (200, [], seen.path.encode())) as server:
        yield server


def test_a_template_that_is_written_all_the_time_fails_no_request(tmp_path: Path, backend: Server) -> None:
    template = write(tmp_path / "a.json", open_to_all)
    with serving(template, "--backend", f"{BACKEND}={backend.url}") as running:
        over = threading.Event()

        def scribble() -> None:
            while not over.wait(0.05):
                write(template, open_to_all)
                write_half(template)

        thread = threading.Thread(target=scribble)
        thread.start()
        try:
            end = time.monotonic() + 4
            number = 0
            while time.monotonic() < end:
                body = running.ask("GET", f"/prod/{number}").body
                assert body == f"/{number}".encode(), running.out[-5000:]
                number += 1
        finally:
            over.set()
            thread.join()
        before = len(running.lines)
        write(template, open_to_all, keyed)
        running.says("read anew", before)
