"""Room for many connections, where a shell gives little."""

import subprocess
import sys

import pytest

TELLING = """
import resource
from cors_constructs.serve.descriptors import make_room

resource.setrlimit(resource.RLIMIT_NOFILE, ({}, {}))
make_room()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        pytest.param(100, 1000, 1000, id="as far as it may be"),
        pytest.param(100, 100, 100, id="not at all"),
        pytest.param(900, 1000, 1000, id="a little"),
    ],
)
def test_the_limit_is_raised(soft: int, hard: int, raised: int) -> None:
    code = TELLING.format(soft, hard)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.split() == [str(raised), str(hard)]
