"""The template that chooses among origins, run: who is let in, who is not, and what each of them is told."""

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError
from cors_constructs.render.vtl import when_origin_matches
from cors_constructs.simulate.vtl.error import MappingError

from .engine import run
from .origins import (
    ADMIN,
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
from .strategies import mutated, origin_items, sent_origins, thorough

each_kind = pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in KINDS])


@each_kind
@pytest.mark.parametrize("sending", [pytest.param(sending, id=sending.title) for sending in SENDINGS])
def test_an_origin_is_found_however_it_is_sent(kind: Kind, sending: Sending) -> None:
    overrides = run(template_of(kind.allow_origins, kind.deployed), sending.headers, link=sending.link)
    assert outcome(overrides, APP) is sending.outcome


@each_kind
@pytest.mark.parametrize("probe", [pytest.param(probe, id=name) for name, probe in probes()])
def test_a_probe_gets_in_only_where_it_is_listed(kind: Kind, probe: Probe) -> None:
    overrides = run(template_of(kind.allow_origins, kind.deployed), {"Origin": probe.origin})
    assert outcome(overrides, probe.origin) is probe.outcome(kind)


@pytest.mark.parametrize("deployed", [pytest.param(row, id=row.title) for row in DEPLOYED_LISTS])
def test_a_list_lets_in_its_elements_only_whatever_it_turns_out_to_hold(deployed: Deployed) -> None:
    (token,) = LISTED.deployed
    overrides = run(template_of(LISTED.allow_origins, {token: deployed.value}), {"Origin": deployed.origin})
    assert outcome(overrides, deployed.origin) is deployed.outcome


@pytest.mark.parametrize("deployed", [pytest.param(row, id=row.title) for row in DEPLOYED_STRINGS])
def test_a_string_lets_in_one_origin_only_whatever_it_turns_out_to_hold(deployed: Deployed) -> None:
    (token,) = STRING.deployed
    overrides = run(template_of(STRING.allow_origins, {token: deployed.value}), {"Origin": deployed.origin})
    assert outcome(overrides, deployed.origin) is deployed.outcome


@pytest.mark.parametrize("value", ["", "null", "*"])
@pytest.mark.parametrize("kind", [STRING, LISTED], ids=["string", "list"])
def test_a_request_without_an_origin_gets_nothing_whatever_is_deployed(kind: Kind, value: str) -> None:
    template = template_of(kind.allow_origins, dict.fromkeys(kind.deployed, value))
    assert outcome(run(template, {}), None) is Outcome.REFUSED


@thorough
@given(data=st.data(), items=st.lists(origin_items(), min_size=1, max_size=5, unique=True))
def test_the_template_agrees_with_the_policy(data: st.DataObject, items: list[str]) -> None:
    policy = _policy(items)
    origin = data.draw(sent_origins(items), label="origin")
    overrides = run(template_of(policy.allow_origins, leave=True), {"Origin": origin})
    assert outcome(overrides, origin) is (Outcome.ALLOWED if policy.allows_origin(origin) else Outcome.REFUSED)


@thorough
@given(data=st.data(), known=st.lists(origin_items(), max_size=2, unique=True))
def test_a_deployed_list_agrees_with_the_same_origins_written_out(data: st.DataObject, known: list[str]) -> None:
    exact = data.draw(st.lists(origin_items(patterns=False), min_size=1, max_size=4, unique=True), label="list")
    origin = data.draw(sent_origins([*known, *exact]), label="origin")
    (token,) = LISTED.deployed
    listed = run(template_of([*known, *LISTED.allow_origins], {token: ",".join(exact)}, leave=True), {"Origin": origin})
    written_out = _policy(list(dict.fromkeys([*known, *exact])), beside_lists=True)
    assert outcome(listed, origin) is (Outcome.ALLOWED if written_out.allows_origin(origin) else Outcome.REFUSED)


@thorough
@given(origin=mutated(st.sampled_from([APP, ADMIN])))
@example(f"{APP}\n")
def test_of_two_origins_nothing_but_these_two_gets_in(origin: str) -> None:
    allowed = outcome(run(template_of([APP, ADMIN]), {"Origin": origin}), origin) is Outcome.ALLOWED
    assert allowed == (origin in {APP, ADMIN})


