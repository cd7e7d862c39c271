"""Where an entrance answers otherwise than `CorsRestApi` does, each with its reason.

What is not listed here fails its comparison, and so does what is listed and does not show.
"""

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from .description import FULL
from .entrance import Entrance
from .matrix import NOT_THERE, Answer, Call, Key, Lines, Sight

Sights = Mapping[Call, Sight]


@attrs.frozen
class Difference:
    """A difference that has a reason.

    Attributes:
        name: What it is called.
        reason: Why it has to be.
        entrances: The names of the entrances that have it.
        theirs: What a call comes to there, where all calls come to this here.
    """

    name: str
    reason: str
    entrances: frozenset[str]
    theirs: Callable[[Sights, Call], Sight] = attrs.field(repr=False)


def expected(entrance: Entrance, reference: Sights) -> tuple[Sights, set[Difference]]:
    """What is to be seen at an entrance, and the differences that show in it."""
    found, shown = dict(reference), set()
    for difference in DIFFERENCES:
        if entrance.name in difference.entrances:
            theirs = {call: difference.theirs(found, call) for call in found}
            if theirs != found:
                shown.add(difference)
            found = theirs
    return found, shown


ALLOW_METHODS: Final = "access-control-allow-methods"
_UNION: Final = ("DELETE", "GET", "POST", "PUT")
_OWN: Final = ("/", "/files/a/b.txt")
"""The root, which no greedy path takes; and where ANY would take the OPTIONS."""


def _union(found: Sights, call: Call) -> Sight:
    """Every preflight allows what any of the paths has that share it."""
    sight = found[call]
    if call.path in _OWN:
        return sight
    return attrs.evolve(sight, answers=tuple(_allowing(answer) for answer in sight.answers))


def _allowing(answer: Answer) -> Answer:
    allowed: Lines = tuple((name, ",".join(_UNION) if name == ALLOW_METHODS else it) for name, it in answer.headers)
    return attrs.evolve(answer, headers=allowed)


def _answered_everywhere(found: Sights, call: Call) -> Sight:
    """A call of what is not there comes as far as one that lacks its key: it is sent, and gets 403."""
    nowhere = any(call.path == path and call.verb in {verb, "OPTIONS"} for verb, path in NOT_THERE[FULL])
    if call.verb == "OPTIONS" and nowhere and call.path not in _THERE:
        asked = tuple((name, "GET" if name == "access-control-request-method" else it) for name, it in call.headers)
        return found[attrs.evolve(call, path="/users", headers=asked)]
    if call.verb != "OPTIONS" and nowhere and found[call].answers[0].kind == "preflight":
        return found[Call("GET", "/users", call.origin, Key.WRONG, credentials=call.credentials)]
    return found[call]


_THERE: Final = ("/users", "/health")
_SHARED: Final = frozenset(
    {"CorsRestApi, shared", "CorsSpecRestApi, mapping, shared", "CorsSpecRestApi, routes, shared"}
)

DIFFERENCES: Final = (
    Difference(
        "a shared preflight allows the union of the methods",
        "One OPTIONS answers for all paths and cannot tell them apart. What a path does not have, the gateway refuses.",
        _SHARED,
        _union,
    ),
    Difference(
        "a shared preflight answers for what is not there",
        "`/{proxy+}` takes every path. The page's preflight passes, its call gets the 403, and it reads that.",
        _SHARED,
        _answered_everywhere,
    ),
)
