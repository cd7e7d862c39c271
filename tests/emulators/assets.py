"""Puts what a synthesized template has beside it into it: no emulator has a bucket of the CDK's bootstrap."""

import copy
import json
from pathlib import Path
from typing import Any

from .templates import Template


def with_assets(template: Template, folder: Path) -> Template:
    """A synthesized template with the OpenAPI documents, and the nested stacks' templates, that it has beside it.

    Args:
        template: what `cdk synth` wrote; it is not changed.
        folder: where it wrote that.
    """
    found = copy.deepcopy(template)
    for resource in found["Resources"].values():
        properties = resource.setdefault("Properties", {})
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            if (location := properties.pop("BodyS3Location", None)) is not None:
                properties["Body"] = _document(location["Key"], folder)
            resource["Properties"] = _with_included(properties, folder)
        elif resource["Type"] == "AWS::CloudFormation::Stack":
            properties["TemplateBody"] = with_assets(_template(properties.pop("TemplateURL"), folder), folder)
    return found


def _with_included(value: Any, folder: Path) -> Any:
    """`value` with files in place of what has CloudFormation put them there: `AWS::Include`."""
    if isinstance(value, list):
        return [_with_included(item, folder) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _with_included(item, folder) for name, item in value.items() if name != "Fn::Transform"}
    if "Fn::Transform" in value:
        location = value["Fn::Transform"]["Parameters"]["Location"]
        found |= _document(location["Fn::Sub"] if isinstance(location, dict) else location, folder)
    return found


def _document(key: str, folder: Path) -> Any:
    """The document that a key in the bucket, or an address there, stands for."""
    return json.loads((folder / f"asset.{_name(key)}").read_text(encoding="utf-8"))


def _template(url: Any, folder: Path) -> Any:
    """The template that a nested stack's address stands for: the file has a name of its own, told by the manifests."""
    key = _name(url["Fn::Join"][1][-1])
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.assets.json"))]
    files = {name: it["source"]["path"] for manifest in manifests for name, it in manifest["files"].items()}
    return json.loads((folder / files[key.removesuffix(".json")]).read_text(encoding="utf-8"))


def _name(address: str) -> str:
    return address.rpartition("/")[2]
