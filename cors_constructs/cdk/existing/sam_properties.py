"""What SAM has properties for: CORS, the errors of the gateway, and the limits of methods."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from aws_cdk import aws_sam as sam

from cors_constructs.cdk.settings import Throttle
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.errors import DEFAULT_TYPES, error_headers_of
from cors_constructs.render.literals import literal
from cors_constructs.render.preflight import allowed_methods, only_origin

_OPENAPI_3: Final = re.compile(r"3\.\d(\.\d)?")


def cors_of(
    policy: CorsPolicy, globally: Collection[str]
) -> tuple[sam.CfnApi.CorsConfigurationProperty | None, list[str]]:
    """A policy as SAM's `Cors`, or why it cannot be said there.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html

    Args:
        policy: The policy.
        globally: The verbs of all the API's methods, where the template may have `Globals`; else empty. What is left
            out here is taken from there, so then nothing is. SAM would list the methods that each path has.
    """
    if policy.depends_on_origin:
        return None, [
            "the policy has several origins, and the preflights that SAM makes send one, whoever asks. Give the API "
            "its document, definition_body={...}, which EnableCors can change; or write a CorsSpecRestApi, or a policy "
            'of one origin or "*".'
        ]
    methods = allowed_methods(policy, globally) if globally else policy.allow_methods
    cors = sam.CfnApi.CorsConfigurationProperty(
        allow_origin=literal(only_origin(policy)),
        allow_headers=literal(",".join(policy.allow_headers)),
        allow_methods=None if methods is None else literal(",".join(methods)),
        allow_credentials=policy.allow_credentials if policy.allow_credentials or globally else None,
        max_age=literal(str(policy.max_age)),
    )
    return cors, []


def for_sam(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as SAM keeps all of it: where it adds authorizers, it forgets the security schemes of OpenAPI 3.

    It keeps those that stand where Swagger has them, and then moves them to where OpenAPI does. Seen in
    aws-sam-translator, `ApiGenerator._openapi_postprocess`.
    """
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    if not schemes or _OPENAPI_3.fullmatch(str(document.get("openapi", ""))) is None:
        return dict(document)
    return {**document, "securityDefinitions": schemes}


def add_error_headers(
    api: sam.CfnApi,
    given: Mapping[str, Any],
    policies: Sequence[CorsPolicy],
    mode: ErrorResponses,
    *,
    defaults: bool,
) -> list[str]:
    """Put the policies' headers on the gateway responses of a SAM API. A header that is there stays.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-gatewayresponseobject.html

    Args:
        api: The API.
        given: What it was told.
        policies: The policies.
        mode: What pages may learn.
        defaults: Whether the two that all others fall back to are made where they are missing.

    Returns:
        What could not be done.
    """
    headers = error_headers_of(policies, mode)
    own = given.get("gatewayResponses") or {}
    if not headers or not (own or defaults):
        return []
    if not isinstance(own, Mapping) or not all(_is_plain(response) for response in own.values()):
        return ["only deployment knows this API's gateway_responses, and headers cannot be added: write a mapping."]
    types = list(dict.fromkeys((*own, *(DEFAULT_TYPES if defaults else ()))))
    api.gateway_responses = {name: _with_headers(own.get(name, {}), headers) for name in types}
    return []


def throttles(api: sam.CfnApi, given: Mapping[str, Any], paths: Sequence[str], throttle: Throttle | None) -> list[str]:
    """Limit OPTIONS on some paths. What the app has set there itself stays.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html

    Returns:
        What could not be done.
    """
    if throttle is None or not paths:
        return []
    own = given.get("methodSettings") or []
    if not isinstance(own, list) or not all(isinstance(setting, Mapping) for setting in own):
        return ["only deployment knows this API's method_settings, and a throttle cannot be added: write a list."]
    known = {setting.get("ResourcePath") for setting in own if setting.get("HttpMethod") == "OPTIONS"}
    places = {path if path == "/" else f"/{path.replace('/', '~1')}" for path in paths}
    limits = {"ThrottlingRateLimit": throttle.rate, "ThrottlingBurstLimit": throttle.burst}
    new = [{"HttpMethod": "OPTIONS", "ResourcePath": place, **limits} for place in sorted(places - known)]
    api.method_settings = [*own, *new]
    return []


def _is_plain(response: Any) -> bool:
    if not isinstance(response, Mapping):
        return False
    parameters = response.get("ResponseParameters", {})
    return isinstance(parameters, Mapping) and isinstance(parameters.get("Headers", {}), Mapping)


def _with_headers(response: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    parameters = response.get("ResponseParameters", {})
    own = parameters.get("Headers", {})
    said = {name.lower() for name in own}
    added = {name: value for name, value in headers.items() if name.lower() not in said}
    return {**response, "ResponseParameters": {**parameters, "Headers": {**own, **added}}}
