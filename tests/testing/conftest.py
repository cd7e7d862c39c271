"""Small apps are synthesized here, without the CDK's own validation, which takes seconds for each."""

import os

# Read when the CDK's process starts, so it is set before anything imports `aws_cdk`.
os.environ["CDK_VALIDATION"] = "false"
