"""Clients that send the head of a request slowly, or do not take their answers: they are kept out of others' way."""

import contextlib
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.servers import Answer, Seen, answering
from tests.cli.templates import write
from tests.serve.memory import MEGABYTE, highest
from tests.serve.running import PATIENCE, Running, read_answer, started, wait_for
from tests.serve.templates import BACKEND, open_to_all

SECONDS = 3.0
"""What the server has here instead of half a minute."""
LARGE = 10 * MEGABYTE


def _answer(seen: Seen) -> Answer:
    return 200, [], b"x" * LARGE if seen.path.startswith("/large") else seen.path.encode()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    template = write(tmp_path / "a.json", open_to_all)
    with (
        answering(_answer) as backend,
        started("tests.serve.impatient", str(SECONDS), str(template), f"{BACKEND}={backend.url}") as running,
    ):
        yield running


@contextlib.contextmanager
def connections(server: Running, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(server.connect()) for _ in range(count)]


def is_alive(server: Running) -> bool:
    return server.ask("GET", "/prod/fine").body == b"/fine"


def is_over(connection: socket.socket) -> bool:
    """Whether the server has closed it; what it said before is read away."""
    connection.setblocking(False)  # noqa: FBT003 - the socket's own signature
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def test_heads_that_come_byte_by_byte_keep_nobody_out_and_are_ended(server: Running) -> None:
    head = b"GET /prod/fine HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * 100_000
    began = time.monotonic()
    with connections(server, 200) as slow:
        left, at = set(slow), 0
        while left:
            assert time.monotonic() < began + PATIENCE, f"{len(left)} are open still"
            for connection in list(left):
                with contextlib.suppress(OSError):
                    connection.send(head[at : at + 1])
            assert is_alive(server)
            at += 1
            time.sleep(0.05)
            over = {it for it in left if is_over(it)}
            assert not over or time.monotonic() >= began + SECONDS  # none is ended at once
            left -= over
    assert "the head of a request did not come in 3 s" in server.says("closed")


def test_a_head_in_two_pieces_is_in_time(tmp_path: Path) -> None:
    template = write(tmp_path / "a.json", open_to_all)
    with (
        answering(_answer) as backend,
        started("tests.serve.impatient", "30", str(template), f"{BACKEND}={backend.url}") as server,
        server.connect() as connection,
    ):
        connection.sendall(b"GET /prod/fine HT")
        time.sleep(2)  # in which the server has looked
        connection.sendall(b"TP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(connection).body == b"/fine"


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        pytest.param(b"", 0, id="nothing"),
        pytest.param(b"\r\n", 0, id="an empty line"),
        pytest.param(b"GET /prod/fi", 1, id="a part of the first line"),
        pytest.param(b"GET /prod/fine HTTP/1.1\r\nHost: localhost\r\n", 1, id="all but the end"),
    ],
)
def test_what_is_never_finished_is_ended_and_told_so(server: Running, sent: bytes, answers: int) -> None:
    with server.connect() as connection:
        connection.sendall(sent)
        got = b""
        while piece := connection.recv(65_536):
            got += piece
    assert got.count(b"HTTP/1.1 408 Request Timeout\r\n") == answers
    assert got.count(b"did not come in time") == answers


def test_so_is_a_second_head_on_one_connection(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /prod/fine HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(connection).body == b"/fine"
        connection.sendall(b"GET /prod/fine HTTP/1.1\r\nHost: ")
        assert read_answer(connection).status == 408
        assert connection.recv(1) == b""


def test_an_idle_connection_between_requests_is_not(server: Running) -> None:
    with server.connect() as idle, server.connect() as slow:
        idle.sendall(b"GET /prod/fine HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(idle).body == b"/fine"
        assert slow.recv(1) == b""  # it came later, and its time is over
        idle.sendall(b"GET /prod/fine HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(idle).body == b"/fine"


def asking(connection: socket.socket, times: int = 1) -> None:
    connection.sendall(b"GET /prod/large HTTP/1.1\r\nHost: localhost\r\n\r\n" * times)


def test_who_takes_nothing_of_an_answer_is_dropped_and_fills_no_memory(server: Running) -> None:
    before = highest(server.process.pid)
    with connections(server, 8) as greedy:
        for connection in greedy:
            asking(connection, 50)  # 500 MB each, were it all made at once
        # They are not read from before all are closed: that would be to take something.
        wait_for(lambda: dropped(server) == len(greedy), lambda: server.out)
        assert is_alive(server)
        wait_for(lambda: all(is_over(it) for it in greedy), lambda: "some are open still")
    assert highest(server.process.pid) - before < 8 * 3 * LARGE  # the answer that waits, and the next one


def dropped(server: Running) -> int:
    """How many connections are closed since nothing is taken of what they are sent."""
    return sum(map(int, re.findall(r"  (\d+) connections? (?:is|are) closed: nothing was taken", server.out)))


def test_who_takes_an_answer_slowly_gets_all_of_it(server: Running) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", server.port))
        asking(connection)
        began, size = time.monotonic(), 0
        while time.monotonic() < began + 2 * SECONDS:  # longer than one may take nothing
            size += len(connection.recv(32_768))
            time.sleep(0.1)
        assert size < LARGE / 4
        while size < LARGE:
            piece = connection.recv(1_048_576)
            assert piece, f"the connection ends after {size:,} bytes"
            size += len(piece)
    assert is_alive(server)


def test_neither_holds_up_the_stop(tmp_path: Path) -> None:
    template = write(tmp_path / "a.json", open_to_all)
    with (
        answering(_answer) as backend,
        started("tests.serve.impatient", "3000", str(template), f"{BACKEND}={backend.url}") as running,
        connections(running, 20) as clients,
    ):
        for connection in clients[:10]:
            connection.sendall(b"GET /prod/fine HT")
        for connection in clients[10:]:
            asking(connection, 2)
        for _ in clients[10:]:
            running.says("GET /prod/large")
        assert running.stop(signal.SIGTERM) == 0  # which is waited for, though not for 3000 seconds
