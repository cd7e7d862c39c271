"""JavaScript's regular expressions, as JSON Schema has them: what is found, and that the search comes to an end."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.gateway.ecma_regex import is_found
from cors_constructs.simulate.vtl.error import MappingError


def found(pattern: str, text: str) -> bool:
    return is_found(pattern, text, lambda _: None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("b", "abc", True, id="it need not match the whole"),
        pytest.param("^b", "abc", False, id="unless it says so"),
        pytest.param("^abc$", "abc", True, id="both ends"),
        pytest.param("^abc$", "abc\n", False, id="a dollar is the end and no line break before it"),
        pytest.param(r"^abc\$$", "abc$", True, id="an escaped dollar"),
        pytest.param("[$]", "a$b", True, id="a dollar in a class"),
        pytest.param(r"^\d+$", "١٢", False, id="digits are those of ASCII"),
        pytest.param(r"^\w+$", "é", False, id="letters too"),
        pytest.param(r"^a\/b$", "a/b", True, id="an escaped slash"),
        pytest.param(r"^[\w.-]+@[\w-]+\.[a-z]{2,}$", "me@shop.example", True, id="an address"),
        pytest.param(r"^[\w.-]+@[\w-]+\.[a-z]{2,}$", "me@shop", False, id="half an address"),
        pytest.param("^[[]$", "[", True, id="a bracket in a class"),
        pytest.param("^[a[b]$", "[", True, id="a bracket in the midst of a class"),
        pytest.param("[]", "a", False, id="the empty class"),
        pytest.param("^[^]$", "\n", True, id="the class of everything"),
        pytest.param("^[a&&b]$", "&", True, id="ampersands in a class"),
        pytest.param(r"^\cJ$", "\n", True, id="a control character"),
        pytest.param(r"^A$", "A", True, id="a character by its number"),
        pytest.param("^(?<year>[0-9]{4})$", "2024", True, id="a named group"),
        pytest.param("^(?:a|b)+(?=c)", "abc", True, id="a look ahead"),
        pytest.param(r"\Z", "Z", True, id="an escaped letter without a meaning"),
        pytest.param("", "a", True, id="nothing"),
        pytest.param("^a|b$", "cb", True, id="a choice of which one part begins at the start"),
    ],
)
def test_what_is_found(pattern: str, text: str, expected: bool) -> None:
    assert found(pattern, text) is expected


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "*", r"\p{Greek}", "(?<1>a)", "a" * 10 + "(" * 3000])
def test_what_is_no_expression_here_is_said_to_be_none(pattern: str) -> None:
    with pytest.raises(MappingError, match="is no regular expression that can be simulated"):
        found(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_an_expression_that_backtracks_for_ever_is_searched_in_another_way(pattern: str) -> None:
    assert not found(pattern, "a" * 2_000 + "!")


def test_one_that_cannot_is_not_tried() -> None:
    with pytest.raises(MappingError, match="may take for ever"):
        found(r"(a*)*\1b", "a" * 5_000)


def test_a_search_tells_what_it_takes() -> None:
    spent: list[int] = []
    is_found("(a+)+$", "a" * 500 + "!", spent.append)
    is_found("a", "a", spent.append)
    assert spent[0] > 100
    assert spent[1] == 0


@given(st.text(alphabet="ab|*()^$", max_size=8), st.text(alphabet="abc", max_size=400))
def test_both_ways_agree(pattern: str, text: str) -> None:
    try:
        expected = re.search(pattern, text[:20]) is not None
    except re.error:
        with pytest.raises(MappingError):
            found(pattern, text)
        return
    assert found(pattern, text[:20]) is expected
    if len(text) > 20 and expected and "$" not in pattern:
        assert found(pattern, text)
