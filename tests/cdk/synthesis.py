"""Synthesize a small app, and read what came out: only the template's JSON is believed, never our own code."""

import json
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from aws_cdk import App, Stack, assertions
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi

Template = dict[str, Any]
Build = Callable[[Stack], object]

ORIGIN: Final = "https://app.example.com"
OTHER_ORIGIN: Final = "https://admin.example.com"
POLICY: Final = CorsPolicy(allow_origins=[ORIGIN])


def cors_api(scope: Any, id: str = "Api", **arguments: Any) -> CorsRestApi:  # noqa: A002 - the CDK's name for it
    """A `CorsRestApi` with a policy, and without need for a plan: what most tests are not about."""
    return CorsRestApi(scope, id, **{"cors": POLICY, "keys_managed_elsewhere": True, **arguments})


def mock() -> apigateway.MockIntegration:
    """An integration that needs nothing beside it."""
    return apigateway.MockIntegration()


def synthesize(build: Build, context: Mapping[str, Any] | None = None) -> Template:
    """The template of a stack with what `build` puts into it."""
    return synthesize_app(lambda app: build(Stack(app, "Stack")), context)["Stack"]


def synthesize_app(build: Callable[[App], object], context: Mapping[str, Any] | None = None) -> dict[str, Template]:
    """The templates of an app, nested stacks and stages among them, by stack."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, context=context, tree_metadata=False)
        build(app)
        app.synth()
        return {
            file.name.removesuffix(".json").removesuffix(".template").removesuffix(".nested"): json.loads(
                file.read_text()
            )
            for file in Path(directory).rglob("*.template.json")
        }


def read(build: Build, context: Mapping[str, Any] | None = None) -> "Api":
    """The one API of a stack with what `build` puts into it."""
    return Api(synthesize(build, context))


def synth_error(build: Build, context: Mapping[str, Any] | None = None) -> str:
    """What synthesis says is wrong with what `build` builds; it builds without a word."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, context=context, tree_metadata=False)
        build(Stack(app, "Stack"))
        with pytest.raises(RuntimeError) as caught:
            app.synth()
        return str(caught.value)


@attrs.frozen
class Message:
    """An annotation."""

    level: str
    path: str
    text: str


