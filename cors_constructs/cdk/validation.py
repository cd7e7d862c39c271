"""What the checker finds, in the CDK's own report: by construct, acknowledged in the CDK's own way."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aws_cdk
import jsii

from cors_constructs._version import __version__
from cors_constructs.check import check
from cors_constructs.check.findings import Answer, Finding, Severity
from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError

if TYPE_CHECKING:
    from aws_cdk import IPolicyValidationContext, PolicyValidationPluginReport, PolicyViolatingResource, PolicyViolation

_NAME: Final = "cors-constructs"
_LOWEST: Final = "2.251.0"
_UNDECIDED: Final = "info"
_Class = TypeVar("_Class", bound=type)


def _plugin(cls: _Class) -> _Class:
    """Have the CDK call a class, where it is new enough to have plugins of this kind."""
    interface: Any = getattr(aws_cdk, "IPolicyValidationPlugin", None)
    implements: Callable[[_Class], _Class] = jsii.implements(interface) if interface else lambda it: it
    return implements(cls)


@_plugin
class CorsValidationPlugin:
    """Checks every template of an app while it is synthesized, those of its stages and nested stacks included.

        Validations.of(app).add_plugins(CorsValidationPlugin())

    A broken rule of severity error fails synthesis; warnings, and what the template alone does not decide (`info`),
    are only reported. A finding is acknowledged on its construct, or on any above:

        Validations.of(api).acknowledge(Acknowledgment(id="cors-constructs::CORS201", reason="..."))

    https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """

    def __init__(self, *, select: Collection[str] = (), ignore: Collection[str] = ()) -> None:
        """Takes which rules to look at.

        Args:
            select: Ids of rules, or how they begin (`CORS2`), to look at. Left out, all rules.
            ignore: Ids of rules, or how they begin, to leave out.

        Raises:
            RuntimeError: The CDK is older than 2.251.0, which brought `Validations`.
            ValueError: No rule has such an id.
        """
        if not hasattr(aws_cdk, "Validations"):
            raise RuntimeError(
                f"CorsValidationPlugin needs aws-cdk-lib {_LOWEST} or newer, which has Validations; with an older one, "
                "run `cors-constructs check cdk.out` after synthesis"
            )
        self._select, self._ignore = select, ignore
        check(Template(), select=select, ignore=ignore)  # a wrong name is to be told here, and not by the CDK later

    @property
    def name(self) -> str:
        """What the report calls it, and what ids of acknowledgments begin with."""
        return _NAME

    @property
    def rule_ids(self) -> list[str] | None:
        """None: the CDK would put the list into what it reports to AWS of an app."""
        return None

    @property
    def version(self) -> str:
        """The version of cors-constructs."""
        return __version__

    def validate(self, context: "IPolicyValidationContext") -> "PolicyValidationPluginReport":
        """Check the templates; the CDK calls this.

        Args:
            context: What the CDK says of the app: where its templates are.
        """
        violations: list[PolicyViolation] = []
        for folder in _assemblies(context.template_paths):
            template = read_template(folder)
            findings = check(template, select=self._select, ignore=self._ignore)
            violations += [_violation(group, folder) for group in _alike(findings)]
            violations += [_unreadable(error, folder) for error in template.unreadable]
        success = all(violation.severity != Severity.ERROR.value for violation in violations)
        return aws_cdk.PolicyValidationPluginReport(success=success, violations=violations)


def _assemblies(paths: Iterable[str]) -> list[Path]:
    """The folders that templates are in, without those below others: a stage's folder is below its app's."""
    folders = {Path(path).parent for path in paths}
    return sorted(folder for folder in folders if folders.isdisjoint(folder.parents))


def _alike(findings: Iterable[Finding]) -> Iterator[Sequence[Finding]]:
    """Those that say the same of several resources, together: that is how the CDK has them."""
    groups: dict[tuple[str, Answer, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule.id, finding.answer, finding.message, finding.fix), []).append(finding)
    yield from groups.values()


def _violation(group: Sequence[Finding], folder: Path) -> "PolicyViolation":
    finding, rule = group[0], group[0].rule
    return aws_cdk.PolicyViolation(
        rule_name=rule.id,
        severity=rule.severity.value if finding.answer is Answer.WRONG else _UNDECIDED,
        description=finding.message,
        fix=finding.fix or rule.fix,
        rule_metadata={"title": rule.title, "answer": finding.answer.value, "why": rule.why, "link": rule.link},
        violating_resources=[_resource(folder, it.source.file, it.source.logical_id, it.source.place) for it in group],
    )


def _unreadable(error: TemplateError, folder: Path) -> "PolicyViolation":
    section, _, place = error.place.partition(".")
    logical_id, _, inside = place.partition(".")
    return aws_cdk.PolicyViolation(
        rule_name="unreadable",
        severity=Severity.WARNING.value,
        description=f"not checked: {error.problem}",
        fix=error.fix or None,
        violating_resources=[_resource(folder, error.file, logical_id if section == "Resources" else "", inside)],
    )


# The construct's path is left out: the CDK finds it by the logical id, also where templates hold no paths.
def _resource(folder: Path, file: str | None, logical_id: str, place: str) -> "PolicyViolatingResource":
    return aws_cdk.PolicyViolatingResource(
        template_path=str(folder / (file or "")),
        resource_logical_id=logical_id,
        locations=[place] if place else [],
    )
