"""`cors_for`: a sub-tree with its own policy, which holds there and nowhere else."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import App, Aspects, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, CorsSpecRestApi, EnableCors, ErrorResponses, Preflight, cors_for
from cors_constructs.cdk.branches import register_branch
from cors_constructs.check import check
from cors_constructs.check.findings import Answer, Severity
from cors_constructs.simulate import Outcome, Request, Response
from cors_constructs.simulate.browser import Credentials
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Api,
    Build,
    Template,
    cors_api,
    messages,
    mock,
    of_type,
    read,
    synth_error,
    synthesize,
    warnings_with,
)

ADMIN: Final = POLICY.evolve(allow_origins=[OTHER_ORIGIN], allow_credentials=True)
AUDIT: Final = CorsPolicy(allow_origins=["https://audit.example.com", "https://*.audit.example.com"])
STRANGER: Final = "https://stranger.example"
API: Final = "AWS::ApiGateway::RestApi"

POLICIES: Final = {
    "/orders": POLICY,
    "/admin": ADMIN,
    "/admin/users/{id}": ADMIN,
    "/admin/audit": AUDIT,
    "/admin/audit/log": AUDIT,
    "/administration": POLICY,
}
"""Each path of the API below, and the policy that it should have."""


def branched(stack: Stack, **arguments: Any) -> CorsRestApi:
    """An API with a branch, and a branch in that."""
    api = cors_api(stack, **arguments)
    backend = apigateway.HttpIntegration("https://backend.example.com")
    for path in POLICIES:
        for verb in ("GET", "DELETE"):
            api.root.resource_for_path(path).add_method(verb, backend)
    cors_for(api.root.resource_for_path("/admin"), ADMIN)
    cors_for(api.root.resource_for_path("/admin/audit"), AUDIT)
    api.add_client("web")
    return api


@pytest.fixture(scope="module")
def template() -> Template:
    return synthesize(branched)


def backend(request: Request) -> Response:
    """It does its part, wherever it is asked."""
    return Response(
        200, {"access-control-allow-origin": request.headers["origin"], "access-control-allow-credentials": "true"}
    )


def fetched(
    template: Template, path: str, origin: str, *, verb: str = "GET", credentials: Credentials = "omit"
) -> Outcome:
    browser = Browser.on(template, backend=backend)
    url = path.replace("{id}", "7")
    return browser.fetch(
        verb, url, origin=origin, headers={"x-api-key": browser.key("web")}, credentials=credentials
    ).outcome


@pytest.mark.parametrize("path", POLICIES)
@pytest.mark.parametrize(
    "origin", [ORIGIN, OTHER_ORIGIN, "https://audit.example.com", "https://eu.audit.example.com", STRANGER]
)
def test_each_branchs_pages_may_call_their_branch_and_nothing_else(template: Template, path: str, origin: str) -> None:
    allowed = POLICIES[path].allows_origin(origin)
    outcome = fetched(template, path, origin)
    assert outcome.allowed is allowed
    assert outcome.in_preflight is not allowed


@pytest.mark.parametrize(
    ("path", "origin", "outcome"),
    [
        pytest.param("/admin", OTHER_ORIGIN, Outcome.ALLOWED, id="where-the-branch-says-so"),
        pytest.param("/admin/users/{id}", OTHER_ORIGIN, Outcome.ALLOWED, id="further-down"),
        pytest.param("/orders", ORIGIN, Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED, id="not-beside-it"),
        pytest.param(
            "/administration", ORIGIN, Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED, id="not-where-a-name-is-alike"
        ),
        pytest.param(
            "/admin/audit", "https://audit.example.com", Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED,
            id="not-in-a-branch-of-the-branch",
        ),
    ],
)  # fmt: skip
def test_credentials_are_the_branchs_own(template: Template, path: str, origin: str, outcome: Outcome) -> None:
    assert fetched(template, path, origin, credentials="include") is outcome


def test_methods_are_the_paths_unless_the_branch_names_its_own(template: Template) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        admin = api.root.add_resource("admin")
        admin.add_method("DELETE", mock())
        cors_for(admin, ADMIN.evolve(allow_methods=["GET"]))
        api.add_client("web")

    assert fetched(template, "/admin", OTHER_ORIGIN, verb="DELETE") is Outcome.ALLOWED
    assert fetched(synthesize(build), "/admin", OTHER_ORIGIN, verb="DELETE") is Outcome.METHOD_NOT_ALLOWED


def test_the_checker_finds_nothing_wrong(template: Template) -> None:
    wrong = [finding for finding in check(read_template(template)) if finding.answer is Answer.WRONG]
    assert [finding for finding in wrong if finding.rule.severity is Severity.ERROR] == []


@pytest.mark.parametrize("order", [("/admin", "/admin/audit"), ("/admin/audit", "/admin")])
def test_the_nearest_wins_whichever_was_said_first(order: tuple[str, str]) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.resource_for_path("/admin/audit").add_method("GET", mock())
        for path in order:
            cors_for(api.root.resource_for_path(path), AUDIT if path == "/admin/audit" else ADMIN)

    assert read(build).preflight("/admin/audit").headers == {"Vary": "'Origin'"}


def test_it_may_be_said_before_there_are_methods_and_on_proxies() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        admin = api.root.add_resource("admin")
        cors_for(admin, ADMIN)
        admin.add_proxy(default_integration=mock())
        cors_for(api.root.add_proxy(default_integration=mock()), AUDIT)
        api.root.add_method("GET", mock())

    found = read(build)
    assert found.preflights == {"/", "/{proxy+}", "/admin/{proxy+}"}
    assert found.preflight("/").headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert found.preflight("/admin/{proxy+}").headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"
    assert "audit" in found.preflight("/{proxy+}").template


def test_a_policy_that_is_evolved_keeps_what_is_not_named() -> None:
    whole = CorsPolicy(allow_origins=[ORIGIN], allow_headers=["x-trace"], max_age=60, status_code=200)

    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=whole)
        admin = api.root.add_resource("admin")
        admin.add_method("GET", mock())
        cors_for(admin, api.cors.evolve(allow_origins=[OTHER_ORIGIN], allow_credentials=True))

    preflight = read(build).preflight("/admin")
    assert preflight.response["StatusCode"] == "200"
    assert preflight.headers == {
        "Access-Control-Allow-Origin": f"'{OTHER_ORIGIN}'",
        "Access-Control-Allow-Credentials": "'true'",
        "Access-Control-Allow-Headers": "'x-api-key,x-trace'",
        "Access-Control-Allow-Methods": "'GET'",
        "Access-Control-Max-Age": "'60'",
    }


def test_to_say_the_same_twice_changes_nothing() -> None:
    def build(stack: Stack, times: int = 1) -> None:
        api = cors_api(stack)
        admin = api.root.add_resource("admin")
        admin.add_method("GET", mock())
        for _ in range(times):
            cors_for(admin, ADMIN.evolve())

    assert synthesize(lambda stack: build(stack, 3)) == synthesize(build)


def test_another_api_in_the_app_is_not_concerned() -> None:
    def build(stack: Stack) -> None:
        for name in ("One", "Other"):
            api = cors_api(stack, name)
            api.root.add_resource("admin").add_method("GET", mock())
            if name == "Other":
                cors_for(api.root.resource_for_path("admin"), ADMIN)

    ids = {it["Properties"]["Name"]: name for name, it in of_type(synthesize(build), API).items()}
    one, other = (Api(synthesize(build), ids[name]) for name in ("One", "Other"))
    assert one.preflight("/admin").headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert other.preflight("/admin").headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"


# What the gateway answers by itself is the whole API's.


def refused(mode: ErrorResponses, origin: str, credentials: Credentials, **branch: Any) -> Outcome:
    """How a page's call to the branch ends that brings a wrong key."""

    def build(stack: Stack) -> None:
        api = cors_api(stack, error_responses=mode)
        admin = api.root.add_resource("admin")
        admin.add_method("GET", mock())
        cors_for(admin, POLICY.evolve(**branch))

    verdict = Browser.on(synthesize(build)).fetch(
        "GET", "/admin", origin=origin, headers={"x-api-key": "wrong"}, credentials=credentials
    )
    assert verdict.response is None or verdict.response.status == 403, verdict
    return verdict.outcome


