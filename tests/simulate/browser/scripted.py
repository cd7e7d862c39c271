"""A transport that answers what a test tells it to, and remembers what it was sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cors_constructs.simulate import Browser, Request, Response, Verdict

SITE: Final = "https://app.example.com"
API: Final = "https://api.example.com"

Lines = Mapping[str, str | Sequence[str]]

OPEN: Final[Lines] = {"Access-Control-Allow-Origin": "*"}
"""Headers of a response that any page reads that sends no credentials."""


class Server:
    """Answers preflights and requests alike, whatever the URL, unless `at` has an answer for it."""

    def __init__(
        self,
        response: Response | None = None,
        preflight: Response | None = None,
        at: Mapping[str, Response] | None = None,
    ) -> None:
        self.response = response or Response(200, OPEN)
        self.preflight = preflight or Response(204)
        self.at = dict(at or {})
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        if is_preflight(request):
            return self.preflight
        return self.at.get(request.url, self.response)

    @property
    def preflights(self) -> list[Request]:
        return [request for request in self.requests if is_preflight(request)]

    @property
    def sent(self) -> list[str]:
        """Methods and URLs, in order."""
        return [f"{request.method} {request.url}" for request in self.requests]


def is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def fetch(
    transport: Callable[[Request], Response], method: str = "GET", url: str = f"{API}/users", **more: Any
) -> Verdict:
    """A fetch by a browser that remembers nothing."""
    return Browser(transport).fetch(method, url, **{"origin": SITE, **more})


def allows(
    methods: str | None = None, headers: str | None = None, max_age: str | Sequence[str] | None = None
) -> Response:
    """A preflight's answer that allows every origin, these methods and these headers."""
    lines: dict[str, str | Sequence[str] | None] = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": headers,
        "Access-Control-Max-Age": max_age,
    }
    return Response(204, {name: value for name, value in lines.items() if value is not None})
