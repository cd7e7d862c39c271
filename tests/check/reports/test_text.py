"""What people read."""

from pathlib import Path

import pytest

from cors_constructs.check.reports.report import Report
from cors_constructs.check.reports.text import render
from cors_constructs.simulate.values import TemplateError
from tests.check.reports.samples import keyed, made_by_sam, opaque_errors, undecided

BROKEN = TemplateError("c.json", "", "it is no template")


def test_a_finding_is_a_paragraph() -> None:
    assert render(Report([keyed()], files=["a.json"])) == (
        "a.json: CORS901 error, UsersOptions (OPTIONS /users)\n"
        "    OPTIONS asks for a key.\n"
        "    Fix: Set ApiKeyRequired to false.\n"
        "    Place: Properties.ApiKeyRequired\n"
        "    Construct: Shop/Api/users/OPTIONS\n"
        "\n"
        "1 error in 1 file\n"
    )


def test_what_sam_made_says_where_it_was_written() -> None:
    paragraph = render(Report([made_by_sam()])).splitlines()
    assert "    Written: Resources.ListUsers.Properties.Events.Get" in paragraph
    assert not [line for line in paragraph if "Body" in line]


def test_it_starts_with_the_line_where_the_file_has_it(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources:\n  UsersOptions:\n    Type: x\n")
    assert render(Report([keyed(str(path))])).startswith(f"{path}:2: CORS901 error, ")


def test_what_is_not_known_is_left_out() -> None:
    assert render(Report([opaque_errors(None)])) == (
        "template: CORS902 warning, Api\n    DEFAULT_4XX has no Allow-Origin.\n    Fix: Add it.\n"
        "\n"
        "1 warning in 1 file\n"
    )


def test_what_cannot_be_told_is_not_called_an_error() -> None:
    assert "a.json: CORS901 cannot tell (error if so), ItemsOptions (OPTIONS /items)\n" in render(Report([undecided()]))


@pytest.mark.parametrize(
    ("report", "closing"),
    [
        pytest.param(Report(files=["a.json"]), "1 file checked: nothing found", id="one-file-clean"),
        pytest.param(Report(files=["a", "b"], apis=1), "2 files checked: nothing found", id="two-files-clean"),
        pytest.param(Report(files=["a"], apis=0), "1 file checked: no REST API there", id="no-api"),
        pytest.param(
            Report(
                [keyed(), keyed("b.json"), opaque_errors(), keyed(logical_id="X")], files=["a.json", "b.json", "c.json"]
            ),
            "3 errors, 1 warning in 2 files",
            id="files-with-findings-are-counted",
        ),
        pytest.param(Report([opaque_errors()]), "1 warning in 1 file", id="a-warning-alone"),
        pytest.param(
            Report([undecided(), undecided(logical_id="X")], files=["a.json"]),
            "1 file checked: nothing found; 2 places cannot be told",
            id="nothing-wrong-and-two-that-cannot-be-told",
        ),
        pytest.param(
            Report([keyed(), undecided("b.json")]),
            "1 error in 1 file; 1 place cannot be told",
            id="a-file-where-it-cannot-be-told-is-not-one-with-errors",
        ),
        pytest.param(
            Report([], [BROKEN], ["a.json"]), "1 file checked: nothing found; 1 problem with reading", id="unreadable"
        ),
        pytest.param(Report([], [BROKEN]), "0 files checked; 1 problem with reading", id="nothing-read"),
    ],
)
def test_the_closing_line(report: Report, closing: str) -> None:
    assert render(report).splitlines()[-1] == closing


def test_there_is_no_colour_unless_it_is_asked_for() -> None:
    report = Report([keyed(), opaque_errors(), undecided()])
    assert "\x1b" not in render(report)
    coloured = render(report, colour=True)
    assert "\x1b[31m\x1b[1mCORS901 error\x1b[0m" in coloured
    assert "\x1b[33m\x1b[1mCORS902 warning\x1b[0m" in coloured


def test_a_template_cannot_send_commands_to_the_terminal() -> None:
    finding = keyed(file="a\x1b]0;x\x07.json", logical_id="U\x1b[2J", message="one\ntwo\x9b1m \u202e \ud800")
    text = render(Report([finding]))
    assert "a\\x1b]0;x\\x07.json: CORS901 error, U\\x1b[2J (OPTIONS /users)\n" in text
    assert "    one\\ntwo\\x9b1m \\u202e \\ud800\n" in text


@pytest.mark.parametrize("width", [40, 60, 100])
def test_it_wraps_at_the_terminals_width(width: int) -> None:
    text = render(Report([keyed(message="word " * 60)]), width=width)
    body = [line for line in text.splitlines() if line.startswith("    ")]
    assert len(body) > 3
    assert max(map(len, body)) <= width


def test_words_are_not_broken_for_it() -> None:
    url = "https://docs.aws.amazon.com/" + "x" * 100
    assert f"    {url}\n" in render(Report([keyed(message=f"see {url}")]), width=50)


def test_a_terminal_that_says_it_has_no_width_still_gets_lines() -> None:
    assert "OPTIONS asks for a key." in render(Report([keyed()]), width=0)
