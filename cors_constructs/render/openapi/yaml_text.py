"""Reads YAML as OpenAPI means it: keys as they are written, values as in YAML 1.2, and no key twice.

OpenAPI limits YAML to what JSON can say (https://spec.openapis.org/oas/v3.0.4.html#format), so `on:` is the key "on",
`200:` is "200", and a date is a string. CloudFormation's short forms (`!Sub`) become its long ones. Values are built
from the parser's events: depth needs no recursion, and no tag makes anything but plain values.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import attrs
import yaml

from cors_constructs.render.openapi.problems import kind, shown

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where the C library is

# https://yaml.org/spec/1.2.2/#103-core-schema, without what is a string in YAML 1.1, and to whoever writes it: 007.
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MOST_DIGITS: Final = 300

_FUNCTIONS: Final = (
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length"),
    *("Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
)
_SHORT: Final = {"!Ref": "Ref", "!Condition": "Condition", **{f"!{name}": f"Fn::{name}" for name in _FUNCTIONS}}
_STANDARD: Final = "tag:yaml.org,2002:"
_AS_WRITTEN: Final = frozenset({"!", *(f"{_STANDARD}{name}" for name in ("str", "timestamp", "binary"))})
_BY_FORM: Final = frozenset({None, *(f"{_STANDARD}{name}" for name in ("null", "bool", "int", "float"))})
_COLLECTIONS: Final = frozenset({None, "!", f"{_STANDARD}map", f"{_STANDARD}seq"})

_MERGE: Final = object()
_NO_KEY: Final = object()


class YamlError(ValueError):
    """What is wrong with a YAML text, and the line and column."""

    def __init__(self, mark: Any, problem: str) -> None:
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        super().__init__(f"{where}{' '.join(problem.split())}")


@attrs.define(eq=False)
class _Open:
    """A list or a mapping whose end has not come yet."""

    into: Any
    event: Any
    key: Any = _NO_KEY
    merged: list[Any] = attrs.field(factory=list)


def read_yaml(text: str, *, deepest: int) -> Any:
    """What a YAML text says; shared where aliases share it.

    Args:
        text: The text.
        deepest: How deep lists and mappings may be nested.

    Raises:
        YamlError: It is not YAML, or says what JSON cannot say.
    """
    try:
        return _Reader(text, deepest).read()
    except yaml.MarkedYAMLError as error:
        problem = f"it is not YAML: {error.problem or error.context}"
        raise YamlError(error.problem_mark or error.context_mark, problem) from None
    except yaml.YAMLError as error:
        raise YamlError(None, f"it is not YAML: {error}") from None


class _Reader:
    def __init__(self, text: str, deepest: int) -> None:
        self._text = text
        self._deepest = deepest
        self._open: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._read: list[Any] = []

    def read(self) -> Any:
        for event in self._events():
            if isinstance(event, yaml.ScalarEvent):
                self._add(self._scalar(event), event)
            elif isinstance(event, yaml.AliasEvent):
                self._add(self._aliased(event), event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._start(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._end()
            elif isinstance(event, yaml.DocumentStartEvent) and self._read:
                raise self._error(event, "a second document begins here: write one API to a file")
        return self._read[0] if self._read else None

    def _events(self) -> Iterator[Any]:
        events: Iterator[Any] = yaml.parse(self._text, Loader=_LOADER)
        return events

    def _start(self, event: Any) -> None:
        if len(self._open) >= self._deepest:
            raise self._error(event, f"it is nested more than {self._deepest} deep")
        around = self._open[-1] if self._open else None
        if around and isinstance(around.into, dict) and around.key is _NO_KEY:
            raise self._error(event, "a key is a mapping or a list: write a string")
        self._open.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event))

    def _end(self) -> None:
        ended = self._open.pop()
        for value, event in ended.merged:
            self._merge(ended, value, event)
        self._add(self._tagged(ended.into, ended.event), ended.event)

    def _add(self, value: Any, event: Any) -> None:
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self._anchors[event.anchor] = value
        if not self._open:
            self._read.append(value)
            return
        around = self._open[-1]
        if isinstance(around.into, list):
            around.into.append(value)
        elif around.key is _NO_KEY:
            around.key = self._key(value, event, around.into)
        elif around.key is _MERGE:
            around.merged.append((value, event))
            around.key = _NO_KEY
        else:
            around.into[around.key] = value
            around.key = _NO_KEY

    def _key(self, value: Any, event: Any, into: dict[str, Any]) -> Any:
        """A key as it is written: `200` is "200", and `on` is "on"."""
        if isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and event.implicit[0]:
                return _MERGE
            value = value if event.tag in _SHORT else event.value
        if not isinstance(value, str):
            raise self._error(event, f"a key is {kind(value)}: write a string")
        if value in into:
            raise self._error(event, f"the key {shown(value)} is there twice: remove one, or join them")
        return value

    def _merge(self, ended: _Open, value: Any, event: Any) -> None:
        """What the mapping says itself goes before what it merges, and the first merged before the next."""
        for merged in value if isinstance(value, list) else [value]:
            if not isinstance(merged, dict):
                raise self._error(event, f"<< is given {kind(merged)}: give it a mapping")
            ended.into = {**merged, **ended.into}

    def _scalar(self, event: Any) -> Any:
        tag, text = event.tag, event.value
        if tag in _AS_WRITTEN or (tag is None and not event.implicit[0]):
            return text
        if tag not in _BY_FORM:
            return self._tagged(text, event)
        return _value(text)

    def _tagged(self, value: Any, event: Any) -> Any:
        if event.tag in _COLLECTIONS:
            return value
        if event.tag not in _SHORT:
            raise self._error(event, f"there is no tag {shown(event.tag)}: leave it out")
        if event.tag == "!GetAtt" and isinstance(value, str):
            return {"Fn::GetAtt": value.split(".", 1)}
        return {_SHORT[event.tag]: value}

    def _aliased(self, event: Any) -> Any:
        if event.anchor in self._anchors:
            return self._anchors[event.anchor]
        raise self._error(event, f"the alias {shown(f'*{event.anchor}')} names nothing that ends above it")

    def _error(self, event: Any, problem: str) -> YamlError:
        return YamlError(event.start_mark, problem)


def _value(text: str) -> Any:
    """What a plain scalar means, by its form."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    return float(text) if _FLOAT.fullmatch(text) else text
