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
    depends_on = resource.get("DependsOn")
    names = depends_on if isinstance(depends_on, list) else [depends_on]
    yield from (name for name in names if isinstance(name, str))
    yield from _references([resource.get("Properties"), resource.get("Metadata")])


def _references(properties: Any) -> Iterator[str]:
    waiting = [properties]
    while waiting:
        match waiting.pop():
            case Unresolved() as unknown:
                waiting += [unknown.expression, *unknown.parts]
            case {"Ref": str(name)}:
                yield name
            case {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::GetAtt": str(name)}:
                yield name.partition(".")[0]
            case Mapping() as mapping:
                waiting += mapping.values()
            case list() | tuple() as items:
                waiting += items
