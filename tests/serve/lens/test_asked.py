"""What the judge is asked: each mistake gets one clear line, and nothing is judged."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.lens.asked import ProblemError, read_asked
from tests.cli.servers import Server
from tests.serve.lens.asking import call, post, problem, seen
from tests.serve.running import Running, read_answer

WRONG: list[tuple[str, Any, str]] = [
    ("nothing", b"", "the body is no JSON (Expecting value"),
    ("half of it", b'{"place": ', "the body is no JSON ("),
    ("no UTF-8", b'{"place": "\xff"}', "the body is no JSON ("),
    ("too deep", b"[" * 100_000, "the body is no JSON (it is nested too deeply)"),
    ("a list", [], "the body is no JSON object; write {"),
    ("null", None, "the body is no JSON object"),
    (
        "an unknown name",
        call(url="/x"),
        '"url": not known; write place, origin, method, path, headers, credentials, body',
    ),
    ("a number for the method", call(method=1), "method: it is a number; write a string"),
    ("no place", {"origin": "https://a.example", "method": "GET", "path": "/"}, "place: it is missing; write {"),
    ("a path without a slash", call(path="users"), 'path: "users" does not begin with a slash; write /users'),
    ("headers as an object", call(headers={"a": "b"}), "headers: write a list of pairs of strings"),
    ("a header without a value", call(headers=[["a"]]), "headers: write a list of pairs of strings"),
    ("a header's value that is a number", call(headers=[["a", 1]]), "headers: write a list of pairs of strings"),
    ("headers that are null", call(headers=None), "headers: write a list of pairs of strings"),
    (
        "credentials that are none",
        call(credentials="all"),
        'credentials: "all" is no mode; write omit, same-origin, incl',
    ),
    ("credentials that are a list", call(credentials=[]), "credentials: [] is no mode"),
    ("a body that is an object", call(body={}), "body: it is an object; write a string or null"),
    (
        "an origin with a path",
        call(origin="https://a.example/"),
        "origin: browsers never send 'https://a.example/'; write",
    ),
    (
        "an origin in capitals",
        call(origin="HTTPS://A.example"),
        "origin: browsers never send 'HTTPS://A.example'; write",
    ),
    ("an origin that is empty", call(origin=""), "origin: '' is not one"),
    ("half a surrogate pair", call(origin="https://\ud800.example"), "origin: "),
]


@pytest.mark.parametrize(("given", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_mistake_is_told(server: Running, backend: Server, given: Any, said: str) -> None:
    before = len(backend.seen)
    answer = post(server, given)
    assert answer.status == 400
    assert problem(answer).startswith(said)
    assert answer.headers["content-type"] == "application/json"
    assert len(backend.seen) == before


def test_all_mistakes_are_told_at_once(server: Running) -> None:
    answer = post(server, {"place": None, "path": "x", "credentials": 1, "headers": "h", "more": 1, "body": 5})
    said = problem(answer)
    for name in ('"more"', "place", "origin", "method", "path", "headers", "credentials", "body"):
        assert f"{name}: " in said
    assert len(said.split("; ")) >= 8


def test_a_body_that_is_too_large_is_not_read(server: Running) -> None:
    seen(server)
    head = (
        f"POST /_cors/judge HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {11 * 1024 * 1024}\r\n\r\n"
    )
    with server.connect() as connection:
        connection.sendall(head.encode())
        answer = read_answer(connection)
    assert answer.status == 413
    assert "10 MB" in problem(answer)
    assert answer.headers["connection"] == "close"


def test_one_that_turns_out_too_large_is_not_read_to_its_end(server: Running) -> None:
    head = (
        f"POST /_cors/judge HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    with server.connect() as connection:
        connection.sendall(head.encode())
        for _ in range(11):
            connection.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        assert read_answer(connection).status == 413


def test_a_large_body_is_judged(server: Running, backend: Server) -> None:
    text = "x" * 5_000_000
    answer = post(server, call(path="/large-body", method="POST", body=text, headers=[["Content-Type", "text/plain"]]))
    assert answer.status == 200
    assert len(backend.seen[-1].body) == len(text)
    assert len(json.loads(answer.body)["page_sees"]["body"]) == 65_536


def test_a_client_that_goes_away_in_the_middle_harms_nobody(server: Running) -> None:
    before = server.caught_up()
    with server.connect() as connection:
        head = f"POST /_cors/judge HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert "499" in server.says("POST /_cors/judge", before)
    assert post(server, call()).status == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["place", "origin", "method", "path", "headers", "credentials", "body", "more"])


@given(st.dictionaries(NAMES, JSON | st.sampled_from(["/", "omit", [["a", "b"]]])) | JSON)
def test_whatever_comes_is_read_or_refused_in_one_line(given: Any) -> None:
    read_or_refused(json.dumps(given).encode())


@given(st.binary())
def test_so_are_bytes(content: bytes) -> None:
    read_or_refused(content)


def read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ProblemError):
        asked = read_asked(content)
        assert asked.path.startswith("/")
        assert {type(it) for pair in asked.headers for it in pair} <= {str}
        return
    with pytest.raises(ProblemError) as refused:
        read_asked(content)
    assert str(refused.value).isprintable()
