"""Who may call an operation: keys, which are asked for at each, and the authorizers that preflights cannot pass.

API Gateway ignores `security` at a document's root
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), so what it says is
written out at the operations, which is what it means.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from cors_constructs.render.keyless import Keyless
from cors_constructs.render.openapi.copying import plain_copy
from cors_constructs.render.openapi.deployment import known_when
from cors_constructs.render.openapi.operations import Operation, PathItem
from cors_constructs.render.openapi.problems import Parts
from cors_constructs.render.openapi.reader import Reader

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
_KEY_SCHEME: Final[Mapping[str, str]] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
_KEY_NAME: Final = "api_key"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
_AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
_AUTH: Final = "x-amazon-apigateway-auth"


@attrs.frozen
class Schemes:
    """The security schemes of a document.

    Attributes:
        keys: Those that are API keys; where there is none, the name of the one to add.
        has_key: Whether there is one.
        authorizers: Those that are authorizers, or IAM's signatures.
    """

    keys: tuple[str, ...]
    has_key: bool
    authorizers: frozenset[str]


def read_schemes(reader: Reader) -> Schemes:
    """Read the security schemes. One that only deployment knows is taken for neither a key nor an authorizer."""
    section: dict[str, Any] | None = reader.document
    for depth, name in enumerate(reader.dialect.schemes, start=1):
        section = reader.section(section.get(name), reader.dialect.schemes[:depth]) if section is not None else None
    schemes = {name: reader.followed(scheme) for name, scheme in (section or {}).items()}
    known = {name: scheme for name, scheme in schemes.items() if isinstance(scheme, dict)}
    guards = frozenset(name for name, scheme in known.items() if _AUTHORIZER in scheme or _AUTH_TYPE in scheme)
    keys = tuple(name for name, scheme in known.items() if name not in guards and _is_key(scheme))
    return Schemes(keys or (_new_name(schemes),), bool(keys), guards)


def require_keys(reader: Reader, items: Iterable[PathItem], schemes: Schemes, keyless: Keyless) -> None:
    """Ask each operation but OPTIONS for a key, save those named keyless."""
    operations = [operation for item in items for operation in item.operations if operation.verb != "OPTIONS"]
    asked = False
    for operation in operations:
        verb, _, path = operation.name.partition(" ")
        if keyless.needs_key(verb, path):
            _ask(reader, operation, schemes)
            asked = True
        else:
            _ask_no_more(reader, operation, schemes)
    reader.problems.extend(keyless.missing(sorted(operation.name for operation in operations)))
    if asked and not schemes.has_key and not reader.problems:
        section = reader.document
        for name in reader.dialect.schemes:
            section[name] = {} if section.get(name) is None else section[name]
            section = section[name]
        section[schemes.keys[0]] = dict(_KEY_SCHEME)


def check_open(reader: Reader, preflight: Operation, schemes: Schemes) -> None:
    """Note an OPTIONS of the author's that shuts browsers out."""
    said = preflight.value.get("security")
    security = _alternatives(reader, [] if said is None else said, (*preflight.parts, "security"))
    named = dict.fromkeys(name for alternative in security or [] for name in alternative)
    keys = [name for name in named if name in schemes.keys]
    guards = [name for name in named if name in schemes.authorizers]
    auth = preflight.value.get(_AUTH)
    kind = auth.get("type") if isinstance(auth, dict) else None
    if isinstance(kind, str) and known_when(kind) is None:
        guards = [] if kind.upper() == "NONE" else [f"{_AUTH} {kind}"]
    asked = [*([f"a key ({', '.join(keys)})"] if keys else []), *guards]
    if not asked:
        return
    fix = f"security: []{f' and no {_AUTH}' if auth is not None and guards else ''}"
    reader.report(
        preflight.parts,
        f"asks for {' and '.join(asked)}. A preflight brings no credentials, so no page could call this path. "
        f"Write {fix} there, or leave the operation out: one is made",
    )


def _is_key(scheme: Mapping[str, Any]) -> bool:
    name = scheme.get("name")
    is_header = scheme.get("in") == _KEY_SCHEME["in"] and isinstance(name, str) and name.lower() == _KEY_SCHEME["name"]
    return scheme.get("type") == _KEY_SCHEME["type"] and is_header


def _new_name(taken: Collection[str]) -> str:
    name, number = _KEY_NAME, 1
    while name in taken:
        number += 1
        name = f"{_KEY_NAME}_{number}"
    return name


def _ask(reader: Reader, operation: Operation, schemes: Schemes) -> None:
    security = _meant(reader, operation)
    if security is None:
        return
    keys = set(schemes.keys)
    asking = [given if keys & given.keys() else {**given, schemes.keys[0]: []} for given in security or [{}]]
    if asking != operation.value.get("security"):
        operation.value["security"] = _once(asking)


def _ask_no_more(reader: Reader, operation: Operation, schemes: Schemes) -> None:
    security = _meant(reader, operation)
    if security is None:
        return
    left = [{name: scopes for name, scopes in given.items() if name not in schemes.keys} for given in security]
    # A key by itself was one way in; the others stay, with what they ask for.
    left = [now for now, before in zip(left, security, strict=True) if now or not before]
    # Without a word about it at the operation, readers would take the root's.
    if left != operation.value.get("security", [] if not security else None):
        operation.value["security"] = _once(left)


def _meant(reader: Reader, operation: Operation) -> list[dict[str, Any]] | None:
    """What an operation asks for by the document: its own security, or else the root's.

    `security:` with nothing after it, null in YAML, asks for nothing; unless the root asks for something, which it may
    or may not take back.
    """
    roots = reader.document.get("security")
    own = operation.value.get("security")
    if own is not None or ("security" in operation.value and roots):
        return _alternatives(reader, own, (*operation.parts, "security"))
    alternatives = _alternatives(reader, [] if roots is None else roots, ("security",))
    return None if alternatives is None else [plain_copy(alternative) for alternative in alternatives]


def _alternatives(reader: Reader, security: Any, parts: Parts) -> list[dict[str, Any]] | None:
    given = reader.items(security, parts)
    if given is None:
        return None
    read = [reader.mapping(alternative, (*parts, index)) for index, alternative in enumerate(given)]
    known = [alternative for alternative in read if alternative is not None]
    return known if len(known) == len(given) else None


def _once(alternatives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alternatives that have become the same are one."""
    return [given for index, given in enumerate(alternatives) if given not in alternatives[:index]]