def messages(build: Build, context: Mapping[str, Any] | None = None) -> list[Message]:
    """All annotations of a stack with what `build` puts into it."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, context=context, tree_metadata=False)
        stack = Stack(app, "Stack")
        build(stack)
        annotations = assertions.Annotations.from_stack(stack)
        anything = assertions.Match.any_value()
        found = [*annotations.find_warning("*", anything), *annotations.find_error("*", anything)]
        return [Message(str(one.level.value), one.id, str(one.entry.data)) for one in found]


def warnings_with(rule: str, build: Build) -> list[Message]:
    """The warnings that are acknowledged by a name that holds `rule`."""
    return [one for one in messages(build) if f"[ack: {rule}" in one.text]


@attrs.frozen
class Preflight:
    """What an OPTIONS method says it answers."""

    properties: Mapping[str, Any]

    @property
    def integration(self) -> Mapping[str, Any]:
        return dict(self.properties["Integration"])

    @property
    def response(self) -> Mapping[str, Any]:
        (response,) = self.integration["IntegrationResponses"]
        return dict(response)

    @property
    def headers(self) -> dict[str, Any]:
        """The static ones, still in their quotes."""
        return _headers(self.response.get("ResponseParameters", {}), "method.response.header.")

    @property
    def declared(self) -> set[str]:
        (response,) = self.properties["MethodResponses"]
        assert response["StatusCode"] == self.response["StatusCode"]
        assert set(response["ResponseParameters"].values()) <= {True}
        return set(_headers(response["ResponseParameters"], "method.response.header."))

    @property
    def template(self) -> Any:
        """The mapping template that chooses among origins, None where there is none."""
        templates = self.response.get("ResponseTemplates")
        if templates is None:
            return None
        assert set(templates) == {"application/json"}
        return templates["application/json"]

    @property
    def allowed_methods(self) -> list[str]:
        """What a page is told it may do, wherever that stands."""
        if self.template is None:
            return sorted(str(self.headers["Access-Control-Allow-Methods"]).strip("'").split(","))
        text = json.dumps(self.template).partition("Access-Control-Allow-Methods='")[2]
        return sorted(text.partition("'")[0].split(","))


@attrs.define(slots=False)
class Api:
    """One API in a template.

    Args:
        template: The template.
        logical_id: The API's, where the template has several.
    """

    template: Template
    logical_id: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.logical_id:
            (self.logical_id,) = of_type(self.template, "AWS::ApiGateway::RestApi")

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """This API's resources of a type, by logical id."""
        return {
            name: resource
            for name, resource in of_type(self.template, kind).items()
            if resource["Properties"].get("RestApiId") == {"Ref": self.logical_id}
        }

    @cached_property
    def ids(self) -> dict[str, str]:
        """The methods' logical ids, by name: `GET /users`."""
        return {
            f"{method['Properties']['HttpMethod']} {self._path(method['Properties']['ResourceId'])}": name
            for name, method in self.of_type("AWS::ApiGateway::Method").items()
        }

    @cached_property
    def methods(self) -> dict[str, dict[str, Any]]:
        """The methods' properties, by name."""
        found = {name: dict(self.template["Resources"][id_]["Properties"]) for name, id_ in self.ids.items()}
        assert len(found) == len(self.of_type("AWS::ApiGateway::Method")), "two methods of one name"
        return found

    @property
    def keyed(self) -> set[str]:
        """The names of the methods that ask for a key."""
        return {name for name, method in self.methods.items() if method.get("ApiKeyRequired") is True}

    @property
    def keyless(self) -> set[str]:
        return set(self.methods) - self.keyed

    @property
    def working(self) -> set[str]:
        """The methods but OPTIONS."""
        return {name for name in self.methods if not name.startswith("OPTIONS ")}

    @property
    def preflights(self) -> set[str]:
        """The paths that have an OPTIONS."""
        return {name.partition(" ")[2] for name in self.methods if name.startswith("OPTIONS ")}

    def preflight(self, path: str) -> Preflight:
        return Preflight(self.methods[f"OPTIONS {path}"])

    @property
    def errors(self) -> dict[str, dict[str, Any]]:
        """The headers of each gateway response, still in their quotes, by its type."""
        return {
            response["Properties"]["ResponseType"]: _headers(
                response["Properties"].get("ResponseParameters", {}), "gatewayresponse.header."
            )
            for response in self.of_type("AWS::ApiGateway::GatewayResponse").values()
        }

    @property
    def deployment_id(self) -> str:
        (name,) = self.of_type("AWS::ApiGateway::Deployment")
        return name

    @property
    def deployed_after(self) -> set[str]:
        """The logical ids that the Deployment waits for."""
        return set(self.template["Resources"][self.deployment_id]["DependsOn"])

    @property
    def plans(self) -> dict[str, dict[str, Any]]:
        found = of_type(self.template, "AWS::ApiGateway::UsagePlan")
        return {name: one.get("Properties", {}) for name, one in found.items()}

    @property
    def keys(self) -> dict[str, dict[str, Any]]:
        return {name: one["Properties"] for name, one in of_type(self.template, "AWS::ApiGateway::ApiKey").items()}

    @property
    def plan_keys(self) -> dict[str, dict[str, Any]]:
        found = of_type(self.template, "AWS::ApiGateway::UsagePlanKey")
        return {name: one["Properties"] for name, one in found.items()}

    def _path(self, resource: Any) -> str:
        if isinstance(resource, str):
            return f"/<{resource}>"
        if resource == {"Fn::GetAtt": [self.logical_id, "RootResourceId"]}:
            return "/"
        name = resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0]
        if name not in self.template["Resources"]:
            return f"/<{name}>"
        properties = self.template["Resources"][name]["Properties"]
        return f"{self._path(properties['ParentId']).rstrip('/')}/{properties['PathPart']}"


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """The resources of a type, by logical id."""
    return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}


def _headers(parameters: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    assert all(name.startswith(prefix) for name in parameters), parameters
    return {name.removeprefix(prefix): value for name, value in parameters.items()}
