"""Why a fetch fails, in one sentence that a front-end developer understands, with what to change."""

from typing import Final, NamedTuple

from cors_constructs.policy.names import CORS_RESPONSE_HEADER_PREFIX, CORS_RESPONSE_HEADERS, NORMALIZED_METHODS
from cors_constructs.simulate.browser.addresses import OPAQUE, read_url
from cors_constructs.simulate.browser.cors_check import ALLOW_METHODS, check_status
from cors_constructs.simulate.browser.header_values import read_list
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.messages import Response

_LONGEST_SHOWN: Final = 500


class Facts(NamedTuple):
    """What a reason may speak of.

    Attributes:
        origin: The page's origin.
        sent_origin: The origin that the last request sent: `null` where a redirect has taken the page's away.
        method: The normalised method.
        response: The answer that failed; None where there was none.
        error: What the transport said instead of an answer.
        is_guest: Whether it is known that the API lets the origin in: by a preflight that passed, or by a template.
    """

    origin: str
    sent_origin: str
    method: str
    response: Response | None = None
    error: str = ""
    is_guest: bool = False


class Reason(NamedTuple):
    """Why a fetch ended as it did.

    Attributes:
        said: What happened.
        advice: What to change; empty where that is not known, or nothing is to be changed.
        more: What else is known of it.
    """

    said: str
    advice: str = ""
    more: str = ""

    def __str__(self) -> str:
        advised = f"{self.said}: {self.advice}" if self.advice else self.said
        return f"{advised}; {self.more}" if self.more else advised


