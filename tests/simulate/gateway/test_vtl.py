"""Velocity and Java's values, by themselves."""

import itertools
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.vtl import java, methods
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java import Thing
from cors_constructs.simulate.vtl.script import Script

from .vtl_cases import CASES, FAILING, WRITTEN, Case

LONG = "#set($s='x')#foreach($i in [1..22])#set($s=$s+$s)#end"
DEFINITIONS = "".join(f"#define(${a})${b}${b}#end" for a, b in itertools.pairwise("abcdefghijklmnopqrstuvwxyz")) + "$a"


def rows(cases: tuple[Case, ...]) -> list[object]:
    return [pytest.param(case, id=case.title) for case in cases]


def run(template: str) -> tuple[str, str | None]:
    """The output, and `$r` as it is written in the end."""
    results: dict[str, object] = {}
    names = {"input": Thing({}, {"params": lambda: {"header": {}}}), "out": results}
    output = Script(f"{template}#set($out.r=$r)").run(names)
    return output, java.text(results["r"]) if "r" in results else None


@pytest.mark.parametrize("case", rows(CASES))
def test_velocity_makes(case: Case) -> None:
    assert run(case.template)[1] == case.result


@pytest.mark.parametrize("case", rows(WRITTEN))
def test_velocity_writes(case: Case) -> None:
    assert Script(case.template).run({}) == case.result


@pytest.mark.parametrize("case", rows(FAILING))
def test_velocity_refuses(case: Case) -> None:
    with pytest.raises(MappingError):
        Script(case.template).run({})


def test_a_loop_ends_after_a_thousand_rounds() -> None:
    assert run("#set($r=0)#foreach($i in [1..2000])#set($r=$r + 1)#end")[1] == "1000"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param("#foreach($i in [1..999])#foreach($j in [1..999])#end#end", "rounds", id="loops in loops"),
        pytest.param(
            "#set($a='aaaaaaaaaa')#foreach($i in [1..99])#set($a=\"$a$a\")#end", "characters", id="long strings"
        ),
        pytest.param(
            "#set($a='aaaaaaaaaa')#foreach($i in [1..99])#set($a=$a+$a)#end", "characters", id="sums of strings"
        ),
        pytest.param(
            "#set($a='aaaaaaaaaa')#foreach($i in [1..99])#set($a=$a.replace('a',$a))#end",
            "too long|more work",
            id="replaced text",
        ),
        pytest.param(
            "#set($a='aaaaaaaaaa')#foreach($i in [1..99])#set($a=$a.replaceAll('a',$a))#end",
            "too long|more work",
            id="patterns",
        ),
        pytest.param("#set($a=9)#foreach($i in [1..99])#set($a=$a*$a)#end", "64 bits", id="large numbers"),
        pytest.param("#foreach($i in [1..99999999999])#end", "too long", id="long ranges"),
        pytest.param(
            "#set($l=[1])#foreach($i in [1..99])#set($x=$l.addAll($l))#end", "too long|more work", id="long lists"
        ),
        pytest.param(
            "#set($l=[1])#foreach($i in [1..99])#set($l=[$l,$l])#end$l", "too many elements", id="lists in lists"
        ),
        pytest.param("#set($l=[])#set($x=$l.add($l))$l", "without end", id="a list in itself"),
        pytest.param(f"{LONG}#foreach($i in [1..999])#set($p=$s.split(''))#end", "more work", id="long text split"),
        pytest.param(f"{LONG}#foreach($i in [1..999])#set($p=$s.replaceAll('x','y'))#end", "more work", id="replaced"),
        pytest.param(f"{LONG}#foreach($i in [1..999])#if($s+'a'==$s+'b')#end#end", "more work", id="long sums"),
        pytest.param(f'{LONG}#foreach($i in [1..999])#set($t="$s")#end', "more work", id="long text interpolated"),
        pytest.param("#foreach($i in [1..999])#set($l=[1..999999])#end", "more work", id="many long ranges"),
        pytest.param("#set($l=[1..40000])#foreach($i in [1..999])$l#end", "more work", id="a long list written"),
        pytest.param(
            "#set($l=[1..900000])#set($m=[1..900000])#foreach($i in [1..999])#if($l==$m)#end#end",
            "more work",
            id="long lists compared",
        ),
        pytest.param(
            "#set($l=[1])#set($m=[1])#foreach($i in [1..99])#set($l=[$l,$l])#set($m=[$m,$m])#end#if($l==$m)#end",
            "too many elements",
            id="lists in lists compared",
        ),
        pytest.param(
            "#macro(m $x)#if($x>0)#set($y=$x - 1)#m($y)#set($y=$x - 1)#m($y)#end#end#m(60)",
            "more work",
            id="macros that call themselves twice",
        ),
        pytest.param(DEFINITIONS, "more work", id="definitions that write others twice"),
        pytest.param("#set($a=" + "9" * 5000 + ")", "64 bits", id="a number of many digits"),
        pytest.param(
            "#set($s='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')$s.replaceAll('(a+)+$','')",
            "for ever",
            id="a replaced pattern that takes for ever",
        ),
        pytest.param("#macro(m)#m()#end#m()", "without end", id="a macro in itself"),
        pytest.param("#set($a='#evaluate($a)')$a#evaluate($a)", "without end", id="text that evaluates itself"),
        pytest.param("(" * 5000 + "#if(" + "(" * 5000, "nested too deeply", id="deep parentheses"),
        pytest.param("#parse('/etc/passwd')", "no loader", id="files"),
        pytest.param("#include('/etc/passwd')", "no loader", id="files as they are"),
    ],
)
def test_nothing_runs_away(template: str, words: str) -> None:
    with pytest.raises(MappingError, match=words):
        Script(template).run({})


