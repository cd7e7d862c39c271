"""One API over several stacks: nested ones, stacks beside each other, and two apps."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from aws_cdk import App, Aspects, Environment, NestedStack, Stack, Stage, aws_lambda
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, ErrorResponses, ImportedRestApi, Preflight
from cors_constructs.check import Answer, Severity, check
from cors_constructs.simulate import Outcome, Request, Response
from cors_constructs.simulate.model import Api as Model
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .synthesis import ORIGIN, OTHER_ORIGIN, POLICY, Template, mock, of_type
from .test_keys import bare_method, bare_resource
from .test_last_look import EachTime

Build = Callable[[App], object]
OTHER_POLICY = CorsPolicy(allow_origins=[OTHER_ORIGIN])


@attrs.frozen
class Built:
    """What an app becomes.

    Attributes:
        api: Its one API, as the simulator reads it of the whole app.
        templates: The templates by stack; nested ones by their own name.
        errors: What the checker is sure is wrong, in all of it, save that no plan is there.
    """

    api: Model
    templates: Mapping[str, Template]
    errors: list[str]

    @property
    def keyed(self) -> dict[str, bool]:
        """Each method's name, and whether it asks for a key."""
        names = [method.name for method in self.api.methods]
        assert len(names) == len(set(names)), names
        return {method.name: method.api_key_required is True for method in self.api.methods}

    def deployments(self, stack: str) -> dict[str, dict[str, Any]]:
        return of_type(self.templates[stack], "AWS::ApiGateway::Deployment")

    def deployment(self, stack: str) -> tuple[str, set[str]]:
        """The logical id of a stack's one Deployment, and what it waits for."""
        ((name, resource),) = self.deployments(stack).items()
        return name, set(resource.get("DependsOn", []))


def built(build: Build) -> Built:
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, tree_metadata=False)
        build(app)
        app.synth()
        read = read_template(directory)
        assert read.unreadable == ()
        (api,) = read.apis
        assert api.unreadable == ()
        errors = [
            str(one)
            for one in check(read)
            if one.answer is Answer.WRONG and one.rule.severity is Severity.ERROR and one.rule.id != "CORS401"
        ]
        return Built(api, dict(_templates(Path(directory))), errors)


def _templates(folder: Path) -> Iterator[tuple[str, Template]]:
    for file in folder.glob("*.template.json"):
        yield file.name.split(".")[0], json.loads(file.read_text())


def error_of(build: Build) -> str:
    """What synthesis says is wrong."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, tree_metadata=False)
        build(app)
        with pytest.raises(RuntimeError) as caught:
            app.synth()
        return str(caught.value)


def whole(scope: Any, **arguments: Any) -> CorsRestApi:
    """An API with `GET /users`, whose keys are nobody's business."""
    api = CorsRestApi(scope, "Api", **{"cors": POLICY, "keys_managed_elsewhere": True, **arguments})
    api.root.add_resource("users").add_method("GET", http())
    return api


def part(scope: Any, api: apigateway.IRestApi, id: str = "Part", **arguments: Any) -> ImportedRestApi:  # noqa: A002 - the CDK's name for it
    given = {"rest_api_id": api.rest_api_id, "root_resource_id": api.rest_api_root_resource_id, "cors": POLICY}
    return CorsRestApi.from_attributes(scope, id, **{**given, **arguments})


def users_of(api: CorsRestApi) -> apigateway.IResource:
    users = api.root.get_resource("users")
    assert users is not None
    return users


def known_here(scope: Any, of: ImportedRestApi, users: apigateway.IResource) -> apigateway.IResource:
    """A resource that another stack makes."""
    return apigateway.Resource.from_resource_attributes(
        scope, "Users", rest_api=of, resource_id=users.resource_id, path="/users"
    )


def http() -> apigateway.HttpIntegration:
    return apigateway.HttpIntegration("https://backend.example.com")


def careful(request: Request) -> Response:
    return Response(200, POLICY.headers_for(request.headers.get("origin")))


BOOKS = {"GET /users": True, "OPTIONS /users": False, "GET /books": True, "OPTIONS /books": False}


