"""Proves the harness on one small template, and sees each `Ability` again on the running emulators."""

import copy
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .abilities import LOCALSTACK_ABILITIES, MINISTACK_ABILITIES, Ability
from .backend import ANSWER_HEADER, STATUS_HEADER
from .conftest import Deploy, DeployApp
from .emulator import DeployedApi, DeployError, Emulator
from .templates import Template

APP = "https://app.example"
STRANGER = "https://app.example.evil.test"

ORIGIN_VTL = (
    "#set($o=$input.params().header.get('Origin'))"
    r"#if($o&&($o=='https://app.example'||$o.matches('https://[a-z0-9-]{1,63}\.preview\.example')))"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)"
    "#set($context.responseOverride.header.Vary='Origin')"
    "#end"
)


def ref(logical_id: str) -> dict[str, str]:
    return {"Ref": logical_id}


def resource(path: str) -> dict[str, Any]:
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    properties = {"RestApiId": ref("Api"), "ParentId": root, "PathPart": path}
    return {"Type": "AWS::ApiGateway::Resource", "Properties": properties}


def method(where: str, verb: str, integration: dict[str, Any], **more: Any) -> dict[str, Any]:
    statuses = [it["StatusCode"] for it in integration.get("IntegrationResponses", [])]
    properties = {
        "RestApiId": ref("Api"),
        "ResourceId": ref(where),
        "HttpMethod": verb,
        "AuthorizationType": "NONE",
        "Integration": integration,
        "MethodResponses": [{"StatusCode": status} for status in statuses],
        **more,
    }
    return {"Type": "AWS::ApiGateway::Method", "Properties": properties}


def mock(headers: dict[str, str], template: str = "", **more: Any) -> dict[str, Any]:
    """A MOCK integration that answers 204 with static headers and, if given, a mapping template."""
    answer: dict[str, Any] = {"StatusCode": "204"}
    answer["ResponseParameters"] = {f"method.response.header.{name}": f"'{it}'" for name, it in headers.items()}
    if template:
        answer["ResponseTemplates"] = {"application/json": template}
    return {
        "Type": "MOCK",
        "PassthroughBehavior": "NEVER",
        "RequestTemplates": {"application/json": '{"statusCode": 204}'},
        "IntegrationResponses": [answer],
        **more,
    }


def template() -> Template:
    """`/static` and `/dynamic`: a keyed GET to a backend each, and a preflight of static headers or by a template."""
    backend = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "https://backend.example/items"}
    parts: dict[str, dict[str, Any]] = {
        "Static": resource("static"),
        "StaticGet": method("Static", "GET", copy.deepcopy(backend), ApiKeyRequired=True),
        "StaticOptions": method("Static", "OPTIONS", mock({"Access-Control-Allow-Origin": APP})),
        "Dynamic": resource("dynamic"),
        "DynamicGet": method("Dynamic", "GET", copy.deepcopy(backend), ApiKeyRequired=True),
        "DynamicOptions": method("Dynamic", "OPTIONS", mock({"Access-Control-Max-Age": "7200"}, ORIGIN_VTL)),
        "Errors": {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": ref("Api"),
                "ResponseType": "DEFAULT_4XX",
                "ResponseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": f"'{APP}'"},
                "ResponseTemplates": {"application/json": '{"type": "$context.error.responseType"}'},
            },
        },
    }
    stage = {"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": "prod"}
    plan = {
        "Quota": {"Limit": 3, "Period": "MONTH"},
        "ApiStages": [{"ApiId": ref("Api"), "Stage": ref("Stage")}],
    }
    return {
        "Parameters": {"ApiName": {"Type": "String", "Default": "unnamed"}},
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": ref("ApiName")}},
            **parts,
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment",
                "Properties": {"RestApiId": ref("Api")},
                "DependsOn": list(parts),
            },
            "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": stage},
            "WebKey": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True, "Name": "web"}},
            "LimitedKey": {
                "Type": "AWS::ApiGateway::ApiKey",
                "Properties": {"Enabled": True, "Name": "limited", "Value": "a-value-of-twenty-characters"},
            },
            "WebPlan": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": {"ApiStages": plan["ApiStages"]}},
            "LimitedPlan": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": plan},
            "WebPlanKey": plan_key("WebPlan", "WebKey"),
            "LimitedPlanKey": plan_key("LimitedPlan", "LimitedKey"),
        },
    }


