"""Verdicts: what they say, and how they look where a test fails."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from cors_constructs.simulate import Browser, Outcome, Request, Response, Verdict
from cors_constructs.simulate.browser.browser import recent
from cors_constructs.simulate.browser.checks import checks_of

from .scripted import API, OPEN, SITE, Server, allows, fetch

BLOCKED_BY = f"Access to fetch at '{API}/users' from origin '{SITE}' has been blocked by CORS policy: "
PREFLIGHT = f"{BLOCKED_BY}Response to preflight request doesn't pass access control check: "
HINT = " Have the server send the header with a valid value."
IF_STRANGER = (
    f"that is right if {SITE} is a stranger; to let it in, list it among the origins of the API's policy "
    "(allow_origins)"
)
WITH_CREDENTIALS: dict[str, Any] = {"credentials": "include"}
PUT: dict[str, Any] = {"method": "PUT"}
WRITE_IT = (
    "write {} in the page, since methods are case-sensitive, and browsers put only DELETE, GET, HEAD, OPTIONS, POST, "
    "PUT in upper case by themselves"
)


def answering(status: int = 200, **headers: str | list[str]) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("server", "page", "console", "reason"),
    [
        pytest.param(
            Server(Response(500)),
            {},
            f"{BLOCKED_BY}No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            f"the response (500) has no Access-Control-Allow-Origin: have GET answered with "
            f"Access-Control-Allow-Origin: "
            f"{SITE}, errors too",
            id="no-origin",
        ),
        pytest.param(
            Server(answering(Access_Control_Allow_Origin=[SITE, "*"])),
            {},
            f"{BLOCKED_BY}The 'Access-Control-Allow-Origin' header contains multiple values '{SITE}, *', but only "
            f"one is "
            f"allowed.{HINT}",
            f"the response has '{SITE}, *' for Access-Control-Allow-Origin, which holds one origin only, and one "
            f"time: have "
            f"the server choose {SITE}, and see that no two places add the header",
            id="several-origins",
        ),
        pytest.param(
            Server(answering(Access_Control_Allow_Origin="https://b.example")),
            {},
            f"{BLOCKED_BY}The 'Access-Control-Allow-Origin' header has a value 'https://b.example' that is not equal "
            f"to the "
            f"supplied origin.{HINT}",
            f"the response allows the origin 'https://b.example', and the page's is '{SITE}': {IF_STRANGER}",
            id="another-origin",
        ),
        pytest.param(
            Server(answering(Access_Control_Allow_Origin=f"{SITE}/")),
            {},
            f"{BLOCKED_BY}The 'Access-Control-Allow-Origin' header has a value '{SITE}/' that is not equal to the "
            f"supplied "
            f"origin.{HINT}",
            f"the response allows the origin '{SITE}/', and the page's is '{SITE}': they must be the same, letter by "
            "letter; an origin is in lower case and has no slash at its end",
            id="a-slash",
        ),
        pytest.param(
            Server(answering(Access_Control_Allow_Origin="*.example.com")),
            {},
            f"{BLOCKED_BY}The 'Access-Control-Allow-Origin' header contains the invalid value '*.example.com'.{HINT}",
            f"the response allows the origin '*.example.com', and the page's is '{SITE}': they must be the same, "
            f"letter by "
            "letter",
            id="a-pattern",
        ),
        pytest.param(
            Server(Response(200, OPEN)),
            WITH_CREDENTIALS,
            f"{BLOCKED_BY}The value of the 'Access-Control-Allow-Origin' header in the response must not be the "
            f"wildcard '*' "
            "when the request's credentials mode is 'include'.",
            f"the response allows any origin (*), which is not enough for credentials: 'include': have the server "
            f"answer "
            f"{SITE}, or fetch without credentials",
            id="any-origin",
        ),
        pytest.param(
            Server(answering(Access_Control_Allow_Origin=SITE, Access_Control_Allow_Credentials="True")),
            WITH_CREDENTIALS,
            f"{BLOCKED_BY}The value of the 'Access-Control-Allow-Credentials' header in the response is 'True' which "
            f"must be "
            "'true' when the request's credentials mode is 'include'.",
            "the page sends credentials, and the response has 'True' for Access-Control-Allow-Credentials: have it "
            "answer "
            "true, in lower case, or fetch without credentials",
            id="credentials",
        ),
        pytest.param(
            Server(preflight=Response(403)),
            PUT,
            f"{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            f"the preflight was answered 403 without Access-Control-Allow-Origin: have OPTIONS answered with "
            f"Access-Control-Allow-Origin: {SITE}; no preflight carries a key or credentials, so OPTIONS must ask "
            f"for none",
            id="a-preflight-of-403",
        ),
        pytest.param(
            Server(preflight=Response(403, why="OPTIONS /users asks for an API key (INVALID_API_KEY)")),
            PUT,
            f"{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            f"the preflight was answered 403 without Access-Control-Allow-Origin: have OPTIONS answered with "
            f"Access-Control-Allow-Origin: {SITE}; why it was answered so: OPTIONS /users asks for an API key "
            "(INVALID_API_KEY)",
            id="a-preflight-of-a-gateway",
        ),
        pytest.param(
            Server(preflight=answering(405, Access_Control_Allow_Origin="*")),
            PUT,
            f"{PREFLIGHT}It does not have HTTP ok status.",
            "the preflight was answered with status 405, and only 200 to 299 will do: have OPTIONS answered by itself, "
            "without keys and without authorization, which no preflight carries",
            id="a-status",
        ),
        pytest.param(
            Server(preflight=answering(301, Access_Control_Allow_Origin="*", Location="/users/")),
            PUT,
            f"{PREFLIGHT}Redirect is not allowed for a preflight request.",
            "the preflight was answered by a redirect (301), which browsers do not follow: fetch the URL that it "
            "leads to, "
            "or have OPTIONS answered where it is sent",
            id="a-redirect",
        ),
        pytest.param(
            Server(preflight=allows("GET")),
            PUT,
            f"{BLOCKED_BY}Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
            "the preflight's answer does not allow the method PUT: have Access-Control-Allow-Methods list PUT",
            id="a-method",
        ),
        pytest.param(
            Server(preflight=allows("PATCH")),
            {"method": "patch"},
            f"{BLOCKED_BY}Method patch is not allowed by Access-Control-Allow-Methods in preflight response.",
            f"the preflight's answer does not allow the method patch: {WRITE_IT.format('PATCH')}",
            id="a-method-in-lower-case",
        ),
        pytest.param(
            Server(preflight=allows("PUT")),
            {"method": "Purge"},
            f"{BLOCKED_BY}Method Purge is not allowed by Access-Control-Allow-Methods in preflight response.",
            f"the preflight's answer does not allow the method Purge: {WRITE_IT.format('PURGE')}; and have "
            "Access-Control-Allow-Methods list PURGE",
            id="a-method-in-lower-case-that-is-not-listed-in-upper-case-either",
        ),
        pytest.param(
            Server(preflight=attrs.evolve(allows("PATCH"), why="a mock answered")),
            {"method": "patch"},
            f"{BLOCKED_BY}Method patch is not allowed by Access-Control-Allow-Methods in preflight response.",
            f"the preflight's answer does not allow the method patch: {WRITE_IT.format('PATCH')}; why it was answered "
            "so: a mock answered",
            id="a-method-in-lower-case-to-a-gateway",
        ),
        pytest.param(
            Server(preflight=allows("PUT GET")),
            PUT,
            f"{BLOCKED_BY}Cannot parse Access-Control-Allow-Methods response header field in preflight response.",
            "the preflight's answer has 'PUT GET' for Access-Control-Allow-Methods, which is no list of methods "
            "between "
            "commas",
            id="no-list-of-methods",
        ),
        pytest.param(
            Server(preflight=allows(None, "a b")),
            {"headers": {"x-a": "1"}},
            f"{BLOCKED_BY}Cannot parse Access-Control-Allow-Headers response header field in preflight response.",
            "the preflight's answer has 'a b' for Access-Control-Allow-Headers, which is no list of names between "
            "commas",
            id="no-list-of-names",
        ),
        pytest.param(
            Server(preflight=allows(None, "content-type")),
            {"headers": {"X-Api-Key": "k"}},
            f"{BLOCKED_BY}Request header field x-api-key is not allowed by Access-Control-Allow-Headers in preflight "
            "response.",
            "the page sends the header x-api-key, which the preflight's answer does not allow: have "
            "Access-Control-Allow-Headers list x-api-key",
            id="a-header",
        ),
        pytest.param(
            Server(preflight=allows(None, "x-a")),
            {"headers": {"Access-Control-Allow-Origin": "*"}},
            f"{BLOCKED_BY}Request header field access-control-allow-origin is not allowed by "
            f"Access-Control-Allow-Headers in "
            "preflight response.",
            "the page sends the header access-control-allow-origin, which the preflight's answer does not allow: have "
            "Access-Control-Allow-Headers list access-control-allow-origin; access-control-allow-origin is a header of "
            "responses, so remove it from the page's code instead",
            id="a-header-of-responses",
        ),
        pytest.param(
            Server(preflight=allows(None, "*")),
            {"headers": {"Authorization": "Bearer t"}},
            "",
            "the page sends Authorization, which * does not cover: have Access-Control-Allow-Headers name "
            "Authorization "
            "beside the *",
            id="Authorization",
        ),
        pytest.param(
            Server(Response(302, {**OPEN, "Location": "https://a:b@c.example/"})),
            {},
            f"{BLOCKED_BY}Redirect location '' contains a username and password, which is disallowed for cross-origin "
            "requests.",
            "a redirect leads to a URL with a user name or password in it, which browsers do not follow across origins",
            id="a-redirect-with-credentials",
        ),
    ],
)
def test_a_failure_is_told(server: Server, page: dict[str, Any], console: str, reason: str) -> None:
    verdict = fetch(server, **{"method": "GET", **page})
    assert verdict.console == console
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("server", "page", "note"),
    [
        pytest.param(Server(), {"headers": {"Host": "x"}}, "no script set the header Host", id="a-dropped-header"),
        pytest.param(
            Server(preflight=allows(None, "*")),
            {"headers": {"Authorization": "x"}},
            "browsers differ: Chrome, Firefox and Safari still let Access-Control-Allow-Headers: * cover Authorization",
            id="Authorization-under-*",
        ),
        pytest.param(
            Server(preflight=allows("PUT", max_age="86400")),
            PUT,
            "86400 is cut to 7200 seconds in Chromium, 600 seconds in WebKit",
            id="a-cut-max-age",
        ),
        pytest.param(
            Server(preflight=allows("PUT", max_age="1e3")),
            PUT,
            "1e3 is no number of seconds",
            id="an-unreadable-max-age",
        ),
        pytest.param(
            Server(preflight=allows("PUT", max_age="1e3")),
            PUT,
            "Firefox differs: it keeps no preflight",
            id="an-unreadable-max-age-in-Firefox",
        ),
        pytest.param(
            Server(preflight=allows("PUT", max_age="-1")),
            PUT,
            "Chromium, Firefox and WebKit differ: they take a negative",
            id="a-negative-max-age",
        ),
        pytest.param(
            Server(preflight=allows(None, "*")),
            {"headers": {"User-Agent": "me"}},
            "Chromium differs: it sends its own User-Agent",
            id="User-Agent",
        ),
        pytest.param(
            Server(preflight=allows(None, "*")),
            {"headers": {"Save-Data": "on"}},
            "Chromium differs: save-data is a header that it adds by itself",
            id="a-client-hint",
        ),
        pytest.param(
            Server(),
            {"headers": {"Content-Type": ["text/plain", "text/plain"]}},
            "Chromium and WebKit differ: they join the lines of a header into one value, and so ask for leave to send "
            "content-type",
            id="joined-lines-that-need-leave",
        ),
        pytest.param(
            Server(preflight=allows(None, "*")),
            {"headers": {"Content-Type": ["text/plain;a", "application/json"]}},
            "Chromium and WebKit differ: they join the lines of a header into one value, and so ask for no leave",
            id="joined-lines-that-need-none",
        ),
        pytest.param(
            Server(Response(302, {**OPEN, "Location": ["/a", "/a"]})),
            {},
            "Chromium and Firefox differ: they follow a redirect whose Location",
            id="the-same-location-twice",
        ),
        pytest.param(
            Server(Response(302, {**OPEN, "Location": ""})),
            {},
            "Chromium and WebKit differ: they follow no redirect with an empty Location",
            id="an-empty-location",
        ),
        pytest.param(
            Server(at={f"{SITE}/": Response(302, {"Location": "https://u@app.example.com/x"})}),
            {"url": f"{SITE}/"},
            "Chromium differs: it follows no redirect to a URL with a user name",
            id="a-user-within-the-page's-origin",
        ),
        pytest.param(
            Server(Response(200), preflight=allows("PUT")),
            PUT,
            "Chromium and WebKit differ: they remember what the preflight allowed",
            id="a-failure-after-the-preflight",
        ),
        pytest.param(Server(), {"url": "http://api.example.com/"}, "as mixed content", id="mixed-content"),
    ],
)
def test_a_difference_is_noted(server: Server, page: dict[str, Any], note: str) -> None:
    verdict = fetch(server, **{"method": "GET", **page})
    assert any(note in each for each in verdict.notes), verdict.notes


@pytest.mark.parametrize(
    "url", ["http://localhost:3000/", "http://127.0.0.1/", "http://[::1]:8080/x", "http://a.localhost/", API, "/"]
)
def test_a_plain_fetch_has_no_notes(url: str) -> None:
    verdict = fetch(
        Server(preflight=allows("PUT", "x-api-key", max_age="600")), "PUT", url=url, headers={"X-Api-Key": "k"}
    )
    assert verdict.allowed
    assert not verdict.notes


@pytest.mark.parametrize(
    ("max_age", "opaque", "headers", "note"),
    [
        pytest.param("60", "null", {}, "keeps no preflight for a page whose origin is null", id="of-an-opaque-page"),
        pytest.param(
            "60", SITE, {"If-None-Match": "x"}, "a preflight before each conditional request", id="conditional"
        ),
    ],
)
def test_chromium_keeps_fewer_preflights(max_age: str, opaque: str, headers: dict[str, str], note: str) -> None:
    browser = Browser(Server(preflight=allows("PUT", "*", max_age=max_age)))
    verdicts = [browser.fetch("PUT", API, origin=opaque, headers=headers) for _ in range(2)]
    assert [any(note in each for each in verdict.notes) for verdict in verdicts] == [False, True]


STORY = f"""\
PUT {API}/users from a page of {SITE} is blocked: METHOD_NOT_ALLOWED

