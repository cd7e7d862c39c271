"""Authorizers and signatures."""

from typing import Any

import pytest

from cors_constructs.simulate.gateway.decisions import Access, Decision
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Authorizer, Method, Stage
from cors_constructs.simulate.values import TemplateError, Unresolved

from .models import authorizer, gateway, method, send, source

TOKEN = {"Authorization": "Bearer abc"}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=..."}


def guarded(kind: str = "CUSTOM", by: Authorizer | None = None, name: str = "GET /users") -> Method:
    return method(name, authorization=kind, authorizer=by)


@pytest.mark.parametrize(
    ("kind", "by", "headers", "query", "status", "error"),
    [
        pytest.param("CUSTOM", authorizer(), {}, "", 401, "UnauthorizedException", id="a token is missing"),
        pytest.param("CUSTOM", authorizer(), TOKEN, "", 200, None, id="a token is there"),
        pytest.param("CUSTOM", authorizer(), {"Authorization": ""}, "", 401, "UnauthorizedException", id="it is empty"),
        pytest.param("CUSTOM", None, {}, "", 401, "UnauthorizedException", id="an authorizer of another template"),
        pytest.param("COGNITO_USER_POOLS", None, {}, "", 401, "UnauthorizedException", id="Cognito without a token"),
        pytest.param("COGNITO_USER_POOLS", None, TOKEN, "", 200, None, id="Cognito with a token"),
        pytest.param(
            "CUSTOM",
            authorizer(identity_source="method.request.header.X-Token", validation="[a-z]+"),
            {"x-token": "abc"},
            "",
            200,
            None,
            id="a token that is valid",
        ),
        pytest.param(
            "CUSTOM",
            authorizer(identity_source="method.request.header.X-Token", validation="[a-z]+"),
            {"x-token": "abc1"},
            "",
            401,
            "UnauthorizedException",
            id="a token that is not",
        ),
        pytest.param(
            "CUSTOM",
            authorizer(validation="["),
            TOKEN,
            "",
            500,
            "AuthorizerConfigurationException",
            id="a validation that is no regular expression",
        ),
        pytest.param("CUSTOM", authorizer("REQUEST"), {}, "", 200, None, id="a request authorizer that reads nothing"),
        pytest.param(
            "CUSTOM",
            authorizer(
                "REQUEST", identity_source="method.request.header.A, method.request.querystring.b,context.stage"
            ),
            {"A": "1"},
            "?b=2",
            200,
            None,
            id="several sources",
        ),
        pytest.param(
            "CUSTOM",
            authorizer("REQUEST", identity_source="method.request.header.A, method.request.querystring.b"),
            {"A": "1"},
            "",
            401,
            "UnauthorizedException",
            id="one of several is missing",
        ),
        pytest.param("AWS_IAM", None, {}, "", 403, "MissingAuthenticationTokenException", id="no signature"),
        pytest.param("AWS_IAM", None, TOKEN, "", 403, "InvalidSignatureException", id="no AWS signature"),
        pytest.param("AWS_IAM", None, SIGNED, "", 200, None, id="an AWS signature"),
        pytest.param("AWS_IAM", None, {}, "?X-Amz-Signature=1", 200, None, id="a signature in the query"),
    ],
)
def test_who_may_pass(  # noqa: PLR0917 - a row's
    kind: str, by: Authorizer | None, headers: dict[str, str], query: str, status: int, error: str | None
) -> None:
    response = send(gateway(guarded(kind, by)), f"GET /users{query}", headers)
    assert (response.status, response.headers.get("x-amzn-errortype")) == (status, error)


@pytest.mark.parametrize(
    ("decision", "kind", "status", "body"),
    [
        pytest.param(True, "CUSTOM", 200, None, id="yes"),
        pytest.param(Access.ALLOWED, "CUSTOM", 200, None, id="allowed"),
        pytest.param(Decision(), "CUSTOM", 200, None, id="a decision"),
        pytest.param(
            False, "CUSTOM", 403, b'{"Message":"User is not authorized to access this resource"}', id="no is denied"
        ),
        pytest.param(False, "COGNITO_USER_POOLS", 401, b'{"message":"Unauthorized"}', id="a no of Cognito is 401"),
        pytest.param(Access.UNAUTHORIZED, "CUSTOM", 401, b'{"message":"Unauthorized"}', id="unauthorized"),
        pytest.param(Decision(Access.FAILED), "CUSTOM", 500, b'{"message":null}', id="failed"),
    ],
)
@pytest.mark.parametrize("called", [False, True], ids=["given", "called"])
def test_what_is_decided(decision: Any, kind: str, status: int, body: bytes | None, called: bool) -> None:
    given = (lambda *_: decision) if called else decision
    response = send(gateway(guarded(kind), settings={"authorizer": given}), "GET /users", TOKEN)
    assert response.status == status
    assert body is None or response.body == body


def test_the_callable_gets_the_request_and_the_method() -> None:
    seen: list[tuple[Request, Method]] = []

    def decide(request: Request, asked: Method) -> bool:
        seen.append((request, asked))
        return True

    one = guarded(by=authorizer())
    given = gateway(one, settings={"authorizer": decide})
    send(given, "GET /users?x=1", TOKEN)
    send(given, "GET /users")  # without a token it is not asked
    assert seen == [(Request("GET", "/users?x=1", TOKEN), one)]


def test_a_decision_that_is_none_is_a_clear_error() -> None:
    given = gateway(guarded(), settings={"authorizer": lambda *_: "yes"})
    with pytest.raises(TypeError, match="not by 'yes'"):
        send(given, "GET /users", TOKEN)


def test_a_guarded_preflight_is_told_the_way_out() -> None:
    for kind in ("CUSTOM", "AWS_IAM"):
        why = send(gateway(guarded(kind, name="OPTIONS /users")), "OPTIONS /users").why
        assert "as a preflight never has: give OPTIONS a method without authorization" in why


def test_a_stage_variable_may_be_read() -> None:
    by = authorizer("REQUEST", identity_source="stageVariables.tenant")
    stage = Stage(source("Stage"), "prod", variables={"tenant": "a"})
    assert send(gateway(guarded(by=by), stages=(stage,)), "GET /users").status == 200
    assert send(gateway(guarded(by=by)), "GET /users").status == 401


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(method("GET /users", authorization=Unresolved({"Ref": "Auth"})), id="whether it is guarded"),
        pytest.param(guarded(by=authorizer(identity_source=Unresolved({"Ref": "Auth"}))), id="what is read"),
        pytest.param(guarded(by=authorizer(validation=Unresolved({"Ref": "Auth"}))), id="what is valid"),
    ],
)
def test_what_only_a_deployment_knows(one: Method) -> None:
    with pytest.raises(TemplateError, match=r'depends on \$\{Auth\}.*parameters=\{"Auth"'):
        send(gateway(one), "GET /users", TOKEN)
