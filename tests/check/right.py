"""Templates in which everything is right, for the tests to break."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

ORIGIN: Final = "https://app.example.com"
JSON: Final = "application/json"

# Written as the guide tells: both spellings of the header, whole origins, each override once.
SEVERAL: Final = (
    "#set($origin = $input.params().header.get('Origin'))\n"
    "#if(!$origin)#set($origin = $input.params().header.get('origin'))#end\n"
    "#if($origin == 'https://app.example.com' || $origin == 'https://admin.example.org')\n"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n"
    "#end"
)


def hand_written() -> Json:
    """An API of one path whose two methods ask for a key."""
    resources = {
        "Api": rest_api(),
        "Users": path_part("users"),
        "GetUsers": method("GET", "Users", ApiKeyRequired=True),
        "PutUsers": method("PUT", "Users", ApiKeyRequired=True),
        "UsersOptions": preflight("Users"),
        "Errors4xx": gateway_response("DEFAULT_4XX"),
        "Errors5xx": gateway_response("DEFAULT_5XX"),
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": "prod"},
        },
        "Plan": {
            "Type": "AWS::ApiGateway::UsagePlan",
            "Properties": {"ApiStages": [{"ApiId": ref("Api"), "Stage": ref("Stage")}]},
        },
        "Key": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True}},
        "PlanKey": {
            "Type": "AWS::ApiGateway::UsagePlanKey",
            "Properties": {"KeyId": ref("Key"), "KeyType": "API_KEY", "UsagePlanId": ref("Plan")},
        },
    }
    return deployed({"Resources": resources})


def of_several_origins(template: str = SEVERAL) -> Json:
    """The same API, whose preflight is answered by a response template."""
    document = hand_written()
    response = answer_of(document)
    del response["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"]
    response["ResponseParameters"]["method.response.header.Vary"] = "'Origin'"
    response["ResponseTemplates"] = {JSON: template}
    declared_by(document)["method.response.header.Vary"] = True
    for errors in ("Errors4xx", "Errors5xx"):
        document["Resources"][errors] = gateway_response(
            document["Resources"][errors]["Properties"]["ResponseType"], "*"
        )
    return document


def open_to_all() -> Json:
    """An API that asks for nothing: no key, no plan, no authorizer."""
    document = hand_written()
    for name in ("Plan", "Key", "PlanKey"):
        del document["Resources"][name]
    for name in ("GetUsers", "PutUsers"):
        document["Resources"][name]["Properties"]["ApiKeyRequired"] = False
    return document


def specified() -> Json:
    """The same API, made by an OpenAPI document."""
    document = hand_written()
    for name in ("Users", "GetUsers", "PutUsers", "UsersOptions", "Errors4xx", "Errors5xx"):
        del document["Resources"][name]
    document["Resources"]["Deployment"].pop("DependsOn")
    keyed = {
        "security": [{"api_key": []}],
        "responses": {},
        "x-amazon-apigateway-integration": {
            "type": "http_proxy",
            "httpMethod": "GET",
            "uri": "https://backend.example",
        },
    }
    document["Resources"]["Api"]["Properties"]["Body"] = {
        "openapi": "3.0.1",
        "info": {"title": "Users", "version": "1"},
        "paths": {"/users": {"get": keyed, "put": keyed, "options": operation()}},
        "components": {"securitySchemes": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
        "x-amazon-apigateway-gateway-responses": {
            name: {
                "responseParameters": {f"gatewayresponse.header.{header}": it for header, it in error_headers().items()}
            }
            for name in ("DEFAULT_4XX", "DEFAULT_5XX")
        },
    }
    return document


def operation() -> Json:
    """A preflight in an OpenAPI document."""
    sent = preflight_headers()
    return {
        "responses": {
            "204": {"description": "allowed", "headers": {name: {"schema": {"type": "string"}} for name in sent}}
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "passthroughBehavior": "never",
            "contentHandling": "CONVERT_TO_TEXT",
            "requestTemplates": {JSON: '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {f"method.response.header.{name}": value for name, value in sent.items()},
                }
            },
        },
    }


def rest_api(**properties: Any) -> Json:
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api", **properties}}


def path_part(part: str, parent: Any = None) -> Json:
    above = parent or {"Fn::GetAtt": ["Api", "RootResourceId"]}
    return {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {"RestApiId": ref("Api"), "ParentId": above, "PathPart": part},
    }


def method(verb: str, resource: str, integration: Json | None = None, **properties: Any) -> Json:
    """A method; by default a proxy's, whose answers the template does not show."""
    proxy = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "ANY", "Uri": "https://backend.example/"}
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": ref("Api"),
            "ResourceId": ref(resource) if resource != "/" else {"Fn::GetAtt": ["Api", "RootResourceId"]},
            "HttpMethod": verb,
            "AuthorizationType": "NONE",
            "Integration": proxy if integration is None else integration,
            **properties,
        },
    }


