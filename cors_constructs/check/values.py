"""Values of headers: API Gateway's mapping expressions, and the lists that the Fetch standard reads.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html tells which
expressions a header of a response may have.
"""

import enum
import re

import attrs

from cors_constructs.policy.names import is_token
from cors_constructs.simulate.values import Text, Unresolved


class Kind(enum.Enum):
    """What a mapping value is."""

    LITERAL = enum.auto()
    """`'text'`: sent as it is."""
    COPY = enum.auto()
    """`integration.response.header.X`: copied from elsewhere when a request comes."""
    BROKEN_QUOTES = enum.auto()
    """Quoted, with another quote inside: there is no escape for it."""
    NEITHER = enum.auto()
    """No quotes, and nothing that could be copied."""
    UNKNOWN = enum.auto()
    """Known only at deployment, its quotes included."""


@attrs.frozen
class Mapped:
    """A mapping value, read.

    Attributes:
        kind: What it is.
        text: Of a literal, what stands between the quotes; else the value as it is.
    """

    kind: Kind
    text: Text

    @property
    def is_broken(self) -> bool:
        """Whether API Gateway cannot take it."""
        return self.kind in (Kind.BROKEN_QUOTES, Kind.NEITHER)


_NAME = r"[\w.$-]+"
_IN_A_RESPONSE = re.compile(
    rf"integration\.response\.(?:(?:multivalue)?header\.{_NAME}|body(?:\..+|\[.+)?)|stageVariables\.\w+|context\.[\w.-]+"
)
_IN_AN_ERROR = re.compile(
    rf"method\.request\.(?:(?:multivalue)?(?:header|querystring)|path)\.{_NAME}|stageVariables\.\w+|context\.[\w.-]+"
)


def read_response_value(value: Text) -> Mapped:
    """Reads the value of a header of an integration response."""
    return _read(value, _IN_A_RESPONSE)


def read_error_value(value: Text) -> Mapped:
    """Reads the value of a header of a gateway response."""
    return _read(value, _IN_AN_ERROR)


def names_in(value: str) -> list[str] | None:
    """The names of a header such as Access-Control-Allow-Methods, or None where it is no list of names.

    Empty items count for nothing: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1. A list that cannot be read
    fails a preflight: https://fetch.spec.whatwg.org/#extract-header-list-values.
    """
    names = [name for name in (item.strip(" \t") for item in value.split(",")) if name]
    return names if all(map(is_token, names)) else None


def _read(value: Text, copies: re.Pattern[str]) -> Mapped:
    if isinstance(value, Unresolved):
        return _read_parts(value)
    if len(value) > 1 and value[0] == value[-1] == "'":
        return Mapped(Kind.BROKEN_QUOTES if "'" in value[1:-1] else Kind.LITERAL, value[1:-1])
    if copies.fullmatch(value):
        return Mapped(Kind.COPY, value)
    return Mapped(Kind.BROKEN_QUOTES if value[:1] == "'" or value[-1:] == "'" else Kind.NEITHER, value)


def _read_parts(value: Unresolved) -> Mapped:
    """A value that is known in part: its ends, which is where the quotes are."""
    if not value.parts:
        return Mapped(Kind.UNKNOWN, value)
    first, last = value.parts[0], value.parts[-1]
    if isinstance(first, str) and not first.startswith("'"):
        is_copy = re.match(r"(?:integration|method|stageVariables|context)\.", first)
        return Mapped(Kind.UNKNOWN if is_copy else Kind.NEITHER, value)
    if isinstance(first, Unresolved) or isinstance(last, Unresolved):
        return Mapped(Kind.UNKNOWN, value)
    if not last.endswith("'"):
        return Mapped(Kind.BROKEN_QUOTES, value)
    inner = tuple(part for part in (first[1:], *value.parts[1:-1], last[:-1]) if part)
    broken = any(isinstance(part, str) and "'" in part for part in inner)
    content = Unresolved(value.expression, inner)
    return Mapped(Kind.BROKEN_QUOTES if broken else Kind.LITERAL, content)
