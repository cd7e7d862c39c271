"""Real browsers and the simulated one make the same of random exchanges: what is sent, and what the page reads.

Each exchange goes over loopback to servers with origins of their own; nothing is intercepted. Where a browser differs,
`explained` says why, or the test fails. One set of exchanges is always the same; the other is new in each run, and
`CORS_TEST_SEED`, set to what the run has told, repeats it. `CORS_TEST_EXCHANGES` says how many there are in a set.
"""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from cors_constructs.simulate import Outcome

from .engines import Engine
from .exchanges import Case, make_case
from .explained import EXPLAINED
from .explaining import Disagreement, explain
from .servers import PAGES, Site, serving
from .tellings import run, settle, simulate

COUNT: Final = int(os.environ.get("CORS_TEST_EXCHANGES", "600"))
FIXED_SEED: Final = 1
SEED: Final = int(os.environ.get("CORS_TEST_SEED", "0")) or secrets.randbelow(10**9) + 2
AT_ONCE: Final = 100
MOST_SHOWN: Final = 10


def all_made(engine: Engine, cases: list[Case]) -> Iterator[tuple[Site, Disagreement]]:
    """What an engine makes of each case, and what the simulated browser makes of it: the same, mostly."""
    with serving(cases) as (site, seen):
        pages = {opaque: engine.open(site.origin("page") + path) for opaque, path in PAGES.items()}
        for page in pages.values():
            settle(page, site, seen)
        for start in range(0, len(cases), AT_ONCE):
            for opaque, page in pages.items():
                batch = [case for case in cases[start : start + AT_ONCE] if case.opaque is opaque]
                for made in run(page, site, batch, seen):
                    yield site, Disagreement(made.case, *simulate(site, made.case, made.moments), made.telling)


@pytest.mark.parametrize("seed", [FIXED_SEED, SEED], ids=["fixed", "fresh"])
def test_browser_and_simulation_agree(engine: Engine, tell_at_the_end: Callable[[str], None], seed: int) -> None:
    used = Counter[str]()
    agreed = 0
    unexplained = list[Disagreement]()
    for _, made in all_made(engine, [make_case(number, seed) for number in range(COUNT)]):
        names = explain(engine.name, EXPLAINED, made)
        agreed += names == []
        used.update(names or ())
        if names is None:
            unexplained.append(made)
    told = ", ".join(f"{name} {count}" for name, count in sorted(used.items()))
    tell_at_the_end(
        f"{engine.name}, CORS_TEST_SEED={seed}: {agreed} of {COUNT} exchanges alike, "
        f"{COUNT - agreed - len(unexplained)} explained ({told or 'none'}), {len(unexplained)} not explained"
    )
    assert not unexplained, "\n\n".join(
        [f"CORS_TEST_SEED={seed}: {len(unexplained)} not explained", *map(_shown, unexplained[:MOST_SHOWN])]
    )


def test_the_fixed_exchanges_come_to_nearly_every_end() -> None:
    with serving([]) as (site, _):
        cases = [make_case(number, FIXED_SEED) for number in range(600)]
        all_cases = Site(site.port, {case.number: case for case in cases})
        ends = Counter(
            verdict.outcome for case in cases for verdict in simulate(all_cases, case, [0.0] * len(case.asks))[1]
        )
    never = {outcome for outcome in Outcome if not ends[outcome]}
    # The first addresses are right, and there are three redirects at most.
    assert never <= {
        *(Outcome.URL_UNREADABLE, Outcome.URL_WITH_CREDENTIALS, Outcome.SCHEME_NOT_SUPPORTED),
        Outcome.TOO_MANY_REDIRECTS,
    }
    assert sum(ends[outcome] for outcome in Outcome if outcome.allowed) > 200


def _shown(made: Disagreement) -> str:
    lines = [
        str(made.case),
        f"theirs: {made.theirs}",
        f"ours:   {made.ours}",
        *map(str, made.verdicts),
    ]
    return "\n".join(lines)
