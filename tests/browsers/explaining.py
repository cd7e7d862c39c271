"""Disagreements between a browser and the simulated one, and what explains them."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs

from cors_constructs.policy.names import SAFELISTED_METHODS
from cors_constructs.simulate import Outcome, Request, Verdict
from cors_constructs.simulate.browser import Exchange
from cors_constructs.simulate.browser.header_values import read_list
from cors_constructs.simulate.browser.page_request import unsafe_names

from .exchanges import Ask, Case, Lines
from .tellings import Telling


@attrs.frozen
class Disagreement:
    """What two browsers make of a case.

    Attributes:
        case: The case.
        ours: What the simulated browser makes of it.
        verdicts: What it says of each call.
        theirs: What the real one does.
    """

    case: Case
    ours: Telling
    verdicts: Sequence[Verdict]
    theirs: Telling


Smooth: TypeAlias = Callable[[Disagreement], Disagreement]
"""Takes out of a disagreement what an explanation explains; the rest stays."""


@attrs.frozen
class Explanation:
    """Why browsers differ from the standard.

    Attributes:
        name: What it is called here.
        engines: The browsers that do it.
        section: The section of the standard that says otherwise, or that leaves it open.
        what: What they do.
        smooth: Takes it out of a disagreement.
        example: An exchange about which these browsers disagree, for this reason alone.
    """

    name: str
    engines: tuple[str, ...]
    section: str
    what: str
    smooth: Smooth
    example: Case


def explain(engine: str, explanations: Sequence[Explanation], disagreement: Disagreement) -> list[str] | None:
    """The names of the explanations that together explain all of a disagreement, or None."""
    used = []
    for explanation in explanations:
        if engine in explanation.engines and disagreement.ours != disagreement.theirs:
            smoothed = explanation.smooth(disagreement)
            if smoothed != disagreement:
                used.append(explanation.name)
                disagreement = smoothed
    return used if disagreement.ours == disagreement.theirs else None


def whole_case(applies: Callable[[Disagreement], bool]) -> Smooth:
    """For what changes which requests are sent: all that follows is different then."""
    return lambda it: attrs.evolve(it, theirs=it.ours) if applies(it) else it


def noted(words: str) -> Smooth:
    """For what a verdict's notes tell of."""
    return whole_case(lambda it: any(words in note for verdict in it.verdicts for note in verdict.notes))


def ended(*outcomes: Outcome) -> Smooth:
    """For what changes how some calls end."""
    return whole_case(lambda it: any(verdict.outcome in outcomes for verdict in it.verdicts))


def asked(applies: Callable[[dict[str, list[str]]], bool]) -> Smooth:
    """For what some page's headers bring about."""
    return whole_case(lambda it: any(applies(by_name(ask.headers)) for ask in it.case.asks))


def redirected(applies: Callable[[Ask, Exchange, Exchange], bool]) -> Smooth:
    """For what a redirect brings about: by the call, the request that is redirected, and what follows it."""

    def found(disagreement: Disagreement) -> Iterator[bool]:
        for ask, verdict in zip(disagreement.case.asks, disagreement.verdicts, strict=True):
            exchanges = verdict.exchanges
            for before, after in pairwise(exchanges):
                if before.kind == "request":
                    yield applies(ask, before, after)

    return whole_case(lambda it: any(found(it)))


def by_name(lines: Lines) -> dict[str, list[str]]:
    """The values of headers by their names in lower case."""
    found: dict[str, list[str]] = {}
    for name, value in lines:
        found.setdefault(name.lower(), []).append(value.strip("\t\n\r "))
    return found


def origin(exchange: Exchange) -> str:
    """Where a request goes: scheme, host and port."""
    return "/".join(exchange.request.url.split("/")[:3])


_NAMES: Final = "Access-Control-Request-Headers"


def without_repeated_names(disagreement: Disagreement) -> Disagreement:
    """With each name once in Access-Control-Request-Headers."""
    sent = [
        {**it, _NAMES: ",".join(dict.fromkeys(it[_NAMES].split(",")))} if it[_NAMES] else it
        for it in disagreement.theirs.sent
    ]
    return attrs.evolve(disagreement, theirs=attrs.evolve(disagreement.theirs, sent=sent))


def without_high_bytes(disagreement: Disagreement) -> Disagreement:
    """With one mark for each run of bytes above 0x7F."""
    ours, theirs = (
        Telling(
            [read and (read[0], {name: _marked(value) for name, value in read[1].items()}) for read in telling.reads],
            [{name: _marked(value) for name, value in request.items()} for request in telling.sent],
        )
        for telling in (disagreement.ours, disagreement.theirs)
    )
    return attrs.evolve(disagreement, ours=ours, theirs=theirs)


def _marked(value: Any) -> Any:
    return re.sub("[\x80-\xff]+", "\x80", value) if isinstance(value, str) else value


def without_needless_origins(disagreement: Disagreement) -> Disagreement:
    """Without an Origin on what a redirect has led to, where ours has none."""
    ours, theirs = disagreement.ours.sent, list(disagreement.theirs.sent)
    for place, (mine, yours) in enumerate(zip(ours, theirs, strict=False)):
        alike = (mine["method"], mine["url"]) == (yours["method"], yours["url"])
        if alike and mine["Origin"] is None and not yours["url"].endswith("/0"):
            theirs[place] = {**yours, "Origin": None}
    return attrs.evolve(disagreement, theirs=attrs.evolve(disagreement.theirs, sent=theirs))


