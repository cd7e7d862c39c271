"""The keywords of JSON Schema draft 4, with their reasons: https://json-schema.org/draft-04/draft-fge-json-schema-validation-00.

The reasons are worded as the validator behind API Gateway words them, as far as users report what
`$context.error.validationErrorString` holds. `format` says nothing there, as they do.

They count their steps: no document, and no pattern, is looked at for ever.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any, Final, TypeAlias

from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError

from cors_constructs.simulate.gateway.ecma_regex import is_found
from cors_constructs.simulate.gateway.schema_steps import STEPS, TooMuchError

Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]
"""Takes the validator, the keyword's value, the document and the schema; gives what is wrong."""

_LONGEST: Final = 200
_NESTING: Final = frozenset({"$ref", "allOf", "anyOf", "not", "oneOf"})
_TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


def keywords() -> dict[str, Keyword]:
    """Every keyword by name, each counting its steps."""
    known = {**Draft4Validator.VALIDATORS, **_WORDED}
    return {name: _counted(keyword, 3 if name in _NESTING else 1) for name, keyword in known.items()}


def _counted(keyword: Keyword, steps: int) -> Keyword:
    def count(validator: Any, value: Any, document: Any, schema: Any) -> Iterator[ValidationError] | None:
        several = len(value) // 8 if isinstance(value, Mapping | list) else 0
        STEPS.get().spend(steps + several)
        return keyword(validator, value, document, schema)

    return count


def _of(type_: str, why_not: Callable[[Any, Any], str | None]) -> Keyword:
    """A keyword that says something of documents of one type: what is wrong, of its value and the document."""

    def check(validator: Any, value: Any, document: Any, _: Any) -> Iterator[ValidationError]:
        if validator.is_type(document, type_) and (why := why_not(value, document)) is not None:
            yield ValidationError(why)

    return check


