"""Every method but OPTIONS asks for a key, however it came to be, unless it is named keyless."""

from collections.abc import Callable
from typing import Any

import jsii
import pytest
from aws_cdk import App, AspectPriority, Aspects, IAspect, NestedStack, Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct, IConstruct

from cors_constructs import CorsRestApi

from .synthesis import (
    Api,
    Build,
    cors_api,
    mock,
    of_type,
    read,
    synth_error,
    synthesize,
    synthesize_app,
    warnings_with,
)

KEYLESS = apigateway.MethodOptions(api_key_required=False)
EVERYTHING = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
NOT_SAID = apigateway.MethodOptions(operation_name="Op")


def bare_method(scope: Construct, id: str, api: Any, resource_id: str, verb: str = "GET") -> apigateway.CfnMethod:  # noqa: A002
    return apigateway.CfnMethod(
        scope,
        id,
        http_method=verb,
        resource_id=resource_id,
        rest_api_id=api.rest_api_id,
        integration=apigateway.CfnMethod.IntegrationProperty(type="MOCK"),
    )


def bare_resource(scope: Construct, id: str, api: Any, parent_id: str, part: str) -> apigateway.CfnResource:  # noqa: A002
    return apigateway.CfnResource(scope, id, rest_api_id=api.rest_api_id, parent_id=parent_id, path_part=part)


class Crud(Construct):
    """As a library would write it: it takes an API, and knows nothing of ours."""

    def __init__(self, scope: Construct, id: str, *, api: apigateway.IRestApi, path: str) -> None:  # noqa: A002
        super().__init__(scope, id)
        items = api.root.resource_for_path(path)
        items.add_method("GET", mock())
        item = apigateway.Resource(self, "Item", parent=items, path_part="{id}")
        item.add_method("PUT", mock())
        apigateway.Method(self, "Delete", http_method="DELETE", resource=item, integration=mock())


# How methods come to be: what does it, and the methods and preflights there are afterwards.


def on_the_root(stack: Stack) -> None:
    cors_api(stack).root.add_method("GET", mock())


def on_a_resource(stack: Stack) -> None:
    cors_api(stack).root.add_resource("users").add_method("GET", mock())


def in_lower_case(stack: Stack) -> None:
    cors_api(stack).root.add_resource("users").add_method("get", mock())


def several_on_one_resource(stack: Stack) -> None:
    users = cors_api(stack).root.add_resource("users")
    for verb in ("GET", "POST", "HEAD"):
        users.add_method(verb, mock())


def any_method(stack: Stack) -> None:
    cors_api(stack).root.add_resource("users").add_method("ANY", mock())


def any_beside_another(stack: Stack) -> None:
    users = cors_api(stack).root.add_resource("users")
    users.add_method("ANY", mock())
    users.add_method("GET", mock())


def nothing_but_a_verb(stack: Stack) -> None:
    cors_api(stack).root.add_resource("users").add_method("GET")


def default_integration(stack: Stack) -> None:
    cors_api(stack, default_integration=mock()).root.add_resource("users").add_method("GET")


def proxy_on_the_root(stack: Stack) -> None:
    cors_api(stack).root.add_proxy(default_integration=mock())


def proxy_on_the_root_beside_its_own_method(stack: Stack) -> None:
    api = cors_api(stack)
    api.root.add_method("GET", mock())
    api.root.add_proxy(default_integration=mock())


def proxy_below_a_resource(stack: Stack) -> None:
    cors_api(stack).root.add_resource("files").add_proxy(default_integration=mock())


def proxy_with_methods_one_by_one(stack: Stack) -> None:
    proxy = cors_api(stack).root.add_resource("files").add_proxy(any_method=False)
    proxy.add_method("GET", mock())


def proxy_on_the_root_with_methods_one_by_one(stack: Stack) -> None:
    proxy = cors_api(stack).root.add_proxy(any_method=False)
    proxy.add_method("GET", mock())
    proxy.add_method("POST", mock())


def proxy_by_its_constructor(stack: Stack) -> None:
    apigateway.ProxyResource(stack, "Proxy", parent=cors_api(stack).root, default_integration=mock())


