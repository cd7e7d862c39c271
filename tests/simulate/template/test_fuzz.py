"""Whatever becomes of a real template, it is read or refused by one line: never another exception."""

import copy
import json
from collections.abc import Callable, Iterator, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.template.documents import read_document
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import SNAPSHOTS, one_of_everything, resource, template

HERE = Path(__file__).parent
X = "x-amazon-apigateway-"

Where = tuple[str | int, ...]


def with_definition() -> dict[str, Any]:
    """A template whose API is an OpenAPI document, with functions and conditions in it."""
    operation = {
        "parameters": [{"name": "id", "in": "path", "required": True}, {"$ref": "#/components/parameters/h"}],
        "security": [{"key": [], "token": []}],
        "responses": {"200": {"headers": {"X": {"schema": {"type": "string"}}}}},
        f"{X}request-validator": "all",
        f"{X}integration": {
            "type": "aws_proxy",
            "uri": {"Fn::Sub": ["${a}-${AWS::Region}", {"a": {"Fn::FindInMap": ["M", "a", "b"]}}]},
            "responses": {"default": {"statusCode": {"Fn::If": ["C", 200, "204"]}, "responseParameters": {"a": "'b'"}}},
        },
    }
    body = {
        "openapi": "3.0.1",
        "info": {"title": {"Ref": "P"}},
        "paths": {"/users/{id}": {"get": operation, f"{X}any-method": {"$ref": "#/paths/~1users~1{id}/get"}}},
        "components": {
            "parameters": {"h": {"name": "X", "in": "header"}},
            "securitySchemes": {
                "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
                "token": {
                    "name": "A",
                    f"{X}authorizer": {"type": "token", "identitySource": "method.request.header.A"},
                },
            },
        },
        f"{X}gateway-responses": {"DEFAULT_4XX": {"statusCode": 400, "responseParameters": {"a": "b"}}},
        f"{X}request-validators": {"all": {"validateRequestBody": True}},
        f"{X}binary-media-types": ["a/b"],
    }
    return {
        "Parameters": {"P": {"Type": "String", "Default": "x"}, "L": {"Type": "CommaDelimitedList", "Default": "a,b"}},
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Conditions": {
            "C": {"Fn::And": [{"Fn::Not": [{"Condition": "D"}]}, {"Fn::Equals": [{"Ref": "P"}, "x"]}]},
            "D": {"Fn::Or": [{"Fn::Equals": [{"Ref": "AWS::Region"}, {"Fn::Select": [0, {"Ref": "L"}]}]}]},
        },
        "Resources": {
            "Api": resource("RestApi", Body=body),
            "Stage": {
                **resource("Stage", RestApiId={"Ref": "Api"}, StageName={"Fn::Join": ["-", [{"Ref": "P"}, "x"]]}),
                "Condition": "C",
            },
            "Key": resource("ApiKey", Name={"Fn::Select": [1, {"Fn::Split": ["-", "a-b"]}]}, Value="{{resolve:ssm:x}}"),
            "Inner": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": "inner.json", "Parameters": {"P": {"Fn::GetAtt": ["Api", "Id"]}}},
            },
        },
        "Outputs": {"Id": {"Value": {"Fn::ImportValue": "Id"}, "Export": {"Name": "Id"}}},
    }


def sam(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: read_document(HERE / "sam" / name, name)


TEMPLATES: dict[str, Callable[[], dict[str, Any]]] = {
    **{file.stem: partial(json.loads, file.read_text()) for file in SNAPSHOTS},
    "one of everything": one_of_everything,
    "an OpenAPI document": with_definition,
}
SAM = {name: sam(name) for name in ("implicit.yaml", "explicit.yaml")}


def nodes(value: Any, where: Where = ()) -> Iterator[Where]:
    if where:
        yield where
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from nodes(item, (*where, key))


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=8),
    st.sampled_from(
        [
            *(
                [],
                {},
                [[]],
                {"": None},
                "",
                "\n",
                "\ud800",
                "${",
                "${}",
                "${Api",
                "{{resolve:",
                "{{resolve:ssm:x}}",
                "-1",
            ),
            *("AWS::NoValue", "Fn::Sub", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Method", "AWS::Serverless::Api"),
        ]
    ),
)