def has_several_lines(*names: str, with_empty: bool = False) -> Smooth:
    """For what is done where a header, of some names or of any, stands on several lines."""

    def applies(disagreement: Disagreement) -> bool:
        hops, asks = disagreement.case.hops, disagreement.case.asks
        answers = [answer.headers for hop in hops for answer in (hop.preflight, hop.response)]
        return any(
            len(values) > 1 and (not names or name in names) and (not with_empty or "" in values)
            for lines in (*answers, *(ask.headers for ask in asks))
            for name, values in by_name(lines).items()
        )

    return whole_case(applies)


def answered_407(disagreement: Disagreement) -> bool:
    """Whether a call failed because of a response of the status 407."""
    last = [verdict.exchanges[-1] for verdict in disagreement.verdicts if verdict.outcome is Outcome.NETWORK_ERROR]
    return any(exchange.response is not None and exchange.response.status == 407 for exchange in last)


def sent_null_in_a_preflight(disagreement: Disagreement) -> bool:
    """Whether a redirect has made a preflight's origin null."""
    exchanges = [exchange for verdict in disagreement.verdicts for exchange in verdict.exchanges]
    tainted = any(it.kind == "preflight" and it.request.headers.get("Origin") == "null" for it in exchanges)
    return tainted and not disagreement.case.opaque


def needs_leave_no_more(disagreement: Disagreement) -> bool:
    """Whether a redirect has made a request that needs no leave of one that needs it, at least of other origins."""
    for verdict in disagreement.verdicts:
        needed = False
        for before, after in pairwise(verdict.exchanges):
            needed = needed or _needs_leave(before.request)
            if needed and before.kind == after.kind == "request" and not _needs_leave(after.request):
                return True
    return False


def _needs_leave(request: Request) -> bool:
    lines = tuple(line for line in request.headers.lines if line[0] != "Origin")
    return request.method not in SAFELISTED_METHODS or bool(unsafe_names(lines))


def kept_a_wildcard(disagreement: Disagreement) -> bool:
    """Whether an earlier preflight spared one, whose answer had a *."""
    return _spared(disagreement) and _answers_a_wildcard(disagreement.case)


def kept_a_wildcard_with_credentials(disagreement: Disagreement) -> bool:
    """Whether calls without credentials follow one with them, where a preflight's answer has a *."""
    included = [ask.credentials == "include" for ask in disagreement.case.asks]
    return (True, False) in pairwise(included) and _answers_a_wildcard(disagreement.case)


def _answers_a_wildcard(case: Case) -> bool:
    lists = ("access-control-allow-methods", "access-control-allow-headers")
    answers = [by_name(hop.preflight.headers) for hop in case.hops]
    return any("*" in value for answer in answers for name in lists for value in answer.get(name, []))


def kept_for_null(disagreement: Disagreement) -> bool:
    """Whether an earlier preflight spared one, and a redirect has made a preflight's origin null."""
    return _spared(disagreement) and sent_null_in_a_preflight(disagreement)


def kept_for_others(disagreement: Disagreement) -> bool:
    """Whether an earlier preflight spared one, and some calls include credentials and some do not."""
    return _spared(disagreement) and len({ask.credentials == "include" for ask in disagreement.case.asks}) > 1


def _spared(disagreement: Disagreement) -> bool:
    return any("an earlier one has been kept" in note for it in disagreement.verdicts for note in it.notes)


def exposes_by_no_list(disagreement: Disagreement) -> bool:
    """Whether a page reads a response whose Access-Control-Expose-Headers holds a *, but is no list of names."""
    for verdict in disagreement.verdicts:
        lines = verdict.response.headers.all("Access-Control-Expose-Headers") if verdict.response else ()
        items = [item.strip() for line in lines for item in line.split(",")]
        if "*" in items and read_list(lines) is None:
            return True
    return False


def refused_once(disagreement: Disagreement) -> bool:
    """Whether a preflight's answer that passed the CORS check did not allow what was asked, and a call followed."""
    refusals = {Outcome.METHOD_NOT_ALLOWED, Outcome.HEADER_NOT_ALLOWED, Outcome.AUTHORIZATION_NOT_ALLOWED}
    return any(verdict.outcome in refusals for verdict in disagreement.verdicts[:-1])


def judged_as_if_with_credentials(disagreement: Disagreement) -> bool:
    """Whether a call with credentials for the page's origin alone is led away from it, and on, with preflights."""
    case = disagreement.case
    for ask, verdict in zip(case.asks, disagreement.verdicts, strict=True):
        abroad = [it for it in verdict.exchanges if origin(it) != origin(verdict.exchanges[0])]
        is_led_on = len({it.request.url for it in abroad}) > 1 and any(it.kind == "preflight" for it in abroad)
        if case.hops[0].host == "page" and not case.opaque and ask.credentials == "same-origin" and is_led_on:
            return True
    return False
