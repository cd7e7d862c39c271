"""`CorsRestApi`: what the other entrances are measured by."""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsRestApi, Preflight, cors_for

from . import plain_cdk
from .description import CLIENT, FULL, PROXY, ROOT, Description
from .entrance import InStacks
from .terms import FEW, Terms


def cors_rest_api(stack: Stack, terms: Terms, description: Description, **more: Any) -> CorsRestApi:
    """A `CorsRestApi` on these terms, with its client, and without methods."""
    api = CorsRestApi(
        stack,
        "Api",
        cors=terms.policy,
        keyless=description.keyless,
        error_responses=terms.error_responses,
        **plain_cdk.binary(terms),
        **more,
    )
    api.add_client(CLIENT)
    return api


def _full(stack: Stack, terms: Terms, _times: int, **more: Any) -> None:
    plain_cdk.add_methods(cors_rest_api(stack, terms, FULL, **more), FULL)


def _shared(stack: Stack, terms: Terms, times: int) -> None:
    _full(stack, terms, times, preflight=Preflight.SHARED)


def _branch(stack: Stack, terms: Terms, _times: int) -> None:
    """The policy is said once more for a branch."""
    api = cors_rest_api(stack, terms, FULL, preflight=Preflight.SHARED)
    plain_cdk.add_methods(api, FULL)
    cors_for(api.root.resource_for_path("/files/{proxy+}"), terms.policy)


def _one_permission(stack: Stack, terms: Terms, _times: int) -> None:
    api = cors_rest_api(stack, terms, FULL, integration_permissions="api")
    _add_functions(stack, api)


def _functions_plain(stack: Stack, terms: Terms) -> None:
    _add_functions(stack, _plain(stack, terms))


def _add_functions(stack: Stack, api: apigateway.RestApi) -> None:
    integration = apigateway.LambdaIntegration(plain_cdk.function(stack))
    for verb, path in FULL.methods():
        api.root.resource_for_path(path).add_method(verb, integration)


def _full_plain(stack: Stack, terms: Terms) -> None:
    plain_cdk.add_methods(_plain(stack, terms), FULL)


def _proxy(stack: Stack, terms: Terms, _times: int) -> None:
    _add_proxy(stack, cors_rest_api(stack, terms, PROXY))


def _proxy_plain(stack: Stack, terms: Terms) -> None:
    _add_proxy(stack, _plain(stack, terms))


def _add_proxy(stack: Stack, api: apigateway.RestApi) -> None:
    integration = apigateway.LambdaIntegration(plain_cdk.function(stack))
    api.root.add_method("ANY", integration)
    api.root.add_proxy(default_integration=integration)


def _root(stack: Stack, terms: Terms, _times: int) -> None:
    _add_machine(stack, cors_rest_api(stack, terms, ROOT))


def _root_plain(stack: Stack, terms: Terms) -> None:
    _add_machine(stack, _plain(stack, terms))


def _add_machine(stack: Stack, api: apigateway.RestApi) -> None:
    integration = apigateway.StepFunctionsIntegration.start_execution(plain_cdk.machine(stack))
    api.root.add_method("ANY", integration)


def _plain(stack: Stack, terms: Terms) -> apigateway.RestApi:
    return apigateway.RestApi(stack, "Api", **plain_cdk.binary(terms))


REFERENCES: Final = {
    FULL: InStacks(name="CorsRestApi", build=_full, plain=_full_plain),
    PROXY: InStacks(name="CorsRestApi with a proxy", build=_proxy, plain=_proxy_plain, description=PROXY),
    ROOT: InStacks(name="CorsRestApi, state machine", build=_root, plain=_root_plain, description=ROOT),
}
"""By what is built."""

ENTRANCES: Final = (
    *REFERENCES.values(),
    InStacks(name="CorsRestApi, shared", build=_shared, plain=_full_plain),
    InStacks(name="CorsRestApi, shared, a branch", build=_branch, plain=_full_plain, told=FEW),
    InStacks(name="CorsRestApi, one permission", build=_one_permission, plain=_functions_plain, told=FEW),
)
