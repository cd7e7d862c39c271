"""What else holds for each entrance: it can be told twice, looked at and synthesized again, and it replaces nothing."""

import functools
import tempfile
from collections.abc import Callable

import jsii
import pytest
from aws_cdk import App, Aspects, IAspect, Stack
from constructs import IConstruct

from .entrance import DEPLOYMENT, Entrance, InStacks, Made, of_types, stack_name
from .entrances import EVERY
from .terms import ONE

Making = Callable[[Entrance], Made]
DEPLOYED_TYPES = ("AWS::ApiGateway::Method", "AWS::ApiGateway::GatewayResponse")
GIVEN_UP = {"CorsRestApi, one permission": "AWS::Lambda::Permission"}
"""What goes, by the entrance's name: one permission for a function stands for two a method."""


@jsii.implements(IAspect)
class Reader:
    """An aspect that changes nothing."""

    def visit(self, node: IConstruct) -> None:
        assert node.node.path is not None


def everywhere(*entrances: Entrance) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entrance", entrances, ids=lambda it: it.name)


@pytest.fixture(scope="session")
def made() -> Making:
    """The API by itself, built when it is first asked for."""
    return functools.cache(lambda entrance: entrance.on_terms(ONE))


@everywhere(*(entrance for entrance in EVERY if entrance.repeatable))
def test_telling_it_twice_changes_nothing(entrance: Entrance, made: Making) -> None:
    assert entrance.on_terms(ONE, times=2).template == made(entrance).template


@everywhere(*(entrance for entrance in EVERY if isinstance(entrance, InStacks)))
def test_neither_a_look_at_it_all_nor_synthesizing_it_again_changes_anything(entrance: InStacks, made: Making) -> None:
    """With an aspect of somebody else's, a last look is taken at what was completed: it finds all as it is to be."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, tree_metadata=False, analytics_reporting=False)
        stack = Stack(app, stack_name(ONE))
        entrance.build(stack, ONE, 1)
        Aspects.of(app).add(Reader())

        assert app.synth().get_stack_by_name(stack.stack_name).template == made(entrance).template
        assert app.synth(force=True).get_stack_by_name(stack.stack_name).template == made(entrance).template


@everywhere(*EVERY)
def test_the_deployment_waits_for_all_that_it_deploys(entrance: Entrance, made: Making) -> None:
    resources = made(entrance).template["Resources"]
    waits: set[str] = set()
    for deployment in of_types(resources, DEPLOYMENT):
        names = resources[deployment].get("DependsOn", [])
        waits.update([names] if isinstance(names, str) else names)

    assert of_types(resources, *DEPLOYED_TYPES) <= waits


@everywhere(*EVERY)
def test_what_is_there_without_us_keeps_its_logical_id(entrance: Entrance, made: Making) -> None:
    plain, ours = (it.template["Resources"] for it in (entrance.without_us(), made(entrance)))
    gone = {DEPLOYMENT, GIVEN_UP.get(entrance.name)}
    kept = {name: it["Type"] for name, it in plain.items() if it["Type"] not in gone}

    assert kept
    assert kept.items() <= {name: it["Type"] for name, it in ours.items()}.items()


def test_the_document_that_is_too_large_for_a_template_is_not_in_it(made: Making) -> None:
    (entrance,) = (it for it in EVERY if it.name == "CorsSpecRestApi, moved to an asset")
    resources = made(entrance).template["Resources"]
    (api,) = of_types(resources, "AWS::ApiGateway::RestApi")

    assert "BodyS3Location" in resources[api]["Properties"]
