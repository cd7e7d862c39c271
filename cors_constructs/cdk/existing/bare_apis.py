"""APIs that are bare CloudFormation, written by hand or brought in by `CfnInclude`."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.completion import Completion
from cors_constructs.cdk.existing.document_apis import DocumentCompletion
from cors_constructs.cdk.existing.handles import handle_of
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.warnings import add_child


class BareCompletion:
    """The completion of a bare API; a `Step`.

    It is done as for one of the CDK's, through a handle to it.

    Args:
        cfn: The API.
        settings: What the app said about it.
        ledger: A ledger in which nothing is noted.
    """

    def __init__(self, cfn: apigateway.CfnRestApi, settings: Settings, ledger: Ledger) -> None:
        self._cfn = cfn
        self._settings = settings
        self._ledger = ledger
        self._inner: Completion | DocumentCompletion | None = None

    def complete(self) -> Sequence[str]:
        """Make what is missing, and say what is wrong."""
        said = entry_of(self._cfn)
        said.completed = True
        before = {identity(node) for node in Stack.of(self._cfn).node.find_all()}
        handle = handle_of(self._cfn)
        add_child(handle)
        entry = entry_of(handle)
        entry.owner, entry.settings, entry.branches = said.owner, said.settings, said.branches
        entry.is_meant = said.is_meant
        self._inner = self._completion(handle)
        problems = self._inner.complete()
        _share_conditions([node for node in Stack.of(self._cfn).node.find_all() if identity(node) not in before])
        return problems

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed."""
        return [] if self._inner is None else self._inner.look_again()

    def names(self) -> list[str]:
        """The names of the API's methods, once it is completed."""
        return [] if self._inner is None else self._inner.names()

    def _completion(self, handle: apigateway.RestApiBase) -> Completion | DocumentCompletion:
        if self._cfn.body is not None or self._cfn.body_s3_location is not None:
            return DocumentCompletion(handle, self._cfn, self._settings, self._ledger)
        return Completion(handle, self._settings, self._ledger, checks_names=False)


def _share_conditions(made: Sequence[IConstruct]) -> None:
    """Give what was made the conditions of what it belongs to: else it would be made without that."""
    resources = [node for node in made if isinstance(node, CfnResource)]
    known = {identity(node) for node in resources}
    for resource in resources:
        above: Any = next(
            (
                node
                for node in reversed(resource.node.scopes)
                if isinstance(node, CfnResource) and identity(node) not in known
            ),
            None,
        )
        if above is not None and above.cfn_options.condition is not None:
            resource.cfn_options.condition = above.cfn_options.condition
