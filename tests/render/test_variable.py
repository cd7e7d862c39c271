"""What functions are told of the policy: nothing is lost, and nothing is said that goes without saying."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs import CorsPolicy
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.variable import policy_variable, variable_text

from .strategies import origin_items, unhurried

ONE = CorsPolicy(allow_origins=["https://app.example.com"])
LIST = "#{Token[Origins.12]}"
TEXT = "${Token[Joined.13]}"


def join(origins: Sequence[str]) -> str:
    assert origins == [LIST]
    return TEXT


def said(policy: CorsPolicy, **branches: CorsPolicy) -> dict[str, Any]:
    return policy_variable(PolicyTree(policy, {f"/{name}": it for name, it in branches.items()}), join)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(ONE, {"allow_origins": ["https://app.example.com"]}, id="defaults-are-left-out"),
        pytest.param(CorsPolicy(allow_origins=["*"]), {"allow_origins": ["*"]}, id="origins-never-are"),
        pytest.param(
            ONE.evolve(max_age=0, expose_headers=[], allow_credentials=True, status_code=200),
            {
                "allow_origins": ["https://app.example.com"],
                "expose_headers": [],
                "allow_credentials": True,
                "max_age": 0,
                "status_code": 200,
            },
            id="what-is-no-default-is-said",
        ),
        pytest.param(
            CorsPolicy(allow_origins=["https://app.example.com", LIST]),
            {"allow_origins": ["https://app.example.com", f",{TEXT}"]},
            id="a-list-of-the-deployment-is-one-element-and-marked",
        ),
        pytest.param(
            CorsPolicy(allow_origins=["https://app.example.com", TEXT, f"https://{TEXT}"]),
            {"allow_origins": ["https://app.example.com", f"{TEXT},", f"https://{TEXT},"]},
            id="so-is-an-origin-of-the-deployment",
        ),
        pytest.param(
            CorsPolicy(allow_origins=["http://intranet.example"], dangerously_allow_insecure_origins=True),
            {"allow_origins": ["http://intranet.example"], "dangerously_allow_insecure_origins": True},
            id="what-makes-it-a-policy-again-is-said",
        ),
    ],
)
def test_it_is_the_policy_as_far_as_it_says_something(policy: CorsPolicy, expected: dict[str, Any]) -> None:
    assert said(policy) == expected


def test_branches_stand_below_their_paths() -> None:
    admin = CorsPolicy(allow_origins=["https://admin.example.com"])
    assert said(ONE, b=ONE, a=admin) == {
        "allow_origins": ["https://app.example.com"],
        "branches": {
            "/a": {"allow_origins": ["https://admin.example.com"]},
            "/b": {"allow_origins": ["https://app.example.com"]},
        },
    }


def test_the_text_does_not_depend_on_the_order_that_things_were_said_in() -> None:
    one = said(CorsPolicy(allow_origins=["https://b.test", "https://a.test"]), a=ONE, b=ONE)
    other = said(CorsPolicy(allow_origins=["https://a.test", "https://b.test"]), b=ONE, a=ONE)
    assert variable_text(one) == variable_text(other)
    assert " " not in variable_text(one)


@unhurried
@given(
    items=st.lists(origin_items(), min_size=1, max_size=4, unique=True),
    credentials=st.booleans(),
    methods=st.sampled_from([None, ["GET"], ["DELETE", "PUT"]]),
    headers=st.lists(st.sampled_from(["x-a", "x-b"]), unique=True),
    max_age=st.sampled_from([0, 7200, 86400]),
)
def test_it_is_that_policy_again_when_it_is_read(
    items: list[str], credentials: bool, methods: list[str] | None, headers: list[str], max_age: int
) -> None:
    policy = CorsPolicy(
        allow_origins=items,
        allow_credentials=credentials,
        allow_methods=methods,
        allow_headers=headers,
        expose_headers=headers,
        max_age=max_age,
        dangerously_allow_insecure_origins=True,
        dangerously_allow_public_suffix_patterns=True,
    )
    assert CorsPolicy.from_dict(json.loads(variable_text(said(policy)))) == policy
