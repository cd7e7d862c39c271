"""How API Gateway is told: policy in, CloudFormation values out."""

from cors_constructs.render.errors import ErrorResponses, error_headers, opaque_to_credentials
from cors_constructs.render.preflight import PreflightAnswer, preflight_answer

__all__ = ["ErrorResponses", "PreflightAnswer", "error_headers", "opaque_to_credentials", "preflight_answer"]
