"""What the lens shows of the requests that came."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.lens.seen import Seen
from cors_constructs.simulate.messages import Headers, Response
from tests.cli.templates import write
from tests.serve.lens.asking import judged, problem, seen
from tests.serve.running import Running, serving, wait_for
from tests.serve.templates import ORIGIN


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    """A server that nobody has asked anything."""
    with serving(write(tmp_path / "a.json"), "--no-reload") as running:
        yield running


def shown(server: Running, count: int, after: int = 0) -> Any:
    """The exchanges after one, once there are so many: an answer may be here before it is kept."""
    wait_for(lambda: len(seen(server, after)["exchanges"]) >= count, lambda: str(seen(server, after)))
    return seen(server, after)["exchanges"]


def test_nothing_is_kept_until_the_page_is_opened(fresh: Running) -> None:
    fresh.ask("OPTIONS", "/prod/users")
    fresh.says("OPTIONS /prod/users")
    fresh.ask("GET", "/_cors/lens.css")
    fresh.ask("OPTIONS", "/prod/before")
    fresh.says("OPTIONS /prod/before")
    fresh.ask("GET", "/_cors")
    fresh.ask("OPTIONS", "/prod/after")
    (exchange,) = shown(fresh, 1)
    assert (exchange["number"], exchange["path"]) == (1, "/prod/after")


def test_to_ask_what_was_seen_opens_it_as_well(fresh: Running) -> None:
    assert seen(fresh) == {"last": 0, "exchanges": []}
    fresh.ask("OPTIONS", "/prod/users")
    assert len(shown(fresh, 1)) == 1


def test_an_exchange_is_what_cors_is_about_and_has_no_keys_queries_or_bodies(server: Running) -> None:
    last = seen(server)["last"]
    key = server.key("web")
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "X-Api-Key": key,
        "Cookie": "a=b",
        "Authorization": "secret",
        "Content-Type": "text/plain",
    }
    server.ask("POST", f"/prod/about/{key}?q={key}", asked, b"a secret body")
    (exchange,) = shown(server, 1, last)
    others = exchange.pop("other_headers")
    assert {"X-Api-Key", "Cookie", "Authorization"} <= set(others)
    assert key not in "".join(others)
    assert exchange == {
        "number": last + 1,
        "method": "POST",
        "path": f"/prod/about/{key[:4]}...",
        "origin": ORIGIN,
        "status": 200,
        "why": exchange["why"],
        "request_headers": [
            ["Origin", ORIGIN],
            ["Access-Control-Request-Method", "GET"],
            ["Content-Type", "text/plain"],
        ],
        "response_headers": [["Access-Control-Allow-Origin", ORIGIN]],
    }
    assert exchange["why"].startswith("POST /about/")
    assert key not in exchange["why"]


def test_what_is_judged_and_what_the_page_asks_is_not_among_it(server: Running) -> None:
    last = seen(server)["last"]
    judged(server)
    server.ask("GET", "/_cors")
    server.ask("OPTIONS", "/prod/users")
    exchanges = shown(server, 1, last)
    assert [exchange["method"] for exchange in exchanges] == ["OPTIONS"]


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=", "after=1&after=2", "after=1e3", f"after={'9' * 19}"]
)
def test_a_wrong_number_is_told(server: Running, query: str) -> None:
    answer = server.ask("GET", f"/_cors/seen?{query}")
    assert answer.status == 400
    assert problem(answer) == "after: write the number of an exchange, such as ?after=0"


def test_a_number_that_is_not_there_yet_gives_the_last_one(server: Running) -> None:
    last = seen(server)["last"]
    assert seen(server, 9007199254740991) == {"last": last, "exchanges": []}


@given(st.integers(0, 500), st.integers(0, 600))
def test_the_last_200_are_kept_and_those_after_a_number_given(count: int, after: int) -> None:
    ring = Seen()
    for number in range(count):
        ring.add("GET", f"/{number}", Headers(), Response(200), "")
    told = ring.after(after)
    first = max(after, count - 200, 0)
    assert told["last"] == count
    assert [exchange["number"] for exchange in told["exchanges"]] == list(range(first + 1, count + 1))


@given(st.lists(st.tuples(st.text(), st.text())))
def test_no_header_gets_in_that_cors_is_not_about(lines: list[tuple[str, str]]) -> None:
    ring = Seen()
    ring.add("GET", "/", Headers(lines), Response(200, Headers(lines)), "")
    (exchange,) = ring.after(0)["exchanges"]
    for name, _ in exchange["request_headers"]:
        assert name.lower() in {"origin", "content-type"} or name.lower().startswith("access-control-request-")
    assert len(exchange["request_headers"]) + len(exchange["other_headers"]) == len(lines)
    for name, _ in exchange["response_headers"]:
        assert name.lower() == "vary" or name.lower().startswith("access-control-")


def test_long_texts_are_cut() -> None:
    ring = Seen()
    headers = Headers({"Origin": "o" * 50_000, "x" * 50_000: "1"})
    ring.add("GET", "/" * 50_000, headers, Response(200), "w" * 50_000)
    (exchange,) = ring.after(0)["exchanges"]
    assert len(str(exchange)) < 11_000
