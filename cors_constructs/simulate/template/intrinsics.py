"""Works out intrinsic functions as far as the template and its parameters decide them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from cors_constructs.simulate.template.known_in_part import as_text, holds_unknown, joined, without_dynamic_references
from cors_constructs.simulate.template.places import kind, shown
from cors_constructs.simulate.template.references import attribute_of, get_att, import_value, ref
from cors_constructs.simulate.template.scope import MOST_IN_A_ROW, NO_VALUE, Scope
from cors_constructs.simulate.template.value_functions import VALUE_FUNCTIONS
from cors_constructs.simulate.values import Flag, TemplateError, Text, Unresolved

_PLACEHOLDER: Final = re.compile(r"\$\{([^{}]*)\}")


def resolved(scope: Scope, node: Any) -> Any:
    """A node of a template with everything worked out that can be.

    Raises:
        TemplateError: A function is not used as it has to be, or things need each other in a circle.
    """
    value = _resolved(scope, node)
    return Unresolved(node) if value is NO_VALUE else value


def resolved_items(scope: Scope, node: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with its values worked out, and those left out that `AWS::NoValue` takes away."""
    values = ((name, _resolved(scope, item)) for name, item in node.items())
    return {name: value for name, value in values if value is not NO_VALUE}


def condition(scope: Scope, name: str, node: Any) -> Flag:
    """Whether a condition of the template holds.

    Args:
        scope: The stack.
        name: The condition's name.
        node: What names it.

    Raises:
        TemplateError: There is none of that name, or it is none.
    """

    def work() -> Flag:
        return _truth(scope, scope.section("Conditions")[name])

    if name not in scope.section("Conditions"):
        if scope.macros:
            return Unresolved({"Condition": name})
        raise scope.error(node, f"there is no condition {shown(name)}", "add it, or name another")
    flag: Flag = scope.once("Conditions", name, work)
    return flag


def _resolved(scope: Scope, node: Any) -> Any:
    if isinstance(node, str):
        return without_dynamic_references(node)
    if isinstance(node, dict):
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return _called(scope, node, name, argument)
        return resolved_items(scope, node)
    if isinstance(node, list):
        return [value for value in (_resolved(scope, item) for item in node) if value is not NO_VALUE]
    return node


def _called(scope: Scope, node: Any, name: str, argument: Any) -> Any:
    scope.world.depth += 1
    try:
        if scope.world.depth > MOST_IN_A_ROW:
            raise scope.error(node, f"functions are nested more than {MOST_IN_A_ROW} deep")
        if name in VALUE_FUNCTIONS:
            given = _resolved(scope, argument)
            value = VALUE_FUNCTIONS[name](given, node, lambda problem, fix: scope.error(node, problem, fix))
            return without_dynamic_references(value) if isinstance(value, str) else value
        return _FUNCTIONS[name](scope, node, argument) if name in _FUNCTIONS else Unresolved(node)
    except TemplateError:
        if scope.world.lenient:
            return Unresolved(node)
        raise
    finally:
        scope.world.depth -= 1


# Strings and mappings


def _sub(scope: Scope, node: Any, argument: Any) -> Any:
    text, variables = (argument, {}) if isinstance(argument, str) else _sub_with_variables(scope, node, argument)
    pieces: list[Text] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [text[end : match.start()], _filled(scope, node, match[1], variables)]
        end = match.end()
    known = joined([*pieces, text[end:]], node)
    return without_dynamic_references(known) if isinstance(known, str) else known


def _sub_with_variables(scope: Scope, node: Any, argument: Any) -> tuple[str, Mapping[str, Any]]:
    match argument:
        case [str(text), dict(variables)]:
            return text, variables
    raise scope.error(node, "Fn::Sub takes a string, or a string and a mapping", 'write "text with ${Name}"')


def _filled(scope: Scope, node: Any, name: str, variables: Mapping[str, Any]) -> Text:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in variables:
        value = _resolved(scope, variables[name])
    elif "." in name:
        logical_id, _, attribute = name.partition(".")
        named = {"Fn::GetAtt": [logical_id, attribute]}
        value = attribute_of(_resolved, scope, named, logical_id, attribute, within=node)
    else:
        value = ref(_resolved, scope, {"Ref": name}, name, within=node)
    text = as_text(value)
    if text is None or value is NO_VALUE:
        raise scope.error(node, f"${{{name}}} is no string", "name something that is one")
    return text


