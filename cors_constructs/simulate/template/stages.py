"""Deployments and stages.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cors_constructs.simulate.model import Deployment, MethodSetting, Stage
from cors_constructs.simulate.template.items import Item, known_list, known_mapping
from cors_constructs.simulate.template.places import Place
from cors_constructs.simulate.values import Unresolved

_EVERYTHING = "/*"


def read_stage(item: Item, deployment: Deployment | None) -> Stage:
    """A stage that is a resource of its own."""
    name = item.properties.get("StageName", Unresolved({"Ref": item.logical_id}))
    settings = _settings(item.properties, item.place, item.notes)
    return Stage(item.source, name, deployment, item.mapping("Variables"), tuple(settings))


def read_deployments_stage(item: Item, deployment: Deployment) -> Stage | None:
    """The stage that a deployment makes by its `StageName`; None where it has none."""
    if "StageName" not in item.properties:
        return None
    described, place = item.mapping("StageDescription"), item.place.at("StageDescription")
    settings = list(_settings(described, place, item.notes))
    if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"}.isdisjoint(described):
        settings.append(_limits(described, _EVERYTHING, "*"))
    variables = known_mapping(described.get("Variables"), place.at("Variables"), item.notes)
    return Stage(item.source, item.properties["StageName"], deployment, variables, tuple(settings))


def _settings(properties: Mapping[str, Any], place: Place, notes: list[str]) -> Iterator[MethodSetting]:
    listed = known_list(properties.get("MethodSettings"), place.at("MethodSettings"), notes)
    for index, given in enumerate(listed):
        setting = known_mapping(given, place.at("MethodSettings", index), notes)
        path, verb = setting.get("ResourcePath", _EVERYTHING), setting.get("HttpMethod", "*")
        if isinstance(path, str) and isinstance(verb, str):
            yield _limits(setting, _decoded(path), verb.upper())
        else:
            notes.append(f"which methods {place.at('MethodSettings', index)} limits is only known at deployment")


def _limits(setting: Mapping[str, Any], path: str, verb: str) -> MethodSetting:
    return MethodSetting(path, verb, setting.get("ThrottlingRateLimit"), setting.get("ThrottlingBurstLimit"))


def _decoded(path: str) -> str:
    """`/~1users~1{id}` is `/users/{id}`: a slash, and then the path with its slashes encoded."""
    return (path[1:] if path.startswith("/~1") else path).replace("~1", "/")
