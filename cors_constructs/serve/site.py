"""Which APIs and stages are served, and which of them a request is for.

An invoke URL's path begins with the stage (`/prod/users`), and its host names the API. So here: each API has a host
name of its own below `localhost`, which browsers take for this machine
(https://www.rfc-editor.org/rfc/rfc6761#section-6.3). At every other name the stage alone tells, as long as no two APIs
have one of that name. Custom domains have names of their own, and paths as they are mapped.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from cors_constructs.serve.domains import Domains, Shown
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.keyring import Keyring
from cors_constructs.simulate.gateway.selection import the_api, the_stage
from cors_constructs.simulate.model import Api, ApiKey, Stage, Template
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import Remedy, Setting, TemplateError, Unresolved

_LOCAL: Final = "localhost"
_LONGEST_LABEL: Final = 63
# What stands for the stage in a path, where the template has none, or only a deployment knows its name.
_NAMELESS: Final = "local"


@attrs.frozen(eq=False)
class Place:
    """A stage of an API.

    Attributes:
        gateway: Its gateway.
        label: The API's own name in host names: `orders` of `orders.localhost`.
        path: The first segment of its paths: the stage's name.
    """

    gateway: Gateway
    label: str
    path: str

    @property
    def host(self) -> str:
        """The host name that is the API's alone."""
        return f"{self.label}.{_LOCAL}"


@attrs.frozen(eq=False)
class Key:
    """An API key, as a client needs it.

    Attributes:
        name: What it is called.
        value: What to send.
        is_local: Whether the value was made up here, since API Gateway makes it up at deployment.
        labels: The labels of the APIs that have it in a usage plan.
    """

    name: str
    value: str
    is_local: bool
    labels: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class Site:
    """What is served, as one reading of the templates gave it.

    Attributes:
        template: What was read.
        places: The stages of the APIs.
        keys: The API keys.
        domains: The custom domains that show them.
    """

    template: Template
    places: tuple[Place, ...]
    keys: tuple[Key, ...]
    domains: Domains[Place]

    def __contains__(self, host: object) -> bool:
        """Whether a host name is an API's alone, or a custom domain's."""
        return host in self.hosts or host in self.domains

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that are an API's alone."""
        return frozenset(place.host for place in self.places)

    @property
    def needs_hosts(self) -> bool:
        """Whether some path's API is told by the host alone."""
        return len({place.path for place in self.places}) < len(self.places)

    def at(self, host: str, segment: str) -> Sequence[Place]:
        """The places that a host and the first segment of a path lead to: one, or none; or several."""
        return [
            place for place in self.places if place.path == segment and (host not in self.hosts or host == place.host)
        ]


def read_site(settings: Settings, limits: Limits) -> Site:
    """Reads what is to be served.

    Args:
        settings: What that is.
        limits: Counts its requests.

    Raises:
        TemplateError: There is nothing that can be served, or not what is asked for.
    """
    template = read_template(settings.target, parameters=settings.parameters)
    are_all = settings.api is None and len(template.apis) > 1
    apis = template.apis if are_all else (the_api(template, settings.api),)
    given = _given(template, apis, settings.keys)
    labels = _labels(apis)
    places = []
    for api, label, keys in zip(apis, labels, given, strict=True):
        stages = tuple(_stages(api, settings.stage, is_alone=len(apis) == 1))
        for stage, path in zip(stages, _paths(stages), strict=True):
            gateway = Gateway(template, api, stage, api_keys=keys, authorizer=settings.access, limits=limits)
            places.append(Place(gateway, label, path))
    if not places:
        names = sorted({str(stage.name) for api in apis for stage in api.stages})
        problem = f"no API has a stage {settings.stage!r}"
        raise TemplateError(settings.target, "", problem, Remedy(Setting.STAGE, tuple(names)))
    keys_shown = tuple(_keys(template, places, settings.keys))
    return Site(template, tuple(places), keys_shown, Domains(_shown(places), (place.host for place in places)))


