"""A page learns that its body was refused: the 400 of a request validator has the headers that errors have."""

import json
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Template

from cors_constructs import CorsRestApi
from cors_constructs.check import Severity, check
from cors_constructs.simulate import Outcome
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .shop import ORIGIN, POLICY, STRANGER, careful


def users(stack: Stack, **validates: Any) -> CorsRestApi:
    """`POST /users`, whose bodies are lists of users."""
    api = CorsRestApi(stack, "Api", cors=POLICY)
    name = apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING, min_length=1)
    user = api.add_model(
        "User",
        schema=apigateway.JsonSchema(
            schema=apigateway.JsonSchemaVersion.DRAFT4,
            type=apigateway.JsonSchemaType.OBJECT,
            properties={"name": name},
            required=["name"],
        ),
    )
    address = f"https://apigateway.amazonaws.com/restapis/{api.rest_api_id}/models/{user.model_id}"
    several = api.add_model(
        "Users",
        schema=apigateway.JsonSchema(
            type=apigateway.JsonSchemaType.ARRAY, items=apigateway.JsonSchema(ref=address), min_items=1
        ),
    )
    api.root.add_resource("users").add_method(
        "POST",
        apigateway.HttpIntegration("https://backend.example.com", proxy=True, http_method="POST"),
        request_models={"application/json": several},
        request_validator=api.add_request_validator("Validator", **validates),
    )
    api.add_client("web")
    return api


@pytest.fixture(scope="module")
def stack() -> Stack:
    stack = Stack(App(), "Shop")
    users(stack, validate_request_body=True)
    return stack


def posted(browser: Browser, body: Any, *, origin: str = ORIGIN) -> Any:
    headers = {"x-api-key": browser.key("web"), "Content-Type": "application/json"}
    return browser.fetch("POST", "/users", origin=origin, headers=headers, body=json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "status"), [([{"name": "a"}], 200), ([{"name": ""}], 400), ([], 400), ({"name": "a"}, 400)], ids=str
)
def test_a_page_reads_the_answer_whatever_it_is(stack: Stack, body: Any, status: int) -> None:
    verdict = posted(Browser.on(stack, backend=careful), body)
    assert verdict.outcome is Outcome.ALLOWED, verdict
    assert verdict.response is not None
    assert verdict.response.status == status
    if status != 200:
        assert json.loads(verdict.response.body) == {"message": "Invalid request body"}


def test_a_stranger_is_stopped_before_its_body_is_looked_at(stack: Stack) -> None:
    assert posted(Browser.on(stack), [], origin=STRANGER).outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH


def test_bodies_pass_where_the_validator_looks_at_parameters_alone() -> None:
    stack = Stack(App(), "Shop")
    users(stack, validate_request_parameters=True)
    assert posted(Browser.on(stack, backend=careful), []).response.status == 200


def test_the_checker_finds_nothing_wrong_with_validated_bodies(stack: Stack) -> None:
    findings = check(read_template(dict(Template.from_stack(stack).to_json())))
    assert [finding for finding in findings if finding.rule.severity is Severity.ERROR] == []
