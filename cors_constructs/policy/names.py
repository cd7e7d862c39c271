"""Names of methods and headers: which a policy may hold, in the Fetch standard's words."""

import re
from typing import Final

from cors_constructs.policy import rules, tokens
from cors_constructs.policy.issues import Problem, listed, quoted

# https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# https://fetch.spec.whatwg.org/#cors-safelisted-method: never need a preflight's leave.
SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})

# https://fetch.spec.whatwg.org/#forbidden-method, compared in any case.
FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})

# https://fetch.spec.whatwg.org/#concept-method-normalize: these, and no others (PATCH is not among them), are put in
# upper case by browsers.
NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})

# https://fetch.spec.whatwg.org/#cors-safelisted-request-header: need leave only for values out of the ordinary, such as
# "content-type: application/json".
SAFELISTED_REQUEST_HEADERS: Final = frozenset(
    {"accept", "accept-language", "content-language", "content-type", "range"}
)

# https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name: every script may read them.
SAFELISTED_RESPONSE_HEADERS: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)

# https://fetch.spec.whatwg.org/#forbidden-request-header. The X-HTTP-Method ones among them are forbidden for some
# values only, so naming them is no mistake.
FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
FORBIDDEN_REQUEST_HEADER_PREFIXES: Final = ("proxy-", "sec-")

# https://fetch.spec.whatwg.org/#http-responses: what a server answers with, yet often put among the request's headers.
CORS_RESPONSE_HEADER_PREFIX: Final = "access-control-allow-"
CORS_RESPONSE_HEADERS: Final = frozenset({"access-control-expose-headers", "access-control-max-age"})

# https://www.rfc-editor.org/rfc/rfc9110#section-10.2 and the fields it lists as a response's, beside some of AWS's and
# browsers' own: a page that asks to send them has mixed up the two lists.
RESPONSE_ONLY_HEADERS: Final = frozenset(
    {
        "accept-ranges",
        "age",
        "authentication-info",
        "content-security-policy",
        "etag",
        "location",
        "retry-after",
        "server",
        "strict-transport-security",
        "vary",
        "www-authenticate",
        "x-amzn-errortype",
        "x-amzn-requestid",
    }
)

# https://fetch.spec.whatwg.org/#forbidden-response-header-name
FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})

# Headers of requests, and of preflights' answers, which scripts never see.
_NEVER_ON_A_RESPONSE: Final = frozenset(
    {
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-max-age",
        "access-control-request-headers",
        "access-control-request-method",
        "cookie",
        "cookie2",
        "expect",
        "host",
        "origin",
        "referer",
        "te",
    }
)

_REMOVE = "remove it"


def is_token(text: str) -> bool:
    """Whether a text is a token, as methods and header names are."""
    return _TOKEN.fullmatch(text) is not None


def normalize_method(method: str) -> str:
    """A method as a browser sends it: upper case for six names, unchanged for all others.

    See https://fetch.spec.whatwg.org/#concept-method-normalize.
    """
    upper = method.upper()
    return upper if upper in NORMALIZED_METHODS else method


def is_forbidden_request_header(name: str) -> bool:
    """Whether browsers keep scripts from setting a header, whatever its value."""
    name = name.lower()
    return name in FORBIDDEN_REQUEST_HEADERS or name.startswith(FORBIDDEN_REQUEST_HEADER_PREFIXES)


def read_method(text: str) -> str | list[Problem]:
    """Reads a method of allow_methods: its normal form, or what is wrong with it."""
    if text == "*":
        return text
    problem = _name_problem(text) or _method_problem(text)
    return [problem] if problem else normalize_method(text)


def read_request_header(text: str) -> str | list[Problem]:
    """Reads a name of allow_headers: in lower case, or what is wrong with it."""
    if text == "*":
        return text
    problem = _name_problem(text) or _request_header_problem(text.lower())
    return [problem] if problem else text.lower()


def read_response_header(text: str) -> str | list[Problem]:
    """Reads a name of expose_headers: in lower case, or what is wrong with it."""
    if text == "*":
        return text
    problem = _name_problem(text) or _response_header_problem(text.lower())
    return [problem] if problem else text.lower()


def _method_problem(method: str) -> Problem | None:
    upper = method.upper()
    if upper in FORBIDDEN_METHODS:
        return Problem(rules.FORBIDDEN_METHOD, "browsers refuse to send this method", _REMOVE)
    if upper == "PATCH" and method != upper:
        return Problem(
            rules.METHOD_CASE, "methods are case-sensitive and browsers send this one as written", _write(upper)
        )
    if upper == "ANY":
        fix = 'leave allow_methods out to allow what each resource has, or write "*"'
        return Problem(rules.METHOD_ANY, "ANY is API Gateway's word, not a method that browsers send", fix)
    return None


