"""The templates on Apache Velocity 1.7 and Java's regular expressions, which API Gateway is documented to use.

`tests/render/test_vtl.py` asks the simulator's Velocity the same. Here `matches` is Java's, and a mistake that Python
forgives is an error.
"""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError, OriginPattern
from tests.render.origins import (
    APP,
    DEPLOYED_LISTS,
    DEPLOYED_STRINGS,
    KINDS,
    LISTED,
    SENDINGS,
    STRING,
    Deployed,
    Kind,
    Outcome,
    Probe,
    Sending,
    outcome,
    probes,
    template_of,
)
from tests.render.strategies import mutated, origin_items, sent_origins, thorough

from .velocity import HOW_TO, MissingError, Velocity

each_kind = pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in KINDS])


@each_kind
@pytest.mark.parametrize("sending", [pytest.param(sending, id=sending.title) for sending in SENDINGS])
def test_an_origin_is_found_however_it_is_sent(velocity: Velocity, kind: Kind, sending: Sending) -> None:
    overrides = velocity.run(template_of(kind.allow_origins, kind.deployed), sending.headers, link=sending.link)
    assert outcome(overrides, APP) is sending.outcome


@each_kind
@pytest.mark.parametrize("probe", [pytest.param(probe, id=name) for name, probe in probes()])
def test_a_probe_gets_in_only_where_it_is_listed(velocity: Velocity, kind: Kind, probe: Probe) -> None:
    overrides = velocity.run(template_of(kind.allow_origins, kind.deployed), {"Origin": probe.origin})
    assert outcome(overrides, probe.origin) is probe.outcome(kind)


@pytest.mark.parametrize(
    ("kind", "deployed"),
    [
        pytest.param(kind, row, id=f"{kind.name}: {row.title}")
        for kind, rows in ((LISTED, DEPLOYED_LISTS), (STRING, DEPLOYED_STRINGS))
        for row in rows
    ],
)
def test_what_is_deployed_lets_in_origins_only(velocity: Velocity, kind: Kind, deployed: Deployed) -> None:
    template = template_of(kind.allow_origins, dict.fromkeys(kind.deployed, deployed.value))
    assert outcome(velocity.run(template, {"Origin": deployed.origin}), deployed.origin) is deployed.outcome
    assert outcome(velocity.run(template, {}), None) is Outcome.REFUSED


@thorough
@given(data=st.data(), items=st.lists(origin_items(), min_size=1, max_size=5, unique=True))
def test_velocity_agrees_with_the_policy(velocity: Velocity, data: st.DataObject, items: list[str]) -> None:
    policy = _policy(items)
    assume(policy.depends_on_origin)
    template = template_of(policy.allow_origins, leave=True)
    for origin in data.draw(st.lists(_sendable(sent_origins(items)), min_size=1, max_size=10), label="origins"):
        overrides = velocity.run(template, {"Origin": origin})
        assert outcome(overrides, origin) is (Outcome.ALLOWED if policy.allows_origin(origin) else Outcome.REFUSED)


@thorough
@given(data=st.data(), exact=st.lists(origin_items(patterns=False), min_size=1, max_size=4, unique=True))
def test_a_list_on_velocity_agrees_with_the_policy(velocity: Velocity, data: st.DataObject, exact: list[str]) -> None:
    (token,) = LISTED.deployed
    template = template_of(LISTED.allow_origins, {token: ",".join(exact)})
    for origin in data.draw(st.lists(_sendable(sent_origins(exact)), min_size=1, max_size=10), label="origins"):
        allowed = _policy(exact).allows_origin(origin)
        assert outcome(velocity.run(template, {"Origin": origin}), origin) is (
            Outcome.ALLOWED if allowed else Outcome.REFUSED
        )


@thorough
@given(data=st.data(), item=origin_items().filter(lambda item: "*" in item))
def test_a_regular_expression_means_in_java_what_it_means_in_python(
    velocity: Velocity, data: st.DataObject, item: str
) -> None:
    pattern = OriginPattern.parse(
        item, dangerously_allow_insecure_origins=True, dangerously_allow_public_suffix_patterns=True
    )
    found = "#set($context.responseOverride.header.Found='yes')"
    template = f"#set($o=$input.params().header.get('Origin'))#if($o.matches('{pattern.regex}')){found}#end"
    for origin in data.draw(st.lists(_sendable(mutated(sent_origins([item]))), min_size=1, max_size=10)):
        assume(len(origin) < 260)  # the policy's own guard
        assert bool(velocity.run(template, {"Origin": origin})) is pattern.matches(origin)


def test_a_template_as_large_as_api_gateway_takes_runs(velocity: Velocity) -> None:
    """The tests of a condition nest in Velocity's tree: a great many of them must not exhaust the stack."""
    origins = [f"https://customer-{number:05}.shop.example" for number in range(6500)]
    template = template_of(origins)
    assert 250_000 < len(template) < 300_000
    for origin in (origins[0], origins[-1]):
        assert outcome(velocity.run(template, {"Origin": origin}), origin) is Outcome.ALLOWED
    assert outcome(velocity.run(template, {"Origin": "https://evil.example"}), None) is Outcome.REFUSED


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("#set($context.responseOverride.header.A='1')#set($context.responseOverride.header.a='2')", "twice"),
        ("#set($o=$input.params('Origin'))", "reads the path and the query"),
        ("#if($o)", "ParseException"),
        ("#if($o)#end a body", "a body"),
    ],
)
def test_the_harness_sees_mistakes(velocity: Velocity, template: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        velocity.run(template, {})


def test_what_is_missing_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=rf"needs the command no-such-java, .*velocity\.jar.*: {HOW_TO}$"):
        Velocity("no-such-java", tmp_path)


def _sendable(origins: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Without lone surrogates, which have no UTF-8."""
    return origins.filter(lambda origin: not any("\ud800" <= character <= "\udfff" for character in origin))


def _policy(items: list[str]) -> CorsPolicy:
    try:
        return CorsPolicy(
            allow_origins=items,
            dangerously_allow_insecure_origins=True,
            dangerously_allow_public_suffix_patterns=True,
        )
    except CorsPolicyError:  # two spellings of one origin
        assume(False)  # noqa: FBT003 - hypothesis asks for it so
        raise
