"""The properties of API Gateway's resource types, as shapes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html
"""

from typing import Any, Final

from cors_constructs.simulate.template.places import Place, kind
from cors_constructs.simulate.template.shapes import (
    Shape,
    anything,
    flag,
    list_of,
    mapping_of,
    number,
    record,
    scalar,
    status,
    text,
    whole,
)
from cors_constructs.simulate.values import Unresolved

PREFIX: Final = "AWS::ApiGateway::"

_TEXTS = list_of(text)
_TEMPLATES = mapping_of(text)
_EXPRESSIONS = mapping_of(scalar)
_FLAGS = mapping_of(flag)
_TAGS = list_of(record({"Key": scalar, "Value": scalar}))

_THROTTLE = {"RateLimit": number, "BurstLimit": whole}
_STAGE_THROTTLE = {"ThrottlingRateLimit": number, "ThrottlingBurstLimit": whole}
_CACHE = {"CacheDataEncrypted": flag, "CacheTtlInSeconds": whole, "CachingEnabled": flag}
_LOGS = {"DataTraceEnabled": flag, "LoggingLevel": text, "MetricsEnabled": flag}
_ACCESS_LOG = record({"DestinationArn": text, "Format": text})
_CANARY = record({"PercentTraffic": number, "StageVariableOverrides": _EXPRESSIONS, "UseStageCache": flag})

_METHOD_SETTING = record({"HttpMethod": text, "ResourcePath": text, **_STAGE_THROTTLE, **_CACHE, **_LOGS})
_STAGE = {
    "AccessLogSetting": _ACCESS_LOG,
    "CacheClusterEnabled": flag,
    "CacheClusterSize": scalar,
    "ClientCertificateId": text,
    "Description": text,
    "DocumentationVersion": scalar,
    "MethodSettings": list_of(_METHOD_SETTING),
    "Tags": _TAGS,
    "TracingEnabled": flag,
    "Variables": _EXPRESSIONS,
}

_IN_BUCKET = record({"Bucket": text, "ETag": text, "Key": text, "Version": text})


def _body_location(value: Any, place: Place) -> Any:
    """A place in a bucket, or a path, as `aws cloudformation package` takes it."""
    return value if isinstance(value, str) else _IN_BUCKET(value, place)


def _schema(value: Any, place: Place) -> Any:
    """A JSON Schema: a mapping, or the text of one."""
    if isinstance(value, dict | str | Unresolved):
        return value
    raise place.error(f"it is {kind(value)}", "write a JSON Schema, as a mapping or as text")


_INTEGRATION_RESPONSE = record(
    {
        "ContentHandling": text,
        "ResponseParameters": _EXPRESSIONS,
        "ResponseTemplates": _TEMPLATES,
        "SelectionPattern": scalar,
        "StatusCode": status,
    },
    required=("StatusCode",),
)
_INTEGRATION = record(
    {
        "CacheKeyParameters": _TEXTS,
        "CacheNamespace": text,
        "ConnectionId": text,
        "ConnectionType": text,
        "ContentHandling": text,
        "Credentials": text,
        "IntegrationHttpMethod": text,
        "IntegrationResponses": list_of(_INTEGRATION_RESPONSE),
        "PassthroughBehavior": text,
        "RequestParameters": _EXPRESSIONS,
        "RequestTemplates": _TEMPLATES,
        "TimeoutInMillis": whole,
        "Type": text,
        "Uri": text,
    },
    required=("Type",),
)
_METHOD_RESPONSE = record(
    {"ResponseModels": mapping_of(text), "ResponseParameters": _FLAGS, "StatusCode": status}, required=("StatusCode",)
)

PROPERTIES: Final[dict[str, Shape]] = {
    "RestApi": record(
        {
            "ApiKeySourceType": text,
            "BinaryMediaTypes": _TEXTS,
            "Body": mapping_of(anything),
            "BodyS3Location": _body_location,
            "CloneFrom": text,
            "Description": text,
            "DisableExecuteApiEndpoint": flag,
            "EndpointConfiguration": record({"Types": _TEXTS, "VpcEndpointIds": _TEXTS}),
            "FailOnWarnings": flag,
            "MinimumCompressionSize": whole,
            "Mode": text,
            "Name": text,
            "Parameters": _EXPRESSIONS,
            "Tags": _TAGS,
        }
    ),
    "Resource": record(
        {"ParentId": text, "PathPart": text, "RestApiId": text}, required=("ParentId", "PathPart", "RestApiId")
    ),
    "Method": record(
        {
            "ApiKeyRequired": flag,
            "AuthorizationScopes": _TEXTS,
            "AuthorizationType": text,
            "AuthorizerId": text,
            "HttpMethod": text,
            "Integration": _INTEGRATION,
            "MethodResponses": list_of(_METHOD_RESPONSE),
            "OperationName": text,
            "RequestModels": mapping_of(text),
            "RequestParameters": _FLAGS,
            "RequestValidatorId": text,
            "ResourceId": text,
            "RestApiId": text,
        },
        required=("HttpMethod", "ResourceId", "RestApiId"),
    ),
    "GatewayResponse": record(
        {
            "ResponseParameters": _EXPRESSIONS,
            "ResponseTemplates": _TEMPLATES,
            "ResponseType": text,
            "RestApiId": text,
            "StatusCode": status,
        },
        required=("ResponseType", "RestApiId"),
    ),
    "Authorizer": record(
        {
            "AuthType": text,
            "AuthorizerCredentials": text,
            "AuthorizerResultTtlInSeconds": whole,
            "AuthorizerUri": text,
            "IdentitySource": text,
            "IdentityValidationExpression": text,
            "Name": text,
            "ProviderARNs": _TEXTS,
            "RestApiId": text,
            "Type": text,
        },
        required=("RestApiId", "Type"),
    ),
    "Model": record(
        {"ContentType": text, "Description": text, "Name": text, "RestApiId": text, "Schema": _schema},
        required=("RestApiId",),
    ),
    "RequestValidator": record(
        {"Name": text, "RestApiId": text, "ValidateRequestBody": flag, "ValidateRequestParameters": flag},
        required=("RestApiId",),
    ),
    "Deployment": record(
        {
            "DeploymentCanarySettings": _CANARY,
            "Description": text,
            "RestApiId": text,
            "StageDescription": record({**_STAGE, **_STAGE_THROTTLE, **_CACHE, **_LOGS}),
            "StageName": text,
        },
        required=("RestApiId",),
    ),
    "Stage": record(
        {**_STAGE, "CanarySetting": _CANARY, "DeploymentId": text, "RestApiId": text, "StageName": text},
        required=("RestApiId",),
    ),
    "UsagePlan": record(
        {
            "ApiStages": list_of(record({"ApiId": text, "Stage": text, "Throttle": mapping_of(record(_THROTTLE))})),
            "Description": text,
            "Quota": record({"Limit": whole, "Offset": whole, "Period": text}),
            "Tags": _TAGS,
            "Throttle": record(_THROTTLE),
            "UsagePlanName": text,
        }
    ),
    "UsagePlanKey": record({"KeyId": text, "KeyType": text, "UsagePlanId": text}, required=("KeyId", "UsagePlanId")),
    "ApiKey": record(
        {
            "CustomerId": text,
            "Description": text,
            "Enabled": flag,
            "GenerateDistinctId": flag,
            "Name": text,
            "StageKeys": list_of(record({"RestApiId": text, "StageName": text})),
            "Tags": _TAGS,
            "Value": text,
        }
    ),
}