# Nested stacks


def nested_books(app: App, verb: str = "GET", **arguments: Any) -> ImportedRestApi:
    shop = Stack(app, "Shop")
    api = part(NestedStack(NestedStack(shop, "Outer"), "Inner"), whole(shop), **arguments)
    api.root.add_resource("books").add_method(verb, http())
    return api


def test_a_nested_stack_adds_to_the_api_and_the_apis_own_deployment_carries_it() -> None:
    result = built(nested_books)
    assert result.keyed == BOOKS
    assert result.errors == []
    name, waits = result.deployment("Shop")
    assert {one for one in waits if "Outer" in one}
    assert sum(len(result.deployments(stack)) for stack in result.templates) == 1
    assert built(nested_books).deployment("Shop")[0] == name


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda app: nested_books(app, "POST"), id="another-verb"),
        pytest.param(lambda app: nested_books(app, keyless=["GET /books"]), id="no-key"),
        pytest.param(lambda app: nested_books(app, cors=OTHER_POLICY), id="another-policy"),
        pytest.param(lambda app: nested_books(app).root.add_method("GET", http()), id="one-more"),
    ],
)
def test_what_changes_in_a_nested_stack_is_deployed(changed: Build) -> None:
    assert built(changed).deployment("Shop")[0] != built(nested_books).deployment("Shop")[0]


def function(scope: Any) -> aws_lambda.Function:
    return aws_lambda.Function(
        scope,
        "Function",
        runtime=aws_lambda.Runtime.PYTHON_3_12,
        handler="index.handler",
        code=aws_lambda.Code.from_inline("pass"),
    )


def test_a_deployment_that_follows_functions_of_another_stack_refers_to_none_of_them() -> None:
    """Otherwise stacks would wait for each other in a circle."""

    def nested(app: App) -> None:
        shop = Stack(app, "Shop")
        inner = NestedStack(shop, "Nested")
        api = part(inner, whole(shop))
        api.root.add_resource("books").add_method("GET", apigateway.LambdaIntegration(function(inner)))

    def apart(app: App) -> None:
        api = whole(Stack(app, "Shop"))
        carrier = part(Stack(app, "Last"), api, stage_name="prod")
        books = Stack(app, "Books")
        one = part(books, api, deploy=False)
        assert carrier.deployment is not None
        one.deployed_by(carrier.deployment)
        one.root.add_resource("books").add_method("GET", apigateway.LambdaIntegration(function(books)))

    for build in (nested, apart):
        result = built(build)
        (template,) = (it for it in result.templates.values() if of_type(it, "AWS::Lambda::Function"))
        assert "Outputs" not in template
        assert result.keyed == BOOKS


def test_nested_below_an_api_of_the_cdks_own_it_is_the_same() -> None:
    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        plain = apigateway.RestApi(shop, "Api")
        plain.root.add_method("GET", http())
        part(NestedStack(shop, "Nested"), plain).root.add_resource("books").add_method("GET", http())

    result = built(build)
    assert result.keyed == {"GET /": False, "GET /books": True, "OPTIONS /books": False}
    _, waits = result.deployment("Shop")
    assert any(one.startswith("NestedNestedStack") for one in waits)


def test_bare_methods_of_a_nested_stack_are_deployed_with_an_api_of_the_cdks_own() -> None:
    def build(app: App, verb: str = "GET") -> None:
        shop = Stack(app, "Shop")
        plain = apigateway.RestApi(shop, "Api")
        plain.root.add_method("GET", http())
        nested = NestedStack(shop, "Nested")
        api = part(nested, plain)
        bare_method(nested, "Bare", api, bare_resource(nested, "Books", api, api.root.resource_id, "books").ref, verb)

    result = built(build)
    assert result.keyed == {"GET /": False, "GET /books": True, "OPTIONS /books": False}
    assert built(lambda app: build(app, "PUT")).deployment("Shop")[0] != result.deployment("Shop")[0]


