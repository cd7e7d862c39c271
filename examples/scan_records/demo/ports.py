"""Ports of this machine's own addresses."""

import contextlib
import errno
import os
import socket
import sys
from collections.abc import Iterator

LAST = 65535
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


class PortError(Exception):
    """A port that cannot be had: why, and what to say instead."""


def bound(port: int, option: str) -> list[socket.socket]:
    """A socket for each address that `localhost` may stand for, all of one port. 0 is any port that is free.

    A browser goes to the one or to the other: where a part of the pair is another program's, the port is taken.
    """
    sockets: list[socket.socket] = []
    for family, address in LOOPBACK:
        try:
            it = socket.socket(family)
        except OSError:  # without IPv6
            continue
        wanted = sockets[0].getsockname()[1] if sockets else port
        try:
            if os.name == "posix":  # elsewhere it would let two programs have one port
                it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            it.bind((address, wanted))
        except OSError as error:
            it.close()
            if error.errno == errno.EADDRNOTAVAIL and sockets:
                continue
            _close(sockets)
            if error.errno == errno.EADDRINUSE and port == 0:
                return bound(port, option)
            raise PortError(_said(error, wanted, option)) from error
        sockets.append(it)
    return sockets


@contextlib.contextmanager
def kept(port: int, option: str) -> Iterator[int]:
    """A port for a program that is started later, and nobody else's meanwhile; 0 is any that is free."""
    sockets = bound(port, option)
    number: int = sockets[0].getsockname()[1]
    try:
        if sys.platform != "linux":  # elsewhere that program could not have it either
            _close(sockets)
        yield number
    finally:
        _close(sockets)


def free() -> int:
    """A port that nobody has now."""
    with kept(0, "") as port:
        return port


def _close(sockets: list[socket.socket]) -> None:
    for it in sockets:
        it.close()


def _said(error: OSError, port: int, option: str) -> str:
    another = f"make demo DEMO_OPTIONS='{option} {port + 1 if port < LAST else 0}'"
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program; say another: {another}"
    return f"port {port} cannot be had ({error.strerror}); say another: make demo DEMO_OPTIONS='{option} 0'"
