"""Preflights that the CDK made, changed in place to say what the policy says.

They come from `default_cors_preflight_options` and `add_cors_preflight`. The method stays, and with it its logical id
and all that waits for it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Dependable, DependencyGroup

from cors_constructs.cdk.routes import Route
from cors_constructs.policy import CorsPolicy
from cors_constructs.render import PreflightAnswer, preflight_answer
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.path_tree import overlapping, segments, taker, tree_of
from cors_constructs.render.preflight import CONTENT_HANDLING, PASSTHROUGH_BEHAVIOR, REQUEST_TEMPLATES

_TEMPLATE: Final = re.compile(r"\{\s*statusCode\s*:\s*200\s*\}")
"""What the CDK writes, which is not JSON; who writes one by hand copies AWS's examples, which are."""

_HEADER: Final = re.compile(r"method\.response\.header\.(access-control-[a-z-]+|vary)", re.IGNORECASE)


def preflights_of_the_cdk(routes: Sequence[Route]) -> list[Route]:
    """The paths whose OPTIONS the CDK made; any other stays as it is."""
    return [route for route in routes if "OPTIONS" in route.methods and _is_of_the_cdk(route.methods["OPTIONS"].cfn)]


def replace_preflights(
    replaced: Sequence[Route],
    routes: Sequence[Route],
    policies: PolicyTree,
    join: Callable[[Sequence[str]], str],
) -> None:
    """Change the OPTIONS that the CDK made.

    It makes them on each segment. On one that has no methods the preflight is of what `{id}` or `{proxy+}` beside or
    above it serves there. Where nothing does, OPTIONS alone is allowed: pages then read the gateway's answer to what
    is not there.

    Args:
        replaced: The paths whose OPTIONS it made.
        routes: All paths of the API.
        policies: What to answer.
        join: Makes one string of an origin list that only deployment knows.
    """
    for route in replaced:
        verbs = route.verbs - {"OPTIONS"}
        if verbs:
            policy = policies.at(route.path) if policies.branches else policies.whole
        else:
            policy, verbs = _stand_in(route.path, routes, policies)
        if not verbs and policy.allow_methods is None:
            policy = policy.evolve(allow_methods=["OPTIONS"])
        say(route.methods["OPTIONS"].cfn, preflight_answer(policy, verbs, join=join))


def _stand_in(path: str, routes: Sequence[Route], policies: PolicyTree) -> tuple[CorsPolicy, frozenset[str]]:
    """The policy of what serves a path that has no methods, and the verbs that are served there under that policy."""
    root = tree_of({route.path: route.verbs - {"OPTIONS"} for route in routes})
    node = root
    for segment in segments(path):
        node = node.below(segment)
    serving = taker(root, path, lambda other: bool(other.verbs)) or node
    policy = policies.at(serving.path)
    beside = [other for other in overlapping(root, node) if other.verbs and policies.at(other.path) == policy]
    return policy, frozenset[str]().union(*(other.verbs for other in beside))


def may_be_dropped(route: Route) -> bool:
    """Whether an OPTIONS can be taken back: what bare CloudFormation waits for it is told by its name, and stays so."""
    return isinstance(route.methods["OPTIONS"].cfn.node.scope, apigateway.Method)


def drop(route: Route) -> None:
    """Take back an OPTIONS that the CDK made."""
    cfn = route.methods["OPTIONS"].cfn
    method = next(node for node in reversed(cfn.node.scopes) if isinstance(node, apigateway.Method))
    above = method.node.scopes[-2]
    above.node.try_remove_child(method.node.id)
    # Deployments wait for it by now, and would name what is not in the template.
    nothing = Dependable.of(DependencyGroup())
    for gone in (method, cfn):
        Dependable.implement(gone, nothing)


def say(cfn: apigateway.CfnMethod, answer: PreflightAnswer) -> None:
    """Have an OPTIONS method answer preflights, openly."""
    response = apigateway.CfnMethod.IntegrationResponseProperty(
        status_code=answer.status_code,
        content_handling=answer.response_content_handling,
        response_parameters=answer.response_parameters,
        response_templates=answer.response_templates,
    )
    cfn.integration = apigateway.CfnMethod.IntegrationProperty(
        type="MOCK",
        request_templates=REQUEST_TEMPLATES,
        passthrough_behavior=PASSTHROUGH_BEHAVIOR,
        content_handling=CONTENT_HANDLING,
        integration_responses=[response],
    )
    cfn.method_responses = [
        apigateway.CfnMethod.MethodResponseProperty(
            status_code=answer.status_code, response_parameters=answer.method_response_parameters
        )
    ]
    cfn.api_key_required = False
    cfn.authorization_type = "NONE"
    cfn.authorizer_id = None
    cfn.authorization_scopes = None
    cfn.request_validator_id = None
    cfn.request_parameters = None
    cfn.request_models = None


def _is_of_the_cdk(cfn: apigateway.CfnMethod) -> bool:
    integration = Stack.of(cfn).resolve(cfn.integration)
    if not isinstance(integration, Mapping) or integration.get("type") != "MOCK":
        return False
    templates = integration.get("requestTemplates")
    if not isinstance(templates, Mapping) or list(templates) != ["application/json"]:
        return False
    template = templates["application/json"]
    responses = integration.get("integrationResponses")
    return (
        isinstance(template, str)
        and _TEMPLATE.fullmatch(template.strip()) is not None
        and isinstance(responses, list)
        and len(responses) == 1
        and _is_preflights(responses[0])
    )


def _is_preflights(response: Any) -> bool:
    headers = response.get("responseParameters") if isinstance(response, Mapping) else None
    return isinstance(headers, Mapping) and bool(headers) and all(_HEADER.fullmatch(name) for name in headers)
