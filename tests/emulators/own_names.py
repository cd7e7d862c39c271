"""Gives a stack names that no other stack has, so that tests can deploy one template twice."""

import copy
from collections.abc import Callable
from typing import Any

from .adapt import Adapted

MAX_KEY_VALUE = 128
"""AWS takes key values of 20 to 128 characters."""


def with_own_keys(adapted: Adapted, stack_name: str) -> tuple[Adapted, dict[str, str]]:
    """Give API keys names and values that no other stack has: two keys of one name or value are refused.

    Returns:
        The changed template, and the keys' logical ids by the names that they had. Keys of nested stacks stay.
    """
    template = copy.deepcopy(adapted.template)
    names: dict[str, str] = {}
    changes: list[str] = []
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != "AWS::ApiGateway::ApiKey":
            continue
        key = resource.setdefault("Properties", {})
        if "Name" in key:
            if isinstance(key["Name"], str):
                names[key["Name"]] = logical_id
            key["Name"] = f"{stack_name}-{logical_id}"
            changes.append(f"{logical_id}: key named {key['Name']}")
        if isinstance(key.get("Value"), str):
            suffix = stack_name.removeprefix("cors-")
            key["Value"] = key["Value"][: MAX_KEY_VALUE - len(suffix)] + suffix
            changes.append(f"{logical_id}: key value ends in {suffix}")
    return Adapted(template, (*adapted.changes, *changes)), names


def with_own_exports(adapted: Adapted, app_name: str) -> Adapted:
    """Give what stacks of one app hand each other names that no other app has, as AWS wants it of all stacks.

    Names that are written out are changed, and the CDK makes no others.
    """
    renamed: dict[str, str] = {}

    def own(name: str) -> str:
        renamed[name] = f"{app_name}:{name}"
        return renamed[name]

    template = _with_names(adapted.template, own)
    changes = [f"export {name} named {it}" for name, it in renamed.items()]
    return Adapted(template, (*adapted.changes, *changes))


def _with_names(value: Any, own: Callable[[str], str]) -> Any:
    """`value` with other names of exports, where they are made and where they are used, in nested stacks too."""
    if isinstance(value, list):
        return [_with_names(item, own) for item in value]
    match value:
        case {"Fn::ImportValue": str(name)}:
            return {"Fn::ImportValue": own(name)}
        case {"Value": _, "Export": {"Name": str(name)}}:
            return {
                **_with_names({key: it for key, it in value.items() if key != "Export"}, own),
                "Export": {"Name": own(name)},
            }
        case dict():
            return {name: _with_names(item, own) for name, item in value.items()}
    return value
