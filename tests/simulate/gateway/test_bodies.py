"""Request validators: what is looked at, when, and what a body that is not as its model says is told."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Method, RequestModel, Source
from cors_constructs.simulate.values import Flag, TemplateError, Unresolved

from .models import JSON, SITE, answer, answers, api_key, gateway, method, mock, mocked, plan, send

SCHEMA = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
UNKNOWN = Unresolved({"Ref": "Checked"})
STAR = {"Access-Control-Allow-Origin": "'*'"}
REASON = 'object has missing required properties (["name"])'
UNREADABLE = "Unknown error parsing request body"


def model(schema: Mapping[str, Any] | Unresolved = SCHEMA, *, name: str = "User", problem: str = "") -> RequestModel:
    whole = schema if isinstance(schema, Unresolved) else {"$ref": "#/definitions/0", "definitions": {"0": schema}}
    return RequestModel(Source("template.json", "UserModel"), name, whole, problem)


def validated(
    models: Mapping[str, RequestModel] | None = None, *, body: Flag = True, name: str = "POST /users", **others: Any
) -> Method:
    given = {JSON: model()} if models is None else models
    return method(name, validates={"body": body}, request_models=given, **others)


def posted(to: Gateway, body: bytes, content_type: str | None = JSON) -> Response:
    return send(to, "POST /users", {} if content_type is None else {"Content-Type": content_type}, body)


def test_a_body_that_is_not_as_its_model_says_is_answered_400() -> None:
    response = posted(gateway(validated()), b'{"nome": "a"}')
    assert response.status == 400
    assert json.loads(response.body) == {"message": "Invalid request body"}
    assert response.headers["x-amzn-errortype"] == "BadRequestException"
    assert response.why == (
        f"POST /users: the body is not as the model User of POST /users has it for application/json: [{REASON}] "
        "(BAD_REQUEST_BODY, without a gateway response)"
    )


def test_a_body_that_is_goes_on_as_it_is() -> None:
    seen: list[Request] = []

    def backend(request: Request) -> Response:
        seen.append(request)
        return Response(201)

    body = b' {"name": "a", "more": [1]} '
    assert posted(gateway(validated(), settings={"backend": backend}), body).status == 201
    assert [request.body for request in seen] == [body]


def test_the_backend_does_not_hear_of_what_is_refused() -> None:
    def backend(_: Request) -> Response:
        pytest.fail("the backend was called")

    assert posted(gateway(validated(), settings={"backend": backend}), b"{}").status == 400


def test_the_gateway_response_says_why_and_to_whom() -> None:
    template = '{"m": $context.error.messageString, "why": "$context.error.validationErrorString"}'
    custom = answer("BAD_REQUEST_BODY", headers=STAR, templates={JSON: template}, status="422")
    response = posted(gateway(validated(), gateway_responses=answers(custom)), b'{"nome": 1}')
    assert response.status == 422
    assert response.headers["access-control-allow-origin"] == "*"
    assert json.loads(response.body) == {"m": "Invalid request body", "why": f"[{REASON}]"}


def test_without_a_gateway_response_of_its_own_that_of_4xx_speaks() -> None:
    default = answer("DEFAULT_4XX", headers=STAR)
    response = posted(gateway(validated(), gateway_responses=answers(default)), b"{}")
    assert (response.status, response.headers["access-control-allow-origin"]) == (400, "*")
    assert json.loads(response.body) == {"message": "Invalid request body"}


@given(st.binary(max_size=60) | st.text(max_size=30).map(json.dumps).map(str.encode))
def test_the_reasons_are_text_within_json_whatever_the_body_is(body: bytes) -> None:
    template = '{"why": "$context.error.validationErrorString"}'
    custom = answer("BAD_REQUEST_BODY", templates={JSON: template})
    strict = validated({JSON: model({"type": "string", "enum": ["no text has this"]})})
    response = posted(gateway(strict, gateway_responses=answers(custom)), body)
    assert response.status == 400
    assert json.loads(response.body)["why"].startswith("[")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", UNREADABLE, id="nothing"),
        pytest.param(b"  \n", UNREADABLE, id="white space"),
        pytest.param(b"{", UNREADABLE, id="half a document"),
        pytest.param(b"name=a", UNREADABLE, id="a form"),
        pytest.param(b'{"name": NaN}', UNREADABLE, id="what JSON has not"),
        pytest.param(b"\xff\xfe\x00", UNREADABLE, id="no text"),
        pytest.param(b"[" * 100_000, UNREADABLE, id="too deep"),
        pytest.param(b'{"name": ' + b"1" * 5_000 + b"}", UNREADABLE, id="a number without an end"),
        pytest.param(b"{}", REASON, id="a lack"),
        pytest.param(
            b"null",
            'instance type (null) does not match any allowed primitive type (allowed: ["object"])',
            id="null",
        ),
    ],
)
def test_what_is_refused_and_why(body: bytes, reason: str) -> None:
    response = posted(gateway(validated()), body)
    assert response.status == 400
    assert f": [{reason}] (BAD_REQUEST_BODY" in response.why


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"type": ["null", "object"]}], ids=str)
def test_an_empty_body_is_no_json_whatever_the_schema_says(schema: dict[str, Any]) -> None:
    assert posted(gateway(validated({JSON: model(schema)})), b"").status == 400


def test_the_model_empty_takes_an_empty_body() -> None:
    empty = gateway(validated({JSON: model({"type": "object"}, name="Empty")}))
    assert posted(empty, b"").status == 200
    assert posted(empty, b"{}").status == 200
    assert posted(empty, b"[]").status == 400


# Which model


@pytest.mark.parametrize(
    ("models", "content_type", "status"),
    [
        pytest.param({JSON: model()}, JSON, 400, id="that of its content type"),
        pytest.param({JSON: model()}, "Application/JSON; charset=utf-8", 400, id="in any case, with parameters"),
        pytest.param({"application/json; charset=utf-8": model()}, JSON, 400, id="parameters of the model's own"),
        pytest.param({JSON: model()}, None, 400, id="JSON's where there is none"),
        pytest.param({JSON: model()}, "text/plain", 200, id="none of another"),
        pytest.param({JSON: model()}, "application/problem+json", 200, id="none of what is like it"),
        pytest.param({"$default": model()}, "text/plain", 400, id="the default one"),
        pytest.param({"$default": model(), "text/plain": model({})}, "text/plain", 200, id="its own before that"),
        pytest.param({}, JSON, 200, id="no model at all"),
    ],
)
def test_the_content_type_picks_the_model(
    models: dict[str, RequestModel], content_type: str | None, status: int
) -> None:
    assert posted(gateway(validated(models)), b"{}", content_type).status == status


# What is looked at, and when


@pytest.mark.parametrize(
    ("validates", "status", "message"),
    [
        pytest.param({}, 200, None, id="neither"),
        pytest.param({"body": True}, 400, "Invalid request body", id="the body"),
        pytest.param({"params": True}, 400, "Missing required request parameters: [page]", id="the parameters"),
        pytest.param(
            {"body": True, "params": True},
            400,
            "Missing required request parameters: [page]",
            id="both: parameters come first",
        ),
    ],
)
def test_only_what_the_validator_says_is_looked_at(
    validates: dict[str, Flag], status: int, message: str | None
) -> None:
    wanted = {"method.request.querystring.page": True}
    there = method("POST /users", validates=validates, request_parameters=wanted, request_models={JSON: model()})
    response = posted(gateway(there), b"{}")
    assert response.status == status
    if message is not None:
        assert json.loads(response.body) == {"message": message}


def test_keys_come_before_bodies_and_content_types_after() -> None:
    key = api_key(value="0123456789abcdefghij")
    unmapped = mock(request={"text/plain": '{"statusCode":200}'}, passthrough_behavior="NEVER")
    keyed = validated(integration=unmapped, api_key_required=True)
    there = gateway(keyed, keys=[key], plans=(plan(key),))
    assert posted(there, b"{}").status == 403
    headers = {"Content-Type": JSON, "x-api-key": "0123456789abcdefghij"}
    assert send(there, "POST /users", headers, b"{}").status == 400
    assert send(there, "POST /users", headers, b'{"name": "a"}').status == 415


def test_a_body_that_is_too_large_is_not_looked_at() -> None:
    assert posted(gateway(validated()), b" " * (10 * 1024 * 1024 + 1)).status == 413


def test_a_preflight_that_has_a_method_of_its_own_is_not_validated() -> None:
    there = gateway(validated(name="ANY /users"), mocked("OPTIONS /users", mock(STAR)))
    response = send(there, "OPTIONS /users", {"Origin": SITE, "Access-Control-Request-Method": "POST"})
    assert (response.status, response.headers["access-control-allow-origin"]) == (204, "*")


def test_a_preflight_that_any_takes_is_and_is_told_how_to_be_free() -> None:
    response = send(gateway(validated(name="ANY /users")), "OPTIONS /users", {"Origin": SITE})
    assert response.status == 400
    assert "a preflight brings nothing of its own: give OPTIONS a method without a request validator" in response.why


# What cannot be told


@pytest.mark.parametrize(
    ("there", "line"),
    [
        pytest.param(
            validated(body=UNKNOWN),
            "template.json: Resources.POST/users: whether POST /users validates bodies depends on ${Checked}, which "
            'only a deployment knows; if that is a parameter, give parameters={"Checked": "..."}',
            id="whether bodies are looked at",
        ),
        pytest.param(
            validated({JSON: model(UNKNOWN)}),
            "template.json: Resources.POST/users: which bodies POST /users takes depends on ${Checked}, which "
            'only a deployment knows; if that is a parameter, give parameters={"Checked": "..."}',
            id="the model",
        ),
        pytest.param(
            validated({JSON: model(problem="it has no Schema")}),
            "template.json: Resources.UserModel: the model User cannot validate bodies: it has no Schema; write a JSON "
            "Schema draft 4",
            id="a model that is broken",
        ),
        pytest.param(
            validated({JSON: model({"type": "text"}, name="")}),
            "template.json: Resources.UserModel: the schema cannot validate bodies: it is no JSON Schema draft 4: at "
            "type, 'text' is not valid under any of the given schemas; write a JSON Schema draft 4",
            id="a schema that is none",
        ),
    ],
)
def test_what_the_template_does_not_hold_is_asked_for(there: Method, line: str) -> None:
    with pytest.raises(TemplateError) as caught:
        posted(gateway(there), b"{}")
    assert str(caught.value) == line


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(validated(body=UNKNOWN), id="a valid body, whoever looks at it"),
        pytest.param(validated({"text/plain": model(UNKNOWN)}), id="another content type's model"),
        pytest.param(
            method("POST /users", request_models={JSON: model(problem="it has no Schema")}), id="nobody looks at it"
        ),
    ],
)
def test_what_does_not_matter_is_not_asked_for(there: Method) -> None:
    assert posted(gateway(there), b'{"name": "a"}').status == 200


def test_whether_parameters_are_looked_at_is_asked_for_where_one_is_missing() -> None:
    wanted = {"method.request.querystring.page": True}
    there = gateway(method("GET /users", validates={"params": UNKNOWN}, request_parameters=wanted))
    assert send(there, "GET /users?page=1").status == 200
    with pytest.raises(TemplateError, match="whether GET /users validates parameters depends on"):
        send(there, "GET /users")


def test_what_takes_too_long_is_answered_500_and_says_so() -> None:
    there = gateway(validated({JSON: model({"items": {"type": "integer"}})}))
    response = posted(there, json.dumps([1] * 300_000).encode())
    assert response.status == 500
    assert "whether the body is as the model User has it cannot be told here: it takes more than" in response.why
    assert posted(there, b"[1]").status == 200


@given(st.binary(max_size=80), st.sampled_from([JSON, "text/plain", "", "é", ";"]))
def test_no_body_is_too_odd(body: bytes, content_type: str) -> None:
    assert posted(gateway(validated()), body, content_type).status in {200, 400}
