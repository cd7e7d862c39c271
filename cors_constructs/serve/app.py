"""The server's application: from an HTTP request, by way of the gateway, to the answer and its line in the log."""

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from cors_constructs.serve.backends import Backends
from cors_constructs.serve.bodies import GoneError, TooLargeError, drain, length_of, read_body
from cors_constructs.serve.hosts import Hosts, name_in
from cors_constructs.serve.log import Log
from cors_constructs.serve.messages import Receive, Scope, Send, body_of, headers_of, lines_of
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import Place, Site
from cors_constructs.simulate.gateway.arrival import Arrival
from cors_constructs.simulate.gateway.calls import Call, Steps
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.messages import Headers, Request, Response
from cors_constructs.simulate.values import TemplateError

_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}


@attrs.define(eq=False)
class Shift:
    """A site that is being served, and what its requests need.

    Attributes:
        site: The site.
        backends: What answers its gateways' calls.
        busy: How many requests are under way.
    """

    site: Site
    backends: Backends
    busy: int = 0


class App:
    """An ASGI application.

    Attributes:
        shift: What is served now. Requests that are under way keep what they began with.
    """

    def __init__(self, settings: Settings, shift: Shift, log: Log) -> None:
        """Takes what to serve first, and where to log."""
        self.shift = shift
        self._log = log
        self._seconds = settings.seconds
        self._hosts = Hosts(settings.host, settings.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        headers = headers_of(scope)
        exchange = _Exchange(scope["method"], scope["raw_path"].decode("latin-1"), headers)
        exchange.is_read = length_of(scope) == 0
        shift = self.shift
        shift.busy += 1
        try:
            response = await self._answer(exchange, shift, scope, receive)
        except GoneError:
            self._tell(exchange, 499, began, "the client went away before it had sent its body")
            return
        except Exception as bug:  # noqa: BLE001 - a bug of ours must end no more than one request, and must not hide
            response = _own_up(bug)
        finally:
            shift.busy -= 1
        await _send(response, send, receive, is_read=exchange.is_read)
        self._tell(exchange, response.status, began, response.why)

    async def _answer(self, exchange: "_Exchange", shift: Shift, scope: Scope, receive: Receive) -> Response:
        site, headers = shift.site, exchange.headers
        server = scope.get("server")
        host = self._hosts.of(headers.get("host"), site.hosts, server[0] if server else None)
        if host is None:
            return _stranger(headers.get("host"))
        found = site.at(host, exchange.stage)
        if len(found) > 1:
            return _ambiguous(found, headers.get("host") or "")
        if not found:
            return _nowhere(site, host)
        try:
            body = await read_body(scope, receive, self._seconds)
            is_too_large = False
            exchange.is_read = True
        except TooLargeError:
            body, is_too_large = b"", True
        except asyncio.TimeoutError:  # another class than TimeoutError until Python 3.11
            return Response(408, _TEXT, b"the body did not come in time\n", why="the client sent no more of its body")
        query = scope["query_string"].decode("latin-1")
        arrival = Arrival(
            request_id=str(uuid.uuid4()),
            source_ip=_address(scope),
            time=time.time(),
            api_id=found[0].label,
            domain_name=host,
            protocol=f"HTTP/{scope['http_version']}",
            is_too_large=is_too_large,
        )
        try:
            url = f"{exchange.path}?{query}" if query else exchange.path
            steps = found[0].gateway.steps(Request(exchange.method, url, headers, body), arrival)
            return await _driven(steps, shift.backends)
        except TemplateError as error:
            return _undecided(error)

    def _tell(self, exchange: "_Exchange", status: int, began: float, why: str) -> None:
        self._log.request(
            exchange.method,
            exchange.whole_path,
            origin=exchange.headers.get("origin"),
            key=exchange.headers.get("x-api-key"),
            status=status,
            seconds=time.perf_counter() - began,
            why=why,
        )


class _Exchange:
    """A request on its way.

    Attributes:
        method: Its method.
        whole_path: Its path as sent, the stage included.
        headers: Its headers.
        stage: The first segment of the path.
        path: The path below that.
        is_read: Whether its body is read to the end.
    """

    __slots__ = ("headers", "is_read", "method", "path", "stage", "whole_path")

    def __init__(self, method: str, whole_path: str, headers: Headers) -> None:
        self.method, self.whole_path, self.headers = method, whole_path, headers
        _, _, below = whole_path.partition("/")
        self.stage, _, rest = below.partition("/")
        self.path = f"/{rest}"
        self.is_read = False


async def _driven(steps: Steps, backends: Backends) -> Response:
    """Lets a request go its way, and calls what it needs."""
    resume: Callable[[Any], Call] = steps.send
    given: object = None
    while True:
        try:
            call = resume(given)
        except StopIteration as done:
            response: Response = done.value
            return response
        try:
            resume, given = steps.send, await backends(call)
        except (OSError, RefusalError) as error:
            resume, given = steps.throw, error


async def _send(response: Response, send: Send, receive: Receive, *, is_read: bool) -> None:
    lines = lines_of(response)
    if not is_read:
        # Where a body is left unread, nobody can tell where the next request begins.
        lines.append((b"Connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": lines})
    await send({"type": "http.response.body", "body": body_of(response), "more_body": not is_read})
    if not is_read:
        await drain(receive)
        await send({"type": "http.response.body", "body": b""})


def _nowhere(site: Site, host: str) -> Response:
    """What API Gateway answers to a path that begins with no stage; no gateway response changes that."""
    there = ", ".join(f"/{place.path}" for place in site.places if host not in site.hosts or host == place.host)
    headers = {
        "x-amzn-RequestId": str(uuid.uuid4()),
        "x-amzn-errortype": "ForbiddenException",
        "Content-Type": "application/json",
    }
    why = f"the path does not begin with a stage ({there}), and no gateway response speaks for that"
    return Response(403, headers, b'{"message":"Forbidden"}', why=why)


def _stranger(header: str | None) -> Response:
    name = "" if header is None else name_in(header)
    said = f"this server does not answer for the host {name!r}" if name else "the request says no host"
    why = f"{said}: a page elsewhere might have its name lead here; --allowed-host {name or 'NAME'} lets it in"
    return Response(421, _TEXT, f"{said}\n".encode("utf-8", "replace"), why=why)


def _ambiguous(found: Sequence[Place], header: str) -> Response:
    port = header.rpartition(":")[2]
    hosts = ", ".join(f"http://{place.host}{f':{port}' if port.isdigit() else ''}/{place.path}" for place in found)
    said = f"several APIs have a stage of that name: {hosts}"
    return Response(404, _TEXT, f"{said}\n".encode(), why=said)


def _undecided(error: TemplateError) -> Response:
    return Response(500, _TEXT, f"{error}\n".encode("utf-8", "replace"), why=str(error))


def _own_up(bug: Exception) -> Response:
    said = f"a mistake in cors-constructs itself: {type(bug).__name__}: {bug}"
    return Response(500, _TEXT, f"{said}\n".encode("utf-8", "replace"), why=said)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "127.0.0.1"
