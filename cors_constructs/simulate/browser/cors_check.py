"""The checks of answers: the CORS check, and what a preflight's answer allows."""

from typing import Final, NamedTuple

from cors_constructs.policy.names import FORBIDDEN_RESPONSE_HEADERS, SAFELISTED_METHODS, SAFELISTED_RESPONSE_HEADERS
from cors_constructs.simulate.browser.header_values import TAB_OR_SPACE, read_list, read_max_age
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.browser.page_request import NON_WILDCARD
from cors_constructs.simulate.messages import Headers, Response

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
MAX_AGE: Final = "Access-Control-Max-Age"

DEFAULT_MAX_AGE: Final = 5
"""Seconds that a preflight without a readable Access-Control-Max-Age is kept."""

_WILDCARD: Final = "*"
# https://fetch.spec.whatwg.org/#redirect-status
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OK: Final = range(200, 300)
_FINAL_STATUSES: Final = range(200, 1000)
_PROXY_AUTHENTICATION: Final = 407


class Asked(NamedTuple):
    """What a page asks leave for.

    Attributes:
        origin: The origin it sends.
        include: Whether its credentials mode is `include`.
        method: The normalised method.
        unsafe: The names of headers that need leave, in lower case and sorted.
    """

    origin: str
    include: bool
    method: str
    unsafe: tuple[str, ...]


class Leave(NamedTuple):
    """What a preflight's answer allows.

    Attributes:
        methods: The methods it lists.
        names: The names it lists, in lower case.
        max_age: Seconds to keep it; None where the answer does not say, or not in a way that can be read.
    """

    methods: tuple[str, ...]
    names: tuple[str, ...]
    max_age: int | None


def get(headers: Headers, name: str) -> str | None:
    """A header's value, its lines joined, or None: https://fetch.spec.whatwg.org/#concept-header-list-get."""
    lines = headers.all(name)
    return ", ".join([line.strip(TAB_OR_SPACE) for line in lines]) if lines else None


def http_problem(response: Response) -> str:
    """What makes an answer one that a browser's network does not pass on; empty where nothing does.

    Informational answers are never final, and 407 is a proxy's
    (https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch). No value has a line break or a NUL in it
    (https://fetch.spec.whatwg.org/#concept-header-value).
    """
    if response.status not in _FINAL_STATUSES or response.status == _PROXY_AUTHENTICATION:
        return f"a server's answer has no status {response.status}"
    for name, value in response.headers.lines:
        if "\n" in value or "\r" in value or "\0" in value:
            return f"the answer's header {name} holds a line break or a NUL"
    return ""


def check_access(headers: Headers, origin: str, *, include: bool) -> Failure | None:
    """The CORS check: https://fetch.spec.whatwg.org/#concept-cors-check.

    Args:
        headers: The answer's.
        origin: The origin that the request has sent.
        include: Whether the credentials mode is `include`.

    Returns:
        None where it passes.
    """
    return check_origin_value(headers, origin, include=include) or (check_credentials(headers) if include else None)


def check_origin_value(headers: Headers, origin: str, *, include: bool) -> Failure | None:
    """The CORS check's first part, about Access-Control-Allow-Origin; see `check_access`."""
    value = get(headers, ALLOW_ORIGIN)
    if value is None:
        return Failure(Outcome.ORIGIN_MISSING)
    if value == origin or (value == _WILDCARD and not include):
        return None
    if value == _WILDCARD:
        return Failure(Outcome.ORIGIN_WILDCARD)
    several = "," in value or " " in value
    return Failure(Outcome.ORIGIN_SEVERAL if several else Outcome.ORIGIN_MISMATCH, value)


def check_credentials(headers: Headers) -> Failure | None:
    """The CORS check's second part, for the credentials mode `include`."""
    credentials = get(headers, ALLOW_CREDENTIALS)
    return None if credentials == "true" else Failure(Outcome.CREDENTIALS_NOT_ALLOWED, credentials or "")


def in_preflight(failure: Failure | None) -> Failure | None:
    """What fails the CORS check, as it is called where a preflight's answer does."""
    return failure and Failure(_IN_PREFLIGHT[failure.outcome], failure.detail)


