"""A small shop, as a stack and as a template: what the tests here put a browser on."""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi
from cors_constructs.simulate import Request, Response

ORIGIN: Final = "https://app.example.com"
STRANGER: Final = "https://stranger.example"
POLICY: Final = CorsPolicy(allow_origins=[ORIGIN])


def add_shop(scope: Any, id: str = "Api", path: str = "users", **arguments: Any) -> CorsRestApi:  # noqa: A002 - the CDK's name for it
    """An API with one keyed method and one client, called web."""
    api = CorsRestApi(scope, id, **{"cors": POLICY, **arguments})
    api.root.add_resource(path).add_method("GET", apigateway.HttpIntegration("https://backend.example.com"))
    api.add_client("web", rate_limit=5, burst_limit=5)
    return api


class Shop(Stack):
    """A stack with that API."""

    def __init__(self, scope: Any, id: str = "Shop", **arguments: Any) -> None:  # noqa: A002 - likewise
        super().__init__(scope, id)
        self.api = add_shop(self, **arguments)


def careful(request: Request) -> Response:
    """A backend that sends what the policy says."""
    return Response(200, POLICY.headers_for(request.headers.get("origin")))


TEMPLATE: Final[dict[str, Any]] = {
    "Resources": {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
        "Users": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "PathPart": "users",
            },
        },
        "Get": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Ref": "Users"},
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "Integration": {"Type": "HTTP_PROXY", "Uri": "https://backend.example.com"},
            },
        },
    }
}
"""By hand, without the CDK: one open method, and no preflight."""
