"""CORS headers on every error the gateway makes, whoever customised it."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.warnings import warn
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import ErrorResponses
from cors_constructs.render.errors import DEFAULT_TYPES, HEADER_PREFIX, error_headers_of, opaque_of

OPAQUE_WARNING = "cors-constructs:errors-opaque-to-credentials"
OTHER_VALUE_WARNING = "cors-constructs:gateway-response-has-its-own-cors-headers"


def carry_headers(
    api: apigateway.RestApiBase, found: Survey, policies: Sequence[CorsPolicy], mode: ErrorResponses
) -> tuple[dict[str, str], list[apigateway.GatewayResponse], list[str]]:
    """Put the policies' headers on the gateway responses the app made, and make the two defaults it did not.

    A response for one type hides the defaults' headers, so each of them gets its own. Branches have none of their own:
    what the gateway answers is the whole API's.

    Returns:
        The headers and the defaults that were made, for the Deployment; and what could not be done.
    """
    headers = error_headers_of(policies, mode)
    if not headers:
        return headers, [], []
    types = {cfn.response_type for cfn in found.gateway_responses}
    problems = [problem for cfn in found.gateway_responses for problem in add_headers(api, cfn, headers)]
    made = [
        api.add_gateway_response(
            f"Cors{name.removeprefix('DEFAULT_')}", type=apigateway.ResponseType.of(name), response_headers=headers
        )
        for name in DEFAULT_TYPES
        if name not in types
    ]
    if opaque_of(policies, mode):
        warn_of_opaque_errors(api, several=len(policies) > 1)
    return headers, made, problems


def add_headers(
    api: apigateway.RestApiBase, cfn: apigateway.CfnGatewayResponse, headers: Mapping[str, str]
) -> list[str]:
    """Add what is missing. A header that the app sets itself stays: two owners cannot both be right."""
    own: dict[str, Any] = Stack.of(cfn).resolve(cfn.response_parameters) or {}
    if any(name.startswith("Fn::") or name == "Ref" for name in own):
        return [
            f"{cfn.node.path} has response_parameters that only deployment knows ({', '.join(own)}), and headers "
            "cannot be added to those: write a mapping, with such values in it where they are needed."
        ]
    said = {name.lower(): value for name, value in own.items()}
    for header, value in headers.items():
        parameter = f"{HEADER_PREFIX}{header}"
        theirs = said.get(parameter.lower())
        if theirs is None:
            escaped = parameter.replace(".", r"\.")  # a dot separates the steps of a property's path
            cfn.add_property_override(f"ResponseParameters.{escaped}", value)
        elif theirs != value:
            warn(
                api,
                OTHER_VALUE_WARNING,
                f"{cfn.node.path} sets {header} to {theirs}, where the policy says {value}. The app's own value is "
                f"kept; leave {header} out there to have the policy's.",
            )
    return []


def warn_of_opaque_errors(api: IConstruct, *, several: bool) -> None:
    """Say that calls with credentials cannot read the gateway's errors."""
    said = (
        "The API's policies have several origins, and credentials"
        if several
        else ("The policy has several origins and credentials")
    )
    warn(
        api,
        OPAQUE_WARNING,
        f"{said}. API Gateway cannot choose among origins on the errors that "
        "it makes itself (401, 403, 429, 504), so calls with credentials will see a CORS error there. Acknowledge "
        "this, use one origin, or choose error_responses=ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN.",
    )
