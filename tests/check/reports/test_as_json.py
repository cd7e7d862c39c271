"""The JSON that scripts read."""

import json
from pathlib import Path

from cors_constructs.check.reports.as_json import render
from cors_constructs.check.reports.report import Report
from cors_constructs.simulate.values import TemplateError
from tests.check.reports.samples import keyed, made_by_sam, opaque_errors, undecided


def test_a_finding_has_every_key_that_scripts_rely_on() -> None:
    (finding,) = json.loads(render(Report([keyed()])))["findings"]
    assert list(finding)[:8] == ["id", "severity", "verdict", "file", "resource", "path", "message", "fix"]
    assert finding == {
        "id": "CORS901",
        "severity": "error",
        "verdict": "wrong",
        "file": "a.json",
        "resource": "UsersOptions",
        "path": "/users",
        "message": "OPTIONS asks for a key.",
        "fix": "Set ApiKeyRequired to false.",
        "method": "OPTIONS",
        "line": None,
        "place": "Properties.ApiKeyRequired",
        "construct": "Shop/Api/users/OPTIONS",
        "written": None,
        "title": "The preflight asks for a key",
        "link": "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
    }


def test_what_cannot_be_told_says_so() -> None:
    (finding,) = json.loads(render(Report([undecided()])))["findings"]
    assert finding["verdict"] == "cannot-tell"


def test_a_finding_about_no_path_has_none() -> None:
    (finding,) = json.loads(render(Report([opaque_errors(None)])))["findings"]
    assert finding["path"] is finding["method"] is finding["file"] is None


def test_files_and_errors_stand_beside_the_findings() -> None:
    error = TemplateError("b.json", "line 3", "it is no template", "write one")
    assert json.loads(render(Report([], [error], ["a.json"]))) == {
        "findings": [],
        "errors": [{"file": "b.json", "place": "line 3", "message": "it is no template; write one"}],
        "files": ["a.json"],
    }


def test_a_line_is_told_where_the_file_has_it(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources:\n  Api: {}\n  UsersOptions:\n    Type: x\n")
    (finding,) = json.loads(render(Report([keyed(str(path))])))["findings"]
    assert finding["line"] == 3


def test_what_sam_made_is_found_where_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources:\n  ListUsers:\n    Type: AWS::Serverless::Function\n")
    (finding,) = json.loads(render(Report([made_by_sam(str(path))])))["findings"]
    assert (finding["resource"], finding["written"]) == (
        "ServerlessRestApi",
        "Resources.ListUsers.Properties.Events.Get",
    )
    assert finding["line"] == 2


def test_it_is_ascii_whatever_the_template_holds() -> None:
    text = render(Report([keyed(message="é \x1b[31m \ud800 \u202e")]))
    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"] == "é \x1b[31m \ud800 \u202e"
