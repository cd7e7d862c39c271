"""Small APIs of documents and routes, and what their templates say: only the template's JSON is believed."""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsSpecRestApi
from cors_constructs.check import Severity, check
from cors_constructs.simulate.template import read_template

from .synthesis import POLICY, Build, Template, of_type, synthesize

URL: Final = "https://backend.example.com"
INTEGRATION: Final = {"type": "http_proxy", "httpMethod": "GET", "uri": f"{URL}/users"}
DOCUMENT: Final[dict[str, Any]] = {
    "openapi": "3.0.1",
    "info": {"title": "Users", "version": "1.0"},
    "paths": {
        "/users": {"get": {"x-amazon-apigateway-integration": INTEGRATION, "responses": {}}},
        "/health": {"get": {"x-amazon-apigateway-integration": INTEGRATION, "responses": {}}},
    },
}

NO_PLAN: Final = "CORS401"


def spec_api(scope: Any, id: str = "Api", **arguments: Any) -> CorsSpecRestApi:  # noqa: A002 - the CDK's name for it
    """A `CorsSpecRestApi` with a policy, and without need for a plan: what most tests are not about."""
    return CorsSpecRestApi(scope, id, **{"cors": POLICY, "keys_managed_elsewhere": True, **arguments})


def function(scope: Stack, id: str = "Function", **arguments: Any) -> lambda_.Function:  # noqa: A002 - likewise
    """A function."""
    return lambda_.Function(
        scope,
        id,
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        **arguments,
    )


def body_of(build: Build) -> dict[str, Any]:
    """The document in the template of a stack with what `build` puts into it."""
    return body_in(synthesize(build))


def body_in(template: Template) -> dict[str, Any]:
    """The document in a template."""
    (api,) = of_type(template, "AWS::ApiGateway::RestApi").values()
    return dict(api["Properties"]["Body"])


def deployment_of(build: Build) -> str:
    """The logical id of the one Deployment."""
    (name,) = of_type(synthesize(build), "AWS::ApiGateway::Deployment")
    return name


def errors_in(template: Template | str) -> list[str]:
    """What the checker calls wrong in a template, or a folder of them, but that nobody has a key."""
    found = [it for it in check(read_template(template)) if it.rule.severity is Severity.ERROR]
    return [str(finding) for finding in found if finding.rule.id != NO_PLAN]
