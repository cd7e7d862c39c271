"""Makes the table where there is none, and puts some records into it.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 .venv/bin/python -m examples.scan_records.seed

It is for a local, DynamoDB-compatible endpoint, and refuses to write to AWS.
"""

import contextlib
import os
from typing import Any, Final

import boto3

RECORDS: Final[list[dict[str, Any]]] = [
    {"id": "r-1", "title": "Leaking tap", "status": "open", "place": "Kitchen", "hours": 2},
    {"id": "r-2", "title": "Broken window", "status": "closed", "place": "Hall", "hours": 5},
    {"id": "r-3", "title": "Lift stands still", "status": "open", "place": "Staircase", "hours": 8},
    {"id": "r-4", "title": "Door creaks", "status": "closed", "place": "Cellar", "hours": 1},
    {"id": "r-5", "title": "Lamp flickers", "status": "open", "place": "Garage", "hours": 1},
]


def main() -> None:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        raise SystemExit(
            "AWS_ENDPOINT_URL is not set; write the address of a local DynamoDB, as in http://127.0.0.1:4566"
        )
    name = os.environ.get("RECORDS_TABLE", "RecordsTable")
    dynamodb = boto3.resource("dynamodb")
    with contextlib.closing(dynamodb.meta.client):
        fill(dynamodb, name)
    print(f"{len(RECORDS)} records are in {name} at {endpoint}")


def fill(dynamodb: Any, name: str) -> None:
    try:
        table = dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        table.wait_until_exists()
    except dynamodb.meta.client.exceptions.ResourceInUseException:
        table = dynamodb.Table(name)
    for record in RECORDS:
        table.put_item(Item=record)


if __name__ == "__main__":
    main()
