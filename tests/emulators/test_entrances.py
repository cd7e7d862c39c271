"""The same API by other entrances, deployed: its pages see what those of a `CorsRestApi` see, on the same emulator."""

import functools
from collections.abc import Callable
from typing import Final

import attrs
import pytest
from aws_cdk import Stack

from cors_constructs.simulate import Gateway, Outcome, Request, Response

from ..entrances.cors_rest_api import REFERENCES
from ..entrances.differences import Sights, expected
from ..entrances.entrance import Entrance, InStacks, InTemplates
from ..entrances.entrances import ENTRANCES
from ..entrances.handwritten import STAGE
from ..entrances.matrix import CALLS, Answer, Call, Key, Sight, sight, sights
from ..entrances.terms import ONE, SEVERAL, Terms
from .abilities import Ability
from .apps import synthesized_app
from .conftest import DeployApp
from .emulator import DeployedApi, Emulator
from .templates import Template

ERRORS_AS_RESOURCES: Final = "CorsSpecRestApi, errors as resources"
OF_DOCUMENTS: Final = frozenset(
    it.name for it in ENTRANCES if it.name.startswith(("CorsSpecRestApi", "on SpecRestApi", "patch_openapi", "on SAM"))
)

Look = Callable[[Entrance], Sights]


@attrs.frozen
class Wire:
    """Takes requests to a deployed API: a browser's transport."""

    deployed: DeployedApi

    def __call__(self, request: Request) -> Response:
        answer = self.deployed.request(request.method, request.url, request.headers.lines, request.body, stage=STAGE)
        return Response(answer.status, answer.headers, answer.body)


@attrs.frozen
class Loss:
    """What an emulator loses of an API that is a document.

    Attributes:
        ability: What it lacks.
        entrances: The names of those that it shows in.
        theirs: What a call comes to there, where all calls would come to this.
    """

    ability: Ability
    entrances: frozenset[str]
    theirs: Callable[[Sights, Call], Sight] = attrs.field(repr=False)


@pytest.fixture(scope="module")
def terms(emulator: Emulator) -> Terms:
    """Several origins where mapping templates are run; where they are not, one."""
    return SEVERAL if emulator.can(Ability.VTL_IN_MOCK) else ONE


@pytest.fixture(scope="module")
def look(deploy_app: DeployApp, terms: Terms) -> Look:
    """Deploys an entrance when it is first asked for, and asks it what can be asked of an emulator."""

    @functools.cache
    def asked(entrance: Entrance) -> Sights:
        stacks = deploy_app(templates_of(entrance, terms))
        (deployed,) = (it for it in stacks if it.logical_ids("AWS::ApiGateway::RestApi"))
        wire, key = Wire(deployed), deployed.key_value()
        return {call: sight(wire, key, call) for call in CALLS[entrance.description] if call.trouble is None}

    return asked


@pytest.mark.parametrize("entrance", ENTRANCES, ids=lambda it: it.name)
def test_pages_see_the_same_as_with_a_cors_rest_api(entrance: Entrance, look: Look, emulator: Emulator) -> None:
    wanted, _ = expected(entrance, look(REFERENCES[entrance.description]))
    for loss in LOSSES:
        if entrance.name in loss.entrances and not emulator.can(loss.ability):
            wanted = {call: loss.theirs(wanted, call) for call in wanted}
    seen = look(entrance)

    wrong = [f"{call}\n  {seen[call]}\nand is to see\n  {it}" for call, it in wanted.items() if seen[call] != it]
    assert not wrong, f"{len(wrong)} of {len(wanted)} calls\n" + "\n\n".join(wrong[:5])


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=lambda it: it.name)
def test_what_they_are_measured_by_answers_preflights_as_the_simulated_gateway(
    reference: Entrance, look: Look, terms: Terms
) -> None:
    (template,) = templates_of(reference, terms)
    gateway = Gateway.from_template(template)
    simulated = sights(gateway, [call for call in CALLS[reference.description] if call.trouble is None])
    answered = {call: it.answers[0] for call, it in simulated.items() if it.answers[0].status == 204}

    assert {answer.kind for answer in answered.values()} == {"preflight", "request"}
    assert answered == {call: look(reference)[call].answers[0] for call in answered}


def templates_of(entrance: Entrance, terms: Terms) -> list[Template]:
    """The templates of an entrance's stacks, in the order in which they are deployed."""
    if isinstance(entrance, InTemplates):
        return [entrance.write(terms, 1)]
    assert isinstance(entrance, InStacks)
    build = entrance.build
    return synthesized_app(lambda app: build(Stack(app, "Stack"), terms, 1))


def _without_any(wanted: Sights, call: Call) -> Sight:
    """No method where the document has ANY: as where the key lacks, since both are 403."""
    if call.path.startswith("/files/") and call.origin is None and call.verb != "OPTIONS":
        return wanted[attrs.evolve(call, key=Key.NONE)]
    return wanted[call]


def _without_error_headers(wanted: Sights, call: Call) -> Sight:
    """The gateway's errors as they are by default."""
    sight = wanted[call]
    last = sight.answers[-1]
    if last.status < 400:
        return sight
    missing = Outcome.PREFLIGHT_ORIGIN_MISSING if last.kind == "preflight" else Outcome.ORIGIN_MISSING
    answers = (*sight.answers[:-1], attrs.evolve(last, headers=()))
    return Sight(sight.outcome if call.origin is None else missing.name, answers)


def _without_mocks(wanted: Sights, call: Call) -> Sight:
    """200, and no header, from every MOCK."""
    sight = wanted[call]
    first = sight.answers[0]
    if first.kind == "preflight" and first.status == 204:
        return Sight(Outcome.PREFLIGHT_ORIGIN_MISSING.name, (Answer("preflight", 200, ()),))
    if call.verb == "OPTIONS" and first.status in {204, 415}:
        return attrs.evolve(sight, answers=(Answer("request", 200, ()),))
    return sight


LOSSES: Final = (
    Loss(Ability.ANY_IN_OPENAPI, OF_DOCUMENTS, _without_any),
    Loss(
        Ability.GATEWAY_RESPONSES_IN_OPENAPI,
        OF_DOCUMENTS - {ERRORS_AS_RESOURCES},
        _without_error_headers,
    ),
    Loss(Ability.MOCK_RESPONSES_IN_OPENAPI, OF_DOCUMENTS, _without_mocks),
)
"""In the order in which they are applied."""
