"""JSON as API Gateway reads it of a MOCK integration: names need no quotes, and single ones will do.

So the CDK's `{ statusCode: 200 }` works.
"""

import json
import re
from typing import Any, Final

# What has no end takes the rest, and is read once: the rest is no JSON then in any case.
_TOKEN: Final = re.compile(
    r"""(?P<double>"(?:[^"\\]|\\.)*"?)|'(?P<single>(?:[^'\\]|\\.)*)'?|(?P<name>[A-Za-z_$][\w$-]*)(?P<colon>\s*:)?""",
    re.DOTALL,
)


def status_code(text: str) -> int | None:
    """The integer `statusCode` of an object; None where the text is none, or has none."""
    document = _loads(text)
    status = document.get("statusCode") if isinstance(document, dict) else None
    return status if type(status) is int else None


def _loads(text: str) -> Any:
    strict = _strict(text)
    return _strict(_TOKEN.sub(_quoted, text)) if strict is None else strict


def _strict(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _quoted(token: re.Match[str]) -> str:
    if token["single"] is not None:
        return '"' + re.sub(r'(?<!\\)"', '\\"', token["single"].replace("\\'", "'")) + '"'
    if token["colon"] is not None:
        return json.dumps(token["name"]) + token["colon"]
    return token[0]
