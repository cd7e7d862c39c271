"""What a start says of that which cannot be here as it would be on AWS."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import read_site
from cors_constructs.serve.table import shown
from tests.cli.running import run
from tests.cli.templates import ORIGIN, Template, write
from tests.serve.templates import validated

HTTP_API = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "chat", "ProtocolType": "HTTP"}}
WEBSOCKET = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "chat", "ProtocolType": "WEBSOCKET"}}


def _with_a_policy(template: Template) -> None:
    template["Resources"]["Api"]["Properties"]["Policy"] = {"Version": "2012-10-17", "Statement": []}


def _with_a_policy_in_its_document(template: Template) -> None:
    template["Resources"]["Api"]["Properties"]["Body"] = {
        "openapi": "3.0.1",
        "info": {"title": "Shop", "version": "1"},
        "paths": {},
        "x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": []},
    }


def _without_keys(template: Template) -> None:
    del template["Resources"]["PlanKey"]


def _without_a_plan_of_the_stage(template: Template) -> None:
    template["Resources"]["Plan"]["Properties"]["ApiStages"] = []


def _with_a_stage_of_an_unknown_name(template: Template) -> None:
    template["Resources"]["Stage"]["Properties"]["StageName"] = {"Ref": "Keyed"}


def _with_a_second_stage(template: Template, name: Any) -> None:
    stage = template["Resources"]["Stage"]
    template["Resources"]["Second"] = {**stage, "Properties": {**stage["Properties"], "StageName": name}}


def _with_two_stages_of_unknown_names(template: Template) -> None:
    _with_a_stage_of_an_unknown_name(template)
    _with_a_second_stage(template, {"Fn::Sub": "${Keyed}-2"})


def _with_a_stage_that_is_named_as_the_stand_in(template: Template) -> None:
    _with_a_stage_of_an_unknown_name(template)
    _with_a_second_stage(template, "local")


def _with_two_stages_of_one_name(template: Template) -> None:
    _with_a_second_stage(template, template["Resources"]["Stage"]["Properties"]["StageName"])


def _with_other_apis(template: Template) -> None:
    template["Resources"] |= {"Chat": WEBSOCKET, "Fast": HTTP_API}


def _with_a_model_that_is_none(template: Template) -> None:
    validated(template, {"type": "text"})


def _with_a_model_known_at_deployment(template: Template) -> None:
    validated(template, {"type": {"Ref": "Keyed"}})


def _with_a_validator_elsewhere(template: Template) -> None:
    validated(template)
    template["Resources"]["UsersPost"]["Properties"]["RequestValidatorId"] = {"Ref": "Keyed"}


def _unchanged(_: Template) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_with_a_policy, ["  its resource policy is not looked at: everybody may call it here"]),
        (_with_a_policy_in_its_document, ["  its resource policy is not looked at: everybody may call it here"]),
        (_without_keys, ["  no API key opens what asks for one: no usage plan of this stage has a key"]),
        (_without_a_plan_of_the_stage, ["  no API key opens what asks for one: no usage plan of this stage has a key"]),
        (
            _with_a_stage_of_an_unknown_name,
            ["  /local stands for the stage ${Keyed}, whose name only a deployment knows"],
        ),
        (
            _with_two_stages_of_unknown_names,
            [
                "  /local stands for the stage ${Keyed}, whose name only a deployment knows",
                "  /local-2 stands for the stage ${Keyed}-2, whose name only a deployment knows",
            ],
        ),
        (
            _with_other_apis,
            [
                "Not served: Chat is a WebSocket API, which gets no preflights",
                "Not served: Fast is an HTTP API, with CORS of its own and without API keys",
            ],
        ),
        (validated, []),
        (
            _with_a_model_that_is_none,
            [
                "  POST /users may answer bodies of application/json by 500: the model User cannot validate bodies: it "
                "is no JSON Schema draft 4: at type, 'text' is not valid under any of the given schemas"
            ],
        ),
        (
            _with_a_model_known_at_deployment,
            [
                "  POST /users may answer bodies of application/json by 500: which bodies POST /users takes depends on "
                "${Keyed}, which only a deployment knows"
            ],
        ),
        (
            _with_a_validator_elsewhere,
            [
                "  POST /users may answer bodies of application/json by 500: whether POST /users validates bodies "
                "depends on ${Keyed}, which only a deployment knows"
            ],
        ),
        (_unchanged, []),
    ],
)
def test_a_start_says_what_is_not_as_on_aws(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], said: list[str]
) -> None:
    site = read_site(Settings(target=str(write(tmp_path / "a.json", change))), Limits())
    lines = shown(site, "http://127.0.0.1:3001").split("\n")
    marks = (" not looked ", " only a ", "no API key opens", " may answer bodies ")
    notes = [line for line in lines if line.startswith("Not served") or any(mark in line for mark in marks)]
    assert notes == said


@pytest.mark.parametrize(
    ("change", "stages"),
    [
        pytest.param(
            _with_two_stages_of_unknown_names, {"local": "Stage", "local-2": "Second"}, id="neither name is known"
        ),
        pytest.param(
            _with_a_stage_that_is_named_as_the_stand_in,
            {"local": "Second", "local-2": "Stage"},
            id="the other is local",
        ),
        pytest.param(_with_two_stages_of_one_name, {"prod": "Stage", "prod-2": "Second"}, id="both have one name"),
    ],
)
def test_each_stage_of_an_api_is_at_a_path_of_its_own(
    tmp_path: Path, change: Callable[[Template], None], stages: dict[str, str]
) -> None:
    site = read_site(Settings(target=str(write(tmp_path / "a.json", change))), Limits())
    reached = {
        place.path: [it.gateway.stage.source.logical_id for it in site.at("", place.path)] for place in site.places
    }
    assert reached == {path: [stage] for path, stage in stages.items()}
    assert all(f"http://127.0.0.1:3001/{path}\n" in shown(site, "http://127.0.0.1:3001") for path in stages)


def test_a_path_that_is_no_stages_name_is_explained(tmp_path: Path) -> None:
    assert "  /prod-2 stands for Second: another stage of the API is named prod too\n" in _shown(
        tmp_path, _with_two_stages_of_one_name
    )


def _shown(tmp_path: Path, change: Callable[[Template], None]) -> str:
    site = read_site(Settings(target=str(write(tmp_path / "a.json", change))), Limits())
    return shown(site, "http://127.0.0.1:3001")


SAM = """
Transform: AWS::Serverless-2016-10-31
GLOBALS
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: NAME
      DefinitionBody: {openapi: 3.0.1, info: {title: Shop, version: "1"}, paths: {}}
