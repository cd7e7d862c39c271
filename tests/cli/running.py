"""Runs the command: in this process, as its tests do, or in one of its own, as users do."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import click.testing

from cors_constructs.cli.program import program


@attrs.frozen
class Ran:
    """What came of it."""

    status: int
    out: str
    err: str


def run(*arguments: str | Path, env: dict[str, str] | None = None, stdin: str | bytes = "") -> Ran:
    """Runs it in this process. An error that nobody caught is raised here."""
    result = _RUNNER.invoke(program, [str(it) for it in arguments], stdin, env, prog_name="cors-constructs")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return Ran(result.exit_code, result.stdout, result.stderr)


def run_apart(arguments: Sequence[str | Path], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> Ran:
    """Runs it in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "cors_constructs.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


# Click 8.1 puts both outputs into one unless it is told not to; since 8.2 they are always apart.
_RUNNER = (
    click.testing.CliRunner(mix_stderr=False)  # type: ignore[call-arg, unused-ignore]
    if "mix_stderr" in click.testing.CliRunner.__init__.__code__.co_varnames
    else click.testing.CliRunner()
)
