"""What becomes of a template before it is deployed, without an emulator."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from .abilities import LOCALSTACK_ABILITIES
from .adapt import Adapted, for_emulator
from .assets import with_assets
from .own_names import with_own_exports
from .sam import TRANSFORM
from .templates import Template

BACKEND = "http://127.0.0.1:8000"


def synthesized() -> Template:
    """The parts of a CDK template that get in an emulator's way."""
    invoke = ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", {"Fn::GetAtt": ["Fn", "Arn"]}]
    return {
        "Parameters": {
            "BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>"},
            "Stage": {"Type": "String"},
        },
        "Conditions": {"CDKMetadataAvailable": {"Fn::Equals": ["a", "b"]}},
        "Rules": {"CheckBootstrapVersion": {}},
        "Resources": {
            "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Condition": "CDKMetadataAvailable"},
            "Role": {"Type": "AWS::IAM::Role"},
            "Fn": {"Type": "AWS::Lambda::Function", "DependsOn": ["Role"]},
            "Retention": {"Type": "Custom::LogRetention"},
            "Allowed": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "Fn"}}},
            "Account": {"Type": "AWS::ApiGateway::Account"},
            "Api": {"Type": "AWS::ApiGateway::RestApi", "DependsOn": "Role"},
            "Get": method({"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Join": ["", invoke]}}),
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": ["Get", "Allowed"]},
            "Authorizer": {
                "Type": "AWS::ApiGateway::Authorizer",
                "Properties": {"AuthorizerUri": {"Fn::Join": ["", invoke]}},
            },
        },
        "Outputs": {"Name": {"Value": {"Fn::Sub": "${Fn}/${Fn.Arn}/${Api}/${!Fn}"}}},
    }


def method(integration: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {"HttpMethod": "GET", "Integration": integration, **more},
    }


def integration_of(integration: dict[str, Any]) -> Any:
    adapted = for_emulator({"Resources": {"Get": method(integration)}}, BACKEND)
    return adapted.template["Resources"]["Get"]["Properties"]["Integration"]


def test_the_given_template_stays_as_it_is() -> None:
    given = synthesized()
    for_emulator(given, BACKEND, abilities=LOCALSTACK_ABILITIES)
    assert given == synthesized()


def test_only_api_gateway_is_left() -> None:
    adapted = for_emulator(synthesized(), BACKEND).template
    assert set(adapted) == {"Parameters", "Resources", "Outputs"}
    assert set(adapted["Parameters"]) == {"Stage"}
    assert set(adapted["Resources"]) == {"Api", "Get", "Deployment", "Authorizer"}


def test_references_to_what_is_gone_become_stand_ins() -> None:
    adapted = for_emulator(synthesized(), BACKEND).template
    arn = "arn:aws:lambda:us-east-1:000000000000:function:Fn"
    assert "DependsOn" not in adapted["Resources"]["Api"]
    assert adapted["Resources"]["Deployment"]["DependsOn"] == ["Get"]
    assert adapted["Resources"]["Authorizer"]["Properties"]["AuthorizerUri"]["Fn::Join"][1][1] == arn
    assert adapted["Outputs"]["Name"]["Value"] == {"Fn::Sub": f"stand-in-Fn/{arn}/${{Api}}/${{!Fn}}"}


def test_the_changes_are_told() -> None:
    assert for_emulator(synthesized(), BACKEND).changes == (
        "Rules dropped",
        "Parameters.BootstrapVersion dropped",
        "Conditions.CDKMetadataAvailable dropped",
        "CDKMetadata: AWS::CDK::Metadata dropped",
        "Role: AWS::IAM::Role dropped",
        "Fn: AWS::Lambda::Function dropped",
        "Retention: Custom::LogRetention dropped",
        "Allowed: AWS::Lambda::Permission dropped",
        "Account: AWS::ApiGateway::Account dropped",
        "Get: AWS_PROXY integration became HTTP_PROXY to the test backend",
    )


def test_a_template_that_fits_is_not_changed() -> None:
    fitting = {"Resources": {"Options": method({"Type": "MOCK"})}}
    adapted = for_emulator(copy.deepcopy(fitting), BACKEND)
    assert adapted.template == fitting
    assert adapted.changes == ()


@pytest.mark.parametrize("kind", ["CUSTOM", "COGNITO_USER_POOLS"])
def test_authorizers_are_cut_where_they_would_fail(kind: str) -> None:
    guarded = synthesized()
    guarded["Resources"]["Get"]["Properties"] |= {"AuthorizationType": kind, "AuthorizerId": {"Ref": "Authorizer"}}
    adapted = for_emulator(guarded, BACKEND, abilities=LOCALSTACK_ABILITIES)
    assert "Authorizer" not in adapted.template["Resources"]
    assert adapted.template["Resources"]["Get"]["Properties"]["AuthorizationType"] == "NONE"
    assert "AuthorizerId" not in adapted.template["Resources"]["Get"]["Properties"]
    assert f"Get: authorization {kind} became NONE" in adapted.changes


