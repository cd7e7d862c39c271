"""What HTTP backends are asked, and what becomes of what they answer, or fail to."""

import json
import socket
import threading
from pathlib import Path

import pytest

from tests.cli.servers import Server, answering, refused_port, silence, talking
from tests.cli.templates import Template, write
from tests.serve.running import Running, serving
from tests.serve.templates import BACKEND, ORIGIN, open_to_all, reached


def test_path_query_headers_and_body_reach_a_proxy_s_backend(server: Running, backend: Server) -> None:
    headers = {"X-Mine": "1", "Cookie": "a=b", "Accept-Encoding": "br", "User-Agent": "browser"}
    server.ask("PATCH", "/prod/a%20b/c?x=1&x=2&y=%2F", headers, b"body")
    seen = backend.seen[-1]
    assert (seen.method, seen.path, seen.body) == ("PATCH", "/a%20b/c?x=1&x=2&y=%2F", b"body")
    for name, value in headers.items():
        assert seen.header(name.lower()) == [value]


def test_what_belongs_to_one_connection_does_not(server: Running, backend: Server) -> None:
    headers = {
        "Connection": "close, X-Hop",
        "X-Hop": "1",
        "TE": "trailers",
        "Upgrade": "h2c",
        "Proxy-Authorization": "x",
    }
    server.ask("GET", "/prod/hop", headers)
    seen = backend.seen[-1]
    for name in ("x-hop", "te", "upgrade", "proxy-authorization"):
        assert seen.header(name) == []
    assert seen.header("host") == [backend.url.removeprefix("http://")]
    assert seen.header("x-forwarded-for") == ["127.0.0.1"]


def test_a_client_s_own_forwarded_for_is_kept_before_ours(server: Running, backend: Server) -> None:
    server.ask("GET", "/prod/hop", {"X-Forwarded-For": "10.1.1.1"})
    assert backend.seen[-1].header("x-forwarded-for") == ["10.1.1.1, 127.0.0.1"]


def test_nothing_is_added_that_the_client_did_not_send(server: Running, backend: Server) -> None:
    server.ask("GET", "/prod/bare")
    names = {name.lower() for name, _ in backend.seen[-1].headers}
    assert names <= {"host", "user-agent", "accept", "x-forwarded-for", "x-amzn-apigateway-api-id"}
    assert backend.seen[-1].header("user-agent") == ["AmazonAPIGateway_shop"]


def test_an_answer_comes_back_with_each_line_of_its_headers(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /prod/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := connection.recv(65536):
            got += piece
    assert got.lower().count(b"x-two: ") == 2
    assert got.lower().count(b"\r\ndate: ") == 1


def test_a_redirect_is_an_answer_like_any_other(server: Running) -> None:
    answer = server.ask("GET", "/prod/moved")
    assert (answer.status, answer.headers["location"]) == (302, "https://elsewhere.example.com/")


def test_more_than_a_payload_holds_is_no_answer(server: Running) -> None:
    before = server.caught_up()
    assert server.ask("GET", "/prod/large").status == 504
    assert "its answer has more than 10,485,760 bytes" in server.says("GET /prod/large", before)


def test_an_integration_that_is_no_proxy_maps_both_ways(tmp_path: Path) -> None:
    headers = [("X-Kind", "list"), ("X-Other", "1")]
    with (
        answering(lambda _: (200, headers, b'{"users": ["ann"]}')) as backend,
        serving(write(tmp_path / "a.json", reached), "--backend", f"{BACKEND}={backend.url}") as running,
    ):
        got = running.ask("GET", "/prod/users?p=2&q=3", {"x-api-key": running.key("web"), "X-Not-Mapped": "1"})
    (seen,) = backend.seen
    assert (seen.method, seen.path) == ("GET", "/users?page=2")
    assert seen.header("x-not-mapped") == []
    assert seen.header("accept") == ["application/json"]
    assert (got.status, got.headers["x-kind"]) == (200, "list")
    assert "x-other" not in got.headers
    assert json.loads(got.body) == {"names": ["ann"]}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write(tmp_path / "a.json", open_to_all)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(b"", "disconnect", id="nothing"),
        pytest.param(b"nonsense\r\n\r\n", "", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "", id="less than it says"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "", id="no chunk"),
    ],
)
def test_what_is_no_answer_is_a_failure_that_pages_can_read(template: Path, text: bytes, said: str) -> None:
    def say(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(text)

    with talking(say) as url, serving(template, "--backend", f"{BACKEND}={url}") as running:
        answer = running.ask("POST", "/prod/a", {"Origin": ORIGIN}, b"x")
        assert (answer.status, answer.message) == (504, "Network error communicating with endpoint")
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert said in running.says("POST /prod/a").lower()


def test_a_backend_that_says_nothing_times_out(tmp_path: Path) -> None:
    def short(template: Template) -> None:
        open_to_all(template)
        template["Resources"]["ProxyAny"]["Properties"]["Integration"]["TimeoutInMillis"] = 300

    template = write(tmp_path / "a.json", short)
    with talking(silence) as url, serving(template, "--backend", f"{BACKEND}={url}") as running:
        answer = running.ask("GET", "/prod/a", {"Origin": ORIGIN})
        assert (answer.status, answer.message) == (504, "Endpoint request timed out")
        assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_one_that_is_down_is_named_in_the_log(template: Path) -> None:
    url = refused_port()
    with serving(template, "--backend", f"{BACKEND}={url}") as running:
        assert running.ask("GET", "/prod/a").status == 504
        line = running.says("GET /prod/a")
        assert url in line
        assert "INTEGRATION_FAILURE" in line


def test_an_address_that_only_a_deployment_knows_is_asked_for(tmp_path: Path, backend: Server) -> None:
    def unknown(template: Template) -> None:
        uri = {"Fn::Sub": "https://${Host}/users"}
        template["Parameters"]["Host"] = {"Type": "String"}
        template["Resources"]["UsersGet"]["Properties"]["Integration"]["Uri"] = uri

    path = write(tmp_path / "a.json", unknown)
    with serving(path) as running:
        key = {"x-api-key": running.key("web")}
        assert running.ask("GET", "/prod/users", key).status == 504
        assert "only a deployment knows the address https://${Host}/users" in running.says("504  GET /prod/users")
    with serving(path, "--backend", f"https://${{Host}}={backend.url}") as running:
        assert running.ask("GET", "/prod/users", key).status == 200


def test_what_is_not_on_this_machine_says_so(tmp_path: Path) -> None:
    def service(template: Template) -> None:
        template["Resources"]["UsersGet"]["Properties"]["Integration"] |= {
            "Type": "AWS",
            "Uri": "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem",
        }

    with serving(write(tmp_path / "a.json", service)) as running:
        answer = running.ask("GET", "/prod/users", {"x-api-key": running.key("web"), "Origin": ORIGIN})
        assert answer.status == 501
        assert "dynamodb:action/GetItem, which is not on this machine" in str(answer.message)
        assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_where_no_backend_answers_the_log_says_how_to_call_another(tmp_path: Path) -> None:
    url = refused_port()

    def elsewhere(template: Template) -> None:
        template["Resources"]["ProxyAny"]["Properties"]["Integration"]["Uri"] = f"{url}/{{proxy}}"

    with serving(write(tmp_path / "shop.json", open_to_all, elsewhere), "--no-reload") as running:
        assert running.ask("GET", "/prod/orders").status == 504
        running.says(f"--backend {url}=http://127.0.0.1:8000, say, calls another")