AUTO, REFLECT, NONE = ErrorResponses.AUTO, ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN, ErrorResponses.NONE
SIGNED_IN: Final[dict[str, Any]] = {"allow_origins": [OTHER_ORIGIN], "allow_credentials": True}


@pytest.mark.parametrize(
    ("mode", "branch", "origin", "credentials", "outcome"),
    [
        pytest.param(AUTO, SIGNED_IN, OTHER_ORIGIN, "omit", Outcome.ALLOWED, id="another-origin"),
        pytest.param(AUTO, SIGNED_IN, OTHER_ORIGIN, "include", Outcome.ORIGIN_WILDCARD, id="opaque-to-its-credentials"),
        pytest.param(REFLECT, SIGNED_IN, OTHER_ORIGIN, "include", Outcome.ALLOWED, id="reflected"),
        pytest.param(
            AUTO, {"allow_credentials": True}, ORIGIN, "include", Outcome.ALLOWED, id="the-same-origin-with-credentials"
        ),
        pytest.param(NONE, SIGNED_IN, OTHER_ORIGIN, "omit", Outcome.ORIGIN_MISSING, id="none"),
    ],
)
def test_pages_of_a_branch_read_the_gateways_errors(
    mode: ErrorResponses, branch: dict[str, Any], origin: str, credentials: Credentials, outcome: Outcome
) -> None:
    assert refused(mode, origin, credentials, **branch) is outcome


