"""What is wrong with a document or an argument: all of it at once, where it is, and what to write instead."""

import pickle
from typing import Any

import pytest

from cors_constructs import ErrorResponses, OpenApiError, patch_openapi

from .apis import ANY, APP, INTEGRATION, KEY, ONE, api, operation, proxied

WRITE = 'write openapi: "3.0.1", openapi: "3.1.0" or swagger: "2.0"'
LATER = "known only at deployment, and has to be read before: write it out"
TOKEN = "${Token[TOKEN.3]}"  # noqa: S105 - the CDK's word for a value known only at deployment
NO_INTEGRATION = (
    "has no x-amazon-apigateway-integration, and API Gateway refuses to import it (No integration defined for method): "
    "write one, such as {type: aws_proxy, httpMethod: POST, uri: ...}"
)
BARE: dict[str, Any] = {"responses": {}}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param({}, f"the document is not OpenAPI, it has neither openapi nor swagger: {WRITE}", id="nothing"),
        pytest.param(
            {"swaggerVersion": "1.2"}, f"the document is of Swagger 1: convert it, and {WRITE}", id="Swagger 1"
        ),
        pytest.param(
            {"Resources": {}},
            "the document is a CloudFormation template: give the OpenAPI document in it, the API's Body",
            id="a template",
        ),
        pytest.param(
            {"asyncapi": "2.6.0"},
            "the document is one of AsyncAPI, and a REST API is defined in OpenAPI: give that",
            id="AsyncAPI",
        ),
        pytest.param(
            {"openapi": "3.0.1", "swagger": "2.0"},
            "the document says both openapi and swagger: remove the one that it is not",
            id="both",
        ),
        pytest.param(
            {"openapi": TOKEN},
            f"openapi is known only at deployment, and says how to read the rest: {WRITE}",
            id="a token",
        ),
        *(
            pytest.param(
                {name: version},
                f"{name} is {said}, and 3.0, 3.1 and Swagger 2.0 are what can be read: {WRITE}",
                id=f"{name} {version}",
            )
            for name, version, said in (
                ("openapi", "4.0.0", 'the string "4.0.0"'),
                ("openapi", "2.0", 'the string "2.0"'),
                ("openapi", "3.2.0", 'the string "3.2.0"'),
                ("openapi", 3, "the number 3"),
                ("openapi", None, "null"),
                ("openapi", True, "true"),
                ("openapi", ["3.0.1"], "a list"),
                ("swagger", "1.2", 'the string "1.2"'),
                ("swagger", "3.0.1", 'the string "3.0.1"'),
                ("swagger", {}, "a mapping"),
            )
        ),
    ],
)
def test_what_is_not_openapi(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi({"paths": {}, **given}, ONE)
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("openapi: 3.0.1", {"openapi": "3.0.1"}),
        ("openapi: 3.0.0-rc1", {"openapi": "3.0.0-rc1"}),
        ("openapi: 3.1", {"openapi": "3.1"}),
        ("swagger: 2.0", {"swagger": "2.0"}),
        ("swagger: 2", {"swagger": "2.0"}),
        ("swagger: '2.0'", {"swagger": "2.0"}),
    ],
)
def test_versions_that_yaml_reads_as_numbers(text: str, version: dict[str, str]) -> None:
    after = patch_openapi(f"{text}\npaths: {{}}\n", ONE, error_responses=ErrorResponses.NONE)
    assert after == {**version, "paths": {}}