def resource_for_path(stack: Stack) -> None:
    cors_api(stack).root.resource_for_path("/a/{b}/c").add_method("GET", mock())


def resource_for_path_in_steps(stack: Stack) -> None:
    api = cors_api(stack)
    api.root.resource_for_path("a/b").add_method("GET", mock())
    api.root.resource_for_path("a").resource_for_path("b").add_method("PUT", mock())
    api.root.resource_for_path("a").add_method("POST", mock())


def get_resource(stack: Stack) -> None:
    root = cors_api(stack).root
    root.add_resource("a").add_resource("b")
    a = root.get_resource("a")
    assert a is not None
    b = a.get_resource("b")
    assert b is not None
    b.add_method("GET", mock())
    assert root.get_resource("no-such") is None


def get_resource_of_one_made_by_its_constructor(stack: Stack) -> None:
    root = cors_api(stack).root
    apigateway.Resource(stack, "Users", parent=root, path_part="users")
    for verb in ("GET", "PUT"):
        users = root.get_resource("users")
        assert users is not None
        users.add_method(verb, mock())


def defaults_of_the_api_that_say_nothing(stack: Stack) -> None:
    cors_api(stack, default_method_options=NOT_SAID).root.add_resource("users").add_method("GET", mock())


def defaults_of_the_api_as_a_dict(stack: Stack) -> None:
    api = cors_api(stack, default_method_options={"operation_name": "Op"})
    api.root.add_resource("users").add_method("GET", mock())


def defaults_of_a_resource_that_say_nothing(stack: Stack) -> None:
    users = cors_api(stack).root.add_resource("users", default_method_options=NOT_SAID)
    users.add_method("GET", mock())
    users.add_resource("{id}").add_method("GET", mock())
    users.add_proxy(default_integration=mock())


def defaults_of_a_resource_that_say_no_key(stack: Stack) -> None:
    users = cors_api(stack).root.add_resource("users", default_method_options=KEYLESS)
    users.add_method("GET", mock())
    users.add_resource("{id}").add_method("GET", mock())
    users.add_resource("all").add_proxy(default_integration=mock())


def saying_no_key_each_time(stack: Stack) -> None:
    users = cors_api(stack).root.add_resource("users")
    users.add_method("GET", mock(), api_key_required=False)
    users.add_proxy(any_method=False).add_method("POST", mock(), api_key_required=False)


def method_by_its_constructor(stack: Stack) -> None:
    users = cors_api(stack).root.add_resource("users")
    apigateway.Method(stack, "Method", http_method="GET", resource=users, integration=mock())
    apigateway.Method(users, "Method", http_method="PUT", resource=users, integration=mock(), options=KEYLESS)


def method_on_the_root_by_its_constructor(stack: Stack) -> None:
    apigateway.Method(stack, "Method", http_method="GET", resource=cors_api(stack).root, integration=mock())


def resource_by_its_constructor(stack: Stack) -> None:
    api = cors_api(stack)
    apigateway.Resource(api, "Inside", parent=api.root, path_part="inside").add_method("GET", mock())
    outside = apigateway.Resource(stack, "Outside", parent=api.root, path_part="outside")
    outside.add_method("GET", mock(), api_key_required=False)
    outside.add_resource("below").add_method("GET", mock())


def construct_of_another_library(stack: Stack) -> None:
    Crud(stack, "Crud", api=cors_api(stack), path="things")


def bare_method_below_the_api(stack: Stack) -> None:
    api = cors_api(stack)
    bare_method(api, "Bare", api, api.root.add_resource("users").resource_id)


def bare_method_below_the_stack(stack: Stack) -> None:
    api = cors_api(stack)
    bare_method(stack, "Bare", api, api.root.add_resource("users").resource_id)


def bare_method_below_its_resource(stack: Stack) -> None:
    api = cors_api(stack)
    users = api.root.add_resource("users")
    bare_method(users, "Bare", api, users.resource_id)