def test_an_import_beside_the_api_in_its_own_stack_is_deployed_with_it() -> None:
    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        part(shop, whole(shop), keyless=["GET /books"]).root.add_resource("books").add_method("GET", http())

    result = built(build)
    assert result.keyed == {**BOOKS, "GET /books": False}
    _, waits = result.deployment("Shop")
    assert of_type(result.templates["Shop"], "AWS::ApiGateway::Method").keys() <= waits


def test_an_api_in_a_nested_stack_cannot_wait_for_the_stack_around_it() -> None:
    """So what is added there has a Deployment of its own."""

    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        api = whole(NestedStack(shop, "Nested"))
        part(shop, api, stage_name="prod").root.add_resource("books").add_method("GET", http())

    result = built(build)
    assert result.keyed == BOOKS
    _, waits = result.deployment("Shop")
    assert of_type(result.templates["Shop"], "AWS::ApiGateway::Method").keys() <= waits


def test_nested_stacks_of_an_api_without_a_deployment_are_carried_by_one_that_is_told() -> None:
    def build(app: App, verb: str = "GET") -> None:
        shop = Stack(app, "Shop")
        api = whole(shop, deploy=False)
        parts = [part(NestedStack(shop, name), api, deploy=False) for name in ("One", "Two")]
        for number, one in enumerate(parts):
            one.root.add_resource(f"books{number}").add_method(verb, http())
        deployment = apigateway.Deployment(shop, "Own", api=api)
        for one in parts:
            one.deployed_by(deployment)
            assert one.deployment is deployment
        apigateway.Stage(shop, "Live", deployment=deployment)

    result = built(build)
    name, waits = result.deployment("Shop")
    assert {one for one in waits if "NestedStack" in one} == set(
        of_type(result.templates["Shop"], "AWS::CloudFormation::Stack")
    )
    assert built(lambda app: build(app, "PUT")).deployment("Shop")[0] != name
    assert result.errors == []


def test_each_method_has_one_owner_however_it_is_made() -> None:
    """Below the import it is the import's; what says nothing of it is the API's, since its stack is around."""

    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        api = whole(shop, keyless=["PUT /bare", "PUT /plain"])
        nested = NestedStack(shop, "Nested")
        one = part(nested, api, keyless=["GET /ours"])
        apigateway.Resource(nested, "Ours", parent=one.root, path_part="ours").add_method("GET", http())
        bare = bare_resource(nested, "Bare", api, api.rest_api_root_resource_id, "bare")
        bare_method(nested, "Put", api, bare.ref, "PUT")
        plain = apigateway.RestApi.from_rest_api_attributes(
            nested, "Plain", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
        )
        plain.root.add_resource("plain").add_method("PUT", mock())

    result = built(build)
    paths = ["/users", "/ours", "/bare", "/plain"]
    assert {name for name in result.keyed if name.startswith("OPTIONS")} == {f"OPTIONS {path}" for path in paths}
    assert {name for name, keyed in result.keyed.items() if keyed} == {"GET /users"}
    assert result.errors == []


# Stacks beside each other


def beside(app: App, **arguments: Any) -> ImportedRestApi:
    shop = whole(Stack(app, "Shop"))
    api = part(Stack(app, "Books"), shop, **{"stage_name": "prod", **arguments})
    api.root.add_resource("books").add_method("GET", http())
    return api


def test_a_stack_beside_it_adds_to_the_api_and_deploys_what_it_adds() -> None:
    result = built(beside)
    assert result.keyed == BOOKS
    assert result.errors == []
    _, waits = result.deployment("Books")
    assert of_type(result.templates["Books"], "AWS::ApiGateway::Method").keys() <= waits
    ((_, deployment),) = result.deployments("Books").items()
    assert deployment["Properties"]["StageName"] == "prod"
    assert "Fn::ImportValue" in deployment["Properties"]["RestApiId"]
    methods = of_type(result.templates["Shop"], "AWS::ApiGateway::Method")
    assert {one["Properties"]["HttpMethod"] for one in methods.values()} == {"GET", "OPTIONS"}


