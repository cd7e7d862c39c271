"""The calls that an API's methods make to Lambda functions, as their integrations say it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs
from constructs import IConstruct

from cors_constructs.cdk.routes import MethodSite

_PROXY: Final = "AWS_PROXY"


@attrs.frozen
class Call:
    """A method that calls a function by a proxy integration.

    Attributes:
        name: The method's, `GET /users`.
        uri: What the integration calls.
        source: The function itself, where it is the function that says whose method it answers.
    """

    name: str
    uri: Any = None
    source: IConstruct | None = None


def calls_of(sites: Iterable[MethodSite]) -> list[Call]:
    """The calls among an API's methods.

    Each method costs a look across the language border, so this is for APIs that share their policy with all.
    """
    found = []
    for site in sites:
        integration: Any = site.cfn.integration
        kind, uri = _said(integration, "type"), _said(integration, "uri")
        if isinstance(kind, str) and kind.upper() == _PROXY:
            found.append(Call(site.name, uri))
    return found


def _said(integration: Any, name: str) -> Any:
    return integration.get(name) if isinstance(integration, Mapping) else getattr(integration, name, None)
