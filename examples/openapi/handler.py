"""The Lambda function behind `/parcels/{parcel}/complaints`.

API Gateway adds CORS headers to preflights and to its own errors only: what a function answers, it answers with the
headers that `app.py` worked out from the policy and left in the environment.
"""

import json
import os
from typing import Any

CORS_HEADERS: dict[str, str] = json.loads(os.environ.get("CORS_HEADERS", "{}"))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    try:
        return answer(200, respond(event))
    except Exception as error:  # whatever goes wrong, the page is to see an error, not a CORS error
        print(f"{type(error).__name__}: {error}")
        return answer(500, {"message": "Internal Server Error"})


def respond(event: dict[str, Any]) -> dict[str, Any]:
    parcel = event["pathParameters"]["parcel"]
    if event["httpMethod"] == "POST":
        return {"parcel": parcel, "received": json.loads(event["body"])["text"]}
    return {"parcel": parcel, "complaints": []}


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **CORS_HEADERS},
        "body": json.dumps(body),
    }
