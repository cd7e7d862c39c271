"""What backends get, and what becomes of their answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Function, Integration, IntegrationResponse, Source

from .models import JSON, PROXY, SITE, gateway, method, mocked, send

STAR = {"Access-Control-Allow-Origin": "'*'"}
LAMBDA = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn/invocations"


def answered(integration: Integration, backend: Callable[[Request], Any] | None = None, **sent: Any) -> Response:
    given = gateway(mocked("POST /users/{id}", integration), settings={"backend": backend} if backend else {})
    return send(given, f"POST /users/7{sent.pop('query', '')}", **sent)


def test_the_default_backend_forgets_cors() -> None:
    response = answered(PROXY, headers={"Origin": SITE})
    assert response.status == 200
    assert json.loads(response.body)
    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert "no backend= is given" in response.why


def test_a_proxy_gets_the_request_and_its_answer_is_passed_on() -> None:
    seen: list[Request] = []

    def backend(request: Request) -> Response:
        seen.append(request)
        return Response(201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Own", "1")], b"made")

    response = answered(PROXY, backend, headers={"Origin": SITE, "X": ["1", "2"]}, body=b"{}", query="?x=1")
    assert seen == [Request("POST", "/users/7?x=1", {"Origin": SITE, "X": ["1", "2"]}, b"{}")]
    assert (response.status, response.body) == (201, b"made")
    assert response.headers.all("set-cookie") == ("a=1", "b=2")
    assert "passes that on as it is" in response.why


FUNCTION = Function(Source(None, "ListUsers"))
ARN = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:{}/invocations"


@pytest.mark.parametrize(
    ("integration", "called"),
    [
        (Integration("AWS_PROXY", "POST", LAMBDA, function=FUNCTION), "function ListUsers"),
        (Integration("AWS_PROXY", "POST", ARN.format("users-of:live")), "function users-of"),
        (Integration("AWS_PROXY", "POST", ARN.format("${stageVariables.users}")), "backend"),
        (Integration("HTTP_PROXY", "POST", "https://x.example"), "backend"),
    ],
    ids=["of the template", "elsewhere", "of a stage variable", "no function"],
)
def test_what_answered_is_named(integration: Integration, called: str) -> None:
    well = answered(integration, lambda _: Response(200)).why
    assert well == (
        f"POST /users/7: the {called} of the {integration.type} integration answered 200, and a proxy integration "
        "passes that on as it is"
    )
    of_backend = "; the error is the backend's, and not API Gateway's"
    assert answered(integration, lambda _: Response(404)).why == well.replace("200", "404") + of_backend
    assert f"POST /users/7: the {called} timed out" in answered(integration, _raise(TimeoutError())).why
    assert f"POST /users/7: the {called} could not be reached: no" in answered(integration, _raise(OSError("no"))).why


def test_a_function_behind_a_mapping_is_named() -> None:
    mapped = Integration("AWS", "POST", LAMBDA, function=FUNCTION, responses=(IntegrationResponse("200"),))
    assert answered(mapped, lambda _: Response(200, body=b"{}")).why.startswith(
        "POST /users/7: the function ListUsers of the AWS integration answered 200"
    )


def _raise(error: Exception) -> Callable[[Request], Response]:
    def backend(_: Request) -> Response:
        raise error

    return backend


@pytest.mark.parametrize(
    "integration", [PROXY, Integration("HTTP", "POST", "https://x.example")], ids=["proxy", "mapped"]
)
@pytest.mark.parametrize(
    ("backend", "status", "message"),
    [
        pytest.param(_raise(TimeoutError()), 504, "Endpoint request timed out", id="it times out"),
        pytest.param(
            _raise(ConnectionError("no")), 504, "Network error communicating with endpoint", id="no connection"
        ),
        pytest.param(_raise(OSError("no")), 504, "Network error communicating with endpoint", id="another failure"),
        pytest.param(lambda _: None, 502, "Internal server error", id="no answer"),
        pytest.param(lambda _: {"statusCode": 200}, 502, "Internal server error", id="no Response"),
        pytest.param(lambda _: Response(99), 502, "Internal server error", id="no status"),
        pytest.param(lambda _: Response(True), 502, "Internal server error", id="a truth for a status"),  # noqa: FBT003 - a status that is none
    ],
)
def test_a_backend_that_fails(integration: Integration, backend: Any, status: int, message: str) -> None:
    response = answered(integration, backend)
    assert (response.status, json.loads(response.body)) == (status, {"message": message})


def test_a_test_s_own_mistake_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        answered(PROXY, _raise(ZeroDivisionError()))


def http(**given: Any) -> Integration:
    return Integration("HTTP", "POST", "https://x.example", **{"responses": (IntegrationResponse("200"),), **given})


def backend_of(status: int = 200, body: bytes = b"", **headers: str) -> Callable[[Request], Response]:
    return lambda _: Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_a_mapped_backend_s_headers_are_dropped() -> None:
    response = answered(http(), backend_of(access_control_allow_origin="*"))
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["content-type"] == JSON


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("'*'", "*", id="a literal"),
        pytest.param("integration.response.header.X-Own", "1", id="a header"),
        pytest.param("integration.response.header.Missing", None, id="a header that is not there"),
        pytest.param("integration.response.body.a.b", "2", id="a value of the body"),
        pytest.param("integration.response.body.list[1]", "true", id="an element"),
        pytest.param("integration.response.body.a", '{"b":2}', id="an object"),
        pytest.param("integration.response.body", '{"a":{"b":2},"list":["x",true]}', id="the body"),
        pytest.param("integration.response.body.none", None, id="a value that is not there"),
        pytest.param("context.stage", "prod", id="a context variable"),
        pytest.param("method.request.header.Origin", None, id="a request's header, which is refused"),
    ],
)
def test_a_mapped_header_comes_from(expression: str, value: str | None) -> None:
    body = json.dumps({"a": {"b": 2}, "list": ["x", True]}).encode()
    integration = http(responses=(IntegrationResponse("200", headers={"X-Here": expression}),))
    response = answered(integration, backend_of(200, body, x_own="1"), headers={"Origin": SITE})
    assert response.headers.get("x-here") == value


def test_a_body_passes_where_there_is_no_template() -> None:
    assert answered(http(), backend_of(200, b"as it is")).body == b"as it is"


@pytest.mark.parametrize(
    ("accept", "content_type", "body"),
    [
        pytest.param("text/xml", "text/xml", b"<x>1</x>", id="the type accepted"),
        pytest.param("text/csv, text/xml;q=0.5", "text/xml", b"<x>1</x>", id="the second"),
        pytest.param("*/*", JSON, b'{"x":1}', id="JSON else"),
        pytest.param(None, JSON, b'{"x":1}', id="JSON without any"),
    ],
)
def test_a_response_template_is_chosen_by(accept: str | None, content_type: str, body: bytes) -> None:
    templates = {"text/xml": "<x>$input.path('$.x')</x>", JSON: "$input.json('$')"}
    integration = http(responses=(IntegrationResponse("200", templates=templates),))
    response = answered(integration, backend_of(200, b'{"x": 1}'), headers={"Accept": accept} if accept else {})
    assert (response.headers["content-type"], response.body) == (content_type, body)


def test_the_first_template_is_taken_where_none_is_json_s() -> None:
    integration = http(responses=(IntegrationResponse("200", templates={"text/xml": "<x/>", "text/csv": "x"}),))
    assert answered(integration, backend_of()).headers["content-type"] == "text/xml"


@pytest.mark.parametrize(
    ("uri", "body", "status"),
    [
        pytest.param(LAMBDA, b'{"errorMessage": "[404] no such user"}', 404, id="a function's error is matched"),
        pytest.param(LAMBDA, b'{"errorMessage": "a [404] within"}', 200, id="the whole of it"),
        pytest.param(LAMBDA, b'{"message": "fine"}', 200, id="a function without an error"),
        pytest.param(LAMBDA, b"no JSON", 200, id="a function that says something else"),
        pytest.param("arn:aws:apigateway:eu-west-1:sqs:path/1/q", b"", 503, id="a service's status is matched"),
    ],
)
def test_an_aws_integration_selects_by(uri: str, body: bytes, status: int) -> None:
    responses = (
        IntegrationResponse("404", r"\[404\].*", headers=STAR),
        IntegrationResponse("503", r"5\d{2}", headers=STAR),
        IntegrationResponse("200", headers=STAR),
    )
    integration = Integration("AWS", "POST", uri, responses=responses)
    response = answered(integration, backend_of(500, body))
    assert (response.status, response.headers.get("access-control-allow-origin")) == (status, "*")


def test_a_mapped_backend_gets_what_is_mapped() -> None:
    seen: list[Request] = []

    def backend(request: Request) -> Response:
        seen.append(request)
        return Response(200)

    integration = http(
        request_templates={JSON: '#set($context.requestOverride.header.X-Over = "o"){"id":"$input.params(\'id\')"}'},
        request_parameters={
            "integration.request.header.X-Origin": "method.request.header.origin",
            "integration.request.header.X-None": "method.request.header.none",
            "integration.request.querystring.q": "method.request.querystring.x",
            "integration.request.querystring.b": "method.request.body.a[0]",
        },
    )
    answered(integration, backend, headers={"Origin": SITE, "Cookie": "c"}, body=b'{"a": ["f g"]}', query="?x=1&y=2")
    headers = {"Content-Type": JSON, "X-Origin": SITE, "X-Over": "o"}
    assert seen == [Request("POST", "/users/7?q=1&b=f+g", headers, b'{"id":"7"}')]


def test_required_parameters_are_looked_at() -> None:
    places = ("header.X-Who", "querystring.page", "path.id")
    wanted = {f"method.request.{place}": True for place in places} | {"method.request.header.X-May": False}
    given = gateway(method("GET /users/{id}", request_parameters=wanted, validates={"params": True}))
    response = send(given, "GET /users/7")
    assert response.status == 400
    assert json.loads(response.body) == {"message": "Missing required request parameters: [X-Who, page]"}
    assert send(given, "GET /users/7?page=2", {"x-who": "me"}).status == 200
    unchecked = gateway(method("GET /users/{id}", request_parameters=wanted))
    assert send(unchecked, "GET /users/7").status == 200
