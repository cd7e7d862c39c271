"""What a resource waits for before CloudFormation makes it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cors_constructs.simulate.values import Unresolved


def waits_for(logical_id: str, resources: Mapping[str, Any]) -> frozenset[str]:
    """The logical ids that a resource depends on or refers to, and all that those wait for.

    Args:
        logical_id: The resource's.
        resources: The stack's resources.
    """
    reached: set[str] = set()
    waiting = [logical_id]
    while waiting:
        resource = resources.get(waiting.pop())
        for other in _named_in(resource) if isinstance(resource, Mapping) else ():
            if other in resources and other not in reached:
                reached.add(other)
                waiting.append(other)
    return frozenset(reached)


def _named_in(resource: Mapping[str, Any]) -> Iterator[str]:
    depends_on = resource.get("DependsOn", [])
    yield from (name for name in ([depends_on] if isinstance(depends_on, str) else depends_on) if isinstance(name, str))
    yield from _references(resource.get("Properties"))


def _references(node: Any) -> Iterator[str]:
    match node:
        case Unresolved():
            yield from _references(node.expression)
            yield from _references(node.parts)
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(name)}:
            yield name.partition(".")[0]
        case Mapping():
            for value in node.values():
                yield from _references(value)
        case list() | tuple():
            for value in node:
                yield from _references(value)
