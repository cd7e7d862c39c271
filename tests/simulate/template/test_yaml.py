"""YAML as CloudFormation takes it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from cors_constructs.simulate.template import short_forms
from cors_constructs.simulate.template.documents import read_document
from cors_constructs.simulate.values import TemplateError

REF: dict[str, Any] = {"Ref": "Name"}


def parsed(folder: Path, text: str) -> Any:
    file = folder / "a.yaml"
    file.write_text(text)
    return read_document(file, "a.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("!Ref Name", REF, id="ref"),
        pytest.param("!Condition Name", {"Condition": "Name"}, id="condition"),
        pytest.param("!Sub 'x-${Name}'", {"Fn::Sub": "x-${Name}"}, id="sub"),
        pytest.param("!Sub ['x-${y}', {y: !Ref Name}]", {"Fn::Sub": ["x-${y}", {"y": REF}]}, id="sub-with-variables"),
        pytest.param("!Sub |\n  a\n  b\n", {"Fn::Sub": "a\nb\n"}, id="sub-of-a-block"),
        pytest.param("!GetAtt Api.RootResourceId", {"Fn::GetAtt": ["Api", "RootResourceId"]}, id="get-att"),
        pytest.param("!GetAtt Nested.Outputs.Id", {"Fn::GetAtt": ["Nested", "Outputs.Id"]}, id="get-att-of-an-output"),
        pytest.param(
            "!GetAtt [Api, RootResourceId]", {"Fn::GetAtt": ["Api", "RootResourceId"]}, id="get-att-as-a-list"
        ),
        pytest.param("!Join ['-', [a, !Ref Name]]", {"Fn::Join": ["-", ["a", REF]]}, id="join"),
        pytest.param(
            "!Select [0, !Split [',', 'a,b']]", {"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]}, id="select-and-split"
        ),
        pytest.param("!If [Name, a, !Ref AWS::NoValue]", {"Fn::If": ["Name", "a", {"Ref": "AWS::NoValue"}]}, id="if"),
        pytest.param(
            "!And [!Condition A, !Not [!Equals [a, b]], !Or [!Condition B]]",
            {
                "Fn::And": [
                    {"Condition": "A"},
                    {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]},
                    {"Fn::Or": [{"Condition": "B"}]},
                ]
            },
            id="conditions",
        ),
        pytest.param("!FindInMap [A, !Ref Name, c]", {"Fn::FindInMap": ["A", REF, "c"]}, id="find-in-map"),
        pytest.param("!ImportValue x", {"Fn::ImportValue": "x"}, id="import-value"),
        pytest.param("Fn::ImportValue: !Sub x", {"Fn::ImportValue": {"Fn::Sub": "x"}}, id="short-within-long"),
        pytest.param("!Base64 x", {"Fn::Base64": "x"}, id="base64"),
        pytest.param("!GetAZs ''", {"Fn::GetAZs": ""}, id="availability-zones"),
        pytest.param("!Cidr [a, 1, 2]", {"Fn::Cidr": ["a", 1, 2]}, id="cidr"),
        pytest.param("!Length [a]", {"Fn::Length": ["a"]}, id="length"),
        pytest.param("!ToJsonString {a: 1}", {"Fn::ToJsonString": {"a": 1}}, id="to-json-string"),
        pytest.param("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}, id="transform"),
        pytest.param(
            "[yes, 'yes', true, 12, '12', 1.5, ~, null, '']",
            [True, "yes", True, 12, "12", 1.5, None, None, ""],
            id="scalars",
        ),
        pytest.param("2012-10-17", "2012-10-17", id="a-date-is-a-string"),
        pytest.param("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00", id="a-time-is-a-string"),
        pytest.param("[12:30, 22:22:22.5]", ["12:30", "22:22:22.5"], id="no-numbers-to-the-base-60"),
        pytest.param("[012, 0x1f, 1_000, 123456789012]", [10, 31, 1000, 123456789012], id="whole-numbers"),
        pytest.param("012345678901", "012345678901", id="an-account-that-begins-with-0-is-no-number"),
        pytest.param("[!!str 12, !!int '12', !!null '']", ["12", 12, None], id="standard-tags"),
        pytest.param("! 12", "12", id="the-tag-that-says-nothing"),
        pytest.param(
            "{200: a, on: b, 1.0: c, ~: d}",
            {"200": "a", "on": "b", "1.0": "c", "~": "d"},
            id="keys-as-they-are-written",
        ),
        pytest.param("a: &a {x: 1}\nb: *a", {"a": {"x": 1}, "b": {"x": 1}}, id="alias"),
        pytest.param("a: &a !Ref Name\nb: *a", {"a": REF, "b": REF}, id="alias-of-a-function"),
        pytest.param("&k a: 1\n*k : 2", {"a": 2}, id="alias-as-a-key-that-is-there-already"),
        pytest.param("a: 1\nb: 2\na: {x: 1, x: !Ref Name}", {"a": {"x": REF}, "b": 2}, id="the-last-of-a-key"),
        pytest.param(
            "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3", {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}, id="merge"
        ),
        pytest.param("a: &a {x: 1}\nb:\n  x: 2\n  <<: *a", {"a": {"x": 1}, "b": {"x": 2}}, id="merge-after-the-keys"),
        pytest.param(
            "- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]",
            [{"x": 1}, {"x": 2, "y": 2}, {"x": 1, "y": 2}],
            id="merge-several",
        ),
        pytest.param("'<<': 1", {"<<": 1}, id="a-quoted-merge-key-is-a-key"),
    ],
)
def test_what_yaml_says(tmp_path: Path, text: str, value: Any) -> None:
    assert parsed(tmp_path, text) == value


def test_without_the_c_library_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parent / "sam/explicit.yaml").read_text()
    with_it = parsed(tmp_path, text)
    monkeypatch.setattr(short_forms, "_BASE", yaml.SafeLoader)
    assert parsed(tmp_path, text) == with_it
    for wrong in ("a: [" * 100_000, "a: &a [*a]", "a: !!python/name:os.system", "a: 'b", "a: b: c"):
        with pytest.raises(TemplateError, match="line 1, column"):
            parsed(tmp_path, wrong)


def test_what_aliases_share_is_not_shared_by_values(tmp_path: Path) -> None:
    document = parsed(tmp_path, "a: &a {x: [1]}\nb: *a")
    document["a"]["x"].append(2)
    assert document["b"] == {"x": [1]}
