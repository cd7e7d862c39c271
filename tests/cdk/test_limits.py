"""More resources than CloudFormation, or API Gateway, takes: told at synthesis, with what to do."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import Annotations, App, CfnResource, NestedStack, Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsRestApi, EnableCors, Preflight

from .synthesis import POLICY, Message, cors_api, messages, mock, synth_error, synthesize, warnings_with

LIMIT: Final = "@aws-cdk/core:stackResourceLimit"
NEARLY: Final = "cors-constructs:stack-nearly-full"
QUOTA: Final = "cors-constructs:api-resources-quota"


def paths(api: CorsRestApi, number: int) -> CorsRestApi:
    for name in range(number):
        api.root.add_resource(f"thing-{name}").add_method("GET", mock())
    return api


def lambdas(stack: Stack, **arguments: Any) -> CorsRestApi:
    """10 paths, 20 methods, 10 OPTIONS, 40 permissions; and a function with its role."""
    handler = lambda_.Function(
        stack,
        "Fn",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_12,
    )
    api = cors_api(stack, cloud_watch_role=False, **arguments)
    for name in range(10):
        resource = api.root.add_resource(f"thing-{name}")
        for verb in ("GET", "PUT"):
            resource.add_method(verb, apigateway.LambdaIntegration(handler))
    return api


def nearly_full(build: Callable[[Stack], object], limit: object) -> list[Message]:
    return [one for one in messages(build, {LIMIT: limit}) if f"[ack: {NEARLY}" in one.text]


def test_too_many_are_an_error_that_says_how_many_whose_and_what_to_do() -> None:
    told = synth_error(lambdas, {LIMIT: 80})
    assert (
        "The stack has 87 CloudFormation resources, and 80 are deployed at most. 85 of them are this API's, among them "
        "20 methods, 10 OPTIONS, 10 resources and 40 permissions. With preflight=Preflight.SHARED there are 8 fewer; "
        'with integration_permissions="api" there are 39 fewer; as a CorsSpecRestApi with add_routes there are 79 '
        "fewer; or add some of it in another stack, to CorsRestApi.from_attributes."
    ) in told
    assert "greater than allowed maximum" not in told, "that is the CDK's, which says no more"


def test_each_remedy_brings_what_it_said() -> None:
    def number(**arguments: Any) -> int:
        return len(synthesize(lambda stack: lambdas(stack, **arguments))["Resources"])

    assert number() == 87
    assert number(preflight=Preflight.SHARED) == 87 - 8
    assert number(integration_permissions="api") == 87 - 39
    assert number(preflight=Preflight.SHARED, integration_permissions="api") == 87 - 8 - 39


def test_a_remedy_that_is_used_already_is_not_offered() -> None:
    def build(stack: Stack) -> None:
        lambdas(stack, preflight=Preflight.SHARED, integration_permissions="api")

    told = synth_error(build, {LIMIT: 39})
    assert "The stack has 40 CloudFormation resources" in told
    assert "SHARED" not in told
    assert "integration_permissions" not in told
    assert "As a CorsSpecRestApi with add_routes there are 32 fewer" in told


@pytest.mark.parametrize(("limit", "warned"), [(87, 1), (108, 1), (109, 0), (500, 0), (0, 0)])
def test_from_four_fifths_on_there_is_a_warning(limit: int, warned: int) -> None:
    found = nearly_full(lambdas, limit)
    assert len(found) == warned
    assert all(f"87 CloudFormation resources, and {limit} are deployed at most" in one.text for one in found)


def test_the_warning_can_be_acknowledged() -> None:
    def build(stack: Stack) -> None:
        Annotations.of(lambdas(stack)).acknowledge_warning(NEARLY)

    assert nearly_full(build, 87) == []


@pytest.mark.parametrize("limit", [0, "none", []], ids=["zero", "a-word", "a-list"])
def test_without_a_limit_nothing_is_said(limit: object) -> None:
    assert len(synthesize(lambdas, {LIMIT: limit})["Resources"]) == 87
    assert nearly_full(lambdas, limit) == []


def test_a_limit_may_be_a_text_as_the_command_line_gives_it() -> None:
    assert len(nearly_full(lambdas, "87")) == 1


def test_other_resources_of_the_stack_count_and_those_of_nested_stacks_do_not() -> None:
    def build(stack: Stack, others: int) -> None:
        nested = NestedStack(stack, "Nested")
        for number in range(15):
            CfnResource(nested, f"There{number}", type="AWS::SNS::Topic")
        for number in range(others):
            CfnResource(stack, f"Here{number}", type="AWS::SNS::Topic")
        paths(cors_api(stack, cloud_watch_role=False), 2)

    # 2 paths, 2 methods, 2 OPTIONS, 2 gateway responses, API, Deployment, Stage; and the nested stack.
    assert "The stack has 22 CloudFormation resources" in synth_error(lambda stack: build(stack, 10), {LIMIT: 21})
    assert synthesize(lambda stack: build(stack, 10), {LIMIT: 22})


def test_what_two_apis_of_a_stack_make_is_told_once_all_is_made() -> None:
    def build(stack: Stack) -> None:
        for name in ("One", "Two"):
            paths(cors_api(stack, name, cloud_watch_role=False), 5)

    told = synth_error(build, {LIMIT: 39})
    assert "The stack has 40 CloudFormation resources" in told
    assert "20 of them are this API's, among them 5 methods, 5 OPTIONS, 5 resources and 0 permissions" in told


def test_the_limit_of_a_small_stack_in_a_large_app_is_its_own() -> None:
    def build(stack: Stack) -> None:
        large = Stack(App.of(stack), "Large")
        for number in range(60):
            CfnResource(large, f"Topic{number}", type="AWS::SNS::Topic")
        paths(cors_api(stack), 2)

    assert nearly_full(build, 60) == []


def test_by_default_the_limit_is_cloudformations() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, cloud_watch_role=False)
        paths(api, 2)
        for number in range(500):
            CfnResource(stack, f"Topic{number}", type="AWS::SNS::Topic")

    assert re.search(r"The stack has 511 CloudFormation resources, and 500 are deployed at most", synth_error(build))


def a_root_that_only_its_proxy_gives_methods(stack: Stack) -> None:
    api = cors_api(stack, cloud_watch_role=False)
    proxy = api.root.add_proxy(any_method=False)
    apigateway.Method(proxy, "GET", http_method="GET", resource=proxy, integration=mock())


def a_method_of_bare_cloudformation(stack: Stack) -> None:
    api = paths(cors_api(stack, cloud_watch_role=False), 2)
    resource = apigateway.CfnResource(
        stack, "Bare", rest_api_id=api.rest_api_id, parent_id=api.rest_api_root_resource_id, path_part="bare"
    )
    apigateway.CfnMethod(
        stack, "Get", http_method="GET", resource_id=resource.ref, rest_api_id=api.rest_api_id, api_key_required=True
    )


def an_api_that_is_completed_as_it_is(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Api", cloud_watch_role=False)
    for name in range(3):
        api.root.add_resource(f"thing-{name}").add_method("GET", mock())
    EnableCors(POLICY, keys_managed_elsewhere=True).apply_to(api)


def things_before_and_after_the_api(stack: Stack) -> None:
    CfnResource(stack, "Before", type="AWS::SNS::Topic")
    api = paths(cors_api(stack, cloud_watch_role=False), 2)
    api.add_client("web")
    CfnResource(stack, "After", type="AWS::SNS::Topic")


def another_stack_of_the_app(stack: Stack) -> None:
    things_before_and_after_the_api(stack)
    other = Stack(App.of(stack), "Other")
    for number in range(10):
        CfnResource(other, f"Topic{number}", type="AWS::SNS::Topic")


def a_nested_stack(stack: Stack) -> None:
    things_before_and_after_the_api(stack)
    for number in range(30):
        CfnResource(NestedStack(stack, f"Nested{number}"), "Topic", type="AWS::SNS::Topic")


def functions_that_learn_the_policy(stack: Stack) -> None:
    lambdas(stack).share_policy_with_all()


@pytest.mark.parametrize(
    "build",
    [
        functions_that_learn_the_policy,
        things_before_and_after_the_api,
        another_stack_of_the_app,
        a_nested_stack,
        a_method_of_bare_cloudformation,
        a_root_that_only_its_proxy_gives_methods,
        an_api_that_is_completed_as_it_is,
    ],
    ids=lambda build: build.__name__,
)
def test_what_is_counted_is_what_the_template_has(build: Callable[[Stack], object]) -> None:
    resources = synthesize(build, {LIMIT: 0, "aws:cdk:enable-path-metadata": True})["Resources"].values()
    number = len(resources)
    own = sum(one["Metadata"]["aws:cdk:path"].startswith("Stack/Api/") for one in resources)
    told = synth_error(build, {LIMIT: number - 1})
    assert f"The stack has {number} CloudFormation resources, and {number - 1} are deployed at most. {own} of" in told
    assert synthesize(build, {LIMIT: number})


def test_one_is_not_many() -> None:
    def build(stack: Stack) -> None:
        cors_api(stack, cloud_watch_role=False).root.add_resource("a").add_resource("b").add_method("GET", mock())

    assert "1 method, 1 OPTIONS, 2 resources and 0 permissions" in synth_error(build, {LIMIT: 1})
    told = synth_error(lambda stack: paths(cors_api(stack), 1), {LIMIT: 1})
    assert "1 method, 1 OPTIONS, 1 resource and 0 permissions" in told
    told = synth_error(lambda stack: paths(cors_api(stack), 3), {LIMIT: 1})
    assert "With preflight=Preflight.SHARED there is 1 fewer;" in told


def quota(build: Callable[[Stack], object]) -> list[Message]:
    return warnings_with(QUOTA, build)


@pytest.mark.parametrize(("number", "warned"), [(299, 0), (300, 1)])
def test_more_resources_than_api_gateway_makes_are_warned_of(number: int, warned: int) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        for name in range(number):
            api.root.add_resource(f"thing-{name}")

    found = quota(build)
    assert len(found) == warned
    assert all("The API has 301 resources, / among them, and API Gateway makes 300" in one.text for one in found)


def test_a_stage_of_an_app_is_looked_at_by_itself() -> None:
    app = App(context={LIMIT: 20})
    first, second = (Stack(Stage(app, name), "Stack") for name in ("One", "Two"))
    paths(cors_api(first, cloud_watch_role=False), 2)
    paths(cors_api(second, cloud_watch_role=False), 6)
    with pytest.raises(RuntimeError, match=re.escape("The stack has 23 CloudFormation resources")):
        app.synth()
