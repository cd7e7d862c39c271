"""APIs written by hand, as a template's reader would give them."""

from collections.abc import Mapping, Sequence
from typing import Any

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import (
    Api,
    ApiKey,
    Authorizer,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
    Source,
    Stage,
    Template,
    UsagePlan,
)
from cors_constructs.simulate.values import Text

API = Source("template.json", "Api", construct="Shop/Api/Resource")
PROD = Stage(Source("template.json", "ApiProd"), "prod")
SITE = "https://app.example.com"
PROXY = Integration("AWS_PROXY", "POST", "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations")
JSON = "application/json"


def source(logical_id: str = "Method") -> Source:
    return Source("template.json", logical_id)


def method(name: str, integration: Integration | None = PROXY, **given: Any) -> Method:
    verb, path = name.split()
    return Method(source(f"{verb}{path}"), path, verb, integration=integration, **given)


def mock(
    headers: Mapping[str, Text] | None = None,
    *,
    request: Mapping[str, Text] | None = None,
    template: Text | None = None,
    status: str = "204",
    **given: Any,
) -> Integration:
    """A MOCK integration with one response, as a preflight has."""
    templates = {} if template is None else {JSON: template}
    answer = IntegrationResponse(status, headers=headers or {}, templates=templates)
    requests = {JSON: '{"statusCode":200}'} if request is None else request
    return Integration("MOCK", request_templates=requests, **{"responses": (answer,), **given})


def mocked(name: str, integration: Integration, *, declared: Sequence[str] | None = None, **given: Any) -> Method:
    """A method that declares the headers its integration maps, or those named."""
    responses = tuple(
        MethodResponse(answer.status, dict.fromkeys(answer.headers if declared is None else declared, True))
        for answer in integration.responses
    )
    return method(name, integration, responses=responses, **given)


def api_key(name: str = "web", **given: Any) -> ApiKey:
    return ApiKey(source(f"Key{name}"), **{"name": name, **given})


def plan(*keys: ApiKey, stages: tuple[tuple[str, Text], ...] = (("Api", "prod"),), **given: Any) -> UsagePlan:
    return UsagePlan(source("Plan"), "plan", stages, keys, **given)


def authorizer(type_: str = "TOKEN", **given: Any) -> Authorizer:
    return Authorizer(source("Authorizer"), "who", type_, **given)


def answers(*responses: GatewayResponse) -> dict[str, GatewayResponse]:
    return {response.type: response for response in responses}


def answer(type_: str, **given: Any) -> GatewayResponse:
    return GatewayResponse(source(f"Response{type_}"), type_, **given)


def api(*methods: Method, **given: Any) -> Api:
    return Api(API, **{"name": "shop", "methods": methods, "stages": (PROD,), **given})


def template(*apis: Api, keys: Sequence[ApiKey] = ()) -> Template:
    plans = tuple(it for one in apis for it in one.plans)
    return Template(("template.json",), apis, plans, (*keys, *(key for it in plans for key in it.keys)))


def gateway(
    *methods: Method, keys: Sequence[ApiKey] = (), settings: Mapping[str, Any] | None = None, **given: Any
) -> Gateway:
    """A gateway for one API: its methods and attributes, and `settings` for the gateway itself."""
    return Gateway.from_template(template(api(*methods, **given), keys=keys), **(settings or {}))


def send(to: Gateway, name: str, headers: Mapping[str, str | list[str]] | None = None, body: bytes = b"") -> Response:
    verb, url = name.split(" ", 1)
    return to(Request(verb, url, headers or {}, body))
