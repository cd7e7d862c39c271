"""What a function behind a Cognito authorizer is told of who calls."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.serve.cognito import decided_for
from cors_constructs.serve.functions.events import proxy_event
from cors_constructs.simulate import Gateway, Request
from cors_constructs.simulate.gateway import Access
from cors_constructs.simulate.template import read_template

from .running import serving

MOCK = {
    "Type": "MOCK",
    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
    "IntegrationResponses": [
        {
            "StatusCode": "200",
            "ResponseTemplates": {
                "application/json": "$context.authorizer.claims.email $context.authorizer.claims.exp"
            },
        }
    ],
}


def template(source: str = "method.request.header.Authorization", **integration: Any) -> dict[str, Any]:
    api = {"RestApiId": {"Ref": "Api"}}
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}},
            "Pool": {
                "Type": "AWS::ApiGateway::Authorizer",
                "Properties": {
                    **api,
                    "Name": "pool",
                    "Type": "COGNITO_USER_POOLS",
                    "IdentitySource": source,
                    "ProviderARNs": ["arn:aws:cognito-idp:eu-west-1:1:userpool/a"],
                },
            },
            "Get": {
                "Type": "AWS::ApiGateway::Method",
                "Properties": {
                    **api,
                    "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                    "HttpMethod": "GET",
                    "AuthorizationType": "COGNITO_USER_POOLS",
                    "AuthorizerId": {"Ref": "Pool"},
                    "Integration": integration or {**MOCK},
                    "MethodResponses": [{"StatusCode": "200"}],
                },
            },
            "Stage": {"Type": "AWS::ApiGateway::Deployment", "Properties": {**api, "StageName": "prod"}},
        }
    }


def token(claims: object) -> str:
    written = claims if isinstance(claims, str) else json.dumps(claims)
    return f"e30.{base64.urlsafe_b64encode(written.encode()).decode().rstrip('=')}.signature"


def told(tmp_path: Path, value: str, header: str = "Authorization") -> object:
    """`requestContext.authorizer` of the event of a function that is called with a token."""
    file = tmp_path / "template.json"
    uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations"
    file.write_text(json.dumps(template(f"method.request.header.{header}", Type="AWS_PROXY", Uri=uri)))
    steps = Gateway.from_template(read_template(file)).steps(Request("GET", "/", {header: value}))
    call = steps.send(decided_for(next(steps), Access.ALLOWED))
    assert call.kind == "backend"
    return proxy_event(call)["requestContext"].get("authorizer")


CLAIMS = {
    "a text": ("ada@example.com", "ada@example.com"),
    "true": (True, "true"),
    "a number": (36, "36"),
    "groups": (["admins", "users"], "admins,users"),
    "no groups": ([], ""),
    "an object": ({"a": 1}, '{"a": 1}'),
    "nothing": (None, "null"),
}


@pytest.mark.parametrize("what", CLAIMS)
def test_a_claim_is_a_text_to_the_function_where_it_is(tmp_path: Path, what: str) -> None:
    claim, text = CLAIMS[what]
    assert told(tmp_path, token({"custom:claim": claim})) == {"claims": {"custom:claim": text}}


def test_the_times_of_a_token_are_dates_but_for_that_of_the_sign_in(tmp_path: Path) -> None:
    times = {"exp": 1519858143, "iat": 1519854543, "auth_time": 1519854543}
    assert told(tmp_path, f"Bearer {token(times)}") == {
        "claims": {
            "exp": "Wed Feb 28 22:49:03 UTC 2018",
            "iat": "Wed Feb 28 21:49:03 UTC 2018",
            "auth_time": "1519854543",
        }
    }


def test_the_token_is_where_the_authorizer_reads_it(tmp_path: Path) -> None:
    assert told(tmp_path, token({"sub": "7"}), "X-Token") == {"claims": {"sub": "7"}}


@pytest.mark.parametrize(
    "value",
    ["let-me-in", "a.b", "a.b.c.d", "a.*.c", token("["), token([1]), token("\ud7ff"), token("[" * 100_000)],
    ids=["a word", "two parts", "four", "no base64", "no JSON", "no object", "no text", "too deep"],
)
def test_what_is_no_token_has_no_claims(tmp_path: Path, value: str) -> None:
    assert told(tmp_path, value) is None


@pytest.mark.parametrize("opening", ["[", '{"a":'], ids=["lists", "objects"])
def test_a_claim_may_be_of_any_depth(opening: str) -> None:
    closing, gateway = {"[": "]"}.get(opening, "}"), Gateway.from_template(template())
    most = sys.getrecursionlimit()
    # What can just be read, and no more be written, is somewhere among these.
    for depth in [1, *range(most - 150, most + 10)]:
        carried = token(f'{{"sub": {opening * depth}1{closing * depth}}}')
        steps = gateway.steps(Request("GET", "/", {"Authorization": carried}))
        assert set(decided_for(next(steps), Access.ALLOWED).context) <= {"claims"}


@pytest.mark.parametrize("date", [-1, 10**30, 1.5e300, True, "soon"])
def test_a_time_that_is_none_is_written_as_it_is(tmp_path: Path, date: object) -> None:
    written = date if isinstance(date, str) else json.dumps(date)
    assert told(tmp_path, token({"exp": date})) == {"claims": {"exp": written}}


@pytest.mark.parametrize(("access", "status"), [("allow", 200), ("deny", 403)])
def test_templates_read_the_claims_of_who_may_call(tmp_path: Path, access: str, status: int) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template()))
    with serving(file, "--authorizer", access) as running:
        carried = token({"email": "ada@example.com", "exp": 0})
        answer = running.ask("GET", "/prod/", {"Authorization": carried})
        assert answer.status == status
        assert (answer.body == b"ada@example.com Thu Jan 01 00:00:00 UTC 1970") is (access == "allow")
        assert running.ask("GET", "/prod/").status == 401
        running.stop()
        assert carried not in running.out
