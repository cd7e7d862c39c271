"""What answers a route: a Lambda function, a URL, or what the app says in API Gateway's own words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from aws_cdk import Names, Reference, Stack, Tokenization
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.spec.declarations import mapping_problems
from cors_constructs.cdk.tree import identity
from cors_constructs.policy.tokens import holds_token, starts_with_token
from cors_constructs.render.openapi import OpenApiError
from cors_constructs.render.openapi.copying import plain_copy
from cors_constructs.render.openapi.operations import INTEGRATION

_FORMS: Final = (
    'write a Lambda function, a URL such as "https://backend.example.com/users/{id}", or a mapping such as '
    '{"type": "http_proxy", "httpMethod": "GET", "uri": "https://..."}'
)
_TYPES: Final = ("aws", "aws_proxy", "http", "http_proxy", "mock")
_VARIABLE: Final = re.compile(r"(?<!\$)\{([^{}]*)\}")
_FILLED_IN: Final = re.compile(r"\$?\{[^{}]*\}")
_URL: Final = re.compile(r"https?://[^\s/?#\"<>\\^`|]+[^\s\"<>\\^`|]*", re.IGNORECASE)


@attrs.frozen
class Lambda:
    """A function that answers.

    Attributes:
        function: The function, an alias or a version of one, or a handle to one of another app.
    """

    function: Any

    def value_for(self, verb: str) -> dict[str, Any]:  # noqa: ARG002 - what all integrations take
        """What it says for a verb; the uri is left to `uri_of`."""
        # A Lambda function is invoked by POST, whatever the route's own verb is.
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
        return {"type": "aws_proxy", "httpMethod": "POST", "uri": self.function}


@attrs.frozen
class Url:
    """Another server that answers.

    Attributes:
        url: Its address, with `{name}` where a part of the path goes.
        variables: The names.
    """

    url: str
    variables: Sequence[str]

    def value_for(self, verb: str) -> dict[str, Any]:
        """What it says for a verb."""
        integration: dict[str, Any] = {"type": "http_proxy", "httpMethod": verb, "uri": self.url}
        if self.variables:
            integration["requestParameters"] = {
                f"integration.request.path.{name}": f"method.request.path.{name}" for name in self.variables
            }
        return integration


@attrs.frozen
class Given:
    """An integration in API Gateway's own words."""

    value: Mapping[str, Any]

    def value_for(self, verb: str) -> dict[str, Any]:  # noqa: ARG002 - what all integrations take
        """What it says for a verb."""
        return dict(self.value)


Integration = Lambda | Url | Given


def read_integration(value: Any, variables: Sequence[str]) -> tuple[Integration | None, list[str]]:
    """What an argument stands for.

    Args:
        value: What the app gave.
        variables: The names of the path's variables.

    Returns:
        The integration, None where it is none; and what is wrong.
    """
    if isinstance(value, str):
        return _url(value, variables)
    if isinstance(value, Mapping):
        return _given(value, variables)
    if _is_function(value):
        return Lambda(value), []
    hint = "give the function itself, not a LambdaIntegration; or " if isinstance(value, apigateway.Integration) else ""
    return None, [f"integration={value!r:.200} is none that a route takes: {hint}{_FORMS}"]


def allow_invocation(api: apigateway.SpecRestApi, function: Any) -> None:
    """Let the API call a function: one permission for all of its routes, in the API's scope.

    Where the CDK cannot tell whether it may give one, as for a function that was imported by its name alone, it warns,
    and where an imported function is known to be another account's it says nothing, as in a `LambdaIntegration`.
    """
    from aws_cdk import aws_iam as iam  # noqa: PLC0415 - takes its time to import, and not every API needs it

    function.add_permission(
        f"Permission-{Names.node_unique_id(function.node)}",
        principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
        source_arn=api.arn_for_execute_api(),
        scope=api,
    )


def uri_of(function: Any, api: IConstruct) -> Any:
    """What API Gateway calls a function by, in the shortest form that CloudFormation understands.

    It stands in the document once for each operation. What the CDK itself makes of it is three times as long.
    """
    stack = Stack.of(api)
    arn: str = function.function_arn
    text = f"arn:{stack.partition}:apigateway:{stack.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    if not all(_is_of(stack, token) for token in Tokenization.reverse_string(text).tokens):
        return text  # the CDK has to see the token, to tie the stacks together
    resolved = stack.resolve(text)
    match resolved:
        case {"Fn::Join": ["", list(parts)]}:
            written = [_substituted(part) for part in parts]
            return text if None in written else {"Fn::Sub": "".join(part for part in written if part)}
        case _:
            return resolved if isinstance(resolved, str) else text


def _is_of(stack: Stack, token: Any) -> bool:
    """Whether a token refers to something of a stack, or to what each stack has: `AWS::Region`, ..."""
    if Reference.is_reference(token):  # the logical id that it resolves to may be that of another stack
        return identity(Stack.of(token.target)) == identity(stack)
    match stack.resolve(token):
        case {"Ref": str(name)}:
            return name.startswith("AWS::")
        case _:
            return False


def _substituted(part: Any) -> str | None:
    """A part of an `Fn::Join` as `Fn::Sub` has it; None where it has no form for it."""
    match part:
        case str():
            return part.replace("${", "${!")
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case _:
            return None


def _is_function(value: Any) -> bool:
    """Whether it does what an `aws_lambda.IFunction` does: an interface of jsii cannot be asked for."""
    return (
        not isinstance(value, type)
        and callable(getattr(value, "add_permission", None))
        and isinstance(getattr(value, "function_arn", None), str)
    )


def _url(url: str, variables: Sequence[str]) -> tuple[Url | None, list[str]]:
    if not starts_with_token(url) and not _URL.fullmatch(url):
        return None, [f'integration={url!r} is no URL: write "https://backend.example.com/users/{{id}}"']
    named = list(dict.fromkeys(_VARIABLE.findall(url)))
    problems = []
    for name in named:
        plain = name.removesuffix("+")
        if plain != name and plain in variables:
            problems.append(
                f"integration={url!r} has {{{name}}}, and a URL has no + in its variables: write {{{plain}}}"
            )
        elif name not in variables:
            had = ", ".join(f"{{{variable}}}" for variable in variables) or "none"
            problems.append(
                f"integration={url!r} has {{{name}}}, which is no variable of the path (it has {had}): name one of the "
                "path's, or write the value"
            )
    if not {"{", "}"}.isdisjoint(_FILLED_IN.sub("", url)):
        problems.append(f"integration={url!r} has a brace without its other: write {{id}}, or leave it out")
    return Url(url, named), problems


def _given(value: Mapping[str, Any], variables: Sequence[str]) -> tuple[Given | None, list[str]]:
    if set(value) == {INTEGRATION}:
        return None, [f"integration={dict(value)!r:.200} is an operation: write what is in it, without {INTEGRATION}"]
    kind = value.get("type")
    known = isinstance(kind, str) and (kind.lower() in _TYPES or holds_token(kind))
    if not known:
        said = "has no type" if kind is None else f"has the type {kind!r}"
        return None, [f"integration={dict(value)!r:.200} {said}: write one of {', '.join(_TYPES)}"]
    try:
        copied = plain_copy(value)
    except OpenApiError as error:
        return None, [f"integration: {problem}" for problem in error.problems]
    return Given(copied), mapping_problems(copied, variables)