_SENTENCES: Final = {
    Outcome.URL_UNREADABLE: "{detail!r} is no URL",
    Outcome.URL_WITH_CREDENTIALS: "browsers refuse to fetch a URL with a user name or password in it",
    Outcome.SCHEME_NOT_SUPPORTED: "fetch() knows http: and https: URLs, and {detail!r} is neither",
    Outcome.METHOD_INVALID: "{detail!r} is no HTTP method",
    Outcome.METHOD_FORBIDDEN: "browsers let no script send {detail}",
    Outcome.HEADER_NAME_INVALID: "{detail!r} is no name of a header",
    Outcome.HEADER_VALUE_INVALID: "{detail!r} is no value of a header",
    Outcome.BODY_NOT_ALLOWED: "a {detail} request has no body",
    Outcome.PREFLIGHT_NETWORK_ERROR: "the preflight got no answer{error}",
    Outcome.PREFLIGHT_REDIRECTED: ("the preflight was answered by a redirect ({status}), which browsers do not follow"),
    Outcome.PREFLIGHT_ORIGIN_MISSING: "the preflight was answered {status} without Access-Control-Allow-Origin",
    Outcome.PREFLIGHT_ORIGIN_SEVERAL: (
        "the preflight's answer has {detail!r} for Access-Control-Allow-Origin, which holds one origin only, and one "
        "time"
    ),
    Outcome.PREFLIGHT_ORIGIN_MISMATCH: (
        "the preflight's answer allows the origin {detail!r}, and the page's is {sent_origin!r}"
    ),
    Outcome.PREFLIGHT_ORIGIN_WILDCARD: (
        "the preflight's answer allows any origin (*), which is not enough for credentials: 'include'"
    ),
    Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED: (
        "the page sends credentials, and the preflight's answer has {detail!r} for Access-Control-Allow-Credentials"
    ),
    Outcome.PREFLIGHT_STATUS_NOT_OK: ("the preflight was answered with status {status}, and only 200 to 299 will do"),
    Outcome.ALLOW_METHODS_UNREADABLE: (
        "the preflight's answer has {detail!r} for Access-Control-Allow-Methods, which is no list of methods between "
        "commas"
    ),
    Outcome.ALLOW_HEADERS_UNREADABLE: (
        "the preflight's answer has {detail!r} for Access-Control-Allow-Headers, which is no list of names between "
        "commas"
    ),
    Outcome.METHOD_NOT_ALLOWED: "the preflight's answer does not allow the method {detail}",
    Outcome.AUTHORIZATION_NOT_ALLOWED: "the page sends Authorization, which * does not cover",
    Outcome.HEADER_NOT_ALLOWED: ("the page sends the header {detail}, which the preflight's answer does not allow"),
    Outcome.NETWORK_ERROR: "the request got no answer{error}",
    Outcome.ORIGIN_MISSING: "the response ({status}) has no Access-Control-Allow-Origin",
    Outcome.ORIGIN_SEVERAL: (
        "the response has {detail!r} for Access-Control-Allow-Origin, which holds one origin only, and one time"
    ),
    Outcome.ORIGIN_MISMATCH: "the response allows the origin {detail!r}, and the page's is {sent_origin!r}",
    Outcome.ORIGIN_WILDCARD: ("the response allows any origin (*), which is not enough for credentials: 'include'"),
    Outcome.CREDENTIALS_NOT_ALLOWED: (
        "the page sends credentials, and the response has {detail!r} for Access-Control-Allow-Credentials"
    ),
    Outcome.REDIRECT_UNREADABLE: "a redirect leads to {detail!r}, which is no URL",
    Outcome.REDIRECT_SCHEME_NOT_SUPPORTED: "a redirect leads to {detail!r}, and browsers follow http: and https: only",
    Outcome.REDIRECT_WITH_CREDENTIALS: (
        "a redirect leads to a URL with a user name or password in it, which browsers do not follow across origins"
    ),
    Outcome.TOO_MANY_REDIRECTS: "browsers follow twenty redirects, and there was another one",
}
_SAME: Final = "they must be the same, letter by letter"
_CHOOSE: Final = "have the server answer {sent_origin}, or fetch without credentials"
_SAY_TRUE: Final = "have it answer true, in lower case, or fetch without credentials"
_ADVICE: Final = {
    Outcome.URL_UNREADABLE: "write https://host/path, or a path that begins with a slash",
    Outcome.URL_WITH_CREDENTIALS: "send them in a header instead",
    Outcome.METHOD_INVALID: "a method is one word",
    Outcome.HEADER_NAME_INVALID: "write a word of letters, digits and hyphens",
    Outcome.HEADER_VALUE_INVALID: "write one line, of characters up to U+00FF; encode all others",
    Outcome.BODY_NOT_ALLOWED: "leave the body out, or send it by POST",
    Outcome.PREFLIGHT_REDIRECTED: "fetch the URL that it leads to, or have OPTIONS answered where it is sent",
    Outcome.PREFLIGHT_STATUS_NOT_OK: (
        "have OPTIONS answered by itself, without keys and without authorization, which no preflight carries"
    ),
    Outcome.AUTHORIZATION_NOT_ALLOWED: "have Access-Control-Allow-Headers name Authorization beside the *",
    Outcome.HEADER_NOT_ALLOWED: "have Access-Control-Allow-Headers list {detail}",
}
# What to do where it is the page's origin that is not given leave.
_ADVICE_ON_ORIGINS: Final = {
    Outcome.PREFLIGHT_ORIGIN_MISSING: "have OPTIONS answered with Access-Control-Allow-Origin: {sent_origin}",
    Outcome.PREFLIGHT_ORIGIN_SEVERAL: "have the server choose {sent_origin}",
    Outcome.PREFLIGHT_ORIGIN_MISMATCH: _SAME,
    Outcome.PREFLIGHT_ORIGIN_WILDCARD: _CHOOSE,
    Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED: _SAY_TRUE,
    Outcome.ORIGIN_MISSING: "have {method} answered with Access-Control-Allow-Origin: {sent_origin}, errors too",
    Outcome.ORIGIN_SEVERAL: "have the server choose {sent_origin}, and see that no two places add the header",
    Outcome.ORIGIN_MISMATCH: _SAME,
    Outcome.ORIGIN_WILDCARD: _CHOOSE,
    Outcome.CREDENTIALS_NOT_ALLOWED: _SAY_TRUE,
}
# Where others are let in, this one may be kept out on purpose.
_IF_STRANGER: Final = (
    "that is right if {sent_origin} is a stranger; to let it in, list it among the origins of the API's policy "
    "(allow_origins)"
)
# Any site can make a page of the origin null, a sandboxed frame: leave by that name is leave for everybody.
_NEVER_NULL: Final = "give no site leave by the name null, which any site can take; "
_SERVE_ELSEWHERE: Final = (
    f"{_NEVER_NULL}serve the page from an origin of its own, such as https://app.example.com, instead"
)
_FETCH_DIRECTLY: Final = f"{_NEVER_NULL}have the page fetch the URL that the redirect leads to instead"

_ALLOWED: Final = {
    Outcome.ALLOWED: "the response allows the page's origin",
    Outcome.SAME_ORIGIN: "the page and the URL have the same origin, so that no leave is needed",
}
_FIRST_ERROR: Final = 400