preflight: OPTIONS {API}/users
  > Accept: */*
  > Access-Control-Request-Method: PUT
  > Access-Control-Request-Headers: x-api-key
  > Origin: {SITE}
  < 204
  < Access-Control-Allow-Origin: *
  < Access-Control-Allow-Methods: OPTIONS

console: {BLOCKED_BY}Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.
blocked: the preflight's answer does not allow the method PUT: have Access-Control-Allow-Methods list PUT"""


def test_a_verdict_is_the_whole_conversation() -> None:
    verdict = fetch(Server(preflight=allows("OPTIONS")), "PUT", headers={"X-Api-Key": "k"})
    assert str(verdict) == STORY
    assert repr(verdict) == STORY.replace("\n", "\\n")


def test_an_error_shows_its_body_and_why() -> None:
    verdict = fetch(Server(Response(403, OPEN, b'{"message":"Forbidden"}', why="a key is asked for")))
    assert '  < (23 bytes) {"message":"Forbidden"}\n  why: a key is asked for\n' in str(verdict)


def test_what_is_not_HTTP_is_told() -> None:  # noqa: N802 - a name
    verdict = fetch(Server(Response(200, {**OPEN, "x": "a\nb"})))
    assert "  < x: a\\nb\n  < no HTTP: the answer's header x holds a line break or a NUL\n" in str(verdict)


def test_no_answer_is_told() -> None:
    def transport(_: Request) -> Response:
        raise ConnectionRefusedError("nobody\nlistens")

    assert "\n  < no answer: nobody\\nlistens\n" in str(fetch(transport))


def test_long_values_are_shortened() -> None:
    verdict = fetch(Server(Response(200, {**OPEN, "x": "a" * 100_000})), "POST", body="b" * 100_000)
    assert len(str(verdict)) < 2000
    assert "a" * 60 + "...(99880 more)..." + "a" * 60 in str(verdict)


def test_a_failed_assertion_prints_the_conversation(tmp_path: Path) -> None:
    test = tmp_path / "test_page.py"
    test.write_text(
        "from cors_constructs.simulate import Browser, Response\n"
        "def test_it():\n"
        "    verdict = Browser(lambda request: Response(403)).fetch('PUT', '/users', "
        "origin='https://app.example.com')\n"
        "    assert verdict.allowed, verdict\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-vv",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
    ]
    run = subprocess.run([*command, str(test)], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    lines = [line.removeprefix("E").strip() for line in run.stdout.splitlines() if line.startswith("E")]
    told = [
        "AssertionError: PUT /users from a page of https://app.example.com is blocked: PREFLIGHT_ORIGIN_MISSING",
        "",
        "preflight: OPTIONS /users",
        "> Accept: */*",
        "> Access-Control-Request-Method: PUT",
        "> Origin: https://app.example.com",
        "< 403",
    ]
    assert lines[: len(told)] == told, run.stdout + run.stderr


