"""Every test here builds small apps with the real CDK, in this one process: `synthesis` has the helpers."""

import os

# The CDK's own validation of templates takes seconds for each, and is tested on the examples. It is read when the
# CDK's process starts, so it is set before anything imports `aws_cdk`.
os.environ["CDK_VALIDATION"] = "false"