def plan_key(plan: str, key: str) -> dict[str, Any]:
    properties = {"KeyId": ref(key), "KeyType": "API_KEY", "UsagePlanId": ref(plan)}
    return {"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": properties}


@pytest.fixture(scope="module")
def api(deploy: Deploy) -> DeployedApi:
    return deploy(template(), {"ApiName": "harness"})


def see(emulator: Emulator, ability: Ability, seen: object) -> None:
    """State what was seen; the constants must say the same."""
    assert bool(seen) is emulator.can(ability), f"{emulator.name}: {ability.name}, {ability.value}: seen {seen!r}"


def test_parameters_reach_the_stack(api: DeployedApi, emulator: Emulator) -> None:
    assert emulator.apigateway.get_rest_api(restApiId=api.physical_ids["Api"])["name"] == "harness"


@pytest.mark.parametrize("path", ["/static", "/dynamic"])
def test_a_call_without_a_key_is_refused(api: DeployedApi, path: str) -> None:
    assert api.request("GET", path, {"Origin": APP}).status == 403


def test_a_call_with_a_wrong_key_is_refused(api: DeployedApi) -> None:
    assert api.request("GET", "/static", {"x-api-key": "a-value-of-twenty-characters"}).status == 403


def test_a_call_with_a_key_reaches_the_backend(api: DeployedApi) -> None:
    answer = api.request("GET", "/static?a=b", {"x-api-key": api.key_value("web"), "Origin": APP})
    assert answer.status == 200
    seen = answer.json()
    assert (seen["method"], seen["path"], seen["query"]) == ("GET", "/items", "a=b")
    assert seen["headers"]["origin"] == APP


def test_the_backend_can_be_told_what_to_answer(api: DeployedApi, emulator: Emulator) -> None:
    wanted = {STATUS_HEADER: "201", ANSWER_HEADER: f"Access-Control-Allow-Origin: {APP}"}
    answer = api.request("GET", "/static", {"x-api-key": api.key_value("web"), **wanted})
    assert answer.status == 201
    see(emulator, Ability.BACKEND_HEADERS, answer.cors() == {"access-control-allow-origin": APP})


def test_a_preflight_needs_no_key(api: DeployedApi) -> None:
    answer = api.preflight("/static", APP)
    assert answer.status == 204
    assert answer.body == b""
    assert answer.cors() == {"access-control-allow-origin": APP}


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (APP, True),
        ("https://pr-7.preview.example", True),
        ("https://pr-7.preview.example.evil.test", False),
        ("https://pr-7xpreview.example", False),
        (STRANGER, False),
        ("null", False),
        (None, False),
    ],
)
def test_a_preflight_by_template(api: DeployedApi, emulator: Emulator, origin: str | None, allowed: bool) -> None:
    answer = api.preflight("/dynamic", origin)
    assert answer.status == 204
    expected = {"access-control-max-age": "7200"}
    if allowed and origin and emulator.can(Ability.VTL_IN_MOCK):
        expected |= {"access-control-allow-origin": origin, "vary": "Origin"}
    assert answer.cors() == expected


def test_vtl_in_mock(api: DeployedApi, emulator: Emulator) -> None:
    see(emulator, Ability.VTL_IN_MOCK, api.preflight("/dynamic", APP).header("Access-Control-Allow-Origin"))


def test_bare_204(api: DeployedApi, emulator: Emulator) -> None:
    see(emulator, Ability.BARE_204, api.preflight("/static", APP).header("Content-Length") is None)


def test_gateway_response_headers(api: DeployedApi, emulator: Emulator) -> None:
    refused = api.request("GET", "/static", {"Origin": APP})
    see(emulator, Ability.GATEWAY_RESPONSE_HEADERS, refused.header("Access-Control-Allow-Origin") == APP)


def test_gateway_response_templates(api: DeployedApi, emulator: Emulator) -> None:
    refused = api.request("GET", "/static", {"Origin": APP})
    see(emulator, Ability.GATEWAY_RESPONSE_TEMPLATES, refused.json() == {"type": "INVALID_API_KEY"})


