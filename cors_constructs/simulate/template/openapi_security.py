"""Who may call a method, as an OpenAPI document says it: keys, authorizers, signatures.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.simulate.model import Authorizer
from cors_constructs.simulate.template.methods import upper
from cors_constructs.simulate.template.openapi_document import Node
from cors_constructs.simulate.template.shapes import scalar, text
from cors_constructs.simulate.values import Text

_KEY_HEADER: Final = "x-api-key"
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
_AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
_COGNITO: Final = "COGNITO_USER_POOLS"


@attrs.frozen
class Guard:
    """What a method asks of its callers.

    Attributes:
        api_key_required: Whether it asks for a key.
        authorization: `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
        authorizer: The authorizer, where the document has it.
    """

    api_key_required: bool = False
    authorization: Text = "NONE"
    authorizer: Authorizer | None = None


def read_schemes(document: Node) -> dict[str, Guard]:
    """What each security scheme of a document stands for."""
    schemes = [document.mapping("securityDefinitions"), document.mapping("components").mapping("securitySchemes")]
    return {name: _guard(name, scheme) for section in schemes for name, scheme in section.values()}


def guard_of(operation: Node, schemes: Mapping[str, Guard]) -> Guard:
    """What an operation asks for. The document's own `security`, for all operations, is one that API Gateway ignores.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    named = [
        schemes[name] for requirement in operation.mappings("security") for name in requirement.value if name in schemes
    ]
    authorizing = next((guard for guard in named if guard.authorization != "NONE"), Guard())
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
    authorization = operation.mapping("x-amazon-apigateway-auth").get("type", text, authorizing.authorization)
    key_required = any(guard.api_key_required for guard in named)
    return Guard(key_required, upper(authorization), authorizing.authorizer)


def _guard(name: str, scheme: Node) -> Guard:
    auth_type = scheme.get(_AUTH_TYPE, text)
    if _AUTHORIZER in scheme:
        authorizer = _authorizer(name, scheme)
        return Guard(authorization=_COGNITO if authorizer.type == _COGNITO else "CUSTOM", authorizer=authorizer)
    if isinstance(auth_type, str):
        if auth_type.lower() == "awssigv4":
            return Guard(authorization="AWS_IAM")
        return Guard(authorization=_COGNITO if auth_type.upper() == _COGNITO else "CUSTOM")
    header = scheme.get("name", scalar, "")
    is_key = scheme.value.get("type") == "apiKey" and isinstance(header, str) and header.lower() == _KEY_HEADER
    return Guard(api_key_required=is_key)


def _authorizer(name: str, scheme: Node) -> Authorizer:
    given = scheme.mapping(_AUTHORIZER)
    type_ = given.get("type", text)
    if type_ is None:
        raise given.place.error("it has no type", "write token, request or cognito_user_pools")
    identity_source = given.get("identitySource", text)
    header = scheme.get("name", text)
    if identity_source is None and isinstance(header, str) and header not in {"", "Unused"}:
        identity_source = f"method.request.header.{header}"
    return Authorizer(
        scheme.source,
        name,
        upper(type_),
        identity_source,
        given.get("identityValidationExpression", text),
        given.get("authorizerUri", text),
    )
