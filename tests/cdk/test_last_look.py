"""What others do to an API after it was completed, or from elsewhere, is found."""

import re
from collections.abc import Callable
from typing import Any, cast

import jsii
import pytest
from aws_cdk import App, Aspects, Aws, CfnCondition, Fn, IAspect, Stack, Tags
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct, IConstruct

from cors_constructs import CorsPolicy, CorsRestApi

from .synthesis import cors_api, mock, read, synth_error, synthesize

STABILIZED = {"@aws-cdk/core:aspectStabilization": True}


@jsii.implements(IAspect)
class EachTime:
    """An aspect that does something to each construct."""

    def __init__(self, act: Callable[[Any], object]) -> None:
        self._act = act

    def visit(self, node: IConstruct) -> None:
        self._act(node)


def guard(node: Any) -> None:
    if isinstance(node, apigateway.CfnMethod):
        node.authorization_type = "AWS_IAM"


def key_all(node: Any) -> None:
    if isinstance(node, apigateway.CfnMethod):
        node.api_key_required = True


def free_all(node: Any) -> None:
    if isinstance(node, apigateway.CfnMethod):
        node.api_key_required = False


def bare_errors(node: Any) -> None:
    if isinstance(node, apigateway.CfnGatewayResponse):
        node.response_parameters = None


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param(guard, "OPTIONS /users .*asks for AWS_IAM", id="guards-every-method"),
        pytest.param(key_all, "OPTIONS /users .*asks for a key", id="keys-every-method"),
        pytest.param(free_all, "GET /users lost its key", id="frees-every-method"),
        pytest.param(bare_errors, "lost its CORS headers", id="strips-errors"),
    ],
)
def test_an_aspect_that_undoes_what_was_completed_is_an_error(act: Callable[[Any], object], said: str) -> None:
    def build(stack: Stack) -> None:
        cors_api(stack).root.add_resource("users").add_method("GET", mock())
        Aspects.of(stack).add(EachTime(act))

    error = synth_error(build, STABILIZED)
    assert re.search(said, error), error


def test_a_bare_method_that_an_aspect_adds_too_late_is_an_error() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        users = api.root.add_resource("users")
        users.add_method("GET", mock())
        Construct(stack, "Last")

        def add(node: Any) -> None:
            if node.node.id == "Last" and node.node.try_find_child("Put") is None:
                apigateway.CfnMethod(
                    node,
                    "Put",
                    rest_api_id=api.rest_api_id,
                    resource_id=users.resource_id,
                    http_method="PUT",
                    authorization_type="NONE",
                )

        Aspects.of(stack).add(EachTime(add))

    assert "PUT /users came after the preflights were made" in synth_error(build)


def test_aspects_that_leave_the_api_alone_are_no_matter() -> None:
    def build(stack: Stack) -> None:
        cors_api(stack, keyless=["GET /"]).root.add_method("GET", mock())
        Aspects.of(stack).add(EachTime(lambda _: None))
        Tags.of(stack).add("team", "web")

    assert read(build).keyed == set()


def test_a_method_of_the_api_in_another_stack_is_an_error() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, deploy=False)
        api.root.add_method("GET", mock())
        other = Stack(cast("Construct", stack.node.root), "Other")
        apigateway.Resource(other, "Users", parent=api.root, path_part="users").add_method("POST", mock())

    error = synth_error(build)
    assert "POST at Other/Users/POST/Resource is a method of this API in another stack" in error


SPELLINGS = {
    "its-own-attribute": lambda cfn: (cfn.attr_rest_api_id, cfn.attr_root_resource_id),
    "a-substitution": lambda cfn: (Fn.sub(f"${{{name(cfn)}}}"), Fn.sub(f"${{{name(cfn)}.RootResourceId}}")),
    "a-join-of-one": lambda cfn: (Fn.join("", [cfn.ref]), Fn.get_att(name(cfn), "RootResourceId").to_string()),
}


def name(cfn: apigateway.CfnRestApi) -> str:
    return str(Stack.of(cfn).resolve(cfn.logical_id))


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=list(SPELLINGS))
def test_a_bare_method_belongs_to_the_api_however_that_is_spelled(spelled: Any) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        api_id, root_id = spelled(api.node.default_child)
        apigateway.CfnMethod(
            stack, "Bare", rest_api_id=api_id, resource_id=root_id, http_method="DELETE", authorization_type="NONE"
        )
        apigateway.CfnGatewayResponse(stack, "Throttled", rest_api_id=api_id, response_type="THROTTLED")

    resources = synthesize(build)["Resources"].values()
    methods = {it["Properties"]["HttpMethod"]: it["Properties"] for it in resources if it["Type"].endswith("::Method")}
    errors = [it["Properties"] for it in resources if it["Type"].endswith("::GatewayResponse")]
    (answer,) = methods["OPTIONS"]["Integration"]["IntegrationResponses"]
    assert methods["DELETE"]["ApiKeyRequired"] is True
    assert answer["ResponseParameters"]["method.response.header.Access-Control-Allow-Methods"] == "'DELETE,GET'"
    assert all("gatewayresponse.header.Access-Control-Allow-Origin" in it["ResponseParameters"] for it in errors)


def test_a_method_of_a_namesake_in_another_stack_is_not_taken_for_ones_own() -> None:
    app = App()
    for stack_name in ("One", "Other"):
        stack = Stack(app, stack_name)
        cls = CorsRestApi if stack_name == "One" else apigateway.RestApi
        more: dict[str, Any] = {"keys_managed_elsewhere": True} if cls is CorsRestApi else {}
        if more:
            more["cors"] = CorsPolicy(allow_origins=["https://app.example.com"])
        api = cls(stack, "Api", **more)
        api.root.add_method("GET", mock())
        apigateway.CfnMethod(
            stack,
            "Bare",
            rest_api_id=api.rest_api_id,
            resource_id=api.rest_api_root_resource_id,
            http_method="PUT",
            authorization_type="NONE",
        )

    template = app.synth().get_stack_by_name("Other").template

    assert "ApiKeyRequired" not in str(template)
    assert "OPTIONS" not in str(template)


def test_error_headers_that_only_deployment_knows_are_not_overwritten() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        CfnCondition(stack, "Condition")
        headers = Fn.condition_if("Condition", {"gatewayresponse.header.X": "'1'"}, Aws.NO_VALUE)
        apigateway.CfnGatewayResponse(
            stack, "Own", rest_api_id=api.rest_api_id, response_type="THROTTLED", response_parameters=headers
        )

    assert "Stack/Own has response_parameters that only deployment knows (Fn::If)" in synth_error(build)
