"""`CorsRestApi`: a REST API that asks for keys and lets browsers ask first."""

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.arguments import (
    as_policy,
    check_cors,
    check_error_responses,
    check_flag,
    check_integration_permissions,
    check_preflight,
    check_throttle,
)
from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.completion import Completion
from cors_constructs.cdk.domains import add_aliases, check_hosted_zone
from cors_constructs.cdk.keys import warn_of_keyed_anyway
from cors_constructs.cdk.late import complete_at_synthesis
from cors_constructs.cdk.preflights import warn_of_preflight_elsewhere
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger, noting
from cors_constructs.cdk.settings import IntegrationPermissions, Settings, Throttle
from cors_constructs.cdk.with_clients import WithClients
from cors_constructs.cdk.with_functions import WithFunctions
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.layout import Preflight

if TYPE_CHECKING:
    from aws_cdk.aws_route53 import IHostedZone

    from cors_constructs.cdk.imported import ImportedRestApi


class _FromAttributes:
    """What `CorsRestApi.from_attributes` is."""

    def __get__(self, api: object, kind: type) -> "type[ImportedRestApi]":
        from cors_constructs.cdk.imported import ImportedRestApi  # noqa: PLC0415 - few apps import an API

        return ImportedRestApi


class CorsRestApi(WithClients, WithFunctions, apigateway.RestApi):
    """An API Gateway REST API whose methods need an API key, and whose preflights never do.

    It is a `RestApi`: build it as one, with `root.add_resource`, `add_method`, `add_proxy`. At synthesis

    - every method but OPTIONS asks for an API key, also where it says `api_key_required=False`: a method opts out by
      its name in `keyless`;
    - every resource that has a method gets one OPTIONS, a MOCK without key or authorizer that answers what the policy
      says. One that the app made itself stays if it is open, and is an error if it is not;
    - the errors that API Gateway makes itself carry the policy's headers;
    - so do the answers of integrations that are no proxies, in each integration response and its method response, where
      the app has set no `Access-Control-Allow-Origin`. What cannot be done is warned of;
    - a method that needs a key nobody can have is an error.

    Responses of proxy integrations need CORS headers as well, and those the backend sends: Lambda functions can, once
    `share_policy_with` tells them the policy; of others, `CorsPolicy.headers_for` says which.

    Args:
        scope: Where the construct goes.
        id: Its name there.
        cors: What browsers may do.
        keyless: The methods that need no key, by name: `["GET /health"]`. Left out: all need one. A name that is no
            method of the API is an error at synthesis.
        error_responses: What pages may learn of errors that API Gateway makes itself. Left out: as much as API
            Gateway can tell them safely; see `ErrorResponses`.
        keys_managed_elsewhere: Say True where usage plans and keys are made in another app, or by hand. Left out:
            methods that need a key without a plan that covers a stage of this API are an error at synthesis.
        preflight: Who answers preflights. Left out: each path that has methods gets an OPTIONS of its own. With
            `Preflight.SHARED` one at `/{proxy+}`, made if need be, answers for all that can do without; see there.
        integration_permissions: How the Lambda functions of integrations are allowed to be called. Left out,
            `"method"`: as the CDK does it, by two permissions for each method, its stage's and the console's. `"api"`:
            by one for each function, for all methods and stages of the API. Permissions that the app makes itself, and
            those of authorizers, stay.
        preflight_throttle: How many preflights each path, and each stage, lets through; what is beyond gets 429. They
            need no key, so no usage plan limits them, and they are billed. Left out: the stage's and the account's
            limits. A limit that the app sets for a path's OPTIONS itself (`deploy_options`) stays.
        hosted_zone: Where the alias records (A and AAAA) of `domain_name` go. Left out: none are made. Refused: a
            zone without a domain, or one that the domain does not lie in. Domains that are added later get none.
        **rest_api_props: Any property of `aws_cdk.aws_apigateway.RestApi`. Refused: `default_cors_preflight_options`,
            which says what `cors` says, and `api_key_required=False` among `default_method_options`, which says what
            `keyless` says for each method.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no method's name, `integration_permissions` is neither of the two, or
            `hosted_zone` is not the domain's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        cors: CorsPolicy,
        keyless: Iterable[str] = (),
        error_responses: ErrorResponses = ErrorResponses.AUTO,
        keys_managed_elsewhere: bool = False,
        preflight: Preflight = Preflight.PER_RESOURCE,
        integration_permissions: IntegrationPermissions = "method",
        preflight_throttle: Throttle | None = None,
        hosted_zone: "IHostedZone | None" = None,
        **rest_api_props: Any,
    ) -> None:
        _check_arguments(cors, error_responses, keys_managed_elsewhere, rest_api_props)
        check_preflight(preflight)
        check_integration_permissions(integration_permissions)
        check_throttle(preflight_throttle)
        check_hosted_zone(hosted_zone, rest_api_props.get("domain_name"))
        named = Keyless.parse(keyless)
        defaults = _keyed(rest_api_props.pop("default_method_options", None))
        super().__init__(scope, id, default_method_options=defaults, **rest_api_props)
        self._cors = cors
        self._default_integration = rest_api_props.get("default_integration")
        self._clients: dict[str, ApiClient] = {}
        self._ledger = Ledger(
            named.needs_key,
            functools.partial(warn_of_keyed_anyway, self),
            functools.partial(warn_of_preflight_elsewhere, self),
            scopes_by_default=bool(defaults.authorization_scopes),
        )
        settings = Settings(
            policy=cors,
            keyless=named,
            error_responses=error_responses,
            keys_managed_elsewhere=keys_managed_elsewhere,
            keys_from_authorizer=rest_api_props.get("api_key_source_type") is apigateway.ApiKeySourceType.AUTHORIZER,
            preflight=preflight,
            preflight_throttle=preflight_throttle,
            integration_permissions=integration_permissions,
        )
        entry = entry_of(self)
        entry.owner, entry.settings = type(self).__name__, settings
        if hosted_zone is not None:
            add_aliases(self, hosted_zone, rest_api_props["domain_name"])
        complete_at_synthesis(self, Completion(self, settings, self._ledger, self._clients))

    # Not a method that repeats a dozen arguments: the class is what it would call.
    from_attributes = _FromAttributes()
    """An API that is made in another stack or another app, in place of `RestApi.from_rest_api_attributes`: what is
    added to it here gets keys, preflights and a Deployment. See `ImportedRestApi`."""

    # Not a property: jsii would take that for an override, and ask Python for the root each time it needs it.
    @functools.cached_property
    def root(self) -> apigateway.IResource:
        """The resource at `/`."""
        root = noting(
            super().root, "/", self._ledger, keyed_by_default=True, default_integration=self._default_integration
        )
        return cast("apigateway.IResource", root)


def _check_arguments(cors: Any, error_responses: Any, keys_managed_elsewhere: Any, props: dict[str, Any]) -> None:
    check_cors(cors)
    check_error_responses(error_responses)
    check_flag("keys_managed_elsewhere", keys_managed_elsewhere)
    if props.get("default_cors_preflight_options") is not None:
        raise TypeError(
            "CorsRestApi makes the preflights itself: leave default_cors_preflight_options out, and say what it said "
            f"in {as_policy(props['default_cors_preflight_options'])}"
        )


def _keyed(defaults: Any) -> apigateway.MethodOptions:
    """The app's default method options, and the key."""
    if defaults is None:
        return apigateway.MethodOptions(api_key_required=True)
    if isinstance(defaults, dict):
        defaults = apigateway.MethodOptions(**defaults)
    if not isinstance(defaults, apigateway.MethodOptions):
        raise TypeError(f"default_method_options takes MethodOptions, not {defaults!r}")
    if defaults.api_key_required is False:
        raise TypeError(
            "CorsRestApi asks every method for a key: leave api_key_required=False out of default_method_options, and "
            'name the methods that need none: keyless=["GET /health"]'
        )
    options: dict[str, Any] = {**defaults._values, "api_key_required": True}
    return apigateway.MethodOptions(**options)
