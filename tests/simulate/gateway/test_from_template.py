"""Making a gateway: of which API, which stage, with what."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Api, Deployment, Source, Stage, Template
from cors_constructs.simulate.values import Remedy, Setting, TemplateError, Unresolved

from .models import API, PROD, api, api_key, gateway, method, plan, send, source, template

TEST = Stage(source("ApiTest"), "test", variables={"color": "green"})
OTHER = Api(Source("template.json", "Other", construct="Shop/Backend/Api/Resource"), "backend", stages=(PROD,))
SHOP = attrs.evolve(api(), source=attrs.evolve(API, construct="Shop/Api/Resource"))
BOTH = template(SHOP, OTHER)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param("shop", "Api", id="its name"),
        pytest.param("Api", "Api", id="its logical id"),
        pytest.param("Shop/Api", "Api", id="its construct path"),
        pytest.param("Shop/Api/Resource", "Api", id="its resource's construct path"),
        pytest.param("Backend/Api", "Other", id="the end of its construct path"),
        pytest.param("Other", "Other", id="another's logical id"),
    ],
)
def test_an_api_is_chosen_by(wanted: str, found: str) -> None:
    assert Gateway.from_template(BOTH, api=wanted).api.source.logical_id == found


def test_the_only_api_needs_no_name() -> None:
    assert Gateway.from_template(template(SHOP)).api is SHOP


@pytest.mark.parametrize(
    ("given", "settings", "words"),
    [
        pytest.param(BOTH, {}, r"several REST APIs.*api= one of backend \(Other\), shop \(Api\)", id="several APIs"),
        pytest.param(BOTH, {"api": "x"}, r"no REST API is called 'x'; there is backend", id="no such API"),
        pytest.param(
            template(SHOP, attrs.evolve(OTHER, name="shop")),
            {"api": "shop"},
            "several REST APIs are called",
            id="two of a name",
        ),
        pytest.param(
            template(SHOP, attrs.evolve(SHOP, source=attrs.evolve(SHOP.source, file="b", construct="More/Api"))),
            {},
            "api= one of More/Api, Shop/Api",
            id="stacks of the same logical ids",
        ),
        pytest.param(template(), {}, "there is no REST API in it", id="no API"),
        pytest.param(
            Template(unreadable=(TemplateError("a.json", "line 1", "is no JSON"),)),
            {},
            "a.json: line 1",
            id="not readable",
        ),
        pytest.param(template(SHOP), {"stage": "dev"}, "has no stage 'dev'; there is prod", id="no such stage"),
        pytest.param(template(api(stages=())), {"stage": "dev"}, "leave stage= out", id="no stage"),
        pytest.param(
            template(api(stages=(PROD, TEST))),
            {},
            "has several stages; say which: stage= one of prod, test",
            id="stages",
        ),
        pytest.param(template(SHOP), {"api_keys": {"x": "1"}}, "no API key is called 'x'", id="no such key"),
    ],
)
def test_what_is_not_there_is_a_clear_error(given: Template, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        Gateway.from_template(given, **settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"api": 1}, "api= takes a name", id="api"),
        pytest.param({"stage": ["prod"]}, "stage= takes a name", id="stage"),
        pytest.param({"api_keys": ["web"]}, "api_keys= takes a mapping of strings", id="api_keys"),
        pytest.param({"api_keys": {"web": 1}}, "api_keys= takes a mapping of strings", id="a key's value"),
        pytest.param({"authorizer": "yes"}, "authorizer= takes a callable", id="authorizer"),
        pytest.param({"backend": Request("GET", "/")}, "backend= takes a callable", id="backend"),
        pytest.param({"parameters": "Stage=prod"}, "parameters= takes a mapping of strings", id="parameters"),
        pytest.param({"parameters": {"Stage": "prod"}}, "this one is read already", id="parameters of a template read"),
    ],
)
def test_what_is_of_another_type_is_a_clear_error(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        Gateway.from_template(template(SHOP), **settings)


def test_a_stage_is_chosen_by_its_name() -> None:
    given = template(api(stages=(PROD, TEST)))
    assert Gateway.from_template(given, stage="test").stage is TEST


def test_a_stage_of_its_own_goes_before_one_that_a_deployment_makes() -> None:
    deployment = Deployment(source("Deployment"))
    made = Stage(deployment.source, "Stage", deployment)
    given = template(api(stages=(made, attrs.evolve(PROD, deployment=deployment))))
    assert Gateway.from_template(given).stage.name == "prod"
    assert Gateway.from_template(given, stage="Stage").stage is made
    assert Gateway.from_template(template(api(stages=(made,)))).stage is made


def test_an_api_without_a_stage_is_served_as_if_it_had_one() -> None:
    given = gateway(method("GET /users", api_key_required=True), stages=())
    assert str(given.stage.name) == "${Stage}"
    assert send(given, "GET /users").status == 403


def test_whether_a_key_is_asked_for_has_to_be_known() -> None:
    given = gateway(method("GET /users", api_key_required=Unresolved({"Fn::If": ["C", {"Ref": "Keyed"}, False]})))
    with pytest.raises(TemplateError) as raised:
        send(given, "GET /users")
    assert str(raised.value) == (
        "template.json: Resources.GET/users: whether GET /users asks for an API key depends on ${Fn::If C}, which only "
        'a deployment knows; if that is a parameter, give parameters={"Keyed": "..."}'
    )


def getting(keyed: Any, integration: dict[str, Any]) -> dict[str, Any]:
    """The resources of an API with `GET /`."""
    method = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "ApiKeyRequired": keyed,
        "Integration": integration,
        "MethodResponses": [{"StatusCode": "200"}],
    }
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}},
        "Get": {"Type": "AWS::ApiGateway::Method", "Properties": method},
    }


@pytest.mark.parametrize(
    ("condition", "names", "status"),
    [
        pytest.param({"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, ("Stage",), 200, id="a parameter's value"),
        pytest.param({"Fn::Not": [{"Condition": "Other"}]}, ("Other",), 403, id="another condition"),
        pytest.param(
            {"Fn::And": [{"Condition": "Other"}, {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}]},
            ("Other", "Stage"),
            200,
            id="both",
        ),
        pytest.param({"Fn::Or": [{"Condition": "Holds"}, {"Condition": "Other"}]}, ("Other",), 200, id="one is known"),
    ],
)
def test_what_a_condition_decides_is_known_where_its_parameters_are(
    condition: Any, names: tuple[str, ...], status: int
) -> None:
    mock = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [{"StatusCode": "200"}],
    }
    document = {
        "Parameters": {"Stage": {"Type": "String"}, "Other": {"Type": "String"}},
        "Conditions": {
            "Holds": {"Fn::Equals": ["a", "b"]},
            "Other": {"Fn::Equals": [{"Ref": "Other"}, "x"]},
            "Chosen": condition,
        },
        "Resources": getting({"Fn::If": ["Chosen", True, False]}, mock),
    }
    with pytest.raises(TemplateError, match=r"depends on \$\{Fn::If Chosen\}, which only") as raised:
        send(Gateway.from_template(document), "GET /")
    assert raised.value.remedy == Remedy(Setting.PARAMETERS, names)
    given = dict.fromkeys(names, "else")
    assert send(Gateway.from_template(document, parameters=given), "GET /").status == status


def test_what_only_an_attribute_knows_has_another_way_out() -> None:
    given = gateway(method("GET /users", api_key_required=Unresolved({"Fn::GetAtt": ["Function", "Keyed"]})))
    with pytest.raises(TemplateError, match="write the value in the template"):
        send(given, "GET /users")


def test_trouble_leaves_the_gateway_as_it_was() -> None:
    web = api_key("web")
    given = gateway(method("GET /users"), plans=(plan(web),))
    troubled = given.answering("THROTTLED")
    assert troubled.key("web") == given.key("web")
    assert (send(troubled, "GET /users").status, send(given, "GET /users").status) == (429, 200)


def test_a_template_is_read(tmp_path: Path) -> None:
    proxy = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "https://x.example"}
    document = {"Parameters": {"Keyed": {"Type": "String"}}, "Resources": getting({"Ref": "Keyed"}, proxy)}
    file = tmp_path / "template.json"
    file.write_text(json.dumps(document))
    for readable in (document, file, str(file)):
        for keyed, status in (("true", 403), ("false", 200)):
            given = Gateway.from_template(readable, parameters={"Keyed": keyed})
            assert send(given, "GET /").status == status
    with pytest.raises(TemplateError, match=r'parameters=\{"Keyed"'):
        send(Gateway.from_template(document), "GET /")


def test_an_error_holds_what_may_be_chosen() -> None:
    with pytest.raises(TemplateError) as raised:
        Gateway.from_template(BOTH)
    assert raised.value.remedy == Remedy(Setting.API, ("backend (Other)", "shop (Api)"))
    with pytest.raises(TemplateError) as raised:
        Gateway.from_template(template(api(stages=(PROD, TEST))))
    assert raised.value.remedy == Remedy(Setting.STAGE, ("prod", "test"))
    with pytest.raises(TemplateError) as raised:
        send(gateway(method("GET /users", api_key_required=Unresolved({"Ref": "Keyed"}))), "GET /users")
    assert raised.value.remedy == Remedy(Setting.PARAMETERS, ("Keyed",))


def test_trouble_that_is_asked_for_is_told_as_such() -> None:
    troubled = gateway(method("GET /users")).answering("THROTTLED")
    assert send(troubled, "GET /users").why.startswith("GET /users: the gateway is told to answer so (THROTTLED")
