"""Where a document comes from, and what is wrong with what is none."""

import datetime
import json
from collections import OrderedDict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from cors_constructs import OpenApiError
from cors_constructs.render.openapi import load_document

TEXT = """\
openapi: 3.0.1
paths:
  /users:
    get:
      responses: {200: {description: on}}
"""
READ = {"openapi": "3.0.1", "paths": {"/users": {"get": {"responses": {"200": {"description": "on"}}}}}}


@pytest.mark.parametrize("name", ["openapi.yaml", "openapi.yml", "openapi.json", "openapi"])
@pytest.mark.parametrize("text", [TEXT, json.dumps(READ), json.dumps(READ, indent="\t")], ids=["YAML", "JSON", "tabs"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_file(tmp_path: Path, name: str, text: str, kind: type) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert load_document(kind(tmp_path / name)) == READ


@pytest.mark.parametrize(
    "text",
    [TEXT, json.dumps(READ), f"  {json.dumps(READ)}", json.dumps(READ, indent=1), "{openapi: 3.0.1, paths: {}}"],
    ids=["YAML", "JSON", "JSON after spaces", "JSON in lines", "YAML in one line"],
)
def test_a_text(text: str) -> None:
    assert load_document(text)["openapi"] == "3.0.1"


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(READ).encode())
    assert load_document(tmp_path / "a.json") == READ


def test_a_mapping_is_copied() -> None:
    inner = {"a": [1, (2, 3)], "b": OrderedDict(z=1, y=2)}
    given = MappingProxyType({"openapi": "3.0.1", "x": inner, "y": inner})
    document = load_document(given)
    assert document == {
        "openapi": "3.0.1",
        "x": {"a": [1, [2, 3]], "b": {"z": 1, "y": 2}},
        "y": {"a": [1, [2, 3]], "b": {"z": 1, "y": 2}},
    }
    assert list(document["x"]["b"]) == ["z", "y"]
    assert document["x"] is not document["y"]
    document["x"]["a"].append(4)
    assert inner["a"] == [1, (2, 3)]


def test_what_is_not_plain_is_kept_as_it_is() -> None:
    token = Resolvable()
    assert load_document({"openapi": "3.0.1", "x": [token]})["x"][0] is token


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("on: 1\nno: 2\ny: 3\nnull: 4\n", {"on": 1, "no": 2, "y": 3, "null": 4}, id="keys that are words"),
        pytest.param("200: 1\n1.5: 2\n0x1F: 3\n", {"200": 1, "1.5": 2, "0x1F": 3}, id="keys that are numbers"),
        pytest.param("2024-01-01: 1\n12:30: 2\n", {"2024-01-01": 1, "12:30": 2}, id="keys that are dates and times"),
        pytest.param("[on, no, Yes, off, y]\n", ["on", "no", "Yes", "off", "y"], id="words"),
        pytest.param("[true, True, FALSE]\n", [True, True, False], id="truth values"),
        pytest.param("[~, null, NULL, !!null '', '']\n", [None, None, None, None, ""], id="nothing"),
        pytest.param("[1, -2, +3, 0, 0x1F]\n", [1, -2, 3, 0, 31], id="integers"),
        pytest.param("[010, 08.5, 0o17]\n", ["010", "08.5", "0o17"], id="what has zeros before it"),
        pytest.param("[1.5, -.5, 1e3, 2.]\n", [1.5, -0.5, 1000.0, 2.0], id="fractions"),
        pytest.param(
            "[2024-01-01, 12:30:00, 1_000, 1.2.3]\n", ["2024-01-01", "12:30:00", "1_000", "1.2.3"], id="dates and times"
        ),
        pytest.param("['1', \"true\", !!str 5, ! 6]\n", ["1", "true", "5", "6"], id="strings"),
        pytest.param("[!!int '5', !!float '1.5', !!bool 'true']\n", [5, 1.5, True], id="values by their tags"),
        pytest.param("|\n  a\n  b\n", "a\nb\n", id="a block"),
        pytest.param(
            "{a: &a {b: 1, c: 2}, d: {<<: *a, b: 3}}\n",
            {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}},
            id="a merged mapping",
        ),
        pytest.param(
            "{a: &a {b: 1}, c: &c {b: 2, d: 3}, e: {<<: [*a, *c]}}\n",
            {"a": {"b": 1}, "c": {"b": 2, "d": 3}, "e": {"b": 1, "d": 3}},
            id="two merged mappings",
        ),
        pytest.param("{'<<': 1}\n", {"<<": 1}, id="a key that is no merge"),
        pytest.param("[&a 5, *a]\n", [5, 5], id="an alias"),
        pytest.param("{a: &a b, *a : c}\n", {"a": "b", "b": "c"}, id="an alias for a key"),
        pytest.param("!Sub 'arn:${AWS::Region}'\n", {"Fn::Sub": "arn:${AWS::Region}"}, id="a short form"),
        pytest.param(
            "[!Ref A, !GetAtt A.B.C, !GetAtt [A, B]]\n",
            [{"Ref": "A"}, {"Fn::GetAtt": ["A", "B.C"]}, {"Fn::GetAtt": ["A", "B"]}],
            id="references",
        ),
        pytest.param(
            "!Join ['', [!Ref A, b]]\n", {"Fn::Join": ["", [{"Ref": "A"}, "b"]]}, id="a short form in a short form"
        ),
        pytest.param(f"{'9' * 400}\n", "9" * 400, id="digits without end"),
    ],
)
def test_what_yaml_says(text: str, value: Any) -> None:
    indented = "\n ".join(text.splitlines())
    assert load_document(f"openapi: 3.0.1\nx:\n {indented}\n") == {"openapi": "3.0.1", "x": value}