def bare_method_that_says_no_key(stack: Stack) -> None:
    api = cors_api(stack)
    bare_method(stack, "Bare", api, api.root.add_resource("users").resource_id).api_key_required = False


def bare_method_beside_another(stack: Stack) -> None:
    api = cors_api(stack)
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    bare_method(stack, "Bare", api, users.resource_id, "POST")


def bare_methods_that_are_two(stack: Stack) -> None:
    api = cors_api(stack)
    users = api.root.add_resource("users")
    bare_method(stack, "Get", api, users.resource_id)
    bare_method(stack, "Post", api, users.resource_id, "POST")


def bare_method_on_the_root(stack: Stack) -> None:
    api = cors_api(stack)
    bare_method(stack, "Bare", api, api.rest_api_root_resource_id)


def bare_method_on_the_root_beside_another(stack: Stack) -> None:
    api = cors_api(stack)
    api.root.add_method("POST", mock())
    bare_method(stack, "Bare", api, api.rest_api_root_resource_id)


def bare_method_on_a_bare_resource(stack: Stack) -> None:
    api = cors_api(stack)
    users = bare_resource(stack, "Users", api, api.rest_api_root_resource_id, "users")
    bare_method(stack, "Bare", api, users.ref)


def bare_method_by_the_resources_attribute(stack: Stack) -> None:
    api = cors_api(stack)
    users = bare_resource(stack, "Users", api, api.rest_api_root_resource_id, "users")
    bare_method(stack, "Bare", api, users.attr_resource_id)
    bare_method(stack, "Other", api, users.ref, "POST")


def bare_all_the_way_down(stack: Stack) -> None:
    api = cors_api(stack)
    users = bare_resource(stack, "Users", api, api.rest_api_root_resource_id, "users")
    user = bare_resource(stack, "User", api, users.attr_resource_id, "{id}")
    bare_method(stack, "Bare", api, user.ref)


def bare_below_a_resource(stack: Stack) -> None:
    api = cors_api(stack)
    user = bare_resource(stack, "User", api, api.root.add_resource("users").resource_id, "{id}")
    bare_method(stack, "Bare", api, user.ref)


def bare_on_a_resource_from_elsewhere(stack: Stack) -> None:
    api = cors_api(stack)
    bare_method(stack, "Bare", api, "abc123")


def resource_from_elsewhere(stack: Stack) -> None:
    api = cors_api(stack)
    imported = apigateway.Resource.from_resource_attributes(
        stack, "Imported", rest_api=api, resource_id="abc123", path="/imported"
    )
    imported.add_method("GET", mock())


def imported(scope: Construct, api: CorsRestApi) -> apigateway.IRestApi:
    """Another handle to the API, as large apps pass it between their parts."""
    return apigateway.RestApi.from_rest_api_attributes(
        scope, "ApiAgain", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
    )


def by_another_handle(stack: Stack) -> None:
    imported(stack, cors_api(stack)).root.add_resource("users").add_method("GET", mock())


def by_another_handle_in_an_earlier_part_of_the_app(stack: Stack) -> None:
    earlier = Construct(stack, "Earlier")
    api = cors_api(stack)
    api.root.add_method("GET", mock())
    imported(earlier, api).root.add_method("POST", mock())


def by_another_handle_to_paths_named_like_ours(stack: Stack) -> None:
    users = imported(stack, cors_api(stack)).root.add_resource("Cors")
    users.add_method("GET", mock())
    users.add_resource("Cors").add_method("GET", mock())


def by_another_handle_inside_the_api(stack: Stack) -> None:
    api = cors_api(stack)
    users = apigateway.Resource(api, "Users", parent=imported(stack, api).root, path_part="users")
    users.add_method("GET", mock())


def by_another_handle_on_the_root(stack: Stack) -> None:
    api = cors_api(stack)
    api.root.add_method("GET", mock())
    imported(stack, api).root.add_method("POST", mock())


