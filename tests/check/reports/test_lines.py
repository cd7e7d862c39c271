"""Lines are found by a resource's key."""

import json
from pathlib import Path

import pytest

from cors_constructs.check.reports import lines
from cors_constructs.check.reports.lines import line_of
from cors_constructs.simulate.model import Source

YAML = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Users:
    Type: String
Resources:
  # Users: a comment
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Users:
        - x
      Name: |
        Items: not a key
  "Users":
    Type: AWS::ApiGateway::Method

  Items: {Type: "AWS::ApiGateway::Method"}
Outputs:
  Late:
    Value: x
"""
TEMPLATE = {
    "Parameters": {"Users": {}},
    "Resources": {"Api": {"Users": {}}, "Users": {"Type": "T"}},
    "Outputs": {"Late": {}},
}


def line_in(folder: Path, text: str, logical_id: str) -> int | None:
    path = folder / "template"
    path.write_bytes(text.encode())
    return line_of(Source(str(path), logical_id))


@pytest.mark.parametrize(
    ("text", "logical_id", "line"),
    [
        pytest.param(YAML, "Api", 7, id="yaml"),
        pytest.param(YAML, "Users", 14, id="a-quoted-key-not-a-parameter-or-a-property-of-that-name"),
        pytest.param(YAML, "Items", 17, id="a-flow-mapping-not-a-line-of-text"),
        pytest.param(YAML, "Late", None, id="an-output-is-no-resource"),
        pytest.param(YAML, "Nobody", None, id="no-such-resource"),
        pytest.param(YAML.replace("\n", "\r\n"), "Users", 14, id="lines-of-windows"),
        pytest.param(
            YAML.replace("Resources:", "Resources: # all of them"), "Users", 14, id="a-comment-beside-resources"
        ),
        pytest.param(json.dumps(TEMPLATE, indent=1), "Users", 9, id="json-by-one-blank"),
        pytest.param(json.dumps(TEMPLATE, indent=4), "Users", 9, id="json-by-four"),
        pytest.param(json.dumps(TEMPLATE, indent="\t"), "Users", 9, id="json-by-tabs"),
        pytest.param(json.dumps(TEMPLATE, indent=1), "Late", None, id="an-output-in-json"),
        pytest.param(json.dumps(TEMPLATE), "Users", None, id="one-line-of-json"),
        pytest.param("", "Users", None, id="an-empty-file"),
        pytest.param("Resources:\n  Users: 1\n  Api: 2\n  Users: 3\n", "Users", 4, id="the-last-of-a-key"),
        pytest.param("Resources:\n  Users: 1\nResources:\n  Users: 2\n", "Users", 4, id="the-last-of-a-section"),
        pytest.param("Metadata:\n  Resources:\n    Users: 1\nResources:\n  Users: 2\n", "Users", 5, id="not-deeper"),
        pytest.param("Resources:\n", "Users", None, id="no-resources"),
    ],
)
def test_a_resource_starts_at_the_line_of_its_key(tmp_path: Path, text: str, logical_id: str, line: int | None) -> None:
    assert line_in(tmp_path, text, logical_id) == line


def test_a_file_that_is_gone_has_no_lines(tmp_path: Path) -> None:
    assert line_of(Source(str(tmp_path / "gone.json"), "Api")) is None


def test_neither_has_a_name_that_no_file_can_have() -> None:
    assert line_of(Source("\0", "Api")) is None


def test_neither_has_a_mapping() -> None:
    assert line_of(Source(None, "Api")) is None


def test_a_huge_file_is_not_read_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_LARGEST", 10)
    assert line_in(tmp_path, YAML, "Api") is None


def test_after_an_edit_the_lines_are_the_new_ones(tmp_path: Path) -> None:
    assert line_in(tmp_path, YAML, "Api") == 7
    assert line_in(tmp_path, "# a comment more\n" + YAML, "Api") == 8


def test_a_relative_path_is_read_where_the_process_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, folder in enumerate(("one", "two")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "template").write_text("\n" * number + YAML)
        monkeypatch.chdir(tmp_path / folder)
        assert line_of(Source("template", "Api")) == 7 + number
