"""Fixes for operations of OpenAPI documents: in the document's words, not in those of resources."""

from typing import Any

import pytest

from .asking import checked
from .right import SEVERAL, Json

ORIGIN = "method.response.header.Access-Control-Allow-Origin"
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200", "responseParameters": {ORIGIN: "'https://app.example.com'"}}},
}
CHOOSING = {
    **MOCK,
    "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": SEVERAL}}},
}
HTTP = {
    "type": "http",
    "httpMethod": "PUT",
    "uri": "https://x.example.com",
    "responses": {"default": {"statusCode": "200"}},
}


def template(logical_id: str = "Api", api: Json | None = None, **paths: Any) -> Json:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
        "paths": {f"/{name}": item for name, item in paths.items()},
    }
    return {
        "Resources": {logical_id: {"Type": "AWS::ApiGateway::RestApi", "Properties": {**(api or {}), "Body": document}}}
    }


def operation(integration: Json, **more: Any) -> Json:
    return {"responses": {"200": {"description": ""}}, "x-amazon-apigateway-integration": integration, **more}


PUT = operation({"type": "http_proxy", "httpMethod": "PUT", "uri": "https://x.example.com"})


@pytest.mark.parametrize(
    ("rule", "document", "fix"),
    [
        (
            "CORS203",
            template(pets={"x-amazon-apigateway-any-method": {**PUT, "security": [{"key": []}]}}),
            "add an options operation beside it, on /pets: a MOCK integration that answers with the CORS headers, "
            "security: []",
        ),
        (
            "CORS204",
            template(pets={"put": PUT}),
            "add an options operation and a MOCK integration that answers with the CORS headers on /pets",
        ),
        (
            "CORS210",
            template(pets={"options": operation({**MOCK, "requestTemplates": {}}), "put": PUT}),
            "in the x-amazon-apigateway-integration of OPTIONS /pets write requestTemplates: "
            "{application/json: '{\"statusCode\": 200}'}",
        ),
        (
            "CORS212",
            template(pets={"options": operation(MOCK), "put": PUT}),
            "in the x-amazon-apigateway-integration of OPTIONS /pets write passthroughBehavior: never",
        ),
        (
            "CORS213",
            template(api={"BinaryMediaTypes": ["*/*"]}, pets={"options": operation(MOCK), "put": PUT}),
            "write contentHandling: CONVERT_TO_TEXT in the x-amazon-apigateway-integration of OPTIONS /pets",
        ),
        (
            "CORS219",
            template(pets={"options": operation(MOCK), "put": PUT}),
            "in the x-amazon-apigateway-integration.responses of OPTIONS /pets write "
            "method.response.header.Access-Control-Max-Age: \"'7200'\", and declare it",
        ),
        (
            "CORS511",
            template(pets={"options": operation(MOCK), "put": operation(HTTP)}),
            "in each x-amazon-apigateway-integration.responses entry of PUT /pets write responseParameters "
            f"{ORIGIN}: \"'<origin>'\", and headers: {{Access-Control-Allow-Origin: {{schema: {{type: string}}}}}} in "
            "the responses entry of its statusCode",
        ),
        (
            "CORS511",
            template(pets={"options": operation(MOCK), "put": operation({**HTTP, "responses": {}})}),
            "in x-amazon-apigateway-integration.responses of PUT /pets add an entry with statusCode: 200, and in it "
            f"write responseParameters {ORIGIN}: \"'<origin>'\", and headers: {{Access-Control-Allow-Origin: "
            "{schema: {type: string}}} in a responses entry of its statusCode",
        ),
        (
            "CORS511",
            template(pets={"options": operation(CHOOSING), "put": operation(HTTP)}),
            "in each x-amazon-apigateway-integration.responses entry of PUT /pets write responseTemplates "
            "application/json: what chooses among the origins in the template of OPTIONS /pets, and after it "
            "$input.body; responseParameters method.response.header.Vary: \"'Origin'\"; and headers: "
            "{Access-Control-Allow-Origin: {schema: {type: string}}}, headers: {Vary: {schema: {type: string}}} in the "
            "responses entry of its statusCode. A CorsRestApi does all that itself for an integration response with "
            'response_templates={"application/json": "$input.body"}',
        ),
        (
            "CORS512",
            template("Origin", pets={"options": operation(MOCK), "put": PUT}),
            "in the responses entry 200 of OPTIONS /pets add headers: "
            "{Access-Control-Allow-Origin: {schema: {type: string}}}",
        ),
    ],
)
def test_a_fix_is_one_for_the_document(rule: str, document: Json, fix: str) -> None:
    assert [finding.fix for finding in checked(document, select=[rule])] == [fix]
