"""Custom domains, and which APIs they show below which paths.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cors_constructs.simulate.model import BasePath
from cors_constructs.simulate.template.drafts import Drafts
from cors_constructs.simulate.template.items import Item, Key, target
from cors_constructs.simulate.values import Text, Unresolved

_DOMAINS: Final = frozenset({"DomainName", "AWS::ApiGatewayV2::DomainName"})
# By the resource's type: what it calls the API, and the path.
_MAPPINGS: Final = {
    "BasePathMapping": ("RestApiId", "BasePath"),
    "AWS::ApiGatewayV2::ApiMapping": ("ApiId", "ApiMappingKey"),
}
_NONE: Final = "(none)"


def is_mapping(item: Item) -> bool:
    """Whether a resource shows an API at a custom domain."""
    return item.type in _MAPPINGS


def read_base_paths(items: Iterable[Item], drafts: Drafts, stage_names: Mapping[Key, Text]) -> None:
    """Puts the base paths of custom domains into the drafts of the APIs that they show."""
    items = list(items)
    domains = {item.key: item for item in items if item.type in _DOMAINS}
    for item in items:
        if item.type not in _MAPPINGS:
            continue
        api, path = _MAPPINGS[item.type]
        draft = drafts.find(item.properties.get(api), item.scope)
        if draft is not None and "DomainName" in item.properties:
            draft.base_paths.append(_base_path(item, item.properties.get(path, ""), domains, stage_names))


def _base_path(item: Item, path: Any, domains: Mapping[Key, Item], stage_names: Mapping[Key, Text]) -> BasePath:
    given = item.properties["DomainName"]
    key = target(given)
    domain = domains.get(key) if key is not None else None
    if domain is None:  # which stands beside it, where its name is written out
        domain = next((it for it in domains.values() if it.properties.get("DomainName") == given), None)
    name = given if domain is None else domain.properties.get("DomainName", given)
    return BasePath(
        item.source,
        name,
        path if isinstance(path, Unresolved) else "" if path == _NONE else path.strip("/"),
        _stage(item.properties.get("Stage"), stage_names),
        wants_certificate=domain is not None and "MutualTlsAuthentication" in domain.properties,
    )


def _stage(given: Any, stage_names: Mapping[Key, Text]) -> Text | None:
    """`Ref` of a stage is its name."""
    if given is None or given in ("", _NONE):
        return None
    key = target(given)
    stage: Text = given
    return stage if key is None else stage_names.get(key, stage)
