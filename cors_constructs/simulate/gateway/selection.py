"""Which of a template's APIs and stages is meant."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cors_constructs.simulate.model import Api, Stage, Template
from cors_constructs.simulate.values import Remedy, Setting, TemplateError, Unresolved

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
_KINDS: Final = {
    "HTTP": "an HTTP API, with CORS of its own and without API keys",
    "WEBSOCKET": "a WebSocket API, which gets no preflights",
}


def the_api(template: Template, wanted: str | None) -> Api:
    """The API of that name, logical id or construct; the only one, where none is named.

    Args:
        template: The template.
        wanted: A name, a logical id, or (the end of) a construct's path: `Backend/Api`, `Api`.

    Raises:
        TemplateError: None, or several, are meant.
    """
    file = _file(template)
    if not template.apis:
        others = other_apis(template)
        advice = [f"{', '.join(others)}; what is read is AWS::ApiGateway::RestApi"] if others else []
        reasons = "; ".join([*advice, *map(str, template.unreadable)])
        raise TemplateError(file, "", "there is no REST API in it", reasons)
    found = [api for api in template.apis if wanted is None or wanted in _names(api)]
    if not found and wanted is not None:
        found = [api for api in template.apis if _is_construct(api, wanted)]
    if len(found) == 1:
        return found[0]
    titles = _titles(found or template.apis)
    if wanted is None:
        raise TemplateError(file, "", "there are several REST APIs in it", Remedy(Setting.API, titles))
    if found:
        raise TemplateError(file, "", f"several REST APIs are called {wanted!r}", Remedy(Setting.API, titles))
    raise TemplateError(file, "", f"no REST API is called {wanted!r}", f"there is {', '.join(titles)}")


def other_apis(template: Template) -> list[str]:
    """The APIs that are no REST APIs, in words: `Orders is an HTTP API, ...`."""
    return [
        f"{logical_id} is {_KINDS.get(_protocol(resource), 'no REST API')}"
        for resources in template.resources.values()
        for logical_id, resource in resources.items()
        if isinstance(resource, Mapping) and resource.get("Type") == "AWS::ApiGatewayV2::Api"
    ]


def the_stage(api: Api, wanted: str | None) -> Stage:
    """The stage of that name; the only one, where none is named.

    A stage that stands by itself goes before those that a Deployment makes on the way, as SAM has it. An API without a
    stage is served as if it had one, of a name that is not known.

    Raises:
        TemplateError: None, or several, are meant.
    """
    if wanted is None and not api.stages:
        return Stage(api.source, Unresolved({"Ref": "Stage"}))
    names = tuple(str(stage.name) for stage in api.stages)
    if wanted is not None:
        for stage in api.stages:
            if wanted in (stage.name, str(stage.name)):
                return stage
        raise TemplateError(
            api.source.file,
            f"Resources.{api.source.logical_id}",
            f"the API has no stage {wanted!r}{'' if names else ', and no other'}",
            f"there is {', '.join(names)}" if names else Remedy(Setting.STAGE),
        )
    own = [stage for stage in api.stages if not _is_made_by_deployment(stage)] or api.stages
    if len(own) == 1:
        return own[0]
    raise TemplateError(
        api.source.file,
        f"Resources.{api.source.logical_id}",
        "the API has several stages",
        Remedy(Setting.STAGE, names),
    )


def _protocol(resource: Mapping[str, Any]) -> str:
    """HTTP where it is not said: an OpenAPI document in `Body` makes no other."""
    properties = resource.get("Properties")
    return str(properties.get("ProtocolType", "HTTP")) if isinstance(properties, Mapping) else ""


def _is_made_by_deployment(stage: Stage) -> bool:
    return stage.deployment is not None and stage.deployment.source.logical_id == stage.source.logical_id


def _titles(apis: Sequence[Api]) -> tuple[str, ...]:
    """What to choose by: names and logical ids, or constructs where stacks have the same ones."""
    if len({api.source.logical_id for api in apis}) < len(apis):
        constructs = {api.source.construct.removesuffix("/Resource") for api in apis if api.source.construct}
        if len(constructs) == len(apis):
            return tuple(sorted(constructs))
    return tuple(sorted(map(_title, apis)))


def _title(api: Api) -> str:
    return api.source.logical_id if isinstance(api.name, Unresolved) else f"{api.name} ({api.source.logical_id})"


def _names(api: Api) -> Iterable[str]:
    return (str(api.name), api.source.logical_id, api.source.construct or "")


def _is_construct(api: Api, wanted: str) -> bool:
    if api.source.construct is None:
        return False
    path = api.source.construct.removesuffix("/Resource")
    return path == wanted or path.endswith(f"/{wanted}")


def _file(template: Template) -> str | None:
    return template.files[0] if len(template.files) == 1 else ", ".join(template.files) or None
