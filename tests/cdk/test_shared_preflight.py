"""`preflight=Preflight.SHARED`: one OPTIONS for many paths, on every kind of tree."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jsii
import pytest
from aws_cdk import App, AspectPriority, Aspects, Aws, CfnResource, Duration, IAspect, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct
from hypothesis import HealthCheck, given, settings

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, Preflight, Throttle, cors_for
from cors_constructs.cdk.imported import ImportedRestApi
from cors_constructs.check import check
from cors_constructs.check.findings import Severity
from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .existing import included
from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Api,
    Template,
    cors_api,
    synthesize,
    synthesize_app,
    warnings_with,
)
from .test_any_tree import METHODS, Builder, Method

Fill = Callable[[CorsRestApi], object]
BOTH: Final = ("", "/{id}")

KEY: Final = "k" * 20
SEVERAL: Final = CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN], allow_credentials=True)
ELSEWHERE: Final = CorsPolicy(allow_origins=[OTHER_ORIGIN])


def shared(fill: Fill, preflight: Preflight = Preflight.SHARED, **arguments: Any) -> Api:
    def build(stack: Stack) -> None:
        api = CorsRestApi(stack, "Api", **{"cors": POLICY, "preflight": preflight, **arguments})
        fill(api)
        api.add_client("web")

    return Api(synthesize(build))


def http() -> apigateway.HttpIntegration:
    return apigateway.HttpIntegration("https://backend.example.com")


def things(api: CorsRestApi | ImportedRestApi) -> None:
    for number in range(5):
        thing = api.root.add_resource(f"thing-{number}")
        thing.add_method("GET", http())
        thing.add_resource("{id}").add_method("DELETE", http())


def with_a_root(api: CorsRestApi) -> None:
    api.root.add_method("POST", http())
    things(api)


def with_any(api: CorsRestApi) -> None:
    things(api)
    api.root.add_resource("any").add_method("ANY", http())


def with_a_variable_at_the_root(api: CorsRestApi) -> None:
    tenant = api.root.add_resource("{tenant}")
    tenant.add_method("PUT", http())
    for name in ("a", "b", "c", "d"):
        tenant.add_resource(name).add_method("GET", http())
        api.root.add_resource(name).add_method("GET", http())


def with_a_proxy(api: CorsRestApi) -> None:
    things(api)
    api.root.add_proxy(default_integration=http())


def with_a_proxy_for_one_verb(api: CorsRestApi) -> None:
    things(api)
    api.root.add_proxy(any_method=False).add_method("PATCH", http())


def with_a_proxy_without_methods(api: CorsRestApi) -> None:
    things(api)
    api.root.add_proxy(any_method=False)


def with_a_proxy_below(api: CorsRestApi) -> None:
    things(api)
    files = api.root.add_resource("files")
    files.add_resource("list").add_method("GET", http())
    files.add_proxy(default_integration=http(), any_method=False).add_method("PUT", http())


def with_bare_resources(api: CorsRestApi) -> None:
    stack = Stack.of(api)
    names: dict[str, Any] = {"rest_api_id": api.rest_api_id}
    top = apigateway.CfnResource(stack, "Top", parent_id=api.rest_api_root_resource_id, path_part="top", **names)
    for number in range(4):
        bare = apigateway.CfnResource(stack, f"Bare{number}", parent_id=top.ref, path_part=f"bare-{number}", **names)
        apigateway.CfnMethod(stack, f"Get{number}", http_method="GET", resource_id=bare.ref, **names)
    # Which forbids a {proxy+} at the root.
    apigateway.CfnResource(stack, "Id", parent_id=api.rest_api_root_resource_id, path_part="{id}", **names)


def with_a_handle(api: CorsRestApi) -> None:
    handle = apigateway.RestApi.from_rest_api_attributes(
        Stack.of(api), "Handle", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
    )
    things(api)
    handle.root.add_resource("{other}")


TREES: Final[dict[Fill, dict[str, str]]] = {
    things: {"/{proxy+}": "DELETE GET"},
    with_a_root: {"/": "POST", "/{proxy+}": "DELETE GET"},
    with_any: {"/any": "DELETE GET HEAD PATCH POST PUT", "/{proxy+}": "DELETE GET"},
    with_a_variable_at_the_root: {"/{tenant}": "GET PUT", "/{tenant}/{proxy+}": "GET"},
    with_a_proxy: {"/": "DELETE GET HEAD PATCH POST PUT", "/{proxy+}": "DELETE GET HEAD PATCH POST PUT"},
    with_a_proxy_for_one_verb: {"/": "PATCH", "/{proxy+}": "DELETE GET PATCH"},
    with_a_proxy_without_methods: {"/{proxy+}": "DELETE GET"},
    with_a_proxy_below: {"/{proxy+}": "DELETE GET", "/files/{proxy+}": "GET PUT"},
    with_bare_resources: {"/top/{proxy+}": "GET"},
    with_a_handle: {
        "/{other}": "GET",
        **{f"/thing-{number}/{{id}}": "DELETE" for number in range(5)},
    },
}


def errors_in(template: Template) -> list[str]:
    return [str(it) for it in check(read_template(template)) if it.rule.severity is Severity.ERROR]


TREE = pytest.mark.parametrize("fill", [pytest.param(fill, id=fill.__name__.replace("_", " ")) for fill in TREES])


@TREE
def test_the_plan_is_carried_out(fill: Fill) -> None:
    api = shared(fill)
    assert {path: " ".join(api.preflight(path).allowed_methods) for path in api.preflights} == TREES[fill]
    for path in api.preflights:
        properties = api.preflight(path).properties
        assert properties["Integration"]["Type"] == "MOCK"
        assert properties["AuthorizationType"] == "NONE"
        assert properties["ApiKeyRequired"] is False


@TREE
@pytest.mark.parametrize("policy", [POLICY, SEVERAL], ids=["one origin", "several origins"])
def test_a_page_may_do_whatever_the_api_can(fill: Fill, policy: CorsPolicy) -> None:
    browser = Browser.on(shared(fill, cors=policy).template, backend=_answering(policy), origin=ORIGIN)
    methods = [method for method in browser.gateway.api.methods if method.verb != "OPTIONS"]
    for method in methods:
        verb, path = method.verb.replace("ANY", "PATCH"), re.sub(r"\{.*?\}", "7", method.path)
        headers = {"x-api-key": browser.key("web")}
        verdict = browser.fetch(verb, path, headers=headers)
        assert verdict.allowed, verdict
        assert [exchange.request.method for exchange in verdict.exchanges] == ["OPTIONS", verb]
        stranger = browser.fetch(verb, path, headers=headers, origin="https://stranger.example.net")
        assert not stranger.allowed, stranger


def _answering(policy: CorsPolicy) -> Callable[[Request], Response]:
    return lambda request: Response(200, policy.headers_for(request.headers.get("origin", "")))


@TREE
def test_the_checker_finds_nothing_wrong(fill: Fill) -> None:
    template = shared(fill).template
    assert errors_in(template) == []


@TREE
def test_there_are_no_more_resources_than_with_an_options_each(fill: Fill) -> None:
    own, less = shared(fill, Preflight.PER_RESOURCE).template["Resources"], shared(fill).template["Resources"]
    assert len(less) < len(own)


@TREE
def test_what_stays_keeps_its_logical_id(fill: Fill) -> None:
    own, less = shared(fill, Preflight.PER_RESOURCE), shared(fill)
    both = own.ids.keys() & less.ids.keys()
    assert own.working == less.working <= both
    assert {name: own.ids[name] for name in both} == {name: less.ids[name] for name in both}
    kinds = {name: one["Type"] for name, one in own.template["Resources"].items()}
    gone = kinds.keys() - less.template["Resources"].keys()
    assert {kinds[name] for name in gone} <= {"AWS::ApiGateway::Method", "AWS::ApiGateway::Deployment"}


@TREE
def test_the_deployment_waits_for_all_methods_and_is_another_one(fill: Fill) -> None:
    own, less = shared(fill, Preflight.PER_RESOURCE), shared(fill)
    assert set(less.ids.values()) <= less.deployed_after
    assert own.deployment_id != less.deployment_id


@given(methods=METHODS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_tree_each_method_is_allowed_by_the_options_that_its_preflight_reaches(methods: list[Method]) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, preflight=Preflight.SHARED)
        api.add_client("web")
        builder = Builder(api)
        for method in methods:
            builder.add(method)

    template = synthesize(build)
    gateway = Gateway.from_template(template)
    assert {method.name for method in gateway.api.methods if method.verb != "OPTIONS"} == {it.name for it in methods}
    for method in methods:
        verb = method.verb.replace("ANY", "PUT")
        path = "/" + "/".join(method.path).replace("{id}", "7")
        answer = gateway(Request("OPTIONS", path, {"Origin": ORIGIN, "Access-Control-Request-Method": verb}))
        assert answer.status == 204
        assert verb in answer.headers["access-control-allow-methods"].split(",")
    assert errors_in(template) == []


def test_an_api_of_one_path_gets_no_more_than_that() -> None:
    api = shared(lambda api: api.root.add_resource("a").add_method("GET", http()))
    assert set(api.methods) == {"GET /a", "OPTIONS /a"}


def test_a_branch_has_its_own_pair() -> None:
    def fill(api: CorsRestApi) -> None:
        things(api)
        admin = api.root.add_resource("admin")
        admin.add_method("PUT", http())
        for name in ("a", "b", "c"):
            admin.add_resource(name).add_method("PATCH", http())
        cors_for(admin, ELSEWHERE)

    api = shared(fill)
    assert api.preflights == {"/{proxy+}", "/admin", "/admin/{proxy+}"}
    gateway = Gateway.from_template(api.template)
    for path, origin in {"/thing-1": ORIGIN, "/admin": OTHER_ORIGIN, "/admin/b": OTHER_ORIGIN}.items():
        answer = gateway(Request("OPTIONS", path, {"Origin": origin, "Access-Control-Request-Method": "GET"}))
        assert answer.headers["access-control-allow-origin"] == origin


def test_an_options_of_the_apps_own_stays_and_answers_for_its_path_alone() -> None:
    def fill(api: CorsRestApi) -> None:
        things(api)
        files = api.root.add_resource("files")
        files.add_proxy(default_integration=http(), any_method=False).add_method("OPTIONS", http())
        files.add_resource("list").add_method("GET", http())

    api = shared(fill)
    assert api.preflights == {"/{proxy+}", "/files/{proxy+}", "/files/list"}
    assert api.preflight("/files/list").allowed_methods == ["GET"]


def test_a_closed_options_of_the_apps_own_is_an_error() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, preflight=Preflight.SHARED)
        things(api)
        api.root.add_resource("own").add_method("OPTIONS", http(), api_key_required=True)

    with pytest.raises(RuntimeError, match=re.escape("OPTIONS /own, which the app made at Stack/Api/Default/own")):
        synthesize(build)


def test_defaults_of_a_resource_do_not_reach_the_options_that_is_made() -> None:
    def build(stack: Stack) -> None:
        backend = apigateway.HttpIntegration("https://backend.example.com")
        options = apigateway.MethodOptions(
            authorization_type=apigateway.AuthorizationType.IAM,
            request_parameters={"method.request.header.X-Tenant": True},
            method_responses=[apigateway.MethodResponse(status_code="201")],
        )
        things(cors_api(stack, preflight=Preflight.SHARED, default_integration=backend, default_method_options=options))

    api = Api(synthesize(build))
    properties = api.preflight("/{proxy+}").properties
    assert properties["Integration"]["Type"] == "MOCK"
    assert properties["AuthorizationType"] == "NONE"
    assert properties["ApiKeyRequired"] is False
    assert [response["StatusCode"] for response in properties["MethodResponses"]] == ["204"]
    assert not properties.get("RequestParameters")


def test_a_resource_whose_children_the_cdk_gives_preflights_gets_no_second_one() -> None:
    def fill(api: CorsRestApi) -> None:
        elsewhere = api.root.add_resource(
            "elsewhere", default_cors_preflight_options=apigateway.CorsOptions(allow_origins=[ORIGIN])
        )
        stack = Stack.of(api)
        for number in range(4):
            bare = apigateway.CfnResource(
                stack,
                f"Bare{number}",
                rest_api_id=api.rest_api_id,
                parent_id=elsewhere.resource_id,
                path_part=f"{number}",
            )
            apigateway.CfnMethod(
                stack, f"Get{number}", http_method="GET", resource_id=bare.ref, rest_api_id=api.rest_api_id
            )
        # So that there is none at the root.
        api.root.add_resource("{id}").add_method("GET", http())

    api = shared(fill)
    assert api.preflights == {"/elsewhere", "/elsewhere/{proxy+}", "/{id}"}
    assert api.preflight("/elsewhere/{proxy+}").allowed_methods == ["GET"]


@jsii.implements(IAspect)
class _AddsProxies:
    """What an app may do after our back: but before the API is completed."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, apigateway.RestApi) and node.root.get_resource("{proxy+}") is None:
            node.root.add_proxy(default_integration=http())


