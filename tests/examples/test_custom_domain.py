"""The domain: who may call what, whichever domain it is; and the ways that lead there."""

import pytest

from cors_constructs.simulate import Outcome, Request, Response
from cors_constructs.simulate.browser import Credentials
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from ..cdk.synthesis import of_type
from .apps import template_of

EXAMPLE = "CustomDomain"


def browser_at(domain: str) -> Browser:
    def backend(request: Request) -> Response:
        origin = request.headers["origin"]
        credentials = {"access-control-allow-credentials": "true"} if origin == f"https://admin.{domain}" else {}
        return Response(200, {"access-control-allow-origin": origin, **credentials})

    return Browser.on(template_of(EXAMPLE), backend=backend, parameters={"Domain": domain})


@pytest.mark.parametrize("domain", ["example.com", "shop.example"])
@pytest.mark.parametrize(
    ("call", "page", "credentials", "outcome"),
    [
        pytest.param("POST /orders", "www", "omit", Outcome.ALLOWED, id="the-shop"),
        pytest.param("POST /orders", "admin", "omit", Outcome.PREFLIGHT_ORIGIN_MISMATCH, id="not-for-the-other-page"),
        pytest.param(
            "GET /orders", "www", "include", Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED, id="the-shop-with-no-cookies"
        ),
        pytest.param("DELETE /admin/orders/7", "admin", "include", Outcome.ALLOWED, id="the-administration"),
        pytest.param("DELETE /admin/orders/7", "www", "omit", Outcome.PREFLIGHT_ORIGIN_MISMATCH, id="not-for-the-shop"),
    ],
)
def test_each_page_may_call_its_part(
    domain: str, call: str, page: str, credentials: Credentials, outcome: Outcome
) -> None:
    browser = browser_at(domain)
    verb, path = call.split()
    headers = {"x-api-key": browser.key("shop" if page == "www" else "admin")}
    verdict = browser.fetch(verb, path, origin=f"https://{page}.{domain}", headers=headers, credentials=credentials)
    assert verdict.outcome is outcome, verdict


def test_both_pages_learn_that_a_key_is_wrong() -> None:
    browser = browser_at("example.com")
    for verb, path, page in [("GET", "/orders", "www"), ("DELETE", "/admin/orders/7", "admin")]:
        verdict = browser.fetch(verb, path, origin=f"https://{page}.example.com", headers={"x-api-key": "wrong"})
        assert verdict.response is not None, verdict
        assert verdict.response.status == 403


def test_two_records_lead_to_the_domain_and_nothing_leads_around_it() -> None:
    template = template_of(EXAMPLE)
    assert sorted(it["Properties"]["Type"] for it in of_type(template, "AWS::Route53::RecordSet").values()) == [
        "A",
        "AAAA",
    ]
    (api,) = of_type(template, "AWS::ApiGateway::RestApi").values()
    assert api["Properties"]["DisableExecuteApiEndpoint"] is True


def test_each_preflight_and_nothing_else_has_limits_of_its_own() -> None:
    (api,) = read_template(template_of(EXAMPLE)).apis
    assert {(it.verb, it.path, it.rate, it.burst) for it in api.stages[0].settings} == {
        ("OPTIONS", "/orders", 100, 200),
        ("OPTIONS", "/admin/orders/{order}", 100, 200),
    }
