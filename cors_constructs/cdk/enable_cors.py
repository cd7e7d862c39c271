"""`EnableCors`: keys without locked preflights, for REST APIs that are built by others."""

from collections.abc import Iterable
from typing import Any, Final

import constructs
import jsii
from aws_cdk import IAspect
from constructs import IConstruct

from cors_constructs.cdk.existing.adoption import adopt, api_at
from cors_constructs.cdk.existing.asked import Names, settings_from
from cors_constructs.cdk.existing.scopes import AspectScope, MixinScope, Walk, apis_below, name_of, within_reach
from cors_constructs.cdk.settings import IntegrationPermissions, SharePolicy, Throttle
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.verification import Harmless
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.layout import Preflight

_OWNER: Final = "EnableCors"
# Older versions of constructs have no mixins, and then nothing takes one.
_INTERFACES: Final[list[Any]] = [IAspect, *([constructs.IMixin] if hasattr(constructs, "IMixin") else [])]


@jsii.implements(*_INTERFACES)
class EnableCors(Harmless):
    """Has every REST API of a scope do what a `CorsRestApi` does: ask for keys, and let browsers ask first.

    It is a mixin and an aspect of the CDK's. `Mixins.of(scope).apply(...)` and `construct.with_(...)` are for the APIs
    that are there already; `Aspects.of(scope).add(...)` also for those that come later. The scope is an app, a stage, a
    stack, or an API itself; aspects do not reach into the stages of an app. A scope without any REST API is an error
    at synthesis, and so is an API that was added to it after a mixin was applied.

    At synthesis

    - every method but OPTIONS asks for an API key, also where it says `api_key_required=False`: a method opts out by
      its name in `keyless`;
    - every path that has a method gets one OPTIONS, a MOCK without key or authorizer that answers what the policy
      says. Those that `default_cors_preflight_options` and `add_cors_preflight` made are changed to say that. Others
      stay if they are open, and are an error if they are not;
    - the errors that API Gateway makes itself carry the policy's headers;
    - so do the answers of integrations that are no proxies, where the app has set no `Access-Control-Allow-Origin`;
    - a method that needs a key nobody can have is an error;
    - a Deployment is made anew when any of this changes. Everything keeps its logical id, save a Deployment that is
      bare CloudFormation: there that is how it is replaced.

    It knows `RestApi`, `LambdaRestApi`, `StepFunctionsRestApi` and whatever is built of them; `SpecRestApi` with an
    inline definition; bare `CfnRestApi`, `CfnMethod` and `Body`, also of templates that `CfnInclude` brings in; and
    `aws_sam.CfnApi`, whose preflights have one origin unless it has a `definition_body`. Of imported APIs it completes
    what this app adds, and warns that the rest cannot be changed from here. APIs that have a policy of their own, such
    as `CorsRestApi`, keep it. An API that is told two different things is an error.

    Responses of proxy integrations need CORS headers as well, and those the backend sends: Lambda functions can, with
    `share_policy`; of others, `CorsPolicy.headers_for` says which.

    Args:
        cors: What browsers may do.
        require_api_key: Whether every method but OPTIONS asks for a key. Left out: yes. False: each keeps what it says.
        keyless: The methods that need no key, by name: `["GET /health"]`. Left out: all need one. A name that is no
            method of any of the APIs is an error at synthesis.
        error_responses: What pages may learn of errors that API Gateway makes itself. Left out: as much as API
            Gateway can tell them safely; see `ErrorResponses`.
        keys_managed_elsewhere: Say True where usage plans and keys are made in another app, or by hand. Left out:
            methods that need a key without a plan that covers a stage of their API are an error at synthesis.
        preflight: Who answers preflights. Left out: each path that has methods for itself; see `Preflight`. SAM makes
            one a path, whatever is said here.
        preflight_throttle: How many preflights each path takes. Left out: as many as the stage lets through.
        integration_permissions: `"api"` gives each Lambda function one permission for an API instead of two for each
            method. Left out: `"method"`, which leaves permissions as they are.
        share_policy: Whether every Lambda function that a proxy integration of an API calls learns the API's policy,
            as by `CorsRestApi.share_policy_with_all`: `"wrap"` also has the layer add the headers to what the
            function answers, for functions that nobody may edit. Left out: functions stay as they are. A function
            behind several APIs, whose policies differ, is an error at synthesis, unless `CorsRuntime.share` gave it
            one: that it keeps. Put on an API itself that calls no function, it warns.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no method's name, or names methods where `require_api_key=False` asks for
            no keys.
    """

    def __init__(
        self,
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
    ) -> None:
        self._settings = settings_from(
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
        self._walk = Walk()
        self._mixed_into: dict[str, MixinScope] = {}
        self._visited: dict[str, str] = {}
        self._roots: dict[str, Names] = {}

    @property
    def cors(self) -> CorsPolicy:
        """What browsers may do."""
        return self._settings.policy

    def supports(self, construct: IConstruct) -> bool:
        """Whether a construct is a REST API; as a mixin, it is asked that of each construct of a scope."""
        scope = self._walk.step(construct)
        if identity(scope) not in self._mixed_into:
            watch = MixinScope(scope, served_elsewhere=self._serves)
            self._mixed_into[identity(scope)] = watch
            scope.node.add_validation(watch)
            self._check_names(scope)
        self._mixed_into[identity(scope)].whole |= self._walk.is_through
        return api_at(construct) is not None

    def apply_to(self, construct: IConstruct) -> None:
        """Have a REST API completed when the app is synthesized."""
        api = api_at(construct)
        if api is not None:
            adopt(api, self._settings, _OWNER, name_of(self._walk.scope or api))

    def visit(self, node: IConstruct) -> None:
        """Have the REST API that a construct is completed; as an aspect, it sees each construct of a scope."""
        here = identity(node)
        if here in self._visited:
            return
        above = node.node.scope
        scope = None if above is None else self._visited.get(identity(above))
        if scope is None:
            self._enter(node)
        else:
            self._visited[here] = scope
            self._adopt(node, scope)

    def _enter(self, scope: IConstruct) -> None:
        """See all of the scope at once: what is visited first may be completed first, and has to know of the others."""
        said_at = name_of(scope)
        for node in scope.node.find_all():
            self._visited[identity(node)] = said_at
        scope.node.add_validation(AspectScope(scope))
        self._check_names(scope)
        for api in apis_below(scope):
            if within_reach(scope, api):
                adopt(api, self._settings, _OWNER, said_at)

    def _adopt(self, node: IConstruct, said_at: str) -> None:
        api = api_at(node)
        if api is not None:
            adopt(api, self._settings, _OWNER, said_at)

    def _serves(self) -> bool:
        """Whether it completes any API at all."""
        return any(names.apis() for names in self._roots.values())

    def _check_names(self, scope: IConstruct) -> None:
        """Have the names in `keyless` looked for, once everything is there, stages included."""
        root = scope.node.root
        if identity(root) not in self._roots:
            names = self._roots[identity(root)] = Names(root, self._settings)
            root.node.add_validation(names)
