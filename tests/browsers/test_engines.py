"""The engines do what the tests that use them rely on."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest

from .engines import Engine

STRICT: Final = "default-src 'none'; connect-src *"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server that repeats the Host that it is sent, to pages of all origins."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = f"{self.headers['Host']} {self.path}".encode()
            self.send_response_only(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            if self.path == "/strict":
                self.send_header("Content-Security-Policy", STRICT)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["page.example", "any.other.example", "localhost", "sub.localhost", "127.0.0.1"])
def test_names_lead_to_this_machine(engine: Engine, port: int, host: str) -> None:
    page = engine.open(f"http://{host}:{port}/")
    assert page.evaluate("document.body.innerText") == f"{host}:{port} /"
    assert page.evaluate("location.origin") == f"http://{host}:{port}"


def test_values_come_as_json_has_them_once_promises_are_kept(engine: Engine, port: int) -> None:
    page = engine.open(f"http://page.example:{port}/")
    assert page.evaluate("Promise.resolve({a: [1, 'ł', null, true]})") == {"a": [1, "ł", None, True]}
    assert page.evaluate("undefined") is None
    assert page.evaluate(f"fetch('http://api.example:{port}/x').then(it => it.text())") == f"api.example:{port} /x"


def test_an_expression_that_throws_is_a_failure(engine: Engine, port: int) -> None:
    page = engine.open(f"http://page.example:{port}/")
    for expression in ("nothing.at.all", "Promise.reject(new Error('no'))"):
        with pytest.raises(AssertionError):
            page.evaluate(expression)


def test_pages_stand_beside_each_other(engine: Engine, port: int) -> None:
    one = engine.open(f"http://one.example:{port}/")
    other = engine.open(f"http://other.example:{port}/")
    assert [page.evaluate("location.hostname") for page in (one, other, one)] == [
        *["one.example", "other.example", "one.example"]
    ]


def test_a_strict_content_policy_is_in_nobodys_way(engine: Engine, port: int) -> None:
    page = engine.open(f"http://page.example:{port}/strict")
    assert page.evaluate("document.body.innerText") == f"page.example:{port} /strict"
