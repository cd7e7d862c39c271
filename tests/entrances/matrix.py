"""What pages ask of the API, and what they see."""

import enum
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from cors_constructs import CorsPolicy
from cors_constructs.simulate import Browser, Gateway, Headers, Request, Response
from cors_constructs.simulate.browser.fetching import Transport

from .description import CLIENT, FULL, MAPPED, PROXY, ROOT, Description
from .terms import APP, PREVIEW, STRANGER

ORIGINS: Final = (APP, PREVIEW, STRANGER, "null")
JSON: Final = (("content-type", "application/json"),)
UNLISTED: Final = (("x-unlisted", "1"),)

Lines = tuple[tuple[str, str], ...]
Credentials = Literal["omit", "include"]
_MODES: Final[tuple[Credentials, ...]] = ("omit", "include")


class Key(enum.Enum):
    """What a call brings as its key."""

    RIGHT = "right key"
    WRONG = "wrong key"
    NONE = "no key"


@attrs.frozen
class Call:
    """What a page does, or a program that is no browser.

    Attributes:
        verb: The method.
        path: The path.
        origin: The page's origin; None for a program, which sends the request as it is, without Origin.
        key: The key.
        headers: What other headers are set.
        credentials: Whether the page sends its cookies.
        trouble: The gateway response that the gateway answers with, whatever is asked.
    """

    verb: str
    path: str
    origin: str | None = APP
    key: Key = Key.RIGHT
    headers: Lines = ()
    credentials: Credentials = "omit"
    trouble: str | None = None

    def __str__(self) -> str:
        said = [f"{self.verb} {self.path}", self.origin or "no page", self.key.value, *map(": ".join, self.headers)]
        return ", ".join([*said, *(["credentials"] * (self.credentials == "include")), *filter(None, [self.trouble])])


@attrs.frozen
class Answer:
    """One answer of a conversation, by what counts for CORS.

    Attributes:
        kind: `preflight` or `request`.
        status: The status.
        headers: The Access-Control headers and Vary, by name, in lower case.
    """

    kind: str
    status: int
    headers: Lines

    def __str__(self) -> str:
        return "".join([f"\n    {self.kind}: {self.status}", *(f"\n      {name}: {it}" for name, it in self.headers)])


@attrs.frozen
class Sight:
    """What came of a call.

    Attributes:
        outcome: The step of the browser that decided, by its name.
        answers: What was answered, the preflight before the request.
    """

    outcome: str
    answers: tuple[Answer, ...]

    def __str__(self) -> str:
        return "".join([self.outcome, *map(str, self.answers)])


def sights(gateway: Gateway, calls: Iterable[Call]) -> dict[Call, Sight]:
    """What comes of each call to a simulated gateway."""
    key = gateway.key(CLIENT)
    # The same request gets the same answer, and most preflights are alike.
    transports = {trouble: functools.cache(it) for trouble, it in _in_trouble(gateway).items()}
    return {call: sight(transports[call.trouble], key, call) for call in calls}


def _in_trouble(gateway: Gateway) -> dict[str | None, Gateway]:
    return {None: gateway, **{trouble: gateway.answering(trouble) for trouble in ("THROTTLED", "INTEGRATION_TIMEOUT")}}


def sight(transport: Transport, key: str, call: Call) -> Sight:
    """What comes of a call, in a browser that has not asked before.

    Args:
        transport: What takes requests to the API.
        key: The key that opens it.
        call: The call.
    """
    value = {Key.RIGHT: key, Key.WRONG: "a-key-that-nobody-was-ever-given", Key.NONE: None}[call.key]
    headers = [*call.headers, *([("x-api-key", value)] if value is not None else [])]
    if call.origin is None:
        return Sight("answered", (_answer("request", transport(Request(call.verb, call.path, headers))),))
    verdict = Browser(transport).fetch(
        call.verb, call.path, origin=call.origin, headers=dict(headers), credentials=call.credentials
    )
    answers = [_answer(it.kind, it.response) for it in verdict.exchanges if it.response is not None]
    assert len(answers) == len(verdict.exchanges), verdict
    return Sight(verdict.outcome.name, tuple(answers))


