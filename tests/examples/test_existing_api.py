"""The orders that somebody else wrote, before and after the line that lets pages in."""

import json
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from cors_constructs.simulate import Outcome, Request, Response
from cors_constructs.testing import Browser
from examples.existing_api.orders import HANDLER, PAGE, OrdersStack

from ..cdk.synthesis import Template, synthesize_app
from .apps import CDK_JSON, template_of

EXAMPLE: Final = "ExistingApi"


@pytest.fixture(scope="module")
def before() -> Template:
    return synthesize_app(lambda app: OrdersStack(app, EXAMPLE), CDK_JSON["context"])[EXAMPLE]


def browser_on(template: Template, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A page that calls the very function of the example."""
    monkeypatch.setenv("PAGE", PAGE)
    code: dict[str, Any] = {}
    exec(HANDLER, code)  # noqa: S102 - the example's own

    def backend(request: Request) -> Response:
        answer = code["handler"]({"path": urlsplit(request.url).path}, None)
        return Response(answer["statusCode"], answer["headers"], answer["body"].encode())

    return Browser.on(template, backend=backend, origin=PAGE)


@pytest.mark.parametrize("path", ["/", "/orders/17"])
def test_before_a_page_is_refused_at_its_preflight(
    before: Template, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_on(before, monkeypatch)
    verdict = browser.fetch("GET", path, headers={"x-api-key": browser.key("orders")})
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISSING, verdict
    assert [it.response.status for it in verdict.exchanges if it.response] == [403]


@pytest.mark.parametrize("path", ["/", "/orders/17"])
def test_after_it_reads_the_orders(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_on(template_of(EXAMPLE), monkeypatch)
    verdict = browser.fetch("GET", path, headers={"x-api-key": browser.key("orders")})
    assert verdict.outcome is Outcome.ALLOWED, verdict
    (_, call) = verdict.exchanges
    assert call.response is not None
    assert json.loads(call.response.body) == [{"id": 1, "path": path}]


def test_after_it_can_read_that_its_key_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = browser_on(template_of(EXAMPLE), monkeypatch).fetch("GET", "/", headers={"x-api-key": "stolen"})
    assert verdict.outcome is Outcome.ALLOWED, verdict
    assert [it.response.status for it in verdict.exchanges if it.response] == [204, 403]


def test_programs_find_what_they_found_before(before: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    for template in (before, template_of(EXAMPLE)):
        browser = browser_on(template, monkeypatch)
        answer = browser.gateway(Request("GET", "/orders", [("x-api-key", browser.key("orders"))]))
        assert answer.status == 200
        assert browser.gateway(Request("GET", "/orders", [])).status == 403


def test_nothing_that_was_there_is_replaced_but_the_deployment(before: Template) -> None:
    after = template_of(EXAMPLE)["Resources"]
    kept = {name: it for name, it in before["Resources"].items() if not it["Type"].endswith("::Deployment")}
    assert {name: after[name]["Type"] for name in kept} == {name: it["Type"] for name, it in kept.items()}
    methods = {name: it for name, it in kept.items() if it["Type"].endswith("::Method")}
    assert {name: after[name]["Properties"] for name in methods} == {
        name: it["Properties"] for name, it in methods.items()
    }
