"""How many CloudFormation resources an API is: `python benchmarks/resources.py`.

30 resources with two methods each, all of one Lambda function, with the feature flags of `cdk init` for logs.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi, Preflight

_RESOURCES: Final = 30
_METHODS: Final = ("GET", "POST")
_ORIGIN: Final = "https://app.example.com"

# What was promised.
_MOST: Final = 100

_SHOWN: Final = ("ApiGateway::Resource", "ApiGateway::Method", "Lambda::Permission")


def plain(stack: Stack) -> apigateway.RestApi:
    """The CDK's own, with its preflights."""
    cors = apigateway.CorsOptions(allow_origins=[_ORIGIN])
    return apigateway.RestApi(stack, "Api", default_cors_preflight_options=cors)


def ours(**arguments: Any) -> Callable[[Stack], apigateway.RestApi]:
    """Ours, without a client; with one there are three resources more."""

    def build(stack: Stack) -> apigateway.RestApi:
        policy = CorsPolicy(allow_origins=[_ORIGIN])
        return CorsRestApi(stack, "Api", cors=policy, keys_managed_elsewhere=True, **arguments)

    return build


def count(build: Callable[[Stack], apigateway.RestApi]) -> Counter[str]:
    """The resources of a stack with the API, by type."""
    app = App(context={"@aws-cdk/aws-apigateway:disableCloudWatchRole": True})
    stack = Stack(app, "Bench")
    api = build(stack)
    handler = lambda_.Function(
        stack,
        "Handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_12,
    )
    for number in range(_RESOURCES):
        resource = api.root.add_resource(f"things-{number}")
        for method in _METHODS:
            resource.add_method(method, apigateway.LambdaIntegration(handler))
    template = app.synth().get_stack_by_name("Bench").template
    return Counter(resource["Type"].removeprefix("AWS::") for resource in template["Resources"].values())


def main() -> None:
    """Count, and print the numbers beside what was promised."""
    sides = {
        "plain CDK": plain,
        "CorsRestApi": ours(),
        "preflight=Preflight.SHARED": ours(preflight=Preflight.SHARED),
        '... and integration_permissions="api"': ours(preflight=Preflight.SHARED, integration_permissions="api"),
    }
    print(f"CloudFormation resources of {_RESOURCES} resources x {len(_METHODS)} Lambda methods")
    print(f"{'':40}{'all':>6}{'paths':>8}{'methods':>9}{'permissions':>13}")
    for title, build in sides.items():
        found = count(build)
        paths, methods, permissions = (found[kind] for kind in _SHOWN)
        print(f"{title:40}{found.total():>6}{paths:>8}{methods:>9}{permissions:>13}")
    print(f"at most {_MOST}, the last")


if __name__ == "__main__":
    main()
