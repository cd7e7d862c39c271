"""`CorsRestApi`: a REST API that asks for keys and lets browsers ask first."""

import functools
import json
from collections.abc import Iterable
from typing import Any, cast

from aws_cdk import SecretValue
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.clients import ApiClient, client_problems
from cors_constructs.cdk.completion import Completion
from cors_constructs.cdk.keyless import Keyless
from cors_constructs.cdk.keys import warn_of_keyed_anyway
from cors_constructs.cdk.late import complete_at_synthesis
from cors_constructs.cdk.preflights import warn_of_preflight_elsewhere
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger, noting
from cors_constructs.cdk.settings import Settings
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses


class CorsRestApi(apigateway.RestApi):
    """An API Gateway REST API whose methods need an API key, and whose preflights never do.

    It is a `RestApi`: build it as one, with `root.add_resource`, `add_method`, `add_proxy`. At synthesis

    - every method but OPTIONS asks for an API key, also where it says `api_key_required=False`: a method opts out by
      its name in `keyless`;
    - every resource that has a method gets one OPTIONS, a MOCK without key or authorizer that answers what the policy
      says. One that the app made itself stays if it is open, and is an error if it is not;
    - the errors that API Gateway makes itself carry the policy's headers;
    - a method that needs a key nobody can have is an error.

    Responses of the integrations need CORS headers as well, and those the integration sends:
    `CorsPolicy.headers_for` says which.

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
        **rest_api_props: Any property of `aws_cdk.aws_apigateway.RestApi`. Refused: `default_cors_preflight_options`,
            which says what `cors` says, and `api_key_required=False` among `default_method_options`, which says what
            `keyless` says for each method.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no method's name.
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
        **rest_api_props: Any,
    ) -> None:
        _check_arguments(cors, error_responses, keys_managed_elsewhere, rest_api_props)
        named = Keyless.parse(keyless)
        defaults = _keyed(rest_api_props.pop("default_method_options", None))
        super().__init__(scope, id, default_method_options=defaults, **rest_api_props)
        self._cors = cors
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
        )
        entry = entry_of(self)
        entry.owner, entry.settings = type(self).__name__, settings
        complete_at_synthesis(self, Completion(self, settings, self._ledger, self._clients))

    # Not a property: jsii would take that for an override, and ask Python for the root each time it needs it.
    @functools.cached_property
    def root(self) -> apigateway.IResource:
        """The resource at `/`."""
        return cast("apigateway.IResource", noting(super().root, "/", self._ledger, keyed_by_default=True))

    @property
    def cors(self) -> CorsPolicy:
        """What browsers may do."""
        return self._cors

    @property
    def clients(self) -> dict[str, ApiClient]:
        """The clients added so far, by name."""
        return dict(self._clients)

    def add_client(
        self,
        name: str,
        *,
        rate_limit: float | None = None,
        burst_limit: int | None = None,
        quota: apigateway.QuotaSettings | None = None,
        plan: "apigateway.IUsagePlan | ApiClient | None" = None,
        api_key_value: str | SecretValue | None = None,
    ) -> ApiClient:
        """Let somebody call: make a key, and the usage plan that goes with it.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html

        Args:
            name: Who it is. Logical ids come from it alone.
            rate_limit: Requests a second, on average. Left out: the account's limit.
            burst_limit: Requests at once. Left out: the account's limit.
            quota: Requests in a day, week or month. Left out: none.
            plan: A plan, or a client, to share limits with, instead of a plan of its own. It has to cover the stage.
            api_key_value: A Secrets Manager reference, or a text of 20 to 128 characters that then stands in the
                template. Left out: API Gateway makes the value, and an output tells the command that prints it.

        Returns:
            The client, with its `plan` and `api_key`.

        Raises:
            ValueError: With all that is wrong: a name twice, limits beside a shared plan, a value that is no key.
        """
        stage = self._stage_if_any()
        problems = client_problems(
            name,
            stage=stage,
            taken=name in self._clients,
            rate_limit=rate_limit,
            burst_limit=burst_limit,
            quota=quota,
            plan=plan,
            api_key_value=api_key_value,
        )
        if problems:
            raise ValueError(f"add_client({name!r}): {'; '.join(problems)}")
        client = ApiClient(
            self,
            name,
            stage=stage,
            rate_limit=rate_limit,
            burst_limit=burst_limit,
            quota=quota,
            plan=plan,
            api_key_value=api_key_value,
        )
        self._clients[name] = client
        return client

    def _stage_if_any(self) -> apigateway.Stage | None:
        try:
            return self.deployment_stage
        except RuntimeError:  # jsii's: the CDK says that there always is one, and with deploy=False there is none
            return None


def _check_arguments(cors: Any, error_responses: Any, keys_managed_elsewhere: Any, props: dict[str, Any]) -> None:
    if not isinstance(cors, CorsPolicy):
        raise TypeError(f"cors takes a CorsPolicy, not {cors!r}: write {_as_policy(cors)}")
    if not isinstance(error_responses, ErrorResponses):
        raise TypeError(f"error_responses takes ErrorResponses, not {error_responses!r}: write ErrorResponses.AUTO")
    if not isinstance(keys_managed_elsewhere, bool):
        raise TypeError(f"keys_managed_elsewhere takes True or False, not {keys_managed_elsewhere!r}")
    if props.get("default_cors_preflight_options") is not None:
        raise TypeError(
            "CorsRestApi makes the preflights itself: leave default_cors_preflight_options out, and say what it said "
            f"in {_as_policy(props['default_cors_preflight_options'])}"
        )


def _as_policy(said: Any) -> str:
    """What to write for what was said in some other way."""
    named = said if isinstance(said, str | list | tuple) else getattr(said, "allow_origins", None)
    origins = [named] if isinstance(named, str) else list(named or ["https://app.example.com"])
    return f"cors=CorsPolicy(allow_origins={json.dumps(origins, default=repr)})"


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