# What is deployed.


def test_a_branchs_policy_is_in_the_deployments_hash() -> None:
    def build(policy: CorsPolicy | None) -> Build:
        def fill(stack: Stack) -> None:
            api = cors_api(stack, error_responses=ErrorResponses.NONE)
            admin = api.root.add_resource("admin")
            admin.add_method("GET", mock())
            if policy is not None:
                cors_for(admin, policy)

        return fill

    policies = [None, ADMIN, ADMIN.evolve(max_age=1), AUDIT]
    assert len({read(build(policy)).deployment_id for policy in policies}) == len(policies)
    assert read(build(POLICY)).deployment_id == read(build(None)).deployment_id
    assert set(read(build(ADMIN)).template["Resources"]) - {read(build(ADMIN)).deployment_id} == set(
        read(build(None)).template["Resources"]
    ) - {read(build(None)).deployment_id}


# Warnings consider each policy with its own methods.

IAM = apigateway.AuthorizationType.IAM


def opaque(policy: CorsPolicy) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        admin = api.root.add_resource("admin")
        admin.add_method("GET", mock())
        cors_for(admin, policy)

    return build


@pytest.mark.parametrize(
    ("rule", "policy", "told"),
    [
        pytest.param("errors-opaque-to-credentials", ADMIN, ["policies", "several origins"], id="errors"),
        pytest.param(
            "errors-opaque-to-credentials", POLICY.evolve(allow_credentials=True), None, id="one-origin-in-all"
        ),
        pytest.param(
            "pattern-with-credentials", AUDIT.evolve(allow_credentials=True), ["https://*.audit.example.com"],
            id="patterns-of-a-branch",
        ),
        pytest.param("pattern-with-credentials", AUDIT, None, id="patterns-without-credentials"),
    ],
)  # fmt: skip
def test_a_branchs_policy_is_warned_of_like_the_apis(rule: str, policy: CorsPolicy, told: list[str] | None) -> None:
    warnings = warnings_with(f"cors-constructs:{rule}", opaque(policy))
    assert len(warnings) == (told is not None)
    for warning in warnings:
        assert all(part in warning.text for part in told or [])


@pytest.mark.parametrize(
    ("whole", "branch", "guarded", "warned"),
    [
        pytest.param(["authorization"], ["content-type"], "/admin", "GET /admin", id="withheld-in-the-branch"),
        pytest.param(["authorization"], ["content-type"], "/orders", None, id="withheld-where-nothing-is-guarded"),
        pytest.param(["content-type"], ["authorization"], "/admin", None, id="withheld-beside-the-branch"),
        pytest.param(["content-type"], ["authorization"], "/orders", "GET /orders", id="withheld-from-the-others"),
    ],
)
def test_authorization_is_looked_for_in_the_policy_of_the_method_that_is_guarded(
    whole: list[str], branch: list[str], guarded: str, warned: str | None
) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=POLICY.evolve(allow_headers=whole))
        for path in ("/orders", "/admin"):
            options: dict[str, Any] = {"authorization_type": IAM} if path == guarded else {}
            api.root.resource_for_path(path).add_method("GET", mock(), **options)
        cors_for(api.root.resource_for_path("/admin"), POLICY.evolve(allow_headers=branch))

    warnings = warnings_with("cors-constructs:authorization-header-not-allowed", build)
    assert [warned in warning.text for warning in warnings if warned] == ([True] if warned else [])
    assert bool(warnings) is bool(warned)


# What cannot be right is said, at once where that can be seen.


def a_resource(api: CorsRestApi) -> apigateway.IResource:
    return api.root.add_resource("admin")


