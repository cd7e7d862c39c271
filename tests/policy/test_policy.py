"""A policy: its defaults, its normal form, and all that is wrong with it at once."""

import datetime
import json
import math
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError, Issue

SITE = "https://app.example.com"
PATTERN = "https://*.preview.example.com"
TOKEN = "${Token[TOKEN.12]}"  # noqa: S105 - the CDK's word for a value known only at deployment
LIST_TOKEN = "#{Token[TOKEN.13]}"  # noqa: S105
NUMBER_TOKEN = -1.8881545897087626e289


def policy(**arguments: Any) -> CorsPolicy:
    return CorsPolicy(**{"allow_origins": [SITE], **arguments})


def issues_of(make: Callable[..., CorsPolicy] = policy, /, **arguments: Any) -> tuple[Issue, ...]:
    with pytest.raises(CorsPolicyError) as caught:
        make(**arguments)
    return caught.value.issues


def rules_of(**arguments: Any) -> list[tuple[str, str]]:
    return [(issue.rule, issue.place) for issue in issues_of(**arguments)]


class Duration:
    """As `aws_cdk.Duration` looks from Python."""

    def __init__(self, seconds: object) -> None:
        self.seconds = seconds

    def to_seconds(self) -> Any:
        if isinstance(self.seconds, Exception):
            raise self.seconds
        return self.seconds


# Defaults and normal form.


def test_what_a_policy_says_by_default() -> None:
    assert CorsPolicy(allow_origins=[SITE]).to_dict() == {
        "allow_origins": [SITE],
        "allow_methods": None,
        "allow_headers": [
            "authorization",
            "content-type",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-user-agent",
            "x-api-key",
        ],
        "expose_headers": ["retry-after", "x-amzn-errortype", "x-amzn-requestid"],
        "allow_credentials": False,
        "max_age": 7200,
        "status_code": 204,
        "dangerously_allow_insecure_origins": False,
        "dangerously_allow_public_suffix_patterns": False,
    }


def test_everything_is_kept_in_normal_form() -> None:
    kept = policy(
        allow_origins=["https://z.example", TOKEN, "https://bücher.example", PATTERN, "${Token[A.1]}"],
        allow_methods=["put", "GET"],
        allow_headers=["X-Trace", "Content-Type"],
        expose_headers=["X-B", "x-a"],
        max_age=datetime.timedelta(hours=1),
    )
    assert kept.allow_origins == (PATTERN, "https://xn--bcher-kva.example", "https://z.example", TOKEN, "${Token[A.1]}")
    assert kept.allow_methods == ("GET", "PUT")
    assert kept.allow_headers == ("content-type", "x-api-key", "x-trace")
    assert kept.expose_headers == ("x-a", "x-b")
    assert kept.max_age == 3600


@pytest.mark.parametrize(
    ("given_headers", "kept"),
    [
        pytest.param([], ("x-api-key",), id="to-an-empty-list"),
        pytest.param(["X-Trace"], ("x-api-key", "x-trace"), id="to-a-list-without-it"),
        pytest.param(["X-API-Key"], ("x-api-key",), id="not-twice"),
        pytest.param(["*"], ("*",), id="not-to-a-wildcard"),
        pytest.param(["Authorization", "*"], ("*", "authorization"), id="not-to-a-wildcard-with-authorization"),
    ],
)
def test_the_api_key_header_is_added(given_headers: list[str], kept: tuple[str, ...]) -> None:
    assert policy(allow_headers=given_headers).allow_headers == kept


def test_an_empty_list_of_exposed_headers_exposes_none() -> None:
    assert policy(expose_headers=[]).expose_headers == ()


def test_options_may_be_allowed_by_name() -> None:
    assert policy(allow_methods=["OPTIONS"]).allow_methods == ("OPTIONS",)


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy().max_age = 0  # type: ignore[misc]


def test_an_unknown_keyword_is_an_ordinary_mistake() -> None:
    with pytest.raises(TypeError):
        policy(allow_origin=SITE)


