"""An API that an OpenAPI document describes, api.yaml, and a route of a Lambda function beside it.

    npx aws-cdk synth --app ".venv/bin/python -m examples.openapi.app"

The document is written by the backend's team and says nothing of CORS. Its operations get keys where they lack them,
its paths get preflights, and the errors of the gateway get headers; all else is imported as it stands there.
"""

from pathlib import Path
from typing import Any

from aws_cdk import Annotations, App, Stack
from aws_cdk.aws_lambda import Code, Function, Runtime
from constructs import Construct

from cors_constructs import CorsPolicy, CorsSpecRestApi

HERE = Path(__file__).parent


class OpenApiStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        cors = CorsPolicy(allow_origins=["https://parcels.example.com"])

        # A SpecRestApi like the CDK's. The operation that needs no key is named here too: what the document says of
        # keys is for its readers.
        api = CorsSpecRestApi(self, "Api", cors=cors, document=HERE / "api.yaml", keyless=["GET /status"])

        # What is not in the document: its operations come after those that are.
        function = Function(
            self,
            "Complaints",
            runtime=Runtime.PYTHON_3_13,
            handler="index.handler",
            code=Code.from_inline((HERE / "handler.py").read_text()),
        )
        api.add_routes(path="/parcels/{parcel}/complaints", methods=["GET", "POST"], integration=function)
        # Its real responses have the headers that the policy says, by @cors on its handler.
        api.share_policy_with(function)

        api.add_client("web", rate_limit=50, burst_limit=100)
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication", "Who knows a parcel's number may know where it is."
        )


def main() -> None:
    app = App()
    OpenApiStack(app, "OpenApi")
    app.synth()


if __name__ == "__main__":
    main()
