"""One OPTIONS for many paths: the plan of `render.layout`, carried out on the resources of an API."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

import attrs
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.places import Places
from cors_constructs.cdk.preflights import Maker, closed, joined
from cors_constructs.cdk.replacement import drop, may_be_dropped, replace_preflights, say
from cors_constructs.cdk.routes import Route
from cors_constructs.cdk.warnings import warn
from cors_constructs.render import preflight_answer
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.layout import Layout, Preflight, plan

NOT_SHARED_WARNING: Final = "cors-constructs:preflights-not-shared"


@attrs.frozen
class Shared:
    """What came of sharing.

    Attributes:
        routes: The resources that were given an OPTIONS.
        new: How many of them were made for it.
        saved: How many CloudFormation resources fewer there are.
        kept: The resources whose OPTIONS the CDK had made, and says something else now.
        dropped: The paths whose OPTIONS of the CDK's is no longer needed.
        problems: What is wrong with the OPTIONS that are there.
    """

    routes: Sequence[Route]
    new: int
    saved: int
    kept: list[Route]
    dropped: Sequence[str]
    problems: list[str]


def share_preflights(
    api: apigateway.RestApiBase,
    routes: Sequence[Route],
    policies: PolicyTree,
    maker: Maker,
    elsewhere: Mapping[str, frozenset[str]],
    *,
    of_the_cdk: Sequence[Route] = (),
) -> Shared:
    """Give the API as few OPTIONS as can answer for all its paths; those that the app made itself stay.

    Args:
        api: The API.
        routes: Its resources that have methods.
        policies: What to answer.
        maker: Makes the methods.
        elsewhere: The paths, with their verbs, that other shares of the API have; they answer for those themselves.
        of_the_cdk: The resources whose OPTIONS the CDK made; those that are needed are changed, and others dropped.
    """
    droppable = {route.path: route for route in of_the_cdk if may_be_dropped(route)}
    stay = [route for route in of_the_cdk if route.path not in droppable]
    replace_preflights(stay, routes, policies, joined)
    places = Places(api, routes)
    layout = _plan(api, places, [(route.path, _verbs(route, droppable)) for route in routes], policies, elsewhere)
    given, kept = [], []
    for path, verbs in layout.options.items():
        if path in droppable:
            route = droppable[path]
            say(route.methods["OPTIONS"].cfn, preflight_answer(policies.at(path), verbs, join=joined))
            kept.append(route)
        else:
            resource = places.add_proxy(path) if path in layout.resources else places.at(path)
            maker.add(resource, policies.at(path), verbs, is_noted=False)
            route = Route(resource, path)
        given.append(route)
    dropped = [path for path in droppable if path not in layout.options]
    for path in dropped:
        drop(droppable[path])
    problems = [sentence for route in routes if route.path not in droppable for sentence in closed(route)]
    return Shared(given, len(layout.resources), layout.saved, [*stay, *kept], dropped, problems)


def _verbs(route: Route, droppable: Container[str]) -> frozenset[str]:
    """The verbs of a path; an OPTIONS that may be dropped does not count."""
    if route.path not in droppable:
        return route.verbs
    return frozenset(route.methods) - {"OPTIONS"} | route.elsewhere


def _plan(
    api: apigateway.RestApiBase,
    places: Places,
    verbs_by_path: Sequence[tuple[str, frozenset[str]]],
    policies: PolicyTree,
    elsewhere: Mapping[str, frozenset[str]],
) -> Layout:
    if places.unknown is None:
        return _layout(places, verbs_by_path, policies, elsewhere, Preflight.SHARED)
    warn(
        api,
        NOT_SHARED_WARNING,
        f"preflight=Preflight.SHARED shares nothing: where the resource of {places.unknown} is only deployment knows, "
        "and a {proxy+} beside an {id} would be refused. Write path parts that are known here, and refer to resources "
        "by their constructs; or acknowledge this, and each path has an OPTIONS of its own.",
    )
    return _layout(places, verbs_by_path, policies, elsewhere, Preflight.PER_RESOURCE)


def _layout(
    places: Places,
    verbs_by_path: Sequence[tuple[str, frozenset[str]]],
    policies: PolicyTree,
    elsewhere: Mapping[str, frozenset[str]],
    mode: Preflight,
) -> Layout:
    """The plan. It begins at the resource that is the root here, which in an import may be any."""
    verbs: dict[str, frozenset[str]] = dict.fromkeys(places.paths, frozenset())
    for path, had in verbs_by_path:
        verbs[path] |= had
    # Of a path that is here as well, the route knows what the others have there.
    verbs |= {path: had | {"OPTIONS"} for path, had in elsewhere.items() if not verbs.get(path)}
    base = places.base.rstrip("/")
    inside = {_below(base, path): had for path, had in verbs.items() if _is_below(base, path)}
    tops = [_below(base, top) for top in policies.branches if _is_below(base, top)]
    layout = plan(inside, mode, tops=tops)
    beyond = plan({path: had for path, had in verbs.items() if not _is_below(base, path)}, Preflight.PER_RESOURCE)
    return Layout(
        {**{_whole(base, path): had for path, had in layout.options.items()}, **beyond.options},
        tuple(_whole(base, path) for path in layout.resources),
        layout.saved,
    )


def _is_below(base: str, path: str) -> bool:
    return not base or path == base or path.startswith(f"{base}/")


def _below(base: str, path: str) -> str:
    return path[len(base) :] or "/"


def _whole(base: str, path: str) -> str:
    return f"{base}{path}".rstrip("/") or "/"
