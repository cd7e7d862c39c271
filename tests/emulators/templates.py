"""What a template is here."""

from collections.abc import Iterator
from typing import Any

Template = dict[str, Any]
"""A CloudFormation template, as JSON gives it."""


def nested(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Logical id and properties of each nested stack that has its template in it, as `TemplateBody`."""
    for logical_id, resource in template.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudFormation::Stack" and "TemplateBody" in properties:
            yield logical_id, properties