def test_the_whole_template() -> None:
    """A change here is a change of what is deployed to everybody."""
    assert template_of([APP, ADMIN]) == (
        "#set($h=$input.params().header)#set($o=$h.get('Origin'))#if(!$o||$o=='')#set($o=$h.get('origin'))#end"
        "#if($o=='https://admin.shop.example'||$o=='https://app.shop.example')"
        "#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)"
        "#set($context.responseOverride.header.Access-Control-Allow-Methods='GET,PUT')"
        "#set($context.responseOverride.header.Access-Control-Allow-Headers='x-api-key')"
        "#set($context.responseOverride.header.Access-Control-Allow-Credentials='true')"
        "#set($context.responseOverride.header.Access-Control-Max-Age='0')"
        "#end"
    )


@pytest.mark.parametrize(
    ("origins", "condition"),
    [
        pytest.param(
            ["https://*.shop.example"],
            "$o&&$o.length()<=267&&$o.matches('^https://[a-z0-9_-]{1,63}[.]shop[.]example$')",
            id="a-pattern-behind-a-null-check-and-a-length-guard",
        ),
        pytest.param(
            ["https://*.a.example", "https://*.b.example"],
            "$o&&$o.length()<=267&&($o.matches('^https://[a-z0-9_-]{1,63}[.]a[.]example$')"
            "||$o.matches('^https://[a-z0-9_-]{1,63}[.]b[.]example$'))",
            id="patterns-behind-one-guard",
        ),
        pytest.param(
            [APP, *STRING.deployed],
            "$o=='https://app.shop.example'||$o&&$o.contains('://')&&$o=='${Token[TOKEN.12]}'",
            id="a-string-of-which-nothing-is-known-only-for-what-looks-like-an-origin",
        ),
        pytest.param(
            ["https://*.a.example", *LISTED.allow_origins],
            "$o&&($o.length()<=267&&$o.matches('^https://[a-z0-9_-]{1,63}[.]a[.]example$')||$o.contains('://')&&$m)",
            id="a-pattern-and-a-list-behind-one-null-check",
        ),
        pytest.param(LISTED.allow_origins, "$o&&$o.contains('://')&&$m", id="a-list-likewise"),
    ],
)
def test_the_condition(origins: list[str], condition: str) -> None:
    assert f"#if({condition})#set($context" in template_of(origins)


@each_kind
def test_every_override_is_set_in_one_place(kind: Kind) -> None:
    names = re.findall(r"#set\(\$context\.responseOverride\.header\.([A-Za-z-]+)=", template_of(kind.allow_origins))
    assert len(names) == len(set(names)) == 5
    assert "responseOverride.status" not in template_of(kind.allow_origins)


@each_kind
def test_what_a_link_or_the_page_says_is_never_read(kind: Kind) -> None:
    template = template_of(kind.allow_origins)
    assert set(re.findall(r"\$input[^)]*\)[.a-z]*", template)) == {"$input.params().header"}
    assert set(re.findall(r"\$h\.[^)]*\)", template)) == {"$h.get('Origin')", "$h.get('origin')"}


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("#set($context.responseOverride.header.A='1')#set($context.responseOverride.header.a='2')", "twice"),
        ("#set($o=$input.params('Origin'))", "reads the path and the query"),
        ("#if($o)", "expected #else, #elseif or #end"),
        ("#if($o)#end a body", "a body"),
    ],
)
def test_the_engine_of_these_tests_sees_mistakes(template: str, complaint: str) -> None:
    with pytest.raises((AssertionError, MappingError), match=complaint):
        run(template, {})


def test_a_template_without_origins_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one origin"):
        when_origin_matches({})


@pytest.mark.parametrize(
    "mistaken", [lambda: when_origin_matches({"A": "it's"}, exact=[APP]), lambda: when_origin_matches({}, exact=["'"])]
)
def test_what_cannot_be_quoted_is_refused(mistaken: Callable[[], str]) -> None:
    with pytest.raises(ValueError, match='it holds "\'"'):
        mistaken()


def _policy(items: list[str], *, beside_lists: bool = False) -> CorsPolicy:
    try:
        policy = CorsPolicy(
            allow_origins=items,
            dangerously_allow_insecure_origins=True,
            dangerously_allow_public_suffix_patterns=True,
        )
    except CorsPolicyError:  # two spellings of one origin
        assume(False)  # noqa: FBT003 - hypothesis asks for it so
        raise
    assume(policy.depends_on_origin or beside_lists)
    return policy