def test_what_is_added_otherwise_in_the_stack_of_an_import_is_the_imports() -> None:
    def build(app: App) -> None:
        api = whole(Stack(app, "Shop"))
        books = Stack(app, "Books")
        one = part(books, api, stage_name="prod", keyless=["PUT /bare"])
        bare_method(books, "Bare", api, bare_resource(books, "R", api, one.root.resource_id, "bare").ref, "PUT")
        plain = apigateway.RestApi.from_rest_api_attributes(
            books, "Plain", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
        )
        plain.root.add_resource("books").add_method("GET", http())

    result = built(build)
    assert result.keyed == {**BOOKS, "PUT /bare": False, "OPTIONS /bare": False}
    assert result.errors == []


def test_the_apis_own_stack_is_not_deployed_anew_for_another() -> None:
    alone = built(lambda app: whole(Stack(app, "Shop")))
    assert built(beside).deployment("Shop") == alone.deployment("Shop")


def test_the_browser_sees_the_whole_api_from_each_stack() -> None:
    app = App()
    shop, books = Stack(app, "Shop"), Stack(app, "Books")
    api = whole(shop, keys_managed_elsewhere=False)
    api.add_client("web")
    part(books, api, stage_name="prod").root.add_resource("books").add_method("GET", http())
    for seen in (app, shop, books):
        browser = Browser.on(seen, backend=careful, origin=ORIGIN)
        headers = {"x-api-key": browser.key("web")}
        for path in ("/users", "/books"):
            assert browser.fetch("GET", path, headers=headers).outcome is Outcome.ALLOWED
            stranger = browser.fetch("GET", path, headers=headers, origin=OTHER_ORIGIN)
            assert stranger.outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH


def test_a_stack_of_its_own_may_deploy_what_others_add() -> None:
    def build(app: App, verb: str = "GET") -> None:
        api = whole(Stack(app, "Shop"))
        last = Stack(app, "Last")
        carrier = part(last, api, stage_name="prod")
        assert carrier.deployment is not None
        for name in ("one", "two"):
            one = part(Stack(app, name.title()), api, deploy=False)
            one.root.add_resource(name).add_method(verb, http())
            one.deployed_by(carrier.deployment)

    app = App()
    build(app)
    app.synth()
    last = app.node.find_child("Last")
    assert isinstance(last, Stack)
    assert {stack.node.id for stack in last.dependencies} == {"Shop", "One", "Two"}
    result = built(build)
    assert sorted(name for name in result.keyed if result.keyed[name]) == ["GET /one", "GET /two", "GET /users"]
    assert not result.deployments("One")
    assert built(lambda app: build(app, "PUT")).deployment("Last")[0] != result.deployment("Last")[0]


def test_the_apis_own_deployment_cannot_carry_what_a_stack_beside_it_adds() -> None:
    app = App()
    api = whole(Stack(app, "Shop"))
    assert api.latest_deployment is not None
    one = part(Stack(app, "Books"), api, deploy=False)
    with pytest.raises(ValueError, match="Shop/Api/Deployment is in the stack that Books refers to for the API"):
        one.deployed_by(api.latest_deployment)


def test_a_plain_method_in_another_stack_is_an_error_with_what_to_write() -> None:
    def build(app: App) -> None:
        api = whole(Stack(app, "Shop"))
        plain = apigateway.RestApi.from_rest_api_attributes(
            Stack(app, "Books"),
            "Plain",
            rest_api_id=api.rest_api_id,
            root_resource_id=api.rest_api_root_resource_id,
        )
        plain.root.add_resource("books").add_method("GET", mock())

    error = error_of(build)
    assert "GET at Books/Plain/Default/books/GET/Resource is a method of this API in another stack" in error
    assert "CorsRestApi.from_attributes(...)" in error


def test_one_of_two_stages_of_an_app_knows_nothing_of_the_other() -> None:
    def build(app: App) -> None:
        for name in ("Test", "Live"):
            stage = Stage(app, name)
            for number in range(2):
                stack = Stack(stage, f"Stack{number}")
                one = CorsRestApi.from_attributes(
                    stack, "Part", rest_api_id="abc123", root_resource_id="root1", cors=POLICY, stage_name="prod"
                )
                one.root.add_resource(f"path{number}").add_method("GET", mock())

    app = App()
    build(app)
    assembly = app.synth()
    for nested in assembly.nested_assemblies:
        for stack in nested.nested_assembly.stacks:
            assert len(of_type(stack.template, "AWS::ApiGateway::Method")) == 2


