"""Which requests need leave: methods and headers that are safelisted, and those that are not."""

from typing import NamedTuple

import pytest

from cors_constructs.simulate import Headers

from . import sections
from .scripted import SITE, Server, fetch

LONG = "a" * 128
TOO_LONG = "a" * 129


class Leave(NamedTuple):
    """A request, and what its preflight asks for; None where there is none."""

    section: str
    method: str
    headers: dict[str, str | list[str]]
    asks: tuple[str, str | None] | None


def of_header(name: str, value: str, *, asks: bool, section: str = sections.SAFELISTED_HEADER) -> Leave:
    return Leave(section, "GET", {name: value}, ("GET", name.lower()) if asks else None)


def content_type(value: str, *, asks: bool, section: str = sections.MIME_TYPE) -> Leave:
    return of_header("Content-Type", value, asks=asks, section=section)


METHODS = [
    pytest.param(Leave(sections.SAFELISTED_METHOD, "GET", {}, None), id="GET-needs-none"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "HEAD", {}, None), id="HEAD-needs-none"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "POST", {}, None), id="POST-needs-none"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "PUT", {}, ("PUT", None)), id="PUT"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "DELETE", {}, ("DELETE", None)), id="DELETE"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "PATCH", {}, ("PATCH", None)), id="PATCH"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "OPTIONS", {}, ("OPTIONS", None)), id="OPTIONS"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "QUERY", {}, ("QUERY", None)), id="a-method-of-no-standard"),
    pytest.param(Leave(sections.SAFELISTED_METHOD, "*", {}, ("*", None)), id="the-method-*"),
    pytest.param(Leave(sections.NORMALIZE, "get", {}, None), id="get-is-GET"),
    pytest.param(Leave(sections.NORMALIZE, "pOsT", {}, None), id="pOsT-is-POST"),
    pytest.param(Leave(sections.NORMALIZE, "head", {}, None), id="head-is-HEAD"),
    pytest.param(Leave(sections.NORMALIZE, "put", {}, ("PUT", None)), id="put-is-PUT"),
    pytest.param(Leave(sections.NORMALIZE, "delete", {}, ("DELETE", None)), id="delete-is-DELETE"),
    pytest.param(Leave(sections.NORMALIZE, "Options", {}, ("OPTIONS", None)), id="Options-is-OPTIONS"),
    pytest.param(Leave(sections.NORMALIZE, "patch", {}, ("patch", None)), id="patch-stays-patch"),
    pytest.param(Leave(sections.NORMALIZE, "query", {}, ("query", None)), id="query-stays-query"),
]

HEADERS = [
    pytest.param(of_header("Accept", "text/html", asks=False), id="Accept"),
    pytest.param(of_header("accept", "", asks=False), id="Accept-empty"),
    pytest.param(of_header("Accept", LONG, asks=False), id="Accept-of-128-bytes"),
    pytest.param(of_header("Accept", TOO_LONG, asks=True), id="Accept-of-129-bytes"),
    pytest.param(of_header("Accept", "\xe9", asks=False), id="Accept-with-a-byte-above-7F"),
    pytest.param(of_header("Accept-Language", "de, en;q=0.5", asks=False), id="Accept-Language"),
    pytest.param(of_header("Accept-Language", "*-.=", asks=False), id="Accept-Language-with-all-signs-it-may-have"),
    pytest.param(of_header("Accept-Language", "a_b", asks=True), id="Accept-Language-with-an-underscore"),
    pytest.param(of_header("Accept-Language", "a/b", asks=True), id="Accept-Language-with-a-slash"),
    pytest.param(of_header("Accept-Language", "a\tb", asks=True), id="Accept-Language-with-a-tab"),
    pytest.param(of_header("Accept-Language", "\xe9", asks=True), id="Accept-Language-with-a-byte-above-7F"),
    pytest.param(of_header("Accept-Language", TOO_LONG, asks=True), id="Accept-Language-of-129-bytes"),
    pytest.param(of_header("Content-Language", "de", asks=False), id="Content-Language"),
    pytest.param(of_header("Content-Language", "de@", asks=True), id="Content-Language-with-an-at-sign"),
    pytest.param(of_header("X-Api-Key", "k", asks=True), id="a-key"),
    pytest.param(of_header("Authorization", "Bearer t", asks=True), id="Authorization"),
    pytest.param(of_header("X-Requested-With", "XMLHttpRequest", asks=True), id="X-Requested-With"),
    pytest.param(of_header("Cache-Control", "no-cache", asks=True), id="Cache-Control"),
    pytest.param(of_header("If-None-Match", "x", asks=True), id="If-None-Match"),
    pytest.param(of_header("User-Agent", "me", asks=True), id="User-Agent"),
    pytest.param(of_header("DPR", "1", asks=True), id="a-client-hint"),
    pytest.param(of_header("x", "", asks=True), id="an-empty-value"),
]

