"""The parameters' values that SAM's translator is given: strings, also for those that only a deployment knows.

The translator resolves some references by itself, and takes nothing but strings for that. What it would ask the
machine's AWS configuration for, and what Systems Manager holds, is given as a stand-in, which no template has: the
reference is put back where that comes out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from cors_constructs.simulate.template.parameters import BY_SSM

_PSEUDO: Final = ("AWS::Region", "AWS::Partition")
# Letters and digits, since the translator looks at names, and makes logical ids of them.
_STAND_IN: Final = re.compile("zQ((?:[0-9a-f]{2})+)Qz")
# Within a Fn::Sub, what is a reference already is left as it is.
_IN_SUB: Final = re.compile(rf"(\$\{{[^}}]*\}})|{_STAND_IN.pattern}")
# These hold logical ids: the translator may have made some of a parameter's value.
_IDS: Final = frozenset({"Condition", "DependsOn", "Fn::GetAtt", "Ref"})


def values(template: Mapping[str, Any]) -> dict[str, str]:
    """The values of what a template does not decide, and of parameters whose defaults are no strings.

    CloudFormation hands over strings alone: `true` and `5` are `"true"` and `"5"`.
    """
    return stand_ins(_PSEUDO) | dict(_of_parameters(template))


def stand_ins(names: Iterable[str]) -> dict[str, str]:
    """What stands for parameters of which only a deployment knows what they hold, by their names."""
    return {name: _stand_in(name) for name in names}


def is_stand_in(text: str) -> bool:
    """Whether a text stands for what only a deployment knows."""
    return _STAND_IN.fullmatch(text) is not None


def told(text: str) -> str:
    """A text for a reader, with `${AWS::Region}` where a stand-in has come out."""
    return _STAND_IN.sub(lambda found: f"${{{_name(found[1])}}}", text)


def with_references(value: Any) -> Any:
    """A value with references again where stand-ins have come out."""
    if isinstance(value, list):
        return [with_references(item) for item in value]
    if isinstance(value, str):
        return _with_reference(value)
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _put_in(text)}
        case {"Fn::Sub": [str(text), *others]}:
            return {"Fn::Sub": [_put_in(text), *with_references(others)]}
    return {name: item if name in _IDS and _is_id(item) else with_references(item) for name, item in value.items()}


def _of_parameters(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    declared = template.get("Parameters")
    for name, parameter in declared.items() if isinstance(declared, dict) else ():
        default = parameter.get("Default") if isinstance(parameter, dict) else None
        if default is not None and str(parameter.get("Type")).startswith(BY_SSM):
            yield name, _stand_in(name)
        elif isinstance(default, bool):
            yield name, str(default).lower()
        elif isinstance(default, int | float):
            yield name, str(default)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _with_reference(text: str) -> Any:
    whole = _STAND_IN.fullmatch(text)
    if whole is not None:
        return {"Ref": _name(whole[1])}
    if _STAND_IN.search(text) is None:
        return text
    return {"Fn::Sub": _put_in(text.replace("${", "${!"))}


def _put_in(text: str) -> str:
    return _IN_SUB.sub(lambda found: found[1] or f"${{{_name(found[2])}}}", text)


def _stand_in(name: str) -> str:
    return f"zQ{name.encode().hex()}Qz"


def _name(code: str) -> str:
    return bytes.fromhex(code).decode(errors="replace")
