"""Puts files in where a template includes them: `AWS::Include`.

They are local ones, before `aws cloudformation package`, and those uploaded with the template: assets of the CDK.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cors_constructs.simulate.template.assets import last_text
from cors_constructs.simulate.template.documents import read_document
from cors_constructs.simulate.template.places import kind
from cors_constructs.simulate.values import TemplateError

_DEFINITIONS: Final = {"AWS::ApiGateway::RestApi": "Body", "AWS::Serverless::Api": "DefinitionBody"}


def put_includes_in(template: dict[str, Any], folder: Path, assets: Mapping[str, Path]) -> None:
    """Puts files into the API definitions that include them. What is elsewhere stays as it is.

    Args:
        template: The template.
        folder: Where it is.
        assets: The files that are uploaded with it, by their key in the bucket.

    Raises:
        TemplateError: A file that is there is no mapping, or cannot be read.
    """
    resources = template.get("Resources")
    for resource in resources.values() if isinstance(resources, dict) else ():
        match resource:
            case {"Type": str(type_), "Properties": dict(properties)} if _DEFINITIONS.get(type_) in properties:
                properties[_DEFINITIONS[type_]] = _with_includes(properties[_DEFINITIONS[type_]], folder, assets)


def local_file(location: Any, folder: Path | None) -> Path | None:
    """The file that a location names, where it is a path and the file is there."""
    if not isinstance(location, str) or "://" in location or "\0" in location or folder is None or not location:
        return None
    path = folder / location
    try:
        return path if path.is_file() else None
    except OSError:  # a name too long to be one
        return None


def _with_includes(node: Any, folder: Path, assets: Mapping[str, Path]) -> Any:
    """A file's own includes are not looked for: CloudFormation does not process them either."""
    if isinstance(node, list):
        return [_with_includes(item, folder, assets) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {name: _with_includes(item, folder, assets) for name, item in node.items() if name != "Fn::Transform"}
    transforms = node.get("Fn::Transform")
    # Several may stand in a list:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html
    listed = transforms if isinstance(transforms, list) else [transforms]
    files = [path for transform in listed if (path := _included(transform, folder, assets))]
    if not files or len(files) < len(listed):
        return node | rest
    content = {name: item for path in files for name, item in _content(path).items()}
    return {**content, **rest}


def _included(transform: Any, folder: Path, assets: Mapping[str, Path]) -> Path | None:
    """The file that a transform includes, if it is one that does, and the file is here."""
    match transform:
        case {"Name": "AWS::Include", "Parameters": {"Location": location}}:
            return _file(location, folder, assets)
        case _:
            return None


def _file(location: Any, folder: Path, assets: Mapping[str, Path]) -> Path | None:
    """The file that a location names, if it is here."""
    path = local_file(location, folder) or assets.get(_key(location))
    return path if path is not None and path.is_file() else None


def _key(location: Any) -> str:
    """The key in the bucket: `abc.json` of `s3://bucket/abc.json`, whose bucket only deployment may know."""
    match location:
        case {"Fn::Sub": str(text)} | str(text) if text.startswith("s3://"):
            return text.removeprefix("s3://").partition("/")[2]
        case _:
            return last_text(location) or ""


def _content(path: Path) -> dict[str, Any]:
    content = read_document(path, str(path))
    if not isinstance(content, dict):
        raise TemplateError(str(path), "", f"it is {kind(content)}", "write a mapping")
    return content
