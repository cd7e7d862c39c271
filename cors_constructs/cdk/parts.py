"""Which of the CloudFormation parts in an app are one API's."""

from collections.abc import Sequence
from typing import TypeVar

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.references import referents
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.tree import identity

_Part = TypeVar(
    "_Part",
    apigateway.CfnDeployment,
    apigateway.CfnGatewayResponse,
    apigateway.CfnMethod,
    apigateway.CfnResource,
    apigateway.CfnStage,
)


def of_api(api: apigateway.RestApiBase, parts: Sequence[_Part]) -> list[_Part]:
    """Those that are the API's, by its id.

    The API's own token is known wherever it comes up. Another spelling tells what it means in the API's own stack
    only: elsewhere the same logical id may be another API's.
    """
    if not parts:
        return []
    api_id, stack = api.rest_api_id, Stack.of(api)
    ids: list[str] = [part.rest_api_id for part in parts]
    meant, *said = referents(stack, [api_id, *ids])
    return [
        part
        for part, spelled, referent in zip(parts, ids, said, strict=True)
        if spelled == api_id or (referent == meant and identity(Stack.of(part)) == identity(stack))
    ]


def deployments_of(
    api: apigateway.RestApiBase, nodes: Sequence[IConstruct]
) -> tuple[list[apigateway.Deployment], list[apigateway.CfnDeployment]]:
    """The API's Deployments among all, in the tree's order: the CDK's, and bare ones.

    Of the CDK's, those of an imported handle to the API count too.
    """
    own: list[apigateway.Deployment] = []
    unsure: list[tuple[apigateway.Deployment | None, apigateway.CfnDeployment]] = []
    outer: apigateway.Deployment | None = None
    known = False
    for node in nodes:
        if isinstance(node, apigateway.Deployment):
            outer, of = node, node.api
            # That of an import which completes itself is for what it has.
            known = isinstance(of, apigateway.RestApi | apigateway.SpecRestApi) or bool(entry_of(of).owner)
            if identity(of) == identity(api):
                own.append(node)
        elif isinstance(node, apigateway.CfnDeployment):
            if outer is None or not (known or outer in own):
                unsure.append((outer, node))
            outer = None
    mine = {identity(cfn) for cfn in of_api(api, [cfn for _, cfn in unsure])}
    others = [(deployment, cfn) for deployment, cfn in unsure if identity(cfn) in mine]
    return (
        [*own, *(deployment for deployment, _ in others if deployment is not None)],
        [cfn for deployment, cfn in others if deployment is None],
    )
