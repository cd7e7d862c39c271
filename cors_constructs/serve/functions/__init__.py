"""Lambda functions of a synthesized app, run on this machine from their own files, each in processes of its own."""

from cors_constructs.serve.functions.pool import Pool, pool

__all__ = ["Pool", "pool"]
