"""What is allowed: `CorsPolicy`, and the origins and names in it.

Pure data and validation. This room knows neither AWS nor the CDK, and importing it is cheap: the names are looked up
when they are first used, since who checks a template needs the tables of names alone.
"""

from typing import TYPE_CHECKING

from cors_constructs._lazy import lazily

if TYPE_CHECKING:
    from cors_constructs.policy.issues import CorsPolicyError, Issue
    from cors_constructs.policy.origin import Origin, OriginPattern
    from cors_constructs.policy.policy import CorsPolicy
    from cors_constructs.policy.rules import RULES, IssueKind, Rule

__all__ = ["RULES", "CorsPolicy", "CorsPolicyError", "Issue", "IssueKind", "Origin", "OriginPattern", "Rule"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "RULES": "rules",
        "CorsPolicy": "policy",
        "CorsPolicyError": "issues",
        "Issue": "issues",
        "IssueKind": "rules",
        "Origin": "origin",
        "OriginPattern": "origin",
        "Rule": "rules",
    },
)
