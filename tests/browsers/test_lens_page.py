"""The lens's page itself in a real Chromium: by keyboard, on a phone, light and dark, and when things change or end."""

import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ..serve.running import serving, wait_for
from .contrast import lowest_contrasts
from .engines.chromium import Chromium, Page
from .lenses import Lens, Served, Template, served

HOSTILE = "<img src=x onerror=alert(1)>"
AGREES = "This browser agrees"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("lens")) as made:
        yield made


def test_by_keyboard_alone_a_call_is_picked_and_tried(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin)
    lens.tab_to("it.id == 'from'")
    lens.choose(site.other)
    lens.tab_to("it.id == 'route'")
    lens.choose("POST /users")
    lens.tab_to("it.id == 'query'")
    lens.write("page=2")
    lens.tab_to("it.id == 'add'")
    lens.press("Enter")
    assert lens.page.evaluate("document.activeElement.ariaLabel") == "Name"
    lens.write("x-mine")
    lens.press("Tab")
    lens.write("1")
    lens.tab_to("it.id == 'credentials'")
    lens.choose("omit")
    lens.tab_to("it.id == 'fresh'")
    lens.press(" ")
    lens.tab_to("it.id == 'try'")
    lens.press("Enter")
    lens.until("document.querySelector('#outcome').innerText")
    lens.wait()
    assert lens.verdict == ("Blocked", AGREES)
    assert "page=2" in lens.text("#simulated")
    assert "content-type,x-mine" in lens.text("#real")
    # The focus is where it was, for the next try; and what came is reached from there.
    assert lens.page.evaluate("document.activeElement.id") == "try"
    lens.tab_to("it.closest('#simulated') && it.matches('a[href^=\"https://\"]')")
    lens.tab_to("it.matches('#simulated summary')")
    lens.press("Enter")
    assert lens.page.evaluate("document.activeElement.parentElement.open")


def test_a_header_that_is_taken_away_leaves_the_focus_at_hand(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin, {"route": "POST /users", "method": "POST", "header": "x-one:1"})
    lens.tab_to("it.ariaLabel == 'Remove this header'")
    lens.press("Enter")
    assert lens.page.evaluate("document.querySelectorAll('.header').length") == 0
    assert lens.page.evaluate("document.activeElement.id") == "add"
    assert "header=" not in lens.page.evaluate("location.hash")


def test_all_that_is_picked_has_a_name(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin, {"route": "POST /users", "header": "x-one:1"})
    lens.try_it()
    lens.page.call("Accessibility.enable")
    nodes = lens.page.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"combobox", "textbox", "button", "checkbox", "link", "region", "form", "listbox"}
    found = [node for node in nodes if node.get("role", {}).get("value") in roles and not node["ignored"]]
    assert len(found) > len(roles)
    assert [node["role"]["value"] for node in found if not node.get("name", {}).get("value")] == []
    landmarks = {node["role"]["value"] for node in nodes if not node["ignored"] and "role" in node}
    assert {"main", "banner", "form", "status", "alert"} <= landmarks


def test_the_way_to_the_results_keeps_what_is_picked(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin, {"origin": site.other, "route": "POST /users", "method": "POST"})
    lens.press("Tab")
    lens.press("Enter")
    assert lens.page.evaluate("document.activeElement.id") == "results"
    assert lens.value("#route") == "POST /users"
    assert lens.page.evaluate("location.hash").startswith("#origin=")


def test_an_address_holds_what_is_picked_but_no_key_and_sends_nothing(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin)
    lens.pick("#key", "own")
    lens.pick("#ownKey", "my-own-key")
    lens.pick("#query", f"key={site.key}")
    lens.click("#add")
    lens.pick(".header input:nth-of-type(1)", "authorization")
    lens.pick(".header input:nth-of-type(2)", "Bearer abc")
    lens.click("#add")
    lens.pick(".header:last-child input:nth-of-type(1)", "x-one")
    lens.pick(".header:last-child input:nth-of-type(2)", "1")
    lens.try_it()
    address = lens.page.evaluate("location.href")
    for secret in ("my-own-key", site.key, "abc"):
        assert secret not in address
    before = lens.page.evaluate("fetch('/_cors/seen?after=0').then((it) => it.json())")["last"]
    again = Lens(chromium.open(address))
    assert again.value("#key") == "own"
    assert again.value("#ownKey") == ""
    assert again.page.evaluate("[...document.querySelectorAll('.header input')].map((it) => it.value)") == [
        "authorization",
        "",
        "x-one",
        "1",
    ]
    assert again.verdict == ("", "")
    assert again.text("#headline") == "Nothing has been tried yet"
    assert again.page.evaluate("fetch('/_cors/seen?after=0').then((it) => it.json())")["last"] == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("settings", [{"key": "web"}, {"key": ""}, {"origin": "https://stranger.example"}])