WAYS: list[tuple[Build, set[str]]] = [
    (on_the_root, {"GET /"}),
    (on_a_resource, {"GET /users"}),
    (in_lower_case, {"GET /users"}),
    (several_on_one_resource, {"GET /users", "HEAD /users", "POST /users"}),
    (any_method, {"ANY /users"}),
    (any_beside_another, {"ANY /users", "GET /users"}),
    (nothing_but_a_verb, {"GET /users"}),
    (default_integration, {"GET /users"}),
    (proxy_on_the_root, {"ANY /", "ANY /{proxy+}"}),
    (proxy_on_the_root_beside_its_own_method, {"GET /", "ANY /", "ANY /{proxy+}"}),
    (proxy_below_a_resource, {"ANY /files/{proxy+}"}),
    (proxy_with_methods_one_by_one, {"GET /files/{proxy+}"}),
    (proxy_on_the_root_with_methods_one_by_one, {"GET /", "POST /", "GET /{proxy+}", "POST /{proxy+}"}),
    (proxy_by_its_constructor, {"ANY /", "ANY /{proxy+}"}),
    (resource_for_path, {"GET /a/{b}/c"}),
    (resource_for_path_in_steps, {"GET /a/b", "PUT /a/b", "POST /a"}),
    (get_resource, {"GET /a/b"}),
    (get_resource_of_one_made_by_its_constructor, {"GET /users", "PUT /users"}),
    (defaults_of_the_api_that_say_nothing, {"GET /users"}),
    (defaults_of_the_api_as_a_dict, {"GET /users"}),
    (defaults_of_a_resource_that_say_nothing, {"GET /users", "GET /users/{id}", "ANY /users/{proxy+}"}),
    (defaults_of_a_resource_that_say_no_key, {"GET /users", "GET /users/{id}", "ANY /users/all/{proxy+}"}),
    (saying_no_key_each_time, {"GET /users", "POST /users/{proxy+}"}),
    (method_by_its_constructor, {"GET /users", "PUT /users"}),
    (method_on_the_root_by_its_constructor, {"GET /"}),
    (resource_by_its_constructor, {"GET /inside", "GET /outside", "GET /outside/below"}),
    (construct_of_another_library, {"GET /things", "PUT /things/{id}", "DELETE /things/{id}"}),
    (bare_method_below_the_api, {"GET /users"}),
    (bare_method_below_the_stack, {"GET /users"}),
    (bare_method_below_its_resource, {"GET /users"}),
    (bare_method_that_says_no_key, {"GET /users"}),
    (bare_method_beside_another, {"GET /users", "POST /users"}),
    (bare_methods_that_are_two, {"GET /users", "POST /users"}),
    (bare_method_on_the_root, {"GET /"}),
    (bare_method_on_the_root_beside_another, {"GET /", "POST /"}),
    (bare_method_on_a_bare_resource, {"GET /users"}),
    (bare_method_by_the_resources_attribute, {"GET /users", "POST /users"}),
    (bare_all_the_way_down, {"GET /users/{id}"}),
    (bare_below_a_resource, {"GET /users/{id}"}),
    (bare_on_a_resource_from_elsewhere, {"GET /<abc123>"}),
    (resource_from_elsewhere, {"GET /<abc123>"}),
    (by_another_handle, {"GET /users"}),
    (by_another_handle_in_an_earlier_part_of_the_app, {"GET /", "POST /"}),
    (by_another_handle_to_paths_named_like_ours, {"GET /Cors", "GET /Cors/Cors"}),
    (by_another_handle_inside_the_api, {"GET /users"}),
    (by_another_handle_on_the_root, {"GET /", "POST /"}),
]


@pytest.mark.parametrize(
    ("build", "methods"), [pytest.param(build, methods, id=build.__name__.replace("_", "-")) for build, methods in WAYS]
)
def test_every_method_asks_for_a_key_and_every_preflight_does_not(build: Build, methods: set[str]) -> None:
    api = read(build)
    assert api.working == methods
    assert api.keyed == methods
    verbs: dict[str, list[str]] = {}
    for verb, _, path in (name.partition(" ") for name in sorted(methods)):
        verbs.setdefault(path, []).append(verb)
    assert api.keyless == {f"OPTIONS {path}" for path in verbs}
    assert set(api.ids.values()) <= api.deployed_after
    for path, had in verbs.items():
        assert api.preflight(path).allowed_methods == (EVERYTHING if "ANY" in had else had)


