"""`CorsSpecRestApi`: a REST API of a document, or of routes, that asks for keys and lets browsers ask first."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.arguments import (
    check_cors,
    check_error_responses,
    check_flag,
    check_preflight,
    check_throttle,
)
from cors_constructs.cdk.branches import register_branch
from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.domains import add_aliases, check_hosted_zone
from cors_constructs.cdk.late import complete_at_synthesis
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.settings import Settings, Throttle
from cors_constructs.cdk.spec.completion import SpecCompletion
from cors_constructs.cdk.spec.integrations import Lambda, allow_invocation
from cors_constructs.cdk.spec.routes import Routes
from cors_constructs.cdk.spec.sources import read_source
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.with_clients import WithClients
from cors_constructs.cdk.with_functions import WithFunctions
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.layout import Preflight

# Each of these modules takes its time to import, and not every API needs them.
if TYPE_CHECKING:
    from aws_cdk.aws_lambda import IFunction
    from aws_cdk.aws_route53 import IHostedZone
    from aws_cdk.aws_s3_assets import Asset

_VERSION: Final = "3.0.1"


class CorsSpecRestApi(WithClients, WithFunctions, apigateway.SpecRestApi):
    """An API Gateway REST API of an OpenAPI document, whose operations need an API key, and whose preflights never do.

    It is a `SpecRestApi`, and one CloudFormation resource however many paths it has. At synthesis the document gets
    what `patch_openapi` gives it:

    - every operation but OPTIONS asks for an API key; one opts out by its name in `keyless`;
    - every path gets an OPTIONS, a MOCK without key or authorizer that answers what the policy says. One that the
      document has itself stays if it is open, and is an error if it is not;
    - the errors that API Gateway makes itself carry the policy's headers, and so do the answers of integrations that
      are no proxies. Of several origins a response template chooses one; a warning tells where there is none;
    - an operation that needs a key nobody can have is an error.

    All else in the document stays as it is. Operations can be added to it, or to nothing, by `add_routes`. A document
    too large for a template is uploaded as an asset.

    Args:
        scope: Where the construct goes.
        id: Its name there.
        cors: What browsers may do.
        document: OpenAPI 3.0 or 3.1, or Swagger 2.0: a mapping, the path of a JSON or YAML file, or such text. Left
            out: `api_definition` has it, or the API starts without operations.
        api_definition: The same as the CDK's `SpecRestApi` takes it, or an `Asset`. What lies in a bucket already
            cannot be read, and is refused.
        keyless: The operations that need no key, by name: `["GET /health"]`. Left out: all need one. A name that is no
            operation of the API is an error at synthesis.
        error_responses: What pages may learn of errors that API Gateway makes itself. Left out: as much as API
            Gateway can tell them safely; see `ErrorResponses`.
        keys_managed_elsewhere: Say True where usage plans and keys are made in another app, or by hand. Left out:
            operations that need a key without a plan that covers a stage of this API are an error at synthesis.
        preflight: Who answers the preflights. Left out: each path for itself; see `Preflight`.
        preflight_throttle: How many preflights each path takes. Left out: as many as the stage lets through.
        gateway_responses_as_resources: Say True to have the gateway's errors as CloudFormation resources as well, for
            tools that do not read them in a document. Left out: the document alone has them.
        hosted_zone: Where alias records for the API's `domain_name` go. Left out: none are made.
        **spec_rest_api_props: Any property of `aws_cdk.aws_apigateway.SpecRestApi`.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no operation's name, the document cannot be read before deployment, or
            `hosted_zone` is not the domain's.
        OpenApiError: There is no such file, or it holds no document. What is wrong within a document is an error at
            synthesis.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        cors: CorsPolicy,
        document: Mapping[str, Any] | str | Path | None = None,
        api_definition: "apigateway.ApiDefinition | Asset | None" = None,
        keyless: Iterable[str] = (),
        error_responses: ErrorResponses = ErrorResponses.AUTO,
        keys_managed_elsewhere: bool = False,
        preflight: Preflight = Preflight.PER_RESOURCE,
        preflight_throttle: Throttle | None = None,
        gateway_responses_as_resources: bool = False,
        hosted_zone: "IHostedZone | None" = None,
        **spec_rest_api_props: Any,
    ) -> None:
        check_cors(cors)
        check_error_responses(error_responses)
        check_flag("keys_managed_elsewhere", keys_managed_elsewhere)
        check_preflight(preflight)
        check_throttle(preflight_throttle)
        check_flag("gateway_responses_as_resources", gateway_responses_as_resources)
        check_hosted_zone(hosted_zone, spec_rest_api_props.get("domain_name"))
        named = Keyless.parse(keyless)
        given = read_source(document, api_definition)
        # The document is put in at synthesis, when it is all there.
        placeholder = {"openapi": _VERSION}
        inline = apigateway.ApiDefinition.from_inline(placeholder)
        super().__init__(scope, id, api_definition=inline, **spec_rest_api_props)
        self._cors = cors
        self._clients: dict[str, ApiClient] = {}
        self._routes = Routes(given)
        self._allowed: set[str] = set()
        if hosted_zone is not None:
            add_aliases(self, hosted_zone, spec_rest_api_props["domain_name"])
        settings = Settings(
            policy=cors,
            keyless=named,
            error_responses=error_responses,
            keys_managed_elsewhere=keys_managed_elsewhere,
            preflight=preflight,
            preflight_throttle=preflight_throttle,
        )
        entry = entry_of(self)
        entry.owner, entry.settings = type(self).__name__, settings
        step = SpecCompletion(
            self,
            settings,
            _empty(spec_rest_api_props.get("rest_api_name") or id) if given is None else given,
            self._routes,
            self._clients,
            gateway_responses_as_resources,
            placeholder=placeholder,
        )
        complete_at_synthesis(self, step)

    def add_routes(
        self,
        *,
        path: str,
        integration: "IFunction | str | Mapping[str, Any]",
        methods: Iterable[str] = ("ANY",),
        security: Sequence[Mapping[str, Sequence[str]]] = (),
    ) -> None:
        """Add operations at a path, after those of the document.

        A Lambda function gets one permission for all of the API's routes, not two for each, as in a
        `LambdaIntegration`: resource policies of functions are limited in size.

        Args:
            path: The path: `/users/{id}`, or `/files/{proxy+}` for all that is below `/files`.
            integration: What answers: a Lambda function (an alias, a version or an imported one will do), which gets
                the request as it is; a URL, such as `https://backend.example.com/users/{id}`, whose variables are the
                path's; or a mapping as `x-amazon-apigateway-integration` has it, which is taken as it is, and whose
                operation declares the parameters, statuses and headers that it maps.
            methods: The operations, by verb. Left out: `ANY`, all that are not there by themselves. Refused: OPTIONS,
                which is made of the policy.
            security: What the operations ask for besides a key, as in OpenAPI: `[{"users": []}]`, by the names of the
                document's security schemes. Left out: nothing.

        Raises:
            ValueError: With all that is wrong; nothing is added then. Besides what cannot be right by itself: an
                operation that is there already, a variable of another name in the same place of another path, and an
                API that has been synthesized already.
        """
        if entry_of(self).completed:
            raise ValueError(f"add_routes({path!r}) comes too late: {self.node.path} has been synthesized already")
        for route in self._routes.add(path, methods, integration, security):
            if isinstance(route.integration, Lambda):
                self._allow(route.integration.function)

    def cors_for(self, path: str, policy: CorsPolicy) -> None:
        """Give a path, and all below it, a policy of their own.

        Of several policies above a path the nearest counts, and it alone.

        Args:
            path: The top of the branch, such as `/admin`; not the root, whose policy is the API's. Where no operation
                is at it or below it, that is an error at synthesis.
            policy: What browsers may do there: `api.cors.evolve(...)` keeps whatever else the API's policy says.

        Raises:
            TypeError: It is no path, or no policy.
            ValueError: It is the root, it has another policy already, or the API has been synthesized.
        """
        register_branch(self, path, policy)

    def _allow(self, function: "IFunction") -> None:
        known = identity(function)
        if known not in self._allowed:
            self._allowed.add(known)
            allow_invocation(self, function)


def _empty(title: str) -> dict[str, Any]:
    return {"openapi": _VERSION, "info": {"title": title, "version": "1.0"}, "paths": {}}
