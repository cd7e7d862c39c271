"""What web-platform-tests and the standard's own tables say, case by case; see README.md."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from cors_constructs.simulate import Outcome, Response, Verdict

from .scripted import API, SITE, Server, fetch

HERE: Final = Path(__file__).parent

# What our outcomes are in the words of those files. A redirect of a preflight is a status that is not ok to them.
REASONS: Final = {
    Outcome.ALLOWED: "ok",
    Outcome.METHOD_NOT_ALLOWED: "method-not-allowed",
    Outcome.PREFLIGHT_STATUS_NOT_OK: "preflight-status-not-ok",
    Outcome.PREFLIGHT_REDIRECTED: "preflight-status-not-ok",
    **dict.fromkeys((Outcome.ORIGIN_MISSING, Outcome.PREFLIGHT_ORIGIN_MISSING), "acao-missing"),
    **dict.fromkeys((Outcome.ORIGIN_MISMATCH, Outcome.PREFLIGHT_ORIGIN_MISMATCH), "acao-mismatch"),
    **dict.fromkeys((Outcome.ORIGIN_SEVERAL, Outcome.PREFLIGHT_ORIGIN_SEVERAL), "acao-mismatch"),
    **dict.fromkeys((Outcome.ORIGIN_WILDCARD, Outcome.PREFLIGHT_ORIGIN_WILDCARD), "acao-wildcard-with-credentials"),
    **dict.fromkeys((Outcome.CREDENTIALS_NOT_ALLOWED, Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED), "acac-not-true"),
}


def _cases(name: str) -> list[Any]:
    cases = json.loads((HERE / name).read_text())
    return [pytest.param(case, id=case["id"]) for case in cases]


def _answer(answer: dict[str, Any] | None) -> Response | None:
    return Response(answer["status"], answer["headers"]) if answer else None


def _reason(verdict: Verdict) -> str:
    if verdict.outcome in {Outcome.HEADER_NOT_ALLOWED, Outcome.AUTHORIZATION_NOT_ALLOWED}:
        refused = verdict.reason.partition("the header ")[2].partition(",")[0] or "authorization"
        return f"header-not-allowed:{refused}"
    return REASONS[verdict.outcome]


@pytest.mark.parametrize("case", [*_cases("wpt_cases.json"), *_cases("fetch_spec_cases.json")])
def test_the_verdict_is_what_the_case_says(case: dict[str, Any]) -> None:
    server = Server(_answer(case["actual_response"]), _answer(case["preflight_response"]))
    asked, expected = case["request"], case["expected"]
    verdict = fetch(
        server,
        asked["method"],
        origin=asked["origin"],
        headers=asked["headers"],
        credentials=asked["credentials"],
    )
    passed = [exchange.kind for exchange in verdict.exchanges] == ["preflight", "request"]
    assert bool(server.preflights) is expected["preflight_required"]
    assert (passed if server.preflights else None) is expected["preflight_ok"]
    assert verdict.allowed is expected["response_readable"], verdict
    assert _reason(verdict) == expected["reason"]
    for preflight in server.preflights:
        for name, value in case["preflight_request"].items():
            assert preflight.headers.get(name) == value


EXPOSE: Final = json.loads((HERE / "wpt_expose_cases.json").read_text())


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case['header']} by {case['expose_headers']!r}, {case['credentials']}")
        for case in EXPOSE
    ],
)
def test_a_header_is_exposed_or_not(case: dict[str, Any]) -> None:
    headers = {
        case["header"]: "value",
        "Access-Control-Expose-Headers": case["expose_headers"],
        "Access-Control-Allow-Origin": SITE,
        "Access-Control-Allow-Credentials": "true",
    }
    verdict = fetch(Server(Response(200, headers)), url=f"{API}/", credentials=case["credentials"])
    assert verdict.allowed
    assert (case["header"] in verdict.readable_headers) is case["exposed"]
