"""What a page, or a test, does wrong before anything is sent."""

from typing import Any

import pytest

from cors_constructs.simulate import Browser, Outcome, Request, Response

from . import sections
from .scripted import API, SITE, Server, fetch

THROWN = "Uncaught (in promise) TypeError: Failed to execute 'fetch' on 'Window': "
BAD_NAME = f"{THROWN}Invalid name"
BAD_VALUE = f"{THROWN}Invalid value"
NOT_LATIN = (
    f"{THROWN}Failed to read the 'headers' property from 'RequestInit': String contains non ISO-8859-1 code point."
)
BODY = f"{THROWN}Request with GET/HEAD method cannot have body."


@pytest.mark.parametrize(
    ("section", "page", "outcome", "console"),
    [
        *(
            pytest.param(
                sections.FORBIDDEN_METHOD,
                {"method": method},
                Outcome.METHOD_FORBIDDEN,
                f"{THROWN}'{method}' HTTP method is unsupported.",
                id=method,
            )
            for method in ("CONNECT", "TRACE", "TRACK", "connect", "tRace")
        ),
        *(
            pytest.param(
                sections.METHOD,
                {"method": method},
                Outcome.METHOD_INVALID,
                f"{THROWN}'{method}' is not a valid HTTP method.",
                id=f"the-method-{method!r}",
            )
            for method in ("", "A B", "GET ", "G\u00cbT", "GET:", "(GET)")
        ),
        *(
            pytest.param(
                sections.HEADER,
                {"headers": {name: "1"}},
                Outcome.HEADER_NAME_INVALID,
                BAD_NAME,
                id=f"the-name-{name!r}",
            )
            for name in ("", "a b", "a:", "a: b", "x\xe9", "a\n", "(a)")
        ),
        *(
            pytest.param(
                sections.HEADER,
                {"headers": {"a": value}},
                Outcome.HEADER_VALUE_INVALID,
                BAD_VALUE,
                id=f"the-value-{value!r}",
            )
            for value in ("a\nb", "a\rb", "a\0b", "\0")
        ),
        pytest.param(
            sections.HEADER,
            {"headers": {"a": "\u20ac"}},
            Outcome.HEADER_VALUE_INVALID,
            NOT_LATIN,
            id="a-value-of-no-bytes",
        ),
        pytest.param(
            sections.HEADER,
            {"headers": {"\u20ac": "a"}},
            Outcome.HEADER_NAME_INVALID,
            NOT_LATIN,
            id="a-name-of-no-bytes",
        ),
        pytest.param(
            sections.HEADER,
            {"headers": {"cookie": "a\nb"}},
            Outcome.HEADER_VALUE_INVALID,
            BAD_VALUE,
            id="a-forbidden-header-is-checked-too",
        ),
        *(
            pytest.param(
                sections.REQUEST,
                {"method": method, "body": body},
                Outcome.BODY_NOT_ALLOWED,
                BODY,
                id=f"{method}-{body!r}",
            )
            for method in ("GET", "head")
            for body in ("x", "", b"", b"x")
        ),
        pytest.param(
            sections.REQUEST,
            {"url": "https://user:pw@api.example.com/"},
            Outcome.URL_WITH_CREDENTIALS,
            f"{THROWN}Request cannot be constructed from a URL that includes credentials: https://user:pw@api.example.com/",
            id="a-user-in-the-URL",
        ),
        *(
            pytest.param(
                sections.REQUEST,
                {"url": url},
                Outcome.URL_UNREADABLE,
                f"{THROWN}Failed to parse URL from {url}",
                id=url,
            )
            for url in (
                "https://",
                "http://[x/",
                "https://a b/",
                "https://a:b/",
                "https://a:65536/",
                "http://256.1.1.1/",
            )
        ),
        *(
            pytest.param(
                sections.MAIN_FETCH,
                {"url": url},
                Outcome.SCHEME_NOT_SUPPORTED,
                f'Fetch API cannot load {url}. URL scheme "{url.partition(":")[0]}" is not supported.',
                id=url,
            )
            for url in ("ftp://api.example.com/", "foo:bar", "file:///x")
        ),
    ],
)
def test_a_browser_throws(section: str, page: dict[str, Any], outcome: Outcome, console: str) -> None:
    server = Server()
    verdict = fetch(server, **page)
    assert (verdict.outcome, verdict.console) == (outcome, console), section
    assert not verdict.allowed
    assert not server.requests
    assert not verdict.exchanges
    assert verdict.response is None


@pytest.mark.parametrize(
    ("body", "given", "sent", "content_type"),
    [
        pytest.param("text", {}, b"text", "text/plain;charset=UTF-8", id="a-text"),
        pytest.param("", {}, b"", "text/plain;charset=UTF-8", id="an-empty-text"),
        pytest.param("\u20ac", {}, b"\xe2\x82\xac", "text/plain;charset=UTF-8", id="a-text-beyond-ASCII"),
        pytest.param("\ud800", {}, b"\xef\xbf\xbd", "text/plain;charset=UTF-8", id="half-a-surrogate-pair"),
        pytest.param("{}", {"content-type": "application/json"}, b"{}", "application/json", id="a-text-with-a-type"),
        pytest.param(b"\xff", {}, b"\xff", None, id="bytes"),
        pytest.param(None, {}, b"", None, id="none"),
    ],
)
def test_a_body_is_sent(body: str | bytes | None, given: dict[str, str], sent: bytes, content_type: str | None) -> None:
    server = Server()
    fetch(server, "POST", url=f"{SITE}/", body=body, headers=given)
    (request,) = server.requests
    assert (request.body, request.headers.get("Content-Type")) == (sent, content_type)


