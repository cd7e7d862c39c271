"""`$input`: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html."""

import functools
import json
from typing import Any

from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java import Thing
from cors_constructs.simulate.vtl.jsonpath import Effort, find


def input_of(invocation: Invocation, body: bytes) -> Thing:
    """`$input` for a request and a body: the request's in a request template, the backend's in a response template."""

    def params(*names: Any) -> Any:
        if not names:
            # The names of headers are as they came: "Origin" finds no "origin".
            return {
                "path": dict(invocation.path_parameters),
                "querystring": dict(invocation.query_parameters),
                "header": dict(invocation.headers),
            }
        for values in (invocation.path_parameters, invocation.query_parameters, invocation.headers):
            if names[0] in values:
                return values[names[0]]
        return ""

    effort = Effort()

    @functools.cache
    def document() -> Any:
        return _document(body)

    def path(expression: Any = "$") -> Any:
        return java.of_json(find(document(), str(expression), effort))

    def as_json(expression: Any = "$") -> str:
        try:
            return json.dumps(find(document(), str(expression), effort), separators=(",", ":"), ensure_ascii=False)
        except RecursionError as error:
            raise MappingError("it writes JSON that is nested too deeply") from error

    text = body.decode("utf-8", "replace") or "{}"
    return Thing({"body": text}, {"params": params, "path": path, "json": as_json}, text)


def _document(body: bytes) -> Any:
    if not body.strip():
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MappingError(f"it reads the body as JSON, which it is not: {error}") from error
