"""What is served, as the lens's page takes it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from cors_constructs.check.named import named_origins
from cors_constructs.check.subject import ApiFacts
from cors_constructs.serve.lens.judging import id_of
from cors_constructs.serve.lens.origins import offers
from cors_constructs.serve.site import Key, Place, Site
from cors_constructs.serve.table import Row, rows_of, title_of
from cors_constructs.simulate.model import Method

_HEADER: Final = "method.request.header."


def facts_of(site: Site, local: Sequence[str], *, shows_keys: bool) -> dict[str, Any]:
    """The stages that are served, their methods, and which origins and keys there are to try.

    Args:
        site: What is served.
        local: The origins at which the lens's pages are.
        shows_keys: Whether keys are told that were not made up here.
    """
    places = [_place(place, site, shows_keys=shows_keys) for place in site.places]
    listed = (origin for place in places for origin in place["origins"])
    return {"places": places, "local_origins": list(local), "offers": list(offers(listed, local))}


def _place(place: Place, site: Site, *, shows_keys: bool) -> dict[str, Any]:
    api = place.gateway.api
    methods = {(method.verb, method.path): method for method in api.methods}
    return {
        "id": id_of(place),
        "label": place.label,
        "stage": str(place.gateway.stage.name),
        "path": f"/{place.path}",
        "host": place.host,
        "api": title_of(api),
        "needs_host": len(site.at("", place.path)) > 1,
        "routes": [_route(row, methods[row.verb, row.path]) for row in rows_of(ApiFacts(api, site.template))],
        "origins": list(named_origins(api).as_written()),
        "keys": [_key(key, shows_keys=shows_keys) for key in site.keys if place.label in key.labels],
    }


def _key(key: Key, *, shows_keys: bool) -> dict[str, Any]:
    value = key.value if key.is_local or shows_keys else ""
    return {"name": key.name, "value": value, "is_local": key.is_local}


def _route(row: Row, method: Method) -> dict[str, Any]:
    return {
        "method": row.verb,
        "path": row.path,
        # Where only a deployment knows, a key may be needed.
        "needs_key": method.api_key_required is not False,
        "backend": row.backend,
        "preflight": row.preflight,
        "request_headers": list(dict.fromkeys(_headers(method))),
    }


def _headers(method: Method) -> Iterator[str]:
    """The headers that the template names for a method: those that it reads, and those of its authorizer."""
    identity = method.authorizer.identity_source if method.authorizer else None
    sources = [*method.request_parameters, *(identity.split(",") if isinstance(identity, str) else ())]
    for source in map(str.strip, sources):
        if source.startswith(_HEADER):
            yield source.removeprefix(_HEADER)
