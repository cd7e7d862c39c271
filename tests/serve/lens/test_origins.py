"""The origins that the lens's pages have: which may be added, and where they listen."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.lens.origins import listening_for, local_origins, names_of, read_origins
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import read_site
from tests.cli.running import run
from tests.cli.templates import write
from tests.serve.lens.asking import call, judged, post, site
from tests.serve.lens.test_pages import guarded, policy_of
from tests.serve.running import Running, serving

EXAMPLE = "write one such as http://localhost:8080"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("localhost:8080", "'localhost:8080' is not one; write"),
        ("http://localhost:8080/", "browsers never send 'http://localhost:8080/'; write \"http://localhost:8080\""),
        ("http://localhost:80", "browsers never send 'http://localhost:80'; write \"http://localhost\""),
        ("https://localhost:8080", f"'https://localhost:8080' is not http, and nothing else is spoken here; {EXAMPLE}"),
        ("http://app.example.com", "'http://app.example.com' is another machine's, and only pages of this one"),
        ("http://192.168.1.5:8080", "'http://192.168.1.5:8080' is another machine's"),
        ("http://localhost.example:8080", "'http://localhost.example:8080' is another machine's"),
        ("http://[::1]:8080", "'http://[::1]:8080' cannot be named where the lens says which pages it holds"),
        ("http://localhost:0", f"'http://localhost:0' says no port to listen on; {EXAMPLE}"),
        ("null", f"'null' is no origin that a page of this machine has; {EXAMPLE}"),
        ("capacitor://localhost", f"'capacitor://localhost' is not http, and nothing else is spoken here; {EXAMPLE}"),
        ("http://localhost:99999", "'http://localhost:99999' is not one; write"),
        ("file:///index.html", "pages of files have none"),
        ("*", "'*' is not one; write"),
        ("", "'' is not one; write"),
    ],
    ids=str,
)
def test_what_is_no_origin_of_this_machine_is_refused(tmp_path: Path, given: str, said: str) -> None:
    done = run("serve", str(write(tmp_path / "a.json")), "--lens-origin", given)
    assert done.status == 2
    last = done.err.strip().split("\n")[-1]
    assert "--lens-origin" in last
    assert said in last


def test_all_that_are_wrong_are_told_at_once(tmp_path: Path) -> None:
    options = ["--lens-origin", "http://x.example", "--lens-origin", "https://localhost", "--lens-origin", "*"]
    done = run("serve", str(write(tmp_path / "a.json")), *options)
    assert done.status == 2
    last = done.err.strip().split("\n")[-1]
    assert all(text in last for text in ("'http://x.example' is", "'https://localhost' is", "'*' is"))


def test_without_the_lens_it_has_no_origins(tmp_path: Path) -> None:
    done = run("serve", str(write(tmp_path / "a.json")), "--no-lens", "--lens-origin", "http://localhost:8080")
    assert done.status == 2
    assert "--lens-origin is for the lens, which --no-lens leaves out" in done.err


@given(st.text() | st.from_regex(r"\Ahttps?://[a-z0-9.\[\]:@-]{0,20}(:[0-9]{0,6})?/?\Z"))
def test_whatever_is_given_is_taken_or_refused_in_one_line(text: str) -> None:
    try:
        (origin,) = read_origins([text])
    except ValueError as error:
        refused = str(error)
    else:
        assert origin.startswith("http://")
        assert "localhost" in origin or "127." in origin
        return
    assert "\n" not in refused


@pytest.fixture
def port() -> Iterator[int]:
    """A port that is kept for who may listen where somebody has been before, as Linux lets it be done."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found.getsockname()[1]


def test_ports_that_are_taken_are_told_all_at_once(tmp_path: Path, taken: int) -> None:
    with socket.create_server(("127.0.0.3", 0)) as other:
        number = other.getsockname()[1]
        options = ["--lens-origin", f"http://localhost:{taken}", "--lens-origin", f"http://127.0.0.3:{number}"]
        done = run("serve", str(write(tmp_path / "a.json")), "--port", "0", *options)
    assert done.status == 2
    assert done.err.strip() == (
        f"cors-constructs: port {taken} of 127.0.0.1 is taken by another program; say another: "
        f"--lens-origin http://localhost:{taken + 1}; "
        f"port {number} of 127.0.0.3 is taken by another program; say another: "
        f"--lens-origin http://127.0.0.3:{number + 1}"
    )


def test_the_server_s_own_port_is_none_to_add(tmp_path: Path, port: int) -> None:
    options = ["--port", str(port), "--lens-origin", f"http://app.localhost:{port}"]
    done = run("serve", str(write(tmp_path / "a.json")), *options)
    assert done.status == 2
    said = f"port {port} is the server's own, and the lens is there already; say another: --lens-origin "
    assert done.err.strip() == f"cors-constructs: {said}http://app.localhost:{port + 1}"


