"""The syntax of origins and origin patterns: reads a text, finds every problem, and works out what was meant.

An origin is `scheme://host` or `scheme://host:port` and nothing else: what a browser puts into the Origin header
(https://fetch.spec.whatwg.org/#origin-header), byte for byte.
"""

import re
from typing import Final, NamedTuple

from cors_constructs.policy import rules
from cors_constructs.policy.hosts import is_address, is_local, lower_ascii, read_host
from cors_constructs.policy.issues import Findings, quoted, shown

DEFAULT_PORTS: Final = {"https": 443, "http": 80}

# Schemes that an app's own pages have, and send as their origin. Extension ids are random in Firefox, but stay for an
# installation; those that change at every start (Safari's extensions, VS Code's web views) could never be listed.
APP_SCHEMES: Final = frozenset({"app", "capacitor", "chrome-extension", "ionic", "moz-extension", "tauri"})

_KNOWN_SCHEMES = (*DEFAULT_PORTS, *sorted(APP_SCHEMES))
_OPAQUE = 'pages opened from it have the origin "null"'
_REFUSED_SCHEMES: Final = {
    **dict.fromkeys(("about", "blob", "data", "file", "filesystem", "javascript"), _OPAQUE),
    **dict.fromkeys(("safari-web-extension", "vscode-webview"), "its ids change at every start"),
    **dict.fromkeys(("ws", "wss"), "the page that opens the socket has an http: or https: origin"),
}
_MAX_PORT = 65535
_LIST_INSTEAD = 'list each origin by itself, or put the wildcard first, as in "https://*.example.com"'


