"""Calls, backends and templates that nobody means well with: a clear error, or an answer, and soon."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from cors_constructs.simulate.gateway import Access, Decision, Gateway
from cors_constructs.simulate.gateway.refusals import KINDS
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Integration, IntegrationResponse

from .models import (
    JSON,
    PROXY,
    SITE,
    answer,
    answers,
    authorizer,
    gateway,
    method,
    mock,
    mocked,
    send,
)

USERS = gateway(method("GET /users"))
# What a caller without a type checker may pass.
NOTHING: Any = None
A_TEXT: Any = "allowed"
A_LIST: Any = ["web"]
A_NUMBER: Any = 5
SOME_BYTES: Any = b"/users"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: USERS(A_TEXT), "a gateway takes a Request, such as", id="a line of text"),
        pytest.param(lambda: USERS(NOTHING), "a gateway takes a Request", id="nothing"),
        pytest.param(lambda: USERS(Request("GET", NOTHING)), "a method and a URL, two strings", id="no URL"),
        pytest.param(lambda: USERS(Request("GET", SOME_BYTES)), "two strings", id="a URL of bytes"),
        pytest.param(lambda: USERS(Request(NOTHING, "/users")), "two strings", id="no method"),
        pytest.param(
            lambda: USERS(Request("GET", "/users", {}, A_TEXT)), r"write text.encode\(\)", id="a body of text"
        ),
        pytest.param(lambda: USERS(Request("GET", "/users", {}, NOTHING)), "body is bytes", id="a body that is None"),
        pytest.param(lambda: USERS.key(NOTHING), "the key's name, a string", id="a key without a name"),
        pytest.param(lambda: USERS.key(A_LIST), "the key's name, a string", id="a list as a key's name"),
        pytest.param(
            lambda: Gateway.from_template(NOTHING), "a template as a mapping, or from its path", id="no template"
        ),
        pytest.param(lambda: Gateway.from_template(A_LIST), "a template as a mapping", id="a list as a template"),
        pytest.param(lambda: Decision(A_TEXT), "Access", id="an access by its name"),
        pytest.param(lambda: Decision(usage_key=A_NUMBER), "usage_key", id="a number as a key"),
    ],
)
def test_arguments_of_a_wrong_type_are_one_clear_error(call: Callable[[], object], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        call()


DEEP = b'{"a":' * 900 + b"1" + b"}" * 900
_TEMPLATE = "$input.json('$..a..a..a..a')"
MAPPED = Integration(
    "HTTP",
    request_templates={JSON: "$input.json('$')"},
    responses=(
        IntegrationResponse("500", selection_pattern="(2+)+$", templates={JSON: _TEMPLATE}),
        IntegrationResponse("200", headers={"X": "integration.response.body.a"}, templates={JSON: _TEMPLATE}),
    ),
)


@pytest.mark.parametrize("integration", [pytest.param(PROXY, id="proxy"), pytest.param(MAPPED, id="mapped")])
@pytest.mark.parametrize(
    "response",
    [
        pytest.param(Response(200, {}, A_TEXT), id="a body of text"),
        pytest.param(Response(200, {}, NOTHING), id="a body that is None"),
        pytest.param((200, {}, b""), id="a tuple"),
        pytest.param(None, id="nothing"),
    ],
)
def test_a_malformed_answer_of_the_backend_is_a_502(integration: Integration, response: Any) -> None:
    called = gateway(mocked("POST /users", integration), settings={"backend": lambda _: response})
    assert send(called, "POST /users", {}, b"{}").status == 502
    assert "bytes as its body" in send(called, "POST /users", {}, b"{}").why


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(DEEP, id="deep"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="very deep"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", id="a number of many digits"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"", id="empty"),
    ],
)
def test_any_body_is_answered(body: bytes) -> None:
    called = gateway(mocked("POST /users", MAPPED), settings={"backend": lambda _: Response(200, {}, body)})
    assert send(called, "POST /users", {}, b"{}").status in {200, 500}
    assert send(called, "POST /users", {}, body).status in {200, 500}


@pytest.mark.parametrize("letters", ["a" * 60 + "!", "a" * 8000 + "!"], ids=["a token", "a long one"])
def test_a_validation_that_takes_for_ever_is_decided(letters: str) -> None:
    guarded = method("GET /users", authorization="CUSTOM", authorizer=authorizer(validation="(a+)+$"))
    assert send(gateway(guarded), "GET /users", {"Authorization": letters}).status == 401


def test_a_pattern_that_takes_for_ever_is_decided_in_a_template_too() -> None:
    template = (
        "#set($o=$input.params('Origin'))"
        r"#if($o.matches('https://([a-z]+\.?)+:80'))#set($context.responseOverride.header.X='yes')#end"
    )
    preflights = gateway(mocked("OPTIONS /users", mock(template=template)))
    stranger = "https://" + "a" * 60 + "!"
    assert "x" not in send(preflights, "OPTIONS /users", {"Origin": stranger}).headers
    assert send(preflights, "OPTIONS /users", {"Origin": "https://a.b:80"}).headers["x"] == "yes"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        pytest.param("GET /users", "the resource /users has no methods: add GET", id="a literal"),
        pytest.param("OPTIONS /users/7", "the resource /users/{id} has no methods: add OPTIONS", id="a parameter"),
        pytest.param("GET /users/me", "the resource /users/me has no methods", id="a literal before a parameter"),
        pytest.param("GET /files/a/b", "the resource /files/{path+} has no methods", id="a greedy one"),
        pytest.param("GET /", "the resource / has no methods", id="the root"),
        pytest.param("GET /users%2F7", "no resource has this path", id="an encoded slash"),
        pytest.param("GET /files", "no resource has this path", id="a greedy one takes one segment at least"),
        pytest.param("GET /nowhere", "no resource has this path; there is /, ", id="nowhere"),
        pytest.param("PUT /users/7/orders", "the path has GET, and no PUT: add that method", id="another verb"),
        pytest.param(
            "TRACE /users/7/orders",
            "API Gateway has no TRACE: its methods, and ANY's, are DELETE, GET, ",
            id="no verb of it",
        ),
    ],
)
def test_a_resource_without_methods_is_told_from_none(request_: str, words: str) -> None:
    paths = frozenset({"/", "/users", "/users/{id}", "/users/me", "/users/{id}/orders", "/files/{path+}"})
    assert words in send(gateway(method("GET /users/{id}/orders"), paths=paths), request_).why


@pytest.mark.parametrize("verb", ["TRACE", "PROPFIND", "patch", "ANY"])
def test_any_is_not_called_by_what_api_gateway_has_no_method_for(verb: str) -> None:
    response = send(gateway(method("ANY /users")), f"{verb} /users")
    assert (response.status, json.loads(response.body)) == (403, {"message": "Missing Authentication Token"})
    assert f"API Gateway has no {verb}: its methods, and ANY's, are DELETE, " in response.why


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_json_with_and_without_gateway_responses(kind: str) -> None:
    for given in ((), (answer("DEFAULT_4XX"), answer("DEFAULT_5XX")), (answer(kind, headers={"X": "'1'"}),)):
        called = gateway(method("GET /users"), gateway_responses=answers(*given))
        response = send(called.answering(kind), "GET /users")
        assert isinstance(json.loads(response.body), dict)
        assert response.status == KINDS[kind].status


def test_gateways_do_not_influence_each_other() -> None:
    template = "#set($context.responseOverride.header.X=$stageVariables.x)"
    first, second = (gateway(mocked("OPTIONS /users", mock(template=template))) for _ in range(2))
    trouble = first.answering("THROTTLED")
    assert first is not trouble
    assert send(first, "OPTIONS /users").status == 204
    assert send(gateway(method("GET /users")), "GET /users").status == 200
    assert send(second, "OPTIONS /users") == send(first, "OPTIONS /users")
    denied = gateway(
        method("GET /users", authorization="CUSTOM", authorizer=authorizer()), settings={"authorizer": Access.DENIED}
    )
    assert send(denied, "GET /users", {"Authorization": "x"}).status == 403


def test_threads_may_share_a_gateway() -> None:
    template = (
        "#set($o=$input.params('Origin'))#set($c=[])#foreach($i in [1..20])#set($x=$c.add($i))#end"
        "#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)"
    )
    shared = gateway(mocked("OPTIONS /users", mock(template=template)), method("GET /users"))
    wrong: list[object] = []
    together = threading.Barrier(8)

    def hammer(number: int) -> None:
        together.wait()
        origin = f"{SITE}:{number}"
        for _ in range(60):
            allowed = send(shared, "OPTIONS /users", {"Origin": origin}).headers.get("access-control-allow-origin")
            if allowed != origin or send(shared, "GET /users").status != 200:
                wrong.append((origin, allowed))

    threads = [threading.Thread(target=hammer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