@pytest.mark.parametrize(
    "items",
    [
        pytest.param((SITE, PATTERN), id="a-tuple"),
        pytest.param({SITE: 1, PATTERN: 2}.keys(), id="keys"),
        pytest.param(frozenset({SITE, PATTERN}), id="a-set"),
        pytest.param(iter([SITE, PATTERN]), id="an-iterator"),
    ],
)
def test_any_iterable_of_strings_is_a_list(items: Any) -> None:
    assert policy(allow_origins=items) == policy(allow_origins=[SITE, PATTERN])


def test_a_generator_is_a_list() -> None:
    def origins() -> Iterator[str]:
        yield SITE

    assert policy(allow_origins=origins()) == policy()


# Arguments of the wrong type.

NO_LISTS = [
    pytest.param(None, "leave the argument out where it has a default", id="None"),
    pytest.param("", "write a list of strings", id="an-empty-string"),
    pytest.param(b"https://a.example", "write a list of strings", id="bytes"),
    pytest.param(3, "write a list of strings", id="a-number"),
    pytest.param(True, "write a list of strings", id="a-flag"),
    pytest.param({"a": 1}, "write a list of strings", id="a-mapping"),
    pytest.param(object(), "write a list of strings", id="an-object"),
    pytest.param(datetime.date(2026, 1, 1), "Token.as_list", id="an-object-of-another-library"),
]


@pytest.mark.parametrize("argument", ["allow_origins", "allow_methods", "allow_headers", "expose_headers"])
@pytest.mark.parametrize(("value", "fix"), NO_LISTS)
def test_a_list_that_is_none_is_refused(argument: str, value: object, fix: str) -> None:
    if argument == "allow_methods" and value is None:
        assert policy(allow_methods=None).allow_methods is None
        return
    (issue,) = issues_of(**{argument: value})
    assert (issue.rule, issue.place) == ("CORS101", argument)
    assert fix in issue.fix


@pytest.mark.parametrize(
    ("argument", "value", "items"),
    [
        pytest.param("allow_origins", SITE, [SITE], id="an-origin"),
        pytest.param("allow_origins", "*", ["*"], id="a-wildcard"),
        pytest.param("allow_origins", f"{SITE}, {PATTERN}", [SITE, PATTERN], id="two-origins"),
        pytest.param("allow_origins", TOKEN, [TOKEN], id="a-value-known-only-at-deployment"),
        pytest.param("allow_methods", "get,PUT", ["GET", "PUT"], id="methods"),
        pytest.param("allow_headers", "X-A X-B", ["x-a", "x-b"], id="headers"),
    ],
)
def test_a_bare_string_is_put_into_a_list_for_its_writer(argument: str, value: str, items: list[str]) -> None:
    (issue,) = issues_of(**{argument: value})
    assert (issue.rule, issue.place) == ("CORS101", argument)
    assert json.loads(issue.fix.partition(": ")[2]) == items
    policy(**{argument: items})


@pytest.mark.parametrize("value", ["https://App.example", 'a"b', "x" * 5000, "a\nb"])
def test_a_bare_string_with_more_wrong_with_it_is_refused_all_the_same(value: str) -> None:
    assert rules_of(allow_origins=value) == [("CORS101", "allow_origins")]


@pytest.mark.parametrize(
    "flag",
    ["allow_credentials", "dangerously_allow_insecure_origins", "dangerously_allow_public_suffix_patterns"],
)
@pytest.mark.parametrize("value", [None, 0, 1, "true", "false", [], [True]])
def test_a_flag_is_true_or_false_and_nothing_like_it(flag: str, value: object) -> None:
    (issue,) = issues_of(**{flag: value})
    assert (issue.rule, issue.place, issue.fix) == ("CORS109", flag, "write True or False")


def test_a_flag_that_is_none_brings_no_further_issues() -> None:
    assert rules_of(allow_origins=["http://a.example"], dangerously_allow_insecure_origins=1) == [
        ("CORS109", "dangerously_allow_insecure_origins")
    ]
    assert rules_of(allow_origins=["*"], allow_credentials="no") == [("CORS109", "allow_credentials")]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param(0, 0, id="zero"),
        pytest.param(600, 600, id="seconds"),
        pytest.param(86400, 86400, id="a-day"),
        pytest.param(datetime.timedelta(minutes=10), 600, id="a-timedelta"),
        pytest.param(datetime.timedelta(0), 0, id="a-timedelta-of-nothing"),
        pytest.param(Duration(600), 600, id="a-CDK-duration"),
        pytest.param(Duration(600.0), 600, id="a-CDK-duration-that-gives-a-float"),
    ],
)
def test_max_age_is_kept_as_seconds(value: Any, seconds: int) -> None:
    kept = policy(max_age=value).max_age
    assert kept == seconds
    assert type(kept) is int