def test_a_function_becomes_the_backend() -> None:
    function = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Ref": "x"}, "Credentials": "arn"}
    assert integration_of(function) == {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": f"{BACKEND}/"}


def test_an_integration_with_a_service_keeps_its_mappings() -> None:
    answers = [{"StatusCode": "200", "ResponseTemplates": {"application/json": "{}"}}]
    service = {"Type": "AWS", "IntegrationHttpMethod": "POST", "Uri": "arn", "IntegrationResponses": answers}
    assert integration_of(service) == {
        "Type": "HTTP",
        "IntegrationHttpMethod": "GET",
        "Uri": f"{BACKEND}/",
        "IntegrationResponses": answers,
    }


def test_functions_stay_with_their_layers_where_they_are_to_run() -> None:
    invoke = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": "${Fn.Arn}"}}
    function = {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Layers": [{"Ref": "Layer"}]}
    stay = {"Get": method(invoke), "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {}}}
    given = {
        **copy.deepcopy(stay),
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": function, "DependsOn": ["Role"]},
        "Role": {"Type": "AWS::IAM::Role"},
        "Permission": {"Type": "AWS::Lambda::Permission"},
    }

    adapted = for_emulator({"Resources": given}, BACKEND, functions=True)

    kept = {"Type": "AWS::Lambda::Function", "Properties": {**function, "Role": adapted_role("Role")}}
    assert adapted.template["Resources"] == {**stay, "Fn": kept}
    assert adapted.changes == ("Role: AWS::IAM::Role dropped", "Permission: AWS::Lambda::Permission dropped")


def adapted_role(logical_id: str) -> str:
    return f"arn:aws:stand-in:us-east-1:000000000000:{logical_id}"


def test_an_http_integration_keeps_its_path_and_verb() -> None:
    backend = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "PUT", "Uri": "https://a.example/pets/{id}?x=y"}
    private = {**backend, "ConnectionType": "VPC_LINK", "ConnectionId": "link"}
    expected = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "PUT", "Uri": f"{BACKEND}/pets/{{id}}"}
    assert integration_of(backend) == expected
    assert integration_of(private) == expected


def test_in_a_document_functions_become_the_backend_and_mocks_stay() -> None:
    invoke = {"Fn::Join": ["", ["arn:aws:apigateway:", {"Ref": "AWS::Region"}, {"Fn::GetAtt": ["Fn", "Arn"]}]]}
    mock = {"type": "mock", "passthroughBehavior": "never"}
    document = specified(get=called({"type": "aws_proxy", "httpMethod": "POST", "uri": invoke}), options=called(mock))
    document["paths"]["/pets"]["parameters"] = [{"name": "id", "in": "query"}]
    resources = {"Fn": {"Type": "AWS::Lambda::Function"}, "Api": api(Body=document)}

    adapted = for_emulator({"Resources": resources}, BACKEND)

    backend = {"type": "http_proxy", "httpMethod": "GET", "uri": f"{BACKEND}/"}
    expected = specified(get=called(backend), options=called(mock), parameters=document["paths"]["/pets"]["parameters"])
    assert adapted.template["Resources"] == {"Api": api(Body=expected)}
    assert "Api GET /pets: AWS_PROXY integration became HTTP_PROXY to the test backend" in adapted.changes


def test_a_document_beside_the_template_goes_into_it(tmp_path: Path) -> None:
    document = specified(get=called({"type": "mock"}))
    (tmp_path / "asset.0123abcd.json").write_text(json.dumps(document))
    given = {"Resources": {"Api": api(BodyS3Location={"Bucket": "b", "Key": "0123abcd.json"}, Name="pets")}}
    before = copy.deepcopy(given)

    assert with_assets(given, tmp_path)["Resources"]["Api"] == api(Body=document, Name="pets")
    assert given == before


@pytest.mark.parametrize("location", ["s3://b/0123abcd.json", {"Fn::Sub": "s3://b-${AWS::Region}/0123abcd.json"}])
def test_what_is_included_from_beside_the_template_goes_into_it(location: Any, tmp_path: Path) -> None:
    document = specified(get=called({"type": "mock"}))
    (tmp_path / "asset.0123abcd.json").write_text(json.dumps(document["paths"]))
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}}
    given = {"Resources": {"Api": api(Body={**document, "paths": {"/own": {}, **include}})}}

    found = with_assets(given, tmp_path)["Resources"]["Api"]

    assert found == api(Body={**document, "paths": {"/own": {}, **document["paths"]}})


def specified(**operations: Any) -> Template:
    return {"openapi": "3.0.1", "info": {"title": "pets", "version": "1"}, "paths": {"/pets": operations}}


def called(integration: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {"200": {"description": "OK"}}, "x-amazon-apigateway-integration": integration}


