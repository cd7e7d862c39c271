"""Every example is right as it is, and every way to break it is found."""

import pytest

from cors_constructs.check import Answer

from .asking import checked
from .breakages import BREAKAGES, EXAMPLES, Breakage, Broken, example


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_found_in_an_example_as_it_is(name: str) -> None:
    assert checked(example(name)) == []


@pytest.mark.parametrize("breakage", BREAKAGES, ids=[breakage.name for breakage in BREAKAGES])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_broken_example_is_found(name: str, breakage: Breakage) -> None:
    broken = Broken(name)
    breakage.apply(broken)
    assert broken.document != example(name), "the breakage broke nothing"
    assert breakage.rule in {finding.rule.id for finding in checked(broken.document)}


def test_there_are_enough_ways_to_break_an_example() -> None:
    assert len({breakage.name for breakage in BREAKAGES}) == len(BREAKAGES) >= 40


def test_every_error_of_the_mutations_names_its_place() -> None:
    for breakage in BREAKAGES:
        broken = Broken("Quickstart")
        breakage.apply(broken)
        for finding in checked(broken.document):
            assert finding.source.logical_id in broken.resources
            assert finding.message
            assert finding.fix
            assert finding.answer in {Answer.WRONG, Answer.CANNOT_TELL}
