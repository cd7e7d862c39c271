"""Limits of the preflights' own: nobody needs a key for them, they are billed, and no usage plan meters them.

Settings of a stage can limit a method
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from aws_cdk import Annotations, Stack, Stage, Token
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.parts import of_api
from cors_constructs.cdk.settings import Throttle

OTHER_THROTTLE_WARNING = "cors-constructs:stage-has-its-own-preflight-throttle"

# Whether a method with settings of its own still has the stage-wide ones is documented nowhere, so they are repeated.
# Caching is not: preflights are never cached there.
_REPEATED: Final = ("dataTraceEnabled", "loggingLevel", "metricsEnabled")


def stages_of(api: apigateway.RestApiBase) -> list[apigateway.CfnStage]:
    """The stages of an API that are made in the app, or in its stage of the app, whoever makes them."""
    nodes = (Stage.of(api) or api.node.root).node.find_all()
    return of_api(api, [node for node in nodes if isinstance(node, apigateway.CfnStage)])


def throttle_preflights(stages: Sequence[apigateway.CfnStage], paths: Collection[str], throttle: Throttle) -> list[str]:
    """Limit OPTIONS on some paths, on each stage by itself. What the app has set there itself stays, and is told.

    Args:
        stages: The API's.
        paths: The paths of the preflights.
        throttle: The limits of each path.

    Returns:
        What could not be done.
    """
    if not paths:
        return []
    if not stages:
        return [
            "preflight_throttle is set on stages, and this app makes none of this API that is a resource of its own (a "
            "Deployment's StageName makes none). Make a Stage, or leave preflight_throttle out and set it where the "
            "stage is made."
        ]
    unknown = sorted(path for path in paths if "<" in path)
    problems = [
        f"{path} is not the whole path of a resource, which comes from elsewhere: preflight_throttle cannot name it. "
        "Import the resource with its path."
        for path in unknown
    ]
    known = sorted(set(paths).difference(unknown))
    return problems + [problem for stage in stages for problem in _throttle_stage(stage, known, throttle)]


def _throttle_stage(stage: apigateway.CfnStage, paths: Sequence[str], throttle: Throttle) -> list[str]:
    try:
        listed = Stack.of(stage).resolve(stage.method_settings) or []
    except KeyError:  # jsii's: it cannot read a list that holds what Lazy makes, and older ones no other tokens either
        return [
            f"{stage.node.path} has a Lazy or another token among its method settings, and those for preflights cannot "
            "be added: have a token stand for the whole list, or write the settings themselves."
        ]
    if not isinstance(listed, list) or not all(map(_is_known, listed)):
        return [
            f"{stage.node.path} has method settings that only deployment knows ({json.dumps(listed)[:60]}), and those "
            "for preflights cannot be added: write a list of settings, with such values in it where they are needed."
        ]
    settings: list[dict[str, Any]] = [dict(setting) for setting in listed]
    repeated = _stage_wide(settings)
    theirs = {_place(setting): setting for setting in settings}
    encoded = [_encoded(path) for path in paths]
    limits, *known = Stack.of(stage).resolve([_limits(throttle), *encoded])
    kept = []
    for path, ours, named in zip(paths, encoded, known, strict=True):
        own = theirs.get(_place({"resourcePath": named, "httpMethod": "OPTIONS"}))
        if own is None:
            settings.append({"httpMethod": "OPTIONS", "resourcePath": ours, **repeated, **_limits(throttle)})
        elif not limits.keys() & own.keys():
            own.update(_limits(throttle))
        elif any(own.get(name) != limit for name, limit in limits.items()):
            kept.append(path)
    if kept:
        _warn_of_kept(stage, kept)
    # Values of which only deployment may know cannot be assigned as they are, once they are resolved.
    stage.method_settings = Token.as_any(settings)
    return []


def _is_known(setting: Any) -> bool:
    return isinstance(setting, Mapping) and not any(name == "Ref" or name.startswith("Fn::") for name in setting)


def _stage_wide(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is set for all methods and is to be repeated."""
    for setting in settings:
        if str(setting.get("resourcePath", "/*")).strip("/") == "*" and setting.get("httpMethod", "*") == "*":
            return {name: setting[name] for name in _REPEATED if name in setting}
    return {}


def _place(setting: Mapping[str, Any]) -> tuple[str, str]:
    """Which method it is for, however its path is spelled."""
    path, verb = setting.get("resourcePath", "/*"), setting.get("httpMethod", "*")
    if isinstance(path, str):
        return path.replace("~1", "/").lstrip("/"), str(verb).upper()
    return json.dumps(path, sort_keys=True), str(verb).upper()


def _encoded(path: str) -> str:
    """`/users/{id}` is `/~1users~1{id}` there, and the root is `/`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
    """
    return path if path == "/" else f"/{path.replace('/', '~1')}"


def _limits(throttle: Throttle) -> dict[str, float]:
    return {"throttlingRateLimit": throttle.rate, "throttlingBurstLimit": throttle.burst}


def _warn_of_kept(stage: apigateway.CfnStage, paths: Sequence[str]) -> None:
    Annotations.of(stage).add_warning_v2(
        OTHER_THROTTLE_WARNING,
        f"This stage has limits of its own for OPTIONS at {', '.join(paths)}, other than preflight_throttle's, and "
        "they are kept. Leave them out there to have preflight_throttle's.",
    )
