"""The SARIF that code scanning reads, held to the standard's structure.

The tables below are of the standard's schema: for each object that is written, what it may and what it has to hold.
See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cors_constructs
from cors_constructs.check.reports.report import Report
from cors_constructs.check.reports.sarif import render
from cors_constructs.simulate.values import TemplateError
from tests.check.reports.samples import KEYED, RULES, keyed, opaque_errors, undecided

BROKEN = TemplateError("c.json", "line 3", "it is no template")

LEVELS = {"none", "note", "warning", "error"}
KINDS = {"pass", "open", "informational", "notApplicable", "review", "fail"}

# Object -> the objects in its properties (None: a plain value), and those it cannot do without.
SHAPES: dict[str, tuple[dict[str, str | None], set[str]]] = {
    "log": ({"$schema": None, "version": None, "runs": "run"}, {"version", "runs"}),
    "run": ({"tool": "tool", "invocations": "invocation", "artifacts": "artifact", "results": "result"}, {"tool"}),
    "tool": ({"driver": "component"}, {"driver"}),
    "component": ({"name": None, "version": None, "rules": "rule"}, {"name"}),
    "rule": (
        {
            "id": None,
            "shortDescription": "text",
            "fullDescription": "text",
            "help": "text",
            "helpUri": None,
            "defaultConfiguration": "configuration",
            "properties": "bag",
        },
        {"id"},
    ),
    "bag": ({"tags": None}, set()),
    "configuration": ({"level": None}, set()),
    "text": ({"text": None, "markdown": None}, {"text"}),
    "invocation": (
        {"executionSuccessful": None, "exitCode": None, "toolExecutionNotifications": "notification"},
        {"executionSuccessful"},
    ),
    "notification": ({"level": None, "message": "text", "locations": "location"}, {"message"}),
    "artifact": ({"location": "file"}, set()),
    "file": ({"uri": None, "uriBaseId": None}, set()),
    "result": (
        {
            "ruleId": None,
            "ruleIndex": None,
            "kind": None,
            "level": None,
            "message": "text",
            "locations": "location",
            "partialFingerprints": "fingerprints",
        },
        {"message"},
    ),
    "fingerprints": ({"finding/v1": None}, set()),
    "location": ({"physicalLocation": "physical", "logicalLocations": "logical"}, set()),
    "physical": ({"artifactLocation": "file", "region": "region"}, {"artifactLocation"}),
    "region": ({"startLine": None}, {"startLine"}),
    "logical": ({"name": None, "kind": None, "fullyQualifiedName": None}, set()),
}
LISTS = {
    "runs",
    "invocations",
    "artifacts",
    "results",
    "rules",
    "toolExecutionNotifications",
    "locations",
    "logicalLocations",
}


def assert_shaped(value: Any, shape: str) -> None:
    allowed, required = SHAPES[shape]
    assert isinstance(value, dict), shape
    assert required <= set(value) <= set(allowed), shape
    for name, inner in value.items():
        kind = allowed[name]
        assert isinstance(inner, list) == (name in LISTS or name == "tags"), name
        for item in inner if isinstance(inner, list) else [inner]:
            if kind is not None:
                assert_shaped(item, kind)
            else:
                assert isinstance(item, (str, int, bool)), name


def log(report: Report) -> Any:
    read = json.loads(render(report))
    assert_shaped(read, "log")
    (run,) = read["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] in KINDS
        assert result["level"] in LEVELS
        assert (result["level"] == "none") == (result["kind"] != "fail")  # section 3.27.10
    return run


FULL = Report([keyed(), opaque_errors("b.json"), undecided()], [BROKEN], ["a.json", "b.json"], RULES)


def test_a_log_has_the_standards_structure() -> None:
    run = log(FULL)
    assert json.loads(render(FULL))["version"] == "2.1.0"
    assert json.loads(render(FULL))["$schema"].endswith("/sarif-schema-2.1.0.json")
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("cors-constructs", cors_constructs.__version__)


def test_every_rule_that_was_asked_is_described_found_or_not() -> None:
    rules = log(FULL)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["CORS901", "CORS902", "CORS903"]
    assert rules[0]["helpUri"] == KEYED.link
    assert rules[0]["shortDescription"]["text"] == KEYED.title
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning", "error"]


def test_a_rule_that_is_found_is_described_even_if_nobody_said_it_was_asked() -> None:
    assert [rule["id"] for rule in log(Report([keyed()]))["tool"]["driver"]["rules"]] == ["CORS901"]


@pytest.mark.parametrize(
    ("report", "kind", "level"),
    [
        pytest.param(Report([keyed()]), "fail", "error", id="an-error"),
        pytest.param(Report([opaque_errors()]), "fail", "warning", id="a-warning"),
        pytest.param(Report([undecided()]), "open", "none", id="what-cannot-be-told"),
    ],
)
def test_a_result_says_how_sure_and_how_bad_it_is(report: Report, kind: str, level: str) -> None:
    (result,) = log(report)["results"]
    assert (result["kind"], result["level"]) == (kind, level)


def test_a_result_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a b.yaml").write_text("Resources:\n  UsersOptions:\n    Type: x\n")
    (result,) = log(Report([keyed("a b.yaml")]))["results"]
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20b.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2},
            },
            "logicalLocations": [
                {"name": "UsersOptions", "kind": "resource", "fullyQualifiedName": "Shop/Api/users/OPTIONS"}
            ],
        }
    ]


def test_a_line_that_is_not_known_is_not_made_up() -> None:
    (result,) = log(Report([keyed("gone.json")]))["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_a_finding_of_no_file_has_its_resource_only() -> None:
    (result,) = log(Report([opaque_errors(None)]))["results"]
    assert result["locations"] == [{"logicalLocations": [{"name": "Api", "kind": "resource"}]}]


@pytest.mark.parametrize("file", ["/somewhere/a b.json", "../a.json", "x/../../a.json"])
def test_a_file_outside_is_named_by_its_whole_address(file: str) -> None:
    (result,) = log(Report([keyed(file)]))["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    address = urlsplit(location["uri"])
    assert address.scheme == "file"
    assert Path(unquote(address.path)) == Path(file).absolute().resolve()
    assert "uriBaseId" not in location


def test_what_could_not_be_read_is_told_as_a_notification() -> None:
    (invocation,) = log(FULL)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "c.json: line 3: it is no template"


def test_a_run_that_finds_something_is_successful() -> None:
    (invocation,) = log(Report([keyed()]))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)


def test_fingerprints_tell_findings_apart_and_survive_another_wording() -> None:
    def fingerprint(report: Report) -> str:
        (result,) = log(report)["results"]
        printed: str = result["partialFingerprints"]["finding/v1"]
        return printed

    first = fingerprint(Report([keyed()]))
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert fingerprint(Report([keyed(message="Said otherwise.")])) == first
    assert fingerprint(Report([keyed(logical_id="Other")])) != first
    assert fingerprint(Report([keyed("b.json")])) != first


@given(st.text(st.characters(), min_size=1))
@example("a\0b")
@example("/a\0b")
def test_any_text_makes_a_log(text: str) -> None:
    run = log(Report([keyed(text, text, text), undecided(text, text)], [], [text], RULES))
    assert len(run["results"]) == 2


def test_a_message_keeps_what_is_wrong_and_what_to_write_apart() -> None:
    (result,) = log(Report([keyed(message="It is wrong")]))["results"]
    assert result["message"]["text"] == "It is wrong. Fix: Set ApiKeyRequired to false."
