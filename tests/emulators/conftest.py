"""Fixtures: two running emulators, a backend for them, and functions that deploy."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest

from .backend import echo_backend
from .emulator import DeployedApi, Emulator
from .templates import Template

Deploy = Callable[..., DeployedApi]
"""`deploy(template, parameters=None)`; see `Emulator.deploy`."""

DeployApp = Callable[[Iterable[Template]], list[DeployedApi]]
"""`deploy_app(templates)`; see `Emulator.deploy_app`."""


def _running(name: str, backend_url: str) -> Iterator[Emulator]:
    variable = f"CORS_TEST_{name.upper()}"
    endpoint = os.environ.get(variable)
    if not endpoint:
        pytest.fail(
            f"{variable} is not set: these tests need running emulators, so start them with "
            "`python tests/emulators/run.py [pytest's arguments]`.",
            pytrace=False,
        )
    emulator = Emulator(name, endpoint, backend_url)
    yield emulator
    emulator.close()


@pytest.fixture(scope="session")
def backend_url() -> Iterator[str]:
    """Address of an HTTP server that answers 200 and what it received, as JSON; see `backend.py` to steer it."""
    with echo_backend() as url:
        yield url


@pytest.fixture(scope="session")
def localstack(backend_url: str) -> Iterator[Emulator]:
    """LocalStack, which runs mapping templates."""
    yield from _running("localstack", backend_url)


@pytest.fixture(scope="session")
def ministack(backend_url: str) -> Iterator[Emulator]:
    """MiniStack, which knows gateway responses, limits and authorizers."""
    yield from _running("ministack", backend_url)


@pytest.fixture(scope="session", params=["localstack", "ministack"])
def emulator(request: pytest.FixtureRequest) -> Emulator:
    """Each emulator in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Emulator)
    return found


@pytest.fixture(scope="module")
def stacks(emulator: Emulator) -> Iterator[list[DeployedApi]]:
    """The stacks of a test module on each emulator in turn; they live as long as it runs."""
    deployed: list[DeployedApi] = []
    yield deployed
    for stack in reversed(deployed):  # what is imported from cannot go before who imports
        emulator.delete(stack.stack_name)


@pytest.fixture(scope="module")
def deploy(emulator: Emulator, stacks: list[DeployedApi]) -> Deploy:
    """Deploys to each emulator in turn."""

    def deploy_it(template: Template, parameters: Mapping[str, str] | None = None) -> DeployedApi:
        stacks.append(emulator.deploy(template, parameters))
        return stacks[-1]

    return deploy_it


@pytest.fixture(scope="module")
def deploy_app(emulator: Emulator, stacks: list[DeployedApi]) -> DeployApp:
    """Deploys all stacks of an app to each emulator in turn."""

    def deploy_it(templates: Iterable[Template]) -> list[DeployedApi]:
        deployed = emulator.deploy_app(templates)
        stacks.extend(deployed)
        return deployed

    return deploy_it
