"""The rules a policy is held to: one table, so that each id is given once and every rule can be explained."""

import enum
from typing import Final, NamedTuple

_ORIGIN = "https://www.rfc-editor.org/rfc/rfc6454#section-7.1"
_SERIALIZED = "https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin"
_HOST = "https://url.spec.whatwg.org/#host-serializing"
_TOKEN = "https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"  # noqa: S105 - a grammar rule's name, no secret
_CORS = "https://fetch.spec.whatwg.org/#http-cors-protocol"
_CREDENTIALS = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
_MAX_AGE = "https://fetch.spec.whatwg.org/#http-access-control-max-age"
_CDK = "https://docs.aws.amazon.com/cdk/v2/guide/tokens.html"


class IssueKind(enum.Enum):
    """Who says no: a standard, or this library."""

    INVALID = "invalid"
    """A standard, or the argument's type, leaves no meaning to what was given."""
    PROHIBITED = "refused"
    """The standards allow it; we refuse it, because it is unsafe or because no browser would ever honour it."""


class Rule(NamedTuple):
    """One rule: its stable id, who says no, its title, the reason for it, and where that is written."""

    id: str
    kind: IssueKind
    title: str
    why: str
    source: str = ""


_INVALID, _PROHIBITED = IssueKind.INVALID, IssueKind.PROHIBITED

# One rule a paragraph: laid out by the formatter, the table would not fit a reader's eye.
# fmt: off
# Arguments.
NOT_A_LIST: Final = Rule("CORS101", _INVALID, "A list of strings is expected",
    "A bare string is a list of its letters; a mapping has no order; None says nothing.")
EMPTY_LIST: Final = Rule("CORS102", _INVALID, "A list that must name something is empty",
    "A policy that lets no origin or no method in is better left out altogether.")
NOT_A_STRING: Final = Rule(
    "CORS103", _INVALID, "An item is not a string", "Origins, methods and header names are text.")
DUPLICATE: Final = Rule("CORS104", _PROHIBITED, "An item stands twice in a list",
    "A repeated item is a slip, and often a sign that another one was meant.")
WILDCARD_BESIDE_OTHERS: Final = Rule("CORS105", _PROHIBITED, 'The wildcard "*" stands beside other items',
    "It covers them already; only Authorization is never covered by it.",
    "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name")
WILDCARD_WITH_CREDENTIALS: Final = Rule("CORS106", _INVALID, 'The wildcard "*" meets allow_credentials=True',
    'With credentials a browser reads "*" as a name like any other, so it lets nothing in.', _CREDENTIALS)
MISSING_ARGUMENT: Final = Rule("CORS107", _INVALID, "allow_origins is missing", "No origin is allowed by default.")
UNKNOWN_ARGUMENT: Final = Rule(
    "CORS108", _INVALID, "An argument is unknown", "A misspelt option would silently do nothing.")
NOT_A_FLAG: Final = Rule("CORS109", _INVALID, "True or False is expected", 'The string "false" is true to Python.')
NOT_A_DURATION: Final = Rule("CORS110", _INVALID, "max_age is not a whole number of seconds",
    "Access-Control-Max-Age is delta-seconds: digits and nothing else.", _MAX_AGE)
MAX_AGE_RANGE: Final = Rule("CORS111", _PROHIBITED, "max_age is out of range",
    "A negative value does not parse, and no browser keeps an answer longer than a day.", _MAX_AGE)
NOT_A_STATUS: Final = Rule("CORS112", _INVALID, "status_code is not a whole number", "A status is three digits.",
    "https://www.rfc-editor.org/rfc/rfc9110#section-15")
STATUS_RANGE: Final = Rule("CORS113", _INVALID, "status_code is out of range",
    "A browser takes a preflight for passed only with a status of 200 to 299.",
    "https://fetch.spec.whatwg.org/#cors-preflight-fetch")
NUMBER_TOKEN: Final = Rule("CORS114", _PROHIBITED, "A number is known only at deployment",
    "It cannot be checked, and it would be written into a header before it is known.", _CDK)
TOKEN_IN_NAME: Final = Rule("CORS115", _PROHIBITED, "A name is known only at deployment",
    "A method or header name that cannot be checked could break out of the quotes it is written in.", _CDK)
TOKEN_IN_PATTERN: Final = Rule("CORS116", _PROHIBITED, "A pattern holds a value known only at deployment",
    "A pattern becomes a regular expression, in which an unknown text could mean anything.", _CDK)
