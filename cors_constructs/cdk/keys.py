"""API keys: on every method but OPTIONS, and in the hands of somebody."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, cast

from aws_cdk import (
    DefaultTokenResolver,
    IPostProcessor,
    IResolvable,
    IResolveContext,
    Reference,
    Stack,
    StringConcat,
    Tokenization,
)
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.references import target_of
from cors_constructs.cdk.routes import Guardable, MethodSite
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.warnings import warn

KEYED_ANYWAY_WARNING = "cors-constructs:api-key-required-anyway"
KEY_ONLY_WARNING = "cors-constructs:api-key-is-not-authentication"


def require_keys(api: apigateway.RestApiBase, found: Survey, settings: Settings) -> list[MethodSite]:
    """Ask every method but OPTIONS for a key, save those named keyless, if the settings say so.

    Returns:
        The methods that ask for one.
    """
    if not settings.require_api_key:
        return [site for site in found.methods() if site.cfn.api_key_required is True]
    keyless, keyed = settings.keyless, []
    for site in found.methods():
        needed = not keyless.names or keyless.needs_key(site.verb, site.route.path)
        if not site.noted:
            if needed and site.cfn.api_key_required is False:
                warn_of_keyed_anyway(api, site.name)
            site.cfn.api_key_required = needed
        if needed:
            keyed.append(site)
    return keyed


def names_of(found: Survey) -> list[str]:
    """The names of all methods but OPTIONS."""
    return sorted(site.name for site in found.methods())


def unreachable(
    api: apigateway.RestApiBase, keyed: Sequence[str], plans: Sequence[apigateway.CfnUsagePlan]
) -> list[str]:
    """A sentence where methods ask for a key that no usage plan lets anybody have.

    Args:
        api: The API.
        keyed: The names of those methods.
        plans: The plans that are known of.
    """
    if not keyed or planned(api.rest_api_id, plans):
        return []
    # The survey stops at the app's stage; a plan may be beyond it.
    everywhere = api.node.root.node.find_all()
    if planned(api.rest_api_id, [node for node in everywhere if isinstance(node, apigateway.CfnUsagePlan)]):
        return []
    plan = "plan.add_api_stage(stage=api.deployment_stage)"
    remedy = f'Write api.add_client("web"), or give your own plan the stage: {plan}.'
    if not hasattr(api, "add_client"):
        remedy = f"Make a UsagePlan with a key, and give it the stage: {plan}."
    return [
        f"{some(keyed)} an API key, and no usage plan covers a stage of this API, so every call would get 403. "
        f"{remedy} If the plan is made in another app, or by hand, say keys_managed_elsewhere=True."
    ]


def without_key_source(keyed: Sequence[MethodSite]) -> list[str]:
    """A sentence where keys come from an authorizer and methods have none that could give one.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
    """
    lacking = [site for site in keyed if site.cfn.authorization_type != "CUSTOM"]
    if not lacking:
        return []
    return [
        f"{some([site.name for site in lacking])} an API key from an authorizer (api_key_source_type=AUTHORIZER) "
        "and no Lambda authorizer guards them, so every call would get 403. Give them a TokenAuthorizer or a "
        "RequestAuthorizer that returns usageIdentifierKey, or leave api_key_source_type out."
    ]


def warn_of_keyed_anyway(api: IConstruct, name: str) -> None:
    """Say that a method's own word about its key does not count."""
    warn(
        api,
        f"{KEYED_ANYWAY_WARNING}:{name}",
        f"{name} says api_key_required=False and asks for a key all the same: methods opt out by name "
        f'here. Write keyless=["{name}"], or leave api_key_required out.',
    )


def warn_of_key_only(api: IConstruct, keyed: Sequence[Guardable]) -> None:
    """One warning for an API that takes a key for a guard."""
    site = next((site for site in keyed if not site.guarded), None)
    if site is None:
        return
    warn(
        api,
        KEY_ONLY_WARNING,
        f"Nothing but an API key guards {site.name}, and perhaps others. A key tells callers apart and meters them; a "
        "page cannot keep it secret. Add an authorizer, or acknowledge this where the data is public.",
    )


def planned(rest_api_id: str, plans: Sequence[apigateway.CfnUsagePlan]) -> bool:
    """Whether a usage plan covers a stage of an API."""
    meant = target_of(rest_api_id)
    if meant is None:  # an id, or an export of another app: the same wherever it is written
        return any(Stack.of(plan).resolve(rest_api_id) in _stage_apis(_stages(plan)) for plan in plans)
    resolver = _Marking(meant)
    return any(
        _MARK in _stage_apis(Tokenization.resolve(plan.api_stages, scope=plan, resolver=resolver)) for plan in plans
    )


def _stages(plan: apigateway.CfnUsagePlan) -> Any:
    return Stack.of(plan).resolve(plan.api_stages)


def _stage_apis(stages: Any) -> list[Any]:
    return [stage.get("apiId") if isinstance(stage, dict) else getattr(stage, "api_id", None) for stage in stages or []]


_MARK: Final = "the API"


class _Marking(DefaultTokenResolver):
    """Resolves references to an API to a mark: APIs in two stacks may have one logical id."""

    def __init__(self, meant: IConstruct) -> None:
        super().__init__(StringConcat())
        self._api = identity(meant)

    def resolve_token(self, t: IResolvable, context: IResolveContext, post_processor: IPostProcessor) -> Any:
        """Resolve one token."""
        if Reference.is_reference(t) and identity(cast("Reference", t).target) == self._api:
            return _MARK
        return super().resolve_token(t, context, post_processor)


def some(names: Sequence[str]) -> str:
    """`GET /users, POST /users and 8 more methods need`."""
    shown = list(islice(names, 3))
    if len(names) > len(shown):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more methods need"
    if len(shown) == 1:
        return f"{shown[0]} needs"
    return f"{', '.join(shown[:-1])} and {shown[-1]} need"
