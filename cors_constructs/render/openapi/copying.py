"""A copy of a document that is nobody else's, of plain values and whatever only deployment knows."""

import datetime
import os
from collections.abc import Mapping
from typing import Any, Final

from cors_constructs.render.openapi.problems import OpenApiError, Parts, kind, place, shown

DEEPEST: Final = 100
# API Gateway takes definitions of 6 MB, which hold fewer values than this.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MOST_VALUES: Final = 500_000

_GREATEST: Final = 10**308  # of the numbers that readers of JSON make of what they read


_BROKEN: Final = "holds half of a character (a lone surrogate), which no text has: write the whole character"


class Twice(dict[str, Any]):
    """An object of a JSON text that has a key twice."""

    key: str


def is_broken(text: str) -> bool:
    """Whether a text holds what cannot be written: half of a character, which JSON can spell."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def plain_copy(given: Any) -> Any:
    """Copy mappings and lists; keep what else there is, tokens of the CDK among it.

    Numbers that are keys become strings (`200:` in YAML), and dates become strings.

    Raises:
        OpenApiError: It holds itself, is too deep or too large, or holds what JSON has no word for.
    """
    problems: list[str] = []
    copied: list[Any] = [None]
    waiting: list[tuple[Any, Any, Any, Parts]] = [(given, copied, 0, ())]
    seen = 0
    while waiting:
        value, into, key, parts = waiting.pop()
        seen += 1
        if len(parts) > DEEPEST:
            raise OpenApiError([f"{place(parts[:3])} is nested more than {DEEPEST} deep: look for a part of it that "
                                "holds itself"])  # fmt: skip
        if seen > MOST_VALUES:
            raise OpenApiError([f"the document has more than {MOST_VALUES:,} values, once aliases are written out, and "
                                "API Gateway takes definitions of 6 MB: make two APIs of it"])  # fmt: skip
        plain: Any
        if isinstance(value, Mapping):
            if isinstance(value, Twice):
                problems.append(f"{place((*parts, value.key))} is there twice: remove one, or join them")
            items = _named(value, parts, problems)
            plain = dict.fromkeys(items)
            waiting.extend((items[name], plain, name, (*parts, name)) for name in reversed(items))
        elif isinstance(value, list | tuple):
            plain = [None] * len(value)
            waiting.extend((value[index], plain, index, (*parts, index)) for index in reversed(range(len(value))))
        else:
            plain = _scalar(value, parts, problems)
        into[key] = plain
    if problems:
        raise OpenApiError(problems)
    return copied[0]


def _named(value: Mapping[Any, Any], parts: Parts, problems: list[str]) -> dict[str, Any]:
    items: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(key, str):
            name = str.__str__(key)
            if is_broken(name):
                problems.append(f"{place((*parts, name))} {_BROKEN}")
        elif isinstance(key, int) and not isinstance(key, bool):
            name = int.__repr__(key)  # not what an enumeration calls it
        else:
            said = kind(key) if isinstance(key, bool | float | None) else type(key).__name__
            problems.append(
                f"{place(parts) or 'the document'} has a key that is {said}, not a string: put it in quotes"
            )
            continue
        if name in items:
            problems.append(f"{place((*parts, name))} is there twice, as a string and as a number: remove one")
        items[name] = item
    return items


def _scalar(value: Any, parts: Parts, problems: list[str]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if is_broken(value):
            problems.append(f"{place(parts)} {_BROKEN}")
        return str.__str__(value)
    if isinstance(value, int):
        if not -_GREATEST < value < _GREATEST:
            problems.append(f"{place(parts)} is a number of more than 300 digits: write a smaller one, or a string")
        return int(value)
    if isinstance(value, float):
        if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - not a number is unlike itself
            problems.append(f"{place(parts)} is {value}, which JSON has no word for: write a number")
        return value
    if isinstance(value, datetime.date | datetime.time):  # readers of YAML make dates of what OpenAPI takes for strings
        return value.isoformat()
    if not _is_of_the_cdk(value):
        named = value if isinstance(value, type) else type(value)
        problems.append(f"{place(parts)} is {shown(named.__name__)}, which JSON has no word for: write a string")
    return value


def _is_of_the_cdk(value: Any) -> bool:
    """Whether it is a token, or something else that the CDK knows how to write."""
    if isinstance(value, type | os.PathLike):  # paths resolve as well
        return False
    return hasattr(value, "resolve") or hasattr(type(value), "__jsii_type__")
