"""A server from its start to its end: what it shows, whom it answers, and how it stops."""

import copy
import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.running import run
from tests.cli.servers import Server
from tests.cli.templates import Template, guarded, keyed, keyed_perhaps, staged, write
from tests.serve.running import PATIENCE, Running, read_answer, serving, started, wait_for
from tests.serve.templates import BACKEND, ORIGIN, beside, limited

HEADERS = "authorization,content-type,x-api-key,x-one,x-two,x-three"


def test_a_preflight_is_answered_as_the_template_has_it(server: Running) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"}
    answer = server.ask("OPTIONS", "/prod/users", asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-headers"] == "x-api-key"
    assert "content-length" not in answer.headers


def test_a_key_opens_a_method_and_its_lack_is_a_gateway_response(server: Running) -> None:
    opened = server.ask("GET", "/prod/users", {"x-api-key": server.key("web")})
    assert (opened.status, opened.body) == (200, b"GET /users")
    shut = server.ask("GET", "/prod/users", {"Origin": ORIGIN})
    assert (shut.status, shut.message) == (403, "Forbidden")
    assert shut.headers["access-control-allow-origin"] == ORIGIN


def test_each_answer_has_an_id_of_its_own(server: Running) -> None:
    ids = {server.ask("OPTIONS", "/prod/users").headers["x-amzn-requestid"] for _ in range(3)}
    assert len(ids) == 3


def test_the_start_shows_methods_backends_preflights_and_the_key(server: Running) -> None:
    assert f"Shop  http://127.0.0.1:{server.port}/prod" in server.out
    row = server.says("  GET     /users ")
    assert row.split("  ")[1:] != []
    assert f"yes  HTTP_PROXY {BACKEND}/users" in row
    assert row.endswith(f"{ORIGIN}; GET; x-api-key")
    assert len(server.key("web")) >= 20


def test_the_log_says_which_step_answered_and_why(server: Running) -> None:
    before = server.caught_up()
    server.ask("GET", "/prod/users?secret=1", {"Origin": ORIGIN})
    line = server.says("GET /prod/users", before)
    assert f"403  GET /prod/users  from {ORIGIN}  " in line
    assert "asks for an API key, and the request has no x-api-key header (INVALID_API_KEY" in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("method", "key", "origin", "said"),
    [
        pytest.param("OPTIONS", None, "https://evil.test", "; it lets in no page of https://evil.test", id="preflight"),
        pytest.param("GET", "web", "https://evil.test", "; no page of https://evil.test may read it", id="a stranger"),
        pytest.param("OPTIONS", None, ORIGIN, "", id="a preflight that lets it in"),
        pytest.param("GET", "web", None, "", id="no page"),
        pytest.param("GET", "web", "http://127.0.0.1:{port}", "", id="a page of the server itself"),
    ],
)
def test_the_log_says_which_page_is_locked_out(
    server: Running, method: str, key: str | None, origin: str | None, said: str
) -> None:
    before = server.caught_up()
    headers = {"x-api-key": server.key(key)} if key else {}
    server.ask(method, "/prod/users", {**headers, **({"Origin": origin.format(port=server.port)} if origin else {})})
    line = server.says(f"{method} /prod/users", before)
    assert line.endswith(said) if said else " page of " not in line


def test_the_log_never_has_a_key_whole(server: Running) -> None:
    before = server.caught_up()
    key = server.key("web")
    server.ask("GET", f"/prod/{key}", {"x-api-key": "wrong-and-yet-secret", "Origin": "https://wrong-and-yet-secret"})
    line = server.says(f"GET /prod/{key[:4]}...", before)
    assert key not in line
    assert "wrong-and-yet-secret" not in line


def test_the_log_escapes_what_a_terminal_would_obey(server: Running) -> None:
    before = server.caught_up()
    server.ask("GET", "/prod/users", {"Origin": "https://a\x9b31m.example"})
    assert "\\x9b31m" in server.says("GET /prod/users", before)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "localhost.", "[::1]", "shop.localhost"], ids=str
)
def test_it_answers_for_its_own_hosts(server: Running, host: str) -> None:
    assert server.ask("OPTIONS", "/prod/users", {"Host": f"{host}:{server.port}"}).status == 204


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "orders.localhost",
        "10.0.0.1",
        "",
        "[::2]",
        "[::1].evil.example",
        "localhost:evil.example",
        "localhost:80:80",
    ],
)
def test_it_answers_for_no_other_host_lest_a_page_reach_it_by_rebinding(server: Running, host: str) -> None:
    answer = server.ask("GET", "/prod/anything", {"Host": host, "Origin": f"http://{host}"})
    assert answer.status == 421
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("host", ["x; rm -rf ~", "evil$(id).test", "a, b", "--no-lens"])
def test_nobody_is_advised_to_allow_what_is_no_name(server: Running, host: str) -> None:
    before = server.caught_up()
    server.ask("OPTIONS", "/prod/users", {"Host": host})
    assert server.says("does not answer for the host", before).endswith("--allowed-host NAME lets it in")


