"""A function that knows nothing of CORS, and the line that makes it readable: its template's own parts are run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs
import pytest
from aws_cdk import App, Aspects, CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, cors_for
from cors_constructs.simulate import Gateway, Outcome
from cors_constructs.testing import Browser

from ..invoking import Functions
from .synthesis import cors_api

EXACT: Final = "https://app.example.com"
MATCHED: Final = "https://pr-7.preview.example.com"
DEPLOYED: Final = "https://partner.example.net"
# What is no origin lets nobody in, neither at the preflight nor here.
LATER: Final = {"Origins": f"https://other.example.net, {DEPLOYED}, https://*.cdn.example.net, *, null, "}
LISTED: Final = [EXACT, MATCHED, DEPLOYED]
STRANGERS: Final = [
    "https://evil.test",
    "https://app.example.com.evil.test",
    "https://a.b.preview.example.com",
    "https://a.cdn.example.net",
    "null",
]

# What the functions say when they are not made for browsers.
PYTHON: Final = """
import json

def handler(event, context):
    if event["path"] == "/fail":
        raise KeyError("a secret")
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event["path"])}
"""
NODE: Final = """
exports.handler = async (event) => {
  if (event.path === "/fail") throw new Error("a secret");
  return { statusCode: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(event.path) };
};
"""
# The same, by people who have the layer.
DECORATED: Final = "from cors_constructs.runtime import cors\n" + PYTHON.replace("def handler", "@cors\ndef handler")
REQUIRED: Final = f"""
const {{ cors }} = require("cors-constructs");
{NODE}
exports.handler = cors(exports.handler);
"""
MODULE: Final = """
import { createRequire } from "node:module";
const { cors } = createRequire(import.meta.url)("cors-constructs");
export const handler = cors(async (event) => ({ statusCode: 200, body: JSON.stringify(event.path) }));
"""


@attrs.frozen
class Way:
    """How a function comes by its headers.

    Attributes:
        runtime: What it runs on.
        code: Its code.
        wrap: Whether the layer calls it.
        file: The file that has the code, as an asset; inline where it is None.
        handler: Its handler.
    """

    runtime: lambda_.Runtime
    code: str
    wrap: bool = False
    file: str | None = None
    handler: str = "index.handler"

    def function(self, stack: Stack, folder: Path) -> lambda_.Function:
        if self.file is None:
            code: lambda_.Code = lambda_.Code.from_inline(self.code)
        else:
            source = folder / "source"
            (source / self.file).parent.mkdir(parents=True)
            (source / self.file).write_text(self.code)
            code = lambda_.Code.from_asset(str(source))
        return lambda_.Function(stack, "Fn", runtime=self.runtime, handler=self.handler, code=code)


PY, JS = lambda_.Runtime.PYTHON_3_13, lambda_.Runtime.NODEJS_22_X
WAYS: Final = {
    "python-decorated": Way(PY, DECORATED),
    "python-decorated-in-an-asset": Way(PY, DECORATED, file="app/orders.py", handler="app/orders.handler"),
    "python-wrapped": Way(PY, PYTHON, wrap=True),
    "python-wrapped-in-an-asset": Way(PY, PYTHON, wrap=True, file="app/orders.py", handler="app.orders.handler"),
    "node-called": Way(JS, REQUIRED),
    "node-called-in-a-module": Way(JS, MODULE, file="orders.mjs", handler="orders.handler"),
    "node-wrapped": Way(JS, NODE, wrap=True),
    "node-wrapped-in-an-asset": Way(JS, NODE, wrap=True, file="app/orders.cjs", handler="app/orders.handler"),
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
Run = Callable[..., Functions]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Synthesizes a stack, and has its functions at hand."""
    started = []

    def synthesized(build: Callable[[Stack], object], **parameters: str) -> Functions:
        app = App(outdir=str(tmp_path / "cdk.out"), tree_metadata=False)
        build(Stack(app, "Stack"))
        app.synth()
        started.append(Functions(tmp_path / "cdk.out", parameters=parameters))
        return started[-1]

    yield synthesized
    for functions in started:
        with functions:
            pass


