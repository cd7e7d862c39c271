"""The page of `examples/scan_records` in a real Chromium, used by keyboard, with the Flask app on another origin."""

import functools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from werkzeug.serving import make_server

from examples.local_backends import flask_app
from examples.scan_records import seed

from ..examples.dynamodb import DynamoDB, records
from .contrast import contrast
from .engines.chromium import Chromium, Page

FOLDER: Final = Path(flask_app.__file__).parents[1] / "scan_records" / "page"
KEY: Final = "local-key"


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _serving(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def database() -> Iterator[DynamoDB]:
    with records() as found:
        yield found


@pytest.fixture
def front_end() -> Iterator[str]:
    """The origin that the page is at."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(FOLDER))) as server:
        server.daemon_threads = True
        with _serving(server):
            yield f"http://localhost:{server.server_address[1]}"


@pytest.fixture
def policy(tmp_path: Path, front_end: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's policy, for the port that was free."""
    policy = json.loads(flask_app.POLICY.read_text())
    file = tmp_path / "cors.json"
    file.write_text(json.dumps({**policy, "allow_origins": [front_end, policy["allow_origins"][0]]}))
    monkeypatch.setattr(flask_app, "POLICY", file)
    return file


@contextmanager
def backend() -> Iterator[str]:
    """The address of the Flask app."""
    server = make_server("127.0.0.1", 0, flask_app.create_app(key=KEY), threaded=True)
    server.log = lambda *_: None  # type: ignore[method-assign]
    with _serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


def opened(chromium: Chromium, front_end: str, api: str, key: str = KEY) -> Page:
    page = chromium.open(f"{front_end}/index.html#{urlencode({'api': api, 'key': key})}")
    assert page.console() == []  # its content policy lets all of it in
    return page


def press(page: Page, element: str, key: str = "Enter") -> None:
    """A key pressed where an element has the focus, and the page's answer awaited."""
    page.evaluate(f"document.querySelector({element!r}).focus()")
    said = {"key": key, "code": key, "windowsVirtualKeyCode": 13, "text": "\r"}
    page.call("Input.dispatchKeyEvent", type="keyDown", **said)
    page.call("Input.dispatchKeyEvent", type="keyUp", **said)
    page.evaluate(
        "new Promise((done) => { const look = () => document.querySelector('main[aria-busy]') ?"
        " setTimeout(look, 10) : done(); setTimeout(look, 10); })"
    )


def text(page: Page, element: str) -> str:
    return str(page.evaluate(f"document.querySelector({element!r}).innerText.trim()"))


@pytest.mark.usefixtures("database", "policy")
def test_by_keyboard_alone_records_are_scanned_and_one_is_opened(chromium: Chromium, front_end: str) -> None:
    with backend() as api:
        page = opened(chromium, front_end, api)
        press(page, "#ask button")
        assert text(page, "#said") == "5 records."
        assert (
            text(page, "#rows").split()
            == " ".join(f"{it['id']} {it['title']} {it['status']}" for it in seed.RECORDS).split()
        )
        press(page, "#rows tr:nth-child(2) button")
        assert text(page, "#record-title") == "Broken window"
        assert "Hall" in text(page, "#fields")
        assert page.evaluate("document.activeElement.id") == "record"
        assert text(page, "#failed") == ""
        assert page.console() == []


@pytest.mark.usefixtures("database", "policy")
@pytest.mark.parametrize(
    ("record", "key", "said"),
    [
        ("r-9", KEY, "404: there is no record r-9"),
        ("r_9", KEY, "400: an id is 1 to 64 letters, digits and hyphens"),
        ("r-1", "guessed", "403: Forbidden"),
        ("r-1", "", "403: Forbidden"),
    ],
    ids=["unknown", "no-id", "wrong-key", "no-key"],
)
def test_errors_are_shown_as_they_are(chromium: Chromium, front_end: str, record: str, key: str, said: str) -> None:
    with backend() as api:
        page = opened(chromium, front_end, api, key)
        page.evaluate(f"document.querySelector('#wanted').value = {record!r}")
        press(page, "#wanted")
        assert text(page, "#failed") == said
        assert text(page, "#said") == ""


@pytest.mark.usefixtures("database")
def test_a_policy_that_does_not_list_the_page_is_told_from_an_error(chromium: Chromium, front_end: str) -> None:
    with backend() as api:
        page = opened(chromium, front_end, api)
        press(page, "#ask button")
        assert text(page, "#failed").startswith("No answer that this page may read (Failed to fetch).")
        (told,) = [it for it in page.console() if "CORS" in it]
        assert f"from origin '{front_end}' has been blocked by CORS policy" in told


@pytest.mark.usefixtures("policy")
def test_what_a_record_says_is_never_taken_for_html(chromium: Chromium, front_end: str, database: DynamoDB) -> None:
    assert database.items
    database.items["r-1"]["title"] = {"S": "<img src=x onerror=alert(1)>"}
    with backend() as api:
        page = opened(chromium, front_end, api)
        press(page, "#ask button")
        assert "<img src=x" in text(page, "#rows")
        assert page.evaluate("document.querySelectorAll('main img').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_light_and_dark_and_a_phone_scrolls_one_way_only(
    chromium: Chromium, front_end: str, scheme: str
) -> None:
    page = opened(chromium, front_end, "http://127.0.0.1:9")
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.call("Emulation.setDeviceMetricsOverride", width=320, height=640, deviceScaleFactor=1, mobile=True)
    for element in ("body", "button", "#failed", "input"):
        colours = "[getComputedStyle(it).color, getComputedStyle(document.body).backgroundColor]"
        front, back = page.evaluate(f"(it => {colours})(document.querySelector({element!r}))")
        assert contrast(front, back) >= 4.5, (element, front, back)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
