"""CDK constructs for API Gateway REST APIs that browsers can call.

The names are looked up when they are first used: importing the package starts no Node.js, and `CorsPolicy` needs none.
"""

from typing import TYPE_CHECKING

from cors_constructs._lazy import lazily
from cors_constructs._version import __version__

if TYPE_CHECKING:
    from cors_constructs.cdk.clients import ApiClient
    from cors_constructs.cdk.rest_api import CorsRestApi
    from cors_constructs.cdk.validation import CorsValidationPlugin
    from cors_constructs.policy import CorsPolicy, CorsPolicyError, Issue
    from cors_constructs.render.errors import ErrorResponses

__all__ = [
    "ApiClient",
    "CorsPolicy",
    "CorsPolicyError",
    "CorsRestApi",
    "CorsValidationPlugin",
    "ErrorResponses",
    "Issue",
    "__version__",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "ApiClient": "cdk.clients",
        "CorsPolicy": "policy",
        "CorsPolicyError": "policy",
        "CorsRestApi": "cdk.rest_api",
        "CorsValidationPlugin": "cdk.validation",
        "ErrorResponses": "render.errors",
        "Issue": "policy",
    },
)
