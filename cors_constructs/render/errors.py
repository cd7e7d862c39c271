"""CORS headers on the errors that API Gateway answers by itself: a missing key, a throttled call, a timeout.

A gateway response's header is a literal or a copy of a request parameter; no template runs that could compare
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html).
"""

import enum
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
    if mode is ErrorResponses.NONE:
        return {}
    names = ",".join(policy.expose_headers)
    exposed = {"Access-Control-Expose-Headers": literal(names)} if names else {}
    credentials = {"Access-Control-Allow-Credentials": literal("true")} if policy.allow_credentials else {}
    if not policy.depends_on_origin:
        return {"Access-Control-Allow-Origin": literal(only_origin(policy)), **credentials, **exposed}
    if mode is ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN:
        reflected = {"Access-Control-Allow-Origin": "method.request.header.Origin", "Vary": literal("Origin")}
        return {**reflected, **credentials, **exposed}
    return {"Access-Control-Allow-Origin": literal("*"), **exposed}


def opaque_to_credentials(policy: CorsPolicy, mode: ErrorResponses) -> bool:
    """Whether calls with credentials cannot read the gateway's errors."""
    return mode is ErrorResponses.AUTO and policy.depends_on_origin and policy.allow_credentials
