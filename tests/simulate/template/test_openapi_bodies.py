"""Bodies that an OpenAPI document describes, and its request validators: which get through."""

import json
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.simulate import Gateway, Request
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import resource, the_api

X = "x-amazon-apigateway-"
JSON = "application/json"
VALIDATORS = {
    f"{X}request-validators": {
        "all": {"validateRequestBody": True, "validateRequestParameters": True},
        "none": {"validateRequestBody": False, "validateRequestParameters": False},
    },
    f"{X}request-validator": "all",
}
MOCK = {
    f"{X}integration": {
        "type": "mock",
        "requestTemplates": {JSON: '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    },
    "responses": {"200": {"description": "Fine"}},
}
USER = {"type": "object", "required": ["name"], "properties": {"friends": {"$ref": "#/components/schemas/Users"}}}
SCHEMAS = {"User": USER, "Users": {"type": "array", "items": {"$ref": "#/components/schemas/User"}, "maxItems": 2}}
NAMED = {"name": "a"}


def body(schema: Any, type_: str = JSON) -> dict[str, Any]:
    return {"requestBody": {"content": {type_: {"schema": schema}}}}


def openapi(operation: dict[str, Any], item: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    paths = {"/users": {"post": {**MOCK, **operation}, **(item or {})}}
    components = {"components": {"schemas": SCHEMAS}}
    return {
        "openapi": "3.0.1",
        "info": {"title": "S", "version": "1"},
        "paths": paths,
        **components,
        **VALIDATORS,
        **others,
    }


def swagger(operation: dict[str, Any], item: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    document = openapi(operation, item, swagger="2.0", **others)
    del document["openapi"], document["components"]
    schemas = json.loads(json.dumps(SCHEMAS).replace("#/components/schemas/", "#/definitions/"))
    return {**document, "definitions": schemas}


def of(document: Any, **sections: Any) -> dict[str, Any]:
    return {"Resources": {"Api": resource("RestApi", Body=document)}, **sections}


def status(document: Any, sent: Any, content_type: str = JSON) -> int:
    gateway = Gateway.from_template(of(document))
    return gateway(Request("POST", "/users", {"Content-Type": content_type}, json.dumps(sent).encode())).status


REFERENCE = {"$ref": "#/components/schemas/User"}
PARAMETER = {"in": "body", "name": "user", "schema": {"$ref": "#/definitions/User"}}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(openapi(body(REFERENCE)), id="OpenAPI 3"),
        pytest.param(openapi(body(USER)), id="a schema in its place"),
        pytest.param(openapi(body({"allOf": [REFERENCE, {"nullable": True}]})), id="a schema of schemas"),
        pytest.param(openapi(body(REFERENCE, "$default")), id="of any type"),
        pytest.param(
            openapi(
                {"requestBody": {"$ref": "#/components/requestBodies/User"}},
                components={"schemas": SCHEMAS, "requestBodies": {"User": body(REFERENCE)["requestBody"]}},
            ),
            id="a body elsewhere",
        ),
        pytest.param(
            openapi(body({"$ref": "https://apigateway.amazonaws.com/restapis/x/models/User"})), id="a model's address"
        ),
        pytest.param(swagger({"parameters": [PARAMETER]}), id="Swagger 2"),
        pytest.param(swagger({}, {"parameters": [PARAMETER]}), id="a parameter of the path"),
        pytest.param(
            swagger({"parameters": [{"$ref": "#/parameters/User"}]}, parameters={"User": PARAMETER}),
            id="a parameter elsewhere",
        ),
        pytest.param(swagger({"parameters": [PARAMETER], "consumes": ["text/plain", JSON]}), id="its types"),
        pytest.param(swagger({"parameters": [PARAMETER]}, consumes=[JSON]), id="the document's types"),
    ],
)
def test_a_body_has_to_be_as_the_document_says(document: Any) -> None:
    assert status(document, NAMED) == 200
    assert status(document, {**NAMED, "friends": [NAMED, {**NAMED, "friends": []}]}) == 200
    assert status(document, {}) == 400
    assert status(document, {**NAMED, "friends": [{}]}) == 400


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(openapi({}), id="no body"),
        pytest.param(openapi({"requestBody": {"content": {JSON: {}}}}), id="no schema"),
        pytest.param(openapi(body(REFERENCE, "text/plain")), id="one of another type"),
        pytest.param(openapi(body(REFERENCE) | {f"{X}request-validator": "none"}), id="a validator of its own"),
        pytest.param({**openapi(body(REFERENCE)), f"{X}request-validator": "gone"}, id="one that is not there"),
        pytest.param(swagger({"parameters": [{"in": "body", "name": "user"}]}), id="no schema in Swagger"),
        pytest.param(swagger({"parameters": [PARAMETER], "consumes": ["text/plain"]}), id="another type in Swagger"),
    ],
)
def test_what_is_not_looked_at_passes(document: Any) -> None:
    assert status(document, {}) == 200


def test_a_validator_for_all_leaves_a_preflight_alone() -> None:
    document = openapi(body(REFERENCE), {"options": MOCK})
    answer = Gateway.from_template(of(document))(Request("OPTIONS", "/users", {"Origin": "https://a.example"}))
    assert answer.status == 200


