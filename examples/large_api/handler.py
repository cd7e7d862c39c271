"""The two Lambda functions behind the registers: this code, with and without leave to write.

API Gateway adds CORS headers to preflights and to its own errors only. To what a function answers, its errors included,
`@cors` adds them: `app.py` shares the policy with both.
"""

import json
from typing import Any

from cors_constructs.runtime import cors


@cors
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    status, body = respond(event["httpMethod"], event["resource"], event["pathParameters"] or {})
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def respond(verb: str, resource: str, parameters: dict[str, str]) -> tuple[int, dict[str, Any]]:
    if resource == "/{proxy+}":
        return 404, {"message": f"There is no register {parameters['proxy']}"}
    register = resource.removesuffix("/{entry}").strip("/") or "all"
    if verb in {"GET", "HEAD"}:
        return 200, {"register": register, **parameters}
    return 202, {"register": register, **parameters, "changed": True}
