"""The last step of building an API of resources and methods: once they are all there, what depends on them is made."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.branches import idle_branches
from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.errors import carry_headers
from cors_constructs.cdk.integrations import answered_by_the_gateway, properties_of
from cors_constructs.cdk.keys import names_of, require_keys, unreachable, warn_of_key_only, without_key_source
from cors_constructs.cdk.limits import Load, watch_limits
from cors_constructs.cdk.preflights import Maker, answer_preflights, joined, warn_of_authorization, warn_of_patterns
from cors_constructs.cdk.registry import entry_of, shares_policy
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.shares import members_of, shares_of
from cors_constructs.cdk.survey import Survey, survey
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.verification import changes
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.layout import Preflight

if TYPE_CHECKING:
    from cors_constructs.cdk.sharing import Shared


@attrs.define
class Completion:
    """The completion of one API; a `Step`.

    Args:
        api: The API.
        settings: What the app said about it.
        ledger: The methods that were noted; it may still grow.
        clients: The API's own clients, likewise.
        checks_names: Whether a name in `keyless` that no method of this API has is wrong; it may be another's.
    """

    _api: apigateway.RestApiBase
    _settings: Settings
    _ledger: Ledger
    _clients: Mapping[str, ApiClient] = attrs.field(factory=dict)
    _checks_names: bool = True
    _done: "_Completed | None" = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Let others know of the ledger: constructs that stand for the same API."""
        entry_of(self._api).ledger = self._ledger

    def complete(self) -> Sequence[str]:
        """Make what is missing, and say what is wrong."""
        entry = entry_of(self._api)
        entry.completed = True
        policies = PolicyTree(self._settings.policy, entry.branches)
        self._done = _complete(self._api, self._settings, policies, self._ledger, self._clients)
        return [*(self._settings.keyless.missing(self.names()) if self._checks_names else []), *self._done.problems]

    def names(self) -> list[str]:
        """The names of the API's methods, once it is completed."""
        return [] if self._done is None else names_of(self._done.found)

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed."""
        done = self._done
        if done is None:
            return []
        return changes(survey(self._api, self._ledger, members_of(self._api)), done.found, self._settings, done.made)


@attrs.frozen(eq=False)
class _Completed:
    """What came of it."""

    problems: Sequence[str]
    found: Survey
    made: Sequence[apigateway.GatewayResponse]


def _complete(
    api: apigateway.RestApiBase,
    settings: Settings,
    policies: PolicyTree,
    ledger: Ledger,
    clients: Mapping[str, ApiClient],
) -> _Completed:
    shares = shares_of(api)
    members = members_of(api)
    found = survey(api, ledger, members)
    keyed = require_keys(api, found, settings)
    problems = [*_made_twice(found), *_made_elsewhere(api, found)]
    problems += shares.tell(api, found.routes) if shares else []
    problems += idle_branches(policies, (site.route.path for site in found.methods()))
    replaced: list[Route] = []
    if settings.replace_preflights_of_the_cdk:
        from cors_constructs.cdk.replacement import preflights_of_the_cdk  # noqa: PLC0415 - few need it: loading is timed

        replaced = preflights_of_the_cdk(found.routes)
    maker, shared = Maker(ledger.scopes_by_default), None
    if settings.preflight is Preflight.SHARED:
        from cors_constructs.cdk.sharing import share_preflights  # noqa: PLC0415 - likewise

        elsewhere = shares.elsewhere(api) if shares else {}
        shared = share_preflights(api, found.routes, policies, maker, elsewhere, of_the_cdk=replaced)
        answered, closed, replaced = shared.routes, shared.problems, shared.kept
    else:
        if replaced:
            from cors_constructs.cdk.replacement import replace_preflights  # noqa: PLC0415 - likewise

            replace_preflights(replaced, found.routes, policies, joined)
        answered, closed = answer_preflights(found.routes, policies, maker)
    problems += closed
    if shared is not None or settings.integration_permissions == "api":
        _save(api, found.routes, settings, shared)
    if settings.preflight_throttle is not None:
        from cors_constructs.cdk.throttles import stages_of, throttle_preflights  # noqa: PLC0415 - likewise

        paths = [route.path for route in (*answered, *replaced)]
        problems += throttle_preflights(stages_of(api), paths, settings.preflight_throttle)
    headers, made, unsure = carry_headers(
        api, found, shares.policies() if shares else policies.all(), settings.error_responses
    )
    problems += unsure
    if settings.keys_from_authorizer:
        problems += without_key_source(keyed)
    if not settings.keys_managed_elsewhere and not any(client.has_own_plan for client in clients.values()):
        problems += unreachable(api, [site.name for site in keyed], found.usage_plans)
    warn_of_key_only(api, keyed)
    warn_of_authorization(api, found, policies)
    warn_of_patterns(api, policies)
    changed = {"keyless": sorted(settings.keyless.names), "errors": headers, **_make_readable(api, found, policies)}
    if replaced:
        changed["preflights"] = [said(route.methods["OPTIONS"].cfn) for route in replaced]
    if shared is not None and shared.dropped:
        changed["dropped"] = shared.dropped
    enter_deployment(api, found, changed, made)
    if found.bare_deployments:
        _rename_deployments(api, found, survey(api, ledger, members))
    problems += shares.enter(api, found) if shares else []
    if shares_policy(api, settings):
        problems += _share_policy(api, found, settings, policies)
    problems += watch_limits(Load(api, found, answered, len(made), settings, policies))
    return _Completed(problems, found, made)


def _save(api: apigateway.RestApiBase, routes: Sequence[Route], settings: Settings, shared: "Shared | None") -> None:
    """Permit functions for the whole API, where that is asked for, and say what is saved by all sharing."""
    from cors_constructs.cdk.permissions import permit_api  # noqa: PLC0415 - few need it, and loading is timed
    from cors_constructs.cdk.savings import tell_savings  # noqa: PLC0415 - likewise

    permissions = permit_api(api, routes) if settings.integration_permissions == "api" else None
    tell_savings(api, shared, permissions)


def _share_policy(
    api: apigateway.RestApiBase, found: Survey, settings: Settings, policies: PolicyTree
) -> Sequence[str]:
    """Let functions send the policies' headers, as the app asked for it."""
    from cors_constructs.cdk.calls import calls_of  # noqa: PLC0415 - only those who share need it: loading is timed
    from cors_constructs.cdk.handover import hand_over  # noqa: PLC0415 - likewise

    return hand_over(api, settings, policies, lambda: calls_of(found.methods()))


