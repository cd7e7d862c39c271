"""Whom a mapping template welcomes: which origins it tells what, seen by running it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from cors_constructs.check import probes
from cors_constructs.check.told import ALLOW_ORIGIN
from cors_constructs.simulate.gateway import mapping
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Source, Stage
from cors_constructs.simulate.values import Text, Unresolved
from cors_constructs.simulate.vtl.error import MappingError

_FIXED: Final = re.compile(
    r"(\$context\.responseOverride\.header\.(?!access-control-allow-origin)[\w-]+\s*=\s*)(['\"])([^'\"$#]*)\2",
    re.IGNORECASE,
)
_VALUE: Final = "value-{}-of-the-template"
_UNKNOWN: Final = "only-known-at-deployment-{}"
_WHOLE: Final = f"https://{_UNKNOWN}.whole.invalid"
_NUMBER: Final = r"(\d+)"
_VALUES: Final = re.compile(_VALUE.format(_NUMBER))
_UNKNOWNS: Final = re.compile("|".join(form.format(_NUMBER) for form in (_WHOLE, _UNKNOWN)))
_FROM_QUERY: Final = re.compile(r"\$\{?input\.params\(\s*(['\"])origin\1\s*\)", re.IGNORECASE)
_SETS_ORIGIN: Final = re.compile(r"responseOverride\.header[.\[(\s'\"a-z]*access-control-allow-origin", re.IGNORECASE)
_TWICE: Final = re.compile(r"overrides (\S+) twice")
_STAGE: Final = Stage(Source(None, ""), "stage")
# So many origins are attacked; templates with more are alike.
_TRIED: Final = 6


@attrs.frozen
class Intruder:
    """An origin that nobody meant to let in.

    Attributes:
        origin: The origin.
        guest: The one that is let in with it.
        by_pattern: Whether a regular expression lets it in; else a comparison with a part.
    """

    origin: str
    guest: str
    by_pattern: bool


@attrs.frozen(kw_only=True)
class Welcome:
    """Whom a template tells what, beside the headers that are mapped.

    Attributes:
        sets_origin: Whether it sets Access-Control-Allow-Origin at all.
        guest: The headers, by name in lower case, that it sets for an origin that it lets in; None where there is none
            that could be found.
        guests: Origins that it lets in, those left out that only a deployment knows.
        compared: The strings in it that look like origins to compare with.
        stranger: The Access-Control-Allow-Origin that it sets for an origin that it does not know; None for none.
        reflects: Whether it lets every origin in, by its own name.
        null: Whether it lets the origin `null` in.
        intruder: An origin that it lets in by mistake.
        downgraded: An http origin that it lets in beside its https twin, unlisted.
        misses: The spelling of the Origin header's name (`Origin`, `origin`) that it overlooks.
        from_query: Whether a query parameter can stand for the Origin header.
        twice: The header that it sets twice.
        trouble: Why the above cannot be told; empty where it can.
    """

    sets_origin: bool = False
    guest: Mapping[str, Text] | None = None
    guests: tuple[str, ...] = ()
    compared: tuple[Text, ...] = ()
    stranger: str | None = None
    reflects: bool = False
    null: bool = False
    intruder: Intruder | None = None
    downgraded: str | None = None
    misses: str | None = None
    from_query: bool = False
    twice: str | None = None
    trouble: str = ""

    @property
    def depends(self) -> bool:
        """Whether what it says depends on the origin."""
        if self.guest is None or not self.sets_origin:
            return False
        return self.reflects or self.stranger != self.guest.get(ALLOW_ORIGIN)


def welcome(template: Text) -> Welcome:
    """Runs a template for origins of all kinds."""
    text, unknown = _filled(template)
    fixed: list[str] = []

    def placeholder(match: re.Match[str]) -> str:
        fixed.append(match.group(3))
        return f"{match.group(1)}{match.group(2)}{_VALUE.format(len(fixed) - 1)}{match.group(2)}"

    # Most templates of an API differ only in values that have nothing to do with origins: they are run once.
    seen = _seen(_FIXED.sub(placeholder, text))

    def written(value: Text) -> Text:
        return _known_again(_VALUES.sub(lambda match: fixed[int(match.group(1))], str(value)), unknown)

    guests = (written(guest) for guest in seen.guests)
    return attrs.evolve(
        seen,
        guest=None if seen.guest is None else {name: written(value) for name, value in seen.guest.items()},
        guests=tuple(guest for guest in guests if isinstance(guest, str)),
        compared=tuple(written(text) for text in seen.compared),
    )


def lets_in(template: Text, origin: str) -> bool | None:
    """Whether a template lets an origin in; None where only a deployment knows, or it does not run."""
    text, unknown = _filled(template)
    try:
        return _lets_in(text, origin) or (None if unknown else False)
    except MappingError:
        return None


def _filled(template: Text) -> tuple[str, list[Unresolved]]:
    """A template with stand-ins for what is unknown: an origin where a whole string is, else a label."""
    unknown: list[Unresolved] = []
    pieces: list[str] = []
    waiting: list[str | Unresolved] = [template]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, str):
            pieces.append(part)
        elif part.parts:
            waiting[:0] = part.parts
        else:
            is_whole = not pieces or pieces[-1].rstrip()[-1:] in {"'", '"', ","}
            pieces.append((_WHOLE if is_whole else _UNKNOWN).format(len(unknown)))
            unknown.append(part)
    return "".join(pieces), unknown


def _known_again(value: str, unknown: list[Unresolved]) -> Text:
    """A value, unresolved where a stand-in is part of it."""
    parts: list[str | Unresolved] = []
    end = 0
    for match in _UNKNOWNS.finditer(value):
        if match.start() > end:
            parts.append(value[end : match.start()])
        parts.append(unknown[int(match.group(1) or match.group(2))])
        end = match.end()
    if not parts:
        return value
    if end < len(value):
        parts.append(value[end:])
    return parts[0] if len(parts) == 1 else Unresolved({"Fn::Join": ["", parts]}, tuple(parts))


@functools.lru_cache(maxsize=512)
def _seen(text: str) -> Welcome:
    compared = tuple(probes.literals(text))
    try:
        return attrs.evolve(_tried(text), compared=compared)
    except MappingError as error:
        twice = _TWICE.search(str(error))
        if twice:
            return Welcome(sets_origin=True, compared=compared, twice=twice.group(1))
        return Welcome(sets_origin=True, compared=compared, trouble=f"its mapping template does not run: {error}")


def _tried(text: str) -> Welcome:
    if not _SETS_ORIGIN.search(text):
        return Welcome(guest=_told(text, probes.STRANGERS[0]))
    meant = probes.meant(text)
    _run_once(text, [*meant, *probes.STRANGERS])
    for header in (None, "Origin", "origin"):  # one that writes both, one after the other, repeats neither alone
        if all(_answered(text, stranger, header).get(ALLOW_ORIGIN) == stranger for stranger in probes.STRANGERS):
            guest = _answered(text, probes.STRANGERS[0], header)
            return Welcome(sets_origin=True, guest=guest, reflects=True, from_query=_reads_query(text))
    for_stranger = _answered(text, probes.STRANGERS[0])
    if for_stranger.get(ALLOW_ORIGIN) == "*":
        return Welcome(sets_origin=True, guest=for_stranger, stranger="*")
    guests = [origin for origin in meant if _lets_in(text, origin)]
    null = _lets_in(text, "null")
    stranger = for_stranger.get(ALLOW_ORIGIN)
    if not guests:
        return _without_guests(text, meant, stranger, null=null)
    return Welcome(
        sets_origin=True,
        guest=_answered(text, guests[0]),
        guests=tuple(guests),
        stranger=stranger,
        null=null,
        intruder=next(_intruders(text, guests, meant), None),
        downgraded=next(_downgraded(text, guests), None),
        misses=_missed_spelling(text, guests[0]),
        from_query=_reads_query(text),
    )


def _without_guests(text: str, meant: list[str], stranger: str | None, *, null: bool) -> Welcome:
    """What is told where no origin that the template may mean is told its own name."""
    answers = (_answered(text, origin) for origin in [*meant, "null", *probes.STRANGERS])
    guest = next((headers for headers in answers if ALLOW_ORIGIN in headers), None)
    trouble = "" if guest else "no origin was found that its mapping template lets in"
    return Welcome(sets_origin=True, guest=guest, stranger=stranger, null=null, trouble=trouble)


def _intruders(text: str, guests: list[str], meant: list[str]) -> Iterator[Intruder]:
    if not re.search(r"\.\s*(?!get\b|params\b|equals\b|size\b|length\b)[A-Za-z]+\s*\(", text):
        return  # nothing but comparisons of whole strings
    for guest in guests[:_TRIED]:
        for origin in probes.attacks(guest):
            if origin not in meant and _lets_in(text, origin) and not probes.same_site(origin, guest):
                yield Intruder(origin, guest, by_pattern=".matches" in text)


def _downgraded(text: str, guests: list[str]) -> Iterator[str]:
    for guest in guests[:_TRIED]:
        insecure = probes.downgraded(guest)
        if insecure and insecure not in probes.literals(text) and _lets_in(text, insecure):
            yield insecure


def _missed_spelling(text: str, guest: str) -> str | None:
    """The spelling of the header's name under which a guest is no guest."""
    return next((name for name in ("Origin", "origin") if not _lets_in(text, guest, name)), None)