def test_all_texts_have_contrast_and_a_phone_scrolls_one_way_only(
    chromium: Chromium, site: Served, scheme: str, settings: dict[str, str]
) -> None:
    lens = Lens.at(chromium, site.origin, {"origin": site.origin, "route": "GET /users", "method": "GET", **settings})
    lens.try_it()
    lens.page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    for width in (360, 800, 1280):
        lens.resize(width, 740, scheme)
        assert lens.page.evaluate("document.documentElement.scrollWidth") <= width
        found = lowest_contrasts(lens.page)
        assert len(found) > 30
        assert found[0][0] >= 4.5, found[:3]
        small = lens.page.evaluate(
            "[...document.querySelectorAll('button, select, input:not([type=checkbox])')]"
            ".filter((it) => it.offsetParent && it.offsetHeight < 44).map((it) => it.id)"
        )
        assert small == []


def test_who_wants_no_motion_gets_none(chromium: Chromium, site: Served) -> None:
    lens = Lens.at(chromium, site.origin)
    for wish, behaviour in (("no-preference", "smooth"), ("reduce", "auto")):
        lens.page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": wish}])
        assert lens.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
    styles = "[...document.querySelectorAll('*')].map((it) => getComputedStyle(it))"
    moving = "animationName != 'none' || transitionDuration != '0s'"
    assert lens.page.evaluate(f"{styles}.filter(({{ animationName, transitionDuration }}) => {moving}).length") == 0


def _hostile(template: Template) -> None:
    resources = template["Resources"]
    resources["Api"]["Properties"]["Name"] = HOSTILE
    resources["Key"]["Properties"]["Name"] = HOSTILE
    resources["Users"]["Properties"]["PathPart"] = HOSTILE.replace(" ", "-")
    resources["UsersGet"]["Properties"]["Integration"]["IntegrationResponses"][0]["ResponseTemplates"] = {
        "application/json": json.dumps(HOSTILE)
    }


def test_what_a_template_says_is_never_taken_for_html(chromium: Chromium, tmp_path: Path) -> None:
    with served(tmp_path, _hostile) as own:
        lens = Lens.at(chromium, own.origin)
        assert HOSTILE.replace(" ", "-") in lens.text("#route")
        assert HOSTILE in lens.text("#key")
        lens.try_it()
        assert HOSTILE in lens.text("#simulated")
        assert lens.page.evaluate("document.querySelectorAll('img, script:not([src])').length") == 0
        assert not [it for it in lens.page.console() if "Content Security Policy" in it]


def _more(template: Template) -> None:
    resources = template["Resources"]
    resources["UsersDelete"] = json.loads(json.dumps(resources["UsersPost"]))
    resources["UsersDelete"]["Properties"]["HttpMethod"] = "DELETE"
    resources["Deployment"]["DependsOn"].append("UsersDelete")


def _less(template: Template) -> None:
    del template["Resources"]["UsersPost"]
    template["Resources"]["Deployment"]["DependsOn"].remove("UsersPost")


def test_the_page_lives_on_when_the_template_changes_and_the_server_ends(chromium: Chromium, tmp_path: Path) -> None:
    with served(tmp_path) as own:
        lens = Lens.at(chromium, own.origin, {"origin": own.other, "route": "POST /users", "method": "POST", "key": ""})
        lens.try_it()
        own.write(_more)
        lens.until("document.querySelector('#anew').innerText")
        assert "Try it again" in lens.text("#anew")
        assert "DELETE /users" in lens.text("#route")
        assert (lens.value("#from"), lens.value("#route")) == (own.other, "POST /users")
        lens.try_it()
        assert lens.text("#anew") == ""
        own.write(_less)
        lens.until("document.querySelector('#anew').innerText")
        assert (lens.value("#route"), lens.value("#path")) == ("elsewhere", "/users")
        own.server.stop()
        lens.try_it()
        assert lens.text("#headline") == "It could not be tried"
        assert "does not answer" in lens.text("#reason")
        lens.until("document.querySelector('#gone').innerText")
        assert "The server is gone" in lens.text("#gone")
        assert lens.value("#from") == own.other
        with serving(own.target, "--port", str(own.server.port)):
            lens.until("!document.querySelector('#gone').innerText")
            assert "read anew" in lens.text("#anew")
            lens.pick("#route", "GET /users")
            lens.try_it()
            assert lens.verdict == ("Blocked", AGREES)


