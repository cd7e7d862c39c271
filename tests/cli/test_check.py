"""`cors-constructs check`: what it prints, and what it exits with."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import Ran, run
from tests.cli.templates import Template, keyed, keyed_perhaps, twice, without_max_age, write


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def ids(ran: Ran) -> list[tuple[str, str]]:
    return [(finding["id"], finding["verdict"]) for finding in json.loads(ran.out)["findings"]]


def test_a_template_that_is_right_exits_with_0() -> None:
    write(Path("a.json"))
    assert run("check", "a.json") == Ran(0, "1 file checked: nothing found\n", "")


def test_a_template_that_is_wrong_exits_with_1_and_says_where() -> None:
    write(Path("a.json"), keyed)
    ran = run("check", "a.json")
    assert ran.status == 1
    assert ran.out.startswith("a.json:")
    assert ": CORS201 error, UsersOptions (OPTIONS /users)\n" in ran.out
    assert ran.out.endswith("\n\n1 error in 1 file\n")
    assert ran.err == ""


def test_a_warning_is_a_finding_too() -> None:
    write(Path("a.json"), without_max_age)
    ran = run("check", "a.json")
    assert (ran.status, ran.out.splitlines()[-1]) == (1, "1 warning in 1 file")


def test_what_cannot_be_told_does_not_fail_unless_it_is_asked_to() -> None:
    write(Path("a.json"), keyed_perhaps)
    ran = run("check", "a.json", "--format", "json")
    assert ran.status == 0
    assert ("CORS201", "cannot-tell") in ids(ran)
    assert {verdict for _, verdict in ids(ran)} == {"cannot-tell"}
    assert run("check", "a.json", "--strict").status == 1


@pytest.mark.parametrize(("value", "status"), [("true", 1), ("false", 0)])
def test_a_parameter_can_be_given(value: str, status: int) -> None:
    write(Path("a.json"), keyed_perhaps)
    assert run("check", "a.json", "--parameter", f"Keyed={value}", "--strict").status == status


def without_parameters(template: Template) -> None:
    """A template that has no parameter at all."""
    del template["Parameters"]


def with_another_parameter(template: Template) -> None:
    """And one that has another."""
    template["Parameters"] = {"Name": {"Type": "String"}}


@pytest.mark.parametrize(("value", "status"), [("true", 1), ("false", 0)])
@pytest.mark.parametrize("order", [["a.json", "b.json", "c.json"], ["c.json", "b.json", "a.json"]])
def test_a_parameter_may_be_one_of_some_files_only(order: list[str], value: str, status: int) -> None:
    write(Path("a.json"), keyed_perhaps)
    write(Path("b.json"), without_parameters)
    write(Path("c.json"), with_another_parameter)
    ran = run("check", *order, "--parameter", f"Keyed={value}", "--parameter", "Name=x", "--strict")
    assert (ran.status, ran.err) == (status, "")


def test_a_parameter_of_no_file_is_an_error_that_lists_those_there_are() -> None:
    write(Path("a.json"), keyed_perhaps)
    write(Path("b.json"), without_parameters)
    write(Path("c.json"), with_another_parameter)
    given = ["--parameter", "Kyed=false", "--parameter", "Name=x"]
    assert run("check", "a.json", "b.json", "c.json", *given) == Ran(
        2,
        "",
        'cors-constructs: Invalid value for --parameter: there is no parameter "Kyed"; give one of Keyed, Name '
        "(`cors-constructs check --help` says more)\n",
    )


def test_a_parameter_may_be_one_of_a_file_that_cannot_be_read() -> None:
    write(Path("a.json"), without_parameters)
    Path("broken.json").write_text('{"Resources": {')
    ran = run("check", "a.json", "broken.json", "--parameter", "Keyed=true")
    assert ran.status == 2
    assert ran.err.startswith("cors-constructs: broken.json: ")
    assert ran.err.count("\n") == 1


def test_a_parameter_that_is_there_is_still_checked_beside_one_that_is_not() -> None:
    def allowing(template: Template) -> None:
        template["Parameters"] = {"Keyed": {"Type": "String", "AllowedValues": ["true", "false"]}}

    write(Path("a.json"), keyed_perhaps, allowing)
    write(Path("b.json"), with_another_parameter)
    ran = run("check", "a.json", "b.json", "--parameter", "Keyed=yes", "--parameter", "Name=x")
    assert ran.status == 2
    assert ran.err == 'cors-constructs: a.json: Parameters.Keyed: it is given "yes"; give one of "true", "false"\n'


YAML = "Resources: {Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: Shop}}}\n"


def test_a_template_may_come_by_the_standard_input() -> None:
    template = write(Path("a.json"), keyed).read_text()
    ran = run("check", "-", "--format", "json", stdin=template)
    report = json.loads(ran.out)
    assert (ran.status, report["files"]) == (1, ["<stdin>"])
    assert [(it["id"], it["file"], it["line"]) for it in report["findings"]] == [("CORS201", "<stdin>", None)]
    assert run("check", "-", stdin=template).out.startswith("<stdin>: CORS201 error, UsersOptions (OPTIONS /users)\n")


def test_in_yaml_too_and_beside_files_and_with_parameters() -> None:
    write(Path("a.json"))
    assert run("check", "a.json", "-", "-", stdin=YAML) == Ran(0, "2 files checked: nothing found\n", "")
    template = write(Path("b.json"), keyed_perhaps).read_text()
    ran = run("check", "-", "a.json", "--parameter", "Keyed=true", stdin=template)
    assert (ran.status, ran.err) == (1, "")


@pytest.mark.parametrize("format_", ["sarif", "junit"])
def test_what_comes_by_the_standard_input_is_told_in_every_format(format_: str) -> None:
    template = write(Path("a.json"), keyed).read_text()
    ran = run("check", "-", "--format", format_, stdin=template)
    assert ran.status == 1
    assert "stdin" in ran.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("", "<stdin>: it is empty; write a template into it", id="nothing"),
        pytest.param("hello", "<stdin>: it is no template", id="no-template"),
        pytest.param('{"Resources": {', "<stdin>: line 1, column 16: it is not JSON", id="half-a-template"),
        pytest.param(b"\xff\xff", "<stdin>: byte 1: it is not UTF-8", id="no-text"),
        pytest.param(" " * 9 * 2**20, "<stdin>: it is larger than 8 MB", id="too-much"),
    ],
)
def test_what_comes_by_the_standard_input_and_is_no_template(content: str | bytes, told: str) -> None:
    write(Path("a.json"), keyed)
    ran = run("check", "-", "a.json", "--format", "json", stdin=content)
    assert (ran.status, ids(ran)) == (2, [("CORS201", "wrong")])
    assert ran.err.startswith(f"cors-constructs: {told}")
    assert ran.err.count("\n") == 1


def test_a_file_of_that_name_is_meant_by_its_path() -> None:
    write(Path("-"), keyed)
    assert run("check", "./-").status == 1


def test_several_files_are_one_report() -> None:
    for name in ("b.json", "a.json"):
        write(Path(name), keyed)
    write(Path("c.json"))
    ran = run("check", "b.json", "a.json", "c.json", "--format", "json")
    report = json.loads(ran.out)
    assert [finding["file"] for finding in report["findings"]] == ["a.json", "b.json"]
    assert report["files"] == ["a.json", "b.json", "c.json"]
    assert report["errors"] == []


def test_a_file_that_cannot_be_read_exits_with_2_and_the_others_are_checked() -> None:
    write(Path("a.json"), keyed)
    Path("broken.json").write_text('{"Resources": {')
    ran = run("check", "broken.json", "missing.json", "a.json", "--format", "json")
    assert ran.status == 2
    assert ("CORS201", "wrong") in ids(ran)
    errors = json.loads(ran.out)["errors"]
    assert [error["file"] for error in errors] == ["broken.json", "missing.json"]
    lines = ran.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("cors-constructs: broken.json: ")
    assert lines[1].startswith("cors-constructs: missing.json: ")


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit"])
def test_every_format_is_told_of_files_that_cannot_be_read(format_: str) -> None:
    ran = run("check", "missing.json", "--format", format_)
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert ("missing.json" in ran.out) == (format_ != "text")


def test_a_template_nested_too_deeply_is_an_error_in_one_line() -> None:
    Path("deep.json").write_text('{"Resources": ' + "[" * 100_000 + "]" * 100_000 + "}")
    ran = run("check", "deep.json")
    assert ran.status == 2
    assert ran.err.count("\n") == 1


def test_sarif_is_printed() -> None:
    write(Path("a.json"), keyed)
    ran = run("check", "a.json", "--format", "sarif")
    (sarif,) = json.loads(ran.out)["runs"]
    assert ran.status == 1
    (result,) = sarif["results"]
    assert result["ruleId"] == "CORS201"
    region = result["locations"][0]["physicalLocation"]["region"]
    assert '"UsersOptions"' in Path("a.json").read_text().splitlines()[region["startLine"] - 1]
    assert len(sarif["tool"]["driver"]["rules"]) > 30


def test_junit_is_printed() -> None:
    write(Path("a.json"), keyed)
    ran = run("check", "a.json", "--format", "junit")
    root = ET.fromstring(ran.out)  # noqa: S314 - our own
    assert ran.status == 1
    assert [case.get("name", "").split()[0] for case in root.iter("testcase") if len(case)] == ["CORS201"]
    assert int(root.get("tests", "0")) > 30


@pytest.mark.parametrize(
    ("options", "found"),
    [
        pytest.param([], ["CORS201", "CORS219"], id="all"),
        pytest.param(["--select", "CORS201"], ["CORS201"], id="one"),
        pytest.param(["--select", "cors201,CORS219"], ["CORS201", "CORS219"], id="a-list-in-any-case"),
        pytest.param(["--select", "CORS201", "--select", "CORS219"], ["CORS201", "CORS219"], id="repeated"),
        pytest.param(["--select", "CORS2"], ["CORS201", "CORS219"], id="how-they-start"),
        pytest.param(["--select", "CORS3"], [], id="others"),
        pytest.param(["--ignore", "CORS201"], ["CORS219"], id="all-but-one"),
        pytest.param(["--ignore", " CORS201 , CORS219 "], [], id="all-but-a-list-with-blanks"),
        pytest.param(["--select", "CORS2", "--ignore", "CORS21"], ["CORS201"], id="some-but-some"),
        pytest.param(["--select", "CORS201", "--ignore", "CORS2"], [], id="ignoring-wins"),
    ],
)
def test_rules_are_selected_and_ignored(options: list[str], found: list[str]) -> None:
    write(Path("a.json"), keyed, without_max_age)
    ran = run("check", "a.json", "--format", "json", *options)
    assert [id_ for id_, _ in ids(ran)] == found
    assert ran.status == bool(found)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_rule_that_is_none_is_an_error_and_not_silently_nothing(option: str) -> None:
    write(Path("a.json"), keyed)
    ran = run("check", "a.json", option, "CORS201,CORS999")
    assert ran.status == 2
    assert "no rule's id starts with 'CORS999'" in ran.err


def test_without_a_path_it_checks_cdk_out() -> None:
    write(Path("cdk.out/a.template.json"), keyed)
    ran = run("check", "--format", "json")
    assert ran.status == 1
    assert json.loads(ran.out)["findings"][0]["file"] == str(Path("cdk.out/a.template.json"))


def test_and_says_so_where_there_is_none() -> None:
    ran = run("check")
    assert ran.status == 2
    assert ran.err.startswith("cors-constructs: there is no folder cdk.out here; ")


def test_the_report_can_go_to_a_file() -> None:
    write(Path("a.json"), keyed)
    ran = run("check", "a.json", "--format", "json", "--output", "report.json")
    assert ran == Ran(1, "", "")
    assert json.loads(Path("report.json").read_text())["findings"][0]["id"] == "CORS201"


def test_a_file_that_cannot_be_written_is_told_in_one_line() -> None:
    write(Path("a.json"))
    ran = run("check", "a.json", "--output", "no/such/folder/report.txt")
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert "no/such/folder/report.txt" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["--format", "yaml"], "'yaml' is not one of", id="a-format-that-is-none"),
        pytest.param(["--parameter", "Stage"], "'Stage' is not NAME=VALUE, such as Stage=prod", id="no-equals-sign"),
        pytest.param(["--parameter", "=x"], "'=x' is not NAME=VALUE", id="no-name"),
        pytest.param(["--parameter", "A=1", "--parameter", "A=2"], "A is given twice", id="two-values"),
        pytest.param(["--parameter", "Nobody=1"], "Nobody", id="a-parameter-that-the-template-lacks"),
        pytest.param(["--nonsense"], "--nonsense", id="an-option-that-is-none"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(arguments: list[str], told: str) -> None:
    write(Path("a.json"))
    ran = run("check", "a.json", *arguments)
    assert ran.status == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("cors-constructs: ")


def test_colours_are_shown_when_they_are_asked_for_and_only_in_text() -> None:
    write(Path("a.json"), keyed)
    assert "\x1b[" not in run("check", "a.json").out
    assert "\x1b[" in run("check", "a.json", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in run("check", "a.json", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out
    assert "\x1b[" not in run("check", "a.json", "--format", "json", env={"FORCE_COLOR": "1"}).out
    run("check", "a.json", "-o", "report.txt", env={"FORCE_COLOR": "1"})
    assert "\x1b[" not in Path("report.txt").read_text()


def test_a_template_without_an_api_is_said_to_have_none() -> None:
    Path("a.json").write_text('{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}')
    assert run("check", "a.json") == Ran(0, "1 file checked: no REST API there\n", "")


def test_two_runs_print_the_same() -> None:
    write(Path("a.json"), keyed, without_max_age, twice)
    shutil.copy("a.json", "b.json")
    first = run("check", "a.json", "b.json", "--format", "json")
    assert run("check", "b.json", "a.json", "a.json", "--format", "json") == first
