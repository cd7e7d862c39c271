"""The API as the CDK builds it, without anything of ours: what most entrances are put on."""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as stepfunctions

from .description import ANSWERS, BACKEND, BODIES, CLIENT, FULL, Description
from .terms import Terms

ALL_BINARY: Final = ["*/*"]


def rest_api(stack: Stack, terms: Terms, description: Description = FULL, **more: Any) -> apigateway.RestApi:
    """`RestApi`, and its methods."""
    api = apigateway.RestApi(stack, "Api", **binary(terms), **more)
    add_methods(api, description)
    add_client(api)
    return api


def lambda_rest_api(stack: Stack, terms: Terms) -> apigateway.RestApi:
    """`LambdaRestApi` without a proxy: methods that are added one by one."""
    api = apigateway.LambdaRestApi(stack, "Api", handler=function(stack), proxy=False, **binary(terms))
    for verb, path in FULL.methods():
        api.root.resource_for_path(path).add_method(verb)
    add_client(api)
    return api


def lambda_proxy(stack: Stack, terms: Terms) -> apigateway.RestApi:
    """`LambdaRestApi`: one function for everything."""
    api = apigateway.LambdaRestApi(stack, "Api", handler=function(stack), **binary(terms))
    add_client(api)
    return api


def step_functions_rest_api(stack: Stack, terms: Terms) -> apigateway.RestApi:
    """`StepFunctionsRestApi`: one state machine, at the root."""
    api = apigateway.StepFunctionsRestApi(stack, "Api", state_machine=machine(stack), **binary(terms))
    add_client(api)
    return api


def add_methods(api: apigateway.IRestApi, description: Description) -> None:
    """Each method, in front of an HTTP backend."""
    declared = None if description.proxies else [apigateway.MethodResponse(status_code="200")]
    for verb, path in description.methods():
        integration = http() if description.proxies else mapped()
        api.root.resource_for_path(path).add_method(verb, integration, method_responses=declared)


def add_client(api: apigateway.RestApi | apigateway.SpecRestApi) -> None:
    """A usage plan for the API's stage, and a key in it."""
    plan = api.add_usage_plan("Plan", api_stages=[apigateway.UsagePlanPerApiStage(stage=api.deployment_stage)])
    plan.add_api_key(api.add_api_key("Key", api_key_name=CLIENT))


def binary(terms: Terms) -> dict[str, Any]:
    """What an API of the CDK is told of binary types."""
    return {"binary_media_types": ALL_BINARY} if terms.binary else {}


def http() -> apigateway.HttpIntegration:
    return apigateway.HttpIntegration(BACKEND)


def mapped() -> apigateway.HttpIntegration:
    """The same backend, its answers put together by the gateway."""
    answers = [
        apigateway.IntegrationResponse(status_code=status, selection_pattern=pattern, response_templates=BODIES)
        for status, pattern in ANSWERS.items()
    ]
    options = apigateway.IntegrationOptions(integration_responses=answers)
    return apigateway.HttpIntegration(BACKEND, http_method="ANY", proxy=False, options=options)


def function(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): return {'statusCode': 200}"),
    )


def machine(stack: Stack) -> stepfunctions.StateMachine:
    return stepfunctions.StateMachine(
        stack,
        "Machine",
        state_machine_type=stepfunctions.StateMachineType.EXPRESS,
        definition_body=stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(stack, "Pass")),
    )
