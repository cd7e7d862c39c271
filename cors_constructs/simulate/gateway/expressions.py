"""Parameter mappings: where a header's value comes from.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html; names of headers
are read in any case there.
"""

import functools
import json
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.jsonpath import find

Expression: TypeAlias = Callable[[Invocation, Response | None], str | None]
"""Gives the value for a request and the backend's answer, or None where the source is missing."""

_KINDS: Final = ("header", "querystring", "path")
_SHORTEST_LITERAL: Final = 2


@functools.lru_cache(maxsize=1024)
def expression(text: str, side: str) -> Expression | None:  # noqa: PLR0911 - one for each kind of source
    """What a mapping expression reads, or None where it is none, which API Gateway refuses.

    Args:
        text: `'a literal'`, `method.request.header.X`, `context.x`, `stageVariables.x`, `integration.response.header.X`
            or `integration.response.body.x`.
        side: `integration` where a request is mapped, `method` where a response is, `gatewayresponse` for errors: what
            may be read differs.
    """
    if len(text) >= _SHORTEST_LITERAL and text[0] == text[-1] == "'":
        literal = text[1:-1]
        return lambda _, __: literal
    source, _, name = text.partition(".")
    if source == "context" and name:
        return lambda invocation, _: _context(invocation, name)
    if source == "stageVariables" and name:
        return lambda invocation, _: invocation.stage_variables.get(name)
    if side == "method":
        return _of_response(text)
    words = text.split(".", 3)
    if words[:2] == ["method", "request"] and len(words) == 4 and words[2] in _KINDS:  # noqa: PLR2004 - all four
        kind, wanted = words[2], words[3]
        return lambda invocation, _: invocation.parameter(kind, wanted)
    if words[:3] == ["method", "request", "body"] and side == "integration":
        path = _json_path(text, "method.request.body")
        return lambda invocation, _: _of_body(invocation.request.body, path)
    return None


def _of_response(text: str) -> Expression | None:
    if text.startswith("integration.response.header."):
        name = text.removeprefix("integration.response.header.")
        return lambda _, response: None if response is None else _last(response, name)
    if text.startswith("integration.response.multivalueheader."):
        name = text.removeprefix("integration.response.multivalueheader.")
        return lambda _, response: None if response is None else response.headers.get(name)
    if text == "integration.response.body" or text.startswith(
        ("integration.response.body.", "integration.response.body[")
    ):
        path = _json_path(text, "integration.response.body")
        return lambda _, response: None if response is None else _of_body(response.body, path)
    return None


def _last(response: Response, name: str) -> str | None:
    values = response.headers.all(name)
    return values[-1] if values else None


def _json_path(text: str, prefix: str) -> str:
    return "$" + text.removeprefix(prefix)


def _of_body(body: bytes, path: str) -> str | None:
    try:
        value = find(json.loads(body), path)
        if isinstance(value, dict | list):
            return json.dumps(value, separators=(",", ":"))
    except (ValueError, RecursionError, MappingError):
        return None
    return None if value is None else java.text(value)


def _context(invocation: Invocation, name: str) -> str | None:
    value: Any = invocation.context
    for word in name.split("."):
        value = value.get(word) if isinstance(value, dict) else None
    return None if value is None or isinstance(value, dict) else java.text(value)
