"""Files: JSON and YAML, what is neither, and what is too much."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.simulate.template import Content, read_template
from cors_constructs.simulate.values import TemplateError

from .pieces import SNAPSHOTS, template, the_api

SHOP = json.dumps(template())


def written(folder: Path, content: str | bytes, name: str = "shop.json") -> str:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("shop.json", SHOP, id="json"),
        pytest.param("shop.template", SHOP, id="json-by-its-first-byte"),
        pytest.param("shop.json", f"\ufeff\n {SHOP}", id="json-after-a-byte-order-mark-and-blanks"),
        pytest.param("shop.yaml", SHOP, id="json-in-a-yaml-file"),
        pytest.param("shop.yml", "\ufeffResources:\n  Api: {Type: 'AWS::ApiGateway::RestApi'}\n", id="yaml"),
        pytest.param("shop.yaml", "{Resources: {Api: {Type: AWS::ApiGateway::RestApi}}}", id="yaml-in-flow-style"),
        pytest.param(
            "shop.yaml",
            "%YAML 1.1\n---\nResources: {Api: {Type: AWS::ApiGateway::RestApi}}\n...\n",
            id="yaml-with-marks",
        ),
        pytest.param(
            "shop", "# a shop\nResources:\r\n  Api:\r\n    Type: AWS::ApiGateway::RestApi\r\n", id="yaml-without-a-name"
        ),
    ],
)
def test_a_template_is_read_whatever_its_format(tmp_path: Path, name: str, content: str) -> None:
    file = written(tmp_path, content, name)
    read = read_template(file)
    assert read.files == (file,)
    assert the_api(read).source.file == file
    assert the_api(read).source.logical_id == "Api"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "a.json",
            '{"Resources": {"Api": {"Type": "AWS::S3::Bucket"}, "Api": {"Type": "AWS::ApiGateway::RestApi"}}}',
            id="json",
        ),
        pytest.param(
            "a.yaml",
            "Resources:\n  Api: {Type: AWS::S3::Bucket}\n  Api: {Type: AWS::ApiGateway::RestApi}\n",
            id="yaml",
        ),
    ],
)
def test_the_last_of_a_key_counts_as_it_does_for_cloudformation(tmp_path: Path, name: str, content: str) -> None:
    assert the_api(read_template(written(tmp_path, content, name))).source.logical_id == "Api"


@pytest.mark.parametrize("content", ['{ // what\n"Resources": {}}', "/* what */ {}", '// what\n{"Resources": {}}'])
def test_a_comment_in_json_is_called_one(content: str, tmp_path: Path) -> None:
    assert refused(written(tmp_path, content, "a.json")).fix == "JSON has no comments: remove them"


def test_what_the_serverless_framework_makes_is_asked_for_instead_of_what_it_reads(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "service: shop\nprovider: {name: aws}\nfunctions: {}\n", "serverless.yml"))
    assert error.problem == "it is no template: it has no Resources"
    assert error.fix == (
        "pass what the Serverless Framework makes of it, .serverless/cloudformation-template-update-stack.json, which "
        "`serverless package` writes"
    )


def test_a_path_may_be_a_path(tmp_path: Path) -> None:
    assert the_api(read_template(Path(written(tmp_path, SHOP)))).name == "Shop"


@pytest.mark.parametrize(
    ("name", "content", "place", "problem"),
    [
        pytest.param("a.json", "", "", "it is empty", id="empty"),
        pytest.param("a.json", " \n\t", "", "it is empty", id="blank"),
        pytest.param("a.yaml", "# nothing\n", "", "it is empty", id="a-comment"),
        pytest.param("a.yaml", "---\n", "", "it is empty", id="an-empty-document"),
        pytest.param("a.json", SHOP[:40], "line 1, column 32", "it is not JSON: ", id="truncated-json"),
        pytest.param(
            "a.json", '{ // what\n"Resources": {}}', "line 1, column 3", "it is not JSON: ", id="json-with-a-comment"
        ),
        pytest.param("a.json", "/* what */ {}", "line 1, column 1", "it is not JSON: ", id="json-below-a-comment"),
        pytest.param(
            "a.json", '{\n"Resources": {},\n}', "line 3, column 1", "it is not JSON: ", id="json-with-a-comma-too-many"
        ),
        pytest.param(
            "a.yaml", "Resources:\n  Api: {Type: 'AWS", "line 2, column 19", "it is not YAML: ", id="truncated-yaml"
        ),
        pytest.param("a.yaml", "Resources:\n\tApi: x", "line 2, column 1", "it is not YAML: ", id="a-tab-in-yaml"),
        pytest.param("a.yaml", "a: \x07", "", "it is not YAML: ", id="a-control-character"),
        pytest.param("a.json", "[]", "", "it is no template but a list", id="a-list"),
        pytest.param("a.txt", "Dear Sir or Madam", "", "it is no template but a string", id="prose"),
        pytest.param("a.json", '{"name": "shop"}', "", "it is no template: it has no Resources", id="another-document"),
        pytest.param(
            "a.json", '{"openapi": "3.0.1"}', "", "it is no template: it has no Resources", id="an-openapi-document"
        ),
        pytest.param("a.json", '{"Resources": []}', "Resources", "it is a list", id="resources-in-a-list"),
        pytest.param("a.yaml", "Resources:\n", "Resources", "it is null", id="resources-left-empty"),
        pytest.param(
            "a.json",
            '{"Resources": {}, "Parameters": 5}',
            "Parameters",
            "it is a number, 5",
            id="parameters-of-the-wrong-type",
        ),
        pytest.param("a.json", b"\x89PNG\r\n\x1a\n\0\0", "byte 1", "it is not UTF-8", id="a-picture"),
        pytest.param("a.json", b"\0\0\0\0", "character 1", "it is a binary file", id="zeros"),
        pytest.param("a.json", SHOP.encode("utf-16"), "", "it is UTF-16", id="utf-16"),
        pytest.param("a.json", SHOP.encode("utf-32"), "", "it is UTF-32", id="utf-32"),
        pytest.param("a.json", b'{"Resources": "\xe9"}', "byte 16", "it is not UTF-8", id="latin-1"),
        pytest.param("a.json", '{"Resources": {"A": NaN}}', "Resources.A", "it is a number, NaN", id="not-a-number"),
        pytest.param(
            "a.json", '{"Resources": {"A": [-Infinity]}}', "Resources.A.0", "it is a number, -Infinity", id="infinity"
        ),
        pytest.param(
            "a.json", '{"Resources": {"A": 1e999}}', "Resources.A", "it is a number, Infinity", id="infinity-in-digits"
        ),
        pytest.param("a.yaml", "Resources: {A: .nan}", "Resources.A", "it is a number, NaN", id="not-a-number-in-yaml"),
        pytest.param(
            "a.json",
            '{"Resources": {"A": %s}}' % ("9" * 400),
            "Resources.A",
            "it is a number, 999",
            id="a-number-beyond-all-measure",
        ),
        pytest.param(
            "a.json",
            '{"Resources": {"A": %s}}' % ("9" * 9000),
            "",
            "it has a number of thousands of digits",
            id="a-number-of-thousands-of-digits",
        ),
        pytest.param(
            "a.yaml",
            "Resources: {A: %s}" % ("9" * 9000),
            "line 1, column 16",
            "it is no int",
            id="such-a-number-in-yaml",
        ),
        pytest.param("a.json", '{"a":' * 500 + "1" + "}" * 500, "", "it is nested more than 100 deep", id="deep-json"),
        pytest.param("a.json", "[" * 100_000, "", "it is nested more than 100 deep", id="very-deep-json"),
        pytest.param(
            "a.yaml", "[" * 100_000, "line 1, column 101", "it is nested more than 100 deep", id="very-deep-yaml"
        ),
        pytest.param(
            "a.yaml",
            "a: [" * 100_000,
            "line 1, column 201",
            "it is nested more than 100 deep",
            id="very-deep-mixed-yaml",
        ),
        pytest.param(
            "a.yaml",
            "a: &a [*a]",
            "line 1, column 8",
            'the alias "*a" stands within what it names',
            id="a-list-within-itself",
        ),
        pytest.param(
            "a.yaml", "a: *b", "line 1, column 4", 'the alias "*b" names nothing above it', id="an-alias-of-nothing"
        ),
        pytest.param(
            "a.yaml", "a: 1\n---\nb: 2\n", "line 2, column 1", "there is a second document", id="two-documents"
        ),
        pytest.param("a.yaml", "a: !Reff b", "line 1, column 4", 'there is no "!Reff"', id="an-unknown-function"),
        pytest.param(
            "a.yaml",
            "a: !!python/object/apply:os.system [ls]",
            "line 1, column 4",
            "there is no ",
            id="a-tag-that-would-run-code",
        ),
        pytest.param("a.yaml", "a: !!set {b}", "line 1, column 4", "there is no ", id="a-set"),
        pytest.param("a.yaml", "? [a]\n: b", "line 1, column 3", "a key is a list", id="a-list-as-a-key"),
        pytest.param("a.yaml", "? !Ref a\n: b", "line 1, column 3", "a key is a mapping", id="a-function-as-a-key"),
        pytest.param("a.yaml", "a: 1\n<<: 2", "line 2, column 5", "<< is given a number, 2", id="a-number-merged"),
        pytest.param("a.yaml", "a: !!int x", "line 1, column 4", 'it is no int: "x"', id="a-tag-that-does-not-fit"),
    ],
)
def test_what_is_no_template_gets_one_line_with_the_file_and_the_place(
    tmp_path: Path, name: str, content: str | bytes, place: str, problem: str
) -> None:
    file = written(tmp_path, content, name)
    error = refused(file)
    assert (error.file, error.place) == (file, place)
    assert error.problem.startswith(problem)


def refused(source: Any) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        read_template(source)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 600
    return caught.value


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(str(tmp_path / "gone.json")).problem == "there is no such file"
    assert refused(str(tmp_path / "gone" / "gone.json")).problem == "there is no such file"
    assert refused("gone\0.json").problem.startswith("it cannot be read")
    assert refused("g" * 300).problem.startswith("it cannot be read")
    assert refused("").problem == "there is no file without a name"


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    assert refused(str(pipe)).problem == "it is a named pipe"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = written(tmp_path, SHOP)
    monkeypatch.setattr(Path, "open", denied)  # whoever runs the tests may be root, whom nothing is denied
    error = refused(file)
    assert (error.problem, error.fix) == ("it may not be read", "check its permissions")


@pytest.mark.parametrize("name", ["large.json", "large.yaml"])
def test_a_file_of_50_megabytes_is_refused(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, b'{"Resources": {"A": "' + b"x" * 50 * 2**20 + b'"}}', name)
    error = refused(file)
    assert error.problem == "it is larger than 8 MB"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "a.yaml",
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 10)}]\n" for i in range(20)),
            id="aliases-of-aliases",
        ),
        pytest.param(
            "a.yaml",
            "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}\n" for i in range(1, 60)),
            id="mappings-that-double",
        ),
        pytest.param(
            "a.yaml",
            f"a: &a {{{', '.join(f'k{i}: 1' for i in range(3000))}}}\nResources:\n" + "  <<: *a\n" * 3000,
            id="a-mapping-merged-time-and-again",
        ),
        pytest.param(
            "a.yaml",
            f"a: &a [{', '.join(['{}'] * 3000)}]\nResources:\n" + "  <<: *a\n" * 3000,
            id="nothing-merged-time-and-again",
        ),
        pytest.param(
            "a.yaml", "Resources:\n" + "".join(f" a{i}: [1,2,3]\n" for i in range(300_000)), id="too-many-lines"
        ),
        pytest.param("a.json", json.dumps({"Resources": [[1] * 10] * 60_000}), id="too-many-values"),
    ],
)
def test_a_document_that_swells_is_refused_before_it_fills_the_machine(tmp_path: Path, name: str, content: str) -> None:
    assert "it has more than 300000 values" in refused(written(tmp_path, content, name)).problem


@pytest.mark.parametrize(
    ("given", "place", "problem"),
    [
        pytest.param({}, "", "it is no template: it has no Resources", id="empty"),
        pytest.param({"Resources": {"A": object()}}, "Resources.A", 'it is "object"', id="an-object"),
        pytest.param({"Resources": {"A": {1, 2}}}, "Resources.A", 'it is "set"', id="a-set"),
        pytest.param({"Resources": {None: 1}}, "Resources", "a key is null", id="a-key-that-is-nothing"),
        pytest.param({"Resources": {"A": float("nan")}}, "Resources.A", "it is a number, NaN", id="not-a-number"),
        pytest.param({"Resources": {"A": 10**400}}, "Resources.A", 'it is "int"', id="a-number-beyond-all-measure"),
    ],
)
def test_a_mapping_that_is_no_template(given: Any, place: str, problem: str) -> None:
    error = refused(given)
    assert (error.file, error.place) == (None, place)
    assert error.problem.startswith(problem)


def test_a_mapping_that_holds_itself() -> None:
    given: dict[str, Any] = {"Resources": {}}
    given["Resources"]["A"] = given
    assert refused(given).problem == "it is nested more than 100 deep"


def test_a_mapping_is_read_and_left_as_it_is() -> None:
    given = json.loads(SNAPSHOTS[0].read_text())
    before = json.dumps(given)
    read = read_template(given)
    assert read.files == ()
    assert {api.source.file for api in read.apis} == {None}
    assert json.dumps(given) == before


def test_what_is_neither_a_path_nor_a_mapping() -> None:
    with pytest.raises(TypeError):
        read_template(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="give a path as str"):
        read_template(b"shop.json")  # type: ignore[arg-type]


@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: file.stem)
def test_the_templates_of_the_examples_are_read_whole(file: Path) -> None:
    read = read_template(str(file))
    assert read.apis
    assert not read.unreadable
    assert not [note for api in read.apis for note in api.unreadable]
    resources = list(read.resources[str(file)].values())
    methods = sum(resource["Type"] == "AWS::ApiGateway::Method" for resource in resources)
    bodies = [resource["Properties"]["Body"] for resource in resources if "Body" in resource.get("Properties", {})]
    items = [item for body in bodies for path, item in body["paths"].items() if path.startswith("/")]
    operations = sum("responses" in operation for item in items for operation in item.values())
    assert sum(len(api.methods) for api in read.apis) == methods + operations
    assert all(plan.keys and plan.stages for plan in read.plans)


def test_reading_json_needs_neither_yaml_nor_sam() -> None:
    import subprocess  # noqa: PLC0415 - a fresh interpreter

    code = (
        "import sys; from cors_constructs.simulate.template import read_template; read_template(sys.argv[1]); "
        "print([name for name in ('yaml', 'samtranslator', 'boto3', 'aws_cdk', 'jsii') if name in sys.modules])"
    )
    answer = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code, str(SNAPSHOTS[0])], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "content",
    [SHOP.encode(), b"\xef\xbb\xbfResources:\n  Api: {Type: 'AWS::ApiGateway::RestApi'}\n"],
    ids=["json", "yaml"],
)
def test_a_document_may_stand_in_no_file(content: bytes) -> None:
    read = read_template(Content.of_stream(io.BytesIO(content), "<stdin>"))
    assert read.files == ("<stdin>",)
    assert [api.source.file for api in read.apis] == ["<stdin>"]


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        pytest.param(b"", "", "it is empty", id="nothing"),
        pytest.param(b'{"Resources": {', "line 1, column 16", "it is not JSON", id="half-a-template"),
        pytest.param(b"Resources: [", "line 2", "it is not YAML", id="half-a-template-in-yaml"),
        pytest.param(b" " * (8 * 2**20 + 1), "", "it is larger than 8 MB", id="too-much"),
    ],
)
def test_what_is_wrong_with_it_is_told_by_its_name(content: bytes, place: str, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(Content(content, "<stdin>"))
    assert caught.value.file == "<stdin>"
    assert caught.value.place.startswith(place)
    assert caught.value.problem.startswith(problem)


def test_no_more_is_read_of_a_stream_than_a_template_has() -> None:
    stream = io.BytesIO(bytes(50 * 2**20))
    Content.of_stream(stream, "<stdin>")
    assert stream.tell() < 10 * 2**20


def test_a_stream_that_cannot_be_read() -> None:
    stream = io.BytesIO()
    stream.close()
    with pytest.raises(TemplateError, match="<stdin>: it cannot be read: "):
        Content.of_stream(stream, "<stdin>")
