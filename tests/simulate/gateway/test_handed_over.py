"""Long work is handed to whoever drives the pipeline, where they ask for it: short work never is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.gateway import Call, Gateway
from cors_constructs.simulate.gateway.schema_steps import TooMuchError
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import RequestModel, Source

from .models import JSON, gateway, method

INTEGERS = {"type": "array", "items": {"type": "integer"}}
# Each level asks for the next one twice: 2 ** 12 steps for any document.
CHOICES = {"c12": {"type": "integer"}} | {
    f"c{level}": {"allOf": [{"$ref": f"#/definitions/c{level + 1}"}, {"$ref": f"#/definitions/c{level + 1}"}]}
    for level in range(12)
}
LARGE, SMALL = b"[" + b"1, " * 40_000 + b"1]", b"[1, 2, 3]"


def validated(schema: dict[str, object] | None = None) -> Gateway:
    whole = {"$ref": "#/definitions/0", "definitions": {"0": INTEGERS}} if schema is None else schema
    model = RequestModel(Source("template.json", "Model"), "Numbers", whole)
    return gateway(method("POST /users", validates={"body": True}, request_models={JSON: model}))


def posted(body: bytes) -> Request:
    return Request("POST", "/users", {"Content-Type": JSON}, body)


def driven(to: Gateway, body: bytes) -> tuple[Response, list[str]]:
    """The response, and the kinds of calls on the way: work is done, and backends answer 200."""
    steps, kinds, call = to.steps(posted(body), hands_over_work=True), list[str](), None
    try:
        call = next(steps)
        while True:
            kinds.append(call.kind)
            if call.work is None:
                call = steps.send(Response(200))
                continue
            try:
                done = call.work()
            except TooMuchError as error:
                call = steps.throw(error)
            else:
                call = steps.send(done)
    except StopIteration as ended:
        response: Response = ended.value
        return response, kinds


@pytest.mark.parametrize(
    ("body", "status", "kinds"),
    [
        pytest.param(SMALL, 200, ["backend"], id="a small body"),
        pytest.param(b'["a"]', 400, [], id="a small body that is not so"),
        pytest.param(b"[", 400, [], id="a small body that is no JSON"),
        pytest.param(LARGE, 200, ["work", "backend"], id="a large body"),
        pytest.param(LARGE[:-1] + b', "a"]', 400, ["work"], id="a large body that is not so"),
        pytest.param(LARGE[:-1], 400, ["work"], id="a large body that is no JSON"),
        pytest.param(b"[" + b"1," * 300_000 + b"1]", 500, ["work"], id="one that takes too long"),
        pytest.param(b"[" + b"1," * 5_000 + b"1]", 200, ["work", "backend"], id="a small body with many values"),
    ],
)
def test_what_takes_long_is_handed_over_and_nothing_else(body: bytes, status: int, kinds: list[str]) -> None:
    response, asked = driven(validated(), body)
    assert (response.status, asked) == (status, kinds)


def test_a_small_body_whose_schema_takes_long_is_handed_over() -> None:
    schema: dict[str, object] = {"$ref": "#/definitions/c0", "definitions": CHOICES}
    assert driven(validated(schema), b"1")[1] == ["work", "backend"]


def test_who_does_not_ask_for_it_gets_none() -> None:
    assert next(validated().steps(posted(LARGE))).kind == "backend"


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda it: st.lists(it, max_size=4), max_leaves=20),
    st.integers(0, 80_000),
)
def test_the_answer_is_the_same_either_way(document: object, blanks: int) -> None:
    to, body = validated(), json.dumps(document).encode() + b" " * blanks
    response, _ = driven(to, body)
    assert response.status == to(posted(body)).status
    if response.status != 200:  # other answers say where they come from
        assert response.why == to(posted(body)).why


def test_what_its_work_came_to_is_asked_for() -> None:
    steps = validated().steps(posted(LARGE), hands_over_work=True)
    call: Call = next(steps)
    assert (call.kind, call.name) == ("work", "POST /users")
    with pytest.raises(TypeError, match=r"a call of the kind 'work' is answered by what its work\(\) gives, not by 7"):
        steps.send(7)
