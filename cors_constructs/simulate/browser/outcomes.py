"""Where a fetch ends: one name for each step of the Fetch standard at which a browser gives up, or does not."""

from enum import Enum
from typing import Final, NamedTuple


class Outcome(Enum):
    """The step that decided. Each value is a sentence about it; the addresses are those of the standard's sections."""

    ALLOWED = "the page reads the response: it passed the CORS check (#concept-cors-check)"
    SAME_ORIGIN = "the page reads the response: it comes from the page's own origin (#concept-main-fetch)"

    URL_UNREADABLE = "fetch() throws a TypeError: the URL cannot be parsed (#dom-request)"
    URL_WITH_CREDENTIALS = "fetch() throws a TypeError: the URL holds a user name or a password (#dom-request)"
    SCHEME_NOT_SUPPORTED = "only http: and https: URLs can be fetched across origins (#concept-main-fetch)"
    METHOD_INVALID = "fetch() throws a TypeError: the method is not a token (#concept-method)"
    METHOD_FORBIDDEN = "fetch() throws a TypeError: scripts may not send this method (#forbidden-method)"
    HEADER_NAME_INVALID = "fetch() throws a TypeError: a header's name is not a token (#header-name)"
    HEADER_VALUE_INVALID = (
        "fetch() throws a TypeError: a header's value is of several lines, or no bytes (#header-value)"
    )
    BODY_NOT_ALLOWED = "fetch() throws a TypeError: GET and HEAD carry no body (#dom-request)"

    PREFLIGHT_NETWORK_ERROR = "no answer to the preflight came that is HTTP (#concept-http-network-or-cache-fetch)"
    PREFLIGHT_REDIRECTED = (
        "the preflight was redirected, and redirects of it are not followed (#cors-preflight-fetch-0)"
    )
    PREFLIGHT_ORIGIN_MISSING = "the preflight's answer has no Access-Control-Allow-Origin (#concept-cors-check)"
    PREFLIGHT_ORIGIN_SEVERAL = "the preflight's answer has several values for Allow-Origin (#concept-cors-check)"
    PREFLIGHT_ORIGIN_MISMATCH = "the preflight's answer allows another origin than the page's (#concept-cors-check)"
    PREFLIGHT_ORIGIN_WILDCARD = "the preflight's answer allows *, which credentials rule out (#concept-cors-check)"
    PREFLIGHT_CREDENTIALS_NOT_ALLOWED = (
        "the preflight's answer lacks Access-Control-Allow-Credentials: true (#concept-cors-check)"
    )
    PREFLIGHT_STATUS_NOT_OK = "the preflight's status is not one of 200 to 299 (#cors-preflight-fetch-0)"
    ALLOW_METHODS_UNREADABLE = "Access-Control-Allow-Methods is no list of methods (#http-new-header-syntax)"
    ALLOW_HEADERS_UNREADABLE = "Access-Control-Allow-Headers is no list of names (#http-new-header-syntax)"
    METHOD_NOT_ALLOWED = "Access-Control-Allow-Methods does not list the method (#cors-preflight-fetch-0)"
    AUTHORIZATION_NOT_ALLOWED = (
        "Access-Control-Allow-Headers does not name Authorization, which * never covers "
        "(#cors-non-wildcard-request-header-name)"
    )
    HEADER_NOT_ALLOWED = "Access-Control-Allow-Headers does not list a header's name (#cors-preflight-fetch-0)"

    NETWORK_ERROR = "no answer came that is HTTP (#concept-http-network-or-cache-fetch)"
    ORIGIN_MISSING = "the response has no Access-Control-Allow-Origin (#concept-cors-check)"
    ORIGIN_SEVERAL = "the response has several values for Access-Control-Allow-Origin (#concept-cors-check)"
    ORIGIN_MISMATCH = "the response allows another origin than the page's (#concept-cors-check)"
    ORIGIN_WILDCARD = "the response allows *, which credentials rule out (#concept-cors-check)"
    CREDENTIALS_NOT_ALLOWED = "the response lacks Access-Control-Allow-Credentials: true (#concept-cors-check)"
    REDIRECT_UNREADABLE = "a redirect's Location cannot be parsed (#concept-response-location-url)"
    REDIRECT_SCHEME_NOT_SUPPORTED = "a redirect leaves http: and https: (#concept-http-redirect-fetch)"
    REDIRECT_WITH_CREDENTIALS = (
        "a redirect across origins holds a user name or a password (#concept-http-redirect-fetch)"
    )
    TOO_MANY_REDIRECTS = "there were more than twenty redirects (#concept-http-redirect-fetch)"

    @property
    def allowed(self) -> bool:
        """Whether the page may read the response."""
        return self in _READS

    @property
    def section(self) -> str:
        """The address of the standard's section that says so."""
        return f"https://fetch.spec.whatwg.org/{self.value.rpartition('(')[2].rstrip(')')}"

    @property
    def in_preflight(self) -> bool:
        """Whether the preflight, or the answer to it, decided; the request itself was not sent then."""
        return self in _OF_PREFLIGHTS


_READS: Final = frozenset({Outcome.ALLOWED, Outcome.SAME_ORIGIN})
_OF_PREFLIGHTS: Final = frozenset(
    {
        *(outcome for outcome in Outcome if outcome.name.startswith("PREFLIGHT_")),
        Outcome.ALLOW_METHODS_UNREADABLE,
        Outcome.ALLOW_HEADERS_UNREADABLE,
        Outcome.METHOD_NOT_ALLOWED,
        Outcome.AUTHORIZATION_NOT_ALLOWED,
        Outcome.HEADER_NOT_ALLOWED,
    }
)


class Failure(NamedTuple):
    """A fetch that ends.

    Attributes:
        outcome: The step that failed.
        detail: What it failed on: a header's value, a method, a name; empty where there is none.
    """

    outcome: Outcome
    detail: str = ""