@pytest.mark.parametrize("verb", ["GET", "OPTIONS"])
@pytest.mark.parametrize("bare_first", [True, False], ids=["bare-first", "bare-last"])
def test_a_method_made_twice_is_an_error_that_names_both_places(verb: str, bare_first: bool) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        users = api.root.add_resource("users")
        if bare_first:
            bare_method(stack, "Bare", api, users.resource_id, verb)
        users.add_method(verb, mock())
        if not bare_first:
            bare_method(stack, "Bare", api, users.resource_id, verb)

    error = synth_error(build)
    assert f"[Stack/Api] {verb} /users was made twice" in error
    assert f"Stack/Api/Default/users/{verb}/Resource" in error
    assert "Stack/Bare" in error


# Aspects.


@jsii.implements(IAspect)
class AddMethod:
    """Adds a method to the construct of a name, when it comes by that; or, at that moment, to another."""

    def __init__(self, at: str, resource: apigateway.IResource | None = None) -> None:
        self._at = at
        self._resource = resource

    def visit(self, node: IConstruct) -> None:
        resource = self._resource or node
        if node.node.id == self._at and isinstance(resource, apigateway.ResourceBase):
            resource.add_method("PATCH", mock())


STABILIZED = "@aws-cdk/core:aspectStabilization"


@pytest.mark.parametrize("stabilized", [True, False], ids=["stabilized", "not-stabilized"])
@pytest.mark.parametrize("priority", [None, AspectPriority.MUTATING, AspectPriority.READONLY - 101])
def test_a_method_that_an_aspect_adds_asks_for_a_key_too(priority: int | None, stabilized: bool) -> None:
    def build(stack: Stack) -> None:
        cors_api(stack).root.add_resource("users").add_method("GET", mock())
        Aspects.of(stack).add(AddMethod("users"), priority=priority)

    api = read(build, {STABILIZED: stabilized})
    assert api.keyed == {"GET /users", "PATCH /users"}
    assert api.preflight("/users").allowed_methods == ["GET", "PATCH"]


@pytest.mark.parametrize("priority", [None, AspectPriority.MUTATING, 899])
def test_so_does_one_that_it_adds_as_late_as_at_the_last_construct_of_the_api(priority: int | None) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        users = api.root.add_resource("users")
        users.add_method("GET", mock())
        Aspects.of(stack).add(AddMethod(api.node.children[-1].node.id, users), priority=priority)

    assert read(build).preflight("/users").allowed_methods == ["GET", "PATCH"]


def test_the_first_method_of_a_resource_may_come_from_an_aspect() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        api.root.add_resource("users")
        Aspects.of(stack).add(AddMethod("users"))

    assert read(build).keyless == {"OPTIONS /", "OPTIONS /users"}


def late(stack: Stack, priority: int | None = None) -> None:
    users = cors_api(stack).root.add_resource("users")
    users.add_method("GET", mock())
    Construct(stack, "Later")
    Aspects.of(stack).add(AddMethod("Later", users), priority=priority)


@pytest.mark.parametrize("stabilized", [True, False], ids=["stabilized", "not-stabilized"])
@pytest.mark.parametrize("priority", [None, AspectPriority.READONLY], ids=["at-a-later-construct", "after-all-others"])
def test_methods_added_after_the_preflights_were_made_are_an_error(priority: int | None, stabilized: bool) -> None:
    error = synth_error(lambda stack: late(stack, priority), {STABILIZED: stabilized})
    assert "[Stack/Api] PATCH /users came after the preflights were made" in error
    assert "priority=AspectPriority.MUTATING" in error


# Names that opt out.


def two_users_methods(api: CorsRestApi) -> None:
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    users.add_method("POST", mock())


