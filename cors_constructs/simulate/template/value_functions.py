"""The intrinsic functions that need nothing but their argument.

Each takes the argument, resolved as far as can be, the expression it stands in, and what makes an error of a problem.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.template.known_in_part import as_text, holds_unknown, joined
from cors_constructs.simulate.template.places import kind
from cors_constructs.simulate.values import TemplateError, Unresolved

Fail: TypeAlias = Callable[[str, str], TemplateError]
ValueFunction: TypeAlias = Callable[[Any, Any, Fail], Any]

_PAIR = 2


def _join(argument: Any, expression: Any, fail: Fail) -> Any:
    delimiter, items = _pair(argument, fail, 'write ["delimiter", [values]]')
    if isinstance(items, Unresolved):
        return Unresolved(expression)
    if not isinstance(delimiter, str) or not isinstance(items, list):
        raise fail("Fn::Join takes a delimiter and a list", 'write ["delimiter", [values]]')
    pieces: list[Any] = []
    for item in items:
        piece = as_text(item)
        if piece is None:
            raise fail(f"Fn::Join is given {kind(item)} to join", "give strings")
        pieces += [delimiter, piece] if pieces else [piece]
    return joined(pieces, expression)


def _split(argument: Any, expression: Any, fail: Fail) -> Any:
    delimiter, text = _pair(argument, fail, 'write ["delimiter", "text"]')
    text = as_text(text)
    if not isinstance(delimiter, str) or not delimiter or text is None:
        raise fail("Fn::Split takes a delimiter and a string", 'write ["delimiter", "text"]')
    return Unresolved(expression) if isinstance(text, Unresolved) else text.split(delimiter)


def _select(argument: Any, expression: Any, fail: Fail) -> Any:
    index, items = _pair(argument, fail, "write [index, [values]]")
    if isinstance(index, Unresolved) or isinstance(items, Unresolved):
        return Unresolved(expression)
    chosen = as_text(index)
    if not isinstance(chosen, str) or not chosen.isdecimal() or not isinstance(items, list):
        raise fail("Fn::Select takes an index and a list", "write [index, [values]]")
    if len(chosen) > len(str(len(items))) or int(chosen) >= len(items):
        raise fail(f"Fn::Select asks for item {chosen} of {len(items)}", "count from 0")
    return items[int(chosen)]


def _base64(argument: Any, expression: Any, fail: Fail) -> Any:
    text = as_text(argument)
    if text is None:
        raise fail(f"Fn::Base64 is given {kind(argument)}", "give a string")
    if isinstance(text, Unresolved):
        return Unresolved(expression)
    return base64.b64encode(text.encode(errors="surrogatepass")).decode()


def _length(argument: Any, expression: Any, fail: Fail) -> Any:
    if isinstance(argument, Unresolved):
        return Unresolved(expression)
    if not isinstance(argument, list):
        raise fail(f"Fn::Length is given {kind(argument)}", "give a list")
    return len(argument)


def _to_json_string(argument: Any, expression: Any, fail: Fail) -> Any:
    if not isinstance(argument, list | dict | Unresolved):
        raise fail(f"Fn::ToJsonString is given {kind(argument)}", "give a mapping or a list")
    return Unresolved(expression) if holds_unknown(argument) else json.dumps(argument, separators=(",", ":"))


def _pair(argument: Any, fail: Fail, fix: str) -> tuple[Any, Any]:
    if not isinstance(argument, list) or len(argument) != _PAIR:
        raise fail("it takes a list of two", fix)
    return argument[0], argument[1]


VALUE_FUNCTIONS: Final[Mapping[str, ValueFunction]] = {
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::Base64": _base64,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json_string,
}