LIST_TOKEN_IN_TEXT: Final = Rule("CORS117", _INVALID, "A list known only at deployment is part of a string",
    "A list cannot be a piece of text: CloudFormation has no value for it.", _CDK)
TOKEN_UNREADABLE: Final = Rule("CORS118", _PROHIBITED, "An origin to take apart is known only at deployment",
    "Its scheme, host and port cannot be told yet.", _CDK)

# Origins.
ORIGIN_EMPTY: Final = Rule("CORS120", _INVALID, "An origin is empty", "No browser sends an empty Origin.", _ORIGIN)
ORIGIN_NULL: Final = Rule("CORS121", _PROHIBITED, 'The origin "null" is allowed',
    "Any sandboxed frame, and so any site, can make its origin null.", "https://www.w3.org/TR/cors/#security")
SEVERAL_ORIGINS: Final = Rule("CORS122", _INVALID, "A string holds several origins",
    "Access-Control-Allow-Origin takes one origin.", "https://fetch.spec.whatwg.org/#http-access-control-allow-origin")
WHITESPACE: Final = Rule(
    "CORS123", _INVALID, "An origin holds white space", "Origins are compared byte by byte.", _SERIALIZED)
CONTROL_CHARACTER: Final = Rule("CORS124", _INVALID, "An origin holds a control character",
    "A line break would end the header and start another.", "https://www.rfc-editor.org/rfc/rfc9110#section-5.5")
NO_SCHEME: Final = Rule("CORS125", _INVALID, "An origin has no scheme", 'An origin is "scheme://host".', _ORIGIN)
UNSUPPORTED_SCHEME: Final = Rule("CORS126", _PROHIBITED, "A scheme no page has an origin in",
    'Pages from file: or data: have the origin "null"; others are misspelt or change at every start.',
    "https://url.spec.whatwg.org/#origin")
INSECURE_ORIGIN: Final = Rule("CORS127", _PROHIBITED, "An origin is insecure",
    "Whoever is between the user and an http: page can rewrite it, and so call the API in the user's name.",
    "https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy")
UPPER_CASE: Final = Rule("CORS128", _INVALID, "An origin has upper-case letters",
    "Browsers send scheme and host in lower case, and origins are compared byte by byte.", _SERIALIZED)
USER_INFO: Final = Rule("CORS129", _INVALID, "An origin has user information", "An origin has none.", _ORIGIN)
TRAILING_SLASH: Final = Rule("CORS130", _INVALID, "An origin ends in a slash", "Browsers send none.", _ORIGIN)
PATH: Final = Rule("CORS131", _INVALID, "An origin has a path", "An origin is a whole site.", _ORIGIN)
QUERY: Final = Rule("CORS132", _INVALID, "An origin has a query", "An origin is a whole site.", _ORIGIN)
FRAGMENT: Final = Rule("CORS133", _INVALID, "An origin has a fragment", "An origin is a whole site.", _ORIGIN)
NO_HOST: Final = Rule("CORS134", _INVALID, "An origin has no host", 'An origin is "scheme://host".', _ORIGIN)
CHARACTER: Final = Rule("CORS135", _INVALID, "An origin holds a character no host has",
    "Letters, digits, hyphens, underscores and dots make up a host.",
    "https://url.spec.whatwg.org/#forbidden-domain-code-point")
EMPTY_LABEL: Final = Rule("CORS136", _INVALID, "A host has an empty label", "Two dots have a name between them.",
    "https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1")
TRAILING_DOT: Final = Rule("CORS137", _PROHIBITED, "A host ends in a dot",
    "It is another origin than the host without it, and hardly ever the one meant.", _HOST)
TOO_LONG: Final = Rule("CORS138", _INVALID, "A host or one of its labels is too long",
    "A label has at most 63 characters, a host 253.", "https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4")
IPV4: Final = Rule("CORS139", _INVALID, "An IPv4 address is not four plain numbers",
    "A browser rewrites every other form before it sends it.", "https://url.spec.whatwg.org/#concept-ipv4-serializer")
IPV6: Final = Rule("CORS140", _INVALID, "An IPv6 address is not in its shortest form",
    "A browser rewrites every other form before it sends it.", "https://www.rfc-editor.org/rfc/rfc5952#section-4")
IPV4_MAPPED: Final = Rule("CORS141", _PROHIBITED, "An IPv6 address stands for an IPv4 address",
    "Systems disagree on how to write it, so one listed would not be the one sent.", _HOST)
IDNA: Final = Rule("CORS142", _INVALID, "A host is not a valid internationalised name",
    "Browsers send Punycode, and only what IDNA allows has one.",
    "https://www.unicode.org/reports/tr46/#Validity_Criteria")
