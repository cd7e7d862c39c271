"""One API, written twice: with the CDK alone, and with cors-constructs. Run by `bench.py`, a process for each run.

Both answer the same preflights as far as the CDK can: the same origin, headers and max-age.
"""

import json
import sys
import time
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_apigateway as apigateway

RESOURCES = 100
METHODS = ("GET", "POST")
ORIGIN = "https://app.example.com"


def native(stack: Stack) -> None:
    api = apigateway.RestApi(
        stack,
        "Api",
        default_cors_preflight_options=apigateway.CorsOptions(allow_origins=[ORIGIN], max_age=Duration.hours(2)),
        default_method_options=apigateway.MethodOptions(api_key_required=True),
    )
    plan = api.add_usage_plan("Plan", throttle=apigateway.ThrottleSettings(rate_limit=50, burst_limit=100))
    plan.add_api_stage(stage=api.deployment_stage)
    plan.add_api_key(api.add_api_key("Key"))
    _fill(api)


def ours(stack: Stack) -> None:
    from cors_constructs import CorsPolicy, CorsRestApi  # noqa: PLC0415 - the other side does not pay for it

    api = CorsRestApi(stack, "Api", cors=CorsPolicy(allow_origins=[ORIGIN]))
    api.add_client("web", rate_limit=50, burst_limit=100)
    _fill(api)


def _fill(api: apigateway.RestApi) -> None:
    for number in range(RESOURCES):
        resource = api.root.add_resource(f"things-{number}")
        for method in METHODS:
            backend = f"https://backend.example.com/things/{number}"
            resource.add_method(method, apigateway.HttpIntegration(backend, http_method=method))


def main() -> None:
    side = {"native": native, "ours": ours}[sys.argv[1]]
    if side is ours:
        import cors_constructs.cdk.rest_api  # noqa: F401, PLC0415 - its time is the whole process's, not the build's
    started = time.perf_counter()
    app = App()
    side(Stack(app, "Bench"))
    artifact = app.synth().get_stack_by_name("Bench")
    seconds = time.perf_counter() - started
    json.dump({"seconds": seconds, "bytes": Path(artifact.template_full_path).stat().st_size}, sys.stdout)


if __name__ == "__main__":
    main()