def _reads_query(text: str) -> bool:
    return _FROM_QUERY.search(text) is not None


def _lets_in(text: str, origin: str, header: str | None = None) -> bool:
    return _answered(text, origin, header).get(ALLOW_ORIGIN) in (origin, "*")


def _run_once(text: str, origins: list[str]) -> None:
    """Sees that a template runs for some origin at least.

    Raises:
        MappingError: It runs for none, or overrides a header twice for one.
    """
    errors = (_failure(text, origin) for origin in origins)
    first = next(errors)
    if first is not None and (_TWICE.search(str(first)) or all(errors)):
        raise first


def _failure(text: str, origin: str) -> MappingError | None:
    try:
        _told(text, origin)
    except MappingError as error:
        return error
    return None


def _answered(text: str, origin: str, header: str | None = None) -> dict[str, str]:
    """The headers that a template sets for an origin; none where it fails, so that the answer is 500."""
    try:
        return _told(text, origin, header)
    except MappingError as error:
        if _TWICE.search(str(error)):
            raise
        return {}


def _told(text: str, origin: str, header: str | None = None) -> dict[str, str]:
    """The headers that a template sets for an origin, by name in lower case."""
    names = [header] if header else ["Origin", "origin"]
    request = Request("OPTIONS", "/", dict.fromkeys(names, origin))
    overrides = mapping.Overrides()
    mapping.run(mapping.template(text), Invocation(request, _STAGE, "/", ""), b"", overrides)
    return {name.lower(): value for name, value in overrides.headers.items()}
