"""The README's code runs as it stands there."""

import re
from pathlib import Path

_README = (Path(__file__).parents[1] / "README.md").read_text()


def test_its_python_runs_from_top_to_bottom(monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CDK_VALIDATION", "false")
    blocks = re.findall(r"^```python\n(.*?)^```", _README, flags=re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3

    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - this project's own text

    assert "CorsPolicy has 3 problems" in capsys.readouterr().out
