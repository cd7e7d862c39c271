"""The two Lambda functions behind the registers: this code, with and without leave to write.

API Gateway adds CORS headers to preflights and to its own errors only: what a function answers, it answers with the
headers that `app.py` worked out from the policy and left in the environment.
"""

import json
import os
from typing import Any

CORS_HEADERS: dict[str, str] = json.loads(os.environ.get("CORS_HEADERS", "{}"))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    try:
        status, body = respond(event["httpMethod"], event["resource"], event["pathParameters"] or {})
    except Exception as error:  # whatever goes wrong, the page is to see an error, not a CORS error
        print(f"{type(error).__name__}: {error}")
        status, body = 500, {"message": "Internal Server Error"}
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **CORS_HEADERS},
        "body": json.dumps(body),
    }


def respond(verb: str, resource: str, parameters: dict[str, str]) -> tuple[int, dict[str, Any]]:
    if resource == "/{proxy+}":
        return 404, {"message": f"There is no register {parameters['proxy']}"}
    register = resource.removesuffix("/{entry}").strip("/") or "all"
    if verb in {"GET", "HEAD"}:
        return 200, {"register": register, **parameters}
    return 202, {"register": register, **parameters, "changed": True}
