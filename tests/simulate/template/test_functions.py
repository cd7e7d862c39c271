"""Lambda functions in templates, and which of them a method calls."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from cors_constructs.simulate.model import Function, Template
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import Unresolved

PREFIX: Final = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
BY_NAME: Final = "arn:aws:lambda:eu-west-1:111122223333:function:"


def function(**properties: Any) -> dict[str, Any]:
    said = {"Runtime": "python3.13", "Handler": "index.handler", "Role": "arn:aws:iam::1:role/r", **properties}
    return {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": "code"}, **said}}


def api(address: Any) -> dict[str, Any]:
    """An API with one method, at its root."""
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": address}
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
        "Method": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "GET",
                "Integration": integration,
            },
        },
    }


def invoking(arn: Any) -> dict[str, Any]:
    return {"Fn::Join": ["", [PREFIX, arn, "/invocations"]]}


def called(template: Template) -> str | None:
    (integration,) = (method.integration for it in template.apis for method in it.methods)
    assert integration is not None
    return integration.function.source.logical_id if integration.function else None


VERSION: Final[dict[str, Any]] = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "One"}}}
ALIAS: Final[dict[str, Any]] = {
    "Type": "AWS::Lambda::Alias",
    "Properties": {
        "FunctionName": {"Ref": "One"},
        "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
        "Name": "live",
    },
}
BY_ARN: Final[dict[str, Any]] = {
    "Type": "AWS::Lambda::Alias",
    "Properties": {"FunctionName": f"{BY_NAME}orders", "FunctionVersion": "1", "Name": "live"},
}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param(invoking({"Fn::GetAtt": ["One", "Arn"]}), "One", id="by its ARN"),
        pytest.param(invoking({"Fn::GetAtt": "One.Arn"}), "One", id="by its ARN, with a dot"),
        pytest.param({"Fn::Sub": f"{PREFIX}${{One.Arn}}/invocations"}, "One", id="in a substitution"),
        pytest.param(
            {"Fn::Sub": [f"{PREFIX}${{It}}/invocations", {"It": {"Fn::GetAtt": ["One", "Arn"]}}]},
            "One",
            id="by a variable of one",
        ),
        pytest.param({"Fn::Sub": f"{PREFIX}${{One.Arn}}:live/invocations"}, "One", id="with an alias's name behind"),
        pytest.param({"Fn::Sub": f"{PREFIX}{BY_NAME}${{One}}/invocations"}, "One", id="by what Ref gives"),
        pytest.param(
            {
                "Fn::Sub": PREFIX.replace("aws", "${AWS::Partition}").replace("eu-west-1", "${AWS::Region}")
                + "${One.Arn}/x"
            },
            "One",
            id="with partition and region unknown",
        ),
        pytest.param(invoking({"Ref": "Version"}), "One", id="by a version"),
        pytest.param(invoking({"Ref": "Alias"}), "One", id="by an alias"),
        pytest.param(invoking({"Fn::GetAtt": ["Alias", "AliasArn"]}), "One", id="by an alias's ARN"),
        pytest.param(invoking({"Ref": "ByArn"}), "Two", id="by an alias of a function named by its ARN"),
        pytest.param(invoking(f"{BY_NAME}orders"), "Two", id="by its name"),
        pytest.param(invoking(f"{BY_NAME}orders:live"), "Two", id="by its name, with an alias"),
        pytest.param({"Fn::Sub": f"{PREFIX}{BY_NAME}${{Stage}}-users/invocations"}, "Three", id="by a name in part"),
        pytest.param(invoking(f"{BY_NAME}order"), None, id="by the beginning of a name"),
        pytest.param(invoking(f"{BY_NAME}twice"), None, id="by a name that two have"),
        pytest.param(invoking(f"{BY_NAME}${{stageVariables.function}}"), None, id="by a stage variable"),
        pytest.param(invoking({"Ref": "Given"}), None, id="by a parameter"),
        pytest.param(invoking({"Ref": "Api"}), None, id="by what is none"),
        pytest.param({"Ref": "Given"}, None, id="an address that nobody knows"),
        pytest.param("https://backend.example/function:orders", None, id="another backend"),
        pytest.param({"Fn::Sub": "arn:aws:apigateway:eu-west-1:sqs:path/${One}"}, None, id="another service"),
        pytest.param(
            invoking({"Fn::If": ["Never", {"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": ["One", "Arn"]}]}),
            "One",
            id="by a condition",
        ),
        pytest.param(invoking({"Fn::GetAtt": ["Absent", "Arn"]}), None, id="one whose condition does not hold"),
    ],
)
def test_the_function_behind_a_method_is_found(address: Any, expected: str | None) -> None:
    document = {
        "Parameters": {"Given": {"Type": "String"}, "Stage": {"Type": "String"}},
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            **api(address),
            "One": function(),
            "Two": function(FunctionName="orders"),
            "Three": function(FunctionName={"Fn::Sub": "${Stage}-users"}),
            "Four": function(FunctionName="twice"),
            "Five": function(FunctionName="twice"),
            "Absent": {**function(), "Condition": "Never"},
            "Version": VERSION,
            "Alias": ALIAS,
            "ByArn": BY_ARN,
        },
    }
    template = read_template(document)
    assert called(template) == expected
    assert [it.source.logical_id for it in template.functions] == ["One", "Two", "Three", "Four", "Five"]


def test_a_function_of_an_inline_document_is_found() -> None:
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": f"{PREFIX}${{One.Arn}}/invocations"},
    }
    paths = {"/": {"get": {"x-amazon-apigateway-integration": integration}}}
    body = {"openapi": "3.0.1", "info": {"title": "Api", "version": "1"}, "paths": paths}
    document = {
        "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}, "One": function()}
    }
    assert called(read_template(document)) == "One"


def test_a_function_of_a_document_beside_the_template_is_found_by_its_name(tmp_path: Path) -> None:
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": f"{PREFIX}{BY_NAME}orders/invocations"}
    paths = {"/": {"get": {"x-amazon-apigateway-integration": integration}}}
    (tmp_path / "api.json").write_text(
        json.dumps({"openapi": "3.0.1", "info": {"title": "Api", "version": "1"}, "paths": paths})
    )
    document = {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BodyS3Location": "api.json"}},
            "Two": function(FunctionName="orders"),
        }
    }
    (tmp_path / "template.json").write_text(json.dumps(document))
    assert called(read_template(tmp_path / "template.json")) == "Two"


def test_a_function_of_sam_is_found_and_so_is_the_folder_of_its_code(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    document = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Orders": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "nodejs22.x",
                    "Handler": "index.handler",
                    "CodeUri": "src/",
                    "AutoPublishAlias": "live",
                    "Events": {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}},
                },
            }
        },
    }
    (tmp_path / "template.json").write_text(json.dumps(document))
    template = read_template(tmp_path / "template.json")
    assert called(template) == "Orders"
    assert [it.folder for it in template.functions] == [tmp_path / "src"]


def test_code_may_be_a_path_as_before_it_is_packaged(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "code.zip").write_bytes(b"")
    (tmp_path / "layer").mkdir()
    resources = {
        "InFolder": function(Code="./src", Layers=[{"Ref": "Layer"}]),
        "Zipped": function(Code="code.zip"),
        "Gone": function(Code="gone"),
        "Elsewhere": function(Code="s3://bucket/src"),
        "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": "layer/"}},
    }
    (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
    read = {it.source.logical_id: it for it in read_template(tmp_path / "template.json").functions}
    assert {name: (it.folder, it.archive) for name, it in read.items()} == {
        "InFolder": (tmp_path / "src", None),
        "Zipped": (None, tmp_path / "code.zip"),
        "Gone": (None, None),
        "Elsewhere": (None, None),
    }
    assert read["InFolder"].layer_files == (tmp_path / "layer",)


def test_the_archive_of_the_serverless_framework_is_beside_its_template(tmp_path: Path) -> None:
    (tmp_path / "shop.zip").write_bytes(b"")
    (tmp_path / "data").mkdir()
    resources = {
        "Hello": function(
            Code={"S3Bucket": {"Ref": "Bucket"}, "S3Key": "serverless/shop/dev/1700-2026-01-01/shop.zip"}
        ),
        "Other": function(Code={"S3Bucket": {"Ref": "Bucket"}, "S3Key": "serverless/shop/dev/1700-2026-01-01/data"}),
        "Bucket": {"Type": "AWS::S3::Bucket"},
    }
    (tmp_path / "cloudformation-template-update-stack.json").write_text(json.dumps({"Resources": resources}))
    hello, other = read_template(tmp_path / "cloudformation-template-update-stack.json").functions
    assert hello.archive == tmp_path / "shop.zip"
    assert (other.archive, other.folder) == (None, None)


def test_a_function_of_a_parent_stack_is_found(tmp_path: Path) -> None:
    nested = {"Parameters": {"Arn": {"Type": "String"}}, "Resources": api(invoking({"Ref": "Arn"}))}
    parent = {
        "Resources": {
            "Nested": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {
                    "TemplateURL": "nested.json",
                    "Parameters": {"Arn": {"Fn::GetAtt": ["One", "Arn"]}},
                },
            },
            "One": function(),
        }
    }
    (tmp_path / "nested.json").write_text(json.dumps(nested))
    (tmp_path / "template.json").write_text(json.dumps(parent))
    assert called(read_template(tmp_path / "template.json")) == "One"


def test_a_function_that_another_stack_exports_is_found(tmp_path: Path) -> None:
    exporting = {
        "Resources": {"One": function()},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["One", "Arn"]}, "Export": {"Name": "one"}}},
    }
    importing = {"Resources": api(invoking({"Fn::ImportValue": "one"}))}
    (tmp_path / "A.template.json").write_text(json.dumps(exporting))
    (tmp_path / "B.template.json").write_text(json.dumps(importing))
    assert called(read_template(tmp_path)) == "One"


def test_an_alias_of_itself_is_no_function(tmp_path: Path) -> None:
    circle = {**ALIAS, "Properties": {**ALIAS["Properties"], "FunctionName": {"Ref": "Circle"}}}
    exporting = {
        "Resources": {"Circle": circle},
        "Outputs": {"Arn": {"Value": {"Ref": "Circle"}, "Export": {"Name": "one"}}},
    }
    (tmp_path / "A.template.json").write_text(json.dumps(exporting))
    (tmp_path / "B.template.json").write_text(json.dumps({"Resources": api(invoking({"Fn::ImportValue": "one"}))}))
    assert called(read_template(tmp_path)) is None


def only(**properties: Any) -> Function:
    document = {"Parameters": {"Given": {"Type": "String"}}, "Resources": {"One": function(**properties)}}
    (found,) = read_template(document).functions
    return found


def test_what_a_function_has_is_read() -> None:
    variables = {"TABLE": "orders", "RETRIES": 3, "DOMAIN": {"Ref": "Given"}}
    found = only(FunctionName="orders", Environment={"Variables": variables}, Layers=["arn:layer", {"Ref": "Given"}])
    assert (found.name, found.runtime, found.handler, found.code) == ("orders", "python3.13", "index.handler", "code")
    assert found.variables == {"TABLE": "orders", "RETRIES": "3", "DOMAIN": Unresolved({"Ref": "Given"})}
    assert found.layers == ("arn:layer", Unresolved({"Ref": "Given"}))
    assert found.folder is None


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"Ref": "Given"}, id="the environment"),
        pytest.param({"Variables": {"Ref": "Given"}}, id="the variables"),
        pytest.param({"Variables": {"Fn::ForEach::Each": ["It", ["A"], {"${It}": "x"}]}}, id="some of them"),
    ],
)
def test_variables_that_only_a_deployment_knows_are_none(environment: Any) -> None:
    assert only(Environment=environment).variables is None


def test_a_container_image_has_no_runtime() -> None:
    image = {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Code": {"ImageUri": "image"}}}
    (found,) = read_template({"Resources": {"One": image}}).functions
    assert (found.runtime, found.handler, found.code) == (None, None, None)


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param("text", id="properties"),
        pytest.param({"Environment": "text", "Layers": "text", "Code": "text"}, id="parts"),
        pytest.param({"Environment": {"Variables": ["A"]}, "Layers": [1], "Runtime": [], "Handler": {}}, id="items"),
        pytest.param(
            {"Environment": {"Variables": {"A": {"B": "C"}}}, "Code": {"ZipFile": [], "S3Key": 1}}, id="values"
        ),
    ],
)
def test_a_function_of_wrong_types_keeps_nobody_from_reading_the_rest(properties: Any) -> None:
    one = {"Type": "AWS::Lambda::Function", "Properties": properties}
    document = {"Resources": {"One": one, **api(invoking({"Fn::GetAtt": ["One", "Arn"]}))}}
    assert called(read_template(document)) == "One"


def test_a_functions_limits_its_zip_file_and_its_layers_files_are_read(tmp_path: Path) -> None:
    for name in ("asset.folder", "asset.below"):
        (tmp_path / name).mkdir()
    for name in ("asset.code.zip", "asset.above.zip"):
        (tmp_path / name).write_bytes(b"")
    layers = [{"Ref": "Below"}, {"Ref": "Above"}, "arn:aws:lambda:eu-west-1:1:layer:other:1", {"Ref": "NoLayer"}]
    resources = {
        "Zipped": function(Code={"S3Key": "code.zip"}, Timeout=20, MemorySize="512"),
        "InFolder": function(Code={"S3Key": "folder"}, Layers=layers),
        "Below": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "below"}}},
        "Above": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "above.zip"}}},
        "NoLayer": {"Type": "AWS::S3::Bucket"},
    }
    (tmp_path / "app.template.json").write_text(json.dumps({"Resources": resources}))
    zipped, in_folder = read_template(tmp_path / "app.template.json").functions
    assert (zipped.timeout, zipped.memory, zipped.folder) == (20, 512, None)
    assert zipped.archive == tmp_path / "asset.code.zip"
    assert (in_folder.timeout, in_folder.memory, in_folder.archive) == (None, None, None)
    assert in_folder.folder == tmp_path / "asset.folder"
    assert in_folder.layer_files == (tmp_path / "asset.below", tmp_path / "asset.above.zip", None, None)


@pytest.mark.parametrize("given", [True, "soon", [], {"Ref": "Seconds"}])
def test_a_limit_that_is_no_number_is_none_or_unknown(given: Any) -> None:
    parameters = {"Seconds": {"Type": "Number"}}
    (it,) = read_template({"Parameters": parameters, "Resources": {"One": function(Timeout=given)}}).functions
    assert it.timeout is None or isinstance(it.timeout, Unresolved)
    assert isinstance(it.timeout, Unresolved) == isinstance(given, dict)


def test_an_authorizer_has_the_function_that_decides() -> None:
    resources = {**api(invoking({"Fn::GetAtt": ["One", "Arn"]})), "One": function(), "Two": function()}
    resources["Guard"] = {
        "Type": "AWS::ApiGateway::Authorizer",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "Type": "TOKEN",
            "Name": "guard",
            "AuthorizerUri": invoking({"Fn::GetAtt": ["Two", "Arn"]}),
        },
    }
    resources["Method"]["Properties"].update(AuthorizationType="CUSTOM", AuthorizerId={"Ref": "Guard"})
    (method,) = read_template({"Resources": resources}).apis[0].methods
    assert method.authorizer is not None
    assert method.authorizer.function is not None
    assert method.authorizer.function.source.logical_id == "Two"
    assert method.integration is not None
    assert method.integration.function is not None
    assert method.integration.function.source.logical_id == "One"


def test_so_has_one_of_an_openapi_document() -> None:
    guard = {"type": "token", "authorizerUri": f"{PREFIX}{BY_NAME}guard/invocations"}
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authorizer": guard}
    body = {
        "openapi": "3.0.1",
        "paths": {"/users": {"get": {"security": [{"guard": []}], "responses": {}}}},
        "components": {"securitySchemes": {"guard": scheme}},
    }
    resources = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}},
        "One": function(FunctionName="guard"),
    }
    (method,) = read_template({"Resources": resources}).apis[0].methods
    assert method.authorizer is not None
    assert method.authorizer.function is not None
    assert method.authorizer.function.source.logical_id == "One"
