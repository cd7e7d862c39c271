"""An OPTIONS for each path that the layout gives one.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from cors_constructs.policy import CorsPolicy, tokens
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.layout import Preflight, plan
from cors_constructs.render.openapi.copying import plain_copy
from cors_constructs.render.openapi.dialects import Dialect
from cors_constructs.render.openapi.marks import marked
from cors_constructs.render.openapi.operations import INTEGRATION, PathItem
from cors_constructs.render.openapi.reader import Reader
from cors_constructs.render.preflight import (
    CONTENT_HANDLING,
    PASSTHROUGH_BEHAVIOR,
    REQUEST_TEMPLATES,
    PreflightAnswer,
    preflight_answer,
)

# `{proxy+}` is the parameter `proxy`.
_PARAMETER: Final = re.compile(r"\{([^{}+]+)\+?\}")


def answer_preflights(
    reader: Reader,
    items: Sequence[PathItem],
    policies: PolicyTree,
    mode: Preflight,
    join: Callable[[Sequence[str]], str] | None,
) -> None:
    """Add the OPTIONS operations, each at the end of its path; and paths for those that have none, at the end."""
    verbs: dict[str, list[str]] = {}
    for item in items:
        verbs.setdefault(item.resource, []).extend(operation.verb for operation in item.operations)
    spelled = {item.resource: item for item in reversed(items)}
    answers: dict[tuple[CorsPolicy, frozenset[str]], PreflightAnswer] = {}
    for resource, methods in plan(verbs, mode, tops=tuple(policies.branches)).options.items():
        policy = policies.at(resource)
        if (policy, methods) not in answers:
            answers[policy, methods] = preflight_answer(policy, methods, join=join)
        there = spelled.get(resource)
        path, value = (resource, {}) if there is None else (there.path, there.value)
        operation = _operation(reader, path, value, answers[policy, methods])
        value["options"] = marked(operation, with_its_path=there is None)
        reader.document["paths"][path] = value


def _operation(reader: Reader, path: str, item: dict[str, Any], answer: PreflightAnswer) -> dict[str, Any]:
    parameters = list(_parameters(reader, path, item))
    response: dict[str, Any] = {"statusCode": answer.status_code, "responseParameters": answer.response_parameters}
    if answer.response_templates is not None:
        response["responseTemplates"] = answer.response_templates
        response["contentHandling"] = answer.response_content_handling
    return {
        "summary": "CORS preflight",
        **({"parameters": parameters} if parameters else {}),
        "responses": {
            answer.status_code: {
                "description": "What pages may do",
                "headers": {name: reader.dialect.string() for name in answer.declared_headers},
            }
        },
        "security": [],
        INTEGRATION: {
            "type": "mock",
            "passthroughBehavior": PASSTHROUGH_BEHAVIOR.lower(),
            "contentHandling": CONTENT_HANDLING,
            "requestTemplates": dict(REQUEST_TEMPLATES),
            "responses": {"default": response},
        },
    }


def _parameters(reader: Reader, path: str, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the OPTIONS has to say of parameters, beyond what its path says for all operations.

    A preflight brings none but those of the path, so what the path asks every operation for is not asked of it: a
    request validator, which may be the whole API's, would refuse it with 400.
    """
    given = [reader.followed(parameter) for parameter in _listed(item.get("parameters"))]
    said = [parameter for parameter in given if isinstance(parameter, dict)]
    for name in dict.fromkeys(_PARAMETER.findall(_known(path))):
        if not any(parameter.get("in") == "path" and parameter.get("name") == name for parameter in said):
            yield _path_parameter(name, reader.dialect)
    for parameter in said:
        if parameter.get("in") != "path" and parameter.get("required"):
            yield {**plain_copy(parameter), "required": False}


def _path_parameter(name: str, dialect: Dialect) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, **dialect.string()}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _known(path: str) -> str:
    """A path without the parts of it that only deployment knows, which look like parameters."""
    return tokens.stand_in(path)[0]
