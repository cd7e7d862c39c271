"""Findings for people."""

import textwrap
from collections.abc import Iterator
from typing import Any, Final

import click

from cors_constructs.check.findings import Answer, Finding, Severity
from cors_constructs.check.reports.characters import printable
from cors_constructs.check.reports.lines import line_of
from cors_constructs.check.reports.report import Report

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_INDENT: Final = "    "


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """A paragraph for each finding, and a line that counts them.

    Args:
        report: What was found.
        colour: Whether to colour it.
        width: The columns to wrap at; None not to.
    """
    paragraphs = [*(_paragraph(finding, colour, width) for finding in report.findings), _closing(report, colour)]
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(finding: Finding, colour: bool, width: int | None) -> str:
    return "\n".join([_headline(finding, colour), *_body(finding, colour, width)])


def _headline(finding: Finding, colour: bool) -> str:
    source, severity = finding.source, finding.rule.severity
    line = line_of(source)
    file = printable(source.file or "template") + (f":{line}" if line else "")
    told = severity.value if finding.answer is Answer.WRONG else f"cannot tell ({severity.value} if so)"
    shade = _COLOURS[severity] if finding.answer is Answer.WRONG else "cyan"
    rule = _paint(f"{finding.rule.id} {told}", colour, fg=shade, bold=True)
    return f"{_paint(file, colour, bold=True)}: {rule}, {printable(source.logical_id)}{printable(_method(finding))}"


def _method(finding: Finding) -> str:
    named = " ".join(part for part in (finding.verb, finding.path) if part)
    return f" ({named})" if named else ""


def _body(finding: Finding, colour: bool, width: int | None) -> Iterator[str]:
    yield _wrapped(finding.message, width)
    if finding.fix:
        yield _wrapped(f"Fix: {finding.fix}", width)
    # The resource is known; what helps is where in a long one (an API's Body), and which line of an app made it. Of
    # what SAM made, only the place where that was written is there to be read.
    source = finding.source
    place = ("Written", source.written) if source.written else ("Place", source.place)
    for name, where in (place, ("Construct", source.construct)):
        if where:
            yield _paint(_wrapped(f"{name}: {where}", width), colour, dim=True)


def _wrapped(text: str, width: int | None) -> str:
    text = printable(text)
    if width is None:
        return _INDENT + text
    options: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.fill(text, max(width, 40), initial_indent=_INDENT, subsequent_indent=_INDENT, **options)


def _closing(report: Report, colour: bool) -> str:
    errors, warnings = report.wrong(Severity.ERROR), report.wrong(Severity.WARNING)
    found = [_count(errors, "error")] * bool(errors) + [_count(warnings, "warning")] * bool(warnings)
    if found:
        files = len({it.source.file for it in report.findings if it.answer is Answer.WRONG})
        said, shade = f"{', '.join(found)} in {_count(files, 'file')}", "red" if errors else "yellow"
    else:
        said, shade = f"{_count(len(report.files), 'file')} checked", "green"
        if report.files:
            said += ": no REST API there" if report.apis == 0 else ": nothing found"
    if report.cannot_tell:
        said += f"; {_count(report.cannot_tell, 'place')} cannot be told"
    if report.errors:
        said, shade = f"{said}; {_count(len(report.errors), 'problem')} with reading", "red"
    return _paint(said, colour, fg=shade, bold=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _paint(text: str, colour: bool, **style: Any) -> str:
    return click.style(text, **style) if colour else text
