"""Functions that fail: each is answered as API Gateway answers it, and leaves nothing behind."""

import asyncio
import contextlib
import json
import os
import tempfile
from pathlib import Path

import pytest

from cors_constructs.serve.functions import invoking
from cors_constructs.simulate import Response

from .apps import App, Running, children, ended, is_running


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path)


def is_a_502_that_pages_can_read(response: Response) -> bool:
    return (
        response.status == 502
        and response.headers["access-control-allow-origin"] == "*"
        and json.loads(response.body) == {"message": "Internal server error"}
    )


BODIES_PYTHON = {
    "raises": ("raise ValueError('no\\nluck')", "ValueError: no luck"),
    "exits": ("import sys; sys.exit(3)", "Runtime exited with error: exit status 3"),
    "exits without a word": ("import os; os._exit(0)", "Runtime exited with error: exit status 0"),
    "is aborted": ("import os; os.abort()", "Runtime exited with error: signal: aborted"),
    "reads where nothing is": (
        "import ctypes; ctypes.string_at(0)",
        "Runtime exited with error: signal: segmentation fault",
    ),
    "ends its own process": (
        "import os; os.kill(os.getpid(), 9)",
        "Runtime exited with error: signal: killed",
    ),
    "ends in a child that stays": (
        "import os, time\n    if not os.fork(): time.sleep(60)\n    os.abort()",
        "Runtime exited with error: signal: aborted",
    ),
    "hangs": ("import time; time.sleep(60)", "Task timed out after 1.00 seconds"),
    "is busy": ("while True: pass", "Task timed out after 1.00 seconds"),
    "ignores to be asked": (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
        "Task timed out after 1.00 seconds",
    ),
    "answers a set": ("return {1}", "Runtime.MarshalError: Unable to marshal response"),
    "answers too much": ("return {'body': 'x' * 7_000_000}", "Function.ResponseSizeTooLarge"),
    "closes what it has": ("import os, time; os.closerange(3, 99); time.sleep(60)", "Task timed out after 1.00 s"),
    "ends what answers go by": (
        "import socket, time\n    for it in range(3, 99):\n"
        "        try: socket.socket(fileno=it).shutdown(socket.SHUT_WR)\n"
        "        except OSError: pass\n    time.sleep(60)",
        "Task timed out after 1.00 s",
    ),
    "writes nonsense where answers go": (
        "import os, time\n    for it in range(3, 200):\n        try: os.write(it, b'z' * 99)\n"
        "        except OSError: pass\n    time.sleep(60)",
        "Runtime exited with error: signal: killed (what it says answers no call: its code writes where ",
    ),
}
BODIES_NODE = {
    "raises": ("throw new TypeError('no luck');", "TypeError: no luck"),
    "throws a string": ("throw 'no luck';", "string: no luck"),
    "exits": ("process.exit(3);", "Runtime exited with error: exit status 3"),
    "is aborted": ("process.abort();", "Runtime exited with error: signal: aborted"),
    "has an error that nobody catches": (
        "setTimeout(() => { throw new Error('late'); }); await new Promise((done) => setTimeout(done, 5000));",
        "Runtime exited with error: exit status 1",
    ),
    "hangs": ("await new Promise((done) => setTimeout(done, 60000));", "Task timed out after 1.00 seconds"),
    "is busy": ("for (;;) ;", "Task timed out after 1.00 seconds"),
    "answers what is no JSON": ("return { body: 1n };", "TypeError"),
    "answers too much": ("return { body: 'x'.repeat(7_000_000) };", "Function.ResponseSizeTooLarge"),
}