"""
BY_SAM = (
    "  SAM makes the stage Stage beside the API's own, on AWS as well; with OpenApiVersion: 3.0.1 below Globals.Api it "
    "makes none"
)


@pytest.mark.parametrize(
    ("top", "name", "stages", "said"),
    [
        ("", "live", {"Stage", "live"}, [BY_SAM]),
        ("Globals: {Api: {OpenApiVersion: 3.0.1}}", "live", {"live"}, []),
        ("Globals: {Api: {OpenApiVersion: 3.0.1}}", "Stage", {"Stage"}, []),
    ],
    ids=["made by SAM", "gone, as the note says", "of that name on purpose"],
)
def test_the_stage_that_sam_makes_is_explained_once(
    tmp_path: Path, top: str, name: str, stages: set[str], said: list[str]
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(SAM.replace("GLOBALS", top).replace("NAME", name))
    site = read_site(Settings(target=str(template)), Limits())
    assert {place.path for place in site.places} == stages
    lines = shown(site, "http://127.0.0.1:3001").split("\n")
    assert [line for line in lines if "SAM makes" in line] == said


def test_a_stage_of_that_name_that_sam_has_not_made_is_not_explained(tmp_path: Path) -> None:
    def named(template: Template) -> None:
        template["Resources"]["Deployment"]["Properties"]["StageName"] = "Stage"

    said = _shown(tmp_path, named)
    assert "/Stage" in said
    assert "SAM" not in said


def test_a_key_that_is_disabled_is_not_offered(tmp_path: Path) -> None:
    def disabled(template: Template) -> None:
        template["Resources"]["Key"]["Properties"]["Enabled"] = False

    assert "API keys" in _shown(tmp_path, _unchanged)
    assert "API keys" not in _shown(tmp_path, disabled)


def test_no_name_in_a_template_makes_a_line_or_reaches_the_terminal(tmp_path: Path) -> None:
    def named(template: Template) -> None:
        template["Resources"]["Api"]["Properties"]["Name"] = "Shop\nAPI keys\x1b[31m"

    assert _shown(tmp_path, named).split("\n")[0] == "Shop\\nAPI keys\\x1b[31m  http://127.0.0.1:3001/prod"


@pytest.mark.parametrize("type_", ["MOCK", "HTTP_PROXY"])
def test_an_integration_without_an_address_is_shown_by_its_type(tmp_path: Path, type_: str) -> None:
    def without(template: Template) -> None:
        template["Resources"]["UsersGet"]["Properties"]["Integration"] = {"Type": type_}

    assert f"  GET     /users  yes  {type_}  " in _shown(tmp_path, without)


@pytest.mark.parametrize(("api", "kind"), [(HTTP_API, "an HTTP API"), (WEBSOCKET, "a WebSocket API")])
@pytest.mark.parametrize("command", [["serve"], ["fetch", "GET", "/", "--origin", ORIGIN]], ids=["serve", "fetch"])
def test_a_template_with_apis_of_another_kind_alone_is_told_so(
    tmp_path: Path, api: dict[str, Any], kind: str, command: list[str]
) -> None:
    def alone(template: Template) -> None:
        template["Resources"] = {"Chat": api}

    ran = run(command[0], write(tmp_path / "a.json", alone), *command[1:])
    assert ran.status == 2
    assert f"there is no REST API in it; Chat is {kind}, " in ran.err
    assert "; what is read is AWS::ApiGateway::RestApi" in ran.err
    assert ran.err.count("\n") == 1
