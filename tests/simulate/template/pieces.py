"""Templates for the tests, small and hand-written, and short ways to what was read of them."""

import copy
from pathlib import Path
from typing import Any

from cors_constructs.simulate.model import Api, Method, Template
from cors_constructs.simulate.template import read_template

API = {"Ref": "Api"}
ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}

REPOSITORY = Path(__file__).parents[3]
SNAPSHOTS = sorted((REPOSITORY / "tests/examples/__snapshots__/test_snapshots").glob("*.json"))


def resource(type_: str, /, **properties: Any) -> dict[str, Any]:
    """A resource of API Gateway."""
    return {"Type": f"AWS::ApiGateway::{type_}", "Properties": properties}


def path(part: Any, parent: Any = ROOT) -> dict[str, Any]:
    return resource("Resource", RestApiId=API, ParentId=parent, PathPart=part)


def method(verb: Any = "GET", at: Any = ROOT, **properties: Any) -> dict[str, Any]:
    return resource("Method", RestApiId=API, ResourceId=at, HttpMethod=verb, **properties)


def template(resources: dict[str, Any] | None = None, **sections: Any) -> dict[str, Any]:
    """A template with an API."""
    return {"Resources": {"Api": resource("RestApi", Name="Shop"), **(resources or {})}, **sections}


def read(resources: dict[str, Any] | None = None, **sections: Any) -> Api:
    """The one API of such a template."""
    return the_api(read_template(template(resources, **sections)))


def the_api(read_: Template) -> Api:
    (api,) = read_.apis
    return api


def the_method(resources: dict[str, Any] | None = None, **sections: Any) -> Method:
    """The one method of such a template."""
    (found,) = read(resources, **sections).methods
    return found


def one_of_everything() -> dict[str, Any]:
    """A template with every type of resource that is read, and every property that is looked at."""
    return copy.deepcopy(_EVERYTHING)


_EVERYTHING = template(
    {
        "Api": resource(
            "RestApi",
            Name="Shop",
            ApiKeySourceType="HEADER",
            BinaryMediaTypes=["image~1png"],
            Parameters={"endpointConfigurationTypes": "REGIONAL"},
            Tags=[{"Key": "team", "Value": "shop"}],
            EndpointConfiguration={"Types": ["REGIONAL"]},
            MinimumCompressionSize=1000,
        ),
        "Users": path("users"),
        "User": path("{id}", {"Ref": "Users"}),
        "Authorizer": resource(
            "Authorizer",
            RestApiId=API,
            Name="Readers",
            Type="TOKEN",
            IdentitySource="method.request.header.Authorization",
            IdentityValidationExpression="Bearer .+",
            AuthorizerUri={"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/x/invocations"},
            AuthorizerResultTtlInSeconds=300,
        ),
        "Validator": resource(
            "RequestValidator", RestApiId=API, Name="All", ValidateRequestBody=True, ValidateRequestParameters="true"
        ),
        "UserModel": resource(
            "Model",
            RestApiId=API,
            Name="User",
            ContentType="application/json",
            Description="A user",
            Schema='{"type": "object", "title": "User", "required": ["name"]}',
        ),
        "Get": method(
            "GET",
            {"Ref": "User"},
            ApiKeyRequired=True,
            AuthorizationType="CUSTOM",
            AuthorizerId={"Ref": "Authorizer"},
            AuthorizationScopes=["read"],
            RequestValidatorId={"Ref": "Validator"},
            RequestParameters={"method.request.path.id": True},
            RequestModels={"application/json": "User"},
            Integration={
                "Type": "HTTP",
                "IntegrationHttpMethod": "POST",
                "Uri": "https://backend.example.com/{id}",
                "PassthroughBehavior": "NEVER",
                "ContentHandling": "CONVERT_TO_TEXT",
                "RequestTemplates": {"application/json": "{}"},
                "RequestParameters": {"integration.request.path.id": "method.request.path.id"},
                "TimeoutInMillis": 5000,
                "CacheKeyParameters": ["method.request.path.id"],
                "IntegrationResponses": [
                    {
                        "StatusCode": 200,
                        "ResponseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
                        "ResponseTemplates": {"application/json": "$input.body"},
                    },
                    {"StatusCode": "404", "SelectionPattern": "4..", "ContentHandling": "CONVERT_TO_TEXT"},
                ],
            },
            MethodResponses=[
                {
                    "StatusCode": "200",
                    "ResponseParameters": {"method.response.header.Access-Control-Allow-Origin": False},
                },
                {"StatusCode": 404, "ResponseModels": {"application/json": "Error"}},
            ],
        ),
        "Denied": resource(
            "GatewayResponse",
            RestApiId=API,
            ResponseType="DEFAULT_4XX",
            StatusCode=418,
            ResponseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
            ResponseTemplates={"application/json": "{}"},
        ),
        "Deployment": {
            **resource(
                "Deployment",
                RestApiId=API,
                StageName="beta",
                StageDescription={
                    "Variables": {"tier": "beta"},
                    "ThrottlingRateLimit": 5,
                    "ThrottlingBurstLimit": 6,
                    "MethodSettings": [{"ResourcePath": "/~1users", "HttpMethod": "GET", "ThrottlingRateLimit": 1}],
                },
            ),
            "DependsOn": ["Get"],
        },
        "Stage": resource(
            "Stage",
            RestApiId=API,
            StageName="prod",
            DeploymentId={"Ref": "Deployment"},
            Variables={"tier": "prod"},
            TracingEnabled=True,
            MethodSettings=[
                {
                    "ResourcePath": "/*",
                    "HttpMethod": "*",
                    "ThrottlingRateLimit": "10.5",
                    "ThrottlingBurstLimit": "20",
                    "LoggingLevel": "INFO",
                }
            ],
            AccessLogSetting={"DestinationArn": "arn", "Format": "$context.requestId"},
        ),
        "Plan": resource(
            "UsagePlan",
            UsagePlanName="Partners",
            ApiStages=[{"ApiId": API, "Stage": {"Ref": "Stage"}, "Throttle": {"/users/GET": {"RateLimit": 1}}}],
            Throttle={"RateLimit": 10, "BurstLimit": 20},
            Quota={"Limit": 1000, "Period": "DAY", "Offset": 0},
        ),
        "Key": {
            **resource(
                "ApiKey", Name="acme", Description="Client acme-web", Enabled=True, Value="0123456789abcdefghij"
            ),
            "Metadata": {"aws:cdk:path": "Shop/Api/Client-acme/Key/Resource"},
        },
        "Member": resource("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
    }
)
