"""The pages that call: one of each origin that a template lets in, and a stranger's."""

import enum
import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from cors_constructs.check.functions import FunctionFacts
from cors_constructs.check.origins import is_origin
from cors_constructs.check.preflights import Preflight
from cors_constructs.check.probes import STRANGERS
from cors_constructs.simulate.model import Api


class Kind(enum.Enum):
    """Why a page is tried."""

    LISTED = "listed"
    """Its origin stands in the template."""
    MADE_UP = "made up for a pattern"
    """A pattern of the template matches its origin."""
    GIVEN = "given"
    """Its origin is given by an option."""
    STRANGER = "stranger"
    """Nobody lists its origin."""


@attrs.frozen
class Page:
    """A page.

    Attributes:
        origin: Its origin, as browsers send it.
        kind: Why it is tried.
    """

    origin: str
    kind: Kind


def pages_of(api: Api, given: Iterable[str] = ()) -> tuple[Page, ...]:
    """The pages to try an API from: listed ones, one for each pattern, those given, and a stranger.

    Args:
        api: The API.
        given: Further origins.
    """
    listed, made_up = _named_by_preflights(api)
    more_listed, more_made_up = _named_by_functions(api, made_up)
    found = dict.fromkeys([*listed, *more_listed], Kind.LISTED)
    for origin in _one_of_each([*made_up, *more_made_up]):
        found.setdefault(origin, Kind.MADE_UP)
    for origin in given:
        found.setdefault(origin, Kind.GIVEN)
    found.setdefault(STRANGERS[0], Kind.STRANGER)
    return tuple(Page(origin, kind) for origin, kind in found.items())


def _named_by_preflights(api: Api) -> tuple[list[str], list[str]]:
    """The origins that stand in templates of OPTIONS methods, and samples of the patterns there."""
    listed: list[str] = []
    made_up: list[str] = []
    for method in api.methods:
        answer = Preflight(method, api, ()).answer if method.verb == "OPTIONS" else None
        if answer is None:
            continue
        if isinstance(answer.static.origin, str) and is_origin(answer.static.origin):
            listed.append(answer.static.origin)
        for origin in filter(is_origin, answer.welcome.guests if answer.welcome else ()):
            (listed if answer.welcome and origin in answer.welcome.compared else made_up).append(origin)
    return listed, made_up


def _named_by_functions(api: Api, known: Sequence[str]) -> tuple[list[str], list[str]]:
    """The same for the policies that functions are told: where no template answers preflights, they alone tell.

    Of a pattern that one of the known origins is of, there is no other.
    """
    listed: list[str] = []
    made_up: list[str] = []
    for method in api.methods:
        function = method.integration.function if method.integration else None
        policies = FunctionFacts(function).policies if function else None
        shared = policies.at(method.path) if policies else None
        if shared is None:
            continue
        met = [pattern for pattern in shared.policy.origin_patterns if any(map(pattern.matches, known))]
        for origin in filter(is_origin, shared.origins()):
            if origin in shared.policy.exact_origins:
                listed.append(origin)
            elif not any(pattern.matches(origin) for pattern in met):
                made_up.append(origin)
    return listed, made_up


def _one_of_each(origins: Iterable[str]) -> Iterator[str]:
    """One sample for each pattern: samples of one have the same names, apart from what its wildcards stand for."""
    chosen: dict[str, str] = {}
    for origin in origins:
        before = chosen.get(_without_port(origin))
        # Where any port will do, one with a port shows more.
        if before is None or (before == _without_port(origin) and origin != before):
            chosen[_without_port(origin)] = origin
    yield from chosen.values()


def _without_port(origin: str) -> str:
    return re.sub(r":\d+$", "", origin)
