"""Hosts as browsers write them: reads one, and says what a browser would have written instead."""

import re
from typing import Final

from cors_constructs.policy import rules
from cors_constructs.policy.issues import Findings

MAX_HOST: Final = 253
MAX_LABEL: Final = 63
_LONGEST_READ = 1000

_LABEL = re.compile(r"[a-z0-9_-]+")
# https://url.spec.whatwg.org/#ends-in-a-number-checker: such a host is an IPv4 address or nothing.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PLAIN_BYTE = re.compile(r"0|[1-9][0-9]{0,2}")
_NAMED_CHARACTERS: Final = {
    "%": "a percent sign: browsers decode hosts before they send them",
    "\\": "a backslash",
    "'": "a single quote",
    '"': "a double quote",
    "$": "a dollar sign",
    "*": "an asterisk",
}


def is_address(host: str) -> bool:
    """Whether a host that was read is an IP address."""
    return host.startswith("[") or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def is_local(host: str) -> bool:
    """Whether a host that was read never leaves the machine: such pages are trusted without TLS.

    See https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy.
    """
    if is_address(host):
        return host == "[::1]" or host.startswith("127.")
    return host == "localhost" or host.endswith(".localhost")


def lower_ascii(text: str) -> str:
    """Lower-cases A to Z and nothing else."""
    return re.sub("[A-Z]+", lambda letters: letters.group().lower(), text)


def read_host(host: str, found: Findings) -> str:
    """Reads a host: a name, an IPv4 address, or an IPv6 address in brackets.

    Args:
        host: The text between `://` (or a wildcard's dot) and the port.
        found: Where problems go.

    Returns:
        What a browser sends for that host; meaningless when `found` is no longer mendable.
    """
    if not host:
        found.add(rules.NO_HOST, "it names no host", mendable=False)
        return host
    if host.startswith("["):
        return _read_ipv6(host, found)
    if host != lower_ascii(host):
        found.add(rules.UPPER_CASE, "browsers send hosts in lower case")
        host = lower_ascii(host)
    if not host.isascii():
        # A conversion, not a problem: a browser makes the same of it. https://url.spec.whatwg.org/#concept-domain-to-ascii
        host = _to_ascii(host, found)
    return _read_ascii_host(host, found) if found.mendable else host


def _read_ascii_host(host: str, found: Findings) -> str:
    strange = sorted(set(re.sub(r"[a-z0-9._-]", "", host)))
    if strange:
        named = _NAMED_CHARACTERS.get(strange[0], f"{strange[0]!r}")
        found.add(rules.CHARACTER, f"its host holds {named}", mendable=False)
        return host
    if host.endswith(".") and host.strip("."):
        found.add(rules.TRAILING_DOT, "a host ending in a dot is another origin than the host without it")
        host = host[:-1]
    labels = host.split(".")
    if "" in labels:
        labels = [label for label in labels if label]
        found.add(rules.EMPTY_LABEL, "its host has an empty label", mendable=bool(labels))
        host = ".".join(labels)
    if len(host) > MAX_HOST or any(len(label) > MAX_LABEL for label in labels):
        limits = f"a label may have {MAX_LABEL} characters, a host {MAX_HOST}"
        found.add(rules.TOO_LONG, limits, "write the host's true name", mendable=False)
        return host
    if labels and _NUMBER.fullmatch(labels[-1]):
        return _read_ipv4(labels, found)
    for label in labels:
        if label.startswith("xn--") and not _is_punycode(label):
            found.add(rules.IDNA, f'the label "{label}" is not valid Punycode', mendable=False)
    return host


def _read_ipv4(labels: list[str], found: Findings) -> str:
    host = ".".join(labels)
    plain = all(_PLAIN_BYTE.fullmatch(label) and int(label) <= 255 for label in labels)  # noqa: PLR2004 - a byte
    if len(labels) == 4 and plain:  # noqa: PLR2004 - the bytes of an IPv4 address
        return host
    address = _browser_ipv4(labels)
    problem = "a host whose last label is a number must be an IPv4 address of four plain numbers"
    found.add(rules.IPV4, problem, mendable=address is not None)
    return address or host


