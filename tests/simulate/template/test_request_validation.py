"""Request validators and models that are resources: which bodies get through, and what cannot be told."""

import json
from collections.abc import Mapping
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from cors_constructs.simulate import Gateway, Request
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import API, method, resource, template, the_api

JSON = "application/json"
NAMED = {"type": "object", "required": ["name"]}
VALIDATOR = resource("RequestValidator", RestApiId=API, ValidateRequestBody=True)
ADDRESS = "https://apigateway.amazonaws.com/restapis/"
MOCK = {
    "Type": "MOCK",
    "RequestTemplates": {JSON: '{"statusCode": 200}'},
    "IntegrationResponses": [{"StatusCode": "200"}],
}


def model(schema: Any = None, **properties: Any) -> dict[str, Any]:
    return resource("Model", RestApiId=API, Schema=NAMED if schema is None else schema, **properties)


def shop(models: Any, resources: Mapping[str, Any] | None = None, **sections: Any) -> dict[str, Any]:
    """An API with `POST /`, whose bodies are looked at."""
    post = method(
        "POST",
        RequestModels=models,
        RequestValidatorId={"Ref": "Validator"},
        Integration=MOCK,
        MethodResponses=[{"StatusCode": "200"}],
    )
    return template({"Post": post, "Validator": VALIDATOR, **(resources or {})}, **sections)


def read(given: dict[str, Any], **parameters: str) -> Method:
    (found,) = the_api(read_template(given, parameters=parameters)).methods
    return found


def status(given: dict[str, Any], body: Any, **parameters: str) -> int:
    gateway = Gateway.from_template(given, parameters=parameters)
    return gateway(Request("POST", "/", {"Content-Type": JSON}, json.dumps(body).encode())).status


def refuses(given: dict[str, Any], good: Any, bad: Any, **parameters: str) -> bool:
    return (status(given, good, **parameters), status(given, bad, **parameters)) == (200, 400)


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("User", id="by its name"),
        pytest.param({"Ref": "UserModel"}, id="by its resource"),
        pytest.param({"Fn::Sub": "${UserModel}"}, id="within a text"),
    ],
)
@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(NAMED, id="a mapping"),
        pytest.param(json.dumps(NAMED), id="JSON"),
        pytest.param({"Fn::Sub": json.dumps({**NAMED, "title": "in ${AWS::Region}"})}, id="JSON known in part"),
        pytest.param({**NAMED, "description": {"Ref": "AWS::Region"}, "$schema": "draft-04"}, id="with annotations"),
    ],
)
def test_a_model_is_read_whatever_its_form(reference: Any, schema: Any) -> None:
    given = shop({JSON: reference}, {"UserModel": model(schema, Name="User")})
    assert refuses(given, {"name": "a"}, {"nome": "a"})
    assert read(given).request_models[JSON].name == "User"


def test_a_model_without_a_name_is_known_by_its_resource() -> None:
    given = shop({JSON: {"Ref": "UserModel"}}, {"UserModel": model()})
    assert refuses(given, {"name": "a"}, {})


def test_a_name_that_is_a_parameter_s_is_the_same_on_both_sides() -> None:
    named = {"UserModel": model(Name={"Ref": "Which"})}
    given = shop({JSON: {"Ref": "Which"}}, named, Parameters={"Which": {"Type": "String"}})
    assert refuses(given, {"name": "a"}, {})
    assert refuses(given, {"name": "a"}, {}, Which="User")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        pytest.param("Empty", {"any": "thing"}, ["no object"], id="Empty"),
        pytest.param("Error", {"message": "a"}, {"message": 1}, id="Error"),
    ],
)
def test_two_models_are_there_from_the_beginning(name: str, good: Any, bad: Any) -> None:
    assert refuses(shop({JSON: name}), good, bad)


def test_the_default_model_is_for_all_other_types() -> None:
    given = shop({"$default": "User", "text/plain": "Empty"}, {"UserModel": model(Name="User")})
    assert refuses(given, {"name": "a"}, {})


