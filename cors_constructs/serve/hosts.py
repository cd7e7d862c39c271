"""Which host names a request may be for.

A page elsewhere could have its own name lead to this machine (DNS rebinding), and would then be of the same origin as
this server; but its browser still sends that name as the Host header.
"""

import re
from collections.abc import Container, Iterable
from typing import Final

_NAME: Final = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,252}|\[[0-9a-f:.]{2,45}]")
_HOST: Final = re.compile(r"(\[[^]]*]|[^:]*)(?::[0-9]*)?")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Hosts:
    """The names that requests may be for."""

    def __init__(self, bound: str, allowed: Iterable[str]) -> None:
        """Takes the name or address that is listened on, and further names."""
        self._names = _LOOPBACK | {_bracketed(bound.lower()), *(_bracketed(name.lower()) for name in allowed)}

    def of(self, header: str | None, own: Container[str], address: str | None) -> str | None:
        """The host name of a Host header, without its port; None where it is not ours.

        Args:
            header: The header.
            own: The names of the APIs served.
            address: The address that the connection came to: who names that has asked no name server.
        """
        if header is None:
            return None
        name = name_in(header)
        if name in self._names or name in own or (address is not None and name == _bracketed(address)):
            return name
        return None


def name_in(header: str) -> str:
    """The host's name, in lower case, without a port and the dot at its end."""
    host = header.strip().lower()
    found = _HOST.fullmatch(host)
    return (host if found is None else found[1]).removesuffix(".")  # what is no host is none of ours, either


def is_name(text: str) -> bool:
    """Whether a text may be a host's name, or its address."""
    return _NAME.fullmatch(text) is not None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
