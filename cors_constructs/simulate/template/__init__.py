"""Reads CloudFormation, SAM and OpenAPI, in JSON and YAML, in files and in cloud assemblies, into the model."""

from cors_constructs.simulate.template.documents import Content
from cors_constructs.simulate.template.parameters import UnknownParametersError
from cors_constructs.simulate.template.reader import read_template

__all__ = ["Content", "UnknownParametersError", "read_template"]
