"""Each check of a fetch's answers, by itself: they agree with the verdict, and say what else is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate import Browser, Headers, Outcome, Request, Response, Verdict
from cors_constructs.simulate.browser.checks import checks_of

from .scripted import API, SITE, is_preflight
from .test_any_exchange import FAIR_RESPONSES, HOSTILE_PAGES, HOSTILE_RESPONSES, PAGES, answers, fetch

STANDARD = "https://fetch.spec.whatwg.org/"


def told(verdict: Verdict, *, include: bool = False) -> list[tuple[str, bool]]:
    return [(check.what, check.passes) for _, checks in checks_of(verdict, include=include) for check in checks]


def fetched(transport: Callable[[Request], Response], method: str = "PUT", **page: Any) -> Verdict:
    return Browser(transport).fetch(method, f"{API}/users", origin=SITE, **page)


@given(PAGES, FAIR_RESPONSES | HOSTILE_RESPONSES, FAIR_RESPONSES | HOSTILE_RESPONSES)
def test_all_checks_pass_just_where_the_fetch_is_allowed(
    page: dict[str, Any], preflight: Response, response: Response
) -> None:
    verdict = fetch(answers(preflight, response), page)
    checks = [check for _, its in checks_of(verdict, include=page["credentials"] == "include") for check in its]
    assert all(check.passes for check in checks) is verdict.allowed
    assert verdict.allowed or verdict.outcome.section in {check.source for check in checks if not check.passes}


@given(HOSTILE_PAGES, st.lists(HOSTILE_RESPONSES, min_size=1, max_size=5))
def test_whatever_comes_each_exchange_has_its_checks_and_only_the_last_fails(
    page: dict[str, Any], responses: list[Response]
) -> None:
    turn = iter(range(10_000))
    verdict = fetch(lambda _: responses[next(turn) % len(responses)], page)
    all_checks = checks_of(verdict, include=page["credentials"] == "include")
    assert [exchange for exchange, _ in all_checks] == list(verdict.exchanges)
    for _, checks in all_checks[:-1]:
        assert checks
        assert all(check.passes for check in checks)
    for _, checks in all_checks:
        assert all(check.said and check.source.startswith(STANDARD) for check in checks)


def test_what_is_wrong_beside_what_decided_is_told_as_well() -> None:
    verdict = fetched(lambda _: Response(403, {}), headers={"x-api-key": "k"}, credentials="include")
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISSING
    assert told(verdict, include=True) == [
        ("Access-Control-Allow-Origin", False),
        ("Access-Control-Allow-Credentials", False),
        ("Status", False),
        ("Access-Control-Allow-Methods", False),
        ("Access-Control-Allow-Headers", False),
    ]
    ((_, checks),) = checks_of(verdict, include=True)
    assert checks[3].said == (
        "the preflight's answer does not allow the method PUT: have Access-Control-Allow-Methods list PUT"
    )
    assert checks[4].said.endswith("have Access-Control-Allow-Headers list x-api-key")


def test_what_passes_says_why() -> None:
    allowed = Headers(
        {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "PUT",
            "Access-Control-Allow-Headers": "x-api-key, x-two",
        }
    )
    preflight, request = checks_of(fetched(lambda _: Response(200, allowed), headers={"x-api-key": "k"}), include=False)
    assert [check.said for check in preflight[1]] == [
        "it allows *",
        "200 is ok",
        "it allows PUT",
        "it allows x-api-key",
    ]
    assert [check.said for check in request[1]] == ["it allows *"]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Response(307, {"Location": "/there"}), "Status"),
        (Response(99, {}), "Answer"),
    ],
    ids=["redirected", "no HTTP"],
)
def test_where_nothing_else_counts_nothing_else_is_told(answer: Response, what: str) -> None:
    assert told(fetched(lambda _: answer)) == [(what, False)]


def test_a_page_of_the_same_origin_needs_no_leave() -> None:
    verdict = Browser(lambda _: Response(200)).fetch("PUT", f"{SITE}/users", origin=SITE)
    assert told(verdict) == [("Origin", True)]


def test_a_redirect_that_leads_nowhere_fails_by_itself() -> None:
    moved = Response(302, {"Location": "http://[x", "Access-Control-Allow-Origin": "*"})
    verdict = fetched(lambda request: Response(204, _LEAVE) if is_preflight(request) else moved)
    assert verdict.outcome is Outcome.REDIRECT_UNREADABLE
    assert told(verdict)[-2:] == [("Access-Control-Allow-Origin", True), ("Redirect", False)]


_LEAVE = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}


@pytest.mark.parametrize("outcome", list(Outcome), ids=lambda outcome: outcome.name)
def test_each_outcome_names_a_section_of_the_standard(outcome: Outcome) -> None:
    assert outcome.section.startswith(f"{STANDARD}#")
    assert outcome.section.removeprefix(f"{STANDARD}#").replace("-", "").isalnum()


@given(HOSTILE_PAGES, HOSTILE_RESPONSES, HOSTILE_RESPONSES)
def test_a_reason_begins_with_its_summary_and_holds_its_advice(
    page: dict[str, Any], preflight: Response, response: Response
) -> None:
    verdict = fetch(answers(preflight, response), page)
    assert verdict.summary
    advised = f"{verdict.summary}: {verdict.advice}" if verdict.advice else verdict.summary
    assert verdict.reason.startswith(advised)
