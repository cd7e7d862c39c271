"""API keys and usage plans.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from cors_constructs.simulate.model import ApiKey, MethodThrottle, Throttle, UsagePlan
from cors_constructs.simulate.template.drafts import Draft, Drafts
from cors_constructs.simulate.template.items import Item, Key, known_mapping, target
from cors_constructs.simulate.values import Text, Unresolved

_CLIENT = "Client"


@attrs.frozen(eq=False)
class _Covered:
    """A stage that a plan covers: the logical id of its API, its name, the API, and the limits of single methods."""

    api: str
    stage: Text
    draft: Draft | None
    limits: tuple[MethodThrottle, ...]


def read_keys(items: Iterable[Item]) -> dict[Key, ApiKey]:
    """The API keys."""
    return {item.key: _key(item) for item in items if item.type == "ApiKey"}


def read_plans(
    items: list[Item], drafts: Drafts, keys: Mapping[Key, ApiKey], stage_names: Mapping[Key, Text]
) -> tuple[UsagePlan, ...]:
    """The usage plans, each also put into the drafts of the APIs that it covers."""
    members: dict[Key, list[ApiKey | None]] = {item.key: [] for item in items if item.type == "UsagePlan"}
    for item in items:
        plan = target(item.properties.get("UsagePlanId"))
        if item.type == "UsagePlanKey" and plan in members:
            key = target(item.properties["KeyId"])
            members[plan].append(keys.get(key) if key is not None else None)
    plans = []
    for item in items:
        if item.type == "UsagePlan":
            covered = list(_covered(item, drafts, stage_names))
            made = _plan(item, members[item.key], covered)
            for draft in dict.fromkeys(it.draft for it in covered if it.draft is not None):
                draft.plans.append(made)
                draft.notes += item.notes
            plans.append(made)
    return tuple(plans)


def _key(item: Item) -> ApiKey:
    properties = item.properties
    name, value = properties.get("Name"), properties.get("Value")
    # A key that may not be there may not be used.
    enabled = item.there if isinstance(item.there, Unresolved) else properties.get("Enabled", True)
    return ApiKey(item.source, name, _names(item, name), value, enabled)


def _names(item: Item, name: Text | None) -> frozenset[str]:
    names = {item.logical_id}
    if isinstance(name, str):
        names.add(name)
    description = item.properties.get("Description")
    if isinstance(description, str) and description.startswith(f"{_CLIENT} "):
        names.add(description.removeprefix(f"{_CLIENT} "))
    path = (item.source.construct or "").removesuffix("/Resource").split("/")
    for construct in filter(None, path[-2:]):
        names |= {construct, construct.removeprefix(f"{_CLIENT}-")}
    return frozenset(names)


def _plan(item: Item, members: list[ApiKey | None], covered: Iterable[_Covered]) -> UsagePlan:
    quota = item.mapping("Quota")
    return UsagePlan(
        item.source,
        item.properties.get("UsagePlanName"),
        tuple((it.api, it.stage) for it in covered),
        keys=tuple(key for key in members if key is not None),
        other_keys=None in members,
        throttle=_throttle(item.properties["Throttle"]) if "Throttle" in item.properties else None,
        quota=(quota["Limit"], quota.get("Period", "MONTH")) if "Limit" in quota else None,
        method_throttles=tuple(limit for it in covered for limit in it.limits),
    )


def _throttle(given: Any) -> Throttle:
    if isinstance(given, Unresolved):
        return Throttle(given, given)
    return Throttle(given.get("RateLimit"), given.get("BurstLimit"))


def _covered(item: Item, drafts: Drafts, stage_names: Mapping[Key, Text]) -> Iterator[_Covered]:
    for index, given in enumerate(item.list("ApiStages")):
        place = item.place.at("ApiStages", index)
        covered = known_mapping(given, place, item.notes)
        if "ApiId" in covered and "Stage" in covered:
            draft = drafts.find(covered["ApiId"], item.scope)
            name = draft.source.logical_id if draft else str(covered["ApiId"])
            stage = _stage_name(covered["Stage"], stage_names)
            throttles = known_mapping(covered.get("Throttle"), place.at("Throttle"), item.notes)
            limits = [MethodThrottle(name, stage, method, _throttle(it)) for method, it in throttles.items()]
            yield _Covered(name, stage, draft, tuple(limits))


def _stage_name(name: Any, stage_names: Mapping[Key, Text]) -> Text:
    """`Ref` of a stage is its name."""
    stage: Text = name
    key = target(name)
    return stage if key is None else stage_names.get(key, stage)
