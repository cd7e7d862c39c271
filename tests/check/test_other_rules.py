"""CORS3xx to CORS5xx: for each rule a template that breaks it, and right ones that look like it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.check import Answer, check
from cors_constructs.simulate.template import read_template

from .asking import checked, findings_of
from .changes import (
    GONE,
    Change,
    both,
    failing_with,
    having,
    knowing_nothing_of,
    nothing,
    quoting,
    sending,
    with_resource,
    without,
)
from .right import (
    ORIGIN as APP,
)
from .right import (
    SEVERAL,
    Json,
    authorizer,
    declared_by,
    gateway_response,
    hand_written,
    mapped,
    method,
    of_several_origins,
    open_to_all,
    path_part,
    ref,
    rest_api,
    specified,
)

ONE, MANY, OPEN, BODY = hand_written, of_several_origins, open_to_all, specified
ORIGIN, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
REFLECTED = "method.request.header.Origin"
EXPOSED = {"Access_Control_Expose_Headers": "'retry-after'"}


def gateway_answers(kind: str, **headers: str) -> Change:
    """A gateway response of its own."""
    response = gateway_response(kind)
    parameters = {f"gatewayresponse.header.{name.replace('_', '-')}": value for name, value in headers.items()}
    response["Properties"]["ResponseParameters"] = parameters
    return with_resource("Own", response)


def asking_at_the_root(document: Json) -> None:
    document["Resources"]["Api"]["Properties"]["Body"]["security"] = [{"api_key": []}]


def with_unrelated(number: int) -> Change:
    """There are so many resources more, that are no API's."""

    def change(document: Json) -> None:
        document["Resources"] |= {f"Topic{count}": {"Type": "AWS::SNS::Topic"} for count in range(number)}

    return change


def with_paths(number: int) -> Change:
    """The API has so many paths more, without methods."""

    def change(document: Json) -> None:
        document["Resources"] |= {f"Part{count}": path_part(f"part{count}") for count in range(number)}

    return change


def waiting(name: str, other: str) -> Change:
    def change(document: Json) -> None:
        document["Resources"][name]["DependsOn"] = other

    return change


def plan(**said: Any) -> Json:
    return {
        "Type": "AWS::ApiGateway::UsagePlan",
        "Properties": {"ApiStages": [{"ApiId": ref("Api"), "Stage": ref("Stage")}], **said},
    }


def entry(key: str, of: str) -> Json:
    said = {"KeyId": ref(key), "KeyType": "API_KEY", "UsagePlanId": ref(of)}
    return {"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": said}


def backed_by(integration: Json, *statuses: str, declared: bool = True) -> Change:
    """GET has an integration that is no proxy."""
    headers = {f"method.response.header.{ORIGIN}": True} if declared else {}
    responses = [{"StatusCode": status, "ResponseParameters": headers} for status in statuses or ("200",)]
    return with_resource(
        "GetUsers", method("GET", "Users", integration, ApiKeyRequired=True, MethodResponses=responses)
    )


SENT = {ORIGIN: f"'{APP}'"}
TWO_ANSWERS = [
    {"StatusCode": "200", "ResponseParameters": {f"method.response.header.{ORIGIN}": f"'{APP}'"}},
    {"StatusCode": "500", "SelectionPattern": "5..", "ResponseParameters": {}},
]


def another_api(document: Json) -> None:
    document["Resources"]["Other"] = rest_api()
    document["Resources"]["OtherStage"] = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {"RestApiId": ref("Other"), "StageName": "prod", "DeploymentId": ref("OtherDeployment")},
    }
    document["Resources"]["OtherDeployment"] = {
        "Type": "AWS::ApiGateway::Deployment",
        "Properties": {"RestApiId": ref("Other")},
    }


