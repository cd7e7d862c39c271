"""What a policy answers to real requests: the right headers to its own, nothing to strangers."""

from typing import Any

import pytest

from cors_constructs.policy import CorsPolicy

SITE = "https://app.example.com"
OTHER = "https://admin.example.com"
PATTERN = "https://*.preview.example.com"
PREVIEW = "https://pr-7.preview.example.com"
STRANGER = "https://evil.example"
TOKEN = "${Token[TOKEN.12]}"  # noqa: S105 - the CDK's word for a value known only at deployment
LIST_TOKEN = "#{Token[TOKEN.13]}"  # noqa: S105

EXPOSED = {"Access-Control-Expose-Headers": "retry-after,x-amzn-errortype,x-amzn-requestid"}
VARY = {"Vary": "Origin"}


def allowing(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, **EXPOSED}


@pytest.mark.parametrize(
    ("origins", "origin", "headers"),
    [
        pytest.param(["*"], SITE, allowing("*"), id="anyone-where-anyone-may"),
        pytest.param(["*"], None, allowing("*"), id="no-origin-where-anyone-may"),
        pytest.param(["*"], "null", allowing("*"), id="null-where-anyone-may"),
        pytest.param([SITE], SITE, allowing(SITE), id="the-only-origin"),
        pytest.param([SITE], STRANGER, allowing(SITE), id="a-stranger-to-the-only-origin-gets-the-same"),
        pytest.param([SITE], None, allowing(SITE), id="no-origin-gets-the-same-as-the-only-origin"),
        pytest.param([SITE, OTHER], SITE, allowing(SITE) | VARY, id="one-of-two"),
        pytest.param([SITE, OTHER], OTHER, allowing(OTHER) | VARY, id="the-other-of-two"),
        pytest.param([SITE, OTHER], STRANGER, VARY, id="a-stranger-to-two"),
        pytest.param([SITE, OTHER], None, VARY, id="no-origin-where-two-may"),
        pytest.param([PATTERN], PREVIEW, allowing(PREVIEW) | VARY, id="an-origin-of-a-pattern"),
        pytest.param([PATTERN], STRANGER, VARY, id="a-stranger-to-a-pattern"),
        pytest.param([PATTERN], PATTERN, VARY, id="a-pattern-sent-as-an-origin"),
        pytest.param([SITE, TOKEN], SITE, allowing(SITE) | VARY, id="a-known-origin-beside-an-unknown-one"),
        pytest.param([PATTERN, LIST_TOKEN], PREVIEW, allowing(PREVIEW) | VARY, id="a-pattern-beside-an-unknown-list"),
        pytest.param([SITE, TOKEN], None, VARY, id="no-origin-beside-an-unknown-one"),
    ],
)
def test_the_headers_for(origins: list[str], origin: str | None, headers: dict[str, str]) -> None:
    assert CorsPolicy(allow_origins=origins).headers_for(origin) == headers


def test_credentials_are_allowed_only_together_with_an_origin() -> None:
    policy = CorsPolicy(allow_origins=[SITE, OTHER], allow_credentials=True)
    assert policy.headers_for(SITE) == {**allowing(SITE), "Access-Control-Allow-Credentials": "true", **VARY}
    assert policy.headers_for(STRANGER) == VARY


def test_the_answer_for_one_origin_is_the_same_for_all_with_credentials_too() -> None:
    policy = CorsPolicy(allow_origins=[SITE], allow_credentials=True)
    assert policy.headers_for(SITE) == policy.headers_for(STRANGER) == policy.headers_for(None)
    assert policy.headers_for(None)["Access-Control-Allow-Credentials"] == "true"


def test_nothing_is_exposed_when_nothing_is_listed() -> None:
    policy = CorsPolicy(allow_origins=["*"], expose_headers=[])
    assert policy.headers_for(SITE) == {"Access-Control-Allow-Origin": "*"}


@pytest.mark.parametrize(
    ("origins", "depends"),
    [
        pytest.param(["*"], False, id="any-origin"),
        pytest.param([SITE], False, id="one-origin"),
        pytest.param([TOKEN], False, id="one-origin-known-only-at-deployment"),
        pytest.param([SITE, OTHER], True, id="two-origins"),
        pytest.param([PATTERN], True, id="a-pattern"),
        pytest.param(["http://localhost:*"], True, id="any-port"),
        pytest.param([LIST_TOKEN], True, id="a-list-known-only-at-deployment"),
        pytest.param([SITE, TOKEN], True, id="an-origin-and-one-known-only-at-deployment"),
    ],
)
def test_answers_depend_on_the_origin_when_there_is_a_choice(origins: list[str], depends: bool) -> None:
    assert CorsPolicy(allow_origins=origins).depends_on_origin is depends