@attrs.frozen
class Backend:
    """A backend that does its part: it answers 200, with the headers that the policy says; or 404, as well."""

    policy: CorsPolicy

    def __call__(self, request: Request) -> Response:
        return Response(status_of(request.url), self.policy.headers_for(request.headers.get("origin")), b"{}")


def status_of(path: str) -> int:
    """What the backend answers."""
    return 404 if path.endswith("/missing") else 200


def _answer(kind: str, response: Response) -> Answer:
    return Answer(kind, response.status, _cors_lines(response.headers))


def _cors_lines(headers: Headers) -> Lines:
    names = sorted(name for name in headers if name.startswith("access-control-") or name == "vary")
    return tuple((name, headers[name]) for name in names)


def _asked(description: Description) -> Iterator[Call]:
    """The matrix of an API."""
    for verb, path in ROUTES[description]:
        yield from _from_everywhere(verb, path, Key)
        yield from (Call(verb, path, origin, headers=UNLISTED) for origin in (APP, STRANGER))
        yield from _by_programs(verb, path)
    for verb, path in NOT_THERE[description]:
        yield from (Call(verb, path, origin) for origin in ORIGINS)
        yield Call(verb, path, key=Key.NONE)
        yield from _by_programs(verb, path)
    for (verb, path), trouble in _TROUBLED[description].items():
        yield from _from_everywhere(verb, path, [Key.RIGHT], trouble)


def _from_everywhere(verb: str, path: str, keys: Iterable[Key], trouble: str | None = None) -> Iterator[Call]:
    """Each origin with each key, with cookies and without."""
    headers = JSON if verb in {"POST", "PUT", "PATCH"} else ()
    for origin, key, credentials in itertools.product(ORIGINS, keys, _MODES):
        yield Call(verb, path, origin, key, headers, credentials, trouble)


def _by_programs(verb: str, path: str) -> Iterator[Call]:
    """What programs send that are no browsers: no origin, and Content-Types that no browser sends with OPTIONS."""
    yield from (Call(verb, path, origin=None, key=key) for key in Key)
    asked = (("access-control-request-method", verb),)
    yield Call("OPTIONS", path, origin=None, key=Key.NONE, headers=asked)
    yield Call("OPTIONS", path, origin=None, key=Key.NONE, headers=(*asked, ("content-type", "text/plain")))


ROUTES: Final[Mapping[Description, tuple[tuple[str, str], ...]]] = {
    FULL: (
        ("GET", "/"),
        ("GET", "/users"),
        ("POST", "/users"),
        ("GET", "/users/17"),
        ("PUT", "/users/17"),
        ("DELETE", "/users/17"),
        ("PATCH", "/files/a/b.txt"),
        ("GET", "/health"),
    ),
    PROXY: (("GET", "/"), ("POST", "/users"), ("DELETE", "/users/17/orders")),
    ROOT: (("POST", "/"), ("GET", "/")),
    MAPPED: (("POST", "/"), ("GET", "/users/17"), ("PUT", "/users/17"), ("GET", "/users/missing"), ("GET", "/health")),
}
"""What a page may call, by what is built."""

NOT_THERE: Final[Mapping[Description, tuple[tuple[str, str], ...]]] = {
    FULL: (
        ("DELETE", "/users"),
        ("POST", "/health"),
        ("GET", "/files"),
        ("GET", "/nowhere"),
        ("PUT", "/users/17/orders"),
    ),
    PROXY: (),
    ROOT: (("GET", "/nowhere"),),
    MAPPED: (("DELETE", "/users/17"), ("GET", "/nowhere")),
}
"""A verb that the path does not have, a path without methods, and paths that are none."""

_TROUBLED: Final[Mapping[Description, Mapping[tuple[str, str], str]]] = {
    FULL: {("GET", "/users"): "THROTTLED", ("PUT", "/users/17"): "INTEGRATION_TIMEOUT"},
    PROXY: {("PUT", "/users/17"): "THROTTLED"},
    ROOT: {("POST", "/"): "INTEGRATION_TIMEOUT"},
    MAPPED: {("PUT", "/users/17"): "INTEGRATION_TIMEOUT"},
}
"""What the gateway cannot serve, and what it answers then."""

CALLS: Final = {description: tuple(_asked(description)) for description in ROUTES}
"""What is asked, by what is built."""
