"""Schemas of request bodies on their own: with all that they refer to, and without what says nothing of a body.

API Gateway validates by JSON Schema draft 4: https://json-schema.org/draft-04/draft-fge-json-schema-validation-00. What
stands there in other words (`nullable`, `readOnly`, `discriminator`, ...) it takes and does not obey
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), and so it is left out.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from cors_constructs.simulate.model import RequestModel, Source
from cors_constructs.simulate.template.places import shown
from cors_constructs.simulate.values import Unresolved

Address: TypeAlias = tuple[str, str]
"""Where a schema is: the name of what holds it, and the JSON pointer within that."""

Find: TypeAlias = Callable[[Any, Address], tuple[Address, Any]]
"""Takes a `$ref` and the address of the schema that has it; gives what it leads to, and the address of that."""

_MARK: Final = "\ue0f2"
_MARKED: Final = re.compile(f"{_MARK}([^{_MARK}]*){_MARK}")

# The address of a model: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
_MODEL: Final = re.compile(r"https?://apigateway\.[^/]+/restapis/[^/]+/models/([^/]+)")

_OF_NAMES: Final = frozenset({"dependencies", "patternProperties", "properties"})
_OF_ONE_OR_SEVERAL: Final = frozenset(
    {"additionalItems", "additionalProperties", "allOf", "anyOf", "items", "not", "oneOf"}
)
_OF_VALUES: Final = frozenset(
    {
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "required",
        "type",
        "uniqueItems",
    }
)


class UnknownSchemaError(Exception):
    """Only a deployment knows a part of a schema.

    Attributes:
        unknown: The part; of a string known in part, its first unknown one.
    """

    def __init__(self, unknown: Unresolved) -> None:
        super().__init__(unknown)
        self.unknown = next((part for part in unknown.parts if isinstance(part, Unresolved)), unknown)


class BrokenSchemaError(Exception):
    """A schema cannot be used. Its text is what is wrong, as a clause."""


def read_request_model(
    source: Source, name: str, start: Callable[[], tuple[Address, Any]], find: Find, without: Collection[str] = ()
) -> RequestModel:
    """A model whose schema stands by itself.

    Args:
        source: Where the model stands.
        name: Its name.
        start: Gives its schema, and the address of that; may raise as `find` does.
        find: Follows references.
        without: The keywords that API Gateway loses on the way.
    """
    try:
        return RequestModel(source, name, _bundled(start(), find, frozenset(without)))
    except UnknownSchemaError as error:
        return RequestModel(source, name, error.unknown)
    except BrokenSchemaError as error:
        return RequestModel(source, name, problem=str(error))
    except RecursionError:
        return RequestModel(source, name, problem="its schema is nested too deeply")


def marked(part: Unresolved) -> str:
    """Stands for an unknown part in a string that is searched: whoever comes upon it finds that it is unknown."""
    return f"{_MARK}{re.sub('[^A-Za-z0-9_.:-]', '', str(part))}{_MARK}"


def check_known(text: str) -> None:
    """Lets no unknown part pass.

    Raises:
        UnknownSchemaError: One is in the text.
    """
    if found := _MARKED.search(text):
        raise UnknownSchemaError(Unresolved({"Ref": found[1]}))


def model_named(reference: str) -> str | None:
    """The name in the address of a model; None where it is no such address."""
    found = _MODEL.fullmatch(reference)
    return None if found is None else found[1]


def pointed_at(root: Any, pointer: str, reference: str) -> Any:
    """What a JSON pointer leads to (RFC 6901), in the form that is part of an address.

    Raises:
        BrokenSchemaError: It leads nowhere.
        UnknownSchemaError: Only a deployment knows where it leads.
    """
    found = root
    for part in pointer.split("/")[1:]:
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, Unresolved):
            raise UnknownSchemaError(found)
        if isinstance(found, dict):
            found = found.get(name)
        else:
            found = (
                found[int(name)] if isinstance(found, list) and name.isdecimal() and int(name) < len(found) else None
            )
    if found is None or not (pointer == "" or pointer.startswith("/")):
        raise BrokenSchemaError(f"its $ref {shown(reference)} leads nowhere")
    return found


def _bundled(start: tuple[Address, Any], find: Find, without: Collection[str]) -> Mapping[str, Any]:
    names: dict[Address, str] = {start[0]: "0"}
    definitions: dict[str, Any] = {}
    waiting = [start]
    while waiting:
        address, schema = waiting.pop()

        def named(reference: Any, base: Address = address) -> str:
            found, referred = find(reference, base)
            if found not in names:
                names[found] = str(len(names))
                waiting.append((found, referred))
            return f"#/definitions/{names[found]}"

        definitions[names[address]] = _plain(schema, named, without)
    return {"$ref": "#/definitions/0", "definitions": definitions}


def _plain(schema: Any, named: Callable[[Any], str], without: Collection[str]) -> Any:
    """A schema with its references led to the definitions."""
    if not isinstance(schema, dict):
        return _known(schema)
    if isinstance(schema.get("$ref"), str | Unresolved):
        return {"$ref": named(schema["$ref"])}
    plain: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword.startswith("Fn::"):
            raise UnknownSchemaError(Unresolved({keyword: value}))
        if keyword in without:
            continue
        if keyword in _OF_VALUES:
            plain[keyword] = _known(value)
        elif keyword in _OF_NAMES and isinstance(value, dict):
            # What a property depends on may be a list of names.
            plain[keyword] = {_known(name): _part(item, named, without) for name, item in value.items()}
        elif keyword in _OF_NAMES or keyword in _OF_ONE_OR_SEVERAL:
            plain[keyword] = _part(value, named, without)
    return plain


def _part(value: Any, named: Callable[[Any], str], without: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_plain(item, named, without) for item in value]
    return _plain(value, named, without)


def _known(value: Any) -> Any:
    """A value as it is.

    Raises:
        BrokenSchemaError: JSON has no such value.
        UnknownSchemaError: Only a deployment knows it.
    """
    if isinstance(value, dict):
        made = next((name for name in value if name.startswith("Fn::")), None)
        if made is not None:
            raise UnknownSchemaError(Unresolved({made: value[made]}))
        return {_known(name): _known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    if isinstance(value, Unresolved):
        raise UnknownSchemaError(value)
    if isinstance(value, str):
        check_known(value)
    elif not isinstance(value, int | float | None):
        raise BrokenSchemaError(f"its schema has a {type(value).__name__}, which JSON has not")
    return value
