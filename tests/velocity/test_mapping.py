"""What the simulator's Velocity does, asked of the true one: the rows of `tests/simulate/gateway`."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java import Thing
from cors_constructs.simulate.vtl.script import Script
from tests.render.strategies import thorough
from tests.simulate.gateway.vtl_cases import CASES, FAILING, WRITTEN, Case

from .velocity import Velocity

_RESULT = "#set($context.responseOverride.header.R=$r)"


def _rows(cases: tuple[Case, ...]) -> list[object]:
    return [pytest.param(case, id=case.title) for case in cases]


@pytest.mark.parametrize("case", _rows(CASES))
def test_velocity_makes(velocity: Velocity, case: Case) -> None:
    assert velocity.merge(f"{case.template}{_RESULT}", {})[1].get("R") == case.result


@pytest.mark.parametrize("case", _rows(WRITTEN))
def test_velocity_writes(velocity: Velocity, case: Case) -> None:
    assert velocity.merge(case.template, {})[0] == case.result


@pytest.mark.parametrize("case", _rows(FAILING))
def test_velocity_refuses(velocity: Velocity, case: Case) -> None:
    with pytest.raises(AssertionError, match="error"):
        velocity.merge(case.template, {})


_VALUES = ("$n", "$t", "$f", "''", "'a'", "'1'", "0", "1", "-2", "3", "1.5", "$l", "$m", "$s", "$s.length()", "$l[0]")
_OPERATORS = ("==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%")
_BEFORE = "#set($t=true)#set($f=false)#set($l=['a',1])#set($m={'a':1})#set($s='ab')"


@thorough
@given(
    st.lists(st.tuples(st.sampled_from(_VALUES), st.sampled_from(_OPERATORS), st.booleans()), max_size=4),
    st.sampled_from(_VALUES),
)
def test_velocity_calculates(velocity: Velocity, terms: list[tuple[str, str, bool]], last: str) -> None:
    expression = " ".join(f"{'!' if no else ''}{value} {operator}" for value, operator, no in terms) + f" {last}"
    # How a null that was calculated is written beside a string is Velocity's secret.
    assume(len(terms) < 2 or "+" not in expression or not any(it in expression for it in ("'", "$s", "$l[0]")))
    template = f"{_BEFORE}#set($r={expression})#if({expression})#set($c='T')#else#set($c='F')#end"
    template += f"{_RESULT}#set($context.responseOverride.header.C=$c)"
    assert _simulated(template) == _true(velocity, template)


_TEXTS = st.text(alphabet="ab,. $1", max_size=6).map(lambda text: f"'{text}'")
_CALLS = st.one_of(
    st.builds("length()".format),
    st.builds("contains({})".format, _TEXTS),
    st.builds("startsWith({})".format, _TEXTS),
    st.builds("endsWith({})".format, _TEXTS),
    st.builds("indexOf({})".format, _TEXTS),
    st.builds("lastIndexOf({})".format, _TEXTS),
    st.builds("equals({})".format, _TEXTS),
    st.builds("equalsIgnoreCase({})".format, _TEXTS),
    st.builds("replace({},{})".format, _TEXTS, _TEXTS),
    st.builds("substring({},{})".format, st.integers(0, 4), st.integers(0, 6)),
    st.builds("split({}).size()".format, st.sampled_from(["','", "'a'", "'[ab]'", "'b*'", "''", "' +'"])),
    st.builds(
        "replaceAll({},{})".format, st.sampled_from(["'a'", "'[ab]'", "'(a)(b)?'"]), st.sampled_from(["'-'", "'[$0]'"])
    ),
    st.builds("matches({})".format, st.sampled_from(["'a.*'", "'[ab,]+'", "'a|ab'", "'$'", "'(?:a|b){2}'"])),
    st.sampled_from(["trim()", "toUpperCase()", "isEmpty()", "nothing()", "charAt(1)", "toString()"]),
)


@thorough
@given(_TEXTS, _CALLS)
def test_velocity_calls(velocity: Velocity, text: str, called: str) -> None:
    template = f'#set($s={text})#set($r="$s.{called}"){_RESULT}'
    assert _simulated(template) == _true(velocity, template)


def _true(velocity: Velocity, template: str) -> tuple[str, dict[str, str]] | None:
    try:
        return velocity.merge(template, {})
    except AssertionError:
        return None


def _simulated(template: str) -> tuple[str, dict[str, str]] | None:
    headers: dict[str, object] = {}
    names = {
        "context": {"responseOverride": {"header": headers}},
        "input": Thing({}, {"params": lambda: {"header": {}}}),
    }
    try:
        output = Script(template).run(names)
    except MappingError:
        return None
    return output, {name: java.text(value) for name, value in headers.items()}
