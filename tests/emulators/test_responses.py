"""Answers that the gateway puts together from a backend's, deployed: templates that choose among origins and write on.

LocalStack runs them in an engine of its own, which is neither API Gateway's nor the simulator's.
"""

import json
from collections.abc import Iterator

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi

from .apps import BACKEND, synthesized
from .backend import STATUS_HEADER
from .emulator import DeployedApi, Emulator

APP = "https://app.example.com"
PREVIEW = "https://pr-17.preview.example.com"
STRANGERS = ("https://app.example.com.evil.test", "https://preview.example.com", "null", None)
POLICY = CorsPolicy(allow_origins=[APP, "https://*.preview.example.com"], allow_credentials=True)

# Each begins with what a directive before it could swallow, or make another word of.
TEMPLATES = {
    "body": "$input.body",
    "text": 'path: $input.path("$.path")',
    "line": '\n{"path": $input.json("$.path")}',
    "list": '[$input.json("$.path")]',
    "set": '#set($path = $input.path("$.path"))\n{"path": "$path"}',
    "comment": '## what was asked for\n{"path": $input.json("$.path")}',
}


def build(app: App, *, policy: CorsPolicy | None) -> Stack:
    """`GET` at a path for each template; any status of 400 and more is another integration response."""
    stack = Stack(app, "Mapped")
    api = apigateway.RestApi(stack, "Api") if policy is None else CorsRestApi(
        stack, "Api", cors=policy, keyless=[f"GET /{name}" for name in TEMPLATES]
    )  # fmt: skip
    for name, template in TEMPLATES.items():
        responses = [
            apigateway.IntegrationResponse(
                status_code=status, selection_pattern=pattern, response_templates={"application/json": template}
            )
            for status, pattern in (("200", None), ("404", "4\\d\\d"))
        ]
        options = apigateway.IntegrationOptions(
            integration_responses=responses,
            request_parameters={f"integration.request.header.{STATUS_HEADER}": "method.request.querystring.status"},
        )
        api.root.add_resource(name).add_method(
            "GET",
            apigateway.HttpIntegration(BACKEND, proxy=False, options=options),
            request_parameters={"method.request.querystring.status": False},
            method_responses=[apigateway.MethodResponse(status_code=status) for status in ("200", "404")],
        )
    return stack


@pytest.fixture(scope="module")
def mapped(localstack: Emulator) -> Iterator[DeployedApi]:
    yield from _deployed(localstack, POLICY)


@pytest.fixture(scope="module")
def plain(localstack: Emulator) -> Iterator[DeployedApi]:
    yield from _deployed(localstack, None)


def _deployed(localstack: Emulator, policy: CorsPolicy | None) -> Iterator[DeployedApi]:
    api = localstack.deploy(synthesized(lambda app: build(app, policy=policy)))
    yield api
    localstack.delete(api.stack_name)


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("name", TEMPLATES)
def test_listed_origins_are_told_what_the_policy_says_and_the_body_stays(
    mapped: DeployedApi, plain: DeployedApi, name: str, status: int
) -> None:
    for origin in (APP, PREVIEW, *STRANGERS):
        sent = {} if origin is None else {"Origin": origin}
        answer = mapped.request("GET", f"/{name}?status={status}", sent)
        assert answer.status == status
        assert answer.cors() == {name.lower(): value for name, value in POLICY.headers_for(origin).items()}
        if name != "body":  # which says what headers the backend got
            # Of a template's own beginning, though not of what stands behind ours, LocalStack takes white space away.
            before = plain.request("GET", f"/{name}?status={status}", sent)
            assert answer.body.lstrip() == before.body.lstrip()
    assert json.loads(mapped.request("GET", "/body").body)["method"] == "GET"
