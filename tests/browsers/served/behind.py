"""What stands behind the examples: an HTTP server for all of them, and in the simulation the same functions."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from cors_constructs import CorsPolicy
from cors_constructs.serve.limits import Limits
from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.gateway.decisions import Access
from cors_constructs.simulate.gateway.routing import Route, Router
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.template import read_template
from tests.cli.servers import Answer, Seen
from tests.invoking import Functions
from tests.invoking.backend import as_response, proxy_event

from .pages import Pages
from .stands import Stand

# What a function's name of trouble comes to: no answer at all, or none in time.
_NO_ANSWER = {"crash", "late", "malformed"}


def echo(request: Request, policy: CorsPolicy) -> Response:
    """A backend's answer: what was sent, or else the method; at `.../forgets` without CORS headers."""
    forgets = urlsplit(request.url).path.endswith("/forgets")
    headers = {} if forgets else policy.headers_for(request.headers.get("origin"))
    kind = request.headers.get("content-type", "application/octet-stream") if request.body else "text/plain"
    content = request.body or request.method.encode()
    return Response(200, {**headers, "Content-Type": kind, "X-Inside": "1"}, content)


def backend(policy: CorsPolicy) -> Callable[[Seen], Answer]:
    """The same over the wire."""

    def answer(seen: Seen) -> Answer:
        response = echo(Request(seen.method, seen.path, seen.headers, seen.body), policy)
        return response.status, list(response.headers.lines), response.body

    return answer


class Simulated:
    """A stand's gateways, simulated from its template. Use it as a context: it stops the functions."""

    def __init__(self, stand: Stand, folder: Path, pages: Pages) -> None:
        self._stand, self._policy = stand, stand.policy(pages)
        self._template = read_template(folder, parameters=stand.parameters(pages))
        self._limits = Limits()
        self._functions = Functions(folder, stand.example)

    def __enter__(self) -> "Simulated":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._functions.__exit__(kind, error, trace)

    def gateway(self, api: str) -> Gateway:
        """The gateway of one of its APIs."""
        router: list[Router] = []
        gateway = Gateway.from_template(
            self._template,
            api=self._stand.apis[api],
            authorizer=_decide,
            backend=lambda request: self._answer(request, router[0]),
            limits=self._limits,
        )
        router.append(Router(gateway.api))
        return gateway

    def _answer(self, request: Request, router: Router) -> Response:
        route = router.route(request.method, urlsplit(request.url).path)
        assert route is not None
        assert route.method.integration is not None
        if str(route.method.integration.type).startswith("HTTP"):
            return echo(request, self._policy)
        return self._invoked(request, route)

    def _invoked(self, request: Request, route: Route) -> Response:
        name = route.method.path.rpartition("/")[2]
        if name == "slow":
            raise TimeoutError
        if name in _NO_ANSWER:
            return None  # type: ignore[return-value] # of which the gateway makes a 502
        function = None if route.method.integration is None else route.method.integration.function
        assert function is not None
        return as_response(self._functions.invoke(function.source.logical_id, proxy_event(request, route)))


def _decide(_: Request, method: Method) -> Access:
    """As the examples: the function of Lambda authorizers refuses everybody, and the rest pass."""
    return Access.DENIED if method.authorization == "CUSTOM" else Access.ALLOWED
