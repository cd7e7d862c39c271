"""What a page's call needs a preflight's leave for.

https://fetch.spec.whatwg.org/#cors-safelisted-request: a safelisted method with safelisted headers needs none.
"""

import enum
import re
from typing import Final

from cors_constructs.policy.names import (
    SAFELISTED_METHODS,
    SAFELISTED_REQUEST_HEADERS,
    is_forbidden_request_header,
)
from cors_constructs.simulate.model import Api, Method
from cors_constructs.simulate.values import Unresolved

KEY_HEADER: Final = "x-api-key"
AUTHORIZATION: Final = "authorization"

_IDENTITY_HEADER = re.compile(r"method\.request\.(?:multivalue)?header\.([^\s,]+)", re.IGNORECASE)


class Need(enum.Enum):
    """Whether a call needs a preflight."""

    YES = enum.auto()
    NO = enum.auto()
    UNKNOWN = enum.auto()


def preflight_for(method: Method, api: Api) -> Need:
    """Whether a page's call of the method needs a preflight, whatever else the page does."""
    if method.verb not in SAFELISTED_METHODS or wants_key_header(method, api) is True or read_headers(method):
        return Need.YES
    if wants_key_header(method, api) is None or isinstance(method.authorization, Unresolved):
        return Need.UNKNOWN
    return Need.NO


def wants_key_header(method: Method, api: Api) -> bool | None:
    """Whether the call has to carry `x-api-key`; None where only a deployment knows."""
    if method.api_key_required is False or api.api_key_source == "AUTHORIZER":
        return False
    if isinstance(method.api_key_required, Unresolved) or isinstance(api.api_key_source, Unresolved):
        return None
    return True


def read_headers(method: Method) -> tuple[str, ...]:
    """The headers, in lower case, that the method's authorization reads and a preflight has to allow."""
    source = method.authorizer.identity_source if method.authorizer else None
    match method.authorization:
        case "AWS_IAM":
            return (AUTHORIZATION,)
        case "COGNITO_USER_POOLS" if source is None:
            return (AUTHORIZATION,)
        case "CUSTOM" | "COGNITO_USER_POOLS" if isinstance(source, str):
            names = dict.fromkeys(name.lower() for name in _IDENTITY_HEADER.findall(source))
            return tuple(name for name in names if _needs_leave(name))
    return ()


def _needs_leave(name: str) -> bool:
    return name not in SAFELISTED_REQUEST_HEADERS and not is_forbidden_request_header(name)
