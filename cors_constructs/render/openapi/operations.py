"""The paths of a document and their operations."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from cors_constructs.policy import tokens
from cors_constructs.render.openapi.copying import plain_copy
from cors_constructs.render.openapi.marks import is_ours, is_ours_with_its_path
from cors_constructs.render.openapi.problems import Parts, shown
from cors_constructs.render.openapi.reader import Reader

INTEGRATION: Final = "x-amazon-apigateway-integration"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html: no TRACE.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-any-method.html
VERBS: Final = {name: name.upper() for name in ("get", "put", "post", "delete", "options", "head", "patch")} | {
    "x-amazon-apigateway-any-method": "ANY"
}
_AN_INTEGRATION: Final = "write one, such as {type: aws_proxy, httpMethod: POST, uri: ...}"


@attrs.frozen(eq=False)
class Operation:
    """One operation.

    Attributes:
        verb: `GET`, `ANY`, ...
        path: The path, as the document spells it.
        value: What the document says of it.
        parts: Where it stands.
    """

    verb: str
    path: str
    value: dict[str, Any]
    parts: Parts

    @property
    def name(self) -> str:
        """`GET /users`."""
        return f"{self.verb} {resource_of(self.path)}"

    @property
    def key(self) -> str:
        """What the document calls it: `get`."""
        return str(self.parts[-1])


@attrs.frozen(eq=False)
class PathItem:
    """A path, and what there is at it.

    Attributes:
        path: The path, as the document spells it.
        value: What the document says of it.
        operations: Its operations, hand-made preflights among them.
    """

    path: str
    value: dict[str, Any]
    operations: tuple[Operation, ...]

    @property
    def resource(self) -> str:
        """The path of the resource that API Gateway makes of it."""
        return resource_of(self.path)

    @property
    def preflight(self) -> Operation | None:
        """The OPTIONS that the document's author wrote."""
        return next((operation for operation in self.operations if operation.verb == "OPTIONS"), None)


def resource_of(path: str) -> str:
    """The path of a resource, which has no slash at its end."""
    return path.rstrip("/") or "/"


def read_paths(reader: Reader) -> list[PathItem]:
    """Read the paths, without the preflights that were made here before, which are removed.

    A path that is a `$ref` and has operations is written out: its keys and its preflight are its own.
    """
    if "paths" not in reader.document:
        reader.problems.append('the document has no paths: write paths: {"/users": {"get": {...}}}')
        return []
    paths = reader.section(reader.document["paths"], ("paths",))
    if paths is None:
        return []
    reader.document["paths"] = paths
    items = [item for path in list(paths) if not path.startswith("x-") for item in _path_item(reader, paths, path)]
    for item in items:
        if item.preflight is None and is_ours(item.value.get("options")):
            before = item.value.pop("options")
            if not item.value and is_ours_with_its_path(before):
                del paths[item.path]
    return [item for item in items if item.path in paths]


def _path_item(reader: Reader, paths: dict[str, Any], path: str) -> Iterator[PathItem]:
    parts = ("paths", path)
    if tokens.starts_with_token(path):
        reader.report(parts, "is a path known only at deployment: write it out")
    elif not path.startswith("/"):
        reader.report(parts, f"is no path, which begins with a slash: write {shown(f'/{path}')}")
    written = reader.section(paths[path], parts)
    if written is None:
        return
    paths[path] = written
    meant = reader.followed(written)
    value = written if meant is None else reader.mapping(meant, parts)
    if value is None:
        return
    if value is not written:
        own = {name: item for name, item in written.items() if name != "$ref"}
        value = plain_copy(value) | own
    operations = tuple(_operations(reader, path, value))
    if value is not paths[path] and operations:
        paths[path] = value
    yield PathItem(path, value, operations)


def _operations(reader: Reader, path: str, value: Mapping[str, Any]) -> Iterator[Operation]:
    for name, given in value.items():
        parts = ("paths", path, name)
        if name not in VERBS and name.lower() in VERBS:
            reader.report(parts, f"is no operation, whose names are in lower case: write {name.lower()}")
        if name not in VERBS or (name == "options" and is_ours(given)):
            continue
        operation = reader.mapping(given, parts)
        if operation is not None:
            _check_integration(reader, operation, parts)
            yield Operation(VERBS[name], path, operation, parts)


def _check_integration(reader: Reader, operation: Mapping[str, Any], parts: Parts) -> None:
    integration = operation.get(INTEGRATION)
    if integration is None:
        reader.report(
            parts,
            f"has no {INTEGRATION}, and API Gateway refuses to import it (No integration defined for method): "
            f"{_AN_INTEGRATION}",
        )
    elif isinstance(integration, dict) and "$ref" in integration:
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-integrations.html
        reader.report((*parts, INTEGRATION), "is a $ref, which only HTTP APIs read: write the integration out here")