def test_never_refuses_other_media_types(api: DeployedApi) -> None:
    assert api.request("OPTIONS", "/static", {"Content-Type": "text/plain"}).status == 415


def test_limits(api: DeployedApi, emulator: Emulator) -> None:
    key = api.key_value("LimitedKey")
    seen = [api.request("GET", "/static", {"x-api-key": key}).status for _ in range(4)]
    assert seen[:3] == [200, 200, 200]
    see(emulator, Ability.LIMITS, seen[3] == 429)


def test_throttled_preflights(deploy: Deploy, emulator: Emulator) -> None:
    throttled = template()
    throttled["Resources"]["Stage"]["Properties"]["MethodSettings"] = [
        {"HttpMethod": "OPTIONS", "ResourcePath": "/~1static", "ThrottlingRateLimit": 0.01, "ThrottlingBurstLimit": 1}
    ]
    throttled_api = deploy(throttled)
    seen = [throttled_api.preflight("/static", APP).status for _ in range(2)]
    see(emulator, Ability.LIMITS, seen == [204, 429])
    assert throttled_api.preflight("/dynamic", APP).status == 204


def test_unmapped_type_breaks_mock(deploy: Deploy, emulator: Emulator) -> None:
    passing = template()
    passing["Resources"]["StaticOptions"]["Properties"]["Integration"]["PassthroughBehavior"] = "WHEN_NO_MATCH"
    answer = deploy(passing).request("OPTIONS", "/static", {"Content-Type": "text/plain"})
    see(emulator, Ability.UNMAPPED_TYPE_BREAKS_MOCK, answer.status == 500)


def test_binary_wildcard(deploy: Deploy, emulator: Emulator) -> None:
    binary = template()
    binary["Resources"]["Api"]["Properties"]["BinaryMediaTypes"] = ["*/*"]
    see(emulator, Ability.BINARY_WILDCARD, deploy(binary).preflight("/dynamic", APP).status == 500)


def test_authorizers(emulator: Emulator, deploy: Deploy) -> None:
    guarded = template()
    pool = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Example"
    guarded["Resources"]["Authorizer"] = {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {
            "Name": "users",
            "RestApiId": ref("Api"),
            "Type": "COGNITO_USER_POOLS",
            "ProviderARNs": [pool],
            "IdentitySource": "method.request.header.Authorization",
        },
    }
    guarded["Resources"]["StaticGet"]["Properties"] |= {
        "AuthorizationType": "COGNITO_USER_POOLS",
        "AuthorizerId": ref("Authorizer"),
    }
    guarded_api = deploy(guarded)
    # Without authorizers, `for_emulator` leaves the key as the only guard, and says so.
    see(emulator, Ability.AUTHORIZERS, guarded_api.request("GET", "/static").status == 401)
    cut = "StaticGet: authorization COGNITO_USER_POOLS became NONE"
    see(emulator, Ability.AUTHORIZERS, cut not in guarded_api.changes)
    assert guarded_api.preflight("/static", APP).status == 204


def test_iam_authorization(emulator: Emulator, deploy: Deploy) -> None:
    guarded = template()
    guarded["Resources"]["StaticGet"]["Properties"] |= {"AuthorizationType": "AWS_IAM", "ApiKeyRequired": False}
    see(emulator, Ability.IAM_AUTHORIZATION, deploy(guarded).request("GET", "/static").status == 403)


