"""The program as a process: its help, its start, its end, and what it does with outputs that are not there."""

import contextlib
import gc
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cors_constructs
from cors_constructs import cli
from cors_constructs.cli import console
from tests.cli.running import run, run_apart
from tests.cli.templates import ORIGIN, keyed, write
from tests.signals import heed

COMMANDS = ["check", "fetch", "serve", "explain", "rules"]


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], *([name, "--help"] for name in COMMANDS)])
def test_help_says_what_it_does_with_an_example(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.err) == (0, "")
    assert re.search("Examples?:\n +cors-constructs", ran.out)


@pytest.mark.parametrize(
    "arguments", [["--help"], *([name, "--help"] for name in ("check", "fetch", "serve", "explain"))]
)
def test_help_says_what_each_exit_status_means(arguments: list[str]) -> None:
    out = run(*arguments).out
    assert "Exit status:" in out
    assert re.search(r"^ +0 +\w", out, flags=re.MULTILINE)
    assert re.search(r"^ +2 +\w", out, flags=re.MULTILINE)


def test_help_lists_the_commands() -> None:
    out = run("--help").out
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w.*\.$", out, flags=re.MULTILINE)
    assert "..." not in out.partition("Commands:")[2]


def test_the_version() -> None:
    assert run("--version").out == f"cors-constructs {cors_constructs.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([], "say what to do: check, fetch, serve, explain, rules", id="nothing"),
        pytest.param(["chek"], "there is no command 'chek'; did you mean 'check'?", id="a-slip"),
        pytest.param(["measure"], "the commands are check, fetch", id="something-else"),
        pytest.param(["--nonsense"], "--nonsense", id="an-option-that-is-none"),
    ],
)
def test_a_command_that_is_none_is_told_in_one_line(arguments: list[str], told: str) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_it_can_be_run_as_a_process(tmp_path: Path) -> None:
    write(tmp_path / "a.json", keyed)
    ran = run_apart(["check", "a.json", "--format", "json"], cwd=tmp_path)
    assert (ran.status, ran.err) == (1, "")
    assert json.loads(ran.out)["findings"][0]["id"] == "CORS201"


def test_the_script_of_the_package_is_there() -> None:
    script = Path(sys.executable).with_name("cors-constructs")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout == f"cors-constructs {cors_constructs.__version__}\n"


def test_a_pipe_that_is_closed_is_no_drama(tmp_path: Path) -> None:
    write(tmp_path / "a.json", keyed)
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "cors_constructs.cli", "check", "a.json"]
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(command, cwd=tmp_path, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_disk_that_is_full_is_told_in_one_line(tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    command = [sys.executable, "-m", "cors_constructs.cli", "check", "a.json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 2
    assert done.stderr == "cors-constructs: the output cannot be used: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_error_that_cannot_be_written_is_told_by_the_status(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cors_constructs.cli", "check", "gone.json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=full, check=False)  # noqa: S603 - our own
    assert done.returncode == 2


def test_an_output_that_is_closed_is_no_drama(tmp_path: Path) -> None:
    write(tmp_path / "a.json", keyed)
    script = f"exec {shlex.quote(sys.executable)} -m cors_constructs.cli check a.json >&-"
    done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_standard_input_that_is_closed_is_told_in_one_line(tmp_path: Path) -> None:
    script = f"exec {shlex.quote(sys.executable)} -m cors_constructs.cli check - <&-"
    done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cors-constructs: - is the standard input, and that is closed; name a file")
    assert done.stderr.count("\n") == 1


def test_an_output_whose_encoding_lacks_a_character_gets_an_escape(tmp_path: Path) -> None:
    write(tmp_path / "\u20ac.json", keyed)
    ran = run_apart(["check", "\u20ac.json"], cwd=tmp_path, env={"PYTHONIOENCODING": "latin-1"})
    assert ran.status == 1
    assert "\\u20ac.json" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_an_interruption_is_quiet(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cors_constructs.cli", "check", "/dev/stdin"]  # it waits for what never comes
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)

    with subprocess.Popen(command, cwd=tmp_path, text=True, preexec_fn=heed, **pipes) as process:  # type: ignore[call-overload]  # noqa: S603, PLW1509 - our own; no thread of ours holds a lock
        process.stdin.write("x" * 1_000_000)  # more than a pipe holds: written once it is being read
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == ""


def test_a_mistake_of_our_own_is_owned_up_to_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(console, "say", mistaken)
    ran = run("rules")
    assert ran.status == 2
    assert ran.err == (
        "cors-constructs: a mistake in cors-constructs itself: ZeroDivisionError: division by zero; "
        "CORS_CONSTRUCTS_TRACEBACK=1 shows where\n"
    )
    with pytest.raises(ZeroDivisionError):
        run("rules", env={"CORS_CONSTRUCTS_TRACEBACK": "1"})


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        pytest.param({}, False, id="no-terminal"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="forced"),
        pytest.param({"FORCE_COLOR": "0"}, False, id="forced-not-to"),
        pytest.param({"FORCE_COLOR": "", "NO_COLOR": ""}, False, id="empty-says-nothing"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="no-beats-force"),
    ],
)
def test_whether_to_colour(environment: dict[str, str], coloured: bool) -> None:
    with Path(os.devnull).open("w") as stream:
        assert console.coloured(stream, environment) is coloured


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False)]
)
def test_whether_to_colour_a_terminal(environment: dict[str, str], coloured: bool) -> None:
    leader, follower = os.openpty()
    try:
        with os.fdopen(follower, "w") as stream:
            assert console.coloured(stream, environment) is coloured
    finally:
        os.close(leader)


