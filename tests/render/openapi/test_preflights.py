"""The OPTIONS operations: what they say, where they go, and which of the author's can stay."""

from typing import Any

import pytest

from cors_constructs import CorsPolicy, ErrorResponses, OpenApiError, patch_openapi
from cors_constructs.render.layout import Preflight

from .apis import (
    ADMIN,
    ANY,
    ANYONE,
    APP,
    AUTHORIZER,
    COGNITO,
    DIALECTS,
    INTEGRATION,
    KEY,
    MARK,
    ONE,
    SEVERAL,
    api,
    operation,
)

LIST = "#{Token[TOKEN.13]}"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_preflight_says(dialect: str) -> None:
    after = patch_openapi(api({"/users": {"get": operation(), "put": operation()}}, dialect=dialect), ONE)
    type_ = {"type": "string"} if dialect == "2.0" else {"schema": {"type": "string"}}
    sent = {
        "Access-Control-Allow-Origin": f"'{APP}'",
        "Access-Control-Allow-Methods": "'GET,PUT'",
        "Access-Control-Allow-Headers": f"'{','.join(ONE.allow_headers)}'",
        "Access-Control-Max-Age": "'7200'",
    }
    assert after["paths"]["/users"]["options"] == {
        "summary": "CORS preflight",
        "responses": {"204": {"description": "What pages may do", "headers": dict.fromkeys(sent, type_)}},
        "security": [],
        INTEGRATION: {
            "type": "mock",
            "passthroughBehavior": "never",
            "contentHandling": "CONVERT_TO_TEXT",
            "requestTemplates": {"application/json": '{"statusCode":200}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {f"method.response.header.{name}": value for name, value in sent.items()},
                }
            },
        },
        MARK: "preflight",
    }


def test_several_origins_are_told_apart_by_a_template_that_is_read_as_text() -> None:
    made = patch_openapi(api({"/users": {"get": operation()}}), SEVERAL)["paths"]["/users"]["options"]
    answer = made[INTEGRATION]["responses"]["default"]
    assert answer["responseParameters"] == {"method.response.header.Vary": "'Origin'"}
    assert answer["contentHandling"] == "CONVERT_TO_TEXT"
    assert APP in answer["responseTemplates"]["application/json"]
    assert set(made["responses"]["204"]["headers"]) == {"Access-Control-Allow-Origin", "Vary"}


@pytest.mark.parametrize(
    ("item", "allowed"),
    [
        pytest.param({"get": operation()}, "GET", id="one verb"),
        pytest.param({"post": operation(), "get": operation()}, "GET,POST", id="two"),
        pytest.param({ANY: operation()}, "DELETE,GET,HEAD,PATCH,POST,PUT", id="ANY means all of them"),
        pytest.param({ANY: operation(), "get": operation()}, "DELETE,GET,HEAD,PATCH,POST,PUT", id="ANY and one"),
        pytest.param({}, None, id="no operations, no preflight"),
        pytest.param({"trace": {}, "parameters": []}, None, id="nothing that API Gateway knows"),
    ],
)
def test_which_methods_are_allowed(item: dict[str, Any], allowed: str | None) -> None:
    made = patch_openapi(api({"/users": item}), ONE)["paths"]["/users"].get("options")
    if allowed is None:
        assert made is None
        return
    parameters = made[INTEGRATION]["responses"]["default"]["responseParameters"]
    assert parameters["method.response.header.Access-Control-Allow-Methods"] == f"'{allowed}'"


def test_it_stands_at_the_end_of_its_path() -> None:
    paths = {"/b": {"parameters": [], "put": operation(), "x-a": 1, "get": operation()}, "/a": {"get": operation()}}
    after = patch_openapi(api(paths), ONE)["paths"]
    assert list(after) == ["/b", "/a"]
    assert list(after["/b"]) == ["parameters", "put", "x-a", "get", "options"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("path", "declared", "names"),
    [
        pytest.param("/users", None, [], id="no parameter"),
        pytest.param("/users/{id}", None, ["id"], id="one that is not declared"),
        pytest.param(
            "/users/{id}/pets/{pet}", ["id"], ["pet"], id="one that the path declares and one that it does not"
        ),
        pytest.param("/{proxy+}", None, ["proxy"], id="a greedy one"),
        pytest.param("/users/{id}", ["id"], [], id="one that the path declares"),
        pytest.param("/${Token[TOKEN.7]}/{id}", None, ["id"], id="a part that only deployment knows is none"),
    ],
)
def test_the_parameters_of_its_path_are_declared(
    dialect: str, path: str, declared: list[str] | None, names: list[str]
) -> None:
    type_ = {"type": "string"} if dialect == "2.0" else {"schema": {"type": "string"}}
    common = [{"name": name, "in": "path", "required": True, **type_} for name in declared or []]
    item = {"get": operation(), **({} if declared is None else {"parameters": common})}
    made = patch_openapi(api({path: item}, dialect=dialect), ONE)["paths"][path]["options"]
    assert made.get("parameters", []) == [{"name": name, "in": "path", "required": True, **type_} for name in names]


