"""Redirects: where they lead, what they take away, and where they end."""

from typing import Any, NamedTuple

import pytest

from cors_constructs.simulate import Browser, Outcome, Request, Response

from . import sections
from .scripted import API, OPEN, SITE, Server, allows, fetch, is_preflight

OTHER = "https://other.example.com"


def redirect(status: int, location: str, **headers: str | list[str]) -> Response:
    return Response(status, {**OPEN, "Location": location, **headers})


def follow(
    redirection: Response, *, start: str = f"{API}/users", preflight: Response | None = None, **page: Any
) -> Server:
    """What was sent when the first URL answers with that, and every other one with 200."""
    server = Server(at={start: redirection}, preflight=preflight or allows("*", "*, authorization"))
    fetch(server, url=start, **page)
    return server


class Turn(NamedTuple):
    """A method, the status it is redirected with, and the method that follows."""

    method: str
    status: int
    becomes: str


TURNS = [
    *(Turn("GET", status, "GET") for status in (301, 302, 303, 307, 308)),
    *(Turn("HEAD", status, "HEAD") for status in (301, 302, 303, 307, 308)),
    *(Turn("POST", status, "GET") for status in (301, 302, 303)),
    *(Turn("POST", status, "POST") for status in (307, 308)),
    *(Turn("PUT", status, "PUT") for status in (301, 302, 307, 308)),
    *(Turn("DELETE", status, "DELETE") for status in (301, 302, 307, 308)),
    Turn("PUT", 303, "GET"),
    Turn("DELETE", 303, "GET"),
    Turn("patch", 303, "GET"),
]


@pytest.mark.parametrize(
    "turn", [pytest.param(turn, id=f"{turn.method}-{turn.status}-{turn.becomes}") for turn in TURNS]
)
def test_the_method_after_a_redirect(turn: Turn) -> None:
    server = follow(redirect(turn.status, "/there"), method=turn.method)
    assert server.sent[-1] == f"{turn.becomes} {API}/there", sections.REDIRECT


@pytest.mark.parametrize(
    ("status", "kept"),
    [pytest.param(307, True, id="kept"), pytest.param(303, False, id="gone")],
)
def test_the_body_and_its_headers_after_a_redirect(status: int, kept: bool) -> None:
    page = {
        "Content-Type": "text/plain",
        "Content-Language": "de",
        "Content-Encoding": "x",
        "content-location": "/",
        "X-A": "1",
    }
    server = follow(redirect(status, "/there"), method="POST", body="text", headers=page)
    last = server.requests[-1]
    assert last.body == (b"text" if kept else b""), sections.REDIRECT
    assert {name for name in page if name in last.headers} == (set(page) if kept else {"X-A"})


@pytest.mark.parametrize("status", [300, 304, 305, 306, 200, 201])
def test_other_statuses_are_no_redirects(status: int) -> None:
    server = follow(redirect(status, "/there"))
    assert server.sent == [f"GET {API}/users"]


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        pytest.param("/there", f"{API}/there", id="a-path"),
        pytest.param("there", f"{API}/a/there", id="a-relative-path"),
        pytest.param("../there", f"{API}/there", id="up"),
        pytest.param("../../../there", f"{API}/there", id="up-too-far"),
        pytest.param("./", f"{API}/a/", id="here"),
        pytest.param("..", f"{API}/", id="up-without-a-slash"),
        pytest.param("?b=2", f"{API}/a/users?b=2", id="a-query"),
        pytest.param("#part", f"{API}/a/users?q=1", id="a-fragment"),
        pytest.param("/there#part", f"{API}/there", id="a-path-and-a-fragment"),
        pytest.param("//other.example.com/x", f"{OTHER}/x", id="a-host"),
        pytest.param("https://other.example.com", f"{OTHER}/", id="an-origin"),
        pytest.param("HTTPS://OTHER.example.com:443/x", f"{OTHER}/x", id="a-URL-in-need-of-normalising"),
        pytest.param("https:there", f"{API}/a/there", id="a-scheme-and-a-path"),
        pytest.param("\\there\\now", f"{API}/there/now", id="backslashes"),
        pytest.param(" /there ", f"{API}/there", id="between-blanks"),
        pytest.param("/a b\xe9", f"{API}/a%20b%C3%A9", id="in-need-of-encoding"),
        pytest.param("/%2e%2E/there", f"{API}/there", id="encoded-dots"),
        pytest.param("https://b\xfccher.example/", "https://xn--bcher-kva.example/", id="a-host-beyond-ASCII"),
        pytest.param("http://0x7f.1/", "http://127.0.0.1/", id="a-number-for-a-host"),
        pytest.param("http://[0:0::1]:80/", "http://[::1]/", id="an-IPv6-address"),
        pytest.param("https://@other.example.com/", f"{OTHER}/", id="an-empty-user"),
    ],
)
def test_a_location_leads_somewhere(location: str, leads_to: str) -> None:
    server = follow(redirect(302, location), start=f"{API}/a/users?q=1")
    requests = [request.url for request in server.requests]
    assert requests[:2] == [f"{API}/a/users?q=1", leads_to], sections.REDIRECT


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        pytest.param("http://[x", Outcome.REDIRECT_UNREADABLE, id="no-IPv6-address"),
        pytest.param("https://", Outcome.REDIRECT_UNREADABLE, id="no-host"),
        pytest.param("https://a:99999/", Outcome.REDIRECT_UNREADABLE, id="no-port"),
        pytest.param("https://a b/", Outcome.REDIRECT_UNREADABLE, id="a-blank-in-the-host"),
        pytest.param("https://1.2.3.4.5/", Outcome.REDIRECT_UNREADABLE, id="too-many-numbers"),
        pytest.param("ftp://other.example.com/", Outcome.REDIRECT_SCHEME_NOT_SUPPORTED, id="ftp"),
        pytest.param("data:text/plain,x", Outcome.REDIRECT_SCHEME_NOT_SUPPORTED, id="data"),
        pytest.param("file:///etc/passwd", Outcome.REDIRECT_SCHEME_NOT_SUPPORTED, id="file"),
        pytest.param("javascript:alert(1)", Outcome.REDIRECT_SCHEME_NOT_SUPPORTED, id="javascript"),
        pytest.param(f"https://user@{OTHER[8:]}/", Outcome.REDIRECT_WITH_CREDENTIALS, id="a-user"),
        pytest.param(f"https://:secret@{OTHER[8:]}/", Outcome.REDIRECT_WITH_CREDENTIALS, id="a-password"),
        pytest.param(f"https://user@{API[8:]}/", Outcome.REDIRECT_WITH_CREDENTIALS, id="a-user-at-the-same-host"),
        pytest.param(f"https://user@{SITE[8:]}/", Outcome.REDIRECT_WITH_CREDENTIALS, id="a-user-at-the-page's-host"),
    ],
)
def test_a_location_leads_nowhere(location: str, outcome: Outcome) -> None:
    server = Server(redirect(302, location))
    verdict = fetch(server)
    assert verdict.outcome is outcome, sections.REDIRECT
    assert len(server.requests) == 1