# One path, several owners


def one_path(app: App, *, nest: bool, other: str = "POST", **arguments: Any) -> ImportedRestApi:
    """`GET /users` of the API, and another method there of a stack that imports the resource."""
    shop = Stack(app, "Shop")
    api = whole(shop)
    scope = NestedStack(shop, "Nested") if nest else Stack(app, "Other")
    one = part(scope, api, **{**({} if nest else {"stage_name": "prod"}), **arguments})
    known_here(scope, one, users_of(api)).add_method(other, http())
    return one


@pytest.mark.parametrize("nest", [True, False], ids=["nested", "beside"])
def test_one_preflight_answers_for_all_methods_of_a_path(nest: bool) -> None:
    result = built(lambda app: one_path(app, nest=nest))
    assert result.keyed == {"GET /users": True, "POST /users": True, "OPTIONS /users": False}
    app = App()
    one_path(app, nest=nest)
    browser = Browser.on(app, backend=careful, origin=ORIGIN)
    answered = {verb: browser.fetch(verb, "/users", headers={"x-api-key": "any"}) for verb in ("GET", "POST", "PUT")}
    assert answered["PUT"].outcome is Outcome.METHOD_NOT_ALLOWED
    assert all(answered[verb].response.status == 403 for verb in ("GET", "POST"))  # type: ignore[union-attr]
    preflight = next(method for method in result.api.methods if method.verb == "OPTIONS")
    assert preflight.integration is not None
    (response,) = preflight.integration.responses
    assert response.headers["Access-Control-Allow-Methods"] == "'GET,POST'"
    assert result.errors == []


def test_a_path_that_an_import_shares_follows_what_the_other_adds() -> None:
    first = built(lambda app: one_path(app, nest=False)).deployment("Shop")[0]
    assert built(lambda app: one_path(app, nest=False, other="PUT")).deployment("Shop")[0] != first


def test_an_options_of_the_apps_own_answers_for_both() -> None:
    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        api = whole(shop)
        users_of(api).add_method("OPTIONS", mock())
        nested = NestedStack(shop, "Nested")
        known_here(nested, part(nested, api), users_of(api)).add_method("POST", http())

    result = built(build)
    assert {name for name in result.keyed if name.startswith("OPTIONS")} == {"OPTIONS /users"}


def test_an_options_below_an_import_answers_for_the_api_too() -> None:
    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        api = whole(shop)
        nested = NestedStack(shop, "Nested")
        known_here(nested, part(nested, api), users_of(api)).add_method("OPTIONS", mock())

    assert built(build).keyed == {"GET /users": True, "OPTIONS /users": False}


def literal(scope: Any, id: str = "Part", **arguments: Any) -> ImportedRestApi:  # noqa: A002 - the CDK's name for it
    given = {"rest_api_id": "abc123", "root_resource_id": "root1", "cors": POLICY, "stage_name": "prod"}
    return CorsRestApi.from_attributes(scope, id, **{**given, **arguments})


def by_id(scope: Any, api: ImportedRestApi, verb: str) -> None:
    users = apigateway.Resource.from_resource_attributes(
        scope, "Users", rest_api=api, resource_id="users1", path="/users"
    )
    users.add_method(verb, http())


def same_method_twice(app: App) -> None:
    for name in ("One", "Two"):
        stack = Stack(app, name)
        by_id(stack, literal(stack), "GET")


