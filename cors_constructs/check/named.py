"""The origins that an API lets in, by what its template names: in preflights, and in what functions are told."""

from collections.abc import Iterator, Sequence

import attrs

from cors_constructs.check import probes
from cors_constructs.check.functions import FunctionFacts
from cors_constructs.check.origins import is_origin
from cors_constructs.check.preflights import Preflight
from cors_constructs.check.shared import Shared
from cors_constructs.policy.origin import OriginPattern, pattern_of
from cors_constructs.simulate.model import Api

_ANY = "*"


@attrs.frozen
class Named:
    """Origins that are named. Each is one that a browser sends; those that only a deployment knows are left out.

    Attributes:
        listed: Those that stand in the template as they are.
        made_up: Samples of patterns; of one pattern there may be several.
        patterns: The patterns of which it is known how they were written.
        any_origin: Whether all are let in, by `*`.
    """

    listed: tuple[str, ...] = ()
    made_up: tuple[str, ...] = ()
    patterns: tuple[OriginPattern, ...] = ()
    any_origin: bool = False

    def as_written(self) -> tuple[str, ...]:
        """All of them, patterns as they were written; a sample stands for a pattern of which that is not known."""
        unknown = (origin for origin in self.made_up if not any(it.matches(origin) for it in self.patterns))
        return tuple(
            dict.fromkeys([*self.listed, *map(str, self.patterns), *unknown, *([_ANY] if self.any_origin else [])])
        )


def named_origins(api: Api) -> Named:
    """The origins that an API's template names."""
    by_preflights = _by_preflights(api)
    by_functions = _by_functions(api, by_preflights.made_up)
    return Named(
        (*by_preflights.listed, *by_functions.listed),
        (*by_preflights.made_up, *by_functions.made_up),
        tuple(dict.fromkeys([*by_preflights.patterns, *by_functions.patterns])),
        by_preflights.any_origin or by_functions.any_origin,
    )


def _by_preflights(api: Api) -> Named:
    """The origins that stand in templates of OPTIONS methods, and samples of the patterns there."""
    listed: list[str] = []
    made_up: list[str] = []
    patterns: list[OriginPattern] = []
    any_origin = False
    for method in api.methods:
        answer = Preflight(method, api, ()).answer if method.verb == "OPTIONS" else None
        if answer is None:
            continue
        any_origin = any_origin or _ANY in answer.guests
        if isinstance(answer.static.origin, str) and is_origin(answer.static.origin):
            listed.append(answer.static.origin)
        guests = list(filter(is_origin, answer.welcome.guests if answer.welcome else ()))
        for origin in guests:
            (listed if answer.welcome and origin in answer.welcome.compared else made_up).append(origin)
        written = filter(None, map(pattern_of, probes.patterns(str(answer.template)) if guests else ()))
        patterns += [pattern for pattern in written if any(map(pattern.matches, guests))]
    return Named(tuple(listed), tuple(made_up), tuple(patterns), any_origin)


def _by_functions(api: Api, known: Sequence[str]) -> Named:
    """The same for the policies that functions are told: where no template answers preflights, they alone tell.

    Of a pattern that one of the known origins is of, no other is made up.
    """
    listed: list[str] = []
    made_up: list[str] = []
    patterns: list[OriginPattern] = []
    any_origin = False
    for shared in _shared_policies(api):
        policy = shared.policy
        any_origin = any_origin or policy.any_origin
        patterns += policy.origin_patterns
        met = [pattern for pattern in policy.origin_patterns if any(map(pattern.matches, known))]
        for origin in filter(is_origin, shared.origins()):
            if origin in policy.exact_origins:
                listed.append(origin)
            elif not any(pattern.matches(origin) for pattern in met):
                made_up.append(origin)
    return Named(tuple(listed), tuple(made_up), tuple(patterns), any_origin)


def _shared_policies(api: Api) -> Iterator[Shared]:
    for method in api.methods:
        function = method.integration.function if method.integration else None
        policies = FunctionFacts(function).policies if function else None
        shared = policies.at(method.path) if policies else None
        if shared is not None:
            yield shared
