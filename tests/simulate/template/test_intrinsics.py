"""Functions and parameters: worked out wherever the template decides them, and unknown everywhere else."""

import pickle
from typing import Any

import pytest

from cors_constructs.simulate.template import UnknownParametersError, read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import API, ROOT, method, read, resource, template, the_api, the_method

REGION = Unresolved({"Ref": "AWS::Region"})
UNKNOWN = Unresolved({"Ref": "Unknown"})

PARAMETERS: dict[str, Any] = {
    "Unknown": {"Type": "String"},
    "Known": {"Type": "String", "Default": "shop"},
    "Number": {"Type": "Number", "Default": 5},
    "Yes": {"Type": "String", "Default": "true", "AllowedValues": ["true", "false", True]},
    "List": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
    "Numbers": {"Type": "List<Number>", "Default": "1,2"},
    "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
    "Zone": {"Type": "AWS::Route53::HostedZone::Id", "Default": "Z1"},
    "Ssm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/shop/name"},
    "SsmList": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/shop/names"},
}
CONDITIONS: dict[str, Any] = {
    "Holds": {"Fn::Equals": [{"Ref": "Known"}, "shop"]},
    "Fails": {"Fn::Not": [{"Condition": "Holds"}]},
    "Unclear": {"Fn::Equals": [{"Ref": "Unknown"}, "prod"]},
}
MAPPINGS: dict[str, Any] = {"Hosts": {"prod": {"host": "shop.example", "ports": [1, 2]}}}
SECTIONS: dict[str, Any] = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Mappings": MAPPINGS}


def worked_out(expression: Any, parameters: dict[str, str] | None = None) -> Any:
    """An expression in a property that nobody looks at, as `Template.resources` has it."""
    resources = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Value": expression}}}
    read_ = read_template(template(resources, **SECTIONS), parameters=parameters)
    return read_.resources[""]["Topic"]["Properties"].get("Value", "nothing")


