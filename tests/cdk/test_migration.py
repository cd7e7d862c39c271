"""From plain CDK with CORS and keys to `CorsRestApi`: no resource is replaced, and none is lost that did something."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi

from .synthesis import ORIGIN, Api, Template, mock, synthesize

Fill = Callable[[apigateway.RestApi], object]

CREATE_ONLY_OF_A_METHOD = ("HttpMethod", "ResourceId", "RestApiId")


def plain(fill: Fill, **props: Any) -> Template:
    def build(stack: Stack) -> None:
        cors = apigateway.CorsOptions(allow_origins=[ORIGIN], max_age=Duration.hours(2))
        options = apigateway.MethodOptions(api_key_required=True)
        given = {"default_cors_preflight_options": cors, "default_method_options": options, **props}
        fill(apigateway.RestApi(stack, "Api", **given))

    return synthesize(build)


def ours(fill: Fill, **props: Any) -> Template:
    def build(stack: Stack) -> None:
        policy = CorsPolicy(allow_origins=[ORIGIN])
        fill(CorsRestApi(stack, "Api", cors=policy, keys_managed_elsewhere=True, **props))

    return synthesize(build)


def function(api: apigateway.RestApi) -> lambda_.Function:
    return lambda_.Function(
        Stack.of(api),
        "Fn",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_12,
    )


def on_the_root(api: apigateway.RestApi) -> None:
    api.root.add_method("GET", mock())


def a_tree(api: apigateway.RestApi) -> None:
    api.root.add_method("GET", mock())
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    users.add_method("POST", mock())
    user = users.add_resource("{id}")
    user.add_method("PUT", mock())
    user.add_resource("orders").add_method("DELETE", mock())


def deep_paths(api: apigateway.RestApi) -> None:
    api.root.resource_for_path("a/b/c").add_method("GET", mock())
    api.root.resource_for_path("a/b/d/{e}").add_method("ANY", mock())


def proxies(api: apigateway.RestApi) -> None:
    api.root.add_proxy(default_integration=mock())
    api.root.add_resource("files").add_proxy(default_integration=mock())


def lambda_backends(api: apigateway.RestApi) -> None:
    handler = function(api)
    users = api.root.add_resource("users", default_integration=apigateway.LambdaIntegration(handler))
    users.add_method("GET")
    users.add_resource("{id}").add_method("ANY")


def authorizers(api: apigateway.RestApi) -> None:
    authorizer = apigateway.TokenAuthorizer(Stack.of(api), "Authorizer", handler=function(api))
    users = api.root.add_resource("users", default_method_options=apigateway.MethodOptions(authorizer=authorizer))
    users.add_method("GET", mock(), api_key_required=True)
    users.add_method("PUT", mock(), authorization_type=apigateway.AuthorizationType.NONE, api_key_required=True)


def plans_and_keys(api: apigateway.RestApi) -> None:
    a_tree(api)
    plan = api.add_usage_plan("Plan", throttle=apigateway.ThrottleSettings(rate_limit=10, burst_limit=20))
    plan.add_api_stage(stage=api.deployment_stage)
    plan.add_api_key(api.add_api_key("Key"))


def models_and_validators(api: apigateway.RestApi) -> None:
    schema = apigateway.JsonSchema(type=apigateway.JsonSchemaType.OBJECT)
    model = api.add_model("Model", schema=schema)
    validator = api.add_request_validator("Validator", validate_request_body=True)
    users = api.root.add_resource("users")
    users.add_method("POST", mock(), request_models={"application/json": model}, request_validator=validator)


def gateway_responses(api: apigateway.RestApi) -> None:
    a_tree(api)
    for kind in ("DEFAULT_4XX", "UNAUTHORIZED"):
        api.add_gateway_response(kind, type=apigateway.ResponseType.of(kind), response_headers={"X-Mine": "'yes'"})


def beside_the_tree(api: apigateway.RestApi) -> None:
    stack = Stack.of(api)
    outside = apigateway.Resource(stack, "Outside", parent=api.root, path_part="outside")
    outside.add_method("GET", mock(), api_key_required=True)
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    apigateway.CfnMethod(
        stack,
        "Bare",
        http_method="POST",
        resource_id=users.resource_id,
        rest_api_id=api.rest_api_id,
        api_key_required=True,
    )


FILLS = [
    on_the_root,
    a_tree,
    deep_paths,
    proxies,
    lambda_backends,
    authorizers,
    plans_and_keys,
    models_and_validators,
    gateway_responses,
    beside_the_tree,
]


@pytest.fixture(scope="module", params=FILLS, ids=lambda fill: fill.__name__.replace("_", "-"))
def templates(request: pytest.FixtureRequest) -> tuple[Template, Template]:
    """Before and after."""
    return plain(request.param), ours(request.param)


def test_every_resource_that_stays_keeps_its_type_and_what_would_replace_it(
    templates: tuple[Template, Template],
) -> None:
    before, after = (template["Resources"] for template in templates)
    changing = 0
    for name in set(before) & set(after):
        assert after[name]["Type"] == before[name]["Type"]
        old, new = (dict(resources[name].get("Properties", {})) for resources in (before, after))
        match old.get("HttpMethod"), before[name]["Type"]:
            case "OPTIONS", _:
                changing += 1
                assert {key: old[key] for key in CREATE_ONLY_OF_A_METHOD} == {
                    key: new[key] for key in CREATE_ONLY_OF_A_METHOD
                }
            case _, "AWS::ApiGateway::Stage":
                assert {**old, "DeploymentId": None} == {**new, "DeploymentId": None}
            case _, "AWS::ApiGateway::GatewayResponse":
                assert {**old, "ResponseParameters": None} == {**new, "ResponseParameters": None}
                assert old["ResponseParameters"].items() <= new["ResponseParameters"].items()
            case _:
                assert new == old
        assert {key: value for key, value in after[name].items() if key not in {"Properties", "DependsOn"}} == {
            key: value for key, value in before[name].items() if key not in {"Properties", "DependsOn"}
        }
    assert changing or "ANY" in str(before), "there was nothing to see"


def test_what_goes_away_is_the_old_deployment_and_preflights_of_paths_without_methods(
    templates: tuple[Template, Template],
) -> None:
    before, after = templates
    old, new = Api(before), Api(after)
    gone = set(before["Resources"]) - set(after["Resources"])
    assert old.deployment_id in gone
    idle = {name: id_ for name, id_ in old.ids.items() if name.startswith("OPTIONS ")}
    for name, id_ in idle.items():
        path = name.partition(" ")[2]
        has_methods = any(other.partition(" ")[2] == path for other in old.working)
        assert (id_ in gone) is not has_methods
    assert gone - set(idle.values()) == {old.deployment_id}
    assert new.working == old.working
    assert new.keyed == old.keyed


def test_what_is_new_is_a_deployment_errors_and_preflights_that_were_missing(
    templates: tuple[Template, Template],
) -> None:
    before, after = templates
    old, new = Api(before), Api(after)
    added = set(after["Resources"]) - set(before["Resources"])
    missing = {new.ids[f"OPTIONS {path}"] for path in new.preflights - old.preflights}
    errors = {name for name in new.of_type("AWS::ApiGateway::GatewayResponse") if name.startswith("ApiCors")}
    assert added == {new.deployment_id, *missing, *errors}


def test_outputs_parameters_and_the_rest_stay(templates: tuple[Template, Template]) -> None:
    before, after = templates
    assert {**before, "Resources": None} == {**after, "Resources": None}


def test_a_domain_and_a_stage_of_ones_own_stay() -> None:
    def build(make: Callable[..., apigateway.RestApi]) -> Callable[[Stack], None]:
        def fill(stack: Stack) -> None:
            certificate = acm.Certificate.from_certificate_arn(
                stack, "Certificate", "arn:aws:acm:us-east-1:111122223333:certificate/1"
            )
            make(
                stack,
                domain_name=apigateway.DomainNameOptions(domain_name="api.example.com", certificate=certificate),
                deploy_options=apigateway.StageOptions(stage_name="live", tracing_enabled=True),
            ).root.add_method("GET", mock())

        return fill

    cors = apigateway.CorsOptions(allow_origins=[ORIGIN])
    keyed = apigateway.MethodOptions(api_key_required=True)
    before = synthesize(
        build(
            lambda stack, **props: apigateway.RestApi(
                stack, "Api", default_cors_preflight_options=cors, default_method_options=keyed, **props
            )
        )
    )
    after = synthesize(
        build(
            lambda stack, **props: CorsRestApi(
                stack, "Api", cors=CorsPolicy(allow_origins=[ORIGIN]), keys_managed_elsewhere=True, **props
            )
        )
    )
    assert set(before["Resources"]) - set(after["Resources"]) == {Api(before).deployment_id}
