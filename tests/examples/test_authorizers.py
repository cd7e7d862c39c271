"""Authorizers: who is asked for what, on each method."""

import json

import pytest

from examples.authorizers import authorizer

from .apps import api_of

METHODS = {
    "GET /loans": ("ReadersApi", "COGNITO_USER_POOLS", True),
    "POST /loans": ("ReadersApi", "COGNITO_USER_POOLS", True),
    "PUT /catalogue": ("ReadersApi", "CUSTOM", True),
    "GET /e-books/{book}": ("ReadersApi", "CUSTOM", True),
    "GET /opening-hours": ("ReadersApi", "NONE", False),
    "GET /reports": ("StaffApi", "AWS_IAM", True),
    "ANY /fines": ("StaffApi", "AWS_IAM", True),
}


@pytest.mark.parametrize(
    ("name", "api", "guard", "keyed"), [(name, *row) for name, row in METHODS.items()], ids=METHODS
)
def test_a_method_asks_for_its_guard_and_for_a_key_beside_it(name: str, api: str, guard: str, *, keyed: bool) -> None:
    method = api_of("Authorizers", api).methods[name]
    assert method["AuthorizationType"] == guard
    assert method["ApiKeyRequired"] is keyed


def test_every_method_stands_in_the_table_above() -> None:
    assert {name for api in ("ReadersApi", "StaffApi") for name in api_of("Authorizers", api).working} == set(METHODS)


def test_the_two_lambda_authorizers_are_of_both_kinds() -> None:
    api = api_of("Authorizers", "ReadersApi")
    kinds = {it["Properties"]["Type"] for it in api.of_type("AWS::ApiGateway::Authorizer").values()}
    assert kinds == {"COGNITO_USER_POOLS", "REQUEST", "TOKEN"}


def test_scopes_are_asked_for_where_they_are_named_and_never_of_a_preflight() -> None:
    methods = api_of("Authorizers", "ReadersApi").methods
    assert {name for name, method in methods.items() if method.get("AuthorizationScopes")} == {"POST /loans"}


def test_a_signed_request_may_send_the_headers_of_its_signature() -> None:
    allowed = api_of("Authorizers", "StaffApi").preflight("/reports").headers["Access-Control-Allow-Headers"]
    assert {"authorization", "x-amz-date", "x-amz-security-token"} <= set(allowed.strip("'").split(","))


@pytest.mark.parametrize(
    "event",
    [
        {
            "type": "TOKEN",
            "authorizationToken": "anything",
            "methodArn": "arn:aws:execute-api:::api/prod/PUT/catalogue",
        },
        {"type": "REQUEST", "queryStringParameters": {"signature": "anything"}, "methodArn": "arn:aws:execute-api:::x"},
    ],
    ids=["token", "request"],
)
def test_the_function_lets_nobody_in_until_its_reader_has_written_who_may(event: dict[str, object]) -> None:
    answer = authorizer.handler(event, None)
    assert answer["policyDocument"]["Statement"] == [
        {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": event["methodArn"]}
    ]
    assert json.dumps(answer)
