"""Arguments that every entrance takes: each of the right kind, or a sentence that says what to write."""

import json
from typing import Any

from cors_constructs.cdk.settings import INTEGRATION_PERMISSIONS, Throttle
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.layout import Preflight


def check_cors(cors: Any) -> None:
    """See whether it is a policy.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(cors, CorsPolicy):
        raise TypeError(f"cors takes a CorsPolicy, not {cors!r}: write {as_policy(cors)}")


def check_policy(caller: str, policy: Any) -> None:
    """See whether the first argument of a call is a policy.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(policy, CorsPolicy):
        raise TypeError(
            f"{caller} takes a CorsPolicy first, and then functions, not {policy!r:.200}: write "
            f'{caller}(CorsPolicy(allow_origins=["https://app.example.com"]), function)'
        )


def check_share_policy(said: Any) -> None:
    """See whether it is one of the ways to share a policy with all functions.

    Raises:
        TypeError: It is none.
    """
    if not (isinstance(said, bool) or said == "wrap"):
        raise TypeError(f'share_policy takes True, False or "wrap", not {said!r}')


def check_error_responses(error_responses: Any) -> None:
    """See whether it is one of `ErrorResponses`.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(error_responses, ErrorResponses):
        raise TypeError(f"error_responses takes ErrorResponses, not {error_responses!r}: write ErrorResponses.AUTO")


def check_preflight(preflight: Any) -> None:
    """See whether it is one of `Preflight`.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(preflight, Preflight):
        raise TypeError(f"preflight takes a Preflight, not {preflight!r}: write Preflight.SHARED, or leave it out")


def check_integration_permissions(said: Any) -> None:
    """See whether it is one of the two ways to allow functions to be called.

    Raises:
        ValueError: It is none.
    """
    if said not in INTEGRATION_PERMISSIONS:
        raise ValueError(f'integration_permissions takes "method" or "api", not {said!r}: write "api", or leave it out')


def check_throttle(preflight_throttle: Any) -> None:
    """See whether what an entrance was given is a throttle, or nothing.

    Raises:
        TypeError: It is neither.
    """
    if preflight_throttle is not None and not isinstance(preflight_throttle, Throttle):
        raise TypeError(
            f"preflight_throttle takes a Throttle, not {preflight_throttle!r}: write Throttle(rate=50, burst=100)"
        )


def check_flag(name: str, value: Any) -> None:
    """See whether it is True or False.

    Raises:
        TypeError: It is neither.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} takes True or False, not {value!r}")


def as_policy(said: Any) -> str:
    """What to write for what was said in some other way."""
    named = said if isinstance(said, str | list | tuple) else getattr(said, "allow_origins", None)
    origins = [named] if isinstance(named, str) else list(named or ["https://app.example.com"])
    return f"cors=CorsPolicy(allow_origins={json.dumps(origins, default=repr)})"
