"""`make demo` without MiniStack: how its parts start, and what stays when they end, which is nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from cors_constructs.simulate import Browser, Request, Response
from examples.scan_records import seed
from examples.scan_records.demo import __main__ as program
from examples.scan_records.demo import page, parts, table
from examples.scan_records.demo.parts import PartError, Parts, Stop, StoppedError
from examples.scan_records.demo.ports import PortError, bound, kept

from ..cli.servers import refused_port, silence, talking
from .apps import ROOT
from .demos import PATIENCE, Demo, demo
from .dynamodb import DynamoDB, dynamodb

PORTS: Final = ("--page-port", "0", "--gateway-port", "0")
READY: Final = "Ctrl-C stops all."


@pytest.fixture
def database() -> Iterator[DynamoDB]:
    with dynamodb() as found:
        yield found


def ask(method: str, url: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Response:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers or {})
        answer = connection.getresponse()
        return Response(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def transport(request: Request) -> Response:
    return ask(request.method, request.url, dict(request.headers.items()), request.body)


def scan(running: Demo, key: str, origin: str = "") -> tuple[int, Any]:
    """What the page reads that the demo serves, in a browser that is simulated: the answers are real."""
    origin = origin or running.address("page").partition("/#")[0]
    verdict = Browser(transport).fetch(
        "POST",
        f"{running.address('gateway')}/scanRecords",
        origin=origin,
        headers={"x-api-key": key, "content-type": "application/json"},
        body=json.dumps({"status": "all"}),
    )
    assert verdict.allowed, verdict
    assert verdict.response
    return verdict.response.status, json.loads(verdict.response.body)


def test_the_page_reads_the_records_and_ctrl_c_ends_all(database: DynamoDB, tmp_path: Path) -> None:
    """Whoever runs it may have settings for AWS, and a proxy: these are not for what runs here."""
    env = {"AWS_PROFILE": "work", "AWS_REGION": "nowhere-1", "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "x"}
    with demo(*PORTS, "--dynamodb", database.url, env=env, scratch=tmp_path) as running:
        running.says(READY)
        key = running.address("key")
        assert scan(running, key) == (200, {"records": seed.RECORDS, "next": None})
        assert scan(running, "guessed") == (403, {"message": "Forbidden"})
        assert running.address("table") == database.url

        link = urlsplit(running.address("page"))
        assert parse_qs(link.fragment) == {"api": [running.address("gateway")], "key": [key]}
        answer = ask("GET", f"{link.scheme}://{link.netloc}/")
        assert (answer.status, answer.body) == (200, (page.FOLDER / "index.html").read_bytes())

        lens = ask("GET", running.address("lens"))
        assert (lens.status, b"<title>CORS lens</title>" in lens.body) == (200, True)
        own = running.address("lens").removesuffix("/_cors")
        assert scan(running, key, origin=own)[0] == 200  # so that its pages show both columns

        commands = " ".join(running.descendants().values())
        assert "cors_constructs.cli serve" in commands
        assert "worker.py" in commands
        assert running.end(signal.SIGINT, to_all=True) == 0
        assert running.left() == {}
    assert running.lines[-1] == "demo: all is stopped"
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_dies_ends_all_and_is_named(database: DynamoDB, tmp_path: Path) -> None:
    with demo(*PORTS, "--dynamodb", database.url, scratch=tmp_path) as running:
        running.says(READY)
        assert scan(running, running.address("key"))[0] == 200  # so that the gateway has a function's process
        (gateway,) = (it for it, command in running.descendants().items() if "cors_constructs.cli serve" in command)
        os.kill(gateway, signal.SIGKILL)
        assert running.process.wait(PATIENCE) == 1
        assert running.left() == {}  # a function's process sees by itself that its gateway has gone
    assert running.lines[-1] == "demo: the gateway ended by signal 9; what it said is above"
    assert list(tmp_path.iterdir()) == []


def test_a_signal_ends_it_at_any_time(tmp_path: Path) -> None:
    with talking(silence) as table, demo(*PORTS, "--dynamodb", table, scratch=tmp_path) as running:
        running.says("synthesizing")
        while not running.descendants():
            time.sleep(0.01)
        assert running.end(signal.SIGTERM) == 0
        assert running.left() == {}
    assert running.lines == ["demo: synthesizing examples/scan_records: some seconds", "demo: all is stopped"]
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_cannot_do_its_work_is_named_with_what_it_said(tmp_path: Path) -> None:
    nowhere = refused_port()
    with demo(*PORTS, "--dynamodb", nowhere, scratch=tmp_path) as running:
        assert running.process.wait(PATIENCE) == 1
    assert "demo: the filling of the table ended with status 1; it said:" in running.out
    assert nowhere in running.lines[-1]


@pytest.mark.parametrize("option", ["--page-port", "--gateway-port"])
def test_a_port_that_is_taken_is_one_line(option: str, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status = program.main([*PORTS, "--dynamodb", "http://127.0.0.1:9", option, str(port)])
    assert (status, capfd.readouterr().out) == (
        2,
        f"demo: port {port} is taken by another program; say another: make demo DEMO_OPTIONS='{option} {port + 1}'\n",
    )


def test_a_port_of_one_loopback_address_is_taken_if_that_of_the_other_is() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortError, match=f"^port {port} is taken"):
            bound(port, "--page-port")


def test_page_and_gateway_are_not_at_one_port(capfd: pytest.CaptureFixture[str]) -> None:
    with kept(0, "") as number:
        port = str(number)
        given = ["--page-port", port, "--gateway-port", port, "--dynamodb", "http://127.0.0.1:9"]
        assert program.main(given) == 2
    assert capfd.readouterr().out.startswith(f"demo: port {port} is taken by another program; say another: make demo")


@pytest.mark.parametrize("port", ["x", "-1", "65536", "", "٣"])
def test_a_port_is_a_number(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        program.main([f"--page-port={port}"])
    assert f"{port!r} is no port; write a number from 0 to 65535" in capsys.readouterr().err


def test_without_ministack_it_says_who_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "PROGRAM", tmp_path / ".venv-ministack" / "bin" / "ministack")
    assert program.main([*PORTS]) == 1
    assert capfd.readouterr().out == (
        "demo: MiniStack is not installed in .venv-ministack; `make demo` installs it, and --dynamodb does without\n"
    )


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html"),
        ("/page.mjs", 200, "text/javascript"),
        ("/page.css", 200, "text/css"),
        ("/nowhere", 404, "text/html;charset=utf-8"),
        ("/../app.py", 404, "text/html;charset=utf-8"),
        ("/%2e%2e/app.py", 404, "text/html;charset=utf-8"),
    ],
)
def test_the_front_end_is_the_files_of_its_folder(path: str, status: int, kind: str) -> None:
    with page.serving(0, "--page-port") as origin:
        answer = ask("GET", f"{origin}{path}")
    assert (answer.status, answer.headers.get("content-type")) == (status, kind)
    assert answer.headers.get("cache-control") == "no-store"


def test_folders_of_the_front_end_have_no_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").touch()
    monkeypatch.setattr(page, "FOLDER", tmp_path)
    with page.serving(0, "--page-port") as origin:
        answer = ask("GET", f"{origin}/")
    assert answer.status == 404
    assert b"secret" not in answer.body


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_that_will_not_end_is_ended_and_what_it_started_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "GRACE", 0.2)
    stubborn = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = f"{stubborn}; print('here', flush=True); time.sleep(600)"
    started = f"subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)"
    code = f"{stubborn}; it = {started}; it.stdout.readline(); print(it.pid, flush=True); time.sleep(600)"
    with Stop() as stop, Parts(ROOT, stop) as made:
        part = made.start("it", python(code), os.environ, says=r"^(\d+)")
        grandchild = int(made.ready(part, PATIENCE))
        assert is_running(grandchild)
    assert part.process.returncode == -signal.SIGKILL
    end = time.monotonic() + PATIENCE
    while is_running(grandchild):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_is_never_ready_is_not_waited_for_for_ever() -> None:
    with (
        Stop() as stop,
        Parts(ROOT, stop) as made,
        pytest.raises(PartError, match=r"^it was not ready within 0 s, and said nothing$"),
    ):
        made.ready(made.start("it", python("import time; time.sleep(600)"), os.environ, says="^(ready)"), 0.3)


def test_one_that_ends_while_another_is_waited_for_is_told_at_once() -> None:
    with Stop() as stop, Parts(ROOT, stop) as made:
        slow = made.start("the slow one", python("import time; time.sleep(600)"), os.environ)
        made.start("the other", python("print('no'); raise SystemExit(3)"), os.environ, says="^(ready)")
        with pytest.raises(PartError, match=r"^the other ended with status 3; it said:\nno$"):
            made.done(slow)


def test_what_was_shown_as_it_came_is_not_shown_again(capfd: pytest.CaptureFixture[str]) -> None:
    fails = python("print('no port'); raise SystemExit(3)")
    with (
        Stop() as stop,
        Parts(ROOT, stop) as made,
        pytest.raises(PartError, match=r"^the gateway ended with status 3; what it said is above$"),
    ):
        made.ready(made.start("the gateway", fails, os.environ, says="^(ready)", shown=True), PATIENCE)
    assert capfd.readouterr().out == "no port\n"


def test_one_that_says_nothing_is_told_to_have_said_nothing() -> None:
    with (
        Stop() as stop,
        Parts(ROOT, stop) as made,
        pytest.raises(PartError, match=r"^it ended with status 3, and said nothing$"),
    ):
        made.ready(made.start("it", python("raise SystemExit(3)"), os.environ, says="^(ready)", shown=True), PATIENCE)


def test_where_nobody_reads_what_is_written_all_is_stopped() -> None:
    """As in `make demo | head -1`."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from examples.scan_records.demo.parts import Parts, Stop, StoppedError\n"
        "talk = 'import time\\nwhile True: print(1, flush=True); time.sleep(0.01)'\n"
        "try:\n"
        "    with Stop() as stop, Parts(Path(), stop) as made:\n"
        "        made.start('it', [sys.executable, '-c', talk], os.environ, says='^(never)', shown=True)\n"
        "        made.stay()\n"
        "except StoppedError:\n"
        "    print('stopped', file=sys.stderr)\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own
        python(code), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "1\n"
        process.stdout.close()
        assert process.stderr.read() == "stopped\n"
        assert process.wait(PATIENCE) == 0


def test_a_signal_ends_the_waiting_and_is_nobody_elses_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Stop() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        with Parts(ROOT, stop) as made, pytest.raises(StoppedError):
            made.stay()
    assert signal.getsignal(signal.SIGINT) is before
