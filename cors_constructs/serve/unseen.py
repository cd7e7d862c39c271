"""What of a template is not looked at here, and may have AWS answer otherwise, or somebody else."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.simulate.model import Api, Stage, Template
from cors_constructs.simulate.values import Text, Unresolved

_X: Final = "x-amazon-apigateway-"


def unseen(template: Template, api: Api, stage: Stage) -> Iterator[str]:
    """About one stage of an API, a line each."""
    properties = _properties(template, api.source.file, api.source.logical_id)
    document = _mapping(properties.get("Body"))
    if properties.get("Policy") or document.get(f"{_X}policy"):
        yield "its resource policy is not looked at: everybody may call it here"
    if _is_private(properties):
        yield "it is private: on AWS none but VPC endpoints lead to it"
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
    endpoint = _mapping(document.get(f"{_X}endpoint-configuration"))
    if _is_true(properties.get("DisableExecuteApiEndpoint", endpoint.get("disableExecuteApiEndpoint"))):
        yield (
            'its invoke URL is not looked at: on AWS it answers 403 {"message":"Forbidden"} to everything '
            "(DisableExecuteApiEndpoint), and custom domains alone lead to the API"
        )
    yield from dict.fromkeys(_gates(api, stage))  # a rule may have two actions that lead to one stage
    if _caches(template, stage):
        yield f"the cache of {stage.name} is not looked at: each request is answered anew here"


def _gates(api: Api, stage: Stage) -> Iterator[str]:
    """Web ACLs and routing rules, and the base paths that rules overrule."""
    for gate in api.gates:
        if not _may_be(gate.stage, stage):
            continue
        if gate.kind == "web ACL":
            yield f"its web ACL ({gate.source.logical_id}) is not looked at: it refuses nobody here"
        else:
            of = f" of {gate.domain}" if gate.domain is not None else ""
            yield (
                f"the routing rule {gate.source.logical_id}{of} is not looked at: here base path mappings alone say "
                "where a domain leads"
            )
    for it in api.base_paths:
        if it.is_overruled and _may_be(it.stage, stage):
            yield f"on AWS {it.domain} goes by its routing rules alone, and {it.source.logical_id} leads nowhere"


def _may_be(name: Text | None, stage: Stage) -> bool:
    """Whether a name is, or may be, that of a stage."""
    return name is None or name == stage.name or isinstance(name, Unresolved) or isinstance(stage.name, Unresolved)


def _is_private(properties: Mapping[str, Any]) -> bool:
    types = _mapping(properties.get("EndpointConfiguration")).get("Types")
    return isinstance(types, list) and "PRIVATE" in types


def _caches(template: Template, stage: Stage) -> bool:
    """Whether answers are cached, which takes a cluster and a setting of some methods.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
    """
    properties = _properties(template, stage.source.file, stage.source.logical_id)
    described = _mapping(properties.get("StageDescription")) or properties  # where a Deployment makes the stage
    settings = described.get("MethodSettings")
    caching = [described, *map(_mapping, settings if isinstance(settings, list) else ())]
    return _is_true(described.get("CacheClusterEnabled")) and any(_is_true(it.get("CachingEnabled")) for it in caching)


def _properties(template: Template, file: str | None, logical_id: str) -> Mapping[str, Any]:
    return _mapping(_mapping(template.resources.get(file or "", {}).get(logical_id)).get("Properties"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")
