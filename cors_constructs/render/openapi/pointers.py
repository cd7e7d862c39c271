"""References within a document (https://spec.openapis.org/oas/v3.0.4.html#reference-object), and those beyond it."""

import difflib
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from cors_constructs.policy import tokens
from cors_constructs.render.openapi.deployment import known_when
from cors_constructs.render.openapi.problems import Parts, place, shown

NOWHERE: Final = object()
_PERHAPS: Final = object()  # nobody knows before deployment

# Models of other APIs, which API Gateway reads by itself.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
_MODELS: Final = "https://apigateway.amazonaws.com/"

# Mappings whose keys are names that the document's author chose: `default` and `example` are no keywords there.
_SCHEMAS: Final = frozenset({"properties", "patternProperties", "$defs", "definitions", "schemas", "dependentSchemas"})
_EXTENDED: Final = frozenset({"paths", "responses", "callbacks", "webhooks", "pathItems"})
_NAMED: Final = (
    _SCHEMAS
    | _EXTENDED
    | {
        "content",
        "encoding",
        "examples",
        "headers",
        "links",
        "parameters",
        "requestBodies",
        "securityDefinitions",
        "securitySchemes",
    }
)
# What stands there is a value to send or to show, whatever it looks like.
_LITERAL: Final = frozenset({"const", "default", "enum", "example", "value"})


def follow(document: dict[str, Any], value: Any) -> Any:
    """What a `$ref` refers to, by way of others; the value itself where it is none; or `NOWHERE`."""
    seen: set[str] = set()
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        pointer = value["$ref"]
        if pointer in seen or not pointer.startswith("#"):
            return NOWHERE
        seen.add(pointer)
        value = _at(document, pointer, seen)
    return value


def dangling(document: dict[str, Any], *, swagger_2: bool) -> Iterator[str]:
    """A problem for each `$ref` that leads nowhere, or out of the document."""
    for parts, reference in _references(document, swagger_2=swagger_2):
        pointer = reference["$ref"]
        if tokens.holds_token(pointer) or pointer.startswith(_MODELS):
            continue
        where = f"{place((*parts, '$ref'))} refers to"
        if not pointer.startswith("#"):
            yield (
                f"{where} {shown(pointer)}, another document, and API Gateway reads one: bundle them into one file, "
                "or write it out here"
            )
        elif follow(document, reference) is NOWHERE:
            yield f"{where} {shown(pointer)}, which leads nowhere: {_advice(document, pointer, parts)}"


def _references(document: dict[str, Any], *, swagger_2: bool) -> Iterator[tuple[Parts, dict[str, Any]]]:
    waiting: list[tuple[Parts, Any, str | None]] = [((), document, None)]
    while waiting:
        parts, value, names = waiting.pop()
        if isinstance(value, list):
            waiting.extend(((*parts, index), item, None) for index, item in reversed(list(enumerate(value))))
        if not isinstance(value, dict):
            continue
        if names is None and isinstance(value.get("$ref"), str):
            yield parts, value
        if names is None and "$id" in value:  # references in it start from there
            continue
        for key, item in reversed(value.items()):
            if not _is_literal(key, item, names, swagger_2=swagger_2):
                named = names is None and key in _NAMED and isinstance(item, dict)
                waiting.append(((*parts, key), item, key if named else None))


def _is_literal(key: str, item: Any, names: str | None, *, swagger_2: bool) -> bool:
    if names is not None:
        return names in _EXTENDED and key.startswith("x-")
    if key == "examples":
        return swagger_2 or not isinstance(item, dict)
    return key in _LITERAL or key.startswith("x-")


def _at(document: dict[str, Any], pointer: str, seen: set[str]) -> Any:
    """What a pointer points to. References on its way are followed, as tools do that read the document."""
    if not pointer.startswith("#/"):
        return _named(document, unquote(pointer))
    found: Any = document
    for part in pointer[2:].split("/"):
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name not in found and isinstance(found.get("$ref"), str):
            beyond = found["$ref"]
            found = NOWHERE if beyond in seen else _at(document, beyond, seen | {beyond})
        found = _step(found, name)
        if found is NOWHERE or found is _PERHAPS:
            break
    return {} if found is _PERHAPS else found


def _step(found: Any, name: str) -> Any:
    if isinstance(found, list):
        return found[int(name)] if name.isdecimal() and int(name) < len(found) else NOWHERE
    if isinstance(found, dict) and name in found:
        return found[name]
    return NOWHERE if found is NOWHERE or known_when(found) is None else _PERHAPS


def _named(document: dict[str, Any], fragment: str) -> Any:
    """The document itself, or what has an `$anchor`.

    https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.2
    """
    if fragment == "#":
        return document
    waiting: list[Any] = [document] if fragment.startswith("#") else []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if fragment[1:] in {value.get("$anchor"), value.get("$dynamicAnchor")}:
                return value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return NOWHERE


def _advice(document: dict[str, Any], pointer: str, parts: Parts) -> str:
    if _at(document, pointer, set()) is not NOWHERE:
        return "what is there is a $ref too, and leads nowhere or back: write one of them out"
    above, _, name = pointer.rpartition("/")
    around = _at(document, above, set()) if above.startswith("#/") else NOWHERE
    names = [other for other in around if other != parts[-1]] if isinstance(around, dict) else []
    close = difflib.get_close_matches(name.replace("~1", "/").replace("~0", "~"), names, n=1, cutoff=0.5)
    if close:
        meant = close[0].replace("~", "~0").replace("/", "~1")
        return f"did you mean {shown(f'{above}/{meant}')}?"
    return "refer to what is there, or add it"
