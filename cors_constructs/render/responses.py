"""The CORS headers of real answers, where API Gateway makes them: in the responses of integrations that are no proxies.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html. One origin, or `*`, is a fixed header.
Among several a response template has to choose, and what the app has of templates goes on to write the body: our part
goes before it, writes nothing, and sets headers for a listed origin only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Final

import attrs

from cors_constructs.policy import CorsPolicy, tokens
from cors_constructs.render.literals import literal
from cors_constructs.render.overrides import Overrides, overrides_in
from cors_constructs.render.preflight import CONTENT_HANDLING, MAX_TEMPLATE_BYTES, joined_lists, only_origin
from cors_constructs.render.vtl import Variables, when_origin_matches

HEADER_PREFIX: Final = "method.response.header."
# What the CDK's integration responses call it; documents and templates have their own word.
WRITE_A_TEMPLATE: Final = 'write response_templates={"application/json": "$input.body"}'

_ORIGIN: Final = "Access-Control-Allow-Origin"
_JSON: Final = "application/json"
# What the console and exported documents write for "no template": the body goes through as it is.
_PASSTHROUGH: Final = frozenset({"", "__passthrough__"})


@attrs.frozen(kw_only=True)
class Carried:
    """An integration response that carries the policy's headers, as far as it can.

    Attributes:
        parameters: The response parameters, ours after the app's.
        templates: The response templates; None where there are none.
        declared: The headers that the method response of its status has to declare, beyond those it does.
        lacking: None; or why pages of some origin cannot read the answer, and what to write instead.
        content_handling: What the integration response's content handling has to be, where the app says nothing of it;
            None where it does not matter. With binary media types a template would not be run, and be an error.
    """

    parameters: dict[str, object]
    templates: dict[str, object] | None
    declared: tuple[str, ...] = ()
    lacking: str | None = None
    content_handling: str | None = None


def carry(
    policy: CorsPolicy,
    *,
    parameters: Mapping[str, object],
    templates: Mapping[str, object] | None,
    is_mock: bool,
    declared: Iterable[str] = (),
    join: Callable[[Sequence[str]], str] | None = None,
    write: str = WRITE_A_TEMPLATE,
) -> Carried:
    """Give an integration response the policy's headers, beside what the app has set, which stays.

    What sends an `Access-Control-Allow-Origin` of its own is the app's, and is left alone; so what was carried once is
    the same when it is carried again.

    Args:
        policy: Who may read the answer.
        parameters: The response parameters: `method.response.header.X` and the value.
        templates: The response templates by media type. A value that is no string is one that only deployment knows.
        is_mock: Whether the integration is a MOCK. Its answer has no body of its own, so that one without a template
            can be given one.
        declared: The headers that the method response of its status declares, in whatever case: that is kept.
        join: Makes one string of an origin list that only deployment knows, its elements joined by commas. Needed
            where the policy has such lists.
        write: What to write where a template is lacking, for `lacking`.

    Raises:
        ValueError: `join` is missing.
    """
    given = _Given(parameters, templates, is_mock=is_mock, write=write)
    if _ORIGIN.lower() in given.mapped | given.overridden.keys():
        return Carried(parameters=dict(parameters), templates=given.copied)
    if policy.depends_on_origin:
        carried = _with_choice(given, policy, joined_lists(policy, join))
    else:
        carried = _with_static(given, {_ORIGIN: only_origin(policy), **_beside_origin(policy)})
    return _as_declared(carried, {name.lower(): name for name in declared})


class _Given:
    """An integration response as the app has it."""

    def __init__(
        self, parameters: Mapping[str, object], templates: Mapping[str, object] | None, *, is_mock: bool, write: str
    ) -> None:
        self.parameters, self.templates, self.is_mock, self.write = parameters, templates or {}, is_mock, write
        self.copied = None if templates is None else dict(templates)
        lowered = (name.lower() for name in parameters)
        self.mapped = frozenset(name.removeprefix(HEADER_PREFIX) for name in lowered)
        read = {name: overrides_in(text) for name, text in self.templates.items() if isinstance(text, str)}
        self.overrides: Mapping[str, Overrides] = read
        self.overridden = {low: name for overrides in read.values() for low, name in overrides.names.items()}

    def is_overridden(self, name: str) -> bool:
        """Whether every template overrides a header."""
        every = self.overrides.values()
        return len(every) == len(self.templates) > 0 and all(name.lower() in overrides.names for overrides in every)

    def spelt(self, name: str) -> str:
        """A header's name: as a template spells it that overrides it, so that API Gateway sees one header."""
        return self.overridden.get(name.lower(), name)


def _as_declared(carried: Carried, declared: Mapping[str, str]) -> Carried:
    """The same, with headers that are declared already mapped under that name, since names have to be the same."""
    spelt = {
        f"{HEADER_PREFIX}{name}": f"{HEADER_PREFIX}{declared[name.lower()]}"
        for name in carried.declared
        if name.lower() in declared
    }
    return attrs.evolve(
        carried,
        parameters={spelt.get(name, name): value for name, value in carried.parameters.items()},
        declared=tuple(name for name in carried.declared if name.lower() not in declared),
    )


def _beside_origin(policy: CorsPolicy) -> dict[str, str]:
    """The headers that a page which may read the answer is told besides; as `CorsPolicy.headers_for`."""
    return {
        **({"Access-Control-Allow-Credentials": "true"} if policy.allow_credentials else {}),
        **({"Access-Control-Expose-Headers": ",".join(policy.expose_headers)} if policy.expose_headers else {}),
    }