@pytest.mark.parametrize(
    ("name", "fill"),
    [
        pytest.param("GET /", lambda api: api.root.add_method("GET", mock()), id="on-the-root"),
        pytest.param("GET /users", two_users_methods, id="on-a-resource"),
        pytest.param(
            "GET /a/{b}", lambda api: api.root.resource_for_path("a/{b}").add_method("GET"), id="with-a-parameter"
        ),
        pytest.param("ANY /{proxy+}", lambda api: api.root.add_proxy(), id="a-proxy"),
        pytest.param("ANY /", lambda api: api.root.add_proxy(), id="the-root-below-which-a-proxy-is"),
        pytest.param(
            "GET /users",
            lambda api: api.root.add_resource("users").add_method("GET", mock(), api_key_required=False),
            id="saying-so-itself",
        ),
        pytest.param(
            "GET /users",
            lambda api: api.root.add_resource("users").add_method("GET", mock(), api_key_required=True),
            id="saying-the-opposite-itself",
        ),
        pytest.param(
            "GET /users",
            lambda api: bare_method(api, "Bare", api, api.root.add_resource("users").resource_id),
            id="bare-CloudFormation",
        ),
        pytest.param(
            "GET /users",
            lambda api: apigateway.Resource(
                api.node.scope, "Users", parent=api.root, path_part="users"
            ).add_method("GET", mock()),
            id="on-a-resource-outside-the-api",
        ),
    ],
)  # fmt: skip
def test_a_keyless_method_and_no_other_is_keyless(name: str, fill: Callable[[CorsRestApi], object]) -> None:
    api = read(lambda stack: fill(cors_api(stack, keyless=[name], default_integration=mock())))
    assert api.keyless - {f"OPTIONS {path}" for path in api.preflights} == {name}
    assert api.keyed == api.working - {name}


def test_an_api_may_be_keyless_throughout() -> None:
    api = read(lambda stack: two_users_methods(cors_api(stack, keyless=("POST /users", "GET /users"))))
    assert api.keyed == set()


@pytest.mark.parametrize(
    ("keyless", "told"),
    [
        pytest.param("GET /user", ["'GET /user'", "'GET /users'"], id="a-path-misspelt"),
        pytest.param("PUT /users", ["'PUT /users'", "'GET /users' or 'POST /users'"], id="another-verb"),
        pytest.param("ANY /users", ["'ANY /users'", "'GET /users' or 'POST /users'"], id="ANY-where-there-is-none"),
        pytest.param("GET /users/{id}", ["'GET /users/{id}'", "'GET /users'"], id="a-path-too-long"),
        pytest.param("PUT /a", ["'PUT /a'", "The API has GET /users, POST /users."], id="nothing-like-it"),
    ],
)
def test_a_keyless_name_that_is_no_method_is_an_error_with_what_was_meant(keyless: str, told: list[str]) -> None:
    error = synth_error(lambda stack: two_users_methods(cors_api(stack, keyless=[keyless])))
    assert "there is no such method" in error
    assert "Stack/Api" in error
    for words in told:
        assert words in error


def test_every_keyless_name_that_is_no_method_is_told() -> None:
    error = synth_error(lambda stack: two_users_methods(cors_api(stack, keyless=["GET /a", "GET /users", "GET /b"])))
    assert error.count("there is no such method") == 2
    assert "'GET /a'" in error
    assert "'GET /b'" in error


def test_an_api_of_many_methods_tells_some_of_them() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, keyless=["DELETE /a/b/c/d"])
        for number in range(12):
            api.root.add_resource(f"{number:02}").add_method("GET", mock())

    error = synth_error(build)
    assert "GET /09, ..." in error
    assert "GET /10" not in error


