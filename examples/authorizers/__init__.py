"""Authorizers beside API keys: Cognito, Lambda and IAM, none of which ever guards a preflight."""
