"""Templates as people write them by hand: a few lines here, every resource spelled out there."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..templates import Template

Properties = dict[str, Any]

BACKEND: Final = "https://backend.example.com"


def ref(logical_id: str) -> dict[str, str]:
    return {"Ref": logical_id}


def quoted(headers: Mapping[str, str]) -> dict[str, str]:
    """Static values as mapping expressions."""
    return {name: f"'{value}'" for name, value in headers.items()}


def answer(
    status: int,
    headers: Mapping[str, str] | None = None,
    templates: Mapping[str, str] | None = None,
    *,
    pattern: str | None = None,
) -> Properties:
    """An integration response; `headers` are mapping expressions, by the name of the method's header."""
    said: Properties = {"StatusCode": str(status)}
    if headers:
        said["ResponseParameters"] = {f"method.response.header.{name}": it for name, it in headers.items()}
    if templates:
        said["ResponseTemplates"] = dict(templates)
    if pattern is not None:
        said["SelectionPattern"] = pattern
    return said


def mock(
    *answers: Properties,
    request: Mapping[str, str] | None = None,
    passthrough: str | None = "NEVER",
    handling: str | None = None,
) -> Properties:
    """A MOCK integration, whose request templates give the status of the first answer unless they are given."""
    status = answers[0]["StatusCode"] if answers else "200"
    integration: Properties = {
        "Type": "MOCK",
        "RequestTemplates": dict(request or {"application/json": f'{{"statusCode": {status}}}'}),
        "IntegrationResponses": list(answers),
    }
    if passthrough is not None:
        integration["PassthroughBehavior"] = passthrough
    if handling is not None:
        integration["ContentHandling"] = handling
    return integration


def proxy(path: str = "/", verb: str = "GET", **more: Any) -> Properties:
    """An HTTP_PROXY integration."""
    return {"Type": "HTTP_PROXY", "IntegrationHttpMethod": verb, "Uri": BACKEND + path, **more}


def http(path: str, verb: str, *answers: Properties, **more: Any) -> Properties:
    """An HTTP integration, which maps what comes and goes."""
    integration = {"Type": "HTTP", "IntegrationHttpMethod": verb, "Uri": BACKEND + path}
    return {**integration, "IntegrationResponses": list(answers), **more}


@attrs.define
class Written:
    """A REST API on paper: say what it has, then take its template.

    Attributes:
        name: The API's logical id.
        properties: More properties of the RestApi.
    """

    name: str = "Api"
    properties: Properties = attrs.field(factory=dict)
    resources: dict[str, Any] = attrs.field(factory=dict, init=False)
    _ids: dict[str, str] = attrs.field(factory=dict, init=False)

    def method(self, verb: str, path: str, integration: Properties, *, key: bool = False, **more: Any) -> "Written":
        """Add a method, and whatever resources its path lacks. Each answer's headers are declared."""
        declared = [
            {
                "StatusCode": said["StatusCode"],
                "ResponseParameters": dict.fromkeys(said.get("ResponseParameters", {}), True),
            }
            for said in integration.get("IntegrationResponses", [])
        ]
        properties = {
            "RestApiId": ref(self.name),
            "ResourceId": self._resource(path),
            "HttpMethod": verb,
            "AuthorizationType": "NONE",
            "Integration": integration,
            "MethodResponses": declared,
            **more,
        }
        if key:
            properties["ApiKeyRequired"] = True
        self._add(f"Method{len(self.resources)}", "Method", properties)
        return self

    def error(
        self,
        kind: str,
        headers: Mapping[str, str] | None = None,
        *,
        status: int | None = None,
        body: str | None = None,
    ) -> "Written":
        """Add a gateway response; `headers` are mapping expressions."""
        properties: Properties = {"RestApiId": ref(self.name), "ResponseType": kind}
        if headers:
            properties["ResponseParameters"] = {f"gatewayresponse.header.{name}": it for name, it in headers.items()}
        if status is not None:
            properties["StatusCode"] = str(status)
        if body is not None:
            properties["ResponseTemplates"] = {"application/json": body}
        self._add(f"Error{len(self.resources)}", "GatewayResponse", properties)
        return self

    def template(self, *keys: str, outside: Iterable[str] = ()) -> Template:
        """The template, deployed to the stage `prod`.

        Args:
            keys: Names of API keys in a plan of that stage.
            outside: Names of API keys that are in no plan.
        """
        name = self.name
        api = {"Name": name, **self.properties}
        parts = dict(self.resources)
        stage = {"RestApiId": ref(name), "DeploymentId": ref(f"{name}Deployment"), "StageName": "prod"}
        self._add("Deployment", "Deployment", {"RestApiId": ref(name)}, list(parts))
        self._add("Stage", "Stage", stage)
        if keys:
            self._add("Plan", "UsagePlan", {"ApiStages": [{"ApiId": ref(name), "Stage": ref(f"{name}Stage")}]})
        for key in (*keys, *outside):
            self._add(f"Key{key}", "ApiKey", {"Enabled": True, "Name": key})
        for key in keys:
            joined = {"KeyId": ref(f"{name}Key{key}"), "KeyType": "API_KEY", "UsagePlanId": ref(f"{name}Plan")}
            self._add(f"Plan{key}", "UsagePlanKey", joined)
        return {"Resources": {name: {"Type": "AWS::ApiGateway::RestApi", "Properties": api}, **self.resources}}

    def _resource(self, path: str) -> Any:
        if path == "/":
            return {"Fn::GetAtt": [self.name, "RootResourceId"]}
        if path not in self._ids:
            parent, _, part = path.rpartition("/")
            properties = {"RestApiId": ref(self.name), "ParentId": self._resource(parent or "/"), "PathPart": part}
            self._ids[path] = self._add(f"Resource{len(self.resources)}", "Resource", properties)
        return ref(self._ids[path])

    def _add(self, suffix: str, kind: str, properties: Properties, depends: list[str] | None = None) -> str:
        logical_id = f"{self.name}{suffix}"
        self.resources[logical_id] = {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}
        if depends:
            self.resources[logical_id]["DependsOn"] = depends
        return logical_id


def merged(*templates: Template) -> Template:
    """One template with everything of several."""
    return {"Resources": {name: one for template in templates for name, one in template["Resources"].items()}}