def test_what_localstack_would_do_with_an_authorizer(localstack: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(localstack, "abilities", localstack.abilities | {Ability.AUTHORIZERS})
    guarded = template()
    function = "arn:aws:lambda:us-east-1:000000000000:function:guard"
    guarded["Resources"]["Authorizer"] = {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {
            "Name": "guard",
            "RestApiId": ref("Api"),
            "Type": "TOKEN",
            "AuthorizerUri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations",
            "IdentitySource": "method.request.header.Authorization",
        },
    }
    guarded["Resources"]["StaticGet"]["Properties"] |= {
        "AuthorizationType": "CUSTOM",
        "AuthorizerId": ref("Authorizer"),
    }
    with pytest.raises(DeployError, match="Invalid authorizer ID"):
        localstack.deploy(guarded)


def test_keys_of_two_stacks_do_not_collide(api: DeployedApi, deploy: Deploy) -> None:
    other = deploy(template())
    values = {it.key_value(name) for it in (api, other) for name in ("web", "limited")}
    assert len(values) == 4
    assert other.request("GET", "/static", {"x-api-key": api.key_value("web")}).status == 403


def test_a_key_that_is_not_one_is_an_error(api: DeployedApi) -> None:
    with pytest.raises(LookupError, match="found 2"):
        api.key_value()
    with pytest.raises(LookupError, match="found 0"):
        api.key_value("mobile")


def test_a_deleted_stack_answers_no_more(emulator: Emulator) -> None:
    short_lived = emulator.deploy(template())
    short_lived.delete()
    short_lived.delete()  # again does nothing: a test may delete what the fixture will
    host, target = emulator.address(short_lived.physical_ids["Api"], "prod")
    assert emulator.send("OPTIONS", f"{target}/static", [("Host", host)]).status in {403, 404}


def test_references_checked(emulator: Emulator) -> None:
    broken = template()
    broken["Resources"]["DynamicGet"]["Properties"]["ResourceId"] = "nonesuch"
    if not emulator.can(Ability.REFERENCES_CHECKED):
        emulator.deploy(broken).delete()
        return
    with pytest.raises(DeployError) as refusal:
        emulator.deploy(broken)
    # The reason is the emulator's, the changes are ours: a test's output must show both.
    assert "DynamicGet: CREATE_FAILED" in str(refusal.value)
    assert "StaticGet: HTTP_PROXY integration" in str(refusal.value)


def test_an_openapi_document(deploy: Deploy, emulator: Emulator) -> None:
    def operation(integration: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"responses": {"200": {"description": ""}}, "x-amazon-apigateway-integration": integration, **more}

    answer = {
        "statusCode": "204",
        "responseParameters": {"method.response.header.Access-Control-Max-Age": "'7200'"},
        "responseTemplates": {"application/json": ORIGIN_VTL},
    }
    mocked = {
        "type": "mock",
        "passthroughBehavior": "never",
        "requestTemplates": {"application/json": '{"statusCode": 204}'},
        "responses": {"default": answer},
    }
    function = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f"
    proxied = {"type": "aws_proxy", "httpMethod": "POST", "uri": f"{function}/invocations"}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "specified", "version": "1"},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
        "paths": {
            "/dynamic": {
                "get": operation(proxied, security=[{"key": []}]),
                "options": operation(mocked, security=[]),
            }
        },
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_4XX": {
                "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": f"'{APP}'"},
                "responseTemplates": {"application/json": '{"x": "y"}'},
            }
        },
    }
    specified = template()
    resources = specified["Resources"]
    resources["Api"]["Properties"]["Body"] = document
    for logical_id in resources["Deployment"].pop("DependsOn"):
        del resources[logical_id]
    specified_api = deploy(specified)
    assert "Api GET /dynamic: AWS_PROXY integration became HTTP_PROXY to the test backend" in specified_api.changes
    refused = specified_api.request("GET", "/dynamic", {"Origin": APP})
    assert refused.status == 403
    see(emulator, Ability.GATEWAY_RESPONSES_IN_OPENAPI, refused.cors() or "x" in refused.json())
    assert specified_api.request("GET", "/dynamic", {"x-api-key": specified_api.key_value("web")}).status == 200
    preflight = specified_api.preflight("/dynamic", APP)
    expected = {"access-control-max-age": "7200", "access-control-allow-origin": APP, "vary": "Origin"}
    see(emulator, Ability.MOCK_RESPONSES_IN_OPENAPI, preflight.status == 204 and preflight.cors() == expected)


def more(api: Any, root: Any, origin: str) -> dict[str, Any]:
    """`/more` of an API that is elsewhere: a preflight for an origin."""
    where = {"RestApiId": api, "ParentId": root, "PathPart": "more"}
    options = method("More", "OPTIONS", mock({"Access-Control-Allow-Origin": origin}))
    options["Properties"]["RestApiId"] = api
    return {"More": {"Type": "AWS::ApiGateway::Resource", "Properties": where}, "MoreOptions": options}


