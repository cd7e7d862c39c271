"""The lens in a real Chromium: what the simulator says of a call, and what the browser does, side by side."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

import pytest

from ..serve.running import serving
from .engines import Engine
from .engines.chromium import Chromium
from .lenses import Lens, Look, Served, any_header, beside, origin_of, served, write_for

AGREES = "This browser agrees"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("lens")) as made:
        yield made


def _says_nothing_of_its_own(lens: Lens) -> None:
    """Its own policy lets all in that it needs: what the console says is of the call."""
    assert not [said for said in lens.page.console() if "Content Security Policy" in said or "Uncaught" in said]


class Row(NamedTuple):
    """A call, and what is to come of it.

    Attributes:
        id: The row's name.
        host: The name by which the calling page's origin is on this machine. The API lists `localhost`.
        call: What is picked besides.
        outcome: What the first chip says.
        headline: What the top line says.
        reads: What stands in the browser's column of what the page has of it.
    """

    id: str
    host: str
    call: dict[str, str]
    outcome: str
    headline: str
    reads: str


READ: Final = ("Allowed", "The page may read the answer: 200")
READ_403: Final = ("Allowed: 403", "The page may read the answer, which is an error: 403")
ENDS: Final = ("Blocked", "It ends at the preflight: the request itself is never sent")
UNREAD: Final = ("Blocked", "The request is sent, but the page may not read the answer")
THROWN: Final = ("Blocked", "Nothing is sent: fetch() itself throws")
FAILED: Final = "TypeError: Failed to fetch"
POST: Final = {"route": "POST /users", "method": "POST", "key": "", "body": "{}"}
ROWS: Final = [
    Row("listed", "localhost", {"key": "web"}, *READ, "users"),
    Row("missing-key", "localhost", {"key": ""}, *READ_403, "Forbidden"),
    Row("stranger", "127.0.0.1", {"key": "web"}, *ENDS, FAILED),
    Row("stranger-without-preflight", "127.0.0.1", {"key": ""}, *UNREAD, FAILED),
    Row("another-stranger", "lens.localhost", {"key": "web"}, *ENDS, FAILED),
    Row("post", "localhost", {**POST, "header": "content-type:application/json"}, *READ, "made"),
    Row("post-of-plain-text", "localhost", {**POST, "body": '{"statusCode": 200}'}, *READ, "made"),
    Row("header-not-allowed", "localhost", {"key": "web", "header": "x-unknown:1"}, *ENDS, FAILED),
    Row("method-not-allowed", "localhost", {"key": "web", "method": "PUT"}, *ENDS, FAILED),
    Row("credentials-not-allowed", "localhost", {"key": "web", "credentials": "include"}, *ENDS, FAILED),
    Row("body-with-get", "localhost", {"key": "", "body": "x"}, *THROWN, "TypeError"),
    Row("forbidden-method", "localhost", {"key": "", "method": "TRACE"}, *THROWN, "TypeError"),
    Row("forbidden-header", "localhost", {"key": "", "header": "Host:elsewhere.example"}, *READ_403, "Forbidden"),
    Row(
        "unknown-path",
        "localhost",
        {"route": "elsewhere", "path": "/none", "key": ""},
        *READ_403,
        "Missing Authentication Token",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_simulator_and_browser_agree(chromium: Chromium, site: Served, row: Row) -> None:
    call = {"origin": f"http://{row.host}:{site.server.port}", "route": "GET /users", "method": "GET", "fresh": "1"}
    lens = Lens.at(chromium, site.origin, {**call, **row.call})
    lens.try_it()
    assert lens.verdict == (row.outcome, AGREES), lens.text("#results")
    assert lens.text("#headline") == row.headline
    assert row.reads in lens.text("#real")
    assert (row.reads in lens.text("#simulated")) == (row.reads != FAILED)
    _says_nothing_of_its_own(lens)


def _sent(lens: Lens, column: str) -> list[list[str]]:
    """The headers that a column shows of each request, a line each."""
    lists = f"document.querySelectorAll('#{column} article > dl[aria-label=\"Headers sent\"]')"
    lines = "[...it.children].map((row) => [...row.children].map((cell) => cell.innerText).join(' ').toLowerCase())"
    shown: list[list[str]] = lens.page.evaluate(f"[...{lists}].map((it) => {lines})")
    return shown


@pytest.mark.parametrize(
    ("call", "shows"),
    [
        ({"route": "GET /users", "method": "GET", "key": "web"}, "x-api-key {key}…"),
        ({**POST, "header": "content-type:application/json"}, "content-type application/json"),
        ({**POST, "body": "text"}, "content-type text/plain;charset=utf-8"),
    ],
    ids=["key", "content-type", "content-type-of-a-text"],
)
def test_both_columns_show_the_headers_that_the_page_has_set_line_by_line(
    chromium: Chromium, site: Served, call: dict[str, str], shows: str
) -> None:
    lens = Lens.at(chromium, site.origin, {"origin": site.origin, "fresh": "1", **call})
    lens.try_it()
    simulated = _sent(lens, "simulated")
    assert simulated == _sent(lens, "real")
    assert shows.format(key=site.key[:4].lower()) in simulated[-1]
    assert site.key not in lens.text("#results")


def test_of_the_headers_that_the_page_has_set_the_real_side_shows_those_that_came(
    chromium: Chromium, site: Served
) -> None:
    call = {
        "origin": site.origin,
        "route": "GET /users",
        "method": "GET",
        "key": "",
        "header": "Host:elsewhere.example",
    }
    lens = Lens.at(chromium, site.origin, call)
    lens.try_it()
    assert _sent(lens, "real") == [[f"origin {site.origin}"]]
    assert "elsewhere.example" not in str(lens.page.evaluate("document.querySelector('#real').textContent"))


def test_a_stranger_is_first_told_that_this_is_right(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin, {"origin": site.other, "route": "GET /users", "method": "GET", "key": "web"})
    lens.try_it()
    assert lens.text("#advice").startswith(f"that is right if {site.other} is a stranger; to let it in, list it")


def test_what_fetch_drops_without_a_word_is_told(chromium: Chromium, site: Served) -> None:
    call = {"origin": site.origin, "route": "GET /users", "method": "GET", "key": "", "header": "Origin:null"}
    lens = Lens.at(chromium, site.origin, call)
    assert lens.text("#headers-said").startswith("fetch() drops Origin without a word")
    lens.try_it()
    assert lens.verdict == ("Allowed: 403", AGREES)
    assert lens.text("#notes") == "Neither sends Origin as written: browsers let no script set that."
    lens.pick("#body", "x")
    assert "will refuse this one" in lens.text("#body-said")


def test_a_sandboxed_page_has_the_origin_null_in_both(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin, {"origin": "null", "route": "GET /users", "method": "GET", "key": "web"})
    lens.try_it()
    assert lens.verdict == ("Blocked", AGREES)
    assert lens.page.evaluate("[...document.querySelectorAll('#real dd')].map((it) => it.innerText)").count("null") == 1
    _says_nothing_of_its_own(lens)


def test_a_preflight_that_the_browser_has_kept_is_explained(chromium: Chromium, site: Served) -> None:
    call = {"origin": site.origin, "route": "GET /users", "method": "GET", "key": "web", "query": "kept"}
    lens = Lens.at(chromium, site.origin, call)
    lens.try_it()
    assert "OPTIONS" in lens.text("#real")
    lens.try_it()
    assert lens.verdict == ("Allowed", AGREES)
    assert "OPTIONS" not in lens.text("#real")
    assert "it has kept the answer to an earlier one (Access-Control-Max-Age: 7200)" in lens.text("#notes")
    assert "Not sent: this browser has kept" in lens.text("#real")
    lens.click("#fresh")
    lens.try_it()
    assert "OPTIONS" in lens.text("#real")
    assert lens.text("#notes") == ""


def test_what_browsers_do_otherwise_than_the_standard_is_known(chromium: Chromium, tmp_path: Path) -> None:
    with served(tmp_path, any_header) as own:
        call = {"origin": own.origin, "route": "GET /users", "method": "GET", "key": "web", "header": "authorization:x"}
        lens = Lens.at(chromium, own.origin, call)
        lens.page.evaluate("document.querySelector('.header input:nth-of-type(2)').value = 'Bearer x'")
        lens.try_it()
        assert lens.verdict == ("Blocked", "This browser differs, and it is known why")
        assert "no longer covers Authorization" in lens.text("#notes")


def test_of_another_machines_origin_the_simulator_judges_alone(chromium: Chromium, site: Served) -> None:
    call = {"origin": "https://stranger.example", "route": "GET /users", "method": "GET", "key": "web"}
    lens = Lens.at(chromium, site.origin, call)
    lens.try_it()
    assert lens.verdict == ("Blocked", "By the simulator alone")
    assert "cannot be a page of https://stranger.example here" in lens.text("#real")
    offer = f"Try it from {site.origin} (listed)"
    assert lens.page.evaluate("document.querySelector('#real button').innerText") == offer
    lens.page.evaluate("document.querySelector('#real button').focus()")
    lens.press("Enter")
    lens.until("document.querySelector('#agreement').innerText.startsWith('This browser')")
    lens.wait()
    assert lens.verdict == ("Allowed", AGREES)
    assert lens.value("#from") == site.origin


def test_of_two_apis_with_one_stage_each_is_called_by_its_own_host(chromium: Chromium, tmp_path: Path) -> None:
    with served(tmp_path, beside) as own:
        for place, outcome in (("shop/prod", "Allowed"), ("orders-more/prod", "Blocked")):
            path = "/users" if outcome == "Allowed" else "/"
            call = {"place": place, "origin": own.origin, "route": f"GET {path}", "method": "GET", "key": "web"}
            lens = Lens.at(chromium, own.origin, call)
            lens.try_it()
            assert lens.verdict == (outcome, AGREES), lens.text("#results")
            assert f"http://{place.partition('/')[0]}.localhost:{own.server.port}/prod" in lens.text("#simulated")


def test_an_origin_that_an_api_lists_is_offered_and_can_be_served(chromium: Chromium, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listed = f"http://localhost:{free.getsockname()[1]}"
    target = write_for(tmp_path / "shop.json", listed)
    call = {"origin": "https://stranger.example", "route": "GET /users", "method": "GET", "key": "web"}
    with serving(target) as server:
        lens = Lens.at(chromium, origin_of(server), call)
        lens.try_it()
        assert f"start it with --lens-origin {listed}" in lens.text("#real")
    with serving(target, "--lens-origin", listed) as server:
        for number, at in enumerate((origin_of(server), listed)):  # the lens is at both
            lens = Lens.at(chromium, at)
            assert lens.value("#from") == listed
            lens.pick("#query", f"at={number}")
            lens.try_it()
            assert lens.verdict == ("Allowed", AGREES), lens.text("#results")
            assert "OPTIONS" in lens.text("#real")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "null"])
def test_each_browser_agrees(engine: Engine, site: Served, host: str) -> None:
    origin = host if host == "null" else f"http://{host}:{site.server.port}"
    call = {"origin": origin, "route": "GET /users", "method": "GET", "key": "web", "query": "each"}
    lens = Look(engine.open(f"{site.origin}/_cors/#{urlencode(call)}"))
    lens.click("#try")
    lens.until("document.querySelector('#outcome').textContent !== ''")
    lens.wait()
    assert lens.verdict == ("Allowed" if host == "localhost" else "Blocked", AGREES), lens.text("#results")
