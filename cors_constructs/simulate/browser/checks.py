"""Each check that the answers of a fetch have to pass, by itself: those after the one that decided, too.

So that a person who mends one thing sees the next one that is wrong. The checks are the very ones that decide.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from cors_constructs.policy.names import SAFELISTED_METHODS
from cors_constructs.simulate.browser.cors_check import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    Asked,
    check_credentials,
    check_method,
    check_names,
    check_not_redirected,
    check_origin_value,
    check_status,
    get,
    in_preflight,
    read_methods,
    read_names,
)
from cors_constructs.simulate.browser.outcomes import Failure, Outcome
from cors_constructs.simulate.browser.reasons import Facts, explain
from cors_constructs.simulate.browser.verdict import Exchange, Verdict
from cors_constructs.simulate.messages import Response

_STANDARD: Final = "https://fetch.spec.whatwg.org/"
_CORS_CHECK: Final = f"{_STANDARD}#concept-cors-check"
_PREFLIGHT: Final = f"{_STANDARD}#cors-preflight-fetch-0"


@attrs.frozen
class Check:
    """A check.

    Attributes:
        what: What is looked at, such as `Access-Control-Allow-Origin`.
        passes: Whether it is as it should be.
        said: Why, or why not and what to change.
        source: The address of the standard's section that asks for it.
    """

    what: str
    passes: bool
    said: str
    source: str


def checks_of(verdict: Verdict, *, include: bool) -> tuple[tuple[Exchange, tuple[Check, ...]], ...]:
    """The exchanges of a fetch, each with the checks of its answer.

    Where the fetch is blocked, one of the last exchange's checks fails; where it is allowed, all checks pass.

    Args:
        verdict: What the fetch came to.
        include: Whether its credentials mode was `include`.
    """
    told = [(exchange, tuple(_checks(verdict, exchange, include=include))) for exchange in verdict.exchanges]
    if told and not verdict.allowed and all(check.passes for check in told[-1][1]):
        # Neither header nor status: where a redirect leads to.
        last = Check("Redirect", passes=False, said=verdict.reason, source=verdict.outcome.section)
        told[-1] = told[-1][0], (*told[-1][1], last)
    return tuple(told)


def _checks(verdict: Verdict, exchange: Exchange, *, include: bool) -> Iterator[Check]:
    is_preflight = exchange.kind == "preflight"
    if exchange.response is None or exchange.error:
        outcome = Outcome.PREFLIGHT_NETWORK_ERROR if is_preflight else Outcome.NETWORK_ERROR
        yield Check("Answer", passes=False, said=exchange.error, source=outcome.section)
    elif is_preflight:
        yield from _Answer(verdict, exchange, exchange.response, include=include).of_preflight()
    elif exchange.crosses:
        yield from _Answer(verdict, exchange, exchange.response, include=include).of_request()
    else:
        said = "the page and the URL have the same origin, so that no leave is needed"
        yield Check("Origin", passes=True, said=said, source=Outcome.SAME_ORIGIN.section)


class _Answer:
    """An answer that came, and what it is held to."""

    def __init__(self, verdict: Verdict, exchange: Exchange, response: Response, *, include: bool) -> None:
        sent = exchange.request.headers
        unsafe = tuple(filter(None, (get(sent, "Access-Control-Request-Headers") or "").split(",")))
        method = get(sent, "Access-Control-Request-Method") or exchange.request.method
        self._asked = Asked(get(sent, "Origin") or verdict.origin, include, method, unsafe)
        # Without the leave of its preflight, no request is sent.
        has_leave = exchange.kind == "request" and any(
            it.kind == "preflight" and it.request.url == exchange.request.url for it in verdict.exchanges
        )
        self._facts = Facts(verdict.origin, self._asked.origin, method, response, is_guest=has_leave)
        self._response = response

    def of_request(self) -> Iterator[Check]:
        """The CORS check."""
        asked, headers = self._asked, self._response.headers
        failure = check_origin_value(headers, asked.origin, include=asked.include)
        yield self._check(ALLOW_ORIGIN, failure, f"it allows {get(headers, ALLOW_ORIGIN)}", _CORS_CHECK)
        if asked.include:
            failure = check_credentials(headers)
            yield self._check(ALLOW_CREDENTIALS, failure, "it is true, as credentials ask for", _CORS_CHECK)

    def of_preflight(self) -> Iterator[Check]:
        """The CORS check, and what the answer allows."""
        asked, headers = self._asked, self._response.headers
        if redirected := check_not_redirected(self._response):
            yield self._check("Status", redirected, "", _PREFLIGHT)
            return
        failure = in_preflight(check_origin_value(headers, asked.origin, include=asked.include))
        yield self._check(ALLOW_ORIGIN, failure, f"it allows {get(headers, ALLOW_ORIGIN)}", _CORS_CHECK)
        if asked.include:
            failure = in_preflight(check_credentials(headers))
            yield self._check(ALLOW_CREDENTIALS, failure, "it is true, as credentials ask for", _CORS_CHECK)
        yield self._check("Status", check_status(self._response), f"{self._response.status} is ok", _PREFLIGHT)
        methods = read_methods(headers)
        failure = methods if isinstance(methods, Failure) else check_method(methods, asked)
        yield self._check(ALLOW_METHODS, failure, self._of_method(), _PREFLIGHT)
        names = read_names(headers)
        failure = names if isinstance(names, Failure) else check_names(names, asked)
        yield self._check(ALLOW_HEADERS, failure, self._of_names(), _PREFLIGHT)

    def _of_method(self) -> str:
        asked = self._asked.method
        return f"{asked} needs no leave" if asked in SAFELISTED_METHODS else f"it allows {asked}"

    def _of_names(self) -> str:
        return f"it allows {', '.join(self._asked.unsafe)}" if self._asked.unsafe else "no header needs leave"

    def _check(self, what: str, failure: Failure | None, said: str, source: str) -> Check:
        if failure is None:
            return Check(what, passes=True, said=said, source=source)
        reason = explain(failure, self._facts)
        advised = f"{reason.said}: {reason.advice}" if reason.advice else reason.said
        return Check(what, passes=False, said=advised, source=failure.outcome.section)
