"""`$ref`: paths that are one, references that lead nowhere, and what only looks like a reference."""

from typing import Any

import pytest

from cors_constructs import OpenApiError, patch_openapi

from .apis import KEY, ONE, api, operation, proxied

HEALTH = {"get": proxied(operationId="health")}


def problems(document: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(document, ONE)
    return caught.value.problems


def test_a_path_that_is_another_gets_its_own_key_and_preflight() -> None:
    paths = {"/alive": {"$ref": "#/paths/~1health", "summary": "the same"}, "/health": HEALTH}
    after = patch_openapi(api(paths), ONE, keyless=["GET /health"])["paths"]
    assert list(after) == ["/alive", "/health"]
    assert list(after["/alive"]) == ["get", "summary", "options"]
    assert after["/alive"]["get"] == {**HEALTH["get"], "security": [{"api_key": []}]}
    assert after["/health"]["get"] == HEALTH["get"]


def test_a_path_that_is_a_component_is_written_out() -> None:
    paths = {"/a/{id}": {"$ref": "#/components/pathItems/it"}, "/b": {"$ref": "#/components/pathItems/it"}}
    document = api(paths, dialect="3.1", components={"pathItems": {"it": HEALTH}})
    after = patch_openapi(document, ONE)
    assert after["components"]["pathItems"] == {"it": HEALTH}
    assert all(set(item) == {"get", "options"} for item in after["paths"].values())
    assert "parameters" not in after["paths"]["/b"]["options"]
    assert patch_openapi(after, ONE) == after


def test_a_path_that_is_one_without_operations_stays_as_it_is() -> None:
    paths = {"/a": {"$ref": "#/paths/~1b"}, "/b": {"summary": "nothing yet"}}
    assert patch_openapi(api(paths), ONE)["paths"] == paths


def test_references_are_followed_through_others() -> None:
    paths = {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1c%2F%7Bid%7D"}, "/c/{id}": HEALTH}
    after = patch_openapi(api(paths), ONE)["paths"]
    assert [item["get"]["operationId"] for item in after.values()] == ["health"] * 3


ELSEWHERE = "another document, and API Gateway reads one: bundle them into one file, or write it out here"
ADD = "refer to what is there, or add it"
CIRCLE = "what is there is a $ref too, and leads nowhere or back: write one of them out"


@pytest.mark.parametrize(
    ("pointer", "problem"),
    [
        pytest.param(
            "#/components/schemas/Usr",
            'which leads nowhere: did you mean "#/components/schemas/User"?',
            id="a slip of the pen",
        ),
        pytest.param("#/definitions/User", f"which leads nowhere: {ADD}", id="where Swagger 2 has it"),
        pytest.param("#/components/schemas/List/0", f"which leads nowhere: {ADD}", id="into a mapping by a number"),
        pytest.param("#/tags/5", f"which leads nowhere: {ADD}", id="beyond the end of a list"),
        pytest.param("#/info/title/x", f"which leads nowhere: {ADD}", id="into a string"),
        pytest.param("#User", f"which leads nowhere: {ADD}", id="to an anchor that is not there"),
        pytest.param("#/components/schemas/Loop", f"which leads nowhere: {CIRCLE}", id="in a circle"),
        pytest.param("common.yaml#/User", ELSEWHERE, id="to another file"),
        pytest.param("https://example.com/User.json", ELSEWHERE, id="to a site"),
        pytest.param("User", ELSEWHERE, id="by name only"),
    ],
)
def test_references_that_lead_nowhere(pointer: str, problem: str) -> None:
    schemas: dict[str, Any] = {"User": {}, "List": {}}
    where = "paths./users.get.responses.200.content.application/json.schema.items.$ref"
    if "Loop" in pointer:
        schemas |= {"Loop": {"$ref": "#/components/schemas/Pool"}, "Pool": {"$ref": "#/components/schemas/Loop"}}
    body = {"application/json": {"schema": {"type": "array", "items": {"$ref": pointer}}}}
    given = operation(responses={"200": {"description": "", "content": body}})
    found = problems(api({"/users": {"get": given}}, components={"schemas": schemas}, tags=[{"name": "a"}]))
    assert f'{where} refers to "{pointer}", {problem}' in found
    assert len(found) == (3 if "Loop" in pointer else 1)


@pytest.mark.parametrize(
    "pointer",
    [
        "#",
        "#/components/schemas/User",
        "#/components/schemas/Alias/properties/name",
        "#/components/schemas/Any%20one",
        "#/components/schemas/a~1b~0c",
        "#/tags/0",
        "#user",
        "#/x-later/whatever/it/has",
        "https://apigateway.amazonaws.com/restapis/abc/models/User",
        "${Token[TOKEN.5]}",
    ],
)
def test_references_that_lead_somewhere(pointer: str) -> None:
    schemas = {
        "User": {"$anchor": "user", "properties": {"name": {}, "friend": {"$ref": "#/components/schemas/User"}}},
        "Alias": {"$ref": "#/components/schemas/User"},
        "Any one": {},
        "a/b~c": {},
        "It": {"$ref": pointer},
    }
    later: dict[str, Any] = {"x-later": {"Fn::Transform": {"Name": "AWS::Include"}}}
    document = api({"/users": HEALTH}, dialect="3.1", components={"schemas": schemas}, tags=[{"name": "a"}], **later)
    assert patch_openapi(document, ONE)["components"]["schemas"] == schemas


NOWHERE = {"$ref": "#/nowhere"}


@pytest.mark.parametrize(
    ("dialect", "part"),
    [
        pytest.param("3.0", {"schemas": {"A": {"example": NOWHERE}}}, id="an example"),
        pytest.param("3.0", {"examples": {"a": {"value": NOWHERE}}}, id="an example's value"),
        pytest.param("3.1", {"schemas": {"A": {"examples": [NOWHERE]}}}, id="examples of a schema"),
        pytest.param("3.0", {"schemas": {"A": {"default": NOWHERE, "enum": [NOWHERE]}}}, id="values of a schema"),
        pytest.param("3.1", {"schemas": {"A": {"const": NOWHERE}}}, id="a constant"),
        pytest.param("3.0", {"schemas": {"A": {"x-own": NOWHERE}}}, id="an extension"),
        pytest.param("3.0", {"schemas": {"A": {"properties": NOWHERE}}}, id="properties, one of which has that name"),
        pytest.param("3.0", {"schemas": {"A": {"$ref": {"type": "string"}}}}, id="no string"),
        pytest.param(
            "3.1", {"schemas": {"A": {"$id": "https://a.example/", "items": NOWHERE}}}, id="in a schema by itself"
        ),
    ],
)
def test_what_only_looks_like_a_reference(dialect: str, part: dict[str, Any]) -> None:
    document = api({"/users": HEALTH}, dialect=dialect, components=part)
    after = patch_openapi(document, ONE)["components"]
    assert {name: after[name] for name in part} == part


@pytest.mark.parametrize(
    ("part", "where"),
    [
        pytest.param({"schemas": {"default": NOWHERE}}, "schemas.default", id="a schema of that name"),
        pytest.param(
            {"schemas": {"A": {"properties": {"example": NOWHERE}}}}, "schemas.A.properties.example", id="a property"
        ),
        pytest.param({"examples": {"value": NOWHERE}}, "examples.value", id="an example of that name"),
        pytest.param({"responses": {"default": NOWHERE}}, "responses.default", id="a response of that name"),
        pytest.param({"headers": {"x-page": NOWHERE}}, "headers.x-page", id="a header"),
        pytest.param({"schemas": {"A": {"anyOf": [{}, NOWHERE]}}}, "schemas.A.anyOf.1", id="in a list"),
    ],
)
def test_what_only_looks_like_a_value(part: dict[str, Any], where: str) -> None:
    (problem,) = problems(api({"/users": HEALTH}, components=part))
    assert problem == f'components.{where}.$ref refers to "#/nowhere", which leads nowhere: {ADD}'


def test_a_scheme_or_a_path_that_leads_nowhere_is_said_once() -> None:
    document = api({"/a": {"$ref": "#/paths/~1c"}, "/b": HEALTH}, schemes={"key": {"$ref": "#/k"}, "other": KEY})
    assert problems(document) == (
        'paths./a.$ref refers to "#/paths/~1c", which leads nowhere: did you mean "#/paths/~1b"?',
        f'components.securitySchemes.key.$ref refers to "#/k", which leads nowhere: {ADD}',
    )


def test_a_path_that_is_something_else() -> None:
    assert problems(api({"/a": {"$ref": "#/tags"}}, tags=[])) == ("paths./a is a list: write a mapping",)
