"""How `fetch --matrix` shows what it found."""

import pytest

from cors_constructs.simulate import Response
from cors_constructs.simulate.browser import Transport
from cors_constructs.simulate.messages import Headers, Request
from tests.cli.gateways import deployed, shop
from tests.cli.matrix.asking import KEY, dropping, matrix, told


def test_colours_and_json_are_for_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    with deployed(shop(), alter=dropping("Vary")) as server:
        assert "\x1b[" not in matrix(server.url, *KEY).out
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[31m" in matrix(server.url, *KEY).out
        document = told(matrix(server.url, *KEY, "--format", "json"))
    assert list(document) == ["agrees", "url", "api", "stage", "problems", "notes", "rows"]
    row = document["rows"][0]
    assert (row["page"], row["template"]["answer"]["allowed"], row["reality"]["answer"]["status"]) == (
        "listed",
        True,
        200,
    )


def test_a_server_cannot_send_commands_to_the_terminal() -> None:
    evil = Headers([("x-amzn-errortype", "\x1b[2JForbiddenException"), ("Access-Control-Allow-Origin", "\x1b[2J")])

    def backend(_: Request) -> Response:
        return Response(403, evil, b"\x1b]0;title\x07")

    transport: Transport = backend
    with deployed(shop(), backend=transport) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out
