"""`fetch --matrix` where calls cannot be tried, or are not answered."""

import pytest

from cors_constructs.cli.matrix.calls import Manner, calls_of
from cors_constructs.cli.matrix.oracle import Oracle
from cors_constructs.cli.matrix.pages import pages_of
from cors_constructs.cli.matrix.rows import Agreement
from cors_constructs.cli.matrix.trying import about_all, rows_of
from cors_constructs.simulate import Response
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.template import read_template
from tests.cli.gateways import LISTED, VALUE, deployed, gateway, shop, written
from tests.cli.matrix.asking import KEY, matrix
from tests.cli.running import run
from tests.cli.servers import Answer, Seen, answering, refused_port


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    ran = matrix(refused_port(), *KEY)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith(" refuses the connection: nothing listens on that port\n")
    assert ran.err.count("\n") == 1


def test_one_method_without_an_answer_leaves_the_others_to_be_compared() -> None:
    def broken(seen: Seen, response: Response) -> Response:
        return Response(407, [], b"") if seen.path.startswith("/prod/users/") else response

    with deployed(shop(), alter=broken) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 2
    assert "of 12 calls 9 agree, 3 could not be tried" in ran.out
    assert "not tried:" in ran.out.splitlines()


def test_an_answer_that_does_not_come_is_told_beside_its_preflight() -> None:
    def broken(seen: Seen, response: Response) -> Response:
        return Response(407, [], b"") if seen.method == "GET" and seen.path == "/prod/health" else response

    with deployed(shop(), alter=broken) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 2
    assert "preflight passes, answer missing" in ran.out
    assert "a server's answer has no status 407" in ran.out


def test_what_fails_within_a_thread_is_raised_to_who_asked() -> None:
    template = read_template(shop())
    oracle = Oracle(template, api=None, stage=None, api_keys={"web": VALUE})
    calls = list(calls_of(oracle.api, pages_of(oracle.api), Manner(key=VALUE)))
    own = gateway(shop())

    def failing(request: Request) -> Response:
        if request.url == "/health":
            raise ZeroDivisionError("a mistake")
        return own(request)

    with pytest.raises(ZeroDivisionError, match="a mistake"):
        rows_of(calls, oracle, failing, "", send_all=False, show=lambda _: None)


def test_a_connection_that_breaks_is_told_of_the_answer_alone() -> None:
    oracle = Oracle(read_template(shop()), api=None, stage=None, api_keys={"web": VALUE})
    (call, *_) = calls_of(oracle.api, pages_of(oracle.api), Manner(key=VALUE))
    own = gateway(shop())

    def breaking(request: Request) -> Response:
        if request.method == "GET":
            raise ConnectionResetError("it broke off")
        return own(request)

    (row,) = rows_of([call], oracle, breaking, "", send_all=False, show=lambda _: None)
    assert row.agreement is Agreement.UNTRIED
    assert row.errors == ("it broke off",)
    assert row.real.preflight is not None
    assert row.real.preflight.passes


def test_an_address_that_breaks_off_meanwhile_is_not_judged() -> None:
    oracle = Oracle(read_template(shop()), api=None, stage=None, api_keys={"web": VALUE})
    calls = list(calls_of(oracle.api, pages_of(oracle.api), Manner(key=VALUE)))

    def forbidding(request: Request) -> Response:
        if "not-there" in request.url:
            raise ConnectionResetError("it broke off")
        return Response(403, {"x-amzn-errortype": "ForbiddenException"}, b'{"message":"Forbidden"}')

    rows = rows_of(calls, oracle, forbidding, "", send_all=False, show=lambda _: None)
    assert {row.agreement for row in rows} == {Agreement.DISAGREES, Agreement.AGREES}
    assert list(about_all(rows, forbidding, "")) == []


def test_where_nothing_is_answered_nothing_is_said_of_the_address() -> None:
    def gone(_: Request) -> Response:
        raise OSError("it is gone")

    assert list(about_all([], gone, "")) == []
    forbidden = (403, [("x-amzn-errortype", "ForbiddenException")], b'{"message":"Forbidden"}')

    def here_alone(seen: Seen) -> Answer:
        return forbidden if "not-there" not in seen.path else (407, [], b"")

    with answering(here_alone) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "every request is answered 403 without a reason" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["shop.json", "--matrix", "shop.json"], ["--matrix is about a deployed API"], id="no-address"),
        pytest.param(["localhost:3000", "--matrix", "shop.json"], ["write http://localhost:3000"], id="a-bare-host"),
        pytest.param(["URL", "GET", "/users", "--matrix", "shop.json"], ["leave METHOD and PATH out"], id="a-method"),
        pytest.param(["URL", "--matrix", "none.json"], ["none.json"], id="no-such-template"),
        pytest.param(["URL", "--matrix", "shop.json", "--key", "web"], ["write --key web=VALUE"], id="no-value"),
        pytest.param(["URL", "--matrix", "shop.json", "--key", "web="], ["write NAME=VALUE"], id="an-empty-value"),
        pytest.param(["URL", "--matrix", "shop.json", "--key", "app=x"], ["'app'", "web"], id="no-such-key"),
        pytest.param(
            ["URL", "--matrix", "shop.json", "--key", "web=x", "-H", "x-api-key:y"], ["given twice"], id="two-keys"
        ),
        pytest.param(["URL", "--matrix", "shop.json", "-d", "{}"], ["--send-all"], id="a-body-for-nothing"),
        pytest.param(
            ["URL", "--matrix", "shop.json", "--backend-status", "200"], ["--backend-status"], id="a-simulated-backend"
        ),
        pytest.param(
            ["URL", "--matrix", "shop.json", "--path-parameter", "name=7"],
            ["no path of the API has {name}; there is id"],
            id="no-such-parameter",
        ),
        pytest.param(["URL", "--matrix", "shop.json", "--path-parameter", "id="], ["id=VALUE"], id="an-empty-segment"),
        pytest.param(["URL", "--matrix", "shop.json", "--origin", "b.test"], ["https://b.test"], id="no-origin"),
        pytest.param(["URL", "--matrix", "empty.json"], ["there is no REST API"], id="no-api"),
        pytest.param(["URL", "--matrix", "bare.json"], ["the API Bare of bare.json has no methods to try"], id="bare"),
        pytest.param(["URL?a=b", "--matrix", "shop.json"], ["more than a path"], id="a-query"),
        pytest.param(["URL", "GET", "/", "--origin", LISTED, "--send-all"], ["goes with --matrix"], id="no-matrix"),
    ],
)
def test_what_cannot_be_tried_exits_with_2_and_one_line(arguments: list[str], words: list[str]) -> None:
    written(shop())
    written({"Resources": {}}, "empty.json")
    written({"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Bare"}}}}, "bare.json")
    ran = run("fetch", *(it.replace("URL", "http://127.0.0.1:1/prod") for it in arguments))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    for word in words:
        assert word in ran.err
