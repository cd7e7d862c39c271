"""The orders that somebody else wrote, before and after the line that lets pages in."""

import json
from collections.abc import Iterator
from typing import Final

import pytest
from aws_cdk import App

from cors_constructs.simulate import Outcome, Request
from cors_constructs.testing import Browser
from examples.existing_api.app import PAGE, let_pages_in
from examples.existing_api.orders import OrdersStack

from ..cdk.synthesis import Template, synthesize_app
from ..invoking import Functions
from .apps import CDK_JSON, of_type, template_of

EXAMPLE: Final = "ExistingApi"


@pytest.fixture(scope="module")
def before() -> Template:
    return synthesize_app(lambda app: OrdersStack(app, EXAMPLE), CDK_JSON["context"])[EXAMPLE]


@pytest.fixture(scope="module", params=[False, True], ids=["before", "after"])
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page that calls the very function of the example, before the line and after it."""
    folder = tmp_path_factory.mktemp("orders")
    app = App(outdir=str(folder), context=CDK_JSON["context"], tree_metadata=False)
    stack = OrdersStack(app, EXAMPLE)
    if request.param:
        let_pages_in(stack)
    app.synth()
    with Functions(folder, EXAMPLE) as functions:
        yield Browser(functions.gateway(), origin=PAGE)


before_it = pytest.mark.parametrize("browser", [False], ids=["before"], indirect=True)
after_it = pytest.mark.parametrize("browser", [True], ids=["after"], indirect=True)
every_path = pytest.mark.parametrize("path", ["/", "/orders/17"])


def key(browser: Browser) -> dict[str, str]:
    return {"x-api-key": browser.key("orders")}


@before_it
@every_path
def test_before_a_page_is_refused_at_its_preflight(browser: Browser, path: str) -> None:
    verdict = browser.fetch("GET", path, headers=key(browser))
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISSING, verdict
    assert [it.response.status for it in verdict.exchanges if it.response] == [403]


@after_it
@every_path
def test_after_it_reads_the_orders(browser: Browser, path: str) -> None:
    verdict = browser.fetch("GET", path, headers=key(browser))
    assert verdict.outcome is Outcome.ALLOWED, verdict
    (_, call) = verdict.exchanges
    assert call.response is not None
    assert json.loads(call.response.body) == [{"id": 1, "path": path}]


@after_it
def test_after_it_can_read_that_its_key_is_wrong(browser: Browser) -> None:
    verdict = browser.fetch("GET", "/orders/18", headers={"x-api-key": "stolen"})
    assert verdict.outcome is Outcome.ALLOWED, verdict
    assert [it.response.status for it in verdict.exchanges if it.response] == [204, 403]


@after_it
def test_after_pages_of_others_are_refused_as_ever(browser: Browser) -> None:
    verdict = browser.fetch("GET", "/", origin="https://stranger.example", headers=key(browser))
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH, verdict


def test_programs_find_what_they_found_before(browser: Browser) -> None:
    answer = browser.gateway(Request("GET", "/orders", key(browser)))
    assert answer.status == 200
    assert json.loads(answer.body) == [{"id": 1, "path": "/orders"}]
    assert browser.gateway(Request("GET", "/orders", [])).status == 403


def test_the_functions_code_stays_as_it_was(before: Template) -> None:
    after = template_of(EXAMPLE)["Resources"]
    (function,) = of_type(before, "AWS::Lambda::Function")
    assert after[function]["Properties"]["Code"] == before["Resources"][function]["Properties"]["Code"]


def test_nothing_that_was_there_is_replaced_but_the_deployment(before: Template) -> None:
    after = template_of(EXAMPLE)["Resources"]
    kept = {name: it for name, it in before["Resources"].items() if not it["Type"].endswith("::Deployment")}
    assert {name: after[name]["Type"] for name in kept} == {name: it["Type"] for name, it in kept.items()}
    methods = {name: it for name, it in kept.items() if it["Type"].endswith("::Method")}
    assert {name: after[name]["Properties"] for name in methods} == {
        name: it["Properties"] for name, it in methods.items()
    }
