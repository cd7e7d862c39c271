"""A template that changes while it is served."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.templates import Template, keyed, staged, write
from tests.serve.running import Running, serving, wait_for


def preflight(running: Running, stage: str = "prod") -> int:
    return running.ask("OPTIONS", f"/{stage}/users").status


def becomes(running: Running, status: int, stage: str = "prod") -> None:
    wait_for(lambda: preflight(running, stage) == status, lambda: running.out)


@pytest.fixture(params=["a file", "a folder"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What is served: its template is at `template_of(target)`."""
    template = write(tmp_path / "cdk.out" / "Shop.template.json")
    return template if request.param == "a file" else template.parent


@pytest.fixture
def running(target: Path) -> Iterator[Running]:
    with serving(target) as running:
        yield running


def template_of(target: Path) -> Path:
    return target if target.suffix == ".json" else target / "Shop.template.json"


def test_what_is_written_anew_is_served_anew(target: Path, running: Running) -> None:
    assert preflight(running) == 204
    write(template_of(target), keyed)
    becomes(running, 403)
    running.says("read anew")
    write(template_of(target), staged)
    becomes(running, 204, "test")


def test_a_file_that_takes_the_place_of_another_is_seen(target: Path, running: Running, tmp_path: Path) -> None:
    for change, status in ((keyed, 403), (staged, 204), (keyed, 403)):
        write(tmp_path / "new.json", change).replace(template_of(target))
        becomes(running, status)


@pytest.mark.parametrize("text", ["", "{", '{"Resources": []}', '{"Resources": {}}'], ids=str)
def test_a_broken_template_leaves_the_last_good_one_and_is_named_once(
    target: Path, running: Running, text: str, tmp_path: Path
) -> None:
    new = tmp_path / "new.json"
    new.write_text(text)
    new.replace(template_of(target))  # at once: of what is written, the beginning may be read, and be broken otherwise
    line = running.says("what was read before is served on: ")
    assert "Shop.template.json" in line or "cdk.out" in line
    assert preflight(running) == 204
    before = len(running.lines)
    write(new, keyed).replace(template_of(target))
    becomes(running, 403)
    assert not any("is served on" in line for line in running.lines[before:])


def test_so_does_one_that_is_gone(target: Path, running: Running) -> None:
    (shutil.rmtree if target.is_dir() else Path.unlink)(target)
    running.says("what was read before is served on: ")
    assert preflight(running) == 204
    write(template_of(target), keyed)
    becomes(running, 403)


def test_keys_keep_their_values(target: Path, running: Running) -> None:
    key = running.key("web")
    write(template_of(target), staged)
    becomes(running, 204, "test")
    answer = running.ask("GET", "/prod/users", {"x-api-key": key})
    assert answer.status == 504  # the key is let in: what it meets is the backend, which is not there


def _with_another_key(template: Template) -> None:
    template["Resources"]["Key"]["Properties"]["Value"] = "another-key-for-the-web-0001"


def test_former_keys_are_not_written_to_the_log_either(target: Path, running: Running) -> None:
    key, before = running.key("web"), running.caught_up()
    write(template_of(target), _with_another_key, staged)
    becomes(running, 204, "test")
    running.ask("GET", f"/test/{key}/another-key-for-the-web-0001")
    assert f"GET /test/{key[:4]}.../anot..." in running.says("  GET /test/", before)


def test_the_table_is_shown_again_where_it_is_another_and_keys_are_never(target: Path, running: Running) -> None:
    key, lines = running.key("web"), len(running.lines)
    write(template_of(target), staged)
    running.says("/test", lines)
    write(template_of(target), staged, lambda template: template.update(Description="said anew"))
    wait_for(lambda: running.out.count("read anew") > 1, lambda: running.out)
    running.stop()
    assert running.out.count(f"Shop  {running.url}/test") == 1
    assert running.out.count(key) == 1


def test_without_reload_it_serves_what_it_read_first(tmp_path: Path) -> None:
    template = write(tmp_path / "a.json")
    with serving(template, "--no-reload") as still, serving(template) as other:
        write(template, keyed)
        becomes(other, 403)
        assert preflight(still) == 204


def test_a_function_s_code_that_changes_is_run_anew(tmp_path: Path) -> None:
    code = tmp_path / "asset.code" / "index.py"
    code.parent.mkdir()
    template = write(tmp_path / "a.template.json", lambda template: template["Resources"].update(_function(template)))
    (tmp_path / "a.assets.json").write_text(
        json.dumps({"version": "36.0.0", "files": {"code": {"source": {"path": "asset.code", "packaging": "zip"}}}})
    )

    def says(word: str) -> None:
        code.write_text(f"def handler(event, context):\n    return {{'statusCode': 200, 'body': '{word}'}}\n")

    says("first")
    with serving(template) as running:
        key = {"x-api-key": running.key("web")}
        assert running.ask("GET", "/prod/users", key).body == b"first"
        says("second")
        wait_for(lambda: running.ask("GET", "/prod/users", key).body == b"second", lambda: running.out)


def _function(template: dict[str, object]) -> dict[str, object]:
    resources = json.loads(json.dumps(template["Resources"]))
    arn = {"Fn::GetAtt": ["Function", "Arn"]}
    uri = {"Fn::Sub": ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${A}/invocations", {"A": arn}]}
    resources["UsersGet"]["Properties"]["Integration"] = {
        "Type": "AWS_PROXY",
        "IntegrationHttpMethod": "POST",
        "Uri": uri,
    }
    resources["Function"] = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Timeout": 60,
            "Code": {"S3Bucket": "assets", "S3Key": "code.zip"},
        },
        "Metadata": {"aws:asset:path": "asset.code", "aws:asset:property": "Code"},
    }
    return dict(resources)
