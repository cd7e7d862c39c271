"""A last look at an API, where aspects may have changed what was completed.

An aspect may close every method of an app, the preflights among them, or add methods after they were made. Each
method costs a look or two across the language border, so this is done only where somebody's aspect is about.
"""

from collections.abc import Sequence

from aws_cdk import Aspects, RemoveTag, Tag
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct

from cors_constructs.cdk.preflights import demands
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.survey import Survey
from cors_constructs.cdk.tree import identity
from cors_constructs.render import ErrorResponses


class Harmless:
    """An aspect of ours: it changes no API but to complete it."""


def aspects_about(api: IConstruct) -> bool:
    """Whether the app has aspects that reach the API and might change it: any but those that tag, and our own."""
    return any(
        not isinstance(aspect, Tag | RemoveTag | Harmless)
        for scope in api.node.scopes
        for aspect in Aspects.of(scope).all
    )


def changes(now: Survey, before: Survey, settings: Settings, made: Sequence[apigateway.GatewayResponse]) -> list[str]:
    """What is no longer as it was completed.

    Args:
        now: The API as it is.
        before: As it was found, before it was completed.
        settings: What the app said about it: whether methods need keys, and which do not.
        made: The gateway responses that were made.
    """
    late = _late_methods(now, before)
    errors = _gateway_responses(now, before, made) if settings.error_responses is not ErrorResponses.NONE else []
    if late:
        return [*late, *errors]
    return [
        *_preflights(now),
        *(
            f'{site.name} lost its key to an aspect: have the aspect spare it, or name it in keyless=["{site.name}"].'
            for site in now.methods()
            if settings.require_api_key
            and site.cfn.api_key_required is not True
            and settings.keyless.needs_key(site.verb, site.route.path)
        ),
        *errors,
    ]


def _late_methods(now: Survey, before: Survey) -> list[str]:
    known = {identity(site.cfn) for site in before.methods()}
    late = [site.name for site in now.methods() if identity(site.cfn) not in known]
    if not late:
        return []
    return [
        f"{', '.join(late)} came after the preflights were made: from an aspect that runs late, or visits what comes "
        "after the API, or after the app was synthesized. Add methods before; an aspect that makes them does so when "
        "it visits their resource, and says Aspects.of(scope).add(aspect, priority=AspectPriority.MUTATING)."
    ]


def _preflights(now: Survey) -> list[str]:
    problems = []
    for route in now.routes:
        own = route.methods.get("OPTIONS")
        if own is not None and (asked := demands(own)):
            problems.append(
                f"{own.name} at {own.cfn.node.path} asks for {' and '.join(asked)}. A preflight brings no credentials, "
                "so no page could call this resource: have the aspect that changed it leave OPTIONS out."
            )
    return problems


def _gateway_responses(now: Survey, before: Survey, made: Sequence[apigateway.GatewayResponse]) -> list[str]:
    late = len(now.gateway_responses) - len(before.gateway_responses) - len(made)
    problems = [f"{late} gateway responses came too late to get CORS headers: have the aspect add them earlier."]
    bared = [
        cfn.node.path
        for response in made
        if isinstance(cfn := response.node.default_child, apigateway.CfnGatewayResponse)
        and cfn.response_parameters is None
    ]
    return [
        *(problems if late > 0 else []),
        *(f"{path} lost its CORS headers to an aspect: have the aspect spare it." for path in bared),
    ]
