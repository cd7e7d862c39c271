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

from cors_constructs.simulate.template.places import printable
from cors_constructs.simulate.template.sam_origins import Origins, origins_of
from cors_constructs.simulate.template.sam_packages import package
from cors_constructs.simulate.template.sam_values import is_stand_in, stand_ins, told, values, with_references
from cors_constructs.simulate.values import Remedy, Setting, TemplateError

TRANSFORM: Final = "AWS::Serverless-2016-10-31"

_LONGEST: Final = 400  # characters of one message


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
    try:
        return _transformed(template, file, folder, parameters, unknown={})
    except TemplateError as refusal:
        if refusal.remedy is None:
            raise
        # SAM takes no reference where it wants a string, which the parameter will be.
        try:
            return _transformed(template, file, folder, parameters, unknown=stand_ins(refusal.remedy.choices))
        except TemplateError:
            raise refusal from None


def _transformed(
    template: Mapping[str, Any],
    file: str | None,
    folder: Path | None,
    parameters: Mapping[str, str],
    *,
    unknown: Mapping[str, str],
) -> Transformed:
    prepared = copy.deepcopy(dict(template))
    assets = package(prepared, folder, parameters)
    translated = _translated(prepared, file, {**values(prepared), **unknown, **parameters})
    return Transformed(with_references(translated), assets, origins_of(template))


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
        said = " ".join(_said(cause.message) for cause in causes)
        unknown = tuple(_without_value(template, parameters))
        remedy = Remedy(Setting.PARAMETERS, unknown) if unknown else ""
        raise TemplateError(file, "", f"SAM refuses it: {said.rstrip('.')}", remedy) from None
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # The translator checks less than it relies on.
        said = _said(f"{type(error).__name__}: {error}")
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


def _said(message: object) -> str:
    """A message on one line, and as short as one that repeats what the template has can be read."""
    text = printable(told(" ".join(str(message).split())))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _region(parameters: Mapping[str, Any]) -> str:
    region = str(parameters["AWS::Region"])
    return "us-east-1" if is_stand_in(region) else region


def _without_value(template: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[str]:
    """The parameters that have none: where SAM wants a string, it takes no reference to them."""
    declared = template.get("Parameters")
    for name, parameter in declared.items() if isinstance(declared, dict) else ():
        if isinstance(parameter, dict) and "Default" not in parameter and name not in parameters:
            yield name
