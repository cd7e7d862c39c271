"""`integration_permissions="api"`: one permission for each Lambda function, instead of two for each method."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import App, CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi, Preflight
from cors_constructs.check import check
from cors_constructs.check.findings import Severity
from cors_constructs.simulate.template import read_template

from .synthesis import ORIGIN, Api, Template, cors_api, of_type, synthesize, synthesize_app

Fill = Callable[[CorsRestApi], object]

PERMISSION: Final = "AWS::Lambda::Permission"
ARN: Final = "arn:aws:lambda:eu-west-1:123456789012:function:elsewhere"
WHOLE_API: Final = "/*/*/*"


def function(scope: Construct, name: str = "Fn") -> lambda_.Function:
    return lambda_.Function(
        scope,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_12,
    )


def calls(handler: lambda_.IFunction, **options: Any) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(handler, **options)


def built(fill: Fill, way: str = "api") -> Template:
    return synthesize(lambda stack: fill(cors_api(stack, integration_permissions=way)))


def permissions(template: Template) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in of_type(template, PERMISSION).items()}


def source(permission: dict[str, Any]) -> str:
    """The last part of the source ARN, after the API's id."""
    return str(permission["SourceArn"]["Fn::Join"][1][-1])


def two_functions(api: CorsRestApi) -> None:
    first, second = function(api, "First"), function(api, "Second")
    for name in ("a", "b"):
        resource = api.root.add_resource(name)
        resource.add_method("GET", calls(first))
        resource.add_method("POST", calls(second))
    api.root.add_method("ANY", calls(first))


def test_each_function_gets_one_permission_for_the_whole_api() -> None:
    template = built(two_functions)
    made = permissions(template)
    assert len(made) == 2
    assert {permission["FunctionName"]["Fn::GetAtt"][0] for permission in made.values()} == set(
        of_type(template, "AWS::Lambda::Function")
    )
    for permission in made.values():
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert {"Ref": Api(template).logical_id} in permission["SourceArn"]["Fn::Join"][1]
        assert source(permission) == WHOLE_API


def test_left_out_all_is_as_the_cdk_makes_it() -> None:
    def plain(stack: Stack) -> None:
        two_functions(apigateway.RestApi(stack, "Api"))  # type: ignore[arg-type]

    assert permissions(built(two_functions, "method")) == permissions(synthesize(plain))


def test_nothing_but_permissions_changes() -> None:
    before, after = built(two_functions, "method")["Resources"], built(two_functions)["Resources"]
    assert {name: it for name, it in before.items() if it["Type"] != PERMISSION} == {
        name: it for name, it in after.items() if it["Type"] != PERMISSION
    }


def test_a_permission_is_called_after_its_function_whatever_else_there_is() -> None:
    def one(api: CorsRestApi) -> None:
        api.root.add_resource("only").add_method("PUT", calls(function(api, "Second")))

    (name,) = permissions(built(one))
    assert name in permissions(built(two_functions))


def test_aliases_and_versions_are_functions_of_their_own() -> None:
    def fill(api: CorsRestApi) -> None:
        handler = function(api)
        alias = handler.add_alias("live")
        for name, called in {"a": handler, "b": alias, "c": alias, "d": handler.current_version}.items():
            api.root.add_resource(name).add_method("GET", calls(called))

    made = permissions(built(fill)).values()
    assert len({str(permission["FunctionName"]) for permission in made}) == len(made) == 3


def test_one_function_by_two_constructs_gets_one_permission() -> None:
    def fill(api: CorsRestApi) -> None:
        stack = Stack.of(api)
        handler = function(api)
        for name in ("a", "b"):
            handle = lambda_.Function.from_function_attributes(
                stack, f"Handle{name}", function_arn=handler.function_arn, same_environment=True
            )
            api.root.add_resource(name).add_method("GET", calls(handle))
        api.root.add_method("GET", calls(handler))

    assert len(permissions(built(fill))) == 1


