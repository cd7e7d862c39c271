"""REST APIs."""

from collections.abc import Mapping

import attrs

from cors_constructs.simulate.model.methods import Authorizer, Method
from cors_constructs.simulate.model.plans import UsagePlan
from cors_constructs.simulate.model.responses import GatewayResponse
from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.model.stages import BasePath, Deployment, Gate, Stage
from cors_constructs.simulate.values import Text


@attrs.frozen
class Api:
    """A REST API.

    Attributes:
        source: Where it stands. An API that the template only refers to (imported) has the id as its logical id.
        name: Its name.
        methods: Its methods, in the template's order.
        paths: Every path that has a resource, methods or not.
        binary_media_types: Its binary media types.
        api_key_source: `HEADER` or `AUTHORIZER`.
        gateway_responses: Its gateway responses by type.
        authorizers: Its authorizers.
        deployments: Its deployments.
        stages: Its stages.
        plans: The usage plans that cover one of its stages.
        base_paths: Where custom domains show it.
        gates: What stands before it on AWS, and is not simulated.
        specified: Whether an OpenAPI document made (some of) it.
        imported: Whether the template only refers to the API, so that it may have methods not seen here.
        unreadable: What of it could not be read, a sentence each: a Body that is an object in a bucket, say. No check
            may then say that something is missing.
    """

    source: Source
    name: Text
    methods: tuple[Method, ...] = ()
    paths: frozenset[str] = frozenset()
    binary_media_types: tuple[Text, ...] = ()
    api_key_source: Text = "HEADER"
    gateway_responses: Mapping[str, GatewayResponse] = attrs.field(factory=dict)
    authorizers: tuple[Authorizer, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    stages: tuple[Stage, ...] = ()
    plans: tuple[UsagePlan, ...] = ()
    base_paths: tuple[BasePath, ...] = ()
    gates: tuple[Gate, ...] = ()
    specified: bool = False
    imported: bool = False
    unreadable: tuple[str, ...] = ()

    def at(self, path: str) -> dict[str, Method]:
        """The methods of a path, by verb."""
        return {method.verb: method for method in self.methods if method.path == path}
