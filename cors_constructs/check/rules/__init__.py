"""The rules, by group."""

from typing import Final

from cors_constructs.check.findings import Rule
from cors_constructs.check.rules import (
    allowances,
    deployment,
    errors,
    functions,
    keys,
    limits,
    mock,
    origins,
    plans,
    policy,
    preflight,
    responses,
    strangers,
    validators,
)

_GROUPS = (
    origins,
    policy,
    strangers,
    preflight,
    allowances,
    mock,
    validators,
    errors,
    plans,
    keys,
    deployment,
    limits,
    responses,
    functions,
)

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((rule for group in _GROUPS for rule in group.RULES), key=lambda rule: rule.id)
)
"""Every rule, by id."""
