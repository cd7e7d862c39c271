"""Puts REST APIs together from their resources, wherever in the templates those are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from cors_constructs.simulate.model import Api, ApiKey, Authorizer, Deployment, GatewayResponse, Method, UsagePlan
from cors_constructs.simulate.template.dependencies import nested_files
from cors_constructs.simulate.template.domains import Resources, read_base_paths
from cors_constructs.simulate.template.drafts import Draft, Drafts
from cors_constructs.simulate.template.functions import Functions
from cors_constructs.simulate.template.gates import read_gates
from cors_constructs.simulate.template.items import Item, Key, target
from cors_constructs.simulate.template.methods import gateway_response_headers, read_method
from cors_constructs.simulate.template.plans import read_keys, read_plans
from cors_constructs.simulate.template.request_validation import RequestValidation
from cors_constructs.simulate.template.stages import read_deployments_stage, read_stage
from cors_constructs.simulate.values import TemplateError, Text, Unresolved

if TYPE_CHECKING:
    from cors_constructs.simulate.template.openapi import Definition

_Owned: TypeAlias = list[tuple[Draft, Item]]
"""Resources of one type, each with the API it belongs to."""


@attrs.frozen
class Everything:
    """What the resources of all templates make.

    Attributes:
        apis: The APIs.
        plans: The usage plans.
        keys: The API keys.
        problems: What is wrong between templates, and so with none of them alone.
    """

    apis: tuple[Api, ...]
    plans: tuple[UsagePlan, ...]
    keys: tuple[ApiKey, ...]
    problems: tuple[TemplateError, ...]


def put_together(
    items: list[Item],
    definitions: "Mapping[Key, Definition]",
    waits_for: Mapping[Key, frozenset[str]],
    functions: Functions,
    resources: Resources,
) -> Everything:
    """The APIs, plans and keys of resources.

    Args:
        items: The resources, of all templates.
        definitions: The OpenAPI documents of APIs that have one.
        waits_for: What each deployment depends on.
        functions: The Lambda functions.
        resources: Every resource, worked out as far as can be.
    """
    problems: list[TemplateError] = []
    drafts = Drafts(items)
    owned = _owned(items, drafts)
    for draft in drafts:
        if draft.item is not None:
            _add_definition(draft, definitions.get(draft.item.key))
            _add_settings(draft, draft.item)
    authorizers = dict(_authorizers(owned.get("Authorizer", [])))
    deployments = dict(_deployments(owned.get("Deployment", []), waits_for))
    _paths(owned.get("Resource", []), problems)
    validation = RequestValidation(owned.get("RequestValidator", []), owned.get("Model", []))
    _methods(owned.get("Method", []), authorizers, validation, problems)
    _gateway_responses(owned.get("GatewayResponse", []))
    stage_names = dict(_stages(owned.get("Stage", []), deployments))
    keys = read_keys(items)
    plans = read_plans(items, drafts, keys, stage_names)
    read_base_paths(resources, drafts, stage_names)
    read_gates(resources, drafts, stage_names)
    for draft in drafts:
        draft.methods = [_with_function(method, functions) for method in draft.methods]
        draft.notes += draft.item.notes if draft.item is not None else []
    for draft, item in (pair for pairs in owned.values() for pair in pairs):
        draft.notes += item.notes
    apis = tuple(draft.finished() for draft in drafts)
    return Everything(apis, plans, tuple(keys.values()), tuple(problems))


def _owned(items: Iterable[Item], drafts: Drafts) -> dict[str, _Owned]:
    owned: dict[str, _Owned] = {}
    for item in items:
        draft = drafts.of(item) if "RestApiId" in item.properties else None
        if draft is not None:
            owned.setdefault(item.type, []).append((draft, item))
    return owned


def _add_definition(draft: Draft, definition: "Definition | None") -> None:
    draft.paths.add("/")
    if definition is None:
        return
    draft.specified = True
    draft.name = definition.title or draft.name
    draft.methods += definition.methods
    draft.paths |= {above for path in definition.paths for above in _with_those_above(path)}
    draft.gateway_responses.update(definition.gateway_responses)
    draft.authorizers += definition.authorizers
    draft.binary_media_types = definition.binary_media_types
    draft.api_key_source = definition.api_key_source or draft.api_key_source
    draft.notes += definition.notes


def _add_settings(draft: Draft, item: Item) -> None:
    draft.name = item.properties.get("Name", draft.name)
    # "image~1png": slashes are encoded in a template, not in an OpenAPI document.
    media_types = [
        type_.replace("~1", "/") if isinstance(type_, str) else type_ for type_ in item.list("BinaryMediaTypes")
    ]
    draft.binary_media_types = tuple(dict.fromkeys([*draft.binary_media_types, *media_types]))
    draft.api_key_source = item.properties.get("ApiKeySourceType", draft.api_key_source)
    if "CloneFrom" in item.properties:
        draft.notes.append(f"what {item.place}.CloneFrom brings is only known at deployment")
    draft.notes += [f"the macro {name} may change the template" for name in item.scope.macros]


def _with_those_above(path: str) -> Iterator[str]:
    """A path and those it is below: each is a resource, `/` too."""
    while path and path != "/":
        yield path
        path = path.rpartition("/")[0]


def _authorizers(owned: _Owned) -> Iterator[tuple[Key, Authorizer]]:
    for draft, item in owned:
        properties = item.properties
        authorizer = Authorizer(
            item.source,
            properties.get("Name", item.logical_id),
            properties["Type"],
            properties.get("IdentitySource"),
            properties.get("IdentityValidationExpression"),
            properties.get("AuthorizerUri"),
        )
        draft.authorizers.append(authorizer)
        yield item.key, authorizer


def _deployments(owned: _Owned, waits_for: Mapping[Key, frozenset[str]]) -> Iterator[tuple[Key, Deployment]]:
    for draft, item in owned:
        depends_on = waits_for.get(item.key, frozenset())
        deployment = Deployment(item.source, depends_on, nested_files(item.scope, depends_on))
        draft.deployments.append(deployment)
        stage = read_deployments_stage(item, deployment)
        if stage is not None:
            draft.stages.append(stage)
        yield item.key, deployment


def _paths(owned: _Owned, problems: list[TemplateError]) -> None:
    for draft, item in owned:
        draft.resources[item.key] = item
    for draft, item in owned:
        path, part = _path(draft, item.properties["ParentId"], problems), item.properties["PathPart"]
        if path is None or isinstance(part, Unresolved):
            draft.notes.append(
                f"the path of {item.scope.place('Resources', item.logical_id)} is only known at deployment"
            )
        else:
            draft.paths.add(f"{path.rstrip('/')}/{part}")


def _path(draft: Draft, resource_id: Any, problems: list[TemplateError]) -> str | None:
    try:
        return draft.path_of(resource_id)
    except TemplateError as error:  # within a template, circles are found before
        problems.append(error)
        return None


def _methods(
    owned: _Owned,
    authorizers: Mapping[Key, Authorizer],
    validation: RequestValidation,
    problems: list[TemplateError],
) -> None:
    for draft, item in owned:
        path, verb = _path(draft, item.properties["ResourceId"], problems), item.properties["HttpMethod"]
        if path is None or isinstance(verb, Unresolved):
            what = "path" if path is None else "verb"
            draft.notes.append(
                f"the {what} of {item.scope.place('Resources', item.logical_id)} is only known at deployment"
            )
            continue
        authorizer = target(item.properties.get("AuthorizerId"))
        method = read_method(item, path, verb.upper(), authorizers.get(authorizer) if authorizer else None)
        if validates := validation.validates(item):
            models = validation.request_models(draft, item) if "body" in validates else {}
            method = attrs.evolve(method, validates=validates, request_models=models)
        draft.methods.append(method)
        draft.paths.add(path)


def _with_function(method: Method, functions: Functions) -> Method:
    integration, authorizer = method.integration, method.authorizer
    function = None if integration is None else functions.at(integration.uri)
    if integration is not None and function is not None:
        method = attrs.evolve(method, integration=attrs.evolve(integration, function=function))
    deciding = None if authorizer is None else functions.at(authorizer.uri)
    if authorizer is not None and deciding is not None:
        method = attrs.evolve(method, authorizer=attrs.evolve(authorizer, function=deciding))
    return method


def _gateway_responses(owned: _Owned) -> None:
    for draft, item in owned:
        type_ = item.properties["ResponseType"]
        if isinstance(type_, Unresolved):
            draft.notes.append(f"{item.place}.ResponseType is only known at deployment")
            continue
        headers = gateway_response_headers(item.mapping("ResponseParameters"))
        templates = item.mapping("ResponseTemplates")
        status = item.properties.get("StatusCode")
        draft.gateway_responses[type_] = GatewayResponse(item.source, type_, status, headers, templates)


def _stages(owned: _Owned, deployments: Mapping[Key, Deployment]) -> Iterator[tuple[Key, Text]]:
    for draft, item in owned:
        deployment = target(item.properties.get("DeploymentId"))
        stage = read_stage(item, deployments.get(deployment) if deployment else None)
        draft.stages.append(stage)
        yield item.key, stage.name
