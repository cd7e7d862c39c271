"""The README's code runs as it stands there, each section after the app at the top."""

import re
from pathlib import Path

import aws_cdk
import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()
CODE = re.compile(r"^```python\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
TOP, *SECTIONS = re.split(r"^(?=## )", README, flags=re.MULTILINE)
NEWEST = "Validations"
"""What older versions of the CDK do not have."""


def blocks(text: str) -> list[str]:
    return [block for block in CODE.findall(text) if hasattr(aws_cdk, NEWEST) or NEWEST not in block]


@pytest.mark.parametrize(
    "section", [pytest.param(it, id=it.splitlines()[0].strip("# ")) for it in SECTIONS if blocks(it)]
)
def test_its_python_runs_from_top_to_bottom(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    names: dict[str, object] = {}
    for block in [*blocks(TOP), *blocks(section)]:
        exec(block, names)  # noqa: S102 - this project's own text


def test_there_is_code_at_the_top_and_in_several_sections() -> None:
    assert len(blocks(TOP)) == 1
    assert sum(bool(blocks(section)) for section in SECTIONS) >= 3


def test_what_it_says_of_a_wrong_policy_is_all_that_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    (policy,) = (block for section in SECTIONS for block in blocks(section) if "CorsPolicyError as error" in block)
    exec(policy, {})  # noqa: S102 - likewise
    assert "CorsPolicy has 3 problems" in capsys.readouterr().out
