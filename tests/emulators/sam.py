"""Does what CloudFormation does with a template of SAM's before it deploys it."""

import copy
from typing import Any

import boto3
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]

from .templates import Template

TRANSFORM = "AWS::Serverless-2016-10-31"


def translated(template: Template) -> Template | None:
    """What AWS's own translator makes of a template; None if it is not one of SAM's.

    Args:
        template: it is not changed.
    """
    transform = template.get("Transform")
    if TRANSFORM not in (transform if isinstance(transform, list) else [transform]):
        return None
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
    try:
        found: dict[str, Any] = translator.translate(copy.deepcopy(template), {}, get_managed_policy_map=dict)
    finally:
        translator.metrics.publish()  # to nobody; else it complains when it is collected
    return found
