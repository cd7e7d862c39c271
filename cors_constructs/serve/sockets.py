"""Where the server listens."""

import errno
import os
import socket
from typing import Final

_LOOPBACK: Final = ("127.0.0.1", "::1")
_FREE: Final = 3001  # needs no rights
# What the system keeps of an answer for a client that is slow. By itself it takes megabytes: while a client takes those
# over a slow line, it would seem to take nothing.
_UNSENT: Final = 131_072
# This machine has no such address.
_ABSENT: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})


def listening(host: str, port: int, *, option: str = "--port ") -> list[socket.socket]:
    """Sockets that listen.

    Args:
        host: A name or address. `localhost` is every loopback address: browsers try one, Node.js the other.
        port: The port; 0 for any that is free.
        option: What says the port, up to that: errors tell how to say another.

    Raises:
        OSError: They cannot; the text says why.
    """
    addresses = _LOOPBACK if host == "localhost" else (_resolved(host, port),)
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            wanted = sockets[0].getsockname()[1] if sockets else port
            found = _listening(address, wanted, may_lack=bool(sockets), is_any=port == 0, option=option)
            sockets += [found] if found else []
    except OSError:
        for it in sockets:
            it.close()
        raise
    return sockets


def _listening(address: str, port: int, *, may_lack: bool, is_any: bool, option: str) -> socket.socket | None:
    try:
        return _bound(address, port)
    except OSError as error:
        if may_lack and (error.errno in _ABSENT or is_any):
            return None
        raise OSError(_said(error, address, port, option)) from error


def _bound(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    it = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers have one port
            it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            it.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        it.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT)  # connections inherit it
        it.bind((address, port))
        it.listen(2048)
    except OSError:
        it.close()
        raise
    it.settimeout(0)
    return it


def _resolved(host: str, port: int) -> str:
    if not host:
        raise OSError("--host is empty; write a name or address of this machine, such as localhost")
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise OSError(f"{host} is no name or address of this machine: {error}") from error
    return str(found[0][4][0])


def _said(error: OSError, address: str, port: int, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {address} is taken by another program; say another: {option}{port + 1}"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this program has; say another: {option}{_FREE}"
    if error.errno in _ABSENT:
        return f"{address} is no address of this machine; say another: --host"
    return f"{address} port {port}: {error.strerror or error}"
