"""APIs of the plain CDK, the way people write them, in one stack."""

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from ..apps import synthesized
from ..templates import Template
from .calls import APP, STRANGER, UNKNOWN_KEY, Key, Scenario, preflights, requests

ADMIN = "https://admin.example.com"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:shop"
KEYED = apigateway.MethodOptions(api_key_required=True)


def _stack(app: App) -> Stack:
    stack = Stack(app, "Plain")
    _one_origin(stack)
    _several_origins(stack)
    _own_options(stack)
    _function(stack)
    _binary(stack)
    return stack


def _template() -> Template:
    return synthesized(_stack)


def _one_origin(stack: Stack) -> None:
    api = apigateway.RestApi(
        stack,
        "One",
        default_method_options=KEYED,
        default_cors_preflight_options=apigateway.CorsOptions(
            allow_origins=[APP], allow_headers=["content-type", "x-api-key"]
        ),
    )
    orders = api.root.add_resource("orders")
    orders.add_method("GET", _backend("/orders"))
    orders.add_resource("{id}").add_method("PUT", _backend("/order", "PUT"))
    api.add_gateway_response(
        "Errors",
        type=apigateway.ResponseType.DEFAULT_4_XX,
        response_headers={"Access-Control-Allow-Origin": f"'{APP}'"},
    )
    _client(api)


def _several_origins(stack: Stack) -> None:
    api = apigateway.RestApi(
        stack,
        "Several",
        default_method_options=KEYED,
        default_cors_preflight_options=apigateway.CorsOptions(allow_origins=[APP, ADMIN], allow_credentials=True),
    )
    api.root.add_resource("orders").add_method("PUT", _backend("/orders", "PUT"))
    _client(api)


def _own_options(stack: Stack) -> None:
    headers = {"Access-Control-Allow-Origin": f"'{APP}'", "Access-Control-Allow-Methods": "'PUT'"}
    parameters = {f"method.response.header.{name}": value for name, value in headers.items()}
    api = apigateway.RestApi(stack, "Own", default_method_options=KEYED)
    orders = api.root.add_resource("orders")
    orders.add_method("PUT", _backend("/orders", "PUT"))
    orders.add_method(
        "OPTIONS",
        apigateway.MockIntegration(
            request_templates={"application/json": '{"statusCode": 200}'},
            integration_responses=[apigateway.IntegrationResponse(status_code="200", response_parameters=parameters)],
        ),
        method_responses=[
            apigateway.MethodResponse(status_code="200", response_parameters=dict.fromkeys(parameters, True))
        ],
    )
    _client(api)


def _function(stack: Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "Shop", FUNCTION)
    api = apigateway.LambdaRestApi(stack, "Whole", handler=function, default_method_options=KEYED)
    _client(api)


def _binary(stack: Stack) -> None:
    api = apigateway.RestApi(
        stack,
        "Files",
        binary_media_types=["*/*"],
        default_cors_preflight_options=apigateway.CorsOptions(allow_origins=["*"]),
    )
    api.root.add_resource("files").add_proxy(default_integration=_backend("/files", "ANY"))


def _backend(path: str, verb: str = "GET") -> apigateway.HttpIntegration:
    return apigateway.HttpIntegration(f"https://backend.example.com{path}", http_method=verb)


def _client(api: apigateway.RestApi) -> None:
    plan = api.add_usage_plan("Plan")
    plan.add_api_key(api.add_api_key("Client"))
    plan.add_api_stage(stage=api.deployment_stage)


SCENARIO = Scenario(
    "plain CDK",
    _template,
    (
        *preflights("/", "/orders", "/orders/17", api="One"),
        *preflights("/orders", origins=[APP], more={"Content-Type": "text/plain"}, api="One"),
        *requests("GET", "/orders", keys=(None, UNKNOWN_KEY, Key("OneClient")), api="One"),
        *requests("PUT", "/orders/17", keys=(None, Key("OneClient")), api="One"),
        *requests("PUT", "/orders", "/nothing", keys=(None, Key("OneClient")), api="One"),
        *preflights("/", "/orders", origins=[APP, ADMIN, STRANGER, "null", None], api="Several"),
        *requests("PUT", "/orders", keys=(None, Key("SeveralClient"), Key("OneClient")), api="Several"),
        *preflights("/orders", api="Own"),
        *requests("OPTIONS", "/orders", keys=(Key("OwnClient"),), api="Own"),
        *requests("PUT", "/orders", keys=(None, Key("OwnClient")), api="Own"),
        *preflights("/", "/anything/at/all", api="Whole"),
        *requests("OPTIONS", "/anything", keys=(Key("WholeClient"),), api="Whole"),
        *requests("POST", "/", "/anything/at/all", keys=(None, Key("WholeClient")), api="Whole"),
        *preflights("/", "/files", "/files/a.png", api="Files"),
        *requests("GET", "/files/a/b.png", api="Files"),
    ),
)
SCENARIOS = (SCENARIO,)
