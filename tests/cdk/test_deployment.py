"""What changes is deployed: the Deployment gets another logical id exactly when something deployed differs."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import CfnOutput, Stack, Tags
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, ErrorResponses

from . import everything
from .synthesis import ORIGIN, OTHER_ORIGIN, POLICY, Api, Build, cors_api, mock, read, synthesize

SEVERAL = CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN])
Fill = Callable[[CorsRestApi], object]


def nothing(_: CorsRestApi) -> None:
    pass


def api_with(fill: Fill = nothing, **arguments: Any) -> Build:
    """An API with methods made in three ways, and more."""

    def build(stack: Stack) -> None:
        api = cors_api(stack, **arguments)
        users = api.root.add_resource("users")
        users.add_method("GET", mock())
        users.add_method("POST", mock())
        api.root.add_resource("files").add_proxy(default_integration=mock())
        bare_method(api)
        fill(api)

    return build


def bare_method(api: CorsRestApi, id: str = "Bare", **props: Any) -> apigateway.CfnMethod:  # noqa: A002
    integration = apigateway.CfnMethod.IntegrationProperty(type="MOCK")
    given = {"resource_id": api.rest_api_root_resource_id, "http_method": "GET", "integration": integration, **props}
    return apigateway.CfnMethod(Stack.of(api), id, rest_api_id=api.rest_api_id, **given)


def bare_response(api: CorsRestApi, **props: Any) -> apigateway.CfnGatewayResponse:
    given = {"response_type": "THROTTLED", **props}
    return apigateway.CfnGatewayResponse(Stack.of(api), "Slow", rest_api_id=api.rest_api_id, **given)


def the_bare_one(api: CorsRestApi) -> apigateway.CfnMethod:
    found = Stack.of(api).node.find_child("Bare")
    assert isinstance(found, apigateway.CfnMethod)
    return found


def deployment(build: Build) -> str:
    return Api(synthesize(build), "ApiF70053CD").deployment_id


def policy(**changes: Any) -> Build:
    return api_with(cors=POLICY.evolve(**changes))


def another_integration(api: CorsRestApi) -> None:
    the_bare_one(api).integration = apigateway.CfnMethod.IntegrationProperty(
        type="HTTP_PROXY", integration_http_method="GET", uri="https://backend.example.com"
    )


def set_bare(name: str, value: Any) -> Fill:
    return lambda api: setattr(the_bare_one(api), name, value)


def respond(**props: Any) -> Fill:
    return lambda api: api.add_gateway_response("Denied", type=apigateway.ResponseType.ACCESS_DENIED, **props)


def method_outside(**options: Any) -> Fill:
    def fill(api: CorsRestApi) -> None:
        outside = apigateway.Resource(Stack.of(api), "Outside", parent=api.root, path_part="outside")
        outside.add_method("GET", mock(), **options)

    return fill


CHANGES: list[Any] = [
    pytest.param(policy(allow_origins=[OTHER_ORIGIN]), id="another-origin"),
    pytest.param(policy(allow_origins=[ORIGIN, OTHER_ORIGIN]), id="one-more-origin"),
    pytest.param(policy(allow_origins=["*"]), id="any-origin"),
    pytest.param(policy(allow_methods=["GET"]), id="methods-of-the-policy"),
    pytest.param(policy(allow_headers=["x-one"]), id="headers"),
    pytest.param(policy(expose_headers=["x-one"]), id="exposed-headers"),
    pytest.param(policy(allow_credentials=True), id="credentials"),
    pytest.param(policy(max_age=60), id="max-age"),
    pytest.param(policy(status_code=200), id="status"),
    pytest.param(api_with(keyless=["GET /users"]), id="a-method-keyless"),
    pytest.param(api_with(keyless=["GET /"]), id="a-bare-method-keyless"),
    pytest.param(api_with(keyless=["ANY /files/{proxy+}"]), id="a-proxy-keyless"),
    pytest.param(api_with(error_responses=ErrorResponses.NONE), id="errors-without-headers"),
    pytest.param(api_with(lambda api: api.root.add_method("PUT", mock())), id="a-method"),
    pytest.param(api_with(lambda api: api.root.add_resource("more").add_method("GET", mock())), id="a-resource"),
    pytest.param(api_with(method_outside()), id="a-resource-outside-the-api"),
    pytest.param(api_with(lambda api: bare_method(api, "More", http_method="PUT")), id="a-bare-method"),
    pytest.param(api_with(another_integration), id="a-bare-methods-integration"),
    pytest.param(api_with(set_bare("http_method", "PUT")), id="a-bare-methods-verb"),
    pytest.param(api_with(set_bare("authorization_type", "AWS_IAM")), id="a-bare-methods-authorization"),
    pytest.param(
        api_with(set_bare("request_parameters", {"method.request.header.x": True})), id="a-bare-methods-parameters"
    ),
    pytest.param(
        api_with(
            set_bare("method_responses", [apigateway.CfnMethod.MethodResponseProperty(status_code="200")])
        ),
        id="a-bare-methods-responses",
    ),
    pytest.param(api_with(set_bare("operation_name", "Op")), id="a-bare-methods-operation-name"),
    pytest.param(api_with(respond()), id="a-gateway-response"),
    pytest.param(api_with(bare_response), id="a-bare-gateway-response"),
    pytest.param(
        api_with(default_method_options=apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM)),
        id="a-guard-by-default",
    ),
    pytest.param(
        api_with(
            lambda api: api.root.resource_for_path("users").add_method("OPTIONS", apigateway.HttpIntegration("https://a.b"))
        ),
        id="an-options-of-the-apps-own",
    ),
    pytest.param(api_with(binary_media_types=["*/*"]), id="the-api-itself"),
]  # fmt: skip


@pytest.fixture(scope="module")
def base() -> str:
    return deployment(api_with())


@pytest.mark.parametrize("build", CHANGES)
def test_what_changes_is_deployed(build: Build, base: str) -> None:
    assert deployment(build) != base


def test_all_of_these_changes_differ_from_each_other() -> None:
    ids = [deployment(change.values[0]) for change in CHANGES]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(api_with(respond()), api_with(respond(status_code="404")), id="its-status"),
        pytest.param(
            api_with(respond()), api_with(respond(templates={"application/json": "{}"})), id="its-body"
        ),
        pytest.param(
            api_with(respond()), api_with(respond(response_headers={"x-one": "'1'"})), id="its-headers"
        ),
        pytest.param(
            api_with(bare_response),
            api_with(lambda api: bare_response(api, status_code="420")),
            id="a-bare-ones-status",
        ),
        pytest.param(
            api_with(bare_response),
            api_with(lambda api: bare_response(api, response_templates={"application/json": "{}"})),
            id="a-bare-ones-body",
        ),
        pytest.param(
            api_with(bare_response),
            api_with(lambda api: bare_response(api, response_parameters={"gatewayresponse.header.x": "'1'"})),
            id="a-bare-ones-headers",
        ),
        pytest.param(
            api_with(bare_response), api_with(lambda api: bare_response(api, response_type="QUOTA_EXCEEDED")),
            id="a-bare-ones-type",
        ),
        pytest.param(
            api_with(cors=SEVERAL),
            api_with(cors=SEVERAL, error_responses=ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN),
            id="the-mode-of-all",
        ),
    ],
)  # fmt: skip
def test_what_changes_about_an_error_is_deployed(one: Build, other: Build) -> None:
    assert deployment(one) != deployment(other)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(api_with(), id="nothing"),
        pytest.param(api_with(cors=CorsPolicy(allow_origins=[ORIGIN])), id="an-equal-policy"),
        pytest.param(api_with(keys_managed_elsewhere=True), id="where-keys-are-managed"),
        pytest.param(api_with(lambda api: api.add_client("web")), id="a-client"),
        pytest.param(api_with(lambda api: api.add_usage_plan("Plan")), id="a-plan"),
        pytest.param(
            api_with(lambda api: CfnOutput(Stack.of(api), "Out", value=api.url)), id="what-is-not-the-apis"
        ),
        pytest.param(
            api_with(lambda api: apigateway.RestApi(Stack.of(api), "Other").root.add_method("GET", mock())),
            id="another-api",
        ),
        pytest.param(
            api_with(lambda api: Tags.of(api.deployment_stage).add("a", "b")), id="a-tag-of-the-stage"
        ),
        pytest.param(
            policy(dangerously_allow_insecure_origins=True, dangerously_allow_public_suffix_patterns=True),
            id="what-the-policy-may-say-and-does-not",
        ),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_not(build: Build, base: str) -> None:
    assert deployment(build) == base


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"cors": SEVERAL}, {"cors": CorsPolicy(allow_origins=[OTHER_ORIGIN, ORIGIN])}, id="the-origins"
        ),
        pytest.param(
            {"cors": POLICY.evolve(allow_headers=["x-a", "x-b"])},
            {"cors": POLICY.evolve(allow_headers=["X-B", "x-a", "x-api-key"])},
            id="the-headers",
        ),
        pytest.param(
            {"keyless": ["GET /users", "GET /"]}, {"keyless": ("GET /", "GET /users")}, id="the-keyless-names"
        ),
        pytest.param(
            {"cors": POLICY, "error_responses": ErrorResponses.NONE},
            {"cors": POLICY.evolve(expose_headers=[]), "error_responses": ErrorResponses.NONE},
            id="what-is-exposed-on-errors-that-carry-nothing",
        ),
    ],
)  # fmt: skip
def test_the_order_of_what_has_none_changes_nothing(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert synthesize(api_with(**one)) == synthesize(api_with(**other))


def test_the_deployment_waits_for_all_that_it_deploys() -> None:
    api = Api(synthesize(everything.build))
    made = {
        *api.of_type("AWS::ApiGateway::Method"),
        *api.of_type("AWS::ApiGateway::GatewayResponse"),
    }
    assert len(api.preflights) >= 6
    assert made <= api.deployed_after


def test_a_deployment_made_by_hand_waits_as_well_and_changes_with_the_policy() -> None:
    def build(policy: CorsPolicy) -> Build:
        def fill(stack: Stack) -> None:
            api = cors_api(stack, deploy=False, cors=policy)
            bare_method(api)
            apigateway.Deployment(stack, "Own", api=api)

        return fill

    api, changed = read(build(POLICY)), read(build(POLICY.evolve(expose_headers=[])))
    assert api.deployment_id != changed.deployment_id
    assert {*api.ids.values(), *api.of_type("AWS::ApiGateway::GatewayResponse")} <= api.deployed_after


def test_the_same_app_gives_the_same_template_byte_for_byte() -> None:
    assert everything.template() == everything.template()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_and_so_it_does_in_another_process(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.cdk.everything"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == everything.template()
