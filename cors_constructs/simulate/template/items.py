"""The API Gateway resources of templates, one by one, with their properties worked out and of the right types."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs

from cors_constructs.simulate.model import Source
from cors_constructs.simulate.template.intrinsics import condition, resolved, resolved_items
from cors_constructs.simulate.template.places import Place, kind
from cors_constructs.simulate.template.resource_shapes import PREFIX, PROPERTIES
from cors_constructs.simulate.template.scope import Reference, Scope
from cors_constructs.simulate.values import Flag, TemplateError, Unresolved

Key: TypeAlias = tuple[Scope, str]
"""A resource: its stack and its logical id."""


@attrs.frozen(eq=False)
class Item:
    """A resource of API Gateway.

    Attributes:
        scope: The stack that has it.
        logical_id: Its logical id.
        type: Its type, without `AWS::ApiGateway::`.
        properties: Its properties.
        source: Where it stands.
        there: Whether it is: its condition, where it has one.
        notes: What of it could not be read, a sentence each.
    """

    scope: Scope
    logical_id: str
    type: str
    properties: dict[str, Any]
    source: Source
    there: Flag = True
    notes: list[str] = attrs.field(factory=list)

    @property
    def key(self) -> Key:
        """What others name it by."""
        return self.scope, self.logical_id

    @property
    def place(self) -> Place:
        """Where its properties stand."""
        return self.scope.place("Resources", self.logical_id, "Properties")

    def mapping(self, name: str) -> dict[str, Any]:
        """A property that is a mapping; empty where it is not there, or where it is only known at deployment."""
        return known_mapping(self.properties.get(name), self.place.at(name), self.notes)

    def list(self, name: str) -> list[Any]:
        """A property that is a list; empty where it is not there, or where it is only known at deployment."""
        return known_list(self.properties.get(name), self.place.at(name), self.notes)


def known_mapping(value: Any, place: Place, notes: list[str]) -> dict[str, Any]:
    """A mapping; empty where there is none, or where it is only known at deployment, which is noted."""
    if isinstance(value, Unresolved):
        notes.append(f"{place} is only known at deployment")
    if not isinstance(value, dict):
        return {}
    made = [name for name in value if is_loop(name)]
    notes += [f"what {place.at(name)} brings is only known at deployment" for name in made]
    return {name: item for name, item in value.items() if name not in made} if made else value


def known_list(value: Any, place: Place, notes: list[str]) -> list[Any]:
    """A list; empty where there is none, or where it is only known at deployment, which is noted."""
    if isinstance(value, Unresolved):
        notes.append(f"{place} is only known at deployment")
    return value if isinstance(value, list) else []


def read_items(scope: Scope) -> Iterator[Item]:
    """The API Gateway resources of a stack, but those whose condition does not hold.

    Raises:
        TemplateError: One of them has a value of the wrong type, or a function in it is not used as it has to be.
    """
    for logical_id, resource in scope.section("Resources").items():
        if is_loop(logical_id):
            continue
        place = scope.place("Resources", logical_id)
        if not isinstance(resource, dict):
            raise place.error(f"it is {kind(resource)}", 'write a mapping with "Type"')
        type_ = resource.get("Type")
        if not isinstance(type_, str):
            what = f"its Type is {kind(type_)}" if "Type" in resource else "it has no Type"
            raise place.error(what, "write a resource type, such as AWS::ApiGateway::Method")
        if type_.startswith(PREFIX) and type_.removeprefix(PREFIX) in PROPERTIES:
            item = _item(scope, logical_id, resource, type_.removeprefix(PREFIX))
            if item is not None:
                yield item


def is_loop(logical_id: str) -> bool:
    """Whether it is the name of no resource or property but of what makes some: `Fn::ForEach`, `Fn::Transform`."""
    return logical_id.startswith("Fn::")


def source_of(scope: Scope, logical_id: str) -> Source:
    """Where a resource stands."""
    metadata = scope.section("Resources")[logical_id].get("Metadata")
    construct = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
    if not isinstance(construct, str):
        construct = scope.constructs.get(logical_id)
    written = None if scope.origins is None else scope.origins.of_resource(logical_id)
    return Source(scope.file, logical_id, construct=construct, written=written)


def target(value: Any) -> Key | None:
    """The resource that a value is the id of, where that is known."""
    return (value.scope, value.logical_id) if isinstance(value, Reference) else None


def presence(scope: Scope, resource: dict[str, Any], place: Place) -> Flag:
    """Whether a resource's condition holds; a resource without one is there.

    Raises:
        TemplateError: The condition is no name, or there is none of that name.
    """
    name = resource.get("Condition")
    if "Condition" not in resource:
        return True
    if not isinstance(name, str):
        raise place.at("Condition").error(f"it is {kind(name)}", "write the name of a condition")
    return condition(scope, name, resource)


def is_there(scope: Scope, logical_id: str) -> bool:
    """Whether a resource may be there. What is wrong with conditions is said of what is read for its own sake."""
    place = scope.place("Resources", logical_id)
    try:
        return presence(scope, scope.section("Resources")[logical_id], place) is not False
    except TemplateError:
        return True


def all_resources(scope: Scope) -> dict[str, Any]:
    """Every resource of a stack, worked out as far as can be; what is wrong in one is left unknown."""
    scope.world.lenient = True
    try:
        return {name: resolved(scope, resource) for name, resource in scope.section("Resources").items()}
    except RecursionError:
        raise TemplateError(scope.file, "", "things in it need each other too deeply") from None
    finally:
        scope.world.lenient = False


def _item(scope: Scope, logical_id: str, resource: dict[str, Any], type_: str) -> Item | None:
    place = scope.place("Resources", logical_id)
    there = presence(scope, resource, place)
    if there is False:
        return None
    given = resource.get("Properties", {})
    if not isinstance(given, dict):
        raise place.at("Properties").error(f"it is {kind(given)}", "write a mapping")
    properties = PROPERTIES[type_](resolved_items(scope, given), place.at("Properties"))
    source = source_of(scope, logical_id)
    item = Item(scope, logical_id, type_, properties, source, there)
    if isinstance(there, Unresolved):
        item.notes.append(f"whether {place} exists depends on the condition {resource['Condition']}")
    known_mapping(properties, item.place, item.notes)
    return item
