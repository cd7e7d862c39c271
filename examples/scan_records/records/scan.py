"""The Lambda function behind POST /scanRecords: a page of the table's records, those of one status or all of them.

The request is `{"status": "open"}`, with `limit` and `next` if need be; the answer `{"records": [...], "next": "..."}`,
where `next` is null after the last page. DynamoDB looks at `limit` records and filters then, so that a page may be
short, or empty, and others follow.
"""

import json
from typing import Any

from cors_constructs.runtime import cors

from .answers import Answer, proxy_answer, refused
from .table import table

STATUSES = ("all", "open", "closed")
LIMIT, MOST = 25, 100
ASKED = {"status", "limit", "next"}


@cors
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return proxy_answer(respond(event["body"]))


def respond(body: str | None) -> Answer:
    try:
        asked = json.loads(body or "")
    except ValueError:
        return refused("the body is not JSON")
    if not isinstance(asked, dict):
        return refused("the body is not a JSON object")
    wrong = problems(asked)
    return refused(*wrong) if wrong else (200, scan(asked["status"], asked.get("limit", LIMIT), asked.get("next")))


def problems(asked: dict[str, Any]) -> list[str]:
    found = []
    if asked.get("status") not in STATUSES:
        found.append(f"status is one of {', '.join(STATUSES)}")
    limit = asked.get("limit", LIMIT)
    if type(limit) is not int or not 1 <= limit <= MOST:  # True is an int as well
        found.append(f"limit is a number from 1 to {MOST}")
    after = asked.get("next")
    if after is not None and not (isinstance(after, str) and after):
        found.append("next is what the page before said")
    return [*found, *(f"{name} is unknown" for name in sorted(asked.keys() - ASKED))]


def scan(status: str, limit: int, after: str | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {"Limit": limit}
    if after is not None:
        arguments["ExclusiveStartKey"] = {"id": after}
    if status != "all":
        arguments["FilterExpression"] = "#status = :status"  # a reserved word, hence the names
        arguments["ExpressionAttributeNames"] = {"#status": "status"}
        arguments["ExpressionAttributeValues"] = {":status": status}
    found = table().scan(**arguments)
    return {"records": found["Items"], "next": found.get("LastEvaluatedKey", {}).get("id")}
