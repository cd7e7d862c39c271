"""The parts of the server by themselves: hosts, what may be sent, the log."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.hosts import Hosts, name_in
from cors_constructs.serve.log import Log
from cors_constructs.serve.messages import lines_of, sent_on
from cors_constructs.simulate import Response
from tests.serve.running import PATIENCE, wait_for


@pytest.mark.parametrize(
    ("header", "name"),
    [("LocalHost:3001", "localhost"), ("[::1]:3001", "[::1]"), ("a.example.", "a.example"), (" b ", "b"), ("", "")],
)
def test_a_host_header_names_a_host_with_or_without_a_port(header: str, name: str) -> None:
    assert name_in(header) == name


def test_a_server_for_all_addresses_answers_for_the_one_that_a_client_called() -> None:
    hosts = Hosts("0.0.0.0", [])  # noqa: S104 - that very case
    assert hosts.of("192.168.1.5:3001", (), "192.168.1.5") == "192.168.1.5"
    assert hosts.of("192.168.1.6:3001", (), "192.168.1.5") is None
    assert hosts.of("[fe80::1]:3001", (), "fe80::1") == "[fe80::1]"


def test_further_names_are_allowed_in_any_case() -> None:
    assert Hosts("localhost", ["My.Machine"]).of("my.machine:80", (), None) == "my.machine"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=5))
def test_no_header_of_a_template_can_break_the_message(headers: dict[str, str]) -> None:
    for name, value in lines_of(Response(200, headers, b"x")):
        assert not set(b"\r\n\x00:") & set(name)
        assert not set(b"\r\n\x00") & set(value)


def test_the_length_is_the_body_s_whatever_a_backend_says() -> None:
    lines = lines_of(Response(200, {"Content-Length": "7", "Transfer-Encoding": "chunked", "Connection": "x"}, b"four"))
    assert lines == [(b"Content-Length", b"4")]


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_has_no_length(status: int) -> None:
    assert lines_of(Response(status, {}, b"")) == []


def test_headers_that_connection_names_go_no_further() -> None:
    lines = [("Connection", "keep-alive, X-A"), ("x-a", "1"), ("X-B", "2"), ("Keep-Alive", "timeout=5")]
    assert list(sent_on(lines)) == [("X-B", "2")]


def test_the_log_waits_for_no_reader_and_says_what_it_left_out() -> None:
    may_go, written = threading.Event(), list[str]()

    def write(text: str) -> None:
        may_go.wait(PATIENCE)
        written.append(text)

    log = Log(write)
    for number in range(25_000):
        log.tell(f"line {number}")
    may_go.set()
    log.close()
    said = " lines are left out: whoever reads this is too slow"
    wait_for(lambda: any(said in text for text in written), lambda: "".join(written)[-500:])
    assert "".join(written).startswith("line 0\n")


def test_a_reader_that_has_gone_stops_nobody() -> None:
    def write(_: str) -> None:
        raise BrokenPipeError

    log = Log(write)
    log.tell("one")
    log.tell("two")
    log.close()


def test_colours_say_how_a_request_ended() -> None:
    written = list[str]()
    log = Log(written.append, colour=True)
    log.request("GET", "/prod/a", origin=None, status=404, seconds=0.1234, why="no")
    log.close()
    wait_for(lambda: bool(written), lambda: "nothing is written")
    assert "\x1b[33m404\x1b[0m  GET /prod/a  123 ms" in written[0]
