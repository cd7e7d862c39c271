"""Servers on loopback that answer as the cases say, and remember what they were sent."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from cors_constructs.simulate import Headers, Request, Response

from .exchanges import Answer, Ask, Case, Hop

_LEAVE: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Max-Age", "600"),
)
_FIRST: Final = Case(
    number=0,
    opaque=False,
    asks=(Ask("PUT", (), "same-origin", None),) * 2,
    hops=(Hop("api", Answer(204, _LEAVE), Answer(200, _LEAVE)),),
)
FIRST_CASES: Final = tuple(attrs.evolve(_FIRST, number=number) for number in range(10**6, 10**6 + 20))
"""Two calls each, whose second needs no preflight where the first one's is kept."""

PAGES: Final = {False: "/", True: "/opaque"}
"""The paths of pages, by whether their origin is opaque."""

_PATH: Final = re.compile("/([0-9]+)/([0-9]+)")
_NOTHING: Final = Response(404, {"Content-Length": "0"})
_NO_BODY: Final = frozenset({204, 304})
_PAGE: Final = {"Content-Type": "text/html", "Content-Length": "0"}
# https://html.spec.whatwg.org/#sandboxed-origin-browsing-context-flag
_OPAQUE: Final = {"Content-Security-Policy": "sandbox allow-scripts"}


@attrs.frozen
class Site:
    """The addresses of the cases: every host is on the same port of loopback."""

    port: int
    cases: Mapping[int, Case]

    def origin(self, host: str) -> str:
        return f"http://{host}.example:{self.port}"

    def page(self, case: Case) -> str:
        """The origin of the page that makes a case's requests."""
        return "null" if case.opaque else self.origin("page")

    def url(self, case: Case, place: int = 0) -> str:
        return f"{self.origin(case.hops[place].host)}/{case.number}/{place}"

    def answer(self, request: Request) -> Response:
        """What a request is answered: the very same over the wire and in the simulation."""
        found = _PATH.fullmatch(urlsplit(request.url).path)
        if not found:
            return _NOTHING
        number, place = found.groups()
        case = self.cases[int(number)]
        hop = case.hops[int(place)]
        preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        answer = hop.preflight if preflight else hop.response
        return Response(answer.status, Headers(self._lines(case, int(place), answer)))

    def _lines(self, case: Case, place: int, answer: Answer) -> Iterator[tuple[str, str]]:
        after = min(place + 1, len(case.hops) - 1)
        target = self.url(case, after)
        fillings = {
            "{origin}": self.page(case),
            "{ORIGIN}": self.page(case).upper(),
            "{next}": target,
            "{relative}": f"../{case.number}/{after}",
            "{user}": target.replace("//", "//user:secret@"),
        }
        for name, value in answer.headers:
            for mark, filling in fillings.items():
                value = value.replace(mark, filling)  # noqa: PLW2901 - one mark after the other
            yield name, value
        yield "Cache-Control", "no-store"  # for no answer may come out of the HTTP cache, which is not simulated
        if answer.status not in _NO_BODY:
            yield "Content-Length", "0"


@contextmanager
def serving(cases: Sequence[Case]) -> Iterator[tuple[Site, dict[int, list[Request]]]]:
    """The site, up, and what each case has sent it; `FIRST_CASES` are there too."""
    cases = [*cases, *FIRST_CASES]
    seen: dict[int, list[Request]] = {case.number: [] for case in cases}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._do
            raise AttributeError(name)

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path in PAGES.values():
                self._write(Response(200, {**_PAGE, **(_OPAQUE if self.path == PAGES[True] else {})}))
                return
            if self.path == "/favicon.ico":
                self._write(_NOTHING)
                return
            host = self.headers["Host"]
            lines = [
                (name, value.encode("latin-1", "surrogateescape").decode("latin-1"))
                for name, value in self.headers.items()
            ]
            request = Request(self.command, f"http://{host}{self.path}", Headers(lines), body)
            seen[int(self.path.split("/")[1])].append(request)
            self._write(site.answer(request))

        def _write(self, response: Response) -> None:
            self.send_response_only(response.status)
            for name, value in response.headers.lines:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(server.server_address[1], {case.number: case for case in cases})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site, seen
    finally:
        server.shutdown()
        server.server_close()
