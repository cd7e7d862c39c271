"""The Lambda function behind `/parcels/{parcel}/complaints`.

API Gateway adds CORS headers to preflights and to its own errors only. To what the function answers, its errors
included, `@cors` adds them: `app.py` shares the policy with it.
"""

import json
from typing import Any

from cors_constructs.runtime import cors


@cors
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(respond(event))}


def respond(event: dict[str, Any]) -> dict[str, Any]:
    parcel = event["pathParameters"]["parcel"]
    if event["httpMethod"] == "POST":
        return {"parcel": parcel, "received": json.loads(event["body"])["text"]}
    return {"parcel": parcel, "complaints": []}
