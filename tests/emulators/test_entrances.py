"""The same API by other entrances, deployed: its pages see what those of a `CorsRestApi` see, on the same emulator."""

import functools
from collections.abc import Callable, Mapping

import attrs
import pytest
from aws_cdk import App, Stack

from cors_constructs.simulate import Gateway, Request, Response

from ..entrances.cors_rest_api import REFERENCES
from ..entrances.entrance import InStacks
from ..entrances.entrances import ENTRANCES
from ..entrances.matrix import CALLS, Call, Sight, sight, sights
from ..entrances.terms import ONE, SEVERAL, Terms
from .abilities import Ability
from .adapt import Template
from .apps import synthesized
from .conftest import Deploy
from .emulator import DeployedApi, Emulator

NAMES = (
    "CorsSpecRestApi, mapping",
    "CorsSpecRestApi, errors as resources",
    "CorsSpecRestApi, moved to an asset",
    "CorsSpecRestApi, routes, shared",
)
DEPLOYED = [it for it in ENTRANCES if it.name in NAMES and isinstance(it, InStacks)]


@attrs.frozen
class Wire:
    """Takes requests to a deployed API; a browser's transport."""

    deployed: DeployedApi

    def __call__(self, request: Request) -> Response:
        answer = self.deployed.request(request.method, request.url, request.headers.lines, request.body)
        return Response(answer.status, answer.headers, answer.body)


Look = Callable[[InStacks], Mapping[Call, Sight]]


@pytest.fixture(scope="module")
def terms(emulator: Emulator) -> Terms:
    """Several origins where mapping templates are run; where they are not, one."""
    return SEVERAL if emulator.can(Ability.VTL_IN_MOCK) else ONE


@pytest.fixture(scope="module")
def look(deploy: Deploy, terms: Terms) -> Look:
    """Deploys an entrance when it is first asked for, and asks it what can be asked of an emulator."""

    @functools.cache
    def asked(entrance: InStacks) -> Mapping[Call, Sight]:
        deployed = deploy(template_of(entrance, terms))
        wire, key = Wire(deployed), deployed.key_value()
        return {call: sight(wire, key, call) for call in CALLS[entrance.description] if call.trouble is None}

    return asked


@pytest.mark.parametrize("entrance", DEPLOYED, ids=lambda it: it.name)
def test_pages_see_the_same_as_with_a_cors_rest_api(entrance: InStacks, look: Look) -> None:
    wanted, seen = look(REFERENCES[entrance.description]), look(entrance)

    wrong = [f"{call}\n  {seen[call]}\nand is to see\n  {it}" for call, it in wanted.items() if seen[call] != it]
    assert not wrong, f"{len(wrong)} of {len(wanted)} calls\n" + "\n\n".join(wrong[:5])


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=lambda it: it.name)
def test_what_they_are_measured_by_answers_preflights_as_the_simulated_gateway(
    reference: InStacks, look: Look, terms: Terms
) -> None:
    gateway = Gateway.from_template(template_of(reference, terms))
    simulated = sights(gateway, [call for call in CALLS[reference.description] if call.trouble is None])
    answered = [(call, it.answers[0]) for call, it in simulated.items() if it.answers[0].status == 204]

    assert {answer.kind for _, answer in answered} == {"preflight", "request"}
    assert dict(answered) == {call: look(reference)[call].answers[0] for call, _ in answered}


def test_every_entrance_that_is_named_is_deployed() -> None:
    assert {entrance.name for entrance in DEPLOYED} == set(NAMES)


def template_of(entrance: InStacks, terms: Terms) -> Template:
    def build(app: App) -> Stack:
        stack = Stack(app, "Stack")
        entrance.build(stack, terms, 1)
        return stack

    return synthesized(build)
