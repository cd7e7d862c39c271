"""Values in a document that only deployment knows, and where they come from."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aws_cdk import Reference, Stack, Tokenization
from constructs import IConstruct

from cors_constructs.cdk.tree import identity
from cors_constructs.policy.tokens import holds_token
from cors_constructs.render.openapi.deployment import known_when

_TEMPLATES: Final = ("requestTemplates", "responseTemplates")


def first_deployed(resolved: Any) -> str | None:
    """The place of a value that only deployment knows, in a document that was resolved; None where there is none."""
    return next(_deployed(resolved, ""), None)


def first_foreign(api: IConstruct, document: Any) -> str | None:
    """The construct in another stack that a value of a document comes from; None where there is none.

    The CDK ties two stacks together by what it finds in their resources. It does not look into files.
    """
    stack = identity(Stack.of(api))
    for token in _tokens(document, set()):
        if Reference.is_reference(token) and identity(Stack.of(token.target)) != stack:
            return str(token.target.node.path)
    return None


def write_nulls_out(value: Any) -> None:
    """Write empty texts for templates that are null, as API Gateway reads them.

    CloudFormation takes no null, and the CDK leaves it out; where it stands for nothing at all, that is the same.

    Args:
        value: A document, which is changed.
    """
    if isinstance(value, dict):
        for name, item in value.items():
            if name in _TEMPLATES and isinstance(item, dict):
                item.update({kind: "" for kind, template in item.items() if template is None})
            write_nulls_out(item)
    elif isinstance(value, list):
        for item in value:
            write_nulls_out(item)


def first_null_item(value: Any, place: str = "") -> str | None:
    """The first list in a document with a null in it, such as `enum: [a, null]`; None where there is none."""
    if isinstance(value, list):
        if None in value:
            return place
        inner = ((f"{place}[{index}]", item) for index, item in enumerate(value))
    elif isinstance(value, dict):
        inner = ((f"{place}.{name}" if place else name, item) for name, item in value.items())
    else:
        return None
    return next((found for where, item in inner if (found := first_null_item(item, where)) is not None), None)


def _deployed(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, dict) and known_when(value):
        yield place
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _deployed(item, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _deployed(item, f"{place}[{index}]")


def _tokens(value: Any, seen: set[str]) -> Iterator[Any]:
    """The tokens of a document that was not resolved; of texts that are the same, those of one."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _tokens(item, seen)
    elif isinstance(value, list):
        for item in value:
            yield from _tokens(item, seen)
    elif isinstance(value, str):
        if holds_token(value) and value not in seen:
            seen.add(value)
            yield from Tokenization.reverse_string(value).tokens
    elif value is not None and not isinstance(value, bool | int | float):
        yield value
