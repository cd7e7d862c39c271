"""One fetch under way: preflights, requests and redirects, until the page gets a response or a network error."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from cors_constructs.policy.names import SAFELISTED_METHODS
from cors_constructs.simulate.browser import differences
from cors_constructs.simulate.browser.addresses import HTTP_SCHEMES, OPAQUE, Address, read_url
from cors_constructs.simulate.browser.console import Place, console_line
from cors_constructs.simulate.browser.cors_check import (
    DEFAULT_MAX_AGE,
    REDIRECTS,
    Asked,
    check_access,
    check_preflight,
    get,
    http_problem,
    readable_headers,
)
from cors_constructs.simulate.browser.header_values import TAB_OR_SPACE
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.browser.page_request import PageRequest, unsafe_names
from cors_constructs.simulate.browser.preflight_cache import PreflightCache
from cors_constructs.simulate.browser.reasons import Facts, explain, success
from cors_constructs.simulate.browser.verdict import Exchange, Verdict
from cors_constructs.simulate.messages import Headers, Request, Response

Transport: TypeAlias = Callable[[Request], Response]
"""What takes a request to where it goes. Where nothing answers, it raises an `OSError`, such as `ConnectionError`."""

_MOST_REDIRECTS: Final = 20
_POST_BECOMES_GET: Final = frozenset({301, 302})
_SEE_OTHER: Final = 303
_READING_METHODS: Final = frozenset({"GET", "HEAD"})


class Fetching:
    """A request in the mode `cors`, on its way: https://fetch.spec.whatwg.org/#concept-main-fetch."""

    def __init__(
        self, send: Transport, cache: PreflightCache, max_age_limit: int, origin: str, *, include: bool
    ) -> None:
        """Takes what all of its steps need.

        Args:
            send: The transport.
            cache: The preflight cache.
            max_age_limit: Seconds that a preflight is kept at most.
            origin: The page's origin.
            include: Whether the credentials mode is `include`.
        """
        self._send = send
        self._cache = cache
        self._max_age_limit = max_age_limit
        self._page = origin
        self._include = include
        self._sent_origin = origin
        self._crossed = False  # whether the request's response tainting is "cors"
        self._has_leave = False  # by a preflight that passed, for where it is now
        self._redirects = 0
        self._first = ""
        self._address: Address | None = None
        self._method = ""
        self._exchanges: list[Exchange] = []
        self._notes: list[str] = []

    def run(self, address: Address, request: PageRequest) -> Response | Failure:
        """Sends the request, and follows its redirects.

        Args:
            address: Where to.
            request: The request.

        Returns:
            The response that the page gets, or what failed.
        """
        self._notes += differences.of_request(request)
        self._first = address.url
        preflights = False
        while True:
            self._address, self._method = address, request.method
            self._notes += differences.of_address(self._page, address)
            # What has once been to another origin stays "cors": https://fetch.spec.whatwg.org/#concept-main-fetch
            self._crossed = self._crossed or address.origin != self._page
            asked = Asked(self._sent_origin, self._include, request.method, unsafe_names(request.lines))
            needs_leave = self._crossed and (request.method not in SAFELISTED_METHODS or bool(asked.unsafe))
            preflights = preflights or needs_leave
            failure = self._ask(address, asked) if needs_leave else None
            self._has_leave = needs_leave and failure is None
            end = failure or self._request(address, request)
            location = end if isinstance(end, Failure) else self._location(address, end)
            if isinstance(location, Failure):
                if preflights and self._cache.clear(self._sent_origin, address.url):
                    self._notes.append(differences.FORGOTTEN)
                return location
            if location is None or isinstance(end, Failure):
                return end
            request = _redirected(request, address, end, location)
            self._follow(address, location)
            address = location

    def verdict(self, method: str, url: str, end: Response | Failure) -> Verdict:
        """Puts into words what `run` came to, or what kept it from running.

        Args:
            method: The method, as the page wrote it.
            url: The URL, as the page wrote it.
            end: The response, or what failed.
        """
        exchanges, notes = tuple(self._exchanges), tuple(self._notes)
        if isinstance(end, Response):
            outcome = Outcome.ALLOWED if self._crossed else Outcome.SAME_ORIGIN
            readable = readable_headers(end, include=self._include, same_origin=not self._crossed)
            reason = success(outcome, end)
            return Verdict(
                method,
                url,
                self._page,
                outcome,
                str(reason),
                response=end,
                readable_headers=readable,
                exchanges=exchanges,
                notes=notes,
                summary=reason.said,
            )
        last = self._exchanges[-1] if self._exchanges else None
        facts = Facts(
            self._page,
            self._sent_origin,
            self._method or method,
            last.response if last else None,
            last.error if last else "",
            self._has_leave,
        )
        reason = explain(end, facts)
        place = Place(self._first or url, self._address.url if self._address else url, self._page)
        return Verdict(
            method,
            url,
            self._page,
            end.outcome,
            str(reason),
            console_line(end, place),
            exchanges=exchanges,
            notes=notes,
            summary=reason.said,
            advice=reason.advice,
        )

    def _ask(self, address: Address, asked: Asked) -> Failure | None:
        """A CORS-preflight fetch, unless the cache spares it: https://fetch.spec.whatwg.org/#concept-http-fetch."""
        if self._is_known(address, asked):
            self._notes += differences.of_kept(address.url, asked)
            return None
        lines = [("Accept", "*/*"), ("Access-Control-Request-Method", asked.method)]
        if asked.unsafe:
            # No blank follows the comma: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0, step 5.
            lines.append(("Access-Control-Request-Headers", ",".join(asked.unsafe)))
        lines.append(("Origin", asked.origin))
        response = self._exchange("preflight", Request("OPTIONS", address.url, Headers(lines)))
        if response is None:
            return Failure(Outcome.PREFLIGHT_NETWORK_ERROR)
        leave = check_preflight(response, asked)
        if isinstance(leave, Failure):
            if leave.outcome is Outcome.AUTHORIZATION_NOT_ALLOWED:
                self._notes.append(differences.AUTHORIZATION)
            return leave
        self._notes += differences.of_max_age(response.headers)
        max_age = DEFAULT_MAX_AGE if leave.max_age is None else leave.max_age
        self._cache.store(
            asked.origin,
            address.url,
            leave.methods,
            leave.names,
            min(max_age, self._max_age_limit),
            credentials=self._include,
        )
        return None

    def _is_known(self, address: Address, asked: Asked) -> bool:
        key = asked.origin, address.url
        if asked.method not in SAFELISTED_METHODS and not self._cache.allows_method(
            *key, asked.method, credentials=self._include
        ):
            return False
        return all(self._cache.allows_name(*key, name, credentials=self._include) for name in asked.unsafe)

    def _request(self, address: Address, request: PageRequest) -> Response | Failure:
        lines = request.lines
        if self._crossed or request.method not in _READING_METHODS:
            lines = (
                *lines,
                ("Origin", self._sent_origin),
            )  # https://fetch.spec.whatwg.org/#append-a-request-origin-header
        response = self._exchange("request", Request(request.method, address.url, Headers(lines), request.body or b""))
        if response is None:
            return Failure(Outcome.NETWORK_ERROR)
        failure = check_access(response.headers, self._sent_origin, include=self._include) if self._crossed else None
        return failure or response

    def _exchange(self, kind: Literal["preflight", "request"], request: Request) -> Response | None:
        """Sends a request; None where no answer comes that is HTTP."""
        try:
            response = self._send(request)
        except OSError as error:
            self._exchanges.append(Exchange(kind, request, None, str(error) or type(error).__name__, self._crossed))
            return None
        problem = http_problem(response)
        self._exchanges.append(Exchange(kind, request, response, problem, self._crossed))
        return None if problem else response

    def _location(self, address: Address, response: Response) -> Address | Failure | None:
        """Where a response redirects to: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch, steps 3 to 10.

        Returns:
            The address; None where the response is no redirect; or what keeps the browser from following it.
        """
        lines = response.headers.all("location")
        if response.status not in REDIRECTS or not lines:
            return None
        self._notes += differences.of_redirect(lines)
        # The header is a single one: https://fetch.spec.whatwg.org/#extract-header-list-values
        location = read_url(lines[0].strip(TAB_OR_SPACE), address) if len(lines) == 1 else None
        if location is None:
            return Failure(Outcome.REDIRECT_UNREADABLE, get(response.headers, "location") or "")
        if location.scheme and location.scheme not in HTTP_SCHEMES:
            return Failure(Outcome.REDIRECT_SCHEME_NOT_SUPPORTED, location.url)
        if self._redirects == _MOST_REDIRECTS:
            return Failure(Outcome.TOO_MANY_REDIRECTS)
        if location.holds_credentials and (self._crossed or location.origin != self._page):
            return Failure(Outcome.REDIRECT_WITH_CREDENTIALS, lines[0].strip(TAB_OR_SPACE))
        if location.holds_credentials:
            self._notes.append(differences.REDIRECT_WITH_CREDENTIALS)
        return location

    def _follow(self, address: Address, location: Address) -> None:
        self._redirects += 1
        # https://fetch.spec.whatwg.org/#concept-request-tainted-origin: from one strange origin to another.
        if address.origin not in (location.origin, self._page):
            self._sent_origin = OPAQUE
        if address.origin is None and location.origin is not None:
            self._notes.append(
                f"the redirect to {location.url} is taken to leave the API, whose own origin is not known"
            )


def _redirected(request: PageRequest, address: Address, response: Response, location: Address) -> PageRequest:
    """The request that follows a redirect.

    See steps 12 and 13 of https://fetch.spec.whatwg.org/#concept-http-redirect-fetch.
    """
    post = request.method == "POST" and response.status in _POST_BECOMES_GET
    other = request.method not in _READING_METHODS and response.status == _SEE_OTHER
    if post or other:
        request = request.redirected_to_get()
    return request if location.origin == address.origin else request.without_authorization()
