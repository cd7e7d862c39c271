"""An OPTIONS for every resource that has methods."""

from collections.abc import Sequence
from typing import Final

import attrs
from aws_cdk import Annotations, Fn
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.resources import add_prepared
from cors_constructs.cdk.routes import MethodSite, Route
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


@attrs.define
class Maker:
    """Makes OPTIONS methods; those that answer the same are put together once.

    Args:
        scopes_by_default: Whether default method options that are known of name authorization scopes.
    """

    _scopes_by_default: bool
    _prepared: dict[tuple[CorsPolicy, frozenset[str]], tuple[apigateway.Integration, apigateway.MethodOptions]] = (
        attrs.field(factory=dict, init=False)
    )

    def add(self, resource: apigateway.IResource, policy: CorsPolicy, verbs: frozenset[str], *, is_noted: bool) -> None:
        """Add the OPTIONS of a resource.

        Args:
            resource: Where it goes.
            policy: What it answers.
            verbs: The verbs it answers for.
            is_noted: Whether a method of the resource was noted, and with it what the method has by default.
        """
        if (policy, verbs) not in self._prepared:
            self._prepared[policy, verbs] = _method(preflight_answer(policy, verbs, join=joined))
        integration, options = self._prepared[policy, verbs]
        method = add_prepared(resource, "OPTIONS", integration, options)
        if self._scopes_by_default or not is_noted:
            Annotations.of(method).acknowledge_warning(_SCOPES_WARNING)


def answer_preflights(routes: Sequence[Route], policies: PolicyTree, maker: Maker) -> tuple[list[Route], list[str]]:
    """Give an OPTIONS to each resource that lacks one; one that is there stays, if a browser can use it.

    Args:
        routes: The resources that have methods.
        policies: What to answer.
        maker: Makes the methods.

    Returns:
        The resources that were given one, and what is wrong with those that are there.
    """
    given: list[Route] = []
    problems: list[str] = []
    # The root first: what the CDK adds to a proxy right below it, it also adds there, unless it is there already.
    for route in sorted(routes, key=lambda route: route.path != "/"):
        if "OPTIONS" in route.methods:
            problems += closed(route)
        elif "OPTIONS" not in route.elsewhere:
            noted = any(site.noted for site in route.methods.values())
            maker.add(route.resource, _policy_of(route, policies), route.verbs, is_noted=noted)
            given.append(route)
    return given, problems


def _policy_of(route: Route, policies: PolicyTree) -> CorsPolicy:
    # Where there is one policy, its branches' paths need not be looked at, which is a look across the border each.
    return policies.at(route.path) if policies.branches else policies.whole


def warn_of_preflight_elsewhere(api: apigateway.RestApiBase, path: str) -> None:
    """Say that a resource's preflights do not follow the policy."""
    warn(
        api,
        f"{ELSEWHERE_WARNING}:{path}",
        f"{path} has preflights as the CDK makes them, and they stay: they do not follow the policy. Leave "
        "add_cors_preflight and default_cors_preflight_options out there to have the policy's.",
    )


def warn_of_authorization(api: apigateway.RestApiBase, found: Survey, policies: PolicyTree) -> None:
    """Say that pages may not send what an authorizer reads.

    `*` does not cover it: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name.
    """
    if not any(map(withholds_authorization, policies.all())):
        return
    sites = (site for site in found.methods() if site.guarded)
    site = next((site for site in sites if withholds_authorization(_policy_of(site.route, policies))), None)
    if site is not None:
        warn_of_withheld_authorization(api, site.name, site.cfn.authorization_type or "NONE")


def warn_of_withheld_authorization(api: IConstruct, name: str, authorization: str) -> None:
    """Say that pages may not send what the authorizer of a method reads."""
    warn(
        api,
        AUTHORIZATION_WARNING,
        f"{name}, and perhaps others, is guarded by {authorization}, and pages may not send "
        'the Authorization header: write "authorization" among allow_headers ("*" does not cover it), or '
        "acknowledge this where the authorizer reads something else.",
    )


def withholds_authorization(policy: CorsPolicy) -> bool:
    """Whether pages may not send the Authorization header."""
    return "authorization" not in policy.allow_headers


def warn_of_patterns(api: IConstruct, policies: PolicyTree) -> None:
    """Say what credentials to a whole domain mean: each of its hosts is trusted like the page itself."""
    trusting = [policy for policy in policies.all() if policy.allow_credentials]
    patterns = (pattern for policy in trusting for pattern in policy.origin_patterns if pattern.subdomains)
    wide = list(dict.fromkeys(map(str, patterns)))
    if wide:
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


def joined(origins: Sequence[str]) -> str:
    """One string of an origin list that only deployment knows."""
    return Fn.join(",", list(origins))


def demands(own: MethodSite) -> list[str]:
    """What an OPTIONS asks for, and a browser does not bring, each with what to write instead."""
    kind = own.cfn.authorization_type
    return [
        *(["a key (write api_key_required=False)"] if own.cfn.api_key_required else []),
        *([f"{kind} (write authorization_type=AuthorizationType.NONE)"] if own.guarded else []),
    ]


def closed(route: Route) -> list[str]:
    """A sentence where an OPTIONS made by hand shuts browsers out."""
    own = route.methods.get("OPTIONS")
    asked = [] if own is None else demands(own)
    if own is None or not asked:
        return []
    return [
        f"{own.name}, which the app made at {own.cfn.node.path}, asks for {' and '.join(asked)}. A preflight brings no "
        "credentials, so no page could call this resource. Open it as said, or leave it out: one is made then."
    ]
