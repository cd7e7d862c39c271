"""A template as the CDK synthesizes it for an API of many paths, made without the CDK: plain values."""

from typing import Any, Final

ORIGIN: Final = "https://app.example.com"
PATHS: Final = 100
METHODS: Final = ("GET", "POST")

_ALLOW_HEADERS: Final = "'authorization,content-type,x-amz-date,x-amz-security-token,x-amz-user-agent,x-api-key'"
_HEADER: Final = "method.response.header."

# Two exact origins and a pattern, compared in the template.
_VTL: Final = (
    "#set($h=$input.params().header)#set($o=$h.get('Origin'))#if(!$o||$o=='')#set($o=$h.get('origin'))#end"
    f"#if($o=='{ORIGIN}'||$o=='https://admin.example.com'||$o&&$o.length()<=267"
    r"&&$o.matches('https://[a-z0-9_-]{1,63}\.preview\.example\.com'))"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)"
    "#set($context.responseOverride.header.Access-Control-Allow-Methods='GET,POST')"
    f"#set($context.responseOverride.header.Access-Control-Allow-Headers={_ALLOW_HEADERS})"
    "#set($context.responseOverride.header.Access-Control-Max-Age='7200')#end"
)

Resource = dict[str, Any]


def template(*, paths: int = PATHS, vtl: bool = False) -> dict[str, Any]:
    """An API with that many paths, each with GET, POST and OPTIONS, behind a key in a plan."""
    resources = {"Api": _resource("RestApi", Name="Api")}
    for number in range(paths):
        resources |= _path(number, vtl=vtl)
    resources |= _errors()
    waiting = sorted(set(resources) - {"Api"})
    resources["Deployment"] = {**_resource("Deployment", RestApiId={"Ref": "Api"}), "DependsOn": waiting}
    resources["Stage"] = _resource(
        "Stage", RestApiId={"Ref": "Api"}, DeploymentId={"Ref": "Deployment"}, StageName="prod"
    )
    return {"Resources": resources | _client()}


def _path(number: int, *, vtl: bool) -> dict[str, Resource]:
    name, path = f"Things{number}", f"things-{number}"
    parent = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    made = {name: _resource("Resource", ParentId=parent, PathPart=path, RestApiId={"Ref": "Api"})}
    for verb in METHODS:
        backend = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": verb, "Uri": f"https://backend.example.com/{path}"}
        made[f"{name}{verb}"] = _method(name, verb, key=True, Integration=backend)
    made[f"{name}OPTIONS"] = _method(name, "OPTIONS", key=False, **_preflight(vtl=vtl))
    return made


def _preflight(*, vtl: bool) -> dict[str, Any]:
    static = {
        f"{_HEADER}Access-Control-Allow-Origin": f"'{ORIGIN}'",
        f"{_HEADER}Access-Control-Allow-Methods": "'GET,POST'",
        f"{_HEADER}Access-Control-Allow-Headers": _ALLOW_HEADERS,
        f"{_HEADER}Access-Control-Max-Age": "'7200'",
    }
    parameters = {f"{_HEADER}Vary": "'Origin'"} if vtl else static
    answer: dict[str, Any] = {"StatusCode": "204", "ResponseParameters": parameters}
    if vtl:
        answer |= {"ContentHandling": "CONVERT_TO_TEXT", "ResponseTemplates": {"application/json": _VTL}}
    integration = {
        "Type": "MOCK",
        "ContentHandling": "CONVERT_TO_TEXT",
        "PassthroughBehavior": "NEVER",
        "RequestTemplates": {"application/json": '{"statusCode":200}'},
        "IntegrationResponses": [answer],
    }
    declared = dict.fromkeys([f"{_HEADER}Access-Control-Allow-Origin", *parameters], True)
    return {"Integration": integration, "MethodResponses": [{"StatusCode": "204", "ResponseParameters": declared}]}


def _errors() -> dict[str, Resource]:
    headers = {
        "gatewayresponse.header.Access-Control-Allow-Origin": f"'{ORIGIN}'",
        "gatewayresponse.header.Access-Control-Expose-Headers": "'retry-after,x-amzn-errortype,x-amzn-requestid'",
    }
    return {
        f"Errors{kind}": _resource(
            "GatewayResponse", RestApiId={"Ref": "Api"}, ResponseType=f"DEFAULT_{kind}", ResponseParameters=headers
        )
        for kind in ("4XX", "5XX")
    }


def _client() -> dict[str, Resource]:
    covered = {"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}
    return {
        "Key": _resource("ApiKey", Enabled=True),
        "Plan": _resource("UsagePlan", ApiStages=[covered], Throttle={"BurstLimit": 100, "RateLimit": 50}),
        "PlanKey": _resource("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
    }


def _method(resource: str, verb: str, *, key: bool, **properties: Any) -> Resource:
    return _resource(
        "Method",
        ApiKeyRequired=key,
        AuthorizationType="NONE",
        HttpMethod=verb,
        ResourceId={"Ref": resource},
        RestApiId={"Ref": "Api"},
        **properties,
    )


def _resource(kind: str, **properties: Any) -> Resource:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}
