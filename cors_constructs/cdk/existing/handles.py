"""Handles to APIs: those that stand for bare CloudFormation, and imported ones, whose API is made elsewhere."""

from collections.abc import Sequence
from typing import Final

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.completion import Completion
from cors_constructs.cdk.deploying import enter_everything
from cors_constructs.cdk.references import target_of
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.warnings import warn

IMPORTED_WARNING: Final = "cors-constructs:imported-api"

# No construct of the CDK's has this name below an API.
_NAME: Final = "(Cors)"


def handle_of(cfn: apigateway.CfnRestApi) -> apigateway.RestApiBase:
    """What lets a bare API be read, and added to, as the CDK's own are."""
    found = cfn.node.try_find_child(_NAME)
    if isinstance(found, apigateway.RestApiBase):
        return found
    made = apigateway.RestApi.from_rest_api_attributes(
        cfn, _NAME, rest_api_id=cfn.ref, root_resource_id=cfn.attr_root_resource_id
    )
    assert isinstance(made, apigateway.RestApiBase)  # noqa: S101 - the CDK's types say less than it gives
    return made


def is_of_this_stack(api: apigateway.RestApiBase) -> bool:
    """Whether a handle is to an API that its own stack makes."""
    meant = target_of(api.rest_api_id)
    return meant is not None and identity(Stack.of(meant)) == identity(Stack.of(api))


@attrs.define
class HandleCompletion(Completion):
    """The completion of an imported API, as far as methods are added to it in this app; a `Step`."""

    def complete(self) -> Sequence[str]:
        """Make what is missing, say what is wrong, and what cannot be changed from here."""
        problems = super().complete()
        if self.names():
            enter_everything(self._api, self._ledger)
        if target_of(self._api.rest_api_id) is None:
            self._warn()
        return problems

    def _warn(self) -> None:
        warn(
            self._api,
            IMPORTED_WARNING,
            "This API is made elsewhere: the methods that it has there, and its gateway's errors, cannot be changed "
            "from here, and EnableCors completes only what this app adds to it. Apply EnableCors where the API is "
            "made; to have a Deployment made for what is added here, write CorsRestApi.from_attributes(..., cors=...).",
        )