def api(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}


def test_method_settings_are_spelled_as_emulators_compare_them() -> None:
    settings = [{"ResourcePath": "/~1pets~1{id}", "HttpMethod": "GET"}, {"ResourcePath": "/*", "HttpMethod": "*"}]
    stage = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {"MethodSettings": settings, "AccessLogSetting": {"Format": "x"}},
    }
    adapted = for_emulator({"Resources": {"Prod": stage}}, BACKEND).template["Resources"]["Prod"]["Properties"]
    assert [it["ResourcePath"] for it in adapted["MethodSettings"]] == ["/pets/{id}", "/*"]
    assert "AccessLogSetting" not in adapted


def test_a_key_from_a_secret_gets_a_generated_value() -> None:
    value = {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"]]}
    resources = {
        "Secret": {"Type": "AWS::SecretsManager::Secret"},
        "Key": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True, "Value": value}},
    }
    adapted = for_emulator({"Resources": resources}, BACKEND)
    assert adapted.template["Resources"] == {
        "Key": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True}}
    }


def test_a_nested_stack_beside_the_template_goes_into_it_with_what_it_names(tmp_path: Path) -> None:
    document = specified(get=called({"type": "mock"}))
    (tmp_path / "asset.0123abcd.json").write_text(json.dumps(document))
    inner = {"Resources": {"Api": api(BodyS3Location={"Bucket": "b", "Key": "0123abcd.json"})}}
    (tmp_path / "Inner.nested.template.json").write_text(json.dumps(inner))
    files = {"files": {"4567ef": {"source": {"path": "Inner.nested.template.json"}}}}
    (tmp_path / "Stack.assets.json").write_text(json.dumps(files))
    url = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/b/4567ef.json"]]}
    given = {"Resources": {"Inner": stack(TemplateURL=url, Parameters={"A": "1"})}}

    found = with_assets(given, tmp_path)["Resources"]["Inner"]

    assert found == stack(TemplateBody={"Resources": {"Api": api(Body=document)}}, Parameters={"A": "1"})


def test_a_nested_stack_is_treated_like_the_one_that_it_is_in() -> None:
    inner, outer = synthesized(), synthesized()
    outer["Resources"]["Inner"] = stack(TemplateBody=inner)

    adapted = for_emulator(outer, BACKEND)

    alone = for_emulator(inner, BACKEND)
    assert adapted.template["Resources"]["Inner"] == stack(TemplateBody=alone.template)
    assert [it for it in adapted.changes if it.startswith("Inner/")] == [f"Inner/{it}" for it in alone.changes]


def test_a_nested_stack_whose_template_is_nowhere_goes() -> None:
    given = {"Resources": {"Api": api(), "Inner": stack(TemplateURL="https://bucket.example/template.json")}}
    adapted = for_emulator(given, BACKEND)
    assert adapted.template["Resources"] == {"Api": api()}
    assert adapted.changes == ("Inner: AWS::CloudFormation::Stack dropped",)


def stack(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": properties}


@pytest.mark.parametrize("transform", [TRANSFORM, ["AWS::LanguageExtensions", TRANSFORM]], ids=["alone", "listed"])
def test_a_template_of_sams_is_translated_and_what_comes_of_it_treated_like_any(transform: Any) -> None:
    document = specified(get=called({"type": "aws_proxy", "httpMethod": "POST", "uri": "arn"}))
    serverless = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "prod", "DefinitionBody": document}}
    given = {"Transform": transform, "Resources": {"Api": serverless}}
    before = copy.deepcopy(given)

    adapted = for_emulator(given, BACKEND)

    backend = {"type": "http_proxy", "httpMethod": "GET", "uri": f"{BACKEND}/"}
    resources = adapted.template["Resources"]
    assert resources["Api"] == api(Body=specified(get=called(backend)))
    assert {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"} < {it["Type"] for it in resources.values()}
    assert adapted.changes[0] == "translated from SAM"
    assert given == before


def test_exports_get_names_of_their_own_wherever_they_are_used() -> None:
    imported = {"Fn::Join": ["", [{"Fn::ImportValue": "Home:Id"}]]}
    inner = {"Resources": {"Api": api(Name=imported)}, "Outputs": {"Id": {"Value": "1", "Export": {"Name": "Own"}}}}
    given = Adapted({"Resources": {"Inner": stack(TemplateBody=inner)}}, ("before",))

    found = with_own_exports(given, "app")

    own = {"Fn::Join": ["", [{"Fn::ImportValue": "app:Home:Id"}]]}
    renamed = {"Resources": {"Api": api(Name=own)}, "Outputs": {"Id": {"Value": "1", "Export": {"Name": "app:Own"}}}}
    assert found.template == {"Resources": {"Inner": stack(TemplateBody=renamed)}}
    assert found.changes == ("before", "export Home:Id named app:Home:Id", "export Own named app:Own")
