"""Problems are a list first, a sentence second."""

import copy
import pickle
import re
from collections.abc import Callable

import pytest

from cors_constructs.policy import RULES, CorsPolicy, CorsPolicyError, Issue, IssueKind, Rule
from cors_constructs.policy.issues import shown


@pytest.fixture
def error() -> CorsPolicyError:
    with pytest.raises(CorsPolicyError) as caught:
        CorsPolicy(allow_origins=["https://ok.example", "https://App.example/"], max_age=-1)
    return caught.value


def test_every_rule_has_an_id_of_its_own() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids)) > 50


def test_rules_stand_in_the_order_of_their_ids() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_and_why_and_where(rule: Rule) -> None:
    assert re.fullmatch(r"CORS1\d\d", rule.id)
    assert isinstance(rule.kind, IssueKind)
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.source == "" or rule.source.startswith("https://")


def test_an_error_is_a_value_error_that_holds_every_issue(error: CorsPolicyError) -> None:
    assert isinstance(error, ValueError)
    assert [(issue.rule, issue.place) for issue in error.issues] == [
        ("CORS130", "allow_origins[1]"),
        ("CORS128", "allow_origins[1]"),
        ("CORS111", "max_age"),
    ]


def test_its_message_is_a_headline_and_a_line_for_each_issue(error: CorsPolicyError) -> None:
    headline, *lines = str(error).splitlines()
    assert headline == "CorsPolicy has 3 problems:"
    assert lines == [f"  - {issue}" for issue in error.issues]


def test_one_problem_is_not_called_problems() -> None:
    with pytest.raises(CorsPolicyError, match=r"^CorsPolicy has 1 problem:\n"):
        CorsPolicy(allow_origins=[])


def test_an_issue_reads_as_place_value_problem_and_fix(error: CorsPolicyError) -> None:
    assert str(error.issues[0]) == (
        "allow_origins[1]: 'https://App.example/' is invalid: it ends in a slash; "
        'write "https://app.example" [CORS130]'
    )


def test_invalid_and_refused_are_told_apart(error: CorsPolicyError) -> None:
    kinds = {issue.rule: issue.kind for issue in error.issues}
    assert kinds == {
        "CORS130": IssueKind.INVALID,
        "CORS128": IssueKind.INVALID,
        "CORS111": IssueKind.PROHIBITED,
    }
    assert " is refused: " in str(error.issues[2])


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param(lambda error: pickle.loads(pickle.dumps(error)), id="pickled"),  # noqa: S301 - our own bytes
        pytest.param(copy.copy, id="copied"),
        pytest.param(copy.deepcopy, id="copied-deeply"),
    ],
)
def test_an_error_survives_being(twin: Callable[[CorsPolicyError], CorsPolicyError], error: CorsPolicyError) -> None:
    other = twin(error)
    assert type(other) is CorsPolicyError
    assert other.issues == error.issues
    assert str(other) == str(error)


def test_an_issue_is_a_value() -> None:
    given = ("CORS130", IssueKind.INVALID, "allow_origins[0]", "'x'", "it ends", "write")
    assert Issue(*given) == Issue(*given)
    assert len({Issue(*given), Issue(*given)}) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("https://a", "'https://a'", id="a-short-text-in-full"),
        pytest.param(None, "None", id="none"),
        pytest.param(10**5000, "<an integer of 16610 bits>", id="an-integer-python-will-not-write-out"),
        pytest.param([10**5000], "<list>", id="a-list-with-such-an-integer"),
    ],
)
def test_a_value_is_shown(value: object, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize("value", ["x" * 10_000, ["y" * 100] * 1000, {"k" * 500: 1}, b"z" * 5000])
def test_a_long_value_is_shortened(value: object) -> None:
    assert len(shown(value)) < 1000


def test_a_value_that_cannot_be_shown_does_not_hide_the_problem() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError("not now")

    with pytest.raises(CorsPolicyError) as caught:
        CorsPolicy(allow_origins=[Shy()])  # type: ignore[list-item]
    assert "Shy" in caught.value.issues[0].value
