"""Usage plans and API keys."""

import attrs

from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.values import Flag, Text, Unresolved


@attrs.frozen
class Throttle:
    """A rate and a burst.

    Attributes:
        rate: Requests a second; None for no limit.
        burst: Requests at once; None for no limit.
    """

    rate: float | Unresolved | None = None
    burst: int | Unresolved | None = None


@attrs.frozen
class MethodThrottle:
    """What a usage plan lets a key call one method: `AWS::ApiGateway::UsagePlan.ApiStages[].Throttle`.

    Attributes:
        api: The API's logical id as in `Api.source`.
        stage: The stage's name.
        method: Path and verb as the template has them: `/pets/GET`.
        throttle: The limits.
    """

    api: str
    stage: Text
    method: str
    throttle: Throttle


@attrs.frozen
class ApiKey:
    """An API key.

    Attributes:
        source: Where it stands.
        name: Its name; None where CloudFormation makes one up.
        names: Everything a client may call it: its name, its logical id, its construct's, a client's.
        value: What a client sends; None where API Gateway makes it up.
        enabled: Whether it is.
    """

    source: Source
    name: Text | None = None
    names: frozenset[str] = frozenset()
    value: Text | None = None
    enabled: Flag = True


@attrs.frozen
class UsagePlan:
    """A usage plan.

    Attributes:
        source: Where it stands.
        name: Its name; None where CloudFormation makes one up.
        stages: The stages it covers: the API's logical id as in `Api.source`, and the stage's name.
        keys: The keys in it, by logical id.
        other_keys: Whether keys are in it that the template does not have (added by id).
        throttle: The plan's throttle.
        quota: Requests a period, and the period (`DAY`, `WEEK`, `MONTH`); None for no quota.
        method_throttles: Limits of single methods.
    """

    source: Source
    name: Text | None = None
    stages: tuple[tuple[str, Text], ...] = ()
    keys: tuple[ApiKey, ...] = ()
    other_keys: bool = False
    throttle: Throttle | None = None
    quota: tuple[int | Unresolved, Text] | None = None
    method_throttles: tuple[MethodThrottle, ...] = ()