class Resolvable:
    """A token of the CDK, as far as it matters here."""

    def resolve(self, context: object) -> object:
        return context


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        pytest.param([], "paths is a list: write a mapping", id="a list of paths"),
        pytest.param(TOKEN, f"paths is {LATER}", id="a string token"),
        pytest.param(Resolvable(), f"paths is {LATER}", id="a token"),
        pytest.param(
            {"/a": {}, "Fn::Transform": {}},
            "paths is known only at deployment (Fn::Transform), and has to be read before: write it out",
            id="an include",
        ),
        pytest.param(
            {"users": {}},
            'paths.users is no path, which begins with a slash: write "/users"',
            id="a path without slash",
        ),
        pytest.param(
            {TOKEN: {}}, f"paths.{TOKEN} is a path known only at deployment: write it out", id="a path that is a token"
        ),
        pytest.param({"/users": Resolvable()}, f"paths./users is {LATER}", id="a path item that is a token"),
        pytest.param(
            {"/users": {"Fn::If": ["A", {}, {}]}},
            "paths./users is known only at deployment (Fn::If), and has to be read before: write it out",
            id="a path item that depends",
        ),
        pytest.param(
            {"/users": {"get": Resolvable()}}, f"paths./users.get is {LATER}", id="an operation that is a token"
        ),
        pytest.param({"/users": {"get": []}}, "paths./users.get is a list: write a mapping", id="an operation, a list"),
        pytest.param(
            {"/users": {"GET": operation()}},
            "paths./users.GET is no operation, whose names are in lower case: write get",
            id="a verb in upper case",
        ),
        pytest.param({"/users": {"get": BARE}}, f"paths./users.get {NO_INTEGRATION}", id="no integration"),
        pytest.param(
            {"/users": {"get": {**BARE, INTEGRATION: None}}}, f"paths./users.get {NO_INTEGRATION}", id="an empty one"
        ),
        pytest.param({"/users": {ANY: BARE}}, f"paths./users.{ANY} {NO_INTEGRATION}", id="none for ANY"),
        pytest.param({"/users": {"options": BARE}}, f"paths./users.options {NO_INTEGRATION}", id="none for OPTIONS"),
        pytest.param(
            {"/users": {"get": {INTEGRATION: {"$ref": "#/components/x-amazon-apigateway-integrations/a"}}}},
            f"paths./users.get.{INTEGRATION} is a $ref, which only HTTP APIs read: write the integration out here",
            id="an integration of HTTP APIs",
        ),
        pytest.param(
            {"/users": {"get": operation(security={"key": []})}},
            "paths./users.get.security is a mapping: write a list",
            id="security that is no list",
        ),
        pytest.param(
            {"/users": {"get": operation(security=["key"])}},
            'paths./users.get.security.0 is the string "key": write a mapping',
            id="an alternative that is a name",
        ),
        pytest.param(
            {"/users": {"get": operation(security=[{"Ref": "A"}])}},
            "paths./users.get.security.0 is known only at deployment (Ref), and has to be read before: write it out",
            id="an alternative that only deployment knows",
        ),
        pytest.param(
            {"/users": {"options": operation(security=Resolvable())}},
            f"paths./users.options.security is {LATER}",
            id="a preflight's security that only deployment knows",
        ),
        pytest.param(
            {"/a\nb\x1b": {"get": BARE}},
            f'paths."/a\\nb\\u001b".get {NO_INTEGRATION}',
            id="a path that would break the line",
        ),
    ],
)
def test_paths_that_cannot_be_read(paths: Any, problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api(paths), ONE)
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        pytest.param({"components": TOKEN}, f"components is {LATER}", id="components"),
        pytest.param(
            {"components": {"securitySchemes": []}},
            "components.securitySchemes is a list: write a mapping",
            id="schemes",
        ),
        pytest.param({"security": {"key": []}}, "security is a mapping: write a list", id="the root's security"),
        pytest.param(
            {"security": ["key"]}, 'security.0 is the string "key": write a mapping', id="an alternative of it"
        ),
    ],
)
def test_what_stands_beside_the_paths(more: dict[str, Any], problem: str) -> None:
    paths = {"/a": {"get": proxied()}, "/b": {"get": proxied()}}
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api(paths, **more), ONE)
    assert caught.value.problems == (problem,)
    assert patch_openapi(api(paths, **more), ONE, require_api_key=False)["paths"]["/a"]["get"] == proxied()


def test_security_of_a_keyless_operation_has_to_be_read_too() -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api({"/a": {"get": operation(security=TOKEN)}}), ONE, keyless=["GET /a"])
    assert caught.value.problems == (f"paths./a.get.security is {LATER}",)


def test_no_paths_at_all() -> None:
    with pytest.raises(OpenApiError, match="the document has no paths: write paths: "):
        patch_openapi({"openapi": "3.1.0", "webhooks": {}}, ONE)


