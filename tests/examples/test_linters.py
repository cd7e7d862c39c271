"""Linters find nothing on what cors-constructs generates; what they find elsewhere is listed here, with reasons.

A new finding fails `test_what_is_left_is_what_is_listed`: mend it, or add a row that says why it is the reader's.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]

from .apps import EXAMPLES
from .findings import (
    APIS,
    FUNCTIONS,
    KEY_ONLY,
    OPEN,
    OTHERWISE_GUARDED,
    ROLES,
    STAGES,
    USER_POOL,
    Finding,
    Left,
    all_of,
    generated,
    paths_of,
)
from .validate import MISTAKES, validated

Linter = Callable[[Path], list[Finding]]

_POLICY: Final = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

CDK_NAG: Final = [
    Left("AwsSolutions-APIG1", "who keeps access logs, where and how long, is the account's matter", STAGES),
    Left("AwsSolutions-APIG2", "what a valid request is, only the app knows: add a RequestValidator", APIS),
    Left("AwsSolutions-APIG3", "a WAF costs by the month: attach one where the data is worth it", STAGES),
    Left("AwsSolutions-APIG4", "open by name, in keyless=", OPEN),
    Left("AwsSolutions-APIG4", "public data, or guarded by the backend; we warn, and the app acknowledges", KEY_ONLY),
    Left("AwsSolutions-APIG6", "execution logs need a role in the account: deploy_options=StageOptions(...)", STAGES),
    Left("AwsSolutions-COG4", "not every API has its users in Cognito", [*OPEN, *KEY_ONLY, *OTHERWISE_GUARDED]),
    Left(f"AwsSolutions-IAM4[{_POLICY}]", "the CDK's own default for functions", ROLES),
    Left("AwsSolutions-L1", "a runtime that the oldest supported CDK knows", FUNCTIONS),
    Left("AwsSolutions-COG1", "the pool stands in for the reader's own", USER_POOL),
    Left("AwsSolutions-COG2", "the pool stands in for the reader's own", USER_POOL),
    Left("AwsSolutions-COG8", "the pool stands in for the reader's own", USER_POOL),
]
CFN_LINT: Final = [Left("W3005", "the CDK has functions wait for their role twice", FUNCTIONS)]
CDK_VALIDATION: Final[list[Left]] = []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every template, and the report of what the CDK and cdk-nag found."""
    return validated(tmp_path_factory.mktemp("validated"))


def reported(folder: Path, plugin: str) -> list[Finding]:
    """What a plugin of the CDK found, the stack with mistakes included."""
    reports = json.loads((folder / "validation-report.json").read_text())["pluginReports"]
    return sorted(
        Finding(violation["ruleName"], construct["constructPath"])
        for report in reports
        if report["pluginName"] == plugin
        for violation in report["violations"]
        for construct in violation["violatingConstructs"]
    )


def cdk_nag(folder: Path) -> list[Finding]:
    return _on_examples(reported(folder, "AwsSolutions"))


def cdk_validation(folder: Path) -> list[Finding]:
    return _on_examples(reported(folder, "CloudFormation Validate"))


def cfn_lint(folder: Path) -> list[Finding]:
    return sorted(
        Finding(match.rule.id, _place(match.path, paths_of(folder, example)))
        for example in EXAMPLES
        for match in lint((folder / f"{example}.template.json").read_text())
    )


def _place(path: Sequence[object] | None, paths: dict[str, str]) -> str:
    section, name, *_ = path or ["template", ""]
    return paths.get(str(name), f"{section}/{name}")


def _on_examples(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if not finding.path.startswith(f"{MISTAKES}/")]


every_linter = pytest.mark.parametrize(
    ("linter", "left"),
    [
        pytest.param(cdk_nag, CDK_NAG, id="cdk-nag"),
        pytest.param(cdk_validation, CDK_VALIDATION, id="the CDK's own"),
        pytest.param(cfn_lint, CFN_LINT, id="cfn-lint"),
    ],
)


@every_linter
def test_nothing_is_found_on_what_is_generated(folder: Path, linter: Linter, left: list[Left]) -> None:
    ours = generated(folder)
    assert len(ours) > len(EXAMPLES)
    assert [finding for finding in linter(folder) if finding.path in ours] == []
    assert not ours & {finding.path for finding in all_of(left)}


@every_linter
def test_what_is_left_is_what_is_listed(folder: Path, linter: Linter, left: list[Left]) -> None:
    assert linter(folder) == all_of(left)


@pytest.mark.parametrize(
    ("plugin", "finding"),
    [
        ("AwsSolutions", Finding("AwsSolutions-APIG4", f"{MISTAKES}/Api/Default/OPTIONS/Resource")),
        ("CloudFormation Validate", Finding("F3002", f"{MISTAKES}/Queue")),
    ],
)
def test_they_do_look(folder: Path, plugin: str, finding: Finding) -> None:
    assert finding in reported(folder, plugin)


def test_cfn_lint_does_look(folder: Path) -> None:
    text = (folder / f"{MISTAKES}.template.json").read_text()
    assert any(match.rule.id.startswith("E3") for match in lint(text))
