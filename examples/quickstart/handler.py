"""The Lambda function behind `/departures`, `/reports` and `/health`.

API Gateway adds CORS headers to preflights and to its own errors only. A function behind a Lambda integration sends
its responses' headers itself: here, those that `app.py` worked out from the policy and left in the environment.
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
    if event["resource"] == "/departures/{stop}":
        return {"stop": event["pathParameters"]["stop"], "departures": ["12:04", "12:19", "12:34"]}
    if event["resource"] == "/reports":
        return {"received": json.loads(event["body"])}
    return {"status": "ok"}


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **CORS_HEADERS},
        "body": json.dumps(body),
    }
