"""Templates: all that was read."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from cors_constructs.simulate.model.api import Api
from cors_constructs.simulate.model.integrations import Function
from cors_constructs.simulate.model.plans import ApiKey, UsagePlan
from cors_constructs.simulate.values import TemplateError

Resources: TypeAlias = Mapping[str, Any]


@attrs.frozen
class Template:
    """What was read: one file, or all templates of a folder.

    Attributes:
        files: The files read.
        apis: The REST APIs in them.
        plans: Every usage plan, those of no API among them.
        keys: Every API key.
        functions: Every Lambda function.
        resources: The resources by file (or `""` for a mapping) and logical id, resolved as far as can be.
        unreadable: The files of a folder that could not be read, or places in them. (A file that is named by itself
            and cannot be read raises instead.)
    """

    files: tuple[str, ...] = ()
    apis: tuple[Api, ...] = ()
    plans: tuple[UsagePlan, ...] = ()
    keys: tuple[ApiKey, ...] = ()
    functions: tuple[Function, ...] = ()
    resources: Mapping[str, Resources] = attrs.field(factory=dict)
    unreadable: tuple[TemplateError, ...] = ()
