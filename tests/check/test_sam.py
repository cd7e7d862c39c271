"""APIs that SAM makes: what it does by itself, and fixes in its own words."""

from typing import Any

import pytest

from cors_constructs.check import Answer, Finding

from .asking import checked
from .right import Json, error_headers

pytest.importorskip("samtranslator", reason="SAM templates need the extra sam")

HANDLER = """
def handler(event, context):
    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://app.example.com"}}
"""


def sam(auth: Json, cors: Any, *, keyed_events: bool = False, **api: Any) -> Json:
    """A SAM API with a function behind GET, PUT and POST."""
    events = {
        f"{verb}{path.title()}": {
            "Type": "Api",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "Path": f"/{path}",
                "Method": verb,
                **({"Auth": {"ApiKeyRequired": True}} if keyed_events else {}),
            },
        }
        for verb, path in (("get", "users"), ("put", "users"), ("post", "orders"))
    }
    errors = {kind: {"ResponseParameters": {"Headers": error_headers()}} for kind in ("DEFAULT_4XX", "DEFAULT_5XX")}
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Api": {
                "Type": "AWS::Serverless::Api",
                "Properties": {
                    "StageName": "prod",
                    "Auth": {"UsagePlan": {"CreateUsagePlan": "PER_API"}, **auth},
                    "Cors": cors,
                    "GatewayResponses": errors,
                    **api,
                },
            },
            "Function": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "InlineCode": HANDLER,
                    "Events": events,
                },
            },
        },
    }


CORS = {
    "AllowOrigin": "'https://app.example.com'",
    "AllowHeaders": "'authorization,content-type,x-api-key'",
    "MaxAge": "'7200'",
}


def only(findings: list[Finding], rule: str) -> list[Finding]:
    assert {(finding.rule.id, finding.answer) for finding in findings} == {(rule, Answer.WRONG)}
    return findings


def test_a_key_for_the_whole_api_is_asked_of_every_preflight() -> None:
    findings = only(checked(sam({"ApiKeyRequired": True}, CORS)), "CORS201")
    assert {finding.path for finding in findings} == {"/users", "/orders"}
    for finding in findings:
        assert "AddApiKeyRequiredToCorsPreflight: false" in finding.fix
        assert "at each function's event" in finding.fix


@pytest.mark.parametrize(
    ("auth", "keyed_events"),
    [
        pytest.param(
            {"ApiKeyRequired": True, "AddApiKeyRequiredToCorsPreflight": False},
            False,
            id="the flag that frees preflights",
        ),
        pytest.param({}, True, id="the key is asked for by each event"),
    ],
)
def test_both_ways_to_free_preflights_are_right(auth: Json, keyed_events: bool) -> None:
    assert checked(sam(auth, CORS, keyed_events=keyed_events)) == []


AUTHORIZER = {
    "DefaultAuthorizer": "Users",
    "Authorizers": {"Users": {"UserPoolArn": "arn:aws:cognito-idp:x:1:userpool/y"}},
}


def test_an_authorizer_for_the_whole_api_guards_every_preflight() -> None:
    auth = {**AUTHORIZER, "AddDefaultAuthorizerToCorsPreflight": True}
    for finding in only(checked(sam(auth, CORS)), "CORS202"):
        assert "AddDefaultAuthorizerToCorsPreflight: false" in finding.fix


def test_an_authorizer_that_leaves_preflights_alone_is_right() -> None:
    assert checked(sam({**AUTHORIZER, "AddDefaultAuthorizerToCorsPreflight": False}, CORS)) == []