# References


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param({"Fn::Sub": f"{ADDRESS}${{Api}}/models/${{UserModel}}"}, id="Fn::Sub"),
        pytest.param({"Fn::Sub": f"{ADDRESS}${{Api}}/models/User"}, id="Fn::Sub with a name"),
        pytest.param({"Fn::Join": ["", [ADDRESS, API, "/models/", {"Ref": "UserModel"}]]}, id="Fn::Join"),
        pytest.param(f"{ADDRESS}abc123/models/User", id="plain"),
        pytest.param(
            {"Fn::Sub": "https://apigateway.${AWS::URLSuffix}/restapis/${Api}/models/User"}, id="any partition"
        ),
    ],
)
def test_a_model_refers_to_another(reference: Any) -> None:
    several = model({"type": "array", "items": {"$ref": reference}}, Name="Users")
    given = shop({JSON: "Users"}, {"UserModel": model(Name="User"), "Users": several})
    assert refuses(given, [{"name": "a"}], [{"name": "a"}, {}])


def test_a_reference_within_json_is_followed() -> None:
    text = json.dumps({"type": "array", "items": {"$ref": f"{ADDRESS}${{Api}}/models/${{UserModel}}"}})
    users = model({"Fn::Sub": text}, Name="Users")
    given = shop({JSON: "Users"}, {"UserModel": model(Name="User"), "Users": users})
    assert refuses(given, [{"name": "a"}], [{}])


def test_references_lead_to_parts_and_back_again() -> None:
    tree = {
        "definitions": {"a/b%~": {"type": "integer"}, "list": [{"type": "string"}]},
        "type": "object",
        "properties": {
            "value": {"$ref": "#/definitions/a~1b%25~0"},
            "text": {"$ref": "#/definitions/list/0"},
            "below": {"type": "array", "items": {"$ref": "#"}},
            "other": {"$ref": f"{ADDRESS}x/models/Other#/definitions/yes"},
            "$ref": {"type": "boolean"},
        },
    }
    others = {"definitions": {"yes": {"$ref": "#/definitions/really"}, "really": {"enum": ["yes"]}}}
    given = shop({JSON: "Tree"}, {"Tree": model(tree, Name="Tree"), "Other": model(others, Name="Other")})
    good = {"value": 1, "text": "a", "below": [{"value": 2, "below": []}], "other": "yes", "$ref": True}
    assert status(given, good) == 200
    for bad in ({"value": "1"}, {"text": 1}, {"below": [{"value": "2"}]}, {"other": "no"}, {"$ref": 1}):
        assert status(given, bad) == 400


def test_what_a_schema_lists_is_no_reference() -> None:
    given = shop({JSON: "Odd"}, {"Odd": model({"enum": [{"$ref": "http://127.0.0.1:9/"}]}, Name="Odd")})
    assert refuses(given, {"$ref": "http://127.0.0.1:9/"}, {})


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        pytest.param(
            {"$ref": "https://example.com/user.json"},
            'its $ref "https://example.com/user.json" is the address of no model, and nothing else is looked up',
            id="another server's",
        ),
        pytest.param({"$ref": "file:///etc/passwd"}, "nothing else is looked up", id="a file"),
        pytest.param({"$ref": f"{ADDRESS}x/models/Gone"}, 'there is no model "Gone"', id="a model that is not there"),
        pytest.param({"$ref": "#/definitions/gone"}, 'its $ref "#/definitions/gone" leads nowhere', id="a part"),
        pytest.param({"$ref": "#gone"}, 'its $ref "#gone" leads nowhere', id="a name"),
        pytest.param({"items": [{"$ref": "#/items/1"}]}, "leads nowhere", id="an item"),
        pytest.param({"$ref": "#"}, "leads to itself", id="itself"),
        pytest.param({"type": "text"}, "it is no JSON Schema draft 4: at type", id="no type"),
        pytest.param("{'type': 'object'}", "its Schema is no JSON", id="no JSON"),
        pytest.param("[" * 100_000, "its Schema is no JSON", id="JSON too deep"),
        pytest.param("5", "it is no JSON Schema draft 4: 5 is not of type 'object'", id="a number"),
    ],
)
def test_a_schema_that_is_broken_is_one_clear_error(schema: Any, problem: str) -> None:
    given = shop({JSON: "Odd"}, {"Odd": model(schema, Name="Odd")})
    gateway = Gateway.from_template(given)
    request = Request("POST", "/", {"Content-Type": JSON}, b'{"a": 1}')
    if "itself" in problem:
        response = gateway(request)
        assert response.status == 500
        assert problem in response.why
        return
    with pytest.raises(TemplateError) as caught:
        gateway(request)
    assert problem in caught.value.problem
    assert caught.value.place == "Resources.Odd"
    assert "\n" not in str(caught.value)


