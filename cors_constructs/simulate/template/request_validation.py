"""What requests are validated by, where that is resources of their own: request validators and models.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-requestvalidator.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from cors_constructs.simulate.model import RequestModel
from cors_constructs.simulate.template.drafts import Draft
from cors_constructs.simulate.template.items import Item, Key, target
from cors_constructs.simulate.template.places import shown
from cors_constructs.simulate.template.schemas import (
    Address,
    BrokenSchemaError,
    UnknownSchemaError,
    check_known,
    marked,
    model_named,
    pointed_at,
    read_request_model,
)
from cors_constructs.simulate.values import Flag, Unresolved

Validates: TypeAlias = Mapping[str, Flag]
"""As `Method.validates`."""

_VALIDATED: Final = {"ValidateRequestBody": "body", "ValidateRequestParameters": "params"}
_TYPE: Final = "AWS::ApiGateway::RequestValidator"

# Every API has these two: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_apigateway.Model.html
_BUILT_IN: Final[Mapping[str, Any]] = {
    "Empty": {"type": "object"},
    "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
}


class RequestValidation:
    """The request validators and models of all templates."""

    def __init__(self, validators: Iterable[tuple[Draft, Item]], models: Iterable[tuple[Draft, Item]]) -> None:
        """Takes those resources, each with its API."""
        self._validators = {item.key: _flags(item) for _, item in validators}
        self._titles: dict[Key, str] = {}
        self._models: dict[Draft, dict[str, Item]] = {}
        for draft, item in models:
            title = self._titles[item.key] = str(item.properties.get("Name", item.logical_id))
            self._models.setdefault(draft, {})[title] = item

    def validates(self, item: Item) -> Validates:
        """What the validator of a method looks at."""
        given = item.properties.get("RequestValidatorId")
        if not given:
            return {}
        key = target(given)
        if key in self._validators:
            return self._validators[key]
        if key is not None and _is_validator(key):
            return {}  # its condition does not hold
        unknown = given if isinstance(given, Unresolved) else Unresolved(given)
        return {"body": unknown, "params": unknown}

    def request_models(self, draft: Draft, item: Item) -> dict[str, RequestModel]:
        """The models of a method by content type."""
        given = item.properties.get("RequestModels")
        if isinstance(given, Unresolved):
            return {"$default": RequestModel(item.source, str(given), given)}
        models = _Models(draft, self._models.get(draft, {}), self._titles)
        return {type_: models.read(name, item) for type_, name in item.mapping("RequestModels").items()}


@attrs.frozen
class _Models:
    """The models of an API.

    Attributes:
        draft: The API.
        items: Its models' resources by name.
        titles: The names of all models.
    """

    draft: Draft
    items: Mapping[str, Item]
    titles: Mapping[Key, str]

    def read(self, given: Any, method: Item) -> RequestModel:
        """The model of a name, for a method."""
        name = self._title(given) or str(given)
        source = self.items[name].source if name in self.items else method.source

        def start() -> tuple[Address, Any]:
            if isinstance(given, Unresolved) and name not in self.items:
                raise UnknownSchemaError(given)
            return (name, ""), self._schema(name)

        return read_request_model(source, name, start, self._find)

    def _find(self, reference: Any, base: Address) -> tuple[Address, Any]:
        text = reference if isinstance(reference, str) else reference.filled(self._stand_in)
        path, _, pointer = text.partition("#")
        name = model_named(path) if path else base[0]
        check_known(path if name is None else name + pointer)
        if name is None:
            raise BrokenSchemaError(f"its $ref {shown(text)} is the address of no model, and nothing else is looked up")
        return (name, pointer), pointed_at(self._schema(name), pointer, text)

    def _schema(self, name: str) -> Any:
        if name not in self.items:
            if name in _BUILT_IN:
                return _BUILT_IN[name]
            if self.draft.specified or self.draft.item is None:  # its document may have made it, or another template
                raise UnknownSchemaError(Unresolved(name))
            raise BrokenSchemaError(f"there is no model {shown(name)}")
        schema = self.items[name].properties.get("Schema")
        if schema is None:
            raise BrokenSchemaError("it has no Schema")
        if isinstance(schema, dict):
            return schema
        try:
            return json.loads(schema.filled(self._stand_in) if isinstance(schema, Unresolved) else schema)
        except (ValueError, RecursionError):
            if isinstance(schema, Unresolved):
                raise UnknownSchemaError(schema) from None
            raise BrokenSchemaError("its Schema is no JSON") from None

    def _stand_in(self, part: Unresolved) -> str:
        """`Ref` of a model gives its name."""
        return self._title(part) or marked(part)

    def _title(self, given: Any) -> str | None:
        key = target(given)
        return None if key is None else self.titles.get(key)


def _flags(item: Item) -> Validates:
    flags = {what: item.properties.get(name, False) for name, what in _VALIDATED.items()}
    return {what: flag for what, flag in flags.items() if flag is not False}


def _is_validator(key: Key) -> bool:
    scope, logical_id = key
    resource = scope.section("Resources").get(logical_id)
    return isinstance(resource, dict) and resource.get("Type") == _TYPE
