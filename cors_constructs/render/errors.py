"""CORS headers on the errors that API Gateway answers by itself: a missing key, a throttled call, a timeout.

A gateway response's header is a literal or a copy of a request parameter; no template runs that could compare
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html).
"""

import enum
from collections.abc import Sequence
from typing import Final

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.literals import literal
from cors_constructs.render.preflight import only_origin

HEADER_PREFIX: Final = "gatewayresponse.header."

# A type that has no response of its own falls back to one of these.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
DEFAULT_TYPES: Final = ("DEFAULT_4XX", "DEFAULT_5XX")


class ErrorResponses(enum.Enum):
    """What pages may learn of the errors that API Gateway makes itself.

    Without CORS headers a page sees "CORS error" where the API said 401, 403, 429 or 504.
    """

    AUTO = "auto"
    """One origin, or `*`: that one. Several: `*`, without credentials, so that calls with credentials cannot read
    these errors. API Gateway cannot choose among origins here."""

    DANGEROUSLY_REFLECT_ORIGIN = "dangerously-reflect-origin"
    """Several origins: copy the request's Origin, with credentials where the policy has them. Every page of every
    site can then read these errors (the gateway's own, never the integration's)."""

    NONE = "none"
    """Add nothing: errors stay unreadable, or carry what the app itself gives them."""


def error_headers(policy: CorsPolicy, mode: ErrorResponses) -> dict[str, str]:
    """The CORS headers of a gateway response, as API Gateway takes them: `'a literal'`, or a request parameter.

    Args:
        policy: Whose origins, credentials and exposed headers these are.
        mode: What to do where several origins may call.

    Returns:
        The value by header name; empty for `ErrorResponses.NONE`.
    """
    return error_headers_of([policy], mode)


def error_headers_of(policies: Sequence[CorsPolicy], mode: ErrorResponses) -> dict[str, str]:
    """The CORS headers of a gateway response of an API whose branches have policies of their own.

    A gateway response is the whole API's. Where all policies have the same one origin, it is named, with credentials if
    any of them has those. Otherwise there are several origins, among which it cannot choose. What any of them exposes
    is exposed.

    Args:
        policies: At least one.
        mode: What to do where several origins may call.

    Returns:
        The value by header name; empty for `ErrorResponses.NONE`.
    """
    if mode is ErrorResponses.NONE:
        return {}
    names = ",".join(sorted({name for policy in policies for name in policy.expose_headers}))
    exposed = {"Access-Control-Expose-Headers": literal(names)} if names else {}
    allowing = any(policy.allow_credentials for policy in policies)
    credentials = {"Access-Control-Allow-Credentials": literal("true")} if allowing else {}
    origins = {None if policy.depends_on_origin else only_origin(policy) for policy in policies}
    only = origins.pop() if len(origins) == 1 else None
    if only is not None:
        return {"Access-Control-Allow-Origin": literal(only), **credentials, **exposed}
    if mode is ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN:
        reflected = {"Access-Control-Allow-Origin": "method.request.header.Origin", "Vary": literal("Origin")}
        return {**reflected, **credentials, **exposed}
    return {"Access-Control-Allow-Origin": literal("*"), **exposed}


def opaque_to_credentials(policy: CorsPolicy, mode: ErrorResponses) -> bool:
    """Whether calls with credentials cannot read the gateway's errors."""
    return opaque_of([policy], mode)


def opaque_of(policies: Sequence[CorsPolicy], mode: ErrorResponses) -> bool:
    """Whether calls with credentials, which one of the policies allows, cannot read the gateway's errors."""
    if mode is not ErrorResponses.AUTO or not any(policy.allow_credentials for policy in policies):
        return False
    return "Access-Control-Allow-Credentials" not in error_headers_of(policies, mode)
