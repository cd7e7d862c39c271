"""What holds for every exchange, however odd: no crash, no stranger who reads, nothing decided by what is no matter."""

from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate import Browser, Headers, Outcome, Request, Response, Verdict

from .scripted import API, SITE, is_preflight

STRANGER = "https://stranger.example"

CORS_NAMES = st.sampled_from(
    [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Max-Age",
        "Access-Control-Expose-Headers",
        "Location",
        "Set-Cookie",
        "Content-Type",
    ]
)
LIKELY_VALUES = st.sampled_from(
    [
        *["*", SITE, "null", "true", "PUT", "PUT, DELETE", "x-api-key", "x-api-key, authorization", "*, authorization"],
        *["600", "0", "-1", "", f"{SITE}, {SITE}", "/there", STRANGER, "http://[x", "data:,", "https://u@c.example/"],
        *["a b", "\x0b", "a" * 5000],
    ]
)
NASTY = st.text(st.characters(codec="utf-8") | st.characters(max_codepoint=0xFF) | st.just("\ud800"), max_size=30)
HEADER_LINES = st.lists(st.tuples(CORS_NAMES, LIKELY_VALUES) | st.tuples(NASTY, NASTY), max_size=8)
HOSTILE_RESPONSES = st.builds(
    Response,
    st.sampled_from([200, 204, 302, 307, 401, 403, 500]) | st.integers(-10, 10_000),
    HEADER_LINES.map(Headers),
    st.binary(max_size=20),
    why=NASTY,
)


def fair(*origins: str) -> st.SearchStrategy[Response]:
    """Answers that may well pass, so that what follows a preflight is tried as well."""
    lines = st.fixed_dictionaries(
        {"Access-Control-Allow-Origin": st.sampled_from(origins)},
        optional={
            "Access-Control-Allow-Credentials": st.sampled_from(["true", "true", "false"]),
            "Access-Control-Allow-Methods": st.sampled_from(["*", "PUT, DELETE", "PUT", "DELETE,*", "patch"]),
            "Access-Control-Allow-Headers": st.sampled_from(
                ["*", "x-api-key", "authorization,*", "X-Api-Key, Authorization"]
            ),
            "Access-Control-Max-Age": st.sampled_from(["0", "600", "x"]),
            "Access-Control-Expose-Headers": st.sampled_from(["*", "etag", "x-one, etag"]),
            "ETag": st.just("e"),
        },
    )
    return st.builds(Response, st.sampled_from([200, 204, 204, 200, 403]), lines.map(Headers))


FAIR_RESPONSES = fair("*", SITE, SITE, STRANGER)

PAGES = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "POST", "put", "PUT", "DELETE", "patch", "HEAD"]),
        "headers": st.dictionaries(
            st.sampled_from(["X-Api-Key", "Authorization", "Content-Type", "Accept", "Cookie"]),
            st.sampled_from(["k", "application/json", "text/plain"]),
            max_size=3,
        ),
        "credentials": st.sampled_from(["omit", "same-origin", "include"]),
    }
)
HOSTILE_PAGES = st.fixed_dictionaries(
    {
        "method": NASTY | st.sampled_from(["GET", "PUT", "TRACE"]),
        "url": st.sampled_from(["/users", f"{API}/users", f"{SITE}/"])
        | NASTY.map("/".__add__)
        | NASTY.map("https://".__add__),
        "headers": HEADER_LINES,
        "credentials": st.sampled_from(["omit", "same-origin", "include"]),
        "body": st.none() | NASTY | st.binary(max_size=5),
        "origin": st.sampled_from([SITE, "null"]),
    }
)


def answers(preflight: Response, response: Response) -> Callable[[Request], Response]:
    return lambda request: preflight if is_preflight(request) else response


def fetch(transport: Callable[[Request], Response], page: dict[str, Any], *, origin: str = SITE) -> Verdict:
    return Browser(transport).fetch(**{"url": f"{API}/users", "origin": origin, **page})


def gist(verdict: Verdict) -> tuple[Outcome, str, Headers]:
    return verdict.outcome, verdict.reason, verdict.readable_headers


@given(HOSTILE_PAGES, HOSTILE_RESPONSES, HOSTILE_RESPONSES)
def test_whatever_comes_there_is_a_verdict(page: dict[str, Any], preflight: Response, response: Response) -> None:
    verdict = fetch(answers(preflight, response), page)
    assert isinstance(verdict.outcome, Outcome)
    assert verdict.allowed is (verdict.response is not None)
    assert str(verdict).isprintable() or "\n" in str(verdict)
    assert "\n" not in repr(verdict)
    assert verdict.reason
    assert "set-cookie" not in verdict.readable_headers


