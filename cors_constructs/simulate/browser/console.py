"""What Chromium's console says about a fetch that fails, word for word, so that a search for it finds this too.

The wordings are Chromium's own (`cors_error_string.cc`, and the TypeErrors that its `fetch()` throws).
"""

from typing import Final, NamedTuple

from cors_constructs.simulate.browser.addresses import read_url
from cors_constructs.simulate.browser.outcomes import Failure, Outcome


class Place(NamedTuple):
    """Where a fetch failed.

    Attributes:
        asked: The URL that the page asked for.
        reached: The URL of the last request, where redirects may have led.
        origin: The page's origin.
    """

    asked: str
    reached: str
    origin: str


_BLOCKED: Final = "Access to fetch at '{reached}' {redirected}from origin '{origin}' has been blocked by CORS policy: "
_PREFLIGHT: Final = "Response to preflight request doesn't pass access control check: "
_THROWN: Final = "Uncaught (in promise) TypeError: Failed to execute 'fetch' on 'Window': "
_FAILED: Final = "Uncaught (in promise) TypeError: Failed to fetch"

_HINT: Final = " Have the server send the header with a valid value."

# `{0}` is what it failed on.
_CHECK: Final = {
    Outcome.ORIGIN_MISSING: "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    Outcome.ORIGIN_SEVERAL: (
        "The 'Access-Control-Allow-Origin' header contains multiple values '{0}', but only one is allowed." + _HINT
    ),
    Outcome.ORIGIN_MISMATCH: (
        "The 'Access-Control-Allow-Origin' header has a value '{0}' that is not equal to the supplied origin." + _HINT
    ),
    Outcome.ORIGIN_WILDCARD: (
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the "
        "request's credentials mode is 'include'."
    ),
    Outcome.CREDENTIALS_NOT_ALLOWED: (
        "The value of the 'Access-Control-Allow-Credentials' header in the response is '{0}' which must be 'true' when "
        "the request's credentials mode is 'include'."
    ),
}
_INVALID_ORIGIN: Final = "The 'Access-Control-Allow-Origin' header contains the invalid value '{0}'." + _HINT
_HEADER: Final = "Request header field {0} is not allowed by Access-Control-Allow-Headers in preflight response."
_CORS: Final = {
    **_CHECK,
    **{Outcome[f"PREFLIGHT_{outcome.name}"]: _PREFLIGHT + text for outcome, text in _CHECK.items()},
    Outcome.PREFLIGHT_REDIRECTED: _PREFLIGHT + "Redirect is not allowed for a preflight request.",
    Outcome.PREFLIGHT_STATUS_NOT_OK: _PREFLIGHT + "It does not have HTTP ok status.",
    Outcome.ALLOW_METHODS_UNREADABLE: (
        "Cannot parse Access-Control-Allow-Methods response header field in preflight response."
    ),
    Outcome.ALLOW_HEADERS_UNREADABLE: (
        "Cannot parse Access-Control-Allow-Headers response header field in preflight response."
    ),
    Outcome.METHOD_NOT_ALLOWED: "Method {0} is not allowed by Access-Control-Allow-Methods in preflight response.",
    Outcome.HEADER_NOT_ALLOWED: _HEADER,
    Outcome.REDIRECT_WITH_CREDENTIALS: (
        "Redirect location '' contains a username and password, which is disallowed for cross-origin requests."
    ),
}
_MISMATCHES: Final = frozenset({Outcome.ORIGIN_MISMATCH, Outcome.PREFLIGHT_ORIGIN_MISMATCH})

_OTHERS: Final = {
    Outcome.URL_UNREADABLE: _THROWN + "Failed to parse URL from {0}",
    Outcome.URL_WITH_CREDENTIALS: (_THROWN + "Request cannot be constructed from a URL that includes credentials: {0}"),
    Outcome.SCHEME_NOT_SUPPORTED: 'Fetch API cannot load {url}. URL scheme "{0}" is not supported.',
    Outcome.METHOD_INVALID: _THROWN + "'{0}' is not a valid HTTP method.",
    Outcome.METHOD_FORBIDDEN: _THROWN + "'{0}' HTTP method is unsupported.",
    Outcome.HEADER_NAME_INVALID: _THROWN + "Invalid name",
    Outcome.HEADER_VALUE_INVALID: _THROWN + "Invalid value",
    Outcome.BODY_NOT_ALLOWED: _THROWN + "Request with GET/HEAD method cannot have body.",
}
_HEADERS: Final = frozenset({Outcome.HEADER_NAME_INVALID, Outcome.HEADER_VALUE_INVALID})
_NOT_LATIN: Final = (
    "Failed to read the 'headers' property from 'RequestInit': String contains non ISO-8859-1 code point."
)


def console_line(failure: Failure, place: Place) -> str:
    """What Chromium prints; empty where it prints nothing.

    Args:
        failure: The failure.
        place: Where it happened.
    """
    detail = failure.detail
    if failure.outcome in _CORS:
        text = _CORS[failure.outcome]
        if failure.outcome in _MISMATCHES and not _looks_like_a_url(detail):
            text = (_PREFLIGHT if failure.outcome.in_preflight else "") + _INVALID_ORIGIN
        redirected = f"(redirected from '{place.asked}') " if place.reached != place.asked else ""
        blocked = _BLOCKED.format(reached=place.reached, redirected=redirected, origin=place.origin)
        return blocked + text.format(_escaped(detail))
    if failure.outcome is Outcome.AUTHORIZATION_NOT_ALLOWED:
        return ""  # Chromium still lets it pass: a note says so.
    if failure.outcome in _HEADERS and any(char > "\xff" for char in detail):
        return _THROWN + _NOT_LATIN
    return _OTHERS.get(failure.outcome, _FAILED).format(detail, url=place.asked)


def _escaped(text: str) -> str:
    return "".join(char if " " <= char <= "~" else f"\\u{ord(char):04X}" for char in text)


def _looks_like_a_url(value: str) -> bool:
    """Whether Chromium, which tells values that are no URLs apart, takes one for a URL."""
    return value == "null" or (":" in value and read_url(value) is not None)
