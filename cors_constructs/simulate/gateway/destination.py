"""Where a URL leads: host, path and query."""

from typing import Final

import attrs

from cors_constructs.simulate.model import Api, Stage

_ABSOLUTE: Final = "://"


@attrs.frozen
class Destination:
    """Where a request goes.

    Attributes:
        stage: The stage; None where the host has none of that name.
        path: The path below the stage, percent-encoded.
        query: What follows the question mark.
    """

    stage: Stage | None
    path: str
    query: str


def destination(url: str, api: Api, stage: Stage) -> Destination:
    """Where a URL leads.

    A path alone is one below the stage. A host of API Gateway's (`...execute-api...`) has the stage as its path's first
    segment, and any stage of the API will do. Any other host is a custom domain: its path is one below the stage, as
    with a base path mapping that is empty.

    Args:
        url: An absolute URL, or a path and query.
        api: The API.
        stage: The stage for paths alone and custom domains.
    """
    whole, _, _ = url.partition("#")
    address, _, query = whole.partition("?")
    if address.startswith("/"):
        return Destination(stage, address, query)
    scheme, absolute, rest = address.partition(_ABSOLUTE)
    if not absolute or "/" in scheme:
        return Destination(stage, f"/{address}", query)
    host, _, path = rest.partition("/")
    labels = host.rpartition("@")[2].partition(":")[0].lower().split(".")
    if "execute-api" not in labels:
        return Destination(stage, f"/{path}", query)
    name, _, below = path.partition("/")
    return Destination(_stage(name, api, stage), f"/{below}", query)


def _stage(name: str, api: Api, stage: Stage) -> Stage | None:
    if not name:
        return None
    for it in (stage, *api.stages):
        if it.name == name:
            return it
    # One whose name only a deployment knows may be this one.
    return next((it for it in (stage, *api.stages) if not isinstance(it.name, str)), None)
