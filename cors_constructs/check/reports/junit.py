"""Findings for CI servers: JUnit's XML, as Jenkins, GitLab and GitHub's reporters read it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from cors_constructs.check.findings import Answer, Finding, Rule
from cors_constructs.check.reports.lines import line_of
from cors_constructs.check.reports.report import Report
from cors_constructs.simulate.values import TemplateError

# What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets).
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEMPLATE: Final = "template"


def render(report: Report) -> str:
    """A suite for each file; in it a test for each finding, and one for each rule that found nothing.

    What cannot be told is a skipped test, or a failed one where the report is strict; a file that cannot be read is an
    error.
    """
    root = ET.Element("testsuites", name="cors-constructs")
    for file, cases in _cases(report).items():
        root.append(_suite(file, cases))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    # ASCII, so that it is well-formed in whatever encoding the output has.
    written = str(ET.tostring(root, encoding="us-ascii"), "ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _cases(report: Report) -> dict[str, list[ET.Element]]:
    found = [(finding.source.file or _TEMPLATE, finding) for finding in report.findings]
    broken = [(error.file or _TEMPLATE, error) for error in report.errors]
    cases: dict[str, list[ET.Element]] = {}
    for file in sorted({*report.files, *(name for name, _ in found), *(name for name, _ in broken)}):
        findings = [finding for name, finding in found if name == file]
        cases[file] = [
            *(_broken(error) for name, error in broken if name == file),
            *_passed(report.rules if file in report.files else (), findings),
            *(_finding(finding, failed=report.counts(finding)) for finding in findings),
        ]
    return cases


def _broken(error: TemplateError) -> ET.Element:
    case = ET.Element("testcase", name="is a template that can be read")
    ET.SubElement(case, "error", message=_escaped(str(error)), type="TemplateError")
    return case


def _passed(rules: tuple[Rule, ...], findings: list[Finding]) -> Iterator[ET.Element]:
    spoken = {finding.rule.id for finding in findings}
    for rule in rules:
        if rule.id not in spoken:
            yield ET.Element("testcase", name=_escaped(f"{rule.id} {rule.title}"))


def _finding(finding: Finding, *, failed: bool) -> ET.Element:
    place = " ".join(part for part in (finding.source.logical_id, finding.verb, finding.path) if part)
    case = ET.Element("testcase", name=_escaped(f"{finding.rule.id} {finding.rule.title}: {place}"))
    if failed:
        kind = finding.rule.severity.value if finding.answer is Answer.WRONG else finding.answer.value
        told = ET.SubElement(case, "failure", message=_escaped(finding.message), type=kind)
        told.text = _escaped("\n".join(_details(finding)))
    else:
        ET.SubElement(case, "skipped", message=_escaped(f"cannot tell: {finding.message}"))
    return case


def _details(finding: Finding) -> Iterator[str]:
    line = line_of(finding.source)
    yield f"{finding.source.file or _TEMPLATE}{f':{line}' if line else ''}: {finding.source.logical_id}"
    yield finding.message
    if finding.fix:
        yield f"Fix: {finding.fix}"
    yield finding.rule.link


def _suite(file: str, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=_escaped(file), tests=str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    names: Counter[str] = Counter()
    for case in cases:
        case.set("classname", _escaped(file))
        name = case.get("name", "")
        names[name] += 1
        # Servers take tests of one name for one test.
        case.set("name", name if names[name] == 1 else f"{name} ({names[name]})")
        suite.append(case)
    return suite


def _escaped(text: str) -> str:
    return _NOT_IN_XML.sub(lambda found: repr(found[0])[1:-1], text)
