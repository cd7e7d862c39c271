"""The large API: 300 paths with three methods each, in one stack, by routes."""

import json
from collections.abc import Iterator

import pytest
from aws_cdk import App

from cors_constructs.check import check
from cors_constructs.simulate import Outcome, Request, Response
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser
from examples.large_api.app import LargeApiStack

from ..invoking import Functions
from .apps import CDK_JSON, api_of, of_type, template_of

PAGE = "https://north.districts.example.org"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    outdir = str(tmp_path_factory.mktemp("large"))
    stack = LargeApiStack(App(outdir=outdir, context=CDK_JSON["context"], tree_metadata=False), "LargeApi")
    return Browser.on(stack, backend=backend, origin=PAGE)


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Functions]:
    """The functions that are deployed, with their layer and their variables."""
    folder = tmp_path_factory.mktemp("functions")
    app = App(outdir=str(folder), context=CDK_JSON["context"], tree_metadata=False)
    LargeApiStack(app, "LargeApi")
    app.synth()
    with Functions(folder, "LargeApi") as found:
        yield found


def backend(request: Request) -> Response:
    return Response(200, {"Access-Control-Allow-Origin": "*", "x-asked": f"{request.method} {request.url}"})


def test_it_has_300_paths_with_three_methods_each() -> None:
    api = api_of("LargeApi", "Api")
    verbs: dict[str, set[str]] = {}
    for name in api.working:
        verb, _, path = name.partition(" ")
        verbs.setdefault(path, set()).add(verb)
    assert len(verbs) == 300
    assert {len(had) for had in verbs.values()} == {3}


def test_it_is_few_resources_and_two_permissions() -> None:
    template = template_of("LargeApi")
    assert len(template["Resources"]) < 50
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    assert kinds.count("AWS::Lambda::Function") == kinds.count("AWS::Lambda::Permission") == 2
    assert len(json.dumps(template, indent=1)) < 1_000_000


def test_two_preflights_answer_for_all_paths() -> None:
    assert api_of("LargeApi", "Api").preflights == {"/", "/{proxy+}"}


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/"),
        ("GET", "/search"),
        ("POST", "/old-town-trees"),
        ("PUT", "/north-wells/12"),
        ("DELETE", "/harbour-addresses/1"),
        ("GET", "/no/such/register"),
    ],
)
def test_a_districts_page_calls_any_of_them(browser: Browser, verb: str, path: str) -> None:
    verdict = browser.fetch(verb, path, headers={"x-api-key": browser.key("web")})
    assert verdict.outcome is Outcome.ALLOWED, verdict
    assert verdict.response is not None
    assert verdict.response.headers["x-asked"].endswith(path)


@pytest.mark.parametrize("path", ["/", "/search", "/north-wells/12"])
def test_a_strangers_page_calls_none(browser: Browser, path: str) -> None:
    headers = {"x-api-key": browser.key("web")}
    verdict = browser.fetch("GET", path, origin="https://districts.example.org.evil.test", headers=headers)
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISSING, verdict


@pytest.mark.parametrize(
    ("verb", "resource", "parameters", "status"),
    [
        ("GET", "/", None, 200),
        ("HEAD", "/search", None, 200),
        ("PUT", "/north-wells/{entry}", {"entry": "12"}, 202),
        ("GET", "/{proxy+}", {"proxy": "no/such"}, 404),
        ("GET", "/{proxy+}", None, 500),
    ],
)
def test_the_functions_send_cors_headers_whatever_they_answer(
    verb: str, resource: str, parameters: dict[str, str] | None, status: int, functions: Functions
) -> None:
    names = of_type(template_of("LargeApi"), "AWS::Lambda::Function")
    assert len(names) == 2
    for name in names:
        event = {"httpMethod": verb, "resource": resource, "pathParameters": parameters}
        answer = functions.invoke(name, {**event, "headers": {"Origin": PAGE}})
        assert answer["statusCode"] == status
        assert answer["headers"]["Access-Control-Allow-Origin"] == PAGE
        assert json.loads(answer["body"])
        strangers = functions.invoke(name, {**event, "headers": {"Origin": "https://evil.test"}})
        assert {name.lower() for name in strangers["headers"]} == {"content-type", "vary"}


def test_the_checker_finds_nothing() -> None:
    assert check(read_template(template_of("LargeApi"))) == []
