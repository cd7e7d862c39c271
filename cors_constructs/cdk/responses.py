"""CORS headers on the answers that API Gateway itself puts together, where an integration is no proxy.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html: each integration response sets them, and
the method response of its status declares them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import jsii
from aws_cdk import (
    DefaultTokenResolver,
    IPostProcessor,
    IResolvable,
    IResolveContext,
    StringConcat,
    Token,
    Tokenization,
)
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.integrations import PROXIES, properties_of
from cors_constructs.cdk.preflights import joined
from cors_constructs.cdk.routes import MethodSite
from cors_constructs.cdk.warnings import warn
from cors_constructs.policy import CorsPolicy
from cors_constructs.policy.tokens import holds_token
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.responses import HEADER_PREFIX, Carried, carry

LACKING_WARNING: Final = "cors-constructs:response-without-headers"

_MOST_NAMES: Final = 10

Lacking = dict[str, dict[str, list[str]]]
"""What is lacking, where: reason, method, statuses."""


def make_readable(api: IConstruct, sites: Sequence[MethodSite], policies: PolicyTree) -> list[Any]:
    """Add the policies' headers to all integration responses, and to their method responses.

    What the app has set stays. What cannot be done, or cannot be told, is warned of, once for the API.

    Args:
        api: The API.
        sites: Its methods that are no proxies.
        policies: Who may read what.

    Returns:
        What has changed, for the Deployment.
    """
    changed = []
    lacking: Lacking = {}
    for site in sites:
        try:
            before = _read(site.cfn)
            after = None if before is None else _readable(before, policies.at(site.route.path), site.name, lacking)
        except _UnknownError as unknown:
            lacking.setdefault(str(unknown), {}).setdefault(site.name, [])
            continue
        if after is not None and after != before:
            _write(site.cfn, after)
            changed.append([site.name, after.responses, after.declared])
    if lacking:
        warn_of_lacking(api, lacking)
    return changed


class _UnknownError(Exception):
    """Something is known only at deployment."""

    def __init__(self, what: str, it: str = "it") -> None:
        super().__init__(
            f"{what} known only at deployment, so no headers could be added: write {it} out in the app, or set the "
            "headers there"
        )


@attrs.frozen
class _Answers:
    """What a method says of its answers.

    Attributes:
        integration: The integration.
        responses: Its responses.
        declared: The method responses.
    """

    integration: Mapping[str, Any]
    responses: Sequence[Mapping[str, Any]]
    declared: Sequence[Mapping[str, Any]]

    @property
    def is_mock(self) -> bool:
        return str(self.integration["type"]).upper() == "MOCK"


def _read(cfn: apigateway.CfnMethod) -> _Answers | None:
    """What a method says; None where it is a proxy, or says nothing."""
    properties = properties_of(cfn)
    integration = _opened(cfn, properties.get("integration"))
    if not isinstance(integration, Mapping):
        raise _UnknownError("its integration is")
    kind = integration.get("type")
    if isinstance(kind, str) and kind.upper() in PROXIES:
        return None
    if not isinstance(kind, str) or holds_token(kind):
        raise _UnknownError("the type of its integration is")
    responses = _opened(cfn, integration.get("integrationResponses"))
    if responses is None or responses == []:
        return None
    declared = _opened(cfn, properties.get("methodResponses"))
    return _Answers(
        integration,
        _listed(cfn, responses, "its integration responses are"),
        [] if declared is None else _listed(cfn, declared, "its method responses are"),
    )


def _listed(cfn: apigateway.CfnMethod, value: Any, what: str) -> list[Mapping[str, Any]]:
    """The responses of a list."""
    opened: list[Any] = [_opened(cfn, it) for it in value] if isinstance(value, list) else [None]
    if not all(isinstance(it, Mapping) and "statusCode" in it for it in opened):
        raise _UnknownError(what, "them")
    return opened


def _readable(before: _Answers, policy: CorsPolicy, name: str, lacking: Lacking) -> _Answers:
    """The answers with the policy's headers."""
    responses, declared = [], list(before.declared)
    for response in before.responses:
        status = str(response["statusCode"])
        own = _declared_for(status, declared)
        carried = carry(
            policy,
            parameters=_mapping(response, "responseParameters", "the response parameters of its answer"),
            templates=_mapping(response, "responseTemplates", "the response templates of its answer"),
            is_mock=before.is_mock,
            declared=[parameter.removeprefix(HEADER_PREFIX) for parameter in own],
            join=joined,
        )
        if carried.lacking is not None:
            lacking.setdefault(carried.lacking, {}).setdefault(name, []).append(status)
        if carried.declared:
            declared = _declaring(declared, status, {**own, **_parameters(carried.declared)})
        responses.append(_with(response, carried))
    return _Answers(before.integration, responses, declared)


