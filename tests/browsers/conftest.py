"""The engines as fixtures, and what ran in them told at the end."""

import os
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from . import engines
from .engines import Engine
from .engines.chromium import Chromium

UNAVAILABLE: Final = "BROWSERS_UNAVAILABLE"
"""The variable in which `run.py` names engines, between commas, that this machine's packages do not have."""

_told = pytest.StashKey[list[str]]()
_versions = pytest.StashKey[dict[str, str]]()
OPTIONAL: Final = frozenset({"webkit"})


@pytest.fixture(scope="session", params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each browser in turn, with a new profile."""
    yield from _running(request.param, request.config)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    """Chromium, for what only its own protocol can ask of it."""
    for running in _running("chromium", request.config):
        assert isinstance(running, Chromium)
        yield running


@pytest.fixture(scope="session")
def tell_at_the_end(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes lines for what is said when all tests have run."""
    return request.config.stash.setdefault(_told, []).append


def _running(name: str, config: pytest.Config) -> Iterator[Engine]:
    if engines.find(name) is None:
        said = f"{name} is not installed: `make test-browsers` installs it where it may, from {engines.package(name)}"
        if name in OPTIONAL.intersection(os.environ.get(UNAVAILABLE, "").split(",")):
            pytest.skip(said)
        pytest.fail(said, pytrace=False)
    with engines.running(name) as running:
        config.stash.setdefault(_versions, {})[name] = running.version
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says which engines ran, and what the tests have to tell of them."""
    versions = config.stash.get(_versions, {})
    terminalreporter.section("engines")
    for name in engines.NAMES:
        terminalreporter.line(f"{name}: {versions.get(name, 'did not run')}")
    for line in config.stash.get(_told, []):
        terminalreporter.line(line)
