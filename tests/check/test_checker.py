"""The rules as a whole, and how they are chosen."""

import subprocess
import sys
from types import FrameType

import pytest

from cors_constructs.check import RULES, Severity, check
from cors_constructs.policy import RULES as POLICY_RULES
from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import read_template

from .asking import checked
from .changes import both, having
from .right import Json, deployed, hand_written, method, of_several_origins, path_part, properties_of, ref


def test_each_id_is_given_once_and_by_no_other_room() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert not set(ids) & {rule.id for rule in POLICY_RULES}


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_each_rule_explains_itself(rule: object) -> None:
    (found,) = [one for one in RULES if one is rule]
    assert found.title
    assert not found.title.endswith(".")
    assert found.why.endswith(".")
    assert found.fix.endswith(".")
    assert found.link.startswith("https://")
    assert found.severity in Severity
    assert found.id.startswith("CORS")
    assert found.id[4] in "12345"


def broken() -> Json:
    document = hand_written()
    both(having("UsersOptions", "ApiKeyRequired", value=True), having("Key", "Enabled", value=False))(document)
    return document


def ids(*, select: list[str] | None = None, ignore: list[str] | None = None) -> list[str]:
    return [finding.rule.id for finding in checked(broken(), select=select or [], ignore=ignore or [])]


@pytest.mark.parametrize(
    ("select", "ignore", "found"),
    [
        pytest.param([], [], ["CORS201", "CORS405"], id="everything"),
        pytest.param(["CORS201"], [], ["CORS201"], id="one rule"),
        pytest.param(["CORS4"], [], ["CORS405"], id="one group"),
        pytest.param(["cors4"], [], ["CORS405"], id="one group, in lower case"),
        pytest.param(["CORS201", "CORS4"], [], ["CORS201", "CORS405"], id="a rule and a group"),
        pytest.param([], ["CORS2"], ["CORS405"], id="all but one group"),
        pytest.param(["CORS2", "CORS4"], ["CORS405"], ["CORS201"], id="two groups but one rule"),
        pytest.param(["CORS201"], ["CORS201"], [], id="what is ignored is not selected"),
    ],
)
def test_rules_are_chosen_by_id_and_by_how_ids_begin(select: list[str], ignore: list[str], found: list[str]) -> None:
    assert ids(select=select, ignore=ignore) == found


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("CORS210X", "CORS210", id="an id with a letter too much"),
        pytest.param("CORS299", "near it are", id="an id that nothing has"),
        pytest.param("keys", '"CORS201"', id="a word"),
        pytest.param("", '"CORS201"', id="nothing"),
    ],
)
@pytest.mark.parametrize("argument", ["select", "ignore"])
def test_an_unknown_rule_is_an_error_that_names_near_ones(argument: str, name: str, hint: str) -> None:
    with pytest.raises(ValueError, match="there is no rule") as caught:
        ids(**{argument: [name]})
    assert hint in str(caught.value)
    assert argument in str(caught.value)


def test_a_string_is_no_list_of_rules() -> None:
    with pytest.raises(ValueError, match=r"write \['CORS201'\]"):
        check(Template(), select="CORS201")


def test_nothing_is_found_in_an_empty_template() -> None:
    assert check(Template()) == []


def test_findings_come_by_rule_and_in_the_templates_order() -> None:
    document = hand_written()
    for name in ("orders", "carts"):
        document["Resources"][name.title()] = path_part(name)
        document["Resources"][f"{name}Options"] = {
            **document["Resources"]["UsersOptions"],
            "Properties": {**properties_of(document, "UsersOptions"), "ResourceId": ref(name.title())},
        }
    deployed(document)
    for name in ("UsersOptions", "cartsOptions", "ordersOptions"):
        both(having(name, "ApiKeyRequired", value=True))(document)
    having("UsersOptions", "AuthorizationType", value="AWS_IAM")(document)
    found = [(finding.rule.id, finding.path) for finding in checked(document)]
    assert found == [("CORS201", "/users"), ("CORS201", "/orders"), ("CORS201", "/carts"), ("CORS202", "/users")]


def test_the_same_template_is_found_the_same_twice() -> None:
    assert checked(broken()) == checked(broken())


def large(base: Json) -> Template:
    """A template of more than a hundred resources, each preflight of another text."""
    preflight = base["Resources"]["UsersOptions"]
    for number in range(35):
        base["Resources"][f"Part{number}"] = path_part(f"part{number}")
        base["Resources"][f"Put{number}"] = method("PUT", f"Part{number}", ApiKeyRequired=True)
        own = {**preflight["Properties"], "ResourceId": ref(f"Part{number}")}
        base["Resources"][f"Options{number}"] = {**preflight, "Properties": own}
    return read_template(deployed(base))


@pytest.mark.parametrize("base", [hand_written, of_several_origins], ids=["static preflights", "templates"])
def test_a_hundred_resources_are_checked_in_a_blink(base: "object") -> None:
    template = large(base())  # type: ignore[operator] # one of the two above
    assert check(template) == []
    calls = []  # of functions, which are as many on a busy machine; so many take some hundredths of a second

    def count(_: FrameType, event: str, __: object) -> None:
        if event == "call":
            calls.append(event)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        check(template)
    finally:
        sys.setprofile(before)
    assert len(calls) < 60_000


def test_importing_the_checker_loads_nothing_heavy() -> None:
    heavy = ("airspeed", "aws_cdk", "click", "httpx", "idna", "jsii", "publicsuffixlist", "samtranslator", "yaml")
    code = f"import sys, cors_constructs.check; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    assert done.stdout.strip() == "[]"