def policy(stack: Stack) -> CorsPolicy:
    origins = CfnParameter(stack, "Origins", type="CommaDelimitedList").value_as_list
    return CorsPolicy(allow_origins=[EXACT, "https://*.preview.example.com", *origins], allow_credentials=True)


def api_of(stack: Stack, function: lambda_.IFunction) -> CorsRestApi:
    api = cors_api(stack, cors=policy(stack), keyless=["GET /orders", "GET /fail"])
    for path in ("orders", "fail"):
        api.root.add_resource(path).add_method("GET", apigateway.LambdaIntegration(function))
    return api


def outcome(gateway: Gateway, origin: str, path: str = "/orders") -> Outcome:
    return Browser(gateway).fetch("GET", path, origin=origin, credentials="include").outcome


@every_way
def test_it_is_readable_from_every_listed_origin_and_from_no_other(way: Way, run: Run, tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        function = way.function(stack, tmp_path)
        api_of(stack, function).share_policy_with(function, wrap=way.wrap)

    gateway = run(build, **LATER).gateway()
    outcomes = {origin: outcome(gateway, origin) for origin in (*LISTED, *STRANGERS)}
    assert outcomes == {
        **dict.fromkeys(LISTED, Outcome.ALLOWED),
        **dict.fromkeys(STRANGERS, Outcome.ORIGIN_MISSING),
    }


@pytest.mark.parametrize("way", [WAYS["python-wrapped"], WAYS["node-wrapped"]], ids=["python", "node"])
def test_without_the_line_no_page_reads_it(way: Way, run: Run, tmp_path: Path) -> None:
    gateway = run(lambda stack: api_of(stack, way.function(stack, tmp_path)), **LATER).gateway()
    assert {outcome(gateway, origin) for origin in LISTED} == {Outcome.ORIGIN_MISSING}


@pytest.mark.parametrize("way", [WAYS["python-wrapped"], WAYS["node-wrapped"]], ids=["python", "node"])
def test_pages_can_read_that_it_failed_and_not_why(way: Way, run: Run, tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        function = way.function(stack, tmp_path)
        api_of(stack, function).share_policy_with_all(wrap=True)

    verdict = Browser(run(build, **LATER).gateway()).fetch("GET", "/fail", origin=EXACT)
    assert verdict.allowed, verdict
    assert verdict.response
    assert verdict.response.status == 500
    assert b"secret" not in verdict.response.body


def test_a_branch_answers_by_its_own_policy(run: Run, tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        function = WAYS["python-wrapped"].function(stack, tmp_path)
        api = api_of(stack, function)
        orders = api.root.get_resource("orders")
        assert orders
        cors_for(orders, CorsPolicy(allow_origins=["https://admin.example.com"]))
        api.share_policy_with(function, wrap=True)

    gateway = run(build, **LATER).gateway()
    browser = Browser(gateway)
    assert browser.fetch("GET", "/orders", origin="https://admin.example.com").outcome is Outcome.ALLOWED
    assert browser.fetch("GET", "/orders", origin=EXACT).outcome is Outcome.ORIGIN_MISMATCH
    assert browser.fetch("GET", "/fail", origin=EXACT).outcome is Outcome.ALLOWED


def test_an_alias_leads_to_its_function(run: Run, tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        function = WAYS["node-wrapped"].function(stack, tmp_path)
        alias = lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
        api_of(stack, alias).share_policy_with(alias, wrap=True)

    assert outcome(run(build, **LATER).gateway(), MATCHED) is Outcome.ALLOWED


def test_an_api_that_exists_already_needs_one_line_as_well(run: Run, tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        function = WAYS["python-wrapped"].function(stack, tmp_path)
        apigateway.LambdaRestApi(stack, "Api", handler=function)
        Aspects.of(stack).add(EnableCors(policy(stack), require_api_key=False, share_policy="wrap"))

    functions = run(build, **LATER)
    gateway = functions.gateway()
    assert {outcome(gateway, origin, "/any/path") for origin in LISTED} == {Outcome.ALLOWED}
    assert {outcome(gateway, origin, "/any/path") for origin in STRANGERS} == {Outcome.ORIGIN_MISSING}
    assert {event["resource"] for event in functions.events} == {"/{proxy+}"}
