"""How many files and connections the server may have open at once."""

import contextlib
from typing import Final

# A client at a backend takes two, and each process of a function three. The hard limit may be none at all.
_WANTED: Final = 8192


def make_room() -> None:
    """Raises the limit that a shell gives to programs, 256 on macOS: at it, clients would be turned away.

    It does nothing where there is no such limit, or where it cannot be raised.
    """
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ModuleNotFoundError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
