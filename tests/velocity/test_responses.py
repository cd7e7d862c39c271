"""Response templates of the app's own, extended to choose among origins, on Apache Velocity 1.7.

`tests/render/test_responses.py` asks the simulator's Velocity the same.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.responses import carry
from tests.render.answers import BEGINNINGS
from tests.render.origins import ADMIN, APP, DEPLOYED_LISTS, JOINED_LIST, LIST, Deployed, Outcome
from tests.render.strategies import unhurried

from .velocity import Velocity

STRANGER = "https://evil.example"
POLICIES = {
    "exact": CorsPolicy(allow_origins=[APP, ADMIN], allow_credentials=True),
    "a pattern": CorsPolicy(allow_origins=["https://*.shop.example", "http://localhost:*"]),
}
OWN = "#set($context.responseOverride.header.X-Own = 'own')"


def extended(policy: CorsPolicy, template: str) -> str:
    """A template that chooses among the policy's origins before it writes."""
    done = carry(policy, parameters={}, templates={"application/json": template}, is_mock=False, join=lambda _: "a,b")
    assert done.templates is not None
    assert done.lacking is None
    return str(done.templates["application/json"])


@pytest.mark.parametrize("policy", [pytest.param(policy, id=name) for name, policy in POLICIES.items()])
@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BEGINNINGS.items()])
def test_an_extended_template_writes_what_it_wrote(velocity: Velocity, policy: CorsPolicy, body: str) -> None:
    for template in (body, OWN + body, body + OWN):
        for origin in (APP, STRANGER, None):
            sent = {} if origin is None else {"Origin": origin}
            before = velocity.merge(template, sent)
            output, overrides = velocity.merge(extended(policy, template), sent)
            told = {name: value for name, value in policy.headers_for(origin).items() if name != "Vary"}
            assert (output, overrides) == (before[0], {**told, **before[1]})


@pytest.mark.parametrize("row", [pytest.param(row, id=row.title) for row in DEPLOYED_LISTS])
def test_a_list_known_at_deployment_lets_in_its_origins_only(velocity: Velocity, row: Deployed) -> None:
    policy = CorsPolicy(allow_origins=[LIST])
    done = carry(policy, parameters={}, templates={"a/b": "[1]"}, is_mock=False, join=lambda _: JOINED_LIST)
    assert done.templates is not None
    template = str(done.templates["a/b"]).replace(JOINED_LIST, row.value)
    output, overrides = velocity.merge(template, {"Origin": row.origin})
    assert output == "[1]"
    assert overrides.get("Access-Control-Allow-Origin") == (row.origin if row.outcome is Outcome.ALLOWED else None)


@unhurried
@given(text=st.text(st.sampled_from([*"ae.,:;()[]{}|!-_ \t\r\n'\"01"]), max_size=6))
def test_text_after_the_choice_is_only_text(velocity: Velocity, text: str) -> None:
    output, _ = velocity.merge(extended(POLICIES["exact"], text or " "), {"Origin": APP})
    assert output == (text or " ")
