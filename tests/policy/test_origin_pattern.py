"""Patterns match what their definition says and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicyError, OriginPattern
from cors_constructs.policy.origin import pattern_of

ONE = "https://*.example.com"
DEEP = "https://**.example.com"
PORT = "http://localhost:*"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        (ONE, OriginPattern("https", "*", "example.com")),
        (DEEP, OriginPattern("https", "**", "example.com")),
        (PORT, OriginPattern("http", "", "localhost", any_port=True)),
        ("https://*.example.com:8443", OriginPattern("https", "*", "example.com", 8443)),
        ("https://*.example.com:*", OriginPattern("https", "*", "example.com", any_port=True)),
        ("http://[::1]:*", OriginPattern("http", "", "[::1]", any_port=True)),
        ("http://127.0.0.1:*", OriginPattern("http", "", "127.0.0.1", any_port=True)),
    ],
)
def test_a_pattern_is_taken_apart_and_put_together_again(text: str, pattern: OriginPattern) -> None:
    assert OriginPattern.parse(text) == pattern
    assert str(pattern) == text


def test_a_unicode_host_in_a_pattern_is_converted() -> None:
    assert str(OriginPattern.parse("https://*.bücher.example")) == "https://*.xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        pytest.param(ONE, "https://a.example.com", id="one-label"),
        pytest.param(ONE, "https://a-b_c.example.com", id="one-label-with-hyphen-and-underscore"),
        pytest.param(ONE, "https://xn--bcher-kva.example.com", id="one-label-in-Punycode"),
        pytest.param(ONE, f"https://{'a' * 63}.example.com", id="the-longest-label"),
        pytest.param(DEEP, "https://a.example.com", id="one-label-for-many"),
        pytest.param(DEEP, "https://a.b.c.example.com", id="three-labels-for-many"),
        pytest.param(DEEP, f"https://{'a.' * 115}example.com", id="a-great-many-labels"),
        pytest.param(PORT, "http://localhost", id="the-default-port"),
        pytest.param(PORT, "http://localhost:1", id="the-lowest-port"),
        pytest.param(PORT, "http://localhost:8", id="a-port-that-starts-like-the-default-one"),
        pytest.param(PORT, "http://localhost:800", id="a-port-that-starts-with-the-default-one"),
        pytest.param(PORT, "http://localhost:443", id="the-other-scheme's-port"),
        pytest.param(PORT, "http://localhost:65535", id="the-highest-port"),
        pytest.param("http://[::1]:*", "http://[::1]:3000", id="any-port-of-IPv6"),
        pytest.param("https://*.example.com:8443", "https://a.example.com:8443", id="one-label-and-a-port"),
        pytest.param("https://**.example.com:*", "https://a.b.example.com:9", id="many-labels-and-any-port"),
    ],
)
def test_a_pattern_matches(pattern: str, origin: str) -> None:
    assert OriginPattern.parse(pattern).matches(origin)


ATTACKS = [
    pytest.param(ONE, "https://example.com", id="the-bare-domain"),
    pytest.param(DEEP, "https://example.com", id="the-bare-domain-for-many"),
    pytest.param(ONE, "https://a.b.example.com", id="two-labels"),
    pytest.param(ONE, "https://evilexample.com", id="a-name-that-ends-alike"),
    pytest.param(DEEP, "https://evilexample.com", id="a-name-that-ends-alike-for-many"),
    pytest.param(ONE, "https://a.example.com.evil.com", id="a-name-that-begins-alike"),
    pytest.param(DEEP, "https://evil.com/.example.com", id="a-path-that-ends-alike"),
    pytest.param(DEEP, "https://evil.com?.example.com", id="a-query-that-ends-alike"),
    pytest.param(DEEP, "https://evil.com#.example.com", id="a-fragment-that-ends-alike"),
    pytest.param(DEEP, "https://evil.com\\.example.com", id="a-backslash-before-a-like-end"),
    pytest.param(DEEP, "https://evil.com:443.example.com", id="a-port-before-a-like-end"),
    pytest.param(DEEP, "https://me@a.example.com", id="user-information"),
    pytest.param(ONE, "https://a.exampleXcom", id="any-letter-for-the-dot"),
    pytest.param(ONE, "https://axexample.com", id="any-letter-for-the-wildcard's-dot"),
    pytest.param(ONE, "https://.example.com", id="an-empty-label"),
    pytest.param(DEEP, "https://a..example.com", id="an-empty-label-in-between"),
    pytest.param(ONE, f"https://{'a' * 64}.example.com", id="a-label-too-long"),
    pytest.param(ONE, "https://a.example.com.", id="a-dot-at-the-end"),
    pytest.param(ONE, "https://a.example.com/", id="a-slash-at-the-end"),
    pytest.param(ONE, "https://A.example.com", id="upper-case"),
    pytest.param(ONE, "HTTPS://a.example.com", id="an-upper-case-scheme"),
    pytest.param(ONE, "http://a.example.com", id="the-insecure-twin"),
    pytest.param(ONE, "https://a.example.com:8443", id="another-port"),
    pytest.param(ONE, "https://a.example.com:443", id="the-default-port-written-out"),
    pytest.param(ONE, "https://a.example.com\n", id="a-line-break-at-the-end"),
    pytest.param(ONE, "https://a.example.com\r\nX: y", id="a-header-behind"),
    pytest.param(ONE, "\nhttps://a.example.com", id="a-line-break-before"),
    pytest.param(ONE, " https://a.example.com", id="a-blank-before"),
    pytest.param(ONE, "https://a.example.com\t", id="a-tab-behind"),
    pytest.param(ONE, "https://a.example.com\x00", id="a-NUL-behind"),
    pytest.param(ONE, "https://a\x00.example.com", id="a-NUL-inside"),
    pytest.param(ONE, "https://a.example.com, https://b.example.com", id="two-origins-joined"),
    pytest.param(ONE, "https://evil.com,https://a.example.com", id="a-stranger-and-an-origin-joined"),
    pytest.param(ONE, "https://\N{CYRILLIC SMALL LETTER A}.example.com", id="a-Cyrillic-homograph"),
    pytest.param(ONE, "https://a.ex\N{CYRILLIC SMALL LETTER A}mple.com", id="a-Cyrillic-homograph-in-the-base"),
    pytest.param(ONE, "https://\N{FULLWIDTH LATIN SMALL LETTER A}.example.com", id="a-full-width-letter"),
    pytest.param(ONE, "https://a。example.com", id="an-ideographic-full-stop"),
    pytest.param(ONE, "https://a\u017f.example.com", id="a-long-s"),
    pytest.param(ONE, "https://a.example\u212aom", id="a-Kelvin-sign"),
    pytest.param(ONE, "https://*.example.com", id="the-pattern-itself"),
    pytest.param(ONE, "null", id="null"),
    pytest.param(ONE, "", id="nothing"),
    pytest.param(ONE, "*", id="a-wildcard"),
    pytest.param(DEEP, "https://" + "a." * 5000 + "example.com", id="ten-kilobytes-of-labels"),
    pytest.param(DEEP, "https://" + "a" * 10_000 + ".example.com", id="ten-kilobytes-of-one-label"),
    pytest.param(DEEP, "https://" + "a." * 126 + "example.com:", id="as-long-as-can-be-and-a-colon"),
    pytest.param(PORT, "http://localhost:", id="an-empty-port"),
    pytest.param(PORT, "http://localhost:0", id="port-zero"),
    pytest.param(PORT, "http://localhost:080", id="a-leading-zero"),
    pytest.param(PORT, "http://localhost:80", id="the-default-port-written-out-beside-any-port"),
    pytest.param(PORT, "http://localhost:65536", id="a-port-too-high"),
    pytest.param(PORT, "http://localhost:99999", id="a-port-far-too-high"),
    pytest.param(PORT, "http://localhost:3000.evil.com", id="a-port-and-a-name"),
    pytest.param(PORT, "http://localhost:*", id="a-wildcard-for-a-port"),
    pytest.param(PORT, "http://localhost:٣", id="a-port-in-other-digits"),
    pytest.param(PORT, "http://localhost.evil.com:3000", id="a-name-that-begins-like-localhost"),
    pytest.param(PORT, "http://localhost@evil.com:3000", id="localhost-as-a-user"),
    pytest.param("http://[::1]:*", "http://::1", id="IPv6-without-brackets"),
    pytest.param("http://127.0.0.1:*", "http://127x0x0x1", id="any-letter-for-an-address's-dots"),
    pytest.param("https://*.example.com:8443", "https://a.example.com", id="no-port-where-one-is-named"),
]


@pytest.mark.parametrize(("pattern", "origin"), ATTACKS)
def test_a_pattern_does_not_match(pattern: str, origin: str) -> None:
    assert not OriginPattern.parse(pattern).matches(origin)


@pytest.mark.parametrize("separator", [*"_-\"{}+^`;|&'()*,$=!~ \t\v%", "%60", "%0b", "%00"])
def test_no_special_character_joins_a_stranger_to_the_base(separator: str) -> None:
    for pattern in (ONE, DEEP):
        assert not OriginPattern.parse(pattern).matches(f"https://a.example.com{separator}.evil.com")


PATTERNS = st.builds(
    OriginPattern,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["*", "**"]),
    st.sampled_from(["example.com", "a.example", "x", "1-2_3.example", "xn--bcher-kva.example"]),
    st.sampled_from([None, 1, 8443, 65535]),
) | st.builds(
    OriginPattern,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["", "*", "**"]),
    st.sampled_from(["localhost", "example.com"]),
    any_port=st.just(value=True),
)


def is_a_label(text: str) -> bool:
    return 1 <= len(text) <= 63 and all(char in "abcdefghijklmnopqrstuvwxyz0123456789-_" for char in text)


def by_definition(pattern: OriginPattern, origin: str) -> bool:
    """What a pattern means, told without regular expressions."""
    scheme, separator, rest = origin.partition("://")
    host, colon, port = rest.partition(":")
    if len(origin) > 267 or not separator or scheme != pattern.scheme or (colon and not port):
        return False
    labels, base = host.split("."), pattern.host.split(".")
    leading = labels[: -len(base)]
    if labels[-len(base) :] != base or not all(map(is_a_label, leading)):
        return False
    if len(leading) not in {"": {0}, "*": {1}, "**": range(1, 127)}[pattern.subdomains]:
        return False
    if not pattern.any_port:
        return port == ("" if pattern.port is None else str(pattern.port))
    if port == "":
        return True
    default = {"https": "443", "http": "80"}[scheme]
    return port in {str(number) for number in range(1, 65536)} - {default}


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[OriginPattern, str]:
    """A pattern, and an origin that it matches or nearly matches."""
    pattern = draw(PATTERNS)
    labels = draw(st.lists(st.from_regex("[a-z0-9_-]{1,4}", fullmatch=True), max_size=3))
    port = draw(st.sampled_from(["", ":8443", ":443", ":80", ":1", ":65535", ":65536", ":0", ":", ":08"]))
    origin = f"{draw(st.sampled_from(['https', 'http', pattern.scheme]))}://{'.'.join([*labels, pattern.host])}{port}"
    if draw(st.booleans()):
        place = draw(st.integers(0, len(origin)))
        junk = draw(
            st.sampled_from(
                [
                    ".",
                    "..",
                    "a",
                    "A",
                    "\n",
                    "\0",
                    "@",
                    "/",
                    ":",
                    "é",
                    "\N{CYRILLIC SMALL LETTER A}",
                    "evil.com",
                    ", ",
                    "-",
                    "*",
                ]
            )
        )
        origin = origin[:place] + junk + origin[place + draw(st.integers(0, 1)) :]
    return pattern, origin


@given(near_misses())
def test_a_pattern_matches_exactly_what_its_definition_says(case: tuple[OriginPattern, str]) -> None:
    pattern, origin = case
    assert pattern.matches(origin) is by_definition(pattern, origin)


@given(PATTERNS)
def test_every_pattern_survives_being_written_and_read(pattern: OriginPattern) -> None:
    text = str(pattern)
    again = OriginPattern.parse(
        text, dangerously_allow_insecure_origins=True, dangerously_allow_public_suffix_patterns=True
    )
    assert again == pattern
    assert str(again) == text


@given(PATTERNS)
def test_a_regex_can_stand_in_a_single_quoted_literal_as_it_is(pattern: OriginPattern) -> None:
    assert pattern.regex.isascii()
    assert pattern.regex.isprintable()
    assert not set(pattern.regex) & set("'\"$#^ ")
    assert not re.search(r"[^\]][*+]|\.\*|\{\d+,\}|\\[^.\[\]]", pattern.regex)  # bounded, and no escape with a dialect
    assert re.compile(pattern.regex).groups == 0


@given(PATTERNS)
def test_a_pattern_is_known_again_by_its_regex(pattern: OriginPattern) -> None:
    assert pattern_of(pattern.regex) == pattern
    assert pattern_of("^" + pattern.regex.replace(r"\.", "[.]") + "$") == pattern


@given(st.text() | st.from_regex(r"\A\^?https?://[a-z*.\[\](){}?:,0-9_\\-]{0,30}\$?\Z"))
def test_of_no_other_regex_is_a_pattern_made_up(regex: str) -> None:
    pattern = pattern_of(regex)
    assert pattern is None or pattern.regex == regex.removeprefix("^").removesuffix("$").replace("[.]", r"\.")


@pytest.mark.parametrize(
    "regex",
    [
        "https://app[.]example[.]com",
        "https://[a-z]+[.]example[.]com",
        "https://.*",
        "https://*.example.com",
        "http://localhost:[0-9]+",
        "",
    ],
)
def test_what_somebody_else_wrote_is_none_of_ours(regex: str) -> None:
    assert pattern_of(regex) is None


def test_regexes_look_like_this() -> None:
    assert OriginPattern.parse(ONE).regex == r"https://[a-z0-9_-]{1,63}\.example\.com"
    assert OriginPattern.parse(DEEP).regex == r"https://(?:[a-z0-9_-]{1,63}\.){1,126}example\.com"
    assert OriginPattern.parse("http://[::1]:*").regex == (
        r"http://\[::1\](?::(?!80(?![0-9]))(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}"
        r"|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("https://app.example.com", "CORS149"),
        ("*", "CORS149"),
        ("https://*.co.uk", "CORS148"),
        ("http://*.example.com", "CORS127"),
        ("https://*.${Token[A.1]}", "CORS118"),
    ],
)
def test_what_is_no_pattern_or_an_unsafe_one_is_refused(text: str, rule: str) -> None:
    with pytest.raises(CorsPolicyError) as caught:
        OriginPattern.parse(text)
    assert [(issue.rule, issue.place) for issue in caught.value.issues] == [(rule, "origin")]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(("https", "", "example.com"), id="no-wildcard"),
        pytest.param(("https", "***", "example.com"), id="another-wildcard"),
        pytest.param(("https", "*", "example.com)|(.*"), id="a-regex-in-the-host"),
        pytest.param(("https", "*", "example.com", 443), id="the-default-port"),
        pytest.param(("https", "*", "example.com", 8443, True), id="a-port-and-any-port"),
        pytest.param(("tauri", "*", "localhost"), id="an-app"),
        pytest.param(("https", "*", "192.0.2.1"), id="an-address"),
    ],
)
def test_a_pattern_cannot_be_made_of_other_parts(parts: tuple[str, str, str]) -> None:
    with pytest.raises(CorsPolicyError):
        OriginPattern(*parts)
