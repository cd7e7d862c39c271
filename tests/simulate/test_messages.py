"""Requests, responses and their headers, as values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate import Headers, Request, Response

LINES = st.lists(st.tuples(st.sampled_from(["Vary", "vary", "X-A", "x-b"]), st.text(max_size=5)), max_size=6)


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_headers_are_read_in_any_case(name: str) -> None:
    response = Response(200, {"Content-Type": "application/json"})
    assert response.headers[name] == "application/json"
    assert name in response.headers
    assert response.headers.get(name) == "application/json"


def test_a_list_stands_for_several_field_lines() -> None:
    headers = Headers({"Vary": ["Origin", "Accept"]})
    assert headers.lines == (("Vary", "Origin"), ("Vary", "Accept"))
    assert headers.all("vary") == ("Origin", "Accept")
    assert headers["vary"] == "Origin, Accept"


def test_names_that_differ_in_case_alone_are_one_header() -> None:
    headers = Headers([("Vary", "Origin"), ("vary", "Accept")])
    assert list(headers) == ["vary"]
    assert headers["Vary"] == "Origin, Accept"


def test_a_missing_header_is_a_key_error_or_none() -> None:
    headers = Request("GET", "/").headers
    assert headers.get("origin") is None
    assert headers.all("origin") == ()
    with pytest.raises(KeyError):
        _ = headers["origin"]


@pytest.mark.parametrize(
    "given", [{"X-A": 1}, {"X-A": [1]}, {1: "x"}], ids=["a number", "a number in a list", "a name"]
)
def test_what_is_no_string_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="a header is a name and a string"):
        Request("GET", "/", given)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(None, id="nothing"),
        pytest.param("Vary: Origin", id="a line of text"),
        pytest.param(5, id="a number"),
        pytest.param([("Vary",)], id="a name alone"),
        pytest.param([("Vary", "Origin", "Accept")], id="three of a pair"),
        pytest.param(["ab"], id="a string of two characters"),
        pytest.param({"Vary": {"Origin": "Accept"}}, id="a mapping in a mapping"),
        pytest.param({"Vary": b"Origin"}, id="bytes"),
    ],
)
def test_what_is_no_headers_is_one_clear_error(given: Any) -> None:
    with pytest.raises(TypeError, match=r"headers are a mapping|a header is a name and a"):
        Response(200, given)


def test_an_answer_is_compared_without_its_explanation() -> None:
    assert Response(403, why="no key") == Response(403)
    assert Response(403) != Response(403, {"vary": "Origin"})


@given(LINES)
def test_headers_made_of_headers_are_the_same(lines: list[tuple[str, str]]) -> None:
    headers = Headers(lines)
    assert Headers(headers) == headers
    assert Headers(headers.lines) == headers
    assert hash(Headers(headers)) == hash(headers)
    assert {name: headers.all(name) for name in headers} == {name: Headers(headers).all(name) for name in headers}


def test_headers_equal_a_mapping_that_says_the_same() -> None:
    assert Headers({"Vary": "Origin"}) == {"vary": "Origin"}
    assert Headers({"Vary": "Origin"}) != {"vary": "Accept"}
    assert Headers() != 1
