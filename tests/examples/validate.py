"""Synthesizes every example with the CDK's own validation and cdk-nag's AwsSolutions pack, in a process of its own.

Both write what they find into `validation-report.json`, in the folder of the templates. Beside the examples stands a
stack with mistakes, so that silence about the examples says something.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from aws_cdk import App, CfnResource, Stack, Validations
from aws_cdk import aws_apigateway as apigateway
from cdk_nag import AwsSolutionsChecks

from .apps import CDK_JSON, EXAMPLES, ROOT

MISTAKES = "Mistakes"


def validated(folder: Path) -> Path:
    """Fill a folder with the templates and the report."""
    subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", __spec__.name, str(folder)],
        cwd=ROOT,
        env={**os.environ, "CDK_VALIDATION": "true"},
        check=True,
        capture_output=True,
    )
    return folder


def main(folder: str) -> None:
    # With paths in the templates, as the CDK's command line has them.
    app = App(outdir=folder, context={**CDK_JSON["context"], "aws:cdk:enable-path-metadata": True})
    for example in EXAMPLES.values():
        example.build(app)
    mistakes(Stack(app, MISTAKES))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with contextlib.suppress(RuntimeError):  # "Validation failed": its report is what we are after
        app.synth()


def mistakes(stack: Stack) -> None:
    """What the two have to find: a property that there is not, and a preflight that cdk-nag takes for an open door."""
    CfnResource(stack, "Queue", type="AWS::SQS::Queue", properties={"Colour": "blue"})
    api = apigateway.RestApi(
        stack,
        "Api",
        default_cors_preflight_options=apigateway.CorsOptions(allow_origins=["*"], status_code=200),
    )
    api.root.add_method("GET")


if __name__ == "__main__":
    main(sys.argv[1])