def test_a_proxy_that_an_aspect_adds_is_used() -> None:
    def build(stack: Stack) -> None:
        things(cors_api(stack, preflight=Preflight.SHARED))
        Aspects.of(stack).add(_AddsProxies(), priority=AspectPriority.MUTATING)

    api = Api(synthesize(build))
    assert api.preflights == {"/", "/{proxy+}"}
    assert "ANY /{proxy+}" in api.methods


def test_an_app_is_synthesized_twice_and_nothing_is_made_twice() -> None:
    app = App()
    stack = Stack(app, "Stack")
    things(cors_api(stack, preflight=Preflight.SHARED))
    first = app.synth().get_stack_by_name("Stack").template
    assert app.synth(force=True).get_stack_by_name("Stack").template == first


def test_where_only_deployment_knows_a_path_nothing_is_shared_and_that_is_said() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, preflight=Preflight.SHARED)
        things(api)
        part = apigateway.CfnResource(
            stack,
            "Resource",
            rest_api_id=api.rest_api_id,
            parent_id=api.rest_api_root_resource_id,
            path_part=Aws.REGION,
        )
        apigateway.CfnMethod(stack, "Method", http_method="GET", resource_id=part.ref, rest_api_id=api.rest_api_id)

    (warning,) = warnings_with("cors-constructs:preflights-not-shared", build)
    assert "where the resource of Stack/Resource is only deployment knows" in warning.text
    assert len(Api(synthesize(build)).preflights) == 11


