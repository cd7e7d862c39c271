"""APIs to probe: each at a path of its own, by the policy that it has; and one that lets in everybody who asks."""

from pathlib import Path
from typing import Final

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi

HOST: Final = "app.example.org"
SITE: Final = f"https://{HOST}"
_OTHERS: Final = ("https://admin.example.net", "https://app.example.net")
POLICIES: Final = {
    "one": CorsPolicy(allow_origins=[SITE]),
    "several": CorsPolicy(allow_origins=[SITE, *_OTHERS]),
    "patterns": CorsPolicy(allow_origins=[SITE, "https://**.example.org", "https://*.example.net"]),
    "credentials": CorsPolicy(allow_origins=[SITE, *_OTHERS], allow_credentials=True),
    "one-with-credentials": CorsPolicy(allow_origins=[SITE], allow_credentials=True),
    "patterns-with-credentials": CorsPolicy(
        allow_origins=[SITE, "https://*.example.org", "https://*.example.net"], allow_credentials=True
    ),
    "everybody": CorsPolicy(allow_origins=["*"]),
}
"""By the name of the stage, which is the path as well."""
REFLECTING: Final = "reflecting"

_ANSWER: Final = '{"users": []}'
_REFLECT: Final = (
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $input.params().header.get('Origin'))"
    "#set($context.responseOverride.header.Access-Control-Allow-Credentials = 'true')"
)


def synthesized(folder: Path) -> Path:
    """The APIs' templates: of each, `GET /users` answers by itself, and `GET /orders` asks for a key."""
    app = App(outdir=str(folder))
    for name, policy in POLICIES.items():
        stack = Stack(app, name)
        options = apigateway.StageOptions(stage_name=name)
        api = CorsRestApi(stack, "Api", rest_api_name=name, cors=policy, keyless=["GET /users"], deploy_options=options)
        for path in ("users", "orders"):
            _answering(api.root.add_resource(path), "GET", _ANSWER)
        api.add_client("web")
    _reflecting(Stack(app, REFLECTING))
    app.synth()
    return folder


def _reflecting(stack: Stack) -> None:
    """The mistake that every scanner knows: whatever origin asks is allowed, with credentials."""
    api = apigateway.RestApi(
        stack, "Api", rest_api_name=REFLECTING, deploy_options=apigateway.StageOptions(stage_name=REFLECTING)
    )
    for path in ("users", "orders"):
        for method in ("GET", "OPTIONS"):
            _answering(api.root.get_resource(path) or api.root.add_resource(path), method, _REFLECT + _ANSWER)


def _answering(resource: apigateway.IResource, method: str, template: str) -> None:
    answer = apigateway.IntegrationResponse(status_code="200", response_templates={"application/json": template})
    mock = apigateway.MockIntegration(
        request_templates={"application/json": '{"statusCode": 200}'}, integration_responses=[answer]
    )
    resource.add_method(method, mock, method_responses=[apigateway.MethodResponse(status_code="200")])
