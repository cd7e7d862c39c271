"""URLs and origins as browsers write them: as much of the URL standard as requests to an API need."""

import ipaddress
import re
import socket
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

OPAQUE: Final = "null"
"""The origin of a page that has none: a sandboxed one, a file (https://html.spec.whatwg.org/#concept-origin-opaque)."""

HTTP_SCHEMES: Final = frozenset({"http", "https"})

_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_MAX_PORT: Final = 65535
_SCHEME = re.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"[/\\]*([^/\\?#]*)([^#]*)", re.DOTALL)
# https://url.spec.whatwg.org/#forbidden-domain-code-point
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.DOTALL)
_DOT = re.compile(r"\.|%2e", re.IGNORECASE)
# https://url.spec.whatwg.org/#path-percent-encode-set leaves these alone, and so does what is encoded already.
_PATH_SAFE: Final = "!$%&'()*+,-./:;=@[\\]_|~"
_QUERY_SAFE: Final = "!$%&()*+,-./:;=?@[\\]^_`{|}~"
_CONTROLS_AND_SPACE: Final = "".join(map(chr, range(0x21)))
_HOW_TO = 'write scheme://host or scheme://host:port, for instance "https://app.example.com"'


class Address(NamedTuple):
    """Where a request goes.

    Attributes:
        url: What is sent: without a fragment or credentials.
        scheme: In lower case; empty for a plain path.
        origin: The origin; None for a plain path, whose own is not known.
        holds_credentials: Whether it was written with a user name or a password.
    """

    url: str
    scheme: str
    origin: str | None
    holds_credentials: bool = False


@lru_cache(1024)
def read_url(text: str, base: Address | None = None) -> Address | None:
    """Reads a URL as https://url.spec.whatwg.org/#concept-url-parser does.

    Args:
        text: An absolute URL, or a plain path (it begins with a slash). With a base, any relative URL too.
        base: What a relative URL is relative to. Without one, a plain path stays as it is, but for its fragment.

    Returns:
        The address, or None where the text is no URL.
    """
    text = re.sub("[\t\n\r]", "", scalar_values(text).strip(_CONTROLS_AND_SPACE))
    absolute = _SCHEME.fullmatch(text)
    if not absolute:
        return _relative(text, base) if base else _plain_path(text)
    scheme, rest = absolute[1].lower(), absolute[2]
    if scheme not in HTTP_SCHEMES:
        return Address(text, scheme, OPAQUE)
    if base and base.scheme == scheme and not rest.startswith(("/", "\\")):
        return _relative(rest, base)  # "https:page", https://url.spec.whatwg.org/#special-relative-or-authority-state
    return _http(scheme, rest)


@lru_cache(1024)
def check_origin(text: str) -> str:
    """The same origin, if it is written as browsers put it into the Origin header.

    Raises:
        ValueError: It is not; the message says what to write.
    """
    if text == OPAQUE:
        return text
    if text.lower().startswith("file:"):
        raise ValueError(
            f'origin: pages of files have none, and browsers send "null" for it; write "null", not {text!r}'
        )
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*)://[^\s/?#\\@]+(.*)", text, re.DOTALL)
    if not found:
        hint = f'write "https://{text}"' if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", text) else _HOW_TO
        raise ValueError(f"origin: {text!r} is not one; {hint}")
    if found[1].lower() in HTTP_SCHEMES:
        address = read_url(text)
        if address is None or address.origin is None:
            raise ValueError(f"origin: {text!r} is not one; {_HOW_TO}")
        meant = address.origin
    else:
        meant = text[: len(text) - len(found[2])].lower()
    if text != meant:
        raise ValueError(f'origin: browsers never send {text!r}; write "{meant}"')
    return text


def scalar_values(text: str) -> str:
    """The text as https://webidl.spec.whatwg.org/#dfn-obtain-unicode has it: half a surrogate pair becomes U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain_path(text: str) -> Address | None:
    return Address(text.partition("#")[0], "", None) if text.startswith("/") else None


def _relative(text: str, base: Address) -> Address | None:
    text = text.partition("#")[0]
    if re.match(r"[/\\]{2}", text):
        # The scheme of an API known by paths alone is not known either; API Gateway's REST APIs have https: only.
        return _http(base.scheme or "https", text)
    path, mark, query = text.partition("?")
    prefix = base.origin or ""
    base_path, _, base_query = base.url[len(prefix) :].partition("?")
    if not path:
        mark, query = (mark, query) if mark else ("?" if base_query else "", base_query)
        path = base_path
    elif path[0] not in "/\\":
        path = base_path.rpartition("/")[0] + "/" + path
    return Address(prefix + _path_and_query(path + mark + query), base.scheme, base.origin)


def _http(scheme: str, rest: str) -> Address | None:
    found = _AUTHORITY.match(rest)
    if not found:
        return None
    credentials, at, host_and_port = found[1].rpartition("@")
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", host_and_port)
    host = parts and _host(parts[1])
    if not parts or not host or int((parts[2] or "0")[:9]) > _MAX_PORT:
        return None
    port = parts[2] and str(int(parts[2]))
    origin = f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")
    return Address(origin + _path_and_query(found[2]), scheme, origin, bool(at and credentials.strip(":")))


def _host(text: str) -> str | None:
    """A host as https://url.spec.whatwg.org/#concept-host-parser writes it, or None where it is none."""
    if text.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(text[1:-1]).compressed}]"
        except ValueError:
            return None
    name = unquote_to_bytes(text).decode(errors="replace").lower()
    if not name.isascii():
        name = _to_ascii(name)
    if not name or _FORBIDDEN_IN_HOST.search(name):
        return None
    if _ENDS_IN_A_NUMBER.fullmatch(name):
        try:
            return socket.inet_ntoa(socket.inet_aton(name.removesuffix(".")))
        except OSError:
            return None
    return name


def _to_ascii(name: str) -> str:
    import idna  # noqa: PLC0415 - it is slow to load, and hosts are seldom other than ASCII

    try:
        return idna.encode(name, uts46=True, transitional=False).decode()
    except idna.IDNAError:
        return ""


def _path_and_query(text: str) -> str:
    path, mark, query = text.partition("?")
    kept: list[str] = []
    segments = path.replace("\\", "/").split("/")[1:] or [""]
    for segment in segments:
        plain = _DOT.sub(".", segment)
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(segment)
    if _DOT.sub(".", segments[-1]) in {".", ".."}:
        kept.append("")
    return quote("/" + "/".join(kept), safe=_PATH_SAFE) + mark + quote(query, safe=_QUERY_SAFE)
