"""How what is added to an imported API goes live: the Deployments that wait for it, and the stages that show them.

A method tells the Deployment that its API calls the latest, and no other
(https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_apigateway/README.html). Any other is told here.
"""

from typing import TYPE_CHECKING, Any, Final, cast

from aws_cdk import (
    DefaultTokenResolver,
    IPostProcessor,
    IResolvable,
    IResolveContext,
    Reference,
    Stack,
    Stage,
    StringConcat,
    Tokenization,
)
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.completion import said
from cors_constructs.cdk.references import target_of
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.routes import MethodSite
from cors_constructs.cdk.shares import is_same_api, members_of
from cors_constructs.cdk.survey import survey
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.warnings import warn

if TYPE_CHECKING:
    from constructs import Construct, IConstruct

NO_STAGE_WARNING: Final = "cors-constructs:nothing-goes-live"


def deployment_around(scope: "Construct", maker: apigateway.RestApiBase | None) -> apigateway.Deployment | None:
    """The Deployment of the API itself, where it can wait for what is in a scope."""
    deployment = None if maker is None else maker.latest_deployment
    if maker is None or deployment is None:
        return None
    home = identity(Stack.of(maker))
    stack: Stack | None = Stack.of(scope)
    while stack is not None:
        if identity(stack) == home:
            return deployment
        stack = stack.nested_stack_parent
    return None


def enter_everything(api: apigateway.RestApiBase, ledger: Ledger) -> None:
    """Have Deployments that were not told of an import's methods wait for all of them, and follow their changes.

    Args:
        api: The import, completed.
        ledger: Its methods that were noted.
    """
    told = None if api.latest_deployment is None else identity(api.latest_deployment)
    found = survey(api, ledger, members_of(api))
    others = (*found.deployments, *entry_of(api).deployments, *_beside(api))
    untold = [it for it in {identity(it): it for it in others}.values() if identity(it) != told]
    if not untold:
        return
    sites = [site for route in found.routes for site in route.methods.values()]
    methods = [{"path": site.route.path, **said(site.cfn), "functions": _functions(site)} for site in sites]
    for deployment in untold:
        deployment.add_to_logical_id({"methods": methods})
        deployment.node.add_dependency(*(site.cfn for site in sites))


def _beside(api: apigateway.RestApiBase) -> list[apigateway.Deployment]:
    """The Deployments of other imports in the same stack: whichever comes last is what a stage goes on to show."""
    stack = identity(Stack.of(api))
    deployments = [member.latest_deployment for member in members_of(api)]
    return [it for it in deployments if it is not None and identity(Stack.of(it)) == stack]


def goes_live(api: apigateway.RestApiBase, deployment: apigateway.Deployment) -> bool:
    """Whether a stage that is made in the app shows a Deployment."""
    if deployment.stage_name is not None:
        return True
    nodes = (Stage.of(api) or api.node.root).node.find_all()
    shown = Stack.of(deployment).resolve(deployment.deployment_id)
    return any(
        Stack.of(node).resolve(node.deployment_id) == shown for node in nodes if isinstance(node, apigateway.CfnStage)
    )


def warn_of_no_stage(api: apigateway.RestApiBase) -> None:
    """Say that no stage shows what was added."""
    warn(
        api,
        NO_STAGE_WARNING,
        "What is added here is deployed, and no stage shows that Deployment, so nothing of it goes live. Name the "
        'stage that is to show it, stage_name="prod"; or make one, Stage(self, "Stage", deployment=api.deployment); or '
        "say deploy=False where another Deployment comes after this. Acknowledge this where something else shows it.",
    )


def why_not_deployed_by(api: apigateway.RestApiBase, deployment: Any) -> str | None:
    """Why a Deployment cannot carry what is added to an import; None where it can.

    Raises:
        TypeError: It is no Deployment.
    """
    if not isinstance(deployment, apigateway.Deployment):
        raise TypeError(f"deployed_by takes a Deployment, not {deployment!r}: write Deployment(self, ..., api=api)")
    if entry_of(api).completed:
        return "the app is being synthesized already: call it before"
    if not is_same_api(api, deployment.api):
        return f"{deployment.node.path} deploys another API: give it one of {api.node.path}, or of the API it imports"
    target = target_of(api.rest_api_id)
    if target is not None and _outermost(target) == _outermost(deployment) != _outermost(api):
        return (
            f"{deployment.node.path} is in the stack that {Stack.of(api).node.path} refers to for the API, and so "
            "cannot wait for it: make the Deployment in a stack of its own, of another import of the API"
        )
    return None


def _outermost(construct: "IConstruct") -> str:
    """The stack that a construct is deployed with, which is that around all nested ones."""
    stack = Stack.of(construct)
    while stack.nested_stack_parent is not None:
        stack = stack.nested_stack_parent
    return identity(stack)


def _functions(site: MethodSite) -> list[Any]:
    """The names of the functions that a method calls: one that gets another name is another function."""
    found = _Referred()
    Tokenization.resolve(getattr(site.cfn.integration, "uri", None), scope=site.cfn, resolver=found)
    return [name for target in found.targets if (name := getattr(target, "function_name", None)) is not None]


class _Referred(DefaultTokenResolver):
    """Notes what is referred to."""

    def __init__(self) -> None:
        super().__init__(StringConcat())
        self.targets: list[IConstruct] = []

    def resolve_token(self, t: IResolvable, context: IResolveContext, post_processor: IPostProcessor) -> Any:
        """Resolve one token."""
        if Reference.is_reference(t):
            self.targets.append(cast("Reference", t).target)
        return super().resolve_token(t, context, post_processor)
