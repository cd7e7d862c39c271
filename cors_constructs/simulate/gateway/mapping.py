"""Mapping templates: what they read of a request, what they write, and which headers and status they set.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

import functools
from collections.abc import Mapping
from typing import Any, Final

import attrs

from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.template_input import input_of
from cors_constructs.simulate.gateway.template_utilities import UTILITIES
from cors_constructs.simulate.values import Text, Unresolved
from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.script import script

# Stands where only a deployment knows what is there: characters that no request brings and that Velocity reads over.
_MARK: Final = "\ue0f0"


class Once(dict[str, Any]):
    """Overrides: each may be set once, or API Gateway answers 5XX.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
    """

    def __setitem__(self, name: str, value: Any) -> None:
        lower = str(name).lower()
        if any(lower == other.lower() for other in self):
            raise MappingError(f"it overrides {name} twice, and an override may be set once")
        super().__setitem__(name, value)


class Overrides:
    """What the templates of one request override.

    Attributes:
        request: `$context.requestOverride`: `header`, `path` and `querystring`, by name.
        response: `$context.responseOverride`: `header`, by name, and perhaps `status`.
    """

    __slots__ = ("request", "response")

    def __init__(self) -> None:
        self.request: dict[str, Any] = Once(header=Once(), path=Once(), querystring=Once())
        self.response: dict[str, Any] = Once(header=Once())

    @property
    def headers(self) -> dict[str, str]:
        """The response's headers."""
        return _texts(self.response["header"])

    @property
    def status(self) -> int | None:
        """The response's status, where it is one: API Gateway overlooks others."""
        status = self.response.get("status")
        return status if type(status) is int and 100 <= status <= 599 else None  # noqa: PLR2004 - what a status is


@attrs.frozen
class Template:
    """A mapping template that can be run.

    Attributes:
        text: What Velocity reads.
        unknown: The text of each unknown part, by what stands for it.
    """

    text: str
    unknown: Mapping[str, str]

    @property
    def is_static(self) -> bool:
        """Whether it writes itself, whatever the request."""
        return "$" not in self.text and "#" not in self.text and "\\" not in self.text

    def named(self, written: str) -> str:
        """What was written, with `${Name}` where a mark stands."""
        if _MARK in written:
            for mark, name in self.unknown.items():
                written = written.replace(mark, name)
        return written


@functools.lru_cache(maxsize=256)
def template(given: Text) -> Template:
    """The template with neutral marks where only a deployment knows what is there."""
    if isinstance(given, str):
        return Template(given, {})
    unknown: dict[str, str] = {}

    def stand_in(part: Unresolved) -> str:
        mark = f"{_MARK}{len(unknown)}{_MARK}"
        unknown[mark] = str(part)
        return mark

    return Template(given.filled(stand_in), unknown)


def run(template: Template, invocation: Invocation, body: bytes, overrides: Overrides) -> str:
    """What a template writes; unknown parts stand as `${Name}` in that and in what it overrides.

    Args:
        template: The template.
        invocation: The request.
        body: The request's or the backend's body.
        overrides: Where it sets headers and status.

    Raises:
        MappingError: API Gateway would answer 500.
    """
    names = {
        "input": input_of(invocation, body),
        "context": {
            **invocation.context,
            "requestOverride": overrides.request,
            "responseOverride": overrides.response,
        },
        "stageVariables": invocation.stage_variables,
        "util": UTILITIES,
    }
    output = script(template.text).run(names)
    if not template.unknown:
        return output
    for kind in ("header", "path", "querystring"):
        for holder in (overrides.request, overrides.response):
            if isinstance(values := holder.get(kind), dict):
                values.update({name: template.named(java.text(value)) for name, value in values.items()})
    return template.named(output)


def _texts(values: Any) -> dict[str, str]:
    return {java.text(name): java.text(value) for name, value in values.items()} if isinstance(values, dict) else {}
