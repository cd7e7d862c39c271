"""Exchanges as rows of tables: what a page does, what it is answered, and where that ends."""

from typing import Any, NamedTuple

from cors_constructs.simulate import Outcome, Response

from .scripted import OPEN, SITE, Server, fetch

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
WITH_CREDENTIALS = {"credentials": "include"}


class Exchange(NamedTuple):
    """What a page does, what it is answered, and the outcome."""

    section: str
    page: dict[str, Any]
    preflight: Response | None
    response: Response
    outcome: Outcome


def of_preflight(section: str, page: dict[str, Any], preflight: Response, outcome: Outcome) -> Exchange:
    credentials = page.get("credentials") == "include"
    open_to_it = {ALLOW_ORIGIN: SITE, ALLOW_CREDENTIALS: "true"} if credentials else OPEN
    return Exchange(section, page, preflight, Response(200, open_to_it), outcome)


def of_response(
    section: str,
    allowed: str | list[str] | None,
    outcome: Outcome,
    **page: Any,
) -> Exchange:
    return Exchange(section, page, None, Response(200, {} if allowed is None else {ALLOW_ORIGIN: allowed}), outcome)


def with_origin(*origins: str, status: int = 204, credentials: str | None = None, **more: str | list[str]) -> Response:
    """A preflight's answer that allows PUT."""
    headers: dict[str, str | list[str]] = {ALLOW_ORIGIN: list(origins), "Access-Control-Allow-Methods": "PUT"}
    if credentials is not None:
        headers[ALLOW_CREDENTIALS] = credentials
    return Response(status, {**headers, **{name.replace("_", "-"): value for name, value in more.items()}})


def check(exchange: Exchange) -> None:
    """The exchange ends as its row says, and the verdict holds together."""
    server = Server(exchange.response, exchange.preflight)
    verdict = fetch(server, **{"method": "GET", **exchange.page})
    assert verdict.outcome is exchange.outcome, f"{exchange.section}\n{verdict}"
    assert verdict.allowed is (exchange.outcome is Outcome.ALLOWED)
    assert (verdict.response is exchange.response) is verdict.allowed
    assert bool(verdict.console) is not verdict.allowed or exchange.outcome is Outcome.AUTHORIZATION_NOT_ALLOWED
    assert [kept.request for kept in verdict.exchanges] == server.requests
    if exchange.outcome.in_preflight:
        assert server.requests == server.preflights, "a request went out that the preflight had not allowed"