def test_what_was_saved_is_told_in_one_line_and_only_where_asked_for() -> None:
    def infos(preflight: Preflight) -> list[str]:
        app = App()
        stack = Stack(app, "Stack")
        things(cors_api(stack, preflight=preflight))
        told = app.synth().get_stack_by_name("Stack").messages
        return [str(it.entry.data) for it in told if it.level.value.lower() == "info"]

    assert infos(Preflight.PER_RESOURCE) == []
    assert infos(Preflight.SHARED) == [
        "cors-constructs saves 8 CloudFormation resources: 8 by sharing preflights (1 OPTIONS left)."
    ]


def test_preflights_are_throttled_where_they_are() -> None:
    api = shared(with_a_root, preflight_throttle=Throttle(rate=5, burst=10))
    (stage,) = api.of_type("AWS::ApiGateway::Stage").values()
    limited = {setting["ResourcePath"] for setting in stage["Properties"]["MethodSettings"]}
    assert limited == {"/", "/~1{proxy+}"}


def test_in_a_nested_stack_and_in_two_apis_of_one_app() -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Stack")
        for name in ("One", "Two"):
            things(cors_api(stack, name, preflight=Preflight.SHARED))

    template = synthesize_app(build)["Stack"]
    for logical_id in [name for name, it in template["Resources"].items() if it["Type"] == "AWS::ApiGateway::RestApi"]:
        assert Api(template, logical_id).preflights == {"/{proxy+}"}


