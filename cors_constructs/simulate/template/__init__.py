"""Reads CloudFormation, SAM and OpenAPI, in JSON and YAML, in files and in cloud assemblies, into the model."""

from cors_constructs.simulate.template.reader import read_template

__all__ = ["read_template"]
