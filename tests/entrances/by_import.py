"""`CorsRestApi.from_attributes`: an API that is made in one stack, and gets most of its methods in another."""

from collections.abc import Callable
from typing import Any, Final

import attrs
from aws_cdk import App, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsRestApi

from . import plain_cdk
from .cors_rest_api import cors_rest_api
from .description import FULL, Description
from .entrance import InStacks
from .handwritten import STAGE
from .terms import Terms

_OPTIONS: Final[dict[str, Any]] = {"deploy_options": apigateway.StageOptions(stage_name=STAGE)}

Home = Callable[[Stack, Terms], apigateway.RestApi]


def _ours(stack: Stack, terms: Terms, description: Description = FULL) -> CorsRestApi:
    api = cors_rest_api(stack, terms, _at_home(description), **_OPTIONS)
    plain_cdk.add_methods(api, _at_home(description))
    return api


def _theirs(stack: Stack, terms: Terms, description: Description = FULL) -> apigateway.RestApi:
    api = apigateway.RestApi(stack, "Api", **plain_cdk.binary(terms), **_OPTIONS)
    plain_cdk.add_methods(api, _at_home(description))
    return api


def _at_home(description: Description) -> Description:
    return attrs.evolve(description, paths={"/": description.paths["/"]}, keyless=())


def _elsewhere(description: Description) -> Description:
    paths = {path: verbs for path, verbs in description.paths.items() if path != "/"}
    return attrs.evolve(description, paths=paths)


def _attributes(api: apigateway.RestApi) -> dict[str, Any]:
    return {"rest_api_id": api.rest_api_id, "root_resource_id": api.rest_api_root_resource_id}


def _import(
    stack: Stack, terms: Terms, attributes: dict[str, Any], description: Description = FULL, **more: Any
) -> None:
    api = CorsRestApi.from_attributes(
        stack, "Imported", cors=terms.policy, keyless=description.keyless, **attributes, **more
    )
    plain_cdk.add_methods(api, _elsewhere(description))


def _import_plainly(stack: Stack, attributes: dict[str, Any], description: Description = FULL) -> apigateway.IRestApi:
    api = apigateway.RestApi.from_rest_api_attributes(stack, "Imported", **attributes)
    plain_cdk.add_methods(api, _elsewhere(description))
    return api


def nested(stack: Stack, terms: Terms, _times: int, description: Description = FULL) -> None:
    """What is not at the root, in a nested stack."""
    api = _ours(stack, terms, description)
    _import(NestedStack(stack, "Nested"), terms, _attributes(api), description)


def nested_plain(stack: Stack, terms: Terms, description: Description = FULL) -> None:
    """The same without anything of ours."""
    api = _theirs(stack, terms, description)
    _import_plainly(NestedStack(stack, "Nested"), _attributes(api), description)


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
    InStacks(name="from_attributes, nested stack", build=nested, plain=nested_plain),
    InStacks(name="from_attributes, another stack", build=_split, plain=_split_plain, alone=True),
)
