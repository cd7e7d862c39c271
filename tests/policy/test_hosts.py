"""Hosts: what a browser makes of them before it sends them."""

import pytest

from cors_constructs.policy import CorsPolicy, CorsPolicyError, Origin
from cors_constructs.policy.hosts import is_address, is_local

LONG_LABEL = "a" * 63
LONG_HOST = ".".join([LONG_LABEL] * 3 + ["a" * 61])

ACCEPTED = [
    pytest.param("app.example.com", "app.example.com", id="a-name"),
    pytest.param("localhost", "localhost", id="localhost"),
    pytest.param("intranet", "intranet", id="a-single-label"),
    pytest.param("my_app.example.com", "my_app.example.com", id="an-underscore"),
    pytest.param("-a-.example.com", "-a-.example.com", id="hyphens-at-the-edges-as-browsers-allow"),
    pytest.param("1.example.com", "1.example.com", id="a-number-as-first-label"),
    pytest.param("0x.com", "0x.com", id="hexadecimal-look-before-a-name"),
    pytest.param(LONG_LABEL + ".example", LONG_LABEL + ".example", id="the-longest-label"),
    pytest.param(LONG_HOST, LONG_HOST, id="the-longest-host"),
    pytest.param("192.0.2.7", "192.0.2.7", id="IPv4"),
    pytest.param("[::1]", "[::1]", id="IPv6-loopback"),
    pytest.param("[2001:db8::1]", "[2001:db8::1]", id="IPv6"),
    pytest.param("[::102:304]", "[::102:304]", id="IPv6-that-ends-like-IPv4"),
    pytest.param("bücher.example", "xn--bcher-kva.example", id="Unicode-is-converted"),
    pytest.param("Über.example", "xn--ber-goa.example", id="a-capital-umlaut-is-converted"),
    pytest.param("日本語。jp", "xn--wgv71a119e.jp", id="an-ideographic-full-stop-is-a-dot"),
    pytest.param(
        "\N{FULLWIDTH LATIN SMALL LETTER A}pp.example.com",
        "app.example.com",
        id="full-width-letters-are-converted",
    ),
    pytest.param("faß.example", "xn--fa-hia.example", id="a-sharp-s-stays-itself"),
    pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", id="Punycode"),
    pytest.param("xn--ls8h.la", "xn--ls8h.la", id="Punycode-of-an-emoji-which-browsers-resolve"),
]


@pytest.mark.parametrize(("host", "kept"), ACCEPTED)
def test_a_host_is_taken(host: str, kept: str) -> None:
    assert Origin.parse(f"https://{host}").host == kept


