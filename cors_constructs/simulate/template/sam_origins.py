"""Where the user of a SAM template wrote what its parts were made of, so that findings can name that."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

_IMPLICIT: Final = "ServerlessRestApi"
_GLOBALS: Final = "Globals.Api"
_NOWHERE: Final = "Resources"  # an implicit API of events alone
_ANY: Final = "x-amazon-apigateway-any-method"


@attrs.frozen
class Origins:
    """What a SAM template says.

    Attributes:
        apis: What each API was written as, by its logical id: a place in the template.
        events: What each method was written as, by its API, path and verb: a place in the template.
        defined: The APIs whose definition stands in the template, by logical id.
        resources: The logical ids that the user wrote.
    """

    apis: Mapping[str, str]
    events: Mapping[tuple[str, str, str], str]
    defined: Mapping[str, Any]
    resources: frozenset[str]

    def of_resource(self, logical_id: str) -> str | None:
        """Where a resource was written; None where it stands as it is written, or that is not known."""
        if logical_id in self.resources and logical_id not in self.apis:
            return None
        api = max((api for api in self.apis if logical_id.startswith(api)), key=len, default=None)
        return None if api is None else self.apis[api]

    def of_definition(self, logical_id: str, parts: tuple[str | int, ...]) -> str | None:
        """Where a part of an API's definition was written.

        Args:
            logical_id: The API.
            parts: The keys that lead to the part, such as `("paths", "/users", "get")`.
        """
        match parts:
            case ["paths", str(path), str(verb), *_] if (logical_id, path, verb) in self.events:
                return self.events[logical_id, path, verb]
        api = self.apis.get(logical_id)
        if api is None:
            return None
        if _holds(self.defined.get(logical_id), parts):
            return ".".join(map(str, (api, "Properties.DefinitionBody", *parts)))
        property_ = _property(parts)
        properties = api if api == _GLOBALS else f"{api}.Properties"
        return f"{properties}.{property_}" if property_ and api != _NOWHERE else api


def origins_of(template: Mapping[str, Any]) -> Origins:
    """What a SAM template says, before it is transformed."""
    resources = template.get("Resources")
    resources = resources if isinstance(resources, dict) else {}
    apis = {
        name: f"Resources.{name}" for name, resource in resources.items() if _type(resource) == "AWS::Serverless::Api"
    }
    apis.setdefault(_IMPLICIT, _GLOBALS if _has_api_globals(template) else _NOWHERE)
    defined = {name: _properties(resources[name]).get("DefinitionBody") for name in apis if name in resources}
    return Origins(apis, dict(_events(resources)), defined, frozenset(resources))


def _property(parts: tuple[str | int, ...]) -> str:
    """The property of `AWS::Serverless::Api` that SAM makes a part of a definition of."""
    match parts:
        case ["paths", _, "options", *_]:
            return "Cors"
        case ["x-amazon-apigateway-gateway-responses", type_, *_]:
            return f"GatewayResponses.{type_}"
        case ["securityDefinitions", name, *_] | ["components", "securitySchemes", name, *_]:
            return f"Auth.Authorizers.{name}"
    return ""


def _events(resources: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    for logical_id, resource in resources.items():
        events = _properties(resource).get("Events")
        for name, event in events.items() if isinstance(events, dict) else ():
            match event:
                case {"Type": "Api", "Properties": {"Path": str(path), "Method": str(verb)} as properties}:
                    verb = _ANY if verb.lower() == "any" else verb.lower()
                    place = f"Resources.{logical_id}.Properties.Events.{name}"
                    yield (_api(properties.get("RestApiId")), path, verb), place


def _api(rest_api_id: Any) -> str:
    match rest_api_id:
        case {"Ref": str(name)} | str(name):
            return name
    return _IMPLICIT


def _holds(definition: Any, parts: tuple[str | int, ...]) -> bool:
    for part in parts:
        if not isinstance(definition, dict) or part not in definition:
            return False
        definition = definition[part]
    return True


def _has_api_globals(template: Mapping[str, Any]) -> bool:
    match template.get("Globals"):
        case {"Api": dict()}:
            return True
    return False


def _type(resource: Any) -> Any:
    return resource.get("Type") if isinstance(resource, dict) else None


def _properties(resource: Any) -> dict[str, Any]:
    match resource:
        case {"Properties": dict(properties)}:
            return properties
    return {}
