"""The last step of building an API of a document: once its routes are all there, the document is patched and placed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.branches import idle_branches
from cors_constructs.cdk.calls import Call
from cors_constructs.cdk.clients import ApiClient
from cors_constructs.cdk.completion import enter_deployment
from cors_constructs.cdk.errors import add_headers, carry_headers, warn_of_opaque_errors
from cors_constructs.cdk.keys import some, unreachable, warn_of_key_only
from cors_constructs.cdk.preflights import (
    joined,
    warn_of_patterns,
    warn_of_withheld_authorization,
    withholds_authorization,
)
from cors_constructs.cdk.registry import entry_of, shares_policy
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.spec.answers import warn_of_unreadable
from cors_constructs.cdk.spec.body import put_body
from cors_constructs.cdk.spec.integrations import uri_of
from cors_constructs.cdk.spec.operations import Operation, calls_in, operations_of, preflights_of
from cors_constructs.cdk.spec.routes import Routes
from cors_constructs.cdk.spec.values import first_null_item
from cors_constructs.cdk.survey import Survey, survey
from cors_constructs.cdk.throttles import stages_of, throttle_preflights
from cors_constructs.cdk.warnings import warn
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.errors import error_headers_of, opaque_of
from cors_constructs.render.openapi import OpenApiError, patched

LOST_WARNING: Final = "cors-constructs:gateway-response-beside-the-document"
NULL_WARNING: Final = "cors-constructs:null-left-out"

_KEY_SOURCE: Final = "x-amazon-apigateway-api-key-source"


@attrs.define
class SpecCompletion:
    """The completion of one API; a `Step`.

    Args:
        api: The API.
        settings: What the app said about it.
        document: The document that it starts from.
        routes: The routes that were added; they may still grow.
        clients: The API's own clients, likewise.
        responses_as_resources: Whether the gateway responses are made as CloudFormation resources as well.
        resource: The API's, where it is not its default child.
        placeholder: What stands in the API until then, where that is no document of the app's.
    """

    _api: apigateway.RestApiBase
    _settings: Settings
    _document: dict[str, Any]
    _routes: Routes
    _clients: Mapping[str, ApiClient]
    _responses_as_resources: bool
    _resource: apigateway.CfnRestApi | None = None
    _placeholder: Mapping[str, Any] | None = None
    _found: Survey | None = attrs.field(default=None, init=False)
    _made: Sequence[IConstruct] = attrs.field(default=(), init=False)

    def complete(self) -> Sequence[str]:
        """Patch the document, put it into the API, and say what is wrong."""
        entry = entry_of(self._api)
        entry.completed = True
        policies = PolicyTree(self._settings.policy, entry.branches)
        self._found = self._survey()
        whole = self._routes.into(self._document, lambda function: uri_of(function, self._api))
        paths = {operation.path for operation in operations_of(whole)}
        problems = [*self._overwritten(), *_made_as_resources(self._found), *idle_branches(policies, paths)]
        try:
            document = self._patched(whole, policies, idle=policies.idle(paths))
        except OpenApiError as error:
            return [*problems, *error.problems]
        except ValueError as error:  # more origins than a template takes
            return [*problems, str(error)]
        self._warn_of_nulls(document)
        return [
            *problems,
            *self._operations(document, policies),
            *self._gateway_responses(self._found, policies),
            *self._throttle(document),
            *self._share(document, policies),
            *put_body(self._api, self._cfn, document),
        ]

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed."""
        if self._found is None:
            return []
        now = self._survey()
        late = len(now.gateway_responses) - len(self._found.gateway_responses) - len(self._made)
        known = {name for name, _ in _methods(self._found)}
        return [
            *_made_as_resources(now, known),
            *([f"{late} gateway responses came too late to get CORS headers: add them earlier."] if late > 0 else []),
        ]

    @property
    def _cfn(self) -> apigateway.CfnRestApi:
        return self._resource or cast("apigateway.CfnRestApi", self._api.node.default_child)

    def _overwritten(self) -> list[str]:
        """A sentence where somebody wrote a document into the API, which is about to be replaced."""
        cfn = self._cfn
        if self._placeholder is None or (cfn.body == self._placeholder and cfn.body_s3_location is None):
            return []
        return [
            f"{cfn.node.path} was given a body or a bodyS3Location of its own, by an escape hatch or an aspect, and "
            "the document that is put together here would replace it: write document=..., or api.add_routes(...)."
        ]

    def _survey(self) -> Survey:
        # Nothing is noted: no resource of this API does that.
        return survey(self._api, Ledger(self._settings.keyless.needs_key, _nobody, _nobody, scopes_by_default=False))

    def _patched(self, whole: dict[str, Any], policies: PolicyTree, *, idle: Collection[str]) -> dict[str, Any]:
        settings = self._settings
        done = patched(
            whole,
            settings.policy,
            require_api_key=settings.require_api_key,
            keyless=settings.keyless.names,
            error_responses=settings.error_responses,
            preflight=settings.preflight,
            branches={top: policy for top, policy in policies.branches.items() if top not in idle},
            join=joined,
        )
        warn_of_unreadable(self._api, done)
        return done.document

    def _operations(self, document: dict[str, Any], policies: PolicyTree) -> list[str]:
        """Tell of keys and guards what there is to tell."""
        operations = list(operations_of(document))
        keyed = [operation for operation in operations if operation.keyed]
        problems: list[str] = []
        if str(document.get(_KEY_SOURCE, "")).upper() == "AUTHORIZER":
            problems += _without_key_source(keyed)
        own_plan = any(client.has_own_plan for client in self._clients.values())
        if self._found is not None and not self._settings.keys_managed_elsewhere and not own_plan:
            problems += unreachable(self._api, [operation.name for operation in keyed], self._found.usage_plans)
        warn_of_key_only(self._api, keyed)
        for operation in operations:
            if operation.guarded and withholds_authorization(policies.at(operation.path)):
                warn_of_withheld_authorization(self._api, operation.name, operation.authorization)
                break
        warn_of_patterns(self._api, policies)
        return problems

    def _share(self, document: dict[str, Any], policies: PolicyTree) -> Sequence[str]:
        """Let functions send the policies' headers, as the app asked for it."""
        if not shares_policy(self._api, self._settings):
            return []
        from cors_constructs.cdk.handover import hand_over  # noqa: PLC0415 - only those who share need it

        base = _base_path(self._cfn)
        if base is not None and policies.branches:
            return [
                f"functions find the policy of a branch by the path, and with the import parameter basepath={base!r} "
                "those are not the document's: write its base path into its paths and leave the parameter out, or "
                "share each policy with functions of its own, by CorsRuntime.share(policy, function)."
            ]
        calls = [Call(name, uri) for name, uri in calls_in(document)]
        return hand_over(self._api, self._settings, policies, lambda: calls)

    def _gateway_responses(self, found: Survey, policies: PolicyTree) -> list[str]:
        """Put the policies' headers on gateway responses that are resources; the document carries its own."""
        mode, headers = self._settings.error_responses, error_headers_of(policies.all(), self._settings.error_responses)
        if self._responses_as_resources:
            headers, self._made, problems = carry_headers(self._api, found, policies.all(), mode)
        else:
            problems = [problem for cfn in found.gateway_responses for problem in add_headers(self._api, cfn, headers)]
            if opaque_of(policies.all(), mode):
                warn_of_opaque_errors(self._api, several=len(policies.all()) > 1)
        if self._cfn.mode != "merge":
            self._warn_of_loss(found.gateway_responses)
        if found.gateway_responses or self._made:
            enter_deployment(self._api, found, {"errors": headers}, self._made)
        return problems

    def _warn_of_loss(self, responses: Sequence[apigateway.CfnGatewayResponse]) -> None:
        """https://github.com/aws/aws-cdk/issues/28652."""
        for cfn in responses:
            warn(
                self._api,
                f"{LOST_WARNING}:{cfn.response_type}",
                f"{cfn.node.path} is a gateway response beside the document, and API Gateway drops it whenever the "
                "document is imported anew. Write it into the document, as x-amazon-apigateway-gateway-responses: "
                f'{{"{cfn.response_type}": {{...}}}}, or have documents merged: mode=RestApiMode.MERGE.',
            )

    def _warn_of_nulls(self, document: dict[str, Any]) -> None:
        """CloudFormation refuses null in a template, and the CDK leaves it out."""
        place = first_null_item(document)
        if place is not None:
            warn(
                self._api,
                NULL_WARNING,
                f"{place} has a null among its values, which no template can hold, so it is left out. Where it is a "
                'value that callers may send, allow for it beside the list: anyOf: [{enum: [...]}, {type: "null"}].',
            )

    def _throttle(self, document: dict[str, Any]) -> list[str]:
        throttle = self._settings.preflight_throttle
        if throttle is None:
            return []
        base = _base_path(self._cfn)
        if base is not None:
            return [
                f"preflight_throttle is set by paths, and with the import parameter basepath={base!r} those are not "
                "the document's: write its base path into its paths and leave the parameter out, or leave "
                "preflight_throttle out and set OPTIONS in deploy_options.method_options."
            ]
        return throttle_preflights(stages_of(self._api), preflights_of(document), throttle)