@pytest.mark.parametrize(
    ("rule", "base", "change"),
    [
        pytest.param("CORS301", ONE, without("Errors4xx", "Errors5xx"), id="no gateway response"),
        pytest.param("CORS301", ONE, without("Errors5xx"), id="none for 5XX"),
        pytest.param("CORS301", ONE, failing_with(ORIGIN, None, "Errors4xx"), id="one for 4XX that has no header"),
        pytest.param(
            "CORS302",
            ONE,
            gateway_answers("UNAUTHORIZED", WWW_Authenticate="'Bearer'"),
            id="a response of its own hides the default's header",
        ),
        pytest.param(
            "CORS302", ONE, gateway_answers("INTEGRATION_TIMEOUT"), id="a server's error hides the default's header"
        ),
        pytest.param(
            "CORS302",
            ONE,
            both(
                failing_with(CREDENTIALS, "'true'"),
                gateway_answers("THROTTLED", Access_Control_Allow_Origin=f"'{APP}'", **EXPOSED),
            ),
            id="a response of its own hides the default's credentials",
        ),
        pytest.param(
            "CORS303",
            ONE,
            failing_with(ORIGIN, "'https://other.example.com'", "Errors5xx"),
            id="another origin than the preflight's",
        ),
        pytest.param(
            "CORS303",
            MANY,
            failing_with(ORIGIN, "'https://other.example.com'", "Errors4xx"),
            id="an origin that is not in the list",
        ),
        pytest.param("CORS304", ONE, failing_with(ORIGIN, "*", "Errors4xx"), id="the wildcard without quotes"),
        pytest.param(
            "CORS304",
            ONE,
            failing_with("X-Note", "integration.response.header.X-Note", "Errors4xx"),
            id="an expression of responses",
        ),
        pytest.param(
            "CORS304",
            ONE,
            failing_with("Access-Control-Expose-Headers", "'retry-after','x-amzn-requestid'", "Errors4xx"),
            id="two literals",
        ),
        pytest.param(
            "CORS305",
            ONE,
            both(failing_with(ORIGIN, REFLECTED, "Errors4xx"), failing_with(CREDENTIALS, "'true'", "Errors4xx")),
            id="the origin is copied, with credentials",
        ),
        pytest.param("CORS306", ONE, failing_with(ORIGIN, REFLECTED, "Errors4xx"), id="the origin is copied"),
        pytest.param(
            "CORS306",
            MANY,
            failing_with(ORIGIN, "method.request.header.origin", "Errors4xx"),
            id="the origin is copied, in lower case",
        ),
        pytest.param(
            "CORS307",
            ONE,
            both(failing_with(ORIGIN, "'*'", "Errors4xx"), failing_with(CREDENTIALS, "'true'", "Errors4xx")),
            id="the wildcard with credentials",
        ),
        pytest.param(
            "CORS308",
            ONE,
            failing_with("Access-Control-Expose-Headers", None, "Errors4xx"),
            id="an error whose headers no page can read",
        ),
        pytest.param("CORS308", ONE, failing_with("Access-Control-Expose-Headers", None), id="all errors are so"),
        pytest.param(
            "CORS412",
            BODY,
            both(asking_at_the_root, having("Api", "Body", "paths", "/users", "get", "security", value=GONE)),
            id="a document that asks for the key at its root",
        ),
        pytest.param("CORS506", ONE, with_unrelated(490), id="a template of more than 500 resources"),
        pytest.param("CORS507", ONE, with_paths(300), id="an API of more than 300 resources"),
        pytest.param("CORS401", ONE, without("Plan", "Key", "PlanKey"), id="no plan"),
        pytest.param(
            "CORS401",
            ONE,
            both(another_api, having("Plan", "ApiStages", value=[{"ApiId": ref("Other"), "Stage": ref("OtherStage")}])),
            id="a plan of another API",
        ),
        pytest.param("CORS402", ONE, having("Plan", "ApiStages", value=GONE), id="a plan without stages"),
        pytest.param("CORS402", ONE, having("Plan", "ApiStages", value=[]), id="a plan with an empty list of stages"),
        pytest.param(
            "CORS403",
            ONE,
            having("Plan", "ApiStages", 0, "Stage", value="test"),
            id="a plan of a stage that there is not",
        ),
        pytest.param("CORS404", ONE, without("Key", "PlanKey"), id="a plan without a key"),
        pytest.param("CORS404", OPEN, with_resource("Plan", plan()), id="a plan without a key, for open methods"),
        pytest.param("CORS405", ONE, having("Key", "Enabled", value=False), id="a key that is off"),
        pytest.param("CORS406", ONE, having("Key", "Value", value="short"), id="a short key"),
        pytest.param("CORS406", ONE, having("Key", "Value", value="k" * 129), id="a long key"),
        pytest.param("CORS407", ONE, having("Key", "Value", value="k" * 20), id="a key's value in the template"),
        pytest.param(
            "CORS408",
            ONE,
            both(with_resource("Second", plan()), with_resource("SecondEntry", entry("Key", "Second"))),
            id="a key in two plans of a stage",
        ),
        pytest.param(
            "CORS409", ONE, having("Api", "ApiKeySourceType", value="AUTHORIZER"), id="keys from authorizers, and none"
        ),
        pytest.param(
            "CORS410",
            ONE,
            with_resource("Spare", {"Type": "AWS::ApiGateway::ApiKey", "Properties": {}}),
            id="a key in no plan",
        ),
        pytest.param(
            "CORS411",
            ONE,
            having("Plan", "ApiStages", 0, "Stage", value="prod"),
            id="a plan that does not wait for its stage",
        ),
        pytest.param(
            "CORS501",
            ONE,
            lambda document: document["Resources"]["Deployment"]["DependsOn"].remove("UsersOptions"),
            id="a deployment that does not wait for OPTIONS",
        ),
        pytest.param(
            "CORS502",
            ONE,
            lambda document: document["Resources"]["Deployment"]["DependsOn"].remove("Errors4xx"),
            id="a deployment that does not wait for a gateway response",
        ),
        pytest.param(
            "CORS511", ONE, backed_by(mapped("HTTP", {}), declared=False), id="an HTTP integration that maps nothing"
        ),
        pytest.param(
            "CORS511", ONE, backed_by(mapped("HTTP", {})), id="an HTTP integration that declares and does not map"
        ),
        pytest.param(
            "CORS511",
            ONE,
            backed_by(mapped("AWS", SENT, IntegrationResponses=TWO_ANSWERS), "200", "500"),
            id="one of two answers without the header",
        ),
        pytest.param("CORS511", ONE, backed_by(mapped("MOCK", {}), declared=False), id="a mock that maps nothing"),
        pytest.param(
            "CORS511", ONE, backed_by(mapped("AWS", {}, IntegrationResponses=[])), id="no integration response at all"
        ),
        pytest.param(
            "CORS512", ONE, backed_by(mapped("HTTP", SENT), declared=False), id="a header that is not declared"
        ),
        pytest.param(
            "CORS512",
            ONE,
            having("UsersOptions", "MethodResponses", 0, "ResponseParameters", value={}),
            id="a preflight's headers that are not declared",
        ),
        pytest.param(
            "CORS513",
            ONE,
            having("UsersOptions", "MethodResponses", value=GONE),
            id="a preflight's status that is not declared",
        ),
        pytest.param(
            "CORS515",
            ONE,
            backed_by(mapped("HTTP", {ORIGIN: "'https://other.example.com'"})),
            id="an answer for another origin",
        ),
        pytest.param(
            "CORS516",
            ONE,
            both(sending(CREDENTIALS, "'true'"), backed_by(mapped("HTTP", SENT))),
            id="an answer without the preflight's credentials",
        ),
        pytest.param("CORS513", ONE, backed_by(mapped("HTTP", SENT), "201"), id="a status that is not declared"),
        pytest.param(
            "CORS514", ONE, sending("access-control-allow-origin", f"'{APP}'"), id="a header in two spellings"
        ),
        pytest.param(
            "CORS514",
            ONE,
            failing_with("access-control-allow-origin", f"'{APP}'", "Errors4xx"),
            id="an error's header in two spellings",
        ),
    ],
)
def test_a_broken_rule_is_found_and_nothing_else(rule: str, base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == [(rule, Answer.WRONG)]


@pytest.mark.parametrize(
    ("base", "change"),
    [
        pytest.param(ONE, nothing, id="a hand-written API"),
        pytest.param(ONE, failing_with(ORIGIN, "'*'"), id="errors for everybody"),
        pytest.param(BODY, asking_at_the_root, id="a document whose operations ask for the key, as its root does"),
        pytest.param(ONE, with_unrelated(485), id="a template of almost 500 resources"),
        pytest.param(ONE, with_paths(298), id="an API of 300 resources"),
        pytest.param(MANY, failing_with(ORIGIN, f"'{APP}'"), id="errors for one of several origins"),
        pytest.param(
            ONE,
            gateway_answers("UNAUTHORIZED", Access_Control_Allow_Origin=f"'{APP}'", **EXPOSED),
            id="a response of its own that repeats the header",
        ),
        pytest.param(ONE, failing_with("X-Id", "context.requestId"), id="a header from the context"),
        pytest.param(ONE, failing_with("X-Path", "method.request.path.id"), id="a header from the path"),
        pytest.param(
            ONE,
            both(having("Plan", "ApiStages", 0, "Stage", value="prod"), waiting("Plan", "Stage")),
            id="a stage by its name, and a plan that waits for it",
        ),
        pytest.param(
            ONE,
            both(
                having("Plan", "ApiStages", 0, "Stage", value="prod"),
                waiting("Plan", "Key"),
                waiting("Key", "Stage"),
            ),
            id="a stage by its name, and a plan that waits for what waits for it",
        ),
        pytest.param(OPEN, nothing, id="an API without keys needs no plan"),
        pytest.param(
            ONE, having("Key", "Value", value="{{resolve:secretsmanager:key}}"), id="a key's value that is a secret"
        ),
        pytest.param(
            ONE,
            both(
                another_api,
                with_resource("Second", plan(ApiStages=[{"ApiId": ref("Other"), "Stage": ref("OtherStage")}])),
                with_resource("SecondEntry", entry("Key", "Second")),
            ),
            id="a key in two plans of two APIs",
        ),
        pytest.param(ONE, having("PlanKey", "KeyId", value="abc123"), id="a plan's key is made elsewhere"),
        pytest.param(
            ONE,
            with_resource("GetUsers", method("GET", "Users", {"Type": "MOCK"}, ApiKeyRequired=True)),
            id="a method that is only a placeholder",
        ),
        pytest.param(BODY, nothing, id="an OpenAPI document's methods are deployed with it"),
        pytest.param(ONE, backed_by(mapped("HTTP", SENT)), id="an HTTP integration that sends the header"),
        pytest.param(
            ONE,
            backed_by(mapped("HTTP", {ORIGIN: "integration.response.header.Access-Control-Allow-Origin"})),
            id="the backend's header is handed on",
        ),
        pytest.param(
            ONE,
            backed_by(mapped("HTTP", {"access-control-allow-origin": f"'{APP}'"})),
            id="a header in another spelling than it is declared in",
        ),
    ],
)
def test_nothing_is_found_where_all_is_right(base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == []


@pytest.mark.parametrize(
    ("rule", "base", "change"),
    [
        pytest.param(
            "CORS170",
            ONE,
            knowing_nothing_of(lambda value: failing_with(ORIGIN, quoting(value))),
            id="an error's origin",
        ),
        pytest.param(
            "CORS405",
            ONE,
            knowing_nothing_of(lambda value: having("Key", "Enabled", value=value)),
            id="whether a key is on",
        ),
        pytest.param("CORS503", OPEN, without("Stage", "Deployment"), id="an API that is deployed elsewhere"),
        pytest.param(
            "CORS504",
            OPEN,
            both(without("Deployment"), having("Stage", "DeploymentId", value="abc123")),
            id="a stage of another deployment",
        ),
        pytest.param(
            "CORS505",
            OPEN,
            having("Api", "BodyS3Location", value={"Bucket": "specs", "Key": "api.json"}),
            id="an API whose document lies in a bucket",
        ),
    ],
)
def test_what_only_a_deployment_knows_cannot_be_told(rule: str, base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == [(rule, Answer.CANNOT_TELL)]


def test_keys_from_an_authorizer_that_guards_them_are_right() -> None:
    document = hand_written()
    with_resource("Who", authorizer())(document)
    having("Api", "ApiKeySourceType", value="AUTHORIZER")(document)
    for name in ("GetUsers", "PutUsers"):
        having(name, "AuthorizationType", value="CUSTOM")(document)
        having(name, "AuthorizerId", value=ref("Who"))(document)
    assert findings_of(document) == []


def test_an_error_that_hides_headers_says_which_to_write() -> None:
    document = hand_written()
    gateway_answers("UNAUTHORIZED")(document)
    (finding,) = checked(document)
    assert finding.source.logical_id == "Own"
    assert f"gatewayresponse.header.{ORIGIN}: \"'{APP}'\"" in finding.fix


def test_a_deployment_waits_for_what_it_refers_to_by_another_resource() -> None:
    document = hand_written()
    document["Resources"]["Deployment"]["DependsOn"] = ["Barrier"]
    everything = [name for name in document["Resources"] if name not in {"Stage", "Plan", "PlanKey", "Deployment"}]
    document["Resources"]["Barrier"] = {"Type": "AWS::CloudFormation::WaitConditionHandle", "DependsOn": everything}
    assert findings_of(document) == []


@pytest.mark.parametrize(
    ("origin", "suggested"),
    [(APP, APP), (f"{APP}/", "*"), (f"{APP},https://b.example.com", "*"), ("*", "*")],
)
def test_a_fix_names_no_origin_that_is_wrong_itself(origin: str, suggested: str) -> None:
    document = hand_written()
    without("Errors4xx", "Errors5xx")(document)
    (answer,) = document["Resources"]["UsersOptions"]["Properties"]["Integration"]["IntegrationResponses"]
    answer["ResponseParameters"][f"method.response.header.{ORIGIN}"] = f"'{origin}'"
    (finding,) = checked(document, select=["CORS301"])
    assert finding.fix.endswith(f"gatewayresponse.header.{ORIGIN}: \"'{suggested}'\"")


@pytest.mark.parametrize(
    ("rule", "stage", "fix"),
    [
        ("CORS411", "prod", "in Plan write DependsOn: Deployment"),
        ("CORS403", "test", "in Plan.ApiStages write Stage: prod"),
    ],
)
def test_a_stage_that_a_deployment_makes_cannot_be_referred_to(rule: str, stage: str, fix: str) -> None:
    document = hand_written()
    without("Stage")(document)
    having("Deployment", "StageName", value="prod")(document)
    having("Plan", "ApiStages", 0, "Stage", value=stage)(document)
    assert [finding.fix for finding in checked(document, select=[rule])] == [fix]


def test_stacks_of_an_app_may_have_the_same_logical_ids(tmp_path: Path) -> None:
    for name in "AB":
        (tmp_path / f"{name}.template.json").write_text(json.dumps(hand_written()))
    assert check(read_template(tmp_path)) == []
    bare = hand_written()
    without("Plan", "Key", "PlanKey")(bare)
    (tmp_path / "A.template.json").write_text(json.dumps(bare))
    (finding,) = check(read_template(tmp_path))
    assert finding.rule.id == "CORS401"
    assert finding.source.file == str(tmp_path / "A.template.json")


@pytest.mark.parametrize(("kind", "words"), [("HTTP", "an HTTP"), ("AWS", "an AWS"), ("MOCK", "a MOCK")])
def test_an_integration_has_the_article_it_is_spoken_with(kind: str, words: str) -> None:
    document = hand_written()
    backed_by(mapped(kind, {}), declared=False)(document)
    (finding,) = checked(document, select=["CORS511"])
    assert f" has {words} integration that sends no " in finding.message


def fix_of_511(document: Json, change: Change) -> str:
    change(document)
    (finding,) = checked(document, select=["CORS511"])
    return finding.fix


TEMPLATE = 'response_templates={"application/json": "$input.body"}'
BY_PATTERN = (
    "#set($o=$input.params().header.get('origin'))#if($o.matches('https://[a-z]+[.]example[.]org'))"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)#end"
)


@pytest.mark.parametrize("base", [of_several_origins, lambda: of_several_origins(BY_PATTERN)], ids=["list", "pattern"])
def test_among_several_origins_a_response_template_is_to_choose(base: Callable[[], Json]) -> None:
    fix = fix_of_511(base(), backed_by(mapped("AWS", {})))
    assert "<origin>" not in fix
    assert fix.startswith("in each IntegrationResponses entry of GetUsers write ResponseTemplates application/json: ")
    assert "the template of OPTIONS /users, and after it $input.body" in fix
    assert f"A CorsRestApi does all that itself for an integration response with {TEMPLATE}" in fix


def test_what_the_fix_for_several_origins_tells_mends_it() -> None:
    document = of_several_origins()
    answer = {
        "StatusCode": "200",
        "ResponseTemplates": {"application/json": f"{SEVERAL}$input.body"},
        "ResponseParameters": {"method.response.header.Vary": "'Origin'"},
    }
    backed_by(mapped("AWS", {}, IntegrationResponses=[answer]))(document)
    declared_by(document, "GetUsers")["method.response.header.Vary"] = True
    assert checked(document) == []


def test_for_one_origin_the_fix_is_a_value() -> None:
    fix = fix_of_511(hand_written(), backed_by(mapped("AWS", {})))
    assert "write ResponseParameters method.response.header.Access-Control-Allow-Origin: \"'<origin>'\", and" in fix
    assert "ResponseTemplates" not in fix


@pytest.mark.parametrize("base", [hand_written, of_several_origins], ids=["one", "several"])
def test_where_no_integration_response_is_there_one_is_to_be_added(base: Callable[[], Json]) -> None:
    fix = fix_of_511(base(), backed_by(mapped("HTTP", {}, IntegrationResponses=[])))
    assert fix.startswith("in IntegrationResponses of GetUsers add an entry with StatusCode: 200, and in it write ")
    assert "in a MethodResponses entry of its StatusCode" in fix
    assert ("ResponseTemplates" in fix) == (base is of_several_origins)
