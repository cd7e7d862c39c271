"""What values are in a mapping template: Java's strings, numbers, lists and maps, and what operators make of them."""

import json
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.vtl.error import MappingError

Method: TypeAlias = Callable[..., Any]

# API Gateway takes no more than 10 MB of payload
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html); a
# template must not fill the memory either.
MAX_TEXT: Final = 10 * 1024 * 1024
_MAX_PIECES: Final = 100_000
_MAX_NUMBER: Final = 2**63


class Thing:
    """An object, such as `$input`: named attributes and methods, and nothing else."""

    __slots__ = ("attributes", "methods", "written")

    def __init__(self, attributes: Mapping[str, Any], methods: Mapping[str, Method], written: str = "") -> None:
        """Takes the values by attribute, the functions by method, and what the object itself is written as."""
        self.attributes = attributes
        self.methods = methods
        self.written = written


class JsonList(list[Any]):
    """A list out of a JSON document, which is written as JSON."""


def of_json(value: Any) -> Any:
    """A JSON document's value, as a template sees it."""
    if isinstance(value, dict):
        return {name: of_json(it) for name, it in value.items()}
    return JsonList(map(of_json, value)) if isinstance(value, list) else value


def text(value: Any) -> str:
    """The value as Java writes it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Thing):
        return value.written
    return _collected(value) if isinstance(value, list | dict) else str(value)


def _collected(value: Any) -> str:
    if isinstance(value, JsonList):
        length(value)
        try:
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        except (TypeError, ValueError) as error:
            raise MappingError(f"a list cannot be written as JSON: {error}") from error
    pieces: list[str] = []
    _write(value, pieces)
    return short_enough("".join(pieces))


def _write(value: Any, pieces: list[str]) -> None:
    if not isinstance(value, list | dict) or isinstance(value, JsonList):
        pieces.append(short_enough(text(value)))
        return
    # Checked on the way: lists within lists are written far longer than they are.
    if len(pieces) > _MAX_PIECES:
        raise MappingError("it writes a list of too many elements")
    is_map = isinstance(value, dict)
    pieces.append("{" if is_map else "[")
    for index, it in enumerate(value):
        if index:
            pieces.append(", ")
        _write(it, pieces)
        if is_map:
            pieces.append("=")
            _write(value[it], pieces)
    pieces.append("}" if is_map else "]")


def length(value: Any) -> int:
    """Of a string its characters; of a list or map its elements, theirs, and so on; 1 of anything else.

    Raises:
        MappingError: Lists within lists have too many: their parts may be the same list again and again.
    """
    if not isinstance(value, list | dict):
        return len(value) if isinstance(value, str) else 1
    total, left = 0, [value]
    while left:
        it = left.pop()
        total += len(it) + 1
        for part in it.values() if isinstance(it, dict) else it:
            if isinstance(part, str):
                total += len(part)
            elif isinstance(part, list | dict):
                left.append(part)
        if total + len(left) > MAX_TEXT:
            raise MappingError("it has a list of too many elements")
    return total


def effort(holder: Any, arguments: Sequence[Any]) -> int:
    """What calling a method may cost: one for each character or element that it may have to look at.

    Raises:
        MappingError: There are too many.
    """
    written = holder.written if isinstance(holder, Thing) else holder
    own = len(written) if isinstance(written, str | list | dict) else 1
    # A list is compared with each element of another.
    often = own if isinstance(holder, list | dict) else 1
    return own + sum(often * length(it) if isinstance(it, list | dict) else length(it) for it in arguments)


def true(value: Any) -> bool:
    """Whether a condition takes it for true: everything but null and false, the empty string included."""
    return value is not None and value is not False


def short_enough(value: str) -> str:
    """The same string.

    Raises:
        MappingError: It is longer than any payload.
    """
    if len(value) > MAX_TEXT:
        raise MappingError(f"it writes more than {MAX_TEXT:,} characters")
    return value


def key(value: Any) -> Any:
    """What stands for a value as a map's key: lists and maps are taken as they are written."""
    return text(value) if isinstance(value, list | dict) else value


def items(value: Any) -> Sequence[Any]:
    """What `#foreach` goes over: a list's elements, a map's values; nothing of anything else."""
    if isinstance(value, list):
        return value
    return list(value.values()) if isinstance(value, dict) else ()


def operate(sign: str, left: Any, right: Any) -> Any:
    """`left sign right`; None where Velocity has no answer.

    Raises:
        MappingError: The result is out of all bounds.
    """
    if sign in {"==", "!="}:
        return _equal(left, right) is (sign == "==")
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return short_enough(text(left) + text(right))
    if not _is_number(left) or not _is_number(right):
        return False if sign in _COMPARISONS else None
    if sign in _COMPARISONS:
        return _COMPARISONS[sign](left, right)
    if sign in {"/", "%"} and right == 0:
        return None
    try:
        value = _CALCULATIONS[sign](left, right)
    except OverflowError:
        value = _MAX_NUMBER
    if abs(value) >= _MAX_NUMBER:
        raise MappingError("it calculates numbers beyond 64 bits")
    return value


def _are_whole(left: Any, right: Any) -> bool:
    return isinstance(left, int) and isinstance(right, int)


def _divide(left: Any, right: Any) -> Any:
    if not _are_whole(left, right):
        return left / right
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)  # towards zero, as Java does


_COMPARISONS: Final[Mapping[str, Method]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_CALCULATIONS: Final[Mapping[str, Method]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": lambda left, right: left - right * _divide(left, right) if _are_whole(left, right) else math.fmod(left, right),
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    if type(left) is type(right):
        return bool(left == right)
    return text(left) == text(right)  # things of different classes are compared as they are written