@pytest.mark.parametrize(
    ("keyless", "told"),
    [
        pytest.param("/health", 'is not a method and a path: write "GET /health"', id="no-verb"),
        pytest.param("GET", "is not a method and a path", id="no-path"),
        pytest.param("GET health", "is not a method and a path", id="no-slash"),
        pytest.param("GET  /health", "is not a method and a path", id="two-blanks"),
        pytest.param("GET /health ", "is not a method and a path", id="a-blank-at-the-end"),
        pytest.param("GET/health", "is not a method and a path", id="no-blank"),
        pytest.param("", "is not a method and a path", id="nothing"),
        pytest.param("get /health", 'write "GET /health"', id="lower-case"),
        pytest.param("OPTIONS /health", "OPTIONS never asks for a key: leave it out", id="OPTIONS"),
        pytest.param("options /health", "OPTIONS never asks for a key: leave it out", id="options"),
        pytest.param("FETCH /health", "DELETE, GET, HEAD, PATCH, POST, PUT", id="no-such-verb"),
        pytest.param("GET /health/", 'write "GET /health"', id="a-slash-at-the-end"),
        pytest.param(7, "is not a method and a path", id="a-number"),
        pytest.param(None, "is not a method and a path", id="None"),
        pytest.param(["GET /health"], "is not a method and a path", id="a-list-in-the-list"),
    ],
)
def test_a_keyless_name_of_the_wrong_form_is_refused_at_once(keyless: Any, told: str) -> None:
    with pytest.raises(ValueError, match=r"^keyless: ") as caught:
        cors_api(Stack(), keyless=[keyless])
    assert repr(keyless) in str(caught.value)
    assert told in str(caught.value)


def test_all_keyless_names_of_the_wrong_form_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"'get /a'.*'GET'.*'GET /b' stands there twice"):
        cors_api(Stack(), keyless=["get /a", "GET", "GET /b", "GET /b"])


@pytest.mark.parametrize(
    "keyless",
    ["GET /health", b"GET /health", {"GET /health": True}, 7, None],
    ids=["a-string", "bytes", "a-mapping", "a-number", "None"],
)
def test_keyless_has_to_be_a_list(keyless: Any) -> None:
    with pytest.raises(TypeError, match=r'keyless takes a list of methods.*write keyless=\["GET /health"\]'):
        cors_api(Stack(), keyless=keyless)


# Methods that say they need none.


def test_a_method_that_says_it_needs_no_key_is_warned_of() -> None:
    def build(stack: Stack) -> None:
        users = cors_api(stack, keyless=["GET /users"]).root.add_resource("users")
        users.add_method("GET", mock(), api_key_required=False)
        users.add_method("POST", mock(), api_key_required=False)
        users.add_method("PUT", mock(), api_key_required=True)
        users.add_method("PATCH", mock(), api_key_required=None)

    (warning,) = warnings_with("cors-constructs:api-key-required-anyway", build)
    assert warning.path == "/Stack/Api/Cors"
    assert warning.text.startswith("POST /users says api_key_required=False and asks for a key all the same")
    assert 'keyless=["POST /users"]' in warning.text


def test_that_warning_can_be_acknowledged_for_each_method() -> None:
    from aws_cdk import Annotations  # noqa: PLC0415

    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock(), api_key_required=False)
        api.root.add_method("POST", mock(), api_key_required=False)
        Annotations.of(stack).acknowledge_warning("cors-constructs:api-key-required-anyway:GET /")

    (warning,) = warnings_with("cors-constructs:api-key-required-anyway", build)
    assert warning.text.startswith("POST / says")


def test_default_method_options_that_ask_for_no_key_are_refused() -> None:
    with pytest.raises(TypeError, match=r'leave api_key_required=False out.*keyless=\["GET /health"\]'):
        cors_api(Stack(), default_method_options=KEYLESS)


# Other APIs, other stacks.


def fill_plainly(api: apigateway.RestApi) -> None:
    api.root.add_method("OPTIONS", mock(), api_key_required=True)
    api.root.add_resource("users").add_method("GET", mock())
    bare_method(Stack.of(api), f"Bare{api.node.id}", api, api.root.add_resource("bare").resource_id)


