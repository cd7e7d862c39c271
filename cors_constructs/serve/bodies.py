"""Request bodies: read as far as API Gateway takes them, from clients of any speed."""

import asyncio
from typing import Final

from cors_constructs.serve.messages import Receive, Scope

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
LARGEST: Final = 10 * 1024 * 1024
"""The most bytes that a payload may have."""

# What is still taken of a body after its answer, so that a client which writes first and reads then gets to read.
_DRAINED: Final = 64 * 1024 * 1024
_DRAINING: Final = 2.0


class GoneError(Exception):
    """The client went away, or said nothing for too long, before its body was there."""


class TooLargeError(Exception):
    """The body is larger than API Gateway takes, and was not read to its end."""


def length_of(scope: Scope) -> int | None:
    """The body's length: 0 where there is none, None where it is not said."""
    chunked = False
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
        chunked = chunked or name == b"transfer-encoding"
    return None if chunked else 0


async def read_body(scope: Scope, receive: Receive, seconds: float) -> bytes:
    """The whole body.

    Args:
        scope: The request.
        receive: Gives its body, piece by piece.
        seconds: How long each piece may take.

    Raises:
        GoneError: It did not come.
        TooLargeError: It is too large.
        TimeoutError: A piece did not come in time.
    """
    length = length_of(scope)
    if length == 0:
        return b""
    if length is not None and length > LARGEST:
        raise TooLargeError
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await asyncio.wait_for(receive(), seconds)
        if message["type"] == "http.disconnect":
            raise GoneError
        if piece := message.get("body", b""):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise TooLargeError
        if not message.get("more_body", False):
            return b"".join(pieces)


async def drain(receive: Receive) -> None:
    """Takes what the client still sends of a body that nobody wants, for a while."""

    async def take() -> None:
        left = _DRAINED
        while left > 0:
            message = await receive()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return
            left -= len(message.get("body", b""))

    try:
        await asyncio.wait_for(take(), _DRAINING)
    except asyncio.TimeoutError:  # another class than TimeoutError until Python 3.11
        return
