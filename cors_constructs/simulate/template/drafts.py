"""REST APIs in the making: their resources come from anywhere in the templates, one by one."""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from cors_constructs.simulate.model import (
    Api,
    Authorizer,
    BasePath,
    Deployment,
    Gate,
    GatewayResponse,
    Method,
    Source,
    Stage,
    UsagePlan,
)
from cors_constructs.simulate.template.items import Item, Key, target
from cors_constructs.simulate.template.places import printable
from cors_constructs.simulate.template.scope import Reference, Scope
from cors_constructs.simulate.values import TemplateError, Text


@attrs.define(eq=False)
class Draft:
    """A REST API in the making. The attributes are those of `Api`, and what they are found by."""

    source: Source
    name: Text
    item: Item | None = None
    binary_media_types: tuple[Text, ...] = ()
    api_key_source: Text = "HEADER"
    specified: bool = False
    resources: dict[Key, Item] = attrs.field(factory=dict)
    paths: set[str] = attrs.field(factory=set)
    methods: list[Method] = attrs.field(factory=list)
    gateway_responses: dict[str, GatewayResponse] = attrs.field(factory=dict)
    authorizers: list[Authorizer] = attrs.field(factory=list)
    deployments: list[Deployment] = attrs.field(factory=list)
    stages: list[Stage] = attrs.field(factory=list)
    plans: list[UsagePlan] = attrs.field(factory=list)
    base_paths: list[BasePath] = attrs.field(factory=list)
    gates: list[Gate] = attrs.field(factory=list)
    notes: list[str] = attrs.field(factory=list)
    foreign_parents: list[Any] = attrs.field(factory=list)

    def path_of(self, resource_id: Any) -> str | None:
        """The path of the resource with that id; None where only a deployment knows it.

        Raises:
            TemplateError: The resource is below itself.
        """
        parts: list[str] = []
        steps: dict[Key, None] = {}
        key = target(resource_id)
        while key in self.resources:
            item = self.resources[key]
            if key in steps:
                raise _circle(item, list(steps))
            steps[key] = None
            part = item.properties["PathPart"]
            if not isinstance(part, str):
                return None
            parts.append(part)
            resource_id = item.properties["ParentId"]
            key = target(resource_id)
        return f"/{'/'.join(reversed(parts))}" if self._is_root(resource_id) else None

    def finished(self) -> Api:
        """The API."""
        return Api(
            self.source,
            self.name,
            methods=tuple(self.methods),
            paths=frozenset(self.paths),
            binary_media_types=self.binary_media_types,
            api_key_source=self.api_key_source,
            gateway_responses=self.gateway_responses,
            authorizers=tuple(self.authorizers),
            deployments=tuple(self.deployments),
            stages=tuple(self.stages),
            plans=tuple(self.plans),
            base_paths=tuple(self.base_paths),
            gates=tuple(self.gates),
            specified=self.specified,
            imported=self.item is None,
            unreadable=tuple(dict.fromkeys(map(printable, self.notes))),
        )

    def _is_root(self, resource_id: Any) -> bool:
        if isinstance(resource_id, Reference) and self.item is not None:
            return target(resource_id) == self.item.key and resource_id.attribute == "RootResourceId"
        # All that is known of an imported API's root is what the template hangs its paths on. Two such ids cannot both
        # be the root, so that only the first is taken for it.
        if self.item is not None:
            return False
        if not self.foreign_parents:
            self.foreign_parents.append(resource_id)
        return bool(self.foreign_parents[0] == resource_id)


class Drafts:
    """All REST APIs of the templates, by whatever names them."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_key: dict[Key, Draft] = {}
        self._imported: dict[object, Draft] = {}
        for item in items:
            if item.type == "RestApi":
                self._by_key[item.key] = Draft(item.source, item.logical_id, item)

    def __iter__(self) -> Iterator[Draft]:
        yield from self._by_key.values()
        yield from self._imported.values()

    def find(self, api_id: Any, scope: Scope) -> Draft | None:
        """The API that has that id in a stack; None where nothing of it is in the templates."""
        key = target(api_id)
        if key in self._by_key:
            return self._by_key[key]
        return self._imported.get(_import_key(api_id, scope))

    def of(self, item: Item) -> Draft | None:
        """The API that a resource belongs to; None where the API's condition does not hold, and so the API is not."""
        api_id = item.properties["RestApiId"]
        key = target(api_id)
        if key in self._by_key:
            return self._by_key[key]
        if key is not None and _type_of(key) == "AWS::ApiGateway::RestApi":
            return None
        imported = Draft(Source(item.scope.file, str(api_id)), api_id)
        return self._imported.setdefault(_import_key(api_id, item.scope), imported)


def _import_key(api_id: Any, scope: Scope) -> object:
    """A literal id is one API wherever it is written; an expression is one only within its template."""
    return api_id if isinstance(api_id, str) else (scope, repr(api_id))


def _type_of(key: Key) -> Any:
    scope, logical_id = key
    resource = scope.section("Resources").get(logical_id)
    return resource.get("Type") if isinstance(resource, dict) else None


def _circle(item: Item, steps: list[Key]) -> TemplateError:
    names = ", which is below ".join(logical_id for _, logical_id in [*steps[steps.index(item.key) + 1 :], item.key])
    return item.place.at("ParentId").error(f"it goes in a circle: it is below {names}", "break the circle")