def unresolved(expression: Any, *parts: Any) -> Unresolved:
    return Unresolved(expression, parts)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param({"Ref": "Known"}, "shop", id="a-parameter-with-a-default"),
        pytest.param({"Ref": "Number"}, "5", id="a-number-is-a-string-as-ref-gives-it"),
        pytest.param({"Ref": "List"}, ["a", "b", "c"], id="a-list-parameter"),
        pytest.param({"Ref": "Numbers"}, ["1", "2"], id="a-list-of-numbers"),
        pytest.param({"Ref": "Zone"}, "Z1", id="a-parameter-of-an-aws-type"),
        pytest.param({"Ref": "AWS::NoValue"}, "nothing", id="no-value-takes-the-property-away"),
        pytest.param(["a", {"Ref": "AWS::NoValue"}, "b"], ["a", "b"], id="no-value-takes-the-item-away"),
        pytest.param({"Fn::Join": ["-", ["a", {"Ref": "Known"}, 1, True]]}, "a-shop-1-true", id="join"),
        pytest.param({"Fn::Join": ["", []]}, "", id="join-nothing"),
        pytest.param({"Fn::Join": [",", {"Ref": "List"}]}, "a,b,c", id="join-a-parameter"),
        pytest.param({"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}]]}, "a", id="join-without-what-is-not-there"),
        pytest.param({"Fn::Sub": "x-${Known}-${Number}"}, "x-shop-5", id="sub"),
        pytest.param({"Fn::Sub": "${!Known}"}, "${Known}", id="sub-of-a-literal"),
        pytest.param({"Fn::Sub": "$context.x {} $"}, "$context.x {} $", id="sub-of-nothing"),
        pytest.param(
            {"Fn::Sub": ["${a}-${Known}", {"a": {"Ref": "Number"}, "Known": "mine"}]}, "5-mine", id="sub-with-variables"
        ),
        pytest.param({"Fn::Select": [1, {"Ref": "List"}]}, "b", id="select"),
        pytest.param({"Fn::Select": ["1", ["a", "b"]]}, "b", id="select-by-a-string"),
        pytest.param({"Fn::Select": [0, [{"Ref": "Known"}, {"Ref": "Unknown"}]]}, "shop", id="select-the-known-one"),
        pytest.param({"Fn::Split": ["|", "a|b|"]}, ["a", "b", ""], id="split"),
        pytest.param({"Fn::FindInMap": ["Hosts", "prod", "host"]}, "shop.example", id="find-in-map"),
        pytest.param({"Fn::FindInMap": ["Hosts", "prod", "ports"]}, [1, 2], id="find-a-list-in-a-map"),
        pytest.param(
            {"Fn::FindInMap": ["Hosts", "dev", "host", {"DefaultValue": {"Ref": "Known"}}]}, "shop", id="find-a-default"
        ),
        pytest.param({"Fn::Base64": "shop"}, "c2hvcA==", id="base64"),
        pytest.param({"Fn::Length": {"Ref": "List"}}, 3, id="length"),
        pytest.param({"Fn::ToJsonString": {"a": [{"Ref": "Known"}]}}, '{"a":["shop"]}', id="to-json-string"),
        pytest.param({"Fn::If": ["Holds", "yes", {"Ref": "Unknown"}]}, "yes", id="if-it-holds"),
        pytest.param({"Fn::If": ["Fails", {"Ref": "Unknown"}, "no"]}, "no", id="if-it-fails"),
        pytest.param({"Fn::If": ["Holds", {"Ref": "AWS::NoValue"}, "no"]}, "nothing", id="if-it-holds-nothing"),
        pytest.param({"Fn::If": ["Unclear", "same", {"Fn::Sub": "same"}]}, "same", id="if-either-way-it-is-the-same"),
        pytest.param({"Ref": "a", "other": 1}, {"Ref": "a", "other": 1}, id="no-function-among-other-keys"),
        pytest.param({"Ref": "Unknown"}, UNKNOWN, id="a-parameter-without-a-default"),
        pytest.param({"Ref": "Subnets"}, unresolved({"Ref": "Subnets"}), id="a-list-without-a-default"),
        pytest.param({"Ref": "Ssm"}, unresolved({"Ref": "Ssm"}), id="the-default-of-an-ssm-parameter-is-only-its-name"),
        pytest.param({"Ref": "SsmList"}, unresolved({"Ref": "SsmList"}), id="so-for-a-list"),
        pytest.param({"Ref": "AWS::Region"}, REGION, id="a-pseudo-parameter"),
        pytest.param({"Ref": "AWS::Partition"}, unresolved({"Ref": "AWS::Partition"}), id="the-partition-too"),
        pytest.param({"Ref": "Api"}, unresolved({"Ref": "Api"}), id="a-resource"),
        pytest.param(
            {"Fn::GetAtt": ["Api", "RootResourceId"]},
            unresolved({"Fn::GetAtt": ["Api", "RootResourceId"]}),
            id="an-attribute",
        ),
        pytest.param(
            {"Fn::GetAtt": "Api.RootResourceId"},
            unresolved({"Fn::GetAtt": "Api.RootResourceId"}),
            id="an-attribute-with-a-dot",
        ),
        pytest.param(
            {"Fn::ImportValue": "other"}, unresolved({"Fn::ImportValue": "other"}), id="an-import-from-elsewhere"
        ),
        pytest.param({"Fn::Cidr": ["10.0.0.0/8", 1, 1]}, unresolved({"Fn::Cidr": ["10.0.0.0/8", 1, 1]}), id="a-range"),
        pytest.param({"Fn::GetAZs": ""}, unresolved({"Fn::GetAZs": ""}), id="availability-zones"),
        pytest.param(
            {"Fn::Transform": {"Name": "Mine"}}, unresolved({"Fn::Transform": {"Name": "Mine"}}), id="a-macro"
        ),
        pytest.param({"Fn::Brandnew": 1}, unresolved({"Fn::Brandnew": 1}), id="a-function-nobody-knows"),
        pytest.param("{{resolve:ssm:/a}}", unresolved("{{resolve:ssm:/a}}"), id="a-dynamic-reference"),
        pytest.param(
            "a{{resolve:ssm:/a}}b",
            unresolved("a{{resolve:ssm:/a}}b", "a", unresolved("{{resolve:ssm:/a}}"), "b"),
            id="a-dynamic-reference-within",
        ),
        pytest.param(
            {"Fn::Join": ["", ["{{resolve:ssm:", "/a}}"]]},
            unresolved("{{resolve:ssm:/a}}"),
            id="a-dynamic-reference-made-of-pieces",
        ),
        pytest.param(
            {"Fn::Join": ["", ["{{resolve:ssm:", {"Ref": "Unknown"}, "}}"]]},
            unresolved({"Fn::Join": ["", ["{{resolve:ssm:", {"Ref": "Unknown"}, "}}"]]}),
            id="a-dynamic-reference-of-an-unknown-name-has-no-known-part",
        ),
        pytest.param(
            {"Fn::Sub": "https://${Known}.${Unknown}/"},
            unresolved({"Fn::Sub": "https://${Known}.${Unknown}/"}, "https://shop.", UNKNOWN, "/"),
            id="a-string-known-in-part",
        ),
        pytest.param(
            {"Fn::Join": ["", ["'", {"Fn::Sub": "https://${Unknown}"}, "'"]]},
            unresolved({"Fn::Join": ["", ["'", {"Fn::Sub": "https://${Unknown}"}, "'"]]}, "'https://", UNKNOWN, "'"),
            id="parts-of-parts-are-parts",
        ),
        pytest.param({"Fn::Sub": "${Unknown}"}, UNKNOWN, id="a-string-of-one-unknown-is-that"),
        pytest.param(
            {"Fn::Join": [",", {"Ref": "Subnets"}]},
            unresolved({"Fn::Join": [",", {"Ref": "Subnets"}]}),
            id="join-of-an-unknown-list",
        ),
        pytest.param(
            {"Fn::Split": ["/", {"Fn::Sub": "a/${Unknown}"}]},
            unresolved({"Fn::Split": ["/", {"Fn::Sub": "a/${Unknown}"}]}),
            id="split-of-a-string-known-in-part",
        ),
        pytest.param(
            {"Fn::Select": [0, {"Ref": "Subnets"}]},
            unresolved({"Fn::Select": [0, {"Ref": "Subnets"}]}),
            id="select-of-an-unknown-list",
        ),
        pytest.param(
            {"Fn::If": ["Unclear", "a", "b"]}, unresolved({"Fn::If": ["Unclear", "a", "b"]}), id="if-it-is-unclear"
        ),
        pytest.param(
            {"Fn::If": ["Unclear", {"Ref": "AWS::NoValue"}, "b"]},
            unresolved({"Fn::If": ["Unclear", {"Ref": "AWS::NoValue"}, "b"]}),
            id="if-it-is-unclear-whether-it-is-there",
        ),
        pytest.param(
            {"Fn::FindInMap": ["Hosts", {"Ref": "AWS::Region"}, "host"]},
            unresolved({"Fn::FindInMap": ["Hosts", {"Ref": "AWS::Region"}, "host"]}),
            id="find-under-an-unknown-key",
        ),
        pytest.param(
            {"Fn::Base64": {"Ref": "Unknown"}},
            unresolved({"Fn::Base64": {"Ref": "Unknown"}}),
            id="base64-of-the-unknown",
        ),
        pytest.param(
            {"Fn::ToJsonString": {"a": {"Ref": "Unknown"}}},
            unresolved({"Fn::ToJsonString": {"a": {"Ref": "Unknown"}}}),
            id="to-json-string-of-the-unknown",
        ),
    ],
)
def test_what_an_expression_gives(expression: Any, value: Any) -> None:
    assert worked_out(expression) == value