@pytest.mark.parametrize(
    ("origins", "origin"),
    [
        pytest.param([TOKEN], SITE, id="one-unknown-origin"),
        pytest.param([TOKEN], None, id="one-unknown-origin-and-none-sent"),
        pytest.param([SITE, TOKEN], STRANGER, id="a-stranger-that-may-be-the-unknown-one"),
        pytest.param([SITE, LIST_TOKEN], STRANGER, id="a-stranger-that-may-be-in-the-unknown-list"),
        pytest.param([SITE, TOKEN], TOKEN, id="the-CDK's-marker-itself"),
        pytest.param([SITE, f"https://{TOKEN}"], STRANGER, id="a-stranger-beside-a-partly-known-origin"),
    ],
)
def test_an_answer_that_hangs_on_the_deployment_is_not_guessed(origins: list[str], origin: str | None) -> None:
    policy = CorsPolicy(allow_origins=origins)
    with pytest.raises(ValueError, match=r"known only at deployment: it hangs on .*Token"):
        policy.headers_for(origin)


@pytest.mark.parametrize("origin", [3, b"https://app.example.com", ["https://app.example.com"], object()])
def test_an_origin_of_another_type_is_a_mistake_in_the_call(origin: Any) -> None:
    policy = CorsPolicy(allow_origins=[SITE])
    with pytest.raises(TypeError, match="An origin is a string"):
        policy.headers_for(origin)
    with pytest.raises(TypeError, match="An origin is a string"):
        policy.allows_origin(origin)


def test_no_origin_cannot_be_allowed() -> None:
    with pytest.raises(TypeError, match="not NoneType"):
        CorsPolicy(allow_origins=["*"]).allows_origin(None)  # type: ignore[arg-type]


def test_an_allowed_origin_is_allowed() -> None:
    policy = CorsPolicy(allow_origins=[SITE, PATTERN])
    assert policy.allows_origin(SITE)
    assert policy.allows_origin(PREVIEW)
    assert CorsPolicy(allow_origins=["*"]).allows_origin(STRANGER)


# What scanners for CORS mistakes send, and more of the kind, for the site app.example.com.
PROBES = [
    "http://evil.com",
    "https://evil.com",
    "https://scarymonster.com",
    "https://app.example.com.evil.com",
    "https://evilapp.example.com",
    "https://evilexample.com",
    "https://xample.com",
    "https://pp.example.com",
    "https://app.exampleacom",
    "https://appxexample.com",
    "https://evil.app.example.com",
    "https://example.com",
    "https://root.example.com",
    "https://root_.example.com",
    "https://root%60.example.com",
    "https://d3vroot",
    "http://app.example.com",
    "https://whatever.github.io",
    "https://jsbin.com",
    "https://codepen.io",
    "https://jsfiddle.net",
    "https://webdevout.net",
    "https://repl.it",
    "null",
    "",
    "*",
    "https://app.example.com.",
    "https://APP.example.com",
    "HTTPS://app.example.com",
    "https://app.example.com:443",
    "https://app.example.com:8443",
    "https://app.example.com/",
    "https://app.example.com\n",
    "https://app.example.com\r\nX-Injected: 1",
    "https://app.example.com\x00",
    " https://app.example.com",
    "https://app.example.com\t",
    "https://evil.com@app.example.com",
    "https://app.example.com@evil.com",
    "https://app.example.com, https://evil.com",
    "https://app.example.com https://evil.com",
    "https://evil.com/.app.example.com",
    "https://evil.com/.preview.example.com",
    "https://evil.com?.preview.example.com",
    "https://evil.com#.preview.example.com",
    "https://..preview.example.com",
    "https://.preview.example.com",
    "https://preview.example.com",
    "https://a.b.preview.example.com",
    "https://a.previewxexample.com",
    "https://xn--pp-7ka.example.com",
    "https://\N{CYRILLIC SMALL LETTER A}pp.example.com",
    "https://\N{FULLWIDTH LATIN SMALL LETTER A}pp.example.com",
    "https://" + "a" * 10_000 + ".preview.example.com",
    *(f"https://app.example.com{char}.evil.com" for char in "_-\"{}+^!~`;|&'()*,$="),
    *(f"https://a.preview.example.com{char}.evil.com" for char in "_-\"{}+^!~`;|&'()*,$="),
    "https://app.example.com%60.evil.com",
    "https://app.example.com%0b.evil.com",
]


@pytest.mark.parametrize("origin", PROBES, ids=lambda origin: repr(origin)[:60])
def test_a_probe_gets_no_header_that_lets_it_in(origin: str) -> None:
    policy = CorsPolicy(allow_origins=[SITE, PATTERN], allow_credentials=True)
    assert policy.headers_for(origin) == VARY
    assert not policy.allows_origin(origin)
