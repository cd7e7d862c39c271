"""The last step of building an API: once its methods are all there, what depends on them is made.

It runs as an aspect, late, so that methods made anywhere before are seen, and on a construct without children, so
that it is called once, not once a construct. What it finds wrong is told by validation, with everything else that is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import jsii
from aws_cdk import Aspects, IAspect, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct, IValidation

from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.errors import carry_headers
from cors_constructs.cdk.keyless import Keyless
from cors_constructs.cdk.keys import require_keys, unreachable, warn_of_key_only, without_key_source
from cors_constructs.cdk.preflights import answer_preflights, warn_of_authorization, warn_of_patterns
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.survey import Survey, survey
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.verification import aspects_about, changes
from cors_constructs.cdk.warnings import add_child
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses

# After every aspect that may still make methods, and before those that only read: AspectPriority.READONLY is 1000.
_PRIORITY: Final = 900


@attrs.frozen(kw_only=True)
class Settings:
    """What the app said about the API."""

    policy: CorsPolicy
    keyless: Keyless
    error_responses: ErrorResponses
    keys_managed_elsewhere: bool
    keys_from_authorizer: bool


def complete_at_synthesis(
    api: apigateway.RestApi, settings: Settings, ledger: Ledger, clients: Mapping[str, ApiClient]
) -> None:
    """Have the API completed when the app is synthesized.

    Args:
        api: The API.
        settings: What the app said about it.
        ledger: The methods that were noted; it may still grow.
        clients: The API's own clients, likewise.
    """
    step = _Completion(api, settings, ledger, clients)
    Aspects.of(add_child(api)).add(step, priority=_PRIORITY)
    api.node.add_validation(step)


@jsii.implements(IAspect, IValidation)
class _Completion:
    def __init__(
        self, api: apigateway.RestApi, settings: Settings, ledger: Ledger, clients: Mapping[str, ApiClient]
    ) -> None:
        self._api = api
        self._settings = settings
        self._ledger = ledger
        self._clients = clients
        self._done: _Completed | None = None
        self._again = False

    def visit(self, node: IConstruct) -> None:  # noqa: ARG002 - an aspect's signature
        """Complete the API, once: an app may be synthesized again."""
        if self._done is None:
            self._done = _complete(self._api, self._settings, self._ledger, self._clients)
        else:
            self._again = True

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        done = self._done
        if done is None:
            return ["the API was not completed, since no aspects ran: synthesize the app it is in."]
        if done.problems or not (self._again or aspects_about(self._api)):
            return list(done.problems)
        return changes(survey(self._api, self._ledger), done.found, self._settings.keyless, done.made)


@attrs.frozen
class _Completed:
    """What came of it."""

    problems: Sequence[str]
    found: Survey
    made: Sequence[apigateway.GatewayResponse]


def _complete(
    api: apigateway.RestApi, settings: Settings, ledger: Ledger, clients: Mapping[str, ApiClient]
) -> _Completed:
    found = survey(api, ledger)
    keyed, problems = require_keys(api, found, settings.keyless)
    problems += [*_made_twice(found), *_made_elsewhere(found)]
    problems += answer_preflights(found, settings.policy, scopes_by_default=ledger.scopes_by_default)
    headers, made, unsure = carry_headers(api, found, settings.policy, settings.error_responses)
    problems += unsure
    if settings.keys_from_authorizer:
        problems += without_key_source(keyed)
    if not settings.keys_managed_elsewhere and not any(client.has_own_plan for client in clients.values()):
        problems += unreachable(api, keyed, found)
    warn_of_key_only(api, keyed)
    warn_of_authorization(api, found, settings.policy)
    warn_of_patterns(api, settings.policy)
    _enter_deployment(api, found, {"keyless": sorted(settings.keyless.names), "errors": headers}, made)
    return _Completed(problems, found, made)


def _made_twice(found: Survey) -> list[str]:
    """A sentence for each method that two owners made: CloudFormation would fail halfway, at the second."""
    return [
        f"{again.name} was made twice, at {route.methods[again.verb].cfn.node.path} and at {again.cfn.node.path}. "
        "API Gateway has one of each on a resource: leave one out."
        for route in found.routes
        for again in route.repeated
    ]


def _made_elsewhere(found: Survey) -> list[str]:
    """A sentence for each method in another stack: a Deployment cannot wait for it, nor can its preflight be made."""
    return [
        f"{cfn.http_method} at {cfn.node.path} is a method of this API in another stack, where CorsRestApi cannot "
        "complete it: make it in the API's own stack, or in a stack nested there."
        for cfn in found.foreign_methods
    ]


def _enter_deployment(
    api: apigateway.RestApi, found: Survey, changed: dict[str, Any], made: Sequence[IConstruct]
) -> None:
    """Have a new Deployment made whenever what is deployed changes, and have it wait for all of it.

    The CDK does both for its own methods and gateway responses, as they were made; what was changed since, and what
    was made as bare CloudFormation, is entered here. A Deployment made by the app itself has to be told all of it.
    """
    bare: Sequence[apigateway.CfnMethod | apigateway.CfnGatewayResponse] = [
        *found.loose_methods,
        # One in another stack cannot be waited for: that stack refers to this one.
        *(cfn for cfn in found.gateway_responses if identity(Stack.of(cfn)) == identity(Stack.of(api))),
    ]
    entry = {"cors": changed, "bare": [_said(cfn) for cfn in bare]}
    for deployment in found.deployments:
        deployment.add_to_logical_id(entry)
        deployment.node.add_dependency(*bare, *made)


def _said(cfn: apigateway.CfnMethod | apigateway.CfnGatewayResponse) -> dict[str, Any]:
    if isinstance(cfn, apigateway.CfnMethod):
        return {
            "method": cfn.http_method,
            "operation": cfn.operation_name,
            "resource": cfn.resource_id,
            "authorization": [cfn.authorization_type, cfn.authorizer_id, cfn.authorization_scopes],
            "key": cfn.api_key_required,
            "integration": cfn.integration,
            "requests": [cfn.request_models, cfn.request_parameters, cfn.request_validator_id],
            "responses": cfn.method_responses,
        }
    return {
        "error": cfn.response_type,
        "status": cfn.status_code,
        "headers": cfn.response_parameters,
        "bodies": cfn.response_templates,
    }
