"""One permission for each Lambda function to be called by the whole API, instead of two for each method."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import (
    DefaultTokenResolver,
    IPostProcessor,
    IResolvable,
    IResolveContext,
    Names,
    Reference,
    StringConcat,
    Tokenization,
)
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.references import target_of
from cors_constructs.cdk.routes import Route

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

# What the CDK calls the permissions that a LambdaIntegration makes below its method.
_OF_THE_CDK: Final = "ApiPermission."
# And the one that it makes below the API where scope_permission_to_method=False.
_OF_THE_API: Final = "ApiPermission.ApiScoped."


def permit_api(api: apigateway.RestApiBase, routes: Sequence[Route]) -> int:
    """Let the whole API call each function that its methods call, and drop what the CDK made for each method.

    Permissions that the app makes itself stay, as do those of authorizers. Where the CDK made none, since the function
    is an import that it cannot change, none is made.

    Args:
        api: The API.
        routes: Its resources that have methods.

    Returns:
        How many permissions fewer there are.
    """
    dropped = list(_drop(routes))
    functions: dict[str, lambda_.CfnPermission] = {}
    keys: dict[str, str] = {}
    for permission in dropped:
        name = permission.function_name
        if name not in keys:
            keys[name] = _meaning(api, name)
        functions.setdefault(keys[name], permission)
    made = [_permit(api, permission, key) for key, permission in functions.items()]
    return len(dropped) - sum(made)


def permissions_among(nodes: Sequence[IConstruct]) -> "list[lambda_.CfnPermission]":
    """The permissions among constructs."""
    # Loading it takes a fifth of a second, and who has functions has it loaded.
    loaded = sys.modules.get("aws_cdk.aws_lambda")
    return [] if loaded is None else [node for node in nodes if isinstance(node, loaded.CfnPermission)]


def is_of_a_method(permission: "lambda_.CfnPermission") -> bool:
    """Whether a permission below an API is one that the CDK made for a method by itself."""
    name = permission.node.id
    return name.startswith(_OF_THE_CDK) and not name.startswith(_OF_THE_API)


def _drop(routes: Sequence[Route]) -> "Iterator[lambda_.CfnPermission]":
    for method, permission in _permissions(routes):
        method.node.try_remove_child(permission.node.id)
        yield permission


def _permissions(routes: Sequence[Route]) -> "list[tuple[apigateway.Method, lambda_.CfnPermission]]":
    sites = [site for route in routes for site in (*route.methods.values(), *route.repeated)]
    scopes = [site.cfn.node.scope for site in sites]
    return [
        (method, child)
        for method in scopes
        if isinstance(method, apigateway.Method)
        for child in permissions_among(method.node.children)
        if is_of_a_method(child)
    ]


def _permit(api: apigateway.RestApiBase, like: "lambda_.CfnPermission", key: str) -> bool:
    """Make the permission of a function; False where the CDK has made it."""
    # As the CDK calls its own, so that either may take the other's place.
    name = f"{_OF_THE_API}{_name(like.function_name, key)}.{Names.node_unique_id(api.node)}"
    if api.node.try_find_child(name) is not None:
        return False
    from aws_cdk import aws_lambda as lambda_  # noqa: PLC0415 - loaded already, if it comes to this

    lambda_.CfnPermission(
        api,
        name,
        action=like.action,
        function_name=like.function_name,
        principal=like.principal,
        source_arn=api.arn_for_execute_api(),
    )
    return True


def _name(function_name: str, key: str) -> str:
    """What is the same for the same function, whatever else the API has."""
    target = target_of(function_name)
    if target is None:
        return key
    # The CDK's constructs have their CloudFormation resource below them, by this name.
    owner = target.node.scope if target.node.id == "Resource" else target
    return Names.node_unique_id((owner or target).node)


def _meaning(api: IConstruct, function_name: str) -> str:
    """What a function's name or ARN means, wherever in the app the function is: in two stacks ids may be the same."""
    return str(Tokenization.resolve(function_name, scope=api, resolver=_Naming()))


class _Naming(DefaultTokenResolver):
    """Resolves a reference to the path of what it refers to."""

    def __init__(self) -> None:
        super().__init__(StringConcat())

    def resolve_token(self, t: IResolvable, context: IResolveContext, post_processor: IPostProcessor) -> Any:
        """Resolve one token."""
        if Reference.is_reference(t):
            reference: Any = t
            return f"{reference.target.node.path}.{reference.display_name}"
        return super().resolve_token(t, context, post_processor)