@pytest.mark.parametrize(
    ("parameters", "expression", "value"),
    [
        pytest.param({"Unknown": "prod"}, {"Ref": "Unknown"}, "prod", id="a-parameter"),
        pytest.param({"Known": "x"}, {"Ref": "Known"}, "x", id="goes-before-the-default"),
        pytest.param({"Unknown": "prod"}, {"Fn::If": ["Unclear", "a", "b"]}, "a", id="decides-a-condition"),
        pytest.param({"Unknown": "dev"}, {"Fn::If": ["Unclear", "a", "b"]}, "b", id="decides-it-otherwise"),
        pytest.param({"Subnets": "a,b"}, {"Ref": "Subnets"}, ["a", "b"], id="a-list"),
        pytest.param({"List": ""}, {"Ref": "List"}, [""], id="an-empty-list-has-one-item"),
        pytest.param({"Ssm": "shop"}, {"Ref": "Ssm"}, "shop", id="what-an-ssm-parameter-holds"),
        pytest.param({"SsmList": "a,b"}, {"Ref": "SsmList"}, ["a", "b"], id="what-an-ssm-list-holds"),
        pytest.param(
            {"AWS::Region": "eu-west-1"}, {"Fn::Sub": "x.${AWS::Region}"}, "x.eu-west-1", id="a-pseudo-parameter"
        ),
        pytest.param({"AWS::Partition": "aws-cn"}, {"Ref": "AWS::Partition"}, "aws-cn", id="the-partition"),
        pytest.param({"Yes": "false"}, {"Ref": "Yes"}, "false", id="an-allowed-value"),
    ],
)
def test_what_the_caller_says_of_parameters(parameters: dict[str, str], expression: Any, value: Any) -> None:
    assert worked_out(expression, parameters) == value