BAD_AGES = [
    pytest.param(-1, "CORS111", 0, id="minus-one-for-never"),
    pytest.param(86401, "CORS111", 86400, id="more-than-a-day"),
    pytest.param(10**400, "CORS111", 86400, id="far-more-than-a-day"),
    pytest.param(-(10**400), "CORS111", 0, id="far-less-than-nothing"),
    pytest.param(datetime.timedelta(days=2), "CORS111", 86400, id="two-days"),
    pytest.param(datetime.timedelta(seconds=-1), "CORS111", 0, id="a-negative-timedelta"),
    pytest.param(Duration(90_000), "CORS111", 86400, id="a-CDK-duration-of-more-than-a-day"),
    pytest.param(None, "CORS110", None, id="None"),
    pytest.param(True, "CORS110", None, id="True"),
    pytest.param("600", "CORS110", 600, id="digits-in-a-string"),
    pytest.param("PT10M", "CORS110", None, id="another-notation"),
    pytest.param(600.0, "CORS110", 600, id="a-whole-float"),
    pytest.param(1e300, "CORS110", None, id="a-huge-float"),
    pytest.param(600.5, "CORS110", 600, id="a-fraction"),
    pytest.param(-0.5, "CORS110", 0, id="a-negative-fraction"),
    pytest.param(math.inf, "CORS110", None, id="infinity"),
    pytest.param(-math.inf, "CORS110", None, id="minus-infinity"),
    pytest.param(math.nan, "CORS110", None, id="not-a-number"),
    pytest.param(datetime.timedelta(milliseconds=1500), "CORS110", 1, id="a-timedelta-with-a-fraction"),
    pytest.param(datetime.timedelta(milliseconds=-1500), "CORS110", None, id="a-negative-one-with-a-fraction"),
    pytest.param(Duration(1.5), "CORS110", 1, id="a-CDK-duration-with-a-fraction"),
    pytest.param(Duration(RuntimeError("no whole number")), "CORS110", None, id="a-CDK-duration-that-refuses"),
    pytest.param(Duration("600"), "CORS110", None, id="a-duration-that-gives-text"),
    pytest.param(Duration(seconds=True), "CORS110", None, id="a-duration-that-gives-a-flag"),
    pytest.param(Duration, "CORS110", None, id="a-type"),
    pytest.param([600], "CORS110", None, id="a-list"),
    pytest.param(NUMBER_TOKEN, "CORS114", None, id="a-number-known-only-at-deployment"),
    pytest.param(int(NUMBER_TOKEN), "CORS114", None, id="such-a-number-as-an-integer"),
    pytest.param(Duration(NUMBER_TOKEN), "CORS114", None, id="a-duration-known-only-at-deployment"),
]


@pytest.mark.parametrize(("value", "rule", "corrected"), BAD_AGES)
def test_max_age_is_refused(value: object, rule: str, corrected: int | None) -> None:
    (issue,) = issues_of(max_age=value)
    assert (issue.rule, issue.place) == (rule, "max_age")
    if corrected is not None:
        assert issue.fix.startswith(f"write {corrected}")
        policy(max_age=corrected)


@pytest.mark.parametrize("value", [200, 204, 299])
def test_a_preflight_may_be_answered_with(value: int) -> None:
    assert policy(status_code=value).status_code == value


