"""CORS501 and CORS502 where an API is made of several stacks: what one adds, one of them has to deploy."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from cors_constructs.check import Finding, check
from cors_constructs.simulate.template import read_template

from .right import Json, gateway_response, hand_written

API: Final = {"Fn::ImportValue": "ApiId"}
RULES: Final = ("CORS501", "CORS502")


def shop() -> Json:
    """The stack that makes the API, and deploys it."""
    document = hand_written()
    document["Outputs"] = {
        "ApiId": {"Value": {"Ref": "Api"}, "Export": {"Name": "ApiId"}},
        "RootId": {"Value": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "Export": {"Name": "RootId"}},
    }
    return document


def resource(kind: str, *after: str, **properties: Any) -> Json:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties, **({"DependsOn": [*after]} if after else {})}


def books(*waits_for: str, api: Any = API, root: Any = {"Fn::ImportValue": "RootId"}) -> Json:  # noqa: B006 - never changed
    """A stack that adds a method and a gateway response, and a Deployment if it is to wait for something."""
    method = resource("Method", RestApiId=api, ResourceId={"Ref": "Books"}, HttpMethod="GET", AuthorizationType="NONE")
    errors = gateway_response("THROTTLED")
    errors["Properties"]["RestApiId"] = api
    deployment = {"Own": resource("Deployment", *waits_for, RestApiId=api)} if waits_for else {}
    return {
        "Resources": {
            "Books": resource("Resource", RestApiId=api, ParentId=root, PathPart="books"),
            "BooksGet": method,
            "Slow": errors,
            **deployment,
        }
    }


def nesting(*waits_for: str) -> Json:
    """The stack that makes the API, with the other one nested in it."""
    document = shop()
    parameters = {"Api": {"Ref": "Api"}, "Root": {"Fn::GetAtt": ["Api", "RootResourceId"]}}
    document["Resources"]["Nested"] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "./books.nested.template.json", "Parameters": parameters},
    }
    document["Resources"]["Deployment"]["DependsOn"] += waits_for
    return document


def nested() -> Json:
    parameters = {"Parameters": {"Api": {"Type": "String"}, "Root": {"Type": "String"}}}
    return {**parameters, **books(api={"Ref": "Api"}, root={"Ref": "Root"})}


def found(folder: Path, **documents: Json) -> list[Finding]:
    for name, document in documents.items():
        (folder / f"{name.replace('_', '.')}.template.json").write_text(json.dumps(document))
    read = read_template(folder)
    assert read.unreadable == ()
    assert len(read.apis) == 1
    return check(read, select=RULES)


def test_a_stack_that_deploys_what_it_adds_is_right(tmp_path: Path) -> None:
    assert found(tmp_path, shop=shop(), books=books("BooksGet", "Slow")) == []


@pytest.mark.parametrize(
    ("waits_for", "told"),
    [
        pytest.param((), {"CORS501": ["Deployment"], "CORS502": ["Deployment"]}, id="no-deployment-of-its-own"),
        pytest.param(("Books",), {"CORS501": ["Own"], "CORS502": ["Own"]}, id="for-neither"),
        pytest.param(("BooksGet",), {"CORS502": ["Own"]}, id="for-the-method-alone"),
        pytest.param(("Slow",), {"CORS501": ["Own"]}, id="for-the-gateway-response-alone"),
    ],
)
def test_what_no_deployment_waits_for_is_found(
    tmp_path: Path, waits_for: tuple[str, ...], told: dict[str, list[str]]
) -> None:
    findings = found(tmp_path, shop=shop(), books=books(*waits_for))
    by_rule: dict[str, list[str]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule.id, []).append(finding.source.logical_id)
    assert {rule: sorted(deployments) for rule, deployments in by_rule.items()} == told
    assert all("BooksGet" in one.message for one in findings if one.rule.id == "CORS501")


def test_a_method_of_its_own_stack_that_a_deployment_forgets_is_found_whoever_else_waits(tmp_path: Path) -> None:
    document = shop()
    document["Resources"]["Deployment"]["DependsOn"].remove("UsersOptions")
    findings = found(tmp_path, shop=document, books=books("BooksGet", "Slow"))
    assert [(one.rule.id, one.source.logical_id) for one in findings] == [("CORS501", "Deployment")]
    assert "UsersOptions" in findings[0].message


@pytest.mark.parametrize(
    ("waits_for", "rules"),
    [pytest.param(("Nested",), [], id="waits"), pytest.param((), ["CORS501", "CORS502"], id="does-not-wait")],
)
def test_a_deployment_waits_for_a_nested_stack_and_so_for_all_it_has(
    tmp_path: Path, waits_for: tuple[str, ...], rules: list[str]
) -> None:
    findings = found(tmp_path, shop=nesting(*waits_for), books_nested=nested())
    assert [one.rule.id for one in findings] == rules
