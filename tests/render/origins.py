"""Who may come in and who tries to: policies of every kind, and the origins sent to them.

`test_vtl.py` sends them through the simulator's Velocity, `tests/velocity` through Apache Velocity.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cors_constructs.policy import CorsPolicy
from cors_constructs.render import preflight_answer

APP = "https://app.shop.example"
ADMIN = "https://admin.shop.example"
TOKEN = "${Token[TOKEN.12]}"  # noqa: S105 - the CDK's word for a value known only at deployment
LIST = "#{Token[TOKEN.13]}"
JOINED_LIST = "${Token[TOKEN.14]}"


class Outcome(enum.Enum):
    ALLOWED = "the origin, and all the policy's headers"
    REFUSED = "no Access-Control header at all"


class Kind(NamedTuple):
    """A policy that chooses among origins; APP is one of them, however it is written."""

    name: str
    allow_origins: list[str]
    deployed: dict[str, str]
    """What deployment puts in the tokens' places."""


EXACT = Kind("exact", [APP, ADMIN], {})
ONE_LABEL = Kind("one-label", ["https://*.shop.example"], {})
LABELS = Kind("labels", ["https://**.shop.example"], {})
ANY_PORT = Kind("any-port", [f"{APP}:*"], {})
STRING = Kind("string", [ADMIN, TOKEN], {TOKEN: APP})
LISTED = Kind("list", [LIST], {JOINED_LIST: f"{ADMIN},{APP}"})
EVERYTHING = Kind("everything", [*EXACT.allow_origins, "https://*.other.example", f"{APP}:*", LIST, TOKEN], {
    JOINED_LIST: "https://list.example", TOKEN: "https://string.example"
})  # fmt: skip
KINDS = (EXACT, ONE_LABEL, LABELS, ANY_PORT, STRING, LISTED, EVERYTHING)

PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET,PUT",
    "Access-Control-Allow-Headers": "x-api-key",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Max-Age": "0",
}


def template_of(allow_origins: Iterable[str], deployed: Mapping[str, str] | None = None, *, leave: bool = False) -> str:
    """The template that answers for some origins, as it is once CloudFormation has filled in the tokens."""
    policy = CorsPolicy(
        allow_origins=allow_origins,
        allow_headers=[],
        allow_credentials=True,
        max_age=0,
        dangerously_allow_insecure_origins=leave,
        dangerously_allow_public_suffix_patterns=leave,
    )
    template = preflight_answer(policy, ["GET", "PUT"], join=lambda _: JOINED_LIST).response_template
    assert template is not None
    for token, value in (deployed or {}).items():
        assert token in template
        template = template.replace(token, value)
    return template


def outcome(overrides: Mapping[str, str], origin: str | None) -> Outcome:
    """What the overridden headers mean to a page; anything but all of them or none is a mistake."""
    if not overrides:
        return Outcome.REFUSED
    assert overrides == {"Access-Control-Allow-Origin": origin, **PREFLIGHT_HEADERS}
    return Outcome.ALLOWED


class Sending(NamedTuple):
    """A way to send an origin, or none."""

    title: str
    headers: dict[str, str]
    outcome: Outcome
    link: dict[str, str]
    """What a link says, in the path and the query."""


_STRANGER = "https://evil.com"
_IN_LINK = {"Origin": APP, "origin": APP}

SENDINGS = (
    Sending("a listed origin", {"Origin": APP}, Outcome.ALLOWED, {}),
    Sending("a listed origin over HTTP/2", {"origin": APP}, Outcome.ALLOWED, {}),
    Sending("a listed origin in both spellings", {"Origin": APP, "origin": APP}, Outcome.ALLOWED, {}),
    Sending("a listed origin beside an empty header", {"Origin": "", "origin": APP}, Outcome.ALLOWED, {}),
    Sending("a listed origin, while a link says otherwise", {"Origin": APP}, Outcome.ALLOWED, {"Origin": _STRANGER}),
    Sending("a stranger", {"Origin": _STRANGER}, Outcome.REFUSED, {}),
    Sending("a stranger over HTTP/2", {"origin": _STRANGER}, Outcome.REFUSED, {}),
    Sending("a stranger before a listed origin", {"Origin": _STRANGER, "origin": APP}, Outcome.REFUSED, {}),
    Sending("a stranger, while a link names a listed origin", {"Origin": _STRANGER}, Outcome.REFUSED, _IN_LINK),
    Sending("null", {"Origin": "null"}, Outcome.REFUSED, {}),
    Sending("null over HTTP/2", {"origin": "null"}, Outcome.REFUSED, {}),
    Sending("an empty origin", {"Origin": ""}, Outcome.REFUSED, {}),
    Sending("empty origins", {"Origin": "", "origin": ""}, Outcome.REFUSED, {}),
    Sending("no origin", {}, Outcome.REFUSED, {}),
    Sending("no origin, while a link names a listed one", {}, Outcome.REFUSED, _IN_LINK),
    Sending("a listed origin in other headers", {"Referer": APP, "Host": APP, "ORIGIN": APP}, Outcome.REFUSED, {}),
)


