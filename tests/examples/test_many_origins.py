"""Many origins: each preflight, run as API Gateway would run its mapping template."""

from typing import Any

import pytest
from aws_cdk import App

from examples.many_origins.app import ManyOriginsStack

from ..cdk.synthesis import Api, synthesize_app
from ..render.engine import run
from .apps import CDK_JSON, api_of, template_of

ALLOWED, STRANGER = "allowed", "stranger"

WEB = {
    "https://www.example.com": ALLOWED,
    "https://admin.example.com": ALLOWED,
    "https://pr-12.preview.example.com": ALLOWED,
    "https://acme.customers.example.com": ALLOWED,
    "https://shop.acme.customers.example.com": ALLOWED,
    "https://preview.example.com": STRANGER,
    "https://one.two.preview.example.com": STRANGER,
    "https://customers.example.com": STRANGER,
    "http://www.example.com": STRANGER,
    "https://www.example.com:8443": STRANGER,
    "https://www.example.com.evil.test": STRANGER,
    "https://evil.test/.preview.example.com": STRANGER,
    "http://localhost:3000": STRANGER,
    "null": STRANGER,
}
EMBED = {
    "https://www.example.com": ALLOWED,
    "https://www.partner-one.example": ALLOWED,
    "https://www.partner-two.example": ALLOWED,
    "https://www.partner-one.example,https://www.partner-two.example": STRANGER,
    "https://www.partner-three.example": STRANGER,
}


def answer(api: Api, path: str, origin: str) -> dict[str, str]:
    return run(_deployed(api.preflight(path).template, api), {"origin": origin})


def _deployed(value: Any, api: Api) -> Any:
    """The value once CloudFormation has put the parameters' defaults in."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return api.template["Parameters"][value["Ref"]]["Default"].split(",")
    separator, parts = value["Fn::Join"]
    return separator.join(_deployed(parts, api) if isinstance(parts, dict) else [_deployed(it, api) for it in parts])


@pytest.mark.parametrize(("origin", "outcome"), WEB.items(), ids=WEB)
def test_our_pages_may_send_cookies_and_strangers_are_told_nothing(origin: str, outcome: str) -> None:
    answered = answer(api_of("ManyOrigins", "WebApi"), "/orders", origin)
    if outcome == STRANGER:
        assert answered == {}
    else:
        assert answered["Access-Control-Allow-Origin"] == origin
        assert answered["Access-Control-Allow-Credentials"] == "true"
        assert answered["Access-Control-Allow-Methods"] == "GET,POST"


@pytest.mark.parametrize(("origin", "outcome"), EMBED.items(), ids=EMBED)
def test_partners_are_those_of_the_parameter(origin: str, outcome: str) -> None:
    answered = answer(api_of("ManyOrigins", "EmbedApi"), "/products", origin)
    assert answered.get("Access-Control-Allow-Origin") == (origin if outcome == ALLOWED else None)
    assert "Access-Control-Allow-Credentials" not in answered


@pytest.mark.parametrize(("api", "path"), [("WebApi", "/orders"), ("EmbedApi", "/products")])
def test_caches_are_told_that_the_answer_depends_on_the_origin(api: str, path: str) -> None:
    assert api_of("ManyOrigins", api).preflight(path).headers == {"Vary": "'Origin'"}


@pytest.mark.parametrize(
    ("origin", "outcome"),
    {
        "http://localhost:3000": ALLOWED,
        "http://localhost": ALLOWED,
        "https://localhost:3000": STRANGER,
        "http://localhost.evil.test:3000": STRANGER,
    }.items(),
)
def test_in_development_any_port_of_the_own_machine_may_call_too(origin: str, outcome: str) -> None:
    api = _in_development()
    assert answer(api, "/orders", origin).get("Access-Control-Allow-Origin") == (origin if outcome == ALLOWED else None)
    assert answer(api, "/orders", "https://www.example.com")


def _in_development() -> Api:
    templates = synthesize_app(_development_stack, CDK_JSON["context"])
    template = templates["ManyOrigins"]
    logical_id = api_of("ManyOrigins", "WebApi").logical_id
    return Api(template, logical_id)


def _development_stack(app: App) -> ManyOriginsStack:
    return ManyOriginsStack(app, "ManyOrigins", development=True)


def test_errors_are_readable_without_cookies_only() -> None:
    for headers in api_of("ManyOrigins", "WebApi").errors.values():
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        assert "Access-Control-Allow-Credentials" not in headers


def test_two_partners_share_a_plan_and_have_a_key_each() -> None:
    links = api_of("ManyOrigins", "EmbedApi").plan_keys
    partners = {name: link for name, link in links.items() if "partner" in name}
    assert len({link["UsagePlanId"]["Ref"] for link in partners.values()}) == 1
    assert len({link["KeyId"]["Ref"] for link in partners.values()}) == 2


def test_the_partners_are_a_parameter_of_the_stack() -> None:
    parameter = template_of("ManyOrigins")["Parameters"]["PartnerOrigins"]
    assert parameter["Type"] == "CommaDelimitedList"
