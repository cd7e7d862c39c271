"""Can the page call the API? Tests to copy: they synthesize the stack, and deploy nothing.

    python -m pytest examples/quickstart

Where one fails, its report shows the conversation between browser and gateway. Synthesis is faster with
`CDK_VALIDATION=false` in the environment, which turns off what newer CDKs check of every template.
"""

import json
from collections.abc import Iterator

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from cors_constructs.simulate import Outcome, Request, Response, Verdict
from cors_constructs.testing import Browser
from examples.quickstart import handler
from examples.quickstart.app import QuickstartStack

PAGE = "https://app.example.com"
STRANGER = "https://stranger.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that shows the page, on the API as it would be deployed."""
    stack = QuickstartStack(App(), "Quickstart")
    (function,) = Template.from_stack(stack).find_resources("AWS::Lambda::Function").values()
    environment = function["Properties"]["Environment"]["Variables"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORS_CONSTRUCTS_POLICY", environment["CORS_CONSTRUCTS_POLICY"])
        yield Browser.on(stack, backend=backend, origin=PAGE)


def backend(request: Request) -> Response:
    """What stands behind the API: the real function, and a stand-in for the other server."""
    first, *rest = request.url.strip("/").split("/")
    if first == "stops":
        return Response(200, {"Access-Control-Allow-Origin": PAGE})
    event = {
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "resource": "/departures/{stop}" if first == "departures" else f"/{first}",
        "pathParameters": {"stop": rest[0]} if rest else None,
        "body": request.body.decode(),
    }
    answer = handler.handler(event, None)
    return Response(answer["statusCode"], answer["headers"], answer["body"].encode())


def read(verdict: Verdict) -> Response:
    """What the page reads."""
    assert verdict.allowed, verdict
    assert verdict.response
    return verdict.response


@pytest.mark.parametrize("path", ["/departures/main-street", "/stops"])
def test_the_page_reads_what_needs_a_key(browser: Browser, path: str) -> None:
    verdict = browser.fetch("GET", path, headers={"x-api-key": browser.key("web")})
    assert read(verdict).status == 200


def test_the_page_sends_a_report(browser: Browser) -> None:
    headers = {"x-api-key": browser.key("web"), "content-type": "application/json"}
    verdict = browser.fetch("POST", "/reports", headers=headers, body='{"late": "12"}')
    assert json.loads(read(verdict).body) == {"received": {"late": "12"}}


def test_health_needs_no_key(browser: Browser) -> None:
    assert read(browser.fetch("GET", "/health")).status == 200


def test_the_page_learns_that_its_key_is_wrong(browser: Browser) -> None:
    verdict = browser.fetch("GET", "/stops", headers={"x-api-key": "guessed"})
    assert read(verdict).status == 403


def test_the_page_learns_that_it_asks_too_often(browser: Browser) -> None:
    busy = Browser(browser.gateway.answering("THROTTLED"), origin=PAGE)
    verdict = busy.fetch("GET", "/stops", headers={"x-api-key": browser.key("web")})
    assert read(verdict).status == 429


def test_the_page_learns_that_the_function_failed(browser: Browser) -> None:
    verdict = browser.fetch("POST", "/reports", headers={"x-api-key": browser.key("web")}, body="no JSON")
    assert read(verdict).status == 500


def test_pages_of_others_are_stopped_before_they_send_anything(browser: Browser) -> None:
    verdict = browser.fetch("GET", "/stops", origin=STRANGER, headers={"x-api-key": browser.key("web")})
    assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH, verdict
