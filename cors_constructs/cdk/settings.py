"""What the app says about an API, whichever way the API comes in."""

from typing import Final, Literal

import attrs

from cors_constructs.cdk.amounts import is_amount
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.layout import Preflight

SharePolicy = bool | Literal["wrap"]
IntegrationPermissions = Literal["method", "api"]
INTEGRATION_PERMISSIONS: Final = ("method", "api")


@attrs.frozen
class Throttle:
    """How many requests are let through; what is beyond gets 429.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html

    Attributes:
        rate: Requests a second, on average: a number above 0, or a token.
        burst: Requests at once: a whole number from 1, or a token.

    Raises:
        ValueError: With all that is wrong. Nothing at all let through, as preflights, would close the API to pages.
    """

    rate: float
    burst: int

    def __attrs_post_init__(self) -> None:
        problems = []
        if not is_amount(self.rate) or self.rate == 0:
            problems.append(f"rate={self.rate!r} is no number of requests a second: write one above 0, such as 50")
        if not is_amount(self.burst, whole=True, least=1):
            problems.append(f"burst={self.burst!r} is no number of requests: write a whole one above 0, such as 100")
        if problems:
            raise ValueError(f"Throttle: {'; '.join(problems)}")


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
    share_policy: SharePolicy = False
    """Whether the functions behind the API learn the policy, and whether they are wrapped."""
    replace_preflights_of_the_cdk: bool = False
    """Whether an OPTIONS that `default_cors_preflight_options` made is changed to say what the policy says."""
