"""Asks the lens of a running server, as its page does."""

import json
from collections.abc import Mapping
from typing import Any

from tests.serve.running import Answer, Running
from tests.serve.templates import ORIGIN


def site(server: Running) -> Any:
    """What is served."""
    answer = server.ask("GET", "/_cors/site.json")
    assert answer.status == 200
    return json.loads(answer.body)


def seen(server: Running, after: int = 0) -> Any:
    answer = server.ask("GET", f"/_cors/seen?after={after}")
    assert answer.status == 200
    return json.loads(answer.body)


def post(server: Running, document: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Has something judged, which may be nothing that can be."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    given = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{server.port}", **(headers or {})}
    return server.ask("POST", "/_cors/judge", {name: value for name, value in given.items() if value}, body)


def call(**changes: Any) -> dict[str, Any]:
    """A call without a key from a page that may."""
    return {"place": "shop/prod", "origin": ORIGIN, "method": "GET", "path": "/users", **changes}


def judged(server: Running, **changes: Any) -> Any:
    answer = post(server, call(**changes))
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def problem(answer: Answer) -> str:
    """The one line that says what is wrong."""
    (said,) = json.loads(answer.body).values()
    assert isinstance(said, str)
    assert said.isprintable()
    return said


def failing(verdict: Any) -> list[str]:
    return [check["what"] for step in verdict["steps"] for check in step["checks"] if not check["ok"]]
