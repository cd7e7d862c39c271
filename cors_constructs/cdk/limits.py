"""How much a stack and an API may hold, told before CloudFormation or API Gateway refuse it, and with what to do.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import jsii
from aws_cdk import CfnResource, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct, IValidation

from cors_constructs.cdk.permissions import permissions_of
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.sharing import shareable
from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.tree import Tree
from cors_constructs.cdk.warnings import warn
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.layout import Preflight

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
        elsewhere: The paths that other shares of the API have.
    """

    api: apigateway.RestApiBase
    found: Survey
    made: Sequence[Route]
    settings: Settings
    policies: PolicyTree
    elsewhere: Mapping[str, frozenset[str]]

    def count(self) -> int:
        """How many resources the stack has, without those of stacks below it."""
        tree = Tree.below(Stack.of(self.api))
        stacks = [place for place, _ in tree.all(Stack) if place > 0]
        beyond = {place for stack in stacks for place in tree.descendants(stack)}
        return sum(place not in beyond for place, _ in tree.all(CfnResource))

    def paths(self) -> int:
        """How many resources the API has, `/` among them."""
        return 1 + _number(Tree.below(self.api), apigateway.CfnResource)

    def describe(self, limit: int) -> str:
        """A sentence about what is there, and one about what to do."""
        tree = Tree.below(self.api)
        methods = sum(1 for _ in self.found.methods())
        options = sum("OPTIONS" in route.methods for route in self.found.routes) + len(self.made)
        paths, permissions = self.paths() - 1, _number(tree, lambda_.CfnPermission)
        remedies = {
            "with preflight=Preflight.SHARED": self._saved_by_sharing(),
            'with integration_permissions="api"': self._saved_permissions(),
            "as a CorsSpecRestApi with add_routes": methods + options + paths + self._saved_permissions(),
        }
        fewer = [f"{remedy} there are {number} fewer" for remedy, number in remedies.items() if number > 0]
        advice = "; ".join([*fewer, "or add some of it in another stack, to CorsRestApi.from_attributes"])
        return (
            f"The stack has {self.count()} CloudFormation resources, and {limit} are deployed at most. "
            f"{_number(tree, CfnResource)} of them are this API's, among them {methods} methods, {options} OPTIONS, "
            f"{paths} resources and {permissions} permissions. {advice[0].upper()}{advice[1:]}."
        )

    def _saved_by_sharing(self) -> int:
        if self.settings.preflight is Preflight.SHARED:
            return 0
        return shareable(self.api, self.found.routes, self.policies, self.elsewhere).saved

    def _saved_permissions(self) -> int:
        each = permissions_of(self.found.routes)
        return len(each) - len({permission.function_name for permission in each})


def watch_limits(load: Load) -> None:
    """Warn where the API's stack, or the API, is nearly full, and have the validation tell where it is too full.

    Where all stacks together have few resources nothing is counted.
    """
    # What was made since: each OPTIONS, with a resource of its own at most, and two gateway responses.
    most = load.found.size + 2 * len(load.made) + 2
    said = load.api.node.try_get_context(_LIMIT)
    limit = _MOST_RESOURCES if said is None else int(said)
    if limit > 0 and most >= _NEAR * limit:
        if _NEAR * limit <= load.count() <= limit:
            warn(load.api, NEARLY_FULL_WARNING, load.describe(limit))
        load.api.node.add_validation(_Limited(load, limit))
    if most >= _MOST_PATHS and (paths := load.paths()) > _MOST_PATHS:
        warn(
            load.api,
            QUOTA_WARNING,
            f"The API has {paths} resources, / among them, and API Gateway makes {_MOST_PATHS} unless AWS raised the "
            "quota Resources per API. Have it raised and acknowledge this, or let {proxy+} stand for paths that one "
            "backend answers.",
        )


def _number(tree: Tree, kind: type[IConstruct]) -> int:
    return sum(1 for _ in tree.all(kind))


@jsii.implements(IValidation)
class _Limited:
    """Whether a stack is still within its limit when all is made."""

    def __init__(self, load: Load, limit: int) -> None:
        self._load = load
        self._limit = limit

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        return [self._load.describe(self._limit)] if self._load.count() > self._limit else []
