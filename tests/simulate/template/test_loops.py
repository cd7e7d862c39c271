"""`Fn::ForEach`, as AWS::LanguageExtensions unrolls it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.template.loops import without_loops
from cors_constructs.simulate.values import TemplateError

TRANSFORM = "AWS::LanguageExtensions"


def unrolled(resources: dict[str, Any], parameters: Any = None, given: Any = None, **sections: Any) -> Any:
    template = {"Transform": TRANSFORM, "Parameters": parameters or {}, "Resources": resources, **sections}
    return without_loops(template, "a.yaml", given or {})["Resources"]


def loop(variable: str, collection: Any, body: dict[str, Any], name: str = "Each") -> dict[str, Any]:
    return {f"Fn::ForEach::{name}": [variable, collection, body]}


def test_a_loop_over_paths_makes_their_methods() -> None:
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Shop"}}
    body = {
        "At${Part}": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "PathPart": {"Ref": "Part"},
            },
        },
        "Get${Part}": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Ref": "At${Part}"},
                "HttpMethod": "GET",
                "Integration": {"Type": "HTTP_PROXY", "Uri": {"Fn::Sub": "https://b.example/${Part}"}},
            },
        },
    }
    template = {"Transform": [TRANSFORM], "Resources": {"Api": api, **loop("Part", ["users", "orders"], body)}}
    (read,) = read_template(template).apis
    assert [(it.name, it.integration and it.integration.uri) for it in read.methods] == [
        ("GET /users", "https://b.example/users"),
        ("GET /orders", "https://b.example/orders"),
    ]
    assert read.unreadable == ()


def test_what_a_loop_puts_together_is_a_string_where_sam_wants_one() -> None:
    """SAM takes no function for an event's path, and one that is written out is none any more."""
    properties = {
        "Runtime": "python3.13",
        "Handler": "a.b",
        "InlineCode": "x",
        "Events": {"Get": {"Type": "Api", "Properties": {"Path": {"Fn::Sub": "/${Part}"}, "Method": "get"}}},
    }
    body = {"${Part}Function": {"Type": "AWS::Serverless::Function", "Properties": properties}}
    transforms = [TRANSFORM, "AWS::Serverless-2016-10-31"]
    (read,) = read_template({"Transform": transforms, "Resources": loop("Part", ["users", "orders"], body)}).apis
    assert {it.name for it in read.methods} == {"GET /users", "GET /orders"}


def test_what_a_loop_leaves_to_deployment_stays_a_function() -> None:
    made = unrolled(loop("It", ["a"], {"X": {"Type": "T", "Properties": {"P": {"Fn::Sub": "${It}-${AWS::Region}"}}}}))
    assert made == {"X": {"Type": "T", "Properties": {"P": {"Fn::Sub": "a-${AWS::Region}"}}}}


@pytest.mark.parametrize(
    ("collection", "made"),
    [
        pytest.param(["a", "b"], ["Xa", "Xb"], id="a list"),
        pytest.param([], [], id="nothing"),
        pytest.param([1], ["X1"], id="a number"),
        pytest.param({"Ref": "List"}, ["Xc", "Xd"], id="a list's default"),
        pytest.param(["a", {"Ref": "One"}], ["Xa", "Xe"], id="a parameter among others"),
        pytest.param({"Ref": "Given"}, ["Xf", "Xg"], id="a list that is given"),
    ],
)
def test_what_a_loop_may_go_over(collection: Any, made: list[str]) -> None:
    parameters = {
        "List": {"Type": "CommaDelimitedList", "Default": "c, d"},
        "One": {"Type": "String", "Default": "e"},
        "Given": {"Type": "List<String>"},
    }
    resources = unrolled(loop("It", collection, {"X${It}": {"Type": "T"}}), parameters, {"Given": "f,g"})
    assert list(resources) == made


@pytest.mark.parametrize("collection", [{"Ref": "Unknown"}, ["a", {"Fn::GetAtt": ["A", "B"]}], {"Fn::Split": "x"}, 5])
def test_a_loop_over_what_only_a_deployment_knows_stays(collection: Any) -> None:
    resources = loop("It", collection, {"X${It}": {"Type": "T"}})
    assert unrolled(resources, {"Unknown": {"Type": "CommaDelimitedList"}}) == resources


def test_loops_in_loops_and_in_properties_are_unrolled() -> None:
    inner = loop("B", ["1", "2"], {"${A}${B}": {"Ref": "A"}, "K&{A}": {"Ref": "B"}}, name="In")
    one = unrolled(
        loop("A", ["x.y"], {"R": {"Type": "T", "Properties": loop("B", ["1", "2"], {"${A}${B}": "$A ${B}"})}})
    )
    assert one == {"R": {"Type": "T", "Properties": {"x.y1": "$A 1", "x.y2": "$A 2"}}}
    with pytest.raises(TemplateError, match="it makes Kxy, which is there already"):
        unrolled(loop("A", ["x.y"], inner))


def test_what_a_loop_makes_twice_is_one_error_with_its_place() -> None:
    with pytest.raises(TemplateError) as caught:
        unrolled({"Xa": {}, **loop("It", ["a"], {"X${It}": {}})})
    assert str(caught.value) == (
        "a.yaml: Resources.Fn::ForEach::Each: it makes Xa, which is there already; name its items apart"
    )


def test_loops_that_would_fill_the_memory_are_an_error() -> None:
    many = [str(number) for number in range(300)]
    nested = loop("A", many, loop("B", many, loop("C", many, {"X${A}-${B}-${C}": {}}, "C"), "B"), "A")
    with pytest.raises(TemplateError, match="it makes more than 10,000 entries"):
        unrolled(nested)


def test_without_the_transform_a_loop_is_no_loop() -> None:
    template = {"Resources": loop("It", ["a"], {"X${It}": {}})}
    assert without_loops(template, None, {}) is template


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers() | st.sampled_from(["${It}", "&{It}"]),
        lambda below: (
            st.lists(below, max_size=3)
            | st.dictionaries(st.sampled_from(["Ref", "Fn::ForEach::A", "Fn::ForEach::B", "X${It}"]), below, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_whatever_stands_in_a_loop_it_is_unrolled_or_refused_in_one_line(value: Any) -> None:
    told = ""
    try:
        unrolled({"Fn::ForEach::It": ["It", ["a", "b"], value], "Y": value})
    except TemplateError as error:
        told = str(error)
    assert len(told.splitlines()) <= 1
