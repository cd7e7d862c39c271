"""What the rules look at: a template, and facts worked out of it once."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from cors_constructs.check.answers import Answer
from cors_constructs.check.functions import FunctionFacts
from cors_constructs.check.origins import is_origin
from cors_constructs.check.preflights import Preflight
from cors_constructs.check.told import Told, told_by
from cors_constructs.check.values import read_error_value
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.model import Api, Method, Source, Template, UsagePlan
from cors_constructs.simulate.values import Text, Unresolved

NOT_PROXIES: Final = frozenset({"HTTP", "AWS", "MOCK"})
"""The integrations whose answers the template makes."""


class Subject:
    """A template, its APIs with what is known of each.

    Attributes:
        template: The template.
    """

    def __init__(self, template: Template) -> None:
        self.template = template

    @cached_property
    def apis(self) -> tuple["ApiFacts", ...]:
        """Each API, with its facts."""
        return tuple(ApiFacts(api, self.template) for api in self.template.apis)

    @cached_property
    def functions(self) -> Mapping[Source, FunctionFacts]:
        """Each Lambda function, with its facts, by where it stands."""
        return {function.source: FunctionFacts(function) for function in self.template.functions}

    @property
    def preflights(self) -> Iterator[tuple["ApiFacts", Preflight]]:
        """Each OPTIONS method of each API."""
        return ((facts, preflight) for facts in self.apis for preflight in facts.preflights)


class ApiFacts:
    """What is known of one API.

    Attributes:
        api: The API.
    """

    def __init__(self, api: Api, template: Template) -> None:
        self.api = api
        self._template = template

    @cached_property
    def calls(self) -> tuple[Method, ...]:
        """The methods that pages call: all but OPTIONS."""
        return tuple(method for method in self.api.methods if method.verb != "OPTIONS")

    @cached_property
    def keyed(self) -> tuple[Method, ...]:
        """The calls that certainly ask for an API key."""
        return tuple(method for method in self.calls if method.api_key_required is True)

    @cached_property
    def calls_by_path(self) -> Mapping[str, tuple[Method, ...]]:
        """The calls of each path that has any."""
        by_path: dict[str, list[Method]] = {}
        for method in self.calls:
            by_path.setdefault(method.path, []).append(method)
        return {path: tuple(methods) for path, methods in by_path.items()}

    @cached_property
    def answers_options(self) -> Mapping[str, Method | None]:
        """Which method takes the preflight of each path that has calls; None where none does."""
        router = Router(self.api)
        # A path as the template writes it stands for one that a request has: any text is a value of {id}.
        routes = {path: router.route("OPTIONS", path) for path in self.calls_by_path}
        return {path: None if route is None else route.method for path, route in routes.items()}

    @cached_property
    def preflights(self) -> tuple[Preflight, ...]:
        """Each OPTIONS method, with the calls that it answers for."""
        served: dict[str, list[Method]] = {}
        for path, taker in self.answers_options.items():
            if taker is not None:
                served.setdefault(taker.name, []).extend(self.calls_by_path[path])
        options = (method for method in self.api.methods if method.verb == "OPTIONS")
        return tuple(Preflight(method, self.api, tuple(served.get(method.name, ()))) for method in options)

    @cached_property
    def may_be_covered(self) -> bool:
        """Whether a usage plan covers one of the API's stages, or may: a stage known only at deployment may be any."""
        known = {str(stage.name) for stage in self.api.stages}
        return any(
            not known or str(stage) in known or isinstance(stage, Unresolved)
            for _, stages in self._planned_stages
            for stage in stages
        )

    @cached_property
    def plans_of_other_stages(self) -> tuple[UsagePlan, ...]:
        """The usage plans that name the API, and only stages that it does not have."""
        return () if self.may_be_covered else tuple(plan for plan, _ in self._planned_stages)

    @cached_property
    def _planned_stages(self) -> list[tuple[UsagePlan, list[Text]]]:
        """The usage plans that name the API, with the stages of it that they name."""
        named = (
            (plan, [stage for api, stage in plan.stages if api == self.api.source.logical_id])
            for plan in self.api.plans
        )
        return [(plan, stages) for plan, stages in named if stages]

    @cached_property
    def allowed_origins(self) -> frozenset[str]:
        """The origins that preflights allow, or `*`; none where that cannot be told, or none is right."""
        if any(it.told is None or isinstance(it.told.origin, Unresolved) for it in self.preflights):
            return frozenset()
        named = {origin for it in self.preflights if it.answer for origin in it.answer.guests}
        return frozenset(origin for origin in named if origin == "*" or is_origin(origin))

    @cached_property
    def errors(self) -> tuple[Told, ...]:
        """What each gateway response tells a browser."""
        return tuple(
            told_by(
                response.source,
                response.type,
                {name: read_error_value(raw) for name, raw in response.headers.items()},
            )
            for response in self.api.gateway_responses.values()
        )

    @cached_property
    def responses(self) -> tuple[Answer, ...]:
        """The answers of calls that the template makes. Proxies have none."""
        return tuple(
            Answer(method, response)
            for method in self.api.methods
            if method.integration and method.integration.type in NOT_PROXIES
            if method.verb != "OPTIONS" or method.integration.type != "MOCK"
            for response in method.integration.responses
        )

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The answers of preflights, and of calls."""
        preflights = (preflight.answer for preflight in self.preflights)
        return (*(answer for answer in preflights if answer is not None), *self.responses)

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What answers and errors tell a page that is let in, as far as the template shows."""
        answers = (answer.told for answer in self.answers)
        return (*(told for told in answers if told is not None), *self.errors)

    @cached_property
    def doubt(self) -> str | None:
        """Why what is not seen here may still be there; None where it is certainly missing."""
        return "the API is made elsewhere, and may have it" if self.api.imported else None

    @cached_property
    def from_sam(self) -> bool:
        """Whether SAM's transform made the API, and its preflights."""
        paths = self.document.get("paths")
        items = paths.values() if isinstance(paths, Mapping) else ()
        preflights = [item.get("options") for item in items if isinstance(item, Mapping)]
        return any(isinstance(options, Mapping) and options.get("summary") == "CORS support" for options in preflights)

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The OpenAPI document in the template that the API is made of; empty where there is none."""
        body = self._properties(self.api.source).get("Body")
        return body if isinstance(body, Mapping) else {}

    def _properties(self, source: Source) -> Mapping[str, Any]:
        resource = self._template.resources.get(source.file or "", {}).get(source.logical_id, {})
        properties = resource.get("Properties") if isinstance(resource, Mapping) else None
        return properties if isinstance(properties, Mapping) else {}
