"""CDK constructs for API Gateway REST APIs that browsers can call."""