@pytest.mark.parametrize(
    ("value", "rule", "corrected"),
    [
        pytest.param(199, "CORS113", 204, id="too-low"),
        pytest.param(300, "CORS113", 204, id="a-redirect"),
        pytest.param(403, "CORS113", 204, id="a-refusal"),
        pytest.param(10**400, "CORS113", 204, id="far-too-high"),
        pytest.param(True, "CORS112", 204, id="True"),
        pytest.param(None, "CORS112", 204, id="None"),
        pytest.param("200", "CORS112", 200, id="digits-in-a-string"),
        pytest.param("404", "CORS112", 204, id="other-digits-in-a-string"),
        pytest.param(204.0, "CORS112", 204, id="a-float"),
        pytest.param([204], "CORS112", 204, id="a-list"),
        pytest.param(NUMBER_TOKEN, "CORS114", 204, id="a-number-known-only-at-deployment"),
    ],
)
def test_a_status_is_refused(value: object, rule: str, corrected: int) -> None:
    (issue,) = issues_of(status_code=value)
    assert (issue.rule, issue.place, issue.fix) == (rule, "status_code", f"write {corrected}")
    policy(status_code=corrected)


# Lists as a whole.


def test_no_origin_at_all_is_refused() -> None:
    assert rules_of(allow_origins=[]) == [("CORS102", "allow_origins")]


def test_no_method_at_all_is_refused() -> None:
    (issue,) = issues_of(allow_methods=())
    assert (issue.rule, issue.place) == ("CORS102", "allow_methods")
    assert "leave allow_methods out" in issue.fix


def test_a_list_whose_items_are_all_refused_is_not_called_empty() -> None:
    assert rules_of(allow_origins=["null"]) == [("CORS121", "allow_origins[0]")]


@pytest.mark.parametrize(
    ("argument", "items"),
    [
        pytest.param("allow_origins", [SITE, PATTERN, SITE], id="an-origin"),
        pytest.param("allow_origins", ["https://bücher.example", SITE, "https://xn--bcher-kva.example"], id="Punycode"),
        pytest.param("allow_origins", [PATTERN, SITE, PATTERN], id="a-pattern"),
        pytest.param("allow_origins", [TOKEN, SITE, TOKEN], id="a-value-known-only-at-deployment"),
        pytest.param("allow_methods", ["GET", "PUT", "get"], id="a-method-in-another-case"),
        pytest.param("allow_headers", ["X-A", "x-b", "x-a"], id="a-header-in-another-case"),
        pytest.param("expose_headers", ["X-A", "x-b", "x-a"], id="an-exposed-header-in-another-case"),
        pytest.param("allow_headers", ["*", "authorization", "*"], id="a-wildcard"),
    ],
)
def test_an_item_may_not_stand_twice(argument: str, items: list[str]) -> None:
    (issue,) = issues_of(**{argument: items})
    assert (issue.rule, issue.place, issue.fix) == ("CORS104", f"{argument}[2]", "remove it")
    assert f"{argument}[0]" in issue.problem
    policy(**{argument: items[:2]})


def test_an_origin_that_a_pattern_covers_may_stand_beside_it() -> None:
    covered = "https://a.preview.example.com"
    assert policy(allow_origins=[covered, PATTERN]).exact_origins == (covered,)


@pytest.mark.parametrize(
    ("argument", "items", "place"),
    [
        pytest.param("allow_origins", [SITE, "*"], 1, id="origins"),
        pytest.param("allow_origins", ["*", TOKEN], 0, id="origins-known-only-at-deployment"),
        pytest.param("allow_methods", ["GET", "*"], 1, id="methods"),
        pytest.param("allow_headers", ["*", "authorization", "x-a"], 0, id="request-headers"),
        pytest.param("allow_headers", ["*", "x-api-key"], 0, id="the-API-key's-header"),
        pytest.param("expose_headers", ["x-a", "*"], 1, id="response-headers"),
    ],
)
def test_a_wildcard_may_not_stand_beside_others(argument: str, items: list[str], place: int) -> None:
    (issue,) = issues_of(**{argument: items})
    assert (issue.rule, issue.place) == ("CORS105", f"{argument}[{place}]")
    assert '["*"]' in issue.fix
    policy(**{argument: ["*"]})


@pytest.mark.parametrize("argument", ["allow_origins", "allow_methods", "allow_headers", "expose_headers"])
def test_a_wildcard_may_not_meet_credentials(argument: str) -> None:
    (issue,) = issues_of(**{argument: ["*"]}, allow_credentials=True)
    assert (issue.rule, issue.place) == ("CORS106", f"{argument}[0]")
    assert "browsers" in issue.problem
    assert getattr(policy(**{argument: ["*"]}, dangerously_allow_insecure_origins=True), argument) == ("*",)


