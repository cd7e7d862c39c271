"""Answers that pages of some origin cannot be given to read, or that cannot be read here: what is told of them."""

from typing import Any

import pytest

from cors_constructs import CorsPolicy, OpenApiError, patch_openapi

from .apis import ANY, INTEGRATION, ONE, SEVERAL, api, proxied
from .backends import LATER, http, patched


def told(get: dict[str, Any], policy: CorsPolicy = SEVERAL) -> str:
    """What is warned of, when a document with this operation is patched."""
    with pytest.warns(UserWarning, match="^pages may call these, and not all") as caught:
        patch_openapi(api({"/a": {"get": get}}), policy)
    (warning,) = caught
    assert warning.filename == __file__
    assert "\n" not in str(warning.message)
    return str(warning.message)


def test_answers_that_cannot_choose_are_told_by_their_operations() -> None:
    plain = http(responses={"default": {"statusCode": "200"}, "5..": {"statusCode": "500"}})
    paths = {"/a": {"get": plain, "put": plain}, "/b/": {ANY: plain}, "/c": {"get": http()}, "/d": {"get": proxied()}}
    with pytest.warns(UserWarning, match="^pages may call these, and not all") as caught:
        patch_openapi(api(paths), SEVERAL)
    (warning,) = caught
    assert str(warning.message) == (
        "pages may call these, and not all of them can read the answer: GET /a, PUT /a, ANY /b: no response template "
        'is there that could choose among several origins: write responseTemplates: {"application/json": '
        '"$input.body"} in it.'
    )


def test_a_great_many_operations_are_counted() -> None:
    plain = http(responses={"default": {"statusCode": "200"}})
    with pytest.warns(UserWarning, match=r"GET /9 and 2 more: no response"):
        patch_openapi(api({f"/{number}": {"get": plain} for number in range(12)}), SEVERAL)


@pytest.mark.parametrize(
    ("get", "said"),
    [
        pytest.param(
            http(responses=LATER), f"{INTEGRATION}.responses is known only at deployment (Fn::If)", id="all answers"
        ),
        pytest.param(
            http(responses={"default": LATER}),
            f"{INTEGRATION}.responses.default is known only at deployment (Fn::If), and has to be read before: "
            "write it out",
            id="an answer",
        ),
        pytest.param(
            http(responses={"default": {"statusCode": {"Ref": "Status"}}}),
            f"{INTEGRATION}.responses.default.statusCode is known only at deployment (Ref)",
            id="a status",
        ),
        pytest.param(
            http(responses={"default": {"statusCode": "200", "responseParameters": LATER}}),
            f"{INTEGRATION}.responses.default.responseParameters is known only at deployment",
            id="headers",
        ),
        pytest.param(
            http(responses={"default": {"statusCode": "200", "responseTemplates": LATER}}),
            f"{INTEGRATION}.responses.default.responseTemplates is known only at deployment",
            id="templates",
        ),
        pytest.param(
            {**http(), "responses": LATER}, "responses is known only at deployment (Fn::If)", id="declarations"
        ),
        pytest.param(
            http(declared={"200": LATER}), "responses.200 is known only at deployment (Fn::If)", id="a declaration"
        ),
        pytest.param(
            http(declared={"200": {"headers": LATER}}),
            "responses.200.headers is known only at deployment (Fn::If)",
            id="declared headers",
        ),
    ],
)
@pytest.mark.parametrize("policy", [ONE, SEVERAL], ids=["one", "several"])
def test_what_only_deployment_knows_stays_and_is_told(get: dict[str, Any], said: str, policy: CorsPolicy) -> None:
    message = told(get, policy)
    assert "GET /a: " in message
    assert said in message
    assert patched(get, policy) == get


@pytest.mark.parametrize(
    ("get", "problem"),
    [
        pytest.param(http(responses=[]), f"{INTEGRATION}.responses is a list: write a mapping", id="answers"),
        pytest.param(
            http(responses={"default": "200"}),
            f'{INTEGRATION}.responses.default is the string "200": write a mapping',
            id="an answer",
        ),
        pytest.param(
            http(responses={"default": {"statusCode": "200", "responseParameters": []}}),
            f"{INTEGRATION}.responses.default.responseParameters is a list: write a mapping",
            id="headers",
        ),
        pytest.param(
            http(responses={"default": {"statusCode": "200", "responseTemplates": "x"}}),
            f'{INTEGRATION}.responses.default.responseTemplates is the string "x": write a mapping',
            id="templates",
        ),
        pytest.param({**http(), "responses": []}, "responses is a list: write a mapping", id="declarations"),
        pytest.param(
            http(declared={"200": {"headers": []}}),
            "responses.200.headers is a list: write a mapping",
            id="declared headers",
        ),
    ],
)
def test_what_cannot_be_read(get: dict[str, Any], problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(api({"/a": {"get": get}}), ONE)
    assert caught.value.problems == (f"paths./a.get.{problem}",)