DEFAULT_PORT: Final = Rule(
    "CORS143", _INVALID, "An origin names its scheme's default port", "Browsers leave it out.", _SERIALIZED)
PORT: Final = Rule("CORS144", _INVALID, "A port is not a number from 1 to 65535",
    "Nor may it be empty or start with 0.", "https://url.spec.whatwg.org/#port-state")
WILDCARD_POSITION: Final = Rule("CORS145", _PROHIBITED, "A wildcard does not stand for whole leading labels",
    "A wildcard inside a label or before a public name lets in names that anyone can register.")
WILDCARD_ON_ADDRESS: Final = Rule(
    "CORS146", _INVALID, "A wildcard stands before an IP address", "Addresses have no subdomains.")
WILDCARD_APP: Final = Rule("CORS147", _PROHIBITED, "A wildcard follows the scheme of an app",
    "App and extension ids belong to whoever made them: one label's neighbour is a stranger.")
PUBLIC_SUFFIX: Final = Rule("CORS148", _PROHIBITED, "A pattern covers a public suffix",
    "Under a public suffix anyone can register a name, so the pattern would let anyone in.",
    "https://publicsuffix.org/learn/")
NOT_THIS_KIND: Final = Rule("CORS149", _INVALID, "An origin is expected and a pattern is given, or the reverse",
    "An origin is one site; a pattern has a wildcard.")

# Method and header names.
NAME_EMPTY: Final = Rule("CORS150", _INVALID, "A name is empty", "A name has at least one character.", _TOKEN)
NAME_SYNTAX: Final = Rule("CORS151", _INVALID, "A name holds a character no name has", "A name is a token.", _TOKEN)
NAME_CONTROL: Final = Rule("CORS152", _INVALID, "A name holds a control character",
    "A line break would end the header and start another.", _TOKEN)
NAME_NOT_ASCII: Final = Rule("CORS153", _INVALID, "A name is not ASCII", "A name is a token.", _TOKEN)
NAME_QUOTE: Final = Rule("CORS154", _PROHIBITED, "A name holds a single quote",
    "A token may hold one, but API Gateway puts fixed header values between single quotes and knows no escape.",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html")
NAME_TEMPLATE: Final = Rule("CORS155", _PROHIBITED, "A name holds a character that mapping templates act on",
    "A token may hold $ and #, but they start references and directives in a mapping template.")
SEVERAL_NAMES: Final = Rule("CORS156", _INVALID, "A string holds several names", "Each name is an item.", _CORS)
NAME_WILDCARD: Final = Rule("CORS157", _PROHIBITED, "A name holds a wildcard",
    'Only "*" alone is a wildcard; inside a name it is a letter like any other.', _CORS)
FORBIDDEN_METHOD: Final = Rule("CORS160", _INVALID, "A method no browser lets a script use", "Browsers refuse it.",
    "https://fetch.spec.whatwg.org/#forbidden-method")
METHOD_CASE: Final = Rule("CORS161", _PROHIBITED, "PATCH is not in upper case",
    "Methods are case-sensitive, and browsers put every common method in upper case but this one.",
    "https://fetch.spec.whatwg.org/#concept-method-normalize")
METHOD_ANY: Final = Rule("CORS162", _PROHIBITED, "ANY is given as a method",
    "ANY is API Gateway's word for every method; to a browser it is a method called ANY.", _CORS)
FORBIDDEN_REQUEST_HEADER: Final = Rule("CORS163", _INVALID, "A request header no script may set",
    "The browser sets it itself and never asks for leave.", "https://fetch.spec.whatwg.org/#forbidden-request-header")
RESPONSE_HEADER: Final = Rule("CORS164", _PROHIBITED, "A response header is allowed on requests",
    "The server sends it. A page that sends it too has a mistake of its own to mend.", _CORS)
FORBIDDEN_RESPONSE_HEADER: Final = Rule("CORS165", _INVALID, "A response header no script may read",
    "Browsers never show it to scripts.", "https://fetch.spec.whatwg.org/#forbidden-response-header-name")
NOT_EXPOSABLE: Final = Rule("CORS166", _PROHIBITED, "A header that no real response carries is exposed",
    "It stands in requests or in preflights, and scripts see neither.", _CORS)

# fmt: on

RULES: Final[tuple[Rule, ...]] = tuple(rule for rule in tuple(globals().values()) if isinstance(rule, Rule))
"""Every rule, by id."""
