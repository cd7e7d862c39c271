"""Request bodies are validated over the wire as on AWS: who is refused, and what a page and the log are told."""

import json
from collections.abc import Iterator

import pytest

from tests.cli.servers import Server
from tests.cli.templates import write
from tests.serve.running import Running, serving
from tests.serve.templates import BACKEND, ORIGIN, validated


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, backend: Server) -> Iterator[Running]:
    template = write(tmp_path_factory.mktemp("template") / "shop.json", validated)
    with serving(template, "--backend", f"{BACKEND}={backend.url}", "--no-reload") as running:
        yield running


def test_a_body_that_is_not_as_its_model_says_is_refused_and_a_page_can_read_that(
    server: Running, backend: Server
) -> None:
    asked, told = len(backend.seen), server.caught_up()
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    answer = server.ask("POST", "/prod/users", headers, b'{"nome": 1}')
    assert (answer.status, answer.message) == (400, "Invalid request body")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["x-amzn-errortype"] == "BadRequestException"
    assert len(backend.seen) == asked
    line = server.says("400  POST /prod/users", told)
    assert 'object has missing required properties (["name"])] (BAD_REQUEST_BODY, as DEFAULT_4XX has it' in line


def test_one_that_is_reaches_the_backend_as_it_came(server: Running) -> None:
    body = json.dumps({"name": "é", "more": [1]}).encode()
    answer = server.ask("POST", "/prod/users", {"Content-Type": "application/json"}, body)
    assert (answer.status, answer.body) == (200, body)


def test_an_empty_body_is_refused_and_one_of_another_type_is_not(server: Running) -> None:
    assert server.ask("POST", "/prod/users").status == 400
    assert server.ask("POST", "/prod/users", {"Content-Type": "text/plain"}, b"name").status == 200


def test_a_preflight_is_answered_whatever_is_validated(server: Running) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = server.ask("OPTIONS", "/prod/users", asked)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, ORIGIN)


def test_a_body_that_takes_too_long_ends(server: Running) -> None:
    answer = server.ask("POST", "/prod/users", {"Content-Type": "application/json"}, b"[" * 500_000)
    assert answer.status == 400
