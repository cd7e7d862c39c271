"""The quickstart: one page's origin, one method for everybody, and two clients with limits of their own."""

import json
from typing import Any

import pytest

from cors_constructs import CorsPolicy
from examples.quickstart import handler

from .apps import api_of, template_of

ORIGIN = "https://app.example.com"
POLICY = CorsPolicy(allow_origins=[ORIGIN])

EVENTS: dict[str, dict[str, Any]] = {
    "GET /departures/{stop}": {"resource": "/departures/{stop}", "pathParameters": {"stop": "harbour"}},
    "POST /reports": {"resource": "/reports", "body": '{"late": 5}'},
    "GET /health": {"resource": "/health"},
}


def test_what_is_open_and_what_asks_for_a_key() -> None:
    api = api_of("Quickstart", "Api")
    assert api.keyed == {"GET /departures/{stop}", "GET /stops", "POST /reports"}
    assert api.working - api.keyed == {"GET /health"}


def test_a_single_origin_is_answered_by_static_headers_that_do_not_vary() -> None:
    preflight = api_of("Quickstart", "Api").preflight("/departures/{stop}")
    assert preflight.template is None
    assert preflight.headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert preflight.headers["Access-Control-Max-Age"] == "'7200'"
    assert "x-api-key" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Vary" not in preflight.headers


def test_web_has_a_rate_and_partner_a_quota() -> None:
    plans = api_of("Quickstart", "Api").plans
    assert [plan.get("Throttle") for plan in plans.values()] == [{"BurstLimit": 100, "RateLimit": 50}, None]
    assert [plan.get("Quota") for plan in plans.values()] == [None, {"Limit": 10_000, "Period": "MONTH"}]


def test_the_function_is_told_the_headers_that_the_policy_says() -> None:
    (function,) = (
        it["Properties"]
        for it in template_of("Quickstart")["Resources"].values()
        if it["Type"] == "AWS::Lambda::Function"
    )
    assert json.loads(function["Environment"]["Variables"]["CORS_HEADERS"]) == POLICY.headers_for(ORIGIN)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_the_function_sends_them_on_each_response(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "CORS_HEADERS", POLICY.headers_for(ORIGIN))
    response = handler.handler(event, None)
    assert response["statusCode"] == 200
    assert response["headers"].items() >= POLICY.headers_for(ORIGIN).items()
    assert json.loads(response["body"])


def test_the_function_sends_them_on_its_own_errors_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handler, "CORS_HEADERS", POLICY.headers_for(ORIGIN))
    response = handler.handler({"resource": "/reports", "body": "no JSON"}, None)
    assert response["statusCode"] == 500
    assert response["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert "no JSON" not in response["body"]
    assert "JSONDecodeError" in capsys.readouterr().out
