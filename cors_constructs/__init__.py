"""CDK constructs for API Gateway REST APIs that browsers can call.

The names are looked up when they are first used: importing the package starts no Node.js, and `CorsPolicy` needs none.
"""

from cors_constructs._lazy import lazily
from cors_constructs._version import __version__

TYPE_CHECKING = False  # importing typing takes longer than all of this
if TYPE_CHECKING:
    from cors_constructs.cdk.branches import cors_for
    from cors_constructs.cdk.clients import ApiClient
    from cors_constructs.cdk.enable_cors import EnableCors
    from cors_constructs.cdk.imported import ImportedRestApi
    from cors_constructs.cdk.injector import cors_by_default
    from cors_constructs.cdk.rest_api import CorsRestApi
    from cors_constructs.cdk.runtime import CorsRuntime
    from cors_constructs.cdk.settings import Throttle
    from cors_constructs.cdk.spec_rest_api import CorsSpecRestApi
    from cors_constructs.cdk.validation import CorsValidationPlugin
    from cors_constructs.policy import CorsPolicy, CorsPolicyError, Issue
    from cors_constructs.render.errors import ErrorResponses
    from cors_constructs.render.layout import Preflight
    from cors_constructs.render.openapi import OpenApiError, patch_openapi

__all__ = [
    "ApiClient",
    "CorsPolicy",
    "CorsPolicyError",
    "CorsRestApi",
    "CorsRuntime",
    "CorsSpecRestApi",
    "CorsValidationPlugin",
    "EnableCors",
    "ErrorResponses",
    "ImportedRestApi",
    "Issue",
    "OpenApiError",
    "Preflight",
    "Throttle",
    "__version__",
    "cors_by_default",
    "cors_for",
    "patch_openapi",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "ApiClient": "cdk.clients",
        "CorsPolicy": "policy",
        "CorsPolicyError": "policy",
        "CorsRestApi": "cdk.rest_api",
        "CorsRuntime": "cdk.runtime",
        "CorsSpecRestApi": "cdk.spec_rest_api",
        "CorsValidationPlugin": "cdk.validation",
        "EnableCors": "cdk.enable_cors",
        "ErrorResponses": "render.errors",
        "ImportedRestApi": "cdk.imported",
        "Issue": "policy",
        "OpenApiError": "render.openapi",
        "Preflight": "render.layout",
        "Throttle": "cdk.settings",
        "cors_by_default": "cdk.injector",
        "cors_for": "cdk.branches",
        "patch_openapi": "render.openapi",
    },
)