def test_verdicts_are_values() -> None:
    first, second = (fetch(Server()) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        first.reason = "another"  # type: ignore[misc]


def test_each_outcome_says_something_of_its_own() -> None:
    sentences = [outcome.value for outcome in Outcome]
    assert len(set(sentences)) == len(Outcome)
    assert all("(#" in sentence for sentence in sentences), "each names a section"
    assert {outcome for outcome in Outcome if outcome.allowed} == {Outcome.ALLOWED, Outcome.SAME_ORIGIN}
    assert not any(outcome.in_preflight and outcome.allowed for outcome in Outcome)


def test_a_verdict_within_an_origin() -> None:
    verdict = fetch(Server(Response(200, {"x-a": "1"})), "DELETE", url=f"{SITE}/")
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.console) == (Outcome.SAME_ORIGIN, "")
    assert verdict.readable_headers == {"x-a": "1"}
    assert str(verdict).endswith(
        "allowed: the page and the URL have the same origin, so that no leave is needed, and the page reads 200"
    )


@pytest.mark.parametrize(
    ("response", "end", "reason"),
    [
        pytest.param(
            Response(200, OPEN, why="the backend answered 200"),
            "is allowed, and the page reads 200: ALLOWED",
            "the response allows the page's origin, and the page reads 200",
            id="what-was-asked-for",
        ),
        pytest.param(
            Response(403, OPEN),
            "is allowed, and the page reads 403: ALLOWED",
            "the response allows the page's origin, and the page reads 403",
            id="an-error",
        ),
        pytest.param(
            Response(403, OPEN, why="GET /users asks for an API key (INVALID_API_KEY)"),
            "is allowed, and the page reads 403: ALLOWED",
            "the response allows the page's origin, and the page reads 403; why it was answered so: GET /users asks "
            "for an API key (INVALID_API_KEY)",
            id="an-error-of-a-gateway",
        ),
    ],
)
def test_a_page_that_reads_an_error_is_told_so(response: Response, end: str, reason: str) -> None:
    verdict = fetch(Server(response))
    assert (verdict.outcome, verdict.allowed, verdict.reason) == (Outcome.ALLOWED, True, reason)
    lines = str(verdict).splitlines()
    assert lines[0] == f"GET {API}/users from a page of {SITE} {end}"
    assert lines[-1] == f"allowed: {reason}"


