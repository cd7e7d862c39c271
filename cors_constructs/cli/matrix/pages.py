"""The pages that call: one of each origin that a template lets in, and a stranger's."""

import enum
import re
from collections.abc import Iterable, Iterator

import attrs

from cors_constructs.check.named import named_origins
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
    named = named_origins(api)
    found = dict.fromkeys(named.listed, Kind.LISTED)
    for origin in _one_of_each(named.made_up):
        found.setdefault(origin, Kind.MADE_UP)
    for origin in given:
        found.setdefault(origin, Kind.GIVEN)
    found.setdefault(STRANGERS[0], Kind.STRANGER)
    return tuple(Page(origin, kind) for origin, kind in found.items())


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
