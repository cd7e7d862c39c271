"""A verdict as the lens's page takes it."""

from collections.abc import Iterator
from typing import Any, Final

from cors_constructs.simulate.browser import Exchange, Verdict
from cors_constructs.simulate.browser.checks import Check, checks_of
from cors_constructs.simulate.messages import Request, Response

_LONGEST_BODY: Final = 64 * 1024  # bytes


def told(verdict: Verdict, *, include: bool) -> dict[str, Any]:
    """All of it, for JSON.

    Args:
        verdict: The verdict.
        include: Whether the credentials mode was `include`.
    """
    seen = verdict.response
    return {
        "outcome": verdict.outcome.name,
        "allowed": verdict.allowed,
        # What is allowed needs no advice: what else is said, of an error that the page reads, belongs to it.
        "summary": verdict.reason if verdict.allowed else verdict.summary,
        "advice": verdict.advice,
        "console": verdict.console,
        "notes": list(verdict.notes),
        "steps": list(_steps(verdict, include=include)),
        "page_sees": seen
        and {"status": seen.status, "headers": list(verdict.readable_headers.lines), "body": _body(seen)},
    }


def _steps(verdict: Verdict, *, include: bool) -> Iterator[dict[str, Any]]:
    is_redirected = False
    for exchange, checks in checks_of(verdict, include=include):
        title = "Preflight" if exchange.kind == "preflight" else "Request"
        yield {
            "title": f"{title}, redirected" if is_redirected else title,
            "sent": _sent(exchange.request),
            "got": _got(exchange),
            "checks": [_check(check) for check in checks],
        }
        is_redirected = is_redirected or exchange.kind == "request"


def _sent(request: Request) -> dict[str, Any]:
    return {"method": request.method, "url": request.url, "headers": list(request.headers.lines)}


def _got(exchange: Exchange) -> dict[str, Any] | None:
    response = exchange.response
    if response is None:
        return None
    return {
        "status": response.status,
        "headers": list(response.headers.lines),
        "body": _body(response),
        "why": response.why,
    }


def _check(check: Check) -> dict[str, Any]:
    what = f"CORS check: {check.what}" if check.source.endswith("#concept-cors-check") else check.what
    return {"what": what, "ok": check.passes, "said": check.said, "source": check.source}


def _body(response: Response) -> str:
    return response.body[:_LONGEST_BODY].decode("utf-8", "replace")