def test_a_plain_api_in_the_same_stack_is_left_alone() -> None:
    def plain(stack: Stack) -> apigateway.RestApi:
        api = apigateway.RestApi(stack, "Plain")
        fill_plainly(api)
        api.add_gateway_response("Denied", type=apigateway.ResponseType.ACCESS_DENIED)
        return api

    def both(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        plain(stack)
        bare_method(stack, "BareOurs", api, api.root.add_resource("ours").resource_id)

    alone = synthesize(plain)
    beside = synthesize(both)
    for name, resource in alone["Resources"].items():
        assert beside["Resources"][name] == resource
    ours = Api(beside, next(name for name in of_type(beside, "AWS::ApiGateway::RestApi") if name.startswith("Api")))
    assert ours.keyed == {"GET /", "GET /ours"}


def test_two_of_ours_in_one_stack_do_not_mix() -> None:
    def build(stack: Stack) -> None:
        one = cors_api(stack, "One", keyless=["GET /users"])
        other = cors_api(stack, "Other")
        for api in (one, other):
            api.root.add_resource("users").add_method("GET", mock())
            bare_method(stack, f"Bare{api.node.id}", api, api.root.add_resource("bare").resource_id)

    template = synthesize(build)
    one, other = (Api(template, name) for name in sorted(of_type(template, "AWS::ApiGateway::RestApi")))
    assert one.keyed == {"GET /bare"}
    assert other.keyed == {"GET /bare", "GET /users"}
    assert one.preflights == other.preflights == {"/users", "/bare"}


def test_two_of_ours_in_two_stacks_and_stages_do_not_mix() -> None:
    def build(app: App) -> None:
        for stage in ("Test", "Live"):
            cors_api(Stack(Stage(app, stage), "Inner")).root.add_method("GET", mock())
        cors_api(Stack(app, "Outer")).root.add_method("PUT", mock())

    templates = synthesize_app(build)
    assert len(templates) == 3
    apis = [Api(template) for template in templates.values()]
    assert sorted(map(sorted, (api.keyed for api in apis))) == [["GET /"], ["GET /"], ["PUT /"]]
    assert all(api.preflights == {"/"} for api in apis)


def test_an_api_in_a_nested_stack_is_whole() -> None:
    def build(app: App) -> None:
        cors_api(NestedStack(Stack(app, "Outer"), "Nested")).root.add_resource("users").add_method("GET", mock())

    (nested,) = (one for name, one in synthesize_app(build).items() if name != "Outer")
    assert Api(nested).keyed == {"GET /users"}
    assert Api(nested).keyless == {"OPTIONS /users"}


@pytest.mark.parametrize("way", ["bare", "resource", "handle"])
def test_methods_in_a_nested_stack_ask_for_a_key_and_have_their_preflight(way: str) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Outer")
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        nested = NestedStack(stack, "Nested")
        if way == "bare":
            users = bare_resource(nested, "Users", api, api.rest_api_root_resource_id, "users")
            bare_method(nested, "Bare", api, users.ref)
        else:
            root = api.root if way == "resource" else imported(nested, api).root
            resource = apigateway.Resource(nested, "Users", parent=root, path_part="users")
            resource.add_method("GET", mock(), api_key_required=False)

    templates = synthesize_app(build)
    outer = templates.pop("Outer")
    (nested,) = templates.values()
    methods = {
        one["Properties"]["HttpMethod"]: one["Properties"]
        for one in of_type(nested, "AWS::ApiGateway::Method").values()
    }
    assert {verb: method["ApiKeyRequired"] for verb, method in methods.items()} == {"GET": True, "OPTIONS": False}
    (waits,) = (one["DependsOn"] for one in of_type(outer, "AWS::ApiGateway::Deployment").values())
    assert set(of_type(outer, "AWS::CloudFormation::Stack")) <= set(waits)


def test_synthesizing_twice_makes_nothing_twice() -> None:
    app = App()
    stack = Stack(app, "Stack")
    api = cors_api(stack)
    api.root.add_method("GET", mock())
    first = app.synth().get_stack_by_name("Stack").template
    again = app.synth(force=True).get_stack_by_name("Stack").template
    assert first == again
    assert Api(again).keyless == {"OPTIONS /"}


def test_a_method_added_between_two_syntheses_is_an_error() -> None:
    app = App()
    api = cors_api(Stack(app, "Stack"))
    api.root.add_method("GET", mock())
    app.synth()
    api.root.add_resource("users").add_method("GET", mock())
    with pytest.raises(RuntimeError, match=r"came after the preflights were made.*after the app was synthesized"):
        app.synth(force=True)