def _with_static(given: _Given, headers: Mapping[str, str]) -> Carried:
    """The same for everybody. What a template overrides goes before what is mapped, and is the app's."""
    added = {
        given.spelt(name): value
        for name, value in headers.items()
        if name.lower() not in given.mapped and not given.is_overridden(name)
    }
    mapped = {f"{HEADER_PREFIX}{name}": literal(value) for name, value in added.items()}
    return Carried(parameters={**given.parameters, **mapped}, templates=given.copied, declared=tuple(added))


def _with_choice(given: _Given, policy: CorsPolicy, lists: Sequence[str]) -> Carried:
    """For listed origins only."""
    extended, declared, lacking = dict(given.templates), dict.fromkeys((_ORIGIN,)), []
    for media_type, template in given.templates.items() or (((_JSON, None),) if given.is_mock else ()):
        problem = _problem(given, media_type, template)
        if problem is not None:
            lacking.append(problem)
            continue
        text = "" if _is_passthrough(template) else str(template)
        own = given.mapped | (given.overrides[media_type].names.keys() if media_type in given.overrides else set())
        beside = {name: value for name, value in _beside_origin(policy).items() if name.lower() not in own}
        prefix = _prefix(policy, beside, lists, _unused(text))
        if len(f"{prefix}{text}".encode()) > MAX_TEMPLATE_BYTES:
            lacking.append(
                f"with the choice among the policy's origins its response template {media_type} would have more than "
                f"the {MAX_TEMPLATE_BYTES:,} bytes that API Gateway takes: name fewer origins, or use patterns"
            )
            continue
        extended[media_type] = f"{prefix}{text}"
        declared.update(dict.fromkeys(beside))
    if not given.templates and not given.is_mock:
        lacking.append(f"no response template is there that could choose among several origins: {given.write}")
    if extended == given.templates:
        return Carried(parameters=dict(given.parameters), templates=given.copied, lacking=_joined(lacking))
    parameters, varies = _varying(given)
    return Carried(
        parameters=parameters,
        templates=extended,
        declared=(*declared, *varies),
        lacking=_joined(lacking),
        content_handling=CONTENT_HANDLING if given.is_mock and not _is_run(given) else None,
    )


def _problem(given: _Given, media_type: str, template: object) -> str | None:
    """Why a template cannot be extended."""
    its = f"its response template {media_type}"
    if _is_passthrough(template):
        if given.is_mock:
            return None
        return f"{its} is empty, which lets the body through and cannot choose among several origins: {given.write}"
    if not isinstance(template, str) or tokens.is_string_token(template):
        return (
            f"{its} is known only at deployment, and may set headers of its own: write it out, or set {_ORIGIN} in it"
        )
    overrides = given.overrides[media_type]
    if overrides.any:
        return (
            f"{its} sets headers by names that only a request tells, and none may be set twice: write "
            f"$context.responseOverride.header.X with each name, or set {_ORIGIN} in it"
        )
    doubtful = sorted(name for name in overrides.doubtful if name.startswith("access-control-"))
    if doubtful:
        return (
            f"{its} sets {', '.join(doubtful)} where a comment seems to be, and no header may be set twice: remove "
            "the comment"
        )
    return None


def _prefix(policy: CorsPolicy, beside: Mapping[str, str], lists: Sequence[str], stem: str) -> str:
    choice = when_origin_matches(
        beside,
        exact=policy.exact_origins,
        patterns=policy.origin_patterns,
        lists=lists,
        variables=Variables(f"{stem}Headers", f"{stem}Origin", f"{stem}Listed", f"{stem}Origins", f"{stem}Each"),
    )
    # An #end swallows the end of a line after it, and letters after it make it another word. A formal reference does
    # neither, and an empty one writes nothing.
    return f"#set(${stem}End='')" + choice + f"$!{{{stem}End}}"


def _unused(template: str) -> str:
    """A beginning that no variable of the template has."""
    stems = (f"cors{number}" if number else "cors" for number in count())
    return next(stem for stem in stems if stem not in template)


def _varying(given: _Given) -> tuple[dict[str, object], tuple[str, ...]]:
    """The parameters with `Vary: Origin`, and whether it has to be declared.

    https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
    """
    if given.is_overridden("Vary"):
        return dict(given.parameters), ()
    if "vary" not in given.mapped:
        vary = given.spelt("Vary")
        return {**given.parameters, f"{HEADER_PREFIX}{vary}": literal("Origin")}, (vary,)
    merged = {
        name: _merged(value) if name.lower() == f"{HEADER_PREFIX}vary" else value
        for name, value in given.parameters.items()
    }
    return merged, ()


def _merged(value: object) -> object:
    """A Vary with Origin in it. One that comes from the backend, or that only deployment knows, stays."""
    if not isinstance(value, str) or len(value) < len("''") or not value.startswith("'") or not value.endswith("'"):
        return value
    names = [name.strip() for name in value[1:-1].split(",") if name.strip()]
    if any(name == "*" or name.lower() == "origin" for name in names):
        return value
    return f"{value[:-1]}, Origin'" if names else literal("Origin")


def _is_run(given: _Given) -> bool:
    """Whether the app has a template that is run, so that its content handling is the app's to know."""
    return not all(map(_is_passthrough, given.templates.values()))


def _is_passthrough(template: object) -> bool:
    return template is None or (isinstance(template, str) and template in _PASSTHROUGH)


def _joined(problems: Sequence[str]) -> str | None:
    return "; ".join(problems) if problems else None
