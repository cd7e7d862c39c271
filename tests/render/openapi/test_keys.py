"""Which operations ask for a key once a document is patched, and what else they ask for."""

from typing import Any

import pytest

from cors_constructs import OpenApiError, patch_openapi

from .apis import ANY, AUTHORIZER, COGNITO, DIALECTS, KEY, ONE, api, operation, proxied, schemes_of

SCHEMES = {"key": KEY, "cognito": COGNITO}


@pytest.mark.parametrize(
    ("root", "own", "patched"),
    [
        pytest.param(None, None, [{"key": []}], id="nothing is said anywhere"),
        pytest.param(None, [], [{"key": []}], id="the operation asks for nothing"),
        pytest.param(None, [{"key": []}], [{"key": []}], id="the operation asks for the key already"),
        pytest.param(None, [{"cognito": []}], [{"cognito": [], "key": []}], id="the operation has an authorizer"),
        pytest.param(
            None, [{"cognito": ["a"], "key": []}], [{"cognito": ["a"], "key": []}], id="the operation asks for both"
        ),
        pytest.param(
            None,
            [{"cognito": []}, {"oauth": ["read"]}],
            [{"cognito": [], "key": []}, {"oauth": ["read"], "key": []}],
            id="the operation has alternatives, each gets the key",
        ),
        pytest.param(None, [{"key": []}, {}], [{"key": []}], id="a key or nothing becomes a key, once"),
        pytest.param([{"cognito": []}], None, [{"cognito": [], "key": []}], id="the root's authorizer is written out"),
        pytest.param([{"key": []}], None, [{"key": []}], id="the root's key is written out"),
        pytest.param([{"cognito": []}], [], [{"key": []}], id="the operation takes the root's authorizer back"),
        pytest.param([{"cognito": []}], [{"oauth": []}], [{"oauth": [], "key": []}], id="the operation overrides it"),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_operation_asks_for_a_key(
    dialect: str, root: list[Any] | None, own: list[Any] | None, patched: list[Any]
) -> None:
    given = operation() if own is None else operation(security=own)
    more: dict[str, Any] = {} if root is None else {"security": root}
    document = api({"/users": {"get": given}}, dialect=dialect, schemes=SCHEMES, **more)
    after = patch_openapi(document, ONE)
    assert after["paths"]["/users"]["get"]["security"] == patched
    assert after.get("security") == root
    assert schemes_of(after) == SCHEMES


@pytest.mark.parametrize(
    ("root", "own", "patched"),
    [
        pytest.param(None, None, None, id="nothing is said anywhere, nothing has to be"),
        pytest.param(None, [], [], id="the operation asks for nothing"),
        pytest.param(None, [{"key": []}], [], id="its key is taken out"),
        pytest.param(None, [{"cognito": ["a"], "key": []}], [{"cognito": ["a"]}], id="its authorizer stays"),
        pytest.param(None, [{"key": []}, {"cognito": []}], [{"cognito": []}], id="what was not the key stays"),
        pytest.param(None, [{"key": []}, {}], [{}], id="nothing stays an alternative"),
        pytest.param([{"key": []}], None, [], id="the root's key is taken back"),
        pytest.param([{"cognito": [], "key": []}], None, [{"cognito": []}], id="the root's authorizer is written out"),
    ],
)
def test_a_keyless_operation_asks_for_none(
    root: list[Any] | None, own: list[Any] | None, patched: list[Any] | None
) -> None:
    given = operation() if own is None else operation(security=own)
    more: dict[str, Any] = {} if root is None else {"security": root}
    document = api({"/health": {"get": given, "post": operation()}}, schemes=SCHEMES, **more)
    after = patch_openapi(document, ONE, keyless=["GET /health"])["paths"]["/health"]
    assert after["get"].get("security") == patched
    assert all("key" in alternative for alternative in after["post"]["security"])


@pytest.mark.parametrize("verb", ["get", "put", "post", "delete", "head", "patch", ANY])
def test_every_verb_has_its_key_and_its_name(verb: str) -> None:
    document = api({"/files": {verb: operation(), "parameters": []}}, schemes={"key": KEY})
    assert patch_openapi(document, ONE)["paths"]["/files"][verb]["security"] == [{"key": []}]
    name = "ANY" if verb == ANY else verb.upper()
    assert "security" not in patch_openapi(document, ONE, keyless=[f"{name} /files"])["paths"]["/files"][verb]


def test_what_is_no_operation_is_left_alone() -> None:
    item = {"summary": "s", "trace": {"responses": {}}, "x-own": {"get": {}}, "parameters": [], "servers": []}
    after = patch_openapi(api({"/users": {**item, "get": operation()}, "x-paths": {"get": {}}}), ONE)
    assert {name: after["paths"]["/users"][name] for name in item} == item
    assert after["paths"]["x-paths"] == {"get": {}}


@pytest.mark.parametrize(
    ("schemes", "name"),
    [
        pytest.param(None, "api_key", id="none"),
        pytest.param({}, "api_key", id="an empty list of them"),
        pytest.param({"mine": KEY}, "mine", id="one under its own name"),
        pytest.param({"mine": {**KEY, "name": "X-API-Key", "description": "d"}}, "mine", id="one in another spelling"),
        pytest.param({"cognito": COGNITO, "mine": KEY, "other": KEY}, "mine", id="the first of several"),
        pytest.param({"api_key": AUTHORIZER}, "api_key_2", id="an authorizer that looks like one has the name"),
        pytest.param(
            {"api_key": {**KEY, "in": "query"}}, "api_key_2", id="a key in the query is none of API Gateway's"
        ),
        pytest.param(
            {"api_key": COGNITO, "api_key_2": {**KEY, "name": "x-other"}}, "api_key_3", id="both names are taken"
        ),
        pytest.param(
            {"api_key": {"Fn::GetAtt": ["A", "B"]}}, "api_key_2", id="only deployment knows what has the name"
        ),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_which_scheme_is_the_key(dialect: str, schemes: dict[str, Any] | None, name: str) -> None:
    document = api({"/users": {"get": operation()}}, dialect=dialect, schemes=schemes)
    after = patch_openapi(document, ONE)
    assert after["paths"]["/users"]["get"]["security"] == [{name: []}]
    assert schemes_of(after) == {name: KEY, **(schemes or {})}


def test_a_scheme_that_is_a_reference_is_followed() -> None:
    beside: dict[str, Any] = {"x-schemes": {"key": KEY}}
    document = api({"/users": {"get": operation()}}, schemes={"mine": {"$ref": "#/x-schemes/key"}}, **beside)
    assert patch_openapi(document, ONE)["paths"]["/users"]["get"]["security"] == [{"mine": []}]


def test_a_second_key_counts_as_one() -> None:
    document = api({"/users": {"get": operation(security=[{"b": []}])}}, schemes={"a": KEY, "b": KEY})
    assert patch_openapi(document, ONE)["paths"]["/users"]["get"]["security"] == [{"b": []}]
    assert patch_openapi(document, ONE, keyless=["GET /users"])["paths"]["/users"]["get"]["security"] == []


@pytest.mark.parametrize("kind", ["NONE", "AWS_IAM"])
def test_the_method_s_own_authorization_stays_beside_the_key(kind: str) -> None:
    auth = {"x-amazon-apigateway-auth": {"type": kind}}
    after = patch_openapi(api({"/users": {"get": operation(**auth)}}), ONE)["paths"]["/users"]["get"]
    assert after["security"] == [{"api_key": []}]
    assert after["x-amazon-apigateway-auth"] == {"type": kind}


def test_no_scheme_is_added_that_nobody_asks_for() -> None:
    document = api({"/health": {"get": operation()}})
    assert "components" not in patch_openapi(document, ONE, keyless=["GET /health"])
    assert "components" not in patch_openapi(document, ONE, require_api_key=False)


def test_operations_keep_what_they_say_where_no_key_has_to_be() -> None:
    said: list[Any] = [{"key": []}, {"cognito": []}]
    paths = {"/users": {"get": proxied(security=said), "put": proxied()}}
    after = patch_openapi(api(paths, schemes=SCHEMES, security=[{"key": []}]), ONE, require_api_key=False)
    item = after["paths"]["/users"]
    assert item["get"] == paths["/users"]["get"]
    assert item["put"] == paths["/users"]["put"]
    assert item["options"]["security"] == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("GET /helth", "Did you mean 'GET /health'?", id="another path"),
        pytest.param("POST /health", "Did you mean 'GET /health'?", id="another verb"),
        pytest.param(
            "DELETE /else/where", "The API has ANY /files, GET /health, GET /users/{id}.", id="something else"
        ),
    ],
)
def test_a_keyless_name_that_is_no_operation(name: str, hint: str) -> None:
    paths = {
        "/health": {"get": operation(), "options": operation()},
        "/users/{id}": {"get": operation()},
        "/files": {ANY: operation()},
    }
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api(paths), ONE, keyless=[name])
    assert caught.value.problems == (f"keyless names {name!r}, and there is no such method. {hint}",)


def test_a_slash_at_the_end_is_not_part_of_a_name() -> None:
    after = patch_openapi(
        api({"/health/": {"get": operation()}, "/": {"get": operation()}}), ONE, keyless=["GET /health", "GET /"]
    )
    assert "security" not in after["paths"]["/health/"]["get"]
    assert "security" not in after["paths"]["/"]["get"]
