"""`cors_by_default`: every `RestApi` made in an app gets the policy, and its code does not change."""

from collections.abc import Callable
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, Stack, Stage
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, cors_by_default

from .existing import as_aspect, enabled, errors_in, http, in_app, lambda_api, plain_preflights, rest_api, seen
from .synthesis import ORIGIN, OTHER_ORIGIN, POLICY, Api, mock, of_type, synth_error, synthesize, synthesize_app

Build = Callable[[Stack], object]

OTHER_POLICY = CorsPolicy(allow_origins=[OTHER_ORIGIN])
injected = pytest.mark.skipif(
    not hasattr(aws_cdk, "PropertyInjectors"), reason="this version of the CDK has no property injectors"
)


def by_default(scope: Any, policy: CorsPolicy = POLICY, **said: Any) -> None:
    aws_cdk.PropertyInjectors.of(scope).add(cors_by_default(policy, **said))


def defaulted(build: Build, policy: CorsPolicy = POLICY, **said: Any) -> dict[str, Any]:
    def both(stack: Stack) -> None:
        by_default(stack.node.root, policy, **said)
        build(stack)

    return synthesize(both)


@injected
class TestEveryApiOfAnApp:
    @pytest.mark.parametrize(
        "build",
        [rest_api, lambda_api, lambda stack: rest_api(stack, **plain_preflights(), description="Users")],
        ids=["rest-api", "lambda-api", "with-preflights-of-the-cdk"],
    )
    def test_is_as_if_it_were_enabled(self, build: Build) -> None:
        template = defaulted(build)
        assert seen(template) == [204, 200]
        assert template["Resources"] == enabled(build)["Resources"]
        assert errors_in(template) == []

    def test_keeps_its_properties(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(
                stack,
                rest_api_name="named",
                binary_media_types=["*/*"],
                endpoint_types=[apigateway.EndpointType.REGIONAL],
                deploy_options=apigateway.StageOptions(stage_name="live", tracing_enabled=True),
                default_method_options=apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM),
                parameters={"a": "b"},
            )

        before, after = synthesize(build)["Resources"], defaulted(build)["Resources"]
        for name, resource in before.items():
            if resource["Type"] in {"AWS::ApiGateway::RestApi", "AWS::IAM::Role"}:
                assert after[name] == resource
        (stage,) = (it["Properties"] for it in after.values() if it["Type"] == "AWS::ApiGateway::Stage")
        assert (stage["StageName"], stage["TracingEnabled"]) == ("live", True)

    def test_in_its_stages_too(self) -> None:
        def build(app: App) -> None:
            by_default(app)
            rest_api(Stack(Stage(app, "Prod"), "Stack"))

        (template,) = synthesize_app(build).values()
        assert seen(template) == [204, 200]

    def test_several_in_one_stack(self) -> None:
        def build(stack: Stack) -> None:
            for name in ("One", "Two"):
                apigateway.RestApi(stack, name).root.add_method("GET", http())

        template = defaulted(build, keys_managed_elsewhere=True)
        for api in of_type(template, "AWS::ApiGateway::RestApi"):
            assert Api(template, api).keyed == {"GET /"}
            assert Api(template, api).preflights == {"/"}

    def test_said_as_an_argument_of_the_app(self) -> None:
        app = App(property_injectors=[cors_by_default(POLICY)])
        rest_api(Stack(app, "Stack"))
        assert seen(app.synth().get_stack_by_name("Stack").template) == [204, 200]

    def test_but_those_made_elsewhere(self) -> None:
        def build(app: App) -> None:
            by_default(Stack(app, "Its"))
            rest_api(Stack(app, "Other"))

        assert Api(synthesize_app(build)["Other"]).preflights == set()


@injected
class TestAnApiThatSaysOtherwise:
    def test_is_a_cors_rest_api_with_its_own_policy(self) -> None:
        def build(stack: Stack) -> None:
            api = CorsRestApi(stack, "Api", cors=OTHER_POLICY, keys_managed_elsewhere=True)
            api.root.add_method("GET", mock())

        preflight = Api(defaulted(build)).preflight("/")
        assert preflight.headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"

    def test_is_one_that_was_enabled(self) -> None:
        def build(stack: Stack) -> None:
            as_aspect(rest_api(stack), EnableCors(OTHER_POLICY))

        preflight = Api(defaulted(build)).preflight("/users")
        assert preflight.headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"

    def test_is_one_of_a_stack_with_another_default(self) -> None:
        def build(stack: Stack) -> None:
            by_default(stack, OTHER_POLICY)
            rest_api(stack)

        preflight = Api(defaulted(build)).preflight("/users")
        assert preflight.headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"

    def test_is_not_one_that_was_enabled_alike(self) -> None:
        def build(stack: Stack) -> None:
            as_aspect(rest_api(stack), EnableCors(POLICY))

        assert defaulted(build)["Resources"] == enabled(rest_api)["Resources"]


@injected
class TestNamesInKeyless:
    def test_are_of_any_of_the_apis(self) -> None:
        def build(stack: Stack) -> None:
            rest_api(stack)
            rest_api(stack, "Other").root.add_resource("health").add_method("GET", http())

        assert len(of_type(defaulted(build, keyless=["GET /health"]), "AWS::ApiGateway::RestApi")) == 2

    def test_that_none_has_are_an_error(self) -> None:
        def build(app: App) -> None:
            by_default(app, keyless=["GET /helth"])
            rest_api(Stack(app, "Shop"))

        assert "keyless names 'GET /helth', and there is no such method" in synth_error(in_app(build))


def test_without_property_injectors_is_an_error_that_says_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(aws_cdk, "IPropertyInjector", raising=False)
    with pytest.raises(RuntimeError, match=r"aws-cdk-lib has since 2\.196"):
        cors_by_default(POLICY)


def test_what_it_cannot_take_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r'write cors=CorsPolicy\(allow_origins=\["https://app'):
        cors_by_default(ORIGIN)  # type: ignore[arg-type]
