"""The table of `examples/scan_records` on MiniStack, and the example's own code over it."""

import json
from collections.abc import Iterator

import boto3
import pytest

from examples.scan_records import seed
from examples.scan_records.app import TABLE
from examples.scan_records.records import get, scan
from examples.scan_records.records.table import table

from .emulator import Emulator


@pytest.fixture(scope="module", autouse=True)
def records(ministack: Emulator) -> Iterator[None]:
    """The records, where boto3 finds them by the environment alone."""
    variables = {
        "AWS_ENDPOINT_URL": ministack.endpoint,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "RECORDS_TABLE": TABLE,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        table.cache_clear()
        seed.main()
        seed.main()  # there already
        yield
        table().delete()
        table.cache_clear()


def test_a_scan_goes_through_all_records_of_a_status_page_by_page() -> None:
    found: list[object] = []
    after: str | None = None
    for _ in range(len(seed.RECORDS) + 1):
        status, body = scan.respond(json.dumps({"status": "open", "limit": 2, "next": after}))
        assert status == 200
        found += body["records"]
        after = body["next"]
        if after is None:
            break
    assert after is None
    assert sorted(found, key=str) == sorted((it for it in seed.RECORDS if it["status"] == "open"), key=str)


def test_a_record_is_there_or_is_not() -> None:
    assert get.respond("r-2") == (200, seed.RECORDS[1])
    assert get.respond("r-9") == (404, {"message": "there is no record r-9"})
