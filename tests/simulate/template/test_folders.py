"""Folders: what `cdk synth` makes, and folders of templates."""

import json
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.simulate.model import Source
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import API, ROOT, method, path, resource, template, the_api


def write(folder: Path, **files: Any) -> Path:
    """Files by name, where two underscores stand for a slash and one for a dot."""
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def stack(file: str, environment: str = "aws://unknown-account/unknown-region", **others: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": file},
        **others,
    }


def stage(folder: str) -> dict[str, Any]:
    return {"type": "cdk:cloud-assembly", "properties": {"directoryName": folder}}


def manifest(**artifacts: Any) -> dict[str, Any]:
    return {"version": "40.0.0", "artifacts": {**artifacts, "Tree": {"type": "cdk:tree"}}}


def exported(value: Any, name: str) -> dict[str, Any]:
    return {"Value": value, "Export": {"Name": name}}


SHOP = template(Outputs={"Id": exported(API, "Shop:Id"), "Root": exported(ROOT, "Shop:Root")})
MORE = {
    "Resources": {
        "Users": resource(
            "Resource",
            RestApiId={"Fn::ImportValue": "Shop:Id"},
            ParentId={"Fn::ImportValue": {"Fn::Join": [":", ["Shop", "Root"]]}},
            PathPart="users",
        ),
        "Get": resource(
            "Method", RestApiId={"Fn::ImportValue": "Shop:Id"}, ResourceId={"Ref": "Users"}, HttpMethod="GET"
        ),
    }
}


def test_two_stacks_of_one_app_make_one_api(tmp_path: Path) -> None:
    artifacts = manifest(More=stack("More.template.json"), Shop=stack("Shop.template.json"))
    write(tmp_path, manifest_json=artifacts, Shop_template_json=SHOP, More_template_json=MORE)
    read = read_template(tmp_path)
    api = the_api(read)
    assert api.source == Source(str(tmp_path / "Shop.template.json"), "Api")
    assert [(found.name, found.source.file) for found in api.methods] == [
        ("GET /users", str(tmp_path / "More.template.json"))
    ]
    assert read.files == (str(tmp_path / "More.template.json"), str(tmp_path / "Shop.template.json"))
    assert not api.imported


def test_each_stage_of_an_app_has_its_own_stacks(tmp_path: Path) -> None:
    inner = manifest(Shop=stack("Shop.template.json"), More=stack("More.template.json"))
    write(tmp_path, manifest_json=manifest(One=stage("assembly-One"), Two=stage("assembly-Two")))
    for name in ("One", "Two"):
        for stack_name, given in (("Shop", SHOP), ("More", MORE)):
            renamed = json.dumps(given).replace('"Shop', f'"{name}-Shop')
            write(tmp_path / f"assembly-{name}", **{f"{stack_name}_template_json": renamed, "manifest_json": inner})
    read = read_template(tmp_path)
    assert [len(api.methods) for api in read.apis] == [1, 1]
    assert {Path(api.source.file or "").parent.name for api in read.apis} == {"assembly-One", "assembly-Two"}


def test_a_circle_through_exports_is_named(tmp_path: Path) -> None:
    def below_the_other(export: str, other: str) -> dict[str, Any]:
        users = {"Users": path("users", {"Fn::ImportValue": other})}
        return template(users, Outputs={"Users": exported({"Ref": "Users"}, export)})

    artifacts = manifest(A=stack("A.template.json"), B=stack("B.template.json"))
    one, other = below_the_other("A", "B"), below_the_other("B", "A")
    other["Resources"].pop("Api")
    other["Resources"]["Users"]["Properties"]["RestApiId"] = {"Fn::ImportValue": "Id"}
    one["Outputs"]["Id"] = exported(API, "Id")
    write(tmp_path, manifest_json=artifacts, A_template_json=one, B_template_json=other)
    read = read_template(tmp_path)
    assert the_api(read).paths == {"/"}
    assert len(the_api(read).unreadable) == 1
    assert {error.problem for error in read.unreadable} == {
        "it goes in a circle: it is below Users, which is below Users"
    }


def test_exports_that_need_each_other_go_in_a_circle(tmp_path: Path) -> None:
    artifacts = manifest(A=stack("A.template.json"), B=stack("B.template.json"))
    one = template({"Get": method(at={"Fn::ImportValue": "B"})}, Outputs={"A": exported({"Fn::ImportValue": "B"}, "A")})
    other = template(Outputs={"B": exported({"Fn::ImportValue": "A"}, "B")})
    write(tmp_path, manifest_json=artifacts, A_template_json=one, B_template_json=other)
    (error,) = read_template(tmp_path).unreadable
    assert error.problem == "it goes in a circle: it needs Outputs.A, which needs Outputs.B"


