"""What a start shows: each method, what it asks for and calls, and what its preflight allows."""

from collections.abc import Collection, Iterable, Iterator

import attrs

from cors_constructs.check.preflights import Preflight, is_shut
from cors_constructs.check.reports.characters import printable
from cors_constructs.check.subject import ApiFacts
from cors_constructs.check.told import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS
from cors_constructs.serve.columns import columns_of, filled, folded, laid_out
from cors_constructs.serve.domains import LOCAL
from cors_constructs.serve.notes import notes, notes_of_stage
from cors_constructs.serve.site import Key, Place, Site
from cors_constructs.simulate.model import Api, Method
from cors_constructs.simulate.values import Unresolved

_TITLES = ("METHOD", "PATH", "KEY", "AUTHORIZER", "CALLS", "ITS PREFLIGHT ALLOWS")
_GUARD = _TITLES.index("AUTHORIZER")
_BELOW = ("authorizer", "calls", "preflight allows")
_INDENT = "  "
_ORIGINS = 3  # so many are shown
_LONG = 40  # characters of headers, which are said once where they are many rows'
_KEYED = {"True": "yes", "False": "no"}
_OPEN = "no"
# What the kinds of authorization that name an authorizer are called.
_GUARDS = {"CUSTOM": "Lambda", "COGNITO_USER_POOLS": "Cognito"}


@attrs.frozen
class Row:
    """A method, in words.

    Attributes:
        verb: `GET`, or `ANY`.
        path: Its whole path.
        key: Whether it asks for a key: `yes`, `no`, or `?` where only a deployment knows.
        guard: Its authorizer: `no`, `IAM`, `Cognito Users`, `Lambda Staff`, or `?` where only a deployment knows.
        backend: What it calls.
        allowed: What its preflight allows, in parts.
        headers: The part that is about headers; empty for none.
    """

    verb: str
    path: str
    key: str
    guard: str
    backend: str
    allowed: tuple[str, ...]
    headers: str = ""

    @property
    def preflight(self) -> str:
        """What its preflight allows."""
        return "; ".join(self.allowed)

    def cells(self, told_below: str) -> tuple[str, ...]:
        """Its line of the table, without the headers that are told below it."""
        parts = (it for it in self.allowed if it != told_below)
        return self.verb, self.path, self.key, self.guard, self.backend, "; ".join(parts)


def shown(site: Site, address: str, *, told: Collection[str] = (), width: int | None = None) -> str:
    """The stages served, each with its methods; and the API keys.

    Args:
        site: What is served.
        address: Where: `http://127.0.0.1:3001`.
        told: The values of API keys that are not to be shown, since they were.
        width: The columns of the terminal, which what is said is fitted into; None where lines may be of any length.
    """
    keys = [key for key in site.keys if key.value not in told]
    parts = [*(_place(site, place, address, width) for place in site.places), _keys(keys), notes(site)]
    # What a template holds may be no line, and nothing to write to a terminal.
    blocks = ["\n".join(folded(printable(line), width) for line in lines) for lines in parts]
    return "\n\n".join(filter(None, blocks))


def _place(site: Site, place: Place, address: str, width: int | None) -> Iterator[str]:
    api = place.gateway.api
    port = address.rpartition(":")[2]
    urls = [f"{address}/{place.path}"] if len(site.at("", place.path)) == 1 else []
    if len({it.label for it in site.places}) > 1:
        urls.append(f"http://{place.host}:{port}/{place.path}")
    rows = list(rows_of(ApiFacts(api, site.template)))
    shared = _shared_headers(rows)
    yield f"{title_of(api)}  {'  or  '.join(urls)}"
    yield from (f"{_INDENT}{line}" for line in _domains(site, place, port))
    yield from (f"{_INDENT}{line}" for line in _methods(rows, shared, width))
    if shared:
        yield f"  These preflights allow the headers {shared}"
    yield from (f"  {note}" for note in notes_of_stage(site.template, place))


def _methods(rows: Iterable[Row], told_below: str, width: int | None) -> Iterator[str]:
    """The table of methods, with a column for authorizers where one of them has any."""
    cells = [tuple(map(printable, row.cells(told_below))) for row in rows]  # as long as they will be shown
    has_guards = any(row[_GUARD] != _OPEN for row in cells)
    titles, *table = [row if has_guards else (*row[:_GUARD], *row[_GUARD + 1 :]) for row in (_TITLES, *cells)]
    below = _BELOW if has_guards else _BELOW[1:]
    return laid_out(titles, table, below=below, width=None if width is None else width - len(_INDENT))


