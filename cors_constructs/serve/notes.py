"""What a start says beside its table: where what is served cannot be as it would be on AWS."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.serve.site import Place, Site
from cors_constructs.serve.unseen import unseen
from cors_constructs.simulate.gateway.selection import other_apis
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.model import Api, Method, RequestModel, Stage, Template
from cors_constructs.simulate.values import TemplateError, Unresolved

_SAMS: Final = "Stage"


def notes_of_stage(template: Template, place: Place) -> Iterator[str]:
    """About one stage, a line each."""
    api, stage = place.gateway.api, place.gateway.stage
    if isinstance(stage.name, Unresolved) and api.stages:
        yield f"/{place.path} stands for the stage {stage.name}, whose name only a deployment knows"
    elif isinstance(stage.name, str) and stage.name != place.path:
        yield f"/{place.path} stands for {stage.source.logical_id}: another stage of the API is named {stage.name} too"
    if _is_sams(template, stage):
        yield (
            f"SAM makes the stage {stage.name} beside the API's own, on AWS as well; with OpenApiVersion: 3.0.1 below "
            "Globals.Api it makes none"
        )
    if any(method.api_key_required is True for method in api.methods) and not _may_have_keys(place):
        yield "no API key opens what asks for one: no usage plan of this stage has a key"
    yield from unseen(template, api, stage)
    yield from _models(api)
    yield from (f"not all of it can be read: {reason}" for reason in api.unreadable)


def notes(site: Site) -> Iterator[str]:
    """About all that was read, a line each."""
    yield from (f"Not served: {other}" for other in other_apis(site.template))
    yield from (f"Not served, since it cannot be read: {problem}" for problem in site.template.unreadable)


def _models(api: Api) -> Iterator[str]:
    """The bodies of which it cannot be told whether they are valid."""
    for method in api.methods:
        for type_, model in method.request_models.items():
            if problem := _problem(method, model):
                kind = "" if type_ == "$default" else f" of {type_}"
                yield f"{method.name} may answer bodies{kind} by 500: {problem}"


def _problem(method: Method, model: RequestModel) -> str:
    from cors_constructs.simulate.gateway.bodies import usable  # noqa: PLC0415 - few templates have models

    try:
        decided(method.validates["body"], method.source, f"whether {method.name} validates bodies")
        usable(model, method)
    except TemplateError as error:
        return error.problem
    return ""


def _is_sams(template: Template, stage: Stage) -> bool:
    """Whether a stage is the one that SAM has a deployment make, which nobody has asked for.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
    """
    if stage.name != _SAMS or stage.source.written is None:
        return False
    resource: Any = template.resources.get(stage.source.file or "", {}).get(stage.source.logical_id)
    return isinstance(resource, Mapping) and resource.get("Type") == "AWS::ApiGateway::Deployment"


def _may_have_keys(place: Place) -> bool:
    api, name = place.gateway.api, place.gateway.stage.name
    return any(
        plan.keys or plan.other_keys
        for plan in api.plans
        for api_id, stage in plan.stages
        if api_id == api.source.logical_id and (stage == name or isinstance(stage, Unresolved))
    )
