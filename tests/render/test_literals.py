"""Values between single quotes: nothing that is accepted gets out of them."""

import contextlib
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cors_constructs.policy import CorsPolicy, CorsPolicyError, OriginPattern
from cors_constructs.render import ErrorResponses, error_headers, preflight_answer
from cors_constructs.render.literals import anchored, literal

from .strategies import origin_items, thorough, unhurried

TOKEN = "${Token[Name.12]}"  # noqa: S105 - the CDK's word for a value known only at deployment
both = pytest.mark.parametrize("quote", [literal, anchored])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "true",
        "*",
        "GET,PUT",
        "content-type,x-api-key",
        "https://app.shop.example:8443",
        "http://[::1]:3000",
        'W/"etag"',
        TOKEN,
        f"https://{TOKEN}.shop.example:{TOKEN}",
    ],
)
def test_a_value_stands_between_the_quotes_as_it_is(value: str) -> None:
    assert literal(value) == f"'{value}'"


@pytest.mark.parametrize(
    ("pattern", "string"),
    [
        ("https://*.shop.example", "'^https://[a-z0-9_-]{1,63}[.]shop[.]example$'"),
        ("https://**.a-b.example", "'^https://(?:[a-z0-9_-]{1,63}[.]){1,126}a-b[.]example$'"),
        ("https://*.shop.example:8443", "'^https://[a-z0-9_-]{1,63}[.]shop[.]example:8443$'"),
    ],
)
def test_a_regular_expression_is_anchored_and_its_dots_need_no_backslash(pattern: str, string: str) -> None:
    assert anchored(OriginPattern.parse(pattern).regex) == string


@both
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("it's", id="a-quote"),
        pytest.param("'", id="only-a-quote"),
        pytest.param("a\rb", id="a-carriage-return"),
        pytest.param("a\nb", id="a-line-feed"),
        pytest.param("a\n", id="a-line-feed-at-the-end"),
        pytest.param("a\0b", id="NUL"),
        pytest.param("a\tb", id="a-tab"),
        pytest.param("a\x7fb", id="DEL"),
        pytest.param("$o", id="a-reference"),
        pytest.param("${o}", id="a-formal-reference"),
        pytest.param("#end", id="a-directive"),
        pytest.param("#{Token[Name.12]}", id="a-list-token"),
        pytest.param("${Token[Name'.12]}", id="a-quote-in-what-looks-like-a-token"),
        pytest.param("${Token[Name\n.12]}", id="a-line-feed-in-what-looks-like-a-token"),
        pytest.param("${Token[]}", id="an-empty-token"),
        pytest.param("é", id="a-letter-beyond-ASCII"),
        pytest.param("\u2019", id="a-typographer's-quote"),
        pytest.param("\uff07", id="a-full-width-quote"),
        pytest.param("\ud800", id="half-a-character"),
    ],
)
def test_what_could_get_out_is_refused(quote: Callable[[str], str], value: str) -> None:
    with pytest.raises(ValueError, match="cannot stand between API Gateway's single quotes"):
        quote(value)


def test_a_backslash_is_for_regular_expressions_only() -> None:
    assert anchored(r"http://\[::1\]") == r"'^http://\[::1\]$'"
    with pytest.raises(ValueError, match="it holds '\\\\\\\\'"):
        literal("a\\")


def test_the_error_says_what_is_wrong_with_which_value() -> None:
    with pytest.raises(ValueError, match='"it\'s" cannot stand between API Gateway\'s single quotes: it holds "\'"'):
        literal("it's")


# What names (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2) are made of, and what could do harm.
_texts = st.text(alphabet=st.sampled_from("abxyAZ09-_.!%&*+^`|~\"'$#\\ \t\r\n\0\x7f,;:(){}[]é\u2019"), max_size=12)

_harmless = st.sampled_from(["a", "x-", "-y", "_", ".b", "!", "%", "&", "^", "`", "|", "~", "+", "0", "é"])
_harmful = st.sampled_from(["'", "$o", "${o}", "#end", "\\", "\r\n", "\0", '"', ",", " ", "(", "*"])
_pieces = st.tuples(_harmless, st.lists(_harmless, max_size=2), st.just("") | _harmful, _harmless).map(
    lambda pieces: "".join([pieces[0], *pieces[1], *pieces[2:]])
)


@both
@unhurried
@given(value=st.one_of(_texts, st.text()))
@example("a'b")
@example("a\\")
def test_whatever_is_accepted_stays_between_its_quotes(quote: Callable[[str], str], value: str) -> None:
    try:
        quoted = quote(value)
    except ValueError:
        assert re.search(r"['$#\\]|[^ -~]", value)
    else:
        assert re.fullmatch(r"'[ -&(-~]*'", quoted)
        assert not re.search(r"[$#]", quoted.removesuffix("$'"))


@pytest.mark.parametrize("argument", ["allow_headers", "expose_headers", "allow_methods", "allow_origins"])
@thorough
@given(text=_pieces)
@example("a'b")
@example("x-$o")
@example("x\r\nset-cookie: a")
def test_no_name_or_origin_of_a_policy_gets_out_of_its_quotes(argument: str, text: str) -> None:
    item = f"https://a{text}.example" if argument == "allow_origins" else text
    for origins in (["https://app.shop.example"], ["https://app.shop.example", "https://*.shop.example"]):
        arguments = {"allow_origins": origins, argument: [*(origins if argument == "allow_origins" else []), item]}
        with contextlib.suppress(CorsPolicyError):
            assert_quoted(CorsPolicy(**arguments))  # type: ignore[arg-type]


@unhurried
@given(items=st.lists(origin_items(), min_size=1, max_size=4, unique=True))
def test_no_pattern_of_a_policy_gets_out_of_its_quotes(items: list[str]) -> None:
    with contextlib.suppress(CorsPolicyError):
        assert_quoted(
            CorsPolicy(
                allow_origins=items,
                dangerously_allow_insecure_origins=True,
                dangerously_allow_public_suffix_patterns=True,
            )
        )


def assert_quoted(policy: CorsPolicy) -> None:
    """All that a policy is turned into has its quotes at the ends of values, and nothing of the policy outside them."""
    answer = preflight_answer(policy, ["GET"])
    headers = [*answer.response_parameters.values(), *error_headers(policy, ErrorResponses.AUTO).values()]
    assert all(re.fullmatch(r"'[ -\"%&(-~]*'", header) for header in headers)
    harmless = [f"https://{number}.example" for number, _ in enumerate(policy.exact_origins)]
    harmless += [f"https://*.{number}.example" for number, _ in enumerate(policy.origin_patterns)]
    same = preflight_answer(CorsPolicy(allow_origins=harmless), ["GET"])
    assert outside_quotes(answer.response_template) == outside_quotes(same.response_template)


def outside_quotes(template: str | None) -> str:
    return re.sub(r"'[ -\"%&(-~]*\$?'", "''", template or "")
