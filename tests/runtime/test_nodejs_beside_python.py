"""The same calls in Python and in Node.js come to the same: whatever the policy, the event and the answer."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cors_constructs import runtime

from .cases import ADMIN, APP, PREVIEW, STRANGER, Warned
from .nodejs import caller, layer
from .plain_python import run

# Names that objects in JavaScript have by birth, beside headers'.
_TRAPS = ("__proto__", "constructor", "toString", "hasOwnProperty", "length", "then", "toJSON")
_TEXTS = st.text(" ,;*:/.-\tABorigin\u00e9\u212a\u0130", max_size=12) | st.sampled_from(_TRAPS)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 90_000) | st.just(0.5) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=5,
)


def _mostly(*usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is right most of the time, and at times anything."""
    return st.one_of(*usual * 4, _JSON)


_PATTERNS = ("https://*.preview.example.com", "https://**.example.com", "http://localhost:*", "https://*.a.test:8443")
_ORIGINS = st.sampled_from((APP, ADMIN, STRANGER, PREVIEW, "http://localhost:80", "http://localhost:5173", "null", "*"))
_LISTED = st.lists(
    st.sampled_from((APP, ADMIN, f"{APP},{ADMIN}", " ", "null", "*", "*,", ",*", f",{_PATTERNS[0]}", *_PATTERNS))
    | _TEXTS,
    min_size=1,
    max_size=4,
)
_NAMES = st.sampled_from(("x-a", "authorization", "*"))
_SETTINGS = {
    "allow_methods": _mostly(st.none(), st.lists(st.sampled_from(("GET", "PUT", "*")), max_size=2)),
    "allow_headers": _mostly(st.lists(_NAMES, max_size=2)),
    "expose_headers": _mostly(st.lists(_NAMES, max_size=2)),
    "allow_credentials": _mostly(st.booleans()),
    "max_age": _mostly(st.integers(0, 86400)),
    "status_code": _mostly(st.integers(200, 299)),
}
_WHOLE = st.fixed_dictionaries({"allow_origins": _mostly(_LISTED)}, optional=_SETTINGS)
_PATHS = st.sampled_from(("/", "/a", "/a/b", "/a/", "/ab", "/a/{id}", "/__proto__"))
_POLICIES = _mostly(
    st.just({"allow_origins": [APP, ADMIN]}),
    _WHOLE,
    st.builds(
        lambda whole, branches: {**whole, "branches": branches}, _WHOLE, st.dictionaries(_PATHS, _WHOLE, max_size=3)
    ),
)

_ASKED = st.sampled_from(("Origin", "origin", "ORIGIN", "Access-Control-Request-Method", "X"))
_SENT = st.dictionaries(_ASKED | _TEXTS, _mostly(_ORIGINS), max_size=4)
_SENT_LISTS = st.dictionaries(_ASKED | _TEXTS, _mostly(st.lists(_ORIGINS, max_size=2)), max_size=4)
_EVENTS = _mostly(
    st.fixed_dictionaries(
        {"httpMethod": _mostly(st.sampled_from(("GET", "OPTIONS"))), "headers": _mostly(st.none(), _SENT)},
        optional={
            "multiValueHeaders": _mostly(st.none(), _SENT_LISTS),
            "resource": _mostly(_PATHS),
            "version": st.sampled_from(("1.0", "2.0")),
        },
    )
)

_OWN = st.sampled_from(
    (
        "Vary",
        "vary",
        "VARY",
        "Access-Control-Allow-Origin",
        "access-control-allow-origin",
        "Access-Control-Expose-Headers",
        "X",
    )
)
_VALUES = st.sampled_from(("Accept", "Origin", "accept, ORIGIN", "*", "", " ", APP))
_ANSWERS = _mostly(
    st.fixed_dictionaries(
        {"statusCode": _mostly(st.just(200))},
        optional={
            "headers": _mostly(st.none(), st.dictionaries(_OWN | _TEXTS, _mostly(_VALUES), max_size=4)),
            "multiValueHeaders": _mostly(
                st.none(), st.dictionaries(_OWN | _TEXTS, _mostly(st.lists(_VALUES, max_size=3)), max_size=3)
            ),
            "body": _TEXTS,
            "x": _JSON,
        },
    )
)

_CASES = st.fixed_dictionaries(
    {
        "variable": _mostly(_POLICIES.map(json.dumps), st.none()).map(lambda it: it if isinstance(it, str) else None),
        "event": _EVENTS,
        "answer": _ANSWERS,
        "raises": st.sampled_from((False, False, False, True)),
        "catch_errors": st.booleans(),
    }
)


@pytest.fixture(scope="module")
def in_nodejs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Mapping[str, Any]], dict[str, Any]]]:
    opt = tmp_path_factory.mktemp("opt")
    layer(opt)
    with caller(opt, "require") as call:
        yield call


@settings(max_examples=600)
@given(case=_CASES)
def test_both_runtimes_come_to_the_same(
    in_nodejs: Callable[[Mapping[str, Any]], dict[str, Any]], case: dict[str, Any]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORS_CONSTRUCTS_POLICY", "")
        ours = run(runtime, {"id": None, **case}, "async")
    assert _comparable(in_nodejs(case)) == _comparable(ours)


def _comparable(result: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for line in result["warnings"] for kind in Warned if kind.value in line]
    assert len(kinds) == len(result["warnings"])
    logged = {"warnings": kinds, "errors": len(result["errors"])}
    came = {name: result[name] for name in ("got", "raised", "untouched", "calls", "as_given")}
    return {**came, **logged, "same": result["same"] or result["raised"]}
