"""Fixes for APIs that SAM makes: what they are made of cannot be written to, only what SAM makes them from.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
"""

import re
from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.check.findings import Finding

_API: Final = "of the AWS::Serverless::Api (or of Globals: Api)"
_HEADERS: Final = "\"'content-type,authorization,x-api-key'\""
_NEW_PREFLIGHTS: Final = (
    "write Cors in the AWS::Serverless::Api (or in Globals: Api), and SAM adds an OPTIONS to each path: "
    f"Cors: {{AllowOrigin: \"'https://app.example.com'\" (your page's origin), AllowHeaders: {_HEADERS}}}; and in its "
    "Auth AddApiKeyRequiredToCorsPreflight: false and AddDefaultAuthorizerToCorsPreflight: false, where it asks all "
    "methods for a key or an authorizer"
)

# For what SAM makes of properties of its own.
_FIXES: Final[Mapping[str, str]] = {
    "CORS171": (
        f"in the Cors {_API} let AllowOrigin name one of them: SAM's preflights tell everybody the same. For several "
        "origins answer OPTIONS by a function, or write the operation into a DefinitionBody"
    ),
    "CORS201": (
        f"in the Auth {_API} write AddApiKeyRequiredToCorsPreflight: false; or ask for the key at each function's "
        "event (Auth: ApiKeyRequired: true) and not for the whole API"
    ),
    "CORS202": f"in the Auth {_API} write AddDefaultAuthorizerToCorsPreflight: false",
    "CORS205": f"in the Cors {_API} write AllowHeaders: {_HEADERS}",
    "CORS206": f"in the Cors {_API} write AllowHeaders, and name the header in it: {_HEADERS}",
    "CORS207": (
        f"in the Cors {_API} name the method in AllowMethods, or leave AllowMethods out: SAM lists what a path has"
    ),
    "CORS213": (
        f"leave application/json and */* out of the BinaryMediaTypes {_API}; SAM's preflights cannot be told "
        "CONVERT_TO_TEXT"
    ),
    "CORS218": f"in the Cors {_API} write AllowHeaders, and name content-type in it: {_HEADERS}",
    "CORS219": f"in the Cors {_API} write MaxAge: \"'7200'\"",
}
# For what SAM makes of Cors alone: other headers of these may be errors' ones.
_OF_CORS: Final[Mapping[str, str]] = {
    "CORS174": f"in the Cors {_API} name the methods in AllowMethods, and the headers in AllowHeaders",
    "CORS175": f"in the Cors {_API} write AllowHeaders: \"'*,authorization'\"",
}
# For whatever SAM makes an API of, a definition of the user's own included.
_ALWAYS: Final[Mapping[str, str]] = {
    "CORS203": _NEW_PREFLIGHTS,
    "CORS204": _NEW_PREFLIGHTS,
    "CORS220": f"{_NEW_PREFLIGHTS}. An OPTIONS of your own takes no RequestModel and no required RequestParameters",
    "CORS301": (
        f"in the GatewayResponses {_API} give DEFAULT_4XX and DEFAULT_5XX ResponseParameters: Headers: "
        "Access-Control-Allow-Origin, with the value of Cors"
    ),
    "CORS401": f"in the Auth {_API} write UsagePlan: CreateUsagePlan: PER_API",
}
# For an OPTIONS that is a function's event.
_AT_EVENTS: Final[Mapping[str, str]] = {
    "CORS201": "in {event} write Auth: ApiKeyRequired: false",
    "CORS202": "in {event} write Auth: Authorizer: NONE",
    "CORS217": (
        "test what the function answers; or remove {event} and write Cors in the AWS::Serverless::Api, and SAM answers "
        "preflights without the function"
    ),
    "CORS511": (
        "write the operation into a DefinitionBody instead of {event}: SAM maps no headers onto what a state machine "
        "is answered"
    ),
}

_CORS_PROPERTIES: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "AllowOrigin",
    "Access-Control-Allow-Headers": "AllowHeaders",
    "Access-Control-Allow-Methods": "AllowMethods",
    "Access-Control-Allow-Credentials": "AllowCredentials",
    "Access-Control-Max-Age": "MaxAge",
}
_MAPPED: Final = re.compile(r"in the IntegrationResponses entry \S+ of \w+ write method\.response\.header\.([\w-]+)")
_ERROR_HEADER: Final = "gatewayresponse.header."


def in_sam_terms(finding: Finding) -> Finding:
    """The same finding, with a fix for the template as it was written where SAM made what is found."""
    written = finding.source.written
    if written is None:
        return finding
    id_ = finding.rule.id
    if id_ in _ALWAYS:
        return attrs.evolve(finding, fix=_ALWAYS[id_])
    if ".DefinitionBody" in written:
        return finding
    if ".Events." in written:
        return attrs.evolve(finding, fix=_AT_EVENTS.get(id_, finding.fix).replace("{event}", written))
    of_cors = _OF_CORS.get(id_) if written.endswith(".Cors") else None
    return attrs.evolve(finding, fix=of_cors or _FIXES.get(id_) or _in_properties(finding.fix))


def _in_properties(fix: str) -> str:
    """A fix that names what SAM makes, with the properties that it makes it of."""
    fix = _MAPPED.sub(lambda found: f"in the Cors {_API} write {_CORS_PROPERTIES.get(found[1], found[1])}", fix)
    fix = fix.replace(f"ResponseParameters {_ERROR_HEADER}", _ERROR_HEADER).replace("its ResponseParameters ", "its ")
    return fix.replace(_ERROR_HEADER, "ResponseParameters: Headers: ", 1).replace(_ERROR_HEADER, "")
