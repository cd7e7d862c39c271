"""The operations of a document as it is imported: which ask for a key, and which for more than that."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import attrs

from cors_constructs.cdk.spec.routes import KEYS
from cors_constructs.render.openapi.dialects import schemes_in
from cors_constructs.render.openapi.marks import is_ours
from cors_constructs.render.openapi.operations import INTEGRATION
from cors_constructs.render.openapi.pointers import NOWHERE, follow

_VERBS: Final = {key: verb for verb, key in KEYS.items()}
_KEY_HEADER: Final = "x-api-key"
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
_AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
_AUTH: Final = "x-amazon-apigateway-auth"
_IAM: Final = "awssigv4"
_LAMBDA: Final = ("token", "request")


@attrs.frozen
class Operation:
    """One operation.

    Attributes:
        name: `GET /users`.
        path: Its path.
        keyed: Whether it asks for an API key.
        authorization: What guards it otherwise, as CloudFormation calls it: `NONE`, `AWS_IAM`, `CUSTOM` (a Lambda
            authorizer) or `COGNITO_USER_POOLS`.
    """

    name: str
    path: str
    keyed: bool
    authorization: str

    @property
    def guarded(self) -> bool:
        """Whether an authorizer or IAM guards it."""
        return self.authorization != "NONE"


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation but OPTIONS."""
    schemes = schemes_in(document)
    for path, item in _items(document):
        for key, operation in item.items():
            if key in _VERBS:
                asked = _asked(document, _mapping(operation), schemes)
                keyed = any(_kind(scheme) == "KEY" for scheme in asked)
                yield Operation(f"{_VERBS[key]} {path}", path, keyed, _guard(_mapping(operation), asked))


def calls_in(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What each operation calls that calls a Lambda function by a proxy integration: its name, and the uri."""
    for path, item in _items(document):
        for key, operation in item.items():
            integration = _mapping(_followed(document, _mapping(operation).get(INTEGRATION))) if key in _VERBS else {}
            if str(integration.get("type", "")).lower() == "aws_proxy":
                yield f"{_VERBS[key]} {path}", integration.get("uri")


def preflights_of(document: Mapping[str, Any]) -> list[str]:
    """The paths whose preflights were made here."""
    return [path for path, item in _items(document) if is_ours(item.get("options"))]


def _items(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The paths, as API Gateway has them: a document may write a slash at the end of one."""
    for path, item in _mapping(document.get("paths")).items():
        if path.startswith("/"):
            yield path.rstrip("/") or "/", _mapping(_followed(document, item))


def _asked(
    document: Mapping[str, Any], operation: Mapping[str, Any], schemes: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The security schemes that an operation names."""
    return [
        _mapping(_followed(document, schemes.get(scheme)))
        for requirement in _listed(operation.get("security"))
        for scheme in _mapping(requirement)
    ]


def _guard(operation: Mapping[str, Any], asked: Sequence[Mapping[str, Any]]) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html."""
    said = str(_mapping(operation.get(_AUTH)).get("type", "")).upper()
    return said or next((found for scheme in asked if (found := _authorization(scheme))), "NONE")


def _kind(scheme: Mapping[str, Any]) -> str:
    if _AUTHORIZER in scheme or _AUTH_TYPE in scheme:
        return "AUTHORIZER"
    is_key = scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == _KEY_HEADER
    return "KEY" if is_key else "OTHER"


def _authorization(scheme: Mapping[str, Any]) -> str | None:
    """What a security scheme has API Gateway ask for; None for what it knows nothing of.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
    """
    if _kind(scheme) != "AUTHORIZER":
        return None
    if str(scheme.get(_AUTH_TYPE, "")).lower() == _IAM:
        return "AWS_IAM"
    kind = str(_mapping(scheme.get(_AUTHORIZER)).get("type", scheme.get(_AUTH_TYPE, ""))).lower()
    return "CUSTOM" if kind in _LAMBDA or kind == "custom" else "COGNITO_USER_POOLS"


def _followed(document: Mapping[str, Any], value: Any) -> Any:
    """What a `$ref` within the document refers to."""
    found = follow(cast("dict[str, Any]", document), value)
    return None if found is NOWHERE else found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
