"""Origins that are not to be let in, told from one that is: what scanners of CORS try, and what we would try besides.

The lists are those of CORScanner 1.0.1 (https://github.com/chenjj/CORScanner), corsair-scan 0.2.0
(https://github.com/santandersecurityresearch/corsair_scan) and Corsy (https://github.com/s0md3v/Corsy).
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

_THIRD_PARTIES: Final = (
    "https://whatever.github.io",
    "http://jsbin.com",
    "https://codepen.io",
    "https://jsfiddle.net",
    "http://www.webdevout.net",
    "https://repl.it",
)
_CHARACTERS: Final = ("_", "-", '"', "{", "}", "+", "^", "%60", "!", "~", "`", ";", "|", "&", "'", "(", ")", "*", ",")
_MORE_CHARACTERS: Final = ("$", "=", "%0b")


@attrs.frozen
class Probe:
    """A request that might be let in.

    Attributes:
        origin: Its Origin header; None for none.
        query: What stands behind its path.
        is_trimmed: Whether what is sent reaches a server as the origin itself, since blanks around a header's value
            are no part of it (https://www.rfc-editor.org/rfc/rfc9110#section-5.5).
    """

    origin: str | None
    query: str = ""
    is_trimmed: bool = False


def probes(host: str) -> Mapping[str, Probe]:
    """Probes of an API that lets in the origin `https://HOST`, by their names; the host is to have three labels."""
    made = [
        *((f"CORScanner: {name}", Probe(origin)) for name, origin in _of_corscanner(host)),
        *((f"corsair: {name}", Probe(origin)) for name, origin in _of_corsair(host)),
        *((f"Corsy: {name}", Probe(origin)) for name, origin in corsy(host)),
        *((f"ours: {name}", probe) for name, probe in _of_ours(host)),
    ]
    assert len({name for name, _ in made}) == len(made)
    return dict(made)


def _of_corscanner(host: str) -> Iterator[tuple[str, str]]:
    domain = host.partition(".")[2]
    yield "reflect_origin", "https://evil.com"
    yield "prefix_match", f"https://{host}.evil.com"
    yield "suffix_match", f"https://evil{domain}"
    yield "trust_null", "null"
    yield "include_match", f"https://{domain[1:]}"
    yield "not_escape_dot", f"https://{'a'.join(host.rsplit('.', 1))}"
    yield "trust_any_subdomain", f"https://evil.{host}"
    yield "https_trust_http", f"http://{host}"
    yield from ((f"custom_third_parties {origin}", origin) for origin in _THIRD_PARTIES)
    for character in (*_CHARACTERS, *_MORE_CHARACTERS):
        yield f"special_characters_bypass {character}", f"https://{host}{character}.evil.com"


def _of_corsair(host: str) -> Iterator[tuple[str, str]]:
    first, _, domain = host.partition(".")
    yield "fake_origin", "https://scarymonster.com"
    yield "post-domain", f"https://{host}.scarymonster.com"
    yield "sub-domain", f"https://scarymonster.{host}"
    yield "pre-domain", f"https://{first}.scarymonster{domain}"


def corsy(host: str) -> Iterator[tuple[str, str]]:
    """What Corsy tries, in its order."""
    yield "reflected", "https://example.com"
    yield "post-domain", f"https://{host}.example.com"
    yield "pre-domain", f"https://d3v{host}"
    yield "null", "null"
    yield "unrecognized underscore", f"https://{host}_.example.com"
    yield "broken parser", f"https://{host}%60.example.com"
    yield "unescaped regex", f"https://{host.replace('.', 'x', 1)}"
    yield "http", f"http://{host}"


def _of_ours(host: str) -> Iterator[tuple[str, Probe]]:
    site = f"https://{host}"
    yield "a dot at the end", Probe(f"{site}.")
    yield "the scheme in capitals", Probe(f"HTTPS://{host}")
    yield "the host in capitals", Probe(f"https://{host.upper()}")
    yield "the first letter in capitals", Probe(f"https://{host.capitalize()}")
    yield "the default port", Probe(f"{site}:443")
    yield "another port", Probe(f"{site}:8443")
    yield "no port behind the colon", Probe(f"{site}:")
    yield "another scheme", Probe(f"ftp://{host}")
    yield "no scheme", Probe(host)
    yield "no host", Probe("https://")
    yield "userinfo", Probe(f"https://evil.com@{host}")
    yield "a host behind userinfo", Probe(f"{site}@evil.com")
    yield "two origins", Probe(f"{site}, https://evil.com")
    yield "two origins, the other way round", Probe(f"https://evil.com, {site}")
    yield "two origins without a comma", Probe(f"{site} https://evil.com")
    yield "a blank before it", Probe(f" {site}", is_trimmed=True)
    yield "a blank behind it", Probe(f"{site} ", is_trimmed=True)
    yield "a tab before it", Probe(f"\t{site}", is_trimmed=True)
    yield "a tab behind it", Probe(f"{site}\t", is_trimmed=True)
    yield "a slash", Probe(f"{site}/")
    yield "a path", Probe(f"https://evil.com/.{host}")
    yield "a query", Probe(f"https://evil.com?{site}")
    yield "a fragment", Probe(f"https://evil.com#{site}")
    yield "10 kB", Probe(f"https://{'a' * 10_000}.{host}")
    yield "2,000 labels", Probe(f"https://{'a.' * 2_000}{host}")
    yield "an empty label", Probe(f"https://.{host}")
    yield "an empty label inside", Probe(f"https://{host.replace('.', '..', 1)}")
    yield "a homograph", Probe(f"https://xn--pp-8cd.{host.partition('.')[2]}")  # of "app" with a Cyrillic a
    yield "a wildcard", Probe(f"https://*.{host}")
    yield "every origin", Probe("*")
    yield "null in capitals", Probe("NULL")
    yield "an empty header", Probe("")
    yield "no header", Probe(None)
    yield "no header, and a query", Probe(None, f"?origin={site}&Origin={site}")
    yield "a stranger, and a query", Probe("https://evil.com", f"?origin={site}&Origin={site}")
    yield "a stranger in a query", Probe(None, "?origin=https://evil.com&Origin=https://evil.com")
    yield "a template's directive", Probe(f"{site}#if(true)x#end")
    yield "a template's reference", Probe("https://$context.apiId.example.org")
