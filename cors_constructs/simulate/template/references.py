"""What `Ref`, `Fn::GetAtt` and `Fn::ImportValue` lead to: parameters, resources, outputs, in this stack or another.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cors_constructs.simulate.template.known_in_part import as_text
from cors_constructs.simulate.template.parameters import default_of, typed
from cors_constructs.simulate.template.places import kind, shown
from cors_constructs.simulate.template.scope import NO_VALUE, Reference, Scope
from cors_constructs.simulate.values import TemplateError, Unresolved

WorkOut: TypeAlias = Callable[[Scope, Any], Any]
"""Works out a node of a template."""


def ref(work_out: WorkOut, scope: Scope, node: Any, name: Any, *, within: Any = None) -> Any:
    """What `Ref` gives: a parameter's value, or a reference to a resource.

    Args:
        work_out: Works out what stands in the parent stack.
        scope: The stack.
        node: The expression.
        name: What it names.
        within: The node of the template that errors are about; None for the expression itself.

    Raises:
        TemplateError: It names nothing in the template.
    """
    if not isinstance(name, str):
        raise scope.error(node, f"Ref is given {kind(name)}", "give the name of a parameter or a resource")
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in scope.section("Parameters"):
        return _parameter(work_out, scope, node, name)
    if name.startswith("AWS::"):
        return scope.given.get(name, Unresolved(node))
    _check_resource(scope, within or node, name)
    return Reference(node, scope=scope, logical_id=name) if name in scope.section("Resources") else Unresolved(node)


def _parameter(work_out: WorkOut, scope: Scope, node: Any, name: str) -> Any:
    declared = scope.section("Parameters")[name]

    def work() -> Any:
        value = _given(work_out, scope, name)
        if value is None:
            value = default_of(declared)
        return value if value is None or isinstance(value, Unresolved) else typed(declared, value)

    value = scope.once("Parameters", name, work)
    return Unresolved(node) if value is None else value


def _given(work_out: WorkOut, scope: Scope, name: str) -> Any:
    if scope.parent is None:
        return scope.given.get(name)
    parent, logical_id = scope.parent
    passed = parent.section("Resources")[logical_id]["Properties"].get("Parameters")
    if not isinstance(passed, dict) or name not in passed:
        return None
    value = work_out(parent, passed[name])
    return None if value is NO_VALUE else value


def get_att(work_out: WorkOut, scope: Scope, node: Any, argument: Any) -> Any:
    """What `Fn::GetAtt` gives: a reference to a resource's attribute, or a nested stack's output.

    Raises:
        TemplateError: It names no resource of the template, or no attribute.
    """
    path = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(path, list) or len(path) < 2 or not isinstance(path[0], str):  # noqa: PLR2004 - id and attribute
        raise scope.error(node, "Fn::GetAtt takes a logical id and an attribute", 'write ["LogicalId", "Attribute"]')
    parts = [as_text(work_out(scope, part)) for part in path[1:]]
    if not all(isinstance(part, str) for part in parts):
        return Unresolved(node)
    return attribute_of(work_out, scope, node, path[0], ".".join(map(str, parts)))


def attribute_of(
    work_out: WorkOut, scope: Scope, node: Any, logical_id: str, attribute: str, *, within: Any = None
) -> Any:
    """A resource's attribute.

    Args:
        work_out: Works out what stands in a nested stack.
        scope: The stack.
        node: The expression.
        logical_id: The resource.
        attribute: The attribute.
        within: The node of the template that errors are about; None for the expression itself.

    Raises:
        TemplateError: The template has no such resource.
    """
    _check_resource(scope, within or node, logical_id)
    if logical_id not in scope.section("Resources"):
        return Unresolved(node)
    if attribute.startswith("Outputs.") and logical_id in scope.nested:
        return _output(work_out, scope.nested[logical_id], node, attribute.removeprefix("Outputs."))
    return Reference(node, scope=scope, logical_id=logical_id, attribute=attribute)


def _output(work_out: WorkOut, scope: Scope, node: Any, name: str) -> Any:
    output = scope.section("Outputs").get(name)
    if not isinstance(output, dict) or "Value" not in output:
        return Unresolved(node)
    return scope.once("Outputs", name, lambda: work_out(scope, output["Value"]))


def _check_resource(scope: Scope, node: Any, name: str) -> None:
    """A macro may make resources that are not in the template yet."""
    if name not in scope.section("Resources") and not scope.macros:
        raise scope.error(node, f"it names {shown(name)}, which the template does not have", "name what is there")


def import_value(work_out: WorkOut, scope: Scope, node: Any, argument: Any) -> Any:
    """What `Fn::ImportValue` gives: the output of another stack, where one of those read exports that name.

    Raises:
        TemplateError: What it is given is no name.
    """
    name = as_text(work_out(scope, argument))
    if name is None:
        raise scope.error(node, f"Fn::ImportValue is given {kind(argument)}", "give the name of an export")
    if isinstance(name, Unresolved):
        return Unresolved(node)
    found = [
        (other, output)
        for other in scope.world.scopes
        if other.environment == scope.environment
        for output, export in _exports(work_out, other).items()
        if export == name
    ]
    return _output(work_out, found[0][0], node, found[0][1]) if len(found) == 1 else Unresolved(node)


def _exports(work_out: WorkOut, scope: Scope) -> dict[str, Any]:
    """The name of the export by output."""

    def work() -> dict[str, Any]:
        outputs = scope.section("Outputs").items()
        named = {name: output.get("Export") for name, output in outputs if isinstance(output, dict)}
        return {name: _name(work_out, scope, export) for name, export in named.items() if isinstance(export, dict)}

    exports: dict[str, Any] = scope.once("Exports", "", work)
    return exports


def _name(work_out: WorkOut, scope: Scope, export: dict[str, Any]) -> Any:
    try:
        return work_out(scope, export.get("Name"))
    except TemplateError:
        return None  # what is wrong there is not what was asked for
