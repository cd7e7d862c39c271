"""Whatever a template holds, the checker answers: it never fails."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cors_constructs.check import check
from cors_constructs.simulate import TemplateError
from cors_constructs.simulate.template import read_template

from .breakages import EXAMPLES, example
from .right import Json, hand_written, of_several_origins, specified
from .test_function_rules import told, wrapped


def answered_by_a_function() -> Json:
    document = hand_written()
    wrapped()(document)
    return document


DOCUMENTS = [
    hand_written(),
    of_several_origins(),
    specified(),
    answered_by_a_function(),
    *map(example, EXAMPLES),
]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 1000),
    st.text(max_size=20),
    st.sampled_from(
        ["'*'", "*", "'null'", "ANY", "OPTIONS", "#if($x", "$input.params('Origin')", "/", "{proxy+}", "'"]
    ),
    st.just({"Ref": "Unknown"}),
    st.just({"Ref": "AWS::Region"}),
    st.just({"Fn::ImportValue": "other"}),
    st.just({"Fn::Join": ["", ["'https://", {"Ref": "AWS::Region"}, "'"]]}),
    st.just({"Fn::Sub": "'https://${AWS::Region}.example.com'"}),
    st.just([]),
    st.just({}),
)


_MATCHES = "#if($input.params('Origin').matches('{}'))#set($context.responseOverride.header.X='y')#end"
_TWICE = "#macro(m $x)#if($x>0)#set($y=$x - 1)#m($y)#set($y=$x - 1)#m($y)#end#end#m(60)"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"ResponseTemplates": {"application/json": _MATCHES.format("(a+)+$")}}, id="nested repetitions"),
        pytest.param({"ResponseTemplates": {"application/json": _MATCHES.format(".*" * 30 + "x")}}, id="many stars"),
        pytest.param({"ResponseTemplates": {"application/json": _MATCHES.format("(){1000000000}")}}, id="a billion"),
        pytest.param({"ResponseTemplates": {"application/json": _TWICE}}, id="macros that call themselves twice"),
        pytest.param({"SelectionPattern": "(){1000000000}"}, id="a selection pattern"),
    ],
)
def test_a_template_that_would_take_for_ever_is_checked_soon(changes: dict[str, Any]) -> None:
    document = hand_written()
    for resource in document["Resources"].values():
        for response in resource.get("Properties", {}).get("Integration", {}).get("IntegrationResponses", ()):
            response.update(changes)
    started = time.process_time()  # in which others who are busy have no part
    check(read_template(document))
    assert time.process_time() - started < 20


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder in a document, with a key of it."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(items):
        yield node, key
        yield from places(value)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused_and_then_checked(data: st.DataObject) -> None:
    document = copy.deepcopy(DOCUMENTS[data.draw(st.integers(0, len(DOCUMENTS) - 1))])
    for _ in range(data.draw(st.integers(1, 3))):
        every = list(places(document["Resources"]))
        holder, key = every[data.draw(st.integers(0, len(every) - 1))]
        if data.draw(st.booleans()):
            holder[key] = copy.deepcopy(data.draw(JUNK))
        else:
            del holder[key]
    try:
        template = read_template(document)
    except TemplateError:
        return
    assert all(finding.message and finding.fix for finding in check(template))


NAMES = ["allow_origins", "allow_credentials", "branches", "max_age", "allow_methods", "/users", "/", ""]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("https://a.test"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(VALUES.map(json.dumps), st.text(max_size=40)))
def test_whatever_a_function_is_told_is_checked_in_single_lines(text: str) -> None:
    document = hand_written()
    told(text)(document)
    for finding in check(read_template(document)):
        assert finding.fix
        assert finding.message.isprintable()


def test_a_policy_that_is_nested_without_end_is_none() -> None:
    document = hand_written()
    told("[" * 100_000)(document)
    assert [finding.rule.id for finding in check(read_template(document))] == ["CORS523"]
