"""`share_policy_with_all` of an API that calls no function: there is nobody to share with, and a warning says so."""

from typing import Any

import aws_cdk
import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsRestApi, EnableCors, cors_by_default

from .existing import as_aspect, bare_api, rest_api
from .specs import DOCUMENT, spec_api
from .synthesis import POLICY, Build, cors_api, warnings_with
from .test_enable_cors_sam import sam_api
from .test_shared_policy import NOT_SHARED, function


def as_mixin(scope: Any, enable: EnableCors) -> None:
    if not hasattr(aws_cdk, "Mixins"):
        pytest.skip("this version of aws-cdk-lib has no mixins")
    aws_cdk.Mixins.of(scope).apply(enable)


def without_functions(stack: Stack) -> CorsRestApi:
    api = cors_api(stack)
    api.root.add_method("GET", apigateway.MockIntegration())
    return api


def by_all_of_none(stack: Stack) -> None:
    without_functions(stack).share_policy_with_all()


def by_all_of_no_proxies(stack: Stack) -> None:
    api = cors_api(stack)
    api.root.add_method("GET", apigateway.LambdaIntegration(function(stack), proxy=False))
    api.share_policy_with_all()


def by_a_document_of_none(stack: Stack) -> None:
    spec_api(stack, document=DOCUMENT).share_policy_with_all()


def by_an_aspect_of_the_api(stack: Stack) -> None:
    as_aspect(rest_api(stack), EnableCors(POLICY, share_policy=True))


def by_an_aspect_of_the_api_and_of_the_stack(stack: Stack) -> None:
    for scope in (stack, rest_api(stack)):
        as_aspect(scope, EnableCors(POLICY, share_policy="wrap"))


def by_a_mixin_of_the_api(stack: Stack) -> None:
    as_mixin(rest_api(stack), EnableCors(POLICY, share_policy=True))


def by_an_aspect_of_bare_cloudformation(stack: Stack) -> None:
    as_aspect(bare_api(stack), EnableCors(POLICY, share_policy=True))


def by_an_aspect_of_an_api_of_sam(stack: Stack) -> None:
    as_aspect(sam_api(stack), EnableCors(POLICY, share_policy=True))


@pytest.mark.parametrize(
    "build",
    [
        by_all_of_none,
        by_all_of_no_proxies,
        by_a_document_of_none,
        by_an_aspect_of_the_api,
        by_an_aspect_of_the_api_and_of_the_stack,
        by_a_mixin_of_the_api,
        by_an_aspect_of_bare_cloudformation,
        by_an_aspect_of_an_api_of_sam,
    ],
    ids=lambda build: build.__name__,
)
def test_an_api_that_calls_no_function_is_warned_of(build: Build) -> None:
    (warning,) = warnings_with(NOT_SHARED, build)
    assert "This API calls no function by a proxy integration" in warning.text


def test_that_can_be_acknowledged_too() -> None:
    def build(stack: Stack) -> None:
        api = without_functions(stack)
        api.share_policy_with_all()
        aws_cdk.Annotations.of(api).acknowledge_warning(NOT_SHARED)

    assert warnings_with(NOT_SHARED, build) == []


def by_an_aspect_of_the_stack(stack: Stack) -> None:
    rest_api(stack)
    as_aspect(stack, EnableCors(POLICY, share_policy=True))


def by_a_mixin_of_the_stack(stack: Stack) -> None:
    rest_api(stack)
    as_mixin(stack, EnableCors(POLICY, share_policy=True))


def by_default(stack: Stack) -> None:
    if not hasattr(aws_cdk, "PropertyInjectors"):
        pytest.skip("this version of aws-cdk-lib has no property injectors")
    aws_cdk.PropertyInjectors.of(stack).add(cors_by_default(POLICY, share_policy=True))
    rest_api(stack)


def by_name(stack: Stack) -> None:
    without_functions(stack).share_policy_with(function(stack))


@pytest.mark.parametrize(
    "build",
    [by_an_aspect_of_the_stack, by_a_mixin_of_the_stack, by_default, by_name],
    ids=lambda build: build.__name__,
)
def test_where_apis_without_functions_are_nothing_odd_none_is_warned_of(build: Build) -> None:
    assert warnings_with(NOT_SHARED, build) == []