def test_what_another_reader_of_yaml_made_of_it_is_mended() -> None:
    read = yaml.safe_load("responses: {200: {example: 2024-01-02}, 500: {x: 2024-01-02T03:04:05}}")
    assert isinstance(read["responses"][200]["example"], datetime.date)
    assert load_document(read) == {"responses": {"200": {"example": "2024-01-02"}, "500": {"x": "2024-01-02T03:04:05"}}}


GIVE_ONE = "give an OpenAPI document, which begins with openapi or swagger"
JOIN = "remove one, or join them"
NO_NUMBER = "which JSON has no word for: write a number"
NO_STRING = "which JSON has no word for: write a string"
QUOTE = "not a string: put it in quotes"
INCLUDED = "known only at deployment (Fn::Transform), and has to be read before: give the document itself, or its file"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
)
CIRCLE: dict[str, Any] = {"openapi": "3.0.1"}
CIRCLE["paths"] = {"/users": CIRCLE}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        pytest.param("", "the document is an empty text: give a mapping, a path, or JSON or YAML text", id="no text"),
        pytest.param(" \n", f"the document is empty: {GIVE_ONE}", id="spaces"),
        pytest.param("- a\n", f"the document is a list, not a mapping: {GIVE_ONE}", id="a list"),
        pytest.param("a b\n", f'the document is the string "a b", not a mapping: {GIVE_ONE}', id="a word"),
        pytest.param(
            '{"a": 1', "the text, line 1, column 8: it is not JSON: expecting ',' delimiter", id="JSON that ends early"
        ),
        pytest.param('{"a": {"b": 1, "b": 2}}', f"a.b is there twice: {JOIN}", id="a key of JSON twice"),
        pytest.param('{"a": [NaN]}', f"a.0 is nan, {NO_NUMBER}", id="not a number"),
        pytest.param('{"a": -Infinity}', f"a is -inf, {NO_NUMBER}", id="no end of a number"),
        pytest.param(
            '{"a": ' + "9" * 5000 + "}",
            "the text has a number of thousands of digits: put it in quotes",
            id="digits without end",
        ),
        pytest.param("{" + '"a":{' * 200000, "the text is nested more than 100 deep", id="JSON without bottom"),
        pytest.param("a: 1\nb: [\n", "the text, line 3, column 1: it is not YAML: ", id="YAML that ends early"),
        pytest.param(
            "a: b: c\n",
            "the text, line 1, column 5: it is not YAML: mapping values are not allowed in this context",
            id="YAML with a colon too many",
        ),
        pytest.param("a:\n\tb: 1\n", "the text, line 2, column 1: it is not YAML: ", id="YAML with a tab"),
        pytest.param(
            "a: 1\nb: 2\na: 3\n",
            f'the text, line 3, column 1: the key "a" is there twice: {JOIN}',
            id="a key of YAML twice",
        ),
        pytest.param(
            "a: {200: 1, '200': 2}\n",
            f'the text, line 1, column 13: the key "200" is there twice: {JOIN}',
            id="a key twice, as a number and as a string",
        ),
        pytest.param(
            "? [a]\n: 1\n",
            "the text, line 1, column 3: a key is a mapping or a list: write a string",
            id="a list for a key",
        ),
        pytest.param(
            "? !Ref a\n: 1\n",
            "the text, line 1, column 3: a key is a mapping: write a string",
            id="a function for a key",
        ),
        pytest.param(
            "a: 1\n---\nb: 1\n",
            "the text, line 2, column 1: a second document begins here: write one API to a file",
            id="two documents",
        ),
        pytest.param(
            "a: !!python/object:os.system {}\n",
            'the text, line 1, column 4: there is no tag "tag:yaml.org,2002:python/object:os.system": leave it out',
            id="a tag of Python's",
        ),
        pytest.param(
            "a: !Nope b\n", 'the text, line 1, column 4: there is no tag "!Nope": leave it out', id="a tag of nobody's"
        ),
        pytest.param(
            "a: *b\n",
            'the text, line 1, column 4: the alias "*b" names nothing that ends above it',
            id="an alias of nothing",
        ),
        pytest.param(
            "a: &a {b: *a}\n",
            'the text, line 1, column 11: the alias "*a" names nothing that ends above it',
            id="an alias of what it is in",
        ),
        pytest.param(
            "a: {<<: 5}\n",
            "the text, line 1, column 9: << is given the number 5: give it a mapping",
            id="a number, merged",
        ),
        pytest.param(
            "a: " + "[" * 200 + "\n",
            "the text, line 1, column 103: it is nested more than 100 deep",
            id="YAML without bottom",
        ),
        pytest.param("a: \x07\n", "the text: it is not YAML: ", id="a character that YAML does not take"),
        pytest.param(
            BOMB,
            "the document has more than 500,000 values, once aliases are written out, and API Gateway takes "
            "definitions of 6 MB: make two APIs of it",
            id="a bomb",
        ),
        pytest.param(
            CIRCLE,
            "paths./users.paths is nested more than 100 deep: look for a part of it that holds itself",
            id="a mapping that holds itself",
        ),
        pytest.param({"a": {True: 1}}, f"a has a key that is true, {QUOTE}", id="`on:`, as PyYAML reads it"),
        pytest.param({None: 1}, f"the document has a key that is null, {QUOTE}", id="`null:`, as PyYAML reads it"),
        pytest.param(
            {"a": {datetime.date(2024, 1, 1): 1}}, f"a has a key that is date, {QUOTE}", id="a date, as PyYAML reads it"
        ),
        pytest.param(
            {"a": {200: 1, "200": 2}},
            "a.200 is there twice, as a string and as a number: remove one",
            id="200 and '200'",
        ),
        pytest.param({"a": b"b"}, f'a is "bytes", {NO_STRING}', id="bytes"),
        pytest.param({"a": {1}}, f'a is "set", {NO_STRING}', id="a set"),
        pytest.param(
            "${Token[TOKEN.1]}",
            "the document is known only at deployment, and has to be read before: give the document itself, or its "
            "file",
            id="a token",
        ),
        pytest.param({"Fn::Transform": {"Name": "AWS::Include"}}, f"the document is {INCLUDED}", id="an include"),
        pytest.param(
            "Fn::Transform:\n  Name: AWS::Include\n", f"the document is {INCLUDED}", id="an include in a file"
        ),
    ],
)
def test_what_is_no_document(source: Any, problem: str) -> None:
    with pytest.raises(OpenApiError) as caught:
        load_document(source)
    (said,) = caught.value.problems
    assert "\n" not in said
    assert said == problem or (problem.endswith(": ") and said.startswith(problem))


