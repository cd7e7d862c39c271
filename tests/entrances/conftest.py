"""Every API here is built in this one process."""

import os

# Read when the CDK's process starts, so it is set before anything imports `aws_cdk`; see tests/cdk/conftest.py.
os.environ["CDK_VALIDATION"] = "false"
