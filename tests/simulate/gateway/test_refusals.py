"""Gateway responses: what API Gateway says by itself, and who inherits what."""

import json
from typing import Any

import pytest

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.refusals import KINDS
from cors_constructs.simulate.model import GatewayResponse, Stage
from cors_constructs.simulate.values import TemplateError, Unresolved

from .models import PROXY, SITE, answer, answers, gateway, method, send, source

STAR = {"Access-Control-Allow-Origin": "'*'"}
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
STATUSES = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 500,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}
each_type = pytest.mark.parametrize("type_", STATUSES)
each_changeable = pytest.mark.parametrize("type_", sorted(STATUSES.keys() - {"REQUEST_TOO_LARGE"}))


def shop(*responses: GatewayResponse, **given: Any) -> Gateway:
    methods = (method("GET /users/{id}", PROXY), method("OPTIONS /users/{id}", PROXY))
    return gateway(*methods, gateway_responses=answers(*responses), **given)


def test_every_type_is_known() -> None:
    assert {name: kind.status for name, kind in KINDS.items()} == STATUSES


@each_type
def test_none_has_cors_headers_by_itself(type_: str) -> None:
    response = send(shop().answering(type_), "GET /users/7", {"Origin": SITE})
    assert response.status == STATUSES[type_]
    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert response.headers["content-type"] == "application/json"
    assert "message" in {name.lower() for name in json.loads(response.body)}
    assert type_ in response.why


@each_changeable
def test_a_type_takes_the_default_of_its_class(type_: str) -> None:
    default = "DEFAULT_4XX" if STATUSES[type_] < 500 else "DEFAULT_5XX"
    given = shop(answer(default, headers=STAR))
    response = send(given.answering(type_), "GET /users/7", {"Origin": SITE})
    assert (response.status, response.headers.get("access-control-allow-origin")) == (STATUSES[type_], "*")
    assert f"as {default} has it" in response.why


def test_what_is_too_large_takes_neither_since_api_gateway_leaves_it_as_it_is() -> None:
    given = shop(*(answer(it, headers=STAR, status="418") for it in ("DEFAULT_4XX", "REQUEST_TOO_LARGE")))
    response = send(given.answering("REQUEST_TOO_LARGE"), "GET /users/7", {"Origin": SITE})
    assert (response.status, response.body) == (413, b'{"message":"Request Too Long"}')
    assert "access-control-allow-origin" not in response.headers
    assert "which no gateway response changes" in response.why


@each_changeable
def test_a_type_of_its_own_takes_nothing_of_the_default(type_: str) -> None:
    defaults = [answer(it, headers=STAR, status="418") for it in ("DEFAULT_4XX", "DEFAULT_5XX") if it != type_]
    given = shop(*defaults, answer(type_, headers={"X-Own": "'1'"}))
    response = send(given.answering(type_), "GET /users/7", {"Origin": SITE})
    assert response.status == STATUSES[type_]
    assert response.headers["x-own"] == "1"
    assert "access-control-allow-origin" not in response.headers


def test_the_status_of_a_default_changes_all_of_its_class() -> None:
    given = shop(answer("DEFAULT_4XX", status="400"))
    assert send(given.answering("THROTTLED"), "GET /users/7").status == 400
    assert send(given.answering("INTEGRATION_TIMEOUT"), "GET /users/7").status == 504


def test_preflights_are_spared_in_trouble() -> None:
    assert send(shop().answering("THROTTLED"), "OPTIONS /users/7").status == 200
    assert send(shop().answering("THROTTLED"), "GET /nowhere").status == 403
    assert send(shop(), "GET /users/7").status == 200


def test_an_unknown_trouble_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="'TROTTLED' is no type of gateway response; there are ACCESS_DENIED"):
        shop().answering("TROTTLED")


