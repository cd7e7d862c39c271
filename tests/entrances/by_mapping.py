"""The API whose answers the gateway puts together, by each kind of entrance: they carry the policy's headers alike."""

from collections.abc import Callable
from functools import partial
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from . import by_cloudformation, by_document, by_enable_cors, by_import, plain_cdk
from .cors_rest_api import REFERENCES, cors_rest_api
from .description import MAPPED, Description
from .entrance import Entrance, InStacks, InTemplates
from .handwritten import integration, openapi, swagger
from .terms import Terms


def _methods(stack: Stack, terms: Terms, _times: int) -> None:
    plain_cdk.add_methods(cors_rest_api(stack, terms, MAPPED), MAPPED)


def _methods_plain(stack: Stack, terms: Terms) -> None:
    plain_cdk.add_methods(apigateway.RestApi(stack, "Api", **plain_cdk.binary(terms)), MAPPED)


def _document(stack: Stack, terms: Terms, _times: int) -> None:
    by_document.specified(stack, terms, MAPPED, document=openapi(terms, MAPPED))


def _swagger(stack: Stack, terms: Terms, _times: int) -> None:
    by_document.specified(stack, terms, MAPPED, document=swagger(terms, MAPPED))


def _routes(stack: Stack, terms: Terms, _times: int) -> None:
    api = by_document.specified(stack, terms, MAPPED)
    for path, verbs in MAPPED.paths.items():
        api.add_routes(path=path, methods=verbs, integration=integration(MAPPED))


def _enabled(name: str, plain: Callable[[Stack, Terms, Description], object]) -> InStacks:
    return by_enable_cors.entrance(
        f"{name}, mapped", _plain(plain), by_enable_cors.aspect_of_the_stack, description=MAPPED
    )


def _plain(build: Callable[[Stack, Terms, Description], object]) -> by_enable_cors.Plain:
    return lambda stack, terms: build(stack, terms, MAPPED)


_SPECIFIED: Final = _plain(by_document.plain)

REFERENCE: Final = InStacks(name="CorsRestApi, mapped", build=_methods, plain=_methods_plain, description=MAPPED)
EVERY_REFERENCE: Final = {**REFERENCES, MAPPED: REFERENCE}
"""What the other entrances are measured by, by what is built."""

ENTRANCES: Final[tuple[Entrance, ...]] = (
    REFERENCE,
    InStacks(
        name="from_attributes, nested stack, mapped",
        build=partial(by_import.nested, description=MAPPED),
        plain=_plain(by_import.nested_plain),
        description=MAPPED,
    ),
    _enabled("on RestApi", plain_cdk.rest_api),
    _enabled("on bare CloudFormation", by_cloudformation.bare),
    _enabled("on CfnInclude", by_cloudformation.included),
    _enabled("on SAM", by_cloudformation.sam),
    _enabled("on SpecRestApi", by_enable_cors.specified),
    InStacks(name="CorsSpecRestApi, mapped", build=_document, plain=_SPECIFIED, description=MAPPED),
    InStacks(name="CorsSpecRestApi, Swagger 2, mapped", build=_swagger, plain=_SPECIFIED, description=MAPPED),
    InStacks(name="CorsSpecRestApi, routes, mapped", build=_routes, plain=_SPECIFIED, description=MAPPED),
    InTemplates(
        name="patch_openapi, mapped",
        write=partial(by_document.patched, description=MAPPED),
        description=MAPPED,
        repeatable=True,
    ),
)
