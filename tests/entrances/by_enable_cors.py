"""`EnableCors`, in each way that it is applied, and on each kind of API."""

from collections.abc import Callable
from typing import Any, Final

import aws_cdk
from aws_cdk import Aspects, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import EnableCors, Preflight, cors_by_default

from . import by_cloudformation, plain_cdk
from .description import FULL, PROXY, ROOT, Description
from .entrance import InStacks
from .handwritten import openapi
from .terms import FEW, TERMS, Terms

Plain = Callable[[Stack, Terms], object]
Apply = Callable[[Stack, EnableCors], object]


def entrance(
    name: str,
    plain: Plain,
    apply: Apply,
    *,
    description: Description = FULL,
    alone: bool = False,
    told: tuple[Terms, ...] = TERMS,
    **more: Any,
) -> InStacks:
    """The API that `plain` builds, and `EnableCors` on it."""

    def build(stack: Stack, terms: Terms, times: int) -> None:
        plain(stack, terms)
        for _ in range(times):
            apply(stack, EnableCors(terms.policy, **_said(terms, description), **more))

    return InStacks(
        name=name, build=build, plain=plain, description=description, alone=alone, told=told, repeatable=True
    )


def _said(terms: Terms, description: Description) -> dict[str, Any]:
    return {"keyless": description.keyless, "error_responses": terms.error_responses}


def _by_default(stack: Stack, terms: Terms, times: int) -> None:
    """A property injector, which makes no difference between the CDK's `RestApi` and ours."""
    for _ in range(times):
        injector = cors_by_default(terms.policy, **_said(terms, FULL))
        aws_cdk.PropertyInjectors.of(stack).add(injector)
    plain_cdk.rest_api(stack, terms)


def _aspect_of_the_app(stack: Stack, said: EnableCors) -> None:
    Aspects.of(stack.node.root).add(said)


def aspect_of_the_stack(stack: Stack, said: EnableCors) -> None:
    Aspects.of(stack).add(said)


def _aspect_of_the_api(stack: Stack, said: EnableCors) -> None:
    Aspects.of(_api(stack)).add(said)


def _with_the_api(stack: Stack, said: EnableCors) -> None:
    _api(stack).with_(said)


def _mixin_of_the_stack(stack: Stack, said: EnableCors) -> None:
    aws_cdk.Mixins.of(stack).apply(said)


def _api(stack: Stack) -> Any:
    return stack.node.find_child("Api")


def _with_preflights_of_the_cdk(stack: Stack, terms: Terms) -> None:
    preflights = apigateway.CorsOptions(allow_origins=["https://old.example.com"])
    plain_cdk.rest_api(stack, terms, default_cors_preflight_options=preflights)


def _with_a_default_key(stack: Stack, terms: Terms) -> None:
    plain_cdk.rest_api(stack, terms, default_method_options=apigateway.MethodOptions(api_key_required=True))


def specified(stack: Stack, terms: Terms, description: Description = FULL) -> None:
    """`SpecRestApi`, and its client."""
    definition = apigateway.ApiDefinition.from_inline(openapi(terms, description))
    plain_cdk.add_client(apigateway.SpecRestApi(stack, "Api", api_definition=definition))


# Mixins came with aws-cdk-lib 2.229, and property injectors with 2.196.
_NEWER: Final = (
    *(
        (
            entrance("with_", plain_cdk.rest_api, _with_the_api, told=FEW),
            entrance("Mixins of the stack", plain_cdk.rest_api, _mixin_of_the_stack, told=FEW),
        )
        if hasattr(aws_cdk, "Mixins")
        else ()
    ),
    *(
        (InStacks(name="cors_by_default", build=_by_default, plain=plain_cdk.rest_api, repeatable=True, told=FEW),)
        if hasattr(aws_cdk, "PropertyInjectors")
        else ()
    ),
)

ENTRANCES: Final = (
    entrance("aspect of the app", plain_cdk.rest_api, _aspect_of_the_app, alone=True, told=FEW),
    entrance("aspect of the stack", plain_cdk.rest_api, aspect_of_the_stack),
    entrance("aspect of the API", plain_cdk.rest_api, _aspect_of_the_api, told=FEW),
    *_NEWER,
    entrance("on preflights of the CDK", _with_preflights_of_the_cdk, aspect_of_the_stack),
    entrance("on a default key", _with_a_default_key, aspect_of_the_stack, told=FEW),
    entrance("on RestApi, shared", plain_cdk.rest_api, aspect_of_the_stack, told=FEW, preflight=Preflight.SHARED),
    entrance("on LambdaRestApi", plain_cdk.lambda_rest_api, aspect_of_the_stack),
    entrance("on LambdaRestApi, proxy", plain_cdk.lambda_proxy, aspect_of_the_stack, description=PROXY),
    entrance("on StepFunctionsRestApi", plain_cdk.step_functions_rest_api, aspect_of_the_stack, description=ROOT),
    entrance("on SpecRestApi", specified, aspect_of_the_stack),
    entrance("on SpecRestApi, shared", specified, aspect_of_the_stack, told=FEW, preflight=Preflight.SHARED),
    entrance("on bare CloudFormation", by_cloudformation.bare, aspect_of_the_stack),
    entrance("on bare CloudFormation, shared", by_cloudformation.bare, aspect_of_the_stack, preflight=Preflight.SHARED),
    entrance("on CfnInclude", by_cloudformation.included, aspect_of_the_stack),
    entrance("on SAM", by_cloudformation.sam, aspect_of_the_stack),
)