UNSAFE_BYTES = [
    *(chr(byte) for byte in range(0x20) if chr(byte) not in "\t\n\r\0"),
    *'"():<>?@[\\]{}\x7f',
]
BYTES = [
    *(
        pytest.param(
            of_header("Accept", f"a{byte}b", asks=True, section=sections.UNSAFE_BYTE), id=f"{ord(byte):02X}-asks"
        )
        for byte in UNSAFE_BYTES
    ),
    *(
        pytest.param(of_header("Accept", f"a{byte}b", asks=False, section=sections.UNSAFE_BYTE), id=f"{ord(byte):02X}")
        for byte in "\t !#$%&'*+,-./;=^_`|~\x80\xff"
    ),
]

TYPES = [
    pytest.param(content_type("text/plain", asks=False), id="text-plain"),
    pytest.param(content_type("multipart/form-data; boundary=x", asks=False), id="multipart"),
    pytest.param(content_type("application/x-www-form-urlencoded", asks=False), id="a-form"),
    pytest.param(content_type("application/json", asks=True), id="JSON"),
    pytest.param(content_type("text/html", asks=True), id="HTML"),
    pytest.param(content_type("TEXT/Plain", asks=False), id="in-any-case"),
    pytest.param(content_type("text/plain;charset=utf-8", asks=False), id="with-a-parameter"),
    pytest.param(content_type("text/plain ; charset=utf-8", asks=False), id="with-a-blank-before-the-semicolon"),
    pytest.param(content_type("text/plain;;;", asks=False), id="with-empty-parameters"),
    pytest.param(content_type("text/plain;garbage", asks=False), id="with-a-parameter-that-is-none"),
    pytest.param(content_type("text/plain;a=\xe9", asks=False), id="with-a-byte-above-7F-in-a-parameter"),
    pytest.param(content_type("text/plain; " + "x" * 116, asks=False), id="of-128-bytes"),
    pytest.param(content_type("text/plain; " + "x" * 117, asks=True), id="of-129-bytes"),
    pytest.param(content_type('text/plain; charset="utf-8"', asks=True), id="with-a-quoted-parameter"),
    pytest.param(content_type("text/plain; (x)", asks=True), id="with-brackets"),
    pytest.param(content_type("text /plain", asks=True), id="with-a-blank-before-the-slash"),
    pytest.param(content_type("text/ plain", asks=True), id="with-a-blank-after-the-slash"),
    pytest.param(content_type("text/plain x", asks=True), id="with-a-blank-in-the-subtype"),
    pytest.param(content_type("text/plain,text/plain", asks=True), id="twice-in-one-line"),
    pytest.param(content_type("text/plain/x", asks=True), id="with-two-slashes"),
    pytest.param(content_type("text", asks=True), id="without-a-slash"),
    pytest.param(content_type("text/", asks=True), id="without-a-subtype"),
    pytest.param(content_type("/plain", asks=True), id="without-a-type"),
    pytest.param(content_type("", asks=True), id="empty"),
    pytest.param(content_type(";text/plain", asks=True), id="a-parameter-first"),
    pytest.param(content_type("text/plain\xe9", asks=True), id="with-a-byte-above-7F-in-the-subtype"),
    pytest.param(content_type("application/csp-report", asks=True), id="an-exception-that-scripts-do-not-have"),
]

