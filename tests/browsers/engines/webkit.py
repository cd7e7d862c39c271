"""A real WebKit, WebKitGTK's MiniBrowser, told what to do by WebDriver (https://www.w3.org/TR/webdriver2/)."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from . import processes, socks

PACKAGE: Final = "webkit2gtk-driver"
_SCRIPT_SECONDS: Final = 300
_SCRIPT: Final = """
const done = arguments[arguments.length - 1];
(async () => JSON.stringify(await (%s)))().then(value => done({value}), error => done({error: String(error)}));
"""


def binary() -> str | None:
    """Where WebKit's driver is, if it and the display that it needs are installed: `WEBKIT_DRIVER`, or Debian's."""
    return (os.environ.get("WEBKIT_DRIVER") or shutil.which("WebKitWebDriver")) if shutil.which("Xvfb") else None


class Page:
    """A tab that shows a page."""

    def __init__(self, webkit: "WebKit", handle: str) -> None:
        self._webkit = webkit
        self._handle = handle

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, once its promise is kept."""
        self._webkit.call("POST", "/window", handle=self._handle)
        answer = self._webkit.call("POST", "/execute/async", script=_SCRIPT % expression, args=[])
        assert "error" not in answer, answer
        return json.loads(answer.get("value") or "null")


class WebKit:
    """A running browser."""

    name: Final = "webkit"

    def __init__(self, port: int, proxy: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._session = ""
        wanted = {
            "acceptInsecureCerts": True,
            # Said so, and not as WebDriver's own capability, of which it passes on HTTP proxies only.
            "webkitgtk:browserOptions": {"args": ["--automation", f"--proxy=socks5://{proxy}"]},
        }
        told = self.call("POST", "/session", capabilities={"alwaysMatch": wanted})
        self._session = f"/session/{told['sessionId']}"
        self.version = "WebKitGTK/{browserVersion}".format(**told["capabilities"])
        self.call("POST", "/timeouts", script=_SCRIPT_SECONDS * 1000)

    def open(self, url: str) -> Page:
        """A tab in which that page has been loaded."""
        handle = self.call("POST", "/window/new", type="tab")["handle"]
        self.call("POST", "/window", handle=handle)
        self.call("POST", "/url", url=url)
        page = Page(self, handle)
        assert page.evaluate("location.href") == url
        return page

    def call(self, method: str, path: str, **parameters: Any) -> Any:
        body = json.dumps(parameters) if method == "POST" else None
        self._connection.request(method, self._session + path, body, {"Content-Type": "application/json"})
        answer = json.loads(self._connection.getresponse().read())["value"]
        assert not (isinstance(answer, dict) and "stacktrace" in answer), answer
        return answer

    def close(self) -> None:
        self._connection.close()


@contextmanager
def running(command: str) -> Iterator[WebKit]:
    """A browser with a new profile, which ends with the block."""
    port = _free_port()
    with (
        _display() as display,
        socks.proxy() as proxy,
        processes.running(lambda _: [command, f"--port={port}", "--host=127.0.0.1"], _variables(display)) as program,
    ):
        for _ in program.waits("WebKit's driver starts to listen"):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
        webkit = WebKit(port, proxy)
        try:
            yield webkit
        finally:
            webkit.close()


def _variables(display: str) -> dict[str, str]:
    return {
        "DISPLAY": display,
        "GDK_BACKEND": "x11",
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",  # there is no graphics card to use
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "memory",
    }


@contextmanager
def _display() -> Iterator[str]:
    """A display that nobody sees."""
    reads, writes = os.pipe()
    moved = processes.out_of_the_way(writes)

    def make_command(_: Path) -> list[str]:
        return ["Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"]

    with os.fdopen(reads, "rb") as told, processes.running(make_command, {}, [moved]):
        os.close(moved)
        number = told.readline().decode().strip()
        assert number, "Xvfb has found no display"
        yield f":{number}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