OF_ITS_OWN = "serve the page from an origin of its own, such as https://app.example.com, instead"


@pytest.mark.parametrize(
    ("server", "page"),
    [
        pytest.param(Server(Response(200)), {}, id="no-origin"),
        pytest.param(Server(answering(Access_Control_Allow_Origin=["null", "*"])), {}, id="several-origins"),
        pytest.param(Server(answering(Access_Control_Allow_Origin=SITE)), {}, id="another-origin"),
        pytest.param(Server(Response(200, OPEN)), WITH_CREDENTIALS, id="any-origin"),
        pytest.param(Server(answering(Access_Control_Allow_Origin="null")), WITH_CREDENTIALS, id="credentials"),
        pytest.param(Server(preflight=Response(403, why="it asks for a key")), PUT, id="a-preflight-of-a-gateway"),
        pytest.param(
            Server(preflight=answering(Access_Control_Allow_Origin="null")),
            {**PUT, **WITH_CREDENTIALS},
            id="credentials-of-a-preflight",
        ),
    ],
)
def test_no_server_is_to_give_leave_to_null(server: Server, page: dict[str, Any]) -> None:
    verdict = fetch(server, **{"method": "GET", "origin": "null", **page})
    assert not verdict.allowed
    assert f"give no site leave by the name null, which any site can take; {OF_ITS_OWN}" in verdict.reason
    for advice in ("Allow-Origin: null", "choose null", "answer null", "answer true", "must be the same"):
        assert advice not in verdict.reason


