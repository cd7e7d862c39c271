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
    value = get(headers, ALLOW_ORIGIN)
    if value is None:
        return Failure(Outcome.ORIGIN_MISSING)
    if value == _WILDCARD and not include:
        return None
    if value != origin:
        if value == _WILDCARD:
            return Failure(Outcome.ORIGIN_WILDCARD)
        several = "," in value or " " in value
        return Failure(Outcome.ORIGIN_SEVERAL if several else Outcome.ORIGIN_MISMATCH, value)
    if not include:
        return None
    credentials = get(headers, ALLOW_CREDENTIALS)
    return None if credentials == "true" else Failure(Outcome.CREDENTIALS_NOT_ALLOWED, credentials or "")


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
    if response.status in REDIRECTS and "location" in headers:
        # Preflights use HTTP-network-or-cache fetch, which follows no redirects.
        return Failure(Outcome.PREFLIGHT_REDIRECTED, str(response.status))
    failure = check_access(headers, asked.origin, include=asked.include)
    if failure:
        return Failure(_IN_PREFLIGHT[failure.outcome], failure.detail)
    if response.status not in _OK:
        return Failure(Outcome.PREFLIGHT_STATUS_NOT_OK, str(response.status))
    methods = read_list(headers.all(ALLOW_METHODS))
    if methods is None:
        return Failure(Outcome.ALLOW_METHODS_UNREADABLE, get(headers, ALLOW_METHODS) or "")
    names = read_list(headers.all(ALLOW_HEADERS))
    if names is None:
        return Failure(Outcome.ALLOW_HEADERS_UNREADABLE, get(headers, ALLOW_HEADERS) or "")
    names = tuple(name.lower() for name in names)
    return _check_lists(methods, names, asked) or Leave(methods, names, read_max_age(headers.all(MAX_AGE)))


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


def _check_lists(methods: tuple[str, ...], names: tuple[str, ...], asked: Asked) -> Failure | None:
    any_method = not asked.include and _WILDCARD in methods
    if asked.method not in methods and asked.method not in SAFELISTED_METHODS and not any_method:
        return Failure(Outcome.METHOD_NOT_ALLOWED, asked.method)
    if not asked.include and _WILDCARD in names:
        covered = NON_WILDCARD not in asked.unsafe or NON_WILDCARD in names
        return None if covered else Failure(Outcome.AUTHORIZATION_NOT_ALLOWED, NON_WILDCARD)
    refused = next((name for name in asked.unsafe if name not in names), None)
    return Failure(Outcome.HEADER_NOT_ALLOWED, refused) if refused else None