def test_a_model_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(TemplateError) as caught:
        status(shop({JSON: "Gone"}), {})
    assert str(caught.value) == (
        'template: Resources.Post: the model Gone cannot validate bodies: there is no model "Gone"; write a JSON '
        "Schema draft 4"
    )


def test_a_model_without_a_schema_is_one_clear_error() -> None:
    with pytest.raises(TemplateError, match="it has no Schema"):
        status(shop({JSON: "User"}, {"UserModel": resource("Model", RestApiId=API, Name="User")}), {})


# What is only known at deployment


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"Ref": "Part"}, id="all of it"),
        pytest.param({"type": {"Ref": "Part"}}, id="a value"),
        pytest.param({"properties": {"a": {"Ref": "Part"}}}, id="a schema within"),
        pytest.param({"enum": ["a", {"Fn::Sub": "x-${Part}"}]}, id="an item"),
        pytest.param({"Fn::Sub": '{"pattern": "${Part}"}'}, id="a part of a text"),
        pytest.param({"Fn::Sub": '{"maxLength": ${Part}}'}, id="a part of JSON"),
        pytest.param({"$ref": {"Ref": "Part"}}, id="a reference"),
        pytest.param({"$ref": {"Fn::Sub": f"{ADDRESS}${{Api}}/models/${{Part}}"}}, id="a model's name"),
        pytest.param({"$ref": {"Fn::Sub": "https://${Part}/user"}}, id="a server"),
        pytest.param({"$ref": {"Fn::Sub": "#/definitions/${Part}"}}, id="a part's name"),
    ],
)
def test_a_schema_known_at_deployment_is_asked_for_where_it_matters(schema: Any) -> None:
    given = shop({JSON: "Odd"}, {"Odd": model(schema, Name="Odd")}, Parameters={"Part": {"Type": "String"}})
    assert isinstance(read(given).request_models[JSON].schema, Unresolved)
    with pytest.raises(TemplateError, match=r"which bodies POST / takes depends on \$\{Part\}, which only") as caught:
        status(given, {})
    assert caught.value.fix == 'if that is a parameter, give parameters={"Part": "..."}'


def test_it_is_not_where_its_part_is_given() -> None:
    odd = model({"type": "string", "pattern": {"Fn::Sub": "^${Part}$"}}, Name="Odd")
    given = shop({JSON: "Odd"}, {"Odd": odd}, Parameters={"Part": {"Type": "String"}})
    assert refuses(given, "abc", "xyz", Part="a.c")


@pytest.mark.parametrize(
    "models",
    [
        pytest.param({"Ref": "Part"}, id="all models"),
        pytest.param({JSON: {"Ref": "Part"}}, id="one"),
    ],
)
def test_models_known_at_deployment_are_asked_for(models: Any) -> None:
    given = shop(models, Parameters={"Part": {"Type": "String"}})
    with pytest.raises(TemplateError, match=r"which bodies POST / takes depends on \$\{Part\}, which only"):
        status(given, {})


