"""Where it goes: the one room that knows the CDK."""