@pytest.mark.parametrize(
    ("source_", "value"),
    [
        pytest.param("'a literal, with ''quotes'", "a literal, with ''quotes", id="a literal"),
        pytest.param("''", "", id="an empty literal"),
        pytest.param("method.request.header.Origin", SITE, id="a header"),
        pytest.param("method.request.header.ORIGIN", SITE, id="a header in any case"),
        pytest.param("method.request.header.Missing", None, id="a header that is not sent"),
        pytest.param("method.request.querystring.x", "1", id="a query parameter"),
        pytest.param("method.request.querystring.X", None, id="query parameters are case-sensitive"),
        pytest.param("method.request.path.id", "7", id="a path parameter"),
        pytest.param("context.httpMethod", "GET", id="a context variable"),
        pytest.param("context.identity.sourceIp", "127.0.0.1", id="one below another"),
        pytest.param("context.identity", None, id="one that is no value"),
        pytest.param("context.nothing", None, id="one that is not there"),
        pytest.param("stageVariables.color", "green", id="a stage variable"),
        pytest.param("stageVariables.size", None, id="one that the stage has not"),
    ],
)
def test_a_header_comes_from(source_: str, value: str | None) -> None:
    stage = Stage(source("Stage"), "prod", variables={"color": "green"})
    given = shop(answer("THROTTLED", headers={"X-Here": source_}), stages=(stage,))
    response = send(given.answering("THROTTLED"), "GET /users/7?x=1", {"origin": SITE})
    assert response.headers.get("x-here") == value


@pytest.mark.parametrize("wrong", ["*", "'*", "method.request.body.x", "integration.response.header.X", ""])
def test_a_header_that_api_gateway_refuses_is_dropped_and_named(wrong: str) -> None:
    given = shop(answer("THROTTLED", headers={"Access-Control-Allow-Origin": wrong, "X-Fine": "'1'"}))
    response = send(given.answering("THROTTLED"), "GET /users/7")
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["x-fine"] == "1"
    assert "API Gateway refuses its header Access-Control-Allow-Origin" in response.why


def test_a_header_may_replace_the_gateway_s_own() -> None:
    given = shop(answer("THROTTLED", headers={"content-type": "'text/plain'", "X-AMZN-ErrorType": "'Mine'"}))
    response = send(given.answering("THROTTLED"), "GET /users/7")
    assert response.headers.all("content-type") == ("text/plain",)
    assert response.headers.all("x-amzn-errortype") == ("Mine",)


@pytest.mark.parametrize(
    ("templates", "content_type", "body"),
    [
        pytest.param({}, "application/json", '{"message":"Too Many Requests"}', id="the default"),
        pytest.param(
            {"application/json": '{"m":$context.error.messageString,"t":"$context.error.responseType"}'},
            "application/json",
            '{"m":"Too Many Requests","t":"THROTTLED"}',
            id="the message as a string, and the type",
        ),
        pytest.param(
            {"text/plain": "$context.error.message. ${context.stage}"},
            "text/plain",
            "Too Many Requests. prod",
            id="text",
        ),
        pytest.param(
            {"text/xml": "<x/>", "application/json": "{}"}, "application/json", "{}", id="JSON where there are several"
        ),
        pytest.param(
            {"text/plain": "$method.request.header.origin|$method.request.path.id|$stageVariables.x"},
            "text/plain",
            f"{SITE}|7|$stageVariables.x",
            id="parameters, and what is not there",
        ),
        pytest.param({"text/plain": "#if(true)$x#end"}, "text/plain", "#if(true)$x#end", id="no Velocity is run"),
    ],
)
def test_the_body(templates: dict[str, str], content_type: str, body: str) -> None:
    given = shop(answer("THROTTLED", templates=templates))
    response = send(given.answering("THROTTLED"), "GET /users/7", {"Origin": SITE})
    assert (response.headers["content-type"], response.body.decode()) == (content_type, body)


def test_an_unknown_status_is_asked_for() -> None:
    given = shop(answer("THROTTLED", status=Unresolved({"Ref": "Status"})))
    with pytest.raises(TemplateError, match=r"the status of THROTTLED depends on \$\{Status\}"):
        send(given.answering("THROTTLED"), "GET /users/7")


def test_a_status_that_is_none_is_named() -> None:
    response = send(shop(answer("THROTTLED", status="many")).answering("THROTTLED"), "GET /users/7")
    assert response.status == 429
    assert "API Gateway refuses its status 'many'" in response.why


def test_unknown_parts_stand_by_their_names() -> None:
    origin = Unresolved({"Fn::Join": []}, ("'https://", Unresolved({"Ref": "Domain"}), "'"))
    given = shop(answer("THROTTLED", headers={"Access-Control-Allow-Origin": origin}))
    response = send(given.answering("THROTTLED"), "GET /users/7")
    assert response.headers["access-control-allow-origin"] == "https://${Domain}"