def test_every_problem_of_every_argument_is_reported_at_once_and_in_their_order() -> None:
    assert rules_of(
        status_code=500,
        max_age=-1,
        allow_credentials=True,
        expose_headers=["Set-Cookie", "*"],
        allow_headers=["Cookie", 3],
        allow_methods=["patch", "TRACE"],
        allow_origins=[f"{SITE}/", None, "*"],
        dangerously_allow_insecure_origins="no",
    ) == [
        ("CORS130", "allow_origins[0]"),
        ("CORS103", "allow_origins[1]"),
        ("CORS106", "allow_origins[2]"),
        ("CORS161", "allow_methods[0]"),
        ("CORS160", "allow_methods[1]"),
        ("CORS163", "allow_headers[0]"),
        ("CORS103", "allow_headers[1]"),
        ("CORS165", "expose_headers[0]"),
        ("CORS106", "expose_headers[1]"),
        ("CORS111", "max_age"),
        ("CORS113", "status_code"),
        ("CORS109", "dangerously_allow_insecure_origins"),
    ]


# Origins known only at deployment.


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TOKEN, id="a-whole-origin"),
        pytest.param(f"https://{TOKEN}", id="a-host"),
        pytest.param(f"https://www.{TOKEN}", id="the-end-of-a-host"),
        pytest.param(f"https://{TOKEN}.example.com", id="the-start-of-a-host"),
        pytest.param(f"https://app-{TOKEN}-{TOKEN}.example.com", id="pieces-of-a-label"),
        pytest.param(f"https://{TOKEN}:8443", id="a-host-before-a-port"),
        pytest.param(f"http://localhost:{TOKEN}", id="a-port"),
        pytest.param(f"http://{TOKEN}.localhost", id="a-label-before-localhost"),
        pytest.param("https://${Token[AWS.Region.11]}.example.com", id="a-region"),
    ],
)
def test_a_string_known_only_at_deployment_is_kept_as_written(text: str) -> None:
    kept = policy(allow_origins=[text])
    assert kept.allow_origins == kept.exact_origins == (text,)


@pytest.mark.parametrize(
    ("text", "rule", "corrected"),
    [
        pytest.param(f"https://{TOKEN}/", "CORS130", f"https://{TOKEN}", id="a-slash-at-the-end"),
        pytest.param(f"{TOKEN}/", "CORS130", TOKEN, id="a-slash-behind-a-whole-origin"),
        pytest.param(f"https://{TOKEN}/{TOKEN}", "CORS131", f"https://{TOKEN}", id="a-path"),
        pytest.param(f"http://{TOKEN}", "CORS127", f"https://{TOKEN}", id="http"),
        pytest.param(f"https://WWW.{TOKEN}", "CORS128", f"https://www.{TOKEN}", id="upper-case"),
        pytest.param(f"https://{TOKEN}:443", "CORS143", f"https://{TOKEN}", id="the-default-port"),
        pytest.param(f"https://bücher.{TOKEN}", "CORS142", f"https://xn--bcher-kva.{TOKEN}", id="Unicode"),
        pytest.param(f"{TOKEN}.example.com", "CORS125", f"https://{TOKEN}.example.com", id="no-scheme"),
        pytest.param(f"www.{TOKEN}", "CORS125", f"https://www.{TOKEN}", id="no-scheme-before-it"),
        pytest.param(f"{TOKEN}:8443", "CORS125", f"https://{TOKEN}:8443", id="no-scheme-but-a-port"),
        pytest.param(f"{TOKEN}://a.example", "CORS125", "https://a.example", id="a-scheme"),
        pytest.param(f"{TOKEN}.Example.com", "CORS128", f"https://{TOKEN}.example.com", id="no-scheme-and-upper-case"),
        pytest.param(f"https://*.{TOKEN}", "CORS116", None, id="a-pattern"),
        pytest.param(f"http://{TOKEN}:*", "CORS116", None, id="any-port"),
        pytest.param(f"https://{LIST_TOKEN}", "CORS117", None, id="a-list"),
        pytest.param(f"{TOKEN},{TOKEN}", "CORS122", None, id="two-of-them"),
        pytest.param(f"https://{TOKEN} ", "CORS123", f"https://{TOKEN}", id="a-blank"),
        pytest.param("https://${AWS::Region}.example.com", "CORS135", None, id="CloudFormation's-own-marker"),
    ],
)
def test_what_surrounds_such_a_string_is_checked(text: str, rule: str, corrected: str | None) -> None:
    (issue,) = issues_of(allow_origins=[SITE, text])
    assert (issue.rule, issue.place) == (rule, "allow_origins[1]")
    assert repr(text) in issue.value
    if corrected is not None:
        assert f'write "{corrected}"' in issue.fix
        policy(allow_origins=[corrected])


