"""What a run of the checker found, in an order that never changes."""

from collections.abc import Iterable

import attrs

from cors_constructs.check.findings import Answer, Finding, Rule, Severity
from cors_constructs.simulate.values import TemplateError


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=_place))


def _place(finding: Finding) -> tuple[str, ...]:
    source = finding.source
    where = (source.file or "", finding.rule.id, finding.path or "", finding.verb or "")
    return (*where, source.logical_id, source.place, finding.answer.value, finding.message)


def _each_once(errors: Iterable[TemplateError]) -> tuple[TemplateError, ...]:
    return tuple({str(error): error for error in errors}.values())


def _sorted(files: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(files)))


@attrs.frozen
class Report:
    """What was looked at, and what was found.

    Attributes:
        findings: The findings: by file, then by rule, then by place; each once, however often its file was named.
        errors: What could not be read.
        files: The files that were read.
        rules: The rules that were asked.
        apis: How many REST APIs are in them; None where nobody counted.
        strict: Whether what cannot be told counts as wrong.
    """

    findings: tuple[Finding, ...] = attrs.field(default=(), converter=_in_order)
    errors: tuple[TemplateError, ...] = attrs.field(default=(), converter=_each_once)
    files: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    rules: tuple[Rule, ...] = ()
    apis: int | None = None
    strict: bool = False

    @property
    def status(self) -> int:
        """The exit status: 2 if something could not be read, else 1 if something is wrong, else 0."""
        if self.errors:
            return 2
        return int(any(self.counts(finding) for finding in self.findings))

    def counts(self, finding: Finding) -> bool:
        """Whether a finding is one to fail for."""
        return finding.answer is Answer.WRONG or self.strict

    def wrong(self, severity: Severity) -> int:
        """How many findings of that severity are wrong."""
        return sum(it.answer is Answer.WRONG and it.rule.severity is severity for it in self.findings)

    @property
    def cannot_tell(self) -> int:
        """How many findings cannot be told."""
        return sum(it.answer is Answer.CANNOT_TELL for it in self.findings)