def watched(arguments: list[str], cwd: Path, *, columns: int = 60) -> str:
    """What a terminal of that width is sent, both outputs together."""
    leader, follower = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment |= {"TERM": "xterm", "COLUMNS": str(columns)}
    command = [sys.executable, "-m", "cors_constructs.cli", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own
        command, cwd=cwd, stdin=follower, stdout=follower, stderr=follower, env=environment
    ):
        os.close(follower)
        sent = b""
        # Linux tells the end of a terminal by an error.
        with contextlib.suppress(OSError):
            while piece := os.read(leader, 4096):
                sent += piece
    os.close(leader)
    return sent.decode().replace("\r\n", "\n")


def test_on_a_terminal_it_shows_what_it_does_and_takes_that_away_again(tmp_path: Path) -> None:
    write(tmp_path / "a.json", keyed)
    write(tmp_path / "b.json")
    sent = watched(["check", "a.json", "b.json"], tmp_path)
    before, _, after = sent.partition("\r\x1b[Kchecking a.json (1 of 2)\r\x1b[Kchecking b.json (2 of 2)\r\x1b[K")
    assert before == ""
    assert "checking" not in after


def test_on_a_terminal_it_is_coloured_and_wrapped(tmp_path: Path) -> None:
    write(tmp_path / "a.json", keyed)
    sent = watched(["check", "a.json"], tmp_path, columns=50).rpartition("\r\x1b[K")[2]
    assert "\x1b[31m\x1b[1mCORS201 error\x1b[0m" in sent
    plain = re.sub(r"\x1b\[[0-9;]*m", "", sent)
    body = [line for line in plain.splitlines() if line.startswith("    ")]
    assert len(body) > 2
    assert max(map(len, body)) <= 50


ARGUMENTS = st.one_of(
    st.sampled_from(
        [
            *COMMANDS,
            "--help",
            "--version",
            "--format",
            "json",
            "--select",
            "--parameter",
            "--origin",
            ORIGIN,
            "-H",
            "--key",
            "--strict",
            "missing.json",
            "GET",
            "/",
            "--",
            "-",
            "CORS201",
        ]
    ),
    st.text(max_size=12).filter(lambda text: "://" not in text),
)


@given(st.lists(ARGUMENTS, max_size=7))
@settings(max_examples=300, deadline=None)
def test_any_arguments_end_in_a_status_and_never_in_a_traceback(arguments: list[str]) -> None:
    # No report is to be written, and nothing that happens to lie here is to be read.
    kept = [it for it in arguments if not it.startswith(("-o", "--o"))]
    ran = run(*kept)
    assert ran.status in {0, 1, 2}
    assert "mistake in cors-constructs" not in ran.err
    if ran.status == 2:
        assert ran.err.startswith("cors-constructs: ")


# A start in a blink: what it loads, and how long that takes.

SLOW = {"aws_cdk", "constructs", "jsii", "yaml", "httpx", "airspeed", "samtranslator", "jsonschema", "rich", "asyncio"}


def loaded_by(*arguments: str | Path) -> set[str]:
    script = (
        "import atexit, json, sys; atexit.register(lambda: sys.stderr.write('\\n' + json.dumps(sorted(sys.modules))));"
        f"sys.argv[1:] = {[str(it) for it in arguments]!r};"
        "from cors_constructs.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_checking_json_loads_nothing_slow(tmp_path: Path) -> None:
    modules = loaded_by("check", write(tmp_path / "a.json", keyed))
    assert not {name.partition(".")[0] for name in modules} & SLOW
    assert "cors_constructs.simulate.gateway.gateway" not in modules
    assert "cors_constructs.cli.fetch" not in modules


@pytest.mark.parametrize("arguments", [["--version"], ["explain", "CORS201"], ["rules"], ["--help"]])
def test_neither_do_the_small_commands(arguments: list[str]) -> None:
    modules = loaded_by(*arguments)
    assert not {name.partition(".")[0] for name in modules} & (SLOW - {"yaml"})


@pytest.fixture
def _collecting_afterwards() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("_collecting_afterwards")
def test_the_entry_point_exits_and_leaves_the_process_as_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cors-constructs", "--version"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"cors-constructs {cors_constructs.__version__}\n"
    assert gc.isenabled()


@pytest.mark.parametrize(
    "interrupted",
    [
        pytest.param("raise KeyboardInterrupt", id="before the program is loaded"),
        pytest.param("print('said', flush=False); sys.exit(130)", id="by the program"),
    ],
)
def test_an_interruption_ends_the_process_with_its_threads(interrupted: str) -> None:
    lines = [
        "import sys, threading, time",
        "from cors_constructs import cli",
        "from cors_constructs.cli import program",
        "threading.Thread(target=time.sleep, args=(600,)).start()",  # one that a program would wait for
        f"def interrupted(**_): {interrupted}",
        "program.program = interrupted",
        "cli.main()",
    ]
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    assert (done.returncode, done.stdout.strip(), done.stderr) == (130, "said" if "said" in interrupted else "", "")
