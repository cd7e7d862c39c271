"""Bodies between text and binary: what `contentHandling` makes of them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
"""

import base64
import binascii
from typing import Final

from cors_constructs.simulate.gateway.refusals import RefusalError

TO_TEXT: Final = "CONVERT_TO_TEXT"
TO_BINARY: Final = "CONVERT_TO_BINARY"


def request_body(body: bytes, handling: str | None, where: str, *, is_binary: bool) -> bytes:
    """What reaches the integration where no template makes it.

    Args:
        body: The request's body.
        handling: The integration's `contentHandling`; None where it has none.
        where: What to call the request in errors.
        is_binary: Whether its Content-Type is one of the API's binary media types.

    Raises:
        RefusalError: It is to be decoded, and is not Base64 (500).
    """
    if is_binary:
        return base64.b64encode(body) if handling == TO_TEXT else body
    return _decoded(body, where) if handling == TO_BINARY else body


def response_body(body: bytes, handling: str | None, where: str, *, is_binary: bool, accepts_binary: bool) -> bytes:
    """What the client gets where no template makes it.

    Args:
        body: The backend's body.
        handling: The integration response's `contentHandling`; None where it has none.
        where: What to call the request in errors.
        is_binary: Whether the backend's Content-Type is one of the API's binary media types.
        accepts_binary: Whether the first type of the request's Accept header is.

    Raises:
        RefusalError: It is to be decoded, and is not Base64 (500).
    """
    handling = handling or (TO_BINARY if accepts_binary else TO_TEXT)
    if is_binary:
        return base64.b64encode(body) if handling == TO_TEXT else body
    return _decoded(body, where) if handling == TO_BINARY else body


def _decoded(body: bytes, where: str) -> bytes:
    try:
        # A function's answer that is a string comes as JSON, in quotes.
        return base64.b64decode(body.strip().strip(b'"'), validate=True)
    except (binascii.Error, ValueError) as error:
        why = f"{where}: a text that is to become binary has to be Base64, and this is none: {error}"
        raise RefusalError("API_CONFIGURATION_ERROR", why) from error
