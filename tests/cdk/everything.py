"""One app with something of everything: run as a program, it prints its template as it was written."""

import sys
import tempfile
from pathlib import Path

from aws_cdk import App, CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, ErrorResponses


def build(stack: Stack) -> None:
    """Fill a stack."""
    origins = CfnParameter(stack, "Origins", type="CommaDelimitedList").value_as_list
    api = CorsRestApi(
        stack,
        "Api",
        cors=CorsPolicy(
            allow_origins={*origins, "https://app.example.com", "https://*.example.org", "http://localhost:*"},
            allow_headers={"content-type", "x-one", "x-two", "x-three"},
            expose_headers={"x-four", "x-five"},
            allow_credentials=True,
        ),
        keyless={"GET /health", "GET /bare", "ANY /{proxy+}"},
        error_responses=ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN,
        default_integration=apigateway.MockIntegration(),
    )
    api.add_client("web", rate_limit=50)
    api.root.resource_for_path("health").add_method("GET")
    users = api.root.add_resource("users")
    for verb in ("PUT", "GET", "POST"):
        users.add_method(verb)
    users.add_resource("{id}").add_method("OPTIONS", api_key_required=False)
    api.root.add_proxy()
    apigateway.Resource(stack, "Outside", parent=users, path_part="outside").add_method("DELETE")
    bare = apigateway.CfnResource(
        stack, "Bare", rest_api_id=api.rest_api_id, parent_id=api.rest_api_root_resource_id, path_part="bare"
    )
    for verb in ("GET", "POST"):
        apigateway.CfnMethod(stack, f"Bare{verb}", http_method=verb, resource_id=bare.ref, rest_api_id=api.rest_api_id)
    api.add_gateway_response("Denied", type=apigateway.ResponseType.ACCESS_DENIED, status_code="404")
    apigateway.CfnGatewayResponse(stack, "Slow", response_type="THROTTLED", rest_api_id=api.rest_api_id)
    api.add_client("mobile", plan=api.clients["web"])


def template() -> str:
    """The template's text."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(outdir=directory)
        build(Stack(app, "Stack"))
        app.synth()
        return Path(directory, "Stack.template.json").read_text()


if __name__ == "__main__":
    sys.stdout.write(template())
