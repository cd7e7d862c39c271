"""`CorsRestApi.from_attributes`: an API that is made in one stack, and gets most of its methods in another."""

from collections.abc import Callable
from typing import Any, Final

import attrs
from aws_cdk import App, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsRestApi

from . import plain_cdk
from .cors_rest_api import cors_rest_api
from .description import FULL
from .entrance import InStacks
from .handwritten import STAGE
from .terms import Terms

AT_HOME: Final = attrs.evolve(FULL, paths={"/": FULL.paths["/"]}, keyless=())
ELSEWHERE: Final = attrs.evolve(FULL, paths={path: verbs for path, verbs in FULL.paths.items() if path != "/"})
_OPTIONS: Final[dict[str, Any]] = {"deploy_options": apigateway.StageOptions(stage_name=STAGE)}

Home = Callable[[Stack, Terms], apigateway.RestApi]


def _ours(stack: Stack, terms: Terms) -> CorsRestApi:
    api = cors_rest_api(stack, terms, AT_HOME, **_OPTIONS)
    plain_cdk.add_methods(api, AT_HOME)
    return api


def _theirs(stack: Stack, terms: Terms) -> apigateway.RestApi:
    api = apigateway.RestApi(stack, "Api", **plain_cdk.binary(terms), **_OPTIONS)
    plain_cdk.add_methods(api, AT_HOME)
    return api


def _attributes(api: apigateway.RestApi) -> dict[str, Any]:
    return {"rest_api_id": api.rest_api_id, "root_resource_id": api.rest_api_root_resource_id}


def _import(stack: Stack, terms: Terms, attributes: dict[str, Any], **more: Any) -> None:
    api = CorsRestApi.from_attributes(
        stack, "Imported", cors=terms.policy, keyless=ELSEWHERE.keyless, **attributes, **more
    )
    plain_cdk.add_methods(api, ELSEWHERE)


def _import_plainly(stack: Stack, attributes: dict[str, Any]) -> apigateway.IRestApi:
    api = apigateway.RestApi.from_rest_api_attributes(stack, "Imported", **attributes)
    plain_cdk.add_methods(api, ELSEWHERE)
    return api


def _nested(stack: Stack, terms: Terms, _times: int) -> None:
    api = _ours(stack, terms)
    _import(NestedStack(stack, "Nested"), terms, _attributes(api))


def _nested_plain(stack: Stack, terms: Terms) -> None:
    api = _theirs(stack, terms)
    _import_plainly(NestedStack(stack, "Nested"), _attributes(api))


def _split(stack: Stack, terms: Terms, _times: int) -> None:
    api = _ours(_home(stack), terms)
    _import(stack, terms, _attributes(api), stage_name=STAGE)


def _split_plain(stack: Stack, terms: Terms) -> None:
    imported = _import_plainly(stack, _attributes(_theirs(_home(stack), terms)))
    apigateway.Deployment(stack, "Deployment", api=imported)


def _home(stack: Stack) -> Stack:
    """The stack that makes the API."""
    scope = stack.node.scope
    assert isinstance(scope, App)
    return Stack(scope, "Home")


ENTRANCES: Final = (
    InStacks(name="from_attributes, nested stack", build=_nested, plain=_nested_plain),
    InStacks(name="from_attributes, another stack", build=_split, plain=_split_plain, alone=True),
)
