"""The token by which a request is authorized."""

from typing import Final

from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.expressions import expression

_HEADER: Final = "method.request.header.Authorization"


def token_of(call: Call) -> str:
    """What the request has where its authorizer reads the token; empty where that is nothing.

    Args:
        call: Of the kind `authorizer`.

    Raises:
        TemplateError: Only a deployment knows where the token is.
    """
    source = None if call.authorizer is None else call.authorizer.identity_source
    read = expression(str(source or _HEADER), "integration")
    return (None if read is None else read(call.invocation, None)) or ""