class Resolvable:
    """A token of the CDK, as far as it matters here."""

    def resolve(self, context: object) -> object:
        return context


def test_a_token_of_the_cdk_is_known_at_deployment() -> None:
    token: Any = Resolvable()
    with pytest.raises(OpenApiError, match="the document is known only at deployment"):
        load_document(token)


@pytest.mark.parametrize("source", [None, 5, b"openapi: 3.0.1\n", ["openapi"]])
def test_what_no_document_can_come_from(source: Any) -> None:
    with pytest.raises(TypeError, match="an OpenAPI document is a mapping, a path or a text, not "):
        load_document(source)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "is empty: give an OpenAPI document", id="nothing"),
        pytest.param("name: caf\u00e9\n".encode("latin-1"), "is not UTF-8, at byte 10: save it as UTF-8", id="Latin-1"),
        pytest.param("a: 1\n".encode("utf-16"), "is not UTF-8, at byte 1: save it as UTF-8", id="UTF-16"),
        pytest.param(b"a: \0\n", "holds a character NUL, so it is not text in UTF-8", id="a binary file"),
        pytest.param(b"a: 1\nb\n", ", line 3, column 1: it is not YAML: ", id="not YAML"),
        pytest.param(b"{a: 1, b: [}", ", line 1, column 12: it is not YAML: ", id="not YAML in its flow style"),
        pytest.param(
            b"#" * (16 * 2**20 + 1), "is larger than 16 MB, and API Gateway takes 6", id="more than anybody takes"
        ),
    ],
)
def test_a_file_that_is_no_document(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_bytes(content)
    with pytest.raises(OpenApiError) as caught:
        load_document(path)
    (said,) = caught.value.problems
    assert said.startswith(str(path))
    assert problem in said


def test_json_is_not_taken_for_yaml_where_the_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1,}', encoding="utf-8")
    with pytest.raises(OpenApiError, match=r"a[.]json, line 1, column \d+: it is not JSON: "):
        load_document(tmp_path / "a.json")
    (tmp_path / "a.yaml").write_text('{"a": 1,}', encoding="utf-8")
    assert load_document(tmp_path / "a.yaml") == {"a": 1}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for source, problem in (
        (tmp_path / "openapi.yaml", "is not there: check the path"),
        (tmp_path, "is a folder: give the file in it"),
        (tmp_path / ("a" * 5000), "cannot be read (File name too long)"),
        ("a\0b", "cannot be read (embedded null byte)"),
    ):
        with pytest.raises(OpenApiError) as caught:
            load_document(source)
        assert problem in caught.value.problems[0]