def _find_in_map(scope: Scope, node: Any, argument: Any) -> Any:
    keys, default = _map_keys(scope, node, argument)
    if not all(isinstance(key, str) for key in keys):
        return Unresolved(node)
    found: Any = scope.section("Mappings")
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if found is not None:
        return found
    if default is not None:
        return _resolved(scope, default["DefaultValue"])
    if scope.macros or "Fn::Transform" in scope.section("Mappings"):
        return Unresolved(node)
    raise scope.error(node, f"the mappings have no {'.'.join(map(str, keys))}", "name what is there")


def _map_keys(scope: Scope, node: Any, argument: Any) -> tuple[list[Any], Mapping[str, Any] | None]:
    match argument:
        case [name, first, second]:
            default = None
        case [name, first, second, {"DefaultValue": _} as default]:
            pass
        case _:
            raise scope.error(node, "Fn::FindInMap takes a map's name and two keys", 'write ["Map", "key", "key"]')
    return [as_text(_resolved(scope, key)) for key in (name, first, second)], default


# Conditions


def _if(scope: Scope, node: Any, argument: Any) -> Any:
    match argument:
        case [str(name), yes, no]:
            flag = condition(scope, name, node)
        case _:
            raise scope.error(node, "Fn::If takes a condition's name and two values", 'write ["Name", yes, no]')
    if not isinstance(flag, Unresolved):
        return _resolved(scope, yes if flag else no)
    one, other = _resolved(scope, yes), _resolved(scope, no)
    return one if one is other or (one == other and not holds_unknown(one)) else Unresolved(node, because=(flag,))


def _equals(scope: Scope, node: Any, argument: Any) -> Flag:
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - two to compare
        raise scope.error(node, "Fn::Equals takes two values", "write [value, value]")
    one, other = (_comparable(_resolved(scope, value)) for value in argument)
    if not holds_unknown(one) and not holds_unknown(other):
        return bool(one == other)
    return True if repr(one) == repr(other) else Unresolved(node)


def _comparable(value: Any) -> Any:
    text = as_text(value)
    return value if text is None else text


def _and(scope: Scope, node: Any, argument: Any) -> Flag:
    flags = _truths(scope, node, argument)
    if False in flags:
        return False
    return _unknown(node, flags) or True


def _or(scope: Scope, node: Any, argument: Any) -> Flag:
    flags = _truths(scope, node, argument)
    if True in flags:
        return True
    return _unknown(node, flags) or False


def _not(scope: Scope, node: Any, argument: Any) -> Flag:
    flag, *others = _truths(scope, node, argument)
    if others:
        raise scope.error(node, "Fn::Not takes one condition", "write [condition]")
    return Unresolved(node, because=(flag,)) if isinstance(flag, Unresolved) else not flag


def _unknown(node: Any, flags: Iterable[Flag]) -> Unresolved | None:
    because = tuple(flag for flag in flags if isinstance(flag, Unresolved))
    return Unresolved(node, because=because) if because else None


def _truths(scope: Scope, node: Any, argument: Any) -> list[Flag]:
    if not isinstance(argument, list) or not argument:
        raise scope.error(node, "it takes a list of conditions", "write [condition, ...]")
    return [_truth(scope, item) for item in argument]


def _truth(scope: Scope, node: Any) -> Flag:
    match node:
        case {"Condition": str(name)} if len(node) == 1:
            return condition(scope, name, node)
        case dict():
            flag = _resolved(scope, node)
            if isinstance(flag, bool | Unresolved):
                return flag
    raise scope.error(node, f"it is no condition but {kind(node)}", "write Fn::Equals, Fn::And, Fn::Or or Fn::Not")


_FUNCTIONS: Final[Mapping[str, Callable[[Scope, Any, Any], Any]]] = {
    "Ref": partial(ref, _resolved),
    "Fn::GetAtt": partial(get_att, _resolved),
    "Fn::ImportValue": partial(import_value, _resolved),
    "Fn::Sub": _sub,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _not,
}
