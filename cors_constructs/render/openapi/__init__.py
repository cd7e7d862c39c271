"""The same things inside an OpenAPI document: keys, preflights, errors; for API Gateway to import."""

from cors_constructs.render.openapi.documents import load_document
from cors_constructs.render.openapi.patch import Patched, patch_openapi, patched
from cors_constructs.render.openapi.problems import OpenApiError

__all__ = ["OpenApiError", "Patched", "load_document", "patch_openapi", "patched"]
