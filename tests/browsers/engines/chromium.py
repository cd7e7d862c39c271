"""A real Chromium, told what to do through the DevTools protocol over a pipe."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from . import processes

PACKAGE: Final = "chromium"
FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--disable-features=LocalNetworkAccessChecks",
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
    "--no-first-run",
    "--remote-debugging-pipe",
]


def binary() -> str | None:
    """Where Chromium is, if it is installed: `CHROMIUM`, or what Debian and others call it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


class Page:
    """A tab that shows a page."""

    def __init__(self, chromium: "Chromium", session: str) -> None:
        self._chromium = chromium
        self._session = session

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._chromium.call(method, self._session, **parameters)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, once its promise is kept."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def console(self) -> list[str]:
        """What the console has printed since the last time, of errors."""
        self.evaluate("new Promise(done => setTimeout(done, 50))")
        events = self._chromium.take_events("Log.entryAdded", self._session)
        return [event["entry"]["text"] for event in events]


class Chromium:
    """A running browser."""

    name: Final = "chromium"

    def __init__(self, program: processes.Program, to_browser: int, from_browser: int) -> None:
        self._program = program
        self._to_browser = to_browser
        self._from_browser = from_browser
        self._unread = b""
        self._last_id = 0
        self._events: list[dict[str, Any]] = []
        self.version = str(self.call("Browser.getVersion")["product"])

    def open(self, url: str) -> Page:
        """A tab in which that page has been loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log"):
            page.call(f"{domain}.enable")
        page.call("Page.navigate", url=url)
        page.evaluate("new Promise(done => document.readyState == 'complete' ? done() : (onload = done))")
        assert page.evaluate("location.href") == url
        return page

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        unsent = json.dumps(message).encode() + b"\0"
        while unsent:
            unsent = unsent[os.write(self._to_browser, unsent) :]
        while True:
            answer = self._read()
            if answer.get("id") == self._last_id:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def take_events(self, method: str, session: str) -> list[dict[str, Any]]:
        taken = [event for event in self._events if event["method"] == method and event.get("sessionId") == session]
        self._events = [event for event in self._events if event not in taken]
        return [event["params"] for event in taken]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            more = os.read(self._from_browser, 1 << 16)
            assert more, f"Chromium has gone; it said\n{self._program.said()}"
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed


@contextmanager
def running(command: str) -> Iterator[Chromium]:
    """A browser with a new profile, which ends with the block."""
    browser_reads, to_browser = map(processes.out_of_the_way, os.pipe())
    from_browser, browser_writes = map(processes.out_of_the_way, os.pipe())

    def make_command(folder: Path) -> list[str]:
        return [command, *FLAGS, f"--user-data-dir={folder / 'profile'}"]

    try:
        # It reads from descriptor 3 and writes to 4.
        with processes.running(make_command, {}, [browser_reads, browser_writes]) as program:
            os.close(browser_reads)
            os.close(browser_writes)
            yield Chromium(program, to_browser, from_browser)
    finally:
        os.close(to_browser)
        os.close(from_browser)
