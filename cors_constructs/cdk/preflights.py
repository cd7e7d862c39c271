"""An OPTIONS for every resource that has methods."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Annotations, Fn
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.resources import add_prepared
from cors_constructs.cdk.routes import MethodSite
from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.warnings import warn
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import PreflightAnswer, preflight_answer
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.preflight import CONTENT_HANDLING, PASSTHROUGH_BEHAVIOR, REQUEST_TEMPLATES

# The CDK warns of default scopes on a method without an authorizer. On a preflight that is how it has to be.
_SCOPES_WARNING: Final = "@aws-cdk/aws-apigateway:invalidAuthScope"


ELSEWHERE_WARNING: Final = "cors-constructs:preflight-of-the-cdk"
AUTHORIZATION_WARNING: Final = "cors-constructs:authorization-header-not-allowed"
PATTERN_WARNING: Final = "cors-constructs:pattern-with-credentials"


def answer_preflights(found: Survey, policies: PolicyTree, *, scopes_by_default: bool) -> list[str]:
    """Give an OPTIONS to each resource that lacks one; one that is there stays, if a browser can use it.

    Args:
        found: The API's parts.
        policies: What to answer.
        scopes_by_default: Whether default method options that are known of name authorization scopes.

    Returns:
        What is wrong with those that are there.
    """
    problems: list[str] = []
    made: dict[tuple[CorsPolicy, frozenset[str]], tuple[apigateway.Integration, apigateway.MethodOptions]] = {}
    # The root first: what the CDK adds to a proxy right below it, it also adds there, unless it is there already.
    for route in sorted(found.routes, key=lambda route: route.path != "/"):
        own = route.methods.get("OPTIONS")
        if own is not None:
            problems += _closed(own)
            continue
        # Where there is one policy, its branches' paths need not be looked at, which is a look across the border each.
        policy = policies.at(route.path) if policies.branches else policies.whole
        verbs = frozenset(route.methods)
        if (policy, verbs) not in made:
            made[policy, verbs] = _method(preflight_answer(policy, verbs, join=_joined))
        integration, options = made[policy, verbs]
        method = add_prepared(route.resource, "OPTIONS", integration, options)
        if scopes_by_default or not any(site.noted for site in route.methods.values()):
            Annotations.of(method).acknowledge_warning(_SCOPES_WARNING)
    return problems


def warn_of_preflight_elsewhere(api: apigateway.RestApi, path: str) -> None:
    """Say that a resource's preflights do not follow the policy."""
    warn(
        api,
        f"{ELSEWHERE_WARNING}:{path}",
        f"{path} has preflights as the CDK makes them, and they stay: they do not follow the policy. Leave "
        "add_cors_preflight and default_cors_preflight_options out there to have the policy's.",
    )


def warn_of_authorization(api: apigateway.RestApi, found: Survey, policy: CorsPolicy) -> None:
    """Say that pages may not send what an authorizer reads.

    `*` does not cover it: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name.
    """
    if "authorization" in policy.allow_headers:
        return
    site = next((site for site in found.methods() if site.guarded), None)
    if site is not None:
        warn(
            api,
            AUTHORIZATION_WARNING,
            f"{site.name}, and perhaps others, is guarded by {site.cfn.authorization_type}, and pages may not send "
            'the Authorization header: write "authorization" among allow_headers ("*" does not cover it), or '
            "acknowledge this where the authorizer reads something else.",
        )


def warn_of_patterns(api: apigateway.RestApi, policy: CorsPolicy) -> None:
    """Say what credentials to a whole domain mean: each of its hosts is trusted like the page itself."""
    wide = [str(pattern) for pattern in policy.origin_patterns if pattern.subdomains]
    if wide and policy.allow_credentials:
        warn(
            api,
            PATTERN_WARNING,
            f"Every host that matches {', '.join(wide)} may call with the user's credentials, a forgotten or "
            "taken-over one as well. List the origins, or acknowledge this where all of them are yours and kept.",
        )


def _method(answer: PreflightAnswer) -> tuple[apigateway.Integration, apigateway.MethodOptions]:
    handling = answer.response_content_handling
    response = apigateway.IntegrationResponse(
        status_code=answer.status_code,
        content_handling=apigateway.ContentHandling[handling] if handling else None,
        response_parameters=answer.response_parameters,
        response_templates=answer.response_templates,
    )
    integration = apigateway.MockIntegration(
        request_templates=REQUEST_TEMPLATES,
        passthrough_behavior=apigateway.PassthroughBehavior[PASSTHROUGH_BEHAVIOR],
        content_handling=apigateway.ContentHandling[CONTENT_HANDLING],
        integration_responses=[response],
    )
    declared = apigateway.MethodResponse(
        status_code=answer.status_code, response_parameters=answer.method_response_parameters
    )
    # Said outright, all of them: what is left out comes from the resource's default method options.
    return integration, apigateway.MethodOptions(
        api_key_required=False,
        authorization_type=apigateway.AuthorizationType.NONE,
        method_responses=[declared],
    )


def _joined(origins: Sequence[str]) -> str:
    return Fn.join(",", list(origins))


def demands(own: MethodSite) -> list[str]:
    """What an OPTIONS asks for, and a browser does not bring, each with what to write instead."""
    kind = own.cfn.authorization_type
    return [
        *(["a key (write api_key_required=False)"] if own.cfn.api_key_required else []),
        *([f"{kind} (write authorization_type=AuthorizationType.NONE)"] if own.guarded else []),
    ]


def _closed(own: MethodSite) -> list[str]:
    """A sentence where an OPTIONS made by hand shuts browsers out."""
    asked = demands(own)
    if not asked:
        return []
    return [
        f"{own.name}, which the app made at {own.cfn.node.path}, asks for {' and '.join(asked)}. A preflight brings no "
        "credentials, so no page could call this resource. Open it as said, or leave it out: CorsRestApi makes one."
    ]
