"""The table of cases, run by a Python 3.9 with nothing but its standard library and the one file of the layer."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.cases import CASES, ORIGINS
from tests.runtime.judging import judge
from tests.runtime.plain_python import KINDS

ROOT = Path(__file__).parents[2]
TABLES = {"cases": [case.to_dict() for case in CASES], "origins": [case.to_dict() for case in ORIGINS]}


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What came of both tables."""
    found = subprocess.run([ROOT / "tests/python39/find.sh"], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if found.returncode:
        pytest.exit(found.stderr, returncode=1)  # once, and not for each test
    layer = tmp_path_factory.mktemp("layer")
    (layer / "cors_constructs").mkdir()
    shutil.copy(ROOT / "cors_constructs/runtime.py", layer / "cors_constructs")
    command = [found.stdout.strip(), "-I", str(ROOT / "tests/runtime/plain_python.py"), str(layer)]
    ran = subprocess.run(command, input=json.dumps(TABLES), capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert ran.returncode == 0, ran.stderr
    result: dict[str, Any] = json.loads(ran.stdout)
    assert result["file"] == str(layer / "cors_constructs/runtime.py")
    return result


def test_it_is_python_39(done: Mapping[str, Any]) -> None:
    assert done["version"][:2] == [3, 9]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [pytest.param(number, id=case.id) for number, case in enumerate(CASES)])
def test_a_wrapped_handler_answers_as_the_table_says(done: Mapping[str, Any], number: int, kind: str) -> None:
    result = done["cases"][kind][number]
    assert result["id"] == CASES[number].id
    judge(CASES[number], result)


@pytest.mark.parametrize("number", [pytest.param(number, id=case.id) for number, case in enumerate(ORIGINS)])
def test_headers_are_those_of_the_policy(done: Mapping[str, Any], number: int) -> None:
    case = ORIGINS[number]
    assert done["origins"][number] == case.policy.headers_for(case.origin)