_IN_PREFLIGHT: Final = {
    Outcome.ORIGIN_MISSING: Outcome.PREFLIGHT_ORIGIN_MISSING,
    Outcome.ORIGIN_SEVERAL: Outcome.PREFLIGHT_ORIGIN_SEVERAL,
    Outcome.ORIGIN_MISMATCH: Outcome.PREFLIGHT_ORIGIN_MISMATCH,
    Outcome.ORIGIN_WILDCARD: Outcome.PREFLIGHT_ORIGIN_WILDCARD,
    Outcome.CREDENTIALS_NOT_ALLOWED: Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED,
}


def check_preflight(response: Response, asked: Asked) -> Leave | Failure:
    """What a preflight's answer allows, if it allows what was asked.

    See step 7 of https://fetch.spec.whatwg.org/#cors-preflight-fetch-0. Where an answer fails in several ways, the one
    named is the one that Chromium names.
    """
    headers = response.headers
    failure = (
        check_not_redirected(response)
        or in_preflight(check_access(headers, asked.origin, include=asked.include))
        or check_status(response)
    )
    if failure:
        return failure
    methods = read_methods(headers)
    if isinstance(methods, Failure):
        return methods
    names = read_names(headers)
    if isinstance(names, Failure):
        return names
    failure = check_method(methods, asked) or check_names(names, asked)
    return failure or Leave(methods, names, read_max_age(headers.all(MAX_AGE)))


def check_not_redirected(response: Response) -> Failure | None:
    """Preflights use HTTP-network-or-cache fetch, which follows no redirects."""
    is_redirect = response.status in REDIRECTS and "location" in response.headers
    return Failure(Outcome.PREFLIGHT_REDIRECTED, str(response.status)) if is_redirect else None


def check_status(response: Response) -> Failure | None:
    """Whether a preflight's answer has an ok status: https://fetch.spec.whatwg.org/#ok-status."""
    return None if response.status in _OK else Failure(Outcome.PREFLIGHT_STATUS_NOT_OK, str(response.status))


def read_methods(headers: Headers) -> tuple[str, ...] | Failure:
    """The methods that a preflight's answer lists."""
    methods = read_list(headers.all(ALLOW_METHODS))
    if methods is None:
        return Failure(Outcome.ALLOW_METHODS_UNREADABLE, get(headers, ALLOW_METHODS) or "")
    return methods


def read_names(headers: Headers) -> tuple[str, ...] | Failure:
    """The names of headers that a preflight's answer lists, in lower case."""
    names = read_list(headers.all(ALLOW_HEADERS))
    if names is None:
        return Failure(Outcome.ALLOW_HEADERS_UNREADABLE, get(headers, ALLOW_HEADERS) or "")
    return tuple(name.lower() for name in names)


def check_method(methods: tuple[str, ...], asked: Asked) -> Failure | None:
    """Whether the method is among those that a preflight's answer lists, or needs no leave."""
    any_method = not asked.include and _WILDCARD in methods
    allowed = any_method or asked.method in methods or asked.method in SAFELISTED_METHODS
    return None if allowed else Failure(Outcome.METHOD_NOT_ALLOWED, asked.method)


def check_names(names: tuple[str, ...], asked: Asked) -> Failure | None:
    """Whether all headers that need leave are among those that a preflight's answer lists."""
    if not asked.include and _WILDCARD in names:
        covered = NON_WILDCARD not in asked.unsafe or NON_WILDCARD in names
        return None if covered else Failure(Outcome.AUTHORIZATION_NOT_ALLOWED, NON_WILDCARD)
    refused = next((name for name in asked.unsafe if name not in names), None)
    return Failure(Outcome.HEADER_NOT_ALLOWED, refused) if refused else None


def readable_headers(response: Response, *, include: bool, same_origin: bool) -> Headers:
    """The headers that the page's script may read.

    See https://fetch.spec.whatwg.org/#concept-filtered-response-cors and #concept-filtered-response-basic.
    """
    exposed = read_list(response.headers.all(EXPOSE_HEADERS)) or ()
    everything = same_origin or (not include and _WILDCARD in exposed)
    readable = SAFELISTED_RESPONSE_HEADERS.union([name.lower() for name in exposed])
    return Headers(
        (name, value.strip(TAB_OR_SPACE))
        for name, value in response.headers.lines
        if (everything or name.lower() in readable) and name.lower() not in FORBIDDEN_RESPONSE_HEADERS
    )
