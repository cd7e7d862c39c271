"""Which responses a page reads, and what of them."""

from typing import Any

import pytest

from cors_constructs.simulate import Outcome, Response

from . import sections
from .exchange import ALLOW_CREDENTIALS, ALLOW_ORIGIN, WITH_CREDENTIALS, Exchange, check, of_response
from .scripted import OPEN, SITE, Server, fetch

ORIGINS = [
    pytest.param(of_response(sections.CORS_CHECK, "*", Outcome.ALLOWED), id="response-for-any"),
    pytest.param(of_response(sections.CORS_CHECK, SITE, Outcome.ALLOWED), id="response-for-the-page's"),
    pytest.param(of_response(sections.CORS_CHECK, f" {SITE}\t", Outcome.ALLOWED), id="response-between-blanks"),
    pytest.param(of_response(sections.CORS_CHECK, None, Outcome.ORIGIN_MISSING), id="response-for-none"),
    pytest.param(of_response(sections.CORS_CHECK, "", Outcome.ORIGIN_MISMATCH), id="response-empty"),
    *(
        pytest.param(of_response(sections.CORS_CHECK, value, Outcome.ORIGIN_MISMATCH), id=f"mismatch-{value!r}")
        for value in (
            *(
                f"{SITE}/",
                f"{SITE}:443",
                SITE.upper(),
                "https://APP.example.com",
                "http://app.example.com",
                "app.example.com",
            ),
            *(
                "https://example.com",
                "https://*.example.com",
                "*.example.com",
                "https://app.example.com.evil.example",
                "null",
            ),
            *(
                "//app.example.com",
                "**",
                "'*'",
                '"*"',
                "\x0b*",
                "*\xa0",
                "https://app.example.co",
                "https://evil.example",
                "?",
            ),
        )
    ),
    *(
        pytest.param(of_response(sections.CORS_CHECK, value, Outcome.ORIGIN_SEVERAL), id=f"several-{value!r}")
        for value in (
            *(
                f"{SITE}, {SITE}",
                f"{SITE},https://b.example",
                f"https://b.example, {SITE}",
                f"{SITE} https://b.example",
            ),
            *("*, *", f"*, {SITE}", ",*", "* ,", [SITE, SITE], ["*", "*"], [SITE, "*"], ["*", ""], ["", SITE]),
        )
    ),
    pytest.param(of_response(sections.CORS_CHECK, "null", Outcome.ALLOWED, origin="null"), id="null-for-null"),
    pytest.param(of_response(sections.CORS_CHECK, "*", Outcome.ALLOWED, origin="null"), id="any-for-null"),
    pytest.param(of_response(sections.CORS_CHECK, "Null", Outcome.ORIGIN_MISMATCH, origin="null"), id="Null-for-null"),
    pytest.param(of_response(sections.CORS_CHECK, SITE, Outcome.ORIGIN_MISMATCH, origin="null"), id="another-for-null"),
]

WITH_LEAVE: list[tuple[str, dict[str, str | list[str]], Outcome]] = [
    ("and-any-origin", {ALLOW_ORIGIN: "*"}, Outcome.ORIGIN_WILDCARD),
    ("and-any-origin-with-leave", {ALLOW_ORIGIN: "*", ALLOW_CREDENTIALS: "true"}, Outcome.ORIGIN_WILDCARD),
    ("and-the-origin-with-leave", {ALLOW_ORIGIN: SITE, ALLOW_CREDENTIALS: "true"}, Outcome.ALLOWED),
    ("between-blanks", {ALLOW_ORIGIN: SITE, ALLOW_CREDENTIALS: " true\t"}, Outcome.ALLOWED),
    ("and-the-origin-alone", {ALLOW_ORIGIN: SITE}, Outcome.CREDENTIALS_NOT_ALLOWED),
    (
        "and-another-origin",
        {ALLOW_ORIGIN: "https://b.example", ALLOW_CREDENTIALS: "true"},
        Outcome.ORIGIN_MISMATCH,
    ),
    *(
        (f"with-{value!r}", {ALLOW_ORIGIN: SITE, ALLOW_CREDENTIALS: value}, Outcome.CREDENTIALS_NOT_ALLOWED)
        for value in (
            *(
                "True",
                "TRUE",
                "tRuE",
                "false",
                "",
                "1",
                "yes",
                '"true"',
                "true,",
                "true, true",
                "true\x0b",
                "null",
            ),
            ["true", "true"],
        )
    ),
]
CREDENTIALS = [
    pytest.param(
        Exchange(
            sections.CREDENTIALS,
            {"credentials": "omit"},
            None,
            Response(200, {ALLOW_ORIGIN: "*", ALLOW_CREDENTIALS: "no"}),
            Outcome.ALLOWED,
        ),
        id="allow-credentials-is-ignored-without-credentials",
    ),
    *(
        pytest.param(
            Exchange(sections.CREDENTIALS, WITH_CREDENTIALS, None, Response(200, headers), outcome),
            id=f"credentials-{name}",
        )
        for name, headers, outcome in WITH_LEAVE
    ),
]


