"""Deployments and stages, and the custom domains that show them."""

from collections.abc import Mapping
from typing import Literal

import attrs

from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.values import Text, Unresolved


@attrs.frozen
class MethodSetting:
    """Limits of some methods of a stage: `AWS::ApiGateway::Stage.MethodSettings[]`.

    Attributes:
        path: The resource's path (`/*` for all), as it reads once `~1` is decoded.
        verb: The method, `*` for all.
        rate: Requests a second; None for the account's limit.
        burst: Requests at once; None for the account's limit.
    """

    path: str
    verb: str
    rate: float | Unresolved | None = None
    burst: int | Unresolved | None = None


@attrs.frozen
class Deployment:
    """A snapshot of an API.

    Attributes:
        source: Where it stands.
        depends_on: The logical ids it waits for, those of resources it refers to and all that those wait for included.
        nested: The templates' files of the nested stacks among them, and of those nested there: it waits for all that
            they have.
    """

    source: Source
    depends_on: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()

    def waits_for(self, source: Source) -> bool:
        """Whether it is made after a resource."""
        if source.file == self.source.file:
            return source.logical_id in self.depends_on
        return source.file in self.nested


@attrs.frozen
class Stage:
    """A stage.

    Attributes:
        source: Where it stands: the Stage, or the Deployment that makes one by `StageName`.
        name: Its name, the first segment of an invoke URL's path.
        deployment: What it shows; None where the template does not say.
        variables: The stage variables.
        settings: The method settings.
    """

    source: Source
    name: Text
    deployment: Deployment | None = None
    variables: Mapping[str, Text] = attrs.field(factory=dict)
    settings: tuple[MethodSetting, ...] = ()


@attrs.frozen
class BasePath:
    """Where a custom domain shows an API: a base path mapping, or an API mapping.

    Attributes:
        source: Where it stands.
        domain: The domain's name, such as `api.example.com` or `*.example.com`.
        path: What paths begin with, without slashes around it: `shop/v1`; empty for those that no other mapping takes.
        stage: The stage's name; None where paths have it after the base path.
        wants_certificate: Whether the domain asks its clients for a certificate (mutual TLS).
        is_overruled: Whether the domain goes by its routing rules alone, so that this leads nowhere on AWS.
    """

    source: Source
    domain: Text
    path: Text = ""
    stage: Text | None = None
    wants_certificate: bool = False
    is_overruled: bool = False


@attrs.frozen
class Gate:
    """What stands before an API on AWS, decides on requests, and is not simulated.

    Attributes:
        source: Where it stands.
        kind: `web ACL`, whose rules may refuse requests; or `routing rule`, by which a custom domain leads some here.
        stage: The stage's name; None where it may be any.
        domain: Of a routing rule, the custom domain's name; None where the template does not have it.
    """

    source: Source
    kind: Literal["web ACL", "routing rule"]
    stage: Text | None = None
    domain: Text | None = None
