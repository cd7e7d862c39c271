"""The API as somebody writes it in CloudFormation and OpenAPI: no CDK, nothing of ours."""

from typing import Any, Final

from .description import ANSWERS, BACKEND, BODIES, CLIENT, Description, Json, word
from .plain_cdk import ALL_BINARY
from .terms import Terms

STAGE: Final = "prod"
_ANY: Final = "x-amazon-apigateway-any-method"

PROXY_METHOD: Final[Json] = {"Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "ANY", "Uri": BACKEND}}
MAPPED_METHOD: Final[Json] = {
    "Integration": {
        "Type": "HTTP",
        "IntegrationHttpMethod": "ANY",
        "Uri": BACKEND,
        "IntegrationResponses": [
            {"StatusCode": status, "ResponseTemplates": BODIES, **({"SelectionPattern": pattern} if pattern else {})}
            for status, pattern in ANSWERS.items()
        ],
    },
    "MethodResponses": [{"StatusCode": "200"}],
}
"""What a method says of its integration, and of its answers."""


def template_of_methods(terms: Terms, description: Description) -> Json:
    """A template of resources and methods."""
    said = PROXY_METHOD if description.proxies else MAPPED_METHOD
    methods = {f"{verb.title()}{word(path)}": _method(verb, path, said) for verb, path in description.methods()}
    api = _resource("RestApi", Name="api", **({"BinaryMediaTypes": ALL_BINARY} if terms.binary else {}))
    deployment = {**_resource("Deployment", RestApiId=_ref("Api")), "DependsOn": list(methods)}
    parts = {
        word(path): _resource("Resource", RestApiId=_ref("Api"), ParentId=_resource_id(above), PathPart=part)
        for path, above, part in description.resources()
    }
    return {"Resources": {"Api": api, **parts, **methods, "Deployment": deployment, **_stage(), **client()}}


def template_of_document(document: Json) -> Json:
    """A template whose API is an OpenAPI document."""
    api = _resource("RestApi", Body=document)
    deployment = _resource("Deployment", RestApiId=_ref("Api"))
    return {"Resources": {"Api": api, "Deployment": deployment, **_stage(), **client()}}


def openapi(terms: Terms, description: Description) -> Json:
    """The API as an OpenAPI 3 document."""
    return {
        "openapi": "3.0.1",
        "info": {"title": "api", "version": "1"},
        "paths": {path: _operations(path, verbs, description) for path, verbs in description.paths.items()},
        **_binary(terms),
    }


def swagger(terms: Terms, description: Description) -> Json:
    """The API as a Swagger 2 document."""
    return {
        "swagger": "2.0",
        "info": {"title": "api", "version": "1"},
        "paths": {path: _operations(path, verbs, description) for path, verbs in description.paths.items()},
        **_binary(terms),
    }


def client(api: Json | None = None, stage: Json | str | None = None) -> Json:
    """A usage plan for the API's stage, and a key in it."""
    covered = {"ApiId": api or _ref("Api"), "Stage": stage or _ref("Stage")}
    key = {"KeyId": _ref("Key"), "KeyType": "API_KEY", "UsagePlanId": _ref("Plan")}
    return {
        "Plan": _resource("UsagePlan", ApiStages=[covered]),
        "Key": _resource("ApiKey", Name=CLIENT, Enabled=True),
        "PlanKey": _resource("UsagePlanKey", **key),
    }


def _operations(path: str, verbs: tuple[str, ...], description: Description) -> Json:
    names = [part[1:-1].rstrip("+") for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True} for name in names]
    return {
        _ANY if verb == "ANY" else verb.lower(): {
            "operationId": f"{verb.lower()}{word(path)}",
            **({"parameters": parameters} if parameters else {}),
            "responses": {"200": {"description": "OK"}},
            "x-amazon-apigateway-integration": integration(description),
        }
        for verb in verbs
    }


def integration(description: Description) -> Json:
    """What answers, as a document says it."""
    if description.proxies:
        return {"type": "http_proxy", "httpMethod": "ANY", "uri": BACKEND}
    answers = {
        pattern or "default": {"statusCode": status, "responseTemplates": BODIES} for status, pattern in ANSWERS.items()
    }
    return {"type": "http", "httpMethod": "ANY", "uri": BACKEND, "responses": answers}


def _binary(terms: Terms) -> Json:
    return {"x-amazon-apigateway-binary-media-types": ALL_BINARY} if terms.binary else {}


def _method(verb: str, path: str, said: Json) -> Json:
    return _resource(
        "Method",
        RestApiId=_ref("Api"),
        ResourceId=_resource_id(path),
        HttpMethod=verb,
        AuthorizationType="NONE",
        **said,
    )


def _stage() -> Json:
    said = {"RestApiId": _ref("Api"), "DeploymentId": _ref("Deployment"), "StageName": STAGE}
    return {"Stage": _resource("Stage", **said)}


def _resource_id(path: str) -> Json:
    return {"Fn::GetAtt": ["Api", "RootResourceId"]} if path == "/" else _ref(word(path))


def _resource(kind: str, **properties: Any) -> Json:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}


def _ref(name: str) -> Json:
    return {"Ref": name}