def spoken_for(api: CorsRestApi) -> apigateway.IResource:
    resource = a_resource(api)
    cors_for(resource, AUDIT)
    return resource


def completed(api: CorsRestApi) -> apigateway.IResource:
    resource = a_resource(api)
    resource.add_method("GET", mock())
    app = api.node.root
    assert isinstance(app, App)
    app.synth()
    return resource


Given = Callable[[CorsRestApi], Any]


@pytest.mark.parametrize(
    ("resource", "policy", "kind", "told"),
    [
        pytest.param(lambda api: api, ADMIN, TypeError, ["takes a resource", "api.root.add_resource"], id="an-api"),
        pytest.param(lambda _: "/admin", ADMIN, TypeError, ["takes a resource", "'/admin'"], id="a-path"),
        pytest.param(a_resource, ["https://a.example"], TypeError, ["takes a CorsPolicy", "evolve"], id="a-list"),
        pytest.param(lambda _: None, None, TypeError, ["takes a resource", "takes a CorsPolicy"], id="both-wrong"),
        pytest.param(lambda api: api.root, ADMIN, ValueError, ["'/'", "Stack/Api", "cors="], id="the-root"),
        pytest.param(spoken_for, ADMIN, ValueError, ["'/admin'", "another policy already"], id="two-policies"),
        pytest.param(completed, ADMIN, ValueError, ["'/admin'", "too late", "before the app"], id="too-late"),
    ],
)
def test_what_it_refuses(resource: Given, policy: Any, kind: type[Exception], told: list[str]) -> None:
    api = cors_api(Stack(App(), "Stack"))
    with pytest.raises(kind) as caught:
        cors_for(resource(api), policy)
    text = str(caught.value)
    assert all(part in text for part in ["cors_for", *told]), text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("admin", 'write "/admin"', id="no-slash"),
        pytest.param("/admin/", 'write "/admin"', id="a-slash-at-the-end"),
        pytest.param("//admin", 'write "/admin"', id="two-slashes"),
        pytest.param("", 'write "/admin"', id="nothing"),
        pytest.param("/${Token[TOKEN.12]}", "only deployment knows", id="a-token"),
        pytest.param(7, "takes a path", id="no-text"),
    ],
)
def test_a_path_has_to_be_one_as_resources_have_it(path: Any, told: str) -> None:
    with pytest.raises((ValueError, TypeError), match="cors_for") as caught:
        register_branch(cors_api(Stack()), path, ADMIN)
    assert told in str(caught.value)


def test_what_was_refused_has_no_effect() -> None:
    def build(stack: Stack) -> None:
        resource = spoken_for(cors_api(stack))
        resource.add_method("GET", mock())
        with pytest.raises(ValueError, match="another policy"):
            cors_for(resource, ADMIN)

    assert "audit" in read(build).preflight("/admin").template


@pytest.mark.parametrize(
    ("top", "told"),
    [
        pytest.param("/admn", "Did you mean /admin", id="a-typo"),
        pytest.param("/something/else", "Add methods there", id="nothing-like-it"),
        pytest.param("/admin/{id}", "Did you mean /admin", id="below-the-last-method"),
    ],
)
def test_a_branch_without_methods_is_an_error(top: str, told: str) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.resource_for_path("/admin").add_method("GET", mock())
        cors_for(api.root.resource_for_path(top), ADMIN)

    error = synth_error(build)
    assert f"cors_for gives {top} a policy, and no method is at it or below it. {told}" in error


def test_an_options_alone_is_no_method() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        admin = api.root.add_resource("admin")
        admin.add_method("OPTIONS", mock())
        cors_for(admin, ADMIN)

    assert "no method is at it or below it" in synth_error(build)


def test_a_resource_of_an_api_that_nothing_completes_is_an_error() -> None:
    def build(stack: Stack) -> None:
        api = apigateway.RestApi(stack, "Api")
        for name in ("admin", "audit"):
            resource = api.root.add_resource(name)
            resource.add_method("GET", mock())
            cors_for(resource, ADMIN)

    error = synth_error(build)
    assert "[Stack/Api] cors_for gives /admin, /audit a policy, and nothing completes this API" in error
    assert error.count("nothing completes") == 1
    assert "EnableCors" in error


def test_an_app_that_branches_says_nothing_more_than_it_has_to() -> None:
    rules = {message.text.partition("[ack: ")[2].rstrip("]") for message in messages(branched)}
    assert rules == {
        "cors-constructs:api-key-is-not-authentication",
        "cors-constructs:errors-opaque-to-credentials",
    }


