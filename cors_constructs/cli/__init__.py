"""The command `cors-constructs`."""

import gc
import sys


def main() -> None:
    """Runs the command on the process's arguments, and exits with its status.

    Raises:
        SystemExit: Always: with 0, 1 or 2 as the command's help says, or 130 after an interruption.
    """
    # The process is over before there is garbage worth collecting. Looking for it, and once more for all at the end,
    # would take a seventh of the time that checking a template takes.
    gc.disable()
    try:
        from cors_constructs.cli.program import program  # noqa: PLC0415 - an interruption may come while it is loaded

        program(prog_name="cors-constructs")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()
        gc.enable()