def test_two_locations_are_none() -> None:
    verdict = fetch(Server(Response(302, {**OPEN, "Location": ["/a", "/b"]})))
    assert verdict.outcome is Outcome.REDIRECT_UNREADABLE, sections.LIST_VALUES


def test_a_redirect_without_location_is_the_response() -> None:
    verdict = fetch(Server(Response(302, OPEN)))
    assert verdict.allowed, sections.REDIRECT


def test_twenty_redirects_are_followed() -> None:
    chain = {f"{API}/{step}": redirect(302, f"/{step + 1}") for step in range(21)}
    assert fetch(Server(at={url: chain[url] for url in list(chain)[1:]}), url=f"{API}/1").allowed, sections.REDIRECT
    server = Server(at=chain)
    verdict = fetch(server, url=f"{API}/0")
    assert verdict.outcome is Outcome.TOO_MANY_REDIRECTS
    assert len(server.requests) == 21


class Hops(NamedTuple):
    """A page, the origins that a request is sent to in turn, and the Origin header that each is sent."""

    section: str
    page: str
    urls: tuple[str, ...]
    origins: tuple[str | None, ...]


HOPS = [
    pytest.param(Hops(sections.TAINT, SITE, (API, API), (SITE, SITE)), id="within-the-API"),
    pytest.param(Hops(sections.TAINT, SITE, (API, OTHER), (SITE, "null")), id="to-another"),
    pytest.param(
        Hops(sections.TAINT, SITE, (API, OTHER, OTHER), (SITE, "null", "null")), id="to-another-and-within-it"
    ),
    pytest.param(Hops(sections.TAINT, SITE, (API, SITE), (SITE, "null")), id="back-to-the-page's"),
    pytest.param(Hops(sections.TAINT, SITE, (SITE, API), (None, SITE)), id="from-the-page's"),
    pytest.param(Hops(sections.TAINT, SITE, (SITE, SITE, API), (None, None, SITE)), id="from-the-page's-later"),
    pytest.param(Hops(sections.TAINT, SITE, (SITE, API, OTHER), (None, SITE, "null")), id="from-the-page's-and-on"),
    pytest.param(Hops(sections.TAINT, SITE, (SITE, API, SITE), (None, SITE, "null")), id="there-and-back"),
    pytest.param(
        Hops(sections.TAINT, SITE, (SITE, API, API), (None, SITE, SITE)), id="from-the-page's-and-within-the-API"
    ),
    pytest.param(Hops(sections.TAINT, SITE, (API, "http://api.example.com"), (SITE, "null")), id="to-another-scheme"),
    pytest.param(Hops(sections.TAINT, SITE, (API, f"{API}:8443"), (SITE, "null")), id="to-another-port"),
    pytest.param(Hops(sections.TAINT, SITE, (API, f"{API}:443"), (SITE, SITE)), id="to-the-same-port-said-aloud"),
    pytest.param(Hops(sections.TAINT, "null", (API, API), ("null", "null")), id="from-a-page-without-an-origin"),
]


