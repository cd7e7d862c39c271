"""Lambda functions, and which of them an integration calls.

An integration's address has a function's ARN in it, or that of a version or an alias:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.model import Function
from cors_constructs.simulate.template.assets import asset_of, folder_of
from cors_constructs.simulate.template.items import is_loop, is_there, source_of
from cors_constructs.simulate.template.known_in_part import as_text
from cors_constructs.simulate.template.scope import Reference, Scope
from cors_constructs.simulate.values import Text, Unresolved

_FUNCTION: Final = "AWS::Lambda::Function"
_OF_A_FUNCTION: Final = frozenset({"AWS::Lambda::Alias", "AWS::Lambda::Version"})
_LAYER: Final = "AWS::Lambda::LayerVersion"
_INVOKED: Final = ":lambda:path/"
# In an ARN, with the name of a version or an alias after it or not.
_NAME: Final = re.compile(r":function:([\w${}.-]+)")

_Resources: TypeAlias = Mapping[Scope, Mapping[str, Any]]


class Functions:
    """The Lambda functions of templates.

    Attributes:
        all: Each of them, but those whose condition does not hold.
    """

    def __init__(self, resources: _Resources) -> None:
        self._resources = resources
        self._by_key = {
            (scope, logical_id): _function(scope, logical_id, resource, resources)
            for scope, of_stack in resources.items()
            for logical_id, resource in of_stack.items()
            if _type_of(resource) == _FUNCTION and is_there(scope, logical_id)
        }
        self.all = tuple(self._by_key.values())

    def at(self, address: Text | None) -> Function | None:
        """The function that an integration's address names; None where none of these is."""
        if address is None or _INVOKED not in str(address):
            return None
        pieces = address.parts or (address,) if isinstance(address, Unresolved) else ()
        referred = (self._behind(piece) for piece in pieces if isinstance(piece, Reference))
        found = next((function for function in referred if function is not None), None)
        return self._called(_name_in(str(address))) if found is None else found

    def _behind(self, reference: Reference) -> Function | None:
        """The function that a reference is to: by itself, by a version, by an alias."""
        value: Any = reference
        passed: set[tuple[Scope, str]] = set()
        while isinstance(value, Reference):
            key = (value.scope, value.logical_id)
            if key in self._by_key:
                return self._by_key[key]
            resource = self._resources.get(value.scope, {}).get(value.logical_id)
            if key in passed or _type_of(resource) not in _OF_A_FUNCTION:
                return None
            passed.add(key)
            value = _properties(resource).get("FunctionName")
        return None if value is None else self._called(_name_in(str(value)))

    def _called(self, name: str) -> Function | None:
        named = [function for function in self.all if function.name is not None and str(function.name) == name]
        return named[0] if len(named) == 1 else None


def _name_in(text: str) -> str:
    """The name in an ARN, or what is a name by itself."""
    named = _NAME.search(text)
    return named[1] if named else text


def _function(scope: Scope, logical_id: str, resource: Mapping[str, Any], resources: _Resources) -> Function:
    properties = _properties(resource)
    code = properties.get("Code")
    code = code if isinstance(code, Mapping) else {}
    key = _text_of(code.get("S3Key"))
    return Function(
        source_of(scope, logical_id),
        name=as_text(properties.get("FunctionName")),
        runtime=as_text(properties.get("Runtime")),
        handler=as_text(properties.get("Handler")),
        variables=_variables(properties.get("Environment", {})),
        layers=_layers(properties.get("Layers", [])),
        code=as_text(code.get("ZipFile")),
        folder=folder_of(scope, resource, "Code", key),
        archive=asset_of(scope, resource, "Code", key),
        layer_files=tuple(_layer_file(layer, resources) for layer in _layers(properties.get("Layers", [])) or ()),
        timeout=_whole(properties.get("Timeout")),
        memory=_whole(properties.get("MemorySize")),
    )


def _layer_file(layer: Text, resources: _Resources) -> Path | None:
    """The folder or the zip file of a layer that one of these templates makes."""
    if not isinstance(layer, Reference):
        return None
    resource = resources.get(layer.scope, {}).get(layer.logical_id)
    if resource is None or _type_of(resource) != _LAYER:
        return None
    content = _properties(resource).get("Content")
    key = _text_of(content.get("S3Key")) if isinstance(content, Mapping) else None
    return folder_of(layer.scope, resource, "Content", key) or asset_of(layer.scope, resource, "Content", key)


def _whole(value: Any) -> int | Unresolved | None:
    """A number, which may be written as a string; None for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int | Unresolved) and not isinstance(value, bool) else None


def _text_of(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _variables(environment: Any) -> dict[str, Text] | None:
    given = environment.get("Variables", {}) if isinstance(environment, Mapping) else None
    if not isinstance(given, Mapping) or any(map(is_loop, given)):
        return None
    return dict(_texts(given))


def _texts(given: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    for name, value in given.items():
        text = as_text(value)
        if text is not None:
            yield name, text


def _layers(given: Any) -> tuple[Text, ...] | None:
    return tuple(layer for layer in given if isinstance(layer, str | Unresolved)) if isinstance(given, list) else None


def _type_of(resource: Any) -> Any:
    return resource.get("Type") if isinstance(resource, Mapping) else None


def _properties(resource: Any) -> Mapping[str, Any]:
    properties = resource.get("Properties") if isinstance(resource, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}