RANGES = [
    pytest.param(of_header("Range", "bytes=0-", asks=False, section=sections.RANGE), id="to-the-end"),
    pytest.param(of_header("Range", "bytes=0-0", asks=False, section=sections.RANGE), id="one-byte"),
    pytest.param(of_header("Range", "bytes=5-100", asks=False, section=sections.RANGE), id="from-to"),
    pytest.param(of_header("Range", "bytes=100-5", asks=True, section=sections.RANGE), id="backwards"),
    pytest.param(of_header("Range", "bytes=-5", asks=True, section=sections.RANGE), id="the-last-bytes"),
    pytest.param(of_header("Range", "bytes=-", asks=True, section=sections.RANGE), id="nothing"),
    pytest.param(of_header("Range", "bytes 0-5", asks=True, section=sections.RANGE), id="without-an-equals-sign"),
    pytest.param(of_header("Range", "bytes= 0-5", asks=True, section=sections.RANGE), id="with-a-blank"),
    pytest.param(of_header("Range", "bytes=0-5,7-9", asks=True, section=sections.RANGE), id="two-ranges"),
    pytest.param(of_header("Range", "Bytes=0-5", asks=True, section=sections.RANGE), id="in-another-case"),
    pytest.param(of_header("Range", "rows=0-5", asks=True, section=sections.RANGE), id="of-something-else"),
    pytest.param(of_header("Range", "bytes=\xb2-", asks=True, section=sections.RANGE), id="other-digits"),
]

SEVERAL = [
    pytest.param(
        Leave(sections.UNSAFE_NAMES, "PUT", {"X-B": "1", "x-a": "2", "Accept": "x"}, ("PUT", "x-a,x-b")),
        id="sorted-in-lower-case-and-without-blanks",
    ),
    pytest.param(
        Leave(
            sections.UNSAFE_NAMES,
            "GET",
            {"X-Custom-Test": "", "x-custom-s": "", "X-Custom-U": "", "x-custom-ua": ""},
            ("GET", "x-custom-s,x-custom-test,x-custom-u,x-custom-ua"),
        ),
        id="sorted-by-bytes",
    ),
    pytest.param(Leave(sections.UNSAFE_NAMES, "GET", {"x-a": ["1", "2"]}, ("GET", "x-a")), id="each-name-once"),
    pytest.param(
        Leave(
            sections.UNSAFE_NAMES, "GET", {"Content-Type": ["application/json", "text/plain"]}, ("GET", "content-type")
        ),
        id="one-line-of-two-needs-leave",
    ),
    pytest.param(
        Leave(sections.UNSAFE_NAMES, "GET", {"Content-Type": ["text/plain", "text/plain"]}, None),
        id="each-line-is-safelisted",
    ),
    pytest.param(
        Leave(sections.UNSAFE_NAMES, "GET", {"Accept": [LONG] * 8}, None), id="1024-bytes-of-safelisted-values"
    ),
    pytest.param(
        Leave(
            sections.UNSAFE_NAMES,
            "GET",
            {"Accept": [LONG] * 8, "Content-Language": "a"},
            ("GET", "accept,content-language"),
        ),
        id="1025-bytes-of-safelisted-values",
    ),
    pytest.param(
        Leave(sections.UNSAFE_NAMES, "GET", {"Content-Language": [LONG] * 8}, ("GET", "accept,content-language")),
        id="the-browser's-own-Accept-counts",
    ),
    pytest.param(
        Leave(sections.UNSAFE_NAMES, "GET", {"X-A": "1" * 2000, "Accept": LONG}, ("GET", "x-a")),
        id="what-is-not-safelisted-does-not-count",
    ),
    pytest.param(
        Leave(sections.NORMALIZE_VALUE, "GET", {"Content-Type": " \ttext/plain\r\n"}, None), id="whitespace-goes"
    ),
    pytest.param(
        Leave(sections.NORMALIZE_VALUE, "GET", {"Accept": f" {LONG} "}, None), id="whitespace-goes-before-bytes-count"
    ),
]


@pytest.mark.parametrize("leave", [*METHODS, *HEADERS, *BYTES, *TYPES, *RANGES, *SEVERAL])
def test_a_request_asks_for_leave_or_not(leave: Leave) -> None:
    server = Server()
    fetch(server, leave.method, headers=leave.headers)
    asked = [
        (sent.headers["Access-Control-Request-Method"], sent.headers.get("Access-Control-Request-Headers"))
        for sent in server.preflights
    ]
    assert asked == ([leave.asks] if leave.asks else []), leave.section


