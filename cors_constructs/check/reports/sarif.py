"""Findings for code scanning: SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cors_constructs._version import __version__
from cors_constructs.check.findings import Answer, Finding, Rule
from cors_constructs.check.reports.lines import line_of
from cors_constructs.check.reports.report import Report
from cors_constructs.simulate.model import Source
from cors_constructs.simulate.values import TemplateError

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """A log of one run."""
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    # Rules that were asked, and in any case those that are referred to.
    rules = {rule.id: rule for rule in (*report.rules, *(finding.rule for finding in report.findings))}
    order = {id_: index for index, id_ in enumerate(sorted(rules))}
    driver = {
        "name": "cors-constructs",
        "version": __version__,
        "rules": [_rule(rules[id_]) for id_ in order],
    }
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(report)],
        "artifacts": [{"location": _artifact(file)} for file in report.files],
        "results": [_result(finding, order[finding.rule.id]) for finding in report.findings],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.fix}", "markdown": f"{rule.why}\n\n**Fix.** {rule.fix}"},
        "helpUri": rule.link,
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"tags": ["api-gateway", "cors"]},
    }


def _invocation(report: Report) -> dict[str, Any]:
    notifications = [_notification(error) for error in report.errors]
    return {
        "executionSuccessful": not report.errors,
        "exitCode": report.status,
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    }


def _notification(error: TemplateError) -> dict[str, Any]:
    located = {"locations": [{"physicalLocation": {"artifactLocation": _artifact(error.file)}}]} if error.file else {}
    return {"level": "error", "message": {"text": str(error)}, **located}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    wrong = finding.answer is Answer.WRONG
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        # "open": there was not enough to decide; its level has to be "none" (sections 3.27.9 and 3.27.10).
        "kind": "fail" if wrong else "open",
        "level": finding.rule.severity.value if wrong else "none",
        "message": {"text": f"{finding.message}. Fix: {finding.fix}" if finding.fix else finding.message},
        "locations": [_location(finding.source)],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
    }


def _location(source: Source) -> dict[str, Any]:
    name = {"name": source.logical_id, "kind": "resource"}
    place = f"{source.logical_id}.{source.place}" if source.place else None
    qualified = source.construct or source.written or place
    if qualified:
        name["fullyQualifiedName"] = qualified
    if source.file is None:
        return {"logicalLocations": [name]}
    line = line_of(source)
    region = {"region": {"startLine": line}} if line else {}
    return {
        "physicalLocation": {"artifactLocation": _artifact(source.file), **region},
        "logicalLocations": [name],
    }


def _artifact(file: str) -> dict[str, Any]:
    # A name that has no encoding is that of no file; it is told all the same.
    path = Path(file.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00"))
    if path.is_absolute() or ".." in path.parts:
        return {"uri": path.absolute().resolve().as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


# Of what stays when the template's other parts move: no line, no message.
def _fingerprint(finding: Finding) -> str:
    source = finding.source
    parts = (finding.rule.id, source.file, source.logical_id, source.place, finding.path, finding.verb)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