@pytest.mark.parametrize("names", [("One", "Two"), ("One", "One")], ids=["two-stacks", "one-stack"])
def test_two_imports_of_an_api_of_another_app_share_a_preflight(names: tuple[str, str]) -> None:
    def build(app: App) -> None:
        for number, name in enumerate(names):
            stack = app.node.try_find_child(name) or Stack(app, name)
            scope = literal(stack, f"Part{number}")
            users = apigateway.Resource.from_resource_attributes(
                scope, "Users", rest_api=scope, resource_id="users1", path="/users"
            )
            users.add_method(["GET", "POST"][number], http())

    app = App()
    build(app)
    templates = [stack.template for stack in app.synth().stacks]
    methods = [
        one["Properties"] for template in templates for one in of_type(template, "AWS::ApiGateway::Method").values()
    ]
    assert sorted(one["HttpMethod"] for one in methods) == ["GET", "OPTIONS", "POST"]
    (options,) = (one for one in methods if one["HttpMethod"] == "OPTIONS")
    (response,) = options["Integration"]["IntegrationResponses"]
    assert response["ResponseParameters"]["method.response.header.Access-Control-Allow-Methods"] == "'GET,POST'"


@pytest.mark.parametrize(
    ("build", "told"),
    [
        pytest.param(
            lambda app: one_path(app, nest=True, other="GET"),
            ["GET /users was made twice, at Shop/Api/Default/users/GET/Resource and at Shop/Nested/Users/GET/Resource"],
            id="a-method-twice-nested",
        ),
        pytest.param(
            lambda app: one_path(app, nest=False, other="GET"),
            ["GET /users was made twice, at Shop/Api/Default/users/GET/Resource and at Other/Users/GET/Resource"],
            id="a-method-twice-beside",
        ),
        pytest.param(
            lambda app: one_path(app, nest=True, cors=OTHER_POLICY),
            ["/users has methods of Shop/Api and of Shop/Nested/Part, whose policies differ"],
            id="two-policies",
        ),
        pytest.param(
            lambda app: beside(app).root.add_resource("users").add_resource("{id}").add_method("GET", http()),
            [
                "/users was made twice, at Shop/Api/Default/users and at Books/Part/Default/users",
                'CorsRestApi.from_attributes(..., root_resource_id=<its resource_id>, path="/users")',
            ],
            id="a-resource-twice",
        ),
        pytest.param(
            same_method_twice,
            ["GET /users was made twice, at One/Users/GET/Resource and at Two/Users/GET/Resource"],
            id="a-method-twice-by-id",
        ),
        pytest.param(
            lambda app: [
                literal(Stack(app, name)).root.resource_for_path(f"v1/{name}").add_method("GET", http())
                for name in ("One", "Two")
            ],
            ["/v1 was made twice, at One/Part/Default/v1 and at Two/Part/Default/v1"],
            id="a-resource-between-twice",
        ),
    ],
)  # fmt: skip
def test_what_would_fail_at_deployment_is_an_error_at_synthesis(build: Build, told: list[str]) -> None:
    error = error_of(build)
    for words in told:
        assert words in error
    assert error.count("was made twice") <= 1


def test_a_method_that_an_api_of_the_cdks_own_has_already_is_told() -> None:
    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        plain = apigateway.RestApi(shop, "Api")
        users = plain.root.add_resource("users")
        users.add_method("GET", http())
        nested = NestedStack(shop, "Nested")
        known_here(nested, part(nested, plain), users).add_method("GET", http())

    assert "GET /users was made twice" in error_of(build)


def test_two_shared_preflights_do_not_meet() -> None:
    """The API's own, and those of a stack nested in it: whoever comes later leaves what is there."""

    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        api = whole(shop, preflight=Preflight.SHARED)
        one = part(NestedStack(shop, "Nested"), api, preflight=Preflight.SHARED)
        for name in "abcd":
            api.root.add_resource(f"api-{name}").add_method("GET", http())
            one.root.add_resource(f"part-{name}").add_method("GET", http())

    result = built(build)
    browser_paths = [f"/{kind}-{name}" for kind in ("api", "part") for name in "abcd"]
    app = App()
    build(app)
    browser = Browser.on(app, backend=careful, origin=ORIGIN)
    for path in browser_paths:
        preflight = browser.fetch("GET", path, headers={"x-api-key": "any"}).exchanges[0].response
        assert preflight is not None
        assert preflight.status == 204, path
    assert [name for name in result.keyed if name == "OPTIONS /{proxy+}"] == ["OPTIONS /{proxy+}"]


