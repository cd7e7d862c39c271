"""The origins that the lens's pages have: each is a page's origin that can be tried in the browser itself."""

import socket
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from cors_constructs.policy.hosts import is_local
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import Site
from cors_constructs.serve.sockets import listening
from cors_constructs.simulate.browser.addresses import check_origin, read_url

HOST: Final = "lens.localhost"
"""A host name that is the lens's alone."""

_HTTP_PORT: Final = 80
_HTTPS_PORT: Final = 443
_ADDRESS: Final = "127.0.0.1"  # localhost's
_ANYWHERE: Final = frozenset({"", "0.0.0.0", "::", "[::]"})  # noqa: S104 - read, not bound


def read_origins(given: Iterable[str]) -> tuple[str, ...]:
    """The origins to listen on, each once.

    Args:
        given: As somebody wrote them.

    Raises:
        ValueError: Some are none that pages of this machine have; the message, one line, tells of each.
    """
    origins = tuple(dict.fromkeys(given))
    problems = [problem for origin in origins if (problem := _problem(origin))]
    if problems:
        raise ValueError("; ".join(problems))
    return origins


def _problem(origin: str) -> str:
    example = "write one such as http://localhost:8080"
    try:
        check_origin(origin)
    except ValueError as error:
        return str(error).removeprefix("origin: ")
    parts = urlsplit(origin) if read_url(origin) is not None else None
    if parts is None or not parts.hostname:
        return f"{origin!r} is no origin that a page of this machine has; {example}"
    if parts.scheme != "http":
        return f"{origin!r} is not http, and nothing else is spoken here; {example}"
    if "[" in origin:
        # https://www.w3.org/TR/CSP3/#framework-directive-source-list
        return f"{origin!r} cannot be named where the lens says which pages it holds; {example}"
    if not is_local(host_of(origin)):
        return f"{origin!r} is another machine's, and only pages of this one are served; {example}"
    return f"{origin!r} says no port to listen on; {example}" if parts.port == 0 else ""


def listening_for(origins: Iterable[str], own: int) -> list[socket.socket]:
    """Sockets that listen where the origins are.

    Args:
        origins: The origins, as `read_origins` gives them.
        own: The port that the server listens on.

    Raises:
        OSError: Some cannot be listened on; the text, one line, says why of each.
    """
    sockets: list[socket.socket] = []
    problems: list[str] = []
    for port, hosts in _by_port(origins).items():
        option = f"--lens-origin http://{hosts[0]}:"
        if port == own:
            said = f"port {port} is the server's own, and the lens is there already; say another: {option}{port + 1}"
            problems.append(said)
            continue
        names = [host for host in hosts if host.endswith("localhost")]
        addresses = [host for host in hosts if host not in names]
        wanted = ["localhost", *(it for it in addresses if it != _ADDRESS)] if names else addresses
        for host in wanted:
            try:
                sockets += listening(host, port, option=option)
            except OSError as error:  # noqa: PERF203 - there are a few, and each is told
                problems.append(str(error))
    if problems:
        for it in sockets:
            it.close()
        raise OSError("; ".join(problems))
    return sockets


def _by_port(origins: Iterable[str]) -> dict[int, list[str]]:
    by_port: dict[int, list[str]] = {}
    for origin in origins:
        by_port.setdefault(port_of(origin), []).append(host_of(origin))
    return by_port


def names_of(settings: Settings) -> tuple[str, ...]:
    """The host names by which the server is called, the likeliest first."""
    bound = settings.host.lower()
    host = f"[{bound}]" if ":" in bound and not bound.startswith("[") else bound
    if bound in _ANYWHERE or host in {"localhost", "127.0.0.1"}:
        own: tuple[str, ...] = ("localhost", "127.0.0.1")
    elif host == "[::1]":
        own = ("localhost", host)
    else:
        own = (host,)
    return tuple(dict.fromkeys([*own, *(name.lower() for name in settings.allowed_hosts)]))


def local_origins(settings: Settings, port: int, site: Site) -> tuple[str, ...]:
    """The origins at which the lens's pages are: those of the server itself, and those that it is told to add.

    Args:
        settings: What the server is told.
        port: Its port.
        site: What is served.
    """
    names = names_of(settings)
    local = (HOST, *sorted(site.hosts)) if "localhost" in names else ()
    own = (origin_of(name, port) for name in dict.fromkeys([*names, *local]))
    # As above: no page can hold those of an IPv6 address.
    return tuple(origin for origin in dict.fromkeys([*own, *settings.lens_origins]) if "[" not in origin)


def offers(listed: Iterable[str], local: Iterable[str]) -> tuple[str, ...]:
    """The origins of this machine that policies list, and whose pages the server does not have.

    Args:
        listed: What policies list.
        local: The origins whose pages it has.
    """
    known = frozenset(local)
    return tuple(sorted({it for it in listed if it not in known and "*" not in it and not _problem(it)}))


def origin_of(host: str, port: int) -> str:
    """The origin of a host and a port by http: its default port is not written."""
    return f"http://{host}" if port == _HTTP_PORT else f"http://{host}:{port}"


def host_of(origin: str) -> str:
    """The host's name; an IPv6 address in brackets."""
    host = urlsplit(origin).hostname or ""
    return f"[{host}]" if ":" in host else host


def port_of(origin: str) -> int:
    """The port, the default one where none is written."""
    parts = urlsplit(origin)
    return parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)
