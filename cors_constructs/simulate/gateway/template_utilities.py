"""`$util`: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html."""

import base64
import binascii
import json
from typing import Any, Final
from urllib.parse import quote_plus, unquote_plus

from cors_constructs.simulate.vtl import java
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java import Thing


def _escape_java_script(value: Any) -> str:
    written = json.dumps(java.text(value), ensure_ascii=True)[1:-1]
    return written.replace("'", "\\'").replace("/", "\\/")


def _decode(value: Any) -> str:
    try:
        return base64.b64decode(java.text(value), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise MappingError(f"$util.base64Decode got no Base64: {error}") from error


def _parse(value: Any) -> Any:
    try:
        return java.of_json(json.loads(java.text(value)))
    except (ValueError, RecursionError) as error:
        raise MappingError(f"$util.parseJson got no JSON: {error}") from error


UTILITIES: Final = Thing(
    {},
    {
        "escapeJavaScript": _escape_java_script,
        "urlEncode": lambda value: quote_plus(java.text(value), safe="*-._", errors="replace"),
        "urlDecode": lambda value: unquote_plus(java.text(value)),
        "base64Encode": lambda value: base64.b64encode(java.text(value).encode("utf-8", "replace")).decode(),
        "base64Decode": _decode,
        "parseJson": _parse,
    },
)
