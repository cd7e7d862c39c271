"""Answers that an API of a document puts together itself: pages of the policy read them, and what cannot be is told."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from aws_cdk import Annotations, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_sam as sam

from cors_constructs import CorsPolicy, CorsSpecRestApi, EnableCors

from .answers import CHOSEN, POLICIES, PREVIEW, STRANGER, TEMPLATE, Built, answer_of, cors_headers, told
from .existing import as_aspect, errors_in
from .synthesis import ORIGIN, OTHER_ORIGIN, messages, synthesize, warnings_with

WARNING: Final = "cors-constructs:response-without-headers"
URL: Final = "https://backend.example.com"
KEYLESS: Final = ["GET /users", "GET /proxy"]


def document(templates: Mapping[str, Any] | None) -> dict[str, Any]:
    """A document with an operation that asks a backend, and one that is a proxy."""
    said = {} if templates is None else {"responseTemplates": dict(templates)}
    integration = {
        "type": "http",
        "httpMethod": "GET",
        "uri": URL,
        "responses": {"default": {"statusCode": "200", **said}, "5\\d\\d": {"statusCode": "500", **said}},
    }
    declared = {"200": {"description": "fine"}, "500": {"description": "failed"}}
    return {
        "openapi": "3.0.1",
        "info": {"title": "Users", "version": "1.0"},
        "paths": {
            "/users": {"get": {"responses": declared, "x-amazon-apigateway-integration": integration}},
            "/proxy": {
                "get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET", "uri": URL}}
            },
        },
    }


Build = Callable[[Stack, CorsPolicy, Any], Any]


def by_document(stack: Stack, policy: CorsPolicy, templates: Any) -> CorsSpecRestApi:
    return CorsSpecRestApi(stack, "Api", cors=policy, document=document(templates), keyless=KEYLESS)


def by_route(stack: Stack, policy: CorsPolicy, templates: Any) -> CorsSpecRestApi:
    api = CorsSpecRestApi(stack, "Api", cors=policy, keyless=["GET /users"])
    integration = document(templates)["paths"]["/users"]["get"]["x-amazon-apigateway-integration"]
    api.add_routes(path="/users", methods=["GET"], integration=integration)
    return api


def by_enable_cors(stack: Stack, policy: CorsPolicy, templates: Any) -> apigateway.SpecRestApi:
    definition = apigateway.ApiDefinition.from_inline(document(templates))
    api = apigateway.SpecRestApi(stack, "Api", api_definition=definition)
    as_aspect(stack, EnableCors(policy, require_api_key=False))
    return api


def on_sam(stack: Stack, policy: CorsPolicy, templates: Any) -> sam.CfnApi:
    stack.template_options.transforms = ["AWS::Serverless-2016-10-31"]
    api = sam.CfnApi(stack, "Api", stage_name="prod", definition_body=document(templates))
    as_aspect(stack, EnableCors(policy, require_api_key=False))
    return api


BUILDS: Final[dict[str, Build]] = {
    "a document": by_document,
    "a route": by_route,
    "an inline document": by_enable_cors,
    "a document of SAM": on_sam,
}
each_build = pytest.mark.parametrize("build", [pytest.param(build, id=name) for name, build in BUILDS.items()])
each_policy = pytest.mark.parametrize("policy", [pytest.param(it, id=name) for name, it in POLICIES.items()])
choosing = pytest.mark.parametrize("policy", [pytest.param(it, id=name) for name, it in CHOSEN.items()])


@each_build
@each_policy
def test_pages_of_the_policy_read_every_answer(build: Build, policy: CorsPolicy) -> None:
    built = Built(synthesize(lambda stack: build(stack, policy, TEMPLATE)))
    assert errors_in(built.template) == []
    for status in (200, 500):
        for origin in (ORIGIN, OTHER_ORIGIN, PREVIEW, STRANGER):
            verdict = built.asked("/users", status, origin=origin)
            allowed = policy.any_origin or policy.allows_origin(origin)
            assert verdict.allowed is allowed, verdict
            if allowed:
                assert answer_of(verdict).status == status
                assert cors_headers(answer_of(verdict)) == told(policy, origin)


@each_build
@choosing
def test_what_cannot_choose_is_told_once_by_its_operations(build: Build, policy: CorsPolicy) -> None:
    (warning,) = warnings_with(WARNING, lambda stack: build(stack, policy, None))
    assert "GET /users: no response template is there that could choose among several origins: write " in warning.text
    assert "/proxy" not in warning.text


@each_build
@each_policy
def test_what_can_is_not_told(build: Build, policy: CorsPolicy) -> None:
    assert warnings_with(WARNING, lambda stack: build(stack, policy, TEMPLATE)) == []


@each_build
def test_it_can_be_acknowledged(build: Build) -> None:
    def acknowledged(stack: Stack) -> None:
        api = build(stack, CHOSEN["several origins"], None)
        Annotations.of(api).acknowledge_warning(WARNING, "no page calls it")

    assert [it.text for it in messages(acknowledged) if WARNING in it.text] == []


@each_build
def test_another_policy_is_another_deployment(build: Build) -> None:
    def deployments(policy: CorsPolicy) -> set[str]:
        template = synthesize(lambda stack: build(stack, policy, TEMPLATE))["Resources"]
        return {name for name, it in template.items() if it["Type"] == "AWS::ApiGateway::Deployment"}

    one, several = (deployments(POLICIES[name]) for name in ("one origin", "several origins"))
    # SAM makes its Deployment when it is deployed.
    assert one.isdisjoint(several)
    assert len(one) == (0 if build is on_sam else 1)
