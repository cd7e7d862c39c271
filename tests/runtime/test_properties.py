"""What holds for every policy, every origin and every answer."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cors_constructs import CorsPolicy, runtime
from tests.render.strategies import origin_items, sent_origins, unhurried

from .cases import preflight, proxy
from .judging import lines, mock_preflight, readable

ALLOW_ORIGIN = "access-control-allow-origin"
_TOKENS = st.sampled_from(["x-a", "x-b", "x-request-id"])


@st.composite
def policies(draw: st.DrawFn) -> CorsPolicy:
    items = draw(st.one_of(st.just(["*"]), st.lists(origin_items(), min_size=1, max_size=4, unique=True)))
    return CorsPolicy(
        allow_origins=items,
        allow_methods=draw(st.sampled_from([None, ["GET"], ["PUT", "DELETE"]])),
        allow_headers=draw(st.lists(_TOKENS, unique=True)),
        expose_headers=draw(st.lists(_TOKENS, unique=True)),
        allow_credentials=items != ["*"] and draw(st.booleans()),
        max_age=draw(st.integers(0, 86400)),
        status_code=draw(st.integers(200, 299)),
        dangerously_allow_insecure_origins=True,
        dangerously_allow_public_suffix_patterns=True,
    )


@st.composite
def policies_and_origins(draw: st.DrawFn) -> tuple[CorsPolicy, str]:
    policy = draw(policies())
    return policy, draw(sent_origins([item for item in policy.allow_origins if item != "*"] or ["https://a.test"]))


def _spelled(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*names, *(name.lower() for name in names), *(name.upper() for name in names)])


_NAMES = _spelled(
    "Vary",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "X-Id",
    "Content-Type",
)
_TEXTS = st.sampled_from(
    ["", " ", "*", "Accept", "Origin", "accept, origin", "Accept,X", "a,,b", "https://a.test", "7"]
)
_ODD: st.SearchStrategy[Any] = st.one_of(st.none(), st.booleans(), st.integers(), st.just([]), st.just({}))


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """Proxy answers; of each header at most one spelling."""
    single = draw(st.dictionaries(_NAMES, st.one_of(_TEXTS, _TEXTS, _ODD), max_size=4))
    multi = draw(st.dictionaries(_NAMES, st.one_of(st.lists(_TEXTS, max_size=2), _ODD), max_size=3))
    parts = {
        "statusCode": 200,
        "headers": draw(st.sampled_from([single, None])),
        "multiValueHeaders": multi,
        "body": "",
    }
    chosen = draw(st.sets(st.sampled_from(sorted(parts))))
    return {name: parts[name] for name in chosen}


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(_NAMES, st.text(max_size=5)), inner, max_size=3)
    ),
    max_leaves=10,
)
_FIELDS = ("httpMethod", "headers", "multiValueHeaders", "resource", "version", "statusCode", "body")
_SHAPED = st.dictionaries(st.sampled_from(_FIELDS), _JSON)


@unhurried
@given(it=policies_and_origins())
def test_headers_are_those_of_the_policy(it: tuple[CorsPolicy, str]) -> None:
    policy, origin = it
    assert runtime.headers_for(proxy(origin), policy) == policy.headers_for(origin)
    assert runtime.headers_for(proxy(None), policy) == policy.headers_for(None)


@unhurried
@given(it=policies_and_origins())
def test_a_stray_preflight_is_answered_as_the_api_itself_would(it: tuple[CorsPolicy, str]) -> None:
    policy, origin = it
    answered = runtime.cors(lambda _: None, policy=policy)(preflight(origin))
    assert answered == mock_preflight(policy, origin)


@unhurried
@given(it=policies_and_origins(), answer=answers())
def test_an_answer_is_added_to_once(it: tuple[CorsPolicy, str], answer: dict[str, Any]) -> None:
    policy, origin = it
    once = runtime.add_headers(proxy(origin), answer, policy)
    assert runtime.add_headers(proxy(origin), once, policy) == once


@unhurried
@given(it=policies_and_origins(), answer=answers())
def test_there_is_never_a_second_allow_origin(it: tuple[CorsPolicy, str], answer: dict[str, Any]) -> None:
    policy, origin = it
    before, after = (_count(it, ALLOW_ORIGIN) for it in (answer, runtime.add_headers(proxy(origin), answer, policy)))
    assert after == before or (before, after) == (0, 1)


@unhurried
@given(it=policies_and_origins(), answer=answers())
def test_vary_is_never_lost_and_names_the_origin_where_it_matters(
    it: tuple[CorsPolicy, str], answer: dict[str, Any]
) -> None:
    policy, origin = it
    after = runtime.add_headers(proxy(origin), answer, policy)
    assume(after is not answer)  # what is no proxy answer
    before, told = _vary(answer), _vary(after)
    assert told[: len(before)] == before or sorted(told) == sorted([*before, "origin"])
    assert not policy.depends_on_origin or {"origin", "*"} & set(told)
    assert set(told) - set(before) <= {"origin"}


@unhurried
@given(it=policies_and_origins(), answer=answers())
def test_what_the_handler_set_stays(it: tuple[CorsPolicy, str], answer: dict[str, Any]) -> None:
    policy, origin = it
    after = runtime.add_headers(proxy(origin), answer, policy)
    assert _without_headers(after) == _without_headers(answer)
    for field in ("headers", "multiValueHeaders"):
        for name, value in (answer.get(field) or {}).items():
            assert name.lower() == "vary" or after[field][name] == value


@unhurried
@given(it=policies_and_origins(), answer=answers())
def test_neither_event_nor_answer_is_changed(it: tuple[CorsPolicy, str], answer: dict[str, Any]) -> None:
    policy, origin = it
    event = proxy(origin)
    before = copy.deepcopy([event, answer])
    runtime.add_headers(event, answer, policy)
    assert [event, answer] == before


@unhurried
@given(it=policies_and_origins())
def test_a_function_that_knows_nothing_of_cors_is_readable_from_every_listed_origin_and_no_other(
    it: tuple[CorsPolicy, str],
) -> None:
    policy, origin = it
    answer = runtime.add_headers(proxy(origin), {"statusCode": 200, "body": "hi"}, policy)
    assert readable(answer, origin) is policy.allows_origin(origin)


@unhurried
@given(it=policies_and_origins())
def test_a_policy_may_come_as_itself_as_a_mapping_or_as_json(it: tuple[CorsPolicy, str]) -> None:
    policy, origin = it
    forms = (policy, policy.to_dict(), json.dumps(policy.to_dict()))
    told = [runtime.headers_for(proxy(origin), form) for form in forms]
    assert told == [told[0]] * 3


@unhurried
@given(event=st.one_of(_JSON, _SHAPED), answer=st.one_of(_JSON, _SHAPED), policy=st.one_of(_JSON, policies()))
def test_no_request_fails_whatever_the_event_the_answer_and_the_policy_are(
    event: Any, answer: Any, policy: Any
) -> None:
    returned = runtime.cors(lambda _: answer, policy=policy)(event)
    assert returned is answer or isinstance(event, dict)


def _count(answer: Mapping[str, Any], name: str) -> int:
    maps = [answer.get(field) or {} for field in ("headers", "multiValueHeaders")]
    return sum(it.lower() == name for them in maps for it in them)


def _vary(answer: Mapping[str, Any]) -> list[str]:
    texts = [value for name, value in lines(answer) if name.lower() == "vary"]
    return [item.strip().lower() for text in texts for item in text.split(",") if item.strip()]


def _without_headers(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in {"headers", "multiValueHeaders"}}
