"""What requests are validated by, where an OpenAPI document says it: validators, and the schemas of bodies.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validators.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.simulate.model import RequestModel
from cors_constructs.simulate.template.openapi_document import Document, Node
from cors_constructs.simulate.template.places import shown
from cors_constructs.simulate.template.schemas import (
    Address,
    BrokenSchemaError,
    UnknownSchemaError,
    model_named,
    pointed_at,
    read_request_model,
)
from cors_constructs.simulate.template.shapes import flag, list_of, scalar, text
from cors_constructs.simulate.values import Flag, Unresolved

_X: Final = "x-amazon-apigateway-"
_VALIDATED: Final = {"validateRequestBody": "body", "validateRequestParameters": "params"}
_JSON: Final = "application/json"
_ALL: Final = "$default"

# What a Swagger document says of lengths does not reach the models that are made of it:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html tells of items, users of
# properties (https://github.com/aws/serverless-application-model/discussions/2708). Of OpenAPI 3 they say that it does
# (https://github.com/andylockran/spectral-aws-apigateway-ruleset/pull/8).
_LOST: Final = frozenset({"maxItems", "maxProperties", "minItems", "minProperties"})


def validates(operation: Node, root: Node) -> Mapping[str, Flag]:
    """What an operation's validator looks at; the document's own where it names none.

    Raises:
        TemplateError: A value is of the wrong type.
    """
    chosen = operation.get(f"{_X}request-validator", text, root.get(f"{_X}request-validator", text))
    if chosen is None:
        return {}
    validators = root.mapping(f"{_X}request-validators")
    unknown = chosen if isinstance(chosen, Unresolved) else None
    if not validators.known:
        unknown = Unresolved(f"{_X}request-validators")
    if unknown is not None:
        return {"body": unknown, "params": unknown}
    if chosen not in validators:
        return {}
    validator = validators.mapping(chosen)
    if not validator.known:
        return dict.fromkeys(_VALIDATED.values(), Unresolved(f"{_X}request-validators.{chosen}"))
    flags = {what: validator.get(name, flag, False) for name, what in _VALIDATED.items()}
    return {what: given for what, given in flags.items() if given is not False}


def request_models(operation: Node, item: Node, root: Node) -> dict[str, RequestModel]:
    """The models of an operation's bodies by content type.

    Args:
        operation: The operation.
        item: Its path item, whose parameters are its own, too.
        root: The document.

    Raises:
        TemplateError: A value is of the wrong type, or a reference leads nowhere.
    """
    if "swagger" in root:
        return dict(_of_parameter(operation, item, root))
    if "requestBody" not in operation:
        return {}
    body = operation.mapping("requestBody")
    content = body.mapping("content")
    if not body.known or not content.known:
        return {_ALL: _unknown(operation, "requestBody")}
    models = {type_: _model(media, frozenset()) for type_, media in content.values() if "schema" in media}
    unknown = {type_: _unknown(operation, type_) for type_, media in content.values() if not media.known}
    return models | unknown


def _of_parameter(operation: Node, item: Node, root: Node) -> Iterator[tuple[str, RequestModel]]:
    # An operation's parameter stands in for the path's, and there is one for the body at most.
    bodies = [it for node in (item, operation) for it in node.mappings("parameters") if it.value.get("in") == "body"]
    if not bodies or "schema" not in bodies[-1]:
        return
    model = _model(bodies[-1], _LOST)
    types = operation.get("consumes", list_of(scalar), root.get("consumes", list_of(scalar))) or [_JSON]
    if isinstance(types, Unresolved):
        yield _ALL, _unknown(operation, "consumes")
        return
    for type_ in types:
        yield str(type_), model


def _unknown(operation: Node, name: str) -> RequestModel:
    return RequestModel(operation.source, "", Unresolved(name))


def _model(holder: Node, without: frozenset[str]) -> RequestModel:
    """The model that is made of the schema in a mapping."""
    schema, document = holder.value["schema"], holder.document
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    name = reference.rpartition("/")[2] if isinstance(reference, str) else ""

    def find(reference: Any, _: Address) -> tuple[Address, Any]:
        pointer = _pointer(document, reference)
        return ("", pointer), pointed_at(document.value, pointer, str(reference))

    return read_request_model(holder.source, name, lambda: (("", str(holder.place)), schema), find, without)


def _pointer(document: Document, reference: Any) -> str:
    if isinstance(reference, Unresolved):
        raise UnknownSchemaError(reference)
    path, _, pointer = reference.partition("#")
    if not path:
        return str(pointer)
    name = model_named(path)
    if name is None:
        raise BrokenSchemaError(f"its $ref {shown(reference)} leads to another document, which is never fetched")
    return f"/definitions/{name}" if "swagger" in document.value else f"/components/schemas/{name}"
