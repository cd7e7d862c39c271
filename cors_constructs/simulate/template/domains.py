"""Custom domains, and which APIs they show below which paths.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html

What is wrong with them is no reason to refuse a template: an API is the same without.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.model import BasePath
from cors_constructs.simulate.template.drafts import Drafts
from cors_constructs.simulate.template.items import Key, is_there, source_of, target
from cors_constructs.simulate.template.known_in_part import as_text
from cors_constructs.simulate.template.scope import Scope
from cors_constructs.simulate.values import Text, Unresolved

Resources: TypeAlias = Mapping[Scope, Mapping[str, Any]]
"""The resources of stacks, worked out as far as can be."""

DOMAINS: Final = frozenset({"AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName"})
"""The types of custom domains."""

# REST APIs may be mapped by either; base paths of several segments have to be by the second. By the type: what it calls
# the API, and the path.
_MAPPINGS: Final = {
    "AWS::ApiGateway::BasePathMapping": ("RestApiId", "BasePath"),
    "AWS::ApiGatewayV2::ApiMapping": ("ApiId", "ApiMappingKey"),
}
_NONE: Final = "(none)"
_RULES_ALONE: Final = "ROUTING_RULE_ONLY"
_UNDESCRIBED: Final[Mapping[str, Any]] = {}


def read_base_paths(resources: Resources, drafts: Drafts, stage_names: Mapping[Key, Text]) -> None:
    """Puts the base paths of custom domains into the drafts of the APIs that they show."""
    domains = {key: properties for key, _, properties in of_types(resources, DOMAINS)}
    for (scope, logical_id), type_, properties in of_types(resources, frozenset(_MAPPINGS)):
        api, path = (properties.get(name) for name in _MAPPINGS[type_])
        domain, described = _domain(properties.get("DomainName"), domains)
        draft = drafts.find(api, scope)
        if draft is not None and domain is not None:
            source = source_of(scope, logical_id)
            stage = stage_of(properties.get("Stage"), stage_names)
            wants_certificate = "MutualTlsAuthentication" in described
            overruled = described.get("RoutingMode") == _RULES_ALONE
            draft.base_paths.append(BasePath(source, domain, _path(path), stage, wants_certificate, overruled))


def of_types(resources: Resources, types: frozenset[str]) -> Iterator[tuple[Key, str, Mapping[str, Any]]]:
    """The resources of some types that may be there, with their types and properties."""
    for scope, of_stack in resources.items():
        for logical_id, resource in of_stack.items():
            match resource:
                case {"Type": str(type_), "Properties": dict(properties)} if type_ in types:
                    if is_there(scope, logical_id):
                        yield (scope, logical_id), type_, properties


def _domain(given: Any, domains: Mapping[Key, Mapping[str, Any]]) -> tuple[Text | None, Mapping[str, Any]]:
    """A domain's name, and its properties where the template has it."""
    key = target(given)
    found = domains.get(key) if key is not None else None
    if found is None:  # its name may be written out beside it
        found = next((it for it in domains.values() if it.get("DomainName") == given), None)
    if found is None:
        return as_text(given), _UNDESCRIBED
    return as_text(found.get("DomainName")), found


def _path(given: Any) -> Text:
    path = as_text(given)
    if path is None or isinstance(path, Unresolved):
        return path or ""
    return "" if path == _NONE else path.strip("/")


def stage_of(given: Any, stage_names: Mapping[Key, Text]) -> Text | None:
    """The name of the stage that a value names (`Ref` of a stage is its name); None where it names none."""
    key = target(given)
    if key is not None and key in stage_names:
        return stage_names[key]
    stage = as_text(given)
    return None if stage in ("", _NONE) else stage
