"""`EnableCors` on APIs of the CDK's: whoever built them, pages can call them with a key, and ask first without one."""

import re
from collections.abc import Callable
from typing import Any, Final

import aws_cdk
import constructs
import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, ErrorResponses, Preflight, Throttle, cors_for
from cors_constructs.cdk.verification import aspects_about
from cors_constructs.simulate import Outcome

from .existing import (
    an_output,
    as_aspect,
    enabled,
    errors_in,
    http,
    ids,
    in_app,
    lambda_api,
    outcome,
    plain_preflights,
    rest_api,
    seen,
    solutions_construct,
    spec_api,
    step_functions_api,
)
from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Api,
    Template,
    cors_api,
    messages,
    mock,
    of_type,
    synth_error,
    synthesize,
    synthesize_app,
    warnings_with,
)
from .test_last_look import EachTime, free_all

Build = Callable[[Stack], object]

OTHER_POLICY: Final = CorsPolicy(allow_origins=[OTHER_ORIGIN])
mixins = pytest.mark.skipif(not hasattr(constructs, "IMixin"), reason="this version of constructs has no mixins")


def mixed_in(scope: Any, enable: EnableCors) -> None:
    aws_cdk.Mixins.of(scope).apply(enable)


def mixed_by_with(scope: Any, enable: EnableCors) -> None:
    scope.with_(enable)


WAYS: Final = [
    pytest.param(mixed_in, id="mixin", marks=mixins),
    pytest.param(mixed_by_with, id="with", marks=mixins),
    pytest.param(as_aspect, id="aspect"),
]
every_way = pytest.mark.parametrize("apply", WAYS)
Apply = Callable[[Any, EnableCors], None]


