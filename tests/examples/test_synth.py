"""`make synth` and `npx aws-cdk synth` run one and the same command, that of `cdk.json`, and it makes no noise."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from examples import synth

from ..cdk.synthesis import Template
from ..serve.running import serving
from .apps import CDK_JSON, ROOT, template_of


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command wrote, with this Python in the place of the virtual environment's, and validation on."""
    return tmp_path_factory.mktemp("synthesized") / "cdk out"


@pytest.fixture(scope="module")
def done(output: Path) -> "subprocess.CompletedProcess[str]":
    """The command, run as `make synth` runs it."""
    python, *arguments = shlex.split(CDK_JSON["app"])
    assert python == ".venv/bin/python"
    settings = {**CDK_JSON, "app": shlex.join([sys.executable, *arguments])}
    script = (
        "import json, os, pathlib, sys; os.environ.pop('CDK_VALIDATION', None); from examples import synth;"
        "settings, output = sys.argv[1:]; synth.synthesize(json.loads(settings), pathlib.Path(output))"
    )
    command = [sys.executable, "-c", script, json.dumps(settings), str(output)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def test_the_command_succeeds_without_a_word(done: "subprocess.CompletedProcess[str]") -> None:
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_writes_the_template_that_the_tests_read(done: "subprocess.CompletedProcess[str]", output: Path) -> None:
    assert done.returncode == 0
    (path,) = synth.templates(output)
    assert path.name == "Quickstart.template.json"
    assert _without_bootstrap(json.loads(path.read_text())) == _without_bootstrap(template_of("Quickstart"))


def _without_bootstrap(template: Template) -> Template:
    return {name: section for name, section in template.items() if name not in {"Parameters", "Rules"}}


def test_where_it_fails_make_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {**CDK_JSON, "app": f"{shlex.quote(sys.executable)} -c 'raise SystemExit(3)'"}
    monkeypatch.setattr(json, "loads", lambda _: settings)
    assert synth.main() == 3


def test_it_describes_each_stack_and_says_where_its_template_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "cdk.out"
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    (tmp_path / "cdk.json").write_text(json.dumps(CDK_JSON))

    def write(_: dict[str, Any], to: Path) -> None:
        to.mkdir()
        artifacts = {
            "Quickstart.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Quickstart.assets.json"}},
            "Quickstart": {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": "Quickstart.template.json"},
            },
        }
        (to / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
        (to / "Quickstart.template.json").write_text(json.dumps(template_of("Quickstart")))

    monkeypatch.setattr(synth, "synthesize", write)
    assert synth.main() == 0
    told = capsys.readouterr().out
    assert "/departures/{stop}  GET      needs a key" in told
    assert f"\nThe template is in {output.name}/Quickstart.template.json.\n" in told
    assert f".venv/bin/cors-constructs check {output.name}\n" in told


def test_what_it_says_to_do_next_works(output: Path, done: "subprocess.CompletedProcess[str]") -> None:
    assert done.returncode == 0
    said = synth.NEXT.format(output=shlex.quote(str(output))).replace("\\\n", " ").splitlines()
    commands = [shlex.split(line) for line in said if line.startswith("  ")]
    assert [command[1] for command in commands] == ["check", "fetch", "serve"]
    assert {command[0] for command in commands} == {".venv/bin/cors-constructs"}
    *finite, (_, _, target) = commands
    with serving(target) as running:
        assert running.ask("GET", "/prod/health").status == 200
    for _, *arguments in finite:
        command = [sys.executable, "-m", "cors_constructs.cli", *arguments]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
        assert "nothing found" in ran.stdout or "is allowed, and the page reads 200: ALLOWED" in ran.stdout


def test_the_makefile_and_the_cdks_command_line_read_the_same_file() -> None:
    assert CDK_JSON["app"] == ".venv/bin/python -m examples.quickstart.app"
    recipes = (ROOT / "Makefile").read_text()
    assert re.search(r"^synth:.*\n\t@\$\(PY\) -m examples\.synth$", recipes, flags=re.MULTILINE)
    assert "quickstart.app" not in recipes
