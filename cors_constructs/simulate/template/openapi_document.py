"""An OpenAPI document: its nodes, with their places, references within it followed and types checked."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from cors_constructs.simulate.model import Source
from cors_constructs.simulate.template.places import Place, kind, shown
from cors_constructs.simulate.template.shapes import Shape
from cors_constructs.simulate.values import Unresolved


@attrs.frozen(eq=False)
class Document:
    """An OpenAPI document, inside a template or in a file of its own.

    Attributes:
        value: All of it.
        place: Where it stands.
        api: The API that it defines.
        inside: How many parts of the place lead to the API's resource.
        written: Where a part of it was written, if not here: takes the keys that lead to the part.
        notes: What could not be read so far, a sentence each.
    """

    value: Any
    place: Place
    api: Source
    inside: int = 0
    written: Callable[[tuple[str | int, ...]], str | None] = lambda _: None
    notes: list[str] = attrs.field(factory=list)

    def root(self) -> "Node":
        """The document's outermost mapping.

        Raises:
            TemplateError: It is none.
        """
        return Node(self, {}, self.place).of(self.value, self.place)


@attrs.frozen(eq=False)
class Node:
    """A mapping in an OpenAPI document.

    Attributes:
        document: The document.
        value: The mapping; empty where it is only known at deployment.
        place: Where it stands.
        known: Whether it is known before deployment.
    """

    document: Document
    value: dict[str, Any]
    place: Place
    known: bool = True

    @property
    def source(self) -> Source:
        """Where it stands, for findings: inside the API's resource, or in the document's own file."""
        document, parts = self.document, self.place.parts
        place = Place(None, parts[document.inside :])
        written = document.written(parts[len(document.place.parts) :])
        return Source(self.place.file, document.api.logical_id, str(place), document.api.construct, written)

    def note(self, sentence: str) -> None:
        """Says that something could not be read."""
        self.document.notes.append(sentence)

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def get(self, name: str, shape: Shape, default: Any = None) -> Any:
        """A value, read through a shape; the default where there is none.

        Raises:
            TemplateError: It is of another type.
        """
        return shape(self.value[name], self.place.at(name)) if name in self.value else default

    def mapping(self, name: str) -> "Node":
        """A mapping; an empty one where there is none.

        Raises:
            TemplateError: It is none, or refers to what is not there.
        """
        return self.of(self._given(name, {}), self.place.at(name))

    def mappings(self, name: str) -> "Iterator[Node]":
        """The mappings in a list."""
        items = self._given(name, [])
        if isinstance(items, Unresolved):
            self.note(f"{self.place.at(name)} is only known at deployment")
            return
        if not isinstance(items, list):
            raise self.place.at(name).error(f"it is {kind(items)}", "write a list")
        for index, item in enumerate(items):
            yield self.of(item, self.place.at(name, index))

    def values(self, wanted: Callable[[str], bool] = lambda _: True) -> "Iterator[tuple[str, Node]]":
        """The mapping's mappings by name: those whose names are wanted."""
        for name in self.value:
            if wanted(name):
                yield name, self.mapping(name)

    def of(self, value: Any, place: Place) -> "Node":
        """A mapping of the same document.

        Raises:
            TemplateError: It is none, or refers to what is not there.
        """
        value = self._followed(value, place)
        if isinstance(value, Unresolved):
            self.note(f"{place} is only known at deployment")
            return Node(self.document, {}, place, known=False)
        if not isinstance(value, dict):
            raise place.error(f"it is {kind(value)}", "write a mapping")
        made = [name for name in value if name.startswith("Fn::")]
        if made:
            self.note(f"what {place.at(made[0])} brings is only known at deployment")
            value = {name: item for name, item in value.items() if name not in made}
        return Node(self.document, value, place)

    def _given(self, name: str, default: Any) -> Any:
        """CloudFormation refuses null in a template; in a file it is what nothing is written after, and is nothing."""
        value = self.value.get(name, default)
        return default if value is None and not self.document.inside else value

    def _followed(self, value: Any, place: Place) -> Any:
        """What a `$ref` refers to (https://spec.openapis.org/oas/v3.0.4.html#reference-object)."""
        seen: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            pointer = value["$ref"]
            if not pointer.startswith("#/"):
                self.note(f"{place} refers to another document, {pointer}")
                return {}
            if pointer in seen:
                raise place.at("$ref").error(f"it goes in a circle: {', '.join([*seen, pointer])}", "break the circle")
            seen.append(pointer)
            value = self._at(pointer, place)
        return value

    def _at(self, pointer: str, place: Place) -> Any:
        found: Any = self.document.value
        for part in pointer[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            raise place.at("$ref").error(f"the document has no {shown(pointer)}", "refer to what is there")
        return found
