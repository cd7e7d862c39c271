"""Where an entrance answers otherwise than `CorsRestApi` does, each with its reason.

What is not listed here fails its comparison, and so does what is listed and does not show.
"""

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from .description import FULL
from .entrance import Entrance
from .matrix import NOT_THERE, Answer, Call, Key, Sight

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


def _union(found: Sights, call: Call) -> Sight:
    """Every preflight allows what any of the paths has that share it."""
    if call.path in _OWN:
        return found[call]
    return attrs.evolve(found[call], answers=tuple(_allowing(answer, _UNION) for answer in found[call].answers))


def _allowing(answer: Answer, methods: str) -> Answer:
    lines = tuple((name, methods if name == _ALLOWED else value) for name, value in answer.headers)
    return attrs.evolve(answer, headers=lines)


def _everywhere(found: Sights, call: Call) -> Sight:
    """A call of what is not there comes as far as one that lacks its key: it is sent, and gets 403."""
    if call.verb == "OPTIONS" and any(call.path == path for _, path in NOT_THERE[FULL]):
        asked = tuple((name, "GET" if name == _ASKED else value) for name, value in call.headers)
        return found[attrs.evolve(call, path="/users", headers=asked)]
    if (call.verb, call.path) in NOT_THERE[FULL] and found[call].answers[0].kind == "preflight":
        return found[Call("GET", "/users", call.origin, Key.WRONG, credentials=call.credentials)]
    return found[call]


def _where_the_cdk_made_one(found: Sights, call: Call) -> Sight:
    """On a path without methods, the CDK's preflight goes on to let calls come as far as their 403."""
    if call.path != "/files":
        return found[call]
    alike = _everywhere(found, call)
    return attrs.evolve(alike, answers=tuple(_allowing(answer, "OPTIONS") for answer in alike.answers))


_ASKED: Final = "access-control-request-method"
_ALLOWED: Final = "access-control-allow-methods"
_UNION: Final = "DELETE,GET,POST,PUT"
_OWN: Final = frozenset({"/", "/files/a/b.txt"})
"""The root, which no greedy path takes; and where ANY would take the OPTIONS."""

_SHARED: Final = frozenset(
    {
        "CorsRestApi, shared",
        "CorsRestApi, shared, a branch",
        "CorsSpecRestApi, mapping, shared",
        "on RestApi, shared",
        "on SpecRestApi, shared",
        "on bare CloudFormation, shared",
        "CorsSpecRestApi, routes, shared",
    }
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
        _everywhere,
    ),
    Difference(
        "the CDK's preflight of a path without methods stays",
        "What is there is not taken away. It says what the policy says, and that there is no method to allow.",
        frozenset({"on preflights of the CDK"}),
        _where_the_cdk_made_one,
    ),
)
"""In the order in which they are applied."""
