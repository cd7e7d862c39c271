"""APIs of SAM, `aws_sam.CfnApi`: SAM's own translator makes them at deployment, and here it is told what to make.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_sam as sam

from cors_constructs.cdk.calls import Call
from cors_constructs.cdk.errors import warn_of_opaque_errors
from cors_constructs.cdk.existing.document_apis import only_for, operation_names, why_not_read
from cors_constructs.cdk.existing.sam_events import Event, events_of, may_have_globals, properties_of
from cors_constructs.cdk.existing.sam_properties import add_error_headers, cors_of, for_sam, throttles
from cors_constructs.cdk.keys import planned, some, warn_of_key_only, warn_of_keyed_anyway
from cors_constructs.cdk.preflights import joined, warn_of_patterns
from cors_constructs.cdk.registry import entry_of, shares_policy
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.spec.answers import warn_of_unreadable
from cors_constructs.cdk.spec.operations import calls_in, operations_of, preflights_of
from cors_constructs.cdk.warnings import warn
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.errors import opaque_of
from cors_constructs.render.openapi import OpenApiError, patched

PLAN_WARNING: Final = "cors-constructs:sam-usage-plan"


class SamCompletion:
    """The completion of a SAM API; a `Step`.

    One that has a document gets it patched. Of one whose methods are events of functions SAM itself writes the
    document, so it is told by the properties that it has for CORS, keys and errors.

    Args:
        api: The API.
        settings: What the app said about it.
    """

    def __init__(self, api: sam.CfnApi, settings: Settings) -> None:
        self._api = api
        self._settings = settings
        self._names: list[str] = []

    def complete(self) -> Sequence[str]:
        """Tell SAM what to make, and say what is wrong."""
        entry = entry_of(self._api)
        entry.completed = True
        policies = PolicyTree(self._settings.policy, entry.branches)
        given = properties_of(self._api)
        has_document = "definitionBody" in given or "definitionUri" in given
        problems = self._document(given, policies) if has_document else self._events(given, policies)
        warn_of_patterns(self._api, policies)
        if opaque_of(policies.all(), self._settings.error_responses):
            warn_of_opaque_errors(self._api, several=len(policies.all()) > 1)
        return problems

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed: nothing that could be seen."""
        return []

    def names(self) -> list[str]:
        """The names of the API's methods, once it is completed."""
        return self._names

    def _document(self, given: Mapping[str, Any], policies: PolicyTree) -> list[str]:
        body, settings = given.get("definitionBody"), self._settings
        problem = why_not_read(body, in_bucket="definitionUri" in given)
        if problem is not None:
            return [f"{problem}. Give the document itself, definition_body={{...}}, or write a CorsSpecRestApi."]
        self._names = operation_names(body or {})
        try:
            done = patched(
                body or {},
                settings.policy,
                require_api_key=settings.require_api_key,
                keyless=only_for(settings, self._names).keyless.names,
                error_responses=settings.error_responses,
                preflight=settings.preflight,
                branches=policies.branches,
                join=joined,
            )
        except OpenApiError as error:
            return list(error.problems)
        document = done.document
        warn_of_unreadable(self._api, done)
        self._api.definition_body = for_sam(document)
        self._api.cors = None  # the document has what this would say otherwise
        # With a document, what SAM would add are keys to all of it.
        self._tell(ApiKeyRequired=False if settings.require_api_key else None)
        keyed = [operation for operation in operations_of(document) if operation.keyed]
        default = _default_authorizer(given)
        self._look_at_keys([_Keyed(it.name, guarded=it.guarded or default is not None) for it in keyed])
        return [
            *add_error_headers(self._api, given, policies.all(), settings.error_responses, defaults=False),
            *throttles(self._api, given, preflights_of(document), settings.preflight_throttle),
            *self._share([Call(name, uri) for name, uri in calls_in(document)], policies),
        ]

    def _events(self, given: Mapping[str, Any], policies: PolicyTree) -> list[str]:
        settings, events = self._settings, events_of(self._api)
        working = [event for event in events if event.verb != "OPTIONS"]
        self._names = sorted(event.name for event in working)
        verbs = {event.verb for event in working} if may_have_globals(self._api) else set()
        cors, problems = cors_of(settings.policy, verbs)
        if policies.branches:
            problems.append("SAM gives all of an API one policy: leave cors_for out, or give the API a definition_body")
        if problems:
            return problems
        self._api.cors = cors
        self._tell(ApiKeyRequired=True if settings.require_api_key else None)
        keyed = [event for event in working if self._keyed(event)]
        default = _default_authorizer(given)
        self._look_at_keys([_Keyed(it.name, guarded=(it.authorizer or default) not in {None, "NONE"}) for it in keyed])
        paths = list(dict.fromkeys(event.path for event in events))
        return [
            *add_error_headers(self._api, given, policies.all(), settings.error_responses, defaults=True),
            *throttles(self._api, given, paths, settings.preflight_throttle),
            *self._share(
                [Call(it.name, source=it.source) for it in working if isinstance(it.source, sam.CfnFunction)], policies
            ),
        ]

    def _share(self, calls: Sequence[Call], policies: PolicyTree) -> Sequence[str]:
        """Let functions send the policy's headers, as the app asked for it."""
        if not shares_policy(self._api, self._settings):
            return []
        from cors_constructs.cdk.handover import hand_over  # noqa: PLC0415 - only those who share need it

        return hand_over(self._api, self._settings, policies, lambda: calls)

    def _keyed(self, event: Event) -> bool:
        """Have an event ask for a key, or not, as the settings say."""
        if not self._settings.require_api_key:
            return False
        needed = self._settings.keyless.needs_key(event.verb, event.path)
        if needed and event.says_no_key:
            warn_of_keyed_anyway(self._api, event.name)
        if event.says_no_key is needed:
            event.source.add_property_override(f"Events.{event.key}.Properties.Auth.ApiKeyRequired", needed)
        return needed

    def _tell(self, **auth: bool | None) -> None:
        """Set what is said of keys and authorizers; the CDK's `AuthProperty` does not have all of it."""
        flags = {"AddApiKeyRequiredToCorsPreflight": False, "AddDefaultAuthorizerToCorsPreflight": False, **auth}
        for name, value in flags.items():
            if value is not None:
                self._api.add_property_override(f"Auth.{name}", value)

    def _look_at_keys(self, keyed: Sequence["_Keyed"]) -> None:
        warn_of_key_only(self._api, keyed)
        nodes = self._api.node.root.node.find_all()
        plans = [node for node in nodes if isinstance(node, apigateway.CfnUsagePlan)]
        if keyed and not self._settings.keys_managed_elsewhere and not planned(self._api.ref, plans):
            warn(
                self._api,
                PLAN_WARNING,
                f"{some([site.name for site in keyed])} an API key, and no UsagePlan of this app covers a stage of "
                "this API. SAM makes one where it is told to, which cannot be seen from here: "
                'api.add_property_override("Auth.UsagePlan", {"CreateUsagePlan": "PER_API"}). Where that is done, or '
                "the plan is made elsewhere, say keys_managed_elsewhere=True; otherwise every call gets 403.",
            )


@attrs.frozen
class _Keyed:
    """A method that asks for a key."""

    name: str
    guarded: bool


def _default_authorizer(given: Mapping[str, Any]) -> str | None:
    auth = given.get("auth")
    return auth.get("defaultAuthorizer") if isinstance(auth, Mapping) else None
