"""The gateway responses of a patched document: CORS headers on all of them, and the author's values kept."""

from typing import Any

import pytest

from cors_constructs import CorsPolicy, ErrorResponses, OpenApiError, patch_openapi
from cors_constructs.render import error_headers

from .apis import ADMIN, ANYONE, APP, DIALECTS, MARK, ONE, RESPONSES, SEVERAL, api, proxied

REFLECT = ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN
ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin"


def document(dialect: str = "3.0", **more: Any) -> dict[str, Any]:
    return api({"/users": {"get": proxied()}}, dialect=dialect, **more)


def parameters(headers: dict[str, str]) -> dict[str, str]:
    return {f"gatewayresponse.header.{name}": value for name, value in headers.items()}


def responses(given: Any) -> dict[str, Any]:
    return {RESPONSES: given}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("mode", [ErrorResponses.AUTO, REFLECT])
@pytest.mark.parametrize("policy", [ONE, SEVERAL, ANYONE], ids=["one", "several", "anyone"])
def test_the_two_defaults_are_made(dialect: str, mode: ErrorResponses, policy: CorsPolicy) -> None:
    expected = {"responseParameters": parameters(error_headers(policy, mode))}
    after = patch_openapi(document(dialect), policy, error_responses=mode)
    assert after[RESPONSES] == {"DEFAULT_4XX": expected, "DEFAULT_5XX": expected}


def test_every_type_gets_what_it_lacks() -> None:
    own: dict[str, Any] = {
        "UNAUTHORIZED": {"statusCode": 401, "responseTemplates": {"application/json": "{}"}},
        "THROTTLED": {"responseParameters": {"gatewayresponse.header.retry-after": "'1'", ORIGIN.lower(): "'*'"}},
        "DEFAULT_5XX": {"responseParameters": {}},
    }
    after = patch_openapi(document(**responses(own)), ONE)[RESPONSES]
    headers = parameters(error_headers(ONE, ErrorResponses.AUTO))
    rest = {name: value for name, value in headers.items() if name != ORIGIN}
    assert list(after) == [*own, "DEFAULT_4XX"]
    assert after == {
        "UNAUTHORIZED": {**own["UNAUTHORIZED"], "responseParameters": headers},
        "THROTTLED": {"responseParameters": {**own["THROTTLED"]["responseParameters"], **rest}},
        "DEFAULT_5XX": {"responseParameters": headers},
        "DEFAULT_4XX": {"responseParameters": headers},
    }


def test_none_adds_nothing() -> None:
    own: dict[str, Any] = {RESPONSES: {"UNAUTHORIZED": {"statusCode": 401}}}
    assert patch_openapi(document(**own), ONE, error_responses=ErrorResponses.NONE)[RESPONSES] == own[RESPONSES]
    after = patch_openapi(document(), ONE, error_responses=ErrorResponses.NONE)
    assert RESPONSES not in after
    assert MARK not in after


OWN: list[dict[str, Any]] = [
    {},
    {RESPONSES: {"UNAUTHORIZED": {"statusCode": 401}}},
    {RESPONSES: {"DEFAULT_4XX": {"responseParameters": {ORIGIN: "'https://own.example'"}}}},
    {RESPONSES: {"DEFAULT_4XX": {"responseParameters": {ORIGIN: f"'{APP}'"}}}},
    {RESPONSES: {type_: {"responseParameters": {ORIGIN: "'*'"}} for type_ in ("DEFAULT_4XX", "DEFAULT_5XX")}},
    {RESPONSES: {"QUOTA_EXCEEDED": {"responseTemplates": {}}, "DEFAULT_5XX": {"statusCode": "500"}}},
]


@pytest.mark.parametrize("own", OWN, ids=["none", "another type", "a header", "the very header", "all of them", "more"])
@pytest.mark.parametrize("mode", ErrorResponses)
def test_what_was_added_earlier_is_replaced(own: dict[str, Any], mode: ErrorResponses) -> None:
    given = document(**own)
    for before in (ONE, SEVERAL, ANYONE):
        once = patch_openapi(given, before)
        for policy in (ONE, SEVERAL, ANYONE):
            expected = patch_openapi(given, policy, error_responses=mode)
            assert patch_openapi(once, policy, error_responses=mode) == expected


def test_a_value_that_somebody_has_changed_since_is_theirs() -> None:
    once = patch_openapi(document(), ONE)
    once[RESPONSES]["DEFAULT_4XX"]["responseParameters"][ORIGIN] = f"'{ADMIN}'"
    del once[RESPONSES]["DEFAULT_5XX"]
    after = patch_openapi(once, ANYONE)[RESPONSES]
    assert after["DEFAULT_4XX"]["responseParameters"] == {ORIGIN: f"'{ADMIN}'"}
    assert after["DEFAULT_5XX"]["responseParameters"] == {ORIGIN: "'*'"}


def test_branches_with_other_origins_leave_no_choice_but_anyone() -> None:
    inner = CorsPolicy(allow_origins=[ADMIN], expose_headers=["x-total"])
    after = patch_openapi(document(), ONE.evolve(expose_headers=["x-page"]), branches={"/users": inner})[RESPONSES]
    assert after["DEFAULT_4XX"]["responseParameters"] == parameters(
        {"Access-Control-Allow-Origin": "'*'", "Access-Control-Expose-Headers": "'x-page,x-total'"}
    )


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param([], f"{RESPONSES} is a list: write a mapping", id="a list"),
        pytest.param(
            {"Fn::Transform": {"Name": "AWS::Include"}},
            f"{RESPONSES} is known only at deployment (Fn::Transform), and has to be read before: write it out",
            id="an include",
        ),
        pytest.param(
            {"THROTTLED": []}, f"{RESPONSES}.THROTTLED is a list: write a mapping", id="a type that is a list"
        ),
        pytest.param(
            {"THROTTLED": {"responseParameters": {"Fn::If": ["A", {}, {}]}}},
            f"{RESPONSES}.THROTTLED.responseParameters is known only at deployment (Fn::If), and has to be read "
            "before: write it out",
            id="headers that only deployment knows",
        ),
    ],
)
def test_what_cannot_be_read(given: Any, problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        patch_openapi(document(**responses(given)), ONE)
    assert caught.value.problems == (problem,)
    assert patch_openapi(document(**responses(given)), ONE, error_responses=ErrorResponses.NONE)[RESPONSES] == given


def test_a_value_that_only_deployment_knows_is_kept() -> None:
    own: Any = {"THROTTLED": {"responseParameters": {ORIGIN: {"Fn::Sub": "'${Site}'"}}}}
    after = patch_openapi(document(**responses(own)), ANYONE)[RESPONSES]
    assert after["THROTTLED"] == own["THROTTLED"]
