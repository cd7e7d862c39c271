"""Deployments that are bare CloudFormation: a new one is made where its logical id is new, and not otherwise.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import CfnResource, Fn, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.tree import identity

_SALT_LENGTH: Final = 10
_AFTER: Final = "cors-constructs:after"


def deploy_anew(deployments: Sequence[apigateway.CfnDeployment], changed: Any, parts: Sequence[CfnResource]) -> None:
    """Have bare Deployments replaced whenever what was changed differs, and have them wait for all of it.

    Args:
        deployments: The Deployments. Each keeps its logical id, with a salt behind it.
        changed: All that was changed about the API; it may hold tokens.
        parts: The resources that were made or changed. What is deployed before a change of theirs lacks it.
    """
    for cfn in deployments:
        stack = Stack.of(cfn)
        old = str(stack.resolve(cfn.logical_id))
        said = json.dumps(stack.resolve(changed), sort_keys=True, default=repr)
        cfn.override_logical_id(f"{old}{hashlib.sha256(said.encode()).hexdigest()[:_SALT_LENGTH]}")
        _wait(cfn, parts)
        _follow(stack, old, cfn)


def _wait(cfn: apigateway.CfnDeployment, parts: Sequence[CfnResource]) -> None:
    """Have a Deployment wait for others.

    DependsOn takes no condition, so what may not be there is referred to where a condition can stand.
    """
    own = _condition(cfn)
    maybe = []
    for part in parts:
        condition = _condition(part)
        if condition in {None, own} or identity(Stack.of(part)) != identity(Stack.of(cfn)):
            cfn.node.add_dependency(part)
        else:
            maybe.append(Fn.condition_if(str(condition), part.ref, ""))
    if maybe:
        cfn.add_metadata(_AFTER, maybe)


def _condition(resource: CfnResource) -> str | None:
    """The condition of a resource; of one that was made for another, it is that other's."""
    above = (node for node in reversed(resource.node.scopes) if isinstance(node, CfnResource))
    conditions = (node.cfn_options.condition for node in above)
    return next((condition.logical_id for condition in conditions if condition is not None), None)


def _follow(stack: Stack, old: str, cfn: apigateway.CfnDeployment) -> None:
    """Have stages that name the Deployment by its logical id, in words of their own, name the new one."""
    for node in stack.node.find_all():
        if not isinstance(node, apigateway.CfnStage) or identity(Stack.of(node)) != identity(stack):
            continue
        if stack.resolve(node.deployment_id) in ({"Ref": old}, {"Fn::GetAtt": [old, "DeploymentId"]}):
            node.deployment_id = cfn.ref
