"""The last step of building an API of resources and methods: once they are all there, what depends on them is made."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.errors import carry_headers
from cors_constructs.cdk.keys import require_keys, unreachable, warn_of_key_only, without_key_source
from cors_constructs.cdk.preflights import answer_preflights, warn_of_authorization, warn_of_patterns
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.survey import Survey, survey
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.verification import changes
from cors_constructs.render.branches import PolicyTree


@attrs.define
class Completion:
    """The completion of one API; a `Step`.

    Args:
        api: The API.
        settings: What the app said about it.
        ledger: The methods that were noted; it may still grow.
        clients: The API's own clients, likewise.
    """

    _api: apigateway.RestApi
    _settings: Settings
    _ledger: Ledger
    _clients: Mapping[str, ApiClient] = attrs.field(factory=dict)
    _done: "_Completed | None" = attrs.field(default=None, init=False)

    def complete(self) -> Sequence[str]:
        """Make what is missing, and say what is wrong."""
        entry = entry_of(self._api)
        entry.completed = True
        policies = PolicyTree(self._settings.policy, entry.branches)
        self._done = _complete(self._api, self._settings, policies, self._ledger, self._clients)
        return self._done.problems

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed."""
        done = self._done
        if done is None:
            return []
        return changes(survey(self._api, self._ledger), done.found, self._settings.keyless, done.made)


@attrs.frozen
class _Completed:
    """What came of it."""

    problems: Sequence[str]
    found: Survey
    made: Sequence[apigateway.GatewayResponse]


def _complete(
    api: apigateway.RestApi,
    settings: Settings,
    policies: PolicyTree,
    ledger: Ledger,
    clients: Mapping[str, ApiClient],
) -> _Completed:
    found = survey(api, ledger)
    keyed, problems = require_keys(api, found, settings.keyless)
    problems += [*_made_twice(found), *_made_elsewhere(found)]
    problems += answer_preflights(found, policies, scopes_by_default=ledger.scopes_by_default)
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
