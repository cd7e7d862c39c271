"""How much a stack and an API may hold, told before CloudFormation or API Gateway refuse it, and with what to do.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
"""

from collections.abc import Sequence
from typing import Final

import attrs
from aws_cdk import CfnResource, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.permissions import is_of_a_method, permissions_among
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.tree import Tree
from cors_constructs.cdk.warnings import warn
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.layout import Preflight, plan

NEARLY_FULL_WARNING: Final = "cors-constructs:stack-nearly-full"
QUOTA_WARNING: Final = "cors-constructs:api-resources-quota"

# The CDK's own switch for its own check: another limit, or 0 for none.
_LIMIT: Final = "@aws-cdk/core:stackResourceLimit"
_MOST_RESOURCES: Final = 500
_MOST_PATHS: Final = 300
_NEAR: Final = 0.8


@attrs.frozen
class Load:
    """What an API puts into its stack.

    Attributes:
        api: The API, once all is made.
        found: Its parts, as they were before.
        made: The resources that were given an OPTIONS.
        settings: What the app said about it.
        policies: Its policies.
    """

    api: apigateway.RestApiBase
    found: Survey
    made: Sequence[Route]
    settings: Settings
    policies: PolicyTree


def watch_limits(load: Load) -> list[str]:
    """Warn where the API's stack, or the API, is nearly full.

    Where all stacks of the app together have few resources nothing is counted.

    Returns:
        What is wrong where the stack is too full.
    """
    # What was made since: each OPTIONS, with a resource of its own at most, and two gateway responses.
    most = load.found.size + 2 * len(load.made) + 2
    limit = _limit(load.api)
    near = limit > 0 and most >= _NEAR * limit
    if not near and most < _MOST_PATHS:
        return []
    below = load.api.node.find_all()
    if (paths := _paths(below) + 1) > _MOST_PATHS:
        warn(
            load.api,
            QUOTA_WARNING,
            f"The API has {paths} resources, / among them, and API Gateway makes {_MOST_PATHS} unless AWS raised the "
            "quota Resources per API. Have it raised and acknowledge this, or let {proxy+} stand for paths that one "
            "backend answers.",
        )
    number = _elements(Stack.of(load.api)) if near else 0
    if not near or number < _NEAR * limit:
        return []
    told = (
        f"The stack has {number} CloudFormation resources, and {limit} are deployed at most. {_describe(load, below)}"
    )
    if number > limit:
        return [told]
    warn(load.api, NEARLY_FULL_WARNING, told)
    return []


def _limit(api: IConstruct) -> int:
    said = api.node.try_get_context(_LIMIT)
    if said is None:
        return _MOST_RESOURCES
    # What is no number is none to the CDK either: it compares with NaN, and nothing is more than that.
    return int(said) if isinstance(said, int | float) or (isinstance(said, str) and said.isdecimal()) else 0


def _describe(load: Load, below: Sequence[IConstruct]) -> str:
    """A sentence about what is the API's, and one about what to do."""
    methods = sum(1 for _ in load.found.methods())
    options = sum("OPTIONS" in route.methods for route in load.found.routes) + len(load.made)
    paths = _paths(below)
    permissions = permissions_among(below)
    each = [permission for permission in permissions if is_of_a_method(permission)]
    fewer_permissions = len(each) - len({permission.function_name for permission in each})
    remedies = {
        "with preflight=Preflight.SHARED": _fewer_by_sharing(load),
        'with integration_permissions="api"': fewer_permissions,
        "as a CorsSpecRestApi with add_routes": methods + options + paths + fewer_permissions,
    }
    fewer = [f"{remedy} there are {number} fewer" for remedy, number in remedies.items() if number > 0]
    advice = "; ".join([*fewer, "or add some of it in another stack, to CorsRestApi.from_attributes"])
    return (
        f"{sum(isinstance(node, CfnResource) for node in below)} of them are this API's, among them {methods} methods, "
        f"{options} OPTIONS, {paths} resources and {len(permissions)} permissions. {advice[0].upper()}{advice[1:]}."
    )


def _fewer_by_sharing(load: Load) -> int:
    if load.settings.preflight is Preflight.SHARED:
        return 0
    return plan(
        {route.path: route.verbs for route in load.found.routes}, Preflight.SHARED, tops=load.policies.branches
    ).saved


def _elements(stack: Stack) -> int:
    """How many resources a stack has, without those of stacks below it."""
    nodes = stack.node.find_all()
    if sum(isinstance(node, Stack) for node in nodes) == 1:
        return sum(isinstance(node, CfnResource) for node in nodes)
    tree = Tree.below(stack)
    stacks = [place for place, _ in tree.all(Stack) if place > 0]
    beyond = {place for below in stacks for place in tree.descendants(below)}
    return sum(place not in beyond for place, _ in tree.all(CfnResource))


def _paths(nodes: Sequence[IConstruct]) -> int:
    return sum(isinstance(node, apigateway.CfnResource) for node in nodes)