def test_what_a_path_asks_of_every_operation_is_not_asked_of_a_preflight() -> None:
    tenant = {"name": "x-tenant", "in": "header", "required": True, "schema": {"type": "string"}}
    page = {"name": "page", "in": "query", "schema": {"type": "string"}}
    common = [{"$ref": "#/components/parameters/tenant"}, page, {"Fn::If": ["A", page, page]}]
    document = api(
        {"/users": {"get": operation(), "parameters": common}}, components={"parameters": {"tenant": tenant}}
    )
    item = patch_openapi(document, ONE)["paths"]["/users"]
    assert item["options"]["parameters"] == [{**tenant, "required": False}]
    assert item["parameters"] == common


def test_a_preflight_of_the_author_s_stays() -> None:
    own = operation(tags=["cors"], security=[])
    after = patch_openapi(api({"/users": {"options": own, "get": operation()}}, security=[{"cognito": []}]), ONE)
    assert after["paths"]["/users"]["options"] == own
    alone = patch_openapi(api({"/users": {"options": own}}), ONE)
    assert alone["paths"] == {"/users": {"options": own}}


CLOSED = "A preflight brings no credentials, so no page could call this path."
OPEN = "Write security: [] there, or leave the operation out: one is made"


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        pytest.param(
            {"security": [{"key": []}]},
            f"asks for a key (key). {CLOSED} {OPEN}",
            id="a key",
        ),
        pytest.param(
            {"security": [{"cognito": []}, {"key": []}]},
            f"asks for a key (key) and cognito. {CLOSED} {OPEN}",
            id="a key and an authorizer",
        ),
        pytest.param(
            {"security": [{"lambda": []}]},
            f"asks for lambda. {CLOSED} {OPEN}",
            id="an authorizer that looks like a key",
        ),
        pytest.param(
            {"x-amazon-apigateway-auth": {"type": "aws_iam"}},
            f"asks for x-amazon-apigateway-auth aws_iam. {CLOSED} Write security: [] and no x-amazon-apigateway-auth "
            "there, or leave the operation out: one is made",
            id="a signature",
        ),
    ],
)
@pytest.mark.parametrize("keys", [True, False], ids=["with keys", "without keys"])
def test_one_that_shuts_browsers_out_does_not(keys: bool, own: dict[str, Any], problem: str) -> None:
    schemes = {"key": KEY, "cognito": COGNITO, "lambda": AUTHORIZER}
    document = api({"/users": {"get": operation(), "options": operation(**own)}}, schemes=schemes)
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(document, ONE, require_api_key=keys)
    assert caught.value.problems == (f"paths./users.options {problem}",)


