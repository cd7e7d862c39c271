"""CDK apps, synthesized to templates that the emulators can deploy."""

import os
from collections.abc import Callable
from pathlib import Path

os.environ["CDK_VALIDATION"] = "false"

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi

from .assets import with_assets
from .templates import Template

BACKEND = "https://backend.example.com/things"


def synthesized(build: Callable[[App], Stack]) -> Template:
    """The template of the stack that `build` makes, with the documents that it names in it."""
    (template,) = synthesized_app(build)
    return template


def synthesized_app(build: Callable[[App], object]) -> list[Template]:
    """The templates of all stacks that `build` makes, each after those that it depends on, likewise."""
    app = App()
    build(app)
    assembly = app.synth()
    # An assembly sorts them by what they depend on; an emulator would refuse an import that comes too early.
    return [with_assets(stack.template, Path(assembly.directory)) for stack in assembly.stacks]


def things(policy: Callable[[Stack], CorsPolicy], *, binary: bool = False) -> Template:
    """`/things` with GET and PUT, for a client `web`; `/things/{id}` with ANY; `GET /health` without a key."""

    def build(app: App) -> Stack:
        stack = Stack(app, "Things")
        api = CorsRestApi(
            stack,
            "Api",
            cors=policy(stack),
            keyless=["GET /health"],
            deploy_options=_stage(),
            binary_media_types=["*/*", "image/png"] if binary else None,
        )
        api.add_client("web")
        resource = api.root.add_resource("things")
        for verb in ("GET", "PUT"):
            resource.add_method(verb, apigateway.HttpIntegration(BACKEND, http_method=verb))
        resource.add_resource("{id}").add_method("ANY", apigateway.HttpIntegration(BACKEND, http_method="ANY"))
        api.root.add_resource("health").add_method("GET", apigateway.HttpIntegration(BACKEND))
        return stack

    return synthesized(build)


def _stage() -> apigateway.StageOptions:
    return apigateway.StageOptions(stage_name="test")