# What contradicts itself


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param({"stage_name": "prod"}, "Shop/Api/Deployment carries what is added here", id="two-Deployments"),
        pytest.param(
            {"error_responses": ErrorResponses.AUTO}, "Shop/Api makes the API's gateway responses", id="two-owners"
        ),
    ],
)
def test_what_the_api_around_does_itself_is_refused(arguments: dict[str, Any], told: str) -> None:
    shop = Stack(App(), "Shop")
    api = whole(shop)
    nested = NestedStack(shop, "Nested")
    children = len(nested.node.children)
    with pytest.raises(ValueError, match=f"^CorsRestApi.from_attributes: {told}"):
        part(nested, api, **arguments)
    assert len(nested.node.children) == children


def test_gateway_responses_may_be_made_by_an_import_where_the_api_makes_none() -> None:
    def build(app: App) -> None:
        shop = Stack(app, "Shop")
        api = whole(shop, error_responses=ErrorResponses.NONE)
        one = part(NestedStack(shop, "Nested"), api, error_responses=ErrorResponses.AUTO)
        one.root.add_resource("books").add_method("GET", http())

    result = built(build)
    assert set(result.api.gateway_responses) == {"DEFAULT_4XX", "DEFAULT_5XX"}
    assert result.errors == []


@pytest.mark.parametrize("ours_first", [True, False], ids=["ours-first", "the-cdks-first"])
def test_enable_cors_leaves_to_an_import_what_is_the_imports(ours_first: bool) -> None:
    """Both know the API by the same id: the import, and a handle of the CDK's that `EnableCors` completes."""

    def build(app: App) -> None:
        stack = Stack(app, "Books")
        for is_ours in (ours_first, not ours_first):
            if is_ours:
                literal(stack).root.add_resource("ours").add_method("GET", http())
            else:
                handle = apigateway.RestApi.from_rest_api_attributes(
                    stack, "Handle", rest_api_id="abc123", root_resource_id="root1"
                )
                handle.root.add_resource("theirs").add_method("GET", http())
        Aspects.of(app).add(EnableCors(OTHER_POLICY, keyless=["GET /theirs"], keys_managed_elsewhere=True))

    result = built(build)
    assert result.keyed == {
        "GET /ours": True,
        "OPTIONS /ours": False,
        "GET /theirs": False,
        "OPTIONS /theirs": False,
    }
    origins = {
        method.path: method.integration.responses[0].headers["Access-Control-Allow-Origin"]
        for method in result.api.methods
        if method.verb == "OPTIONS" and method.integration is not None
    }
    assert origins == {"/ours": f"'{ORIGIN}'", "/theirs": f"'{OTHER_ORIGIN}'"}


# Two apps, and doing it again


def test_two_apps_are_one_api_for_whoever_knows_its_ids() -> None:
    """Where it is made the other app is not seen, and the other way round: nothing is made for what is not there."""
    made = built(lambda app: whole(Stack(app, "Shop")))
    added = built(lambda app: literal(Stack(app, "Books")).root.add_resource("books").add_method("GET", http()))
    assert {**made.keyed, **added.keyed} == BOOKS
    assert added.api.imported
    assert added.errors == []


def test_an_environment_has_its_own_apis() -> None:
    """The same id in another account or region is another API."""

    def build(app: App) -> None:
        for region in ("eu-west-1", "us-east-1"):
            stack = Stack(app, region, env=Environment(account="123456789012", region=region))
            by_id(stack, literal(stack), "GET")

    app = App()
    build(app)
    for stack in app.synth().stacks:
        assert len(of_type(stack.template, "AWS::ApiGateway::Method")) == 2


@pytest.mark.parametrize(
    "build",
    [nested_books, beside, lambda app: one_path(app, nest=True)],
    ids=["nested", "beside", "one-path"],
)
def test_synthesizing_twice_makes_nothing_twice(build: Build) -> None:
    app = App()
    build(app)
    # An aspect about the API has it looked at again, each time.
    Aspects.of(app).add(EachTime(lambda _: None))
    first = {stack.stack_name: stack.template for stack in app.synth().stacks}
    assert {stack.stack_name: stack.template for stack in app.synth(force=True).stacks} == first
