"""Clients of all kinds: slow, large, many, broken, and such as go away."""

import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cli.servers import Server
from tests.serve.running import PATIENCE, Running, read_answer
from tests.serve.templates import ORIGIN

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE


def is_alive(server: Running) -> bool:
    return server.ask("OPTIONS", "/prod/users").status == 204


def said(server: Running, data: bytes) -> bytes:
    """Everything that comes back, until the server ends the connection."""
    with server.connect() as connection:
        connection.sendall(data)
        got = b""
        while piece := connection.recv(65536):
            got += piece
        return got


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\r\n\r\n\x00\x01\x02 nonsense\r\n\r\n", id="no HTTP"),
        pytest.param(b"GET\r\n\r\n", id="no path"),
        pytest.param(b"GET /prod/users HTTP/1.1\r\nHost localhost\r\n\r\n", id="header without a colon"),
        pytest.param(b"GET /prod/users HTTP/1.1\r\n Host: localhost\r\n\r\n", id="blank before a header"),
        pytest.param(b"GET /prod/users HTTP/9.9\r\nHost: localhost\r\n\r\n", id="another version"),
        pytest.param(b"GET /prod/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n", id="path of other bytes"),
        pytest.param(
            b"POST /prod/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", id="length that is no number"
        ),
        pytest.param(
            b"POST /prod/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            id="two lengths",
        ),
        pytest.param(
            b"POST /prod/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk"
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
    ],
)
def test_what_is_no_http_ends_its_own_connection_and_nothing_else(server: Running, data: bytes) -> None:
    got = said(server, data)
    assert got.startswith(b"HTTP/1.1 400 ")
    assert got.count(b"HTTP/1.1 ") == 1
    assert is_alive(server)


def test_a_head_without_end_is_not_kept(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /prod/users HTTP/1.1\r\nHost: localhost\r\n")
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):  # noqa: PT012 - which of them fails is the network's affair
            for _ in range(64):
                connection.sendall(b"X-A: " + b"a" * MEGABYTE + b"\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 4")
            raise ConnectionResetError("reset")
    assert is_alive(server)


