"""One answer that the template makes: the headers that are mapped, and those that a mapping template sets."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from cors_constructs.check.told import ALLOW_ORIGIN, Told, told_by
from cors_constructs.check.values import read_response_value
from cors_constructs.simulate.model import IntegrationResponse, Method
from cors_constructs.simulate.values import Text

if TYPE_CHECKING:
    from cors_constructs.check.welcome import Welcome

_JSON = "application/json"


class Answer:
    """An integration response.

    Attributes:
        method: The method that answers.
        response: The integration response.
    """

    def __init__(self, method: Method, response: IntegrationResponse) -> None:
        self.method = method
        self.response = response

    @cached_property
    def template(self) -> Text | None:
        """The mapping template that is run; None where there is none.

        Browsers send `Accept: */*`, which chooses the template for JSON, or else the first.
        """
        templates: Mapping[str, Text] = self.response.templates
        return templates.get(_JSON, next(iter(templates.values()), None))

    @cached_property
    def static(self) -> Told:
        """What the mapped headers tell, before a template changes them."""
        method = self.method
        values = {name: read_response_value(raw) for name, raw in self.response.headers.items()}
        return told_by(method.source, method.name, values, path=method.path, verb=method.verb)

    @cached_property
    def welcome(self) -> "Welcome | None":
        """Who is told what, where a template sets headers; None where everybody is told the same."""
        template = self.template
        if template is None or not re.search("[$#]", str(template)):
            return None
        from cors_constructs.check.welcome import welcome  # noqa: PLC0415 - it loads Velocity, which few templates need

        return welcome(template)

    @cached_property
    def told(self) -> Told | None:
        """What a page is told whose origin is allowed; None where that cannot be worked out."""
        if self.welcome is None:
            return self.static
        overrides = self.welcome.guest
        if overrides is None:
            return None
        headers = {**self.static.headers, **overrides}
        return attrs.evolve(self.static, headers=headers, broken=self.static.broken - set(overrides))

    @cached_property
    def guests(self) -> frozenset[str]:
        """The origins that it lets in, as far as they can be named: samples, of a pattern."""
        origins = [self.static.origin, *(self.welcome.guests if self.welcome else ())]
        return frozenset(origin for origin in origins if isinstance(origin, str))

    @cached_property
    def origins(self) -> tuple[tuple[Told, Text], ...]:
        """Each Access-Control-Allow-Origin that is written in it, the echo of the request's own left out."""
        written = [self.static]
        if self.welcome and self.told:
            echoed = {self.static.origin, *self.guests, *self.welcome.compared}
            written += [self.told] if self.told.origin not in echoed else []
        return tuple((told, told.headers[ALLOW_ORIGIN]) for told in written if ALLOW_ORIGIN in told.headers)
