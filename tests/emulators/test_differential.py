"""The same requests, sent to an emulator and to the simulated gateway: alike, or different for a reason that is listed.

Where both emulators agree and the gateway does not, the gateway is wrong until AWS's documentation says otherwise.
"""

import functools
from collections.abc import Callable

import attrs
import pytest

from cors_constructs.simulate import Gateway

from .conftest import Deploy
from .differential import backends, examples, mocks, plain_cdk, routing, specified
from .differential.answers import Answer, gateway_for, of_emulator, of_gateway
from .differential.calls import Call, Scenario
from .differential.changes import Difference
from .differential.differences import DIFFERENCES
from .emulator import DeployedApi, Emulator

SCENARIOS = [
    scenario for module in (examples, plain_cdk, routing, mocks, backends, specified) for scenario in module.SCENARIOS
]
CASES = [(scenario, call) for scenario in SCENARIOS for call in scenario.calls]
EMULATORS = 2


@attrs.frozen
class Side:
    """A scenario on an emulator, and the simulated gateways of its APIs."""

    deployed: DeployedApi
    gateway: Callable[[str | None], Gateway]


@attrs.define
class Seen:
    """What the comparisons of this run showed."""

    comparisons: set[tuple[str, str, str]] = attrs.field(factory=set)
    differences: set[tuple[Difference, str]] = attrs.field(factory=set)
    """Each with the pattern by which it was expected."""


@pytest.fixture(scope="session")
def seen() -> Seen:
    return Seen()


@pytest.fixture(scope="module")
def side(deploy: Deploy) -> Callable[[Scenario], Side]:
    """Deploys a scenario when it is first asked for."""

    @functools.cache
    def deployed(scenario: Scenario) -> Side:
        parameters = dict(scenario.parameters)
        running = deploy(scenario.template(), parameters)
        return Side(running, functools.cache(functools.partial(gateway_for, running, parameters)))

    return deployed


@pytest.mark.parametrize(
    ("scenario", "call"),
    [pytest.param(scenario, call, id=f"{scenario.name}: {call}") for scenario, call in CASES],
)
def test_the_gateway_answers_as_the_emulator(
    emulator: Emulator, scenario: Scenario, call: Call, side: Callable[[Scenario], Side], seen: Seen
) -> None:
    both = side(scenario)
    theirs = of_emulator(both.deployed, call)
    ours = of_gateway(both.deployed, both.gateway(call.api), call)
    expected, applied = _as_this_emulator_would(emulator, scenario, call, ours)

    seen.comparisons.add((emulator.name, scenario.name, str(call)))
    seen.differences.update(applied)
    listed = "".join(f"\n{difference.ability.name}: {difference.ability.value}" for difference, _ in applied)
    assert theirs == expected, (
        f"the gateway\n{ours}\n{emulator.name}\n{theirs}\nlisted{listed or ' nothing'}\n{expected}"
    )


def test_there_are_five_hundred_comparisons_at_least() -> None:
    names = {f"{scenario.name}: {call}" for scenario, call in CASES}
    assert len(names) == len(CASES), "a request is there twice"
    assert len(CASES) * EMULATORS >= 500


def test_every_listed_difference_is_there(emulator: Emulator, seen: Seen) -> None:
    compared = [comparison for comparison in seen.comparisons if comparison[0] == emulator.name]
    if len(compared) < len(CASES):
        pytest.skip("only some of the comparisons ran")
    listed = [(it, pattern) for it in DIFFERENCES if it.emulator == emulator.name for pattern in it.where]
    gone = [f"{it.ability.name} in {pattern}" for it, pattern in listed if (it, pattern) not in seen.differences]
    assert not gone, f"listed, and no longer there: {gone}"


def _as_this_emulator_would(
    emulator: Emulator, scenario: Scenario, call: Call, answer: Answer
) -> tuple[Answer, list[tuple[Difference, str]]]:
    """The gateway's answer, changed by each listed difference, and those that changed it."""
    applied = []
    for difference in DIFFERENCES:
        places = difference.places(emulator.name, f"{scenario.name}: {call}", answer)
        if places and (changed := difference.theirs(answer)) != answer:
            applied += [(difference, place) for place in places]
            answer = changed
    return answer, applied
