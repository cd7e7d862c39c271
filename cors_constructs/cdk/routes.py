"""The methods of an API, by the resource they are at."""

from typing import Any, Protocol

import attrs
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.policy.tokens import is_string_token


class Guardable(Protocol):
    """What a key may be the only guard of: a method, or an operation of a document."""

    @property
    def name(self) -> str:
        """`GET /users`."""

    @property
    def guarded(self) -> bool:
        """Whether an authorizer or IAM guards it."""


@attrs.frozen(eq=False)
class MethodSite:
    """One method of the API, however it came to be.

    Attributes:
        verb: `GET`, `ANY`, ...
        cfn: The CloudFormation resource.
        route: Where it is.
        noted: Whether it was noted as it was added, and so asks for a key already if it has to.
        integration: What it was added with, as far as it was noted; None where that is its resource's default, and not
            known.
    """

    verb: str
    cfn: apigateway.CfnMethod
    route: "Route"
    noted: bool
    integration: Any = None

    @property
    def name(self) -> str:
        """`GET /users`."""
        return f"{self.verb} {self.route.path}"

    @property
    def guarded(self) -> bool:
        """Whether an authorizer or IAM guards it."""
        return self.cfn.authorization_type not in {None, "NONE"}


@attrs.define(eq=False)
class Route:
    """A resource that has methods."""

    resource: apigateway.IResource
    _path: str | None = None
    methods: dict[str, MethodSite] = attrs.field(factory=dict, init=False)
    repeated: list[MethodSite] = attrs.field(factory=list, init=False)
    """Methods whose verb was there already: API Gateway has one of each."""
    elsewhere: frozenset[str] = attrs.field(default=frozenset(), init=False)
    """The verbs that other shares of the API have at this path."""

    @property
    def path(self) -> str:
        """`/users/{id}`."""
        if self._path is None:
            self._path = self.resource.path
        return self._path

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs of the path, whoever has them."""
        return self.elsewhere.union(self.methods)

    def add(self, cfn: apigateway.CfnMethod, verb: str | None = None, integration: Any = None) -> None:
        """Add a method; without its verb, it is asked for it."""
        known = verb or cfn.http_method
        known = known if is_string_token(known) else known.upper()
        site = MethodSite(known, cfn, self, verb is not None, integration)
        if self.methods.setdefault(known, site) is not site:
            self.repeated.append(site)
