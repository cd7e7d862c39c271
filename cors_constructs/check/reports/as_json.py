"""Findings for scripts."""

import json
from typing import Any

from cors_constructs.check.findings import Finding
from cors_constructs.check.reports.lines import line_of
from cors_constructs.check.reports.report import Report
from cors_constructs.simulate.values import TemplateError


def render(report: Report) -> str:
    """One JSON object: `findings`, `errors` (what could not be read) and `files` (what was)."""
    document = {
        "findings": [_finding(finding) for finding in report.findings],
        "errors": [_error(error) for error in report.errors],
        "files": list(report.files),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    rule, source = finding.rule, finding.source
    return {
        "id": rule.id,
        "severity": rule.severity.value,
        "verdict": finding.answer.value,
        "file": source.file,
        "resource": source.logical_id,
        "path": finding.path,
        "message": finding.message,
        "fix": finding.fix,
        "method": finding.verb,
        "line": line_of(source),
        "place": source.place,
        "construct": source.construct,
        "written": source.written,
        "title": rule.title,
        "link": rule.link,
    }


def _error(error: TemplateError) -> dict[str, Any]:
    message = f"{error.problem}; {error.fix}" if error.fix else error.problem
    return {"file": error.file, "place": error.place, "message": message}
