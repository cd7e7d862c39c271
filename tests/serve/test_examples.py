"""The examples, served: a page meets over the wire what the simulator says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App

from cors_constructs.cli.wire import Wire
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import read_site
from cors_constructs.simulate import Browser, Outcome, Request
from tests.examples.apps import CDK_JSON, EXAMPLES
from tests.serve.running import Running, serving

PAGE = "https://app.example.com"


def synthesized(example: str, folder: Path) -> Path:
    app = App(outdir=str(folder), context=CDK_JSON["context"])
    EXAMPLES[example].build(app)
    app.synth()
    return folder


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = synthesized("Quickstart", tmp_path_factory.mktemp("quickstart"))
    with serving(folder, "--no-reload") as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Wire(seconds=30) as wire:
        yield Browser(wire)


def test_a_page_calls_a_function_with_its_key(quickstart: Running, browser: Browser) -> None:
    verdict = browser.fetch(
        "GET",
        f"{quickstart.url}/prod/departures/harbour",
        origin=PAGE,
        headers={"x-api-key": quickstart.key("web")},
    )
    assert verdict.allowed, verdict
    assert verdict.exchanges[0].request.method == "OPTIONS"
    response = verdict.exchanges[-1].response
    assert response is not None
    assert response.status == 200
    assert json.loads(response.body)["stop"] == "harbour"


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        pytest.param("/departures/x", None, 403, id="no key"),
        pytest.param("/departures/x", "wrong", 403, id="wrong key"),
        pytest.param("/stops", "web", 504, id="backend that is not there"),
    ],
)
def test_a_page_reads_the_status_of_an_error(
    quickstart: Running, browser: Browser, path: str, key: str | None, status: int
) -> None:
    value = quickstart.key("web") if key == "web" else key
    headers = {"content-type": "application/json"} | ({} if value is None else {"x-api-key": value})
    verdict = browser.fetch("GET", f"{quickstart.url}/prod{path}", origin=PAGE, headers=headers)
    assert verdict.allowed, verdict
    assert verdict.exchanges[-1].response is not None
    assert verdict.exchanges[-1].response.status == status


def test_a_stranger_is_kept_out_by_its_browser(quickstart: Running, browser: Browser) -> None:
    headers = {"x-api-key": quickstart.key("web")}
    verdict = browser.fetch("GET", f"{quickstart.url}/prod/stops", origin="https://evil.example", headers=headers)
    assert not verdict.allowed
    assert verdict.outcome is not Outcome.PREFLIGHT_NETWORK_ERROR


def test_a_method_without_a_key_needs_none(quickstart: Running, browser: Browser) -> None:
    assert browser.fetch("GET", f"{quickstart.url}/prod/health", origin=PAGE).allowed


def test_the_log_says_that_a_function_answered(quickstart: Running) -> None:
    assert quickstart.ask("GET", "/prod/health").status == 200
    line = quickstart.says("200  GET /prod/health")
    assert re.search(r"the function \w+ of the AWS_PROXY integration answered 200", line), line


@pytest.mark.parametrize("example", sorted(set(EXAMPLES) - {"Quickstart"}))
def test_every_example_answers_each_preflight_as_the_simulator_does(example: str, tmp_path: Path) -> None:
    folder = synthesized(example, tmp_path / "cdk.out")
    site = read_site(Settings(target=str(folder)), Limits())
    with serving(folder, "--no-reload") as running:
        for place in site.places:
            paths = sorted({method.path for method in place.gateway.api.methods})
            for path in (re.sub(r"\{[^}]+}", "x", it) for it in paths[:20]):
                asked = {"Origin": PAGE, "Access-Control-Request-Method": "GET"}
                told = place.gateway(Request("OPTIONS", path, asked))
                came = running.ask("OPTIONS", f"/{place.path}{path}", {"Host": place.host, **asked})
                assert came.status == told.status
                for name in ("access-control-allow-origin", "access-control-allow-methods", "vary"):
                    assert came.headers.get(name) == told.headers.get(name), path