@pytest.mark.parametrize(
    ("parameters", "place", "problem", "fix"),
    [
        pytest.param(
            {"Nown": "x"},
            "Parameters",
            'there is no parameter "Nown"',
            "give one of Known, List, Number, Numbers, Ssm, SsmList, Subnets, Unknown, Yes, Zone",
            id="an-unknown-name",
        ),
        pytest.param(
            {"AWS::NoValue": "x"},
            "Parameters",
            'there is no parameter "AWS::NoValue"',
            None,
            id="no-value-is-no-parameter",
        ),
        pytest.param({"Known": 5}, "Parameters.Known", "it is given a number, 5", "give a string", id="a-number"),
        pytest.param(
            {"Yes": "maybe"},
            "Parameters.Yes",
            'it is given "maybe"',
            'give one of "true", "false", "true"',
            id="a-value-that-is-not-allowed",
        ),
    ],
)
def test_what_the_caller_may_not_say(parameters: Any, place: str, problem: str, fix: str | None) -> None:
    with pytest.raises(TemplateError) as caught:
        worked_out("x", parameters)
    assert (caught.value.place, caught.value.problem) == (place, problem)
    assert fix is None or caught.value.fix == fix


def test_parameters_that_are_not_there_are_named_with_those_that_are() -> None:
    given = template(Parameters={"Stage": {"Type": "String"}})
    with pytest.raises(UnknownParametersError) as caught:
        read_template(given, parameters={"Y": "1", "Stage": "prod", "X": "1", "AWS::Region": "eu-west-1"})
    error = caught.value
    assert (sorted(error.unknown), sorted(error.known)) == (["X", "Y"], ["Stage"])
    assert str(error) == 'template: Parameters: there is no parameter "X" or "Y"; give one of Stage'
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(copy), copy.unknown, copy.known) == (str(error), error.unknown, error.known)


