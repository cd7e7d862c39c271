"""`make demo`, all of it, and a browser that uses it as somebody does who tries it."""

import json
import signal
from collections.abc import Iterator
from typing import Final

import pytest

from examples.scan_records import seed

from ..examples.demos import Demo, demo
from .engines import Engine, Page

# What these tests run in is installed: make has nothing to do for that.
MAKE: Final = ["make", "--no-print-directory", "--old-file=.venv/.ready", "demo"]
PORTS: Final = "DEMO_OPTIONS=--page-port 0 --gateway-port 0"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo, which Ctrl-C ends when all tests have used it; nothing of it is left then."""
    scratch = tmp_path_factory.mktemp("demo")
    with demo(PORTS, program=MAKE, scratch=scratch) as it:
        it.says("Ctrl-C stops all.")
        yield it
        commands = " ".join(it.descendants().values())
        assert all(part in commands for part in ("ministack", "cors_constructs.cli serve", "worker.py"))
        assert it.end(signal.SIGINT, to_all=True) == -signal.SIGINT  # make's own
        assert it.left() == {}
    assert it.lines[-1] == "demo: all is stopped"
    assert list(scratch.iterdir()) == []


@pytest.fixture
def page(engine: Engine, running: Demo) -> Page:
    return engine.open(running.address("page"))


def press(page: Page, element: str) -> None:
    """Presses a button of a page, and waits until the page says what came of it."""
    is_over = page.evaluate(
        """new Promise((done) => {
          const said = [document.querySelector("#said"), document.querySelector("#failed")];
          for (const it of said) it.textContent = "";
          const isOver = () => !document.querySelector("main[aria-busy]") && said.some((it) => it.textContent);
          const last = Date.now() + 60_000;
          const look = () => (isOver() || Date.now() > last ? done(isOver()) : setTimeout(look, 10));
          document.querySelector(ELEMENT).click();
          look();
        })""".replace("ELEMENT", json.dumps(element))
    )
    assert is_over, "the page says nothing of it"


def fill(page: Page, element: str, text: str) -> None:
    page.evaluate(f"void (document.querySelector({json.dumps(element)}).value = {json.dumps(text)})")


def text(page: Page, element: str) -> str:
    return str(page.evaluate(f"document.querySelector({json.dumps(element)}).innerText.trim()"))


def test_the_page_that_is_named_scans_the_records_and_opens_one(page: Page, running: Demo) -> None:
    press(page, "#ask button")
    assert (text(page, "#said"), text(page, "#failed")) == ("5 records.", "")
    shown = " ".join(f"{it['id']} {it['title']} {it['status']}" for it in seed.RECORDS)
    assert text(page, "#rows").split() == shown.split()
    press(page, "#rows tr:nth-child(3) button")
    assert text(page, "#record-title") == "Lift stands still"
    assert "Staircase" in text(page, "#fields")
    gateway = running.address("gateway").rpartition("/")[2]
    running.says(f"  204  OPTIONS /{gateway}/scanRecords  from {running.address('page').partition('/#')[0]}")
    running.says(f"  200  GET /{gateway}/records/r-3  from ")


@pytest.mark.parametrize(
    ("key", "record", "said"),
    [
        ("guessed", "r-1", "403: Forbidden (ForbiddenException)"),
        ("", "r-1", "403: Forbidden (ForbiddenException)"),
        (None, "r-9", "404: there is no record r-9"),
    ],
    ids=["wrong-key", "no-key", "no-such-record"],
)
def test_errors_are_told(page: Page, key: str | None, record: str, said: str) -> None:
    if key is not None:
        fill(page, "#key", key)
    fill(page, "#wanted", record)
    press(page, "#find button")
    assert (text(page, "#said"), text(page, "#failed")) == ("", said)


def test_a_link_that_is_opened_where_the_page_is_open_counts(page: Page) -> None:
    """As it does after the demo was started anew."""
    there = page.evaluate(
        "new Promise((done) => { addEventListener('hashchange', () => done(document.querySelector('#key').value));"
        " location.hash = 'api=http://127.0.0.1:9&key=another'; })"
    )
    assert there == "another"
    press(page, "#ask button")
    assert text(page, "#failed").startswith("No answer that this page may read")
