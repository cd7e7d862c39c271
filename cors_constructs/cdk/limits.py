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
from cors_constructs.cdk.registry import shares_policy
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.tree import span
from cors_constructs.cdk.warnings import counted, warn
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.layout import Preflight, plan

NEARLY_FULL_WARNING: Final = "cors-constructs:stack-nearly-full"
QUOTA_WARNING: Final = "cors-constructs:api-resources-quota"

# The CDK's own switch for its own check: another limit, or 0 for none.
_LIMIT: Final = "@aws-cdk/core:stackResourceLimit"
_MOST_RESOURCES: Final = 500
_MOST_PATHS: Final = 300
_NEAR: Final = 0.8


@attrs.frozen(eq=False)
class Load:
    """What an API puts into its stack.

    Attributes:
        api: The API, once all is made.
        found: Its parts, as they were before.
        made: The resources that were given an OPTIONS.
        errors: How many gateway responses were made.
        settings: What the app said about it.
        policies: Its policies.
    """

    api: apigateway.RestApiBase
    found: Survey
    made: Sequence[Route]
    errors: int
    settings: Settings
    policies: PolicyTree


def watch_limits(load: Load) -> list[str]:
    """Warn where the API's stack, or the API, is nearly full.

    Where all stacks of the app together have few resources nothing is looked at.

    Returns:
        What is wrong where the stack is too full.
    """
    # What was made since: each OPTIONS, with a resource of its own at most, the gateway responses, and a layer.
    most = _count(CfnResource, load.found.nodes) + 2 * len(load.made) + load.errors + 1
    most_paths = _count(apigateway.CfnResource, load.found.nodes) + len(load.made) + 1
    limit = _limit(load.api)
    near = limit > 0 and most >= _NEAR * limit
    if not near and most_paths <= _MOST_PATHS:
        return []
    stock = _stock(load)
    if (paths := stock.paths + 1) > _MOST_PATHS:
        warn(
            load.api,
            QUOTA_WARNING,
            f"The API has {paths} resources, / among them, and API Gateway makes {_MOST_PATHS} unless AWS raised the "
            "quota Resources per API. Have it raised and acknowledge this, or let {proxy+} stand for paths that one "
            "backend answers.",
        )
    if not near or stock.elements < _NEAR * limit:
        return []
    told = (
        f"The stack has {counted(stock.elements, 'CloudFormation resource', 'CloudFormation resources')}, and {limit} "
        f"are deployed at most. {_describe(load, stock)}"
    )
    if stock.elements > limit:
        return [told]
    warn(load.api, NEARLY_FULL_WARNING, told)
    return []


def _limit(api: IConstruct) -> int:
    said = api.node.try_get_context(_LIMIT)
    if said is None:
        return _MOST_RESOURCES
    # What is no number is none to the CDK either: it compares with NaN, and nothing is more than that.
    return int(said) if isinstance(said, int | float) or (isinstance(said, str) and said.isdecimal()) else 0


@attrs.frozen(eq=False)
class _Stock:
    """What there is, once all is made.

    Attributes:
        elements: How many CloudFormation resources the stack has, without those of stacks below it.
        own: How many of them are the API's.
        below: The constructs below the API; but for OPTIONS and gateway responses, maybe.
    """

    elements: int
    own: int
    below: Sequence[IConstruct]

    @property
    def paths(self) -> int:
        """How many resources the API has, without `/`."""
        return _count(apigateway.CfnResource, self.below)


def _stock(load: Load) -> _Stock:
    """Count, with what the survey has read where that will do: to read a large stack again takes its time."""
    stack = Stack.of(load.api)
    inside, since = load.found.nodes, len(load.made) + load.errors
    if _count(Stack, inside) > 1:
        inside = _part(inside, stack)
    if not _only_added(load) or _count(Stack, inside) > 1:
        inside, since = stack.node.find_all(), 0
    below = _part(inside, load.api)
    return _Stock(_count(CfnResource, inside) - _in_nested(inside) + since, _count(CfnResource, below) + since, below)


def _only_added(load: Load) -> bool:
    """Whether what was made is what the load says, nothing went away, and all of it is below the API."""
    return (
        load.settings.preflight is Preflight.PER_RESOURCE
        and load.settings.integration_permissions == "method"
        and not load.found.loose_methods
        and not shares_policy(load.api, load.settings)  # which makes a layer
        # What the CDK adds to one right below the root it may add to the root as well.
        and not any(isinstance(route.resource, apigateway.ProxyResource) for route in load.made)
    )


def _describe(load: Load, stock: _Stock) -> str:
    """A sentence about what is the API's, and one about what to do."""
    methods = sum(1 for _ in load.found.methods())
    options = sum("OPTIONS" in route.methods for route in load.found.routes) + len(load.made)
    paths = stock.paths
    permissions = permissions_among(stock.below)
    each = [permission for permission in permissions if is_of_a_method(permission)]
    fewer_permissions = len(each) - len({permission.function_name for permission in each})
    remedies = {
        "with preflight=Preflight.SHARED": _fewer_by_sharing(load),
        'with integration_permissions="api"': fewer_permissions,
        "as a CorsSpecRestApi with add_routes": methods + options + paths + fewer_permissions,
    }
    fewer = [
        f"{remedy} there {'is' if number == 1 else 'are'} {number} fewer"
        for remedy, number in remedies.items()
        if number > 0
    ]
    advice = "; ".join([*fewer, "or add some of it in another stack, to CorsRestApi.from_attributes"])
    return (
        f"{stock.own} of them are this API's, among them {counted(methods, 'method', 'methods')}, {options} OPTIONS, "
        f"{counted(paths, 'resource', 'resources')} and {counted(len(permissions), 'permission', 'permissions')}. "
        f"{advice[0].upper()}{advice[1:]}."
    )


def _fewer_by_sharing(load: Load) -> int:
    if load.settings.preflight is Preflight.SHARED:
        return 0
    return plan(
        {route.path: route.verbs for route in load.found.routes}, Preflight.SHARED, tops=load.policies.branches
    ).saved


def _in_nested(nodes: Sequence[IConstruct]) -> int:
    """How many resources are those of stacks in a stack; of all there is, where that has one stack."""
    if _count(Stack, nodes) == 1:
        return 0
    beyond = {place for node in nodes[1:] if isinstance(node, Stack) for place in span(nodes, node)}
    return _count(CfnResource, [nodes[place] for place in beyond])


def _part(nodes: Sequence[IConstruct], scope: IConstruct) -> Sequence[IConstruct]:
    """A construct, and all below it."""
    places = span(nodes, scope)
    return nodes[places.start : places.stop]


def _count(kind: type[IConstruct], nodes: Sequence[IConstruct]) -> int:
    """How many are of a kind."""
    # Asking each class of theirs takes less than asking each of them.
    kinds = {one for one in {type(node) for node in nodes} if issubclass(one, kind)}
    return sum(type(node) in kinds for node in nodes)