def test_a_template_without_parameters_says_so() -> None:
    with pytest.raises(TemplateError, match="the template has no parameters"):
        read_template(template(), parameters={"X": "1"})


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        pytest.param({"Fn::Equals": ["a", "a"]}, True, id="equal"),
        pytest.param({"Fn::Equals": ["a", "b"]}, False, id="not-equal"),
        pytest.param({"Fn::Equals": [{"Ref": "Number"}, 5]}, True, id="a-number-equals-its-string"),
        pytest.param({"Fn::Equals": [True, "true"]}, True, id="a-flag-equals-its-string"),
        pytest.param(
            {"Fn::Equals": [{"Ref": "AWS::Region"}, {"Ref": "AWS::Region"}]}, True, id="the-unknown-equals-itself"
        ),
        pytest.param({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}, None, id="the-unknown-may-equal-anything"),
        pytest.param({"Fn::Not": [{"Condition": "Holds"}]}, False, id="not"),
        pytest.param({"Fn::Not": [{"Condition": "Unclear"}]}, None, id="not-unclear"),
        pytest.param({"Fn::And": [{"Condition": "Holds"}, {"Condition": "Holds"}]}, True, id="and"),
        pytest.param({"Fn::And": [{"Condition": "Unclear"}, {"Condition": "Fails"}]}, False, id="and-one-fails"),
        pytest.param({"Fn::And": [{"Condition": "Unclear"}, {"Condition": "Holds"}]}, None, id="and-one-is-unclear"),
        pytest.param({"Fn::Or": [{"Condition": "Unclear"}, {"Condition": "Holds"}]}, True, id="or-one-holds"),
        pytest.param({"Fn::Or": [{"Condition": "Unclear"}, {"Condition": "Fails"}]}, None, id="or-one-is-unclear"),
        pytest.param({"Fn::Or": [{"Condition": "Fails"}, {"Condition": "Fails"}]}, False, id="or-all-fail"),
        pytest.param({"Condition": "Holds"}, True, id="another-condition"),
    ],
)
def test_a_resource_is_there_if_its_condition_holds(condition: Any, holds: bool | None) -> None:
    sections = {**SECTIONS, "Conditions": {**CONDITIONS, "This": condition}}
    api = read({"Get": {**method(), "Condition": "This"}}, **sections)
    assert len(api.methods) == (0 if holds is False else 1)
    assert api.unreadable == (
        () if holds is not None else ("whether Resources.Get exists depends on the condition This",)
    )


def test_an_api_that_is_not_there_takes_its_resources_along() -> None:
    given = template({"Get": method()}, **SECTIONS)
    given["Resources"]["Api"]["Condition"] = "Fails"
    assert read_template(given).apis == ()


