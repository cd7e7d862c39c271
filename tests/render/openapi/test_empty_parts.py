"""Keys with nothing after them, which YAML reads as null: they are taken for what they plainly mean."""

import copy
from typing import Any

import pytest

from cors_constructs import ErrorResponses, OpenApiError, patch_openapi

from .apis import DIALECTS, KEY, ONE, RESPONSES, api, operation

ALL = "/a"


def patched_twice(document: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """The document, patched; patching it again changes nothing, and it is not changed itself."""
    before = copy.deepcopy(document)
    after = patch_openapi(document, ONE, **arguments)
    assert document == before
    assert patch_openapi(after, ONE, **arguments) == after
    return after


@pytest.mark.parametrize(
    "empty",
    [
        pytest.param({"components": None}, id="components"),
        pytest.param({"components": {"securitySchemes": None}}, id="security schemes"),
        pytest.param({"components": {"securitySchemes": {"mine": None}}}, id="a security scheme"),
        pytest.param({"security": None}, id="the root's security"),
        pytest.param({RESPONSES: None}, id="gateway responses"),
        pytest.param({RESPONSES: {"DEFAULT_4XX": None}}, id="a gateway response"),
        pytest.param({RESPONSES: {"DEFAULT_4XX": {"responseParameters": None}}}, id="a gateway response's headers"),
    ],
)
def test_what_is_empty_gets_what_an_absent_one_gets(empty: dict[str, Any]) -> None:
    paths = {ALL: {"get": operation(), "parameters": None}}
    after, plain = patched_twice(api(paths, **empty)), patch_openapi(api(paths), ONE)
    assert after["paths"] == plain["paths"]
    assert after["components"]["securitySchemes"]["api_key"] == KEY
    assert after[RESPONSES] == plain[RESPONSES]


def test_empty_definitions_of_swagger_too() -> None:
    after = patched_twice(api({ALL: {"get": operation()}}, dialect="2.0", securityDefinitions=None))
    assert after["securityDefinitions"] == {"api_key": KEY}


def test_what_nothing_goes_into_stays_as_it_is() -> None:
    empty: dict[str, Any] = {"components": None, "security": None, RESPONSES: None}
    document = api({ALL: {"get": operation()}}, **empty)
    after = patched_twice(document, keyless=[f"GET {ALL}"], error_responses=ErrorResponses.NONE)
    assert {name: after[name] for name in empty} == empty


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_paths_yet(dialect: str) -> None:
    assert patched_twice(api(None, dialect=dialect))["paths"] == {}


def test_a_path_without_operations() -> None:
    after = patched_twice(api({"/empty": None, ALL: {"get": operation()}}))
    assert after["paths"]["/empty"] == {}
    assert "options" in after["paths"][ALL]


@pytest.mark.parametrize("root", [{}, {"security": None}, {"security": []}], ids=str)
def test_security_without_value_is_none(root: dict[str, Any]) -> None:
    paths = {ALL: {"get": operation(security=None), "put": operation(security=None)}}
    after = patched_twice(api(paths, **root), keyless=[f"GET {ALL}"])["paths"][ALL]
    assert after["put"]["security"] == [{"api_key": []}]
    assert after["get"]["security"] == []


def test_a_preflight_whose_security_has_no_value_is_open() -> None:
    given = operation(security=None)
    assert patched_twice(api({ALL: {"get": operation(), "options": given}}))["paths"][ALL]["options"] == given


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        pytest.param(
            {ALL: {"get": operation(security=None)}},
            "paths./a.get.security is null: write a list",
            id="security that may or may not take back the root's",
        ),
        pytest.param({ALL: {"get": None}}, "paths./a.get is null: write a mapping", id="an operation"),
        pytest.param({ALL: {"options": None}}, "paths./a.options is null: write a mapping", id="a preflight"),
    ],
)
def test_what_could_mean_two_things(paths: dict[str, Any], problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api(paths, schemes={"mine": KEY}, security=[{"mine": []}]), ONE)
    assert caught.value.problems == (problem,)