def _request_header_problem(name: str) -> Problem | None:
    if name.startswith(CORS_RESPONSE_HEADER_PREFIX) or name in CORS_RESPONSE_HEADERS:
        fix = "remove it here, and from the code of the page that sends it"
        return Problem(rules.RESPONSE_HEADER, "the server answers with it; a request that carries it is mistaken", fix)
    if name in RESPONSE_ONLY_HEADERS:
        fix = f"{_REMOVE} here; expose_headers names what pages may read"
        return Problem(rules.RESPONSE_HEADER, "servers answer with it, and requests do not carry it", fix)
    if name in {"cookie", "cookie2"}:
        fix = f"{_REMOVE}; allow_credentials=True lets cookies through"
        return Problem(rules.FORBIDDEN_REQUEST_HEADER, "browsers send cookies themselves", fix)
    if is_forbidden_request_header(name):
        return Problem(rules.FORBIDDEN_REQUEST_HEADER, "browsers set it themselves and scripts cannot", _REMOVE)
    return None


def _response_header_problem(name: str) -> Problem | None:
    if name in FORBIDDEN_RESPONSE_HEADERS:
        return Problem(rules.FORBIDDEN_RESPONSE_HEADER, "browsers never show it to scripts", _REMOVE)
    if name in _NEVER_ON_A_RESPONSE:
        return Problem(rules.NOT_EXPOSABLE, "it stands in requests or preflights, which scripts never see", _REMOVE)
    return None


def _name_problem(text: str) -> Problem | None:
    """What keeps a text from being a name at all; with the name that was meant, where that can be told."""
    for find in (_unreadable, _several_names, _dangerous, _not_a_token):
        problem = find(text)
        if problem:
            return problem
    return None


def _unreadable(text: str) -> Problem | None:
    if not text.strip():
        return Problem(rules.NAME_EMPTY, "it is empty", _REMOVE)
    if tokens.holds_token(text):
        fix = "write the name out; a name that differs by stage can be passed to the app as context"
        return Problem(rules.TOKEN_IN_NAME, "a name known only at deployment cannot be checked", fix)
    return None


def _several_names(text: str) -> Problem | None:
    pieces = [piece.strip("'\"") for piece in re.split(r"[,;\s]+", text) if piece.strip("'\"")]
    if "," not in text and len(pieces) < 2:  # noqa: PLR2004 - two names are several
        return None
    if not pieces or not all(map(is_token, pieces)):
        return Problem(rules.SEVERAL_NAMES, "one string holds several names", "write each name as an item of the list")
    return Problem(rules.SEVERAL_NAMES, "one string holds several names", f"write each as an item: {listed(pieces)}")


def _dangerous(text: str) -> Problem | None:
    control = next((char for char in text if ord(char) < 0x20 or ord(char) == 0x7F), None)  # noqa: PLR2004
    if control is not None:
        return Problem(rules.NAME_CONTROL, f"it holds the control character {control!r}", _meant(text))
    if not text.isascii():
        return Problem(rules.NAME_NOT_ASCII, "names are ASCII", _meant(text))
    if "'" in text:
        problem = "API Gateway puts fixed values between single quotes and knows no escape for them"
        return Problem(rules.NAME_QUOTE, problem, _meant(text))
    if is_token(text) and re.search("[$#]", text):
        return Problem(rules.NAME_TEMPLATE, "mapping templates act on $ and #", _meant(text))
    if is_token(text) and "*" in text:
        return Problem(rules.NAME_WILDCARD, 'inside a name "*" is a letter like any other', "write each name out")
    return None


def _not_a_token(text: str) -> Problem | None:
    if is_token(text):
        return None
    return Problem(rules.NAME_SYNTAX, "a name is made of letters, digits and hyphens, and little else", _meant(text))


def _meant(text: str) -> str:
    """The name before a colon, between quotes or blanks; where there is none, plain advice."""
    name = "".join(char for char in text.partition(":")[0] if char > " ").strip("'\"\x7f")
    fine = is_token(name) and not re.search("['$#*]", name)
    return _write(name) if fine else "write a name of letters, digits and hyphens"


def _write(name: str) -> str:
    return f"write {quoted(name)}"