def test_a_key_that_may_not_be_there_may_not_be_used() -> None:
    key = {**resource("ApiKey", Enabled=True), "Condition": "Unclear"}
    (found,) = read_template(template({"Key": key}, **SECTIONS)).keys
    assert isinstance(found.enabled, Unresolved)


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        pytest.param({"Ref": "Nothing"}, 'it names "Nothing", which the template does not have', id="ref-to-nothing"),
        pytest.param({"Ref": 5}, "Ref is given a number, 5", id="ref-to-a-number"),
        pytest.param({"Fn::GetAtt": ["Nothing", "Arn"]}, 'it names "Nothing"', id="attribute-of-nothing"),
        pytest.param({"Fn::GetAtt": "Api"}, "Fn::GetAtt takes a logical id and an attribute", id="no-attribute"),
        pytest.param({"Fn::GetAtt": [["Api"], "x"]}, "Fn::GetAtt takes", id="attribute-of-a-list"),
        pytest.param({"Fn::Sub": "${Nothing}"}, 'it names "Nothing"', id="sub-of-nothing"),
        pytest.param({"Fn::Sub": "${Nothing.Arn}"}, 'it names "Nothing"', id="sub-of-an-attribute-of-nothing"),
        pytest.param({"Fn::Sub": "${List}"}, "${List} is no string", id="sub-of-a-list"),
        pytest.param({"Fn::Sub": "${AWS::NoValue}"}, "${AWS::NoValue} is no string", id="sub-of-no-value"),
        pytest.param({"Fn::Sub": ["x"]}, "Fn::Sub takes a string", id="sub-without-variables"),
        pytest.param({"Fn::Join": ["", "x"]}, "Fn::Join takes a delimiter and a list", id="join-a-string"),
        pytest.param({"Fn::Join": ["", [["a"]]]}, "Fn::Join is given a list to join", id="join-lists"),
        pytest.param({"Fn::Join": "x"}, "it takes a list of two", id="join-of-no-list"),
        pytest.param({"Fn::Select": [5, ["a"]]}, "Fn::Select asks for item 5 of 1", id="select-beyond-the-end"),
        pytest.param({"Fn::Select": [-1, ["a"]]}, "Fn::Select takes an index and a list", id="select-from-the-end"),
        pytest.param({"Fn::Select": ["9" * 50, ["a"]]}, "Fn::Select asks for item 9", id="select-far-beyond-the-end"),
        pytest.param({"Fn::Split": ["", "a"]}, "Fn::Split takes a delimiter and a string", id="split-at-nothing"),
        pytest.param({"Fn::Split": [",", ["a"]]}, "Fn::Split takes a delimiter and a string", id="split-a-list"),
        pytest.param(
            {"Fn::FindInMap": ["Hosts", "dev", "host"]},
            "the mappings have no Hosts.dev.host",
            id="find-what-is-not-there",
        ),
        pytest.param(
            {"Fn::FindInMap": ["Hosts"]}, "Fn::FindInMap takes a map's name and two keys", id="find-without-keys"
        ),
        pytest.param({"Fn::If": ["Nothing", "a", "b"]}, 'there is no condition "Nothing"', id="if-nothing"),
        pytest.param(
            {"Fn::If": ["Holds", "a"]}, "Fn::If takes a condition's name and two values", id="if-without-else"
        ),
        pytest.param({"Fn::Base64": ["x"]}, "Fn::Base64 is given a list", id="base64-of-a-list"),
        pytest.param({"Fn::Length": "x"}, 'Fn::Length is given a string, "x"', id="length-of-a-string"),
        pytest.param({"Fn::ToJsonString": "x"}, "Fn::ToJsonString is given", id="json-of-a-string"),
        pytest.param({"Fn::ImportValue": ["x"]}, "Fn::ImportValue is given a list", id="import-a-list"),
        pytest.param({"Fn::Equals": ["x"]}, "Fn::Equals takes two values", id="equals-of-one"),
    ],
)
def test_a_function_that_is_wrong_is_an_error_in_an_api_and_nowhere_else(expression: Any, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        the_method({"Get": method(OperationName=expression)}, **SECTIONS)
    assert caught.value.problem.startswith(problem)
    assert caught.value.place == "Resources.Get.Properties.OperationName"
    assert worked_out(expression) == Unresolved(expression)


@pytest.mark.parametrize(
    ("conditions", "problem"),
    [
        pytest.param({"This": {"Fn::And": []}}, "it takes a list of conditions", id="and-of-nothing"),
        pytest.param(
            {"This": {"Fn::Not": [{"Condition": "Holds"}, {"Condition": "Holds"}]}},
            "Fn::Not takes one condition",
            id="not-of-two",
        ),
        pytest.param({"This": "yes"}, 'it is no condition but a string, "yes"', id="a-string"),
        pytest.param({"This": {"Ref": "Known"}}, "it is no condition but a mapping", id="a-parameter"),
        pytest.param(
            {"This": {"Condition": "Nothing"}}, 'there is no condition "Nothing"', id="a-condition-that-is-not-there"
        ),
        pytest.param({"This": {"Condition": "This"}}, "it goes in a circle: it needs Conditions.This", id="itself"),
        pytest.param(
            {"This": {"Condition": "That"}, "That": {"Fn::Not": [{"Condition": "This"}]}},
            "it goes in a circle: it needs Conditions.That, which needs Conditions.This",
            id="one-another",
        ),
        pytest.param(
            {"This": {"Condition": "C0"}, **{f"C{i}": {"Condition": f"C{i + 1}"} for i in range(2000)}},
            "it needs others, more than 100 in a row",
            id="a-row-without-an-end",
        ),
    ],
)
def test_a_condition_that_is_wrong(conditions: dict[str, Any], problem: str) -> None:
    sections = {**SECTIONS, "Conditions": {**CONDITIONS, **conditions}}
    with pytest.raises(TemplateError) as caught:
        read({"Get": {**method(), "Condition": "This"}}, **sections)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("parameters", "place", "problem"),
    [
        pytest.param({"P": []}, "Parameters.P", "it is a list", id="no-mapping"),
        pytest.param(
            {"P": {"Type": "String", "Default": ["x"]}},
            "Parameters.P.Default",
            "it is a list",
            id="a-default-that-is-a-list",
        ),
        pytest.param(
            {"P": {"Type": "String", "Default": None}},
            "Parameters.P.Default",
            "it is null",
            id="a-default-that-is-null",
        ),
    ],
)
def test_a_parameter_that_is_wrong(parameters: dict[str, Any], place: str, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(template(Parameters=parameters))
    assert (caught.value.place, caught.value.problem) == (place, problem)


def test_functions_in_functions_have_an_end() -> None:
    nested: Any = "x"
    for _ in range(45):
        nested = {"Fn::Join": ["", [nested]]}
    with pytest.raises(TemplateError, match="nested more than 100 deep"):
        read({"Get": method(OperationName=nested)})


@pytest.mark.parametrize(
    ("sections", "note"),
    [
        pytest.param({"Transform": "MyMacro"}, "the macro MyMacro may change the template", id="a-macro"),
        pytest.param(
            {"Transform": ["AWS::LanguageExtensions", "MyMacro"]},
            "the macro MyMacro may change the template",
            id="among-others",
        ),
        pytest.param(
            {"Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://x/y"}}},
            "the macro AWS::Include may change the template",
            id="an-include-of-all",
        ),
    ],
)
def test_with_a_macro_nothing_can_be_said_to_be_missing(sections: dict[str, Any], note: str) -> None:
    api = read({"Get": method(OperationName={"Ref": "MadeByTheMacro"})}, **sections)
    assert api.unreadable == (note,)


