"""`CorsRuntime`: a layer of this package's own files, the same on every machine."""

import importlib.resources
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App, NestedStack, Stack
from aws_cdk import aws_lambda as lambda_

import cors_constructs
from cors_constructs import CorsRuntime
from cors_constructs.cdk.runtime import FILES

from .synthesis import Template, of_type, synthesize, synthesize_app

PACKAGE: Final = Path(cors_constructs.__file__).parent
LAYER: Final = "AWS::Lambda::LayerVersion"
# Of what is uploaded, and of what a function in one of the languages has to read.
MOST_BYTES: Final = 20_000


def content(template: Template) -> Any:
    """Where the layer's content is."""
    (layer,) = of_type(template, LAYER).values()
    return layer["Properties"]["Content"]


def staged(folder: Path, **context: Any) -> Path:
    """The layer's files as they would be uploaded."""
    app = App(outdir=str(folder), context=context, tree_metadata=False)
    stack = Stack(app, "Stack")
    CorsRuntime.of(stack)
    app.synth()
    assets = json.loads((folder / "Stack.assets.json").read_text())["files"]
    (source,) = (it["source"] for it in assets.values() if it["source"]["packaging"] == "zip")
    return folder / str(source["path"])  # an absolute path stays as it is


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_has_the_files_where_python_and_node_look_for_them(tmp_path: Path) -> None:
    assert files(staged(tmp_path)) == {name: (PACKAGE / source).read_bytes() for name, source in FILES.items()}
    assert set(FILES) == {
        "python/cors_constructs/runtime.py",
        *(
            f"nodejs/node_modules/cors-constructs/{name}"
            for name in ("index.cjs", "index.mjs", "package.json", "wrapped.mjs")
        ),
    }


def test_no_file_for_node_is_forgotten() -> None:
    ours = {path.name for path in (PACKAGE / "nodejs").iterdir() if path.is_file()}
    assert ours == {Path(source).name for source in FILES.values() if source.startswith("nodejs/")}


def test_it_is_small(tmp_path: Path) -> None:
    unpacked = files(staged(tmp_path / "cdk.out"))
    with zipfile.ZipFile(tmp_path / "layer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in unpacked.items():
            archive.writestr(name, data)
    assert (tmp_path / "layer.zip").stat().st_size < MOST_BYTES
    for language in ("python", "nodejs"):
        assert 0 < sum(len(data) for name, data in unpacked.items() if name.startswith(language)) < MOST_BYTES


def test_a_stack_has_one() -> None:
    def build(app: App) -> None:
        for name in ("One", "Two"):
            stack = Stack(app, name)
            assert CorsRuntime.of(stack) is CorsRuntime.of(
                lambda_.CfnAlias(stack, "Any", function_name="a", function_version="1", name="b")
            )
            CorsRuntime.of(NestedStack(stack, "Nested"))

    templates = synthesize_app(build)
    assert {name: len(of_type(template, LAYER)) for name, template in templates.items()} == dict.fromkeys(templates, 1)
    assert len(templates) == 4


def test_its_hash_comes_from_its_files_alone(tmp_path: Path) -> None:
    names = []
    for umask, where in ((0o077, "private"), (0o022, "shared")):
        before = os.umask(umask)
        try:
            folder = staged(tmp_path / where)
        finally:
            os.umask(before)
        names.append(folder.name)
        # Lambda reads them as another user.
        assert all(path.stat().st_mode & 0o444 == 0o444 for path in folder.rglob("*") if path.is_file())
    assert len(set(names)) == 1


def test_another_content_is_another_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(synthesize(CorsRuntime.of))
    monkeypatch.setitem(FILES, "python/cors_constructs/runtime.py", "_version.py")
    assert content(synthesize(CorsRuntime.of)) != before


@pytest.fixture
def leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_it_leaves_nothing_behind(leftovers: Path, tmp_path: Path) -> None:
    assert files(staged(tmp_path / "cdk.out"))
    assert list(leftovers.iterdir()) == []


def test_where_assets_are_not_staged_its_files_stay_where_they_were_put(leftovers: Path, tmp_path: Path) -> None:
    folder = staged(tmp_path / "cdk.out", **{"aws:cdk:disable-asset-staging": True})
    assert list(leftovers.iterdir()) == [folder]
    assert set(files(folder)) == set(FILES)


def test_the_package_may_be_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = content(synthesize(CorsRuntime.of))
    with zipfile.ZipFile(tmp_path / "packages.zip", "w") as archive:
        for source in FILES.values():
            archive.write(PACKAGE / source, f"cors_constructs/{source}")
    inside = zipfile.Path(tmp_path / "packages.zip", "cors_constructs/")
    monkeypatch.setattr(importlib.resources, "files", lambda name: {"cors_constructs": inside}[name])
    assert content(synthesize(CorsRuntime.of)) == usual


def test_it_takes_what_a_layer_takes() -> None:
    def build(stack: Stack) -> None:
        CorsRuntime(stack, "Mine", layer_version_name="cors", description="Ours")

    (layer,) = of_type(synthesize(build), LAYER).values()
    assert (
        layer["Properties"].items() >= {"LayerName": "cors", "Description": "Ours", "LicenseInfo": "Apache-2.0"}.items()
    )


def test_an_app_that_shares_no_policy_loads_nothing_for_it() -> None:
    script = """
import sys
from aws_cdk import App, Stack
from aws_cdk.aws_apigateway import MockIntegration
before = {*sys.modules}  # older versions of the CDK load all that they know
from cors_constructs import CorsPolicy, CorsRestApi
app = App()
api = CorsRestApi(
    Stack(app, "Stack"), "Api", cors=CorsPolicy(allow_origins=["https://a.test"]), keys_managed_elsewhere=True
)
api.root.add_method("GET", MockIntegration())
app.synth()
ours = [f"cors_constructs.cdk.{name}" for name in ("callees", "calls", "functions", "giving", "handover", "runtime")]
print([name for name in ["aws_cdk.aws_lambda", *ours] if name in {*sys.modules} - before])
"""
    environment = {**os.environ, "CDK_VALIDATION": "false"}
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip().endswith("[]"), done.stdout