def test_where_there_is_no_api_the_page_says_so(chromium: Chromium, site: Served) -> None:
    """What the server tells then is made up here: it does not start without any."""
    page = chromium.open("about:blank")
    empty = {"reading": 1, "target": "cdk.out", "places": [], "local_origins": [site.origin], "offers": []}
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="const real = fetch; window.fetch = (...it) => it[0] == '/_cors/site.json' ?"
        f" Promise.resolve(Response.json({json.dumps(empty)})) : real(...it);",
    )
    page.call("Page.navigate", url=f"{site.origin}/_cors/")
    page.evaluate("new Promise(done => document.readyState == 'complete' ? done() : (onload = done))")
    lens = Lens(page)
    assert "There is no API with a stage here" in lens.text("#nothing")
    assert lens.text("#ask") == ""


@pytest.fixture
def stranger() -> Iterator[str]:
    """The origin of somebody else's pages."""

    class Files(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>stranger</title>")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://stranger.example:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def _asked(page: Page) -> set[str]:
    seen = page.evaluate("fetch('/_cors/seen?after=0').then((it) => it.json())")
    return {exchange["path"] for exchange in seen["exchanges"]}


def _frames(chromium: Chromium, url: str) -> list[str]:
    """The targets that are the frame's page of this server by itself."""
    targets = chromium.call("Target.getTargets")["targetInfos"]
    return [it["targetId"] for it in targets if it["url"] == url and it["type"] == "page"]


def test_the_frame_hears_no_stranger(chromium: Chromium, site: Served, stranger: str) -> None:
    lens = Lens.at(chromium, site.origin, {"origin": site.other, "route": "GET /users", "method": "GET", "key": "web"})
    lens.try_it()  # its own page it hears
    assert "/prod/users" in _asked(lens.page)
    page = chromium.open(f"{stranger}/")
    address = f"{site.origin}/_cors/frame"
    frame, before = json.dumps(address), set(_frames(chromium, address))
    message = json.dumps({"kind": "fetch", "id": 1, "url": f"{site.other}/prod/marked", "init": {"method": "GET"}})
    # As the window that has opened it: what its page hears is told to its own opener, to know when it was heard.
    page.call("Runtime.evaluate", expression=f"window.opened = open({frame})", userGesture=True)
    wait_for(lambda: len(_frames(chromium, address)) > len(before), lambda: "the frame does not open")
    (target,) = set(_frames(chromium, address)) - before
    opened = Page(chromium, chromium.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
    # Not at the empty page that a window shows before its own.
    there = "location.pathname == '/_cors/frame' && document.readyState == 'complete'"
    wait_for(lambda: bool(opened.evaluate(there)), lambda: "the frame is not loaded")
    opened.evaluate("addEventListener('message', () => { window.heard = (window.heard ?? 0) + 1; })")
    page.evaluate(f"opened.postMessage({message}, '*'), opened.postMessage({message}, '*')")
    wait_for(lambda: opened.evaluate("window.heard") == 2, lambda: "the messages never came")
    # What the frame's script waits for before it calls, it has had by the time that this has been answered.
    assert opened.evaluate("fetch('/_cors/site.json').then((it) => it.status)") == 200
    assert "/prod/marked" not in _asked(lens.page)
    # And as the window around it: the browser shows a stranger no such frame.
    page.evaluate(
        f"new Promise((done) => {{ const it = document.createElement('iframe'); it.src = {frame}; it.onload = done;"
        " document.body.append(it); })"
    )
    assert any("frame-ancestors" in it for it in page.console())
    page.evaluate(f"frames[0].postMessage({message}, '*')")
    assert "/prod/marked" not in _asked(lens.page)
