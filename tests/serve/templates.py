"""Templates to serve: the right one of the command's tests, and what is done to it."""

from typing import Any

from tests.cli.templates import ORIGIN, Template

BACKEND = "https://backend.example.com"
"""Where the templates' HTTP integrations lead."""

__all__ = ["BACKEND", "ORIGIN", "Template", "beside", "limited", "open_to_all", "reached", "validated"]


def open_to_all(template: Template) -> None:
    """`ANY /{proxy+}` without a key: the whole path, the query and the body go to the backend."""
    resources = template["Resources"]
    resources["Proxy"] = {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
            "PathPart": "{proxy+}",
        },
    }
    integration = {
        "Type": "HTTP_PROXY",
        "IntegrationHttpMethod": "ANY",
        "Uri": f"{BACKEND}/{{proxy}}",
        "RequestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
    }
    resources["ProxyAny"] = _method("Proxy", "ANY", integration, {"method.request.path.proxy": True})


def reached(template: Template) -> None:
    """`GET /users` is no proxy: a template makes the answer of what the backend sends."""
    integration = template["Resources"]["UsersGet"]["Properties"]["Integration"]
    integration |= {
        "Type": "HTTP",
        "RequestParameters": {"integration.request.querystring.page": "method.request.querystring.p"},
        "IntegrationResponses": [
            {
                "StatusCode": "200",
                "ResponseParameters": {"method.response.header.X-Kind": "integration.response.header.x-kind"},
                "ResponseTemplates": {"application/json": '{"names": $input.json("$.users")}'},
            }
        ],
    }
    template["Resources"]["UsersGet"]["Properties"]["MethodResponses"] = [
        {"StatusCode": "200", "ResponseParameters": {"method.response.header.X-Kind": True}}
    ]


def limited(template: Template) -> None:
    """Two requests of a client at once, and one more a minute."""
    template["Resources"]["Plan"]["Properties"]["Throttle"] = {"RateLimit": 0.017, "BurstLimit": 2}


def validated(template: Template, schema: Any = None) -> None:
    """`POST /users`, without a key, takes users alone: their bodies are validated. Its preflight is that of GET."""
    named = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    resources = template["Resources"]
    resources["User"] = {
        "Type": "AWS::ApiGateway::Model",
        "Properties": {"RestApiId": {"Ref": "Api"}, "Name": "User", "Schema": named if schema is None else schema},
    }
    resources["Bodies"] = {
        "Type": "AWS::ApiGateway::RequestValidator",
        "Properties": {"RestApiId": {"Ref": "Api"}, "ValidateRequestBody": True},
    }
    integration = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "POST", "Uri": f"{BACKEND}/users"}
    resources["UsersPost"] = _method("Users", "POST", integration, {})
    resources["UsersPost"]["Properties"] |= {
        "RequestModels": {"application/json": {"Ref": "User"}},
        "RequestValidatorId": {"Ref": "Bodies"},
    }
    resources["Deployment"]["DependsOn"].append("UsersPost")


def beside(template: Template) -> None:
    """A second API, whose stage has the name of the first's, and which answers by itself."""
    resources = template["Resources"]
    resources["Other"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Orders & more"}}
    root = {"Fn::GetAtt": ["Other", "RootResourceId"]}
    integration = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {"application/json": '"other"'}}],
    }
    method = _method("Api", "GET", integration, {})
    method["Properties"] |= {"RestApiId": {"Ref": "Other"}, "ResourceId": root}
    method["Properties"]["MethodResponses"] = [{"StatusCode": "200"}]
    resources["OtherGet"] = method
    deployment = {"RestApiId": {"Ref": "Other"}}
    resources["OtherDeployment"] = {
        "Type": "AWS::ApiGateway::Deployment",
        "Properties": deployment,
        "DependsOn": ["OtherGet"],
    }
    resources["OtherStage"] = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {**deployment, "DeploymentId": {"Ref": "OtherDeployment"}, "StageName": "prod"},
    }


def _method(resource: str, verb: str, integration: dict[str, Any], parameters: dict[str, bool]) -> dict[str, Any]:
    properties = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Ref": resource},
        "HttpMethod": verb,
        "AuthorizationType": "NONE",
        "RequestParameters": parameters,
        "Integration": integration,
    }
    return {"Type": "AWS::ApiGateway::Method", "Properties": properties}