def success(outcome: Outcome, response: Response) -> Reason:
    """The reason of a fetch that does not fail: what the page reads may be an error all the same.

    Args:
        outcome: Why it does not.
        response: What the page reads.
    """
    said = f"{_ALLOWED[outcome]}, and the page reads {response.status}"
    return Reason(said, more=_why(response) if response.status >= _FIRST_ERROR else "")


def explain(failure: Failure, facts: Facts) -> Reason:
    """The reason of a fetch that fails.

    Args:
        failure: The failure.
        facts: What is known of it.
    """
    response = facts.response
    told = {
        "detail": _short(failure.detail),
        "status": response.status if response else "",
        "error": f": {_short(facts.error)}" if facts.error else "",
        "method": _short(facts.method),
        "sent_origin": facts.sent_origin,
    }
    said, advice = _SENTENCES[failure.outcome].format(**told), _advice(failure, facts).format(**told)
    return Reason(said, advice, (_why(response) if response else "") or _hint(failure, facts))


def _why(response: Response) -> str:
    return f"why it was answered so: {_short(response.why)}" if response.why else ""


def _advice(failure: Failure, facts: Facts) -> str:
    outcome = failure.outcome
    if outcome is Outcome.METHOD_NOT_ALLOWED:
        return _spelling(failure.detail, facts.response)
    if outcome not in _ADVICE_ON_ORIGINS:
        return _ADVICE.get(outcome, "")
    if facts.sent_origin != OPAQUE:
        return _IF_STRANGER if _may_be_stranger(failure, facts) else _ADVICE_ON_ORIGINS[outcome]
    return _SERVE_ELSEWHERE if facts.origin == OPAQUE else _FETCH_DIRECTLY


def _may_be_stranger(failure: Failure, facts: Facts) -> bool:
    """Whether an answer looks as one does where other origins are let in: it names one, or is chosen by the origin."""
    response = facts.response
    if response is None or facts.is_guest:
        return False
    if failure.outcome in _MISMATCHES:
        return failure.detail not in ("", OPAQUE) and _is_origin(failure.detail)
    if failure.outcome is Outcome.PREFLIGHT_ORIGIN_MISSING:
        return check_status(response) is None and _varies(response)
    # What API Gateway refuses by itself lacks the header for all.
    is_missing = failure.outcome is Outcome.ORIGIN_MISSING
    return is_missing and _varies(response) and "x-amzn-errortype" not in response.headers


def _is_origin(text: str) -> bool:
    address = read_url(text)
    return address is not None and address.origin == text


def _varies(response: Response) -> bool:
    return "origin" in {name.lower() for name in read_list(response.headers.all("vary")) or ()}


def _spelling(method: str, response: Response | None) -> str:
    """What to do about a method that is not allowed; in lower case, it is another one than the one that may be."""
    upper = method.upper()
    listing = f"have {ALLOW_METHODS} list {_short(upper)}"
    if method == upper:
        return listing
    advice = (
        f"write {_short(upper)} in the page, since methods are case-sensitive, and browsers put only "
        f"{', '.join(sorted(NORMALIZED_METHODS))} in upper case by themselves"
    )
    listed = read_list(response.headers.all(ALLOW_METHODS)) if response else None
    return advice if listed and upper in listed else f"{advice}; and {listing}"


def _hint(failure: Failure, facts: Facts) -> str:
    """What is likely behind a failure."""
    outcome, detail = failure
    if outcome is Outcome.HEADER_NOT_ALLOWED and _is_cors_response_header(detail):
        return f"{detail} is a header of responses, so remove it from the page's code instead"
    if facts.sent_origin != facts.origin:
        return f"a redirect to another origin has made the page's origin {facts.sent_origin}"
    if outcome in _MISMATCHES and detail.rstrip("/").lower() == facts.sent_origin:
        return "an origin is in lower case and has no slash at its end"
    if outcome is Outcome.PREFLIGHT_ORIGIN_MISSING and facts.response and facts.response.status in {401, 403}:
        return "no preflight carries a key or credentials, so OPTIONS must ask for none"
    return ""


_MISMATCHES: Final = frozenset({Outcome.ORIGIN_MISMATCH, Outcome.PREFLIGHT_ORIGIN_MISMATCH})


def _is_cors_response_header(name: str) -> bool:
    return name.startswith(CORS_RESPONSE_HEADER_PREFIX) or name in CORS_RESPONSE_HEADERS


def _short(text: str) -> str:
    text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
