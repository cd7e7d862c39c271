"""`cors_by_default`: every `RestApi` that an app makes gets a policy, without its code changing."""

from collections.abc import Iterable
from typing import Any, Final

import aws_cdk
import jsii
from aws_cdk import Aspects, IAspect
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct, IConstruct

from cors_constructs.cdk.existing.adoption import BY_DEFAULT, adopt, api_at
from cors_constructs.cdk.existing.asked import Names, settings_from
from cors_constructs.cdk.existing.scopes import name_of
from cors_constructs.cdk.settings import IntegrationPermissions, Settings, SharePolicy, Throttle
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.verification import Harmless
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.layout import Preflight

_SINCE: Final = "2.196"


def cors_by_default(
    cors: CorsPolicy,
    *,
    require_api_key: bool = True,
    keyless: Iterable[str] = (),
    error_responses: ErrorResponses = ErrorResponses.AUTO,
    keys_managed_elsewhere: bool = False,
    preflight: Preflight = Preflight.PER_RESOURCE,
    preflight_throttle: Throttle | None = None,
    integration_permissions: IntegrationPermissions = "method",
    share_policy: SharePolicy = False,
) -> "aws_cdk.IPropertyInjector":
    """Has every `RestApi` that is made in a scope from then on completed as `EnableCors` does it.

    It is a property injector of the CDK's: `PropertyInjectors.of(app).add(cors_by_default(policy))`, or
    `App(property_injectors=[cors_by_default(policy)])`, before the APIs are made. The properties of the APIs stay as
    they are. It reaches `RestApi` and what is built of it (`LambdaRestApi`, `StepFunctionsRestApi`), in stages too;
    other APIs are for `EnableCors`. It is a default: a `CorsRestApi` keeps its policy, and an `EnableCors` that
    reaches an API says otherwise. A scope has one injector for each class: another one for `RestApi` replaces this.

    https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html

    Args:
        cors: What browsers may do.
        require_api_key: As for `EnableCors`, and so all that follow.
        keyless: The methods that need no key. A name that is no method of any API made is an error at synthesis.
        error_responses: What pages may learn of errors that API Gateway makes itself.
        keys_managed_elsewhere: Whether usage plans and keys are made elsewhere.
        preflight: Who answers preflights.
        preflight_throttle: How many preflights each path takes.
        integration_permissions: How Lambda functions are allowed to be called.
        share_policy: Whether the Lambda functions behind the APIs learn the policy.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no method's name, or names methods where no keys are asked for.
        RuntimeError: The installed aws-cdk-lib has no property injectors.
    """
    settings = settings_from(
        cors,
        require_api_key=require_api_key,
        keyless=keyless,
        error_responses=error_responses,
        keys_managed_elsewhere=keys_managed_elsewhere,
        preflight=preflight,
        preflight_throttle=preflight_throttle,
        integration_permissions=integration_permissions,
        share_policy=share_policy,
    )
    if not hasattr(aws_cdk, "IPropertyInjector"):
        raise RuntimeError(
            f"cors_by_default needs property injectors, which aws-cdk-lib has since {_SINCE}: install a newer one, or "
            "write Aspects.of(app).add(EnableCors(...))"
        )
    return _injector(settings)


def _injector(settings: Settings) -> "aws_cdk.IPropertyInjector":
    """The class is made here: older versions of the CDK do not have its interface."""

    @jsii.implements(aws_cdk.IPropertyInjector)
    class CorsByDefault:
        def __init__(self) -> None:
            self._made = _Made(settings)

        @property
        def construct_unique_id(self) -> str:
            """The class whose properties are injected."""
            return str(apigateway.RestApi.PROPERTY_INJECTION_ID)

        def inject(self, original_props: Any, *, id: str, scope: Construct) -> Any:  # noqa: A002 - the CDK's name for it
            """Remember the API that is being made, and leave its properties as they are."""
            self._made.remember(scope, id)
            return original_props

    injector: aws_cdk.IPropertyInjector = CorsByDefault()
    return injector


@jsii.implements(IAspect)
class _Made(Harmless):
    """The APIs that were made. Each is there only after it was remembered, and so is looked for at synthesis."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ids: dict[str, list[str]] = {}
        self._roots: set[str] = set()

    def remember(self, scope: Construct, id: str) -> None:  # noqa: A002 - likewise
        """Remember an API by where it is made."""
        ids = self._ids.setdefault(identity(scope), [])
        if not ids:
            Aspects.of(scope).add(self)
        ids.append(id)
        root = scope.node.root
        if identity(root) not in self._roots:
            self._roots.add(identity(root))
            root.node.add_validation(Names(root, self._settings))

    def visit(self, node: IConstruct) -> None:
        """Have the APIs that were made right here completed."""
        for name in self._ids.pop(identity(node), ()):
            made = node.node.try_find_child(name)
            api = None if made is None else api_at(made)
            if api is not None:
                adopt(api, self._settings, BY_DEFAULT, name_of(node))