REFUSED = [
    pytest.param("", "CORS134", None, id="empty"),
    pytest.param("App.Example.com", "CORS128", "app.example.com", id="upper-case"),
    pytest.param("Bücher.example", "CORS128", "xn--bcher-kva.example", id="upper-case-beside-Unicode"),
    pytest.param("app.example.com.", "CORS137", "app.example.com", id="a-dot-at-the-end"),
    pytest.param("bücher.example.", "CORS137", "xn--bcher-kva.example", id="Unicode-and-a-dot-at-the-end"),
    pytest.param(".", "CORS136", None, id="a-dot-alone"),
    pytest.param("..", "CORS136", None, id="dots-alone"),
    pytest.param(".example.com", "CORS136", "example.com", id="a-dot-at-the-start"),
    pytest.param("app..example.com", "CORS136", "app.example.com", id="two-dots"),
    pytest.param("app%2eexample.com", "CORS135", None, id="a-percent-sign"),
    pytest.param("app.example.com'", "CORS135", None, id="a-single-quote"),
    pytest.param('app".example.com', "CORS135", None, id="a-double-quote"),
    pytest.param("app!.example.com", "CORS135", None, id="an-exclamation-mark"),
    pytest.param("${AWS::Region}.example.com", "CORS135", None, id="CloudFormation's-own-marker-with-colons"),
    pytest.param("${Stage}.example.com", "CORS135", None, id="CloudFormation's-own-marker"),
    pytest.param("a" * 64 + ".example", "CORS138", None, id="a-label-too-long"),
    pytest.param(LONG_HOST + "a", "CORS138", None, id="a-host-too-long"),
    pytest.param("ü" * 1001, "CORS138", None, id="a-Unicode-host-far-too-long"),
    pytest.param("127.1", "CORS139", "127.0.0.1", id="IPv4-in-two-parts"),
    pytest.param("2130706433", "CORS139", "127.0.0.1", id="IPv4-in-one-number"),
    pytest.param("0x7f.0.0.1", "CORS139", "127.0.0.1", id="IPv4-in-hexadecimal"),
    pytest.param("0177.0.0.01", "CORS139", "127.0.0.1", id="IPv4-in-octal"),
    pytest.param("192.0.2.0x", "CORS139", "192.0.2.0", id="IPv4-with-an-empty-hexadecimal-number"),
    pytest.param("256.0.0.1", "CORS139", None, id="IPv4-out-of-range"),
    pytest.param("1.2.3.4.5", "CORS139", None, id="IPv4-with-five-parts"),
    pytest.param("08.0.0.1", "CORS139", None, id="IPv4-with-a-wrong-octal-number"),
    pytest.param("1_0.0.0.1", "CORS139", None, id="IPv4-with-an-underscore"),
    pytest.param("app.example.1", "CORS139", None, id="a-number-as-last-label"),
    pytest.param("4294967296", "CORS139", None, id="IPv4-number-too-large"),
    pytest.param("[2001:DB8::1]", "CORS140", "[2001:db8::1]", id="IPv6-in-upper-case"),
    pytest.param("[2001:db8:0:0:0:0:0:1]", "CORS140", "[2001:db8::1]", id="IPv6-in-full"),
    pytest.param("[0::1]", "CORS140", "[::1]", id="IPv6-with-a-zero-too-many"),
    pytest.param("[::1.2.3.4]", "CORS140", "[::102:304]", id="IPv6-ending-in-IPv4"),
    pytest.param("[::ffff:192.0.2.1]", "CORS141", "192.0.2.1", id="IPv4-mapped"),
    pytest.param("[::ffff:c000:201]", "CORS141", "192.0.2.1", id="IPv4-mapped-in-hexadecimal"),
    pytest.param("::1", "CORS140", "[::1]", id="IPv6-without-brackets"),
    pytest.param("[fe80::1%eth0]", "CORS140", None, id="IPv6-with-a-zone"),
    pytest.param("[::1", "CORS140", None, id="IPv6-with-one-bracket"),
    pytest.param("[::1]x", "CORS140", None, id="IPv6-with-more-behind-it"),
    pytest.param("[app.example.com]", "CORS140", None, id="a-name-in-brackets"),
    pytest.param("xn--.example", "CORS142", None, id="empty-Punycode"),
    pytest.param("xn--a.example", "CORS142", None, id="broken-Punycode"),
    pytest.param("xn--app-.example", "CORS142", None, id="Punycode-of-plain-ASCII"),
    pytest.param("xn--bcher-KVA.example", "CORS128", "xn--bcher-kva.example", id="Punycode-in-upper-case"),
    pytest.param("xn--ab-j1t.example", "CORS142", None, id="Punycode-of-a-joiner-that-joins-nothing"),
    pytest.param("☃.example", "CORS142", "xn--n3h.example", id="a-symbol-that-only-browsers-allow"),
    pytest.param("a\N{FULLWIDTH SOLIDUS}b.example", "CORS142", None, id="a-full-width-slash"),
    pytest.param("a\u2010\u0300\ud800.example", "CORS142", None, id="half-a-surrogate-pair"),
    pytest.param("\u0300a.example", "CORS142", None, id="an-accent-on-nothing"),
]


@pytest.mark.parametrize(("host", "rule", "corrected"), REFUSED)
def test_a_host_is_refused(host: str, rule: str, corrected: str | None) -> None:
    with pytest.raises(CorsPolicyError) as caught:
        CorsPolicy(allow_origins=[f"https://{host}"])
    issues = caught.value.issues
    assert rule in {issue.rule for issue in issues}
    assert {issue.place for issue in issues} == {"allow_origins[0]"}
    if corrected is not None:
        assert {issue.fix for issue in issues} == {f'write "https://{corrected}"'}
        Origin.parse(f"https://{corrected}")


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("127.200.3.4", True),
        ("[::1]", True),
        ("[::2]", False),
        ("128.0.0.1", False),
        ("127.example.com", False),
        ("notlocalhost", False),
        ("localhost.example.com", False),
    ],
)
def test_local_hosts_are_those_that_stay_on_the_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


@pytest.mark.parametrize(("host", "address"), [("[::1]", True), ("192.0.2.1", True), ("192.0.2.example", False)])
def test_addresses_are_told_from_names(host: str, address: bool) -> None:
    assert is_address(host) is address