LEAVE = answering(204, Access_Control_Allow_Origin=SITE, Access_Control_Allow_Methods="PUT")


@pytest.mark.parametrize(
    ("server", "page", "advice"),
    [
        pytest.param(Server(preflight=answering(204, Vary="Origin")), PUT, IF_STRANGER, id="one-of-several"),
        pytest.param(Server(preflight=answering(204, Vary="Accept, ORIGIN")), PUT, IF_STRANGER, id="vary-of-several"),
        pytest.param(
            Server(preflight=answering(204, Access_Control_Allow_Origin="https://b.example")),
            PUT,
            IF_STRANGER,
            id="another-alone",
        ),
        pytest.param(Server(answering(404, Vary="Origin")), {}, IF_STRANGER, id="without-preflight"),
        pytest.param(
            Server(preflight=answering(204)),
            PUT,
            f"have OPTIONS answered with Access-Control-Allow-Origin: {SITE}",
            id="nothing-that-is-chosen",
        ),
        pytest.param(
            Server(preflight=answering(403, Vary="Origin")),
            PUT,
            f"have OPTIONS answered with Access-Control-Allow-Origin: {SITE}",
            id="a-preflight-that-is-shut",
        ),
        pytest.param(
            Server(answering(403, Vary="Origin", X_Amzn_ErrorType="ForbiddenException")),
            {},
            f"have GET answered with Access-Control-Allow-Origin: {SITE}, errors too",
            id="what-the-gateway-refuses",
        ),
        pytest.param(
            Server(answering(500, Vary="Origin"), preflight=LEAVE),
            PUT,
            f"have PUT answered with Access-Control-Allow-Origin: {SITE}, errors too",
            id="whom-the-preflight-has-let-in",
        ),
        pytest.param(
            Server(answering(Access_Control_Allow_Origin="https://b.example"), preflight=LEAVE),
            PUT,
            "they must be the same, letter by letter",
            id="another-than-the-preflight-has-let-in",
        ),
        *(
            pytest.param(
                Server(answering(Access_Control_Allow_Origin=written)),
                {},
                "they must be the same, letter by letter",
                id=f"no-origin-{written}",
            )
            for written in (f"{SITE}/", SITE.upper(), "null", "app.example.com", "true")
        ),
    ],
)
def test_whoever_may_be_kept_out_on_purpose_is_told_so_first(server: Server, page: dict[str, Any], advice: str) -> None:
    verdict = fetch(server, **page)
    assert verdict.advice == advice
    assert f": {advice}" in verdict.reason
    failing = [check.said for _, checks in checks_of(verdict, include=False) for check in checks if not check.passes]
    assert failing[0].endswith(advice)


def test_a_preflight_that_is_kept_is_leave_as_well() -> None:
    server = Server(preflight=LEAVE)
    browser = Browser(server)
    assert browser.fetch("PUT", f"{API}/users", origin=SITE).allowed
    server.response = answering(500, Vary="Origin")
    verdict = browser.fetch("PUT", f"{API}/users", origin=SITE)
    assert len(server.preflights) == 1
    assert verdict.advice == f"have PUT answered with Access-Control-Allow-Origin: {SITE}, errors too"


def test_neither_where_a_redirect_has_made_it_of_the_pages_origin() -> None:
    moved = Response(302, {**OPEN, "Location": "https://c.example/"})
    verdict = fetch(Server(at={f"{API}/users": moved, "https://c.example/": Response(200)}))
    assert verdict.reason == (
        "the response (200) has no Access-Control-Allow-Origin: give no site leave by the name null, which any site "
        "can take; have the page fetch the URL that the redirect leads to instead; a redirect to another origin has "
        "made the page's origin null"
    )


def test_the_last_verdicts_are_kept_for_pytest_s_plugin() -> None:
    recent.clear()
    verdicts = [fetch(Server(), url=f"{API}/{number}") for number in range(30)]
    assert list(recent) == verdicts[-20:]
