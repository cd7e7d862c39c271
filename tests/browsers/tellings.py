"""What a browser makes of a case, real or simulated, in a form in which they can be compared."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from cors_constructs.simulate import Browser, Request, Response, Verdict

from .engines import Page
from .exchanges import Ask, Case
from .servers import FIRST_CASES, Site
from .vocabulary import OTHER_NAMES, SAFE_VALUES

# What browsers set by themselves, whatever the page says or does not say.
_THEIR_OWN: Final = {
    *("accept-language", "user-agent", "host", "referer", "cache-control", "pragma", "origin", "cookie"),
    *("content-type", "access-control-request-method", "range"),
}
_COMPARED: Final = {name.lower() for name in (*SAFE_VALUES, *OTHER_NAMES)} - _THEIR_OWN

# A few cases at a time, so that the calls of each follow one another at once.
_SCRIPT: Final = """
(async cases => {
  const ends = cases.map(() => []);
  const left = [...cases.keys()];
  const work = async () => {
    for (let number; (number = left.shift()) !== undefined;) {
      for (const ask of cases[number]) {
        const init = {method: ask.method, headers: ask.headers, credentials: ask.credentials};
        if (ask.body !== null) init.body = ask.binary ? new TextEncoder().encode(ask.body) : ask.body;
        const at = performance.now() / 1000;
        try {
          const response = await fetch(ask.url, init);
          ends[number].push({at, status: response.status, headers: [...response.headers]});
        } catch (error) {
          ends[number].push({at, error: String(error)});
        }
      }
    }
  };
  await Promise.all(Array.from({length: 6}, work));
  return ends;
})(%s)
"""


@attrs.frozen
class Telling:
    """What a browser makes of a case.

    Attributes:
        reads: For each call, the status and the headers that the page reads; None where the call fails.
        sent: What was sent for all of them, preflights among it.
    """

    reads: list[tuple[int, dict[str, str]] | None]
    sent: list[dict[str, Any]]


@attrs.frozen
class Run:
    """The calls of a case, made by a page.

    Attributes:
        case: The case.
        telling: What the browser made of it.
        moments: When each call was made, in seconds.
    """

    case: Case
    telling: Telling
    moments: list[float]


def settle(page: Page, site: Site, seen: Mapping[int, list[Request]]) -> None:
    """Has a new page make calls until a preflight is kept.

    Firefox forgets at once what the first preflights of a page have allowed, now and then: "may be removed before that
    moment arrives" (https://fetch.spec.whatwg.org/#concept-cache). Pages that keep none make all of these calls.
    """
    for case in FIRST_CASES:
        if not seen[case.number]:
            for made in run(page, site, [case], seen):
                if [request["method"] for request in made.telling.sent].count("OPTIONS") == 1:
                    return


def run(page: Page, site: Site, cases: Sequence[Case], seen: Mapping[int, list[Request]]) -> Iterator[Run]:
    """Has a page make the calls of some cases."""
    asks = [[_script_arguments(site.url(case), ask) for ask in case.asks] for case in cases]
    for case, ends in zip(cases, page.evaluate(_SCRIPT % json.dumps(asks)), strict=True):
        telling = Telling([_read(end) for end in ends], [_sent(request) for request in seen[case.number]])
        yield Run(case, telling, [end["at"] for end in ends])


def simulate(site: Site, case: Case, moments: Sequence[float]) -> tuple[Telling, list[Verdict]]:
    """What the simulated browser makes of a case whose calls are made at some moments."""
    sent: list[Request] = []
    now = 0.0

    def transport(request: Request) -> Response:
        sent.append(request)
        return site.answer(request)

    browser = Browser(transport, clock=lambda: now)
    verdicts = []
    for ask, now in zip(case.asks, moments, strict=True):  # noqa: B007 - the clock reads it
        verdicts.append(
            browser.fetch(
                ask.method,
                site.url(case),
                origin=site.page(case),
                headers=ask.headers,
                credentials=ask.credentials,  # type: ignore[arg-type]
                body=ask.body,
            )
        )
    return Telling([_verdict(verdict) for verdict in verdicts], [_sent(request) for request in sent]), verdicts


def _script_arguments(url: str, ask: Ask) -> dict[str, Any]:
    binary = isinstance(ask.body, bytes)
    return {
        "url": url,
        "method": ask.method,
        "headers": ask.headers,
        "credentials": ask.credentials,
        "body": ask.body.decode() if isinstance(ask.body, bytes) else ask.body,
        "binary": binary,
    }


def _read(end: dict[str, Any]) -> tuple[int, dict[str, str]] | None:
    return None if "error" in end else (end["status"], dict(end["headers"]))


def _verdict(verdict: Verdict) -> tuple[int, dict[str, str]] | None:
    if verdict.response is None:
        return None
    return verdict.response.status, dict(sorted(verdict.readable_headers.items()))


def _sent(request: Request) -> dict[str, Any]:
    """What is compared of a request: what the standard says of it, and what the page does."""
    headers = {name: request.headers[name].rstrip() for name in request.headers if name in _COMPARED}
    cors = {
        name: request.headers.get(name)
        for name in ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
    }
    return {"method": request.method, "url": request.url, "body": request.body, **cors, **headers}
