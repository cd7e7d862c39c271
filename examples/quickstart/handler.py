"""The Lambda function behind `/departures`, `/reports` and `/health`.

API Gateway adds CORS headers to preflights and to its own errors only. To what a function answers, its errors included,
`@cors` adds them: `app.py` shares the policy with it.
"""

import json
from typing import Any

from cors_constructs.runtime import cors


@cors
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(respond(event))}


def respond(event: dict[str, Any]) -> dict[str, Any]:
    if event["resource"] == "/departures/{stop}":
        return {"stop": event["pathParameters"]["stop"], "departures": ["12:04", "12:19", "12:34"]}
    if event["resource"] == "/reports":
        return {"received": json.loads(event["body"])}
    return {"status": "ok"}