class Probe(NamedTuple):
    """An origin, and the kinds of policy that let it in."""

    title: str
    origin: str
    allowed_by: tuple[Kind, ...] = ()

    def outcome(self, kind: Kind) -> Outcome:
        return Outcome.ALLOWED if kind in self.allowed_by else Outcome.REFUSED


_PATTERNS = (ONE_LABEL, LABELS)  # both take any single label, which scanners report as a mistake and is none
_PORTS = (ANY_PORT, EVERYTHING)

# What CORScanner 1.0.1 sends to https://app.shop.example; its 35 origins for an http target, and the last one here.
CORSCANNER = (
    Probe("any origin", "https://evil.com"),
    Probe("a name that begins alike", f"{APP}.evil.com"),
    Probe("a name that ends alike", "https://evilshop.example"),
    Probe("null", "null"),
    Probe("a part of the name", "https://hop.example"),
    Probe("a letter for the last dot", "https://app.shopaexample"),
    Probe("a subdomain", "https://evil.app.shop.example", (LABELS,)),
    *(
        Probe("a third party", origin)
        for origin in (
            "https://whatever.github.io",
            "http://jsbin.com",
            "https://codepen.io",
            "https://jsfiddle.net",
            "http://www.webdevout.net",
            "https://repl.it",
        )
    ),
    *(
        Probe(f"the name, {character} and another name", f"{APP}{character}.evil.com")
        for character in [*"_-\"{}+^!~`;|&'()*,$=", "%60", "%0b"]
    ),
    Probe("the insecure twin", "http://app.shop.example"),
)
# corsair-scan 0.2.0.
CORSAIR = (
    Probe("any origin", "https://scarymonster.com"),
    Probe("a name that begins alike", f"{APP}.scarymonster.com"),
    Probe("a subdomain", "https://scarymonster.app.shop.example", (LABELS,)),
    Probe("a name that ends alike", "https://scarymonsterapp.shop.example", _PATTERNS),
)
# Corsy, of 2024.
CORSY = (
    Probe("any origin", "https://example.com"),
    Probe("a name that begins alike", f"{APP}.example.com"),
    Probe("a name that ends alike", "https://d3vapp.shop.example", _PATTERNS),
    Probe("null", "null"),
    Probe("the name and an underscore", f"{APP}_.example.com"),
    Probe("the name and a backquote", f"{APP}%60.example.com"),
    Probe("a letter for the first dot", "https://appxshop.example"),
    Probe("the insecure twin", "http://app.shop.example"),
)
_LONGEST = f"https://aa.{'a.' * 119}shop.example"  # 253 characters of host
OURS = (
    Probe("the app", APP, KINDS),
    Probe("the other listed origin", ADMIN, (EXACT, *_PATTERNS, STRING, LISTED, EVERYTHING)),
    Probe("the bare domain", "https://shop.example"),
    Probe("a sibling", "https://sibling.shop.example", _PATTERNS),
    Probe("a great many labels", _LONGEST, (LABELS,)),
    Probe("more labels than a name can have", f"https://{'a.' * 126}shop.example"),
    Probe("a label too long", f"https://{'a' * 64}.shop.example"),
    Probe("10 kB of labels", f"https://{'a.' * 5000}shop.example"),
    Probe("10 kB after the origin", APP + "a" * 10_000),
    Probe("10 kB of dots", f"https://{'.' * 10_000}shop.example"),
    Probe("a dot at the end", f"{APP}."),
    Probe("an upper-case scheme", "HTTPS://app.shop.example"),
    Probe("an upper-case host", "https://App.Shop.Example"),
    Probe("the default port", f"{APP}:443"),
    Probe("another port", f"{APP}:8443", _PORTS),
    Probe("a port that begins like the default one", f"{APP}:4430", _PORTS),
    Probe("the highest port", f"{APP}:65535", _PORTS),
    Probe("a port too high", f"{APP}:65536"),
    Probe("port zero", f"{APP}:0"),
    Probe("a port with a leading zero", f"{APP}:08443"),
    Probe("a colon and no port", f"{APP}:"),
    Probe("a port that is a name", f"{APP}:evil.com"),
    Probe("a second port", f"{APP}:1:2"),
    Probe("the insecure twin, on its port", "http://app.shop.example:80"),
    Probe("another scheme", "ftp://app.shop.example"),
    Probe("no scheme", "app.shop.example"),
    Probe("a scheme and nothing", "https://"),
    Probe("nothing but the separator", "://"),
    Probe("user information", "https://me@app.shop.example"),
    Probe("the app as user information", f"{APP}@evil.com"),
    Probe("the app as user and password", f"{APP}:1@evil.com"),
    Probe("two origins, as RFC 6454 had them", f"{APP} {ADMIN}"),
    Probe("two listed origins, joined", f"{ADMIN},{APP}"),
    Probe("two listed origins, joined and spaced", f"{ADMIN}, {APP}"),
    Probe("a listed origin and a stranger", f"{APP}, https://evil.com"),
    Probe("a comma at the end", f"{APP},"),
    Probe("a comma before", f",{APP}"),
    Probe("a comma", ","),
    Probe("a blank", " "),
    Probe("a blank before", f" {APP}"),
    Probe("a blank at the end", f"{APP} "),
    Probe("a tab before", f"\t{APP}"),
    Probe("a tab at the end", f"{APP}\t"),
    Probe("a line break at the end", f"{APP}\n"),
    Probe("a line break before", f"\n{APP}"),
    Probe("a second line", f"https://evil.com\n{APP}"),
    Probe("NUL", f"{APP}\0.evil.com"),
    Probe("a slash at the end", f"{APP}/"),
    Probe("a path that ends alike", "https://evil.com/.shop.example"),
    Probe("a query that ends alike", "https://evil.com?.shop.example"),
    Probe("a fragment that ends alike", "https://evil.com#.shop.example"),
    Probe("a backslash", "https://evil.com\\.shop.example"),
    Probe("an empty label", "https://.shop.example"),
    Probe("an empty label between others", "https://app..shop.example"),
    Probe("a letter for the wildcard's dot", "https://appxshop.example"),
    Probe("a homograph in Punycode", "https://app.xn--shp-ted.example"),
    Probe("a homograph", "https://app.sh\u043ep.example"),
    Probe("a full stop of another script", "https://app\u3002shop.example"),
    Probe("letters that are lower-cased to ASCII", "https://app.\u017fhop.example"),
    Probe("an asterisk", "*"),
    Probe("a pattern", "https://*.shop.example"),
    Probe("a deeper pattern", "https://**.shop.example"),
    Probe("a pattern of ports", f"{APP}:*"),
    Probe("a regular expression", "https://[a-z0-9_-]{1,63}\\.shop\\.example"),
    Probe("a reference", "$o"),
    Probe("a directive", "#set($m=true)"),
    Probe("a token", TOKEN),
    Probe("true", "true"),
)
PROBES = {"CORScanner": CORSCANNER, "corsair": CORSAIR, "Corsy": CORSY, "ours": OURS}


