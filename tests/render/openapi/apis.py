"""Documents to patch, in the three dialects, and what to patch them with."""

from typing import Any, Final

from cors_constructs.policy import CorsPolicy

APP: Final = "https://app.shop.example"
ADMIN: Final = "https://admin.shop.example"
STRANGER: Final = "https://evil.example"

ONE = CorsPolicy(allow_origins=[APP])
SEVERAL = CorsPolicy(allow_origins=[APP, ADMIN], allow_credentials=True)
ANYONE = CorsPolicy(allow_origins=["*"], expose_headers=[])

DIALECTS: Final = ("3.0", "3.1", "2.0")
INTEGRATION: Final = "x-amazon-apigateway-integration"
ANY: Final = "x-amazon-apigateway-any-method"
RESPONSES: Final = "x-amazon-apigateway-gateway-responses"
MARK: Final = "x-cors-constructs"

KEY: Final = {"type": "apiKey", "name": "x-api-key", "in": "header"}
COGNITO: Final = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:aws:cognito-idp:r:1:p/1"]},
}
# It looks like a key, and is what an authorizer reads.
AUTHORIZER: Final = {
    **KEY,
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "request", "authorizerUri": "arn", "identitySource": "a"},
}


def operation(**more: Any) -> dict[str, Any]:
    """An operation that answers 200 by itself."""
    return {
        "responses": {"200": {"description": "fine"}},
        INTEGRATION: {
            "type": "mock",
            "contentHandling": "CONVERT_TO_TEXT",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": {"statusCode": "200"}},
        },
        **more,
    }


def proxied(**more: Any) -> dict[str, Any]:
    """An operation whose answers come from elsewhere, as they are."""
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://backend.example"}
    return {**operation(**more), INTEGRATION: integration}


def api(paths: Any, *, dialect: str = "3.0", schemes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A document of a dialect."""
    version = {"swagger": "2.0"} if dialect == "2.0" else {"openapi": f"{dialect}.1"}
    document = {**version, "info": {"title": "Shop", "version": "1"}, "paths": paths, **more}
    if schemes is None:
        return document
    if dialect == "2.0":
        return {**document, "securityDefinitions": schemes}
    return {**document, "components": {**more.get("components", {}), "securitySchemes": schemes}}


def schemes_of(document: dict[str, Any]) -> dict[str, Any]:
    """Its security schemes."""
    found: dict[str, Any] = document.get("securityDefinitions", document.get("components", {}).get("securitySchemes"))
    return found
