"""The judge: the simulated browser against what is served, with its real backends."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.cli.servers import Answer, Seen, Server, answering, silence, talking
from tests.cli.templates import ORIGIN, keyed, keyed_perhaps, write
from tests.serve.functions.apps import App
from tests.serve.lens.asking import call, failing, judged, post, problem, site
from tests.serve.running import PATIENCE, Running, serving
from tests.serve.templates import BACKEND, limited, open_to_all

STRANGER = "https://stranger.example"


def test_a_call_with_its_key_is_allowed_step_by_step(server: Running, backend: Server) -> None:
    before = len(backend.seen)
    verdict = judged(server, headers=[["x-api-key", server.key("web")]])
    assert (verdict["outcome"], verdict["allowed"], verdict["advice"]) == ("ALLOWED", True, "")
    assert verdict["summary"] == "the response allows the page's origin, and the page reads 200"
    assert [step["title"] for step in verdict["steps"]] == ["Preflight", "Request"]
    assert failing(verdict) == []
    preflight, request = verdict["steps"]
    address = f"http://127.0.0.1:{server.port}/prod/users"
    assert (preflight["sent"]["method"], preflight["sent"]["url"]) == ("OPTIONS", address)
    assert ["Access-Control-Request-Headers", "x-api-key"] in preflight["sent"]["headers"]
    assert preflight["got"]["status"] == 204
    assert preflight["got"]["why"].startswith("OPTIONS /users: the MOCK integration answered")
    assert request["got"]["body"] == "GET /users"
    assert verdict["page_sees"]["status"] == 200
    assert ["Content-Type", "text/plain"] in verdict["page_sees"]["headers"]
    assert [seen.path for seen in backend.seen[before:]] == ["/users"]


def test_a_bad_key_is_a_refusal_that_the_page_reads(server: Running, backend: Server) -> None:
    before = len(backend.seen)
    verdict = judged(server, headers=[["x-api-key", "nobody-s"]])
    assert (verdict["outcome"], verdict["page_sees"]["status"]) == ("ALLOWED", 403)
    assert "no key of the template has the value sent" in verdict["summary"]
    assert len(backend.seen) == before


def test_a_call_without_its_key_needs_no_preflight_and_is_refused(server: Running) -> None:
    verdict = judged(server)
    assert [step["title"] for step in verdict["steps"]] == ["Request"]
    assert verdict["page_sees"]["status"] == 403


def test_a_stranger_is_blocked_and_told_what_to_change(server: Running) -> None:
    verdict = judged(server, origin=STRANGER, headers=[["x-api-key", server.key("web")]])
    assert (verdict["outcome"], verdict["allowed"]) == ("PREFLIGHT_ORIGIN_MISMATCH", False)
    assert verdict["summary"] == f"the preflight's answer allows the origin '{ORIGIN}', and the page's is '{STRANGER}'"
    assert verdict["advice"] == (
        f"that is right if {STRANGER} is a stranger; to let it in, list it among the origins of the API's policy "
        "(allow_origins)"
    )
    assert verdict["page_sees"] is None
    (step,) = verdict["steps"]
    (check,) = (check for check in step["checks"] if not check["ok"])
    assert check["what"] == "CORS check: Access-Control-Allow-Origin"
    assert check["source"] == "https://fetch.spec.whatwg.org/#concept-cors-check"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"method": "PUT"}, "METHOD_NOT_ALLOWED"),
        ({"headers": [["x-other", "1"]]}, "HEADER_NOT_ALLOWED"),
        ({"credentials": "include"}, "CREDENTIALS_NOT_ALLOWED"),
        ({"origin": "null"}, "ORIGIN_MISMATCH"),
        ({"method": "TRACE"}, "METHOD_FORBIDDEN"),
        ({"body": "x"}, "BODY_NOT_ALLOWED"),
        ({"headers": [["x-api-key", "\u2603"]]}, "HEADER_VALUE_INVALID"),
        ({"headers": [["a b", "1"]]}, "HEADER_NAME_INVALID"),
        ({"headers": [["x-api-key", "\ud800"]]}, "HEADER_VALUE_INVALID"),
        ({"path": "/../../elsewhere"}, "ORIGIN_MISSING"),
        ({"path": "/prod/\ud800\x00\n<>?\ud800"}, "ALLOWED"),
    ],
    ids=str,
)
def test_what_blocks_it_is_named_by_its_step(server: Running, changes: dict[str, Any], outcome: str) -> None:
    verdict = judged(server, **changes)
    assert verdict["outcome"] == outcome
    assert verdict["allowed"] is (outcome == "ALLOWED")
    # Of what no page may send, nothing can be mended.
    assert bool(verdict["advice"]) is (outcome not in {"ALLOWED", "METHOD_FORBIDDEN"})
    assert bool(failing(verdict)) is (bool(verdict["steps"]) and not verdict["allowed"])


def test_a_body_and_its_type_reach_the_backend(server: Running, backend: Server) -> None:
    verdict = judged(
        server, path="/echo?a=1&b=%2F", method="POST", body="näh", headers=[["Content-Type", "text/plain"]]
    )
    assert verdict["page_sees"]["body"] == "näh"
    assert (backend.seen[-1].method, backend.seen[-1].path) == ("POST", "/echo?a=1&b=%2F")
    assert backend.seen[-1].body == "näh".encode()


def test_the_backend_sees_the_browser_that_asks(server: Running, backend: Server) -> None:
    post(server, call(path="/agent"), {"User-Agent": "a browser"})
    assert backend.seen[-1].header("user-agent") == ["a browser"]
    assert backend.seen[-1].header("origin") == [ORIGIN]


def test_the_api_is_called_on_another_host_than_the_page_s(server: Running) -> None:
    for origin, host in [("http://localhost:1", "127.0.0.1"), (f"http://127.0.0.1:{server.port}", "localhost")]:
        (step,) = judged(server, origin=origin)["steps"]
        assert step["sent"]["url"] == f"http://{host}:{server.port}/prod/users"


def test_what_reaches_a_page_is_cut_and_no_redirect_leads_off_this_server(server: Running) -> None:
    moved = judged(server, path="/moved")
    assert moved["outcome"] == "ORIGIN_MISSING"
    large = judged(server, path="/large")
    assert (large["allowed"], large["page_sees"]["status"]) == (True, 504)


@pytest.fixture
def answered(tmp_path: Path) -> Iterator[tuple[Running, dict[str, Answer]]]:
    """A server whose backend answers what a test says, by the path."""
    answers: dict[str, Answer] = {}
    with (
        answering(lambda seen: _by_path(answers, seen)) as backend,
        serving(write(tmp_path / "a.json", open_to_all), "--backend", f"{BACKEND}={backend.url}") as running,
    ):
        yield running, answers


def _by_path(answers: dict[str, Answer], seen: Seen) -> Answer:
    return answers.get(seen.path, (404, [], b""))


_LEAVE = ("Access-Control-Allow-Origin", "*")


def test_redirects_are_followed_on_this_server_alone(answered: tuple[Running, dict[str, Answer]]) -> None:
    running, answers = answered
    answers["/one"] = 302, [_LEAVE, ("Location", "/prod/two")], b""
    answers["/two"] = 200, [_LEAVE], b"there"
    verdict = judged(running, path="/one")
    assert verdict["page_sees"]["body"] == "there"
    assert [step["title"] for step in verdict["steps"]] == ["Request", "Request, redirected"]
    answers["/two"] = 302, [_LEAVE, ("Location", "http://127.0.0.1:1/secret")], b""
    verdict = judged(running, path="/one")
    assert verdict["outcome"] == "NETWORK_ERROR"
    assert verdict["summary"] == (
        "the request got no answer: http://127.0.0.1:1 is not served here, and the lens calls nothing else"
    )
    assert verdict["steps"][-1]["got"] is None
    answers["/one"] = 302, [_LEAVE, ("Location", "/prod/one")], b""
    assert judged(running, path="/one")["outcome"] == "TOO_MANY_REDIRECTS"


def test_an_error_of_a_backend_is_told_from_one_of_api_gateway(answered: tuple[Running, dict[str, Answer]]) -> None:
    running, answers = answered
    answers["/one"] = 404, [_LEAVE], b"no such record"
    verdict = judged(running, path="/one")
    assert verdict["page_sees"]["status"] == 404
    assert verdict["summary"].endswith(
        "GET /one: the backend of the HTTP_PROXY integration answered 404, and a proxy integration passes that on as "
        "it is; the error is the backend's, and not API Gateway's"
    )
    answers["/one"] = 200, [_LEAVE], b"a record"
    verdict = judged(running, path="/one")
    assert "the error" not in verdict["steps"][-1]["got"]["why"]


def test_a_large_answer_is_cut_and_a_binary_one_is_shown_all_the_same(
    answered: tuple[Running, dict[str, Answer]],
) -> None:
    running, answers = answered
    answers["/long"] = 200, [_LEAVE], b"x" * 1_000_000
    answers["/binary"] = 200, [_LEAVE], b"\xff\x00<"
    assert judged(running, path="/long")["page_sees"]["body"] == "x" * 65_536
    assert judged(running, path="/binary")["page_sees"]["body"] == "\ufffd\x00<"


def test_a_backend_that_is_down_is_a_504_with_headers(tmp_path: Path) -> None:
    options = ["--backend", f"{BACKEND}=http://127.0.0.1:1", "--no-reload"]
    with serving(write(tmp_path / "a.json", open_to_all), *options) as running:
        verdict = judged(running, path="/x")
        assert (verdict["allowed"], verdict["page_sees"]["status"]) == (True, 504)
        assert "127.0.0.1:1" in verdict["steps"][0]["got"]["why"]


def test_limits_count_what_is_judged(tmp_path: Path, backend: Server) -> None:
    options = ["--backend", f"{BACKEND}={backend.url}", "--no-reload"]
    with serving(write(tmp_path / "a.json", limited), *options) as running:
        headers = [["x-api-key", running.key("web")]]
        statuses = [judged(running, headers=headers)["page_sees"]["status"] for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_functions_run(tmp_path: Path) -> None:
    code = """
        def handler(event, context):
            said = event["headers"]["Origin"] + event["body"]
            return {"statusCode": 201, "headers": {"access-control-allow-origin": "*"}, "body": said}
    """
    app = App(tmp_path).python("echo", code)
    (tmp_path / "template.json").write_text(json.dumps({"Resources": app.resources}))
    with serving(tmp_path / "template.json", "--no-reload") as running:
        verdict = judged(running, path="/echo", method="POST", body="!", headers=[["content-type", "text/plain"]])
        assert (verdict["page_sees"]["status"], verdict["page_sees"]["body"]) == (201, f"{ORIGIN}!")


def test_a_shut_preflight_is_a_403_that_says_why(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", keyed), "--no-reload") as running:
        verdict = judged(running, headers=[["x-api-key", "k"]])
        assert verdict["outcome"] == "PREFLIGHT_STATUS_NOT_OK"
        assert "a preflight never carries one" in verdict["steps"][0]["got"]["why"]
        assert {"Status", "Access-Control-Allow-Headers"} == set(failing(verdict))


def test_what_only_a_deployment_knows_is_said(tmp_path: Path) -> None:
    with serving(write(tmp_path / "a.json", keyed_perhaps), "--no-reload") as running:
        verdict = judged(running, headers=[["x-api-key", "k"]])
        assert verdict["steps"][0]["got"]["status"] == 500
        assert "depends on ${Keyed}" in verdict["steps"][0]["got"]["why"]


def test_the_log_tells_judged_requests_from_those_that_came(server: Running) -> None:
    before = server.caught_up()
    judged(server, headers=[["x-api-key", server.key("web")]])
    line = server.says("GET /prod/users", before)
    assert "for the lens: " in line
    assert server.key("web") not in line


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/jsonp"},
        {"Content-Type": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": ""},
    ],
    ids=str,
)
def test_a_page_elsewhere_can_have_nothing_judged(server: Running, backend: Server, headers: dict[str, str]) -> None:
    before = len(backend.seen)
    given = {name: value.replace("{port}", str(server.port)) for name, value in headers.items()}
    answer = post(server, call(path="/changed", method="POST"), given)
    assert answer.status == 403
    assert problem(answer)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert len(backend.seen) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=utf-8"},
        {"Origin": ""},
        {"Host": "localhost:{port}", "Origin": "http://localhost:{port}"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_the_lens_s_own_page_may(server: Running, headers: dict[str, str]) -> None:
    given = {name: value.replace("{port}", str(server.port)) for name, value in headers.items()}
    assert post(server, call(), given).status == 200


def test_a_place_that_is_not_there_is_told(server: Running) -> None:
    answer = post(server, call(place="gone/prod"))
    assert answer.status == 409
    assert problem(answer) == "place: 'gone/prod' is not served, or no more; there is shop/prod"


def test_the_template_may_be_read_anew_while_it_is_open(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json")
    with serving(path) as running:
        assert site(running)["reading"] == 1
        before = len(running.lines)
        renamed = json.loads(path.read_text())
        renamed["Resources"]["Stage"]["Properties"]["StageName"] = "test"
        new = tmp_path / "new.json"
        new.write_text(json.dumps(renamed))
        new.replace(path)  # at once: of what is written, the beginning may be read as well
        running.says("read anew", before)
        now = site(running)
        assert (now["reading"], [place["id"] for place in now["places"]]) == (2, ["shop/test"])
        assert post(running, call()).status == 409
        assert judged(running, place="shop/test")["steps"][0]["sent"]["url"].endswith("/test/users")
        before = len(running.lines)
        path.write_text("{")
        running.says("what was read before is served on", before)
        assert site(running)["reading"] == 2


def test_many_may_be_judged_at_once(server: Running) -> None:
    with ThreadPoolExecutor(20) as pool:
        verdicts = list(pool.map(lambda number: judged(server, path=f"/at/{number}"), range(100)))
    assert [verdict["page_sees"]["body"] for verdict in verdicts] == [f"GET /at/{number}" for number in range(100)]


def test_one_that_hangs_holds_nobody_up_and_not_the_end_either(tmp_path: Path) -> None:
    arrived = threading.Event()

    def hang(connection: socket.socket, over: threading.Event) -> None:
        arrived.set()
        silence(connection, over)

    with (
        talking(hang) as address,
        serving(write(tmp_path / "a.json", open_to_all), "--backend", f"{BACKEND}={address}", "--no-reload") as running,
    ):
        hanging = threading.Thread(target=_ask_in_vain, args=(running,))
        hanging.start()
        assert arrived.wait(PATIENCE)
        assert judged(running)["page_sees"]["status"] == 403
        assert running.ask("OPTIONS", "/prod/users").status == 204
        assert running.stop() == 0
        hanging.join()
        assert "/prod/hangs" not in running.out, "it was waited for, until the gateway gave up"


def _ask_in_vain(running: Running) -> None:
    try:
        post(running, call(path="/hangs"))
    except (AssertionError, OSError):  # the connection ends
        return
