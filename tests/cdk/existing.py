"""APIs that somebody else wrote, in every way there is: each with `GET /users`, and a plan with the key `web`."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, Aspects, CfnOutput, Stack, cloudformation_include
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct, IConstruct

from cors_constructs import CorsPolicy, EnableCors
from cors_constructs.check import Severity, check
from cors_constructs.simulate import Gateway, Outcome, Request, Response
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .synthesis import ORIGIN, POLICY, Template, synthesize

BACKEND: Final = "https://backend.example.com/users"
HTTP: Final = {"type": "HTTP_PROXY", "uri": BACKEND, "integrationHttpMethod": "GET"}
OPERATION: Final = {
    "x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET", "uri": BACKEND},
    "responses": {"200": {"description": "Users"}},
}


def document(**paths: Any) -> dict[str, Any]:
    """An OpenAPI document with `GET /users`, and whatever other paths."""
    return {
        "openapi": "3.0.1",
        "info": {"title": "Users", "version": "1"},
        "paths": {"/users": {"get": OPERATION}, **paths},
    }


def http() -> apigateway.HttpIntegration:
    return apigateway.HttpIntegration(BACKEND)


def function(scope: Construct) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(scope, "Fn", "arn:aws:lambda:eu-west-1:111122223333:function:fn")


def with_client(api: Any) -> Any:
    """Let `web` call an API of the CDK's."""
    plan = api.add_usage_plan("Plan")
    plan.add_api_stage(stage=api.deployment_stage)
    plan.add_api_key(api.add_api_key("Key", api_key_name="web"))
    return api


def rest_api(scope: Construct, id: str = "Api", **props: Any) -> apigateway.RestApi:  # noqa: A002 - the CDK's name
    api: apigateway.RestApi = with_client(apigateway.RestApi(scope, id, **props))
    api.root.add_resource("users").add_method("GET", http())
    return api


def plain_preflights(**options: Any) -> dict[str, Any]:
    """Properties of an API with preflights of the CDK's, for other origins than the policy's."""
    said: dict[str, Any] = {"allow_origins": ["https://old.example.com", "https://older.example.com"], **options}
    return {"default_cors_preflight_options": apigateway.CorsOptions(**said)}


def lambda_api(scope: Construct, id: str = "Api", **props: Any) -> apigateway.LambdaRestApi:  # noqa: A002 - likewise
    keyed = apigateway.MethodOptions(api_key_required=True)
    api: apigateway.LambdaRestApi = with_client(
        apigateway.LambdaRestApi(scope, id, handler=function(scope), default_method_options=keyed, **props)
    )
    return api


def step_functions_api(scope: Construct) -> apigateway.StepFunctionsRestApi:
    machine = stepfunctions.StateMachine(
        scope,
        "Machine",
        definition_body=stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(scope, "Pass")),
        state_machine_type=stepfunctions.StateMachineType.EXPRESS,
    )
    api: apigateway.StepFunctionsRestApi = with_client(
        apigateway.StepFunctionsRestApi(scope, "Api", state_machine=machine)
    )
    return api


def solutions_construct(scope: Construct) -> Construct:
    """The shape of what AWS Solutions Constructs build for a function: a construct around a proxying API behind IAM."""
    outer = Construct(scope, "ApiGatewayToLambda")
    lambda_api_of_it = apigateway.LambdaRestApi(
        outer,
        "LambdaRestApi",
        handler=function(scope),
        proxy=True,
        cloud_watch_role=False,
        default_method_options=apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM),
    )
    with_client(lambda_api_of_it)
    return outer


def spec_api(scope: Construct, body: Any = None) -> apigateway.SpecRestApi:
    definition = apigateway.ApiDefinition.from_inline(document() if body is None else body)
    api: apigateway.SpecRestApi = with_client(apigateway.SpecRestApi(scope, "Api", api_definition=definition))
    return api