@given(st.lists(HOSTILE_RESPONSES, min_size=1, max_size=40), HOSTILE_PAGES)
def test_whatever_a_server_says_the_conversation_ends(responses: list[Response], page: dict[str, Any]) -> None:
    turn = iter(range(10_000))
    verdict = fetch(lambda _: responses[next(turn) % len(responses)], page)
    assert len(verdict.exchanges) <= 42, "a request and twenty redirects, each with a preflight"


@given(PAGES, FAIR_RESPONSES, fair(SITE, STRANGER))
def test_a_stranger_never_reads(page: dict[str, Any], preflight: Response, response: Response) -> None:
    verdict = fetch(answers(preflight, response), page, origin="https://app.example.com.evil.example")
    assert not verdict.allowed
    assert verdict.response is None
    assert not verdict.readable_headers


@given(PAGES, FAIR_RESPONSES, FAIR_RESPONSES)
def test_whoever_reads_was_allowed_to(page: dict[str, Any], preflight: Response, response: Response) -> None:
    verdict = fetch(answers(preflight, response), page)
    include = page["credentials"] == "include"
    for exchange in verdict.exchanges if verdict.allowed else ():
        assert exchange.response is not None
        headers = exchange.response.headers
        assert headers["Access-Control-Allow-Origin"] in ({SITE} if include else {SITE, "*"})
        assert not include or headers["Access-Control-Allow-Credentials"] == "true"


@given(PAGES, FAIR_RESPONSES, FAIR_RESPONSES, st.sampled_from(["Origin", "*", "Origin, Accept", ""]))
def test_vary_changes_nothing(page: dict[str, Any], preflight: Response, response: Response, vary: str) -> None:
    def varying(answer: Response) -> Response:
        return attrs.evolve(answer, headers=Headers([*answer.headers.lines, ("Vary", vary)]))

    plain = fetch(answers(preflight, response), page)
    varied = fetch(answers(varying(preflight), varying(response)), page)
    assert (plain.outcome, plain.reason, plain.console) == (varied.outcome, varied.reason, varied.console)


@given(PAGES, FAIR_RESPONSES, FAIR_RESPONSES, st.randoms(use_true_random=False))
def test_the_order_of_header_lines_changes_nothing(
    page: dict[str, Any], preflight: Response, response: Response, random: Any
) -> None:
    def shuffled(answer: Response) -> Response:
        lines = list(answer.headers.lines)
        random.shuffle(lines)
        return attrs.evolve(answer, headers=Headers(lines))

    assert gist(fetch(answers(preflight, response), page)) == gist(
        fetch(answers(shuffled(preflight), shuffled(response)), page)
    )


@given(PAGES, FAIR_RESPONSES, FAIR_RESPONSES)
def test_the_case_of_header_names_changes_nothing(
    page: dict[str, Any], preflight: Response, response: Response
) -> None:
    def shouted(answer: Response) -> Response:
        return attrs.evolve(answer, headers=Headers([(name.upper(), value) for name, value in answer.headers.lines]))

    assert gist(fetch(answers(preflight, response), page)) == gist(
        fetch(answers(shouted(preflight), shouted(response)), page)
    )


@given(st.lists(PAGES, min_size=1, max_size=4), FAIR_RESPONSES, FAIR_RESPONSES)
def test_a_kept_preflight_gives_the_verdict_of_a_new_one(
    pages: list[dict[str, Any]], preflight: Response, response: Response
) -> None:
    transport = answers(preflight, response)
    remembering = Browser(transport, clock=lambda: 0.0)
    for page in pages:
        kept = remembering.fetch(**page, url=f"{API}/users", origin=SITE)
        assert gist(kept) == gist(fetch(transport, page))


@given(PAGES, HOSTILE_RESPONSES, HOSTILE_RESPONSES)
def test_a_request_that_needs_leave_goes_out_only_with_it(
    page: dict[str, Any], preflight: Response, response: Response
) -> None:
    verdict = fetch(answers(preflight, response), page)
    kinds = [exchange.kind for exchange in verdict.exchanges]
    if verdict.outcome.in_preflight:
        assert kinds[-1] == "preflight"
    elif "preflight" in kinds:
        first = verdict.exchanges[kinds.index("preflight")].response
        assert first is not None
        assert 200 <= first.status < 300


@given(PAGES)
def test_nothing_of_the_page_is_in_a_preflight_but_names(page: dict[str, Any]) -> None:
    sent: list[Request] = []

    def transport(request: Request) -> Response:
        sent.append(request)
        return Response(204)

    fetch(transport, page)
    for request in sent:
        if is_preflight(request):
            assert set(request.headers) <= {
                "accept",
                "origin",
                "access-control-request-method",
                "access-control-request-headers",
            }
