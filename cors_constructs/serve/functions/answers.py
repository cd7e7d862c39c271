"""What API Gateway makes of a function's answer behind a proxy integration.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.simulate.messages import Response

_MEMBERS: Final = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
# https://www.rfc-editor.org/rfc/rfc9110#name-tokens
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNFIT: Final = re.compile(r"[\r\n\0]")
# These are API Gateway's own to send: what a function says goes under another name.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_REMAPPED: Final = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "upgrade",
        "user-agent",
        "www-authenticate",
    }
)
_DROPPED: Final = frozenset({"transfer-encoding"})


class MalformedError(ValueError):
    """An answer that API Gateway cannot read; the message, one line, says why."""


def proxy_answer(payload: bytes, *, decodes: bool) -> Response:
    """The HTTP answer that a function's answer stands for.

    Left out, its `statusCode` is 200 and its body empty; it may have no members but those that are known.

    Args:
        payload: The answer, as JSON.
        decodes: Whether a body that `isBase64Encoded` is decoded: only for who accepts one of the API's binary types.

    Raises:
        MalformedError: It is none that API Gateway reads, which answers 502.
    """
    answer = _object(payload)
    if "errorMessage" in answer and "statusCode" not in answer:
        raise MalformedError(f"the function failed: {_shown(answer['errorMessage'])}")
    if strange := sorted(set(answer) - _MEMBERS):
        raise MalformedError(f"it has {', '.join(map(_shown, strange))}; it may have {', '.join(sorted(_MEMBERS))}")
    lines = [(name, value) for name, value in _lines(answer) if name.lower() not in _DROPPED]
    lines = [(f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name, value) for name, value in lines]
    if not any(name.lower() == "content-type" for name, _ in lines):
        lines.append(("Content-Type", "application/json"))
    return Response(_status(answer), lines, _body(answer, decodes=decodes))


def _object(payload: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(payload, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedError("the function's answer is no JSON") from error
    if not isinstance(answer, dict):
        raise MalformedError(f"the function's answer is to be an object with a statusCode, not {_shown(answer)}")
    return answer


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _status(answer: Mapping[str, Any]) -> int:
    given = answer.get("statusCode")
    if given is None:
        return 200
    text = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if not re.fullmatch("[2-5][0-9][0-9]", text):
        raise MalformedError(f"its statusCode is {_shown(given)}; it is to be a number from 200 to 599")
    return int(text)


def _lines(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The header lines: those of both maps, the several first, and a pair that both have once."""
    several = [(name, value) for name, values in _map(answer, "multiValueHeaders") for value in _values(name, values)]
    single = [(name, _value(name, value)) for name, value in _map(answer, "headers")]
    known = {(name.lower(), value) for name, value in several}
    yield from several
    yield from (pair for pair in single if (pair[0].lower(), pair[1]) not in known)


def _map(answer: Mapping[str, Any], member: str) -> list[tuple[str, Any]]:
    given = answer.get(member)
    if given is None:
        return []
    if not isinstance(given, dict):
        raise MalformedError(f"its {member} are {_shown(given)}, not an object")
    for name in given:
        if not _NAME.fullmatch(name):
            raise MalformedError(f"its {member} have {_shown(name)}, which is no header's name")
    return list(given.items())


def _values(name: str, values: Any) -> list[str]:
    if not isinstance(values, list):
        raise MalformedError(f"{name} in its multiValueHeaders is {_shown(values)}, not a list")
    return [_value(name, value) for value in values]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, int | float) else value
    if not isinstance(text, str) or _UNFIT.search(text):
        raise MalformedError(f"its header {name} is {_shown(value)}, not a string of one line")
    return text.encode("latin-1", "replace").decode("latin-1")


def _body(answer: Mapping[str, Any], *, decodes: bool) -> bytes:
    body, is_encoded = answer.get("body"), answer.get("isBase64Encoded", False)
    if not isinstance(is_encoded, bool | None):
        raise MalformedError(f"its isBase64Encoded is {_shown(is_encoded)}, neither true nor false")
    if body is None:
        return b""
    if isinstance(body, bool | int | float):
        body = json.dumps(body)  # https://github.com/aws/aws-sam-cli/issues/38 tells of a function that answers so
    if not isinstance(body, str):
        raise MalformedError(f"its body is {_shown(body)}, not a string; write json.dumps(...), or JSON.stringify(...)")
    if not (is_encoded and decodes):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise MalformedError("its body is said to be Base64, and is not") from error


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    line = " ".join(text.split())
    return repr(line if len(line) <= 80 else f"{line[:80]}...") if isinstance(value, str) else line[:80]  # noqa: PLR2004 - a line's worth
