"""Deployments that are bare CloudFormation: a new one is made where its logical id is new, and not otherwise.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.tree import identity

_SALT_LENGTH: Final = 10


def deploy_anew(deployments: Sequence[apigateway.CfnDeployment], changed: Any, made: Sequence[CfnResource]) -> None:
    """Have bare Deployments replaced whenever what was changed differs, and have them wait for what was made.

    Args:
        deployments: The Deployments. Each keeps its logical id, with a salt behind it.
        changed: All that was changed about the API; it may hold tokens.
        made: The resources that are new.
    """
    for cfn in deployments:
        stack = Stack.of(cfn)
        old = str(stack.resolve(cfn.logical_id))
        said = json.dumps(stack.resolve(changed), sort_keys=True, default=repr)
        cfn.override_logical_id(f"{old}{hashlib.sha256(said.encode()).hexdigest()[:_SALT_LENGTH]}")
        for resource in made:
            cfn.node.add_dependency(resource)
        _follow(stack, old, cfn)


def _follow(stack: Stack, old: str, cfn: apigateway.CfnDeployment) -> None:
    """Have stages that name the Deployment by its logical id, in words of their own, name the new one."""
    for node in stack.node.find_all():
        if not isinstance(node, apigateway.CfnStage) or identity(Stack.of(node)) != identity(stack):
            continue
        if stack.resolve(node.deployment_id) in ({"Ref": old}, {"Fn::GetAtt": [old, "DeploymentId"]}):
            node.deployment_id = cfn.ref
