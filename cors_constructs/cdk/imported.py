"""`CorsRestApi.from_attributes`: what is added here to an API that is made in another stack, or another app."""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import attrs
from aws_cdk import Token, aws_iam
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.arguments import (
    check_cors,
    check_error_responses,
    check_flag,
    check_integration_permissions,
    check_preflight,
    check_throttle,
)
from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.completion import Completion
from cors_constructs.cdk.deploying import (
    deployment_around,
    enter_everything,
    goes_live,
    warn_of_no_stage,
    why_not_deployed_by,
)
from cors_constructs.cdk.keys import warn_of_keyed_anyway
from cors_constructs.cdk.late import complete_at_synthesis
from cors_constructs.cdk.preflights import warn_of_preflight_elsewhere
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger, noting
from cors_constructs.cdk.settings import IntegrationPermissions, Settings, Throttle
from cors_constructs.cdk.shares import join, maker_of
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.with_clients import WithClients
from cors_constructs.cdk.with_functions import WithFunctions
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.layout import Preflight

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
_STAGE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PATH: Final = re.compile(r"/|(/[^/\s]+)+")


class ImportedRestApi(WithClients, WithFunctions, apigateway.RestApiBase):
    """An API that is made in another stack or another app, as far as methods are added to it here.

    It is what `RestApi.from_rest_api_attributes` gives, an `IRestApi`, and more: what is added below its `root` gets
    what a `CorsRestApi` gives its methods. Every method but OPTIONS asks for a key, every resource that has a method
    gets an OPTIONS that answers what the policy says, and a Deployment is made that carries all of it, and is made
    anew whenever it changes. Resources of `Resource.from_resource_attributes(..., rest_api=api)` count as well.

    What the API has elsewhere cannot be changed from here: methods that exist already keep their keys, and their
    preflights. Several imports of one API, and the `CorsRestApi` that makes it, may be in one app, in stacks of their
    own or nested ones. Where they add methods to one path, one OPTIONS answers for all of them.

    Made by `CorsRestApi.from_attributes`.

    Args:
        scope: Where the construct goes.
        id: Its name there. What is below it has the logical ids that it has below the CDK's own import of that name.
        rest_api_id: The API's id. It may be a token: another API's `rest_api_id`, `Fn.import_value(...)`, a parameter.
        root_resource_id: The id of the resource that is to be `root` here: the API's `/`, or another one.
        cors: What browsers may do with the methods that are added here.
        path: The path of that resource. Left out: `/`. Names and warnings are right only if it is.
        keyless: The methods added here that need no key, by name: `["GET /health"]`. Left out: all need one.
        error_responses: What pages may learn of errors that API Gateway makes itself. Left out: nothing is made for
            that here. Gateway responses are the whole API's, and belong into the stack that makes it: a second one of a
            type, from another stack, is refused by API Gateway, or overwrites the first.
        keys_managed_elsewhere: Left out: usage plans and keys are taken to be where the API is made. With False,
            methods that need a key without a plan in this app that covers a stage of the API are an error.
        preflight: Who answers preflights. Left out: each path that has methods gets an OPTIONS of its own. With
            `Preflight.SHARED`, `/` and `/{proxy+}` of the API must be free for it.
        preflight_throttle: How many preflights each path lets through, on stages that are made in this app, as in
            `CorsRestApi`. Left out: the stage's and the account's limits.
        integration_permissions: How Lambda functions are allowed to be called, as in `CorsRestApi`.
        stage_name: The stage, which exists already, that is to show what is added here. Left out: the Deployment is
            made, and goes to no stage by itself: write `Stage(self, "Stage", deployment=api.deployment)`, or the like.
            A stage that does not exist is made, and then is nobody's resource.
        deploy: Say False where a Deployment is made elsewhere, and is told of this one by `deployed_by`. Left out: one
            is made here; or, where the API is made in this stack or in one that this is nested in and has a Deployment
            of its own, that one waits for all of this, and is made anew when it changes.
        retain_deployments: Whether replaced Deployments are kept. Left out: those that go to `stage_name` are, since
            API Gateway deletes none that a stage still shows, which is what this stack's end would ask for.
        rest_api_name: The API's name, for its metrics. Left out: the construct's name.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: With all that is wrong: an id that is empty, a path that is none, what contradicts itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        rest_api_id: str,
        root_resource_id: str,
        cors: CorsPolicy,
        path: str = "/",
        keyless: Iterable[str] = (),
        error_responses: ErrorResponses = ErrorResponses.NONE,
        keys_managed_elsewhere: bool = True,
        preflight: Preflight = Preflight.PER_RESOURCE,
        preflight_throttle: Throttle | None = None,
        integration_permissions: IntegrationPermissions = "method",
        stage_name: str | None = None,
        deploy: bool = True,
        retain_deployments: bool | None = None,
        rest_api_name: str | None = None,
    ) -> None:
        check_cors(cors)
        check_error_responses(error_responses)
        check_preflight(preflight)
        check_throttle(preflight_throttle)
        check_flag("keys_managed_elsewhere", keys_managed_elsewhere)
        check_flag("deploy", deploy)
        check_integration_permissions(integration_permissions)
        _check(
            _id_problems("rest_api_id", rest_api_id, "api.rest_api_id"),
            _id_problems("root_resource_id", root_resource_id, "api.rest_api_root_resource_id"),
            _path_problems(path),
            _stage_problems(stage_name, deploy=deploy, retain=retain_deployments),
        )
        named = Keyless.parse(keyless)
        settings = Settings(
            policy=cors,
            keyless=named,
            error_responses=error_responses,
            keys_managed_elsewhere=keys_managed_elsewhere,
            preflight=preflight,
            preflight_throttle=preflight_throttle,
            integration_permissions=integration_permissions,
        )
        maker = maker_of(rest_api_id)
        around = deployment_around(scope, maker) if deploy else None
        _check(_errors_problems(settings, maker), _around_problems(stage_name, around))
        self._rest_api_id, self._root_resource_id = rest_api_id, root_resource_id
        self._deployment: apigateway.Deployment | None = None
        self._stage_name = stage_name
        super().__init__(scope, id, rest_api_name=rest_api_name)
        self._cors = cors
        self._clients: dict[str, ApiClient] = {}
        self._ledger = Ledger(
            named.needs_key,
            functools.partial(warn_of_keyed_anyway, self),
            functools.partial(warn_of_preflight_elsewhere, self),
            scopes_by_default=False,
        )
        # It has the root's name, so that all below it has the logical ids that it had below the CDK's own import.
        root = apigateway.Resource.from_resource_attributes(
            self, "Default", rest_api=self, resource_id=root_resource_id, path=path
        )
        self._root = cast("apigateway.IResource", noting(root, path, self._ledger, keyed_by_default=False))
        entry = entry_of(self)
        entry.owner, entry.settings = "CorsRestApi.from_attributes", settings
        join(self)
        if around is not None:
            self._deployment = around
            entry.deployments.append(around)
        elif deploy:
            retain = stage_name is not None if retain_deployments is None else retain_deployments
            self._deployment = apigateway.Deployment(
                self, "Deployment", api=self, stage_name=stage_name, retain_deployments=retain
            )
        complete_at_synthesis(self, _Completion(self, settings, self._ledger, self._clients))

    @property
    def rest_api_id(self) -> str:
        """The API's id."""
        return self._rest_api_id

    @property
    def rest_api_root_resource_id(self) -> str:
        """The id of the resource that `root` is."""
        return self._root_resource_id

    @property
    def root(self) -> apigateway.IResource:
        """The resource that all is added below."""
        return self._root

    # The CDK asks for it with each resource, method and gateway response, and enters them into its hash.
    @property
    def latest_deployment(self) -> apigateway.Deployment | None:
        """The Deployment that waits for what is added here, as it is added."""
        return self._deployment

    @property
    def deployment(self) -> apigateway.Deployment | None:
        """The Deployment that carries what is added here, for a stage: `Stage(..., deployment=api.deployment)`.

        It is the one made here, or that of the API around, or the first that `deployed_by` told; None without any.
        """
        return self._deployment or next(iter(entry_of(self).deployments), None)

    @property
    def stage_name(self) -> str | None:
        """The stage that shows what is added here, where one was named."""
        return self._stage_name

    def deployed_by(self, deployment: apigateway.Deployment) -> None:
        """Have a Deployment wait for all that is added here, before this call or after it, and follow its changes.

        Where several stacks add to one API, it goes into a stack that may wait for all of them: one they are nested
        in, or one of its own that comes after them.

        Args:
            deployment: A Deployment of the same API, or of an import of it.

        Raises:
            TypeError: It is no Deployment.
            ValueError: It deploys another API, cannot wait for this stack, or it is too late.
        """
        problem = why_not_deployed_by(self, deployment)
        if problem is not None:
            raise ValueError(f"deployed_by: {problem}")
        known = [self._deployment, *entry_of(self).deployments]
        if not any(one is not None and identity(one) == identity(deployment) for one in known):
            entry_of(self).deployments.append(deployment)

    def add_to_resource_policy(self, statement: aws_iam.PolicyStatement) -> aws_iam.AddToResourcePolicyResult:  # noqa: ARG002 - the CDK's signature
        """Add nothing: the resource policy is the API's, and stands where that is made."""
        return aws_iam.AddToResourcePolicyResult(statement_added=False)