@pytest.mark.parametrize("what", BODIES_PYTHON)
def test_a_python_function_is_answered_502_and_works_the_next_time_if_it(
    app: App, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, why = BODIES_PYTHON[what]
    code = f"def handler(event, context):\n    if event['path'] == '/f/fine': return {{'body': 'fine'}}\n    {body}\n"
    app.function("f", {"app.py": code}, Runtime="python3.13", Timeout=_seconds(why))
    _fails_and_recovers(app, why, monkeypatch)


@pytest.mark.parametrize("what", BODIES_NODE)
def test_a_nodejs_function_is_answered_502_and_works_the_next_time_if_it(
    app: App, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, why = BODIES_NODE[what]
    code = f"exports.handler = async (event) => {{ if (event.path === '/f/fine') return {{ body: 'fine' }}; {body} }};"
    app.node("f", code, Timeout=_seconds(why))
    _fails_and_recovers(app, why, monkeypatch)


def _seconds(why: str) -> int:
    """A second for what would never end, and for what fails by itself as much as a busy machine may need."""
    return 1 if why.startswith("Task timed out") else 60


def _fails_and_recovers(app: App, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(running: Running) -> None:
        response = await running.fetch("/f/now")
        assert is_a_502_that_pages_can_read(response), response
        assert response.why.startswith("GET /f/now: the function f failed: ")
        assert why in response.why
        assert "\n" not in response.why
        monkeypatch.setattr(invoking, "timeout_of", lambda _: 60)  # a second might be too short for a busy machine
        fine = await running.fetch("/f/fine")
        assert fine.body == b"fine", fine
        if why.startswith(("Runtime exited", "Task")):
            await running.logged(why)

    monkeypatch.setattr(invoking, "_INIT_SECONDS", 60)
    before = children()
    app.run(work)
    assert children() <= before


ANSWERS = {
    "a string": ('"fine"', "is to be an object with a statusCode, not 'fine'"),
    "nothing": ("None", "is to be an object with a statusCode, not null"),
    "a list": ("[1]", "not [1]"),
    "a number": ("float('nan')", "is no JSON"),
    "a member too many": ('{"statusCode": 200, "cookies": []}', "it has 'cookies'"),
    "an error by its own hand": ('{"errorMessage": "gone"}', "the function failed: 'gone'"),
    "a status that is none": ('{"statusCode": "fine"}', "its statusCode is 'fine'"),
    "a status too high": ('{"statusCode": 1000}', "its statusCode is 1000"),
    "a status that is true": ('{"statusCode": True}', "its statusCode is true"),
    "a body that is no string": ('{"body": {"a": 1}}', 'its body is {"a": 1}, not a string'),
    "headers that are a list": ('{"headers": ["a"]}', 'its headers are ["a"], not an object'),
    "a header that is a list": ('{"headers": {"X-A": ["a"]}}', 'its header X-A is ["a"]'),
    "a header of two lines": ('{"headers": {"X-A": "a\\r\\nX-B: b"}}', "its header X-A is 'a X-B: b'"),
    "a header without a name": ('{"headers": {"": "a"}}', "which is no header's name"),
    "a header with a colon": ('{"headers": {"X-A: b\\r\\nX-B": "a"}}', "which is no header's name"),
    "several headers that are none": ('{"multiValueHeaders": {"X-A": "a"}}', "is 'a', not a list"),
    "Base64 that is none": ('{"body": "#", "isBase64Encoded": True}', "is said to be Base64, and is not"),
    "neither true nor false": ('{"isBase64Encoded": "yes"}', "neither true nor false"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_a_malformed_answer_is_a_502_that_says_what_is_wrong_with(app: App, what: str) -> None:
    answer, why = ANSWERS[what]
    app.resources["Api"]["Properties"]["BinaryMediaTypes"] = ["*/*"]
    response = app.python("f", f"def handler(event, context): return {answer}").fetch("/f")
    assert is_a_502_that_pages_can_read(response)
    assert response.why.startswith("GET /f (function f): ")
    assert why in response.why


BROKEN = {
    "a module that raises": ("1 / 0", "app.handler", "ZeroDivisionError: division by zero"),
    "a module that exits": ("import sys; sys.exit(4)", "app.handler", "Runtime exited with error: exit status 4"),
    "a syntax error": ("def", "app.handler", "Runtime.UserCodeSyntaxError: Syntax error in module 'app'"),
    "a package that is not there": ("import nowhere", "app.handler", "No module named 'nowhere'"),
    "no such module": ("", "other.handler", "Unable to import module 'other': No module named 'other'"),
    "no such handler": ("", "app.handler", "Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'"),
    "a handler that is none": ("handler = 1", "app.handler", "is not callable"),
    "a handler without a module": ("", "handler", "Runtime.MalformedHandlerName: Bad handler 'handler'"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_function_that_does_not_load_is_a_502_that_says(app: App, what: str) -> None:
    code, handler, why = BROKEN[what]
    response = app.python("f", code, Handler=handler, Timeout=1).fetch("/f")
    assert is_a_502_that_pages_can_read(response)
    assert why in response.why


def test_a_module_that_hangs_has_ten_seconds_or_the_functions_time(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoking, "_INIT_SECONDS", 2)
    response = app.python("f", "import time; time.sleep(60)", Timeout=1).fetch("/f")
    assert is_a_502_that_pages_can_read(response)
    assert "Task timed out after 2.00 seconds" in response.why


BROKEN_NODE = {
    "a module that throws": ("throw new RangeError('no');", "app.handler", "RangeError: no"),
    "a module that exits": ("process.exit(4);", "app.handler", "Runtime exited with error: exit status 4"),
    "a syntax error": ("exports.handler = (", "app.handler", "SyntaxError: Unexpected"),
    "a package that is not there": ("require('nowhere');", "app.handler", "Cannot find module 'nowhere'"),
    "no such module": ("", "other.handler", "Runtime.ImportModuleError: Error: Cannot find module 'other'"),
    "no such handler": ("", "app.handler", "Runtime.HandlerNotFound: app.handler is undefined or not exported"),
    "a handler that is none": ("exports.handler = 1;", "app.handler", "is not a function"),
    "a handler without a module": ("", "handler", "Runtime.MalformedHandlerName: Bad handler 'handler'"),
    "a handler outside of its folder": ("exports.handler = () => 1;", "../asset.f/app.handler", "MalformedHandlerName"),
}


@pytest.mark.parametrize("what", BROKEN_NODE)
def test_a_nodejs_function_that_does_not_load_is_a_502_that_says(app: App, what: str) -> None:
    code, handler, why = BROKEN_NODE[what]
    response = app.node("f", code, Handler=handler).fetch("/f")
    assert is_a_502_that_pages_can_read(response)
    assert why in response.why


MEMORY = {
    "python": "def handler(event, context):\n    held = []\n    while True: held.append(bytearray(b'x') * 4_000_000)",
    "python at once": "def handler(event, context): return {'body': str(len(bytearray(b'x') * 3_000_000_000))}",
    "nodejs": "const held = []; exports.handler = async () => { for (;;) held.push(Buffer.alloc(4_000_000, 1)); };",
    "nodejs of objects": "const all = []; exports.handler = async () => { for (;;) all.push({ a: [all.length] }); };",
}


@pytest.mark.parametrize("how", MEMORY)
def test_a_function_that_takes_more_memory_than_it_is_given_is_ended(app: App, how: str) -> None:
    app = (app.python if how.startswith("python") else app.node)("f", MEMORY[how], MemorySize=128, Timeout=60)
    response = app.fetch("/f")
    assert is_a_502_that_pages_can_read(response)
    assert "Runtime exited with error: signal: " in response.why


def test_an_integration_that_waits_less_than_its_function_is_answered_504(app: App) -> None:
    app.python("f", "import time\ndef handler(event, context): time.sleep(60)", Timeout=30)
    app.method("f", {"Type": "AWS_PROXY", "TimeoutInMillis": 300})

    async def work(running: Running) -> None:
        response = await running.fetch("/f")
        assert response.status == 504
        assert json.loads(response.body) == {"message": "Endpoint request timed out"}
        assert response.headers["access-control-allow-origin"] == "*"

    before = children()
    app.run(work)
    assert children() <= before


def test_a_gigabyte_of_output_is_cut_in_the_log_and_the_function_still_answers(app: App) -> None:
    app.python(
        "loud",
        """
        import sys

        def handler(event, context):
            for _ in range(1024):
                sys.stdout.write("x" * 1048576)
            return {"body": "fine"}
        """,
        Timeout=300,
    )
    app.method("loud", {"Type": "AWS_PROXY"})

    async def work(running: Running) -> None:
        assert (await running.fetch("/loud")).body == b"fine"
        assert "256 KB" in await running.logged("the rest is left out")
        assert sum(map(len, running.log)) < 300_000
        assert max(map(len, running.log)) < 4_200

    app.run(work)


def test_an_event_that_is_larger_than_a_function_takes_is_a_413(app: App) -> None:
    app.python("f", "def handler(event, context): return {'body': 'fine'}")

    async def work(running: Running) -> None:
        assert (await running.fetch("/f", "POST", body=b"x" * 7_000_000)).status == 413
        assert (await running.fetch("/f", "POST", body=b"x" * 5_000_000)).body == b"fine"

    app.run(work)


LEAVING = {
    "a child": "subprocess.Popen(['sleep', '60'])",
    "a child of its own session": "subprocess.Popen(['sleep', '60'], start_new_session=True)",
    "a child without a parent": "subprocess.Popen(['setsid', '--fork', 'sleep', '60'])",
}


@pytest.mark.parametrize("what", LEAVING)
def test_what_a_function_leaves_behind_ends_with_it(app: App, what: str) -> None:
    app.python(
        "f",
        f"""
        import json, os, subprocess

        def handler(event, context):
            left = {LEAVING[what]}
            return {{"body": json.dumps([os.getpid(), left.pid])}}
        """,
    )

    async def work(running: Running) -> list[int]:
        found: list[int] = await running.read("/f")
        assert is_running(found[0])
        return found

    processes = app.run(work)
    assert all(asyncio.run(ended(it)) for it in (*processes, *_left_of(app)))


def _left_of(app: App) -> list[int]:
    """The processes that an app's functions left, whosever children they are."""
    marked = f"LAMBDA_TASK_ROOT={app.folder.resolve()}/".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if marked in entry.read_bytes():
                found.append(int(entry.parent.name))
    return found


def test_a_call_that_is_given_up_ends_its_process(app: App) -> None:
    code = "import os, time\ndef handler(event, context):\n    print('here', os.getpid())\n    time.sleep(60)"
    app.python("f", code, Timeout=60)

    async def work(running: Running) -> None:
        call = asyncio.ensure_future(running.fetch("/f"))
        process = int((await running.logged("here")).split()[-1])
        assert process in children()
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert call.cancelled()
        assert await ended(process)

    app.run(work)


def test_so_does_one_that_is_given_up_while_that_starts(app: App) -> None:
    app.python("f", "def handler(event, context): return {}")

    async def work(running: Running) -> None:
        for turns in range(0, 30, 3):
            call = asyncio.ensure_future(running.fetch("/f"))
            for _ in range(turns):
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            if not call.cancelled():  # it was answered before that, and its process waits for the next one
                return
            assert children() <= before

    before = children()
    app.run(work)


def test_close_ends_calls_that_are_under_way_and_removes_files(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    app.python("f", "import time\ndef handler(event, context):\n    print('here')\n    time.sleep(60)", Timeout=60)

    async def work(running: Running) -> None:
        call = asyncio.ensure_future(running.fetch("/f"))
        await running.logged("here")
        assert list(scratch.iterdir())
        await running.functions.close()
        assert (await call).status == 502
        assert (await running.fetch("/f")).status == 504

    before = children()
    app.run(work)
    assert children() <= before
    assert not list(scratch.iterdir())


OTHERS = {
    "java21": ({"Runtime": "java21"}, "its runtime is java21"),
    "a container image": ({"PackageType": "Image", "Code": {"ImageUri": "x"}}, "it is a container image"),
    "a binary of its own": ({"Runtime": "provided.al2023"}, "its runtime is provided.al2023"),
    "code that is elsewhere": (
        {"Runtime": "python3.13", "Handler": "app.handler", "Code": {"S3Bucket": "b", "S3Key": "k"}},
        "its code is not here: synthesize the app again",
    ),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_cannot_be_run_here_is_a_501_that_says_so(app: App, what: str) -> None:
    properties, why = OTHERS[what]
    app.method("f", {"Type": "AWS_PROXY"})
    app.resources["f"] = {"Type": "AWS::Lambda::Function", "Properties": properties}
    response = app.fetch("/f")
    assert response.status == 501
    assert why in json.loads(response.body)["message"]
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_function_that_the_templates_do_not_have_is_a_501(app: App) -> None:
    called = "arn:aws:lambda:eu-west-1:1:function:gone"
    uri = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{called}/invocations"
    app.python("f", "").method("f", {"Type": "AWS_PROXY", "Uri": uri})
    response = app.fetch("/f")
    assert response.status == 501
    assert "function:gone" in json.loads(response.body)["message"]


@pytest.mark.parametrize("body", ["pass", "os.closerange(3, 99)"], ids=["listening", "with all of it closed"])
def test_processes_end_when_who_started_them_is_gone_without_a_word(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        f"import os\ndef handler(event, context):\n    {body}\n    print(os.getpid(), end='.\\n')\n    while True: pass"
    )
    app.python("f", code, Timeout=60)

    async def work(running: Running) -> int:
        call = asyncio.ensure_future(running.fetch("/f"))
        process = int((await running.logged("."))[len("f: ") : -1])
        os.write(number, f"{process}\n".encode())
        os.kill(os.getpid(), 9)
        await call
        return process

    reading, number = os.pipe()
    server = os.fork()
    if not server:
        try:
            app.run(work)
        finally:
            os._exit(1)
    os.close(number)
    with os.fdopen(reading) as told:
        process = int(told.readline())
    os.waitpid(server, 0)
    assert asyncio.run(ended(process))
