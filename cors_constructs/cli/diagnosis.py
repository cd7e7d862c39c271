"""What no template can mend: answers that API Gateway lets nobody change, or that are not API Gateway's at all."""

import json
import re
from typing import Final

from cors_constructs.simulate.messages import Response

_FORBIDDEN: Final = 403
_TOO_LARGE: Final = 413
_FROM_CLOUDFRONT: Final = re.compile(rb"cloudfront|the request could not be satisfied|request blocked", re.IGNORECASE)
# What API Gateway adds to all that goes through it.
_OF_API_GATEWAY: Final = ("x-amzn-requestid", "x-amz-apigw-id", "x-amzn-errortype")


def diagnosis(response: Response, *, preflight: bool) -> str:
    """What stands behind an answer that is not the API's own; empty where nothing tells.

    Args:
        response: The answer.
        preflight: Whether it answers a preflight.
    """
    if response.status == _TOO_LARGE:
        return _LARGE
    if is_missing(response):
        return _MISSING
    if is_forbidden(response):
        return _NO_PREFLIGHT if preflight else _NO_CALL
    if response.status == _FORBIDDEN and _is_cloudfront(response):
        return _CLOUDFRONT
    if response.status == _FORBIDDEN and not any(name in response.headers for name in _OF_API_GATEWAY):
        return _BEFORE
    return ""


def is_missing(response: Response) -> bool:
    """Whether API Gateway says that the stage has no such method."""
    error = response.headers.get("x-amzn-errortype", "")
    return response.status == _FORBIDDEN and (
        error.startswith("MissingAuthenticationToken") or message_of(response) == "Missing Authentication Token"
    )


def is_forbidden(response: Response) -> bool:
    """Whether API Gateway forbids it without saying why."""
    error = response.headers.get("x-amzn-errortype", "")
    return response.status == _FORBIDDEN and (
        error.startswith("ForbiddenException") or (not error and message_of(response) == "Forbidden")
    )


def message_of(response: Response) -> str | None:
    """What API Gateway's own answers say: `{"message": "..."}`."""
    try:
        document = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    message = document.get("message") if isinstance(document, dict) else None
    return message if isinstance(message, str) else None


def _is_cloudfront(response: Response) -> bool:
    from_it = "cloudfront" in response.headers.get("server", "").lower()
    return (from_it or "cloudfront" in response.headers.get("x-cache", "").lower()) and (
        _FROM_CLOUDFRONT.search(response.body) is not None
    )


# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_LARGE: Final = (
    "no template can mend this: API Gateway takes bodies of up to 10 MB, and adds no headers to its 413; send less, or "
    "upload to a presigned address"
)
_MISSING: Final = (
    "the stage has no such method and path: the deployment is missing or older than the template (deploy the API "
    "again), or the address lacks the stage or the base path"
)
_NO_PREFLIGHT: Final = (
    "API Gateway forbids it without a reason: OPTIONS asks for an API key, or a WAF blocks it, or the address names no "
    "stage of the API, which no template can mend"
)
_NO_CALL: Final = (
    "API Gateway forbids it without a reason: the key is missing, unknown or in no usage plan of the stage, or a WAF "
    "blocks it, or the address names no stage of the API, which no template can mend"
)
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-custom-response.html
_CLOUDFRONT: Final = (
    "no template of the API can mend this: CloudFront answers by itself (a WAF's rule, a country, a method that the "
    "distribution does not take); let its response headers policy add the headers"
)
_BEFORE: Final = (
    "nothing in the answer is API Gateway's, so something before it answers: a WAF's own response, say, or a proxy; no "
    "gateway response adds headers to that, so add them there"
)
