"""APIs of an OpenAPI document that stands in the app: a `SpecRestApi`, or bare CloudFormation with a `Body`."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.deployments import deploy_anew
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.resources import Ledger
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.spec.completion import SpecCompletion
from cors_constructs.cdk.spec.operations import operations_of
from cors_constructs.cdk.spec.routes import Routes
from cors_constructs.cdk.survey import survey
from cors_constructs.cdk.tree import identity
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.openapi import OpenApiError, load_document

_REMEDY = (
    "Give the document itself: CorsSpecRestApi(self, ..., cors=..., document=...), which takes a mapping, a file or a "
    "text"
)


class DocumentCompletion:
    """The completion of an API of a document; a `Step`.

    Args:
        api: The API, or a handle to it.
        cfn: Its resource.
        settings: What the app said about it.
        ledger: A ledger in which nothing is noted.
    """

    def __init__(
        self, api: apigateway.RestApiBase, cfn: apigateway.CfnRestApi, settings: Settings, ledger: Ledger
    ) -> None:
        self._api = api
        self._cfn = cfn
        self._settings = settings
        self._ledger = ledger
        self._names: list[str] = []
        self._inner: SpecCompletion | None = None

    def complete(self) -> Sequence[str]:
        """Patch the document, and say what is wrong."""
        entry_of(self._api).completed = True
        body = self._cfn.body
        problem = why_not_read(body, in_bucket=self._cfn.body_s3_location is not None)
        if problem is not None:
            return [f"{problem}. {_REMEDY}."]
        try:
            document = load_document(body)
        except OpenApiError as error:
            return error.problems
        self._names = operation_names(document)
        settings = only_for(self._settings, self._names)
        self._inner = SpecCompletion(
            self._api, settings, document, Routes(document), {}, responses_as_resources=False, resource=self._cfn
        )
        problems = self._inner.complete()
        found = survey(self._api, self._ledger)
        if found.bare_deployments:
            responses = [
                cfn for cfn in found.gateway_responses if identity(Stack.of(cfn)) == identity(Stack.of(self._cfn))
            ]
            said = [cfn.response_parameters for cfn in found.gateway_responses]
            changed = {"body": self._cfn.body, "file": self._cfn.body_s3_location, "errors": said}
            deploy_anew(found.bare_deployments, changed, responses)
        return problems

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed."""
        return [] if self._inner is None else self._inner.look_again()

    def names(self) -> list[str]:
        """The names of the API's operations, once it is completed."""
        return self._names


def why_not_read(body: Any, *, in_bucket: bool) -> str | None:
    """Why a document cannot be read here; None where it can."""
    if body is None:
        where = "a bucket, which is read at deployment" if in_bucket else "nowhere"
        return f"the API's document is in {where}, so EnableCors cannot change it"
    if not isinstance(body, Mapping):
        return "the API's document is a token, whose value only deployment knows, so EnableCors cannot change it"
    function = next((name for name in body if name == "Ref" or name.startswith("Fn::")), None)
    if function is not None:
        return f"only deployment knows the API's document ({function}), so EnableCors cannot change it"
    return None


def operation_names(document: dict[str, Any]) -> list[str]:
    """The operations of a document but OPTIONS, as methods are named."""
    paths = ((operation.name.partition(" ")[0], operation.path) for operation in operations_of(document))
    return sorted(f"{verb} {path.rstrip('/') or '/'}" for verb, path in paths)


def only_for(settings: Settings, names: Sequence[str]) -> Settings:
    """Settings without the names in `keyless` that are other APIs'."""
    return attrs.evolve(settings, keyless=Keyless(tuple(name for name in settings.keyless.names if name in names)))
