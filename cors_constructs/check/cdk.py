"""Fixes for APIs that a CDK app makes: in the app's words, since nobody writes to its templates.

The names are those of `aws_cdk.aws_apigateway` (https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_apigateway.html).
"""

import re
from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.check.findings import Finding

_OURS: Final = "a CorsRestApi makes preflights without this"
_NEW_PREFLIGHTS: Final = (
    "write default_cors_preflight_options=CorsOptions(allow_origins=[your page's origin]) in the RestApi, or make it a "
    "CorsRestApi with cors=CorsPolicy(allow_origins=[...]): each path that has methods gets an OPTIONS"
)
_PLAN: Final = (
    'write plan = api.add_usage_plan("Plan", api_stages=[UsagePlanPerApiStage(api=api, stage=api.deployment_stage)]) '
    'and plan.add_api_key(api.add_api_key("Key")); with a CorsRestApi, api.add_client("web")'
)
_SHARE: Final = (
    "write api.share_policy_with(function) for {construct}: it is told the API's own policy, those of branches included"
)

_FIXES: Final[Mapping[str, str]] = {
    "CORS182": f"the CDK's own preflights are so where there are several origins; {_OURS}",
    "CORS183": f"the CDK's own preflights are so where there are several origins; {_OURS}",
    "CORS190": f"the CDK's own preflights are so where there are several origins; {_OURS}",
    "CORS201": 'write api_key_required=False where {construct} is added: add_method("OPTIONS", ...)',
    "CORS202": (
        'write authorization_type=AuthorizationType.NONE where {construct} is added: add_method("OPTIONS", ...)'
    ),
    "CORS203": _NEW_PREFLIGHTS,
    "CORS204": _NEW_PREFLIGHTS,
    "CORS205": (
        "name x-api-key in the allow_headers of CorsOptions (left out, they are Cors.DEFAULT_HEADERS, which have it), "
        "or in Access-Control-Allow-Headers where {construct} is your own"
    ),
    "CORS207": (
        "name the method in the allow_methods of CorsOptions (left out, they are Cors.ALL_METHODS), or in "
        "Access-Control-Allow-Methods where {construct} is your own"
    ),
    "CORS211": f"the CDK's own preflights are so; {_OURS}",
    "CORS212": (
        "write passthrough_behavior=PassthroughBehavior.NEVER in the MockIntegration, where {construct} is your own; "
        f"the CDK's own preflights are so, and {_OURS}"
    ),
    "CORS213": (
        "write content_handling=ContentHandling.CONVERT_TO_TEXT in the MockIntegration, where {construct} is your own; "
        f"the CDK's own preflights are so, and {_OURS}"
    ),
    "CORS219": "write max_age=Duration.hours(2) in CorsOptions, or in the CorsPolicy of a CorsRestApi",
    "CORS220": (
        f"{_NEW_PREFLIGHTS}. Where {{construct}} is an OPTIONS of your own, leave request_validator and "
        "request_validator_options out of its add_method"
    ),
    "CORS301": (
        'write api.add_gateway_response("Cors4XX", type=ResponseType.DEFAULT_4_XX, response_headers='
        '{{"Access-Control-Allow-Origin": "\'https://app.example.com\'"}}), with your page\'s origin, and the same for '
        "DEFAULT_5_XX; a CorsRestApi has both"
    ),
    "CORS308": (
        'write "Access-Control-Expose-Headers": "\'retry-after,x-amzn-errortype,x-amzn-requestid\'" into the '
        "response_headers of {construct}"
    ),
    "CORS401": _PLAN,
    "CORS402": "write plan.add_api_stage(api=api, stage=api.deployment_stage) for {construct}",
    "CORS404": 'write plan.add_api_key(api.add_api_key("Key")) for {construct}',
    "CORS521": (
        "share the policy of {construct} with what is behind it: api.share_policy_with_all(), share_policy=True in "
        "EnableCors, or CorsRuntime.share(policy, function) for a RestApi; and put @cors on the handlers, or say "
        "wrap=True and change no code"
    ),
    "CORS522": (
        "put @cors on the handler of {construct} (from cors_constructs.runtime import cors); or share the policy with "
        "wrap=True, and change no code"
    ),
    "CORS523": _SHARE,
    "CORS524": _SHARE,
    "CORS525": _SHARE,
    "CORS526": (
        "let api.share_policy_with(function, wrap=True) set all of it, and nothing else change Handler, Layers or "
        "Environment of {construct}"
    ),
}
_RESOURCE: Final = re.compile(r"/Resource$")


def in_cdk_terms(finding: Finding) -> Finding:
    """The same finding, with a fix for the app where a CDK app made what is found."""
    construct = finding.source.construct
    if construct is None or finding.rule.id not in _FIXES or ".paths./" in f".{finding.source.place}":
        return finding
    return attrs.evolve(finding, fix=_FIXES[finding.rule.id].format(construct=_RESOURCE.sub("", construct)))
