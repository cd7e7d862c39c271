"""A report's order, and the exit status it comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.check.findings import Finding, Severity
from cors_constructs.check.reports.report import Report
from cors_constructs.simulate.values import TemplateError
from tests.check.reports.samples import keyed, opaque_errors, undecided

BROKEN = TemplateError("c.json", "line 3", "it is no template")


FINDINGS = [keyed(), keyed("b.json"), opaque_errors(), undecided(), keyed(logical_id="Other")]


@given(st.permutations(FINDINGS))
def test_findings_stand_in_one_order_however_they_came(shuffled: list[Finding]) -> None:
    assert Report(shuffled).findings == Report(FINDINGS).findings
    assert [it.source.file for it in Report(shuffled).findings] == ["a.json"] * 4 + ["b.json"]
    assert [it.rule.id for it in Report(shuffled).findings][:4] == ["CORS901", "CORS901", "CORS901", "CORS902"]


def test_a_file_named_twice_is_reported_once() -> None:
    report = Report([keyed(), keyed()], [BROKEN, BROKEN], ["b.json", "a.json", "a.json"])
    assert len(report.findings) == len(report.errors) == 1
    assert report.files == ("a.json", "b.json")


@pytest.mark.parametrize(
    ("findings", "errors", "strict", "status"),
    [
        pytest.param([], [], False, 0, id="nothing-found-is-0"),
        pytest.param([keyed()], [], False, 1, id="an-error-is-1"),
        pytest.param([opaque_errors()], [], False, 1, id="a-warning-is-1"),
        pytest.param([undecided()], [], False, 0, id="what-cannot-be-told-is-0"),
        pytest.param([undecided()], [], True, 1, id="and-1-when-strict"),
        pytest.param([], [], True, 0, id="nothing-found-is-0-when-strict-too"),
        pytest.param([], [BROKEN], False, 2, id="an-unreadable-file-is-2"),
        pytest.param([keyed()], [BROKEN], False, 2, id="even-beside-findings"),
    ],
)
def test_the_status(findings: list[Finding], errors: list[TemplateError], strict: bool, status: int) -> None:
    assert Report(findings, errors, strict=strict).status == status


def test_it_counts_what_is_wrong_apart_from_what_cannot_be_told() -> None:
    report = Report([keyed(), keyed("b.json"), opaque_errors(), undecided()])
    assert report.wrong(Severity.ERROR) == 2
    assert report.wrong(Severity.WARNING) == 1
    assert report.cannot_tell == 1