@pytest.mark.parametrize(
    ("origin", "write"),
    [
        pytest.param("https://app.example.com/", 'write "https://app.example.com"', id="a-slash-at-the-end"),
        pytest.param("https://app.example.com/users?q", 'write "https://app.example.com"', id="a-path"),
        pytest.param("https://app.example.com:443", 'write "https://app.example.com"', id="the-default-port"),
        pytest.param("http://localhost:80", 'write "http://localhost"', id="the-default-port-of-http"),
        pytest.param("HTTPS://App.Example.com", 'write "https://app.example.com"', id="upper-case"),
        pytest.param("https://b\xfccher.example", 'write "https://xn--bcher-kva.example"', id="not-Punycode"),
        pytest.param("app.example.com", 'write "https://app.example.com"', id="no-scheme"),
        pytest.param("localhost:3000", "write scheme://host", id="a-host-and-port"),
        pytest.param("file:///home/me", 'write "null"', id="a-file"),
        pytest.param("*", "write scheme://host", id="a-wildcard"),
        pytest.param("", "write scheme://host", id="nothing"),
        pytest.param("https://", "write scheme://host", id="no-host"),
        pytest.param("https://a b", "write scheme://host", id="a-blank"),
        pytest.param("https://user@app.example.com", 'write "https://app.example.com"', id="a-user"),
        pytest.param("https://app.example.com:x", "write scheme://host", id="no-port"),
        pytest.param("https://app.example.com\n", "write", id="a-line-break"),
        pytest.param("NULL", "write scheme://host", id="NULL"),
    ],
)
def test_an_origin_that_browsers_never_send_is_an_error(origin: str, write: str) -> None:
    with pytest.raises(ValueError, match=r"^origin: ") as caught:
        fetch(Server(), origin=origin)
    assert write in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "origin",
    [
        *(
            "null",
            "https://app.example.com",
            "http://localhost:3000",
            "http://127.0.0.1",
            "http://[::1]:8080",
            "capacitor://localhost",
        ),
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    ],
)
def test_an_origin_that_browsers_send_is_fine(origin: str) -> None:
    assert fetch(Server(), origin=origin).allowed


@pytest.mark.parametrize("url", ["users", "", "?q=1", "api.example.com/users", "\\users"])
def test_a_relative_URL_is_an_error(url: str) -> None:  # noqa: N802 - URL is a word
    with pytest.raises(ValueError, match=r"^url: .* is relative; write a path that begins with a slash"):
        fetch(Server(), url=url)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        pytest.param("/users?q=a b#part", "/users?q=a b", id="a-path-is-sent-as-it-is"),
        pytest.param("//users/../x", "//users/../x", id="a-path-of-two-slashes"),
        pytest.param(API, f"{API}/", id="an-origin"),
        pytest.param(f"{API}/a/../b c?d=\xe9#part", f"{API}/b%20c?d=%C3%A9", id="a-URL-is-normalised"),
        pytest.param("HTTPS://API.example.com:443/", f"{API}/", id="and-its-host"),
    ],
)
def test_a_URL_is_sent(url: str, sent: str) -> None:  # noqa: N802 - URL is a word
    server = Server()
    assert fetch(server, url=url).outcome is Outcome.ALLOWED
    assert server.requests[0].url == sent


def test_a_credentials_mode_that_is_none_is_an_error() -> None:
    with pytest.raises(
        ValueError, match=r"^credentials: 'yes' is no mode; write one of 'omit', 'same-origin', 'include'$"
    ):
        fetch(Server(), credentials="yes")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        pytest.param({"method": None}, "^method: a string", id="no-method"),
        pytest.param({"origin": None}, "^origin: a string", id="no-origin"),
        pytest.param({"url": b"/"}, "^url: a string", id="a-URL-of-bytes"),
        pytest.param(
            {"method": "POST", "body": {"a": 1}},
            "^body: a string, bytes or None, not dict; write json.dumps",
            id="a-mapping",
        ),
        pytest.param({"headers": {"a": 1}}, "^a header is a name and a string", id="a-number-for-a-header"),
    ],
)
def test_an_argument_of_the_wrong_type_is_an_error(page: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fetch(Server(), **page)


@pytest.mark.parametrize("error", [ConnectionError("refused"), TimeoutError("too late"), OSError()])
def test_no_answer_is_a_network_error(error: OSError) -> None:
    def transport(_: Request) -> Response:
        raise error

    for method, outcome in (("GET", Outcome.NETWORK_ERROR), ("PUT", Outcome.PREFLIGHT_NETWORK_ERROR)):
        verdict = fetch(transport, method)
        assert verdict.outcome is outcome, sections.NETWORK
        assert verdict.exchanges[0].response is None
        assert verdict.exchanges[0].error == (str(error) or "OSError")
        assert verdict.exchanges[0].error in verdict.reason
        assert verdict.console == "Uncaught (in promise) TypeError: Failed to fetch"


@pytest.mark.parametrize("nonsense", [None, 200, (200, {}), "HTTP/1.1 200 OK"])
def test_a_transport_that_returns_nonsense_is_an_error(nonsense: Any) -> None:
    with pytest.raises(TypeError, match=r"^the transport is to return a Response, and returned"):
        Browser(lambda _: nonsense).fetch("GET", "/", origin=SITE)


def test_a_status_that_is_no_number_is_an_error() -> None:
    with pytest.raises(TypeError, match="status is no integer but '200'"):
        Browser(lambda _: Response("200")).fetch("GET", "/", origin=SITE)  # type: ignore[arg-type]


def test_other_errors_of_a_transport_are_its_own() -> None:
    def transport(_: Request) -> Response:
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        fetch(transport)
