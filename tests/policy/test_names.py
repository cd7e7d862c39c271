"""Names of methods and headers: the Fetch standard's words, and what could break out of where they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError, Issue, names

SITE = "https://app.example.com"


def issues_of(argument: str, items: list[str]) -> tuple[Issue, ...]:
    with pytest.raises(CorsPolicyError) as caught:
        CorsPolicy(**{"allow_origins": [SITE], argument: items})  # type: ignore[arg-type]
    return caught.value.issues


def accept(argument: str, items: list[str]) -> tuple[str, ...]:
    kept = getattr(CorsPolicy(**{"allow_origins": [SITE], argument: items}), argument)  # type: ignore[arg-type]
    assert isinstance(kept, tuple)
    return kept


# What any name is refused for, whichever list it stands in. A corrected name is accepted in all three.
NAMES = [
    pytest.param("", "CORS150", None, id="empty"),
    pytest.param("  ", "CORS150", None, id="blank"),
    pytest.param("x-a ", "CORS151", "x-a", id="with-a-blank-at-the-end"),
    pytest.param("x-a:", "CORS151", "x-a", id="with-a-colon"),
    pytest.param("x-a:1", "CORS151", "x-a", id="with-its-value"),
    pytest.param("x(a)", "CORS151", None, id="with-brackets"),
    pytest.param('"x-a"', "CORS151", "x-a", id="in-double-quotes"),
    pytest.param("x\\a", "CORS151", None, id="with-a-backslash"),
    pytest.param("x/a", "CORS151", None, id="with-a-slash"),
    pytest.param("x-a\r\n", "CORS152", "x-a", id="with-a-line-break"),
    pytest.param("x-a\x00", "CORS152", "x-a", id="with-a-NUL"),
    pytest.param("x-a\x7f", "CORS152", "x-a", id="with-a-DEL"),
    pytest.param("x-é", "CORS153", None, id="not-ASCII"),
    pytest.param("\uff38-a", "CORS153", None, id="full-width"),
    pytest.param("x-it's", "CORS154", None, id="with-a-single-quote"),
    pytest.param("'x-a'", "CORS154", "x-a", id="in-single-quotes"),
    pytest.param("x-$a", "CORS155", None, id="with-a-dollar-sign"),
    pytest.param("x-#if", "CORS155", None, id="with-a-number-sign"),
    pytest.param("x-*", "CORS157", None, id="with-a-wildcard-inside"),
    pytest.param("${Token[TOKEN.12]}", "CORS115", None, id="known-only-at-deployment"),
    pytest.param("x-${Token[TOKEN.12]}", "CORS115", None, id="partly-known-only-at-deployment"),
    pytest.param("#{Token[TOKEN.12]}", "CORS115", None, id="a-list-known-only-at-deployment"),
]


@pytest.mark.parametrize("argument", ["allow_methods", "allow_headers", "expose_headers"])
@pytest.mark.parametrize(("name", "rule", "corrected"), NAMES)
def test_a_name_is_refused(argument: str, name: str, rule: str, corrected: str | None) -> None:
    (issue,) = issues_of(argument, ["x-fine", name])
    assert (issue.rule, issue.place) == (rule, f"{argument}[1]")
    assert issue.fix
    if corrected is not None:
        assert issue.fix == f'write "{corrected}"'
        accept(argument, [corrected])


@pytest.mark.parametrize("argument", ["allow_methods", "allow_headers", "expose_headers"])
@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("x-a,x-b", ["x-a", "x-b"], id="by-commas"),
        pytest.param("x-a, x-b, x-c", ["x-a", "x-b", "x-c"], id="by-commas-and-blanks"),
        pytest.param("'x-a,x-b'", ["x-a", "x-b"], id="in-API-Gateway's-quotes"),
        pytest.param("x-a x-b", ["x-a", "x-b"], id="by-blanks"),
        pytest.param("x-a,", ["x-a"], id="and-nothing-after-the-comma"),
    ],
)
def test_several_names_in_one_string_are_taken_apart(argument: str, text: str, pieces: list[str]) -> None:
    (issue,) = issues_of(argument, [text])
    assert (issue.rule, issue.place) == ("CORS156", f"{argument}[0]")
    written = ", ".join(f'"{piece}"' for piece in pieces)
    assert issue.fix == f"write each as an item: [{written}]"
    accept(argument, pieces)


@pytest.mark.parametrize("text", [",", "x-a,x b(c)"])
def test_several_texts_that_are_no_names_get_plain_advice(text: str) -> None:
    (issue,) = issues_of("allow_headers", [text])
    assert (issue.rule, issue.fix) == ("CORS156", "write each name as an item of the list")


@pytest.mark.parametrize(
    ("method", "kept"),
    [
        ("get", "GET"),
        ("Delete", "DELETE"),
        ("head", "HEAD"),
        ("options", "OPTIONS"),
        ("post", "POST"),
        ("puT", "PUT"),
        ("PATCH", "PATCH"),
        ("purge", "purge"),
        ("PROPFIND", "PROPFIND"),
    ],
)
def test_methods_are_normalised_as_browsers_do(method: str, kept: str) -> None:
    assert names.normalize_method(method) == kept
    assert accept("allow_methods", [method]) == (kept,)


@pytest.mark.parametrize(
    ("method", "rule", "fix"),
    [
        pytest.param("TRACE", "CORS160", "remove it", id="TRACE"),
        pytest.param("connect", "CORS160", "remove it", id="connect-in-lower-case"),
        pytest.param("Track", "CORS160", "remove it", id="Track-in-mixed-case"),
        pytest.param("patch", "CORS161", 'write "PATCH"', id="patch-in-lower-case"),
        pytest.param("Patch", "CORS161", 'write "PATCH"', id="Patch-in-mixed-case"),
        pytest.param("ANY", "CORS162", 'or write "*"', id="ANY"),
        pytest.param("any", "CORS162", "leave allow_methods out", id="any-in-lower-case"),
    ],
)
def test_a_method_is_refused(method: str, rule: str, fix: str) -> None:
    (issue,) = issues_of("allow_methods", ["GET", method])
    assert (issue.rule, issue.place) == (rule, "allow_methods[1]")
    assert fix in issue.fix


@pytest.mark.parametrize("name", sorted(names.FORBIDDEN_REQUEST_HEADERS))
def test_a_forbidden_request_header_is_refused_in_any_case(name: str) -> None:
    for spelling in (name, name.upper(), name.title()):
        (issue,) = issues_of("allow_headers", [spelling])
        assert (issue.rule, issue.place) == ("CORS163", "allow_headers[0]")


@pytest.mark.parametrize("name", ["proxy-authorization", "Sec-Fetch-Mode", "sec-", "PROXY-x"])
def test_forbidden_prefixes_are_refused(name: str) -> None:
    assert names.is_forbidden_request_header(name)
    assert issues_of("allow_headers", [name])[0].rule == "CORS163"


def test_whoever_allows_cookies_is_told_of_credentials() -> None:
    assert "allow_credentials=True" in issues_of("allow_headers", ["Cookie"])[0].fix


@pytest.mark.parametrize(
    "name",
    [
        "Access-Control-Allow-Origin",
        "access-control-allow-headers",
        "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
        "Access-Control-Allow-Private-Network",
    ],
)
def test_a_response_header_among_request_headers_gets_a_message_of_its_own(name: str) -> None:
    (issue,) = issues_of("allow_headers", [name])
    assert issue.rule == "CORS164"
    assert "from the code of the page" in issue.fix


@pytest.mark.parametrize(
    "name",
    [
        *sorted(names.SAFELISTED_REQUEST_HEADERS),
        "X-HTTP-Method-Override",
        "User-Agent",
        "x_y",
        "X-Api-Key",
        "x.~!^`|%&+",
    ],
)
def test_other_request_headers_are_taken_in_lower_case(name: str) -> None:
    assert name.lower() in accept("allow_headers", [name])


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Set-Cookie", "CORS165"),
        ("set-cookie2", "CORS165"),
        ("Origin", "CORS166"),
        ("Cookie", "CORS166"),
        ("Access-Control-Request-Method", "CORS166"),
        ("Access-Control-Request-Headers", "CORS166"),
        ("Access-Control-Allow-Methods", "CORS166"),
        ("Access-Control-Max-Age", "CORS166"),
        ("Referer", "CORS166"),
    ],
)
def test_a_header_that_no_script_can_read_is_not_exposed(name: str, rule: str) -> None:
    (issue,) = issues_of("expose_headers", ["x-fine", name])
    assert (issue.rule, issue.place, issue.fix) == (rule, "expose_headers[1]", "remove it")


@pytest.mark.parametrize("name", [*sorted(names.SAFELISTED_RESPONSE_HEADERS), "Authorization", "ETag", "X-Total-Count"])
def test_other_response_headers_are_exposed_in_lower_case(name: str) -> None:
    assert accept("expose_headers", [name]) == (name.lower(),)


def test_the_safelisted_methods_are_those_that_need_no_leave() -> None:
    assert names.SAFELISTED_METHODS < names.NORMALIZED_METHODS
    assert not names.FORBIDDEN_METHODS & names.NORMALIZED_METHODS


@given(
    st.sampled_from(["allow_methods", "allow_headers", "expose_headers"]),
    st.text(alphabet=st.one_of(st.characters(max_codepoint=0x17F), st.sampled_from("'\"$#\\\r\n\0,x-")), max_size=12),
)
def test_no_accepted_name_can_break_out_of_where_it_is_written(argument: str, name: str) -> None:
    try:
        policy = CorsPolicy(**{"allow_origins": [SITE], argument: [name]})  # type: ignore[arg-type]
    except CorsPolicyError:
        return
    written = "".join(getattr(policy, argument))
    assert written.isascii()
    assert not set(written) & set("'\"\r\n\0$#\\,; :")


@pytest.mark.parametrize("name", sorted(names.RESPONSE_ONLY_HEADERS))
def test_what_only_servers_send_is_no_request_header(name: str) -> None:
    (issue,) = issues_of("allow_headers", [name])
    assert (issue.rule, issue.place) == ("CORS164", "allow_headers[0]")
    assert "expose_headers" in issue.fix
