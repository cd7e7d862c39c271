"""APIs made of OpenAPI documents: 3.0 and Swagger 2, keyed operation by operation."""

from typing import Any, Final

from ..templates import Template
from .calls import APP, JSON, STRANGER, UNKNOWN_KEY, Key, Scenario, preflights, requests
from .handwritten import BACKEND, Written

DECLARED = ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")
ORIGINS = (
    "#if($input.params().header.get('Origin') == 'https://app.example.com')"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = 'https://app.example.com')#end"
)
SECURED: Final[list[dict[str, list[str]]]] = [{"api_key": []}]


def _mocked(status: str, template: str = "", passthrough: str = "never") -> dict[str, Any]:
    headers = {"Access-Control-Allow-Methods": "'GET,PUT'", "Access-Control-Allow-Headers": "'content-type,x-api-key'"}
    if not template:
        headers["Access-Control-Allow-Origin"] = f"'{APP}'"
    said: dict[str, Any] = {
        "statusCode": status,
        "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
    }
    if template:
        said["responseTemplates"] = {"application/json": template}
    return {
        "type": "mock",
        "passthroughBehavior": passthrough,
        "requestTemplates": {"application/json": f'{{"statusCode": {status}}}'},
        "responses": {"default": said},
    }


def _proxied(verb: str, path: str) -> dict[str, Any]:
    return {"type": "http_proxy", "httpMethod": verb, "uri": BACKEND + path}


def _paths(headers: dict[str, Any]) -> dict[str, Any]:
    def preflight(status: str, **more: Any) -> dict[str, Any]:
        responses = {status: {"description": "CORS", "headers": headers}}
        return {"responses": responses, "x-amazon-apigateway-integration": _mocked(status, **more)}

    def called(verb: str, path: str, **more: Any) -> dict[str, Any]:
        responses = {"200": {"description": "OK"}}
        return {"responses": responses, "x-amazon-apigateway-integration": _proxied(verb, path), **more}

    return {
        "/orders": {
            "get": called("GET", "/orders", security=SECURED),
            "put": called("PUT", "/orders", security=SECURED),
            "options": preflight("204"),
        },
        "/orders/{id}": {
            "x-amazon-apigateway-any-method": called("ANY", "/order", security=SECURED),
            "options": {**preflight("200", template=ORIGINS), "security": []},
        },
        "/open": {"get": called("GET", "/open"), "options": preflight("200", passthrough="when_no_match")},
        "/guarded": {"get": called("GET", "/guarded"), "options": {**preflight("204"), "security": SECURED}},
        "/{proxy+}": {"options": preflight("204")},
    }


def _openapi() -> Template:
    headers = {name: {"schema": {"type": "string"}} for name in DECLARED}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "orders", "version": "1"},
        "components": {"securitySchemes": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
        "security": SECURED,
        "paths": _paths(headers),
    }
    return Written(properties={"Body": document}).template("Web")


def _swagger() -> Template:
    headers = {name: {"type": "string"} for name in DECLARED}
    document = {
        "swagger": "2.0",
        "info": {"title": "orders", "version": "1"},
        "securityDefinitions": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
        "paths": _paths(headers),
    }
    return Written(properties={"Body": document}).template("Web")


CALLS = (
    *preflights("/orders", "/orders/17", "/open", "/guarded", "/elsewhere"),
    *preflights("/orders", "/orders/17", "/open", origins=[APP], more={"Content-Type": "text/plain"}),
    *requests("GET", "/orders", "/orders/17", "/open", "/guarded", keys=(None, UNKNOWN_KEY, Key("Web"))),
    *requests("PUT", "/orders", keys=(None, Key("Web")), more=JSON, body=b"{}"),
    *requests("DELETE", "/orders/17", "/orders", keys=(None, Key("Web"))),
    *requests("GET", "/nothing", origins=[APP, STRANGER]),
)
SCENARIOS = (Scenario("OpenAPI 3", _openapi, CALLS), Scenario("Swagger 2", _swagger, CALLS))
