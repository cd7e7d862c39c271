"""A browser that fetches for a page: the Fetch standard's CORS protocol, over any transport.

The sections cited are those of https://fetch.spec.whatwg.org/. Only what CORS is about is done here: no cookies, no
HTTP cache, no mixed content and no content security policy.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from cors_constructs.simulate.browser import differences
from cors_constructs.simulate.browser.addresses import HTTP_SCHEMES, Address, check_origin, read_url
from cors_constructs.simulate.browser.fetching import Fetching, Transport
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.browser.page_request import GivenHeaders, PageRequest, make_request
from cors_constructs.simulate.browser.preflight_cache import PreflightCache
from cors_constructs.simulate.browser.verdict import Verdict
from cors_constructs.simulate.messages import Request, Response

Credentials: TypeAlias = Literal["omit", "same-origin", "include"]
"""https://fetch.spec.whatwg.org/#concept-request-credentials-mode"""

recent: Final[deque[Verdict]] = deque(maxlen=20)
"""The last verdicts of all browsers. pytest's plugin shows them where a test fails, and forgets them before each."""

_MODES: Final = ("omit", "same-origin", "include")


class Browser:
    """A browser, with the preflight cache that its pages share.

    Simulated gateways are transports, and so is anything that sends requests over the wire.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        clock: Callable[[], float] = time.monotonic,
        max_age_limit: int = differences.CAPS["Chromium"],
    ) -> None:
        """Takes what sends requests.

        Args:
            transport: Called with each request, preflights among them.
            clock: The time in seconds, from any start, for the preflight cache. Left out, the machine's own.
            max_age_limit: Seconds that a preflight is kept at most, whatever Access-Control-Max-Age says. Left out,
                7200 as in Chromium; Firefox keeps them for up to 86400 seconds and Safari for up to 600.
        """
        self._transport = transport
        self._cache = PreflightCache(clock)
        self._max_age_limit = max_age_limit

    def fetch(
        self,
        method: str,
        url: str,
        *,
        origin: str,
        headers: GivenHeaders | None = None,
        credentials: Credentials = "same-origin",
        body: str | bytes | None = None,
    ) -> Verdict:
        """Does what `fetch(url, {method, headers, credentials, body})` does in a page of that origin.

        What a browser would throw or print is an outcome of the verdict, and no Python exception.

        Args:
            method: The method, as the page writes it.
            url: An absolute URL, or a path. A path is that of an API whose own origin is not known and is not the
                page's; the transport gets it as it is.
            origin: The page's origin, as browsers send it: `scheme://host` or `scheme://host:port`, or `null`.
            headers: The headers that the page sets; a list as a value stands for several lines. Left out, none.
            credentials: The credentials mode. Left out, `same-origin` as in fetch(): to another origin, none are sent.
                An Authorization header is none of them.
            body: The body; a text is sent as UTF-8, with a content type unless the page sets one. Left out, none.

        Returns:
            The verdict.

        Raises:
            ValueError: The origin is not as browsers send it, the credentials mode is none, or the URL is relative.
            TypeError: An argument has the wrong type, or the transport returns something other than a `Response`.
        """
        if credentials not in _MODES:
            raise ValueError(f"credentials: {credentials!r} is no mode; write one of {', '.join(map(repr, _MODES))}")
        for name, value in (("origin", origin), ("url", url)):
            if not isinstance(value, str):
                raise TypeError(f"{name}: a string, not {value!r}")
        include = credentials == "include"
        fetching = Fetching(self._send, self._cache, self._max_age_limit, check_origin(origin), include=include)
        begun = _begin(method, url, headers, body)
        end = begun if isinstance(begun, Failure) else fetching.run(*begun)
        verdict = fetching.verdict(method, url, end)
        recent.append(verdict)
        return verdict

    def _send(self, request: Request) -> Response:
        response = self._transport(request)
        if not isinstance(response, Response):
            raise TypeError(f"the transport is to return a Response, and returned {response!r:.200}")
        if not isinstance(response.status, int):
            raise TypeError(
                f"the transport returned a Response whose status is no integer but {response.status!r:.200}"
            )
        return response


def _begin(
    method: str, url: str, headers: GivenHeaders | None, body: str | bytes | None
) -> tuple[Address, PageRequest] | Failure:
    """The steps of https://fetch.spec.whatwg.org/#dom-request that can throw, in their order."""
    address = read_url(url)
    if address is None:
        if ":" not in url and not url.startswith("/"):
            raise ValueError(f"url: {url!r} is relative; write a path that begins with a slash, or https://host/path")
        return Failure(Outcome.URL_UNREADABLE, url)
    if address.holds_credentials:
        return Failure(Outcome.URL_WITH_CREDENTIALS, url)
    request = make_request(method, headers, body)
    if isinstance(request, Failure):
        return request
    if address.scheme and address.scheme not in HTTP_SCHEMES:
        return Failure(Outcome.SCHEME_NOT_SUPPORTED, address.scheme)
    # https://fetch.spec.whatwg.org/#concept-fetch, step 13
    if not any(name.lower() == "accept" for name, _ in request.lines):
        request = request._replace(lines=(*request.lines, ("Accept", "*/*")))
    return address, request