@attrs.define
class _Completion(Completion):
    """That of an import: Deployments that were not made for it know nothing of it yet."""

    def complete(self) -> Sequence[str]:
        """Make what is missing, and say what is wrong."""
        problems = super().complete()
        api = cast("ImportedRestApi", self._api)
        enter_everything(api, self._ledger)
        if api.deployment is not None and api.stage_name is None and not goes_live(api, api.deployment):
            warn_of_no_stage(api)
        return problems


def _check(*problems: Sequence[str]) -> None:
    found = [problem for some in problems for problem in some]
    if found:
        raise ValueError(f"CorsRestApi.from_attributes: {'; '.join(found)}")


def _id_problems(name: str, value: Any, example: str) -> list[str]:
    if isinstance(value, str) and value.strip() == value and value:
        return []
    return [f"{name}={value!r} is no id: write that of an API's own, such as {example}"]


def _path_problems(path: Any) -> list[str]:
    if isinstance(path, str) and _PATH.fullmatch(path):
        return []
    return [f'path={path!r} is not the path of a resource: write one such as "/v1"']


def _stage_problems(stage_name: Any, *, deploy: bool, retain: Any) -> list[str]:
    problems = []
    if stage_name is not None:
        known = isinstance(stage_name, str) and not Token.is_unresolved(stage_name)
        if not isinstance(stage_name, str) or (known and not _STAGE_NAME.fullmatch(stage_name)):
            problems.append(
                f'stage_name={stage_name!r} is no name of a stage, which has letters, digits, "_" and "-": write one '
                'such as "prod"'
            )
        if not deploy:
            problems.append("stage_name says where the Deployment goes, and deploy=False makes none: leave one out")
    if retain is not None and not isinstance(retain, bool):
        problems.append(f"retain_deployments={retain!r} is neither True nor False: leave it out, or write one of them")
    elif retain is not None and not deploy:
        problems.append("retain_deployments is about the Deployment, and deploy=False makes none: leave one out")
    return problems


def _errors_problems(settings: Settings, maker: apigateway.RestApiBase | None) -> list[str]:
    theirs = None if maker is None else entry_of(maker).settings
    if maker is None or theirs is None or ErrorResponses.NONE in {settings.error_responses, theirs.error_responses}:
        return []
    return [
        f"{maker.node.path} makes the API's gateway responses, and a second one of a type is refused: leave "
        "error_responses out"
    ]


def _around_problems(stage_name: str | None, around: apigateway.Deployment | None) -> list[str]:
    if stage_name is None or around is None:
        return []
    return [
        f"{around.node.path} carries what is added here, to the stages that it has: leave stage_name={stage_name!r} out"
    ]