def probes() -> Iterator[tuple[str, Probe]]:
    """Every probe, with a name for it."""
    for scanner, sent in PROBES.items():
        for probe in sent:
            yield f"{scanner}: {probe.title}", probe


class Deployed(NamedTuple):
    """What a parameter may turn out to hold, and an origin sent then."""

    title: str
    value: str
    origin: str
    outcome: Outcome


DEPLOYED_LISTS = (
    Deployed("one origin", APP, APP, Outcome.ALLOWED),
    Deployed("the first of three", f"{APP},https://b.example,https://c.example", APP, Outcome.ALLOWED),
    Deployed("the last of three", f"https://b.example,https://c.example,{APP}", APP, Outcome.ALLOWED),
    Deployed("one beside an empty element", f",,{APP},", APP, Outcome.ALLOWED),
    Deployed("the whole list", f"{APP},{ADMIN}", f"{APP},{ADMIN}", Outcome.REFUSED),
    Deployed("the end of an element", f"{APP},{ADMIN}", "://app.shop.example", Outcome.REFUSED),
    Deployed("the beginning of an element", f"{APP},{ADMIN}", "https://app.shop", Outcome.REFUSED),
    Deployed("nothing, of an empty list", "", "", Outcome.REFUSED),
    Deployed("nothing, of empty elements", ",,", "", Outcome.REFUSED),
    Deployed("a blank, of blanks", " , ", " ", Outcome.REFUSED),
    Deployed("an asterisk", f"*,{APP}", "*", Outcome.REFUSED),
    Deployed("any origin, for an asterisk", "*", "https://evil.com", Outcome.REFUSED),
    Deployed("null", f"null,{APP}", "null", Outcome.REFUSED),
    Deployed("a subdomain, for a pattern", "https://*.shop.example", APP, Outcome.REFUSED),
)
DEPLOYED_STRINGS = (
    Deployed("an origin", APP, APP, Outcome.ALLOWED),
    Deployed("nothing", "", "", Outcome.REFUSED),
    Deployed("null", "null", "null", Outcome.REFUSED),
    Deployed("an asterisk", "*", "*", Outcome.REFUSED),
    Deployed("a part of it", APP, "https://app.shop", Outcome.REFUSED),
)
