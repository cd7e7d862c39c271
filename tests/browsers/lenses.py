"""The lens in real browsers: a template that lists this machine's own origin, and what a person does with the page."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import attrs

from ..cli import templates
from ..serve.running import Running, serving
from ..serve.templates import Template, beside
from . import engines
from .engines.chromium import Chromium, Page

KEYS: Final = {
    "Tab": {"code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "ArrowDown": {"code": "ArrowDown", "windowsVirtualKeyCode": 40},
    "ArrowUp": {"code": "ArrowUp", "windowsVirtualKeyCode": 38},
    " ": {"code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
}
_TABS: Final = 60  # more than the page has places for the focus
_HEADER: Final = "method.response.header.Access-Control-Allow-"


def shop(template: Template) -> None:
    """`GET /users` with a key and `POST /users` without one, both answered by API Gateway itself, for one origin."""
    resources = template["Resources"]
    preflight = resources["UsersOptions"]["Properties"]["Integration"]["IntegrationResponses"][0]["ResponseParameters"]
    preflight[f"{_HEADER}Methods"] = "'GET,POST'"
    preflight[f"{_HEADER}Headers"] = "'x-api-key,content-type'"
    get = resources["UsersGet"]["Properties"]
    get |= _answer('{"users": []}')
    resources["UsersPost"] = {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {**get, **_answer('{"made": true}'), "HttpMethod": "POST", "ApiKeyRequired": False},
    }
    resources["Deployment"]["DependsOn"].append("UsersPost")
    del template["Parameters"]


def any_header(template: Template) -> None:
    """The preflight allows all headers by a `*`, which no longer covers Authorization."""
    preflight = template["Resources"]["UsersOptions"]["Properties"]["Integration"]["IntegrationResponses"][0]
    preflight["ResponseParameters"][f"{_HEADER}Headers"] = "'*'"


@attrs.frozen
class Served:
    """A server with its lens.

    Attributes:
        server: It.
        target: Its template, which lists `origin`.
    """

    server: Running
    target: Path

    @property
    def origin(self) -> str:
        return origin_of(self.server)

    @property
    def other(self) -> str:
        """An origin of this machine that no API lists."""
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def key(self) -> str:
        return self.server.key("web")

    def write(self, *changes: Callable[[Template], None]) -> None:
        """Writes the template anew, and waits until it has been read."""
        before = len(self.server.lines)
        # At once: what is half written may be read as well.
        write_for(self.target.with_suffix(".new"), self.origin, *changes).replace(self.target)
        self.server.says("read anew", after=before)


def origin_of(server: Running) -> str:
    return f"http://localhost:{server.port}"


def write_for(path: Path, origin: str, *changes: Callable[[Template], None]) -> Path:
    """The template as a file, which lists an origin instead of that of all templates."""
    templates.write(path, shop, *changes)
    path.write_text(path.read_text().replace(templates.ORIGIN, origin))
    return path


@contextlib.contextmanager
def served(folder: Path, *changes: Callable[[Template], None], options: tuple[str, ...] = ()) -> Iterator[Served]:
    """A server whose template lists its own origin: the port is known once it runs, and the template read anew then."""
    target = write_for(folder / "shop.json", templates.ORIGIN, *changes)
    with serving(target, *options) as server:
        made = Served(server, target)
        made.write(*changes)
        yield made


class Look:
    """The page in any browser, as far as a script sees and does it."""

    def __init__(self, page: engines.Page) -> None:
        self._page = page
        self.until("!document.querySelector('#ask').hidden || !document.querySelector('#nothing').hidden")

    def until(self, condition: str) -> None:
        """Waits until an expression is true in the page."""
        self._page.evaluate(
            f"new Promise((done) => {{ const look = () => ({condition}) ? done() : setTimeout(look, 10); look(); }})"
        )

    def text(self, element: str) -> str:
        """What a person reads there: nothing where it is not shown."""
        shown = "((it) => (it?.checkVisibility() ? it.innerText.trim() : ''))"
        return str(self._page.evaluate(f"{shown}(document.querySelector({json.dumps(element)}))"))

    def value(self, element: str) -> Any:
        return self._page.evaluate(f"document.querySelector({json.dumps(element)}).value")

    def click(self, element: str) -> None:
        self._page.evaluate(f"void document.querySelector({json.dumps(element)}).click()")

    def pick(self, element: str, value: str) -> None:
        self._page.evaluate(
            f"((it, value) => {{ it.value = value; it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})"
            f"(document.querySelector({json.dumps(element)}), {json.dumps(value)})"
        )

    def wait(self) -> None:
        """Waits until what was begun is over."""
        self.until("!document.querySelector('#ask').hasAttribute('aria-busy')")

    @property
    def verdict(self) -> tuple[str, str]:
        """The two chips of the top line: what came of it, and whether the browser agrees."""
        return self.text("#outcome"), self.text("#agreement")


class Lens(Look):
    """The page in Chromium, and a person before it.

    Attributes:
        page: The tab.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.page = page

    @classmethod
    def at(cls, chromium: Chromium, origin: str, settings: Mapping[str, str] | None = None) -> "Lens":
        """The lens that an origin serves, with a call picked by the address."""
        return cls(chromium.open(f"{origin}/_cors/{f'#{urlencode(settings)}' if settings else ''}"))

    def try_it(self) -> None:
        """Presses the button, by keyboard, and waits for what comes."""
        self.page.evaluate("document.querySelector('#try').focus()")
        self.press("Enter")
        self.wait()

    def press(self, key: str) -> None:
        self.page.call("Input.dispatchKeyEvent", type="keyDown", key=key, **KEYS[key])
        self.page.call("Input.dispatchKeyEvent", type="keyUp", key=key, **KEYS[key])

    def write(self, text: str) -> None:
        self.page.call("Input.insertText", text=text)

    def tab_to(self, condition: str) -> None:
        """Presses the tab key until the element that has the focus, `it`, is the one."""
        for _ in range(_TABS):
            self.press("Tab")
            if self.page.evaluate(f"((it) => {condition})(document.activeElement)"):
                return
        raise AssertionError(f"the tab key never comes to {condition}")

    def choose(self, value: str) -> None:
        """Goes through the options of the select that has the focus, by its arrow keys."""
        for key in ("ArrowUp", "ArrowDown"):
            for _ in range(self.page.evaluate("document.activeElement.options.length")):
                if self.page.evaluate("document.activeElement.value") == value:
                    return
                self.press(key)
        assert self.page.evaluate("document.activeElement.value") == value

    def resize(self, width: int, height: int, scheme: str) -> None:
        self.page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.page.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )


def _answer(body: str) -> dict[str, Any]:
    integration = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [
            {
                "StatusCode": "200",
                "ResponseParameters": {f"{_HEADER}Origin": f"'{templates.ORIGIN}'"},
                "ResponseTemplates": {"application/json": body},
            }
        ],
    }
    declared = {"StatusCode": "200", "ResponseParameters": {f"{_HEADER}Origin": True}}
    return {"Integration": integration, "MethodResponses": [declared]}


__all__ = [
    "Lens",
    "Look",
    "Served",
    "Template",
    "any_header",
    "beside",
    "origin_of",
    "served",
    "write_for",
]