@pytest.mark.parametrize(
    "expression",
    [
        "$s.__class__",
        "$s.__class__.__mro__",
        "$s.format",
        "$s.format('x')",
        "$l.__len__()",
        "$m.__class__",
        "$m.keys()",
        "$t.methods",
        "$t.attributes",
        "$s.encode()",
        "$l.append(1)",
        "$top",
        "$rounds",
        "$update",
    ],
)
def test_python_is_out_of_reach(expression: str) -> None:
    names = {"s": "text", "l": [1], "m": {"a": 1}, "t": Thing({}, {})}
    assert Script(expression).run(names) == expression


def test_the_user_s_airspeed_is_left_alone() -> None:
    program = """
import airspeed
from cors_constructs.simulate.vtl.script import Script
template = "#set($a-b='x')"
before = airspeed.NameOrCall.NAME, dict(airspeed.__additional_methods__[str])
assert Script("#set($a-b='x')$a-b").run({}) == "x"
assert (airspeed.NameOrCall.NAME, airspeed.__additional_methods__[str]) == before
assert airspeed.Template("$s.length()").merge({"s": "abc"}) == "3"
try:
    airspeed.Template(template).merge({})
except airspeed.TemplateSyntaxError:
    print("as it was")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout == "as it was\n"


def test_airspeed_is_not_read_before_it_is_needed() -> None:
    program = (
        "import sys, cors_constructs.simulate.gateway.gateway; print('airspeed' in sys.modules, 'json' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout == "False True\n"


_WORDS = (
    "#if( #set($a= #end #else $a ${a $!a.b( ) } 'x' \" 1 .. [ ] { : && == ! #* *# ## \\ #[[ ]]# .get(0) #m(1) #break"
)
_FRAGMENTS = [*_WORDS.split(" "), "#foreach($i in ", "#macro(m $x)", "\n"]


@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=12).map("".join))
def test_any_text_is_a_template_or_a_clear_error(text: str) -> None:
    assert _outcome(text) == _outcome(text)


def _outcome(text: str) -> str:
    try:
        return Script(text).run({"a": "x"})
    except MappingError as error:
        return f"error: {error}"


@given(st.text(alphabet="ab,.$1\\(", max_size=6), st.sampled_from([",", "a", "", "[ab]", "b*", "a|"]))
def test_what_is_split_is_put_together_again(text: str, pattern: str) -> None:
    parts = methods.call(text, "split", [pattern, -1])
    joined = "".join(parts)
    assert joined == re.sub(pattern, "", text)
