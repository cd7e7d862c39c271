"""The table, as boto3 sees it: on AWS, or wherever `AWS_ENDPOINT_URL` says that it is."""

import functools
import os
from typing import Any


@functools.cache
def table() -> Any:
    # When it is first needed: a request that is refused before does without, and so does a test of that.
    import boto3  # noqa: PLC0415

    return boto3.resource("dynamodb").Table(os.environ["RECORDS_TABLE"])