def _base_path(cfn: apigateway.CfnRestApi) -> str | None:
    """How an import puts a document's base path before its paths; None where it does not.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html
    """
    parameters = Stack.of(cfn).resolve(cfn.parameters)
    said = parameters.get("basepath", "ignore") if isinstance(parameters, dict) else "ignore"
    return None if said == "ignore" else str(said)


def _nobody(_: str) -> None:
    """Is told nothing."""


def _methods(found: Survey) -> list[tuple[str, str]]:
    """The methods that are resources, each with its construct's path and its name."""
    return [(site.cfn.node.path, site.name) for route in found.routes for site in route.methods.values()]


def _made_as_resources(found: Survey, known: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """A sentence for each method that is a resource of its own: an import replaces all that there is."""
    return [
        f"{name}, at {path}, is a resource beside the document, and API Gateway drops it whenever the document is "
        "imported anew, its preflight with it: write it into the document, or, for a CorsSpecRestApi, "
        "write api.add_routes(path=..., methods=[...], integration=...)."
        for path, name in _methods(found)
        if path not in known
    ]


def _without_key_source(keyed: Sequence[Operation]) -> list[str]:
    """A sentence where keys come from an authorizer and operations have none that could give one.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
    """
    lacking = [operation.name for operation in keyed if operation.authorization != "CUSTOM"]
    if not lacking:
        return []
    return [
        f"{some(lacking)} an API key from an authorizer ({_KEY_SOURCE}: AUTHORIZER) and no Lambda authorizer guards "
        "them, so every call would get 403. Give them one that returns usageIdentifierKey, or leave "
        f"{_KEY_SOURCE} out of the document."
    ]