def test_from_the_cdks_own_preflights_to_shared_ones_nothing_is_replaced() -> None:
    def plain(stack: Stack) -> None:
        cors = apigateway.CorsOptions(allow_origins=[ORIGIN], max_age=Duration.hours(2))
        things(apigateway.RestApi(stack, "Api", default_cors_preflight_options=cors))  # type: ignore[arg-type]

    before, after = synthesize(plain)["Resources"], shared(things).template["Resources"]
    kept = before.keys() & after.keys()
    assert {name for name, it in before.items() if name not in kept} <= {
        name for name, it in before.items() if it["Type"] in {"AWS::ApiGateway::Method", "AWS::ApiGateway::Deployment"}
    }
    for name in kept:
        assert before[name]["Type"] == after[name]["Type"]


def over_the_cdks_own(*, extra: Callable[[apigateway.RestApi], object] = lambda _: None) -> Template:
    """What `EnableCors` makes of an API that has preflights of the CDK's."""

    def build(stack: Stack) -> None:
        cors = apigateway.CorsOptions(allow_origins=["*"])
        api = apigateway.RestApi(stack, "Api", default_cors_preflight_options=cors)
        things(api)  # type: ignore[arg-type]
        extra(api)
        enable = EnableCors(POLICY, keys_managed_elsewhere=True, preflight=Preflight.SHARED)
        Aspects.of(stack).add(enable)

    return synthesize(build)


def test_those_of_the_cdk_are_dropped_where_a_shared_one_answers() -> None:
    template = over_the_cdks_own()
    api = Api(template)
    assert api.preflights == {"/{proxy+}"}
    assert api.methods.keys() == shared(things).methods.keys()
    assert api.deployed_after <= template["Resources"].keys()
    assert [it for it in errors_in(template) if "CORS401" not in it] == []  # a plan is made elsewhere


