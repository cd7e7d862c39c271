"""A value of the wrong type, in a resource of API Gateway, is one clear error; elsewhere it is nobody's business."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError

from .pieces import API, method, one_of_everything, path, read, resource, template, the_method

Where = tuple[str | int, ...]


def nodes(value: Any, path_: Where = ()) -> Iterator[tuple[Where, Any]]:
    yield path_, value
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from nodes(item, (*path_, key))


def replaced(given: dict[str, Any], where: Where, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(given)
    into: Any = changed
    for part in where[:-1]:
        into = into[part]
    into[where[-1]] = value
    return changed


FUNCTIONS = {"Ref", "Fn::GetAtt", "Fn::Sub"}
PROPERTIES = [
    where
    for where, _ in nodes(one_of_everything())
    if len(where) >= 3 and where[2] == "Properties" and not FUNCTIONS & set(map(str, where))
]


@pytest.mark.parametrize("where", PROPERTIES, ids=lambda where: ".".join(map(str, where[1:])))
def test_null_is_refused_wherever_it_stands(where: Where) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(replaced(one_of_everything(), where, None))
    assert caught.value.place == ".".join(map(str, where))
    assert caught.value.problem == "it is null"
    assert caught.value.fix.startswith("write ")


@pytest.mark.parametrize(
    "where",
    [where for where in PROPERTIES if where[-1] != "Schema"],  # that is a mapping, or a text
    ids=lambda where: ".".join(map(str, where[1:])),
)
def test_a_list_is_refused_where_there_is_none_and_a_mapping_likewise(where: Where) -> None:
    given = one_of_everything()
    there = dict(nodes(given))[where]
    for wrong in ([], {}, ["x"], {"x": "y"}):
        if type(wrong) is type(there):
            continue
        with pytest.raises(TemplateError) as caught:
            read_template(replaced(given, where, wrong))
        assert caught.value.place == ".".join(map(str, where))
        assert caught.value.problem == ("it is a list" if isinstance(wrong, list) else "it is a mapping")


@pytest.mark.parametrize(
    ("resources", "line"),
    [
        pytest.param(
            {"A": path(5)},
            "template: Resources.A.Properties.PathPart: it is a number, 5; write a string",
            id="a-number-for-a-path",
        ),
        pytest.param(
            {"A": path(["a"])},
            "template: Resources.A.Properties.PathPart: it is a list; write a string",
            id="a-list-for-a-path",
        ),
        pytest.param(
            {"A": method(["GET"])},
            "template: Resources.A.Properties.HttpMethod: it is a list; write a string",
            id="a-list-of-verbs",
        ),
        pytest.param(
            {"A": method(ApiKeyRequired="maybe")},
            'template: Resources.A.Properties.ApiKeyRequired: it is a string, "maybe"; write true or false',
            id="a-flag-that-is-none",
        ),
        pytest.param(
            {"A": method(ApiKeyRequired=1)},
            "template: Resources.A.Properties.ApiKeyRequired: it is a number, 1; write true or false",
            id="a-number-for-a-flag",
        ),
        pytest.param(
            {"A": method(Integration="MOCK")},
            'template: Resources.A.Properties.Integration: it is a string, "MOCK"; write a mapping',
            id="an-integration-that-is-a-string",
        ),
        pytest.param(
            {"A": method(Integration={})},
            "template: Resources.A.Properties.Integration: it has no Type; add Type",
            id="an-integration-without-a-type",
        ),
        pytest.param(
            {"A": method(Integration={"Type": "MOCK", "TimeoutInMillis": "x"})},
            'template: Resources.A.Properties.Integration.TimeoutInMillis: it is a string, "x"; write a whole number',
            id="a-timeout-that-is-none",
        ),
        pytest.param(
            {"A": method(Integration={"Type": "MOCK", "TimeoutInMillis": 1.5})},
            "template: Resources.A.Properties.Integration.TimeoutInMillis: it is a number, 1.5; write a whole number",
            id="a-fraction",
        ),
        pytest.param(
            {"A": method(MethodResponses=[{}])},
            "template: Resources.A.Properties.MethodResponses.0: it has no StatusCode; add StatusCode",
            id="a-response-without-a-status",
        ),
        pytest.param(
            {"A": method(MethodResponses={"StatusCode": 200})},
            "template: Resources.A.Properties.MethodResponses: it is a mapping; write a list",
            id="responses-in-no-list",
        ),
        pytest.param(
            {"A": resource("Method", RestApiId=API)},
            "template: Resources.A.Properties: it has no HttpMethod; add HttpMethod",
            id="a-method-without-a-verb",
        ),
        pytest.param(
            {"A": {"Type": "AWS::ApiGateway::Stage"}},
            "template: Resources.A.Properties: it has no RestApiId; add RestApiId",
            id="no-properties",
        ),
        pytest.param(
            {"A": {"Type": "AWS::ApiGateway::Stage", "Properties": None}},
            "template: Resources.A.Properties: it is null; write a mapping",
            id="properties-left-empty",
        ),
        pytest.param(
            {"A": []},
            'template: Resources.A: it is a list; write a mapping with "Type"',
            id="a-resource-that-is-a-list",
        ),
        pytest.param(
            {"A": {}},
            "template: Resources.A: it has no Type; write a resource type, such as AWS::ApiGateway::Method",
            id="a-resource-without-a-type",
        ),
        pytest.param(
            {"A": {"Type": 5}},
            "template: Resources.A: its Type is a number, 5; write a resource type, such as AWS::ApiGateway::Method",
            id="a-type-that-is-a-number",
        ),
        pytest.param(
            {"A": {**method(), "Condition": ["x"]}},
            "template: Resources.A.Condition: it is a list; write the name of a condition",
            id="a-condition-that-is-a-list",
        ),
        pytest.param(
            {"A": {**method(), "Condition": "x"}},
            'template: Resources.A: there is no condition "x"; add it, or name another',
            id="a-condition-that-is-not-there",
        ),
        pytest.param(
            {"A\nB": path(5)},
            r'template: Resources."A\nB".Properties.PathPart: it is a number, 5; write a string',
            id="a-name-of-two-lines",
        ),
        pytest.param(
            {"A": method(ApiKeyRequired="x" * 5000)},
            f'template: Resources.A.Properties.ApiKeyRequired: it is a string, "{"x" * 56}...; write true or false',
            id="a-long-value-is-cut",
        ),
    ],
)
def test_the_line_says_where_what_and_what_to_write(resources: dict[str, Any], line: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(resources)
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("given", "flag"), [("true", True), ("True", True), ("TRUE", True), ("false", False), (True, True), (False, False)]
)
def test_flags_may_be_strings(given: Any, flag: bool) -> None:
    assert the_method({"A": method(ApiKeyRequired=given)}).api_key_required is flag


@pytest.mark.parametrize("given", [5000, "5000", 5000.0, "+5000"])
def test_whole_numbers_may_be_strings(given: Any) -> None:
    found = the_method({"A": method(Integration={"Type": "MOCK", "TimeoutInMillis": given})})
    assert found.integration is not None
    assert found.integration.timeout_ms == 5000


@pytest.mark.parametrize("given", ["nan", "inf", "1e999", "ten", True])
def test_a_rate_is_a_number(given: Any) -> None:
    with pytest.raises(TemplateError, match="write a number"):
        read({"Plan": resource("UsagePlan", Throttle={"RateLimit": given})})


@pytest.mark.parametrize(("given", "status"), [(200, "200"), ("200", "200"), (r"2\d\d", r"2\d\d")])
def test_a_status_may_be_a_number(given: Any, status: str) -> None:
    assert the_method({"A": method(MethodResponses=[{"StatusCode": given}])}).responses[0].status == status


@pytest.mark.parametrize("given", [True, 200.5, None, []])
def test_a_status_is_nothing_else(given: Any) -> None:
    with pytest.raises(TemplateError, match="write a status code"):
        read({"A": method(MethodResponses=[{"StatusCode": given}])})


def test_stage_variables_may_be_numbers_and_flags() -> None:
    stage = resource("Stage", RestApiId=API, StageName="x", Variables={"a": 1, "b": True, "c": 1.5})
    assert read({"Stage": stage}).stages[0].variables == {"a": "1", "b": "true", "c": "1.5"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"Type": "AWS::Lambda::Function", "Properties": None}, id="no-properties"),
        pytest.param({"Type": "AWS::Lambda::Function", "Properties": [1, None]}, id="a-list"),
        pytest.param({"Type": "AWS::Lambda::Function", "DependsOn": {"a": 1}}, id="depends-on-a-mapping"),
        pytest.param({"Type": "AWS::Lambda::Function", "Condition": 5}, id="a-condition-that-is-none"),
        pytest.param({"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": []}}, id="an-http-api"),
        pytest.param(
            {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": []}}, id="a-domain-without-a-name"
        ),
        pytest.param({"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": ["x"]}}, id="a-nested-stack"),
        pytest.param(
            {"Type": "Custom::Anything", "Properties": {"a": {"Ref": "Nothing"}, "b": {"Fn::Join": 5}}},
            id="functions-that-are-wrong",
        ),
    ],
)
def test_other_types_are_never_a_reason_to_fail(other: dict[str, Any]) -> None:
    given = template({"Other": other, "Deployment": {**resource("Deployment", RestApiId=API), "DependsOn": "Other"}})
    read_ = read_template(given)
    assert read_.apis[0].deployments[0].depends_on == {"Api", "Other"}
    assert read_.resources[""]["Other"]["Type"] == other["Type"]
