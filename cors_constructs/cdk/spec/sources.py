"""Where an API's OpenAPI document is read: a mapping, a text, a file, or what the CDK's `SpecRestApi` takes."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import App, Stack, Stage
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.render.openapi import load_document

if TYPE_CHECKING:  # each of the CDK's modules takes its time to import
    from aws_cdk.aws_s3_assets import Asset

_ADVICE: Final = "give the file itself: document=Path(...), or ApiDefinition.from_asset(...)"


def read_source(document: Any, api_definition: Any) -> dict[str, Any] | None:
    """The document that an API starts from; None where it starts from its routes alone.

    Args:
        document: A mapping, a path, or JSON or YAML text; None where there is none.
        api_definition: An `ApiDefinition` or an `Asset`; None where there is none.

    Raises:
        TypeError: Both are given, or one is of the wrong kind.
        ValueError: It cannot be read before deployment.
        OpenApiError: There is no such file, or it holds no document.
    """
    if document is None and api_definition is None:
        return None
    if document is not None and api_definition is not None:
        raise TypeError("document and api_definition both say what the API is: give one of them")
    if document is not None:
        if isinstance(document, apigateway.ApiDefinition) or _is_asset(document):
            raise TypeError(f"document takes a mapping, a path or a text, not {document!r}: write api_definition=...")
        return load_document(document)
    if _is_asset(api_definition):
        return _of_asset(api_definition)
    if not isinstance(api_definition, apigateway.ApiDefinition):
        raise TypeError(
            f"api_definition takes an ApiDefinition or an Asset, not {api_definition!r:.200}: write "
            "ApiDefinition.from_asset(...), or document=... for a mapping, a path or a text"
        )
    return _of_definition(api_definition)


def _is_asset(value: Any) -> bool:
    """Whether it is an `Asset`. Who has one has its module loaded."""
    return any((kind.__module__, kind.__name__) == ("aws_cdk.aws_s3_assets", "Asset") for kind in type(value).__mro__)


def _of_definition(definition: apigateway.ApiDefinition) -> dict[str, Any]:
    """What a definition defines, bound in an app of its own: in the user's it would leave an asset behind."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(App(outdir=folder, auto_synth=False, analytics_reporting=False), "Stack")
        try:
            bound = definition.bind(stack)
        except RuntimeError as error:  # jsii's
            raise ValueError(f"api_definition cannot be read: {_first_line(error)}; {_ADVICE}") from None
        if bound.inline_definition is not None:
            return load_document(bound.inline_definition)
        asset = stack.node.try_find_child("APIDefinition")
        if asset is None:
            raise ValueError(
                "api_definition is in a bucket, or belongs to another API already, and cannot be read before "
                f"deployment: {_ADVICE}"
            )
        return _of_asset(asset)


def _of_asset(asset: "Asset | Any") -> dict[str, Any]:
    stage = Stage.of(asset)
    path = Path(stage.asset_outdir if stage else "", asset.asset_path)
    if asset.is_zip_archive or not path.is_file():
        raise ValueError(f"{asset.node.path} is a folder or an archive, and an OpenAPI document is one file: {_ADVICE}")
    return load_document(path)


def _first_line(error: RuntimeError) -> str:
    return str(error).strip().partition("\n")[0]