def test_a_list_known_only_at_deployment_is_an_item() -> None:
    kept = policy(allow_origins=[LIST_TOKEN])
    assert kept.origin_lists == (LIST_TOKEN,)
    assert kept.exact_origins == ()


def test_origins_are_told_apart_by_kind() -> None:
    kept = policy(allow_origins=[TOKEN, SITE, LIST_TOKEN, PATTERN, "http://localhost:*"])
    assert kept.exact_origins == (SITE, TOKEN)
    assert [str(pattern) for pattern in kept.origin_patterns] == ["http://localhost:*", PATTERN]
    assert kept.origin_lists == (LIST_TOKEN,)
    assert not kept.any_origin


def test_any_origin_is_none_of_the_kinds() -> None:
    kept = policy(allow_origins=["*"])
    assert kept.any_origin
    assert (kept.exact_origins, kept.origin_patterns, kept.origin_lists) == ((), (), ())


# Values.


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, "CorsPolicy(allow_origins=['https://app.example.com'])"),
        ({"max_age": 0}, "CorsPolicy(allow_origins=['https://app.example.com'], max_age=0)"),
        (
            {"allow_methods": ["GET"], "allow_credentials": True},
            "CorsPolicy(allow_origins=['https://app.example.com'], allow_methods=['GET'], allow_credentials=True)",
        ),
    ],
)
def test_a_policy_shows_what_is_not_as_by_default(change: dict[str, Any], shown: str) -> None:
    assert repr(policy(**change)) == shown
    assert eval(shown, {"CorsPolicy": CorsPolicy}) == policy(**change)  # noqa: S307 - our own text


def test_evolving_changes_what_is_named_and_nothing_else() -> None:
    before = policy(allow_methods=["GET"], max_age=60)
    after = before.evolve(max_age=0)
    assert (after.max_age, after.allow_methods, before.max_age) == (0, ("GET",), 60)


def test_evolving_checks_anew() -> None:
    (issue,) = issues_of(policy(allow_origins=["*"]).evolve, allow_credentials=True)
    assert (issue.rule, issue.place) == ("CORS106", "allow_origins[0]")


def test_evolving_an_unknown_argument_is_an_ordinary_mistake() -> None:
    with pytest.raises(TypeError):
        policy().evolve(nonsense=1)


def test_from_dict_names_the_argument_that_was_meant() -> None:
    (issue,) = issues_of(CorsPolicy.from_dict, values={"allow_origins": [SITE], "allow_header": []})
    assert (issue.rule, issue.place, issue.fix) == ("CORS108", "policy", 'write "allow_headers"')


@pytest.mark.parametrize("name", ["zzz", 3, None, ("a",)])
def test_from_dict_lists_the_arguments_when_none_is_close(name: object) -> None:
    (issue,) = issues_of(CorsPolicy.from_dict, values={"allow_origins": [SITE], name: []})
    assert issue.rule == "CORS108"
    assert "allow_origins, allow_methods" in issue.fix


def test_from_dict_reports_everything_at_once() -> None:
    issues = issues_of(CorsPolicy.from_dict, values={"alow_origins": [SITE], "max_age": -1, "allow_credentials": True})
    assert [(issue.rule, issue.place) for issue in issues] == [
        ("CORS108", "policy"),
        ("CORS107", "allow_origins"),
        ("CORS111", "max_age"),
    ]


@pytest.mark.parametrize("values", [None, 3, "x", [("allow_origins", [SITE])], policy()])
def test_from_dict_takes_mappings_only(values: object) -> None:
    (issue,) = issues_of(CorsPolicy.from_dict, values=values)
    assert (issue.rule, issue.place) == ("CORS108", "policy")