def _declared_for(status: str, declared: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What the method response of a status declares."""
    its = (response for response in declared if str(response["statusCode"]) == status)
    return next((_mapping(it, "responseParameters", "the headers that are declared for its answer") for it in its), {})


def _parameters(headers: Sequence[str]) -> dict[str, bool]:
    return {f"{HEADER_PREFIX}{header}": True for header in headers}


def _mapping(response: Mapping[str, Any], name: str, what: str) -> Mapping[str, Any]:
    value = response.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping) or any(key == "Ref" or key.startswith("Fn::") for key in value):
        raise _UnknownError(f"{what} {response['statusCode']} are", "them")
    return value


def _with(response: Mapping[str, Any], carried: Carried) -> Mapping[str, Any]:
    """An integration response that says what was carried."""
    said = dict(response)
    if carried.parameters:
        said["responseParameters"] = carried.parameters
    if carried.templates:
        said["responseTemplates"] = carried.templates
    if carried.content_handling is not None:
        said.setdefault("contentHandling", carried.content_handling)
    return said


def _declaring(
    declared: Sequence[Mapping[str, Any]], status: str, parameters: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The method responses, with that of a status declaring these; one that lacks is added."""
    statuses = [str(response["statusCode"]) for response in declared]
    if status in statuses:
        place = statuses.index(status)
        return [*declared[:place], {**declared[place], "responseParameters": parameters}, *declared[place + 1 :]]
    if any(map(holds_token, [status, *statuses])):
        raise _UnknownError("the status of an answer is")
    return [*declared, {"statusCode": status, "responseParameters": parameters}]


def _write(cfn: apigateway.CfnMethod, answers: _Answers) -> None:
    """Have a method say so. It is the property that changes: what the app overrides goes on to come after it."""
    jsii.set(cfn, "integration", _handed({**answers.integration, "integrationResponses": answers.responses}))
    jsii.set(cfn, "methodResponses", _handed(answers.declared))


def _handed(value: Any) -> Any:
    """A value as it gets to the CDK unharmed: before jsii 1.140 or so, a token within a property's value is lost."""
    return Token.as_any(value) if _holds_objects(value) else value


def _holds_objects(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_objects, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(_holds_objects, value))
    return not isinstance(value, str | int | float | None)


def _opened(cfn: apigateway.CfnMethod, value: Any) -> Any:
    """What a token stands for, with tokens in it as they are; anything else as it is."""
    if value is None or isinstance(value, Mapping | list | str | int | float):
        return value
    return Tokenization.resolve(value, scope=cfn, resolver=_Outermost())


class _Outermost(DefaultTokenResolver):
    """Resolves a token, and none that is in it."""

    def __init__(self) -> None:
        super().__init__(StringConcat())

    def resolve_token(self, t: IResolvable, context: IResolveContext, post_processor: IPostProcessor) -> Any:  # noqa: ARG002 - a resolver's signature
        """Resolve one token."""
        return t.resolve(context)


def warn_of_lacking(api: IConstruct, lacking: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
    """Warn of answers that pages of some origin cannot read: the reason, the methods, and their statuses."""
    told = [f"{_some(methods)}: {reason}" for reason, methods in lacking.items()]
    warn(
        api,
        LACKING_WARNING,
        f"Answers of integrations that are no proxies may come without the policy's headers, and pages cannot read "
        f"those. {'. '.join(told)}. Or acknowledge this, where no page calls these methods or they send the headers "
        "after all.",
    )


def _some(methods: Mapping[str, Sequence[str]]) -> str:
    names = [f"{name} ({', '.join(statuses)})" if statuses else name for name, statuses in methods.items()]
    more = len(names) - _MOST_NAMES
    return ", ".join([*names[:_MOST_NAMES], *([f"{more} more"] if more > 0 else [])])
