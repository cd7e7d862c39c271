"""What waits for what: `DependsOn` and references, and all that follows from them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cors_constructs.simulate.template.intrinsics import condition
from cors_constructs.simulate.template.items import Item, Key
from cors_constructs.simulate.template.scope import Scope
from cors_constructs.simulate.values import TemplateError, Unresolved

_IN_SUB: Final = re.compile(r"\$\{([^!{}.]+)")


def closures(items: Iterable[Item]) -> dict[Key, frozenset[str]]:
    """What each deployment waits for, by its key."""
    direct: dict[Key, frozenset[str]] = {}
    return {item.key: _closure(item.scope, item.logical_id, direct) for item in items if item.type == "Deployment"}


def nested_files(scope: Scope, logical_ids: Iterable[str]) -> frozenset[str]:
    """The templates' files of those resources that are nested stacks, and of all that are nested in them."""
    files: set[str] = set()
    waiting = [scope.nested[logical_id] for logical_id in logical_ids if logical_id in scope.nested]
    while waiting:
        nested = waiting.pop()
        files |= {nested.file} if nested.file is not None else set()
        waiting += nested.nested.values()
    return frozenset(files)


def check_circles(items: Iterable[Item]) -> None:
    """Checks that no resource of API Gateway waits for itself.

    Raises:
        TemplateError: One does, with the circle.
    """
    direct: dict[Key, frozenset[str]] = {}
    done: set[Key] = set()
    for item in items:
        _check(item.scope, item.logical_id, direct, done)


def _closure(scope: Scope, logical_id: str, direct: dict[Key, frozenset[str]]) -> frozenset[str]:
    reached: set[str] = set()
    waiting = [logical_id]
    while waiting:
        for other in _direct(scope, waiting.pop(), direct):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return frozenset(reached)


def _check(scope: Scope, start: str, direct: dict[Key, frozenset[str]], done: set[Key]) -> None:
    path = {} if (scope, start) in done else {start: iter(sorted(_direct(scope, start, direct)))}
    while path:
        current, following = next(reversed(path.items()))
        other = next(following, None)
        if other is None:
            done.add((scope, current))
            del path[current]
        elif other in path:
            steps = [*list(path)[list(path).index(other) + 1 :], other]
            circle = ", which needs ".join(steps)
            raise scope.place("Resources", other).error(f"it goes in a circle: it needs {circle}", "break the circle")
        elif (scope, other) not in done:
            path[other] = iter(sorted(_direct(scope, other, direct)))


def _direct(scope: Scope, logical_id: str, found: dict[Key, frozenset[str]]) -> frozenset[str]:
    key = (scope, logical_id)
    if key not in found:
        found[key] = frozenset(_named(scope, scope.section("Resources").get(logical_id)))
    return found[key]


def _named(scope: Scope, resource: Any) -> Iterator[str]:
    if not isinstance(resource, dict):
        return
    resources = scope.section("Resources")
    depends_on = resource.get("DependsOn", [])
    names = depends_on if isinstance(depends_on, list) else [depends_on]
    yield from (name for name in names if isinstance(name, str) and name in resources)
    said = [resource.get("Properties"), resource.get("Metadata")]  # a reference counts wherever it may stand
    yield from (name for name in _references(scope, said) if name in resources)


def _references(scope: Scope, properties: Any) -> Iterator[str]:
    waiting = [properties]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            match node:
                case {"Ref": str(name)} if len(node) == 1:
                    yield name
                case {"Fn::GetAtt": [str(name), *_]} if len(node) == 1:
                    yield name
                case {"Fn::GetAtt": str(name)} if len(node) == 1:
                    yield name.split(".", 1)[0]
                case {"Fn::Sub": text} if len(node) == 1:
                    yield from _substituted(text)
                    waiting.append(text)
                case {"Fn::If": [str(name), yes, no]} if len(node) == 1:
                    waiting.extend(_branches(scope, name, yes, no))
                case _:
                    waiting.extend(node.values())


def _branches(scope: Scope, name: str, yes: Any, no: Any) -> list[Any]:
    try:
        holds = condition(scope, name, None)
    except TemplateError:
        return [yes, no]  # in a resource of another type, which is nobody's business here
    return [yes, no] if isinstance(holds, Unresolved) else [yes if holds else no]


def _substituted(text: Any) -> Iterator[str]:
    match text:
        case [str(template), dict(variables)]:
            yield from (name for name in _IN_SUB.findall(template) if name not in variables)
        case str(template):
            yield from _IN_SUB.findall(template)
