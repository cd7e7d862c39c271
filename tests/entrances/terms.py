"""The policies that the API is built with, and what goes with them."""

from typing import Final

import attrs

from cors_constructs import CorsPolicy, ErrorResponses

APP: Final = "https://app.example.com"
PREVIEW: Final = "https://pr-12.preview.example.com"
STRANGER: Final = "https://evil.test"

_SEVERAL: Final = (APP, "https://admin.example.com", "https://*.preview.example.com")
_PREVIEWS: Final = "https://*.preview.example.com"


@attrs.frozen(kw_only=True)
class Terms:
    """What an entrance is told.

    Attributes:
        name: What its rows of the tests are called.
        policy: The policy.
        error_responses: What pages may learn of the gateway's errors.
        binary: Whether the API takes every media type as binary.
    """

    name: str
    policy: CorsPolicy
    error_responses: ErrorResponses = ErrorResponses.AUTO
    binary: bool = False


ONE: Final = Terms(name="one origin", policy=CorsPolicy(allow_origins=[APP]))
SEVERAL: Final = Terms(name="several origins and a pattern", policy=CorsPolicy(allow_origins=_SEVERAL, max_age=600))
ANYBODY: Final = Terms(name="any origin", policy=CorsPolicy(allow_origins=["*"], expose_headers=["x-total"]))
CREDENTIALS: Final = Terms(name="credentials", policy=CorsPolicy(allow_origins=[APP], allow_credentials=True))
BINARY: Final = Terms(
    name="all media types binary, errors that reflect, credentials",
    policy=CorsPolicy(allow_origins=_SEVERAL, allow_credentials=True),
    error_responses=ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN,
    binary=True,
)
TERMS: Final = (ONE, SEVERAL, ANYBODY, CREDENTIALS, BINARY)
FEW: Final = (ONE, BINARY)
"""The plainest, and the one that has a bit of everything."""
