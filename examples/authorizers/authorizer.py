"""The Lambda authorizers' function: who calls, and may they?

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    caller = caller_with_token(event["authorizationToken"]) if event["type"] == "TOKEN" else caller_with_link(event)
    return {
        "principalId": caller or "nobody",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if caller else "Deny",
                    "Resource": event["methodArn"],
                }
            ],
        },
    }


def caller_with_token(token: str) -> str | None:
    """Yours to write: whose token this is. Until then, nobody's."""
    return None


def caller_with_link(event: dict[str, Any]) -> str | None:
    """Yours to write: whom `event["queryStringParameters"]["signature"]` was made for. Until then, nobody."""
    return None