def test_a_path_without_a_stage_is_forbidden_as_at_amazon_s(server: Running) -> None:
    for path in ("/", "/users", "/test/users", "//prod/users"):
        answer = server.ask("GET", path)
        assert (answer.status, answer.message) == (403, "Forbidden")
        assert answer.headers["x-amzn-errortype"] == "ForbiddenException"


def test_localhost_is_every_loopback_address(server: Running) -> None:
    if not _has_ipv6():
        return
    with socket.create_connection(("::1", server.port), PATIENCE) as connection:
        connection.sendall(b"OPTIONS /prod/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(connection).status == 204


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as it:
        try:
            it.bind(("::1", 0))
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    template = write(tmp_path_factory.mktemp("two") / "two.json", beside, staged)
    with serving(template, "--no-reload", "--allowed-host", "my.machine") as running:
        yield running


def test_apis_with_one_name_of_stage_are_told_by_their_hosts(two: Running) -> None:
    assert two.ask("GET", "/prod", {"Host": f"orders-more.localhost:{two.port}"}).body == b'"other"'
    assert two.ask("OPTIONS", "/prod/users", {"Host": f"shop.localhost:{two.port}"}).status == 204
    answer = two.ask("GET", "/prod")
    assert answer.status == 404
    assert f"http://orders-more.localhost:{two.port}/prod" in answer.body.decode()


def test_a_stage_that_one_api_has_needs_no_host(two: Running) -> None:
    assert two.ask("OPTIONS", "/test/users").status == 204
    assert two.ask("OPTIONS", "/test/users", {"Host": "my.machine"}).status == 204
    assert two.ask("OPTIONS", "/test/users", {"Host": "orders-more.localhost"}).status == 403


def test_one_api_may_be_chosen(tmp_path: Path) -> None:
    with serving(write(tmp_path / "two.json", beside), "--api", "Shop", "--no-reload") as running:
        assert running.ask("OPTIONS", "/prod/users").status == 204


def test_one_stage_may_be_chosen(tmp_path: Path) -> None:
    with serving(write(tmp_path / "two.json", staged), "--stage", "test", "--no-reload") as running:
        assert running.ask("OPTIONS", "/test/users").status == 204
        assert running.ask("OPTIONS", "/prod/users").status == 403


def test_a_key_s_value_may_be_given_and_is_not_shown(tmp_path: Path, backend: Server) -> None:
    value = "the-value-that-this-key-really-has"
    options = ["--key", f"web={value}", "--backend", f"{BACKEND}={backend.url}", "--no-reload"]
    with serving(write(tmp_path / "a.json"), *options) as running:
        assert running.ask("GET", "/prod/users", {"x-api-key": value}).status == 200
        assert value not in running.out


def test_limits_are_counted_and_a_client_is_told_when_to_come_again(tmp_path: Path, backend: Server) -> None:
    options = ["--backend", f"{BACKEND}={backend.url}", "--no-reload"]
    with serving(write(tmp_path / "a.json", limited), *options) as running:
        asked = {"x-api-key": running.key("web"), "Origin": ORIGIN}
        answers = [running.ask("GET", "/prod/users", asked) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert answers[2].message == "Too Many Requests"
        assert answers[2].headers["access-control-allow-origin"] == ORIGIN
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60


@pytest.mark.parametrize(("said", "status"), [("allow", 200), ("deny", 403), ("unauthorized", 401), ("failure", 500)])
def test_an_option_says_what_authorizers_that_are_not_here_decide(
    tmp_path: Path, backend: Server, said: str, status: int
) -> None:
    options = ["--authorizer", said, "--backend", f"{BACKEND}={backend.url}", "--no-reload"]
    with serving(write(tmp_path / "a.json", guarded), *options) as running:
        assert running.ask("GET", "/prod/users", {"Authorization": "Bearer x"}).status == status
        assert running.ask("GET", "/prod/users").status == 401


def test_what_only_a_deployment_knows_is_said_in_the_answer(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", keyed_perhaps), "--no-reload") as running:
        answer = running.ask("OPTIONS", "/prod/users")
        assert answer.status == 500
        assert b"whether OPTIONS /users asks for an API key depends on ${Keyed}" in answer.body
        assert answer.body.endswith(b"; if that is a parameter, give --parameter Keyed=VALUE\n")
    with serving(tmp_path / "a.json", "--parameter", "Keyed=false", "--no-reload") as running:
        assert running.ask("OPTIONS", "/prod/users").status == 204


def signed(template: Template) -> None:
    template["Resources"]["UsersOptions"]["Properties"]["AuthorizationType"] = "AWS_IAM"


@pytest.mark.parametrize(("change", "asked"), [(keyed, "an API key"), (signed, "AWS_IAM")], ids=["key", "signature"])
def test_the_table_says_of_a_shut_preflight_that_it_allows_nothing(
    tmp_path: Path, change: Callable[[Template], None], asked: str
) -> None:
    with serving(write(tmp_path / "a.json", change), "--no-reload") as running:
        assert running.says("  GET     /users ").endswith(f"nothing: OPTIONS /users asks for {asked}")


def longer(template: Template) -> None:
    """Two methods, whose preflight allows more headers than a line has room for."""
    resources = template["Resources"]
    (answer,) = resources["UsersOptions"]["Properties"]["Integration"]["IntegrationResponses"]
    answer["ResponseParameters"]["method.response.header.Access-Control-Allow-Headers"] = f"'{HEADERS}'"
    resources["UsersPut"] = copy.deepcopy(resources["UsersGet"])
    resources["UsersPut"]["Properties"]["HttpMethod"] = "PUT"


def test_long_lists_of_headers_that_all_preflights_allow_are_shown_once(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", longer), "--no-reload") as running:
        assert running.says("  PUT     /users ").endswith(f"{ORIGIN}; GET")
        assert running.says("These preflights allow the headers").endswith(f" {HEADERS}")
        assert running.out.count(HEADERS) == 1


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 0)],
    ids=["SIGTERM", "SIGINT", "SIGHUP"],
)
def test_a_signal_stops_it_and_frees_the_port(tmp_path: Path, number: int, status: int) -> None:
    with serving(write(tmp_path / "a.json")) as running:
        idle = running.connect()  # a connection that says nothing holds nothing up
        assert running.ask("OPTIONS", "/prod/users").status == 204
        assert running.stop(number) == status
        idle.close()
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", running.port))


def test_under_nohup_it_outlives_its_terminal(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json"), "--no-reload", hangup=signal.SIG_IGN) as running:
        running.process.send_signal(signal.SIGHUP)
        assert running.ask("OPTIONS", "/prod/users").status == 204
        assert running.stop(signal.SIGINT) == 130  # and not the 0 of what came first


def test_a_request_under_way_is_finished_before_it_stops(tmp_path: Path, backend: Server) -> None:
    command = ["tests.serve.impatient", "30", str(write(tmp_path / "a.json")), f"{BACKEND}={backend.url}"]
    with started(*command, f"--grace={PATIENCE}") as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
        connection.putrequest("GET", "/prod/users")
        connection.putheader("x-api-key", running.key("web"))
        connection.putheader("Content-Length", "2")
        connection.endheaders()
        connection.send(b"{")
        running.ask("OPTIONS", "/prod/users")  # by now the first has been begun
        running.process.send_signal(signal.SIGTERM)
        wait_for(lambda: _refuses(running.port), lambda: "it takes new connections still")
        connection.send(b"}")
        assert connection.getresponse().read() == b"{}"
        connection.close()
        assert running.process.wait(PATIENCE) == 0


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except OSError:
        return True
    return False


def test_where_nobody_reads_its_output_it_serves_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cors_constructs.cli", "serve", str(write(tmp_path / "a.json")), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        process.stdout.close()
        for _ in range(20):
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
            connection.request("OPTIONS", "/prod/users")
            assert connection.getresponse().status == 204
            connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_port_that_is_taken_is_one_line_and_status_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("serve", write(tmp_path / "a.json"), "--port", str(port))
    assert ran.status == 2
    said = f"port {port} of 127.0.0.1 is taken by another program; say another: --port {port + 1}"
    assert ran.err == f"cors-constructs: {said}\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["nowhere.json"], "nowhere.json", id="no file"),
        pytest.param(["a.json", "--host", "10.99.98.97"], "10.99.98.97 is no address of this machine", id="host"),
        pytest.param(["a.json", "--host", "no.such.name.invalid"], "is no name or address", id="name"),
        pytest.param(["a.json", "--host", ""], "--host is empty; write a name or address", id="no name"),
        pytest.param(["a.json", "--key", "mobile=x"], "no API key is called 'mobile'", id="key"),
        pytest.param(["a.json", "--api", "Other"], "no REST API is called 'Other'", id="API"),
        pytest.param(["a.json", "--stage", "test"], "no stage 'test'", id="stage"),
        pytest.param(["two.json", "--stage", "test"], "no API has a stage 'test'; say which: --stage", id="stages"),
        pytest.param(["a.json", "--backend", "https://x"], "is not ADDRESS=ADDRESS", id="backend"),
        pytest.param(["a.json", "--port", "70000"], "70000", id="port"),
        pytest.param(["-"], "a template is served from its file or folder", id="standard input"),
        pytest.param(["https://api.example.com"], "is an address, and what is served is a template", id="URL"),
        pytest.param(["localhost:3001"], "if it is an address, write http://localhost:3001", id="address"),
    ],
)
def test_what_cannot_be_served_is_one_line_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("a.json"))
    write(Path("two.json"), beside)
    ran = run("serve", *options)
    assert ran.status == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [it for it in sys.modules if it.startswith("cors_constructs.serve")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.setitem(sys.modules, "uvicorn.protocols.http.httptools_impl", None)
    ran = run("serve", write(tmp_path / "a.json"))
    assert ran.status == 2
    assert 'is not installed; pip install "cors-constructs[serve]" installs it' in ran.err
