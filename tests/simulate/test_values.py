"""Values that only a deployment knows."""

import pickle
from typing import Any

import pytest

from cors_constructs.simulate.values import Remedy, Setting, TemplateError, Unresolved, known


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        pytest.param({"Ref": "Stage"}, "${Stage}", id="a parameter"),
        pytest.param({"Fn::GetAtt": ["Bucket", "WebsiteURL"]}, "${Bucket.WebsiteURL}", id="an attribute"),
        pytest.param({"Fn::GetAtt": "Bucket.WebsiteURL"}, "${Bucket.WebsiteURL}", id="an attribute, in one string"),
        pytest.param({"Fn::If": ["IsProd", "a", "b"]}, "${Fn::If IsProd}", id="a condition"),
        pytest.param({"Fn::ImportValue": "shared"}, "${Fn::ImportValue}", id="another function"),
        pytest.param("?", "${?}", id="no expression"),
    ],
)
def test_it_reads_as_its_name(expression: Any, shown: str) -> None:
    assert str(Unresolved(expression)) == shown


def test_what_is_known_of_it_is_shown() -> None:
    value = Unresolved({"Fn::Join": []}, ("https://", Unresolved({"Ref": "Domain"}), ":8080"))
    assert str(value) == "https://${Domain}:8080"
    assert (
        value.filled(lambda unknown: "app.example" if str(unknown) == "${Domain}" else "?")
        == "https://app.example:8080"
    )
    assert Unresolved({"Ref": "Domain"}).filled(lambda _: "app.example") == "app.example"


def test_known_gives_none_for_it() -> None:
    assert known(Unresolved({"Ref": "Stage"})) is None
    assert known("prod") == "prod"


def test_an_error_is_one_line_with_file_place_and_fix() -> None:
    error = TemplateError("app.yaml", "line 3, column 1", "it ends too early", "write the rest")
    assert str(error) == "app.yaml: line 3, column 1: it ends too early; write the rest"
    assert str(TemplateError(None, "", "it has no Resources")) == "template: it has no Resources"
    assert isinstance(error, ValueError)


def test_an_error_stays_one_line_whatever_the_file_is_called() -> None:
    error = TemplateError("a\nb.yaml", "Resources.\u2028X", "it is\rno mapping")
    assert str(error) == r"a\nb.yaml: Resources.\u2028X: it is\rno mapping"


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        pytest.param(Remedy(Setting.API, ("Shop", "Other")), "say which: api= one of Shop, Other", id="an API"),
        pytest.param(Remedy(Setting.STAGE), "leave stage= out", id="a stage too many"),
        pytest.param(
            Remedy(Setting.PARAMETERS, ("A", "B")),
            'if that is a parameter, give parameters={"A": "...", "B": "..."}',
            id="parameters",
        ),
    ],
)
def test_a_remedy_is_worded_for_python_unless_its_reader_words_it(remedy: Remedy, words: str) -> None:
    error = TemplateError("a.yaml", "", "it is wrong", remedy)
    assert (error.fix, error.remedy) == (words, remedy)
    assert str(error) == f"a.yaml: it is wrong; {words}"
    assert error.told("say it") == "a.yaml: it is wrong; say it"
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, as pytest-xdist may send it
    assert (str(copy), copy.remedy) == (str(error), remedy)
    assert TemplateError("a.yaml", "", "it is wrong", words).remedy is None