@pytest.mark.parametrize(
    ("rule", "cors", "words"),
    [
        pytest.param(
            "CORS170", {**CORS, "AllowOrigin": "'https://app.example.com/'"}, "https://app.example.com", id="slash"
        ),
        pytest.param(
            "CORS171", {**CORS, "AllowOrigin": "'https://app.example.com,https://b.example'"}, "one of", id="list"
        ),
        pytest.param("CORS205", {**CORS, "AllowHeaders": "'content-type'"}, "in the Cors of", id="the key's header"),
        pytest.param("CORS207", {**CORS, "AllowMethods": "'OPTIONS'"}, "AllowMethods", id="methods"),
    ],
)
def test_what_cors_says_is_checked(rule: str, cors: Json, words: str) -> None:
    auth = {"ApiKeyRequired": True, "AddApiKeyRequiredToCorsPreflight": False}
    for finding in only(checked(sam(auth, cors)), rule):
        assert words in finding.fix


def test_what_is_left_out_is_told_in_sams_words() -> None:
    document = sam({"ApiKeyRequired": True, "UsagePlan": {"CreateUsagePlan": "NONE"}}, "'*'")
    del document["Resources"]["Api"]["Properties"]["GatewayResponses"]
    fixes = {finding.rule.id: finding.fix for finding in checked(document)}
    assert fixes.keys() == {"CORS201", "CORS205", "CORS219", "CORS301", "CORS401"}
    assert all("AWS::Serverless::Api" in fix for fix in fixes.values())


def with_options(**auth: Any) -> Json:
    """A SAM API that asks every method for a key, and whose function answers OPTIONS itself."""
    document = sam({"ApiKeyRequired": True}, None)
    del document["Resources"]["Api"]["Properties"]["Cors"]
    events = document["Resources"]["Function"]["Properties"]["Events"]
    del events["postOrders"]
    more = {"Auth": auth} if auth else {}
    properties = {"RestApiId": {"Ref": "Api"}, "Path": "/users", "Method": "options", **more}
    events["ask"] = {"Type": "Api", "Properties": properties}
    return document


def test_an_event_of_its_own_is_freed_where_it_stands() -> None:
    (finding,) = checked(with_options(), select=["CORS201"])
    assert finding.fix == "in Resources.Function.Properties.Events.ask write Auth: ApiKeyRequired: false"
    assert checked(with_options(ApiKeyRequired=False), ignore=["CORS217"]) == []


def in_error(headers: Json, kind: str = "UNAUTHORIZED") -> Json:
    return {kind: {"ResponseParameters": {"Headers": headers}}}


@pytest.mark.parametrize(
    ("rule", "cors", "api", "fix"),
    [
        pytest.param(
            "CORS185",
            {**CORS, "AllowOrigin": "*"},
            {},
            "in the Cors of the AWS::Serverless::Api (or of Globals: Api) write AllowOrigin: \"'*'\"",
            id="no quotes",
        ),
        pytest.param(
            "CORS218",
            {**CORS, "AllowHeaders": "'x-api-key'"},
            {},
            "in the Cors of the AWS::Serverless::Api (or of Globals: Api) write AllowHeaders, and name content-type in "
            "it: \"'content-type,authorization,x-api-key'\"",
            id="no content-type",
        ),
        pytest.param(
            "CORS174",
            {**CORS, "AllowMethods": "'*'", "AllowCredentials": True},
            {},
            "in the Cors of the AWS::Serverless::Api (or of Globals: Api) name the methods in AllowMethods, and the "
            "headers in AllowHeaders",
            id="any method, with credentials",
        ),
        pytest.param(
            "CORS175",
            {**CORS, "AllowHeaders": "'*'"},
            {
                "Auth": {
                    "DefaultAuthorizer": "Users",
                    "AddDefaultAuthorizerToCorsPreflight": False,
                    "Authorizers": {"Users": {"UserPoolArn": "arn:aws:cognito-idp:eu-west-1:1:userpool/a"}},
                }
            },
            "in the Cors of the AWS::Serverless::Api (or of Globals: Api) write AllowHeaders: \"'*,authorization'\"",
            id="any header, and an authorizer",
        ),
        pytest.param(
            "CORS302",
            CORS,
            {"GatewayResponses": {**in_error({"Access-Control-Allow-Origin": "'*'"}, "DEFAULT_4XX"), **in_error({})}},
            "add to its ResponseParameters: Headers: Access-Control-Allow-Origin: \"'*'\"",
            id="an error that hides the default's header",
        ),
        pytest.param(
            "CORS304",
            CORS,
            {"GatewayResponses": in_error({"Access-Control-Allow-Origin": "*"}, "DEFAULT_4XX")},
            "write ResponseParameters: Headers: Access-Control-Allow-Origin: \"'*'\"",
            id="an error without quotes",
        ),
        pytest.param(
            "CORS308",
            CORS,
            {"GatewayResponses": in_error({"Access-Control-Allow-Origin": "'*'"}, "DEFAULT_4XX")},
            "give it ResponseParameters: Headers: Access-Control-Expose-Headers: "
            "\"'retry-after,x-amzn-errortype,x-amzn-requestid'\"",
            id="an error that exposes nothing",
        ),
    ],
)
def test_fixes_name_sams_properties(rule: str, cors: Json, api: Json, fix: str) -> None:
    findings = checked(sam({}, cors, **api), select=[rule])
    assert {finding.fix for finding in findings} == {fix}


