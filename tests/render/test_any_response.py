"""What holds of every integration response that carries a policy: it is the policy's, and the rest is the app's."""

from hypothesis import assume, given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.responses import Carried, carry
from cors_constructs.simulate import Response

from .answers import BEGINNINGS, CREDENTIALS, EXPOSED, ORIGIN, PREFIX, gateway, get, headers, lowered
from .strategies import origin_items, sent_origins, unhurried

OVERRIDE = "#set($context.responseOverride.header."
BACKEND = Response(200, {"Content-Type": "text/plain"}, b'{"a": [1, "caf\xc3\xa9"]}')

_NAMES = st.sampled_from([EXPOSED, CREDENTIALS, "Vary", "X-Own", ORIGIN])
_VALUES = st.sampled_from(["'a'", "'Accept'", "'accept, Origin'", "''", "'*'"])
_OVERRIDES = st.sampled_from(["", f"{OVERRIDE}X-Own='1')", f"{OVERRIDE}{EXPOSED}='own')", f"{OVERRIDE}Vary = 'own')"])
_TEMPLATES = st.builds(
    lambda override, body, first: f"{override}{body}" if first else f"{body}{override}",
    _OVERRIDES,
    st.sampled_from([*BEGINNINGS.values(), "$input.body", "$input.json('$.a')", "#set($r = $input.path('$'))$r.a"]),
    st.booleans(),
)


@st.composite
def _mapped(draw: st.DrawFn) -> dict[str, str]:
    names = draw(st.lists(_NAMES, max_size=3, unique=True))
    spelt = [draw(st.sampled_from([name, name.lower(), name.upper()])) for name in names]
    return {f"{PREFIX}{name}": draw(_VALUES) for name in spelt}


@st.composite
def policies(draw: st.DrawFn) -> tuple[CorsPolicy, list[str]]:
    """A policy, and origins that want to get past it."""
    one = st.one_of(st.just(["*"]), st.lists(origin_items(patterns=False), min_size=1, max_size=1))
    items = draw(st.one_of(one, st.lists(origin_items(), min_size=1, max_size=3, unique_by=str.lower)))
    policy = CorsPolicy(
        allow_origins=items,
        allow_credentials=items != ["*"] and draw(st.booleans()),
        expose_headers=draw(st.sampled_from([[], ["x-total"]])),
        dangerously_allow_insecure_origins=True,
        dangerously_allow_public_suffix_patterns=True,
    )
    sent = sent_origins(items).filter(lambda origin: origin.isascii() and origin.isprintable() and bool(origin.strip()))
    return policy, draw(st.lists(sent, min_size=1, max_size=4))


@unhurried
@given(
    policies(),
    _mapped(),
    st.dictionaries(st.sampled_from(["application/json", "application/xml"]), _TEMPLATES, max_size=2),
    st.sampled_from(["HTTP", "AWS", "MOCK"]),
)
def test_what_is_carried_is_the_policys_and_the_rest_the_apps(
    asked: tuple[CorsPolicy, list[str]], mapped: dict[str, str], templates: dict[str, str], kind: str
) -> None:
    policy, origins = asked
    own = [name.removeprefix(PREFIX) for name in mapped]
    before = gateway(kind, parameters=mapped, templates=templates or None, declared=own, backend=BACKEND)
    assume(get(before, None).status == 200)  # the app's own template runs
    done = carry(policy, parameters=mapped, templates=templates or None, is_mock=kind == "MOCK", declared=own)

    _keeps(done, mapped, templates)
    again = carry(policy, parameters=done.parameters, templates=done.templates, is_mock=kind == "MOCK",
                  declared=[*own, *done.declared])  # fmt: skip
    assert (again.parameters, again.templates, again.declared) == (done.parameters, done.templates, ())

    after = gateway(kind, parameters=done.parameters, templates=done.templates, declared=[*own, *done.declared],
                    backend=BACKEND)  # fmt: skip
    for origin in (*origins, None):
        was, now = get(before, origin), get(after, origin)
        assert (now.status, now.body) == (was.status, was.body)
        expected = headers(was)
        if ORIGIN.lower() not in expected and done.lacking is None:
            for name, value in lowered(policy.headers_for(origin.strip() if origin else None)).items():
                expected[name] = _varying(expected.get(name)) if name == "vary" else expected.get(name, value)
        elif ORIGIN.lower() not in expected:
            assert kind != "MOCK"
            assert not templates
        # A template of the app's that overrides Vary says all that there is to say of it.
        ignored = {"vary"} if any(f"{OVERRIDE}Vary" in template for template in templates.values()) else set()
        assert _without(headers(now), ignored) == _without(expected, ignored)


def _keeps(done: Carried, mapped: dict[str, str], templates: dict[str, str]) -> None:
    for name, value in mapped.items():
        kept = done.parameters[name]
        assert kept == value or (name.lower().endswith(".vary") and kept in {f"{value[:-1]}, Origin'", "'Origin'"})
    for media_type, template in templates.items():
        assert str((done.templates or {})[media_type]).endswith(template)
    names = [name.lower() for name in done.parameters]
    assert len(names) == len(set(names))


def _varying(own: str | None) -> str:
    if own is None or not own:
        return "Origin"
    names = [name.strip().lower() for name in own.split(",")]
    return own if "*" in names or "origin" in names else f"{own}, Origin"


def _without(given_headers: dict[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in given_headers.items() if name not in names}
