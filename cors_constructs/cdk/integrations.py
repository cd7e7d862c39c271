"""Whose answers API Gateway itself puts together: those of methods with an integration that is no proxy.

Proxies are the rule. To ask each method costs a fifth of a millisecond, so that methods which were added with the same
integration are asked once, and those with an integration of the plainest kinds all at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import jsii
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.routes import MethodSite
from cors_constructs.cdk.tree import identity

PROXIES: Final = frozenset({"AWS_PROXY", "HTTP_PROXY"})

# No construct is among what they hold, which could not be resolved with them.
_PLAINEST: Final = (apigateway.HttpIntegration, apigateway.MockIntegration)


def answered_by_the_gateway(api: IConstruct, sites: Iterable[MethodSite]) -> list[MethodSite]:
    """The methods that have integration responses, or may have: who cannot be seen through is among them."""
    alike: dict[str, list[MethodSite]] = {}
    for site in sites:
        alike.setdefault(_source(site), []).append(site)
    plainest = {key: its[0].integration for key, its in alike.items() if type(its[0].integration) in _PLAINEST}
    known = _read_at_once(api, plainest)
    return [
        site
        for key, its in alike.items()
        if _may_answer(known[key] if key in known else properties_of(its[0].cfn).get("integration"))
        for site in its
    ]


def properties_of(cfn: apigateway.CfnMethod) -> dict[str, Any]:
    """The properties of a method by their names in CloudFormation, with a small first letter, tokens as they are."""
    # One look at all of them; a property of its own would be asked for each of its parts.
    return {name: _plain(value) for name, value in jsii.get(cfn, "cfnProperties").items()}


def _source(site: MethodSite) -> str:
    """What is the same for methods whose integrations are the same."""
    integration = site.integration
    if site.noted and integration is None:
        return f"default of {identity(site.route.resource)}"
    # One that is somebody else's may be another thing for each method.
    if integration is None or not type(integration).__module__.startswith("aws_cdk."):
        return f"method {identity(site.cfn)}"
    return identity(integration)


def _read_at_once(api: IConstruct, integrations: Mapping[str, Any]) -> dict[str, Any]:
    """What integrations say, by their keys, as far as that is told."""
    if not integrations:
        return {}
    try:
        # The CDK resolves an object to what it holds: a part of it is all that is said of the method. Its name there
        # is the CDK's own business; where it is another one, or nothing that can be resolved, the methods are asked.
        read: Sequence[Any] = Stack.of(api).resolve(list(integrations.values()))
    except RuntimeError:  # jsii's: there is a construct in one, such as a role
        return {}
    return {
        key: {**props, **props.get("options", {})}
        for key, held in zip(integrations, read, strict=True)
        if isinstance(held, dict) and isinstance(props := held.get("props"), dict) and "type" in props
    }


def _may_answer(integration: Any) -> bool:
    if integration is None:
        return False
    if not isinstance(integration, Mapping):
        return True
    kind = integration.get("type")
    if isinstance(kind, str) and kind.upper() in PROXIES:
        return False
    # Without integration responses every call is answered 500, by a gateway response.
    return bool(integration.get("integrationResponses")) or "type" not in integration


def _plain(value: Any) -> Any:
    """A value of the CDK's, its structures as mappings."""
    values = getattr(value, "_values", None)
    if isinstance(values, dict):
        return {_camel(name): _plain(its) for name, its in values.items()}
    if isinstance(value, Mapping):
        return {name: _plain(its) for name, its in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(its) for its in value]
    return value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return "".join([first, *(other.title() for other in others)])