def test_a_preflight_has_these_headers_and_no_others() -> None:
    server = Server()
    fetch(
        server,
        "PUT",
        headers={"X-Api-Key": "secret", "Authorization": "Bearer t", "Accept": "text/html", "Accept-Language": "de"},
        credentials="include",
        body="{}",
    )
    (preflight,) = server.preflights
    assert preflight.headers.lines == (
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "authorization,x-api-key"),
        ("Origin", SITE),
    )
    assert (preflight.method, preflight.body) == ("OPTIONS", b"")


@pytest.mark.parametrize(
    ("method", "origin", "sent"),
    [
        pytest.param("GET", SITE, SITE, id="across-origins"),
        pytest.param("GET", "null", "null", id="from-a-page-without-an-origin"),
        pytest.param("GET", "https://api.example.com", None, id="a-GET-within-an-origin"),
        pytest.param("HEAD", "https://api.example.com", None, id="a-HEAD-within-an-origin"),
        pytest.param("POST", "https://api.example.com", "https://api.example.com", id="a-POST-within-an-origin"),
        pytest.param("PUT", "https://api.example.com", "https://api.example.com", id="a-PUT-within-an-origin"),
    ],
)
def test_the_origin_is_sent(method: str, origin: str, sent: str | None) -> None:
    server = Server()
    fetch(server, method, origin=origin)
    assert server.requests[0].headers.get("Origin") == sent


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        pytest.param({}, "*/*", id="the-browser's-own"),
        pytest.param({"accept": "text/html"}, "text/html", id="the-page's"),
    ],
)
def test_a_request_says_what_it_accepts(given: dict[str, str], sent: str) -> None:
    server = Server()
    fetch(server, headers=given)
    assert server.requests[0].headers.all("Accept") == (sent,)


FORBIDDEN = [
    *["Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method"],
    *["Connection", "Content-Length", "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin"],
    *["Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via"],
    *["Proxy-Authorization", "proxy-", "Sec-Fetch-Mode", "SEC-X"],
]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_header_is_left_out(name: str) -> None:
    server = Server()
    verdict = fetch(server, headers={name: "forbidden value", "Accept": "x"})
    assert "forbidden value" not in dict(server.requests[0].headers).values()
    assert verdict.allowed
    assert not server.preflights
    assert any(f"the header {name}," in note for note in verdict.notes), sections.FORBIDDEN_HEADER


@pytest.mark.parametrize("name", ["X-HTTP-Method", "x-http-method-override", "X-Method-Override"])
@pytest.mark.parametrize(
    ("value", "forbidden"),
    [
        pytest.param("TRACE", True, id="TRACE"),
        pytest.param("track", True, id="in-any-case"),
        pytest.param("GET, Connect", True, id="one-of-several"),
        pytest.param("\tTRACE ,GET", True, id="between-blanks"),
        pytest.param("PUT", False, id="PUT"),
        pytest.param("", False, id="nothing"),
        pytest.param('"TRACE"', False, id="in-quotes"),
        pytest.param('"a,TRACE', False, id="within-an-open-quote"),
        pytest.param('"a\\",",TRACE', True, id="after-a-quote-with-an-escaped-quote"),
        pytest.param("TRACES", False, id="a-longer-word"),
    ],
)
def test_a_header_that_smuggles_a_method_is_left_out(name: str, value: str, forbidden: bool) -> None:
    server = Server()
    fetch(server, headers={name: value})
    assert bool(server.preflights) is not forbidden, sections.FORBIDDEN_HEADER


def test_a_header_keeps_its_first_spelling() -> None:
    server = Server()
    fetch(server, url="https://app.example.com/", headers=[("X-Foo", "1"), ("x-foo", " 2 ")])
    assert server.requests[0].headers.lines[:2] == (("X-Foo", "1"), ("X-Foo", "2"))


def test_headers_may_be_given_as_headers() -> None:
    server = Server()
    fetch(server, headers=Headers({"x-a": "1"}))
    assert server.preflights[0].headers["Access-Control-Request-Headers"] == "x-a"