def _browser_ipv4(labels: list[str]) -> str | None:
    """What a browser makes of an odd IPv4 address (https://url.spec.whatwg.org/#concept-ipv4-parser)."""
    import ipaddress  # noqa: PLC0415 - rarely needed, so importing this room stays fast

    try:
        *head, last = [_browser_number(label) for label in labels]
    except ValueError:
        return None
    if len(head) > 3 or any(number > 255 for number in head) or last >= 256 ** (4 - len(head)):  # noqa: PLR2004
        return None
    return str(ipaddress.IPv4Address(last + sum(number << (24 - 8 * place) for place, number in enumerate(head))))


def _browser_number(label: str) -> int:
    if not _NUMBER.fullmatch(label):  # Python alone would take an underscore between digits
        raise ValueError(label)
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _read_ipv6(host: str, found: Findings) -> str:
    import ipaddress  # noqa: PLC0415 - rarely needed, so importing this room stays fast

    inside = host[1:-1]
    try:
        address = ipaddress.IPv6Address(inside)
    except ValueError:
        found.add(rules.IPV6, "its host is not an IPv6 address", mendable=False)
        return host
    if address.scope_id is not None:
        found.add(rules.IPV6, "an IPv6 address in an origin has no zone", mendable=False)
        return host
    if address.ipv4_mapped is not None:
        found.add(rules.IPV4_MAPPED, "its address is IPv4 written as IPv6")
        return str(address.ipv4_mapped)
    # https://url.spec.whatwg.org/#concept-ipv6-serializer, which is RFC 5952 without dotted endings: so is Python's.
    if address.compressed != inside:
        found.add(rules.IPV6, "browsers send IPv6 addresses in their shortest form")
    return f"[{address.compressed}]"


def _to_ascii(host: str, found: Findings) -> str:
    import idna  # noqa: PLC0415 - needed for Unicode hosts only

    if len(host) > _LONGEST_READ:
        found.add(rules.TOO_LONG, f"a host may have {MAX_HOST} characters", mendable=False)
        return host
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:
        spelling = _browser_spelling(host)
        problem = "its host is not an internationalised name that IDNA 2008 allows"
        found.add(rules.IDNA, problem, mendable=spelling is not None)
        return spelling or host


def _browser_spelling(host: str) -> str | None:
    """The Punycode of names that browsers resolve although IDNA 2008 leaves them out, such as emoji."""
    import idna  # noqa: PLC0415 - needed for Unicode hosts only

    try:
        labels = idna.uts46_remap(host, std3_rules=True, transitional=False).split(".")
    except UnicodeError:
        return None
    spelt = [label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels]
    return ".".join(spelt) if all(map(_is_browser_label, spelt)) else None


def _is_browser_label(label: str) -> bool:
    return _LABEL.fullmatch(label) is not None and (not label.startswith("xn--") or _is_punycode(label))


def _is_punycode(label: str) -> bool:
    """Whether a browser takes an `xn--` label: the criteria of https://www.unicode.org/reports/tr46/#Validity_Criteria.

    These are wider than IDNA 2008's: names with an emoji exist.
    """
    import idna  # noqa: PLC0415 - needed for internationalised hosts only

    try:
        text = label[len("xn--") :].encode("ascii").decode("punycode")
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
        idna.check_initial_combiner(text)
        idna.check_bidi(text)
        joined = all(idna.valid_contextj(text, at) for at, char in enumerate(text) if char in "\u200c\u200d")
    except (ValueError, IndexError):  # UnicodeError is a ValueError; an empty label has no first character
        return False
    return (
        joined and not text.isascii() and mapped == text and label == "xn--" + text.encode("punycode").decode("ascii")
    )
