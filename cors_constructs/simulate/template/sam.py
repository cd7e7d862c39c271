"""SAM templates: transformed as CloudFormation would, by SAM's own translator, without AWS.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import attrs

from cors_constructs.simulate.template.includes import local_file
from cors_constructs.simulate.template.places import one_line
from cors_constructs.simulate.template.sam_origins import Origins, origins_of
from cors_constructs.simulate.values import Remedy, Setting, TemplateError

TRANSFORM: Final = "AWS::Serverless-2016-10-31"

# Where SAM wants the address of a bucket, and people write paths before they package: by type, and in Globals.
_LOCATIONS: Final = {
    "AWS::Serverless::Api": "DefinitionUri",
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_BUCKET: Final = "local"
_IMAGE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/local:latest"

# What only a deployment knows stays a reference: the translator would ask the machine's AWS configuration for it.
_UNKNOWN: Final = {name: {"Ref": name} for name in ("AWS::Region", "AWS::Partition")}


@attrs.frozen(eq=False)
class Transformed:
    """A SAM template as plain CloudFormation.

    Attributes:
        template: The template.
        assets: The local files it names, by the key that stands for each.
        origins: Where the user wrote what its parts were made of.
    """

    template: dict[str, Any]
    assets: Mapping[str, Path]
    origins: Origins


def is_sam(template: Mapping[str, Any]) -> bool:
    """Whether a template asks for SAM's transform."""
    transform = template.get("Transform")
    return TRANSFORM in transform if isinstance(transform, list) else transform == TRANSFORM


def transform(
    template: Mapping[str, Any], file: str | None, folder: Path | None, parameters: Mapping[str, str]
) -> Transformed:
    """Transforms a SAM template.

    Args:
        template: The template.
        file: What to call it in errors.
        folder: Where the files are that it names; None where there is none.
        parameters: The parameters' values, where they are given. Others hold their defaults.

    Raises:
        TemplateError: `aws-sam-translator` is not installed, or refuses the template: everything it says, on one line.
    """
    prepared = copy.deepcopy(dict(template))
    assets = _without_local_locations(prepared, folder)
    _put_images(prepared)
    return Transformed(_translated(prepared, file, {**_UNKNOWN, **parameters}), assets, origins_of(template))


def _translated(template: dict[str, Any], file: str | None, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        from samtranslator.model.exceptions import (  # type: ignore[import-untyped] # noqa: PLC0415 - only SAM needs it
            ExceptionWithMessage,
        )
        from samtranslator.parser.parser import Parser  # type: ignore[import-untyped] # noqa: PLC0415
        from samtranslator.translator.translator import Translator  # type: ignore[import-untyped] # noqa: PLC0415
    except ImportError:
        problem, fix = "it is a SAM template, and the translator is missing", "pip install cors-constructs[sam]"
        raise TemplateError(file, "Transform", problem, fix) from None
    # Of a session it wants the region alone, and that only to tell the partition.
    session: Any = SimpleNamespace(region_name=_region(parameters))
    translator = Translator({}, Parser(), boto_session=session)
    try:
        with _silence():
            translated: dict[str, Any] = translator.translate(template, parameters, get_managed_policy_map=dict)
    except ExceptionWithMessage as error:
        causes = getattr(error, "causes", None) or [error]
        said = " ".join(one_line(" ".join(str(cause.message).split())) for cause in causes)
        unknown = tuple(_without_value(template, parameters))
        remedy = Remedy(Setting.PARAMETERS, unknown) if unknown else ""
        raise TemplateError(file, "", f"SAM refuses it: {said.rstrip('.')}", remedy) from None
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # The translator checks less than it relies on.
        said = one_line(" ".join(f"{type(error).__name__}: {error}".split()))
        problem = f"SAM's translator fails on it: {said}"
        raise TemplateError(file, "", problem, "check the types of its values") from None
    finally:
        translator.metrics.publish()  # to nobody; else it would complain, whenever it is collected
    return translated


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps the translator's log, tracebacks included, from where errors are shown: each becomes an error of ours."""
    import logging  # noqa: PLC0415 - only SAM needs it

    log, nowhere = logging.getLogger("samtranslator"), logging.NullHandler()
    propagate, log.propagate = log.propagate, False
    log.addHandler(nowhere)
    try:
        yield
    finally:
        log.removeHandler(nowhere)
        log.propagate = propagate


def _region(parameters: Mapping[str, Any]) -> str:
    region = parameters["AWS::Region"]
    return region if isinstance(region, str) else "us-east-1"


def _without_local_locations(template: dict[str, Any], folder: Path | None) -> dict[str, Path]:
    """Puts addresses of a bucket where paths stand, and gives the files by their keys."""
    assets: dict[str, Path] = {}
    sections = [*_globals(template), *_serverless(template)]
    for name, properties in sections:
        location = properties.get(name)
        if isinstance(location, str) and not location.startswith("s3://"):
            key = str(len(assets))
            path = local_file(location, folder)
            properties[name] = f"s3://{_BUCKET}/{key}"
            assets[key] = path or (folder / location if folder is not None else Path(location))
    return assets


def _put_images(template: Mapping[str, Any]) -> None:
    """Puts an address where there is none yet: `sam build` makes the images that a Dockerfile describes.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html
    """
    resources = template.get("Resources")
    for resource in resources.values() if isinstance(resources, dict) else ():
        match resource:
            case {
                "Type": "AWS::Serverless::Function",
                "Properties": {"PackageType": "Image"},
                "Metadata": {"Dockerfile": _},
            }:
                resource["Properties"].setdefault("ImageUri", _IMAGE)


def _without_value(template: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[str]:
    """The parameters that have none: where SAM wants a string, it takes no reference to them."""
    declared = template.get("Parameters")
    for name, parameter in declared.items() if isinstance(declared, dict) else ():
        if isinstance(parameter, dict) and "Default" not in parameter and name not in parameters:
            yield name


def _globals(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    sections = template.get("Globals")
    for type_, name in _LOCATIONS.items():
        section = sections.get(type_.rpartition("::")[2]) if isinstance(sections, dict) else None
        if isinstance(section, dict):
            yield name, section


def _serverless(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    resources = template.get("Resources")
    for resource in resources.values() if isinstance(resources, dict) else ():
        match resource:
            case {"Type": str(type_), "Properties": dict(properties)} if type_ in _LOCATIONS:
                yield _LOCATIONS[type_], properties
            case {"Type": "AWS::Serverless::Application", "Properties": {"Location": dict()}}:
                _take_for_stack(resource)


def _take_for_stack(application: dict[str, Any]) -> None:
    """Takes an application of the repository for the nested stack that it will be: the translator would ask AWS."""
    properties = application["Properties"]
    application["Type"] = "AWS::CloudFormation::Stack"
    application["Properties"] = {"TemplateURL": {"Ref": "AWS::NoValue"}, "Parameters": properties.get("Parameters", {})}