@pytest.mark.parametrize("exchange", [*ORIGINS, *CREDENTIALS])
def test_a_response_is_read_or_not(exchange: Exchange) -> None:
    check(exchange)


@pytest.mark.parametrize("status", [200, 201, 204, 300, 304, 400, 401, 403, 404, 429, 500, 502, 504, 599, 600, 999])
def test_the_response_may_have_any_status(status: int) -> None:
    verdict = fetch(Server(Response(status, OPEN)))
    assert verdict.allowed, sections.HTTP_FETCH


@pytest.mark.parametrize("status", [0, 100, 101, 103, 407, 1000])
def test_a_response_that_no_server_sends_is_a_network_error(status: int) -> None:
    verdict = fetch(Server(Response(status, OPEN)))
    assert verdict.outcome is Outcome.NETWORK_ERROR, sections.NETWORK


@pytest.mark.parametrize("bad", ["a\rb", "a\nb", "a\0b"])
def test_a_line_break_in_any_header_is_a_network_error(bad: str) -> None:
    verdict = fetch(Server(Response(200, {**OPEN, "x-a": bad})))
    assert verdict.outcome is Outcome.NETWORK_ERROR, sections.HEADER
    assert "x-a" in verdict.reason


RESPONSE_HEADERS: dict[str, str | list[str]] = {
    "Cache-Control": "1",
    "Content-Language": "2",
    "Content-Length": "3",
    "Content-Type": "4",
    "Expires": "5",
    "Last-Modified": "6",
    "Pragma": "7",
    "ETag": "8",
    "X-One": ["9", "10"],
    "Set-Cookie": "a=b",
    "Set-Cookie2": "c=d",
    "*": "11",
    ALLOW_ORIGIN: SITE,
    ALLOW_CREDENTIALS: "true",
}
ALWAYS = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
CORS = {"access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers"}
EVERYTHING = {*ALWAYS, *CORS, "etag", "x-one", "*"}


@pytest.mark.parametrize(
    ("expose", "page", "readable"),
    [
        pytest.param([], {}, ALWAYS, id="nothing"),
        pytest.param(["ETag"], {}, {*ALWAYS, "etag"}, id="a-name"),
        pytest.param(["etag,X-ONE"], {}, {*ALWAYS, "etag", "x-one"}, id="names-in-any-case"),
        pytest.param(["etag", "x-one"], {}, {*ALWAYS, "etag", "x-one"}, id="names-on-lines"),
        pytest.param(["etag", "x one"], {}, ALWAYS, id="a-line-that-is-no-list"),
        pytest.param([""], {}, ALWAYS, id="an-empty-list"),
        pytest.param(["set-cookie, set-cookie2"], {}, ALWAYS, id="cookies-never"),
        pytest.param(["*"], {}, EVERYTHING, id="all"),
        pytest.param(["x-one, *"], {}, EVERYTHING, id="all-among-others"),
        pytest.param(["*"], {"credentials": "omit"}, EVERYTHING, id="all-without-credentials"),
        pytest.param(["*"], WITH_CREDENTIALS, {*ALWAYS, "*"}, id="with-credentials-*-is-a-name"),
        pytest.param(["etag"], WITH_CREDENTIALS, {*ALWAYS, "etag"}, id="a-name-with-credentials"),
        pytest.param(["content-type"], {}, ALWAYS, id="a-name-that-is-readable-anyway"),
        pytest.param(
            [], {"url": f"{SITE}/"}, {*EVERYTHING} - {"access-control-expose-headers"}, id="all-within-an-origin"
        ),
    ],
)
def test_the_script_reads_headers(expose: list[str], page: dict[str, Any], readable: set[str]) -> None:
    response = Response(200, {**RESPONSE_HEADERS, "Access-Control-Expose-Headers": expose})
    verdict = fetch(Server(response), **page)
    assert set(verdict.readable_headers) == readable, sections.EXPOSED
    assert all(verdict.readable_headers[name] == response.headers[name] for name in readable)
    assert verdict.response is response
