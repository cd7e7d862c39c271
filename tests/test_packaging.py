"""The package as it will be installed: what is in it, what it says of itself, and what it needs."""

import re
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import cors_constructs

ROOT = Path(__file__).parents[1]
SUFFIXES = {".cfg", ".cjs", ".json", ".md", ".mjs", ".py", ".toml", ".txt"}
PYPROJECT = (ROOT / "pyproject.toml").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.newest
def test_the_wheel_holds_the_package_its_types_and_its_licence_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "cors_constructs/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"cors_constructs"}


@pytest.mark.newest
def test_every_module_is_in_it(wheel: zipfile.ZipFile) -> None:
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "cors_constructs").rglob("*.py")}
    assert sources <= set(wheel.namelist())


@pytest.mark.newest
def test_so_is_what_runs_in_functions_on_nodejs(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    files = {"package.json", "index.cjs", "index.mjs", "wrapped.mjs"}
    held = {name.removeprefix("cors_constructs/nodejs/") for name in wheel.namelist() if "/nodejs/" in name}
    assert held == files
    served = "cors_constructs/serve/functions/worker.mjs"
    assert served in wheel.namelist()
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"cors_constructs/nodejs/{name}" for name in files} | {served} <= names
    assert "tests/runtime/driver.mjs" in names


@pytest.mark.newest
def test_so_are_the_pages_of_the_lens(wheel: zipfile.ZipFile) -> None:
    pages = ROOT / "cors_constructs" / "serve" / "lens" / "page"
    files = {str(path.relative_to(ROOT)) for path in pages.iterdir()}
    assert {str((pages / name).relative_to(ROOT)) for name in ("index.html", "frame.html")} <= files
    assert files <= set(wheel.namelist())


@pytest.mark.newest
def test_it_says_which_version_it_is_and_what_may_be_done_with_it(wheel: zipfile.ZipFile) -> None:
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    lines = wheel.read(path).decode().splitlines()
    assert f"Version: {cors_constructs.__version__}" in lines
    assert "License-Expression: Apache-2.0" in lines
    assert "Requires-Python: >=3.10" in lines


def test_the_version_is_the_same_wherever_it_stands() -> None:
    assert metadata.version("cors-constructs") == cors_constructs.__version__
    assert f"## [{cors_constructs.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_lowest_cdk_of_the_package_is_that_of_the_readme() -> None:
    lowest = re.search(r'"aws-cdk-lib>=(\d+\.\d+)\.\d+,<3"', PYPROJECT)
    assert lowest
    assert f"`aws-cdk-lib` {lowest[1]} or newer" in (ROOT / "README.md").read_text()


def test_the_licence_is_the_apache_licence_whole() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_nothing_in_the_project_knows_where_it_was_written() -> None:
    folders = ("cors_constructs", "examples", "tests", "benchmarks", ".ci")
    shown = [*(path for folder in folders for path in (ROOT / folder).rglob("*")), *ROOT.glob("*.*"), ROOT / "Makefile"]
    texts = {path: path.read_bytes() for path in shown if path.suffix in SUFFIXES or path.name in {"Makefile", "run"}}
    assert len(texts) > 50
    assert [str(path) for path, text in texts.items() if f"{ROOT}/".encode() in text] == []
