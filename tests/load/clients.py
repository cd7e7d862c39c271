"""Many clients at once, each of which holds every answer against its own request."""

import asyncio
import collections
import itertools
import random
import time
from collections.abc import Callable, Iterator

import attrs

from tests.serve.templates import ORIGIN

# Requests of one client on one connection, before it takes a new one.
_ON_ONE = 40
# Seconds after which an answer is taken never to come; API Gateway gives a backend 29.
_PATIENCE = 60


@attrs.frozen
class Expected:
    """A request, and what has to come back."""

    kind: str
    sent: bytes
    status: int
    body: bytes | None
    allowed: bytes | None = ORIGIN.encode()


@attrs.define
class Report:
    """What came of all requests."""

    seconds: dict[str, list[float]] = attrs.field(factory=lambda: collections.defaultdict(list))
    problems: list[str] = attrs.field(factory=list)
    ids: set[bytes] = attrs.field(factory=set)
    connections: int = 0

    @property
    def count(self) -> int:
        return sum(map(len, self.seconds.values()))


class Clients:
    """The clients of one server."""

    def __init__(self, port: int, key: str, seed: int) -> None:
        self.report = Report()
        self._port, self._key = port, key
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._numbers = itertools.count()
        self._end = 0.0

    async def call(self, count: int, seconds: float) -> list[asyncio.StreamWriter]:
        """Has so many clients call for so long; gives their connections, which are open still."""
        self._end = time.monotonic() + seconds
        return [it for it in await asyncio.gather(*(self._client() for _ in range(count))) if it is not None]

    async def _client(self) -> asyncio.StreamWriter | None:
        writer: asyncio.StreamWriter | None = None
        try:
            while time.monotonic() < self._end:
                if writer is not None:
                    writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                self.report.connections += 1
                for _ in range(_ON_ONE):
                    await asyncio.wait_for(self._exchange(reader, writer), _PATIENCE)
                    if time.monotonic() > self._end:
                        break
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            self.report.problems.append(f"the connection fails: {type(error).__name__}: {error}")
            return None
        return writer

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        expected = self._random.choice(KINDS)(next(self._numbers), self._key)
        began = time.perf_counter()
        writer.write(expected.sent)
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)}
        body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
        self.report.seconds[expected.kind].append(time.perf_counter() - began)
        self.report.problems += _problems(expected, int(first.split(b" ")[1]), headers, body)
        if (id_ := headers.get(b"x-amzn-requestid")) is not None:
            if id_ in self.report.ids:
                self.report.problems.append(f"{expected.kind}: two answers have the id {id_!r}")
            self.report.ids.add(id_)


def _problems(expected: Expected, status: int, headers: dict[bytes, bytes], body: bytes) -> Iterator[str]:
    if status != expected.status:
        yield f"{expected.kind}: the status is {status}, not {expected.status}: {body[:200]!r}"
    elif expected.body is not None and body != expected.body:
        yield f"{expected.kind}: the body is {body[:200]!r}, not {expected.body!r}"
    if headers.get(b"access-control-allow-origin") != expected.allowed:
        yield f"{expected.kind}: allowed is {headers.get(b'access-control-allow-origin')!r}, not {expected.allowed!r}"


def _sent(method: str, path: str, *headers: str, body: str = "") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Origin: {ORIGIN}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", body]).encode()


def _keyed(number: int, key: str) -> Expected:
    sent = _sent("GET", f"/prod/users?n={number}", f"x-api-key: {key}")
    return Expected("keyed GET, HTTP backend", sent, 200, f"GET /users?n={number}".encode(), None)


def _post(number: int, _: str) -> Expected:
    body = f"{number} " * (1 + number % 500)
    sent = _sent("POST", f"/prod/n/{number}", "Content-Type: text/plain", body=body)
    return Expected("POST, HTTP backend", sent, 200, f"POST /n/{number} {body}".rstrip().encode(), None)


def _preflight(_: int, __: str) -> Expected:
    asked = ("Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x-api-key")
    return Expected("preflight", _sent("OPTIONS", "/prod/users", *asked), 204, b"")


def _function(number: int, _: str) -> Expected:
    sent = _sent("GET", f"/prod/function/{number}")
    return Expected("Python function", sent, 200, f"function {number}".encode(), None)


def _failing_function(number: int, _: str) -> Expected:
    sent = _sent("GET", f"/prod/function/{number}?fail=1")
    return Expected("function that raises: 502", sent, 502, b'{"message":"Internal server error"}')


def _without_key(number: int, _: str) -> Expected:
    return Expected("no key: 403", _sent("GET", f"/prod/users?n={number}"), 403, None)


def _wrong_key(number: int, _: str) -> Expected:
    return Expected("wrong key: 403", _sent("GET", "/prod/users", f"x-api-key: {number:020}"), 403, None)


def _unknown(number: int, _: str) -> Expected:
    body = b'{"message":"Missing Authentication Token"}'
    return Expected("unknown path: 403", _sent("GET", f"/prod/?n={number}"), 403, body)


def _missing(number: int, _: str) -> Expected:
    sent = _sent("GET", f"/prod/missing/{number}")
    return Expected("404 of the backend", sent, 404, f"GET /missing/{number}".encode(), None)


def _no_stage(number: int, _: str) -> Expected:
    return Expected("no such stage: 403", _sent("GET", f"/nowhere/{number}"), 403, b'{"message":"Forbidden"}', None)


def _broken(number: int, _: str) -> Expected:
    body = b'{"message":"Network error communicating with endpoint"}'
    return Expected("backend that breaks off: 504", _sent("GET", f"/prod/broken/{number}"), 504, body)


_OFTEN: list[Callable[[int, str], Expected]] = [_keyed, _keyed, _keyed, _post, _preflight, _preflight, _preflight]
_SELDOM: list[Callable[[int, str], Expected]] = [_function, _without_key, _wrong_key, _unknown, _missing, _no_stage]
KINDS = [*_OFTEN, *_OFTEN, *_SELDOM, _failing_function, _broken]
"""What clients ask, as often as it stands here."""
