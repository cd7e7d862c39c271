"""Java's regular expressions: what they match, and that they come to an end."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java_regex import compiled, fullmatch, search_all, split
from cors_constructs.simulate.vtl.steady_regex import matches, steady


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param(r"\p{Alpha}+", "abC", True, id="a class of POSIX"),
        pytest.param(r"\p{Alpha}+", "ab1", False, id="and what it lacks"),
        pytest.param(r"[\p{Digit}\p{Lower}.-]+", "a-1.b", True, id="classes within a class"),
        pytest.param(r"\P{Upper}+", "abc", True, id="the rest of a class"),
        pytest.param(r"[\h]x\h", "\tx ", True, id="horizontal space, in a class and alone"),
        pytest.param(r"\Qa.b\E.", "a.bc", True, id="quoted"),
        pytest.param(r"\Qa.b\E.", "axbc", False, id="what is quoted is no pattern"),
        pytest.param(r"\Q[(", "[(", True, id="quoted to the end"),
        pytest.param(r"(?<x>a)\k<x>", "aa", True, id="a named group and what it matched"),
        pytest.param(r"a\z", "a", True, id="the very end"),
        pytest.param(r"[a||b~~]+", "a|b~", True, id="signs that other languages calculate with"),
        pytest.param(r"\\Qa", "\\Qa", True, id="a backslash, and no quotation"),
        pytest.param(r"[\[\]]+", "[]", True, id="escaped brackets"),
    ],
)
def test_an_expression_means_what_it_means_in_java(pattern: str, text: str, expected: bool) -> None:
    assert fullmatch(text, pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        pytest.param("[a-z&&[^b]]", "class of characters within another", id="an intersection"),
        pytest.param("[a[b]]", "class of characters within another", id="a union"),
        pytest.param(r"\p{IsGreek}", r"\\p{IsGreek} is not known", id="a script"),
        pytest.param("(", "no regular expression", id="half a group"),
        pytest.param("a{1000000000}", "more than 10,000 times", id="a billion times"),
        pytest.param("((a{100}){100}){100}", "more than 10,000 times", id="a hundred times three times"),
        pytest.param("(" * 600 + "a" + ")*" * 600, "nested too deeply|no regular expression", id="deep groups"),
    ],
)
def test_what_cannot_be_simulated_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(MappingError, match=words):
        fullmatch("aaa", pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("(a+)+$", "a" * 60 + "!", False, id="repetitions within repetitions"),
        pytest.param("(a|a)+", "a" * 60 + "!", False, id="the same way twice"),
        pytest.param("(a|aa)+", "a" * 60 + "!", False, id="one way or two"),
        pytest.param("(a?){40}a{40}", "a" * 40, True, id="what may come or not"),
        pytest.param(".*.*.*.*.*.*x", "a" * 3000, False, id="many stars in a row"),
        pytest.param("([a-z]+)*" * 8, "a" * 60 + "!", False, id="many of them in a row"),
        pytest.param("((a*)*)*", "a" * 300, True, id="stars of stars"),
        pytest.param("(?=(a+)+b)a*", "a" * 60, False, id="looking ahead"),
        pytest.param("(?i)(A+)+B", "a" * 60 + "b", True, id="in any case"),
        pytest.param("(?:(?i:A)+)+B", "a" * 60 + "b", False, id="some of it in any case"),
        pytest.param("(){9000}", "", True, id="nothing, nine thousand times"),
        pytest.param(r"https://([a-z0-9-]+\.)*example\.com", "https://" + "a-" * 200 + "!", False, id="an origin"),
    ],
)
def test_no_expression_takes_for_ever(pattern: str, text: str, expected: bool) -> None:
    assert fullmatch(text, pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param(r"(a+)+\1b", "a" * 60, id="what refers back"),
        pytest.param("(.*)*.*(.*)*x", "a" * 400_000, id="a very long text"),
    ],
)
def test_one_that_would_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(MappingError, match=r"for ever|more than [\d,]+ steps"):
        fullmatch(text, pattern)


@pytest.mark.parametrize(
    ("pattern", "characters", "expected"),
    [
        pytest.param("x", 10_000_000, True, id="no choice"),
        pytest.param(r"\s+", 10_000_000, True, id="a choice at the end, which cannot fail"),
        pytest.param("a+$", 5_000, True, id="a short text"),
        pytest.param("a+$", 1_000_000, False, id="a choice from each of a million characters"),
        pytest.param("(a+)+$", 10, True, id="within a repetition, on a few characters"),
        pytest.param("(a+)+$", 60, False, id="within a repetition"),
    ],
)
def test_going_through_a_text_is_refused_where_it_may_take_for_ever(
    pattern: str, characters: int, expected: bool
) -> None:
    text = "b" * characters
    if expected:
        assert search_all(text, pattern).search(text) is None
    else:
        with pytest.raises(MappingError, match="for ever"):
            search_all(text, pattern)


def test_splitting_is_going_through_a_text() -> None:
    assert split("a, b,c", r",\s*") == ["a", "b", "c"]
    with pytest.raises(MappingError, match="for ever"):
        split("a" * 60, "(a+)+$")


_ATOMS = st.sampled_from(
    [
        r"a",
        r"b",
        r"ab",
        r".",
        r"[ab]",
        r"[^a]",
        r"\w",
        r"(a)",
        r"(?:a|b)",
        r"(a|ab)",
        r"(?=a)",
        r"(?!b)",
        r"^",
        r"$",
        r"\b",
        r"(?<=a)",
        r"(a*b)",
        r"(?i:A)",
        r"()",
    ]
)
_QUANTIFIERS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?", "??", "{2,}?"])
_SEQUENCES = st.lists(st.builds("{}{}".format, _ATOMS, _QUANTIFIERS), max_size=4).map("".join)
_PATTERNS = (
    _SEQUENCES
    | st.builds("(?:{}){}".format, _SEQUENCES, _QUANTIFIERS)
    | st.builds("{}|{}".format, _SEQUENCES, _SEQUENCES)
)


@given(_PATTERNS, st.text("ab ", max_size=7))
def test_all_ways_at_once_come_to_what_one_after_the_other_comes_to(pattern: str, text: str) -> None:
    try:
        expression = re.compile(pattern, re.ASCII)
    except re.error:
        return  # "a**" and the like
    read = steady(pattern, anchored=True)
    assert read.is_regular
    assert matches(read, text) is (expression.fullmatch(text) is not None)


@given(st.text(r"ab(|)[]{}*+?^$\.,-&\QEpz<>k1 ", max_size=14), st.text("ab[", max_size=6))
def test_any_text_is_an_expression_or_refused(pattern: str, text: str) -> None:
    try:
        compiled(pattern)
    except MappingError:
        return
    assert fullmatch(text, pattern) is (compiled(pattern).fullmatch(text) is not None)
    assert search_all(text, pattern) is compiled(pattern)
