"""Authorizers whose functions run."""

import json
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.serve.functions.policies import MalformedPolicyError, decision_of
from cors_constructs.simulate.gateway import Access

from .apps import App, Running

ARN = "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/records/7"


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(tmp_path)
    app.python(
        "records",
        """
        import json

        def handler(event, context):
            return {"body": json.dumps(event["requestContext"]["authorizer"])}
        """,
    )
    app.python(
        "guard",
        """
        def handler(event, context):
            token = event.get("authorizationToken") or event["headers"]["Authorization"]
            if token == "unknown":
                raise Exception("Unauthorized")
            if token == "broken":
                raise Exception("no")
            if token == "strange":
                return {"principalId": "ada"}
            arn = event["methodArn"].replace("/GET/", "/*/") if token != "other" else "arn:aws:execute-api:*:*:x/*"
            effect = "Deny" if token == "denied" else "Allow"
            statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": arn}
            return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                    "context": {"role": event["type"], "age": 36, "admin": False}}
        """,
    )
    uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${guard.Arn}/invocations"
    app.resources["Guard"] = {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "Name": "guard",
            "Type": "TOKEN",
            "AuthorizerUri": {"Fn::Sub": uri},
            "IdentitySource": "method.request.header.Authorization",
        },
    }
    return app.method("records", {"Type": "AWS_PROXY"}, AuthorizationType="CUSTOM", AuthorizerId={"Ref": "Guard"})


@pytest.mark.parametrize("kind", ["TOKEN", "REQUEST"])
def test_a_function_decides_who_may_call_and_what_the_backend_learns_of_them(app: App, kind: str) -> None:
    app.resources["Guard"]["Properties"]["Type"] = kind

    async def work(running: Running) -> None:
        told = await running.read("/records/7", headers={"Authorization": "fine"})
        assert told == {"principalId": "ada", "role": kind, "age": "36", "admin": "false"}
        statuses = [
            (await running.fetch("/records/7", headers={"Authorization": token})).status
            for token in ("denied", "other", "unknown", "broken", "strange")
        ]
        assert statuses == [403, 403, 401, 500, 500]
        assert (await running.fetch("/records/7")).status == 401

    app.run(work)


def test_an_authorizer_whose_function_is_elsewhere_is_a_501(app: App) -> None:
    app.resources["Guard"]["Properties"]["AuthorizerUri"] = "arn:aws:lambda:path/functions/gone/invocations"
    response = app.fetch("/records/7", headers={"Authorization": "fine"})
    assert response.status == 501
    assert "authorizer's function" in json.loads(response.body)["message"]


def statement(effect: str = "Allow", resource: Any = "*", action: Any = "execute-api:Invoke") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


POLICIES = {
    "everything": ([statement()], Access.ALLOWED),
    "the very call": ([statement(resource=ARN)], Access.ALLOWED),
    "any method of the path": ([statement(resource=ARN.replace("GET", "*"))], Access.ALLOWED),
    "one of several": ([statement(resource=["x", f"{ARN[:-1]}?"])], Access.ALLOWED),
    "any action": ([statement(action="*")], Access.ALLOWED),
    "an action in other letters": ([statement(action=["EXECUTE-API:invoke"])], Access.ALLOWED),
    "a statement by itself": (statement(), Access.ALLOWED),
    "another call": ([statement(resource=ARN.replace("GET", "POST"))], Access.DENIED),
    "a path of which it is a part": ([statement(resource=f"{ARN}/more")], Access.DENIED),
    "what a regular expression would take": (
        [statement(resource=ARN.replace("-", "."))],
        Access.DENIED,
    ),
    "another action": ([statement(action="s3:*")], Access.DENIED),
    "a denial": ([statement("Deny")], Access.DENIED),
    "a denial beside what allows": ([statement(), statement("Deny", ARN)], Access.DENIED),
    "a denial of another call": ([statement(), statement("Deny", "x")], Access.ALLOWED),
}


@pytest.mark.parametrize("what", POLICIES)
def test_a_policy_speaks_of(what: str) -> None:
    statements, access = POLICIES[what]
    answer = {"principalId": "ada", "policyDocument": {"Statement": statements}, "usageIdentifierKey": "key"}
    decision = decision_of(json.dumps(answer).encode(), ARN)
    assert (decision.access, decision.usage_key, decision.principal) == (access, "key", "ada")


MALFORMED = {
    "no JSON": ("{", "it is no JSON"),
    "no object": ("true", "is to be an object"),
    "nobody": ('{"policyDocument": {"Statement": []}}', "its principalId"),
    "no policy": ('{"principalId": "a"}', "its policyDocument is to have a list of Statement"),
    "no statements": ('{"principalId": "a", "policyDocument": {"Statement": []}}', "a list of Statement"),
    "no effect": ('{"principalId": "a", "policyDocument": {"Statement": [{}]}}', "the Effect Allow or Deny"),
    "no action": ('{"principalId": "a", "policyDocument": {"Statement": [{"Effect": "Allow"}]}}', "is to have Action"),
    "a condition": (
        '{"principalId": "a", "policyDocument": {"Statement": [{"Effect": "Allow", "Condition": {}}]}}',
        "has Condition, not understood here",
    ),
    "a key that is a number": ('{"principalId": "a", "usageIdentifierKey": 1}', "usageIdentifierKey"),
    "a context that holds more": ('{"principalId": "a", "context": {"a": []}}', "its context"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_an_answer_is_none_of_an_authorizer_with(what: str) -> None:
    answer, why = MALFORMED[what]
    with pytest.raises(MalformedPolicyError, match=why):
        decision_of(answer.encode(), ARN)
