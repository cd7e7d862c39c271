"""What a patched document does once it is deployed: preflights, keys, and errors that pages can read."""

from collections.abc import Mapping
from typing import Any

import pytest

from cors_constructs import CorsPolicy, patch_openapi
from cors_constructs.check import Severity, check
from cors_constructs.render.layout import Preflight
from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.template import read_template

from .apis import ADMIN, ANY, ANYONE, APP, COGNITO, DIALECTS, ONE, SEVERAL, STRANGER, api, proxied

PATTERN = CorsPolicy(allow_origins=["https://*.shop.example"])
ORIGIN = "access-control-allow-origin"

TENANT = {"name": "x-tenant", "in": "header", "required": True, "schema": {"type": "string"}}


def document(dialect: str, **more: Any) -> dict[str, Any]:
    paths = {
        "/": {"get": proxied()},
        "/users": {"get": proxied(), "post": proxied()},
        "/users/{id}": {"put": proxied(), "parameters": [{**TENANT, "type": "string"} if dialect == "2.0" else TENANT]},
        "/files/{proxy+}": {ANY: proxied()},
        "/health": {"get": proxied(security=[{"key": []}])},
        "/me": {"get": proxied(security=[{"cognito": []}])},
    }
    schemes = {"cognito": COGNITO}
    validators = {
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
    }
    return api(paths, dialect=dialect, schemes=schemes, security=[], **validators, **more)


def template(body: Mapping[str, Any]) -> dict[str, Any]:
    """A template whose API is the document, with a plan and a key."""
    ref = {name: {"Ref": name} for name in ("Api", "Stage", "Deployment", "Key", "Plan")}
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": ref["Api"]}},
            "Stage": {
                "Type": "AWS::ApiGateway::Stage",
                "Properties": {"RestApiId": ref["Api"], "DeploymentId": ref["Deployment"], "StageName": "prod"},
            },
            "Plan": {
                "Type": "AWS::ApiGateway::UsagePlan",
                "Properties": {"ApiStages": [{"ApiId": ref["Api"], "Stage": ref["Stage"]}]},
            },
            "Key": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True}},
            "PlanKey": {
                "Type": "AWS::ApiGateway::UsagePlanKey",
                "Properties": {"KeyId": ref["Key"], "KeyType": "API_KEY", "UsagePlanId": ref["Plan"]},
            },
        }
    }


BINARY = {"x-amazon-apigateway-binary-media-types": ["*/*"]}
PATHS = {"/": "GET", "/users": "POST", "/users/17": "PUT", "/files/a/b": "DELETE", "/health": "GET", "/me": "GET"}


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(params=[{}, BINARY], ids=["text", "binary"])
def given(request: pytest.FixtureRequest, dialect: str) -> dict[str, Any]:
    return document(dialect, **request.param)


def preflight(gateway: Gateway, path: str, origin: str, verb: str = "GET") -> Response:
    asking = {"Origin": origin, "Access-Control-Request-Method": verb, "Accept": "*/*"}
    return gateway(Request("OPTIONS", path, asking))


@pytest.mark.parametrize("mode", Preflight)
@pytest.mark.parametrize(
    ("policy", "allowed", "told"),
    [
        pytest.param(ONE, [APP], APP, id="one"),
        pytest.param(SEVERAL, [APP, ADMIN], None, id="several"),
        pytest.param(PATTERN, [APP, ADMIN], None, id="a pattern"),
        pytest.param(ANYONE, [APP, STRANGER], "*", id="anyone"),
    ],
)
def test_preflights(
    given: dict[str, Any], mode: Preflight, policy: CorsPolicy, allowed: list[str], told: str | None
) -> None:
    gateway = Gateway.from_template(template(patch_openapi(given, policy, preflight=mode)))
    for path, verb in PATHS.items():
        for origin in allowed:
            answer = preflight(gateway, path, origin, verb)
            assert answer.status == 204
            assert answer.headers[ORIGIN] == (told or origin)
            assert verb in answer.headers["access-control-allow-methods"].split(",")
            assert "x-api-key" in answer.headers["access-control-allow-headers"]
        refused = preflight(gateway, path, STRANGER, verb)
        assert refused.status == 204
        # One origin is told to everybody, by name; who has another is refused by the browser.
        assert refused.headers.get(ORIGIN) == told


def test_keys(given: dict[str, Any]) -> None:
    patched = patch_openapi(given, SEVERAL, keyless=["GET /health"])
    gateway = Gateway.from_template(template(patched))
    for path, verb in PATHS.items():
        sent = {"Origin": APP, "x-tenant": "a", "authorization": "token"}
        bare = gateway(Request(verb, path, sent))
        assert bare.status == (200 if path == "/health" else 403)
        if path != "/health":
            assert bare.headers[ORIGIN] == "*"
        assert gateway(Request(verb, path, {**sent, "x-api-key": "wrong"})).status == bare.status
        assert gateway(Request(verb, path, {**sent, "x-api-key": gateway.key("Key")})).status == 200
    with_key = {"Origin": APP, "x-api-key": gateway.key("Key")}
    assert gateway(Request("GET", "/me", with_key)).status == 401
    assert gateway(Request("PUT", "/users/17", with_key)).status == 400


def test_another_content_type_is_refused_with_headers_that_pages_can_read(dialect: str) -> None:
    gateway = Gateway.from_template(template(patch_openapi(document(dialect), ONE)))
    odd = gateway(Request("OPTIONS", "/users", {"Origin": APP, "Content-Type": "text/plain"}))
    assert odd.status == 415
    assert odd.headers[ORIGIN] == APP


@pytest.mark.parametrize("mode", Preflight)
@pytest.mark.parametrize("policy", [ONE, ANYONE, PATTERN], ids=["one", "anyone", "a pattern"])
def test_nothing_is_wrong_with_it(dialect: str, mode: Preflight, policy: CorsPolicy) -> None:
    patched = patch_openapi(document(dialect, **BINARY), policy, keyless=["GET /health"], preflight=mode)
    found = check(read_template(template(patched)))
    assert [str(finding) for finding in found if finding.rule.severity is Severity.ERROR] == []


def test_a_branch_answers_its_own_origins(dialect: str) -> None:
    inner = CorsPolicy(allow_origins=[ADMIN])
    gateway = Gateway.from_template(template(patch_openapi(document(dialect), ONE, branches={"/users": inner})))
    assert preflight(gateway, "/users", ADMIN).headers[ORIGIN] == ADMIN
    assert preflight(gateway, "/users/17", ADMIN).headers[ORIGIN] == ADMIN
    assert preflight(gateway, "/me", ADMIN).headers[ORIGIN] == APP
    assert gateway(Request("GET", "/users", {"Origin": ADMIN})).headers[ORIGIN] == "*"