def test_an_imported_function_that_the_cdk_permits_nothing_to_gets_none() -> None:
    def fill(api: CorsRestApi) -> None:
        handle = lambda_.Function.from_function_arn(Stack.of(api), "Handle", ARN)
        api.root.add_method("GET", calls(handle))

    assert permissions(built(fill)) == permissions(built(fill, "method")) == {}


@pytest.mark.parametrize("arn", [ARN, "from a parameter"])
def test_an_imported_function_of_the_same_account_gets_one(arn: str) -> None:
    def fill(api: CorsRestApi) -> None:
        stack = Stack.of(api)
        known = arn if arn == ARN else CfnParameter(stack, "Arn").value_as_string
        handle = lambda_.Function.from_function_attributes(stack, "Handle", function_arn=known, same_environment=True)
        for name in ("a", "b"):
            api.root.add_resource(name).add_method("GET", calls(handle))

    assert len(permissions(built(fill, "method"))) == 4
    (permission,) = permissions(built(fill)).values()
    assert permission["FunctionName"] == (arn if arn == ARN else {"Ref": "Arn"})


def test_functions_of_two_other_stacks_by_one_logical_id_are_two() -> None:
    def build(app: App) -> None:
        handlers = [function(Stack(app, name)) for name in ("One", "Two")]
        api = cors_api(Stack(app, "Stack"), integration_permissions="api")
        for name, handler in zip("abcd", [*handlers, *handlers], strict=True):
            api.root.add_resource(name).add_method("GET", calls(handler))

    templates = synthesize_app(build)
    made = permissions(templates["Stack"])
    assert len(made) == 2
    imported = {str(permission["FunctionName"]["Fn::ImportValue"]).partition(":")[0] for permission in made.values()}
    assert imported == {"One", "Two"}
    assert all(permissions(templates[name]) == {} for name in ("One", "Two"))


def test_what_the_app_permits_itself_stays() -> None:
    def fill(api: CorsRestApi) -> None:
        handler = function(api)
        api.root.add_method("GET", calls(handler))
        handler.add_permission("Mine", principal=iam.ServicePrincipal("events.amazonaws.com"))
        handler.add_permission("ApiPermission.Mine", principal=iam.ServicePrincipal("apigateway.amazonaws.com"))

    principals = sorted(permission["Principal"] for permission in permissions(built(fill)).values())
    assert principals == ["apigateway.amazonaws.com", "apigateway.amazonaws.com", "events.amazonaws.com"]


def test_an_authorizers_permission_stays() -> None:
    def fill(api: CorsRestApi) -> None:
        handler = function(api)
        authorizer = apigateway.TokenAuthorizer(api, "Authorizer", handler=handler)
        for name in ("a", "b"):
            api.root.add_resource(name).add_method("GET", calls(handler), authorizer=authorizer)

    before, after = permissions(built(fill, "method")), permissions(built(fill))
    kept = before.keys() & after.keys()
    assert len(kept) == 1
    assert "Authorizer" in next(iter(kept))
    assert len(after) == 2


def test_an_options_of_the_apps_own_and_methods_outside_the_apis_scope_count() -> None:
    def fill(api: CorsRestApi) -> None:
        handler = function(api)
        api.root.add_method("OPTIONS", calls(handler))
        apigateway.Method(Stack.of(api), "Outside", http_method="GET", resource=api.root, integration=calls(handler))

    assert len(permissions(built(fill, "method"))) == 4
    assert len(permissions(built(fill))) == 1


def test_another_apis_permissions_are_its_own() -> None:
    def build(stack: Stack) -> None:
        handler = function(stack)
        cors_api(stack, "One", integration_permissions="api").root.add_method("GET", calls(handler))
        cors_api(stack, "Two").root.add_method("GET", calls(handler))

    assert sorted(map(source, permissions(synthesize(build)).values())) == [
        WHOLE_API,
        "/GET/",
        "/test-invoke-stage/GET/",
    ]


