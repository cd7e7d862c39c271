"""What `sam build` and `sam package` do to a SAM template before AWS sees it: files become addresses of a bucket.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-package.html
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from cors_constructs.simulate.template.includes import local_file

_FUNCTION: Final = "AWS::Serverless::Function"
# Where SAM wants the address of a bucket, and people write paths before they package: by type, and in Globals.
_LOCATIONS: Final = {
    "AWS::Serverless::Api": "DefinitionUri",
    _FUNCTION: "CodeUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_BUCKET: Final = "s3://local/"
_HERE: Final = "."
_IMAGE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/local:latest"


def package(template: dict[str, Any], folder: Path | None, parameters: Mapping[str, str]) -> dict[str, Path]:
    """Puts addresses into a SAM template where paths stand, or where nothing stands yet.

    Args:
        template: The template, which is changed.
        folder: Where the files are that it names; None where there is none.
        parameters: The parameters' values, where they are given. Others hold their defaults.

    Returns:
        The files, by the keys that stand for them in the bucket.
    """
    of_all = _globals(template)
    for properties, metadata in _functions(template):
        _put_code(properties, metadata, of_all.get(_FUNCTION, {}))
    assets: dict[str, Path] = {}
    sections = [*((_LOCATIONS[type_], section) for type_, section in of_all.items()), *_serverless(template)]
    for number, (name, properties) in enumerate(sections):
        location = _resolved(properties.get(name), template, parameters)
        if location is None:
            continue
        if isinstance(location, str) and location.startswith("s3://"):
            properties[name] = location
            continue
        key = str(number)
        properties[name] = f"{_BUCKET}{key}"
        if isinstance(location, str) and (folder is not None or location != _HERE):
            assets[key] = local_file(location, folder) or (Path() if folder is None else folder) / location
    return assets


def _put_code(properties: dict[str, Any], metadata: Any, of_all: Mapping[str, Any]) -> None:
    """Puts code where none is named: `sam build` makes the image that a Dockerfile describes, and else takes a folder.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html
    https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
    """
    if properties.get("PackageType") == "Image":
        if isinstance(metadata, dict) and "Dockerfile" in metadata and not properties.get("ImageUri"):
            properties["ImageUri"] = _IMAGE
    elif all(section.get(name) is None for name in ("InlineCode", "CodeUri") for section in (properties, of_all)):
        properties["CodeUri"] = _HERE


def _resolved(location: Any, template: Mapping[str, Any], parameters: Mapping[str, str]) -> Any:
    """A location, or what a parameter says that it is; None where none is to be replaced."""
    match location:
        case {"Ref": str(name)}:
            declared = template.get("Parameters")
            parameter = declared.get(name) if isinstance(declared, dict) else None
            default = parameter.get("Default") if isinstance(parameter, dict) else None
            return parameters.get(name, default if isinstance(default, str) else location)
        case str():
            return location
        case dict() if len(location) == 1 and next(iter(location)).startswith("Fn::"):
            return location  # only a deployment knows it: nothing is here
    return None


def _globals(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What holds for all resources of a type that has a location."""
    sections = template.get("Globals")
    sections = sections if isinstance(sections, dict) else {}
    found = {type_: sections.get(type_.rpartition("::")[2]) for type_ in _LOCATIONS}
    return {type_: section for type_, section in found.items() if isinstance(section, dict)}


def _functions(template: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """The properties of each function, and its metadata."""
    for resource in _resources(template):
        match resource:
            case {"Type": str(type_), "Properties": dict(properties)} if type_ == _FUNCTION:
                yield properties, resource.get("Metadata")


def _serverless(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in _resources(template):
        match resource:
            case {"Type": str(type_), "Properties": dict(properties)} if type_ in _LOCATIONS:
                yield _LOCATIONS[type_], properties
            case {"Type": "AWS::Serverless::Application", "Properties": {"Location": dict()}}:
                _take_for_stack(resource)


def _resources(template: Mapping[str, Any]) -> Iterable[Any]:
    resources = template.get("Resources")
    return resources.values() if isinstance(resources, dict) else ()


def _take_for_stack(application: dict[str, Any]) -> None:
    """Takes an application of the repository for the nested stack that it will be: the translator would ask AWS."""
    properties = application["Properties"]
    application["Type"] = "AWS::CloudFormation::Stack"
    application["Properties"] = {"TemplateURL": {"Ref": "AWS::NoValue"}, "Parameters": properties.get("Parameters", {})}
