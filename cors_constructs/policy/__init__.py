"""What is allowed: `CorsPolicy`, and the origins and names in it.

Pure data and validation. This room knows neither AWS nor the CDK, and importing it is cheap.
"""

from cors_constructs.policy.issues import CorsPolicyError, Issue
from cors_constructs.policy.origin import Origin, OriginPattern
from cors_constructs.policy.policy import CorsPolicy
from cors_constructs.policy.rules import RULES, IssueKind, Rule

__all__ = ["RULES", "CorsPolicy", "CorsPolicyError", "Issue", "IssueKind", "Origin", "OriginPattern", "Rule"]