def bare_api(scope: Construct, *, body: Any = None) -> apigateway.CfnRestApi:
    """All of it in bare CloudFormation."""
    api = apigateway.CfnRestApi(scope, "Api", name="Users", body=body)
    deployment = apigateway.CfnDeployment(scope, "Deployment", rest_api_id=api.ref)
    if body is None:
        users = apigateway.CfnResource(
            scope, "Users", rest_api_id=api.ref, parent_id=api.attr_root_resource_id, path_part="users"
        )
        deployment.node.add_dependency(bare_method(scope, "GetUsers", api, users.ref))
    stage = apigateway.CfnStage(scope, "Stage", rest_api_id=api.ref, deployment_id=deployment.ref, stage_name="prod")
    key = apigateway.CfnApiKey(scope, "Key", name="web", enabled=True)
    at_stage = apigateway.CfnUsagePlan.ApiStageProperty(api_id=api.ref, stage=stage.ref)
    plan = apigateway.CfnUsagePlan(scope, "Plan", api_stages=[at_stage])
    apigateway.CfnUsagePlanKey(scope, "PlanKey", key_id=key.ref, key_type="API_KEY", usage_plan_id=plan.ref)
    return api


def bare_method(
    scope: Construct, name: str, api: apigateway.CfnRestApi, resource_id: str, verb: str = "GET", **props: Any
) -> apigateway.CfnMethod:
    said = {"authorization_type": "NONE", "integration": HTTP, **props}
    return apigateway.CfnMethod(scope, name, rest_api_id=api.ref, resource_id=resource_id, http_method=verb, **said)


def included(scope: Construct, template: Template, folder: Path) -> cloudformation_include.CfnInclude:
    """A template brought in as it is."""
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    return cloudformation_include.CfnInclude(scope, "Included", template_file=str(file))


def an_output(scope: Construct) -> CfnOutput:
    """A construct that is no API."""
    return CfnOutput(scope, "Output", value="anything")


def as_aspect(scope: IConstruct, enable: EnableCors) -> None:
    Aspects.of(scope).add(enable)


def backend(request: Request) -> Response:
    """A backend that does its part, for the policy of these tests."""
    return Response(200, POLICY.headers_for(request.headers.get("origin", "")))


def gateway_of(template: Template) -> Gateway:
    return Gateway.from_template(read_template(template), backend=backend)


def seen(template: Template, path: str = "/users", *, origin: str = ORIGIN, key: str = "web") -> list[int]:
    """The statuses that a page gets: of the preflight, and of the call with its key. It has to be able to read them."""
    gateway = gateway_of(template)
    verdict = Browser(gateway).fetch("GET", path, origin=origin, headers={"x-api-key": _key(gateway, key)})
    assert verdict.outcome is Outcome.ALLOWED, verdict
    return [it.response.status for it in verdict.exchanges if it.response is not None]


def outcome(template: Template, path: str = "/users", *, origin: str = ORIGIN) -> Outcome:
    """What a page's browser makes of a call with the right key."""
    gateway = gateway_of(template)
    return Browser(gateway).fetch("GET", path, origin=origin, headers={"x-api-key": _key(gateway, "web")}).outcome


def _key(gateway: Gateway, name: str) -> str:
    return gateway.key(name) if name else "a-key-that-nobody-has-been-given"


def errors_in(template: Template) -> Sequence[str]:
    """What the checker calls an error."""
    return [str(finding) for finding in check(read_template(template)) if finding.rule.severity is Severity.ERROR]


def ids(template: Template) -> set[str]:
    """All logical ids, a Deployment's without its hash."""
    return {
        name[: name.index("Deployment") + len("Deployment")] if it["Type"].endswith("::Deployment") else name
        for name, it in template["Resources"].items()
    }


def enabled(build: Callable[[Stack], object], policy: CorsPolicy = POLICY, **said: Any) -> Template:
    """The template of a stack with what `build` builds, and all of it enabled."""

    def both(stack: Stack) -> None:
        build(stack)
        as_aspect(stack, EnableCors(policy, **said))

    return synthesize(both)


def in_app(build: Callable[[App], object]) -> Callable[[Stack], None]:
    """Something that is built into the app around a stack."""

    def around(stack: Stack) -> None:
        app = stack.node.root
        assert isinstance(app, App)
        build(app)

    return around
