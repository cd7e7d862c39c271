"""The pytest plugin, as a project that installed the package sees it: each test runs pytest on a small project."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import attrs
import pytest

from .shop import ORIGIN, TEMPLATE

# Not ours, and installed beside us: they would slow each run, or warn.
_WITHOUT = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:syrupy", "-p", "no:cov")
_BLOCKED = "GET /users from a page of https://app.example.com is blocked: ORIGIN_MISSING"
_CONVERSATION = f"request: GET /users\n  > Accept: */*\n  > Origin: {ORIGIN}\n  < 200\n"

parallel = pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="in one process"),
        pytest.param(("-n", "2"), id="with pytest-xdist"),
        pytest.param(("-W", "error", "--strict-markers", "--strict-config"), id="as strict as pytest can be"),
    ],
)


@attrs.frozen
class Run:
    """A run of pytest."""

    status: int
    output: str

    @property
    def conversations(self) -> list[str]:
        """What stands in the sections of failed tests."""
        _, *sections = self.output.split(f"{' CORS conversation ':-^80}\n")
        return [section.partition("\n____")[0].partition("\n====")[0].partition("\n----")[0] for section in sections]


@attrs.frozen
class Project:
    """A project with a template and a file of tests."""

    folder: Path

    def run(self, tests: str, *options: str) -> Run:
        (self.folder / "template.json").write_text(json.dumps(TEMPLATE))
        (self.folder / "test_app.py").write_text(textwrap.dedent(tests))
        command = [sys.executable, "-m", "pytest", *_WITHOUT, *options]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        return Run(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    # As if no pytest ran this: what it tells its children is not theirs.
    for name in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return Project(tmp_path)


@parallel
def test_the_fixture_makes_browsers_and_says_nothing_where_tests_pass(
    project: Project, options: tuple[str, ...]
) -> None:
    done = project.run(
        """
        def test_blocked(cors_browser):
            page = cors_browser("template.json", origin="https://app.example.com")
            assert not page.fetch("GET", "/users").allowed

        def test_allowed(cors_browser):
            from cors_constructs.simulate import Response
            backend = lambda request: Response(200, {"Access-Control-Allow-Origin": "*"})
            verdict = cors_browser("template.json", backend=backend).fetch("GET", "/users", origin="https://a.example")
            assert verdict.allowed, verdict
        """,
        *options,
    )
    assert done.status == 0, done.output
    assert "2 passed" in done.output
    assert "CORS conversation" not in done.output


@parallel
def test_a_failed_test_shows_the_conversation_and_the_verdict_in_one_line(
    project: Project, options: tuple[str, ...]
) -> None:
    done = project.run(
        """
        from cors_constructs.testing import Browser

        def test_the_page_can_read_users():
            verdict = Browser.on("template.json").fetch("GET", "/users", origin="https://app.example.com")
            assert verdict.allowed, verdict
        """,
        *options,
    )
    assert done.status == 1, done.output
    assert f"E       AssertionError: {_BLOCKED}" in done.output
    (conversation,) = done.conversations
    assert conversation.startswith(f"{_BLOCKED}\n")
    assert _CONVERSATION in conversation
    assert "blocked: the response (200) has no Access-Control-Allow-Origin" in conversation


@parallel
def test_it_is_shown_whatever_was_asserted_in_each_test_its_own(project: Project, options: tuple[str, ...]) -> None:
    done = project.run(
        """
        import pytest

        @pytest.fixture
        def verdict(cors_browser):
            return cors_browser("template.json").fetch("GET", "/users", origin="https://app.example.com")

        def test_first(verdict):
            assert verdict.allowed

        def test_second(verdict, cors_browser):
            other = cors_browser("template.json").fetch("PUT", "/users", origin="https://other.example")
            assert other.response.status == 200

        def test_third():
            assert 1 == 2

        @pytest.fixture
        def failing(verdict):
            raise LookupError("in a fixture")

        def test_fourth(failing):
            pass

        def test_fifth(verdict):
            pytest.skip("for another reason")

        @pytest.mark.xfail
        def test_sixth(verdict):
            assert verdict.allowed
        """,
        *options,
    )
    assert "3 failed, 1 skipped, 1 xfailed, 1 error" in done.output, done.output
    said = sorted(
        [line.split(" from ")[0] for line in it.splitlines() if " is blocked: " in line] for it in done.conversations
    )
    assert sorted(said) == [["GET /users"], ["GET /users"], ["GET /users", "PUT /users"]]


@parallel
def test_a_browser_over_any_transport_shows_its_conversation_too(project: Project, options: tuple[str, ...]) -> None:
    done = project.run(
        """
        from cors_constructs.simulate import Browser, Response

        def test_before():
            Browser(lambda request: Response(200)).fetch("GET", "/before", origin="https://app.example.com")

        def test_the_page_can_read_users():
            browser = Browser(lambda request: Response(200))
            assert browser.fetch("GET", "/users", origin="https://app.example.com").allowed
        """,
        *options,
    )
    assert "1 failed, 1 passed" in done.output, done.output
    (conversation,) = done.conversations
    assert conversation.startswith(f"{_BLOCKED}\n")
    assert _CONVERSATION in conversation
    assert "/before" not in conversation


def test_pytest_expands_the_whole_conversation_where_it_is_asked_to_be_verbose(project: Project) -> None:
    done = project.run(
        """
        from cors_constructs.testing import Browser

        def test_the_page_can_read_users():
            verdict = Browser.on("template.json").fetch("GET", "/users", origin="https://app.example.com")
            assert verdict.allowed, verdict
        """,
        "-vv",
    )
    message = done.output.partition("AssertionError: ")[2].partition("assert False")[0]
    assert "\nE         request: GET /users\nE           > Accept: */*\n" in message, message


def test_without_the_plugin_browsers_work_as_before(project: Project) -> None:
    done = project.run(
        """
        from cors_constructs.testing import Browser

        def test_blocked():
            verdict = Browser.on("template.json").fetch("GET", "/users", origin="https://app.example.com")
            assert verdict.allowed, verdict

        def test_fixture(cors_browser):
            pass
        """,
        "-p",
        "no:cors-constructs",
    )
    assert "1 failed, 1 error" in done.output, done.output
    assert f"E       AssertionError: {_BLOCKED}" in done.output
    assert "fixture 'cors_browser' not found" in done.output
    assert done.conversations == []


def test_a_stack_is_synthesized_in_each_process_of_pytest_xdist(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    done = project.run(
        """
        import pytest
        from aws_cdk import App, Stack
        from aws_cdk.aws_apigateway import HttpIntegration
        from cors_constructs import CorsPolicy, CorsRestApi

        @pytest.fixture(scope="module")
        def stack():
            stack = Stack(App(), "Shop")
            api = CorsRestApi(stack, "Api", cors=CorsPolicy(allow_origins=["https://app.example.com"]))
            api.root.add_resource("users").add_method("GET", HttpIntegration("https://backend.example.com"))
            api.add_client("web", rate_limit=5, burst_limit=5)
            return stack

        @pytest.mark.parametrize("origin", ["https://app.example.com", "https://stranger.example"])
        def test_the_preflight(cors_browser, stack, origin):
            page = cors_browser(stack, origin=origin)
            verdict = page.fetch("GET", "/users", headers={"x-api-key": page.key("web")})
            assert not verdict.outcome.in_preflight, verdict
        """,
        "-n",
        "2",
    )
    assert "1 failed, 1 passed" in done.output, done.output
    (conversation,) = done.conversations
    assert "from a page of https://stranger.example is blocked: PREFLIGHT_ORIGIN_MISMATCH" in conversation
    assert "preflight: OPTIONS /users" in conversation


def test_the_fixture_is_told_among_others(project: Project) -> None:
    done = project.run("", "--fixtures")
    assert "cors_browser -- " in done.output
    assert "Makes a browser that calls what a stack will deploy" in done.output


def test_pytest_loads_nothing_of_ours_but_the_plugin_before_it_is_used() -> None:
    script = """
import sys
import pytest
before = set(sys.modules)
import cors_constructs.pytest_plugin
print(*sorted(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    ours = {"cors_constructs", *(f"cors_constructs.{name}" for name in ("_lazy", "_version", "pytest_plugin"))}
    assert {name for name in done.stdout.split() if name.startswith("cors_constructs")} == ours
    assert not {"aws_cdk", "attrs", "attr", "airspeed", "yaml"} & set(done.stdout.split())
