"""Checkov finds nothing on what cors-constructs generates. It needs an environment of its own: `make test-checkov`."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from ..examples.apps import EXAMPLES, ROOT
from ..examples.findings import FUNCTIONS, OPEN, STAGES, Finding, Left, all_of, generated, paths_of
from ..examples.validate import validated

CHECKOV: Final = ROOT / ".venv-checkov" / "bin" / "python"

LEFT: Final = [
    Left("CKV_AWS_59", "open by name, in keyless=", OPEN),
    Left("CKV_AWS_73", "tracing costs by the request: deploy_options=StageOptions(tracing_enabled=True)", STAGES),
    Left("CKV_AWS_76", "who keeps access logs, where and how long, is the account's matter", STAGES),
    Left("CKV_AWS_115", "how much a function may run at once depends on the account", FUNCTIONS),
    Left("CKV_AWS_116", "a function behind an API is called synchronously: its failures reach the caller", FUNCTIONS),
    Left("CKV_AWS_117", "a function that reaches nothing private needs no network of its own", FUNCTIONS),
    Left(
        "CKV_AWS_119",
        "encrypted by AWS's key; one of one's own costs by the month: TableEncryption.CUSTOMER_MANAGED",
        ["ScanRecords/RecordsTable/Resource"],
    ),
    Left("CKV_AWS_120", "a cache costs by the hour, and answers may differ by user", STAGES),
    Left(
        "CKV_AWS_173",
        "the environment holds a policy for browsers, which everybody may know",
        [function for function in FUNCTIONS if function != "Authorizers/Authorizer/Resource"],
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CHECKOV.exists():
        pytest.fail("Checkov is not installed: run these tests by `make test-checkov`.", pytrace=False)
    return validated(tmp_path_factory.mktemp("validated"))


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    templates = [argument for example in EXAMPLES for argument in ("--file", str(folder / f"{example}.template.json"))]
    command = [str(CHECKOV), "-m", "checkov.main", *templates, "--framework", "cloudformation"]
    options = ["--output", "json", "--quiet", "--compact", "--skip-download", "--soft-fail"]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def findings(folder: Path, report: dict[str, Any]) -> list[Finding]:
    # Two examples may have the same logical id, so that the file counts as well.
    paths = {f"{example}.template.json": paths_of(folder, example) for example in EXAMPLES}
    return sorted(
        Finding(failed["check_id"], paths[Path(failed["file_path"]).name][failed["resource"].partition(".")[2]])
        for failed in report["results"]["failed_checks"]
    )


def test_it_does_look(report: dict[str, Any]) -> None:
    assert report["summary"]["passed"] > 0
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] > 50


def test_nothing_is_found_on_what_is_generated(folder: Path, findings: list[Finding]) -> None:
    assert [finding for finding in findings if finding.path in generated(folder)] == []


def test_what_is_left_is_what_is_listed(findings: list[Finding]) -> None:
    assert findings == all_of(LEFT)