def test_each_api_is_permitted_by_itself() -> None:
    def build(stack: Stack) -> None:
        handler = function(stack)
        for name in ("One", "Two"):
            cors_api(stack, name, integration_permissions="api").root.add_method("GET", calls(handler))

    assert list(map(source, permissions(synthesize(build)).values())) == [WHOLE_API, WHOLE_API]


@pytest.mark.newest
@pytest.mark.parametrize("scoped", [(False, False), (True, False), (False, True)])
def test_beside_the_cdks_own_switch_for_it_there_is_still_one(scoped: tuple[bool, bool]) -> None:
    def fill(api: CorsRestApi) -> None:
        handler = function(api)
        for name, to_method in zip("ab", scoped, strict=True):
            integration = calls(handler, scope_permission_to_method=to_method)
            api.root.add_resource(name).add_method("GET", integration)

    assert list(map(source, permissions(built(fill)).values())) == [WHOLE_API]


@pytest.mark.newest
def test_either_switch_makes_the_same_permission() -> None:
    def ours(api: CorsRestApi) -> None:
        api.root.add_method("GET", calls(function(api)))

    def theirs(api: CorsRestApi) -> None:
        api.root.add_method("GET", calls(function(api), scope_permission_to_method=False))

    assert permissions(built(ours)) == permissions(built(theirs, "method"))


def test_an_app_is_synthesized_twice_and_nothing_is_made_twice() -> None:
    app = App()
    two_functions(cors_api(Stack(app, "Stack"), integration_permissions="api"))
    first = app.synth().get_stack_by_name("Stack").template
    assert app.synth(force=True).get_stack_by_name("Stack").template == first


def test_what_was_saved_is_told() -> None:
    app = App()
    two_functions(cors_api(Stack(app, "Stack"), integration_permissions="api"))
    told = [str(it.entry.data) for it in app.synth().get_stack_by_name("Stack").messages]
    assert "cors-constructs saves 8 CloudFormation resources: 8 by permitting functions for the whole API." in told


@pytest.mark.parametrize("value", ["apis", None, True])
def test_another_way_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(f'integration_permissions takes "method" or "api", not {value!r}')):
        cors_api(Stack(App(), "Stack"), integration_permissions=value)


# What it is for.

RESOURCES: Final = 30


def test_thirty_resources_of_two_methods_are_a_hundred_resources_and_a_client_is_three_more() -> None:
    def build(stack: Stack, **arguments: Any) -> CorsRestApi:
        handler = function(stack)
        api = CorsRestApi(
            stack,
            "Api",
            cors=CorsPolicy(allow_origins=[ORIGIN]),
            preflight=Preflight.SHARED,
            integration_permissions="api",
            **arguments,
        )
        _fill(api, handler)
        return api

    def plain(stack: Stack) -> None:
        handler = function(stack)
        cors = apigateway.CorsOptions(allow_origins=[ORIGIN])
        _fill(apigateway.RestApi(stack, "Api", default_cors_preflight_options=cors), handler)

    # As `cdk init` has it: without it each API makes a role and an account's setting for logs as well.
    context = {"@aws-cdk/aws-apigateway:disableCloudWatchRole": True}
    assert len(synthesize(plain, context)["Resources"]) == 246
    assert len(synthesize(lambda stack: build(stack, keys_managed_elsewhere=True), context)["Resources"]) == 100
    template = synthesize(lambda stack: build(stack).add_client("web"), context)
    assert len(template["Resources"]) == 103
    assert [it for it in check(read_template(template)) if it.rule.severity is Severity.ERROR] == []


def _fill(api: apigateway.RestApi, handler: lambda_.IFunction) -> None:
    for number in range(RESOURCES):
        resource = api.root.add_resource(f"thing-{number}")
        for verb in ("GET", "POST"):
            resource.add_method(verb, apigateway.LambdaIntegration(handler))
