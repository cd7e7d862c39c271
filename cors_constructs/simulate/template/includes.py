"""Puts local files in where a template includes them: `AWS::Include`, before `aws cloudformation package`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from pathlib import Path
from typing import Any, Final

from cors_constructs.simulate.template.documents import read_document
from cors_constructs.simulate.template.places import kind
from cors_constructs.simulate.values import TemplateError

_DEFINITIONS: Final = {"AWS::ApiGateway::RestApi": "Body", "AWS::Serverless::Api": "DefinitionBody"}


def put_includes_in(template: dict[str, Any], folder: Path) -> None:
    """Puts local files into the API definitions that include them. What is elsewhere stays as it is.

    Raises:
        TemplateError: A file that is there is no mapping, or cannot be read.
    """
    resources = template.get("Resources")
    for resource in resources.values() if isinstance(resources, dict) else ():
        match resource:
            case {"Type": str(type_), "Properties": dict(properties)} if _DEFINITIONS.get(type_) in properties:
                properties[_DEFINITIONS[type_]] = _with_includes(properties[_DEFINITIONS[type_]], folder)


def local_file(location: Any, folder: Path | None) -> Path | None:
    """The file that a location names, where it is a path and the file is there."""
    if not isinstance(location, str) or "://" in location or "\0" in location or folder is None or not location:
        return None
    path = folder / location
    try:
        return path if path.is_file() else None
    except OSError:  # a name too long to be one
        return None


def _with_includes(node: Any, folder: Path) -> Any:
    """A file's own includes are not looked for: CloudFormation does not process them either."""
    if isinstance(node, list):
        return [_with_includes(item, folder) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {name: _with_includes(item, folder) for name, item in node.items() if name != "Fn::Transform"}
    match node.get("Fn::Transform"):
        case {"Name": "AWS::Include", "Parameters": {"Location": location}} if path := local_file(location, folder):
            return {**_content(path), **rest}
    return node | rest


def _content(path: Path) -> dict[str, Any]:
    content = read_document(path, str(path))
    if not isinstance(content, dict):
        raise TemplateError(str(path), "", f"it is {kind(content)}", "write a mapping")
    return content
