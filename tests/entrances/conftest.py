"""Every API here is synthesized once, and in this one process."""

import functools
import os
from collections.abc import Callable, Mapping

import pytest

# Read when the CDK's process starts, so it is set before anything imports `aws_cdk`; see tests/cdk/conftest.py.
os.environ["CDK_VALIDATION"] = "false"

from .entrance import Entrance, Made, Order


@pytest.fixture(scope="session")
def made() -> Callable[[Entrance], Mapping[Order, Made]]:
    """What an entrance makes of each order; built when it is first asked for."""
    return functools.cache(lambda entrance: entrance.make())