def _found(pattern: str, text: str) -> bool:
    return is_found(pattern, text, STEPS.get().spend)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _same(value: Any) -> object:
    """What two documents have in common if, and only if, they are equal."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return ("array", tuple(map(_same, value)))
    if isinstance(value, Mapping):
        return ("object", frozenset((name, _same(item)) for name, item in value.items()))
    return value


# Any document


def _type(validator: Any, value: Any, document: Any, _: Any) -> Iterator[ValidationError]:
    types = [value] if isinstance(value, str) else value
    if not any(validator.is_type(document, type_) for type_ in types):
        allowed = sorted({*types, *(["integer"] if "number" in types else [])})
        found = next((type_ for type_ in _TYPES if validator.is_type(document, type_)), "null")
        yield ValidationError(
            f"instance type ({found}) does not match any allowed primitive type (allowed: {_shown(allowed)})"
        )


def _enum(_: Any, value: Sequence[Any], document: Any, __: Any) -> Iterator[ValidationError]:
    if _same(document) not in map(_same, value):
        yield ValidationError(
            f"instance value ({_shown(document)}) not found in enum (possible values: {_shown(value)})"
        )


def _all_of(validator: Any, value: Sequence[Any], document: Any, _: Any) -> Iterator[ValidationError]:
    matched = _matched(validator, value, document)
    if matched < len(value):
        yield ValidationError(
            f"instance failed to match all required schemas (matched only {matched} out of {len(value)})"
        )


def _any_of(validator: Any, value: Sequence[Any], document: Any, _: Any) -> Iterator[ValidationError]:
    if not any(_matches(validator, schema, document) for schema in value):
        yield ValidationError(f"instance failed to match at least one required schema among {len(value)}")


def _one_of(validator: Any, value: Sequence[Any], document: Any, _: Any) -> Iterator[ValidationError]:
    matched = _matched(validator, value, document)
    if matched != 1:
        yield ValidationError(f"instance failed to match exactly one schema (matched {matched} out of {len(value)})")


def _not(validator: Any, value: Any, document: Any, _: Any) -> Iterator[ValidationError]:
    if _matches(validator, value, document):
        yield ValidationError("instance matched a schema which it should not have")


def _matched(validator: Any, schemas: Sequence[Any], document: Any) -> int:
    return sum(_matches(validator, schema, document) for schema in schemas)


def _matches(validator: Any, schema: Any, document: Any) -> bool:
    return next(iter(validator.descend(document, schema)), None) is None


# Numbers


def _minimum(validator: Any, value: Any, document: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(document, "number"):
        return
    if document < value:
        yield ValidationError(
            f"numeric instance is lower than the required minimum (minimum: {value}, found: {document})"
        )
    elif document == value and schema.get("exclusiveMinimum") is True:
        yield ValidationError(f"numeric instance is not strictly greater than the required minimum {value}")


def _maximum(validator: Any, value: Any, document: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(document, "number"):
        return
    if document > value:
        yield ValidationError(
            f"numeric instance is greater than the required maximum (maximum: {value}, found: {document})"
        )
    elif document == value and schema.get("exclusiveMaximum") is True:
        yield ValidationError(f"numeric instance is not strictly lower than the required maximum {value}")


def _multiple_of(value: Any, document: Any) -> str | None:
    with localcontext() as context:
        context.prec = 1000
        try:
            fits = Decimal(str(document)) % Decimal(str(value)) == 0
        except ArithmeticError as error:
            raise TooMuchError(f"{_shown(document)} is too large to be divided by {value}") from error
    return None if fits else f"remainder of division is not zero ({document} / {value})"


# Strings


def _min_length(value: int, text: str) -> str | None:
    short = f"string {_shown(text)} is too short (length: {len(text)}, required minimum: {value})"
    return short if len(text) < value else None


def _max_length(value: int, text: str) -> str | None:
    long = f"string {_shown(text)} is too long (length: {len(text)}, maximum allowed: {value})"
    return long if len(text) > value else None


def _pattern(value: str, text: str) -> str | None:
    return None if _found(value, text) else f"ECMA 262 regex {_shown(value)} does not match input string {_shown(text)}"


# Arrays


def _additional_items(validator: Any, value: Any, document: Any, schema: Any) -> Iterator[ValidationError]:
    items = schema.get("items")
    if not validator.is_type(document, "array") or not isinstance(items, list):
        return
    if isinstance(value, Mapping):
        for index in range(len(items), len(document)):
            yield from validator.descend(document[index], value, path=index)
    elif value is False and len(document) > len(items):
        yield ValidationError(
            f"array only allows up to {len(items)} elements but instance has {len(document)} elements"
        )


def _min_items(value: int, items: Sequence[Any]) -> str | None:
    short = f"array is too short: must have at least {value} elements but instance has {len(items)} elements"
    return short if len(items) < value else None


def _max_items(value: int, items: Sequence[Any]) -> str | None:
    long = f"array is too long: must have at most {value} elements but instance has {len(items)} elements"
    return long if len(items) > value else None


def _unique_items(value: bool, items: Sequence[Any]) -> str | None:
    has_twins = value and len(set(map(_same, items))) < len(items)
    return "array must not contain duplicate elements" if has_twins else None


# Objects


def _required(value: Sequence[str], document: Mapping[str, Any]) -> str | None:
    missing = sorted({name for name in value if name not in document})
    return f"object has missing required properties ({_shown(missing)})" if missing else None


def _min_properties(value: int, document: Mapping[str, Any]) -> str | None:
    few = f"object has too few properties (found {len(document)} but schema requires at least {value})"
    return few if len(document) < value else None


def _max_properties(value: int, document: Mapping[str, Any]) -> str | None:
    many = f"object has too many properties (found {len(document)} but schema requires at most {value})"
    return many if len(document) > value else None


def _pattern_properties(validator: Any, value: Any, document: Any, _: Any) -> Iterator[ValidationError]:
    if not validator.is_type(document, "object"):
        return
    for pattern, schema in value.items():
        for name, item in document.items():
            STEPS.get().spend(1)
            if _found(pattern, name):
                yield from validator.descend(item, schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, value: Any, document: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(document, "object"):
        return
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    STEPS.get().spend(len(document) // 8 * (1 + len(patterns)))
    others = [name for name in document if name not in named and not any(_found(it, name) for it in patterns)]
    if isinstance(value, Mapping):
        for name in others:
            yield from validator.descend(document[name], value, path=name)
    elif value is False and others:
        yield ValidationError(
            f"object instance has properties which are not allowed by the schema: {_shown(sorted(others))}"
        )


def _dependencies(validator: Any, value: Any, document: Any, _: Any) -> Iterator[ValidationError]:
    if not validator.is_type(document, "object"):
        return
    for name, wanted in value.items():
        if name not in document:
            continue
        if isinstance(wanted, Mapping):
            yield from validator.descend(document, wanted, schema_path=name)
        elif missing := sorted(set(wanted) - set(document)):
            yield ValidationError(
                f"property {_shown(name)} of object has missing property dependencies "
                f"(schema requires {_shown(sorted(wanted))}; missing: {_shown(missing)})"
            )


_WORDED: Final[Mapping[str, Keyword]] = {
    "additionalItems": _additional_items,
    "additionalProperties": _additional_properties,
    "allOf": _all_of,
    "anyOf": _any_of,
    "dependencies": _dependencies,
    "enum": _enum,
    "maxItems": _of("array", _max_items),
    "maxLength": _of("string", _max_length),
    "maxProperties": _of("object", _max_properties),
    "maximum": _maximum,
    "minItems": _of("array", _min_items),
    "minLength": _of("string", _min_length),
    "minProperties": _of("object", _min_properties),
    "minimum": _minimum,
    "multipleOf": _of("number", _multiple_of),
    "not": _not,
    "oneOf": _one_of,
    "pattern": _of("string", _pattern),
    "patternProperties": _pattern_properties,
    "required": _of("object", _required),
    "type": _type,
    "uniqueItems": _of("array", _unique_items),
}
