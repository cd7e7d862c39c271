"""What boto3 and the AWS SDK for JavaScript meet at `AWS_ENDPOINT_URL` in tests: a DynamoDB of one table, in memory.

It knows what the examples ask, as DynamoDB documents it, and refuses all else; MiniStack is asked the same in
`tests/emulators`. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import attrs
import boto3
import pytest

from examples.scan_records import seed
from examples.scan_records.records.table import table

TABLE: Final = "RecordsTable"
_PREFIX: Final = "com.amazonaws.dynamodb.v20120810#"


class _RefusedError(Exception):
    pass


@attrs.define
class DynamoDB:
    """The table and what was asked of it.

    Attributes:
        url: Its address.
        items: The items by id, in DynamoDB's own JSON; None where there is no table.
        asked: The names of the operations, in order.
    """

    url: str
    items: dict[str, dict[str, Any]] | None = None
    asked: list[str] = attrs.field(factory=list)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that is to find it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_MAX_ATTEMPTS": "1",
            "RECORDS_TABLE": TABLE,
        }

    def answer(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(operation)
        known: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "CreateTable": self._create,
            "DescribeTable": self._describe,
            "PutItem": self._put,
            "GetItem": self._get,
            "Scan": self._scan,
        }
        if operation not in known:
            raise _RefusedError("UnknownOperationException")
        if operation != "CreateTable" and (self.items is None or asked["TableName"] != TABLE):
            raise _RefusedError("ResourceNotFoundException")
        return known[operation](asked)

    def _create(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if self.items is not None:
            raise _RefusedError("ResourceInUseException")
        self.items = {}
        return {"TableDescription": {"TableName": asked["TableName"], "TableStatus": "CREATING"}}

    def _describe(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        return {"Table": {"TableName": asked["TableName"], "TableStatus": "ACTIVE"}}

    def _put(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        assert self.items is not None
        self.items[asked["Item"]["id"]["S"]] = asked["Item"]
        return {}

    def _get(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        assert self.items is not None
        found = self.items.get(asked["Key"]["id"]["S"])
        return {"Item": found} if found else {}

    def _scan(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        assert self.items is not None
        order, start = sorted(self.items), asked.get("ExclusiveStartKey", {}).get("id", {}).get("S")
        left = [it for it in order if start is None or it > start]
        page = left[: asked["Limit"]]
        items = [self.items[it] for it in page]
        match asked.get("FilterExpression"):
            case "#status = :status":
                assert asked["ExpressionAttributeNames"] == {"#status": "status"}
                items = [it for it in items if it["status"] == asked["ExpressionAttributeValues"][":status"]]
            case None:
                assert "ExpressionAttributeNames" not in asked
            case _:
                raise _RefusedError("ValidationException")
        # After a page that is full, whether or not there is more.
        more = {"LastEvaluatedKey": {"id": {"S": page[-1]}}} if page and len(page) == asked["Limit"] else {}
        return {"Items": items, "Count": len(items), "ScannedCount": len(page), **more}


@contextmanager
def dynamodb() -> Iterator[DynamoDB]:
    """A DynamoDB without any table, while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                status, said = 200, database.answer(self.headers["x-amz-target"].partition(".")[2], body)
            except _RefusedError as error:
                status, said = 400, {"__type": f"{_PREFIX}{error}", "message": str(error)}
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        database = DynamoDB(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield database
        server.shutdown()
        thread.join()


@contextmanager
def records() -> Iterator[DynamoDB]:
    """A DynamoDB with the example's records, where boto3 finds it by itself while the context lasts."""
    with dynamodb() as found, pytest.MonkeyPatch.context() as patch:
        for name, value in found.variables.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        _forget_table()
        seed.main()
        found.asked.clear()
        yield found
        _forget_table()


def _forget_table() -> None:
    """Has the functions look for their table anew, and closes what the one before was asked over."""
    if table.cache_info().currsize:
        table().meta.client.close()
    table.cache_clear()
