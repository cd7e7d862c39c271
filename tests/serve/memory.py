"""What a process uses."""

import contextlib
from pathlib import Path

MEGABYTE = 1024 * 1024


def resident(process: int) -> int:
    """The bytes of memory that it has now."""
    return _field(process, "VmRSS")


def highest(process: int) -> int:
    """The most bytes of memory that it ever had."""
    return _field(process, "VmHWM")


def below(process: int) -> list[int]:
    """The processes that it started, and those started, and so on."""
    found: list[int] = []
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            for child in map(int, tasks.read_text().split()):
                found += [child, *below(child)]
    return found


def _field(process: int, name: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
