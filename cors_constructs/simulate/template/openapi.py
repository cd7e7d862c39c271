"""REST APIs as OpenAPI documents with API Gateway's extensions: OpenAPI 3 and Swagger 2.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from cors_constructs.simulate.model import (
    Authorizer,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
)
from cors_constructs.simulate.template.methods import gateway_response_headers, response_headers, upper
from cors_constructs.simulate.template.openapi_bodies import request_models, validates
from cors_constructs.simulate.template.openapi_document import Document, Node
from cors_constructs.simulate.template.openapi_security import Guard, guard_of, read_schemes
from cors_constructs.simulate.template.shapes import flag, list_of, scalar, status, text, whole
from cors_constructs.simulate.values import Text, Unresolved

_X: Final = "x-amazon-apigateway-"
_ANY: Final = f"{_X}any-method"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html: no TRACE.
_VERBS: Final = {name: name.upper() for name in ("get", "put", "post", "delete", "options", "head", "patch")} | {
    _ANY: "ANY"
}
_PARAMETERS: Final = {"header": "header", "query": "querystring", "path": "path"}


@attrs.frozen
class Definition:
    """What a document says of its API. The attributes are those of `Api`."""

    title: Text | None
    paths: frozenset[str]
    methods: tuple[Method, ...]
    gateway_responses: Mapping[str, GatewayResponse]
    authorizers: tuple[Authorizer, ...]
    binary_media_types: tuple[Text, ...]
    api_key_source: Text | None
    notes: tuple[str, ...]


def read_definition(document: Document) -> Definition:
    """Reads a document.

    Raises:
        TemplateError: A value is of the wrong type, or a `$ref` leads nowhere.
    """
    root = document.root()
    schemes = read_schemes(root)
    paths = dict(root.mapping("paths").values(_is_path))
    return Definition(
        title=root.mapping("info").get("title", scalar),
        paths=frozenset(paths),
        methods=tuple(
            method for path, item in paths.items() for method in _methods(path, item, _Defaults(root, schemes))
        ),
        gateway_responses=dict(_gateway_responses(root)),
        authorizers=tuple(guard.authorizer for guard in schemes.values() if guard.authorizer is not None),
        binary_media_types=tuple(_list(root, f"{_X}binary-media-types")),
        api_key_source=upper(root.get(f"{_X}api-key-source", text)),
        notes=tuple(document.notes),
    )


@attrs.frozen
class _Defaults:
    """What the whole document says about each operation."""

    root: Node
    schemes: Mapping[str, Guard]


def _methods(path: str, item: Node, defaults: _Defaults) -> Iterator[Method]:
    for name, operation in item.values(_VERBS.__contains__):
        guard = guard_of(operation, defaults.schemes)
        validated = validates(operation, defaults.root)
        yield Method(
            operation.source,
            path,
            _VERBS[name],
            api_key_required=guard.api_key_required,
            authorization=guard.authorization,
            authorizer=guard.authorizer,
            integration=_integration(operation),
            responses=tuple(_responses(operation)),
            request_parameters={**_request_parameters(item), **_request_parameters(operation)},
            validates=validated,
            request_models=request_models(operation, item, defaults.root) if "body" in validated else {},
        )


def _integration(operation: Node) -> Integration | None:
    name = f"{_X}integration"
    if name not in operation:
        return None
    if isinstance(operation.value[name], Unresolved):
        operation.note(f"{operation.place.at(name)} is only known at deployment")
        return Integration(operation.value[name])
    given = operation.mapping(name)
    if "type" not in given:
        raise given.place.error("it has no type", "write mock, http, http_proxy, aws or aws_proxy")
    return Integration(
        upper(given.get("type", text)),
        http_method=given.get("httpMethod", text),
        uri=given.get("uri", text),
        passthrough_behavior=upper(given.get("passthroughBehavior", text, "WHEN_NO_MATCH")),
        request_templates=_texts(given, "requestTemplates"),
        request_parameters=_texts(given, "requestParameters"),
        content_handling=upper(given.get("contentHandling", text)),
        responses=tuple(_integration_responses(given)),
        timeout_ms=given.get("timeoutInMillis", whole),
    )


def _integration_responses(integration: Node) -> Iterator[IntegrationResponse]:
    for pattern, response in integration.mapping("responses").values():
        if not response.known:
            continue
        if "statusCode" not in response:
            raise response.place.error("it has no statusCode", "add statusCode")
        yield IntegrationResponse(
            response.get("statusCode", status),
            selection_pattern=None if pattern == "default" else pattern,
            headers=response_headers(_texts(response, "responseParameters")),
            templates=_texts(response, "responseTemplates"),
            content_handling=upper(response.get("contentHandling", text)),
        )


def _responses(operation: Node) -> Iterator[MethodResponse]:
    for code, response in operation.mapping("responses").values(_is_status):
        yield MethodResponse(code, dict.fromkeys(response.mapping("headers").value, False))


def _is_path(name: str) -> bool:
    return name.startswith("/")


def _is_status(name: str) -> bool:
    """Of the responses API Gateway takes those with a status; `default` says what the document's readers may expect."""
    return name != "default" and not name.startswith("x-")


def _request_parameters(node: Node) -> dict[str, Any]:
    """`parameters` of a path or an operation, by the name that mapping expressions have for them."""
    found = {}
    for parameter in node.mappings("parameters"):
        name, where = parameter.get("name", text), parameter.get("in", text)
        if isinstance(name, str) and where in _PARAMETERS:
            found[f"method.request.{_PARAMETERS[where]}.{name}"] = parameter.get("required", flag, False)
    return found


def _gateway_responses(root: Node) -> Iterator[tuple[str, GatewayResponse]]:
    for type_, response in root.mapping(f"{_X}gateway-responses").values():
        headers = gateway_response_headers(_texts(response, "responseParameters"))
        templates = _texts(response, "responseTemplates")
        yield type_, GatewayResponse(response.source, type_, response.get("statusCode", status), headers, templates)


def _texts(node: Node, name: str) -> dict[str, Text]:
    values = node.mapping(name)
    # CloudFormation refuses null in a template; in a file, API Gateway takes it for an empty text.
    null = {} if node.document.inside else {key: "" for key, value in values.value.items() if value is None}
    return {key: null[key] if key in null else values.get(key, scalar) for key in values.value}


def _list(node: Node, name: str) -> list[Text]:
    values = node.get(name, list_of(text), [])
    if isinstance(values, Unresolved):
        node.note(f"{node.place.at(name)} is only known at deployment")
        return []
    return list(values)
