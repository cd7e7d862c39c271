"""`CorsSpecRestApi`, from documents of each kind and from routes; and `patch_openapi` without the CDK."""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import yaml
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsSpecRestApi, Preflight, patch_openapi

from .description import BACKEND, CLIENT, FULL, Description, Json
from .entrance import InStacks, InTemplates
from .handwritten import openapi, swagger, template_of_document
from .plain_cdk import ALL_BINARY, function
from .terms import FEW, Terms

_TOO_LARGE: Final = 800_000
"""Bytes that are too many for a document in a template, which takes 1,000,000 in all."""


def specified(stack: Stack, terms: Terms, description: Description = FULL, **more: Any) -> CorsSpecRestApi:
    """A `CorsSpecRestApi` on these terms, with its client."""
    api = CorsSpecRestApi(
        stack,
        "Api",
        cors=terms.policy,
        keyless=description.keyless,
        error_responses=terms.error_responses,
        **more,
    )
    api.add_client(CLIENT)
    return api


def plain(stack: Stack, terms: Terms, description: Description = FULL) -> apigateway.SpecRestApi:
    """The CDK's own, of the same document."""
    definition = apigateway.ApiDefinition.from_inline(openapi(terms, description))
    return apigateway.SpecRestApi(stack, "Api", api_definition=definition)


def _mapping(stack: Stack, terms: Terms, _times: int) -> None:
    specified(stack, terms, document=openapi(terms, FULL))


def _mapping_shared(stack: Stack, terms: Terms, _times: int) -> None:
    specified(stack, terms, document=openapi(terms, FULL), preflight=Preflight.SHARED)


def _errors_as_resources(stack: Stack, terms: Terms, _times: int) -> None:
    specified(stack, terms, document=openapi(terms, FULL), gateway_responses_as_resources=True)


def _yaml_file(stack: Stack, terms: Terms, _times: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "api.yaml")
        file.write_text(yaml.safe_dump(openapi(terms, FULL), sort_keys=False))
        specified(stack, terms, document=file)


def _swagger(stack: Stack, terms: Terms, _times: int) -> None:
    specified(stack, terms, document=json.dumps(swagger(terms, FULL)))


def _definition(stack: Stack, terms: Terms, _times: int) -> None:
    specified(stack, terms, api_definition=apigateway.ApiDefinition.from_inline(openapi(terms, FULL)))


def _large(stack: Stack, terms: Terms, _times: int) -> None:
    document = openapi(terms, FULL)
    document["info"]["description"] = "-" * _TOO_LARGE
    specified(stack, terms, document=document)


def _routes(stack: Stack, terms: Terms, _times: int, **more: Any) -> None:
    api = specified(stack, terms, **more)
    if terms.binary:  # which older versions of the CDK do not take as a property of a SpecRestApi
        resource = api.node.default_child
        assert isinstance(resource, apigateway.CfnRestApi)
        resource.binary_media_types = ALL_BINARY
    handler = function(stack)
    for path, verbs in FULL.paths.items():
        api.add_routes(path=path, methods=verbs, integration=BACKEND if path == "/health" else handler)


def _routes_shared(stack: Stack, terms: Terms, times: int) -> None:
    _routes(stack, terms, times, preflight=Preflight.SHARED)


def patched(terms: Terms, times: int, description: Description = FULL) -> Json:
    """A template whose document somebody patched before it was deployed."""
    document = openapi(terms, description)
    for _ in range(times):
        document = patch_openapi(
            document, terms.policy, keyless=description.keyless, error_responses=terms.error_responses
        )
    return template_of_document(document)


ENTRANCES: Final = (
    InStacks(name="CorsSpecRestApi, mapping", build=_mapping, plain=plain),
    InStacks(name="CorsSpecRestApi, mapping, shared", build=_mapping_shared, plain=plain, told=FEW),
    InStacks(name="CorsSpecRestApi, errors as resources", build=_errors_as_resources, plain=plain, told=FEW),
    InStacks(name="CorsSpecRestApi, YAML file", build=_yaml_file, plain=plain, told=FEW),
    InStacks(name="CorsSpecRestApi, Swagger 2", build=_swagger, plain=plain),
    InStacks(name="CorsSpecRestApi, ApiDefinition", build=_definition, plain=plain, told=FEW),
    InStacks(name="CorsSpecRestApi, moved to an asset", build=_large, plain=plain, told=FEW),
    InStacks(name="CorsSpecRestApi, routes", build=_routes, plain=plain),
    InStacks(name="CorsSpecRestApi, routes, shared", build=_routes_shared, plain=plain, told=FEW),
    InTemplates(name="patch_openapi", write=patched, repeatable=True),
)