def test_the_largest_body_comes_through_and_one_byte_more_is_413(server: Running) -> None:
    body = bytes(range(256)) * (LARGEST // 256)
    answer = server.ask("POST", "/prod/anything", {"Content-Type": "application/octet-stream"}, body)
    assert answer.status == 200
    assert answer.body == body
    refused = server.ask("POST", "/prod/anything", {"Origin": ORIGIN}, body + b"x")
    assert (refused.status, refused.message) == (413, "Request Too Long")
    assert "access-control-allow-origin" not in refused.headers  # no gateway response changes API Gateway's 413


def test_a_body_that_says_it_is_too_large_is_not_waited_for(server: Running) -> None:
    with server.connect() as connection:
        length = b"Content-Length: 99999999999\r\nExpect: 100-continue"
        connection.sendall(b"POST /prod/anything HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n")
        assert read_answer(connection).status == 413


def test_nor_is_one_in_chunks_read_further(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /prod/anything HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(11):
            connection.sendall(b"100000\r\n" + b"x" * MEGABYTE + b"\r\n")
        assert read_answer(connection).status == 413


def test_a_client_is_told_to_go_on_with_a_body_that_fits(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(
            b"POST /prod/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"ok")
        assert read_answer(connection).body == b"ok"


def test_binary_bodies_stay_as_they_are_both_ways(server: Running) -> None:
    body = b"\x00\xff\r\n\x89PNG\xc3("
    assert server.ask("PUT", "/prod/a", {"Content-Type": "image/png"}, body).body == body


def test_slow_clients_hold_up_nobody(server: Running) -> None:
    slow = [server.connect() for _ in range(50)]
    for connection in slow[:25]:
        connection.sendall(b"POST /prod/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab")
    for connection in slow[25:]:
        connection.sendall(b"GET /prod/a HT")
    assert is_alive(server)
    for connection in slow[:25]:
        connection.sendall(b"cd")
        assert read_answer(connection).body == b"abcd"
    for connection in slow[25:]:
        connection.sendall(b"TP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(connection).body == b"GET /a"
    for connection in slow:
        connection.close()


def test_clients_that_go_away_leave_a_line_and_nothing_else(server: Running) -> None:
    before = server.caught_up()
    with server.connect() as connection:
        connection.sendall(b"POST /prod/gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab")
        # With a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert "the client went away" in server.says("POST /prod/gone", before)
    assert is_alive(server)


def test_many_clients_at_once_get_their_own_answers(server: Running) -> None:
    def ask(number: int) -> bytes:
        return server.ask("POST", f"/prod/n/{number}", {}, str(number).encode()).body

    with ThreadPoolExecutor(32) as threads:
        bodies = list(threads.map(ask, range(300)))
    assert bodies == [str(number).encode() for number in range(300)], server.out[-20_000:]


def test_one_connection_takes_many_requests_one_after_another(server: Running) -> None:
    with server.connect() as connection:
        for number in range(5):
            connection.sendall(f"GET /prod/{number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert read_answer(connection).body == f"GET /{number}".encode()


def test_it_speaks_http_1_0(server: Running) -> None:
    got = said(server, b"GET /prod/old HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert got.endswith(b"GET /old")


def test_who_speaks_that_is_not_told_to_go_on(server: Running) -> None:
    head = b"POST /prod/a HTTP/1.0\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    got = said(server, head + b"ok")
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.endswith(b"\r\n\r\nok")


def test_head_is_a_method_like_any_other_and_its_answer_has_no_body(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(
            b"HEAD /prod/a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /prod/b HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        assert read_answer(connection, "HEAD").status == 200
        assert read_answer(connection).body == b"GET /b"


def test_what_asks_for_no_path_is_at_no_stage(server: Running) -> None:
    assert server.ask("OPTIONS", "*").status == 403


def test_an_upgrade_is_not_made(server: Running) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    assert server.ask("GET", "/prod/users", headers).status == 403


H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
"""What Java's HttpClient and `curl --http2` add to each request by http."""


@pytest.mark.parametrize("is_late", [False, True], ids=["at once", "a moment later"])
@pytest.mark.parametrize(
    "body", ["Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"]
)
def test_what_comes_with_an_offer_to_change_the_protocol_is_read_all_the_same(
    server: Running, body: str, *, is_late: bool
) -> None:
    with server.connect() as connection:
        head, blank, content = f"POST /prod/a HTTP/1.1\r\nHost: localhost\r\n{H2C}{body}".partition("\r\n\r\n")
        following = "OPTIONS /prod/users HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall((head + blank).encode() if is_late else (head + blank + content + following).encode())
        if is_late:
            time.sleep(0.2)
            connection.sendall((content + following).encode())
        assert read_answer(connection).body == b"abc"
        assert read_answer(connection, "OPTIONS").status == 204


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "write http:// instead of https://", id="TLS"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "this server speaks HTTP/1.1", id="HTTP/2"),
        pytest.param(b"GET /prod/a HTTP/1.1\r\nX A: b\r\n\r\n", "Invalid header token", id="header"),
    ],
)
def test_the_log_says_why_what_came_is_refused(server: Running, data: bytes, why: str) -> None:
    before = server.caught_up()
    assert said(server, data).startswith(b"HTTP/1.1 400 ")
    assert why in server.says("what came is refused, and its connection closed", before)


def test_a_line_of_the_log_has_an_end(server: Running) -> None:
    before = server.caught_up()
    server.ask("GET", f"/prod/{'a' * 60_000}", {"Origin": "b" * 2000})
    assert len(server.says("GET /prod/aaa", before)) < 5000
    server.ask("GET", "/prod/a", {"Host": "c" * 60_000})
    assert len(server.says("this server does not answer for the host 'ccc", before)) < 5000


def test_it_is_no_proxy(server: Running) -> None:
    assert said(server, b"CONNECT /prod/a HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_who_has_said_all_gets_the_answers_still(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(
            b"GET /prod/a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /prod/b HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        connection.shutdown(socket.SHUT_WR)
        assert read_answer(connection).body == b"GET /a"
        assert read_answer(connection).body == b"GET /b"
        assert connection.recv(1) == b""


def test_who_has_not_is_let_go(server: Running) -> None:
    before = server.caught_up()
    with server.connect() as connection:
        connection.sendall(b"POST /prod/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    server.says("the client went away", before)


def test_a_mapping_template_sees_headers_under_the_names_they_came_with(server: Running, backend: Server) -> None:
    server.ask("GET", "/prod/names", {"X-MiXed": "1"})
    assert "X-MiXed" in [name for name, _ in backend.seen[-1].headers]


def test_while_a_backend_thinks_others_are_answered(server: Running) -> None:
    done = threading.Event()

    def large() -> None:
        server.ask("GET", "/prod/large")
        done.set()

    thread = threading.Thread(target=large)
    thread.start()
    assert is_alive(server)
    thread.join(PATIENCE)
    assert done.is_set()