def _shown(places: Sequence[Place]) -> Iterator[Shown[Place]]:
    """What custom domains show of the stages that are served, as far as their names and paths are known."""
    for api in {id(place.gateway.api): place.gateway.api for place in places}.values():
        own = [place for place in places if place.gateway.api is api]
        for it in api.base_paths:
            if it.stage is None:
                shown = {place.path: place for place in own}
            else:
                shown = dict([("", place) for place in own if place.gateway.stage.name == it.stage][:1])
            if shown and isinstance(it.domain, str) and isinstance(it.path, str):
                yield Shown(it.domain, it.path, shown, it.wants_certificate)


def _stages(api: Api, wanted: str | None, *, is_alone: bool) -> Iterable[Stage]:
    if wanted is None:
        return api.stages or (the_stage(api, None),)
    if is_alone:
        return (the_stage(api, wanted),)  # or says which there are
    return [stage for stage in api.stages if wanted in (stage.name, str(stage.name))]


def _paths(stages: Sequence[Stage]) -> list[str]:
    """A first segment for each stage of an API, of its own: its name where that is known, and no other's."""
    names = {stage.name for stage in stages if isinstance(stage.name, str)}
    paths: list[str] = []
    for stage in stages:
        if isinstance(stage.name, str) and stage.name not in paths:
            paths.append(stage.name)
        else:
            wished = stage.name if isinstance(stage.name, str) else _NAMELESS
            paths.append(_of_its_own(wished, {*names, *paths}))
    return paths


def _labels(apis: Iterable[Api]) -> list[str]:
    """A name for each API, of its own, such as may stand in a host name."""
    labels: list[str] = []
    for api in apis:
        name = "" if isinstance(api.name, Unresolved) else _slug(api.name)
        labels.append(_of_its_own(name or _slug(api.source.logical_id) or "api", labels))
    return labels


def _of_its_own(wished: str, taken: Collection[str]) -> str:
    again = (f"{wished}-{number}" for number in itertools.count(2))
    return next(it for it in itertools.chain([wished], again) if it not in taken)


def _slug(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower())[:_LONGEST_LABEL].strip("-")


def _given(template: Template, apis: Sequence[Api], keys: Mapping[str, str]) -> list[dict[str, str]]:
    """The values for each API: those whose keys it knows.

    Raises:
        TemplateError: No API knows a key.
    """
    given: list[dict[str, str]] = [{} for _ in apis]
    for name, value in keys.items():
        problems = [_problem(template, api, name, value) for api in apis]
        if all(problems):
            raise next(filter(None, problems))
        for own, problem in zip(given, problems, strict=True):
            own.update({} if problem else {name: value})
    return given


def _problem(template: Template, api: Api, name: str, value: str) -> TemplateError | None:
    try:
        Keyring(api, template.keys, api.plans, {name: value})
    except TemplateError as error:
        return error
    return None


def _keys(template: Template, places: Iterable[Place], given: Mapping[str, str]) -> Iterable[Key]:
    """The keys that open one of the places, each once."""
    found: dict[str, Key] = {}
    for place in places:
        for key in (key for plan in place.gateway.api.plans for key in plan.keys):
            value = place.gateway.key(key.source.logical_id) if _is_told_apart(key, template) else None
            if value is None or key.enabled is False:
                continue
            is_local = not isinstance(key.value, str) and value not in given.values()
            it = found.setdefault(value, Key(_title(key), value, is_local))
            found[value] = attrs.evolve(it, labels=it.labels | {place.label})
    return found.values()


def _is_told_apart(key: ApiKey, template: Template) -> bool:
    """Whether its logical id means it alone: stacks may have keys of one logical id."""
    return sum(it.source.logical_id == key.source.logical_id for it in template.keys) <= 1


def _title(key: ApiKey) -> str:
    """What people call it: in the CDK the construct `Key` is a client's."""
    if isinstance(key.name, str):
        return key.name
    names = key.names - {"Key", key.source.logical_id}
    return min(sorted(names), key=len, default=key.source.logical_id)
