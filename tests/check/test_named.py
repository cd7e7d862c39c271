"""Which origins an API's template names, and how they were written."""

import json
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.check.named import Named, named_origins
from cors_constructs.policy import OriginPattern
from cors_constructs.simulate.template import read_template
from tests.serve.functions.apps import App

ORIGIN = "https://app.example.com"


def named(template: dict[str, Any]) -> Named:
    (api,) = read_template(template).apis
    return named_origins(api)


def preflight(response: str, origin: str | None = None) -> dict[str, Any]:
    """An API whose preflight is answered by a response template."""
    header = "method.response.header.Access-Control-Allow-Origin"
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 204}'},
        "responses": {
            "default": {
                "statusCode": "204",
                "responseTemplates": {"application/json": response},
                "responseParameters": {} if origin is None else {header: f"'{origin}'"},
            }
        },
    }
    body = {
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"options": {"x-amazon-apigateway-integration": integration, "responses": {"204": {}}}}},
    }
    return {"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a", "Body": body}}}}


def when(condition: str) -> str:
    return (
        "#set($o=$input.params().header.get('Origin'))#if(!$o)#set($o=$input.params().header.get('origin'))#end"
        f"#if($o && {condition})#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)#end"
    )


@pytest.mark.parametrize(
    ("template", "written"),
    [
        (preflight("", ORIGIN), (ORIGIN,)),
        (preflight("", "*"), ("*",)),
        (preflight(when(f"$o == '{ORIGIN}'")), (ORIGIN,)),
        (
            preflight(when(f"$o.matches('^{OriginPattern.parse('https://*.example.com').regex}$')")),
            ("https://*.example.com",),
        ),
        (preflight(when("$o.matches('https://[a-z]+[.]example[.]org')")), ("https://a.example.org",)),
        (preflight(when("false")), ()),
        (preflight(""), ()),
    ],
    ids=["as it is", "any", "compared", "a pattern of ours", "a pattern of others", "nobody", "nothing"],
)
def test_what_a_preflight_names(template: dict[str, Any], written: tuple[str, ...]) -> None:
    assert named(template).as_written() == written


@pytest.mark.parametrize(
    "origins", [["https://app.example.com", "https://**.example.org"], ["*"], ["http://localhost:*"]], ids=" ".join
)
def test_what_a_function_is_told(tmp_path: Path, origins: list[str]) -> None:
    policy = json.dumps({"allow_origins": origins})
    app = App(tmp_path).python("f", "", Environment={"Variables": {"CORS_CONSTRUCTS_POLICY": policy}})
    found = named({"Resources": app.resources})
    assert sorted(found.as_written()) == sorted(origins)
    assert found.any_origin is ("*" in origins)
    for pattern in found.patterns:
        assert any(map(pattern.matches, found.made_up))