def test_everything_is_said_at_once() -> None:
    paths = {
        "/a": {"get": BARE, "options": operation(security=[{"key": []}])},
        "b": {"get": operation()},
        "/c": {"get": operation(responses={"200": {"$ref": "#/components/responses/ok"}})},
        "/d": {"$ref": "other.yaml"},
    }
    document = {**api(paths, schemes={"key": KEY}), "x-amazon-apigateway-gateway-responses": 5}
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(document, ONE, keyless=["GET /x"], branches={"/y": ONE})
    starts = [problem.split(" ")[0] for problem in caught.value.problems]
    assert starts == [
        "paths./a.get",
        "paths.b",
        "paths./a.options",
        "keyless",
        "x-amazon-apigateway-gateway-responses",
        "branches",
        "paths./c.get.responses.200.$ref",
        "paths./d.$ref",
    ]
    lines = str(caught.value).split("\n")
    assert lines[0] == "the OpenAPI document has 8 problems:"
    assert lines[1:] == [f"  - {problem}" for problem in caught.value.problems]
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert again.problems == caught.value.problems


def test_one_problem_is_one() -> None:
    assert str(OpenApiError(["a"])) == "the OpenAPI document has 1 problem:\n  - a"


@pytest.mark.parametrize("value", [TOKEN, Resolvable(), {"Fn::Sub": "arn:${AWS::Region}"}, {"Ref": "A"}], ids=type)
def test_what_need_not_be_read_may_be_known_later(value: Any) -> None:
    given = operation(description=value, responses=value)
    given[INTEGRATION] = value
    more = dict.fromkeys(("info", "servers", "tags", "x-amazon-apigateway-policy"), value)
    schemes = {"mine": value, "key": KEY}
    parameters = {"get": given, "parameters": [value], "summary": value}
    after = patch_openapi(api({"/users/{id}": parameters}, schemes=schemes, **more), ONE)
    assert {name: after[name] for name in more} == more
    assert after["components"]["securitySchemes"] == schemes
    item = after["paths"]["/users/{id}"]
    assert item["get"] == {**given, "security": [{"key": []}]}
    assert item["parameters"] == [value]
    assert item["options"]["parameters"][0]["name"] == "id"
    if isinstance(value, Resolvable):
        assert item["get"][INTEGRATION] is value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policy": None}, "policy is None: write CorsPolicy"),
        ({"policy": {"allow_origins": [APP]}}, "policy is a dict: write CorsPolicy"),
        ({"policy": APP}, f"policy is '{APP}': write CorsPolicy"),
        ({"require_api_key": "no"}, "require_api_key is 'no': write True or False"),
        ({"error_responses": "auto"}, "error_responses is 'auto': write one of ErrorResponses"),
        ({"preflight": "shared"}, "preflight is 'shared': write Preflight.PER_RESOURCE or Preflight.SHARED"),
        ({"branches": [ONE]}, "branches is a list: write "),
        ({"branches": None}, "branches is None: write "),
        ({"branches": {"/a": None}}, "branches has '/a': None: write "),
        ({"branches": {1: ONE}}, "branches has 1: a CorsPolicy: write "),
        ({"join": ","}, "join is ',': write a function that makes one string of a list"),
        ({"keyless": "GET /a"}, "keyless takes a list of methods, not 'GET /a': write "),
    ],
)
def test_arguments_of_the_wrong_kind(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        patch_openapi(api({}), **{"policy": ONE, **arguments})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"branches": {"admin": ONE}}, "branches names 'admin', and paths begin with a slash: write '/admin'"),
        (
            {"branches": {"/admin/": ONE}},
            "branches names '/admin/', and its policy is that of the path without the slash at its end: write '/admin'",
        ),
        ({"keyless": ["health"]}, "keyless: 'health' is not a method and a path: write \"GET /health\""),
        (
            {"keyless": ["GET /a"], "require_api_key": False},
            "keyless names operations that need no key, and with require_api_key=False none does: leave one of them "
            "out",
        ),
    ],
)
def test_arguments_that_make_no_sense(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        patch_openapi(api({"/a": {"get": operation()}}), ONE, **arguments)
    assert str(caught.value) == message