def _make_readable(api: apigateway.RestApiBase, found: Survey, policies: PolicyTree) -> dict[str, Any]:
    """Add the policies' headers to answers of integrations that are no proxies, and tell what that has changed."""
    sites = answered_by_the_gateway(api, found.methods())
    if not sites:
        return {}
    from cors_constructs.cdk.responses import make_readable  # noqa: PLC0415 - proxies are the rule, and loading is timed

    answers = make_readable(api, sites, policies)
    return {"answers": answers} if answers else {}


def _made_twice(found: Survey) -> list[str]:
    """A sentence for each method that two owners made: CloudFormation would fail halfway, at the second."""
    return [
        f"{again.name} was made twice, at {route.methods[again.verb].cfn.node.path} and at {again.cfn.node.path}. "
        "API Gateway has one of each on a resource: leave one out."
        for route in found.routes
        for again in route.repeated
    ]


def _made_elsewhere(api: apigateway.RestApiBase, found: Survey) -> list[str]:
    """A sentence for each method in another stack: a Deployment cannot wait for it, nor can its preflight be made.

    An import knows that there is more of its API elsewhere.
    """
    if not isinstance(api, apigateway.RestApi | apigateway.SpecRestApi):
        return []
    return [
        f"{cfn.http_method} at {cfn.node.path} is a method of this API in another stack, where CorsRestApi cannot "
        "complete it: add it there to CorsRestApi.from_attributes(...) of the API, or make it in the API's own stack, "
        "or in a stack nested there."
        for cfn in found.foreign_methods
    ]


def enter_deployment(
    api: apigateway.RestApiBase, found: Survey, changed: dict[str, Any], made: Sequence[IConstruct]
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
    entry = {"cors": changed, "bare": [said(cfn) for cfn in bare]}
    for deployment in (*found.deployments, *entry_of(api).deployments):
        deployment.add_to_logical_id(entry)
        deployment.node.add_dependency(*bare, *made)


def _rename_deployments(api: apigateway.RestApiBase, before: Survey, now: Survey) -> None:
    """The same for Deployments that are bare CloudFormation."""
    from cors_constructs.cdk.deployments import deploy_anew  # noqa: PLC0415 - few apps have bare ones

    here = identity(Stack.of(api))
    responses = [cfn for cfn in now.gateway_responses if identity(Stack.of(cfn)) == here]
    all_of_it: list[apigateway.CfnMethod | apigateway.CfnGatewayResponse] = [*_methods(now), *responses]
    deploy_anew(before.bare_deployments, [said(cfn) for cfn in all_of_it], all_of_it)


def _methods(found: Survey) -> list[apigateway.CfnMethod]:
    return [site.cfn for route in found.routes for site in route.methods.values()]


def said(cfn: apigateway.CfnMethod | apigateway.CfnGatewayResponse) -> dict[str, Any]:
    """What is said of a method, or of a gateway response, for a Deployment's hash."""
    if isinstance(cfn, apigateway.CfnMethod):
        its = properties_of(cfn)
        return {
            "method": its.get("httpMethod"),
            "operation": its.get("operationName"),
            "resource": its.get("resourceId"),
            "authorization": [its.get("authorizationType"), its.get("authorizerId"), its.get("authorizationScopes")],
            "key": its.get("apiKeyRequired"),
            "integration": its.get("integration"),
            "requests": [its.get("requestModels"), its.get("requestParameters"), its.get("requestValidatorId")],
            "responses": its.get("methodResponses"),
        }
    return {
        "error": cfn.response_type,
        "status": cfn.status_code,
        "headers": cfn.response_parameters,
        "bodies": cfn.response_templates,
    }
