"""The XML that CI servers read."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.check.reports.junit import render
from cors_constructs.check.reports.report import Report
from cors_constructs.simulate.values import TemplateError
from tests.check.reports.samples import RULES, keyed, opaque_errors, undecided

BROKEN = TemplateError("c.json", "line 3", "it is no template")


def suites(report: Report) -> dict[str, ET.Element]:
    root = ET.fromstring(render(report))  # noqa: S314 - our own
    assert root.tag == "testsuites"
    return {suite.get("name", ""): suite for suite in root}


def test_each_file_is_a_suite_with_a_test_for_each_rule() -> None:
    found = suites(Report([], [], ["a.json", "b.json"], RULES))
    assert list(found) == ["a.json", "b.json"]
    for name, suite in found.items():
        assert [case.get("classname") for case in suite] == [name] * 3
        assert [case.get("name", "")[:7] for case in suite] == ["CORS901", "CORS902", "CORS903"]
        assert all(len(case) == 0 for case in suite)


def test_a_finding_is_a_failed_test_with_everything_in_it() -> None:
    suite = suites(Report([keyed()], [], ["a.json"], RULES))["a.json"]
    (failed,) = (case for case in suite if case.find("failure") is not None)
    assert failed.get("name") == "CORS901 The preflight asks for a key: UsersOptions OPTIONS /users"
    failure = failed.find("failure")
    assert failure is not None
    assert failure.attrib == {"message": "OPTIONS asks for a key.", "type": "error"}
    assert failure.text == (
        "a.json: UsersOptions\nOPTIONS asks for a key.\nFix: Set ApiKeyRequired to false.\n"
        "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
    )
    # The rule that failed is not among the passed ones.
    assert sorted(case.get("name", "")[:7] for case in suite) == ["CORS901", "CORS902", "CORS903"]


@pytest.mark.parametrize(("strict", "tag"), [(False, "skipped"), (True, "failure")])
def test_what_cannot_be_told_is_skipped_or_failed_when_strict(strict: bool, tag: str) -> None:
    suite = suites(Report([undecided()], [], ["a.json"], strict=strict))["a.json"]
    (case,) = suite
    assert [child.tag for child in case] == [tag]


def test_a_file_that_cannot_be_read_is_an_error_and_passes_no_rule() -> None:
    (case,) = suites(Report([], [BROKEN], ["a.json"], RULES))["c.json"]
    error = case.find("error")
    assert error is not None
    assert error.get("message") == "c.json: line 3: it is no template"


def test_the_numbers_are_those_of_the_tests() -> None:
    report = Report([keyed(), opaque_errors(), undecided(), keyed("b.json")], [BROKEN], ["a.json", "b.json"], RULES)
    root = ET.fromstring(render(report))  # noqa: S314 - our own
    expected = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in (root, *root):
        counted = {name: str(len(element.findall(f".//{tag}"))) for name, tag in expected.items()}
        assert counted == {name: element.get(name) for name in expected}
    assert root.get("failures") == "3"
    assert root.get("errors") == root.get("skipped") == "1"


def test_two_tests_of_one_suite_never_share_a_name() -> None:
    suite = suites(Report([keyed(message="one"), keyed(message="two")], [], ["a.json"], RULES))["a.json"]
    names = [case.get("name") for case in suite]
    assert len(set(names)) == len(names)


@given(st.text(st.characters()))
def test_any_text_makes_xml_that_can_be_read(text: str) -> None:
    report = Report([keyed(text or None, text, text), undecided(text or None, text)], [BROKEN], [text], RULES)
    written = render(report)
    assert written.isascii()
    ET.fromstring(written)  # noqa: S314 - our own


def test_control_characters_are_written_out() -> None:
    written = render(Report([keyed(message="a\x1b[31m\x00\ud800\uffff")]))
    assert "a\\x1b[31m\\x00\\ud800\\uffff" in written
