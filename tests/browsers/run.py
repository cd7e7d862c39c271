#!/usr/bin/env python3
"""Installs the browsers that are missing, if it may, and runs the tests of this folder in all of them.

    python -m tests.browsers.run [pytest's arguments]

It installs Debian's packages, as root or through a sudo that asks for nothing. Chromium and Firefox must be there in
the end. Without WebKit the other two run all the same, and the summary says that it did not. Exits with pytest's
status.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from tests.browsers import engines
from tests.browsers.conftest import OPTIONAL, UNAVAILABLE

FOLDER: Final = Path(__file__).parent
_FURTHER_PACKAGES: Final = {"webkit": ["xvfb"]}


def main(arguments: Sequence[str]) -> NoReturn:
    """Installs, and has pytest take over this process; ends with 1 where a browser is missing that has to be there.

    Args:
        arguments: What pytest is given beside the folder.
    """
    missing = [name for name in engines.NAMES if engines.find(name) is None]
    problems = {name: problem for name in missing if (problem := _install(name))}
    for name, problem in problems.items():
        print(f"{name} is not installed, and could not be: {problem}", file=sys.stderr)  # noqa: T201 - it is a program
    if not OPTIONAL.issuperset(problems):
        sys.exit(1)
    os.environ[UNAVAILABLE] = ",".join(problems)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", str(FOLDER), *arguments])  # noqa: S606 - no shell


def _install(name: str) -> str:
    """Installs a browser; says why not, or nothing."""
    packages = [engines.package(name), *_FURTHER_PACKAGES.get(name, [])]
    print(f"Installing {name}: {' '.join(packages)}", flush=True)  # noqa: T201
    if not shutil.which("apt-get"):
        return f"there is no apt-get here; install what Debian calls {' and '.join(packages)}"
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not shutil.which("sudo"):
        return f"there is no sudo here; as root, run apt-get install {' '.join(packages)}"
    quietly = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*quietly, "update"], check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - old lists may do
    install = [*quietly, "install", "-y", "--no-install-recommends", *packages]
    status = subprocess.run(install, check=False, stdout=subprocess.DEVNULL).returncode  # noqa: S603
    if status:
        return f"apt-get has failed with status {status}; run apt-get install {' '.join(packages)} yourself"
    return "" if engines.find(name) else f"{' and '.join(packages)} do not have it here"


if __name__ == "__main__":
    main(sys.argv[1:])
