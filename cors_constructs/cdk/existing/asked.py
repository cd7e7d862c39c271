"""What is said of APIs that exist already, and the names that it says."""

from collections.abc import Iterable

import jsii
from constructs import Construct, IConstruct, IValidation

from cors_constructs.cdk.arguments import (
    check_cors,
    check_error_responses,
    check_flag,
    check_preflight,
    check_share_policy,
    check_throttle,
)
from cors_constructs.cdk.existing.adoption import names_of, settings_of
from cors_constructs.cdk.existing.scopes import apis_below
from cors_constructs.cdk.settings import (
    INTEGRATION_PERMISSIONS,
    IntegrationPermissions,
    Settings,
    SharePolicy,
    Throttle,
)
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.layout import Preflight


def settings_from(
    cors: CorsPolicy,
    *,
    require_api_key: bool = True,
    keyless: Iterable[str] = (),
    error_responses: ErrorResponses = ErrorResponses.AUTO,
    keys_managed_elsewhere: bool = False,
    preflight: Preflight = Preflight.PER_RESOURCE,
    preflight_throttle: Throttle | None = None,
    integration_permissions: IntegrationPermissions = "method",
    share_policy: SharePolicy = False,
) -> Settings:
    """The settings that are said of APIs that exist already; see `EnableCors`.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no method's name, or `require_api_key=False` leaves nothing for it to say.
    """
    check_cors(cors)
    check_flag("require_api_key", require_api_key)
    check_error_responses(error_responses)
    check_flag("keys_managed_elsewhere", keys_managed_elsewhere)
    check_preflight(preflight)
    check_throttle(preflight_throttle)
    if integration_permissions not in INTEGRATION_PERMISSIONS:
        raise TypeError(f'integration_permissions takes "method" or "api", not {integration_permissions!r}')
    check_share_policy(share_policy)
    named = Keyless.parse(keyless)
    if named.names and not require_api_key:
        raise ValueError(
            "keyless names methods that need no key, and with require_api_key=False none does: leave it out"
        )
    return Settings(
        policy=cors,
        keyless=named,
        error_responses=error_responses,
        require_api_key=require_api_key,
        keys_managed_elsewhere=keys_managed_elsewhere,
        preflight=preflight,
        preflight_throttle=preflight_throttle,
        integration_permissions=integration_permissions,
        share_policy=share_policy,
        replace_preflights_of_the_cdk=True,
    )


@jsii.implements(IValidation)
class Names:
    """Whether each name in `keyless` is a method of one of the APIs that these settings are for.

    Args:
        root: The app.
        settings: What was said.
    """

    def __init__(self, root: IConstruct, settings: Settings) -> None:
        self._root = root
        self._settings = settings

    def apis(self) -> list[Construct]:
        """The APIs that these settings are for."""
        return [api for api in apis_below(self._root) if settings_of(api) == self._settings]

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        if not self._settings.keyless.names:
            return []
        known = [names for api in self.apis() if (names := names_of(api)) is not None]
        return self._settings.keyless.missing(sorted({name for names in known for name in names})) if known else []
