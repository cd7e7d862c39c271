"""CORS headers on the errors that API Gateway makes itself, inside a document.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html
"""

from collections.abc import Iterable, Mapping
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
    before = _emptied(reader)
    if headers:
        _add(reader, headers)
    _sweep(reader, before)


def _add(reader: Reader, headers: Mapping[str, str]) -> None:
    given = reader.section(reader.document.get(_RESPONSES), (_RESPONSES,))
    if given is None:
        return
    added = {}
    for type_ in dict.fromkeys([*given, *DEFAULT_TYPES]):
        parts = (_RESPONSES, type_)
        response = reader.section(given.get(type_), parts)
        parameters = reader.section((response or {}).get(_PARAMETERS), (*parts, _PARAMETERS))
        if response is None or parameters is None:
            continue
        said = {name.lower() for name in parameters}
        named = {f"{HEADER_PREFIX}{name}": value for name, value in headers.items()}
        missing = {name: value for name, value in named.items() if name.lower() not in said}
        if missing:
            added[type_] = missing
            given[type_] = {**response, _PARAMETERS: {**parameters, **missing}}
    if added:
        reader.document[_RESPONSES] = given
        mark_headers(reader.document, added)


def _emptied(reader: Reader) -> list[str]:
    """Take out what was added before, in the places of which the new comes; and say what types had it."""
    before = unmark_headers(reader.document)
    given = reader.document.get(_RESPONSES)
    for type_, headers in before.items():
        response = given.get(type_) if isinstance(given, dict) else None
        parameters = response.get(_PARAMETERS) if isinstance(response, dict) else None
        if isinstance(response, dict) and isinstance(parameters, dict):
            response[_PARAMETERS] = _without(parameters, headers)
    return list(before)


def _sweep(reader: Reader, types: Iterable[str]) -> None:
    """Take out what nothing has come into again."""
    given = reader.document.get(_RESPONSES)
    for type_ in types:
        response = given.get(type_) if isinstance(given, dict) else None
        if isinstance(given, dict) and isinstance(response, dict) and response.get(_PARAMETERS) == {}:
            del response[_PARAMETERS]
            if not response:
                del given[type_]
            if not given:
                del reader.document[_RESPONSES]


def _without(parameters: Mapping[str, Any], headers: Mapping[str, Any]) -> dict[str, Any]:
    """What is there beside the headers. One whose value somebody has changed since is theirs."""
    return {name: value for name, value in parameters.items() if name not in headers or value != headers[name]}
