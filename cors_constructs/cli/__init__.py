"""The command `cors-constructs`."""

import contextlib
import gc
import os
import sys
from typing import Final, NoReturn

_INTERRUPTED: Final = 130


def main() -> None:
    """Runs the command on the process's arguments, and exits with its status.

    Raises:
        SystemExit: Always, with 0, 1 or 2 as the command's help says; but an interruption ends the process, with 130.
    """
    # The process is over before there is garbage worth collecting. Looking for it, and once more for all at the end,
    # would take a seventh of the time that checking a template takes.
    gc.disable()
    try:
        from cors_constructs.cli.program import program  # noqa: PLC0415 - an interruption may come while it is loaded

        program(prog_name="cors-constructs")
    except KeyboardInterrupt:
        _end_at_once()
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            _end_at_once()
        raise
    finally:
        gc.freeze()
        gc.enable()


def _end_at_once() -> NoReturn:
    """Ends the process with its threads, as Python 3.10 may crash where one outlives it in the middle of a request."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # its reader has gone
            stream.flush()
    os._exit(_INTERRUPTED)