def test_one_of_the_cdk_that_is_needed_keeps_its_logical_id_and_says_what_the_policy_says() -> None:
    def proxy(api: apigateway.RestApi) -> None:
        api.root.add_proxy(any_method=False).add_method("PATCH", http())

    api = Api(over_the_cdks_own(extra=proxy))
    assert api.preflights == {"/", "/{proxy+}"}
    assert (api.ids["OPTIONS /"], api.ids["OPTIONS /{proxy+}"]) == ("ApiOPTIONS5886EA5D", "ApiproxyOPTIONS230BB97B")
    assert api.preflight("/{proxy+}").headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert api.preflight("/{proxy+}").allowed_methods == ["DELETE", "GET", "PATCH"]


def test_what_waits_for_one_that_is_dropped_waits_for_nothing_instead() -> None:
    def waiting(api: apigateway.RestApi) -> None:
        for number, depth in enumerate((0, 1)):
            options = api.root.get_resource("thing-1").node.find_child("OPTIONS")  # type: ignore[union-attr]
            wanted = [options, options.node.default_child][depth]
            assert wanted is not None
            CfnResource(Stack.of(api), f"After{number}", type="AWS::SNS::Topic").node.add_dependency(wanted)

    resources = over_the_cdks_own(extra=waiting)["Resources"]
    assert resources["After0"] == resources["After1"] == {"Type": "AWS::SNS::Topic"}


def test_one_of_the_cdk_that_stands_in_a_template_brought_in_stays(tmp_path: Path) -> None:
    def plain(stack: Stack) -> None:
        cors = apigateway.CorsOptions(allow_origins=["*"])
        things(apigateway.RestApi(stack, "Api", default_cors_preflight_options=cors))  # type: ignore[arg-type]

    before = {"Resources": synthesize(plain)["Resources"]}

    def build(stack: Stack) -> None:
        included(stack, before, tmp_path)
        Aspects.of(stack).add(EnableCors(POLICY, keys_managed_elsewhere=True, preflight=Preflight.SHARED))

    api = Api(synthesize(build))
    assert api.preflights == Api(before).preflights
    assert {api.preflight(path).headers["Access-Control-Allow-Origin"] for path in api.preflights} == {f"'{ORIGIN}'"}


@pytest.mark.parametrize("value", ["shared", None, True])
def test_a_preflight_of_another_kind_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(f"preflight takes a Preflight, not {value!r}: write Preflight.SHA")):
        cors_api(Stack(App(), "Stack"), preflight=value)


def imported(stack: Stack, **arguments: Any) -> ImportedRestApi:
    return CorsRestApi.from_attributes(
        stack,
        "Imported",
        **{
            "rest_api_id": "abc123",
            "root_resource_id": "root456",
            "cors": POLICY,
            "preflight": Preflight.SHARED,
            **arguments,
        },
    )


@pytest.mark.parametrize("path", ["/", "/shop", "/shops/{shop}"])
def test_an_import_shares_below_what_is_its_root(path: str) -> None:
    def build(stack: Stack) -> None:
        things(imported(stack, path=path))

    template = synthesize(build)
    (new,) = (name for name, it in template["Resources"].items() if it["Properties"].get("PathPart") == "{proxy+}")
    assert template["Resources"][new]["Properties"]["ParentId"] == "root456"
    (options,) = (
        it["Properties"] for it in template["Resources"].values() if it["Properties"].get("HttpMethod") == "OPTIONS"
    )
    assert options["ResourceId"] == {"Ref": new}


def test_what_is_added_in_another_stack_has_its_own_and_forbids_a_proxy_beside_a_variable() -> None:
    def build(app: App) -> None:
        api = cors_api(Stack(app, "Whole"), preflight=Preflight.SHARED)
        things(api)
        elsewhere = imported(
            Stack(app, "Part"),
            rest_api_id=api.rest_api_id,
            root_resource_id=api.rest_api_root_resource_id,
            preflight=Preflight.PER_RESOURCE,
            deploy=False,
        )
        elsewhere.root.add_resource("{id}").add_method("GET", http())

    templates = synthesize_app(build)
    assert Api(templates["Whole"]).preflights == {f"/thing-{number}{below}" for number in range(5) for below in BOTH}
    made = [it["Properties"] for it in templates["Part"]["Resources"].values()]
    assert [it["HttpMethod"] for it in made if "HttpMethod" in it] == ["GET", "OPTIONS"]
