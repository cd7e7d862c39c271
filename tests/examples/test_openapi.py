"""The API of a document: what it said is there, and what it did not say is there beside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import App

from cors_constructs.check import check
from cors_constructs.simulate import Outcome, Request, Response
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser
from examples.openapi.app import OpenApiStack

from ..invoking import Functions
from ..invoking.backend import as_response, proxy_event
from .apps import CDK_JSON, ROOT, api_of, of_type, template_of
from .documents import DocumentApi

PAGE = "https://parcels.example.com"
DOCUMENT = yaml.safe_load((ROOT / "examples/openapi/api.yaml").read_text())


def document() -> dict[str, Any]:
    api = api_of("OpenApi", "Api")
    assert isinstance(api, DocumentApi)
    return api.document


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page's browser; the function behind the API is the one that is deployed, with its layer and its variables."""
    folder = tmp_path_factory.mktemp("openapi")
    app = App(outdir=str(folder), context=CDK_JSON["context"], tree_metadata=False)
    stack = OpenApiStack(app, "OpenApi")
    app.synth()
    (function,) = of_type(template_of("OpenApi"), "AWS::Lambda::Function")
    with Functions(folder, "OpenApi") as functions:
        router = Router(functions.gateway().api)

        def backend(request: Request) -> Response:
            route = router.route(request.method, request.url)
            if route is None or not request.url.endswith("/complaints"):
                return Response(200, {"Access-Control-Allow-Origin": PAGE})
            return as_response(functions.invoke(function, proxy_event(request, route)))

        yield Browser.on(stack, backend=backend, origin=PAGE)


@pytest.mark.parametrize("section", ["openapi", "info", "tags", "security", "x-amazon-apigateway-request-validators"])
def test_what_the_document_says_of_itself_is_as_it_was(section: str) -> None:
    assert document()[section] == DOCUMENT[section]


def test_its_schemas_and_parameters_are_as_they_were() -> None:
    assert document()["components"] == DOCUMENT["components"]


@pytest.mark.parametrize(("path", "key"), [(path, key) for path, item in DOCUMENT["paths"].items() for key in item])
def test_its_operations_are_as_they_were_but_for_their_keys(path: str, key: str) -> None:
    said, found = DOCUMENT["paths"][path][key], document()["paths"][path][key]
    if key == "parameters":
        assert found == said
    else:
        assert {**found, "security": None} == {**said, "security": None}
        assert found["security"] == ([] if path == "/status" else [{"key": []}])


def test_the_route_stands_after_them() -> None:
    assert list(document()["paths"]) == [*DOCUMENT["paths"], "/parcels/{parcel}/complaints"]


def test_the_gateway_response_of_its_own_has_the_headers_too() -> None:
    response = document()["x-amazon-apigateway-gateway-responses"]["BAD_REQUEST_BODY"]
    headers = response["responseParameters"]
    said = DOCUMENT["x-amazon-apigateway-gateway-responses"]["BAD_REQUEST_BODY"]
    assert response == {**said, "responseParameters": headers}
    assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{PAGE}'"


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "/parcels/12", None),
        ("PUT", "/parcels/12/address", '{"street": "Elm Street 1", "city": "Springwood"}'),
        ("POST", "/parcels/12/complaints", '{"text": "It is late"}'),
        ("GET", "/parcels/12/complaints", None),
    ],
)
def test_the_page_reads_what_needs_a_key(browser: Browser, verb: str, path: str, body: str | None) -> None:
    headers = {"x-api-key": browser.key("web"), "content-type": "application/json"}
    verdict = browser.fetch(verb, path, headers=headers, body=body)
    assert verdict.allowed, verdict
    assert verdict.response is not None
    assert verdict.response.status == 200


def test_the_status_needs_no_key(browser: Browser) -> None:
    verdict = browser.fetch("GET", "/status")
    assert verdict.response is not None
    assert verdict.response.status == 200


def test_a_strangers_page_reads_nothing(browser: Browser) -> None:
    headers = {"x-api-key": browser.key("web")}
    verdict = browser.fetch("GET", "/parcels/12", origin="https://evil.test", headers=headers)
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH, verdict


def test_a_page_reads_that_the_function_failed(browser: Browser) -> None:
    headers = {"x-api-key": browser.key("web")}
    verdict = browser.fetch("POST", "/parcels/12/complaints", headers=headers, body="no JSON")
    assert verdict.allowed, verdict
    assert verdict.response is not None
    assert verdict.response.status == 500
    assert json.loads(verdict.response.body) == {"message": "Internal server error"}


def test_the_checker_finds_nothing() -> None:
    assert check(read_template(template_of("OpenApi"))) == []


def test_the_document_is_the_one_beside_the_app() -> None:
    assert {path.name for path in Path(ROOT, "examples/openapi").glob("*.y*ml")} == {"api.yaml"}
