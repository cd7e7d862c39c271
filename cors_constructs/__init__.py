"""CDK constructs for API Gateway REST APIs that browsers can call.

The names are looked up when they are first used: importing the package starts no Node.js, and `CorsPolicy` needs none.
"""

import importlib
from typing import TYPE_CHECKING, Any

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

_HOMES = {
    "ApiClient": "cors_constructs.cdk.clients",
    "CorsPolicy": "cors_constructs.policy",
    "CorsPolicyError": "cors_constructs.policy",
    "CorsRestApi": "cors_constructs.cdk.rest_api",
    "CorsValidationPlugin": "cors_constructs.cdk.validation",
    "ErrorResponses": "cors_constructs.render.errors",
    "Issue": "cors_constructs.policy",
}


# PEP 562
def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
