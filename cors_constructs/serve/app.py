"""The server's application: from an HTTP request, by way of the gateway, to the answer and its line in the log."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from cors_constructs.serve.bodies import GoneError, TooLargeError, drain, length_of, read_body
from cors_constructs.serve.domains import Arrived
from cors_constructs.serve.driving import driven
from cors_constructs.serve.hosts import Hosts, name_in
from cors_constructs.serve.lens.lens import NAME, Lens, Visit
from cors_constructs.serve.log import Log
from cors_constructs.serve.messages import Receive, Scope, Send, body_of, final, headers_of, lines_of, told_to_pages
from cors_constructs.serve.own_answers import (
    ambiguous,
    late,
    nowhere,
    own_up,
    request_id,
    stranger,
    undecided,
    unmapped,
)
from cors_constructs.serve.secrets import brought_by
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.shift import Shift
from cors_constructs.serve.site import Place, Site
from cors_constructs.simulate.gateway.arrival import Arrival
from cors_constructs.simulate.messages import Headers, Request, Response
from cors_constructs.simulate.values import TemplateError

_Read: TypeAlias = Callable[[], Awaitable[bytes]]

_FIRST_ERROR: Final = 400


class App:
    """An ASGI application.

    Attributes:
        shift: What is served now. Requests that are under way keep what they began with.
    """

    def __init__(
        self, settings: Settings, shift: Shift, log: Log, port: int, told: Callable[[TemplateError], str] = str
    ) -> None:
        """Takes what to serve first, where to log, the port that is listened on, and the words for what is open."""
        self.shift = shift
        self._log, self._told = log, told
        self._seconds = settings.seconds
        self._hosts = Hosts(settings.host, settings.allowed_hosts)
        self._works = asyncio.Semaphore(1)
        self._lens = Lens(settings, port, self.pass_on) if settings.lens else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        headers = headers_of(scope)
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        exchange = _Exchange(scope["method"], path, query, headers)
        exchange.address, exchange.version = _address(scope), scope["http_version"]
        exchange.is_read = length_of(scope) == 0
        shift = self.shift
        shift.busy += 1
        try:
            response = final(await self._answer(exchange, shift, scope, receive))
        except GoneError:
            self._tell(exchange, 499, began, "the client went away before it had sent its body")
            return
        except Exception as bug:  # noqa: BLE001 - a bug of ours must end no more than one request, and must not hide
            response = own_up(bug)
        finally:
            shift.busy -= 1
        await _send(response, send, is_read=exchange.is_read)
        self._note(exchange, response, began)
        if not exchange.is_read:
            await drain(receive)
            await send({"type": "http.response.body", "body": b""})

    def _note(self, exchange: "_Exchange", response: Response, began: float) -> None:
        """Logs an exchange, and shows it to the lens: before anything else is answered."""
        if exchange.is_for_lens:
            if response.status >= _FIRST_ERROR:
                self._tell(exchange, response.status, began, response.why)
            return
        headers = exchange.headers
        self._tell(exchange, response.status, began, told_to_pages(exchange.method, headers, response))
        if self._lens is not None and self._lens.seen.is_open:
            secrets = brought_by(headers)
            path, why = self._log.safe(exchange.whole_path, secrets), self._log.safe(response.why, secrets)
            self._lens.seen.add(exchange.method, path, headers, response, why)

    async def pass_on(self, request: Request, shift: Shift, address: str) -> Response:
        """The answer to a request that nobody has sent, as the log says.

        Args:
            request: Its URL is one of this server's.
            shift: What is served.
            address: The address that it is taken to come from.
        """
        began = time.perf_counter()
        _, _, rest = request.url.partition("://")
        path, _, query = rest[rest.find("/") :].partition("?")
        exchange = _Exchange(request.method, path, query, request.headers)
        exchange.address = address

        async def body() -> bytes:
            return request.body

        try:
            response = final(await self._served(exchange, shift, name_in(request.headers["host"]), body))
        except Exception as bug:  # noqa: BLE001 - as for what was sent
            response = own_up(bug)
        why = told_to_pages(request.method, request.headers, response)
        self._tell(exchange, response.status, began, f"for the lens: {why}")
        return response

    async def _answer(self, exchange: "_Exchange", shift: Shift, scope: Scope, receive: Receive) -> Response:
        server = scope.get("server")
        header = exchange.headers.get("host")
        host = self._hosts.of(header, shift.site, server[0] if server else None)

        async def body() -> bytes:
            read = await read_body(scope, receive, self._seconds)
            exchange.is_read = True
            return read

        lens = self._lens
        if lens is not None and (exchange.stage == NAME or (lens.ports and server and server[1] in lens.ports)):
            port = server[1] if server else None
            answer = await lens(_visit(exchange, port, body), shift, host)
            if answer is not None:
                exchange.is_for_lens = True
                return answer
        if host is None:
            return stranger(header)
        return await self._served(exchange, shift, host, body)

    async def _served(self, exchange: "_Exchange", shift: Shift, host: str, read: _Read) -> Response:
        """What a place that is served answers, or that there is none."""
        site, headers = shift.site, exchange.headers
        domain = site.domains.name(host)
        arrived = _arrived(site, host, exchange, headers) if domain is None else _mapped(site, domain, exchange)
        if isinstance(arrived, Response):
            return arrived
        try:
            body, is_too_large = b"" if exchange.is_read else await read(), False
        except TooLargeError:
            body, is_too_large = b"", True
        except asyncio.TimeoutError:  # another class than TimeoutError until Python 3.11
            return late()
        arrival = Arrival(
            request_id=request_id(),
            source_ip=exchange.address,
            time=time.time(),
            api_id=arrived.place.label,
            domain_name=domain or host,
            base_path=None if domain is None else arrived.base_path,
            protocol=f"HTTP/{exchange.version}",
            is_too_large=is_too_large,
        )
        try:
            url = f"{arrived.path}?{exchange.query}" if exchange.query else arrived.path
            request = Request(exchange.method, url, headers, body)
            steps = arrived.place.gateway.steps(request, arrival, hands_over_work=True)
            return await driven(steps, shift.backends, self._works)
        except TemplateError as error:
            return undecided(self._told(error))

    def _tell(self, exchange: "_Exchange", status: int, began: float, why: str) -> None:
        self._log.request(
            exchange.method,
            exchange.whole_path,
            origin=exchange.headers.get("origin"),
            secrets=brought_by(exchange.headers),
            status=status,
            seconds=time.perf_counter() - began,
            why=why,
        )


class _Exchange:
    """A request on its way.

    Attributes:
        method: Its method.
        whole_path: Its path as sent, the stage included.
        query: What follows that and a question mark.
        headers: Its headers.
        stage: The first segment of the path.
        path: The path below that.
        address: The address that it came from.
        version: Its version of HTTP.
        is_read: Whether its body is read to the end.
        is_for_lens: Whether the lens answers it.
    """

    __slots__ = (
        "address",
        "headers",
        "is_for_lens",
        "is_read",
        "method",
        "path",
        "query",
        "stage",
        "version",
        "whole_path",
    )

    def __init__(self, method: str, whole_path: str, query: str, headers: Headers) -> None:
        self.method, self.whole_path, self.query, self.headers = method, whole_path, query, headers
        _, _, below = whole_path.partition("/")
        self.stage, _, rest = below.partition("/")
        self.path = f"/{rest}"
        self.address, self.version = "127.0.0.1", "1.1"
        self.is_read = self.is_for_lens = False


def _visit(exchange: _Exchange, port: int | None, body: _Read) -> Visit:
    it = exchange
    return Visit(it.method, it.whole_path, it.query, it.headers, address=it.address, port=port, body=body)


async def _send(response: Response, send: Send, *, is_read: bool) -> None:
    lines = lines_of(response)
    if not is_read:
        # Where a body is left unread, nobody can tell where the next request begins.
        lines.append((b"Connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": lines})
    await send({"type": "http.response.body", "body": body_of(response), "more_body": not is_read})


def _arrived(site: Site, host: str, exchange: _Exchange, headers: Headers) -> Arrived[Place] | Response:
    """The place that a path with a stage leads to, or why it leads to none."""
    found = site.at(host, exchange.stage)
    if len(found) > 1:
        return ambiguous(found, headers.get("host") or "")
    return Arrived(found[0], f"/{exchange.stage}", exchange.path) if found else nowhere(site, host)


def _mapped(site: Site, domain: str, exchange: _Exchange) -> Arrived[Place] | Response:
    """The place that a custom domain shows at a path, or why it shows none."""
    arrived = site.domains.at(domain, exchange.whole_path)
    return unmapped(site) if arrived is None else arrived


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "127.0.0.1"
