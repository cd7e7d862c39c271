"""The same calls on every entrance, on all terms: each verdict, each status and each CORS header are the same.

The APIs of one entrance, each on other terms, are built in one app: none may take another's policy.
"""

import functools
import itertools
from collections.abc import Callable, Mapping

import pytest

from cors_constructs import ErrorResponses
from cors_constructs.check import Answer, check
from cors_constructs.check.findings import Severity
from cors_constructs.simulate import Outcome

from .by_mapping import EVERY_REFERENCE
from .differences import DIFFERENCES, Difference, expected
from .entrance import Entrance, InStacks, Made
from .entrances import EVERY
from .matrix import CALLS, ROUTES, UNLISTED, Call, Key, Sight, sights, status_of
from .terms import ONE, Terms

Making = Callable[[Entrance], Mapping[Terms, Made]]
Look = Callable[[Entrance, Terms], Mapping[Call, Sight]]

EVERYWHERE = pytest.mark.parametrize(
    ("entrance", "terms"),
    [pytest.param(it, terms, id=f"{it.name}: {terms.name}") for it in EVERY for terms in it.terms],
)
ENTRANCE = pytest.mark.parametrize("entrance", EVERY, ids=lambda it: it.name)
REFERENCE = pytest.mark.parametrize(
    ("reference", "terms"),
    [pytest.param(it, terms, id=f"{it.name}: {terms.name}") for it in EVERY_REFERENCE.values() for terms in it.terms],
)


@pytest.fixture(scope="session")
def made() -> Making:
    """An entrance's APIs, built when they are first asked for."""
    return functools.cache(lambda entrance: entrance.on_all_terms())


@pytest.fixture(scope="session")
def look(made: Making) -> Look:
    """What comes of all calls at an entrance, on these terms; each is made once."""
    return functools.cache(lambda entrance, terms: sights(made(entrance)[terms].gateway, CALLS[entrance.description]))


@EVERYWHERE
def test_pages_see_the_same_as_with_a_cors_rest_api(entrance: Entrance, terms: Terms, look: Look) -> None:
    reference = look(EVERY_REFERENCE[entrance.description], terms)
    wanted, _ = expected(entrance, reference)
    seen = look(entrance, terms)

    wrong = [
        f"{call}\n  {seen[call]}\nand is to see\n  {wanted[call]}" for call in wanted if seen[call] != wanted[call]
    ]
    assert seen.keys() == wanted.keys()
    assert not wrong, f"{len(wrong)} of {len(wanted)} calls\n" + "\n\n".join(wrong[:5])


@pytest.mark.parametrize(
    ("difference", "name"),
    [pytest.param(it, name, id=f"{it.name}: {name}") for it in DIFFERENCES for name in sorted(it.entrances)],
)
def test_each_difference_that_is_listed_shows(difference: Difference, name: str, look: Look) -> None:
    (entrance,) = (it for it in EVERY if it.name == name)
    references = [look(EVERY_REFERENCE[entrance.description], terms) for terms in entrance.terms]

    assert any(difference in expected(entrance, reference)[1] for reference in references)


@EVERYWHERE
def test_the_checker_finds_no_error_but_what_was_asked_for(entrance: Entrance, terms: Terms, made: Making) -> None:
    findings = check(made(entrance)[terms].read)
    errors = {it.rule.id for it in findings if it.rule.severity is Severity.ERROR and it.answer is Answer.WRONG}

    assert errors == asked_for(terms), [f"{it.rule.id} {it.message}" for it in findings]


def asked_for(terms: Terms) -> set[str]:
    """The rules that are broken on purpose: every site can read the errors, as the option's name says."""
    return {"CORS305"} if terms.error_responses is ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN else set()


@ENTRANCE
def test_an_api_is_the_same_whatever_else_is_in_its_app(entrance: Entrance, made: Making) -> None:
    assert made(entrance)[ONE].template == entrance.on_terms(ONE).template


@pytest.mark.parametrize("entrance", [it for it in EVERY if isinstance(it, InStacks)], ids=lambda it: it.name)
def test_other_terms_are_deployed(entrance: InStacks, made: Making) -> None:
    found = {terms.name: it.deployments for terms, it in made(entrance).items()}

    assert all(found.values()), found
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(found.values(), 2)), found


@REFERENCE
def test_the_reference_itself_lets_pages_of_listed_origins_read_what_they_have_a_key_for(
    reference: Entrance, terms: Terms, look: Look
) -> None:
    """The comparisons say that all are alike. This says that what they are alike in is right."""
    reads = {call for call, sight in look(reference, terms).items() if sight.outcome == Outcome.ALLOWED.name}
    for call, sight in _page_calls(reference, terms, look):
        may = _may_call(terms, call)
        in_order = call.headers != UNLISTED and call.trouble is None
        keyed = call.key is Key.RIGHT or f"{call.verb} {call.path}" in reference.description.keyless
        if may and in_order and keyed:
            assert sight.answers[-1].status == status_of(call.path), (call, sight)
            assert call in reads, (call, sight)
        elif may and in_order:
            assert sight.answers[-1].status == 403, (call, sight)
            assert call in reads or call.credentials == "include", (call, sight)


@REFERENCE
def test_the_reference_itself_shows_strangers_nothing(reference: Entrance, terms: Terms, look: Look) -> None:
    for call, sight in _page_calls(reference, terms, look):
        if not _may_call(terms, call):
            last = sight.answers[-1]
            assert not (sight.outcome == Outcome.ALLOWED.name and last.kind == "request" and last.status == 200), call


def _page_calls(reference: Entrance, terms: Terms, look: Look) -> list[tuple[Call, Sight]]:
    """What pages ask of methods that there are."""
    there = ROUTES[reference.description]
    return [
        (call, sight)
        for call, sight in look(reference, terms).items()
        if call.origin is not None and (call.verb, call.path) in there
    ]


def _may_call(terms: Terms, call: Call) -> bool:
    assert call.origin is not None
    listed = terms.policy.any_origin or terms.policy.allows_origin(call.origin)
    return listed and (call.credentials == "omit" or terms.policy.allow_credentials)
