"""Templates for the command to read: one that is right, and what is done to it."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

ORIGIN = "https://app.example.com"

Template = dict[str, Any]

_HEADER = "method.response.header."
_ALLOWED = {
    f"{_HEADER}Access-Control-Allow-Origin": f"'{ORIGIN}'",
    f"{_HEADER}Access-Control-Allow-Methods": "'GET'",
    f"{_HEADER}Access-Control-Allow-Headers": "'x-api-key'",
    f"{_HEADER}Access-Control-Max-Age": "'7200'",
}


def right() -> Template:
    """One API: `GET /users` with a key, its preflight, errors that pages can read, a client with a plan."""
    resources = {
        "Api": _resource("RestApi", Name="Shop"),
        "Users": _resource(
            "Resource", RestApiId=_ref("Api"), ParentId={"Fn::GetAtt": ["Api", "RootResourceId"]}, PathPart="users"
        ),
        "UsersGet": _method("GET", key=True, Integration=_backend()),
        "UsersOptions": _method("OPTIONS", key=False, **_preflight()),
        "Errors4XX": _errors("DEFAULT_4XX"),
        "Errors5XX": _errors("DEFAULT_5XX"),
        "Deployment": {
            **_resource("Deployment", RestApiId=_ref("Api")),
            "DependsOn": ["UsersGet", "UsersOptions", "Errors4XX", "Errors5XX"],
        },
        "Stage": _resource("Stage", RestApiId=_ref("Api"), DeploymentId=_ref("Deployment"), StageName="prod"),
        "Plan": _resource("UsagePlan", ApiStages=[{"ApiId": _ref("Api"), "Stage": _ref("Stage")}]),
        "Key": _resource("ApiKey", Name="web", Enabled=True),
        "PlanKey": _resource("UsagePlanKey", KeyId=_ref("Key"), KeyType="API_KEY", UsagePlanId=_ref("Plan")),
    }
    return {"Parameters": {"Keyed": {"Type": "String"}}, "Resources": resources}


def keyed(template: Template) -> None:
    """The preflight asks for a key: CORS201."""
    template["Resources"]["UsersOptions"]["Properties"]["ApiKeyRequired"] = True


def keyed_perhaps(template: Template) -> None:
    """Whether the preflight asks for a key is a parameter's affair."""
    template["Resources"]["UsersOptions"]["Properties"]["ApiKeyRequired"] = _ref("Keyed")


def without_max_age(template: Template) -> None:
    """The preflight says no max-age: CORS219, a warning."""
    (answer,) = template["Resources"]["UsersOptions"]["Properties"]["Integration"]["IntegrationResponses"]
    del answer["ResponseParameters"][f"{_HEADER}Access-Control-Max-Age"]


def guarded(template: Template) -> None:
    """A Lambda authorizer, which reads Authorization, guards the call instead of a key."""
    resources = template["Resources"]
    properties = {"Name": "members", "Type": "TOKEN", "IdentitySource": "method.request.header.Authorization"}
    resources["Members"] = _resource("Authorizer", RestApiId=_ref("Api"), AuthorizerUri="arn", **properties)
    guard = {"AuthorizationType": "CUSTOM", "AuthorizerId": _ref("Members"), "ApiKeyRequired": False}
    resources["UsersGet"]["Properties"].update(guard)
    (answer,) = resources["UsersOptions"]["Properties"]["Integration"]["IntegrationResponses"]
    answer["ResponseParameters"][f"{_HEADER}Access-Control-Allow-Headers"] = "'authorization'"


def staged(template: Template) -> None:
    """A second stage beside the first."""
    template["Resources"]["Test"] = _resource(
        "Stage", RestApiId=_ref("Api"), DeploymentId=_ref("Deployment"), StageName="test"
    )


def twice(template: Template) -> None:
    """A second API beside the first."""
    template["Resources"]["Other"] = _resource("RestApi", Name="Other")


def write(path: Path, *changes: Callable[[Template], None]) -> Path:
    """Writes the template, changed, into a file."""
    template = copy.deepcopy(right())
    for change in changes:
        change(template)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(template, indent=1))
    return path


def _preflight() -> dict[str, Any]:
    integration = {
        "Type": "MOCK",
        "PassthroughBehavior": "NEVER",
        "ContentHandling": "CONVERT_TO_TEXT",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [{"StatusCode": "204", "ResponseParameters": dict(_ALLOWED)}],
    }
    declared = dict.fromkeys(_ALLOWED, True)
    return {"Integration": integration, "MethodResponses": [{"StatusCode": "204", "ResponseParameters": declared}]}


def _backend() -> dict[str, Any]:
    return {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "https://backend.example.com/users"}


def _errors(kind: str) -> dict[str, Any]:
    headers = {
        "gatewayresponse.header.Access-Control-Allow-Origin": f"'{ORIGIN}'",
        "gatewayresponse.header.Access-Control-Expose-Headers": "'retry-after,x-amzn-errortype,x-amzn-requestid'",
    }
    return _resource("GatewayResponse", RestApiId=_ref("Api"), ResponseType=kind, ResponseParameters=headers)


def _method(verb: str, *, key: bool, **properties: Any) -> dict[str, Any]:
    return _resource(
        "Method",
        RestApiId=_ref("Api"),
        ResourceId=_ref("Users"),
        HttpMethod=verb,
        AuthorizationType="NONE",
        ApiKeyRequired=key,
        **properties,
    )


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}