@pytest.mark.parametrize("rule", ["CORS203", "CORS204"])
def test_missing_preflights_are_added_by_cors(rule: str) -> None:
    document = sam({"ApiKeyRequired": True}, None)
    del document["Resources"]["Api"]["Properties"]["Cors"]
    if rule == "CORS203":
        document["Resources"]["Function"]["Properties"]["Events"]["getUsers"]["Properties"]["Method"] = "any"
    findings = checked(document, select=[rule])
    assert findings
    for finding in findings:
        assert finding.fix.startswith("write Cors in the AWS::Serverless::Api")
        assert "AWS::ApiGateway::Method" not in finding.fix


@pytest.mark.parametrize("verb", ["any", "options"])
def test_a_validated_preflight_is_told_of_in_sams_words(verb: str) -> None:
    document = sam({}, None, Models={"User": {"type": "object"}})
    del document["Resources"]["Api"]["Properties"]["Cors"]
    event = document["Resources"]["Function"]["Properties"]["Events"]["getUsers"]["Properties"]
    tenant = {"method.request.header.X-Tenant": {"Required": True}}
    event.update(Method=verb, RequestParameters=[tenant], RequestModel={"Model": "User", "ValidateParameters": True})
    (finding,) = checked(document, select=["CORS220"])
    assert "the header X-Tenant" in finding.message
    assert finding.fix.startswith("write Cors in the AWS::Serverless::Api")
    assert finding.fix.endswith("An OPTIONS of your own takes no RequestModel and no required RequestParameters")


def test_what_a_state_machine_answers_is_told_of_in_sams_words() -> None:
    document = sam({}, CORS)
    event = {"Type": "Api", "Properties": {"Path": "/runs", "Method": "post", "RestApiId": {"Ref": "Api"}}}
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    document["Resources"]["Runs"] = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {"Definition": definition, "Events": {"start": event}},
    }
    (finding,) = checked(document, select=["CORS511"])
    assert finding.fix == (
        "write the operation into a DefinitionBody instead of Resources.Runs.Properties.Events.start: SAM maps no "
        "headers onto what a state machine is answered"
    )


def test_an_operation_that_the_user_wrote_is_mended_in_its_own_words_whatever_sam_adds() -> None:
    integration: Json = {"type": "http", "httpMethod": "GET", "uri": "https://x.example.com"}
    integration["responses"] = {"default": {"statusCode": "200"}}
    get = {"responses": {"200": {"description": ""}}, "x-amazon-apigateway-integration": integration}
    document = sam({}, CORS)
    del document["Resources"]["Function"]
    document["Resources"]["Api"]["Properties"]["DefinitionBody"] = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {"/pets": {"get": get}},
    }
    (finding,) = checked(document, select=["CORS511"])
    assert finding.source.written == "Resources.Api.Properties.DefinitionBody.paths./pets.get"
    assert finding.fix.startswith("in each x-amazon-apigateway-integration.responses entry of GET /pets write")