class Shape(NamedTuple):
    """The parts of an origin or a pattern."""

    scheme: str
    subdomains: str
    """`""`, `"*"` (one label) or `"**"` (one or more)."""
    host: str
    port: int | None
    """None: the scheme's default."""
    any_port: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for more than one origin."""
        return bool(self.subdomains) or self.any_port

    def __str__(self) -> str:
        before = f"{self.subdomains}." if self.subdomains else ""
        port = "*" if self.any_port else self.port
        return f"{self.scheme}://{before}{self.host}" + ("" if port is None else f":{port}")


def read_shape(text: str, found: Findings) -> Shape:
    """Reads one origin or pattern.

    Args:
        text: What was given; not empty.
        found: Where problems go.

    Returns:
        What was meant: every problem mended. Meaningless when `found` is no longer mendable.
    """
    text = _without_edges(text, found)
    scheme, rest = _split_scheme(text, found)
    authority = _without_tail(rest, found)
    host_text, port_text = _split_port(authority, found)
    port, any_port = _read_port(port_text, scheme, found)
    subdomains, base = _split_wildcard(host_text, found)
    host = read_host(base, found) if found.mendable else base
    shape = Shape(scheme, subdomains, host, port, any_port)
    if found.mendable and shape.is_pattern:
        _check_pattern(shape, found)
    return shape


def _check_pattern(shape: Shape, found: Findings) -> None:
    if shape.scheme in APP_SCHEMES:
        fix = f"list each origin by itself, without a wildcard: {quoted(f'{shape.scheme}://{shape.host}')}"
        found.add(rules.WILDCARD_APP, "origins of apps and extensions must be exact", fix, mendable=False)
    elif shape.subdomains and is_address(shape.host):
        fix = f"write {quoted(str(shape._replace(subdomains='')))}"
        found.add(rules.WILDCARD_ON_ADDRESS, "an IP address has no subdomains", fix, mendable=False)


def _without_edges(text: str, found: Findings) -> str:
    controls = [char for char in text if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0]  # noqa: PLR2004 - C0, C1
    bare = text.strip("".join(controls) + " \u00a0\u2028\u2029\u3000").strip()
    for quote in "'\"`":
        if len(bare) > 1 and bare[0] == bare[-1] == quote:
            found.add(rules.CHARACTER, "it stands between quotes of its own")
            bare = bare[1:-1]
    if controls:
        clean = not any(char in bare for char in controls)
        found.add(rules.CONTROL_CHARACTER, f"it holds the control character {controls[0]!r}", mendable=clean)
    elif any(char.isspace() for char in text):
        found.add(rules.WHITESPACE, "it holds white space", mendable=not any(char.isspace() for char in bare))
    return bare


def _split_scheme(text: str, found: Findings) -> tuple[str, str]:
    head = lower_ascii(text.partition(":")[0])
    name, separator, rest = text.partition("://")
    if ":" in text and (head in _REFUSED_SCHEMES or (head in DEFAULT_PORTS and lower_ascii(name) != head)):
        name, rest = text[: len(head)], text[len(head) + 1 :].lstrip("/\\")
        if head in DEFAULT_PORTS:
            found.add(rules.NO_SCHEME, f'"{head}:" must be followed by "//"')
    elif not separator or re.search(r"[/?#\\@.\[\]]", name):
        rest = text.lstrip("/")
        found.add(rules.NO_SCHEME, 'it has no scheme: an origin is "scheme://host"')
        host = re.match(r"\[[^]]*\]|[^:/?#]*", rest)
        return ("http" if host and is_local(lower_ascii(host.group())) else "https"), rest
    return _read_scheme(name, found), rest


def _read_scheme(name: str, found: Findings) -> str:
    scheme = lower_ascii(name)
    if "*" in scheme:
        found.add(rules.WILDCARD_POSITION, "a scheme takes no wildcard")
        return "https"
    if scheme in _KNOWN_SCHEMES:
        if scheme != name:
            found.add(rules.UPPER_CASE, "browsers send schemes in lower case")
        return scheme
    if not scheme:
        found.add(rules.NO_SCHEME, 'it has no scheme: an origin is "scheme://host"')
        return "https"
    reason = _REFUSED_SCHEMES.get(scheme, "no browser is known to send it")
    meant = "https" if scheme in {"ws", "wss"} else _close_match(scheme)
    fix = "" if meant else 'write an "https://" origin'
    found.add(
        rules.UNSUPPORTED_SCHEME, f"no origin has the scheme {shown(scheme)}: {reason}", fix, mendable=bool(meant)
    )
    return meant


def _close_match(scheme: str) -> str:
    import difflib  # noqa: PLC0415 - needed for misspelt schemes only

    if scheme in _REFUSED_SCHEMES:
        return ""
    return next(iter(difflib.get_close_matches(scheme, _KNOWN_SCHEMES, n=1, cutoff=0.7)), "")


def _without_tail(rest: str, found: Findings) -> str:
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    before_fragment, number_sign, _ = rest[len(authority) :].partition("#")
    path, question_mark, _ = before_fragment.partition("?")
    if path == "/" and not (number_sign or question_mark):
        found.add(rules.TRAILING_SLASH, "it ends in a slash")
    elif path.startswith("\\"):
        found.add(rules.CHARACTER, "it holds a backslash")
    elif path:
        found.add(rules.PATH, "it has a path")
    if question_mark:
        found.add(rules.QUERY, "it has a query")
    if number_sign:
        found.add(rules.FRAGMENT, "it has a fragment")
    if "@" in authority:
        found.add(rules.USER_INFO, 'it has user information before "@"')
    return authority.rpartition("@")[2]


def _split_port(authority: str, found: Findings) -> tuple[str, str | None]:
    if re.match(r"[*.]*\[", authority):
        host, bracket, after = authority.partition("]")
        if not bracket or (after and not after.startswith(":")):
            found.add(rules.IPV6, "its brackets do not hold an IPv6 address alone", mendable=False)
        return host + bracket, after[1:] if after else None
    if authority.count(":") > 1:
        found.add(rules.IPV6, "an IPv6 address stands in brackets", mendable=True)
        return f"[{authority}]", None
    host, colon, port = authority.partition(":")
    return host, port if colon else None


def _read_port(text: str | None, scheme: str, found: Findings) -> tuple[int | None, bool]:
    if text is None:
        return None, False
    if text == "*":
        return None, True
    if not text:
        found.add(rules.PORT, "it has a colon but no port")
        return None, False
    digits = text.lstrip("0")
    if not re.fullmatch("[0-9]{1,5}", digits) or int(digits) > _MAX_PORT:
        found.add(rules.PORT, f"a port is a number from 1 to {_MAX_PORT}", "write the port's number", mendable=False)
        return None, False
    if digits != text:
        found.add(rules.PORT, "a port has no leading zeros")
    if int(digits) == DEFAULT_PORTS.get(scheme):
        found.add(rules.DEFAULT_PORT, f"browsers leave out {scheme}'s default port")
        return None, False
    return int(digits), False


def _split_wildcard(host: str, found: Findings) -> tuple[str, str]:
    for subdomains in ("**", "*"):
        base = host.removeprefix(f"{subdomains}.")
        if base != host and "*" not in base:
            return subdomains, base
    if "*" not in host:
        return "", host
    if not host.strip("*"):
        fix = 'list the origins meant; to let every origin in, write "*" by itself'
        found.add(rules.WILDCARD_POSITION, "a wildcard alone is no host", fix, mendable=False)
        return "", host
    return _mend_wildcard(host, found)


def _mend_wildcard(host: str, found: Findings) -> tuple[str, str]:
    """Guesses a pattern from a wildcard in the wrong place: the leading labels that hold one become the wildcard."""
    labels = host.split(".")
    last = max(place for place, label in enumerate(labels) if "*" in label)
    base = labels[last + 1 :]
    if labels[last].startswith("*") and labels[last].strip("*"):  # "*example.com": a forgotten dot
        base = [labels[last].strip("*"), *base]
    elif last > 0 and not set("".join(labels[: last + 1])) <= {"*"} and len(base) < 2:  # noqa: PLR2004 - "app.*.com"
        base = []
    problem = 'a wildcard stands for whole labels at the start: "*." for one, "**." for one or more'
    fix = "write {mended} if all it covers is meant, or list each origin" if base else _LIST_INSTEAD
    found.add(rules.WILDCARD_POSITION, problem, fix, mendable=bool(base) and not any("*" in label for label in base))
    return ("**" if last > 0 or "**" in host else "*"), ".".join(base)
