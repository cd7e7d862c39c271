"""A function that knows nothing of CORS, deployed: after one line every listed page reads it, and no other does."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
import pytest
from aws_cdk import App, Aspects, CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, cors_for
from cors_constructs.simulate import Browser, Outcome
from cors_constructs.simulate.browser import Verdict

from .abilities import Ability
from .emulator import DeployedApi, Emulator
from .functions import with_functions
from .test_entrances import Wire

EXACT: Final = "https://app.example.com"
MATCHED: Final = "https://pr-7.preview.example.com"
LATER: Final = "https://partner.example.net"
ADMIN: Final = "https://admin.example.com"
STRANGERS: Final = ["https://evil.test", "https://app.example.com.evil.test", "https://a.b.preview.example.com", "null"]
LISTED: Final = [EXACT, MATCHED, LATER]

PYTHON: Final = """
import json

def handler(event, context):
    if event["resource"] == "/fail":
        raise KeyError("a secret")
    body = {"method": event["httpMethod"], "body": event["body"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
"""
NODE: Final = """
exports.handler = async (event) => {
  if (event.resource === "/fail") throw new Error("a secret");
  const body = { method: event.httpMethod, body: event.body };
  return { statusCode: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
};
"""
DECORATED: Final = "from cors_constructs.runtime import cors\n" + PYTHON.replace("def handler", "@cors\ndef handler")
CALLED: Final = f'const {{ cors }} = require("cors-constructs");{NODE}exports.handler = cors(exports.handler);'

PY, JS = lambda_.Runtime.PYTHON_3_13, lambda_.Runtime.NODEJS_22_X


@attrs.frozen
class Way:
    """How a function comes by its headers: by its own code, or by the wrapper around it."""

    runtime: lambda_.Runtime
    code: str
    wrap: bool = False

    def function(self, stack: Stack) -> lambda_.Function:
        code = lambda_.Code.from_inline(self.code)
        return lambda_.Function(stack, "Function", runtime=self.runtime, handler="index.handler", code=code)


WAYS: Final = {
    "Python, decorated": Way(PY, DECORATED),
    "Python, wrapped": Way(PY, PYTHON, wrap=True),
    "Node.js, called": Way(JS, CALLED),
    "Node.js, wrapped": Way(JS, NODE, wrap=True),
}
Build = Callable[[Stack], object]
Run = Callable[..., DeployedApi]


def one(_: Stack) -> CorsPolicy:
    return CorsPolicy(allow_origins=[EXACT], allow_credentials=True)


def several(stack: Stack) -> CorsPolicy:
    later = CfnParameter(stack, "Origins", type="CommaDelimitedList")
    listed = [EXACT, "https://*.preview.example.com", *later.value_as_list]
    return CorsPolicy(allow_origins=listed, allow_credentials=True)


def api_of(stack: Stack, function: lambda_.Function, policy: CorsPolicy) -> CorsRestApi:
    """`GET /orders` and `GET /fail` without a key; `PUT /orders` and `GET /admin` with one."""
    api = CorsRestApi(stack, "Api", cors=policy, keyless=["GET /orders", "GET /fail"])
    for path, verbs in {"orders": ["GET", "PUT"], "fail": ["GET"], "admin": ["GET"]}.items():
        resource = api.root.add_resource(path)
        for verb in verbs:
            resource.add_method(verb, apigateway.LambdaIntegration(function))
    api.add_client("web")
    return api


@pytest.fixture(scope="module")
def run(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Deploys a stack with its functions; they live as long as the module runs."""
    contexts = []

    def deployed(build: Build, **parameters: str) -> DeployedApi:
        folder = tmp_path_factory.mktemp("app")
        app = App(outdir=str(folder))
        build(Stack(app, "Stack"))
        template = app.synth().get_stack_by_name("Stack").template
        contexts.append(with_functions(emulator, template, folder, parameters))
        return contexts[-1].__enter__()

    yield deployed
    for context in reversed(contexts):
        context.__exit__(None, None, None)


@pytest.fixture(scope="module", params=WAYS.values(), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    found = request.param
    assert isinstance(found, Way)
    return found


def silent(way: Way) -> Way:
    """The same function before anybody thought of CORS."""
    return Way(way.runtime, PYTHON if way.runtime is PY else NODE)


@pytest.fixture(scope="module")
def of_one(run: Run, way: Way) -> DeployedApi:
    """A function behind an API for one page, and the line."""

    def build(stack: Stack) -> None:
        function = way.function(stack)
        api_of(stack, function, one(stack)).share_policy_with(function, wrap=way.wrap)

    return run(build)


@pytest.fixture(scope="module")
def of_several(run: Run, way: Way) -> DeployedApi:
    """A function behind an API for several pages, one path of which is another page's, and the line."""

    def build(stack: Stack) -> None:
        function = way.function(stack)
        api = api_of(stack, function, several(stack))
        admin = api.root.get_resource("admin")
        assert admin is not None
        cors_for(admin, CorsPolicy(allow_origins=[ADMIN]))
        api.share_policy_with_all(wrap=way.wrap)

    return run(build, Origins=f"{LATER},https://other.example.net")


@attrs.frozen
class Page:
    """A page that calls a deployed API, with cookies."""

    api: DeployedApi
    origin: str

    def gets(self, path: str, *, key: bool = False) -> Verdict:
        headers = {"x-api-key": self.api.key_value()} if key else {}
        return Browser(Wire(self.api)).fetch(
            "GET", path, origin=self.origin, headers=headers, credentials="omit" if key else "include"
        )

    def puts(self, path: str) -> Verdict:
        headers = {"x-api-key": self.api.key_value(), "content-type": "application/json"}
        return Browser(Wire(self.api)).fetch(
            "PUT", path, origin=self.origin, headers=headers, body='{"stop": 17}', credentials="include"
        )


def test_every_listed_page_reads_it_and_no_other(of_several: DeployedApi) -> None:
    outcomes = {origin: Page(of_several, origin).gets("/orders").outcome for origin in (*LISTED, *STRANGERS)}

    assert outcomes == {
        **dict.fromkeys(LISTED, Outcome.ALLOWED),
        **dict.fromkeys(STRANGERS, Outcome.ORIGIN_MISSING),
    }


def test_caches_are_told_that_answers_differ(of_several: DeployedApi, of_one: DeployedApi) -> None:
    for origin in (EXACT, STRANGERS[0]):
        assert of_several.request("GET", "/orders", {"Origin": origin}).header("Vary") == "Origin"
        assert of_one.request("GET", "/orders", {"Origin": origin}).header("Vary") is None


def test_a_call_with_a_key_passes_its_preflight_and_is_read(of_one: DeployedApi) -> None:
    verdict = Page(of_one, EXACT).puts("/orders")

    assert verdict.allowed, verdict
    assert [exchange.kind for exchange in verdict.exchanges] == ["preflight", "request"]
    assert verdict.response is not None
    assert json.loads(verdict.response.body) == {"method": "PUT", "body": '{"stop": 17}'}
    for stranger in STRANGERS:
        assert Page(of_one, stranger).puts("/orders").outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH


def test_a_call_with_a_key_from_one_of_several_pages_too(of_several: DeployedApi, emulator: Emulator) -> None:
    reading = Outcome.ALLOWED if emulator.can(Ability.VTL_IN_MOCK) else Outcome.PREFLIGHT_ORIGIN_MISSING

    assert {origin: Page(of_several, origin).puts("/orders").outcome for origin in (*LISTED, *STRANGERS)} == {
        **dict.fromkeys(LISTED, reading),
        **dict.fromkeys(STRANGERS, Outcome.PREFLIGHT_ORIGIN_MISSING),
    }


def test_a_branch_is_read_by_its_own_page_alone(of_several: DeployedApi) -> None:
    assert Page(of_several, ADMIN).gets("/admin", key=True).outcome is Outcome.ALLOWED
    assert Page(of_several, EXACT).gets("/admin", key=True).outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH
    assert Page(of_several, ADMIN).gets("/orders").outcome is Outcome.ORIGIN_MISSING


def test_a_page_reads_that_it_failed_and_not_why(of_several: DeployedApi) -> None:
    verdict = Page(of_several, MATCHED).gets("/fail")

    assert verdict.allowed, verdict
    assert verdict.response is not None
    assert verdict.response.status == 500
    assert b"secret" not in verdict.response.body
    assert Page(of_several, STRANGERS[0]).gets("/fail").outcome is Outcome.ORIGIN_MISSING


@pytest.mark.parametrize("way", [WAYS["Python, wrapped"], WAYS["Node.js, wrapped"]], ids=["Python", "Node.js"])
def test_without_the_line_it_answers_and_no_page_reads_it(run: Run, way: Way) -> None:
    bare = run(lambda stack: api_of(stack, silent(way).function(stack), one(stack)))

    assert bare.request("GET", "/orders").status == 200
    assert {Page(bare, origin).gets("/orders").outcome for origin in (EXACT, *STRANGERS)} == {Outcome.ORIGIN_MISSING}
    assert Page(bare, EXACT).puts("/orders").outcome is Outcome.ORIGIN_MISSING


def test_an_api_that_exists_already_takes_the_same_line(run: Run, way: Way) -> None:
    def build(stack: Stack) -> None:
        api = apigateway.RestApi(stack, "Api")
        api.root.add_resource("orders").add_method("GET", apigateway.LambdaIntegration(way.function(stack)))
        shared: Any = "wrap" if way.wrap else True
        Aspects.of(stack).add(EnableCors(one(stack), require_api_key=False, share_policy=shared))

    existing = run(build)
    assert Page(existing, EXACT).gets("/orders").outcome is Outcome.ALLOWED
    assert {Page(existing, origin).gets("/orders").outcome for origin in STRANGERS} == {Outcome.ORIGIN_MISMATCH}