def nesting(resources: dict[str, Any], root: Any) -> dict[str, Any]:
    """A stack within a stack, which is given the API."""
    parameters = {"Api": {"Type": "String"}, "Root": {"Type": "String"}}
    inner = {"Parameters": parameters, "Resources": resources}
    properties = {"TemplateBody": inner, "Parameters": {"Api": ref("Api"), "Root": root}}
    return {"Type": "AWS::CloudFormation::Stack", "Properties": properties}


def test_a_stack_within_a_stack_within_a_stack(deploy: Deploy) -> None:
    function = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": "arn"}
    get = method("More", "GET", function, ApiKeyRequired=True)
    inner = nesting({**more(ref("Api"), ref("Root"), APP), "MoreGet": get}, ref("Root"))
    nested = template()
    nested["Resources"]["Outer"] = nesting({"Inner": inner}, {"Fn::GetAtt": ["Api", "RootResourceId"]})
    nested["Resources"]["Deployment"]["DependsOn"].append("Outer")

    nested_api = deploy(nested)

    change = "Outer/Inner/MoreGet: AWS_PROXY integration became HTTP_PROXY to the test backend"
    assert change in nested_api.changes
    assert nested_api.preflight("/more", APP).cors() == {"access-control-allow-origin": APP}
    assert nested_api.preflight("/static", APP).status == 204
    assert nested_api.request("GET", "/more").status == 403
    assert nested_api.request("GET", "/more", {"x-api-key": nested_api.key_value("web")}).status == 200


def app(origin: str, *, deploys_again: bool = True) -> list[Template]:
    """A stack with the API, and one that adds `/more` to it."""
    home = template()
    home["Outputs"] = {
        "Id": {"Value": ref("Api"), "Export": {"Name": "Home:Id"}},
        "Root": {"Value": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "Export": {"Name": "Home:Root"}},
    }
    api = {"Fn::ImportValue": "Home:Id"}
    added = more(api, {"Fn::ImportValue": "Home:Root"}, origin)
    again = {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": api, "StageName": "prod"}}
    again["DependsOn"] = list(added)
    return [home, {"Resources": {**added, "Again": again} if deploys_again else added}]


def test_stacks_of_an_app_import_what_their_own_app_exports(deploy_app: DeployApp) -> None:
    apps = {origin: deploy_app(app(origin)) for origin in (APP, STRANGER)}

    for origin, (home, _) in apps.items():
        assert home.preflight("/more", origin).cors() == {"access-control-allow-origin": origin}
        assert home.preflight("/static", APP).status == 204


def test_stages_as_deployed(deploy_app: DeployApp, emulator: Emulator) -> None:
    home, _ = deploy_app(app(APP, deploys_again=False))
    see(emulator, Ability.STAGES_AS_DEPLOYED, home.preflight("/more", APP).status == 403)


def test_sam(emulator: Emulator) -> None:
    document = {"openapi": "3.0.1", "info": {"title": "sam", "version": "1"}, "paths": {}}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "prod", "DefinitionBody": document}}
    plan = {"ApiStages": [{"ApiId": ref("Api"), "Stage": ref("Api.Stage")}]}
    serverless = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Api": api, "Plan": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": plan}},
    }
    # Not by `deploy`, which translates it.
    try:
        emulator.cloudformation.create_stack(
            StackName="serverless", TemplateBody=json.dumps(serverless), Capabilities=["CAPABILITY_AUTO_EXPAND"]
        )
    except ClientError as error:
        refusal = str(error)
        assert "[Api.Stage]" in refusal or "SAM transform was not applied" in refusal
    else:
        refusal = ""
        emulator.cloudformation.delete_stack(StackName="serverless")
    see(emulator, Ability.SAM, not refusal)


def test_every_ability_is_somebodys_or_nobodys_by_name() -> None:
    assert set(Ability) - LOCALSTACK_ABILITIES - MINISTACK_ABILITIES == {
        Ability.BINARY_WILDCARD,
        Ability.GATEWAY_RESPONSES_IN_OPENAPI,
        Ability.IDENTITY_SOURCES,
        Ability.MATCHES_IN_QUERIES,
        Ability.SAM,
    }
    assert not LOCALSTACK_ABILITIES & MINISTACK_ABILITIES
