"""JSON paths: what they find, in which order, and that they come to an end."""

import json
from typing import Any

import pytest

from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.jsonpath import Effort, find

DOCUMENT = {"a": {"b": [1, {"a": 2}]}, "c": [{"a": 3}, {"a": 4}], "": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("$", DOCUMENT, id="all"),
        pytest.param("$.a.b[0]", 1, id="a value"),
        pytest.param("$['a']['b'][-1].a", 2, id="in brackets, from the end"),
        pytest.param("a.b[0]", 1, id="without a dollar sign"),
        pytest.param("$.c[*].a", [3, 4], id="each"),
        pytest.param("$..a", [DOCUMENT["a"], 2, 3, 4], id="at any depth, what is outside first"),
        pytest.param("$.nope", None, id="nothing"),
        pytest.param("$..nope", [], id="nothing at any depth"),
    ],
)
def test_a_path_finds(path: str, found: Any) -> None:
    assert find(DOCUMENT, path) == found


def deep(levels: int) -> Any:
    return json.loads('{"a":' * levels + "1" + "}" * levels)


def test_a_path_that_finds_the_same_again_and_again_ends() -> None:
    with pytest.raises(MappingError, match="more than 1,000,000 values"):
        find(deep(400), "$..a..a..a..a..a")


def test_many_paths_end_too() -> None:
    effort, document = Effort(), deep(400)
    for _ in range(10):
        assert find(document, "$..a..a", effort)
    with pytest.raises(MappingError, match="more than 1,000,000 values"):
        list(map(find, [document] * 10, ["$..a..a"] * 10, [effort] * 10))