def test_a_path_below_an_unknown_one_is_unknown(tmp_path: Path) -> None:
    given = template({"A": path({"Ref": "P"}), "B": path("b", {"Ref": "A"})}, Parameters={"P": {"Type": "String"}})
    api = the_api(read_template(write(tmp_path, a_json=given) / "a.json"))
    assert api.paths == {"/"}
    assert len(api.unreadable) == 2


@pytest.mark.parametrize(
    ("environments", "imported"),
    [
        pytest.param(("aws://1/eu-west-1", "aws://1/eu-west-1"), False, id="one-environment"),
        pytest.param(("aws://1/eu-west-1", "aws://1/us-east-1"), True, id="two-regions"),
    ],
)
def test_an_export_is_seen_in_its_own_environment(
    tmp_path: Path, environments: tuple[str, str], imported: bool
) -> None:
    shop, more = environments
    artifacts = manifest(Shop=stack("Shop.template.json", shop), More=stack("More.template.json", more))
    write(tmp_path, manifest_json=artifacts, Shop_template_json=SHOP, More_template_json=MORE)
    assert [api.imported for api in read_template(tmp_path).apis] == ([False, True] if imported else [False])


def test_an_export_of_two_stacks_is_nobody_s(tmp_path: Path) -> None:
    artifacts = manifest(A=stack("A.template.json"), B=stack("B.template.json"), More=stack("More.template.json"))
    write(tmp_path, manifest_json=artifacts, A_template_json=SHOP, B_template_json=SHOP, More_template_json=MORE)
    assert [api.imported for api in read_template(tmp_path).apis] == [False, False, True]


NESTED = {
    "Parameters": {
        "Id": {"Type": "String"},
        "Root": {"Type": "String"},
        "Part": {"Type": "String", "Default": "users"},
    },
    "Resources": {
        "Users": resource("Resource", RestApiId={"Ref": "Id"}, ParentId={"Ref": "Root"}, PathPart={"Ref": "Part"}),
        "Get": resource("Method", RestApiId={"Ref": "Id"}, ResourceId={"Ref": "Users"}, HttpMethod="GET"),
    },
    "Outputs": {"Users": {"Value": {"Ref": "Users"}}},
}


def nested(url: Any, **others: Any) -> dict[str, Any]:
    parameters = {"Id": API, "Root": ROOT}
    properties = {"TemplateURL": url, "Parameters": parameters}
    return {"Type": "AWS::CloudFormation::Stack", "Properties": properties, **others}


JOINED = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/b/", "abc.json"]]}
ASSETS = {
    "files": {
        "abc": {
            "source": {"path": "Inner.nested.template.json", "packaging": "file"},
            "destinations": {"here": {"bucketName": "b", "objectKey": "abc.json"}},
        }
    }
}


@pytest.mark.parametrize(
    "outer",
    [
        pytest.param(nested(JOINED), id="as-the-cdk-writes-it"),
        pytest.param(nested("https://s3.example.com/b/abc.json"), id="by-its-address"),
        pytest.param(nested({"Fn::Sub": "https://s3.${AWS::Region}/b/abc.json"}), id="by-an-address-known-in-part"),
        pytest.param(
            nested(
                JOINED | {},
                Metadata={"aws:asset:path": "Inner.nested.template.json", "aws:asset:property": "TemplateURL"},
            ),
            id="by-its-metadata",
        ),
        pytest.param(nested("./Inner.nested.template.json"), id="by-a-path"),
    ],
)
def test_a_nested_stack_adds_to_the_api_of_its_parent(tmp_path: Path, outer: dict[str, Any]) -> None:
    outer_stack = template(
        {"Inner": outer, "Put": method("PUT", {"Fn::GetAtt": ["Inner", "Outputs.Users"]})},
    )
    artifacts = manifest(
        Outer=stack("Outer.template.json"),
        Assets={"type": "cdk:asset-manifest", "properties": {"file": "Outer.assets.json"}},
    )
    write(
        tmp_path,
        manifest_json=artifacts,
        Outer_template_json=outer_stack,
        Inner_nested_template_json=NESTED,
        Outer_assets_json=ASSETS,
    )
    for source in (tmp_path, tmp_path / "Outer.template.json"):
        read = read_template(source)
        assert [found.name for found in the_api(read).methods] == ["PUT /users", "GET /users"]
        assert read.files == (str(tmp_path / "Outer.template.json"), str(tmp_path / "Inner.nested.template.json"))
        assert read.unreadable == ()


