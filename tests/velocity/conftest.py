"""One Velocity for all tests here."""

from collections.abc import Iterator

import pytest

from .velocity import MissingError, Velocity


@pytest.fixture(scope="session")
def velocity() -> Iterator[Velocity]:
    try:
        started = Velocity()
    except MissingError as error:
        pytest.exit(str(error), returncode=1)  # once, and not for each test
    with started:
        yield started