@st.composite
def functions(draw: st.DrawFn, ids: list[str]) -> Any:
    """An intrinsic function, of something that is there or of something that is not."""
    name = draw(st.sampled_from([*ids, "AWS::NoValue", "AWS::Region", "Gone", "P", "C"]))
    inner = draw(st.one_of(ODD, st.just({"Ref": name})))
    return draw(
        st.sampled_from(
            [
                {"Ref": name},
                {"Ref": inner},
                {"Fn::GetAtt": [name, "RootResourceId"]},
                {"Fn::GetAtt": f"{name}.Outputs.Id"},
                {"Fn::Sub": f"x-${{{name}}}"},
                {"Fn::Sub": ["${a}", {"a": inner}]},
                {"Fn::Join": [",", [inner, name]]},
                {"Fn::Join": inner},
                {"Fn::Select": [inner, ["a"]]},
                {"Fn::Split": [inner, name]},
                {"Fn::If": [name, inner, {"Ref": "AWS::NoValue"}]},
                {"Fn::If": inner},
                {"Fn::FindInMap": [name, inner, "x"]},
                {"Fn::ImportValue": inner},
                {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": name}}},
                {"Fn::Base64": inner},
                {"Fn::Equals": [inner, inner]},
                {"Condition": name},
            ]
        )
    )


@st.composite
def mutated(draw: st.DrawFn, originals: dict[str, Callable[[], dict[str, Any]]]) -> dict[str, Any]:
    """A template with a few things changed, anywhere in it."""
    name = draw(st.sampled_from(sorted(originals)))
    event(name)
    changed = copy.deepcopy(originals[name]())
    ids = sorted(changed.get("Resources", {})) or ["Api"]
    for _ in range(draw(st.integers(1, 4))):
        places = list(nodes(changed))
        if not places:
            break
        where = draw(st.sampled_from(places))
        into = _at(changed, where[:-1])
        match draw(st.sampled_from(["odd", "function", "delete", "copy", "rename", "wrap", "self"])):
            case "odd":
                into[where[-1]] = copy.deepcopy(draw(ODD))  # for the next change to change
            case "function":
                into[where[-1]] = copy.deepcopy(draw(functions(ids)))
            case "delete":
                del into[where[-1]]
            case "copy":
                into[where[-1]] = copy.deepcopy(_at(changed, draw(st.sampled_from(places))))
            case "rename":
                if isinstance(into, MutableMapping):
                    into[draw(st.one_of(st.text(max_size=5), st.sampled_from(ids)))] = into.pop(where[-1])
            case "wrap":
                into[where[-1]] = [into[where[-1]]]
            case "self":
                into[where[-1]] = {"Ref": where[1] if len(where) > 1 else "x"}
    return changed


def _at(value: Any, where: Where) -> Any:
    for part in where:
        value = value[part]
    return value


def read_or_refused(source: Any, **arguments: Any) -> Template | TemplateError:
    """What is read, or the error, if it is one that a user can read."""
    try:
        read = read_template(source, **arguments)
    except TemplateError as error:
        _check_line(error)
        return error
    for problem in read.unreadable:
        _check_line(problem)
    for api in read.apis:
        assert all(note.isprintable() for note in api.unreadable)
        assert isinstance(api.name, str | Unresolved)
        assert all(method.path.startswith("/") and isinstance(method.verb, str) for method in api.methods)
    return read


def _check_line(error: TemplateError) -> None:
    line = str(error)
    assert len(line.splitlines()) == 1
    assert error.problem
    assert len(line) < 3000


@settings(max_examples=400)
@given(mutated(TEMPLATES))
def test_a_template_with_anything_changed(changed: dict[str, Any]) -> None:
    before = repr(changed)
    read_or_refused(changed)
    assert repr(changed) == before


@settings(max_examples=100)
@given(mutated(SAM))
def test_a_sam_template_with_anything_changed(changed: dict[str, Any]) -> None:
    before = repr(changed)
    read_or_refused(changed)
    assert repr(changed) == before


@settings(max_examples=150)
@given(mutated(TEMPLATES), st.dictionaries(st.sampled_from(["P", "L", "AWS::Region", "Gone"]), ODD, max_size=2))
def test_with_any_parameters(changed: dict[str, Any], parameters: dict[str, Any]) -> None:
    read_or_refused(changed, parameters=parameters)


TEXTS = [
    *(file.read_text() for file in SNAPSHOTS[:1]),
    *((HERE / "sam" / name).read_text() for name in SAM),
    yaml.safe_dump(one_of_everything()),
    json.dumps(with_definition(), indent=1),
]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A file cut off, or with other bytes put into it."""
    content = draw(st.sampled_from(TEXTS)).encode()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 0, 1, 5, 100]))
        odd = st.one_of(
            st.binary(max_size=3),
            st.sampled_from(
                [
                    b"\n",
                    b'"',
                    b"{",
                    b"}",
                    b"[",
                    b": ",
                    b"&a ",
                    b"*a",
                    b"!Ref ",
                    b"<<: ",
                    b"\t",
                    b"- ",
                    b"|",
                    b"---\n",
                    b"%",
                ]
            ),
        )
        content = content[:start] + draw(odd) + content[start + length :]
    return content[: draw(st.sampled_from([len(content), draw(st.integers(0, len(content)))]))]


@settings(max_examples=300)
@given(content=spoiled(), name=st.sampled_from(["a.json", "a.yaml", "a.template"]))
def test_a_file_with_anything_changed(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    file = tmp_path_factory.mktemp("file", numbered=True) / name
    file.write_bytes(content)
    error = read_or_refused(file)
    if isinstance(error, TemplateError):
        assert error.file == str(file)


@settings(max_examples=100)
@given(mutated(TEMPLATES), mutated(TEMPLATES), st.booleans())
def test_a_folder_with_anything_changed(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, Any], other: dict[str, Any], nested: bool
) -> None:
    folder = tmp_path_factory.mktemp("folder", numbered=True)
    (folder / "one.template.json").write_text(json.dumps(one))
    (folder / ("inner.json" if nested else "other.template.json")).write_text(json.dumps(other))
    (folder / "good.template.json").write_text(json.dumps(template()))
    read = read_or_refused(folder)
    assert isinstance(read, Template)
    assert "Shop" in {api.name for api in read.apis}


MANIFEST = {
    "artifacts": {
        "Inner": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "inner"}},
        "Assets": {"type": "cdk:asset-manifest", "properties": {"file": "assets.json"}},
        "Stack": {
            "type": "aws:cloudformation:stack",
            "environment": "aws://1/eu-west-1",
            "properties": {"templateFile": "stack.json"},
            "metadata": {"/Stack/Api": [{"type": "aws:cdk:logicalId", "data": "Api"}]},
        },
    },
}


@settings(max_examples=100)
@given(mutated({"manifest": lambda: MANIFEST}))
def test_a_manifest_with_anything_changed(tmp_path_factory: pytest.TempPathFactory, changed: dict[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("folder", numbered=True)
    (folder / "manifest.json").write_text(json.dumps(changed))
    (folder / "stack.json").write_text(json.dumps(template()))
    read_or_refused(folder)
