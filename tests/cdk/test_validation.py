"""`CorsValidationPlugin`: what the checker finds, in the CDK's own report."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import aws_cdk
import pytest
from aws_cdk import App, CfnParameter, NestedStack, Stack, Stage
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsValidationPlugin

from .synthesis import cors_api, mock

ROOT: Final = Path(__file__).parents[2]
newest = pytest.mark.newest
KEYED_PREFLIGHT: Final = "CORS201"


@attrs.frozen
class Violation:
    """A row of `validation-report.json`."""

    rule: str
    severity: str
    construct: str
    logical_id: str
    description: str
    fix: str
    places: tuple[str, ...]


@attrs.frozen
class Run:
    """What a synthesis with the plugin said.

    Attributes:
        error: What synthesis raised; empty where it did not.
        report: The plugin's part of the report; empty where it found nothing.
    """

    error: str
    report: dict[str, Any]

    @property
    def violations(self) -> list[Violation]:
        return _violations(self.report.get("violations", []))

    @property
    def acknowledged(self) -> list[Violation]:
        return _violations(self.report.get("suppressedViolations") or [])

    def of(self, rule: str) -> list[Violation]:
        return [it for it in self.violations if it.rule == rule]


def _violations(rows: list[dict[str, Any]]) -> list[Violation]:
    return [
        Violation(
            row["ruleName"],
            row["severity"],
            construct["constructPath"],
            construct["cloudFormationResource"]["logicalId"],
            row["description"],
            row["suggestedFix"],
            tuple(construct["cloudFormationResource"].get("propertyPaths", ())),
        )
        for row in rows
        for construct in row["violatingConstructs"]
    ]


def run(
    folder: Path,
    build: Callable[[App], object],
    plugin: CorsValidationPlugin | None = None,
    *,
    app_wide: bool = True,
) -> Run:
    """Synthesize an app, with the plugin for all of it unless `build` adds one."""
    app = App(outdir=str(folder), tree_metadata=False)
    build(app)
    if app_wide:
        aws_cdk.Validations.of(app).add_plugins(plugin or CorsValidationPlugin())
    error = ""
    try:
        app.synth()
    except RuntimeError as caught:
        error = str(caught)
    reports = json.loads((folder / "validation-report.json").read_text())["pluginReports"]
    return Run(error, next((it for it in reports if it["pluginName"] == "cors-constructs"), {}))


def keyed_preflight(scope: Any, id: str = "Api") -> apigateway.RestApi:  # noqa: A002 - the CDK's name for it
    """A plain API whose preflight asks for the key."""
    api = apigateway.RestApi(scope, id, default_method_options=apigateway.MethodOptions(api_key_required=True))
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    users.add_method("OPTIONS", mock())
    return api


@newest
def test_a_broken_rule_fails_synthesis_and_stands_in_the_report_at_its_construct(tmp_path: Path) -> None:
    found = run(tmp_path, lambda app: keyed_preflight(Stack(app, "Shop")))
    (violation,) = found.of(KEYED_PREFLIGHT)
    assert violation.severity == "error"
    assert violation.construct == "Shop/Api/Default/users/OPTIONS/Resource"
    assert violation.logical_id in json.loads((tmp_path / "Shop.template.json").read_text())["Resources"]
    assert violation.description
    assert violation.fix
    assert violation.description in found.error
    assert violation.fix in found.error
    assert "Acknowledge with 'cors-constructs::CORS201'" in found.error


@newest
def test_an_api_that_is_right_synthesizes_and_is_not_in_the_report(tmp_path: Path) -> None:
    def build(app: App) -> None:
        api = cors_api(Stack(app, "Shop"), keys_managed_elsewhere=False)
        api.root.add_resource("users").add_method("GET", apigateway.HttpIntegration("https://backend.example.com"))
        api.add_client("web", rate_limit=5, burst_limit=5)

    found = run(tmp_path, build)
    assert found.error == ""
    assert [it for it in found.violations if it.severity != "info"] == []


@newest
def test_nested_stacks_and_stages_are_checked_too(tmp_path: Path) -> None:
    def build(app: App) -> None:
        keyed_preflight(NestedStack(Stack(app, "Shop"), "Inner"))
        keyed_preflight(Stack(Stage(app, "Prod"), "Shop"))

    found = run(tmp_path, build)
    assert {it.construct for it in found.of(KEYED_PREFLIGHT)} == {
        "Shop/Inner/Api/Default/users/OPTIONS/Resource",
        "Prod/Shop/Api/Default/users/OPTIONS/Resource",
    }


@newest
def test_added_to_a_stage_it_checks_that_stage(tmp_path: Path) -> None:
    def build(app: App) -> None:
        keyed_preflight(Stack(app, "Shop"))
        stage = Stage(app, "Prod")
        keyed_preflight(Stack(stage, "Shop"))
        aws_cdk.Validations.of(stage).add_plugins(CorsValidationPlugin())

    found = run(tmp_path, build, app_wide=False)
    assert {it.construct for it in found.of(KEYED_PREFLIGHT)} == {"Prod/Shop/Api/Default/users/OPTIONS/Resource"}


@newest
def test_methods_in_another_stack_are_part_of_their_api(tmp_path: Path) -> None:
    def build(app: App) -> None:
        api = apigateway.RestApi(Stack(app, "Shop"), "Api")
        api.root.add_method("GET", mock())
        other = Stack(app, "Other")
        imported = apigateway.RestApi.from_rest_api_attributes(
            other, "Imported", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
        )
        users = imported.root.add_resource("users")
        users.add_method("GET", mock())
        users.add_method("OPTIONS", mock(), api_key_required=True)

    found = run(tmp_path, build)
    assert {it.construct for it in found.of(KEYED_PREFLIGHT)} == {"Other/Imported/Default/users/OPTIONS/Resource"}


@newest
@pytest.mark.parametrize(
    ("at", "acknowledged"),
    [
        pytest.param("Shop/First/Default/users/OPTIONS", {"First"}, id="on the method"),
        pytest.param("Shop/First", {"First"}, id="on its API"),
        pytest.param("Shop", {"First", "Second"}, id="on the stack"),
        pytest.param("", {"First", "Second"}, id="on the app"),
    ],
)
def test_it_is_acknowledged_as_the_cdk_does_it_where_it_is_or_above(
    tmp_path: Path, at: str, acknowledged: set[str]
) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Shop")
        keyed_preflight(stack, "First")
        keyed_preflight(stack, "Second")
        scope: Any = app
        for part in filter(None, at.split("/")):
            scope = scope.node.find_child(part)
        acknowledgment = aws_cdk.Acknowledgment(id=f"cors-constructs::{KEYED_PREFLIGHT}", reason="nobody's page calls")
        aws_cdk.Validations.of(scope).acknowledge(acknowledgment)

    found = run(tmp_path, build, CorsValidationPlugin(select=[KEYED_PREFLIGHT]))
    assert {it.construct.split("/")[1] for it in found.acknowledged} == acknowledged
    assert {it.construct.split("/")[1] for it in found.violations} == {"First", "Second"} - acknowledged
    assert bool(found.error) == bool(found.violations)


@newest
def test_warnings_are_told_and_fail_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = run(tmp_path, lambda app: keyed_preflight(Stack(app, "Shop")), CorsValidationPlugin(select=["CORS301"]))
    assert {it.severity for it in found.violations} == {"warning"}
    assert found.error == ""
    assert found.report["conclusion"] == "success"
    err = ""
    for _ in range(1000):  # Node.js writes it, and another thread passes it on
        err += capfd.readouterr().err
        if "cors-constructs::CORS301" in err:
            break
        time.sleep(0.05)
    assert "cors-constructs::CORS301" in err


@newest
def test_what_only_a_deployment_decides_is_told_as_information(tmp_path: Path) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Shop")
        origin = CfnParameter(stack, "Origin").value_as_string
        api = apigateway.RestApi(stack, "Api", default_cors_preflight_options={"allow_origins": [origin]})
        api.root.add_method("GET", mock())

    found = run(tmp_path, build)
    undecided = [it for it in found.violations if it.severity == "info"]
    assert undecided
    assert all("Origin" in it.description for it in undecided), undecided


@newest
@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        pytest.param({"select": ["CORS201"]}, {"CORS201"}, id="one rule"),
        pytest.param({"select": ["CORS2"]}, {"CORS201", "CORS210"}, id="a group"),
        pytest.param({"select": ["CORS2"], "ignore": ["CORS210"]}, {"CORS201"}, id="a group but one"),
    ],
)
def test_rules_are_chosen_as_in_check(tmp_path: Path, arguments: dict[str, list[str]], rules: set[str]) -> None:
    found = run(tmp_path, lambda app: keyed_preflight(Stack(app, "Shop")), CorsValidationPlugin(**arguments))
    assert {it.rule for it in found.violations} == rules


@newest
def test_a_rule_that_there_is_not_is_an_error_where_it_is_named() -> None:
    with pytest.raises(ValueError, match=r"^ignore: there is no rule 'CORS9999'"):
        CorsValidationPlugin(ignore=["CORS9999"])


@newest
def test_the_place_inside_the_resource_is_told(tmp_path: Path) -> None:
    def build(app: App) -> None:
        operations = {"get": {"responses": {}}, "options": {"responses": {}, "security": [{"key": []}]}}
        body = {
            "openapi": "3.0.1",
            "info": {"title": "Shop", "version": "1"},
            "paths": {"/users": operations},
            "components": {"securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
        }
        apigateway.SpecRestApi(Stack(app, "Shop"), "Api", api_definition=apigateway.ApiDefinition.from_inline(body))

    (violation,) = run(tmp_path, build).of(KEYED_PREFLIGHT)
    assert violation.construct == "Shop/Api/Resource"
    assert violation.places == ("Properties.Body.paths./users.options",)


@newest
def test_a_template_that_cannot_be_read_is_told_and_the_others_are_checked(tmp_path: Path) -> None:
    def build(app: App) -> None:
        keyed_preflight(Stack(app, "Shop"))
        broken = Stack(app, "Broken")
        properties = {"RestApiId": "abc", "ResourceId": "def", "HttpMethod": ["GET"]}
        aws_cdk.CfnResource(broken, "Method", type="AWS::ApiGateway::Method", properties=properties)

    found = run(tmp_path, build)
    assert found.of(KEYED_PREFLIGHT)
    (unreadable,) = found.of("unreadable")
    assert (unreadable.severity, unreadable.construct) == ("warning", "Broken/Method")
    assert "HttpMethod" in unreadable.places[0]


@newest
def test_an_app_of_which_nothing_can_be_read_synthesizes_all_the_same(tmp_path: Path) -> None:
    def build(app: App) -> None:
        properties = {"RestApiId": "abc", "ResourceId": "def", "HttpMethod": ["GET"]}
        aws_cdk.CfnResource(Stack(app, "Broken"), "Method", type="AWS::ApiGateway::Method", properties=properties)

    found = run(tmp_path, build)
    assert found.error == ""
    assert [it.rule for it in found.violations] == ["unreadable"]


@newest
def test_an_app_without_an_api_is_none_of_its_business(tmp_path: Path) -> None:
    assert run(tmp_path, lambda app: Stack(app, "Empty")) == Run("", {})


@newest
def test_the_cdks_own_validation_runs_beside_it() -> None:
    """In a process of its own: whether that validation is on is read when the CDK's process starts."""
    script = """
import json, sys, tempfile
from pathlib import Path
import aws_cdk
from cors_constructs import CorsValidationPlugin
from tests.cdk.test_validation import keyed_preflight
app = aws_cdk.App(outdir=tempfile.mkdtemp())
stack = aws_cdk.Stack(app, "Shop")
keyed_preflight(stack)
aws_cdk.CfnResource(stack, "Queue", type="AWS::SQS::Queue", properties={"Colour": "blue"})
aws_cdk.Validations.of(app).add_plugins(CorsValidationPlugin())
try:
    app.synth()
except RuntimeError as error:
    print("failed")
reports = json.loads(Path(app.outdir, "validation-report.json").read_text())["pluginReports"]
print(*sorted(report["pluginName"] for report in reports), sep="; ")
"""
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.splitlines() == ["failed", "CloudFormation Validate; cors-constructs"]


def test_an_older_cdk_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(aws_cdk, "Validations", raising=False)
    with pytest.raises(RuntimeError, match=r"^CorsValidationPlugin needs aws-cdk-lib 2\.251\.0 or newer"):
        CorsValidationPlugin()