def test_models_of_an_api_that_is_only_referred_to_may_be_elsewhere() -> None:
    given = shop({JSON: "User"})
    elsewhere = json.loads(json.dumps(given).replace('{"Ref": "Api"}', '"abc123"'))
    elsewhere["Resources"]["Post"]["Properties"]["ResourceId"] = "root"
    del elsewhere["Resources"]["Api"]
    with pytest.raises(TemplateError, match=r"which bodies POST / takes depends on \$\{User\}, which only"):
        status(elsewhere, {})


KEYWORDS = st.sampled_from(
    [
        "$ref",
        "type",
        "items",
        "properties",
        "patternProperties",
        "additionalProperties",
        "dependencies",
        "required",
        "enum",
        "anyOf",
        "not",
        "definitions",
        "pattern",
        "minimum",
        "multipleOf",
        "maxItems",
        "id",
        "a",
        "Fn::Sub",
    ]
)
TEXTS = st.sampled_from(
    ["object", "string", "#", "#/definitions/a", "#/items/0", f"{ADDRESS}x/models/Odd", "a", "(", ""]
)
ODD = st.recursive(
    st.booleans() | st.integers(-1, 3) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=12,
)


@hypothesis.given(st.dictionaries(KEYWORDS, ODD, max_size=4) | ODD.map(json.dumps), ODD)
def test_no_schema_is_too_odd(schema: Any, body: Any) -> None:
    """It is answered, or one clear error."""
    given = shop({JSON: "Odd"}, {"Odd": model(schema, Name="Odd")})
    try:
        assert status(given, body) in {200, 400, 500}
    except TemplateError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both ends are fine


# Validators


@pytest.mark.parametrize(
    ("flags", "validates"),
    [
        pytest.param({}, {}, id="nothing said"),
        pytest.param({"ValidateRequestBody": True}, {"body": True}, id="bodies"),
        pytest.param({"ValidateRequestParameters": "true"}, {"params": True}, id="parameters"),
        pytest.param({"ValidateRequestBody": False, "ValidateRequestParameters": False}, {}, id="neither"),
        pytest.param(
            {"ValidateRequestBody": {"Ref": "Part"}}, {"body": Unresolved({"Ref": "Part"})}, id="known at deployment"
        ),
    ],
)
def test_a_validator_looks_at_what_it_says(flags: dict[str, Any], validates: dict[str, Any]) -> None:
    validator = resource("RequestValidator", RestApiId=API, **flags)
    given = shop({JSON: "Empty"}, {"Validator": validator}, Parameters={"Part": {"Type": "String"}})
    found = read(given)
    assert found.validates == validates
    assert list(found.request_models) == ([JSON] if "body" in validates else [])


@pytest.mark.parametrize(
    ("validator", "validates"),
    [
        pytest.param("", [], id="none"),
        pytest.param({"Ref": "AWS::NoValue"}, [], id="no value"),
        pytest.param({"Ref": "Never"}, [], id="one whose condition does not hold"),
        pytest.param("abc123", ["body", "params"], id="one of another template"),
        pytest.param({"Ref": "Part"}, ["body", "params"], id="a parameter's"),
    ],
)
def test_a_validator_that_is_not_here_may_look_at_everything(validator: Any, validates: list[str]) -> None:
    given = shop(
        {JSON: "User"},
        {"UserModel": model(Name="User"), "Never": {**VALIDATOR, "Condition": "No"}},
        Parameters={"Part": {"Type": "String"}},
        Conditions={"No": {"Fn::Equals": ["a", "b"]}},
    )
    given["Resources"]["Post"]["Properties"]["RequestValidatorId"] = validator
    found = read(given)
    assert list(found.validates) == validates
    assert all(isinstance(flag, Unresolved) for flag in found.validates.values())
    assert status(given, {"name": "a"}) == 200
    if validates:
        with pytest.raises(TemplateError, match="whether POST / validates bodies depends on"):
            status(given, {})
    else:
        assert status(given, {}) == 200