# Whichever way the API comes in.


def shared(stack: Stack) -> None:
    api = cors_api(stack, preflight=Preflight.SHARED)
    fill(api)
    cors_for(api.root.resource_for_path("admin"), ADMIN)


def fill(api: apigateway.IRestApi) -> None:
    for path in ("/orders", "/returns", "/stock", "/admin/users", "/admin/audit", "/admin/stock"):
        api.root.resource_for_path(path).add_method("GET", mock())


def adopted(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Api")
    fill(api)
    Aspects.of(stack).add(EnableCors(POLICY, keys_managed_elsewhere=True))
    cors_for(api.root.resource_for_path("admin"), ADMIN)


def bare(stack: Stack) -> None:
    api = apigateway.CfnRestApi(stack, "Api", name="Api")
    orders, admin = (
        apigateway.CfnResource(stack, part, rest_api_id=api.ref, parent_id=api.attr_root_resource_id, path_part=part)
        for part in ("orders", "admin")
    )
    users = apigateway.CfnResource(stack, "Users", rest_api_id=api.ref, parent_id=admin.ref, path_part="users")
    integration = apigateway.CfnMethod.IntegrationProperty(type="MOCK")
    for name, resource in [("List", orders), ("Admin", users)]:
        given: dict[str, Any] = {"resource_id": resource.ref, "http_method": "GET", "integration": integration}
        apigateway.CfnMethod(stack, name, rest_api_id=api.ref, **given)
    deployment = apigateway.CfnDeployment(stack, "Deployment", rest_api_id=api.ref)
    apigateway.CfnStage(stack, "Stage", rest_api_id=api.ref, deployment_id=deployment.ref, stage_name="prod")
    Aspects.of(stack).add(EnableCors(POLICY, keys_managed_elsewhere=True))
    cors_for(imported_resource(stack, api.ref, admin.ref), ADMIN)


def imported_resource(stack: Stack, api_id: str, resource_id: str) -> apigateway.IResource:
    handle = apigateway.RestApi.from_rest_api_attributes(stack, "Handle", rest_api_id=api_id, root_resource_id="root")
    return apigateway.Resource.from_resource_attributes(
        stack, "Imported", rest_api=handle, resource_id=resource_id, path="/admin"
    )


def by_another_handle(stack: Stack) -> None:
    api = cors_api(stack)
    fill(api)
    cors_for(imported_resource(stack, api.rest_api_id, api.root.resource_for_path("admin").resource_id), ADMIN)


def nested(stack: Stack) -> None:
    """One half of the API in a nested stack, by an import of it."""
    api = cors_api(stack)
    api.root.add_resource("orders").add_method("GET", mock())
    ids: dict[str, Any] = {
        "rest_api_id": api.rest_api_id,
        "root_resource_id": api.rest_api_root_resource_id,
    }
    half = CorsRestApi.from_attributes(NestedStack(stack, "Half"), "Api", cors=POLICY, **ids)
    admin = half.root.add_resource("admin")
    admin.add_resource("users").add_method("GET", mock())
    cors_for(admin, ADMIN)


def specified(stack: Stack) -> None:
    operation = {"get": {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}}}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "Api", "version": "1"},
        "paths": {"/orders": operation, "/admin/users": operation},
    }
    definition = apigateway.ApiDefinition.from_inline(document)
    api = CorsSpecRestApi(stack, "Api", api_definition=definition, cors=POLICY, keys_managed_elsewhere=True)
    api.cors_for("/admin", ADMIN)


@pytest.mark.parametrize("build", [shared, adopted, bare, by_another_handle, nested, specified])
def test_branches_are_for_every_entrance(build: Callable[[Stack], None]) -> None:
    stack = Stack(App(), "Stack")
    build(stack)
    browser = Browser.on(stack)

    def status(path: str, origin: str) -> int | None:
        verdict = browser.fetch("GET", path, origin=origin, headers={"x-api-key": "wrong"})
        return verdict.response.status if verdict.response else None

    # What is read is the gateway's own error, the whole API's: it has to be readable for the pages of both policies.
    assert status("/orders", ORIGIN) == 403
    assert status("/orders", OTHER_ORIGIN) is None
    assert status("/admin/users", OTHER_ORIGIN) == 403
    assert status("/admin/users", ORIGIN) is None