def preflight_headers() -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": f"'{ORIGIN}'",
        "Access-Control-Allow-Methods": "'GET,PUT'",
        "Access-Control-Allow-Headers": "'authorization,content-type,x-api-key'",
        "Access-Control-Max-Age": "'7200'",
    }


def preflight(resource: str, sent: Mapping[str, Any] | None = None, **properties: Any) -> Json:
    headers = preflight_headers() if sent is None else sent
    integration = {
        "Type": "MOCK",
        "PassthroughBehavior": "NEVER",
        "ContentHandling": "CONVERT_TO_TEXT",
        "RequestTemplates": {JSON: '{"statusCode": 200}'},
        "IntegrationResponses": [
            {
                "StatusCode": "204",
                "ContentHandling": "CONVERT_TO_TEXT",
                "ResponseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
            }
        ],
    }
    declared = {f"method.response.header.{name}": True for name in headers}
    responses = [{"StatusCode": "204", "ResponseParameters": declared}]
    return method("OPTIONS", resource, integration, MethodResponses=responses, **properties)


def mapped(kind: str, sent: Mapping[str, str], **integration: Any) -> Json:
    """An integration that is no proxy, with the headers it sends."""
    return {
        "Type": kind,
        "IntegrationHttpMethod": "GET",
        "Uri": "https://backend.example/",
        "IntegrationResponses": [
            {
                "StatusCode": "200",
                "ResponseParameters": {f"method.response.header.{name}": value for name, value in sent.items()},
            }
        ],
        **integration,
    }


def gateway_response(kind: str, origin: str = ORIGIN) -> Json:
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {
            "RestApiId": ref("Api"),
            "ResponseType": kind,
            "ResponseParameters": {f"gatewayresponse.header.{name}": it for name, it in error_headers(origin).items()},
        },
    }


def error_headers(origin: str = ORIGIN) -> dict[str, str]:
    """What a gateway response tells a page."""
    exposed = "'retry-after,x-amzn-errortype,x-amzn-requestid'"
    return {"Access-Control-Allow-Origin": f"'{origin}'", "Access-Control-Expose-Headers": exposed}


def authorizer(kind: str = "TOKEN", source: str = "method.request.header.Authorization") -> Json:
    return {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {"RestApiId": ref("Api"), "Name": "Who", "Type": kind, "IdentitySource": source},
    }


def deployed(document: Json) -> Json:
    """The same document, with a deployment that waits for everything that is deployed."""
    kinds = ("AWS::ApiGateway::Method", "AWS::ApiGateway::GatewayResponse")
    waited = [name for name, resource in document["Resources"].items() if resource["Type"] in kinds]
    document["Resources"]["Deployment"] = {
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": waited,
        "Properties": {"RestApiId": ref("Api")},
    }
    return document


def ref(name: str) -> Json:
    return {"Ref": name}


def properties_of(document: Json, name: str) -> Json:
    """A resource's properties, to be changed."""
    properties: Json = document["Resources"][name]["Properties"]
    return properties


def answer_of(document: Json, name: str = "UsersOptions") -> Json:
    """A method's only integration response, to be changed."""
    (response,) = properties_of(document, name)["Integration"]["IntegrationResponses"]
    changed: Json = response
    return changed


def sent_by(document: Json, name: str = "UsersOptions") -> Json:
    """The headers that a method's answer maps, to be changed."""
    headers: Json = answer_of(document, name)["ResponseParameters"]
    return headers


def declared_by(document: Json, name: str = "UsersOptions") -> Json:
    """The headers that a method's only method response declares, to be changed."""
    (response,) = properties_of(document, name)["MethodResponses"]
    headers: Json = response["ResponseParameters"]
    return headers
