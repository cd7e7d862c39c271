"""What a Cognito authorizer hands to the backend: the claims of the caller's token, which nobody checks here."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from cors_constructs.serve.tokens import token_of
from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.decisions import Access, Decision

KIND: Final = "COGNITO_USER_POOLS"

_MOMENTS: Final = frozenset({"exp", "iat"})
_PARTS: Final = 3  # of a token: its header, its claims and its signature


def decided_for(call: Call, access: Access) -> Decision:
    """What is decided about a request, with the claims of its token as `$context.authorizer.claims`.

    A token that is no JSON Web Token has none. Neither signature nor expiry is looked at.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html

    Args:
        call: Of the kind `authorizer`, of an authorizer of the type COGNITO_USER_POOLS.
        access: What is decided.

    Raises:
        TemplateError: Only a deployment knows where the token is.
    """
    claims = _claims(token_of(call)) if access is Access.ALLOWED else None
    return Decision(access, context={} if claims is None else {"claims": claims})


def _claims(token: str) -> dict[str, str] | None:
    parts = token.rpartition(" ")[2].split(".")
    if len(parts) != _PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(f"{parts[1]}==="))
        if not isinstance(claims, Mapping):
            return None
        return {name: _written(name, value) for name, value in claims.items()}
    except (ValueError, RecursionError):
        return None


def _written(name: str, value: Any) -> str:
    """A claim as it reaches a backend: always a text."""
    if name in _MOMENTS and _is_number(value) and 0 <= value < 1 << 40:
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(value))
    if isinstance(value, list):
        return ",".join(it if isinstance(it, str) else json.dumps(it) for it in value)
    return value if isinstance(value, str) else json.dumps(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