def _domains(site: Site, place: Place, port: str) -> Iterator[str]:
    """Where custom domains show a stage."""
    for shown in site.domains:
        for stage in (stage for stage, there in shown.places.items() if there is place):
            path = "/" + "/".join(filter(None, [shown.path, stage]))
            asks = "; on AWS it asks for the client's certificate" if shown.wants_certificate else ""
            yield f"https://{shown.domain}{path} is http://{shown.domain}{LOCAL}:{port}{path}{asks}"
    for it in place.gateway.api.base_paths:
        unknown = [str(part) for part in (it.domain, it.path) if isinstance(part, Unresolved)]
        if unknown:
            yield f"{it.source.logical_id} is not served: only a deployment knows {' and '.join(unknown)}"


def title_of(api: Api) -> str:
    """What an API is called."""
    return api.source.logical_id if isinstance(api.name, Unresolved) else api.name


def rows_of(facts: ApiFacts) -> Iterator[Row]:
    """The methods that pages call, by path."""
    preflights = {preflight.name: preflight for preflight in facts.preflights}
    for method in sorted(facts.api.methods, key=lambda it: (it.path, it.verb)):
        if method.verb == "OPTIONS":
            continue
        taker = facts.answers_options.get(method.path)
        yield Row(
            method.verb,
            method.path,
            _KEYED.get(str(method.api_key_required), "?"),
            _guard(method),
            _backend(method),
            *_allowed(taker, None if taker is None else preflights.get(taker.name)),
        )


def _shared_headers(rows: Iterable[Row]) -> str:
    """The headers that all preflights allow which say some, where to repeat them would hide the rest."""
    said = [row.headers for row in rows if row.headers]
    return said[0] if len(said) > 1 and len(set(said)) == 1 and len(said[0]) > _LONG else ""


def _guard(method: Method) -> str:
    kind = method.authorization
    if isinstance(kind, Unresolved):
        return "?"
    if kind == "NONE":
        return _OPEN
    name = "" if method.authorizer is None else str(method.authorizer.name)
    return f"{_GUARDS.get(kind, kind.removeprefix('AWS_'))} {name}".rstrip()


def _backend(method: Method) -> str:
    integration = method.integration
    if integration is None:
        return "nothing"
    if integration.function is not None:
        return f"function {integration.function.source.logical_id}"
    has_address = integration.uri is not None and integration.type != "MOCK"
    return f"{integration.type} {integration.uri}" if has_address else str(integration.type)


def _allowed(taker: Method | None, preflight: Preflight | None) -> tuple[tuple[str, ...], str]:
    """What a preflight allows, in parts, and the part that is about headers.

    Args:
        taker: The method that takes the preflight; None where none does.
        preflight: What is known of that, where it is an OPTIONS.
    """
    if taker is None:
        return ("nothing: no method takes it",), ""
    if is_shut(taker):
        asks = "an API key" if taker.api_key_required is True else str(taker.authorization)
        return (f"nothing: {taker.name} asks for {asks}",), ""
    if preflight is None or preflight.is_proxy:
        return ("what its backend says",), ""
    told = preflight.told
    if told is None or preflight.answer is None or told.origin is None:
        return ("nothing that can be told beforehand" if told is None else "nothing: it names no origin",), ""
    origins = sorted(preflight.answer.guests) or [str(told.origin)]
    more = f" and {len(origins) - _ORIGINS} more" if len(origins) > _ORIGINS else ""
    headers = str(told.headers.get(ALLOW_HEADERS, ""))
    parts = [
        f"{', '.join(origins[:_ORIGINS])}{more}",
        str(told.headers.get(ALLOW_METHODS, "")),
        headers,
        "credentials" if told.headers.get(ALLOW_CREDENTIALS) == "true" else "",
    ]
    return tuple(filter(None, parts)), headers


def _keys(keys: Collection[Key]) -> Iterator[str]:
    if not keys:
        return
    yield "API keys"
    names = [printable(key.name) for key in keys]
    width = max(map(columns_of, names))
    for key, name in zip(keys, names, strict=True):
        # Those of the template, or given, are known to whoever may know them.
        said = f"{key.value}  (made up for this server)" if key.is_local else f"{key.value[:4]}...  (not made up here)"
        yield f"  {filled(name, width)}  {said}"