def test_parameters_of_a_nested_stack_are_not_the_caller_s(tmp_path: Path) -> None:
    write(tmp_path, outer_json=template({"Inner": nested("inner.json")}), inner_json=NESTED)
    with pytest.raises(TemplateError, match='there is no parameter "Part"'):
        read_template(tmp_path / "outer.json", parameters={"Part": "x"})


def test_a_nested_stack_that_is_not_here_is_only_known_at_deployment(tmp_path: Path) -> None:
    given = template(
        {"Inner": nested("https://example.com/x"), "Put": method("PUT", {"Fn::GetAtt": ["Inner", "Outputs.Users"]})}
    )
    read = read_template(write(tmp_path, outer_json=given) / "outer.json")
    assert the_api(read).unreadable == ("the path of Resources.Put is only known at deployment",)
    assert read.unreadable == ()


@pytest.mark.parametrize("inner", ["{", "[]", json.dumps(template({"A": path(5)}))])
def test_a_broken_nested_stack_leaves_the_rest(tmp_path: Path, inner: str) -> None:
    stacks = {"Inner": nested("inner.json"), "Again": nested("inner.json")}
    write(tmp_path, outer_json=template(stacks), inner_json=inner)
    read = read_template(tmp_path / "outer.json")
    assert the_api(read).name == "Shop"
    assert [error.file for error in read.unreadable] == [str(tmp_path / "inner.json")]


def test_a_stack_nested_in_itself_has_an_end(tmp_path: Path) -> None:
    write(tmp_path, outer_json=template({"Inner": nested("outer.json")}))
    read = read_template(tmp_path / "outer.json")
    assert [error.place for error in read.unreadable] == ["Resources.Inner"]


def test_two_stacks_nested_in_each_of_themselves_have_an_end(tmp_path: Path) -> None:
    write(tmp_path, outer_json=template({"A": nested("outer.json"), "B": nested("outer.json")}))
    assert read_template(tmp_path / "outer.json").unreadable


@pytest.mark.parametrize(
    ("inner", "passed"),
    [
        pytest.param({"Ref": "Id"}, {"Fn::GetAtt": ["Inner", "Outputs.Users"]}, id="an-output-of-a-parameter-of-it"),
        pytest.param({"Fn::Sub": "x-${Id}"}, {"Fn::GetAtt": "Inner.Outputs.Users"}, id="in-a-string"),
    ],
)
def test_a_circle_through_a_nested_stack_is_named(tmp_path: Path, inner: Any, passed: Any) -> None:
    outer = nested("inner.json")
    outer["Properties"]["Parameters"] = {"Id": passed}
    given = template({"Inner": outer, "Get": method(OperationName={"Fn::GetAtt": ["Inner", "Outputs.Users"]})})
    write(tmp_path, outer_json=given, inner_json={**NESTED, "Outputs": {"Users": {"Value": inner}}})
    with pytest.raises(TemplateError, match="it goes in a circle"):
        read_template(tmp_path / "outer.json")


