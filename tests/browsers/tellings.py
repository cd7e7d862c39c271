"""A real Chromium and the simulated browser make the same of random exchanges.

Each exchange goes over loopback to servers with origins of their own; nothing is intercepted. Where the two differ, the
verdict has a note that says so.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import pytest

from cors_constructs.simulate import Browser, Request, Response, Verdict

from .chromium import Chromium, Page, binary, running
from .exchanges import OTHER_NAMES, SAFE_VALUES, Ask, Case, Hop, make_case
from .servers import Site, serving

COUNT: Final = int(os.environ.get("CORS_TEST_EXCHANGES", "600"))
SEED: Final = int(os.environ.get("CORS_TEST_SEED", "1"))
AT_ONCE: Final = 100

# What Chromium sets by itself, whatever the page says or does not say.
ITS_OWN: Final = {
    "accept-language",
    "user-agent",
    "host",
    "referer",
    "cache-control",
    "pragma",
    "origin",
    "cookie",
    "content-type",
}
COMPARED: Final = (
    {name.lower() for name in (*SAFE_VALUES, *OTHER_NAMES)} - ITS_OWN - {"access-control-request-method", "range"}
)

SCRIPT: Final = """
(async cases => Promise.all(cases.map(async asks => {
  const ends = [];
  for (const ask of asks) {
    const init = {method: ask.method, headers: ask.headers, credentials: ask.credentials};
    if (ask.body !== null) init.body = ask.binary ? new TextEncoder().encode(ask.body) : ask.body;
    try {
      const response = await fetch(ask.url, init);
      ends.push({status: response.status, headers: [...response.headers]});
    } catch (error) {
      ends.push({error: error.message});
    }
  }
  return ends;
})))(%s)
"""


@attrs.frozen
class Telling:
    """What a browser makes of a case: for each call, whether the page reads what; and what was sent for all of them."""

    reads: list[tuple[int, dict[str, str]] | None]
    sent: list[dict[str, Any]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    command = binary()
    if not command:
        pytest.fail("Chromium is not installed; on Debian, `apt-get install chromium`", pytrace=False)
    with running(command) as browser:
        yield browser


def test_chromium_agrees(chromium: Chromium) -> None:
    cases = [make_case(number, SEED) for number in range(COUNT)]
    differences = []
    with serving(cases) as (site, seen):
        pages = {False: chromium.open(site.origin("page") + "/"), True: chromium.open("data:text/html,")}
        for start in range(0, COUNT, AT_ONCE):
            for opaque, page in pages.items():
                batch = [case for case in cases[start : start + AT_ONCE] if case.opaque is opaque]
                printed = list[str]()
                for case, ends in zip(batch, _run(page, site, batch, printed), strict=True):
                    told = Telling([_read(end) for end in ends], [_sent(request) for request in seen[case.number]])
                    differences += _differences(site, case, told, printed)
    assert not differences, "\n\n".join([f"{len(differences)} differences", *differences[:20]])


def _run(page: Page, site: Site, cases: Sequence[Case], printed: list[str]) -> list[list[dict[str, Any]]]:
    asks = [[_script_arguments(site.url(case), ask) for ask in case.asks] for case in cases]
    ends: list[list[dict[str, Any]]] = page.evaluate(SCRIPT % json.dumps(asks))
    printed += page.console()
    return ends


def _script_arguments(url: str, ask: Ask) -> dict[str, Any]:
    binary_body = isinstance(ask.body, bytes)
    body = ask.body.decode() if isinstance(ask.body, bytes) else ask.body
    return {
        "url": url,
        "method": ask.method,
        "headers": ask.headers,
        "credentials": ask.credentials,
        "body": body,
        "binary": binary_body,
    }


def _differences(site: Site, case: Case, told: Telling, printed: list[str]) -> list[str]:
    sent: list[Request] = []

    def transport(request: Request) -> Response:
        sent.append(request)
        return site.answer(request)

    browser = Browser(transport)
    verdicts = [
        browser.fetch(
            ask.method,
            site.url(case),
            origin=site.page(case),
            headers=ask.headers,
            credentials=ask.credentials,  # type: ignore[arg-type]
            body=ask.body,
        )
        for ask in case.asks
    ]
    ours = Telling([_verdict(verdict) for verdict in verdicts], [_sent(request) for request in sent])
    if any("differ" in note for verdict in verdicts for note in verdict.notes):
        return []
    found = []
    if ours != told:
        found.append(f"{case}\nChromium: {told}\nours:     {ours}")
    for verdict in verdicts:
        # Chromium looks at a redirect's Location before it looks at its other headers.
        expected = "CORS policy" in verdict.console and not any(map(_leads_nowhere, case.hops))
        if expected and _any_field(verdict.console) not in map(_any_field, printed):
            near = [line for line in printed if f"/{case.number}/" in line]
            found.append(f"{case}\nChromium prints: {near}\nours: {verdict.console}")
    return [f"{what}\n" + "\n".join(map(str, verdicts)) for what in found]


def _leads_nowhere(hop: Hop) -> bool:
    return any(line in hop.response.headers for line in (("Location", "http://[x"), ("Location", "data:,x")))


def _any_field(line: str) -> str:
    """Without the header that is named: of several that are not allowed, Chromium names any."""
    return re.sub("Request header field [^ ]+", "Request header field ...", line)


def _read(end: dict[str, Any]) -> tuple[int, dict[str, str]] | None:
    return None if "error" in end else (end["status"], dict(end["headers"]))


def _verdict(verdict: Verdict) -> tuple[int, dict[str, str]] | None:
    if verdict.response is None:
        return None
    return verdict.response.status, dict(sorted(verdict.readable_headers.items()))


def _sent(request: Request) -> dict[str, Any]:
    """What is compared of a request: what the standard says of it, and what the page does."""
    headers = {name: request.headers[name].rstrip() for name in request.headers if name in COMPARED}
    cors = {
        name: request.headers.get(name)
        for name in ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
    }
    return {"method": request.method, "url": request.url, "body": request.body, **cors, **headers}