class TestEveryWayToApplyIt:
    @every_way
    def test_reaches_an_api_from_the_app(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            apply(stack.node.root, EnableCors(POLICY))

        assert seen(synthesize(build)) == [204, 200]

    @every_way
    def test_reaches_an_api_from_its_stack(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            apply(stack, EnableCors(POLICY))

        assert seen(synthesize(build)) == [204, 200]

    @every_way
    def test_reaches_the_api_itself_and_no_other(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            apply(rest_api(stack), EnableCors(POLICY))
            apigateway.RestApi(stack, "Other").root.add_method("GET", mock())

        template = synthesize(build)
        one, other = of_type(template, "AWS::ApiGateway::RestApi")
        assert Api(template, one).preflights == {"/users"}
        assert Api(template, other).preflights == set()

    @every_way
    def test_gives_the_same_template_as_every_other(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            apply(stack, EnableCors(POLICY))

        assert synthesize(build)["Resources"] == enabled(rest_api)["Resources"]

    @every_way
    def test_twice_is_as_good_as_once(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            enable = EnableCors(POLICY)
            apply(stack, enable)
            apply(stack.node.root, enable)
            as_aspect(stack, enable)

        assert synthesize(build)["Resources"] == enabled(rest_api)["Resources"]

    @every_way
    def test_a_stage_of_the_app_too(self, apply: Apply) -> None:
        def build(app: App) -> None:
            stage = aws_cdk.Stage(app, "Prod")
            rest_api(Stack(stage, "Stack"))
            apply(stage, EnableCors(POLICY))

        (template,) = synthesize_app(build).values()
        assert seen(template) == [204, 200]


@mixins
def test_a_mixin_on_an_app_reaches_into_its_stages() -> None:
    def build(app: App) -> None:
        rest_api(Stack(aws_cdk.Stage(app, "Prod"), "Stack"))
        mixed_in(app, EnableCors(POLICY))

    (template,) = synthesize_app(build).values()
    assert seen(template) == [204, 200]


def test_an_aspect_reaches_what_is_added_after_it() -> None:
    def build(stack: Stack) -> None:
        as_aspect(stack, EnableCors(POLICY))
        rest_api(stack).root.add_resource("late").add_method("GET", http())

    template = synthesize(build)
    assert seen(template) == seen(template, "/late") == [204, 200]


@pytest.mark.parametrize("stabilized", [True, False])
def test_an_api_that_another_aspect_makes_is_completed(stabilized: bool) -> None:
    import jsii  # noqa: PLC0415
    from aws_cdk import Aspects, IAspect  # noqa: PLC0415

    @jsii.implements(IAspect)
    class Maker:
        def visit(self, node: Any) -> None:
            if isinstance(node, Stack) and node.node.try_find_child("Api") is None:
                rest_api(node)

    def build(stack: Stack) -> None:
        Aspects.of(stack).add(Maker())
        as_aspect(stack, EnableCors(POLICY))

    template = synthesize(build, {"@aws-cdk/core:aspectStabilization": stabilized})
    assert seen(template) == [204, 200]


KINDS: Final[dict[str, tuple[Callable[[Stack], object], str]]] = {
    "rest-api": (rest_api, "/users"),
    "lambda-api": (lambda_api, "/"),
    "lambda-api-below-the-root": (lambda_api, "/users/17"),
    "lambda-api-with-preflights-of-the-cdk": (lambda stack: lambda_api(stack, **plain_preflights()), "/users"),
    "spec-api": (spec_api, "/users"),
}


class TestEveryKindOfApi:
    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_lets_a_page_call_with_a_key_and_ask_without(self, build: Build, path: str) -> None:
        template = enabled(build)
        assert seen(template, path) == [204, 200]

    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_shows_the_page_that_its_key_is_wrong(self, build: Build, path: str) -> None:
        assert seen(enabled(build), path, key="") == [204, 403]

    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_tells_a_stranger_nothing(self, build: Build, path: str) -> None:
        several = POLICY.evolve(allow_origins=[ORIGIN, OTHER_ORIGIN])
        template = enabled(build, several)
        assert outcome(template, path, origin="https://evil.test") is Outcome.PREFLIGHT_ORIGIN_MISSING

    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_was_shut_before(self, build: Build, path: str) -> None:
        assert outcome(synthesize(build), path) is not Outcome.ALLOWED

    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_keeps_its_logical_ids(self, build: Build, path: str) -> None:  # noqa: ARG002
        assert ids(synthesize(build)) <= ids(enabled(build))

    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_comes_out_clean(self, build: Build, path: str) -> None:  # noqa: ARG002
        assert errors_in(enabled(build)) == []

    @pytest.mark.parametrize(("build", "path"), KINDS.values(), ids=list(KINDS))
    def test_is_deployed_anew_when_the_policy_changes_and_not_otherwise(self, build: Build, path: str) -> None:  # noqa: ARG002
        one, again, other = (
            Api(template).deployment_id
            for template in (enabled(build), enabled(build), enabled(build, POLICY.evolve(max_age=60)))
        )
        assert one == again != other

    def test_step_functions_answers_preflights(self) -> None:
        template = enabled(step_functions_api)
        assert Api(template).keyed == {"ANY /"}
        assert Api(template).preflight("/").headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
        # What its integration answers is the app's, as with any integration that is no proxy.
        assert all("CORS511" in finding for finding in errors_in(template))

    def test_a_solutions_construct_keeps_its_iam_and_frees_the_preflight(self) -> None:
        template = enabled(solutions_construct, keyless=["ANY /"])
        api = Api(template)
        assert {name: it["AuthorizationType"] for name, it in api.methods.items()} == {
            "ANY /": "AWS_IAM",
            "ANY /{proxy+}": "AWS_IAM",
            "OPTIONS /": "NONE",
            "OPTIONS /{proxy+}": "NONE",
        }
        assert api.keyed == {"ANY /{proxy+}"}
        assert errors_in(template) == []


class TestPreflightsOfTheCdk:
    def test_say_what_the_policy_says_and_keep_their_ids(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack, **plain_preflights())

        before, after = Api(synthesize(build)), Api(enabled(build))
        assert {name: it for name, it in before.ids.items() if name.startswith("OPTIONS")} == {
            name: it for name, it in after.ids.items() if name.startswith("OPTIONS")
        }
        preflight = after.preflight("/users")
        assert preflight.headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
        assert preflight.allowed_methods == ["GET"]
        assert set(before.ids.values()) <= after.deployed_after

    def test_choose_among_several_origins(self) -> None:
        template = enabled(
            lambda stack: rest_api(stack, **plain_preflights()), POLICY.evolve(allow_origins=[ORIGIN, OTHER_ORIGIN])
        )
        assert outcome(template, origin="https://old.example.com") is Outcome.PREFLIGHT_ORIGIN_MISSING
        assert "old.example.com" not in str(template)
        assert errors_in(template) == []

    def test_where_nothing_is_there_allow_nothing_but_let_the_answer_be_read(self) -> None:
        template = enabled(lambda stack: rest_api(stack, **plain_preflights()))
        assert Api(template).preflight("/").allowed_methods == ["OPTIONS"]
        assert seen(template, "/") == [204, 403]

    def test_are_freed_of_what_an_aspect_had_them_ask_for(self) -> None:
        def build(stack: Stack) -> None:
            api = rest_api(stack, **plain_preflights())
            for node in api.node.find_all():
                if isinstance(node, apigateway.CfnMethod):
                    node.api_key_required = True
                    node.authorization_type = "AWS_IAM"

        api = Api(enabled(build))
        assert api.keyed == {"GET /users"}
        assert api.methods["OPTIONS /users"]["AuthorizationType"] == "NONE"
        assert api.methods["GET /users"]["AuthorizationType"] == "AWS_IAM"

    @pytest.mark.parametrize(
        "options",
        [{}, {"allow_credentials": True}, {"max_age": aws_cdk.Duration.minutes(5)}, {"expose_headers": ["x-a"]},
         {"allow_origins": ["*"]}, {"status_code": 200}, {"disable_cache": True}, {"allow_origins": ["https://a.test"]}],
        ids=lambda it: next(iter(it), "plain"),
    )  # fmt: skip
    def test_are_known_whatever_they_say(self, options: dict[str, Any]) -> None:
        template = enabled(lambda stack: rest_api(stack, **plain_preflights(**options)))
        preflight = Api(template).preflight("/users")
        assert preflight.headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
        assert preflight.response["StatusCode"] == "204"

    def test_change_the_deployment_when_the_policy_does(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack, **plain_preflights())

        policies = [POLICY, POLICY.evolve(max_age=60)]
        one, other = (Api(enabled(build, it, error_responses=ErrorResponses.NONE)).deployment_id for it in policies)
        assert one != other


class TestPreflightsMadeByHand:
    def test_stay_as_they_are_if_they_are_open(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack).root.get_resource("users").add_method("OPTIONS", mock())  # type: ignore[union-attr]

        before, after = Api(synthesize(build)), Api(enabled(build))
        assert after.methods["OPTIONS /users"] == before.methods["OPTIONS /users"]

    def test_are_an_error_if_they_are_closed(self) -> None:
        def build(stack: Stack) -> None:
            api = rest_api(stack, default_method_options=apigateway.MethodOptions(api_key_required=True))
            api.root.get_resource("users").add_method("OPTIONS", mock())  # type: ignore[union-attr]
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert re.search(r"OPTIONS /users.* at Stack/Api/Default/users/OPTIONS/Resource, asks for a key", error), error


class TestKeys:
    def test_are_asked_for_whatever_the_methods_say(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack).root.add_method("GET", http(), api_key_required=False)

        assert Api(enabled(build)).keyed == {"GET /", "GET /users"}

    def test_a_method_that_said_it_needs_none_is_warned_of(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack).root.add_method("GET", http(), api_key_required=False)
            as_aspect(stack, EnableCors(POLICY))

        (warning,) = warnings_with("cors-constructs:api-key-required-anyway:GET /]", build)
        assert 'keyless=["GET /"]' in warning.text

    def test_are_not_asked_for_by_name(self) -> None:
        assert Api(enabled(rest_api, keyless=["GET /users"])).keyed == set()

    def test_nobody_can_have_are_an_error_without_a_line_that_the_api_lacks(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.RestApi(stack, "Api").root.add_method("GET", http())
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "GET / needs an API key, and no usage plan covers a stage" in error
        assert "add_client" not in error
        assert "plan.add_api_stage" in error

    def test_kept_elsewhere_are_no_matter(self) -> None:
        template = enabled(
            lambda stack: apigateway.RestApi(stack, "Api").root.add_method("GET", http()), keys_managed_elsewhere=True
        )
        assert Api(template).keyed == {"GET /"}

    def test_from_an_authorizer_need_one(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack, api_key_source_type=apigateway.ApiKeySourceType.AUTHORIZER)
            as_aspect(stack, EnableCors(POLICY))

        assert "no Lambda authorizer guards them" in synth_error(build)

    def test_stay_with_the_methods_that_say_so_where_none_are_asked_for(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack).root.add_method("GET", http(), api_key_required=True)

        api = Api(enabled(build, require_api_key=False))
        assert api.keyed == {"GET /"}
        assert api.preflights == {"/", "/users"}

    def test_where_none_are_asked_for_nothing_is_said_of_keys(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.RestApi(stack, "Api", cloud_watch_role=False).root.add_method("GET", http())
            as_aspect(stack, EnableCors(POLICY, require_api_key=False))

        assert messages(build) == []
        assert Api(synthesize(build)).keyed == set()

    def test_of_which_the_app_asks_for_one_itself_have_to_be_to_be_had(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.RestApi(stack, "Api").root.add_method("GET", http(), api_key_required=True)
            as_aspect(stack, EnableCors(POLICY, require_api_key=False))

        assert "GET / needs an API key, and no usage plan" in synth_error(build)

    @pytest.mark.parametrize("stabilized", [True, False])
    def test_hold_whatever_an_aspect_does_before(self, stabilized: bool) -> None:
        def build(stack: Stack) -> None:
            as_aspect(stack, EnableCors(POLICY))
            rest_api(stack)
            aws_cdk.Aspects.of(stack).add(EachTime(free_all))

        api = Api(synthesize(build, {"@aws-cdk/core:aspectStabilization": stabilized}))
        assert api.keyed == {"GET /users"}

    def test_that_an_aspect_takes_off_later_are_missed(self) -> None:
        def build(stack: Stack) -> None:
            api = rest_api(stack)
            as_aspect(stack, EnableCors(POLICY))
            Construct(stack, "Last")

            def free_api(node: Any) -> None:
                if node.node.id == "Last":
                    for method in api.node.find_all():
                        free_all(method)

            aws_cdk.Aspects.of(stack).add(EachTime(free_api))

        assert "GET /users lost its key to an aspect" in synth_error(build)


class TestNamesInKeyless:
    @staticmethod
    def two_apis(keyless: list[str]) -> Build:
        def build(stack: Stack) -> None:
            rest_api(stack)
            apigateway.RestApi(stack, "Other").root.add_resource("health").add_method("GET", http())
            as_aspect(stack, EnableCors(POLICY, keyless=keyless, keys_managed_elsewhere=True))

        return build

    def test_need_to_be_of_one_of_the_apis_only(self) -> None:
        template = synthesize(self.two_apis(["GET /health", "GET /users"]))
        for api in of_type(template, "AWS::ApiGateway::RestApi"):
            assert Api(template, api).keyed == set()

    def test_that_none_of_them_has_are_an_error_that_says_so_once(self) -> None:
        error = synth_error(self.two_apis(["GET /helth"]))
        assert error.count("keyless names 'GET /helth', and there is no such method") == 1
        assert "Did you mean 'GET /health' or 'GET /users'?" in error

    def test_are_looked_for_in_all_stages_together(self) -> None:
        def build(app: App) -> None:
            enable = EnableCors(POLICY, keyless=["GET /users", "GET /health"])
            for name, path in (("One", "users"), ("Two", "health")):
                stage = aws_cdk.Stage(app, name)
                apigateway.RestApi(Stack(stage, "Stack"), "Api").root.add_resource(path).add_method("GET", http())
                as_aspect(stage, enable)

        assert len(synthesize_app(build)) == 2


class TestAScope:
    @every_way
    def test_without_any_api_is_an_error_that_names_it(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            empty = Construct(stack, "Empty")
            Construct(empty, "Inner")
            apply(empty, EnableCors(POLICY))

        assert "EnableCors was applied to Stack/Empty, and there is no REST API in it" in synth_error(build)

    @every_way
    def test_that_is_the_whole_app_is_named_as_that(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            apply(stack.node.root, EnableCors(POLICY))

        assert "EnableCors was applied to the app, and there is no REST API in it" in synth_error(build)

    @every_way
    def test_that_is_some_other_construct_is_an_error(self, apply: Apply) -> None:
        def build(stack: Stack) -> None:
            apply(an_output(stack), EnableCors(POLICY))

        assert "EnableCors was applied to Stack/Output, and there is no REST API in it" in synth_error(build)

    @mixins
    def test_that_gets_an_api_after_a_mixin_was_applied_is_an_error_that_names_both(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.RestApi(stack, "First").root.add_method("GET", http())
            mixed_in(stack, EnableCors(POLICY, keys_managed_elsewhere=True))
            rest_api(stack, "Second")

        error = synth_error(build)
        assert "EnableCors was applied to Stack before Stack/Second was made there" in error
        assert "Aspects.of(scope).add" in error

    @mixins
    def test_to_which_the_mixin_is_applied_again_is_all_right(self) -> None:
        def build(stack: Stack) -> None:
            enable = EnableCors(POLICY)
            mixed_in(stack, enable)
            rest_api(stack)
            mixed_in(stack, enable)

        assert seen(synthesize(build)) == [204, 200]

    @mixins
    @pytest.mark.parametrize(
        "selector",
        [
            lambda: aws_cdk.ConstructSelector.by_id("Api"),
            lambda: aws_cdk.ConstructSelector.resources_of_type("AWS::ApiGateway::RestApi"),
        ],
        ids=["by-id", "by-type"],
    )
    def test_may_be_a_selection(self, selector: Callable[[], Any]) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            aws_cdk.Mixins.of(stack, selector()).apply(EnableCors(POLICY))

        assert seen(synthesize(build)) == [204, 200]

    @mixins
    def test_whose_selection_has_no_api_is_an_error(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            aws_cdk.Mixins.of(stack, aws_cdk.ConstructSelector.by_id("users")).apply(EnableCors(POLICY))

        assert "there is no REST API in it" in synth_error(build)

    def test_whose_stages_an_aspect_does_not_reach_is_an_error(self) -> None:
        def build(app: App) -> None:
            rest_api(Stack(aws_cdk.Stage(app, "Prod"), "Stack"))
            as_aspect(app, EnableCors(POLICY))

        error = synth_error(in_app(build))
        assert "do not reach into a Stage, so it does nothing for Prod/Stack/Api" in error
        assert "Add it to each Stage (Prod)" in error

    def test_of_apis_with_policies_of_their_own_is_all_right(self) -> None:
        def build(stack: Stack) -> None:
            cors_api(stack).root.add_method("GET", mock())
            as_aspect(stack, EnableCors(OTHER_POLICY))

        assert Api(synthesize(build)).preflight("/").headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"


class TestSeveralPolicies:
    def test_in_one_app_are_each_for_their_own(self) -> None:
        def build(stack: Stack) -> None:
            as_aspect(rest_api(stack), EnableCors(POLICY))
            other = apigateway.RestApi(stack, "Other")
            other.root.add_method("GET", http())
            as_aspect(other, EnableCors(OTHER_POLICY, require_api_key=False))

        template = synthesize(build)
        one, other = of_type(template, "AWS::ApiGateway::RestApi")
        assert f"'{ORIGIN}'" in str(Api(template, one).preflight("/users").headers)
        assert f"'{OTHER_ORIGIN}'" in str(Api(template, other).preflight("/").headers)
        assert Api(template, other).keyed == set()

    def test_for_one_api_are_an_error_that_names_it_and_both(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            as_aspect(stack.node.root, EnableCors(POLICY))
            as_aspect(stack, EnableCors(OTHER_POLICY, keyless=["GET /users"]))

        error = synth_error(build)
        assert "EnableCors was applied to Stack/Api twice" in error
        assert f"allow_origins=['{ORIGIN}'], keyless=[] (at the app)" in error
        assert f"allow_origins=['{OTHER_ORIGIN}'], keyless=['GET /users'] (at Stack)" in error

    def test_that_say_the_same_are_one(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            as_aspect(stack.node.root, EnableCors(POLICY))
            as_aspect(stack, EnableCors(CorsPolicy(allow_origins=[ORIGIN])))

        assert synthesize(build)["Resources"] == enabled(rest_api)["Resources"]

    def test_may_be_those_of_branches(self) -> None:
        def build(stack: Stack) -> None:
            api = rest_api(stack)
            admin = api.root.add_resource("admin")
            admin.add_method("GET", http())
            as_aspect(stack, EnableCors(POLICY))
            cors_for(admin, OTHER_POLICY)

        api = Api(synthesize(build))
        assert f"'{OTHER_ORIGIN}'" in str(api.preflight("/admin").headers)
        assert f"'{ORIGIN}'" in str(api.preflight("/users").headers)


def imported_api(stack: Stack) -> apigateway.IRestApi:
    return apigateway.RestApi.from_rest_api_attributes(
        stack, "Imported", rest_api_id="abc123", root_resource_id="root1"
    )


class TestImportedApis:
    def test_get_preflights_and_keys_for_what_is_added_to_them(self) -> None:
        def build(stack: Stack) -> None:
            api = imported_api(stack)
            api.root.add_resource("users").add_method("GET", http())
            apigateway.Deployment(stack, "Deployment", api=api)

        template = enabled(build)
        methods = {it["Properties"]["HttpMethod"]: it["Properties"] for it in _methods(template)}
        assert methods["GET"]["ApiKeyRequired"] is True
        assert methods["OPTIONS"]["ApiKeyRequired"] is False
        assert of_type(template, "AWS::ApiGateway::GatewayResponse") == {}
        (deployment,) = of_type(template, "AWS::ApiGateway::Deployment").values()
        assert set(of_type(template, "AWS::ApiGateway::Method")) <= set(deployment["DependsOn"])

    @pytest.mark.parametrize(
        "imported",
        [
            imported_api,
            lambda stack: apigateway.RestApi.from_rest_api_id(stack, "ById", "abc123"),
            lambda stack: apigateway.RestApi.from_rest_api_id(stack, "ById", aws_cdk.Fn.import_value("TheirApi")),
        ],
        ids=["by-attributes", "by-id", "by-an-import"],
    )
    def test_warn_that_the_rest_cannot_be_changed(self, imported: Build) -> None:
        def build(stack: Stack) -> None:
            imported(stack)
            as_aspect(stack, EnableCors(POLICY))

        (warning,) = warnings_with("cors-constructs:imported-api", build)
        assert "CorsRestApi.from_attributes(..., cors=...)" in warning.text

    def test_of_the_same_stack_are_the_api_itself(self) -> None:
        def build(stack: Stack) -> None:
            api = rest_api(stack)
            handle = apigateway.RestApi.from_rest_api_attributes(
                stack, "Handle", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
            )
            handle.root.add_resource("orders").add_method("GET", http())

        template = enabled(build)
        assert seen(template, "/orders") == seen(template) == [204, 200]
        assert set(Api(template).ids.values()) <= Api(template).deployed_after


def _methods(template: Template) -> list[dict[str, Any]]:
    return list(of_type(template, "AWS::ApiGateway::Method").values())


class TestTheRestOfWhatItTakes:
    def test_one_preflight_for_the_whole_api(self) -> None:
        def build(stack: Stack) -> None:
            api = rest_api(stack)
            api.root.add_resource("orders").add_method("GET", http())

            api.root.add_resource("prices").add_method("GET", http())

        template = enabled(build, preflight=Preflight.SHARED)
        assert Api(template).preflights == {"/{proxy+}"}
        assert seen(template) == seen(template, "/orders") == [204, 200]

    def test_a_throttle_for_preflights_new_and_replaced(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack, **plain_preflights()).root.add_method("GET", http())

        template = enabled(build, preflight_throttle=Throttle(rate=50, burst=100))
        (stage,) = of_type(template, "AWS::ApiGateway::Stage").values()
        settings = {it["ResourcePath"]: it for it in stage["Properties"]["MethodSettings"]}
        assert {path: (it["ThrottlingRateLimit"], it["ThrottlingBurstLimit"]) for path, it in settings.items()} == {
            "/": (50, 100),
            "/~1users": (50, 100),
        }

    def test_no_headers_on_errors(self) -> None:
        assert Api(enabled(rest_api, error_responses=ErrorResponses.NONE)).errors == {}

    def test_a_gateway_response_of_the_apps_own_gets_the_headers(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack).add_gateway_response("Slow", type=apigateway.ResponseType.THROTTLED)

        assert Api(enabled(build)).errors["THROTTLED"]["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"

    def test_the_policy_can_be_asked_for(self) -> None:
        assert EnableCors(POLICY).cors == POLICY

    @pytest.mark.parametrize(
        ("said", "error", "told"),
        [
            ({"cors": "https://app.example.com"}, TypeError, r'write cors=CorsPolicy\(allow_origins=\["https://app'),
            ({"require_api_key": "no"}, TypeError, "require_api_key takes True or False, not 'no'"),
            ({"keyless": "GET /health"}, TypeError, "keyless takes a list"),
            ({"keyless": ["health"]}, ValueError, "is not a method and a path"),
            ({"keyless": ["GET /health"], "require_api_key": False}, ValueError, "leave it out"),
            ({"error_responses": "auto"}, TypeError, "write ErrorResponses.AUTO"),
            ({"keys_managed_elsewhere": 1}, TypeError, "keys_managed_elsewhere takes True or False"),
            ({"preflight": "shared"}, TypeError, "write Preflight.SHARED"),
            ({"preflight_throttle": 50}, TypeError, r"write Throttle\(rate=50, burst=100\)"),
            ({"integration_permissions": "all"}, TypeError, '"method" or "api", not \'all\''),
        ],
        ids=lambda it: next(iter(it)) if isinstance(it, dict) else None,
    )
    def test_what_it_cannot_take_is_refused_at_once(
        self, said: dict[str, Any], error: type[Exception], told: str
    ) -> None:
        with pytest.raises(error, match=told):
            EnableCors(**{"cors": POLICY, **said})


@pytest.mark.parametrize(
    ("beside", "allowed"),
    [
        ("{proxy+}", ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        ("{id}", ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        ("other", ["OPTIONS"]),
    ],
    ids=["a-proxy-beside-it", "a-variable-beside-it", "nothing"],
)
def test_on_a_segment_without_methods_the_preflight_is_of_what_serves_it(beside: str, allowed: list[str]) -> None:
    def build(stack: Stack) -> None:
        api = rest_api(stack, **plain_preflights())
        api.root.add_resource("orders").add_resource("open").add_method("GET", http())
        served = api.root.add_resource(beside)
        served.add_method("ANY", http())
        as_aspect(stack, EnableCors(POLICY))
        cors_for(served, OTHER_POLICY)

    preflight = Api(synthesize(build)).preflight("/orders")
    assert preflight.allowed_methods == allowed
    origin = ORIGIN if beside == "other" else OTHER_ORIGIN
    assert preflight.headers["Access-Control-Allow-Origin"] == f"'{origin}'"


def test_an_api_is_completed_once_however_often_the_app_is_synthesized() -> None:
    app = App()
    stack = Stack(app, "Stack")
    rest_api(stack)
    as_aspect(stack, EnableCors(POLICY))
    first = app.synth().get_stack_by_name("Stack").template
    second = app.synth(force=True).get_stack_by_name("Stack").template
    assert first == second
    assert seen(first) == [204, 200]


def test_a_cors_rest_api_keeps_its_warnings_where_it_is_enabled_too() -> None:
    def build(stack: Stack) -> None:
        CorsRestApi(stack, "Api", cors=POLICY, keys_managed_elsewhere=True).root.add_method("GET", mock())
        as_aspect(stack, EnableCors(POLICY))

    assert len(warnings_with("cors-constructs:api-key-is-not-authentication", build)) == 1


def test_it_is_no_aspect_that_might_undo_what_was_completed() -> None:
    stack = Stack(App(), "Stack")
    api = rest_api(stack)
    as_aspect(stack, EnableCors(POLICY))
    aws_cdk.Tags.of(stack).add("team", "web")
    assert not aspects_about(api)
    aws_cdk.Aspects.of(stack).add(EachTime(free_all))
    assert aspects_about(api)


def test_every_problem_of_every_api_is_told_at_once() -> None:
    def build(stack: Stack) -> None:
        for name in ("One", "Two"):
            apigateway.RestApi(stack, name).root.add_method("GET", http())
        as_aspect(stack, EnableCors(POLICY, keyless=["GET /nowhere"]))

    error = synth_error(build)
    assert "[Stack/One] GET / needs an API key" in error
    assert "[Stack/Two] GET / needs an API key" in error
    assert "keyless names 'GET /nowhere'" in error
