"""The Lambda function behind GET /records/{id}: one record, or 404."""

import re
from typing import Any

from cors_constructs.runtime import cors

from .answers import Answer, proxy_answer, refused
from .table import table

ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@cors
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return proxy_answer(respond((event["pathParameters"] or {}).get("id", "")))


def respond(record: str) -> Answer:
    if not ID.fullmatch(record):
        return refused("an id is 1 to 64 letters, digits and hyphens")
    found = table().get_item(Key={"id": record})
    return (200, found["Item"]) if "Item" in found else (404, {"message": f"there is no record {record}"})
