"""Answers: a status and a body, and what API Gateway takes of a function."""

import json
from decimal import Decimal
from typing import Any

Answer = tuple[int, dict[str, Any]]


def refused(*problems: str) -> Answer:
    """What is wrong with a request, all at once."""
    return 400, {"message": "; ".join(problems)}


def as_json(body: dict[str, Any]) -> str:
    return json.dumps(body, default=_number)


def proxy_answer(answer: Answer) -> dict[str, Any]:
    status, body = answer
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": as_json(body)}


def _number(value: object) -> int | float:
    """DynamoDB's numbers are Decimals to boto3."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not known to JSON")
    return int(value) if value == value.to_integral_value() else float(value)