def test_aws_s_own_transforms_change_nothing_here() -> None:
    assert read(Transform=["AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen"]).unreadable == ()


def test_a_loop_over_what_only_a_deployment_knows_is_noted() -> None:
    loop = {
        "Fn::ForEach::Paths": [
            "Part",
            {"Fn::GetAtt": ["Api", "Parts"]},
            {"Path${Part}": {"Type": "AWS::ApiGateway::Resource"}},
        ]
    }
    assert read(loop, Transform="AWS::LanguageExtensions").unreadable == (
        "the macro Fn::ForEach::Paths may change the template",
    )


def test_flags_and_numbers_may_be_parameters() -> None:
    found = the_method({"Get": method(ApiKeyRequired={"Ref": "Yes"})}, **SECTIONS)
    assert found.api_key_required is True
    found = the_method({"Get": method(ApiKeyRequired={"Ref": "Unknown"})}, **SECTIONS)
    assert found.api_key_required == UNKNOWN


def test_a_part_that_is_unknown_is_noted_and_the_rest_is_read() -> None:
    whole = {"Fn::If": ["Unclear", {"Type": "MOCK"}, {"Type": "HTTP"}]}
    api = read({"Get": method(Integration=whole, ApiKeyRequired=True)}, **SECTIONS)
    (found,) = api.methods
    assert found.api_key_required is True
    assert found.integration is not None
    assert found.integration.type == Unresolved(whole)
    assert api.unreadable == ("Resources.Get.Properties.Integration is only known at deployment",)


def test_a_dynamic_reference_reads_as_it_is_written() -> None:
    assert str(worked_out("a-{{resolve:ssm:/name}}")) == "a-${{{resolve:ssm:/name}}}"


def test_references_in_an_expression_keep_their_names() -> None:
    api = read({"Stage": resource("Stage", RestApiId=API, StageName={"Fn::Sub": "${Api}-x"})})
    assert str(api.stages[0].name) == "${Api}-x"
    assert the_api(read_template(template({"Get": method(at=ROOT)}))).methods[0].path == "/"
