"""JSON Schema draft 4: what is valid, why something is not, and that every answer comes in the end."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError

from cors_constructs.simulate.gateway.json_schema import JsonSchema, UnusableSchemaError
from cors_constructs.simulate.gateway.schema_steps import TooMuchError


def reasons(schema: dict[str, Any], document: Any) -> list[str]:
    return JsonSchema(schema).reasons(document)


@pytest.mark.parametrize(
    ("schema", "document", "reason"),
    [
        pytest.param(
            {"required": ["password", "email"]},
            {"name": "a"},
            'object has missing required properties (["email","password"])',
            id="required",
        ),
        pytest.param(
            {"type": "integer"},
            "5",
            'instance type (string) does not match any allowed primitive type (allowed: ["integer"])',
            id="type",
        ),
        pytest.param(
            {"type": ["number", "null"]},
            True,
            'instance type (boolean) does not match any allowed primitive type (allowed: ["integer","null","number"])',
            id="types",
        ),
        pytest.param(
            {"enum": ["dog", "cat"]},
            "bird",
            'instance value ("bird") not found in enum (possible values: ["dog","cat"])',
            id="enum",
        ),
        pytest.param(
            {"enum": [1]},
            True,
            "instance value (true) not found in enum (possible values: [1])",
            id="true is not one",
        ),
        pytest.param(
            {"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False},
            {"a": 1, "x-b": 1, "d": 1, "c": 1},
            'object instance has properties which are not allowed by the schema: ["c","d"]',
            id="additionalProperties",
        ),
        pytest.param(
            {"minimum": 25},
            5,
            "numeric instance is lower than the required minimum (minimum: 25, found: 5)",
            id="minimum",
        ),
        pytest.param(
            {"maximum": 500.5},
            501,
            "numeric instance is greater than the required maximum (maximum: 500.5, found: 501)",
            id="maximum",
        ),
        pytest.param(
            {"minimum": 5, "exclusiveMinimum": True},
            5,
            "numeric instance is not strictly greater than the required minimum 5",
            id="exclusiveMinimum",
        ),
        pytest.param(
            {"maximum": 5, "exclusiveMaximum": True},
            5,
            "numeric instance is not strictly lower than the required maximum 5",
            id="exclusiveMaximum",
        ),
        pytest.param({"multipleOf": 0.1}, 0.35, "remainder of division is not zero (0.35 / 0.1)", id="multipleOf"),
        pytest.param({"minLength": 2}, "é", 'string "é" is too short (length: 1, required minimum: 2)', id="minLength"),
        pytest.param(
            {"maxLength": 2}, "abc", 'string "abc" is too long (length: 3, maximum allowed: 2)', id="maxLength"
        ),
        pytest.param({"pattern": "^a"}, "b", 'ECMA 262 regex "^a" does not match input string "b"', id="pattern"),
        pytest.param(
            {"minItems": 2},
            [1],
            "array is too short: must have at least 2 elements but instance has 1 elements",
            id="minItems",
        ),
        pytest.param(
            {"maxItems": 0},
            [1],
            "array is too long: must have at most 0 elements but instance has 1 elements",
            id="maxItems",
        ),
        pytest.param(
            {"uniqueItems": True},
            [{"a": [1, 2]}, {"a": [1.0, 2]}],
            "array must not contain duplicate elements",
            id="uniqueItems",
        ),
        pytest.param(
            {"items": [{}], "additionalItems": False},
            [1, 2],
            "array only allows up to 1 elements but instance has 2 elements",
            id="additionalItems",
        ),
        pytest.param(
            {"items": [{}], "additionalItems": {"minimum": 3}},
            [1, 2],
            "numeric instance is lower than the required minimum (minimum: 3, found: 2)",
            id="additionalItems as a schema",
        ),
        pytest.param(
            {"minProperties": 2},
            {"a": 1},
            "object has too few properties (found 1 but schema requires at least 2)",
            id="minProperties",
        ),
        pytest.param(
            {"maxProperties": 0},
            {"a": 1},
            "object has too many properties (found 1 but schema requires at most 0)",
            id="maxProperties",
        ),
        pytest.param(
            {"dependencies": {"a": ["b", "c"]}},
            {"a": 1, "b": 1},
            'property "a" of object has missing property dependencies (schema requires ["b","c"]; missing: ["c"])',
            id="dependencies",
        ),
        pytest.param(
            {"dependencies": {"a": {"maxProperties": 1}}},
            {"a": 1, "b": 1},
            "object has too many properties (found 2 but schema requires at most 1)",
            id="dependencies as a schema",
        ),
        pytest.param(
            {"allOf": [{"minimum": 1}, {"minimum": 3}]},
            2,
            "instance failed to match all required schemas (matched only 1 out of 2)",
            id="allOf",
        ),
        pytest.param(
            {"anyOf": [{"minimum": 3}, {"type": "string"}]},
            2,
            "instance failed to match at least one required schema among 2",
            id="anyOf",
        ),
        pytest.param(
            {"oneOf": [{"minimum": 1}, {"minimum": 2}]},
            2,
            "instance failed to match exactly one schema (matched 2 out of 2)",
            id="oneOf",
        ),
        pytest.param({"not": {}}, 2, "instance matched a schema which it should not have", id="not"),
        pytest.param(
            {"patternProperties": {"^n": {"type": "number"}}},
            {"m": "a", "n": "a"},
            'instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])',
            id="patternProperties",
        ),
        pytest.param(
            {"additionalProperties": {"enum": []} | {"enum": [0]}},
            {"a": 1},
            "instance value (1) not found in enum (possible values: [0])",
            id="additionalProperties as a schema",
        ),
    ],
)
def test_a_reason_is_told_in_the_validator_s_words(schema: dict[str, Any], document: Any, reason: str) -> None:
    assert reasons(schema, document) == [reason]


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        pytest.param({}, None, id="no schema"),
        pytest.param({"type": "number"}, 5, id="an integer is a number"),
        pytest.param({"enum": [1, {"a": [None]}]}, {"a": [None]}, id="equal to the depth"),
        pytest.param({"enum": [1]}, 1.0, id="numbers are equal as numbers"),
        pytest.param({"format": "email", "type": "string"}, "no address", id="a format says nothing"),
        pytest.param({"minLength": 5}, 1, id="a length says nothing of a number"),
        pytest.param({"minimum": 5, "required": ["a"]}, "text", id="nor does a minimum of a text"),
        pytest.param({"multipleOf": 0.01}, 19.99, id="decimals are divided as decimals"),
        pytest.param({"uniqueItems": True}, [1, True, "1", [1], {"1": 1}], id="what only looks alike"),
        pytest.param({"dependencies": {"a": ["b"]}}, {"b": 1}, id="a dependency of what is not there"),
        pytest.param({"items": {}, "additionalItems": False}, [1, 2], id="additional to all"),
    ],
)
def test_what_is_valid(schema: dict[str, Any], document: Any) -> None:
    assert reasons(schema, document) == []


def test_many_reasons_are_cut_short() -> None:
    assert len(reasons({"items": {"type": "string"}}, list(range(1000)))) == 50
    (reason,) = reasons({"maxLength": 1}, "x" * 10_000)
    assert len(reason) < 400


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        pytest.param({"type": "text"}, "it is no JSON Schema draft 4: at type, 'text' is not valid", id="a type"),
        pytest.param({"required": []}, "it is no JSON Schema draft 4: at required, [] ", id="required of nothing"),
        pytest.param({"properties": {"a": {"required": True}}}, "at properties.a.required, True ", id="draft 3"),
        pytest.param({"minimum": 0, "exclusiveMinimum": 0}, "at exclusiveMinimum, 0 ", id="draft 6"),
        pytest.param({"properties": {"a": {"pattern": "("}}}, "'(' is no regular expression", id="a pattern"),
        pytest.param({"patternProperties": {"[": {}}}, "'[' is no regular expression", id="a pattern of names"),
    ],
)
def test_what_is_no_schema(schema: dict[str, Any], problem: str) -> None:
    with pytest.raises(UnusableSchemaError) as caught:
        JsonSchema({"$ref": "#/definitions/0", "definitions": {"0": schema}})
    assert problem in str(caught.value)


# What never ends

CHOICES: dict[str, Any] = {f"{at}": {"anyOf": [{"$ref": f"#/definitions/{at + 1}"}] * 2} for at in range(40)} | {
    "40": {"not": {}}
}


@pytest.mark.parametrize(
    ("schema", "document", "why"),
    [
        pytest.param({"$ref": "#"}, 1, "leads to itself without an end", id="a reference to itself"),
        pytest.param(
            {"$ref": "#/definitions/0", "definitions": CHOICES}, 1, "more than 200,000 steps", id="choices of choices"
        ),
        pytest.param({"items": {"type": "integer"}}, [1] * 300_000, "more than 200,000 steps", id="a long array"),
        pytest.param(
            {"items": {"enum": list(range(10_000))}}, [9_999] * 10_000, "more than 200,000 steps", id="a long enum"
        ),
        pytest.param(
            {"items": {"pattern": "(a+)+!$"}},
            ["a" * 300 + "!"] * 10_000,
            "more than 200,000 steps",
            id="a pattern that takes long, often",
        ),
        pytest.param({"pattern": r"(a*)*\1b"}, "a" * 5_000, "may take for ever", id="a pattern that cannot be steady"),
        pytest.param({"multipleOf": 1e-300}, 1e308 * 10, "too large to be divided", id="beyond all numbers"),
    ],
)
def test_what_takes_for_ever_is_not_told(schema: dict[str, Any], document: Any, why: str) -> None:
    with pytest.raises(TooMuchError, match=why):
        reasons(schema, document)


def test_what_was_too_much_leaves_the_next_alone() -> None:
    schema = JsonSchema({"items": {"type": "integer"}})
    with pytest.raises(TooMuchError):
        schema.reasons([1] * 300_000)
    assert schema.reasons([1]) == []


# Another validator

NAMES = st.sampled_from(["a", "b", "ab"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.0]) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])
COUNTS = st.integers(0, 3)
PATTERNS = st.sampled_from(["^a", "b$", "a|b", "^(ab)*$", ""])
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(DOCUMENTS, min_size=1, max_size=3, unique_by=repr),
        "minimum": COUNTS,
        "maximum": COUNTS,
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "minLength": COUNTS,
        "maxLength": COUNTS,
        "minItems": COUNTS,
        "maxItems": COUNTS,
        "uniqueItems": st.booleans(),
        "minProperties": COUNTS,
        "maxProperties": COUNTS,
        "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
        "pattern": PATTERNS,
    },
)


def _with_parts(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    names = st.lists(NAMES, min_size=1, max_size=2, unique=True)
    return st.fixed_dictionaries(
        {},
        optional={
            "items": inner | several,
            "additionalItems": st.booleans() | inner,
            "properties": st.dictionaries(NAMES, inner, max_size=2),
            "patternProperties": st.dictionaries(PATTERNS, inner, max_size=2),
            "additionalProperties": st.booleans() | inner,
            "dependencies": st.dictionaries(NAMES, inner | names, max_size=2),
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
        },
    )


@given(st.recursive(LEAVES, _with_parts, max_leaves=6), DOCUMENTS)
def test_the_library_alone_says_the_same(schema: dict[str, Any], document: Any) -> None:
    try:
        Draft4Validator.check_schema(schema)
    except SchemaError:
        with pytest.raises(UnusableSchemaError):
            JsonSchema(schema)
        return
    assert (reasons(schema, document) == []) is Draft4Validator(schema).is_valid(document)
