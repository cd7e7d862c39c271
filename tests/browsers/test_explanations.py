"""What `explained` says of browsers is still so: of those that it names, and of no others."""

from collections.abc import Mapping

import attrs
import pytest

from .engines import Engine
from .explained import EXPLAINED
from .explaining import Disagreement, Explanation, explain
from .servers import PAGES, serving
from .tellings import run, settle, simulate


@pytest.fixture(scope="module")
def disagreements(engine: Engine) -> Mapping[int, Disagreement]:
    """What an engine makes of each example, beside what the simulated browser makes of it."""
    cases = [attrs.evolve(it.example, number=number) for number, it in enumerate(EXPLAINED)]
    found = {}
    with serving(cases) as (site, seen):
        for opaque, path in PAGES.items():
            page = engine.open(site.origin("page") + path)
            settle(page, site, seen)
            for made in run(page, site, [case for case in cases if case.opaque is opaque], seen):
                found[made.case.number] = Disagreement(
                    made.case, *simulate(site, made.case, made.moments), made.telling
                )
    return found


@pytest.mark.parametrize(
    ("number", "explanation"), list(enumerate(EXPLAINED)), ids=[explanation.name for explanation in EXPLAINED]
)
def test_a_browser_differs_if_and_only_if_it_is_said_to(
    engine: Engine, disagreements: Mapping[int, Disagreement], number: int, explanation: Explanation
) -> None:
    disagreement = disagreements[number]
    assert disagreement.ours.sent, "nothing was sent at all"
    if engine.name in explanation.engines:
        assert explain(engine.name, EXPLAINED, disagreement) == [explanation.name], disagreement
    else:
        assert explain(engine.name, EXPLAINED, disagreement) is not None, disagreement


def test_an_explanation_has_one_name_and_cites_the_section() -> None:
    names = [explanation.name for explanation in EXPLAINED]
    assert len(set(names)) == len(names)
    for explanation in EXPLAINED:
        assert explanation.section.startswith(
            ("https://fetch.spec.whatwg.org/#", "https://mimesniff.spec.whatwg.org/#")
        )
