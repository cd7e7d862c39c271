"""HTTP messages between ASGI and the gateway: https://asgi.readthedocs.io/en/latest/specs/www.html."""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final, TypeAlias

from cors_constructs.serve.protocol import RAW_HEADERS
from cors_constructs.simulate.messages import Headers, Response

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Lines: TypeAlias = list[tuple[bytes, bytes]]

# https://www.rfc-editor.org/rfc/rfc9110#section-5.1 and, of what stands for itself only, #section-7.6.1
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# https://www.rfc-editor.org/rfc/rfc9110#section-5.5: a line break would begin a header of the client's making.
_CONTROL: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
OF_ONE_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""The headers that are for the next server alone, in lower case."""
_OURS: Final = OF_ONE_HOP | {"content-length"}
_FAILED: Final = b'{"message":"Internal server error"}'
_WITHOUT_BODY: Final = frozenset({204, 304})


def headers_of(scope: Scope) -> Headers:
    """The request's headers, a character for each byte, with their names as they came."""
    lines = scope.get(RAW_HEADERS, scope["headers"])
    return Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines])


def final(response: Response) -> Response:
    """A response that ends an exchange: after a status below 200 a client waits for another one.

    https://www.rfc-editor.org/rfc/rfc9110#section-15.2
    """
    if response.status >= 200:  # noqa: PLR2004 - what is no interim response
        return response
    headers = [(name, value) for name, value in response.headers.lines if name.lower() != "content-type"]
    why = f"{response.why}; since a client would wait for what follows a {response.status}, it is sent a 502"
    return Response(502, [*headers, ("Content-Type", "application/json")], _FAILED, why=why)


def lines_of(response: Response) -> Lines:
    """The headers to send, with the length of the body.

    What would break the message is left out: names that are none, line breaks in values, the headers of one hop.
    """
    lines = [
        (name.encode("ascii"), _sendable(value))
        for name, value in response.headers.lines
        if name.lower() not in _OURS and _NAME.fullmatch(name)
    ]
    if response.status >= 200 and response.status not in _WITHOUT_BODY:  # noqa: PLR2004 - what has a body
        lines.append((b"Content-Length", str(len(response.body)).encode()))
    return lines


def body_of(response: Response) -> bytes:
    """The body to send."""
    return b"" if response.status in _WITHOUT_BODY else response.body


def told_to_pages(method: str, headers: Headers, response: Response) -> str:
    """Why the response was given, as its `why` says, and that the page that asked is locked out, where it is.

    Args:
        method: The request's method.
        headers: The request's headers.
        response: The response.
    """
    origin = headers.get("origin")
    if origin is None or response.headers.get("access-control-allow-origin") in {"*", origin}:
        return response.why
    if origin.partition("://")[2] == headers.get("host"):  # a page of this server needs no leave
        return response.why
    shut = f"it lets in no page of {origin}" if method == "OPTIONS" else f"no page of {origin} may read it"
    return f"{response.why}; {shut}"


def sent_on(lines: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The headers that a proxy sends on: those of one hop stay, and those that Connection names.

    https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
    """
    lines = list(lines)
    named = {word.strip().lower() for name, value in lines if name.lower() == "connection" for word in value.split(",")}
    return [(name, value) for name, value in lines if name.lower() not in OF_ONE_HOP and name.lower() not in named]


def _sendable(value: str) -> bytes:
    if not value.isprintable():
        value = _CONTROL.sub(" ", value)
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")
