"""Requests over the wire: sent as a browser sends them, and each failure told in one line."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cors_constructs.cli.wire import Wire, WireError
from cors_constructs.simulate.browser import Browser
from cors_constructs.simulate.browser.outcomes import Outcome
from cors_constructs.simulate.messages import Request
from tests.cli import servers
from tests.cli.servers import Answer, Seen, answering, refused_port, talking

ORIGIN = "https://app.example.com"
ALLOWING = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "x-api-key")]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire(seconds=60) as made:
        yield made


@pytest.fixture
def impatient() -> Iterator[Wire]:
    with Wire(seconds=3) as made:  # in which a byte comes now and then, even on a busy machine
        yield made


def plain(_: Seen) -> Answer:
    return 200, ALLOWING, b"hello"


def test_an_answer_comes_back_as_it_was_sent(wire: Wire) -> None:
    headers = [("X-Twice", "one"), ("x-twice", "two"), ("X-Latin", "caf\xe9")]
    with answering(lambda _: (418, headers, b"\x00\xff")) as server:
        answer = wire(Request("GET", f"{server.url}/users?a=b"))
    assert answer.status == 418
    assert answer.headers.all("x-twice") == ("one", "two")
    assert answer.headers["x-latin"] == "caf\xe9"
    assert answer.body == b"\x00\xff"
    assert server.seen[0].path == "/users?a=b"


def test_a_request_is_sent_with_its_own_headers_and_hardly_any_other(wire: Wire) -> None:
    with answering(plain) as server:
        wire(Request("GET", server.url, {"Origin": ORIGIN, "X-Twice": ["one", "two"], "Accept": "*/*"}))
    (seen,) = server.seen
    assert seen.header("origin") == [ORIGIN]
    assert seen.header("x-twice") == ["one", "two"]
    assert {name.lower() for name, _ in seen.headers} == {
        "host",
        "origin",
        "x-twice",
        "accept",
        "user-agent",
        "accept-encoding",
    }
    assert seen.header("user-agent")[0].startswith("cors-constructs/")


def test_a_user_agent_of_the_page_is_kept(wire: Wire) -> None:
    with answering(plain) as server:
        wire(Request("GET", server.url, {"User-Agent": "mine"}))
    assert server.seen[0].header("user-agent") == ["mine"]


@pytest.mark.parametrize("method", ["PATCH", "patch", "Get", "OPTIONS", "X-CUSTOM"])
def test_a_method_keeps_its_case(wire: Wire, method: str) -> None:
    with answering(plain) as server:
        wire(Request(method, server.url))
    assert server.seen[0].method == method


def test_a_body_is_sent(wire: Wire) -> None:
    with answering(plain) as server:
        wire(Request("POST", server.url, {"Content-Type": "application/json"}, b'{"a": 1}'))
    assert server.seen[0].body == b'{"a": 1}'
    assert server.seen[0].header("content-length") == ["8"]


@pytest.mark.parametrize("location", ["/elsewhere", "http://[", "https://a b/", ":", ""])
def test_a_redirect_is_an_answer_like_any_other(wire: Wire, location: str) -> None:
    with answering(lambda _: (302, [("Location", location)], b"")) as server:
        answer = wire(Request("GET", server.url))
    assert (answer.status, answer.headers["location"]) == (302, location)
    assert len(server.seen) == 1


def test_the_browser_follows_redirects_and_sends_no_cookie_it_was_given(wire: Wire) -> None:
    def answer(seen: Seen) -> Answer:
        if seen.path == "/old":
            return 302, [*ALLOWING, ("Location", "/new"), ("Set-Cookie", "a=b")], b""
        return 200, ALLOWING, b""

    with answering(answer) as server:
        verdict = Browser(wire).fetch("GET", f"{server.url}/old", origin=ORIGIN)
    assert verdict.allowed, verdict
    assert [seen.path for seen in server.seen] == ["/old", "/new"]
    assert server.seen[1].header("cookie") == []


def test_of_a_long_body_the_beginning_is_read(wire: Wire) -> None:
    with talking(servers.a_body_without_end) as url:
        answer = wire(Request("GET", url))
    assert answer.body == b"x" * 65_536


def test_a_body_in_a_coding_that_is_broken_is_no_failure(wire: Wire) -> None:
    with answering(lambda _: (200, [("Content-Encoding", "gzip")], b"no gzip")) as server:
        assert wire(Request("GET", server.url)).body == b"no gzip"


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(servers.nonsense, id="nonsense"),
        pytest.param(servers.nothing, id="nothing"),
        pytest.param(servers.half_an_answer, id="half"),
    ],
)
def test_a_server_that_does_not_answer_is_told_in_one_line(
    wire: Wire, says: Callable[[socket.socket, threading.Event], None]
) -> None:
    with talking(says) as url, pytest.raises(WireError) as caught:
        wire(Request("GET", url))
    told = "answers something that is not HTTP, or breaks it off: "
    assert str(caught.value).startswith(f"{url.removeprefix('http://')} {told}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        pytest.param(servers.silence, "has not answered within 3 s", id="silence"),
        pytest.param(servers.one_byte_now_and_then, "has not finished its answer within 3 s", id="a-byte-now-and-then"),
    ],
)
def test_one_that_would_never_be_done_is_not_waited_for(
    impatient: Wire, says: Callable[[socket.socket, threading.Event], None], told: str
) -> None:
    with talking(says) as url, pytest.raises(WireError) as caught:
        impatient(Request("GET", url))
    assert str(caught.value) == f"{url.removeprefix('http://')} {told}"


def test_a_port_where_nothing_listens(wire: Wire) -> None:
    url = refused_port()
    host = url.removeprefix("http://")
    with pytest.raises(WireError, match=f"^{host} refuses the connection: nothing listens on that port$"):
        wire(Request("GET", url))


def test_tls_where_there_is_none(wire: Wire) -> None:
    with (
        talking(servers.nonsense) as url,
        pytest.raises(WireError, match=r"does not speak TLS there \(\w+\); is it http:"),
    ):
        wire(Request("GET", url.replace("http:", "https:")))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for(wire: Wire, tmp_path: Path) -> None:
    certificate = servers.certificate(tmp_path)
    with (
        talking(servers.silence, certificate) as url,
        pytest.raises(
            WireError, match=r"^127\.0\.0\.1:\d+ has a certificate that is not trusted: self.signed certificate;"
        ),
    ):
        wire(Request("GET", url))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_an_authority_from_the_environment_is_trusted(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = servers.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with talking(servers.a_short_answer, certificate) as url:
        assert url.startswith("https:")
        assert wire(Request("GET", url)).status == 204


@pytest.mark.parametrize("name", ["a..example", f"{'a' * 70}.example"], ids=["empty", "long"])
def test_a_name_that_cannot_be_looked_up_is_told_in_one_line(wire: Wire, name: str) -> None:
    with pytest.raises(WireError, match=r"has no address: a part of the name is empty or has more than 63 characters$"):
        wire(Request("GET", f"http://{name}/"))


def test_a_name_that_has_no_address(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(
        WireError, match=r"^nobody\.invalid has no address: Name or service not known; is the name right\?$"
    ):
        wire(Request("GET", "https://nobody.invalid/"))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("GET", "http://[::1"), id="a-bracket-left-open"),
        pytest.param(Request("GET", "http://127.0.0.1:port/"), id="a-port-that-is-none"),
        pytest.param(Request("GET", "ftp://127.0.0.1/"), id="another-scheme"),
        pytest.param(Request("GET", "/users"), id="a-path-alone"),
        pytest.param(Request("GET", "http://127.0.0.1/", {"X-Wide": "\u20ac"}), id="a-header-that-is-no-bytes"),
        pytest.param(Request("G T", "http://127.0.0.1/"), id="a-method-that-is-none"),
        pytest.param(Request("GET", "http://127.0.0.1:1/", {"X Y": "z"}), id="a-header-name-that-is-none"),
        pytest.param(Request("GET", "http://127.0.0.1:1/", {"X": "a\r\nY: b"}), id="a-header-that-smuggles-another"),
        pytest.param(Request("\ud800", "http://127.0.0.1:1/\ud800"), id="half-a-pair"),
        pytest.param(Request("GET", "http://xn--/"), id="a-name-that-idna-refuses"),
    ],
)
def test_what_cannot_be_sent_is_told_in_one_line(wire: Wire, request_: Request) -> None:
    with pytest.raises(WireError) as caught:
        wire(request_)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_browser_calls_it_a_network_error_and_tells_why(wire: Wire) -> None:
    verdict = Browser(wire).fetch("GET", refused_port(), origin=ORIGIN, headers={"x-api-key": "k"})
    assert verdict.outcome is Outcome.PREFLIGHT_NETWORK_ERROR
    assert verdict.exchanges[0].error.endswith("nothing listens on that port")


def test_after_a_time_out_it_can_be_used_again(impatient: Wire) -> None:
    with talking(servers.one_byte_now_and_then) as url, pytest.raises(WireError):
        impatient(Request("GET", url))
    with answering(plain) as server:
        assert impatient(Request("GET", server.url)).body == b"hello"
