"""A stack: a template, the values of its parameters, and the stacks it is tied to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from cors_constructs.simulate.template.places import Place, walk
from cors_constructs.simulate.template.sam_origins import Origins
from cors_constructs.simulate.values import TemplateError, Unresolved

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
PSEUDO_PARAMETERS: Final = frozenset(
    f"AWS::{name}"
    for name in ("AccountId", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
)

MOST_IN_A_ROW: Final = 100
"""How many functions, conditions or parameters may need each other one after the other."""


class _NoValue:
    """What `AWS::NoValue` stands for: the property, or the list's item, is not there."""


NO_VALUE: Final = _NoValue()


@attrs.frozen(eq=False, repr=False)
class Reference(Unresolved):
    """What `Ref` or `Fn::GetAtt` gives of a resource in the templates that were read: unknown, but it is known whose.

    Attributes:
        scope: The stack that has the resource.
        logical_id: The resource's logical id.
        attribute: The attribute asked for; None for a `Ref`.
    """

    scope: "Scope" = attrs.field(kw_only=True)
    logical_id: str = attrs.field(kw_only=True)
    attribute: str | None = attrs.field(kw_only=True, default=None)

    def __eq__(self, other: object) -> bool:
        """Equal to anything unknown that has the same expression."""
        if isinstance(other, Unresolved):
            return repr(self.expression) == repr(other.expression) and self.parts == other.parts
        return NotImplemented

    __hash__ = Unresolved.__hash__

    def __repr__(self) -> str:
        return f"Reference({self.expression!r})"


@attrs.define(eq=False)
class World:
    """What stacks that were read together share.

    Attributes:
        scopes: The stacks, nested ones included.
        busy: What is being worked out, outermost first: whoever comes back to it has gone in a circle.
        depth: How many intrinsic functions are being worked out.
        lenient: Whether a function that is wrong is an unknown value rather than an error.
    """

    scopes: "list[Scope]" = attrs.field(factory=list)
    busy: "dict[tuple[Scope, str, str], None]" = attrs.field(factory=dict)
    depth: int = 0
    lenient: bool = False


@attrs.define(eq=False)
class Scope:
    """A stack.

    Attributes:
        file: The template's file, as the caller named it or as found below the folder named; None for a mapping.
        template: The template, as it is written.
        world: What it shares with the others.
        folder: Where files beside the template are; None for a mapping.
        environment: Stacks with the same one see each other's exports.
        given: The parameters' values that the caller gives, by name.
        parent: The stack that this one is nested in, and as what.
        nested: The nested stacks by logical id, those whose template could be read.
        macros: Transforms that may change the template in ways not known here.
        assets: The files that are uploaded with the template, by their key in the bucket.
        constructs: The construct's path by logical id, where the CDK tells.
        origins: Where the user of a SAM template wrote what its parts were made of.
        values: What has been worked out, by section and name.
    """

    file: str | None
    template: dict[str, Any]
    world: World
    folder: Path | None = None
    environment: str = ""
    given: Mapping[str, str] = attrs.field(factory=dict)
    parent: "tuple[Scope, str] | None" = None
    nested: "dict[str, Scope]" = attrs.field(factory=dict)
    macros: tuple[str, ...] = ()
    assets: Mapping[str, Path] = attrs.field(factory=dict)
    constructs: Mapping[str, str] = attrs.field(factory=dict)
    origins: Origins | None = None
    values: dict[tuple[str, str], Any] = attrs.field(factory=dict)

    def section(self, name: str) -> dict[str, Any]:
        """A section of the template; empty where it has none."""
        section = self.template.get(name)
        return section if isinstance(section, dict) else {}

    def once(self, section: str, name: str, work: Callable[[], Any]) -> Any:
        """What work gives for a name of a section, done once, and never from within itself.

        Raises:
            TemplateError: Working it out comes back to it.
        """
        busy, this = self.world.busy, (self, section, name)
        if (section, name) in self.values:
            return self.values[section, name]
        if this in busy:
            circle = [*list(busy)[list(busy).index(this) + 1 :], this]
            steps = ", which needs ".join(f"{section}.{name}" for _, section, name in circle)
            raise self.place(section, name).error(f"it goes in a circle: it needs {steps}", "break the circle")
        if len(busy) >= MOST_IN_A_ROW:
            raise self.place(section, name).error(f"it needs others, more than {MOST_IN_A_ROW} in a row")
        busy[this] = None
        try:
            value = self.values[section, name] = work()
        finally:
            del busy[this]
        return value

    def place(self, *parts: str | int) -> Place:
        """A place in the template."""
        return Place(self.file, parts)

    def error(self, node: Any, problem: str, fix: str = "") -> TemplateError:
        """An error about a node of the template, which is looked for."""
        return Place(self.file, _path_to(self.template, node)).error(problem, fix)


def _path_to(root: Any, node: Any) -> tuple[str | int, ...]:
    return next((path for path, value in walk(root) if value is node), ())
