"""A request as a page's script makes it: what fetch() does to its method, headers and body before anything is sent."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from cors_constructs.policy import names
from cors_constructs.simulate.browser.addresses import scalar_values
from cors_constructs.simulate.browser.header_values import is_safelisted, is_token, split_value
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.messages import as_headers

Lines = tuple[tuple[str, str], ...]
"""Field lines: names as the page wrote them, and values."""

GivenHeaders = Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]

_HTTP_WHITESPACE: Final = "\t\n\r "
_LARGEST_BYTE: Final = "\xff"
_MOST_SAFE_BYTES: Final = 1024

# https://fetch.spec.whatwg.org/#request-body-header-name
_BODY_HEADERS: Final = frozenset({"content-encoding", "content-language", "content-location", "content-type"})
# https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
NON_WILDCARD: Final = "authorization"

# https://fetch.spec.whatwg.org/#forbidden-request-header: forbidden where they smuggle a forbidden method.
_OVERRIDES: Final = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})

_METHOD_FREE_OF_BODY: Final = frozenset({"GET", "HEAD"})


class PageRequest(NamedTuple):
    """What fetch() has made of its arguments.

    Attributes:
        method: The normalised method.
        lines: The headers, forbidden ones left out.
        body: The body; None for none.
        dropped: The names of forbidden headers that the page had set, as it wrote them.
    """

    method: str
    lines: Lines
    body: bytes | None
    dropped: tuple[str, ...] = ()

    def redirected_to_get(self) -> "PageRequest":
        """The same as a GET without a body: step 12 of https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
        kept = tuple(line for line in self.lines if line[0].lower() not in _BODY_HEADERS)
        return self._replace(method="GET", body=None, lines=kept)

    def without_authorization(self) -> "PageRequest":
        """The same for another origin: step 13 of https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
        return self._replace(lines=tuple(line for line in self.lines if line[0].lower() != NON_WILDCARD))


def make_request(method: str, headers: GivenHeaders | None, body: str | bytes | None) -> PageRequest | Failure:
    """Does what https://fetch.spec.whatwg.org/#dom-request and #dom-global-fetch do to a request's parts.

    Args:
        method: The method, as the page wrote it.
        headers: The headers, as the page wrote them.
        body: The body; a text gets a content type unless the page sets one.

    Returns:
        The request, or what fetch() throws a TypeError for.

    Raises:
        TypeError: An argument is not of the type it should be.
    """
    if not isinstance(method, str):
        raise TypeError(f"method: a string, not {method!r}")
    if body is not None and not isinstance(body, str | bytes):
        raise TypeError(f"body: a string, bytes or None, not {type(body).__name__}; write json.dumps(...) for JSON")
    if not is_token(method):
        return Failure(Outcome.METHOD_INVALID, method)
    if method.upper() in names.FORBIDDEN_METHODS:
        return Failure(Outcome.METHOD_FORBIDDEN, method)
    method = names.normalize_method(method)
    read = _read_headers(as_headers(headers or ()).lines)
    if isinstance(read, Failure):
        return read
    lines, dropped = read
    if body is None:
        return PageRequest(method, lines, None, dropped)
    if method in _METHOD_FREE_OF_BODY:
        return Failure(Outcome.BODY_NOT_ALLOWED, method)
    if isinstance(body, str):
        if not any(name.lower() == "content-type" for name, _ in lines):
            # https://fetch.spec.whatwg.org/#concept-bodyinit-extract
            lines = (*lines, ("Content-Type", "text/plain;charset=UTF-8"))
        body = scalar_values(body).encode()
    return PageRequest(method, lines, body, dropped)


@lru_cache(1024)
def unsafe_names(lines: Lines) -> tuple[str, ...]:
    """The names that need leave, in lower case, sorted, each once.

    See https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names.
    """
    unsafe, safe, size = set(), set(), 0
    for name, value in lines:
        lowered = name.lower()
        if is_safelisted(lowered, value):
            safe.add(lowered)
            size += len(value)
        else:
            unsafe.add(lowered)
    return tuple(sorted(unsafe | safe if size > _MOST_SAFE_BYTES else unsafe))


@lru_cache(1024)
def _read_headers(given: Lines) -> tuple[Lines, tuple[str, ...]] | Failure:
    """The lines that are sent, and the names of those dropped: https://fetch.spec.whatwg.org/#concept-headers-append."""
    kept: list[tuple[str, str]] = []
    dropped: dict[str, None] = {}
    spelling: dict[str, str] = {}
    for name, raw in given:
        value = raw.strip(_HTTP_WHITESPACE)  # https://fetch.spec.whatwg.org/#concept-header-value-normalize
        if not is_token(name):
            return Failure(Outcome.HEADER_NAME_INVALID, name)
        if any(char in "\0\r\n" or char > _LARGEST_BYTE for char in value):
            return Failure(Outcome.HEADER_VALUE_INVALID, value)
        lowered = name.lower()
        if names.is_forbidden_request_header(lowered) or (lowered in _OVERRIDES and _smuggles_a_method(value)):
            dropped[name] = None
        else:
            # The first spelling stays: https://fetch.spec.whatwg.org/#concept-header-list-append
            kept.append((spelling.setdefault(lowered, name), value))
    return tuple(kept), tuple(dropped)


def _smuggles_a_method(value: str) -> bool:
    return any(method.upper() in names.FORBIDDEN_METHODS for method in split_value(value))
