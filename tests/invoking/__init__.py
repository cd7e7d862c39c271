"""Functions of a synthesized app, run as Lambda runs them: from their code, layers and variables in `cdk.out` alone."""

from .backend import Functions

__all__ = ["Functions"]
