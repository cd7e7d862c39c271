"""Operations that ask a backend and put the answer together themselves, to patch."""

import copy
import warnings
from typing import Any

from cors_constructs import CorsPolicy, patch_openapi

from .apis import ANYONE, INTEGRATION, ONE, SEVERAL, api

ORIGIN = "Access-Control-Allow-Origin"
MAPPED = f"method.response.header.{ORIGIN}"
PATTERN = CorsPolicy(allow_origins=["https://*.shop.example"])
POLICIES = {"one": ONE, "anyone": ANYONE, "several": SEVERAL, "a pattern": PATTERN}
LATER = {"Fn::If": ["Here", {}, {}]}
BODY = {"application/json": "$input.body"}


def http(*, responses: Any = None, declared: Any = None, **more: Any) -> dict[str, Any]:
    """An operation that asks a backend, and puts its answer together itself."""
    integration: dict[str, Any] = {"type": "http", "httpMethod": "GET", "uri": "https://backend.example", **more}
    given = {"default": {"statusCode": "200", "responseTemplates": dict(BODY)}} if responses is None else responses
    said = {"200": {"description": "fine"}} if declared is None else declared
    return {"responses": said, INTEGRATION: {**integration, "responses": given}}


def patched(get: dict[str, Any], policy: CorsPolicy = ONE, **more: Any) -> dict[str, Any]:
    """The operation `GET /a` of a document, once that is patched; the document is checked besides."""
    document = api({"/a": {"get": get}}, **more)
    before = copy.deepcopy(document)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        after = patch_openapi(document, policy, require_api_key=False)
        assert patch_openapi(after, policy, require_api_key=False) == after
        others = [patch_openapi(patch_openapi(document, it, require_api_key=False), policy, require_api_key=False)
                  for it in POLICIES.values()]  # fmt: skip
    assert document == before
    assert all(other == after for other in others)
    found: dict[str, Any] = after["paths"]["/a"]["get"]
    return found
