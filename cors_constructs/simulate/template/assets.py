"""Files that a template names by where they are uploaded to."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cors_constructs.simulate.template.scope import Scope


def asset_of(scope: Scope, resource: Mapping[str, Any], property_: str, key: str | None) -> Path | None:
    """The file that a resource's property stands for; None where it is not here.

    Args:
        scope: The resource's stack.
        resource: The resource.
        property_: The property's name.
        key: The file's key in the bucket, where it is known.
    """
    return next((path for path in _candidates(scope, resource, property_, key) if _is_file(path)), None)


def folder_of(scope: Scope, resource: Mapping[str, Any], property_: str, key: str | None) -> Path | None:
    """The folder that is uploaded as one file for a resource's property; None where it is not here.

    Args:
        scope: The resource's stack.
        resource: The resource.
        property_: The property's name.
        key: The file's key in the bucket, where it is known.
    """
    return next((path for path in _candidates(scope, resource, property_, key) if _is_folder(path)), None)


def _candidates(scope: Scope, resource: Mapping[str, Any], property_: str, key: str | None) -> Iterator[Path]:
    if scope.folder is None:
        return
    match resource.get("Metadata"):
        case {"aws:asset:path": str(path), "aws:asset:property": name} if name == property_:
            yield scope.folder / path
    if key is not None:
        if key in scope.assets:
            yield scope.assets[key]
        yield scope.folder / f"asset.{key}"
        if key.endswith(".zip"):  # the Serverless Framework writes it beside the template
            yield scope.folder / key.rpartition("/")[2]
    properties = resource.get("Properties")
    location = properties.get(property_) if isinstance(properties, Mapping) else None
    if isinstance(location, str) and location and "://" not in location:
        # A path, as it stands before `aws cloudformation package`:
        # https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
        yield scope.folder / location


def last_text(url: Any) -> str | None:
    """The last part of an address: `{"Fn::Join": ["", [..., "/abc.json"]]}` ends in `abc.json`."""
    match url:
        case {"Fn::Join": [str(), [*_, str(end)]]} | {"Fn::Sub": str(end)} | str(end):
            return end.rpartition("/")[2] or None
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
