"""The methods and attributes of Java's values. Only what is listed can be reached: a template cannot get at Python."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java import MAX_TEXT, Method, Thing, key, short_enough, text
from cors_constructs.simulate.vtl.java_regex import fullmatch, replacement, search_all, split

_MAX_LIST: Final = 1_000_000
# What a method that gives nothing is written as.
_NOTHING: Final = ""


def attribute(holder: Any, name: str) -> Any:
    """`$holder.name`: a key of a map, or an attribute; None where there is none."""
    if isinstance(holder, dict):
        return holder.get(name)
    if isinstance(holder, Thing):
        return holder.attributes.get(name)
    if name == "empty" and isinstance(holder, str | list):
        return not holder
    return None


def item(holder: Any, index: Any) -> Any:
    """`$holder[index]`; None where a map has no such key.

    Raises:
        MappingError: A list is shorter.
    """
    if isinstance(holder, dict):
        return holder.get(key(index))
    if isinstance(holder, list) and type(index) is int and index < 0:
        index += len(holder)  # counted from the end
    return call(holder, "get", [index])


def put(holder: Any, place: Any, value: Any) -> None:
    """`#set($holder.place = value)`; nothing happens where that cannot be.

    Raises:
        MappingError: A list is shorter, or an override is set twice.
    """
    if isinstance(holder, dict):
        holder[key(place)] = value
    elif isinstance(holder, list) and type(place) is int:
        call(holder, "set", [place, value])


def call(holder: Any, name: str, arguments: Sequence[Any]) -> Any:
    """`$holder.name(arguments)`; None where there is no such method, or it gives nothing.

    Raises:
        MappingError: It throws an exception in Java, or runs into a guard.
    """
    if isinstance(holder, Thing):
        method = holder.methods.get(name)
        return None if method is None else _run(method, name, arguments)
    signatures = _METHODS.get(_kind(holder), {}).get(name, ())
    for types, function in signatures:
        if len(types) == len(arguments) and all(map(_fits, arguments, types)):
            return _run(function, name, (holder, *arguments))
    return None


def _run(function: Method, name: str, arguments: Sequence[Any]) -> Any:
    try:
        value = function(*arguments)
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise MappingError(f"the method {name} fails: {error}") from error
    return short_enough(value) if isinstance(value, str) else value


def _kind(value: Any) -> type:
    if isinstance(value, dict):
        return dict
    if isinstance(value, list):
        return list
    if isinstance(value, bool):
        return bool
    return int if isinstance(value, int | float) else type(value)


def _fits(argument: Any, kind: type) -> bool:
    if argument is None:
        return kind is not int
    return kind is object or (isinstance(argument, kind) and not (kind is int and isinstance(argument, bool)))


def _java_string(function: Method) -> Method:
    """A method of a string that throws where an argument is null."""

    def checked(value: str, *arguments: Any) -> Any:
        if None in arguments:
            raise ValueError("an argument is null")
        return function(value, *arguments)

    return checked


def _at(values: Sequence[Any], index: int) -> Any:
    if not 0 <= index < len(values):
        raise IndexError(f"there is no element {index} among {len(values)}")
    return values[index]


def _substring(value: str, start: int, end: int | None = None) -> str:
    last = len(value) if end is None else end
    if not 0 <= start <= last <= len(value):
        raise IndexError(f"there is no part {start} to {last} of {len(value)} characters")
    return value[start:last]


def _replace(value: str, old: str, new: str) -> str:
    if len(value) + value.count(old) * len(new) > MAX_TEXT:
        raise OverflowError("the result is too long")
    return value.replace(old, new)


def _replace_all(value: str, pattern: str, new: str, count: int = 0) -> str:
    write, length = replacement(new), 0

    def counted(found: re.Match[str]) -> str:
        nonlocal length
        written = write(found)
        length += len(written)
        if length > MAX_TEXT:
            raise OverflowError("the result is too long")
        return written

    return search_all(value, pattern).sub(counted, value, count=count)


def _add(values: list[Any], value: Any) -> bool:
    values.append(value)
    return True


def _add_all(values: list[Any], more: list[Any]) -> bool:
    if len(values) + len(more) > _MAX_LIST:
        raise OverflowError("the list is too long")
    values.extend(more)
    return bool(more)


def _set(values: list[Any], index: int, value: Any) -> Any:
    before = _at(values, index)
    values[index] = value
    return before


def _put(values: dict[Any, Any], key: Any, value: Any) -> Any:
    before = values.get(key)
    values[key] = value
    return before


def _put_all(values: dict[Any, Any], more: dict[Any, Any]) -> str:
    for name, value in more.items():  # one by one: an override may be set once
        values[name] = value  # noqa: PERF403 - likewise
    return _NOTHING


def _clear(values: Any) -> str:
    values.clear()
    return _NOTHING


def _insert(values: list[Any], index: int, value: Any) -> str:
    if index != len(values):
        _at(values, index)
    values.insert(index, value)
    return _NOTHING


def _remove_at(values: list[Any], index: int) -> Any:
    _at(values, index)
    return values.pop(index)


def _remove(values: list[Any], value: Any) -> bool:
    if value not in values:
        return False
    values.remove(value)
    return True


def _index_of(values: Sequence[Any], value: Any) -> int:
    return values.index(value) if value in values else -1


def _entries(values: dict[Any, Any]) -> list[Thing]:
    def entry(key: Any, value: Any) -> Thing:
        getters = {"getKey": lambda: key, "getValue": lambda: value}
        return Thing({"key": key, "value": value}, getters, f"{text(key)}={text(value)}")

    return [entry(key, value) for key, value in values.items()]


def _number(value: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", value):
        raise ValueError(f"{value!r} is no number")
    return int(value)


_Signatures: TypeAlias = tuple[tuple[tuple[type, ...], Method], ...]

_ALL: Final[Mapping[str, _Signatures]] = {
    "toString": (((), text),),
    "equals": (((object,), lambda value, other: type(value) is type(other) and value == other),),
}

# https://docs.oracle.com/javase/8/docs/api/java/lang/String.html
_STRING: Final[Mapping[str, _Signatures]] = {
    **_ALL,
    "length": (((), len),),
    "isEmpty": (((), lambda value: not value),),
    "trim": (((), lambda value: value.strip("".join(map(chr, range(33))))),),
    "toLowerCase": (((), str.lower),),
    "toUpperCase": (((), str.upper),),
    "contains": (((str,), _java_string(lambda value, part: part in value)),),
    "startsWith": (
        ((str,), _java_string(str.startswith)),
        ((str, int), _java_string(lambda value, part, start: start >= 0 and value.startswith(part, start))),
    ),
    "endsWith": (((str,), _java_string(str.endswith)),),
    "equalsIgnoreCase": (((str,), lambda value, other: other is not None and value.lower() == other.lower()),),
    "compareTo": (((str,), _java_string(lambda value, other: (value > other) - (value < other))),),
    "concat": (((str,), _java_string(lambda value, other: value + other)),),
    "charAt": (((int,), _at),),
    "indexOf": (
        ((str,), _java_string(str.find)),
        ((str, int), _java_string(lambda value, part, start: value.find(part, max(start, 0)))),
    ),
    "lastIndexOf": (((str,), _java_string(str.rfind)),),
    "substring": (((int,), _substring), ((int, int), _substring)),
    "matches": (((str,), _java_string(fullmatch)),),
    "replace": (((str, str), _java_string(_replace)),),
    "replaceAll": (((str, str), _java_string(_replace_all)),),
    "replaceFirst": (
        ((str, str), _java_string(lambda value, pattern, new: _replace_all(value, pattern, new, count=1))),
    ),
    "split": (((str,), _java_string(split)), ((str, int), _java_string(split))),
}

# https://docs.oracle.com/javase/8/docs/api/java/util/List.html
_LIST: Final[Mapping[str, _Signatures]] = {
    **_ALL,
    "size": (((), len),),
    "isEmpty": (((), lambda values: not values),),
    "get": (((int,), _at),),
    "contains": (((object,), lambda values, value: value in values),),
    "indexOf": (((object,), _index_of),),
    "add": (((object,), _add), ((int, object), _insert)),
    "addAll": (((list,), _add_all),),
    "set": (((int, object), _set),),
    "remove": (((int,), _remove_at), ((object,), _remove)),
    "clear": (((), _clear),),
}

# https://docs.oracle.com/javase/8/docs/api/java/util/Map.html
_MAP: Final[Mapping[str, _Signatures]] = {
    **_ALL,
    "size": (((), len),),
    "isEmpty": (((), lambda values: not values),),
    "get": (((object,), lambda values, key: values.get(key)),),
    "getOrDefault": (((object, object), lambda values, key, other: values.get(key, other)),),
    "containsKey": (((object,), lambda values, key: key in values),),
    "containsValue": (((object,), lambda values, value: value in values.values()),),
    "keySet": (((), list),),
    "values": (((), lambda values: list(values.values())),),
    "entrySet": (((), _entries),),
    "put": (((object, object), _put),),
    "putAll": (((dict,), _put_all),),
    "remove": (((object,), lambda values, key: values.pop(key, None)),),
    "clear": (((), _clear),),
}

# https://docs.oracle.com/javase/8/docs/api/java/lang/Integer.html
_NUMBER: Final[Mapping[str, _Signatures]] = {
    **_ALL,
    "intValue": (((), int),),
    "longValue": (((), int),),
    "doubleValue": (((), float),),
    "parseInt": (((str,), lambda _, value: _number(value or "")),),
    "valueOf": (((str,), lambda _, value: _number(value or "")),),
    "compareTo": (((int,), lambda value, other: (value > other) - (value < other)),),
}

_METHODS: Final[Mapping[type, Mapping[str, _Signatures]]] = {
    str: _STRING,
    list: _LIST,
    dict: _MAP,
    int: _NUMBER,
    bool: _ALL,
}
