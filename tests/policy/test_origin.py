"""Origins, exactly as browsers send them: all else is refused, with the origin that was meant."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError, Issue, Origin, OriginPattern

ACCEPTED = [
    pytest.param("https://app.example.com", Origin("https", "app.example.com"), id="https"),
    pytest.param("https://app.example.com:8443", Origin("https", "app.example.com", 8443), id="a-port"),
    pytest.param("https://app.example.com:80", Origin("https", "app.example.com", 80), id="the-other-scheme's-port"),
    pytest.param("https://app.example.com:1", Origin("https", "app.example.com", 1), id="the-lowest-port"),
    pytest.param("https://app.example.com:65535", Origin("https", "app.example.com", 65535), id="the-highest-port"),
    pytest.param("https://intranet", Origin("https", "intranet"), id="a-single-label"),
    pytest.param("http://localhost", Origin("http", "localhost"), id="http-on-localhost"),
    pytest.param("http://localhost:3000", Origin("http", "localhost", 3000), id="http-on-localhost-with-a-port"),
    pytest.param("http://localhost:443", Origin("http", "localhost", 443), id="http-on-https's-port"),
    pytest.param("http://tauri.localhost", Origin("http", "tauri.localhost"), id="http-below-localhost"),
    pytest.param("http://127.0.0.1:8080", Origin("http", "127.0.0.1", 8080), id="http-on-IPv4-loopback"),
    pytest.param("http://[::1]:8080", Origin("http", "[::1]", 8080), id="http-on-IPv6-loopback"),
    pytest.param("https://192.0.2.7", Origin("https", "192.0.2.7"), id="IPv4"),
    pytest.param("https://[2001:db8::1]", Origin("https", "[2001:db8::1]"), id="IPv6"),
    pytest.param("capacitor://localhost", Origin("capacitor", "localhost"), id="Capacitor-on-iOS"),
    pytest.param("ionic://localhost", Origin("ionic", "localhost"), id="Ionic-on-iOS"),
    pytest.param("tauri://localhost", Origin("tauri", "localhost"), id="Tauri-on-macOS"),
    pytest.param("app://localhost", Origin("app", "localhost"), id="Cordova-and-Electron"),
    pytest.param("chrome-extension://" + "ab" * 16, Origin("chrome-extension", "ab" * 16), id="a-Chrome-extension"),
    pytest.param("moz-extension://a1cd9ab7-ab15-462c", Origin("moz-extension", "a1cd9ab7-ab15-462c"), id="Firefox's"),
]


@pytest.mark.parametrize(("text", "origin"), ACCEPTED)
def test_an_origin_is_taken_apart_and_put_together_again(text: str, origin: Origin) -> None:
    assert Origin.parse(text) == origin
    assert str(origin) == text
    assert CorsPolicy(allow_origins=[text]).exact_origins == (text,)


def issues_of(text: object, **more: object) -> tuple[Issue, ...]:
    with pytest.raises(CorsPolicyError) as caught:
        CorsPolicy(allow_origins=["https://fine.example", text], **more)  # type: ignore[arg-type, list-item]
    assert {issue.place for issue in caught.value.issues} == {"allow_origins[1]"}
    return caught.value.issues


def corrected_by(issue: Issue) -> str | None:
    """The value that a fix says to write."""
    written = re.search(r'write "([^"]*)"', issue.fix)
    return written[1] if written else None


# One slip each: the rule it breaks, and what was meant.
SLIPS = [
    pytest.param("https://app.example.com/", "CORS130", "https://app.example.com", id="a-slash-at-the-end"),
    pytest.param("https://app.example.com/index.html", "CORS131", "https://app.example.com", id="a-path"),
    pytest.param("https://app.example.com/*", "CORS131", "https://app.example.com", id="a-path-with-a-wildcard"),
    pytest.param("https://app.example.com//", "CORS131", "https://app.example.com", id="two-slashes-at-the-end"),
    pytest.param("https://app.example.com?a=1", "CORS132", "https://app.example.com", id="a-query"),
    pytest.param("https://app.example.com#top", "CORS133", "https://app.example.com", id="a-fragment"),
    pytest.param("https://me:pw@app.example.com", "CORS129", "https://app.example.com", id="user-information"),
    pytest.param("https://@app.example.com", "CORS129", "https://app.example.com", id="empty-user-information"),
    pytest.param("https://App.Example.com", "CORS128", "https://app.example.com", id="an-upper-case-host"),
    pytest.param("HTTPS://app.example.com", "CORS128", "https://app.example.com", id="an-upper-case-scheme"),
    pytest.param("https://app.example.com:443", "CORS143", "https://app.example.com", id="https's-default-port"),
    pytest.param("http://localhost:80", "CORS143", "http://localhost", id="http's-default-port"),
    pytest.param("https://app.example.com:", "CORS144", "https://app.example.com", id="an-empty-port"),
    pytest.param("https://app.example.com:08443", "CORS144", "https://app.example.com:8443", id="a-leading-zero"),
    pytest.param("https://app.example.com:0", "CORS144", None, id="port-zero"),
    pytest.param("https://app.example.com:65536", "CORS144", None, id="a-port-too-high"),
    pytest.param("https://app.example.com:999999", "CORS144", None, id="a-port-with-too-many-digits"),
    pytest.param("https://app.example.com:https", "CORS144", None, id="a-port-by-name"),
    pytest.param("https://app.example.com:-1", "CORS144", None, id="a-negative-port"),
    pytest.param("https://app.example.com:٣", "CORS144", None, id="a-port-in-other-digits"),
    pytest.param(" https://app.example.com", "CORS123", "https://app.example.com", id="a-blank-before"),
    pytest.param("https://app.example.com ", "CORS123", "https://app.example.com", id="a-blank-behind"),
    pytest.param("\u3000https://app.example.com", "CORS123", "https://app.example.com", id="a-wide-blank-before"),
    pytest.param("https://app .example.com", "CORS123", None, id="a-blank-inside"),
    pytest.param("https://app.example.com\n", "CORS124", "https://app.example.com", id="a-line-break-behind"),
    pytest.param("\thttps://app.example.com", "CORS124", "https://app.example.com", id="a-tab-before"),
    pytest.param("https://app.example.com\x00", "CORS124", "https://app.example.com", id="a-NUL-behind"),
    pytest.param("https://app\r.example.com", "CORS124", None, id="a-carriage-return-inside"),
    pytest.param("https://app\x85.example.com", "CORS124", None, id="a-C1-control-inside"),
    pytest.param("'https://app.example.com'", "CORS135", "https://app.example.com", id="in-API-Gateway's-quotes"),
    pytest.param('"https://app.example.com"', "CORS135", "https://app.example.com", id="in-double-quotes"),
    pytest.param("https://app.example.com\\", "CORS135", "https://app.example.com", id="a-backslash"),
    pytest.param("https://app%2eexample.com", "CORS135", None, id="a-percent-sign"),
    pytest.param("app.example.com", "CORS125", "https://app.example.com", id="no-scheme"),
    pytest.param("app.example.com:8443", "CORS125", "https://app.example.com:8443", id="no-scheme-but-a-port"),
    pytest.param("//app.example.com", "CORS125", "https://app.example.com", id="no-scheme-but-slashes"),
    pytest.param("://app.example.com", "CORS125", "https://app.example.com", id="an-empty-scheme"),
    pytest.param("https:app.example.com", "CORS125", "https://app.example.com", id="no-slashes"),
    pytest.param("https:/app.example.com", "CORS125", "https://app.example.com", id="one-slash"),
    pytest.param("localhost:3000", "CORS125", "http://localhost:3000", id="localhost-without-scheme"),
    pytest.param("[::1]:3000", "CORS125", "http://[::1]:3000", id="loopback-without-scheme"),
    pytest.param("*.example.com", "CORS125", "https://*.example.com", id="a-pattern-without-scheme"),
    pytest.param("htps://app.example.com", "CORS126", "https://app.example.com", id="a-misspelt-scheme"),
    pytest.param(
        "httpss://app.example.com", "CORS126", "https://app.example.com", id="a-scheme-with-a-letter-too-many"
    ),
    pytest.param("capacitr://localhost", "CORS126", "capacitor://localhost", id="a-misspelt-app-scheme"),
    pytest.param("wss://app.example.com", "CORS126", "https://app.example.com", id="a-socket's-scheme"),
    pytest.param("ftp://app.example.com", "CORS126", None, id="another-scheme"),
    pytest.param("file:///home/me/index.html", "CORS126", None, id="a-file"),
    pytest.param("file://", "CORS126", None, id="files-at-large"),
    pytest.param("data:text/html,x", "CORS122", None, id="a-data-URL-with-a-comma"),
    pytest.param("data:text/html", "CORS126", None, id="a-data-URL"),
    pytest.param("blob:https://app.example.com/1f", "CORS126", None, id="a-blob"),
    pytest.param("about:blank", "CORS126", None, id="a-blank-page"),
    pytest.param("vscode-webview://1f", "CORS126", None, id="a-web-view-of-VS-Code"),
    pytest.param("safari-web-extension://1F", "CORS126", None, id="a-Safari-extension"),
    pytest.param("https://", "CORS134", None, id="no-host"),
    pytest.param("https://:8443", "CORS134", None, id="a-port-and-no-host"),
    pytest.param("https:///app.example.com", "CORS134", None, id="three-slashes"),
    pytest.param("", "CORS120", None, id="empty"),
    pytest.param("  ", "CORS120", None, id="blank"),
    pytest.param("''", "CORS120", None, id="empty-quotes"),
    pytest.param("null", "CORS121", None, id="null"),
    pytest.param("NULL", "CORS121", None, id="null-in-upper-case"),
    pytest.param("https://example.com.", "CORS137", "https://example.com", id="a-dot-at-the-end"),
    pytest.param("http://app.example.com", "CORS127", "https://app.example.com", id="http"),
    pytest.param("http://192.0.2.1:8080", "CORS127", "https://192.0.2.1:8080", id="http-on-an-address"),
    pytest.param("http://app.example.com:443", "CORS127", "https://app.example.com", id="http-on-https's-port"),
    pytest.param(
        "http://localhost.example.com", "CORS127", "https://localhost.example.com", id="http-on-a-false-localhost"
    ),
    pytest.param("http://*.example.com", "CORS127", "https://*.example.com", id="http-in-a-pattern"),
    pytest.param("http*://app.example.com", "CORS145", "https://app.example.com", id="a-wildcard-in-the-scheme"),
    pytest.param("*://app.example.com", "CORS145", "https://app.example.com", id="a-wildcard-for-the-scheme"),
    pytest.param("https://*example.com", "CORS145", "https://*.example.com", id="a-wildcard-without-its-dot"),
    pytest.param("https://app-*.example.com", "CORS145", "https://*.example.com", id="a-wildcard-inside-a-label"),
    pytest.param("https://*.*.example.com", "CORS145", "https://**.example.com", id="two-wildcards"),
    pytest.param("https://***.x.example", "CORS145", "https://**.x.example", id="three-asterisks"),
    pytest.param("https://app.*.example.com", "CORS145", "https://**.example.com", id="a-wildcard-in-the-middle"),
    pytest.param("https://app.*.com", "CORS145", None, id="a-wildcard-before-a-public-name"),
    pytest.param("https://app*.com", "CORS145", None, id="a-wildcard-inside-the-label-before-a-public-name"),
    pytest.param("https://example.*", "CORS145", None, id="a-wildcard-at-the-end"),
    pytest.param("https://*a*b.example.com", "CORS145", None, id="two-wildcards-in-a-label"),
    pytest.param("https://*", "CORS145", "*", id="a-wildcard-for-the-host"),
    pytest.param("https://**", "CORS145", "*", id="two-asterisks-for-the-host"),
    pytest.param("https://*.", "CORS134", None, id="a-wildcard-and-nothing"),
    pytest.param("https://*.192.0.2.1", "CORS146", "https://192.0.2.1", id="a-wildcard-before-IPv4"),
    pytest.param("https://*.[::1]", "CORS146", "https://[::1]", id="a-wildcard-before-IPv6"),
    pytest.param("chrome-extension://*.abc", "CORS147", None, id="a-wildcard-in-an-extension"),
    pytest.param("capacitor://localhost:*", "CORS147", None, id="any-port-of-an-app"),
    pytest.param("https://*.com", "CORS148", None, id="a-pattern-over-a-top-level-domain"),
    pytest.param("https://*.co.uk", "CORS148", None, id="a-pattern-over-a-registry"),
    pytest.param("https://*.github.io", "CORS148", None, id="a-pattern-over-a-host-of-sites"),
    pytest.param("https://**.vercel.app", "CORS148", None, id="a-deep-pattern-over-a-host-of-sites"),
    pytest.param("https://*.kawasaki.jp", "CORS148", None, id="a-pattern-under-a-wildcard-of-the-list"),
    pytest.param("https://*.internal", "CORS148", None, id="a-pattern-over-an-unlisted-single-label"),
    pytest.param("https://*.рф", "CORS148", None, id="a-pattern-over-an-internationalised-registry"),
    pytest.param("https://*.github.io:*", "CORS148", None, id="a-pattern-over-a-host-of-sites-on-any-port"),
    pytest.param("https://**.amazonaws.com", "CORS148", None, id="a-deep-pattern-with-a-host-of-sites-below-it"),
    pytest.param("https://*.amazonaws.com", "CORS148", None, id="a-pattern-that-covers-a-host-of-sites"),
    pytest.param("https://**.møre-og-romsdal.no", "CORS148", None, id="a-deep-pattern-over-a-registry-in-unicode"),
]


@pytest.mark.parametrize(("text", "rule", "corrected"), SLIPS)
def test_a_slip_is_refused_and_mended(text: str, rule: str, corrected: str | None) -> None:
    issues = issues_of(text)
    assert rule in {issue.rule for issue in issues}
    assert all(issue.problem and issue.fix and "{" not in issue.fix for issue in issues)
    if corrected is not None:
        assert {corrected_by(issue) for issue in issues} == {corrected}
        CorsPolicy(allow_origins=[corrected])


@pytest.mark.parametrize(
    ("text", "items"),
    [
        pytest.param(
            "https://a.example,https://b.example", ["https://a.example", "https://b.example"], id="by-a-comma"
        ),
        pytest.param("https://a.example, b.example/", ["https://a.example", "https://b.example"], id="and-other-slips"),
        pytest.param(
            "https://a.example https://b.example", ["https://a.example", "https://b.example"], id="by-a-blank"
        ),
        pytest.param(
            "https://a.example\nhttps://b.example", ["https://a.example", "https://b.example"], id="by-a-line"
        ),
        pytest.param(
            "https://a.example;https://b.example", ["https://a.example", "https://b.example"], id="by-a-semicolon"
        ),
        pytest.param("https://a.example,https://a.example", ["https://a.example"], id="twice-the-same"),
        pytest.param("https://a.example,", ["https://a.example"], id="with-nothing-behind-the-comma"),
    ],
)
def test_several_origins_in_one_string_are_taken_apart(text: str, items: list[str]) -> None:
    (issue,) = issues_of(text)
    assert issue.rule == "CORS122"
    assert json.loads(issue.fix.partition(": ")[2]) == items
    CorsPolicy(allow_origins=items)


@pytest.mark.parametrize("text", [",", "https://a.example, *", "https://a.example,ftp://b.example"])
def test_several_origins_that_cannot_all_be_mended_get_plain_advice(text: str) -> None:
    (issue,) = issues_of(text)
    assert (issue.rule, issue.fix) == ("CORS122", "write each origin as an item of the list")


@pytest.mark.parametrize("text", ["'*'", '"*"', " *"])
def test_a_wildcard_in_quotes_is_recognised(text: str) -> None:
    (issue,) = issues_of(text)
    assert issue.rule == "CORS149"
    assert corrected_by(issue) == "*"


def test_every_slip_in_an_origin_is_reported_at_once() -> None:
    issues = issues_of("http://me@App.example.com:080/a?b#c")
    assert [issue.rule for issue in issues] == [
        "CORS131",
        "CORS132",
        "CORS133",
        "CORS129",
        "CORS144",
        "CORS143",
        "CORS128",
        "CORS127",
    ]
    assert {corrected_by(issue) for issue in issues} == {"https://app.example.com"}


def test_one_slip_that_cannot_be_mended_leaves_general_advice_for_all() -> None:
    issues = issues_of("https://App.example.com:https/")
    assert {issue.rule for issue in issues} == {"CORS130", "CORS144"}
    assert {corrected_by(issue) for issue in issues} == {None}


@pytest.mark.parametrize(
    ("item", "fix"),
    [
        pytest.param(None, "write a string", id="None"),
        pytest.param(3, "write a string", id="a-number"),
        pytest.param(b"https://app.example.com", 'write "https://app.example.com"', id="bytes"),
        pytest.param(b"\xff", "write a string", id="bytes-of-no-text"),
        pytest.param(["https://app.example.com"], "write its items in the outer list", id="a-list"),
        pytest.param({}, "write a string", id="a-mapping"),
        pytest.param(object(), "write a string", id="an-object"),
        pytest.param(Origin("https", "a.example"), "Token.as_string", id="an-object-of-another-library"),
    ],
)
def test_an_item_that_is_no_string_is_refused(item: object, fix: str) -> None:
    (issue,) = issues_of(item)
    assert issue.rule == "CORS103"
    assert fix in issue.fix


@pytest.mark.parametrize(
    "text", ["http://app.example.com", "http://192.0.2.1", "http://*.example.com", "http://a.example:*"]
)
def test_http_is_let_in_only_by_an_explicit_option(text: str) -> None:
    assert issues_of(text)[0].rule == "CORS127"
    policy = CorsPolicy(allow_origins=[text], dangerously_allow_insecure_origins=True)
    assert policy.allow_origins == (text,)


@pytest.mark.parametrize(
    "text", ["https://*.co.uk", "https://*.internal", "https://**.amazonaws.com", "https://*.com:*"]
)
def test_public_suffixes_are_let_in_only_by_an_explicit_option(text: str) -> None:
    (issue,) = issues_of(text)
    assert issue.rule == "CORS148"
    advised = re.search(r'"(https://[^"]*your-site[^"]*)"', issue.fix)
    assert advised
    CorsPolicy(allow_origins=[advised[1]])
    policy = CorsPolicy(allow_origins=[text], dangerously_allow_public_suffix_patterns=True)
    assert policy.allow_origins == (text,)


@pytest.mark.parametrize(
    "text", ["https://*.example.co.uk", "https://*.me.github.io", "https://*.localhost", "https://*.mine.amazonaws.com"]
)
def test_a_site_of_ones_own_below_a_public_suffix_is_fine(text: str) -> None:
    assert CorsPolicy(allow_origins=[text]).allow_origins == (text,)


def test_an_exact_origin_on_a_public_suffix_is_fine() -> None:
    assert CorsPolicy(allow_origins=["https://me.github.io"]).exact_origins == ("https://me.github.io",)


def test_the_two_explicit_options_do_not_stand_in_for_each_other() -> None:
    assert issues_of("http://a.example", dangerously_allow_public_suffix_patterns=True)[0].rule == "CORS127"
    assert issues_of("https://*.co.uk", dangerously_allow_insecure_origins=True)[0].rule == "CORS148"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("https://*.example.com", "CORS149", id="a-pattern"),
        pytest.param("*", "CORS149", id="any-origin"),
        pytest.param("https://app.example.com/", "CORS130", id="a-slip"),
        pytest.param("http://app.example.com", "CORS127", id="http"),
        pytest.param("https://${Token[A.1]}", "CORS118", id="a-value-known-only-at-deployment"),
        pytest.param(None, "CORS103", id="None"),
    ],
)
def test_parsing_an_origin_by_itself_says_the_same(text: str, rule: str) -> None:
    with pytest.raises(CorsPolicyError) as caught:
        Origin.parse(text)
    assert [(issue.rule, issue.place) for issue in caught.value.issues] == [(rule, "origin")]


def test_parsing_an_insecure_origin_by_itself_takes_the_same_option() -> None:
    origin = Origin.parse("http://app.example.com", dangerously_allow_insecure_origins=True)
    assert origin == Origin("http", "app.example.com")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(("https", "App.example.com", None), id="an-upper-case-host"),
        pytest.param(("https", "*.example.com", None), id="a-wildcard"),
        pytest.param(("https", "a.example:8443", None), id="a-port-in-the-host"),
        pytest.param(("https", "bücher.example", None), id="a-host-not-converted"),
        pytest.param(("https", "a.example", 443), id="the-default-port"),
        pytest.param(("https", "a.example", "8443"), id="a-port-in-letters"),
        pytest.param(("ftp", "a.example", None), id="another-scheme"),
        pytest.param((None, None, None), id="nothing"),
    ],
)
def test_an_origin_cannot_be_made_of_parts_that_no_browser_sends(parts: tuple[str, str, int | None]) -> None:
    with pytest.raises(CorsPolicyError):
        Origin(*parts)


LABELS = st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda label: not label.startswith("xn--"))
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join).map(lambda name: f"{name}.example")
PORTS = st.none() | st.integers(1, 65535).filter(lambda port: port not in {80, 443})
ORIGINS = st.builds(Origin, st.sampled_from(["https", "http", "tauri"]), NAMES, PORTS)


@given(ORIGINS)
def test_every_origin_survives_being_written_and_read(origin: Origin) -> None:
    text = str(origin)
    again = Origin.parse(text, dangerously_allow_insecure_origins=True)
    assert again == origin
    assert str(again) == text


TEXTS = st.text(max_size=30) | st.text(alphabet="https:/[]*.@?#%'\"\\,;0189xn-_aZü \n\0$\ud800", max_size=40)


@given(TEXTS | st.builds("{}{}{}".format, TEXTS, ORIGINS.map(str), TEXTS) | TEXTS.map(lambda text: f"https://{text}"))
@example("https://" + "a." * 5000)
@example("https://" + "ü" * 5000)
@example("https://xn--" + "a" * 59)
@example("https://[" + ":" * 99)
@example("*" * 999)
def test_any_text_is_either_an_origin_or_refused_with_a_fix_that_works(text: str) -> None:
    try:
        policy = CorsPolicy(allow_origins=[text])
    except CorsPolicyError as error:
        for issue in error.issues:
            corrected = corrected_by(issue)
            if corrected is not None:
                CorsPolicy(allow_origins=[corrected])
        return
    (kept,) = policy.allow_origins
    if "Token[" not in kept:
        assert kept.isascii()
        assert not set(kept) & set("'\"\r\n\0$#\\ ,%@?<>")
    assert CorsPolicy(allow_origins=[kept]) == policy
    if kept != "*" and "*" not in kept:
        assert str(Origin.parse(kept)) == kept
    elif kept != "*":
        assert str(OriginPattern.parse(kept)) == kept


def test_a_string_of_endless_tokens_is_refused_at_once() -> None:
    (issue,) = issues_of("https://" + "${Token[Any.1]}" * 5000)
    assert issue.rule == "CORS138"
