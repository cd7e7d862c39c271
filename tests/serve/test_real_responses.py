"""Functions that know nothing of CORS, served: after one line every listed page reads them, and no other does."""

import json
import shutil
from collections.abc import Iterator
from typing import Final

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi
from cors_constructs.cli.wire import Wire
from cors_constructs.simulate import Browser, Outcome, Request

from .running import Running, serving

EXACT: Final = "https://app.example.com"
BY_PATTERN: Final = "https://pr-7.preview.example.com"
POLICY: Final = CorsPolicy(allow_origins=[EXACT, "https://*.preview.example.com"], allow_credentials=True)
STRANGERS: Final = ["https://evil.example", "https://preview.example.com", "https://a.b.preview.example.com"]

PYTHON: Final = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"from": event["path"]})}
"""
NODE: Final = """
exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify({ from: event.path }) });
"""
FUNCTIONS: Final = {
    "python": (lambda_.Runtime.PYTHON_3_13, PYTHON),
    "nodejs": (lambda_.Runtime.NODEJS_22_X, NODE),
}


@pytest.fixture(scope="module", params=[True, False], ids=["shared", "not shared"])
def is_shared(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, is_shared: bool) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("served")
    app = App(outdir=str(folder))
    stack = Stack(app, "Stack")
    api = CorsRestApi(stack, "Api", cors=POLICY)
    for name, (runtime, code) in FUNCTIONS.items():
        inline = lambda_.Code.from_inline(code)
        function = lambda_.Function(stack, name, runtime=runtime, handler="index.handler", code=inline)
        api.root.add_resource(name).add_method("GET", apigateway.LambdaIntegration(function))
    api.add_client("web")
    if is_shared:
        api.share_policy_with_all(wrap=True)
    app.synth()
    with serving(folder, "--no-reload") as it:
        yield it
    shutil.rmtree(folder)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Wire(seconds=30) as wire:
        yield Browser(wire)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("origin", [EXACT, BY_PATTERN])
def test_listed_pages_read_it_once_the_policy_is_shared(
    browser: Browser, running: Running, is_shared: bool, name: str, origin: str
) -> None:
    verdict = browser.fetch(
        "GET",
        f"{running.url}/prod/{name}",
        origin=origin,
        credentials="include",
        headers={"x-api-key": running.key("web")},
    )
    response = verdict.exchanges[-1].response
    assert response is not None
    assert json.loads(response.body) == {"from": f"/{name}"}
    assert verdict.outcome is (Outcome.ALLOWED if is_shared else Outcome.ORIGIN_MISSING)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("origin", STRANGERS)
def test_strangers_never_do(browser: Browser, running: Running, name: str, origin: str) -> None:
    url, headers = f"{running.url}/prod/{name}", {"x-api-key": running.key("web")}
    assert browser.fetch("GET", url, origin=origin, headers=headers).outcome is Outcome.PREFLIGHT_ORIGIN_MISSING
    # A program that sends the key all the same gets the answer, and no page may read it.
    with Wire(seconds=30) as wire:
        response = wire(Request("GET", url, {**headers, "Origin": origin}))
    assert response.status == 200
    assert not [name for name in response.headers if name.startswith("access-control-")]
