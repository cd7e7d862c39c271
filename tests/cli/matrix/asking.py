"""What the tests of `fetch --matrix` share: how it is asked, and how its answer is read."""

import json
from collections.abc import Callable
from typing import Any

from cors_constructs import CorsPolicy
from cors_constructs.simulate import Response
from tests.cli.gateways import VALUE, Template, shop, without, written
from tests.cli.running import Ran, run
from tests.cli.servers import Seen, Server

KEY = ("--key", f"web={VALUE}")
PUBLIC = CorsPolicy(allow_origins=["*"])

Alter = Callable[[Seen, Response], Response]


def matrix(url: str, *options: str, template: Template | None = None) -> Ran:
    """Runs `fetch URL --matrix` with the template, `shop()` unless told otherwise."""
    return run("fetch", url, "--matrix", written(shop() if template is None else template), *options)


def told(ran: Ran) -> Any:
    """What it says as JSON."""
    return json.loads(ran.out)


def disagreeing(document: Any) -> set[str]:
    """The calls whose rows disagree: method, path and origin."""
    rows = (row for row in document["rows"] if row["agreement"] == "disagrees")
    return {f"{row['method']} {row['path']} {row['origin']}" for row in rows}


def rows_named(document: Any, names: set[str]) -> list[Any]:
    """The rows of calls that are named by method, path and origin."""
    return [row for row in document["rows"] if f"{row['method']} {row['path']} {row['origin']}" in names]


def sent(server: Server) -> set[str]:
    """What was sent beside preflights: several calls are under way at once."""
    return {f"{it.method} {it.path}" for it in server.seen if it.method != "OPTIONS"}


def dropping(*names: str, method: str = "OPTIONS") -> Alter:
    """Takes headers from the answers to a method."""
    return lambda seen, response: without(response, *names) if seen.method == method else response
