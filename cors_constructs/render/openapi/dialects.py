"""OpenAPI 3 and Swagger 2: what they call the same thing."""

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from cors_constructs.render.openapi.deployment import known_when
from cors_constructs.render.openapi.problems import OpenApiError, kind

_VERSIONS: Final = {"openapi": re.compile(r"3\.[01](\.\d+)?(-\S+)?"), "swagger": re.compile(r"2(\.0)?")}
_WRITE: Final = 'write openapi: "3.0.1", openapi: "3.1.0" or swagger: "2.0"'


@attrs.frozen
class Dialect:
    """How a version of OpenAPI spells things.

    Attributes:
        schemes: The keys that lead to the security schemes.
        typed_by_schema: Whether headers and parameters have a `schema` for their type.
    """

    schemes: tuple[str, ...]
    typed_by_schema: bool

    def string(self) -> dict[str, Any]:
        """What a header or a parameter that is a string says of its type."""
        return {"schema": {"type": "string"}} if self.typed_by_schema else {"type": "string"}


OPENAPI_3: Final = Dialect(("components", "securitySchemes"), typed_by_schema=True)
SWAGGER_2: Final = Dialect(("securityDefinitions",), typed_by_schema=False)


def schemes_in(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The security schemes of a document, as far as they can be read; those of the other version are none."""
    found: Any = document
    for name in (SWAGGER_2 if "swagger" in document else OPENAPI_3).schemes:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def dialect_of(document: dict[str, Any]) -> Dialect:
    """The dialect of a document. A version that YAML reads as a number is made the string that it is in OpenAPI.

    Raises:
        OpenApiError: It is no OpenAPI document, or of a version that is not known here.
    """
    named = [name for name in _VERSIONS if name in document]
    if len(named) != 1:
        raise OpenApiError([_not_one(document, named)])
    name = named[0]
    version = document[name]
    if known_when(version) is not None:
        raise OpenApiError([f"{name} is {known_when(version)}, and says how to read the rest: {_WRITE}"])
    text = str(version) if isinstance(version, str | int | float) and not isinstance(version, bool) else ""
    if not _VERSIONS[name].fullmatch(text):
        raise OpenApiError([f"{name} is {kind(version)}, and 3.0, 3.1 and Swagger 2.0 are what can be read: {_WRITE}"])
    if not isinstance(version, str):
        document[name] = "2.0" if name == "swagger" else text
    return OPENAPI_3 if name == "openapi" else SWAGGER_2


def _not_one(document: Mapping[str, Any], named: list[str]) -> str:
    if named:
        return "the document says both openapi and swagger: remove the one that it is not"
    if "swaggerVersion" in document:
        return f"the document is of Swagger 1: convert it, and {_WRITE}"
    if "Resources" in document:
        return "the document is a CloudFormation template: give the OpenAPI document in it, the API's Body"
    if "asyncapi" in document:
        return "the document is one of AsyncAPI, and a REST API is defined in OpenAPI: give that"
    return f"the document is not OpenAPI, it has neither openapi nor swagger: {_WRITE}"
