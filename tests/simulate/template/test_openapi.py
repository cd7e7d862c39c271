"""APIs that are OpenAPI documents: in the template, or in a file beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.simulate.model import (
    Api,
    Authorizer,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
    Source,
)
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import method, resource, the_api

X = "x-amazon-apigateway-"
MOCK = {f"{X}integration": {"type": "mock"}}
ORIGIN = "Access-Control-Allow-Origin"


def document(paths: Any, **others: Any) -> dict[str, Any]:
    return {"openapi": "3.0.1", "info": {"title": "Shop", "version": "1"}, "paths": paths, **others}


def api_of(body: Any, more: dict[str, Any] | None = None, **sections: Any) -> Api:
    resources = {"Api": resource("RestApi", Body=body), **(more or {})}
    return the_api(read_template({"Resources": resources, **sections}))


def operation(given: Any, **others: Any) -> Method:
    (found,) = api_of(document({"/users": {"get": given}}, **others)).methods
    return found


def at(*parts: str) -> Source:
    return Source(None, "Api", ".".join(("Properties", "Body", *parts)))


def test_an_integration_has_all_its_fields() -> None:
    found = operation(
        {
            f"{X}integration": {
                "type": "http",
                "httpMethod": "POST",
                "uri": {"Fn::Sub": "https://${AWS::Region}.example.com"},
                "passthroughBehavior": "when_no_templates",
                "contentHandling": "CONVERT_TO_TEXT",
                "requestTemplates": {"application/json": '{"statusCode": 200}'},
                "requestParameters": {"integration.request.header.x": "'1'"},
                "timeoutInMillis": 3000,
                "responses": {
                    "default": {
                        "statusCode": "200",
                        "responseParameters": {f"method.response.header.{ORIGIN}": "'*'"},
                        "responseTemplates": {"application/json": "{}"},
                    },
                    r"4\d{2}": {"statusCode": 404, "contentHandling": "CONVERT_TO_BINARY"},
                },
            },
            "responses": {
                "200": {"description": "Fine", "headers": {ORIGIN: {"schema": {"type": "string"}}}},
                "404": {"description": "Gone"},
                "default": {"description": "Else"},
            },
        }
    )
    region = Unresolved({"Ref": "AWS::Region"})
    assert found == Method(
        at("paths", "/users", "get"),
        "/users",
        "GET",
        integration=Integration(
            "HTTP",
            "POST",
            Unresolved({"Fn::Sub": "https://${AWS::Region}.example.com"}, ("https://", region, ".example.com")),
            "WHEN_NO_TEMPLATES",
            {"application/json": '{"statusCode": 200}'},
            {"integration.request.header.x": "'1'"},
            "CONVERT_TO_TEXT",
            (
                IntegrationResponse("200", None, {ORIGIN: "'*'"}, {"application/json": "{}"}),
                IntegrationResponse("404", r"4\d{2}", content_handling="CONVERT_TO_BINARY"),
            ),
            3000,
        ),
        responses=(MethodResponse("200", {ORIGIN: False}), MethodResponse("404")),
    )


def test_paths_and_verbs() -> None:
    paths = {
        "/": {"get": {}},
        "/users/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True}],
            "summary": "A user",
            "options": MOCK,
            f"{X}any-method": MOCK,
            "trace": MOCK,
        },
        "/{proxy+}": {f"{X}any-method": MOCK},
        "x-note": "no path",
    }
    api = api_of(document(paths))
    assert [found.name for found in api.methods] == ["GET /", "OPTIONS /users/{id}", "ANY /users/{id}", "ANY /{proxy+}"]
    assert api.paths == {"/", "/users", "/users/{id}", "/{proxy+}"}
    assert api.specified
    assert api.name == "Shop"
    assert api.methods[0].integration is None
    assert api.methods[1].request_parameters == {"method.request.path.id": True}


def test_the_property_goes_before_the_title() -> None:
    properties: dict[str, Any] = {
        "Name": "Mine",
        "Body": document({}),
        "BinaryMediaTypes": ["a~1b"],
        "ApiKeySourceType": "HEADER",
    }
    properties["Body"] |= {f"{X}binary-media-types": ["image/png"], f"{X}api-key-source": "AUTHORIZER"}
    api = the_api(read_template({"Resources": {"Api": resource("RestApi", **properties)}}))
    assert (api.name, api.binary_media_types, api.api_key_source) == ("Mine", ("image/png", "a/b"), "HEADER")


def test_methods_of_the_document_and_of_resources_add_up() -> None:
    api = api_of(document({"/users": {"get": MOCK}}), {"Put": method("PUT", {"Fn::GetAtt": ["Api", "RootResourceId"]})})
    assert [found.name for found in api.methods] == ["GET /users", "PUT /"]


def test_parameters_of_an_operation_go_before_those_of_its_path() -> None:
    item = {
        "parameters": [
            {"name": "page", "in": "query"},
            {"name": "x", "in": "cookie"},
            {"$ref": "#/components/parameters/h"},
        ],
        "get": {"parameters": [{"name": "page", "in": "query", "required": True}], **MOCK},
    }
    components = {"parameters": {"h": {"name": "X-Token", "in": "header", "required": False}}}
    (found,) = api_of(document({"/users": item}, components=components)).methods
    assert found.request_parameters == {
        "method.request.querystring.page": True,
        "method.request.header.X-Token": False,
    }


KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}
SIGNED = {"type": "apiKey", "name": "Authorization", "in": "header", f"{X}authtype": "awsSigv4"}
TOKEN = {
    "type": "apiKey",
    "name": "X-Token",
    "in": "header",
    f"{X}authtype": "custom",
    f"{X}authorizer": {"type": "token", "authorizerUri": "arn", "identityValidationExpression": "Bearer .+"},
}
REQUEST = {
    "type": "apiKey",
    "name": "Unused",
    "in": "header",
    f"{X}authorizer": {"type": "request", "identitySource": "method.request.header.A, context.identity.sourceIp"},
}
POOLS = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    f"{X}authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn"]},
}
SCHEMES = {
    "key": KEY,
    "signed": SIGNED,
    "token": TOKEN,
    "request": REQUEST,
    "pools": POOLS,
    "oauth": {"type": "oauth2"},
}


@pytest.mark.parametrize(
    ("security", "key", "authorization", "authorizer"),
    [
        pytest.param(None, False, "NONE", None, id="nothing-said"),
        pytest.param([], False, "NONE", None, id="nothing-asked"),
        pytest.param([{"key": []}], True, "NONE", None, id="a-key"),
        pytest.param([{"signed": []}], False, "AWS_IAM", None, id="a-signature"),
        pytest.param([{"token": [], "key": []}], True, "CUSTOM", "token", id="a-token-and-a-key"),
        pytest.param([{"request": []}, {"key": []}], True, "CUSTOM", "request", id="in-two-requirements"),
        pytest.param([{"pools": ["read"]}], False, "COGNITO_USER_POOLS", "pools", id="a-user-pool"),
        pytest.param([{"oauth": []}], False, "NONE", None, id="what-api-gateway-does-not-check"),
        pytest.param([{"NONE": []}], False, "NONE", None, id="what-is-not-declared"),
    ],
)
@pytest.mark.parametrize("version", ["swagger", "openapi"])
def test_security(version: str, security: Any, key: bool, authorization: str, authorizer: str | None) -> None:
    schemes = {"securityDefinitions": SCHEMES} if version == "swagger" else {"components": {"securitySchemes": SCHEMES}}
    given = MOCK if security is None else {**MOCK, "security": security}
    found = operation(given, security=[{"key": []}], **schemes)
    assert (found.api_key_required, found.authorization) == (key, authorization)
    assert (found.authorizer.name if found.authorizer else None) == authorizer


def test_authorizers() -> None:
    api = api_of(document({}, securityDefinitions=SCHEMES))
    place = at("securityDefinitions")
    assert api.authorizers == (
        Authorizer(
            at("securityDefinitions", "token"), "token", "TOKEN", "method.request.header.X-Token", "Bearer .+", "arn"
        ),
        Authorizer(
            at("securityDefinitions", "request"),
            "request",
            "REQUEST",
            "method.request.header.A, context.identity.sourceIp",
        ),
        Authorizer(
            at("securityDefinitions", "pools"), "pools", "COGNITO_USER_POOLS", "method.request.header.Authorization"
        ),
    )
    assert place.logical_id == "Api"


def test_an_operation_s_own_kind_of_authorization() -> None:
    assert operation({**MOCK, f"{X}auth": {"type": "AWS_IAM"}}).authorization == "AWS_IAM"
    guarded = {**MOCK, "security": [{"signed": []}], f"{X}auth": {"type": "NONE"}}
    assert operation(guarded, securityDefinitions=SCHEMES).authorization == "NONE"


def test_gateway_responses() -> None:
    responses = {
        "DEFAULT_4XX": {
            "responseParameters": {f"gatewayresponse.header.{ORIGIN}": "'*'", "gatewayresponse.body": "x"},
            "responseTemplates": {"application/json": "{}"},
        },
        "THROTTLED": {"statusCode": 503},
    }
    place = f"{X}gateway-responses"
    assert api_of(document({}, **{place: responses})).gateway_responses == {
        "DEFAULT_4XX": GatewayResponse(
            at(place, "DEFAULT_4XX"), "DEFAULT_4XX", None, {ORIGIN: "'*'"}, {"application/json": "{}"}
        ),
        "THROTTLED": GatewayResponse(at(place, "THROTTLED"), "THROTTLED", "503"),
    }


@pytest.mark.parametrize(
    ("default", "own", "validates"),
    [
        pytest.param(None, None, {}, id="none"),
        pytest.param("all", None, {"params": True, "body": True}, id="the-document-s"),
        pytest.param("all", "body", {"body": True}, id="its-own"),
        pytest.param("all", "none", {}, id="one-that-looks-at-nothing"),
        pytest.param(None, "gone", {}, id="one-that-is-not-there"),
    ],
)
def test_request_validators(default: str | None, own: str | None, validates: dict[str, bool]) -> None:
    validators = {
        "all": {"validateRequestBody": True, "validateRequestParameters": "true"},
        "body": {"validateRequestBody": True, "validateRequestParameters": False},
        "none": {"validateRequestBody": False},
    }
    others = {f"{X}request-validators": validators} | ({f"{X}request-validator": default} if default else {})
    assert operation({**MOCK, **({f"{X}request-validator": own} if own else {})}, **others).validates == validates


def test_references_within_the_document_are_followed() -> None:
    components = {
        "pathItems": {"users": {"get": {"$ref": "#/components/operations/get~1it"}}},
        "operations": {"get/it": {f"{X}integration": {"$ref": "#/components/integrations/a~0b"}}},
        "integrations": {"a~b": {"$ref": "#/components/integrations/c"}, "c": {"type": "mock"}},
    }
    api = api_of(document({"/users": {"$ref": "#/components/pathItems/users"}}, components=components))
    assert api.methods[0].integration == Integration("MOCK")


@pytest.mark.parametrize(
    ("body", "place", "problem"),
    [
        pytest.param(document([]), "paths", "it is a list", id="paths"),
        pytest.param(document({"/a": []}), "paths./a", "it is a list", id="a-path"),
        pytest.param(document({"/a": {"get": "x"}}), "paths./a.get", 'it is a string, "x"', id="an-operation"),
        pytest.param(document({"/a": {"get": None}}), "paths./a.get", "it is null", id="an-operation-left-empty"),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": 5}}}),
            f"paths./a.get.{X}integration",
            "it is a number, 5",
            id="an-integration",
        ),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": {}}}}),
            f"paths./a.get.{X}integration",
            "it has no type",
            id="an-integration-without-a-type",
        ),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": {"type": ["mock"]}}}}),
            f"paths./a.get.{X}integration.type",
            "it is a list",
            id="a-type",
        ),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": {"type": "mock", "responses": {"default": {}}}}}}),
            f"paths./a.get.{X}integration.responses.default",
            "it has no statusCode",
            id="a-response-without-a-status",
        ),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": {"type": "mock", "requestTemplates": {"a/b": None}}}}}),
            f"paths./a.get.{X}integration.requestTemplates.a/b",
            "it is null",
            id="a-template-left-empty",
        ),
        pytest.param(
            document({"/a": {"get": {"security": {}}}}), "paths./a.get.security", "it is a mapping", id="security"
        ),
        pytest.param(
            document({"/a": {"get": {"security": ["key"]}}}),
            "paths./a.get.security.0",
            'it is a string, "key"',
            id="a-requirement",
        ),
        pytest.param(
            document({"/a": {"get": {"parameters": [5]}}}),
            "paths./a.get.parameters.0",
            "it is a number, 5",
            id="a-parameter",
        ),
        pytest.param(
            document({"/a": {"get": {"responses": []}}}), "paths./a.get.responses", "it is a list", id="responses"
        ),
        pytest.param(document({}, components=[]), "components", "it is a list", id="components"),
        pytest.param(
            document({}, securityDefinitions={"a": 5}), "securityDefinitions.a", "it is a number, 5", id="a-scheme"
        ),
        pytest.param(
            document({}, securityDefinitions={"a": {f"{X}authorizer": {}}}),
            f"securityDefinitions.a.{X}authorizer",
            "it has no type",
            id="an-authorizer",
        ),
        pytest.param(
            document({}, **{f"{X}binary-media-types": "x"}),
            f"{X}binary-media-types",
            'it is a string, "x"',
            id="media-types",
        ),
        pytest.param(
            document({}, **{f"{X}gateway-responses": {"X": []}}),
            f"{X}gateway-responses.X",
            "it is a list",
            id="a-gateway-response",
        ),
        pytest.param(
            document({"/a": {"$ref": "#/components/x"}}),
            "paths./a.$ref",
            'the document has no "#/components/x"',
            id="a-reference-to-nothing",
        ),
        pytest.param(
            document({"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}}),
            "paths./a.$ref",
            "it goes in a circle: #/paths/~1b, #/paths/~1a, #/paths/~1b",
            id="references-to-one-another",
        ),
    ],
)
def test_a_document_that_is_wrong(body: Any, place: str, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        api_of(body)
    assert (caught.value.place, caught.value.problem) == (f"Resources.Api.Properties.Body.{place}", problem)


@pytest.mark.parametrize(
    ("body", "note"),
    [
        pytest.param({"Ref": "P"}, "Resources.Api.Properties.Body is only known at deployment", id="all-of-it"),
        pytest.param(
            document({"Ref": "P"}), "Resources.Api.Properties.Body.paths is only known at deployment", id="the-paths"
        ),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": {"Ref": "P"}}}}),
            f"Resources.Api.Properties.Body.paths./a.get.{X}integration is only known at deployment",
            id="an-integration",
        ),
        pytest.param(
            document({"/a": {"get": {f"{X}integration": {"type": "mock", "responses": {"default": {"Ref": "P"}}}}}}),
            f"Resources.Api.Properties.Body.paths./a.get.{X}integration.responses.default is only known at deployment",
            id="a-response",
        ),
        pytest.param(
            document({"/a": {"get": {"security": {"Ref": "P"}}}}),
            "Resources.Api.Properties.Body.paths./a.get.security is only known at deployment",
            id="security",
        ),
        pytest.param(
            document({}, **{f"{X}binary-media-types": {"Ref": "P"}}),
            f"Resources.Api.Properties.Body.{X}binary-media-types is only known at deployment",
            id="media-types",
        ),
        pytest.param(
            document({"/a": {"$ref": "shop.yaml#/a"}}),
            "Resources.Api.Properties.Body.paths./a refers to another document, shop.yaml#/a",
            id="another-document",
        ),
        pytest.param(
            {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}},
            "Resources.Api.Properties.Body is only known at deployment",
            id="an-include",
        ),
        pytest.param(
            {**document({}), "Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}},
            "what Resources.Api.Properties.Body.Fn::Transform brings is only known at deployment",
            id="an-include-among-other-things",
        ),
    ],
)
def test_what_is_only_known_at_deployment_is_noted(body: Any, note: str) -> None:
    assert api_of(body, Parameters={"P": {"Type": "String"}}).unreadable == (note,)


def test_a_base_path_that_counts_is_noted() -> None:
    given = resource("RestApi", Body=document({}), Parameters={"basepath": "prepend"})
    api = the_api(read_template({"Resources": {"Api": given}}))
    assert api.unreadable == ("the paths of Resources.Api.Properties.Body come below its basePath",)


class TestFiles:
    """Documents in files of their own."""

    @staticmethod
    def shop(folder: Path, **properties: Any) -> str:
        file = folder / "shop.json"
        file.write_text(json.dumps({"Resources": {"Api": resource("RestApi", **properties)}}))
        return str(file)

    def test_a_path_as_before_it_is_packaged(self, tmp_path: Path) -> None:
        (tmp_path / "openapi.yaml").write_text(
            "openapi: 3.0.1\ninfo: {title: Shop}\npaths:\n  /users:\n    get:\n"
            f"      {X}integration:\n        type: mock\n        responses: {{default: {{statusCode: 200}}}}\n"
            "        requestTemplates: {application/json: null}\n      responses: {200: {}}\n"
        )
        api = the_api(read_template(self.shop(tmp_path, BodyS3Location="./openapi.yaml")))
        (found,) = api.methods
        assert found.source == Source(str(tmp_path / "openapi.yaml"), "Api", "paths./users.get")
        assert found.responses == (MethodResponse("200"),)
        assert found.integration is not None
        assert found.integration.request_templates == {"application/json": ""}
        assert (api.specified, api.unreadable) == (True, ())

    def test_what_is_left_empty_in_a_file_is_nothing(self, tmp_path: Path) -> None:
        empty = {"components": None, "security": None, f"{X}gateway-responses": None}
        paths = {"/users": {"get": {**MOCK, "security": None}, "parameters": None}, "/empty": None}
        (tmp_path / "openapi.json").write_text(json.dumps(document(paths, **empty)))
        api = the_api(read_template(self.shop(tmp_path, BodyS3Location="./openapi.json")))
        assert [(method.name, method.api_key_required) for method in api.methods] == [("GET /users", False)]
        assert api.unreadable == ()

    def test_a_file_in_a_bucket_is_noted(self, tmp_path: Path) -> None:
        api = the_api(read_template(self.shop(tmp_path, BodyS3Location={"Bucket": "b", "Key": "k"})))
        assert api.unreadable == ("Resources.Api.Properties.BodyS3Location is a file in a bucket",)

    def test_an_include_of_a_local_file(self, tmp_path: Path) -> None:
        (tmp_path / "openapi.json").write_text(json.dumps(document({"/users": {"get": MOCK}})))
        include = {"Name": "AWS::Include", "Parameters": {"Location": "openapi.json"}}
        api = the_api(read_template(self.shop(tmp_path, Body={"Fn::Transform": include, "host": "x"})))
        assert [found.name for found in api.methods] == ["GET /users"]
        assert api.unreadable == ()

    def test_several_includes_beside_what_is_there(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / f"{name}.json").write_text(json.dumps({f"/{name}": {"get": MOCK}}))
        includes = [{"Name": "AWS::Include", "Parameters": {"Location": f"{name}.json"}} for name in ("one", "two")]
        body = document({"/zero": {"get": MOCK}, "Fn::Transform": includes})
        api = the_api(read_template(self.shop(tmp_path, Body=body)))
        assert {found.name for found in api.methods} == {"GET /zero", "GET /one", "GET /two"}
        assert api.unreadable == ()

    @pytest.mark.parametrize(
        "location",
        [
            "s3://bucket/assets/abc.json",
            {"Fn::Sub": "s3://bucket-${AWS::AccountId}-${AWS::Region}/assets/abc.json"},
            {"Fn::Join": ["", ["s3://", {"Ref": "AWS::AccountId"}, "/abc.json"]]},
        ],
        ids=["a text", "a substitution", "a join"],
    )
    @pytest.mark.parametrize("there", [True, False])
    def test_an_include_of_what_is_uploaded_with_the_app(self, tmp_path: Path, location: Any, there: bool) -> None:
        include = {"Name": "AWS::Include", "Parameters": {"Location": location}}
        template = {"Resources": {"Api": resource("RestApi", Body=document({"Fn::Transform": include}))}}
        key = "abc.json" if "Fn::Join" in location else "assets/abc.json"
        files = {"x": {"source": {"path": "asset.abc.json"}, "destinations": {"here": {"objectKey": key}}}}
        artifacts = {
            "Assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
            "Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}},
        }
        (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))
        (tmp_path / "Shop.assets.json").write_text(json.dumps({"version": "1", "files": files}))
        (tmp_path / "Shop.template.json").write_text(json.dumps(template))
        if there:
            (tmp_path / "asset.abc.json").write_text(json.dumps({"/users": {"get": MOCK}}))
        api = the_api(read_template(str(tmp_path)))
        assert [found.name for found in api.methods] == ["GET /users"] * there
        assert bool(api.unreadable) is not there

    def test_a_broken_one_is_an_error_in_that_file(self, tmp_path: Path) -> None:
        (tmp_path / "openapi.json").write_text('{"paths": {"/users": 5}}')
        with pytest.raises(TemplateError) as caught:
            read_template(self.shop(tmp_path, BodyS3Location="openapi.json"))
        assert (caught.value.file, caught.value.place) == (str(tmp_path / "openapi.json"), "paths./users")
