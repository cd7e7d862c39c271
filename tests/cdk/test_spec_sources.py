"""Where documents come from: what the CDK's `SpecRestApi` takes, and what cannot be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets

from .specs import DOCUMENT, body_in, spec_api
from .synthesis import Template, synthesize_app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def test_an_asset_of_the_apps_own_is_read(file: Path) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Stack")
        spec_api(stack, api_definition=assets.Asset(stack, "Definition", path=str(file)))

    assert body_in(synthesize_app(build)["Stack"])["info"] == DOCUMENT["info"]


def test_a_definition_leaves_no_asset_behind(file: Path, tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "cdk.out"), tree_metadata=False)
    stack = Stack(app, "Stack")
    api = spec_api(stack, api_definition=apigateway.ApiDefinition.from_asset(str(file)))
    app.synth()
    assert [node for node in stack.node.find_all() if isinstance(node, assets.Asset)] == []
    assert list((tmp_path / "cdk.out").glob("asset.*")) == []
    assert api.node.try_find_child("APIDefinition") is None


@pytest.mark.parametrize("flag", ["aws:cdk:disable-asset-staging", "aws:cdk:enable-asset-metadata"])
def test_how_assets_are_staged_does_not_matter(file: Path, flag: str) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Stack")
        spec_api(stack, "One", api_definition=assets.Asset(stack, "Definition", path=str(file)))

    app_template: Template = synthesize_app(build, {flag: True})["Stack"]
    assert body_in(app_template)["info"] == DOCUMENT["info"]


def folder_asset(stack: Stack, file: Path) -> Any:
    return assets.Asset(stack, "Folder", path=str(file.parent))


def folder_definition(stack: Stack, file: Path) -> Any:  # noqa: ARG001 - as the others
    return apigateway.ApiDefinition.from_asset(str(file.parent))


def in_a_bucket(stack: Stack, file: Path) -> Any:  # noqa: ARG001 - likewise
    return apigateway.ApiDefinition.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "documents"), "api.json")


def of_another_api(stack: Stack, file: Path) -> Any:
    definition = apigateway.ApiDefinition.from_asset(str(file))
    apigateway.SpecRestApi(stack, "Theirs", api_definition=definition)
    return definition


def missing(stack: Stack, file: Path) -> Any:  # noqa: ARG001 - likewise
    return apigateway.ApiDefinition.from_asset(str(file.parent / "missing.json"))


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (folder_asset, "Stack/Folder is a folder or an archive, and an OpenAPI document is one file"),
        (folder_definition, "api_definition cannot be read: .*zip file or a directory"),
        (in_a_bucket, "api_definition is in a bucket, or belongs to another API already"),
        (of_another_api, "api_definition is in a bucket, or belongs to another API already"),
        (missing, "api_definition cannot be read: .*missing.json"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(made: Any, error: str, file: Path) -> None:
    stack = Stack(App(), "Stack")
    definition = made(stack, file)
    with pytest.raises(ValueError, match=error) as caught:
        spec_api(stack, api_definition=definition)
    assert "give the file itself: document=Path(...)" in str(caught.value)
    assert "\n" not in str(caught.value)
