"""What the app says about an API, whichever way the API comes in."""

from typing import Final, Literal

import attrs

from cors_constructs.cdk.keyless import Keyless
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.layout import Preflight

IntegrationPermissions = Literal["method", "api"]
INTEGRATION_PERMISSIONS: Final = ("method", "api")


@attrs.frozen(kw_only=True)
class Throttle:
    """How many requests are let through; what is beyond gets 429.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html

    Attributes:
        rate: Requests a second, on average.
        burst: Requests at once.
    """

    rate: float
    burst: int


@attrs.frozen(kw_only=True)
class Settings:
    """What the app said about the API.

    Two of them that are equal ask for the same.
    """

    policy: CorsPolicy
    keyless: Keyless
    error_responses: ErrorResponses = ErrorResponses.AUTO
    require_api_key: bool = True
    """Whether every method but OPTIONS has to ask for a key. Otherwise methods keep what they say."""
    keys_managed_elsewhere: bool = False
    keys_from_authorizer: bool = False
    preflight: Preflight = Preflight.PER_RESOURCE
    preflight_throttle: Throttle | None = None
    integration_permissions: IntegrationPermissions = "method"
    replace_preflights_of_the_cdk: bool = False
    """Whether an OPTIONS that `default_cors_preflight_options` made is changed to say what the policy says."""
