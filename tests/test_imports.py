"""The walls between the rooms, which `pyproject.toml` draws and import-linter watches; and what an import costs."""

import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import cors_constructs

ROOT = Path(__file__).parents[1]
CDK = {"aws_cdk", "constructs", "jsii"}


@pytest.mark.newest
def test_no_room_reaches_over_its_walls() -> None:
    script = (
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout
    assert "4 kept, 0 broken" in done.stdout


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded once some code has run, in a Python of its own."""
    return {name.partition(".")[0] for name in all_modules_after(code)}


def all_modules_after(code: str) -> set[str]:
    """The modules that are loaded once some code has run, in a Python of its own."""
    script = f"import json, sys; {code}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return set(json.loads(done.stdout))


def test_importing_the_package_starts_no_node() -> None:
    assert not modules_after("import cors_constructs") & CDK


@pytest.mark.parametrize(
    "name", ["CorsPolicy", "CorsPolicyError", "ErrorResponses", "Issue", "OpenApiError", "patch_openapi", "__version__"]
)
def test_neither_does_a_name_that_needs_none(name: str) -> None:
    assert not modules_after(f"from cors_constructs import {name}") & CDK


def test_a_construct_does() -> None:
    assert modules_after("from cors_constructs import CorsRestApi") >= CDK


def test_what_only_some_settings_need_is_not_loaded_for_all() -> None:
    loaded = all_modules_after("from cors_constructs import CorsRestApi")
    seldom = {"deployments", "imported", "replacement", "savings", "sharing", "spec_rest_api", "strays", "throttles"}
    assert "cors_constructs.cdk.completion" in loaded
    assert not loaded & {f"cors_constructs.cdk.{name}" for name in seldom}


@pytest.mark.parametrize("room", ["policy", "render", "serve"])
def test_a_room_without_the_cdk_has_no_module_that_loads_it(room: str) -> None:
    package = importlib.import_module(f"cors_constructs.{room}")
    modules = [package.__name__, *(it.name for it in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))]
    assert not modules_after(f"import {', '.join(modules)}") & CDK


def test_what_serves_is_loaded_by_its_own_command_alone() -> None:
    extra = {"aiohttp", "httptools", "uvicorn", "watchfiles"}
    assert (
        not modules_after("import cors_constructs.cli.check, cors_constructs.cli.fetch, cors_constructs.cli.serve")
        & extra
    )
    assert modules_after("import cors_constructs.serve.server") >= extra


_VALIDATED = (
    "from cors_constructs.simulate import Gateway, Request; from tests.cli.templates import right; "
    "from tests.serve.templates import validated; template = right(); {}; "
    "Gateway.from_template(template)(Request('POST', '/users', {{}}, b'[]'))"
)


def test_what_validates_bodies_is_loaded_where_a_template_has_them_validated() -> None:
    assert "jsonschema" not in modules_after(_VALIDATED.format("pass"))
    assert "jsonschema" in modules_after(_VALIDATED.format("validated(template)"))


@pytest.mark.parametrize("name", cors_constructs.__all__)
def test_every_public_name_is_there_and_at_home_where_it_says(name: str) -> None:
    value = getattr(cors_constructs, name)
    assert name in dir(cors_constructs)
    assert isinstance(value, str) or value.__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'CorsRestAPI'"):
        _ = cors_constructs.CorsRestAPI
