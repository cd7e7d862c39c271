"""A verdict on the screen: the conversation as a browser's network panel tells it, and how it ended."""

import json
import re
from typing import Any, Final

import click

from cors_constructs.check.reports.characters import printable
from cors_constructs.simulate.browser.verdict import Exchange, Verdict
from cors_constructs.simulate.messages import Headers

_FIRST_ERROR: Final = 400
# Headers that decide are easier to find among the rest in a colour of their own.
_DECIDES: Final = re.compile("  [<>] (access-control-|origin:|vary:)", re.IGNORECASE)


def as_text(verdict: Verdict, *, colour: bool) -> str:
    """The verdict's own words, coloured or not."""
    lines = [printable(line) for line in str(verdict).split("\n")]
    return "\n".join(_coloured(line, end=_shade(verdict)) for line in lines) if colour else "\n".join(lines)


def _shade(verdict: Verdict) -> str:
    if not verdict.allowed:
        return "red"
    return "yellow" if verdict.response and verdict.response.status >= _FIRST_ERROR else "green"


def _coloured(line: str, *, end: str) -> str:
    if line.startswith(("allowed: ", "blocked: ")):
        return click.style(line, fg=end, bold=True)
    if line.startswith(("preflight: ", "request: ")):
        return click.style(line, bold=True)
    if line.startswith("  < no answer") or re.match(r"  < [45]\d\d$", line):
        return click.style(line, fg="red")
    if line.startswith(("note: ", "console: ", "  why: ")):
        return click.style(line, fg="yellow")
    return click.style(line, fg="cyan") if _DECIDES.match(line) else line


def as_json(verdict: Verdict) -> str:
    """The verdict as a JSON object. Bodies are read as UTF-8."""
    document = {
        "allowed": verdict.allowed,
        "outcome": verdict.outcome.name,
        "reason": verdict.reason,
        "console": verdict.console,
        "method": verdict.method,
        "url": verdict.url,
        "origin": verdict.origin,
        "readable_headers": _headers(verdict.readable_headers),
        "notes": list(verdict.notes),
        "exchanges": [_exchange(exchange) for exchange in verdict.exchanges],
    }
    return json.dumps(document, indent=2)


def _exchange(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    asked = {
        "method": request.method,
        "url": request.url,
        "headers": _headers(request.headers),
        "body": request.body.decode(errors="replace"),
    }
    answered = response and {
        "status": response.status,
        "headers": _headers(response.headers),
        "body": response.body.decode(errors="replace"),
        "why": response.why,
    }
    return {"kind": exchange.kind, "request": asked, "response": answered, "error": exchange.error}


# Pairs, since a name may come several times.
def _headers(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers.lines]