ORIGINS = st.lists(
    st.sampled_from(
        [
            SITE,
            PATTERN,
            "http://localhost:*",
            "https://a.example:8443",
            TOKEN,
            f"https://{TOKEN}",
            LIST_TOKEN,
            "tauri://localhost",
        ]
    ),
    min_size=1,
    unique=True,
)
HEADERS = st.lists(st.sampled_from(["X-A", "x-b", "Authorization", "X-Api-Key", "X-Total-Count"]), unique=True)
ARGUMENTS = st.fixed_dictionaries(
    {"allow_origins": ORIGINS},
    optional={
        "allow_methods": st.none() | st.lists(st.sampled_from(["GET", "put", "PATCH", "x"]), min_size=1, unique=True),
        "allow_headers": HEADERS,
        "expose_headers": HEADERS,
        "allow_credentials": st.booleans(),
        "max_age": st.integers(0, 86400),
        "status_code": st.integers(200, 299),
        "dangerously_allow_insecure_origins": st.booleans(),
        "dangerously_allow_public_suffix_patterns": st.booleans(),
    },
)


@given(ARGUMENTS)
def test_a_policy_survives_every_way_of_being_written_down(arguments: dict[str, Any]) -> None:
    one = CorsPolicy(**arguments)
    twins = [
        CorsPolicy.from_dict(one.to_dict()),
        CorsPolicy.from_dict(json.loads(json.dumps(one.to_dict()))),
        one.evolve(),
        one.evolve(max_age=1).evolve(max_age=one.max_age),
        pickle.loads(pickle.dumps(one)),  # noqa: S301 - our own bytes
    ]
    assert all(twin == one and hash(twin) == hash(one) for twin in twins)
    assert all(twin.allow_origins == one.allow_origins for twin in twins)


@given(ARGUMENTS, st.randoms(use_true_random=False))
def test_order_makes_no_difference(arguments: dict[str, Any], random: Any) -> None:
    shuffled: dict[str, Any] = {
        name: list(value) if isinstance(value, list) else value for name, value in arguments.items()
    }
    for value in shuffled.values():
        if isinstance(value, list):
            random.shuffle(value)
    one, other = CorsPolicy(**arguments), CorsPolicy(**shuffled)
    assert one == other
    assert hash(one) == hash(other)


@given(ARGUMENTS, ARGUMENTS)
def test_policies_are_equal_only_when_they_say_the_same(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, other = CorsPolicy(**first), CorsPolicy(**second)

    def said(kept: CorsPolicy) -> dict[str, object]:
        return {**kept.to_dict(), "allow_origins": sorted(kept.allow_origins)}

    assert (one == other) is (said(one) == said(other))


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=8)
    | st.sampled_from(
        [SITE, "*", "GET", TOKEN, LIST_TOKEN, "null", "x-a", NUMBER_TOKEN, Duration("?"), object, {1}, 1j]
    )
    | st.timedeltas(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=2) | st.tuples(inner)
    ),
    max_leaves=6,
)


def made_or_refused(make: Callable[[], CorsPolicy]) -> CorsPolicy | CorsPolicyError:
    try:
        return make()
    except CorsPolicyError as error:
        return error


@given(st.dictionaries(st.sampled_from(sorted(policy().to_dict())), JUNK, max_size=4))
def test_junk_makes_a_policy_or_an_error_of_ours_and_nothing_else(arguments: dict[str, Any]) -> None:
    outcome = made_or_refused(lambda: policy(**arguments))
    if isinstance(outcome, CorsPolicy):
        assert CorsPolicy.from_dict(outcome.to_dict()) == outcome
    else:
        assert outcome.issues
        assert all(str(issue).isprintable() and len(str(issue)) < 1500 for issue in outcome.issues)


@given(JUNK | st.dictionaries(st.sampled_from(sorted(policy().to_dict())) | st.integers(), JUNK, max_size=4))
def test_junk_from_a_file_makes_a_policy_or_an_error_of_ours_and_nothing_else(values: Any) -> None:
    outcome = made_or_refused(lambda: CorsPolicy.from_dict(values))
    assert isinstance(outcome, CorsPolicy) or outcome.issues
