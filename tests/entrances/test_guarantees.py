"""What else holds for each entrance: it can be told twice, it is deployed when it changes, and it replaces nothing."""

import tempfile
from collections.abc import Callable, Mapping

import jsii
import pytest
from aws_cdk import App, Aspects, IAspect, Stack
from constructs import IConstruct

from cors_constructs import ErrorResponses
from cors_constructs.check import Answer, check
from cors_constructs.check.findings import Severity

from .description import Json
from .entrance import ALONE, IN_TERMS, PLAIN, TWICE, Entrance, InStacks, Made, Order
from .entrances import ENTRANCES
from .terms import ONE, Terms

Making = Callable[[Entrance], Mapping[Order, Made]]
DEPLOYMENT = "AWS::ApiGateway::Deployment"
PERMISSION = "AWS::Lambda::Permission"
ONE_PERMISSION = ("CorsRestApi, one permission",)
"""One permission for a function stands for two a method: those go."""
DEPLOYED_TYPES = ("AWS::ApiGateway::Method", "AWS::ApiGateway::GatewayResponse")


@jsii.implements(IAspect)
class Reader:
    """An aspect that changes nothing."""

    def visit(self, node: IConstruct) -> None:
        assert node.node.path is not None


def everywhere(*entrances: Entrance) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entrance", entrances, ids=lambda it: it.name)


IN_STACKS = everywhere(*(entrance for entrance in ENTRANCES if isinstance(entrance, InStacks)))


@everywhere(*(entrance for entrance in ENTRANCES if entrance.repeatable))
def test_telling_it_twice_changes_nothing(entrance: Entrance, made: Making) -> None:
    assert made(entrance)[TWICE].template == made(entrance)[IN_TERMS[ONE]].template


@everywhere(*ENTRANCES)
def test_the_same_terms_give_the_same_template_whatever_else_is_in_the_app(entrance: Entrance, made: Making) -> None:
    assert made(entrance)[ALONE].template == made(entrance)[IN_TERMS[ONE]].template


@IN_STACKS
def test_neither_a_look_at_it_all_nor_synthesizing_it_again_changes_anything(entrance: InStacks, made: Making) -> None:
    """With an aspect of somebody else's, a last look is taken at what was completed: it finds all as it is to be."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory, tree_metadata=False, analytics_reporting=False)
        stack = Stack(app, IN_TERMS[ONE].stack)
        entrance.build(stack, ONE, 1)
        Aspects.of(app).add(Reader())

        assert app.synth().get_stack_by_name(stack.stack_name).template == made(entrance)[IN_TERMS[ONE]].template
        again = app.synth(force=True).get_stack_by_name(stack.stack_name).template
        assert again == made(entrance)[IN_TERMS[ONE]].template


@IN_STACKS
def test_other_terms_are_deployed(entrance: InStacks, made: Making) -> None:
    found = {terms.name: deployments(made(entrance)[IN_TERMS[terms]].template) for terms in entrance.terms}

    assert all(len(ids) == 1 for ids in found.values()), found
    assert len(set().union(*found.values())) == len(entrance.terms), found


@everywhere(*ENTRANCES)
def test_the_deployment_waits_for_all_that_it_deploys(entrance: Entrance, made: Making) -> None:
    template = made(entrance)[IN_TERMS[ONE]].template
    (deployment,) = deployments(template)
    waits = template["Resources"][deployment].get("DependsOn", [])

    assert of_types(template, *DEPLOYED_TYPES) <= set([waits] if isinstance(waits, str) else waits)


@everywhere(*ENTRANCES)
def test_what_is_there_without_us_keeps_its_logical_id(entrance: Entrance, made: Making) -> None:
    plain, ours = (made(entrance)[order].template["Resources"] for order in (PLAIN, IN_TERMS[ONE]))
    given_up = {DEPLOYMENT, *([PERMISSION] if entrance.name in ONE_PERMISSION else [])}
    kept = {name: it["Type"] for name, it in plain.items() if it["Type"] not in given_up}

    assert kept
    assert kept.items() <= {name: it["Type"] for name, it in ours.items()}.items()


@pytest.mark.parametrize(
    ("entrance", "terms"),
    [pytest.param(it, terms, id=f"{it.name}: {terms.name}") for it in ENTRANCES for terms in it.terms],
)
def test_the_checker_finds_no_error_but_what_was_asked_for(entrance: Entrance, terms: Terms, made: Making) -> None:
    findings = check(made(entrance)[IN_TERMS[terms]].read)
    errors = {it.rule.id for it in findings if it.rule.severity is Severity.ERROR and it.answer is Answer.WRONG}

    assert errors == asked_for(entrance, terms), [f"{it.rule.id} {it.message}" for it in findings]


def test_the_document_that_is_too_large_for_a_template_is_not_in_it(made: Making) -> None:
    (entrance,) = (it for it in ENTRANCES if it.name == "CorsSpecRestApi, moved to an asset")
    template = made(entrance)[IN_TERMS[ONE]].template
    (api,) = of_types(template, "AWS::ApiGateway::RestApi")

    assert "BodyS3Location" in template["Resources"][api]["Properties"]


def asked_for(entrance: Entrance, terms: Terms) -> set[str]:
    """The rules that are broken on purpose."""
    return {
        # Every site can read the errors, as the option's name says.
        *(["CORS305"] if terms.error_responses is ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN else []),
        # A state machine's answers have no CORS headers, whoever builds the API.
        *(["CORS511"] if not entrance.description.proxies else []),
    }


def deployments(template: Json) -> set[str]:
    return of_types(template, DEPLOYMENT)


def of_types(template: Json, *types: str) -> set[str]:
    return {name for name, it in template["Resources"].items() if it["Type"] in types}
