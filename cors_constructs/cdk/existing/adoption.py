"""APIs that exist already: what is said about each of them, once, and who completes it."""

from collections.abc import Sequence
from typing import Any, Final, Protocol, cast

import attrs
import jsii
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_sam as sam
from constructs import Construct, IConstruct, IValidation

from cors_constructs.cdk.completion import Completion
from cors_constructs.cdk.existing.bare_apis import BareCompletion
from cors_constructs.cdk.existing.disputes import dispute
from cors_constructs.cdk.existing.document_apis import DocumentCompletion
from cors_constructs.cdk.existing.handles import HandleCompletion, is_of_this_stack
from cors_constructs.cdk.existing.sam_apis import SamCompletion
from cors_constructs.cdk.late import Step, complete_at_synthesis
from cors_constructs.cdk.registry import Entry, entry_of
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.shares import join
from cors_constructs.cdk.tree import identity
from cors_constructs.render import ErrorResponses

BY_DEFAULT: Final = "cors_by_default"


class Adoption(Step, Protocol):
    """The completion of an API that exists already."""

    def names(self) -> list[str]:
        """The names of the API's methods, once it is completed."""


def api_at(node: IConstruct) -> Construct | None:
    """The API that a construct is; None where it is anything else.

    The CloudFormation resource of one of the CDK's APIs stands for that. An imported handle to an API of the same stack
    stands for nothing: what is added through it is found with the API.
    """
    if isinstance(node, apigateway.RestApi | apigateway.SpecRestApi | sam.CfnApi):
        return node
    if isinstance(node, apigateway.RestApiBase):
        return None if entry_of(node).owner is None and is_of_this_stack(node) else node
    if not isinstance(node, apigateway.CfnRestApi):
        return None
    above = node.node.scope
    return above if isinstance(above, apigateway.RestApi | apigateway.SpecRestApi) else node


def adopt(api: Construct, settings: Settings, owner: str, said_at: str) -> None:
    """Have an API completed, unless somebody does that already.

    What `CorsRestApi` and its like say of themselves stays, without a word. What was said by default gives way to what
    is said of this API. Other than that, what is said differently is an error.

    Args:
        api: The API.
        settings: What is said about it.
        owner: Who says so: `EnableCors`, `cors_by_default`.
        said_at: Of what part of the app, as errors name it.
    """
    entry, known = entry_of(api), _ADOPTED.get(identity(api))
    entry.is_meant |= said_at == api.node.path
    if entry.owner is None:
        entry.owner, entry.settings = owner, settings
        adopted = _ADOPTED[identity(api)] = _Adopted(api, entry, said_at)
        if isinstance(api, apigateway.RestApiBase) and _is_imported(api):
            join(api)
        complete_at_synthesis(api, adopted)
        api.node.add_validation(adopted)
    elif known is None or entry.settings == settings or owner == BY_DEFAULT:
        return
    elif entry.owner == BY_DEFAULT and not entry.completed:
        entry.owner, entry.settings, known.said_at = owner, settings, said_at
    elif entry.settings is not None:
        known.dispute(dispute(api, (entry.settings, known.said_at), (settings, said_at)))


def names_of(api: IConstruct) -> list[str] | None:
    """The names of an API's methods; None as long as it is not completed, or where it was not adopted."""
    known = _ADOPTED.get(identity(api))
    return None if known is None else known.names()


def settings_of(api: IConstruct) -> Settings | None:
    """What is said about an API that was adopted; None where it was not."""
    return entry_of(api).settings if identity(api) in _ADOPTED else None


@jsii.implements(IValidation)
class _Adopted:
    """An API that was adopted; its completion is chosen when all of it is there.

    Attributes:
        said_at: Of what part of the app its settings were said.
    """

    def __init__(self, api: Construct, entry: Entry, said_at: str) -> None:
        self._api = api
        self._entry = entry
        self._inner: Adoption | None = None
        self._disputes: list[str] = []
        self.said_at = said_at

    def complete(self) -> Sequence[str]:
        """Make what is missing, and say what is wrong."""
        self._entry.completed = True
        self._inner = _completion(self._api, cast("Settings", self._entry.settings))
        return self._inner.complete()

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed."""
        return [] if self._inner is None else self._inner.look_again()

    def names(self) -> list[str] | None:
        """The names of its methods; None before it is completed."""
        return None if self._inner is None else self._inner.names()

    def dispute(self, problem: str) -> None:
        """Note what was said differently."""
        if problem not in self._disputes:
            self._disputes.append(problem)

    def validate(self) -> list[str]:
        """Tell what was said differently."""
        return self._disputes


def _completion(api: Construct, settings: Settings) -> Adoption:
    """How an API of its kind is completed."""
    # Nothing is noted: the API was there before.
    ledger = Ledger(settings.keyless.needs_key, _nobody, _nobody, scopes_by_default=False)
    if isinstance(api, sam.CfnApi):
        return SamCompletion(api, settings)
    if isinstance(api, apigateway.CfnRestApi):
        return BareCompletion(api, _with_key_source(settings, api), ledger)
    if isinstance(api, apigateway.SpecRestApi):
        return DocumentCompletion(api, cast("apigateway.CfnRestApi", api.node.default_child), settings, ledger)
    if isinstance(api, apigateway.RestApi):
        return Completion(api, _with_key_source(settings, api.node.default_child), ledger, checks_names=False)
    # What an API has in common, its errors and its plans, is the business of where it is made.
    settings = attrs.evolve(settings, error_responses=ErrorResponses.NONE, keys_managed_elsewhere=True)
    return HandleCompletion(cast("apigateway.RestApiBase", api), settings, ledger, checks_names=False)


def _with_key_source(settings: Settings, cfn: Any) -> Settings:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html."""
    return attrs.evolve(settings, keys_from_authorizer=getattr(cfn, "api_key_source_type", None) == "AUTHORIZER")


def _is_imported(api: apigateway.RestApiBase) -> bool:
    return not isinstance(api, apigateway.RestApi | apigateway.SpecRestApi)


def _nobody(_: str) -> None:
    """Is told nothing."""


_ADOPTED: Final[dict[str, _Adopted]] = {}
