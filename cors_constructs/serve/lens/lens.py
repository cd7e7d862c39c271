"""What answers at `/_cors`."""

import asyncio
import ipaddress
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

import attrs

from cors_constructs.serve.bodies import TooLargeError
from cors_constructs.serve.hosts import name_in
from cors_constructs.serve.lens.asked import ProblemError, read_asked
from cors_constructs.serve.lens.facts import facts_of
from cors_constructs.serve.lens.judging import Caller, Judge, NotServedError, PassOn
from cors_constructs.serve.lens.origins import HOST, local_origins, names_of, port_of
from cors_constructs.serve.lens.pages import data, page, refusal
from cors_constructs.serve.lens.seen import Seen
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.shift import Shift
from cors_constructs.serve.site import Site
from cors_constructs.serve.threads import in_thread
from cors_constructs.simulate.messages import Headers, Response

NAME: Final = "_cors"
"""The first segment of the lens's paths."""

_ROOT: Final = f"/{NAME}"
_READING: Final = frozenset({"GET", "HEAD"})
_OWN_SITE: Final = frozenset({"same-origin", "none"})
_NUMBER: Final = re.compile("[0-9]{1,18}")


@attrs.frozen(eq=False)
class Visit:
    """A request for the lens.

    Attributes:
        method: Its method.
        path: Its path.
        query: Its query, without the question mark.
        headers: Its headers.
        address: The address that it came from.
        port: The port that it came to.
        body: Reads its body; raises what `read_body` raises.
    """

    method: str
    path: str
    query: str
    headers: Headers
    address: str
    port: int | None
    body: Callable[[], Awaitable[bytes]]


class Lens:
    """The lens of a server.

    Attributes:
        seen: The last requests that came.
        ports: The ports at which there are the lens's pages alone.
    """

    def __init__(self, settings: Settings, port: int, pass_on: PassOn) -> None:
        """Takes what the server is told, its port, and what answers requests for the judge."""
        self.seen = Seen()
        self.ports = frozenset(map(port_of, settings.lens_origins))
        self._settings, self._port = settings, port
        names = names_of(settings)
        # As the page chooses, so that both sides call one address.
        self._judge = Judge(sorted(names, key=lambda name: name != "127.0.0.1"), port, pass_on)
        self._told: tuple[int, bool, bytes] = (0, False, b"")

    async def __call__(self, visit: Visit, shift: Shift, host: str | None) -> Response | None:
        """The answer to a request for the lens; None where it is not the lens's.

        Args:
            visit: The request.
            shift: What is served.
            host: The name that it is for, where that is one of the server's.

        Raises:
            GoneError: The client went away.
            asyncio.TimeoutError: Its body did not come in time.
        """
        authority = visit.headers.get("host", "").strip().lower()
        if visit.port in self.ports:
            if f"http://{authority}" not in self._settings.lens_origins:
                return refusal(421, f"this port does not answer for the host {authority!r}")
            if visit.path != _ROOT and not visit.path.startswith(f"{_ROOT}/"):
                return refusal(404, f"here are the lens's pages alone, at {_ROOT}")
        elif not self._is_for(authority, shift.site, host):
            return None
        return await self._answer(visit, shift, f"http://{authority}")

    def _is_for(self, authority: str, site: Site, host: str | None) -> bool:
        if is_hidden_by(site) or (host is not None and site.domains.name(host) is not None):
            return False
        return host is not None or name_in(authority) == HOST

    async def _answer(self, visit: Visit, shift: Shift, own: str) -> Response:
        name = visit.path.removeprefix(_ROOT).removeprefix("/")
        if name == "judge":
            return await self._judged(visit, shift, own) if visit.method == "POST" else _only("POST")
        if visit.method not in _READING:
            return _only("GET, HEAD")
        if name not in {"site.json", "seen"}:
            self.seen.is_open = self.seen.is_open or name == ""
            found = page(name, local_origins(self._settings, self._port, shift.site))
            return found or refusal(404, f"the lens has no {name[:200]!r}; it is at {_ROOT}")
        if _is_of_another_site(visit.headers):
            return refusal(403, "a page of another site asks, and this is for the lens's own page")
        return await self._site(visit, shift) if name == "site.json" else self._after(visit)

    async def _site(self, visit: Visit, shift: Shift) -> Response:
        shows_keys = _is_loopback(visit.address)
        if self._told[:2] != (shift.reading, shows_keys):
            local = local_origins(self._settings, self._port, shift.site)
            facts = await in_thread(lambda: facts_of(shift.site, local, shows_keys=shows_keys))
            document = {"reading": shift.reading, "target": self._settings.target, **facts}
            self._told = shift.reading, shows_keys, _json(document)
        return data(200, self._told[2])

    def _after(self, visit: Visit) -> Response:
        self.seen.is_open = True
        after = parse_qs(visit.query, keep_blank_values=True).get("after", ["0"])
        if len(after) != 1 or not _NUMBER.fullmatch(after[0]):
            return _problem(400, "after: write the number of an exchange, such as ?after=0")
        return data(200, _json(self.seen.after(int(after[0]))))

    async def _judged(self, visit: Visit, shift: Shift, own: str) -> Response:
        if refused := _not_its_own(visit.headers, own):
            return _problem(403, refused)
        try:
            content = await visit.body()
            caller = Caller(visit.address, visit.headers.get("user-agent"))
            asked = await in_thread(lambda: read_asked(content))
            return data(200, _json(await self._judge(asked, shift, caller)))
        except TooLargeError:
            return _problem(413, "the body has more than 10 MB, which is more than API Gateway takes")
        except asyncio.TimeoutError:  # another class than TimeoutError until Python 3.11
            return _problem(408, "the body did not come in time")
        except ProblemError as error:
            return _problem(400, str(error))
        except NotServedError as error:
            return _problem(409, str(error.args[0]))


def is_hidden_by(site: Site) -> bool:
    """Whether a stage has the lens's name, and so goes before it."""
    return any(place.path == NAME for place in site.places)


def _not_its_own(headers: Headers, own: str) -> str:
    """Why it is none of the lens's own pages that asks to judge; empty where it may be one."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return "the Content-Type is to be application/json, which no form of another site can send"
    if headers.get("origin", own) != own or _is_of_another_site(headers):
        return f"a page of another origin asks, and only those of {own}{_ROOT} may"
    return ""


def _is_of_another_site(headers: Headers) -> bool:
    """https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header, where a browser sends it."""
    return headers.get("sec-fetch-site", "none") not in _OWN_SITE


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _only(methods: str) -> Response:
    return refusal(405, f"this is for {methods}", Allow=methods)


def _problem(status: int, said: str) -> Response:
    return data(status, _json({"problem": said}), why=said)


def _json(document: Any) -> bytes:
    """ASCII, and such that no reader can take it for HTML."""
    text = json.dumps(document).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return text.encode()
