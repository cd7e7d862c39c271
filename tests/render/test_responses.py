"""Integration responses that carry a policy: what is mapped, declared and left, and what it answers once deployed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.preflight import MAX_TEMPLATE_BYTES
from cors_constructs.render.responses import Carried, carry
from cors_constructs.simulate import Response

from .answers import BEGINNINGS, CORS, CREDENTIALS, EXPOSED, ORIGIN, PREFIX, gateway, get, headers, lowered
from .origins import ADMIN, APP, JOINED_LIST, LIST, TOKEN

STRANGER = "https://evil.example"
OVERRIDE = "#set($context.responseOverride.header."

ONE = CorsPolicy(allow_origins=[APP], allow_credentials=True, expose_headers=["x-total"])
ANYONE = CorsPolicy(allow_origins=["*"], expose_headers=[])
SEVERAL = CorsPolicy(allow_origins=[APP, ADMIN], allow_credentials=True, expose_headers=["x-page", "x-total"])
PATTERN = CorsPolicy(allow_origins=["https://*.shop.example"])
POLICIES = {"one": ONE, "anyone": ANYONE, "several": SEVERAL, "a pattern": PATTERN}
CHOOSING = {"several": SEVERAL, "a pattern": PATTERN}

each_policy = pytest.mark.parametrize("policy", [pytest.param(policy, id=name) for name, policy in POLICIES.items()])
choosing = pytest.mark.parametrize("policy", [pytest.param(policy, id=name) for name, policy in CHOOSING.items()])
BACKEND = Response(200, {"Content-Type": "text/plain"}, b'{"a": [1, "caf\xc3\xa9"]}')
ALL_OF_IT = {"application/json": "$input.body"}


def parameters(**mapped: str) -> dict[str, Any]:
    """Response parameters, by header; `_` stands for a hyphen."""
    return {f"{PREFIX}{name.replace('_', '-')}": value for name, value in mapped.items()}


def carried(policy: CorsPolicy, templates: Mapping[str, Any] | None = None, **mapped: str) -> Carried:
    return carry(policy, parameters=parameters(**mapped), templates=templates, is_mock=False)


# What is written.


def test_one_origin_is_mapped_and_declared() -> None:
    done = carried(ONE, ALL_OF_IT, X_Own="'1'")
    assert done.parameters == parameters(
        X_Own="'1'",
        Access_Control_Allow_Origin=f"'{APP}'",
        Access_Control_Allow_Credentials="'true'",
        Access_Control_Expose_Headers="'x-total'",
    )
    assert done.templates == ALL_OF_IT
    assert done.declared == (ORIGIN, CREDENTIALS, EXPOSED)
    assert done.lacking is None


def test_anyone_needs_no_more_than_a_star() -> None:
    done = carried(ANYONE)
    assert (done.parameters, done.declared) == (parameters(Access_Control_Allow_Origin="'*'"), (ORIGIN,))
    assert done.templates is None


def test_several_origins_are_chosen_among_in_every_template() -> None:
    templates = {"application/json": "$input.body", "application/xml": "<a/>"}
    done = carried(SEVERAL, templates)
    assert done.parameters == parameters(Vary="'Origin'")
    assert done.declared == (ORIGIN, CREDENTIALS, EXPOSED, "Vary")
    assert done.templates is not None
    for media_type, template in done.templates.items():
        assert str(template).endswith(templates[media_type])
        assert str(template).count(f"{OVERRIDE}{ORIGIN}=") == 1
    assert done.lacking is None


def test_a_mock_without_a_template_gets_one_that_is_read_whatever_the_api_takes_for_binary() -> None:
    for templates in (None, {}, {"application/json": ""}, {"application/json": None}):
        done = carry(SEVERAL, parameters={}, templates=templates, is_mock=True)
        assert list(done.templates or {}) == ["application/json"]
        assert done.content_handling == "CONVERT_TO_TEXT"
        assert done.lacking is None
    own = carry(SEVERAL, parameters={}, templates=ALL_OF_IT, is_mock=True)
    assert own.content_handling is None


@pytest.mark.parametrize(
    ("vary", "merged"),
    [
        ("'Accept'", "'Accept, Origin'"),
        ("'Accept,Cookie'", "'Accept,Cookie, Origin'"),
        ("'accept, ORIGIN'", "'accept, ORIGIN'"),
        ("'*'", "'*'"),
        ("''", "'Origin'"),
        ("integration.response.header.Vary", "integration.response.header.Vary"),
        ("'", "'"),
    ],
)
@pytest.mark.parametrize("name", ["Vary", "vary"])
def test_a_vary_of_the_apps_own_is_added_to(name: str, vary: str, merged: str) -> None:
    done = carried(SEVERAL, ALL_OF_IT, **{name: vary})
    assert done.parameters == {f"{PREFIX}{name}": merged}
    assert "Vary" not in done.declared


def test_headers_are_spelt_as_they_are_declared() -> None:
    spelt = [ORIGIN.lower(), "VARY", "x-own"]
    one = carry(ONE, parameters={}, templates=None, is_mock=False, declared=spelt)
    assert list(one.parameters) == [f"{PREFIX}{name}" for name in (ORIGIN.lower(), CREDENTIALS, EXPOSED)]
    assert one.declared == (CREDENTIALS, EXPOSED)
    several = carry(SEVERAL, parameters={}, templates=ALL_OF_IT, is_mock=False, declared=spelt)
    assert several.parameters == {f"{PREFIX}VARY": "'Origin'"}
    assert several.declared == (CREDENTIALS, EXPOSED)


def test_origins_known_at_deployment_are_chosen_among_too() -> None:
    policy = CorsPolicy(allow_origins=[LIST, TOKEN])
    done = carry(policy, parameters={}, templates=ALL_OF_IT, is_mock=False, join=lambda _: JOINED_LIST)
    assert done.templates is not None
    assert JOINED_LIST in str(done.templates["application/json"])
    with pytest.raises(ValueError, match="say how to join them"):
        carry(policy, parameters={}, templates=ALL_OF_IT, is_mock=False)


# What is the app's.


@each_policy
@pytest.mark.parametrize(
    ("mapped", "templates"),
    [
        pytest.param({"Access_Control_Allow_Origin": "'https://own.example'"}, ALL_OF_IT, id="mapped"),
        pytest.param({"access_control_allow_origin": "'*'"}, None, id="mapped in lower case"),
        pytest.param(
            {"Access_Control_Allow_Origin": "integration.response.header.Access-Control-Allow-Origin"},
            None,
            id="mapped from the backend",
        ),
        pytest.param({}, {"application/json": f"{OVERRIDE}{ORIGIN} = '*')"}, id="overridden"),
        pytest.param({}, {"a/b": "x", "application/json": f"{OVERRIDE}{ORIGIN.lower()}='*')"}, id="in one of two"),
        pytest.param(
            {}, {"application/json": f"#set($context.responseOverride.header['{ORIGIN}'] = '*')"}, id="by its name"
        ),
        pytest.param(
            {}, {"application/json": f"#set(${{context.responseOverride.header.{ORIGIN}}} = '*')"}, id="formally"
        ),
    ],
)
def test_an_origin_that_the_app_sends_leaves_all_as_it_is(
    policy: CorsPolicy, mapped: dict[str, str], templates: dict[str, Any] | None
) -> None:
    done = carried(policy, templates, **mapped)
    assert (done.parameters, done.templates) == (parameters(**mapped), templates)
    assert (done.declared, done.lacking, done.content_handling) == ((), None, None)


@each_policy
@pytest.mark.parametrize("name", [EXPOSED, CREDENTIALS, EXPOSED.lower(), CREDENTIALS.upper()])
def test_another_header_that_the_app_maps_stays_and_is_not_sent_twice(policy: CorsPolicy, name: str) -> None:
    own = {f"{PREFIX}{name}": "'own'"}
    done = carry(policy, parameters=own, templates=ALL_OF_IT, is_mock=False, declared=[name])
    api = gateway("HTTP", parameters=done.parameters, templates=done.templates, declared=[name, *done.declared],
                  backend=BACKEND)  # fmt: skip
    for origin in (APP, STRANGER):
        expected = {**lowered(policy.headers_for(origin)), name.lower(): "own"}
        assert _cors(headers(get(api, origin))) == expected


@choosing
def test_a_header_that_the_app_overrides_is_left_to_it_in_that_template_only(policy: CorsPolicy) -> None:
    done = carried(policy, {"application/json": f"{OVERRIDE}{EXPOSED} = 'x-own')a", "application/xml": "<a/>"})
    assert done.templates is not None
    assert str(done.templates["application/json"]).count(EXPOSED) == 1
    assert str(done.templates["application/xml"]).count(f"{OVERRIDE}{EXPOSED}=") == 1


def test_a_header_that_every_template_overrides_is_not_mapped() -> None:
    templates = {"application/json": f"{OVERRIDE}{EXPOSED} = 'x-own')a"}
    assert carried(ONE, templates).declared == (ORIGIN, CREDENTIALS)
    own = {"application/json": f"{OVERRIDE}vary = 'x-own')a"}
    assert carried(SEVERAL, own).parameters == {}


def test_a_header_that_some_template_overrides_is_mapped_for_the_others_under_its_name_there() -> None:
    templates = {"application/json": f"{OVERRIDE}{EXPOSED.lower()} = 'x-own')a", "application/xml": "<a/>"}
    done = carried(ONE, templates)
    assert done.declared == (ORIGIN, CREDENTIALS, EXPOSED.lower())
    assert list(done.parameters) == [f"{PREFIX}{name}" for name in done.declared]
    own = {"application/json": f"{OVERRIDE}vary = 'x-own')a", "application/xml": "<a/>"}
    assert carried(SEVERAL, own).parameters == parameters(vary="'Origin'")


# What is lacking.


class Lacking(NamedTuple):
    title: str
    templates: dict[str, Any] | None
    said: str


LACKING = [
    Lacking("no templates", None, 'write response_templates={"application/json": "$input.body"}'),
    Lacking("an empty mapping", {}, 'write response_templates={"application/json": "$input.body"}'),
    Lacking("an empty template", {"text/csv": ""}, "its response template text/csv is empty"),
    Lacking("a null", {"application/json": None}, "its response template application/json is empty"),
    Lacking("a passthrough", {"application/json": "__passthrough__"}, "is empty, which lets the body through"),
    Lacking("a token", {"application/json": TOKEN}, "is known only at deployment"),
    Lacking("a function", {"application/json": {"Fn::Sub": "${A}"}}, "is known only at deployment"),
    Lacking(
        "an override by a name that is not known",
        {"application/json": "#set($context.responseOverride.header[$name] = 'x')"},
        "sets headers by names that only a request tells",
    ),
    Lacking(
        "an override by a call",
        {"application/json": "$context.responseOverride.header.put('X-A', 'x')"},
        "sets headers by names that only a request tells",
    ),
    Lacking(
        "an override under another name",
        {"application/json": "#set($all = $context.responseOverride)#set($all.header.X-A = 'x')"},
        "sets headers by names that only a request tells",
    ),
    Lacking(
        "an override that seems to be a comment",
        {"application/json": f"## {OVERRIDE}{ORIGIN} = '*')\nbody"},
        "access-control-allow-origin where a comment seems to be, and no header may be set twice: remove the comment",
    ),
    Lacking(
        "one that seems to be a block comment",
        {"application/json": f"#*\n{OVERRIDE}{CREDENTIALS} = '*')\n*#body"},
        "access-control-allow-credentials where a comment seems to be",
    ),
    Lacking(
        "more than a template may have",
        {"application/json": "x" * MAX_TEMPLATE_BYTES},
        "would have more than the 307,200 bytes that API Gateway takes: name fewer origins, or use patterns",
    ),
]


@choosing
@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in LACKING])
def test_what_cannot_choose_among_origins_stays_and_is_told(policy: CorsPolicy, case: Lacking) -> None:
    done = carried(policy, case.templates, Vary="'Accept'")
    assert (done.parameters, done.templates) == (parameters(Vary="'Accept'"), case.templates)
    assert done.declared == ()
    assert done.lacking is not None
    assert case.said in done.lacking
    assert "\n" not in done.lacking


@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in LACKING])
@pytest.mark.parametrize("policy", [ONE, ANYONE], ids=["one", "anyone"])
def test_one_answer_for_all_needs_no_template(policy: CorsPolicy, case: Lacking) -> None:
    done = carried(policy, case.templates)
    assert f"{PREFIX}{ORIGIN}" in done.parameters
    assert done.lacking is None


def test_what_can_be_extended_is_though_another_cannot() -> None:
    done = carried(SEVERAL, {"application/json": "$input.body", "text/csv": ""})
    assert done.templates is not None
    assert ORIGIN in str(done.templates["application/json"])
    assert done.templates["text/csv"] == ""
    assert done.lacking is not None
    assert "text/csv" in done.lacking
    assert "application/json is" not in done.lacking
    assert done.parameters == parameters(Vary="'Origin'")


def test_what_to_write_is_said_in_the_words_of_whoever_asks() -> None:
    done = carry(SEVERAL, parameters={}, templates=None, is_mock=False, write="write ResponseTemplates")
    assert done.lacking is not None
    assert done.lacking.endswith(": write ResponseTemplates")


# What it answers.


@each_policy
@pytest.mark.parametrize("kind", ["HTTP", "AWS", "MOCK"])
@pytest.mark.parametrize("origin", [APP, ADMIN, STRANGER, f"{APP}.evil.example", "null", None], ids=str)
def test_every_origin_is_answered_as_the_policy_says(policy: CorsPolicy, kind: str, origin: str | None) -> None:
    templates = None if kind == "MOCK" else ALL_OF_IT
    done = carry(policy, parameters={}, templates=templates, is_mock=kind == "MOCK")
    api = gateway(kind, parameters=done.parameters, templates=done.templates, declared=done.declared, backend=BACKEND)
    answer = get(api, origin)
    assert answer.status == 200
    assert answer.body == (b"" if kind == "MOCK" else BACKEND.body)
    assert _cors(headers(answer)) == lowered(policy.headers_for(origin))


@choosing
@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BEGINNINGS.items()])
def test_a_template_goes_on_to_write_what_it_wrote(policy: CorsPolicy, body: str) -> None:
    before = gateway("HTTP", parameters={}, templates={"application/json": body}, declared=(), backend=BACKEND)
    done = carried(policy, {"application/json": body})
    after = gateway("HTTP", parameters=done.parameters, templates=done.templates, declared=done.declared,
                    backend=BACKEND)  # fmt: skip
    for origin in (APP, STRANGER, None):
        assert (get(after, origin).status, get(after, origin).body) == (200, get(before, origin).body)
        assert _cors(headers(get(after, origin))) == lowered(policy.headers_for(origin))


def test_each_template_is_one_that_some_request_is_answered_by() -> None:
    templates = {"application/json": '{"a": 1}', "application/xml": "<a/>"}
    done = carried(SEVERAL, templates)
    api = gateway("HTTP", parameters=done.parameters, templates=done.templates, declared=done.declared, backend=BACKEND)
    for media_type, body in templates.items():
        answer = get(api, APP, Accept=media_type)
        assert answer.body == body.encode()
        assert _cors(headers(answer)) == lowered(SEVERAL.headers_for(APP))


def _cors(given_headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given_headers.items() if name in CORS | {"vary"}}
