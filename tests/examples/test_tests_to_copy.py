"""`examples/quickstart/test_quickstart.py`, run as its reader runs it."""

import os
import subprocess
import sys
from pathlib import Path

from .apps import ROOT

TESTS = ROOT / "examples" / "quickstart" / "test_quickstart.py"


def run(tests: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider", str(tests)]
    environment = {**os.environ, "CDK_VALIDATION": "false", "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def test_they_pass() -> None:
    done = run(TESTS)
    assert done.returncode == 0, done.stdout
    assert "8 passed" in done.stdout


def test_they_fail_and_say_why_where_the_function_is_not_told_the_policy(tmp_path: Path) -> None:
    text = TESTS.read_text()
    right = '        patch.setenv("CORS_CONSTRUCTS_POLICY", environment["CORS_CONSTRUCTS_POLICY"])\n'
    assert right in text
    copy = tmp_path / TESTS.name
    copy.write_text(text.replace(right, ""))
    done = run(copy)
    assert done.returncode == 1, done.stdout
    assert "4 failed, 4 passed" in done.stdout
    assert "- CORS conversation -" in done.stdout
    assert "blocked: the response (200) has no Access-Control-Allow-Origin" in done.stdout