@pytest.mark.parametrize("hops", HOPS)
def test_the_origin_after_redirects(hops: Hops) -> None:
    urls = [f"{origin}/{step}" for step, origin in enumerate(hops.urls)]
    sent = [url.replace(":443/", "/") for url in urls]
    at = {here: redirect(302, there) for here, there in zip(sent, urls[1:], strict=False)}
    server = Server(at=at)
    fetch(server, url=urls[0], origin=hops.page)
    assert [request.url for request in server.requests] == sent
    assert [request.headers.get("Origin") for request in server.requests] == list(hops.origins), hops.section


def test_a_response_of_the_pages_own_origin_needs_leave_after_a_strange_one() -> None:
    server = Server(Response(200), at={f"{API}/users": redirect(302, f"{SITE}/")})
    verdict = fetch(server)
    assert verdict.outcome is Outcome.ORIGIN_MISSING, sections.MAIN_FETCH
    allowing = Server(Response(200, {"Access-Control-Allow-Origin": "null"}), at=server.at)
    assert fetch(allowing).outcome is Outcome.ALLOWED


def test_a_redirect_itself_must_allow_the_origin() -> None:
    verdict = fetch(Server(Response(302, {"Location": "/there"})))
    assert verdict.outcome is Outcome.ORIGIN_MISSING, sections.HTTP_FETCH


def test_a_redirect_within_the_pages_origin_needs_no_leave() -> None:
    server = Server(Response(200), at={f"{SITE}/": Response(302, {"Location": "/there"})})
    assert fetch(server, "PUT", url=f"{SITE}/").outcome is Outcome.SAME_ORIGIN
    assert not server.preflights


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        pytest.param("/there", True, id="within-the-origin"),
        pytest.param(f"{OTHER}/", False, id="to-another"),
        pytest.param("http://api.example.com/", False, id="to-another-scheme"),
    ],
)
def test_authorization_stays_within_an_origin(location: str, kept: bool) -> None:
    server = follow(redirect(307, location), headers={"Authorization": "Bearer t", "X-Api-Key": "k"})
    last = server.requests[-1]
    assert ("Authorization" in last.headers) is kept, sections.REDIRECT
    assert last.headers["X-Api-Key"] == "k", "other headers go wherever the redirect leads"


def test_each_hop_has_a_preflight_of_its_own() -> None:
    server = follow(redirect(307, f"{OTHER}/there"), method="PUT")
    assert server.sent == [
        f"OPTIONS {API}/users",
        f"PUT {API}/users",
        f"OPTIONS {OTHER}/there",
        f"PUT {OTHER}/there",
    ], sections.HTTP_FETCH
    assert server.preflights[1].headers["Origin"] == "null"


def test_a_hop_whose_preflight_fails_is_the_last() -> None:
    def transport(request: Request) -> Response:
        if is_preflight(request):
            return allows("PUT") if request.url.startswith(API) else Response(403)
        return redirect(307, f"{OTHER}/there")

    verdict = Browser(transport).fetch("PUT", f"{API}/users", origin=SITE)
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISSING
    assert f"at '{OTHER}/there' (redirected from '{API}/users') from origin '{SITE}'" in verdict.console
    assert "has made the page's origin null" in verdict.reason


def test_a_redirect_from_the_pages_origin_may_begin_to_need_leave() -> None:
    server = Server(preflight=allows("PUT"), at={f"{SITE}/": redirect(307, f"{API}/users")})
    assert fetch(server, "PUT", url=f"{SITE}/").allowed
    assert server.sent == [f"PUT {SITE}/", f"OPTIONS {API}/users", f"PUT {API}/users"]


def test_a_GET_after_a_POST_needs_no_leave_for_its_content_type() -> None:  # noqa: N802 - the method's name
    server = follow(redirect(303, "/there"), method="POST", headers={"Content-Type": "application/json"}, body="{}")
    assert server.sent == [f"OPTIONS {API}/users", f"POST {API}/users", f"GET {API}/there"]


@pytest.mark.parametrize(
    ("location", "url", "origin"),
    [
        pytest.param("there", "/a/there", SITE, id="a-relative-one"),
        pytest.param("/there?x", "/there?x", SITE, id="a-path"),
        pytest.param(f"{OTHER}/", f"{OTHER}/", "null", id="a-whole-URL"),
        pytest.param("//other.example.com/x", f"{OTHER}/x", "null", id="a-host"),
    ],
)
def test_a_path_is_redirected(location: str, url: str, origin: str) -> None:
    server = Server(at={"/a/users": redirect(302, location)})
    verdict = fetch(server, url="/a/users")
    assert verdict.allowed
    assert (server.requests[-1].url, server.requests[-1].headers["Origin"]) == (url, origin)
    assert any("own origin is not known" in note for note in verdict.notes) is (origin == "null")
