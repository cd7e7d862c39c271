"""A real Firefox, told what to do by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which it speaks itself."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from . import processes

PACKAGE: Final = "firefox-esr"
PREFERENCES: Final = {
    "network.dns.forceResolve": "127.0.0.1",  # every name leads here, so that no request leaves this machine either
    "network.proxy.type": 0,
    "network.trr.mode": 5,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.security.https_first": False,
    "dom.security.https_first_schemeless": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


def binary() -> str | None:
    """Where Firefox is, if it is installed: `FIREFOX`, or what Debian and others call it."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


class Page:
    """A tab that shows a page."""

    def __init__(self, firefox: "Firefox", context: str) -> None:
        self._firefox = firefox
        self._context = context

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, once its promise is kept."""
        answer = self._firefox.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))


class Firefox:
    """A running browser."""

    name: Final = "firefox"

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last_id = 0
        capabilities = self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.version = "Firefox/{browserVersion}".format(**capabilities["capabilities"])

    def open(self, url: str) -> Page:
        """A tab in which that page has been loaded."""
        context = self.call("browsingContext.create", type="tab")["context"]
        self.call("browsingContext.navigate", context=context, url=url, wait="complete")
        page = Page(self, context)
        assert page.evaluate("location.href") == url
        return page

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last_id += 1
        self._connection.send(json.dumps({"id": self._last_id, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv())
            if answer.get("id") == self._last_id:
                assert answer["type"] == "success", answer
                result: dict[str, Any] = answer["result"]
                return result


@contextmanager
def running(command: str) -> Iterator[Firefox]:
    """A browser with a new profile, which ends with the block."""

    def make_command(folder: Path) -> list[str]:
        profile = folder / "profile"
        profile.mkdir()
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("".join(lines))
        port = "--remote-debugging-port=0"
        return [command, "--headless", "--no-remote", "--profile", str(profile), port, "about:blank"]

    with (
        processes.running(make_command, {}) as program,
        connect(
            _address(program), open_timeout=60, max_size=None, ping_interval=None, compression=None, proxy=None
        ) as connection,
    ):
        yield Firefox(connection)


def _address(program: processes.Program) -> str:
    """Where it listens, which it says in its profile once it does."""
    file = program.folder / "profile" / "WebDriverBiDiServer.json"
    for _ in program.waits("Firefox starts to listen"):
        try:
            told = json.loads(file.read_text())
        except (FileNotFoundError, ValueError):  # not yet, or not all of it yet
            continue
        return "ws://{ws_host}:{ws_port}/session".format(**told)
    raise AssertionError
