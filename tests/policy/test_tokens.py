"""Values known only at deployment are told by the markers that the CDK stands in for them."""

import pytest

from cors_constructs.policy import tokens


@pytest.mark.parametrize(
    ("text", "string", "list_"),
    [
        pytest.param("${Token[TOKEN.12]}", True, False, id="a-string"),
        pytest.param("${Token[AWS.Region.11]}", True, False, id="a-string-with-a-name"),
        pytest.param("${Token[Fn::Join.22]}", True, False, id="a-string-made-by-a-function"),
        pytest.param("#{Token[TOKEN.13]}", False, True, id="a-list"),
        pytest.param("x${Token[TOKEN.12]}", False, False, id="a-string-in-a-longer-one"),
        pytest.param("${Token[TOKEN.12]}${Token[TOKEN.13]}", False, False, id="two-strings"),
        pytest.param("${AWS::Region}", False, False, id="CloudFormation's-own-marker"),
        pytest.param("${Token[]}", False, False, id="an-empty-marker"),
    ],
)
def test_markers(text: str, string: bool, list_: bool) -> None:
    assert tokens.is_string_token(text) is string
    assert tokens.is_list_token(text) is list_


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(-1.8881545897087626e289, True, id="the-CDK's-number"),
        pytest.param(-1.0, False, id="a-small-negative-number"),
        pytest.param(float("-inf"), False, id="minus-infinity"),
        pytest.param(float("nan"), False, id="not-a-number"),
    ],
)
def test_numbers(number: float, expected: bool) -> None:
    assert tokens.is_number_token(number) is expected


@pytest.mark.parametrize(
    "text",
    [
        "https://${Token[A.1]}",
        "https://${Token[A.1]}.${Token[B.2]}:${Token[C.3]}",
        "https://z0z.${Token[A.1]}.example",
        "http://localhost:${Token[C.3]}",
        "no token at all",
    ],
)
def test_a_stand_in_hides_tokens_and_gives_them_back(text: str) -> None:
    hidden, restore = tokens.stand_in(text)
    assert not tokens.holds_token(hidden)
    assert restore(hidden) == text