@pytest.mark.parametrize(
    "own",
    [
        pytest.param({"security": [{"oauth": []}]}, id="a scheme that API Gateway does not know"),
        pytest.param({"security": [{}]}, id="nothing"),
        pytest.param(
            {"security": [{"cognito": []}], "x-amazon-apigateway-auth": {"type": "NONE"}},
            id="an authorizer, taken back",
        ),
    ],
)
def test_one_that_only_looks_closed_stays(own: dict[str, Any]) -> None:
    document = api({"/users": {"options": operation(**own)}}, schemes={"cognito": COGNITO, "oauth": {"type": "oauth2"}})
    assert patch_openapi(document, ONE)["paths"] == document["paths"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_made_earlier_is_made_anew(dialect: str) -> None:
    document = api(
        {"/users": {"get": operation()}, "/{proxy+}": {ANY: operation()}}, dialect=dialect, security=[{"api_key": []}]
    )
    once = patch_openapi(document, SEVERAL)
    assert patch_openapi(once, SEVERAL) == once
    assert patch_openapi(once, ANYONE) == patch_openapi(document, ANYONE)
    grown = {**once, "paths": {**once["paths"], "/users": {**once["paths"]["/users"], "put": operation()}}}
    allowed = "method.response.header.Access-Control-Allow-Methods"
    made = patch_openapi(grown, ONE)["paths"]["/users"]["options"][INTEGRATION]["responses"]["default"]
    assert made["responseParameters"][allowed] == "'GET,PUT'"


def test_one_made_earlier_goes_with_the_last_operation() -> None:
    once = patch_openapi(api({"/users": {"get": operation()}, "/pets": {"summary": "s", "get": operation()}}), ONE)
    for item in once["paths"].values():
        del item["get"]
    assert patch_openapi(once, ONE)["paths"] == {"/users": {}, "/pets": {"summary": "s"}}


def test_a_branch_has_its_own_policy() -> None:
    inner = CorsPolicy(allow_origins=[ADMIN], max_age=5)
    paths = {path: {"get": operation()} for path in ("/", "/admin", "/admin/users", "/administrators")}
    after = patch_openapi(api(paths), ONE, branches={"/admin": inner})["paths"]
    origin = "method.response.header.Access-Control-Allow-Origin"
    told = {path: after[path]["options"][INTEGRATION]["responses"]["default"]["responseParameters"] for path in paths}
    assert {path: told[path][origin] for path in paths} == {
        "/": f"'{APP}'", "/admin": f"'{ADMIN}'", "/admin/users": f"'{ADMIN}'", "/administrators": f"'{APP}'"
    }  # fmt: skip


def test_a_branch_that_is_not_there() -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api({"/administrators": {"get": operation()}}), ONE, branches={"/admin": ANYONE})
    assert caught.value.problems == (
        "branches names '/admin', and no path is there or below it: the document has /administrators",
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_shared_preflight(dialect: str) -> None:
    paths = {
        "/": {"get": operation()},
        "/users": {"post": operation()},
        "/users/{id}": {"put": operation()},
        "/a/b": {ANY: operation()},
    }
    document = api(paths, dialect=dialect)
    once = patch_openapi(document, ONE, preflight=Preflight.SHARED)
    keyed = patch_openapi(document, ONE)
    for path, item in paths.items():
        for name in item:
            assert once["paths"][path][name] == keyed["paths"][path][name]
    made = [path for path, item in once["paths"].items() if "options" in item]
    assert len(made) < len(paths) + 2
    assert list(once["paths"])[: len(paths)] == list(paths)
    assert patch_openapi(once, ONE, preflight=Preflight.SHARED) == once
    assert patch_openapi(once, SEVERAL, preflight=Preflight.SHARED) == patch_openapi(
        document, SEVERAL, preflight=Preflight.SHARED
    )
    assert patch_openapi(once, ONE) == keyed


def test_a_path_that_was_made_for_a_shared_preflight_goes_with_it() -> None:
    document = api({f"/{name}": {"get": operation()} for name in ("users", "pets", "shops", "orders")})
    once = patch_openapi(document, ONE, preflight=Preflight.SHARED)
    assert [path for path, item in once["paths"].items() if "options" in item] == ["/{proxy+}"]
    assert once["paths"]["/{proxy+}"]["options"]["parameters"] == [
        {"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    assert list(patch_openapi(once, SEVERAL, preflight=Preflight.SHARED)["paths"]) == [*document["paths"], "/{proxy+}"]
    assert patch_openapi(once, ONE) == patch_openapi(document, ONE)
    once["paths"]["/{proxy+}"]["get"] = operation()
    assert list(patch_openapi(once, ONE)["paths"]["/{proxy+}"]) == ["get", "options"]


def test_origins_known_at_deployment_are_joined() -> None:
    policy = CorsPolicy(allow_origins=[LIST])
    document = api({"/users": {"get": operation()}})
    made = patch_openapi(document, policy, join=lambda parts: f"${{Token[{len(parts)}]}}")["paths"]["/users"]["options"]
    template = made[INTEGRATION]["responses"]["default"]["responseTemplates"]["application/json"]
    assert "#set($l='${Token[1]}')" in template
    with pytest.raises(ValueError, match="say how to join them"):
        patch_openapi(document, policy)


def test_binary_media_types_are_left_alone() -> None:
    binary: dict[str, Any] = {"x-amazon-apigateway-binary-media-types": ["*/*"]}
    after = patch_openapi(api({"/users": {"get": operation()}}, **binary), ONE, error_responses=ErrorResponses.NONE)
    assert after["x-amazon-apigateway-binary-media-types"] == ["*/*"]
