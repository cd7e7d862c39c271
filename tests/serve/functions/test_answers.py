"""Answers of functions, as HTTP: what is right, and that nothing else comes of what is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.functions.answers import MalformedError, proxy_answer
from cors_constructs.serve.functions.policies import MalformedPolicyError, decision_of
from cors_constructs.simulate import Response

TYPE = ("Content-Type", "application/json")
RIGHT: dict[str, tuple[Any, Response]] = {
    "nothing at all": ({}, Response(200, [TYPE])),
    "a body": ({"body": "é"}, Response(200, [TYPE], "é".encode())),
    "nulls": (
        {"statusCode": None, "headers": None, "multiValueHeaders": None, "body": None, "isBase64Encoded": None},
        Response(200, [TYPE]),
    ),
    "a status as a string": ({"statusCode": "418"}, Response(418, [TYPE])),
    "a type of its own": ({"headers": {"content-type": "text/css"}}, Response(200, [("content-type", "text/css")])),
    "values that are no strings": (
        {"headers": {"X-A": True, "X-B": 7}},
        Response(200, [("X-A", "true"), ("X-B", "7"), TYPE]),
    ),
    "several of a name": (
        {"multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}},
        Response(200, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), TYPE]),
    ),
    "the same in both": (
        {"headers": {"x-a": "1", "X-B": "2"}, "multiValueHeaders": {"X-A": ["1", "3"]}},
        Response(200, [("X-A", "1"), ("X-A", "3"), ("X-B", "2"), TYPE]),
    ),
    "two values in both": (
        {"headers": {"x-a": "solo"}, "multiValueHeaders": {"X-A": ["multi"]}},
        Response(200, [("X-A", "multi"), ("x-a", "solo"), TYPE]),
    ),
    "a number for a body": ({"body": 42}, Response(200, [TYPE], b"42")),
    "a fraction for a body": ({"body": 0.5}, Response(200, [TYPE], b"0.5")),
    "a bool for a body": ({"body": True}, Response(200, [TYPE], b"true")),
    "what is API Gateway's to say": (
        {"headers": {"Server": "mine", "Transfer-Encoding": "chunked", "WWW-Authenticate": "Basic"}},
        Response(200, [("x-amzn-Remapped-Server", "mine"), ("x-amzn-Remapped-WWW-Authenticate", "Basic"), TYPE]),
    ),
    "Base64": ({"body": "aGk=", "isBase64Encoded": True}, Response(200, [TYPE], b"hi")),
}


@pytest.mark.parametrize("what", RIGHT)
def test_an_answer_is_read_with(what: str) -> None:
    answer, response = RIGHT[what]
    read = proxy_answer(json.dumps(answer).encode(), decodes=True)
    assert (read.status, read.headers.lines, read.body) == (response.status, response.headers.lines, response.body)


@pytest.mark.parametrize("body", [{"a": 1}, ["a"], {}, []])
def test_a_body_is_no_object_and_no_list(body: Any) -> None:
    with pytest.raises(MalformedError, match=r"its body is .*, not a string"):
        proxy_answer(json.dumps({"body": body}).encode(), decodes=False)


def test_base64_is_left_as_it_is_for_who_accepts_no_binary_type() -> None:
    assert proxy_answer(b'{"body": "aGk=", "isBase64Encoded": true}', decodes=False).body == b"aGk="


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(SCALARS, lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(), it, max_size=3))
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "statusCode": ANYTHING | st.integers(90, 610),
        "headers": ANYTHING | st.dictionaries(st.text(), SCALARS),
        "multiValueHeaders": ANYTHING | st.dictionaries(st.text(), st.lists(SCALARS)),
        "body": ANYTHING,
        "isBase64Encoded": ANYTHING | st.booleans(),
    },
)


@given(ANSWERS | ANYTHING, st.booleans())
def test_whatever_a_function_answers_can_be_sent_or_is_malformed(answer: Any, decodes: bool) -> None:
    try:
        response = proxy_answer(json.dumps(answer).encode(), decodes=decodes)
    except MalformedError as error:
        response, said = None, str(error)
    if response is None:
        assert said.isprintable()
        return
    assert 100 <= response.status <= 599
    for name, value in response.headers.lines:
        assert name.isascii()
        assert name.isprintable()
        assert not {"\r", "\n", "\0"} & set(value)
        value.encode("latin-1")


@given(st.binary() | ANYTHING.map(lambda it: json.dumps(it).encode()))
def test_whatever_an_authorizer_answers_lets_nobody_pass_by_accident(payload: bytes) -> None:
    with pytest.raises(MalformedPolicyError) as raised:
        decision_of(payload, "arn")
    assert str(raised.value).isprintable()
