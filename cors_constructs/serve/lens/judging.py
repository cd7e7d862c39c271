"""Judging: the simulated browser calls what is served, with its real backends, and says what a page would get."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import attrs

from cors_constructs.serve.lens.asked import Asked, ProblemError
from cors_constructs.serve.lens.origins import host_of, origin_of, port_of
from cors_constructs.serve.lens.told import told
from cors_constructs.serve.messages import body_of, lines_of
from cors_constructs.serve.shift import Shift
from cors_constructs.serve.site import Place, Site
from cors_constructs.serve.threads import OnLoop, in_thread
from cors_constructs.simulate.browser import Browser, Verdict
from cors_constructs.simulate.browser.browser import recent
from cors_constructs.simulate.messages import Headers, Request, Response
from cors_constructs.simulate.values import TemplateError

PassOn: TypeAlias = Callable[[Request, Shift, str], Awaitable[Response]]
"""Answers a request as if it had come over the wire: takes it, what is served, and the caller's address."""

# So many at a time: each has a thread, which may wait for a backend for 29 seconds.
_AT_ONCE: Final = 32


class NotServedError(LookupError):
    """The place is not served, or no more; the message, one line, says what is."""


@attrs.frozen
class Caller:
    """Whose browser it is.

    Attributes:
        address: Its address.
        agent: Its User-Agent header; None where it sends none.
    """

    address: str
    agent: str | None


class Judge:
    """Judges fetches."""

    def __init__(self, names: Sequence[str], port: int, pass_on: PassOn) -> None:
        """Takes what the server is called, on which port it is, and what answers requests."""
        self._names, self._port, self._pass_on = names, port, pass_on
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, asked: Asked, shift: Shift, caller: Caller) -> dict[str, Any]:
        """What a fetch comes to, as the page takes it.

        Raises:
            NotServedError: Its place is not served.
            ProblemError: It cannot be judged.
        """
        place = _place(asked, shift)
        url = f"{self._base(asked, place, shift.site)}/{place.path}{asked.path}"
        async with self._turns:
            loop = OnLoop(asyncio.get_running_loop())

            def send(request: Request) -> Response:
                return loop.run(lambda: self._answered(request, place, shift, caller))

            try:
                return await in_thread(lambda: told(_fetched(asked, url, send), include=asked.credentials == "include"))
            finally:
                loop.close()

    def _base(self, asked: Asked, place: Place, site: Site) -> str:
        """An origin of the API's, on another host than the page's where there is one."""
        if len(site.at("", place.path)) != 1:
            return origin_of(place.host, self._port)
        page = host_of(asked.origin)
        return origin_of(next((name for name in self._names if name != page), self._names[0]), self._port)

    async def _answered(self, request: Request, place: Place, shift: Shift, caller: Caller) -> Response:
        """The answer as it would come over the wire."""
        host = host_of(request.url)
        known = host in {*self._names, *shift.site.hosts, place.host} and port_of(request.url) == self._port
        if not known:
            origin = "/".join(request.url.split("/")[:3])
            raise ConnectionRefusedError(f"{origin} is not served here, and the lens calls nothing else")
        lines = [("Host", urlsplit(request.url).netloc), *request.headers.lines]
        if caller.agent is not None and "user-agent" not in request.headers:
            lines.append(("User-Agent", caller.agent))
        response = await self._pass_on(attrs.evolve(request, headers=Headers(lines)), shift, caller.address)
        sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines_of(response)]
        body = b"" if request.method == "HEAD" else body_of(response)
        return Response(response.status, Headers(sent), body, why=response.why)


def id_of(place: Place) -> str:
    """What the lens's page calls a place."""
    return f"{place.label}/{place.path}"


def _place(asked: Asked, shift: Shift) -> Place:
    places = {id_of(place): place for place in shift.site.places}
    if asked.place not in places:
        raise NotServedError(f"place: {asked.place[:200]!r} is not served, or no more; there is {', '.join(places)}")
    return places[asked.place]


def _fetched(asked: Asked, url: str, send: Callable[[Request], Response]) -> Verdict:
    try:
        verdict = Browser(send).fetch(
            asked.method,
            url,
            origin=asked.origin,
            headers=asked.headers,
            credentials=asked.credentials,
            body=asked.body,
        )
    except TemplateError:  # a ValueError too, but nothing that was asked is wrong
        raise
    except ValueError as error:
        raise ProblemError(str(error)) from error
    # They are kept for tests, and a server would keep bodies of megabytes for nobody.
    recent.clear()
    return verdict
