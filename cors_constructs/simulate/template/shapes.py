"""What a value must be: shapes that a template's values are read through, strictly, with one clear error.

CloudFormation takes `"true"` for `true` and `"5"` for `5`, and so do these. A value that only a deployment knows passes
every shape and stays `Unresolved`.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from cors_constructs.simulate.template.places import Place, kind
from cors_constructs.simulate.values import Unresolved

Shape: TypeAlias = Callable[[Any, Place], Any]
"""Takes a value and where it stands; gives it back as what it is meant to be, or raises `TemplateError`."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def anything(value: Any, place: Place) -> Any:  # noqa: ARG001 - a shape takes a place
    """Whatever it is."""
    return value


def text(value: Any, place: Place) -> Any:
    """A string."""
    if isinstance(value, str | Unresolved):
        return value
    raise place.error(f"it is {kind(value)}", "write a string")


def scalar(value: Any, place: Place) -> Any:
    """A string, or what CloudFormation makes one of: a number, true or false. Gives the string."""
    if isinstance(value, str | Unresolved):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and math.isfinite(value):
        return str(value)
    raise place.error(f"it is {kind(value)}", "write a string")


def status(value: Any, place: Place) -> Any:
    r"""A status code: `"204"`, `204`, or a pattern such as `"2\d\d"`."""
    if isinstance(value, str | Unresolved):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise place.error(f"it is {kind(value)}", 'write a status code, such as "204"')


def flag(value: Any, place: Place) -> Any:
    """True or false."""
    if isinstance(value, bool | Unresolved):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise place.error(f"it is {kind(value)}", "write true or false")


def whole(value: Any, place: Place) -> Any:
    """A whole number."""
    if isinstance(value, Unresolved) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise place.error(f"it is {kind(value)}", "write a whole number")


def number(value: Any, place: Place) -> Any:
    """A number."""
    if isinstance(value, Unresolved):
        return value
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise place.error(f"it is {kind(value)}", "write a number")


def list_of(shape: Shape) -> Shape:
    """A list whose items have a shape."""

    def read(value: Any, place: Place) -> Any:
        if isinstance(value, Unresolved):
            return value
        if not isinstance(value, list):
            raise place.error(f"it is {kind(value)}", "write a list")
        return [shape(item, place.at(index)) for index, item in enumerate(value)]

    return read


def mapping_of(shape: Shape) -> Shape:
    """A mapping whose values have a shape, whatever their names; but not what macros are to be put in place of."""

    def read(value: Any, place: Place) -> Any:
        if isinstance(value, Unresolved):
            return value
        if not isinstance(value, dict):
            raise place.error(f"it is {kind(value)}", "write a mapping")
        return {name: item if name.startswith("Fn::") else shape(item, place.at(name)) for name, item in value.items()}

    return read


def record(fields: Mapping[str, Shape], required: tuple[str, ...] = ()) -> Shape:
    """A mapping with fields of given shapes. Others are let through as they are."""

    def read(value: Any, place: Place) -> Any:
        if isinstance(value, Unresolved):
            return value
        if not isinstance(value, dict):
            raise place.error(f"it is {kind(value)}", "write a mapping")
        for name in required:
            if name not in value:
                raise place.error(f"it has no {name}", f"add {name}")
        shaped = dict(value)
        for name, item in value.items():
            if name in fields:
                shaped[name] = fields[name](item, place.at(name))
        return shaped

    return read


def _parsed(value: str) -> Any:
    try:
        return float(value)
    except ValueError:
        return value
