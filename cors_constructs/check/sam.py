"""Fixes for APIs that SAM makes: what they are made of cannot be written to, only what SAM makes them from.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
"""

from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.check.findings import Finding
from cors_constructs.check.subject import Subject

_API: Final = "of the AWS::Serverless::Api (or of Globals: Api)"
_FIXES: Final[Mapping[str, str]] = {
    "CORS201": (
        f"in the Auth {_API} write AddApiKeyRequiredToCorsPreflight: false; or ask for the key at each function's "
        "event "
        "(Auth: ApiKeyRequired: true) and not for the whole API"
    ),
    "CORS202": f"in the Auth {_API} write AddDefaultAuthorizerToCorsPreflight: false",
    "CORS205": f"in the Cors {_API} write AllowHeaders: \"'content-type,authorization,x-api-key'\"",
    "CORS206": (
        f"in the Cors {_API} write AllowHeaders, and name the header in it: \"'content-type,authorization,x-api-key'\""
    ),
    "CORS207": (
        f"in the Cors {_API} name the method in AllowMethods, or leave AllowMethods out: SAM lists what a path has"
    ),
    "CORS213": (
        f"leave application/json and */* out of the BinaryMediaTypes {_API}; SAM's preflights cannot be told "
        "CONVERT_TO_TEXT"
    ),
    "CORS219": f"in the Cors {_API} write MaxAge: \"'7200'\"",
    "CORS301": (
        f"in the GatewayResponses {_API} give DEFAULT_4XX and DEFAULT_5XX ResponseParameters: Headers: "
        "Access-Control-Allow-Origin, with the value of Cors"
    ),
    "CORS401": f"in the Auth {_API} write UsagePlan: CreateUsagePlan: PER_API",
}


def in_sam_terms(finding: Finding, subject: Subject) -> Finding:
    """The same finding, with a fix for the template as it was written where SAM made the API."""
    fix = _FIXES.get(finding.rule.id)
    if fix is None or not any(
        facts.from_sam and facts.api.source.logical_id == finding.source.logical_id for facts in subject.apis
    ):
        return finding
    return attrs.evolve(finding, fix=fix)
