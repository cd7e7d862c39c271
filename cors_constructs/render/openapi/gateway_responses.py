"""CORS headers on the errors that API Gateway makes itself, inside a document.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html
"""

from collections.abc import Mapping
from typing import Any, Final

from cors_constructs.render.errors import DEFAULT_TYPES, HEADER_PREFIX
from cors_constructs.render.openapi.marks import mark_headers, unmark_headers
from cors_constructs.render.openapi.reader import Reader

_RESPONSES: Final = "x-amazon-apigateway-gateway-responses"
_PARAMETERS: Final = "responseParameters"


def carry_headers(reader: Reader, headers: Mapping[str, str]) -> None:
    """Put the headers on the two defaults, which are made, and on every type that the document has.

    A response for one type hides the defaults' headers, so each of them gets its own. What the document says stays;
    what was added here before is replaced.
    """
    _remove(reader)
    if not headers:
        return
    given = reader.mapping(reader.document.get(_RESPONSES, {}), (_RESPONSES,))
    if given is None:
        return
    added = {}
    for type_ in dict.fromkeys([*given, *DEFAULT_TYPES]):
        parts = (_RESPONSES, type_)
        response = reader.mapping(given.get(type_, {}), parts)
        parameters = reader.mapping((response or {}).get(_PARAMETERS, {}), (*parts, _PARAMETERS))
        if response is None or parameters is None:
            continue
        said = {name.lower() for name in parameters}
        missing = {
            f"{HEADER_PREFIX}{name}": value
            for name, value in headers.items()
            if f"{HEADER_PREFIX}{name}".lower() not in said
        }
        if missing:
            added[type_] = dict(missing)
            given[type_] = {**response, _PARAMETERS: {**parameters, **missing}}
    if added:
        reader.document[_RESPONSES] = given
        mark_headers(reader.document, added)


def _remove(reader: Reader) -> None:
    """Take out what was added before, and what has been nothing else."""
    before = unmark_headers(reader.document)
    given = reader.document.get(_RESPONSES)
    if not before or not isinstance(given, dict):
        return
    for type_, headers in before.items():
        response = given.get(type_)
        parameters = response.get(_PARAMETERS) if isinstance(response, dict) else None
        if isinstance(response, dict) and isinstance(parameters, dict):
            response[_PARAMETERS] = _without(parameters, headers)
            if not response[_PARAMETERS]:
                del response[_PARAMETERS]
            if not response:
                del given[type_]
    if not given:
        del reader.document[_RESPONSES]


def _without(parameters: Mapping[str, Any], headers: Mapping[str, Any]) -> dict[str, Any]:
    """What is there beside the headers. One whose value somebody has changed since is theirs."""
    return {name: value for name, value in parameters.items() if name not in headers or value != headers[name]}
