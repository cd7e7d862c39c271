"""`EnableCors`, in each way that it is applied, and on each kind of API."""

from collections.abc import Callable
from typing import Any, Final

from aws_cdk import Aspects, Mixins, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import EnableCors

from . import by_cloudformation, plain_cdk
from .description import FULL, PROXY, ROOT, Description
from .entrance import InStacks
from .handwritten import openapi
from .terms import Terms

Plain = Callable[[Stack, Terms], object]
Apply = Callable[[Stack, EnableCors], object]


def entrance(
    name: str,
    plain: Plain,
    apply: Apply,
    *,
    description: Description = FULL,
    alone: bool = False,
) -> InStacks:
    """The API that `plain` builds, and `EnableCors` on it."""

    def build(stack: Stack, terms: Terms, times: int) -> None:
        plain(stack, terms)
        for _ in range(times):
            said = EnableCors(terms.policy, keyless=description.keyless, error_responses=terms.error_responses)
            apply(stack, said)

    return InStacks(name=name, build=build, plain=plain, description=description, alone=alone, repeatable=True)


def _aspect_of_the_app(stack: Stack, said: EnableCors) -> None:
    Aspects.of(stack.node.root).add(said)


def _aspect_of_the_stack(stack: Stack, said: EnableCors) -> None:
    Aspects.of(stack).add(said)


def _aspect_of_the_api(stack: Stack, said: EnableCors) -> None:
    Aspects.of(_api(stack)).add(said)


def _with_the_api(stack: Stack, said: EnableCors) -> None:
    _api(stack).with_(said)


def _mixin_of_the_stack(stack: Stack, said: EnableCors) -> None:
    Mixins.of(stack).apply(said)


def _api(stack: Stack) -> Any:
    return stack.node.find_child("Api")


def _with_preflights_of_the_cdk(stack: Stack, terms: Terms) -> None:
    preflights = apigateway.CorsOptions(allow_origins=["https://old.example.com"])
    plain_cdk.rest_api(stack, terms, default_cors_preflight_options=preflights)


def _with_a_default_key(stack: Stack, terms: Terms) -> None:
    plain_cdk.rest_api(stack, terms, default_method_options=apigateway.MethodOptions(api_key_required=True))


def _specified(stack: Stack, terms: Terms) -> None:
    definition = apigateway.ApiDefinition.from_inline(openapi(terms, FULL))
    plain_cdk.add_client(apigateway.SpecRestApi(stack, "Api", api_definition=definition))


ENTRANCES: Final = (
    entrance("aspect of the app", plain_cdk.rest_api, _aspect_of_the_app, alone=True),
    entrance("aspect of the stack", plain_cdk.rest_api, _aspect_of_the_stack),
    entrance("aspect of the API", plain_cdk.rest_api, _aspect_of_the_api),
    entrance("with_", plain_cdk.rest_api, _with_the_api),
    entrance("Mixins of the stack", plain_cdk.rest_api, _mixin_of_the_stack),
    entrance("on preflights of the CDK", _with_preflights_of_the_cdk, _aspect_of_the_stack),
    entrance("on a default key", _with_a_default_key, _aspect_of_the_stack),
    entrance("on LambdaRestApi", plain_cdk.lambda_rest_api, _aspect_of_the_stack),
    entrance("on LambdaRestApi, proxy", plain_cdk.lambda_proxy, _aspect_of_the_stack, description=PROXY),
    entrance("on StepFunctionsRestApi", plain_cdk.step_functions_rest_api, _aspect_of_the_stack, description=ROOT),
    entrance("on SpecRestApi", _specified, _aspect_of_the_stack),
    entrance("on bare CloudFormation", by_cloudformation.bare, _aspect_of_the_stack),
    entrance("on CfnInclude", by_cloudformation.included, _aspect_of_the_stack),
    entrance("on SAM", by_cloudformation.sam, _aspect_of_the_stack),
)
