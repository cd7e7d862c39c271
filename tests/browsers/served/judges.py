"""Those who say what a page makes of an answer: a browser for real, and the simulator."""

import base64
import itertools
import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import attrs

from cors_constructs.simulate import Gateway, Request
from cors_constructs.testing import Browser
from tests.serve.running import Running

from ..engines import Page
from .rows import End, Row, Sent

# Counts and clocks, of which each answer has its own, and what only HTTP/1.1 has.
_ITS_OWN: Final = {"x-amzn-requestid", "retry-after"}
_NOT_COMPARED: Final = {"content-length"}

_SCRIPT: Final = """
(async ask => {
  const init = {method: ask.method, headers: ask.headers, credentials: ask.credentials};
  if (ask.text !== undefined) init.body = ask.text;
  if (ask.bytes !== undefined) init.body = Uint8Array.from(atob(ask.bytes), it => it.charCodeAt(0));
  if (ask.size !== undefined) init.body = new Uint8Array(ask.size);
  try {
    const answer = await fetch(ask.url, init);
    const content = [...new Uint8Array(await answer.arrayBuffer())];
    return {
      type: answer.type,
      status: answer.status,
      headers: [...answer.headers],
      body: btoa(content.map(it => String.fromCharCode(it)).join("")),
    };
  } catch (error) {
    return {error: error.name};
  }
})(%s)
"""
_LINE: Final = re.compile(r"\d\d:\d\d:\d\d  (?P<status>\d{3})  (?P<method>\S+) (?P<path>\S+)  from (?P<origin>\S+)  ")

_numbers: Final = itertools.count(1)


@attrs.frozen
class Told:
    """What a judge says of a call.

    Attributes:
        end: How it ends.
        sent: What is sent for it.
        headers: What the page reads of the answer's headers; empty where it reads nothing.
        body: What it reads of the body.
    """

    end: End
    sent: Sent
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""


def logged(server: Running, since: int, origin: str) -> list[tuple[str, str, int]]:
    """What pages of an origin have sent, as the server's log has it: methods, paths, and statuses.

    Args:
        server: The server.
        since: After how many lines.
        origin: The origin.
    """
    # Lines are in order: with that of a request of ours, all are there.
    last = f"/ask-{next(_numbers)}-the-last"
    server.ask("GET", last)
    server.says(last, since)
    found = filter(None, (_LINE.match(line) for line in server.lines[since:]))
    return [(it["method"], it["path"], int(it["status"])) for it in found if it["origin"] == origin]


def by_browser(row: Row, tab: Page, server: Running, address: str) -> Told:
    """What the browser says that shows a page, and what of it the server has seen.

    Args:
        row: The call.
        tab: The page.
        server: The server, whose log says what came.
        address: The API's address, with its stage.
    """
    key = server.key(row.key) if row.key and not row.key.startswith("=") else row.key
    for _ in range(row.before):
        server.ask(row.method, f"/{address.rpartition('/')[2]}{row.path}", {**row.headers, **_key(key)})
    url = address + _once(row)
    since = len(server.lines)
    end = tab.evaluate(_SCRIPT % json.dumps(_asked(row, url, key)))
    sent = tuple((method, status) for method, _, status in logged(server, since, tab.evaluate("origin")))
    if "error" in end:
        assert end["error"] == "TypeError", end
        return Told(_failed(sent), sent)
    assert end["type"] == "cors", end
    return Told(End.READ, sent, _compared(dict(end["headers"])), base64.b64decode(end["body"]))


def by_simulator(row: Row, gateway: Gateway, origin: str) -> Told:
    """What `cors_constructs.testing` says.

    Args:
        row: The call.
        gateway: The API's gateway, of the same template.
        origin: The page's origin.
    """
    key = gateway.key(row.key) if row.key and not row.key.startswith("=") else row.key
    headers = {**row.headers, **_key(key)}
    for _ in range(row.before):
        gateway(Request(row.method, row.path, headers))
    verdict = Browser(gateway).fetch(
        row.method, _once(row), origin=origin, headers=headers, credentials=row.credentials, body=row.content
    )
    sent = tuple((it.request.method, it.response.status) for it in verdict.exchanges if it.response)
    assert len(sent) == len(verdict.exchanges), verdict
    if verdict.response is None:
        return Told(End.SHUT_OUT if verdict.outcome.in_preflight else End.UNREADABLE, sent)
    body = b"" if row.method == "HEAD" else verdict.response.body
    return Told(End.READ, sent, _compared(verdict.readable_headers), body)


def check_agreement(row: Row, told: Told, gateway: Gateway, origin: str) -> None:
    """The table, the browser and the simulator are of one mind.

    Args:
        row: What the table says.
        told: What the browser says.
        gateway: As for `by_simulator`.
        origin: The page's origin.
    """
    assert (told.end, told.sent) == (row.end, row.sent)
    assert told == by_simulator(row, gateway, origin)
    if row.end is End.READ:
        said = row.says.encode() if isinstance(row.says, str) else row.says
        assert said is None or said in told.body
        assert row.exposes <= told.headers.keys()


def _once(row: Row) -> str:
    """The path, as nobody has asked for it before: no cache has it, and no preflight is spared."""
    mark = "&" if "?" in row.path else "?"
    return f"{row.path}{mark}once={quote(row.id)}-{next(_numbers)}"


def _key(key: str | None) -> dict[str, str]:
    return {} if key is None else {"x-api-key": key.removeprefix("=")}


def _asked(row: Row, url: str, key: str | None) -> dict[str, Any]:
    headers = {**row.headers, **_key(key)}
    asked = {"url": url, "method": row.method, "headers": headers, "credentials": row.credentials}
    match row.body:
        case int():
            return {**asked, "size": row.body}
        case bytes():
            return {**asked, "bytes": base64.b64encode(row.body).decode()}
        case str():
            return {**asked, "text": row.body}
        case None:
            return asked


def _failed(sent: Sent) -> End:
    if not sent:
        return End.KEPT_IN
    return End.SHUT_OUT if len(sent) == 1 and sent[0][0] == "OPTIONS" else End.UNREADABLE


def _compared(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name.lower(): "" if name.lower() in _ITS_OWN else value
        for name, value in headers.items()
        if name.lower() not in _NOT_COMPARED
    }
