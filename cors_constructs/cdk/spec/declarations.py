"""What an operation has to declare, for API Gateway to import what its integration maps.

Parameters that are mapped from and not declared are refused ("Invalid mapping expression parameter specified"), and so
are integration responses whose status or headers the method has not ("No method response exists for method").
https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cors_constructs.policy.tokens import holds_token
from cors_constructs.render.openapi.dialects import Dialect

_SOURCE: Final = re.compile(r"method\.request\.(?P<where>path|(?:multivalue)?(?:querystring|header))\.(?P<name>\S+)")
_IN: Final = {"path": "path", "querystring": "query", "header": "header"}
_HEADER: Final = "method.response.header."
_UNDESCRIBED: Final = "What the integration answers"


def parameters_of(integration: Mapping[str, Any], dialect: Dialect) -> list[dict[str, Any]]:
    """The parameters that an integration maps from; those that are not the path's may be left out by callers."""
    return [
        {"name": name, "in": where, "required": where == "path", **dialect.string()}
        for where, name in dict.fromkeys(_sources(integration))
    ]


def responses_of(integration: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """The responses that an integration's are mapped to, by status, with the headers that they set."""
    declared: dict[str, Any] = {}
    for answer in _mapping(integration.get("responses")).values():
        status = _mapping(answer).get("statusCode")
        if not isinstance(status, str | int) or (isinstance(status, str) and holds_token(status)):
            continue
        response = declared.setdefault(str(status), {"description": _UNDESCRIBED})
        for target in _mapping(answer.get("responseParameters")):
            if target.startswith(_HEADER):
                response.setdefault("headers", {})[target.removeprefix(_HEADER)] = dialect.string()
    return declared


def mapping_problems(integration: Mapping[str, Any], variables: Sequence[str]) -> list[str]:
    """A sentence for each variable that an integration maps from and the path has not."""
    had = ", ".join(f"{{{variable}}}" for variable in variables) or "none"
    return [
        f"integration maps from method.request.path.{name}, which is no variable of the path (it has {had}): name one "
        "of the path's, or write the value"
        for where, name in dict.fromkeys(_sources(integration))
        if where == "path" and name not in variables and not holds_token(name)
    ]


def _sources(integration: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cached = integration.get("cacheKeyParameters")
    mapped = _mapping(integration.get("requestParameters")).values()
    for source in [*mapped, *(cached if isinstance(cached, list) else [])]:
        found = _SOURCE.fullmatch(source) if isinstance(source, str) else None
        if found is not None:
            yield _IN[found["where"].removeprefix("multivalue")], found["name"]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