def test_several_names_may_share_a_port(port: int) -> None:
    origins = read_origins(
        [f"http://{name}:{port}" for name in ("127.0.0.1", "localhost", "app.localhost", "127.0.0.2")]
    )
    sockets = listening_for(origins, 0)
    try:
        addresses = [it.getsockname()[0] for it in sockets]
    finally:
        for it in sockets:
            it.close()
    assert sorted(set(addresses) - {"::1"}) == ["127.0.0.1", "127.0.0.2"]
    assert len(addresses) == len(set(addresses))


@pytest.fixture
def added(tmp_path: Path, port: int) -> Iterator[tuple[Running, Running]]:
    """A server, and what it is at an origin that was added."""
    origins = ["--lens-origin", f"http://localhost:{port}", "--lens-origin", f"http://app.localhost:{port}"]
    with serving(write(tmp_path / "a.json"), "--no-reload", *origins) as running:
        yield running, Running(running.process, running.lines, running.readers, port)


def test_at_an_origin_that_is_added_are_the_lens_s_pages_alone(added: tuple[Running, Running]) -> None:
    running, there = added
    own = {"Host": f"localhost:{there.port}"}
    for path in ("/_cors", "/_cors/frame", "/_cors/site.json", "/_cors/seen"):
        answer = there.ask("GET", path, own)
        assert answer.status == 200
        guarded(answer)
    assert there.ask("GET", "/_cors", {"Host": f"app.localhost:{there.port}"}).status == 200
    for path in ("/", "/prod/users", "/_corsx", "/prod/_cors"):
        answer = there.ask("GET", path, own)
        assert answer.status == 404
        guarded(answer)
    assert f"http://localhost:{there.port}/_cors" in running.says("The lens")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "evil.example", "evil.example:{port}", "localhost", "lens.localhost:{port}"]
)
def test_it_answers_to_no_other_name_there(added: tuple[Running, Running], host: str) -> None:
    _, there = added
    for path in ("/_cors", "/_cors/site.json", "/prod/users"):
        assert there.ask("GET", path, {"Host": host.replace("{port}", str(there.port))}).status == 421


def test_its_pages_may_lie_in_the_lens_and_may_judge(added: tuple[Running, Running]) -> None:
    running, there = added
    origin = f"http://localhost:{there.port}"
    assert origin in site(running)["local_origins"]
    assert origin in policy_of(running.ask("GET", "/_cors"))["frame-src"].split()
    frame = there.ask("GET", "/_cors/frame", {"Host": f"localhost:{there.port}"})
    assert f"http://localhost:{running.port}" in policy_of(frame)["frame-ancestors"].split()
    own = {"Host": f"localhost:{there.port}", "Origin": origin}
    answer = post(there, call(), own)
    assert answer.status == 200
    assert f"127.0.0.1:{running.port}/prod/users".encode() in answer.body
    assert post(there, call(), {**own, "Origin": f"http://app.localhost:{there.port}"}).status == 403
    assert judged(running, origin=origin)["outcome"] == "ORIGIN_MISMATCH"


def test_its_ports_are_free_once_it_has_ended(added: tuple[Running, Running]) -> None:
    running, there = added
    assert there.ask("GET", "/_cors", {"Host": f"localhost:{there.port}"}).status == 200
    assert running.stop() == 0
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", there.port))


@pytest.mark.parametrize(
    ("host", "allowed", "names"),
    [
        ("localhost", (), ("localhost", "127.0.0.1")),
        ("127.0.0.1", (), ("localhost", "127.0.0.1")),
        ("0.0.0.0", ("My.Machine",), ("localhost", "127.0.0.1", "my.machine")),  # noqa: S104 - nobody listens
        ("::", (), ("localhost", "127.0.0.1")),
        ("::1", (), ("localhost", "[::1]")),
        ("192.168.1.5", (), ("192.168.1.5",)),
        ("box.lan", ("localhost",), ("box.lan", "localhost")),
    ],
    ids=str,
)
def test_what_the_server_is_called(host: str, allowed: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert names_of(Settings(target="", host=host, allowed_hosts=allowed)) == names


def test_the_origins_are_each_name_s(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.json"))
    given = Settings(target=path, host="::1", lens_origins=("http://localhost:8080",))
    found = local_origins(given, 80, read_site(given, Limits()))
    assert found == ("http://localhost", "http://lens.localhost", "http://shop.localhost", "http://localhost:8080")
    given = Settings(target=path, host="192.168.1.5")
    assert local_origins(given, 3001, read_site(given, Limits())) == ("http://192.168.1.5:3001",)
