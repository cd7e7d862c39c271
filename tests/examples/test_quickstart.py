"""The quickstart: one page's origin, one method for everybody, and two clients with limits of their own."""

import json
from typing import Any

import pytest

from cors_constructs import CorsPolicy
from examples.quickstart import handler

from .apps import api_of, of_type, template_of

ORIGIN = "https://app.example.com"
POLICY = CorsPolicy(allow_origins=[ORIGIN])

SAID: dict[str, dict[str, Any]] = {
    "GET /departures/{stop}": {"pathParameters": {"stop": "harbour"}},
    "POST /reports": {"body": '{"late": 5}'},
    "GET /health": {},
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


def function() -> dict[str, Any]:
    """What the template says of the function."""
    (logical_id,) = of_type(template_of("Quickstart"), "AWS::Lambda::Function")
    return dict(template_of("Quickstart")["Resources"][logical_id]["Properties"])


def variable() -> str:
    return str(function()["Environment"]["Variables"]["CORS_CONSTRUCTS_POLICY"])


def test_the_function_is_told_the_policy_and_has_the_layer() -> None:
    assert CorsPolicy.from_dict(json.loads(variable())) == POLICY
    assert function()["Layers"] == [
        {"Ref": it} for it in of_type(template_of("Quickstart"), "AWS::Lambda::LayerVersion")
    ]
    assert function()["Handler"] == "index.handler"


def event(name: str) -> dict[str, Any]:
    verb, _, path = name.partition(" ")
    return {"httpMethod": verb, "resource": path, "headers": {"Origin": ORIGIN}, **SAID[name]}


@pytest.mark.parametrize("name", SAID)
def test_the_function_sends_its_headers_on_each_response(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", variable())
    response = handler.handler(event(name), None)
    assert response["statusCode"] == 200
    assert response["headers"].items() >= POLICY.headers_for(ORIGIN).items()
    assert json.loads(response["body"])


def test_the_function_sends_them_on_its_own_errors_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", variable())
    response = handler.handler({**event("POST /reports"), "body": "no JSON"}, None)
    assert response["statusCode"] == 500
    assert response["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert "no JSON" not in response["body"]
    assert "JSONDecodeError" in caplog.text
