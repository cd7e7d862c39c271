"""What a start shows: each method, what it asks for and calls, and what its preflight allows."""

from collections.abc import Iterable, Iterator

from cors_constructs.check.preflights import Preflight
from cors_constructs.check.reports.characters import printable
from cors_constructs.check.subject import ApiFacts
from cors_constructs.check.told import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS
from cors_constructs.serve.site import Place, Site
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.values import Unresolved

_TITLES = ("METHOD", "PATH", "KEY", "CALLS", "ITS PREFLIGHT ALLOWS")
_ORIGINS = 3  # so many are shown
_KEYED = {"True": "yes", "False": "no"}


def shown(site: Site, address: str) -> str:
    """The stages served, each with its methods; and the API keys.

    Args:
        site: What is served.
        address: Where: `http://127.0.0.1:3001`.
    """
    parts = [_place(site, place, address) for place in site.places]
    if site.keys:
        parts.append("\n".join(_keys(site)))
    return printable_lines("\n\n".join(parts))


def printable_lines(text: str) -> str:
    """The text, each line of it such as may be written to a terminal."""
    return "\n".join(map(printable, text.split("\n")))


def _place(site: Site, place: Place, address: str) -> str:
    api = place.gateway.api
    title = api.source.logical_id if isinstance(api.name, Unresolved) else api.name
    urls = [f"{address}/{place.path}"] if len(site.at("", place.path)) == 1 else []
    if len({it.label for it in site.places}) > 1:
        urls.append(f"http://{place.host}:{address.rpartition(':')[2]}/{place.path}")
    rows = [_TITLES, *_rows(ApiFacts(api, site.template))]
    lines = [f"{title}  {'  or  '.join(urls)}", *(f"  {line}" for line in _aligned(rows))]
    lines += [f"  not all of it can be read: {reason}" for reason in api.unreadable]
    return "\n".join(lines)


def _rows(facts: ApiFacts) -> Iterator[tuple[str, ...]]:
    preflights = {preflight.name: preflight for preflight in facts.preflights}
    for method in sorted(facts.api.methods, key=lambda it: (it.path, it.verb)):
        if method.verb == "OPTIONS":
            continue
        taker = facts.answers_options.get(method.path)
        yield (
            method.verb,
            method.path,
            _KEYED.get(str(method.api_key_required), "?"),
            _backend(method),
            "nothing: no method takes it" if taker is None else _allowed(preflights.get(taker.name)),
        )


def _backend(method: Method) -> str:
    integration = method.integration
    if integration is None:
        return "nothing"
    if integration.function is not None:
        return f"function {integration.function.source.logical_id}"
    return "MOCK" if integration.uri is None or integration.type == "MOCK" else f"{integration.type} {integration.uri}"


def _allowed(preflight: Preflight | None) -> str:
    if preflight is None or preflight.is_proxy:
        return "what its backend says"
    if preflight.is_shut:
        return "nothing: it asks for a key or an authorization"
    told = preflight.told
    if told is None or preflight.answer is None or told.origin is None:
        return "nothing that can be told beforehand" if told is None else "nothing: it names no origin"
    origins = sorted(preflight.answer.guests) or [str(told.origin)]
    more = f" and {len(origins) - _ORIGINS} more" if len(origins) > _ORIGINS else ""
    parts = [
        f"{', '.join(origins[:_ORIGINS])}{more}",
        str(told.headers.get(ALLOW_METHODS, "")),
        str(told.headers.get(ALLOW_HEADERS, "")),
        "credentials" if told.headers.get(ALLOW_CREDENTIALS) == "true" else "",
    ]
    return "; ".join(filter(None, parts))


def _keys(site: Site) -> Iterator[str]:
    yield "API keys"
    width = max(len(key.name) for key in site.keys)
    for key in site.keys:
        # Those of the template, or given, are known to whoever may know them.
        said = f"{key.value}  (made up for this server)" if key.is_local else f"{key.value[:4]}...  (not made up here)"
        yield f"  {key.name:{width}}  {said}"


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
