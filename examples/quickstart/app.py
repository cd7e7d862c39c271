"""Bus times, for the pages of https://app.example.com: every method asks for an API key, and no preflight does.

make synth                      # or: npx aws-cdk synth
"""

from pathlib import Path
from typing import Any

from aws_cdk import Annotations, App, Stack
from aws_cdk.aws_apigateway import HttpIntegration, LambdaIntegration, Period, QuotaSettings
from aws_cdk.aws_lambda import Code, Function, Runtime
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi

HANDLER = Path(__file__).with_name("handler.py")


class QuickstartStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)

        # Who may call from a browser, said once. Preflights and the gateway's own errors follow from it.
        cors = CorsPolicy(allow_origins=["https://app.example.com"])

        # A RestApi like the CDK's, whose methods all need a key, save the one that a load balancer asks.
        api = CorsRestApi(self, "Api", cors=cors, keyless=["GET /health"])

        function = Function(
            self,
            "Function",
            runtime=Runtime.PYTHON_3_13,
            handler="index.handler",
            code=Code.from_inline(HANDLER.read_text()),
        )
        departures = api.root.add_resource("departures").add_resource("{stop}")
        departures.add_method("GET", LambdaIntegration(function))
        api.root.add_resource("reports").add_method("POST", LambdaIntegration(function))
        api.root.add_resource("health").add_method("GET", LambdaIntegration(function))

        # Real responses come from what stands behind the API, and so do their CORS headers: this tells the function the
        # policy, and gives it a layer with `cors`, which its handler is decorated with.
        api.share_policy_with(function)

        # Another server answers here, and has to send CORS headers by itself.
        stops = HttpIntegration("https://timetables.example.com/stops", http_method="GET")
        api.root.add_resource("stops").add_method("GET", stops)

        # Each client has a key and a usage plan. Nobody knows a key's value but API Gateway: an output of the stack
        # tells the command that prints it.
        api.add_client("web", rate_limit=50, burst_limit=100)
        api.add_client("partner", quota=QuotaSettings(limit=10_000, period=Period.MONTH))

        # A key in a web page is no secret, and cors-constructs warns of methods that nothing else guards.
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication", "Bus times are public; the keys meter who asks for them."
        )


def main() -> None:
    app = App()
    QuickstartStack(app, "Quickstart")
    app.synth()


if __name__ == "__main__":
    main()
