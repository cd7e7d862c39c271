"""What is wrong: rules over templates, and what they find."""

from cors_constructs.check.checker import RULES, check
from cors_constructs.check.findings import Answer, Finding, Rule, Severity

__all__ = ["RULES", "Answer", "Finding", "Rule", "Severity", "check"]