def test_lengths_of_swagger_do_not_reach_the_model() -> None:
    many = {**NAMED, "friends": [NAMED] * 3}
    assert status(openapi(body(REFERENCE)), many) == 400
    assert status(swagger({"parameters": [PARAMETER]}), many) == 200


def test_a_document_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(openapi(body(REFERENCE))))
    template = {"Resources": {"Api": resource("RestApi", BodyS3Location="api.json")}}
    (tmp_path / "template.json").write_text(json.dumps(template))
    gateway = Gateway.from_template(tmp_path / "template.json")
    assert gateway(Request("POST", "/users", {}, b"{}")).status == 400
    assert gateway(Request("POST", "/users", {}, b'{"name": "a"}')).status == 200


def test_a_model_says_where_it_stands_and_what_it_is_called() -> None:
    (method,) = the_api(read_template(of(openapi(body(REFERENCE))))).methods
    found = method.request_models[JSON]
    assert found.name == "User"
    assert found.source.place == f"Properties.Body.paths./users.post.requestBody.content.{JSON}"
    (method,) = the_api(read_template(of(openapi(body(USER))))).methods
    assert method.request_models[JSON].name == ""


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        pytest.param({"$ref": "user.json"}, "leads to another document, which is never fetched", id="a file"),
        pytest.param({"$ref": "https://example.com/a"}, "which is never fetched", id="another server's"),
        pytest.param({"$ref": "#/components/schemas/Gone"}, "leads nowhere", id="gone"),
        pytest.param({"properties": {"a": {"$ref": "#/paths/~1gone"}}}, "leads nowhere", id="deeper"),
        pytest.param({"type": "object", "required": []}, "it is no JSON Schema draft 4", id="no draft 4"),
        pytest.param([], "it is no JSON Schema draft 4", id="a list"),
    ],
)
def test_a_schema_that_is_broken_is_one_clear_error(schema: Any, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        status(openapi(body(schema)), {})
    assert problem in caught.value.problem
    assert caught.value.place == f"Resources.Api.Properties.Body.paths./users.post.requestBody.content.{JSON}"


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param({"requestBody": {"Ref": "Part"}}, id="the body"),
        pytest.param({"requestBody": {"content": {"Ref": "Part"}}}, id="its types"),
        pytest.param({"requestBody": {"content": {JSON: {"Ref": "Part"}}}}, id="one of its types"),
        pytest.param(body({"Ref": "Part"}), id="the schema"),
        pytest.param(body({"$ref": {"Ref": "Part"}}), id="a reference"),
        pytest.param({**body(REFERENCE), f"{X}request-validator": {"Ref": "Part"}}, id="the validator"),
    ],
)
def test_what_is_only_known_at_deployment_is_asked_for(operation: dict[str, Any]) -> None:
    template = of(openapi(operation), Parameters={"Part": {"Type": "String"}})
    with pytest.raises(TemplateError, match=r"POST /users (takes|validates bodies) depends on "):
        Gateway.from_template(template)(Request("POST", "/users", {}, b"{}"))


@pytest.mark.parametrize(
    "validators",
    [
        pytest.param({"Ref": "Part"}, id="all"),
        pytest.param({"all": {"Ref": "Part"}}, id="one"),
        pytest.param({"all": {"validateRequestBody": {"Ref": "Part"}}}, id="whether bodies are"),
    ],
)
def test_validators_known_at_deployment_may_look_at_bodies(validators: Any) -> None:
    document = openapi(body(REFERENCE), **{f"{X}request-validators": validators})
    template = of(document, Parameters={"Part": {"Type": "String"}})
    (method,) = the_api(read_template(template)).methods
    assert isinstance(method.validates["body"], Unresolved)
    gateway = Gateway.from_template(template)
    assert gateway(Request("POST", "/users", {}, b'{"name": "a"}')).status == 200
    with pytest.raises(TemplateError, match="whether POST /users validates bodies depends on"):
        gateway(Request("POST", "/users", {}, b"{}"))


@pytest.mark.parametrize("version", [None, "3.0.1"], ids=["Swagger 2", "OpenAPI 3"])
@pytest.mark.parametrize("validates", [True, False, None], ids=["validated", "not validated", "nothing said"])
def test_a_sam_event_s_model_is_looked_at_if_it_says_so(version: str | None, validates: bool | None) -> None:
    properties: dict[str, Any] = {"StageName": "prod", "Models": {"User": {"type": "object", "required": ["name"]}}}
    model = {"Model": "User", "Required": True, **({} if validates is None else {"ValidateBody": validates})}
    event = {"RestApiId": {"Ref": "Api"}, "Path": "/users", "Method": "post", "RequestModel": model}
    function = {"Runtime": "python3.13", "Handler": "a.b", "InlineCode": "x"}
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Api": {
                "Type": "AWS::Serverless::Api",
                "Properties": {**properties, **({} if version is None else {"OpenApiVersion": version})},
            },
            "Post": {
                "Type": "AWS::Serverless::Function",
                "Properties": {**function, "Events": {"Post": {"Type": "Api", "Properties": event}}},
            },
        },
    }
    gateway = Gateway.from_template(template)
    assert gateway(Request("POST", "/users", {}, b'{"name": "a"}')).status == 200
    assert gateway(Request("POST", "/users", {}, b"{}")).status == (400 if validates else 200)