def test_an_api_definition_that_is_an_asset(tmp_path: Path) -> None:
    bucket = {"Bucket": {"Fn::Sub": "assets-${AWS::Region}"}, "Key": "abc.json"}
    given = {"Resources": {"Api": resource("RestApi", BodyS3Location=bucket)}}
    assets = json.loads(json.dumps(ASSETS).replace("Inner.nested.template.json", "asset.abc.json"))
    artifacts = manifest(
        Shop=stack("Shop.template.json"),
        Assets={"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
    )
    write(
        tmp_path,
        manifest_json=artifacts,
        Shop_template_json=given,
        Shop_assets_json=assets,
        asset_abc_json={"paths": {"/a": {"get": {}}}},
    )
    (found,) = the_api(read_template(tmp_path)).methods
    assert found.source == Source(str(tmp_path / "asset.abc.json"), "Api", "paths./a.get")


@pytest.mark.parametrize("where", ["in-the-manifest", "in-a-file-of-its-own"])
def test_constructs_are_told_by_the_manifest(tmp_path: Path, where: str) -> None:
    metadata = {
        "/Shop/Api/Resource": [{"type": "aws:cdk:logicalId", "data": "Api"}],
        "/Shop": [{"type": "aws:cdk:templateFile", "data": "Shop.template.json"}, {"type": "x"}, 5],
        "/Shop/Inner": [{"type": "aws:cdk:templateFile", "data": "Inner.nested.template.json"}],
        "/Shop/Inner/Api/Resource": [{"type": "aws:cdk:logicalId", "data": "Api"}],
        "/Odd": 5,
    }
    more = {"metadata": metadata} if where == "in-the-manifest" else {"additionalMetadataFile": "Shop.metadata.json"}
    write(
        tmp_path,
        manifest_json=manifest(Shop=stack("Shop.template.json", **more)),
        Shop_metadata_json=metadata,
        Shop_template_json=template({"Inner": nested("Inner.nested.template.json")}),
        Inner_nested_template_json=template(),
    )
    assert [api.source.construct for api in read_template(tmp_path).apis] == [
        "Shop/Api/Resource",
        "Shop/Inner/Api/Resource",
    ]
    alone = read_template(tmp_path / "Shop.template.json")
    assert alone.apis[0].source.construct == "Shop/Api/Resource"


def test_a_construct_in_the_template_goes_before_the_manifest_s(tmp_path: Path) -> None:
    given = template()
    given["Resources"]["Api"]["Metadata"] = {"aws:cdk:path": "Mine/Api/Resource"}
    metadata = {"/Shop/Api/Resource": [{"type": "aws:cdk:logicalId", "data": "Api"}]}
    artifacts = manifest(Shop=stack("Shop.template.json", metadata=metadata))
    write(tmp_path, manifest_json=artifacts, Shop_template_json=given)
    assert the_api(read_template(tmp_path)).source.construct == "Mine/Api/Resource"


class TestWithoutManifest:
    """Folders that hold templates, and nothing that says so."""

    def test_template_files(self, tmp_path: Path) -> None:
        write(tmp_path, template_yaml="Resources: {Api: {Type: AWS::ApiGateway::RestApi}}", other_json="{}")
        assert read_template(tmp_path).files == (str(tmp_path / "template.yaml"),)

    def test_files_that_are_called_templates(self, tmp_path: Path) -> None:
        write(tmp_path, a_template_json=template(), b_template_yml=json.dumps(template()), c_json=template())
        write(tmp_path, d_nested_template_json=template())
        assert read_template(tmp_path).files == (str(tmp_path / "a.template.json"), str(tmp_path / "b.template.yml"))

    def test_a_manifest_of_something_else(self, tmp_path: Path) -> None:
        write(tmp_path, manifest_json={"name": "web app"}, template_json=template())
        assert the_api(read_template(tmp_path)).name == "Shop"

    @pytest.mark.parametrize(
        ("files", "fix"),
        [
            pytest.param(
                {}, "name the template, such as template.yaml, or pass what cdk synth makes (cdk.out)", id="empty"
            ),
            pytest.param({"cdk_json": {}}, "run cdk synth, and pass {}/cdk.out", id="an-app-that-is-not-synthesized"),
            pytest.param(
                {"cdk_json": {}, "cdk.out__manifest_json": {}}, "pass {}/cdk.out", id="an-app-that-is-synthesized"
            ),
        ],
    )
    def test_nothing_to_read(self, tmp_path: Path, files: dict[str, Any], fix: str) -> None:
        write(tmp_path, **files)
        with pytest.raises(TemplateError) as caught:
            read_template(tmp_path)
        assert (caught.value.file, caught.value.problem) == (str(tmp_path), "it holds no template")
        assert caught.value.fix == fix.format(tmp_path)


class TestBroken:
    """Broken files among others are told, and the others are read."""

    @pytest.mark.parametrize(
        ("broken", "place", "problem"),
        [
            pytest.param("{", "line 1, column 2", "it is not JSON", id="truncated"),
            pytest.param("[]", "", "it is no template but a list", id="no-template"),
            pytest.param(
                json.dumps(template({"A": path(5)})),
                "Resources.A.Properties.PathPart",
                "it is a number, 5",
                id="a-wrong-type",
            ),
            pytest.param(
                json.dumps(template({"A": path("a", {"Ref": "A"})})),
                "Resources.A",
                "it goes in a circle",
                id="a-circle",
            ),
            pytest.param(
                json.dumps(template(Parameters={"P": 5})), "Parameters.P", "it is a number, 5", id="a-parameter"
            ),
            pytest.param(
                json.dumps({**template(), "Transform": "AWS::Serverless-2016-10-31", "Globals": []}),
                "",
                "SAM",
                id="a-sam-template",
            ),
        ],
    )
    def test_one_of_two_templates(self, tmp_path: Path, broken: str, place: str, problem: str) -> None:
        write(tmp_path, a_template_json=broken, b_template_json=template())
        read = read_template(tmp_path)
        assert the_api(read).source.file == str(tmp_path / "b.template.json")
        (error,) = read.unreadable
        assert (error.file, error.place) == (str(tmp_path / "a.template.json"), place)
        assert error.problem.startswith(problem)

    def test_a_template_that_the_manifest_names_and_that_is_gone(self, tmp_path: Path) -> None:
        write(tmp_path, manifest_json=manifest(Gone=stack("Gone.template.json"), Shop=stack("Shop.template.json")))
        write(tmp_path, Shop_template_json=SHOP)
        read = read_template(tmp_path)
        assert the_api(read).name == "Shop"
        assert [error.problem for error in read.unreadable] == ["there is no such file"]

    def test_a_stage_that_is_gone(self, tmp_path: Path) -> None:
        write(tmp_path, manifest_json=manifest(Gone=stage("assembly-Gone"), Shop=stack("Shop.template.json")))
        write(tmp_path, Shop_template_json=SHOP)
        read = read_template(tmp_path)
        assert the_api(read).name == "Shop"
        assert [error.file for error in read.unreadable] == [str(tmp_path / "assembly-Gone" / "manifest.json")]

    def test_a_stage_that_is_its_own(self, tmp_path: Path) -> None:
        write(tmp_path, manifest_json=manifest(Self=stage("."), Shop=stack("Shop.template.json")))
        write(tmp_path, Shop_template_json=SHOP)
        read = read_template(tmp_path)
        assert the_api(read).name == "Shop"
        assert [error.problem for error in read.unreadable] == ["it is nested in itself, or there twice"]

    def test_a_stage_whose_folder_has_a_name_that_cannot_be_one(self, tmp_path: Path) -> None:
        write(tmp_path, manifest_json=manifest(Odd=stage("a\0b"), Shop=stack("Shop.template.json")))
        write(tmp_path, Shop_template_json=SHOP)
        read = read_template(tmp_path)
        assert the_api(read).name == "Shop"
        assert [error.problem for error in read.unreadable] == ["it cannot be read: embedded null byte"]

    @pytest.mark.parametrize(
        ("given", "place", "problem"),
        [
            pytest.param("{", "line 1, column 2", "it is not JSON", id="truncated"),
            pytest.param(manifest(A=5), "artifacts.A", "it is a number, 5", id="an-artifact"),
            pytest.param(
                manifest(A={"type": "aws:cloudformation:stack"}),
                "artifacts.A.properties",
                "it is null",
                id="no-properties",
            ),
            pytest.param(manifest(A=stack(None)), "artifacts.A.properties.templateFile", "it is null", id="no-file"),  # type: ignore[arg-type]
            pytest.param(manifest(A=stage([])), "artifacts.A.properties.directoryName", "it is a list", id="no-folder"),  # type: ignore[arg-type]
        ],
    )
    def test_a_manifest(self, tmp_path: Path, given: Any, place: str, problem: str) -> None:
        write(tmp_path, manifest_json=given)
        with pytest.raises(TemplateError) as caught:
            read_template(tmp_path)
        assert (caught.value.file, caught.value.place) == (str(tmp_path / "manifest.json"), place)
        assert caught.value.problem.startswith(problem)

    @pytest.mark.parametrize(
        "assets",
        ["{", "[]", '{"files": []}', '{"files": {"a": 5, "b": {"source": {"path": "x"}, "destinations": {"c": 5}}}}'],
    )
    def test_a_list_of_assets_that_tells_nothing(self, tmp_path: Path, assets: str) -> None:
        listed = {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}}
        write(tmp_path, manifest_json=manifest(Shop=stack("Shop.template.json"), Assets=listed))
        write(tmp_path, Shop_template_json=SHOP, Shop_assets_json=assets)
        assert the_api(read_template(tmp_path)).name == "Shop"

    def test_the_manifest_itself_is_no_template(self, tmp_path: Path) -> None:
        write(tmp_path, manifest_json=manifest())
        with pytest.raises(TemplateError) as caught:
            read_template(tmp_path / "manifest.json")
        assert caught.value.fix == "pass the folder that it is in"


def test_the_caller_s_parameters_go_to_every_stack(tmp_path: Path) -> None:
    shop = template(Parameters={"P": {"Type": "String"}})
    shop["Resources"]["Api"]["Properties"]["Name"] = {"Ref": "P"}
    write(tmp_path, a_template_json=shop, b_template_json=shop, c_template_json=template())
    assert [api.name for api in read_template(tmp_path).apis] == [Unresolved({"Ref": "P"})] * 2 + ["Shop"]
    assert [api.name for api in read_template(tmp_path, parameters={"P": "x"}).apis] == ["x", "x", "Shop"]
