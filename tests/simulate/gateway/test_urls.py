"""Where a URL leads, and what is said where it leads nowhere."""

import pytest

from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Stage

from .models import PROD, PROXY, answer, answers, gateway, method, send, source

HOST = "https://a1b2c3.execute-api.eu-west-1.amazonaws.com"
TEST = Stage(source("ApiTest"), "test", variables={"color": "green"})


def echo(request: Request) -> Response:
    return Response(200, {"X-Url": request.url})


def shop() -> Gateway:
    return gateway(
        method("GET /"),
        method("GET /users"),
        method("GET /prod/users"),
        stages=(PROD, TEST),
        settings={"backend": echo, "stage": "prod"},
        gateway_responses=answers(answer("DEFAULT_4XX", headers={"Access-Control-Allow-Origin": "'*'"})),
    )


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        pytest.param("/users?x=1&y=%20", "/users?x=1&y=%20", id="a path and a query"),
        pytest.param("users", "/users", id="a path without its slash"),
        pytest.param("", "/", id="nothing is the root"),
        pytest.param("/users#part", "/users", id="a fragment is not sent"),
        pytest.param("/prod/users", "/prod/users", id="a path alone is below the stage"),
        pytest.param(f"{HOST}/prod/users?x=1", "/users?x=1", id="API Gateway's host, with a stage"),
        pytest.param(f"{HOST}/prod", "/", id="its root"),
        pytest.param(f"{HOST}/prod/", "/", id="its root with a slash"),
        pytest.param(f"{HOST}/test/users", "/users", id="another stage of the API"),
        pytest.param(f"{HOST}:443/prod/prod/users", "/prod/users", id="a resource called like the stage"),
        pytest.param(
            "https://vpce-1.execute-api.eu-west-1.vpce.amazonaws.com/prod/users", "/users", id="a VPC endpoint"
        ),
        pytest.param("https://api.example.com/users?x=1", "/users?x=1", id="a custom domain"),
        pytest.param("https://api.example.com/prod/users", "/prod/users", id="a custom domain has no stage"),
        pytest.param("https://api.example.com", "/", id="a custom domain's root"),
        pytest.param("http://localhost:3000/users", "/users", id="a local host"),
    ],
)
def test_a_url_leads_to(url: str, reached: str) -> None:
    response = shop()(Request("GET", url))
    assert (response.status, response.headers.get("x-url")) == (200, reached)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"{HOST}/dev/users", id="no such stage"),
        pytest.param(f"{HOST}/users", id="the stage left out"),
        pytest.param(f"{HOST}/PROD/users", id="stages are case-sensitive"),
        pytest.param(HOST, id="nothing at all"),
    ],
)
def test_without_a_stage_nothing_can_be_customized(url: str) -> None:
    response = shop()(Request("GET", url, {"Origin": "https://app.example.com"}))
    assert (response.status, response.body) == (403, b'{"message":"Forbidden"}')
    assert "access-control-allow-origin" not in response.headers
    assert "(prod, test)" in response.why


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("POST /users", "the path has GET, and no POST", id="another verb"),
        pytest.param("GET /nowhere", "no resource has this path; there is /, /prod/users, /users", id="another path"),
        pytest.param("GET /prod/nowhere", "leave /prod out", id="a stage in a path alone"),
    ],
)
def test_what_is_nowhere_asks_for_a_token(name: str, words: str) -> None:
    response = send(shop(), name)
    assert (response.status, response.body) == (403, b'{"message":"Missing Authentication Token"}')
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert words in response.why


def test_what_is_not_seen_is_said() -> None:
    given = gateway(method("GET /users", PROXY), imported=True, unreadable=("Body is an object in a bucket",))
    why = send(given, "GET /orders").why
    assert "Body is an object in a bucket" in why
    assert "only refers to the API" in why


def test_an_api_without_stages_takes_any_name() -> None:
    given = gateway(method("GET /users"), stages=())
    assert given(Request("GET", f"{HOST}/anything/users")).status == 200
    assert given(Request("GET", "/users")).status == 200
