"""What the server answers by itself: where no place is meant, or a place cannot speak."""

import random
import uuid
from collections.abc import Sequence
from typing import Final

from cors_constructs.serve.hosts import is_name, name_in
from cors_constructs.serve.site import Place, Site
from cors_constructs.simulate.messages import Response

_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}


def nowhere(site: Site, host: str) -> Response:
    """What API Gateway answers to a path that begins with no stage; no gateway response changes that."""
    there = ", ".join(f"/{place.path}" for place in site.places if host not in site.hosts or host == place.host)
    return _forbidden(f"the path does not begin with a stage ({there}), and no gateway response speaks for that")


def unmapped(site: Site) -> Response:
    """What API Gateway answers to a path at which a custom domain shows nothing."""
    there = ", ".join(f"{shown.domain}/{shown.path}" for shown in site.domains)
    why = f"nothing is mapped to that path ({there}), or it names no stage; no gateway response speaks for that"
    return _forbidden(why)


def _forbidden(why: str) -> Response:
    headers = {
        "x-amzn-RequestId": request_id(),
        "x-amzn-errortype": "ForbiddenException",
        "Content-Type": "application/json",
    }
    return Response(403, headers, b'{"message":"Forbidden"}', why=why)


def stranger(header: str | None) -> Response:
    """The answer to a request for a host that is not served: the Host header, None where there is none."""
    name = "" if header is None else name_in(header)
    said = f"this server does not answer for the host {name!r}" if name else "the request says no host"
    allowed = name if is_name(name) else "NAME"  # what may be copied to a shell
    why = f"{said}: a page elsewhere might have its name lead here; --allowed-host {allowed} lets it in"
    return Response(421, _TEXT, f"{said}\n".encode("utf-8", "replace"), why=why)


def ambiguous(found: Sequence[Place], header: str) -> Response:
    """The answer where several APIs have the stage: under which addresses each is, by the port of the Host header."""
    port = header.rpartition(":")[2]
    hosts = ", ".join(f"http://{place.host}{f':{port}' if port.isdigit() else ''}/{place.path}" for place in found)
    said = f"several APIs have a stage of that name: {hosts}"
    return Response(404, _TEXT, f"{said}\n".encode(), why=said)


def late() -> Response:
    """The answer to who does not send its body in time."""
    return Response(408, _TEXT, b"the body did not come in time\n", why="the client sent no more of its body")


def undecided(said: str) -> Response:
    """The answer where the template does not decide one."""
    return Response(500, _TEXT, f"{said}\n".encode("utf-8", "replace"), why=said)


def own_up(bug: Exception) -> Response:
    """The answer where we have made a mistake."""
    said = f"a mistake in cors-constructs itself: {type(bug).__name__}: {bug}"
    return Response(500, _TEXT, f"{said}\n".encode("utf-8", "replace"), why=said)


def request_id() -> str:
    """A new id for a request, as API Gateway tells it."""
    # Nobody has to be kept from guessing it: the system's own randomness would take a while.
    return str(uuid.UUID(int=random.getrandbits(128), version=4))
