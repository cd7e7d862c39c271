"""Reads YAML as CloudFormation does: `!Ref` and its like, anchors and merge keys; of a key twice, the last.

It builds values from the parser's events, so that depth needs no recursion and no tag makes anything but plain values.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from collections.abc import Iterator
from typing import Any, Final

import attrs
import yaml

from cors_constructs.simulate.template.places import kind, shown
from cors_constructs.simulate.values import TemplateError

_BASE: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where the C library is

_FUNCTIONS: Final = (
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length"),
    *("Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
)
_SHORT: Final = {"!Ref": "Ref", "!Condition": "Condition", **{f"!{name}": f"Fn::{name}" for name in _FUNCTIONS}}

_STANDARD: Final = "tag:yaml.org,2002:"
_PLAIN: Final = frozenset(
    f"{_STANDARD}{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value", "merge", "binary")
)
_MERGE: Final = object()
_NO_KEY: Final = object()


@attrs.define(eq=False)
class _Open:
    """A list or a mapping whose end has not come yet."""

    into: Any
    event: Any
    key: Any = _NO_KEY
    merged: list[Any] = attrs.field(factory=list)


def read_yaml(text: str, file: str, *, deepest: int, most: int) -> Any:
    """What a YAML text says; shared where aliases share it.

    Args:
        text: The text.
        file: What to call it in errors.
        deepest: How deep lists and mappings may be nested.
        most: How many values there may be.

    Raises:
        TemplateError: It is not YAML, or not as CloudFormation takes it, with the line and column.
    """
    try:
        return _Reader(text, file, deepest, most).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = " ".join(str(error.problem or error.context).split())
        raise TemplateError(file, place, f"it is not YAML: {problem}") from None
    except yaml.YAMLError as error:
        raise TemplateError(file, "", f"it is not YAML: {' '.join(str(error).split())}") from None


class _Reader:
    def __init__(self, text: str, file: str, deepest: int, most: int) -> None:
        self._file = file
        self._deepest = deepest
        self._most = most
        self._loader = _BASE(text)
        self._open: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._read: list[Any] = []
        self._merged = 0

    def read(self) -> Any:
        for count, event in enumerate(self._events()):
            if count > 2 * self._most:  # a mapping has two events, and so have a key and its value
                raise self._error(event, f"it has more than {self._most} values")
            if isinstance(event, yaml.ScalarEvent):
                self._add(self._scalar(event), event)
            elif isinstance(event, yaml.AliasEvent):
                self._add(self._aliased(event), event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._start(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._end()
            elif isinstance(event, yaml.DocumentStartEvent) and self._read:
                raise self._error(event, "there is a second document", "write one template to a file")
        return self._read[0] if self._read else None

    def _events(self) -> Iterator[Any]:
        try:
            while self._loader.check_event():
                yield self._loader.get_event()
        finally:
            self._loader.dispose()

    def _start(self, event: Any) -> None:
        if len(self._open) >= self._deepest:
            raise self._error(event, f"it is nested more than {self._deepest} deep")
        self._check_key_is_scalar(event)
        self._open.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event))

    def _end(self) -> None:
        ended = self._open.pop()
        if ended.merged:
            self._merge(ended)
        self._add(self._tagged(ended.into, ended.event), ended.event)

    def _add(self, value: Any, event: Any) -> None:
        if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent):
            self._anchors[event.anchor] = value
        if not self._open:
            self._read.append(value)
            return
        around = self._open[-1]
        if isinstance(around.into, list):
            around.into.append(value)
        elif around.key is _NO_KEY:
            around.key = self._key(value, event)
        elif around.key is _MERGE:
            around.merged.append((value, event))
            around.key = _NO_KEY
        else:
            around.into[around.key] = value
            around.key = _NO_KEY

    # Keys

    def _key(self, value: Any, event: Any) -> Any:
        """A key as it is written: `200` is "200", and `on` is "on"."""
        if isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and event.implicit[0]:
                return _MERGE
            value = value if event.tag in _SHORT else event.value
        if not isinstance(value, str):
            raise self._error(event, f"a key is {kind(value)}", "write a string")
        return value

    def _check_key_is_scalar(self, event: Any) -> None:
        if self._open and isinstance(self._open[-1].into, dict) and self._open[-1].key is _NO_KEY:
            what = "a mapping" if isinstance(event, yaml.MappingStartEvent) else "a list"
            raise self._error(event, f"a key is {what}", "write a string")

    def _merge(self, ended: _Open) -> None:
        """What the mapping says itself goes before what it merges, and the first merged before the next."""
        for value, event in ended.merged:
            for merged in value if isinstance(value, list) else [value]:
                if not isinstance(merged, dict):
                    raise self._error(event, f"<< is given {kind(merged)}", "give a mapping")
                self._merged += 1 + len(merged)
                if self._merged > self._most:
                    raise self._error(event, f"it has more than {self._most} values, once they are merged")
                ended.into = {**merged, **ended.into}

    # Values

    def _scalar(self, event: Any) -> Any:
        tag = event.tag
        if tag is None or tag == "!":
            implicit = event.implicit if tag is None else (False, True)
            tag = self._loader.resolve(yaml.ScalarNode, event.value, implicit)
        if not tag.startswith(_STANDARD):
            return self._tagged(event.value, event)
        if tag not in _PLAIN:
            raise self._error(event, f"there is no tag {shown(tag)}", "leave it out")
        return self._converted(tag.removeprefix(_STANDARD), event)

    def _converted(self, tag: str, event: Any) -> Any:
        node = yaml.ScalarNode(tag, event.value)
        try:
            if tag == "null":
                return None
            if tag == "bool":
                return self._loader.construct_yaml_bool(node)
            if tag == "int" and ":" not in event.value:  # 12:30 would be 750
                return self._loader.construct_yaml_int(node)
            if tag == "float" and ":" not in event.value:
                return self._loader.construct_yaml_float(node)
        except (ValueError, KeyError, IndexError, OverflowError):
            raise self._error(event, f"it is no {tag}: {shown(event.value)}", "quote it") from None
        return event.value

    def _tagged(self, value: Any, event: Any) -> Any:
        tag = event.tag
        if tag is None or tag == "!" or tag in _PLAIN:
            return value
        if tag not in _SHORT:
            raise self._error(event, f"there is no {shown(tag)}", "write one of CloudFormation's functions")
        if tag == "!GetAtt" and isinstance(value, str):
            return {"Fn::GetAtt": value.split(".", 1)}
        return {_SHORT[tag]: value}

    def _aliased(self, event: Any) -> Any:
        if event.anchor in self._anchors:
            return self._anchors[event.anchor]
        inside = any(around.event.anchor == event.anchor for around in self._open)
        problem = "stands within what it names" if inside else "names nothing above it"
        raise self._error(event, f"the alias {shown(f'*{event.anchor}')} {problem}")

    def _error(self, event: Any, problem: str, fix: str = "") -> TemplateError:
        mark = event.start_mark
        return TemplateError(self._file, f"line {mark.line + 1}, column {mark.column + 1}", problem, fix)
