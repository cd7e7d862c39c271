"""A backend, and a server before it, for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.cli.servers import Answer, Seen, Server, answering
from tests.cli.templates import write
from tests.serve.running import Running, serving
from tests.serve.templates import BACKEND, ORIGIN, open_to_all


def _answer(seen: Seen) -> Answer:
    """Says what came; `/large` is more than API Gateway passes on, and `/moved` redirects."""
    headers = [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", ORIGIN), ("X-Two", "1"), ("X-Two", "2")]
    if seen.path == "/large":
        return 200, headers, b"x" * (10 * 1024 * 1024 + 1)
    if seen.path == "/moved":
        return 302, [("Location", "https://elsewhere.example.com/")], b""
    return 200, headers, seen.body or f"{seen.method} {seen.path}".encode()


@pytest.fixture(scope="module")
def backend() -> Iterator[Server]:
    with answering(_answer) as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, backend: Server) -> Iterator[Running]:
    """`GET /users` with a key, and any method at any other path without one."""
    template = write(tmp_path_factory.mktemp("template") / "shop.json", open_to_all)
    with serving(template, "--backend", f"{BACKEND}={backend.url}", "--no-reload") as running:
        yield running
