"""The environment variable that tells a function the policy: `cors_constructs.runtime` reads it there."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cors_constructs.policy import CorsPolicy
from cors_constructs.policy.tokens import holds_token, is_list_token
from cors_constructs.render.branches import PolicyTree

POLICY_VARIABLE: Final = "CORS_CONSTRUCTS_POLICY"
"""The variable that has the policy, as JSON."""

HANDLER_VARIABLE: Final = "CORS_CONSTRUCTS_HANDLER"
"""The variable that has a wrapped function's own handler."""

_DEFAULTS: Final = CorsPolicy(allow_origins=["*"]).to_dict()


def policy_variable(policies: PolicyTree, join: Callable[[Sequence[str]], str]) -> dict[str, object]:
    """What the variable says: a policy by the names of its arguments, as far as they are no defaults.

    A function's variables have 4 KB in all, so what would say nothing is left out. Origins that only deployment knows
    are marked by a comma: the API's preflights compare with them as they are, so a `*` or a pattern that turns up there
    must let nobody in here either. The comma is before a list, and after one origin, which may be `*` if it is alone.

    Args:
        policies: The API's policies. Those of branches stand below `branches`, by the path of their top.
        join: Makes one string of an origin list that only deployment knows, its elements joined by commas.
    """
    branches = {top: _said(policy, join) for top, policy in sorted(policies.branches.items())}
    return {**_said(policies.whole, join), **({"branches": branches} if branches else {})}


def variable_text(variable: Mapping[str, object]) -> str:
    """The variable's text: the same for the same policies, whatever the order they were said in."""
    return json.dumps(variable, separators=(",", ":"))


def _said(policy: CorsPolicy, join: Callable[[Sequence[str]], str]) -> dict[str, object]:
    said = {name: value for name, value in policy.to_dict().items() if value != _DEFAULTS[name]}
    origins = [_marked(origin, join) for origin in policy.allow_origins]
    return {"allow_origins": origins, **{name: value for name, value in said.items() if name != "allow_origins"}}


def _marked(origin: str, join: Callable[[Sequence[str]], str]) -> str:
    if is_list_token(origin):
        return f",{join([origin])}"
    return f"{origin}," if holds_token(origin) and "*" not in origin else origin
