"""SAM templates: what SAM makes of them is read, and what the user wrote is named."""

import gc
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.simulate.model import Api, Source
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import the_api

HERE = Path(__file__).parent / "sam"
TRANSFORM = "AWS::Serverless-2016-10-31"
BUILTIN = {"Runtime": "python3.13", "Handler": "a.b", "InlineCode": "x"}


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the machine's configuration nor a network: a profile that is not there would be an error at once."""
    monkeypatch.setenv("AWS_PROFILE", "there-is-no-such-profile")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def sam(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"Transform": TRANSFORM, "Resources": resources, **sections}


def function(**events: Any) -> dict[str, Any]:
    return {"Type": "AWS::Serverless::Function", "Properties": {**BUILTIN, "Events": events}}


def event(path: str, method: str, **others: Any) -> dict[str, Any]:
    return {"Type": "Api", "Properties": {"Path": path, "Method": method, **others}}


def keys_asked(api: Api) -> dict[str, Any]:
    return {method.name: method.api_key_required for method in api.methods}


def test_an_implicit_api() -> None:
    read = read_template(HERE / "implicit.yaml")
    api = the_api(read)
    assert keys_asked(api) == {
        "OPTIONS /users": True,
        "GET /users": True,
        "OPTIONS /users/{id}": True,
        "ANY /users/{id}": True,
        "OPTIONS /health": True,
        "GET /health": False,
    }
    assert [stage.name for stage in api.stages] == ["Stage", "Prod"]
    assert [(plan.stages, len(plan.keys)) for plan in api.plans] == [((("ServerlessRestApi", "Prod"),), 1)]
    preflight = api.at("/users")["OPTIONS"]
    assert preflight.integration is not None
    assert preflight.integration.responses[0].headers["Access-Control-Allow-Origin"] == "'https://app.example.com'"
    assert api.unreadable == ()


def test_what_the_user_of_an_implicit_api_wrote() -> None:
    read = read_template(HERE / "implicit.yaml")
    api = the_api(read)
    written = {method.name: method.source.written for method in api.methods}
    assert written == {
        "OPTIONS /users": "Globals.Api.Cors",
        "GET /users": "Resources.ListUsers.Properties.Events.List",
        "OPTIONS /users/{id}": "Globals.Api.Cors",
        "ANY /users/{id}": "Resources.ListUsers.Properties.Events.Any",
        "OPTIONS /health": "Globals.Api.Cors",
        "GET /health": "Resources.Health.Properties.Events.Ping",
    }
    assert api.source == Source(str(HERE / "implicit.yaml"), "ServerlessRestApi", written="Globals.Api")
    assert api.gateway_responses["DEFAULT_4XX"].source.written == "Globals.Api.GatewayResponses.DEFAULT_4XX"
    assert {source.written for source in (api.plans[0].source, read.keys[0].source, api.stages[1].source)} == {
        "Globals.Api"
    }


def explicit(**parameters: str) -> dict[str, Api]:
    read = read_template(HERE / "explicit.yaml", parameters=parameters)
    return {api.source.logical_id: api for api in read.apis}


def test_explicit_apis() -> None:
    apis = explicit()
    assert set(apis) == {"Old", "ShopApi", "RecordsApi"}
    shop, records = apis["ShopApi"], apis["RecordsApi"]
    assert shop.name == "Shop"
    assert [stage.name for stage in shop.stages] == ["live"]
    assert {method.name: method.authorization for method in shop.methods} == {
        "POST /scanRecords": "CUSTOM",
        "OPTIONS /scanRecords": "NONE",
    }
    assert [authorizer.name for authorizer in shop.authorizers] == ["Readers"]
    assert {method.name for method in records.methods} == {"GET /records", "OPTIONS /records"}
    assert shop.unreadable == records.unreadable == ()


def test_what_the_user_of_an_explicit_api_wrote() -> None:
    apis = explicit()
    shop, records = apis["ShopApi"], apis["RecordsApi"]
    assert {method.name: method.source.written for method in (*shop.methods, *records.methods)} == {
        "POST /scanRecords": "Resources.ShopApi.Properties.DefinitionBody.paths./scanRecords.post",
        "OPTIONS /scanRecords": "Resources.ShopApi.Properties.DefinitionBody.paths./scanRecords.options",
        "OPTIONS /records": "Resources.RecordsApi.Properties.Cors",
        "GET /records": "Resources.Scan.Properties.Events.Get",
    }
    assert shop.authorizers[0].source.written == "Resources.ShopApi.Properties.Auth.Authorizers.Readers"
    assert shop.stages[0].source.written == "Resources.ShopApi"
    assert apis["Old"].source.written is None


def test_parameters_are_the_caller_s() -> None:
    apis = explicit(Tier="test")
    assert set(apis) == {"ShopApi", "RecordsApi"}
    assert [stage.name for stage in apis["ShopApi"].stages] == ["test"]
    with pytest.raises(TemplateError, match='there is no parameter "Teir"; give one of Tier'):
        explicit(Teir="test")


def test_the_region_stays_unknown_unless_it_is_given() -> None:
    given = sam({"F": function(Get=event("/a", "get"))})
    given["Resources"]["F"]["Properties"]["Environment"] = {"Variables": {"R": {"Ref": "AWS::Region"}}}
    for parameters, region in (({}, Unresolved({"Ref": "AWS::Region"})), ({"AWS::Region": "cn-north-1"}, "cn-north-1")):
        read = read_template(given, parameters=parameters)
        assert read.resources[""]["F"]["Properties"]["Environment"]["Variables"]["R"] == region


REGION = {"Ref": "AWS::Region"}


@pytest.mark.parametrize(
    ("arn", "read_as"),
    [
        pytest.param(
            {"Fn::Sub": "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:1:userpool/a"},
            "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:1:userpool/a",
            id="substituted",
        ),
        pytest.param(
            {"Fn::Sub": ["arn:aws:cognito-idp:${AWS::Region}:1:userpool/${Id}", {"Id": REGION}]},
            "arn:aws:cognito-idp:${AWS::Region}:1:userpool/${AWS::Region}",
            id="substituted beside variables",
        ),
        pytest.param(
            {"Fn::Join": [":", ["arn:aws:cognito-idp", REGION, "1:userpool/a"]]},
            "arn:aws:cognito-idp:${AWS::Region}:1:userpool/a",
            id="joined",
        ),
        pytest.param(
            {"Fn::Sub": "arn:aws:cognito-idp:${AWS::Region}:1:userpool/${!Id}"},
            "arn:aws:cognito-idp:${AWS::Region}:1:userpool/${Id}",
            id="beside what is no reference",
        ),
        pytest.param("arn:${AWS::Region}", "arn:${AWS::Region}", id="written where nothing is substituted"),
        pytest.param(
            {"Fn::Sub": "arn:aws:cognito-idp:eu-west-1:1:userpool/${Number}${Flag}"},
            "arn:aws:cognito-idp:eu-west-1:1:userpool/5true",
            id="parameters whose defaults are no strings",
        ),
    ],
)
def test_what_an_api_is_guarded_by_may_name_the_region(arn: Any, read_as: str) -> None:
    """SAM resolves references in Auth and Domain by itself, and takes nothing but strings for that."""
    auth = {"DefaultAuthorizer": "Users", "Authorizers": {"Users": {"UserPoolArn": arn}}}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "prod", "Auth": auth}}
    get = function(Get=event("/a", "get", RestApiId={"Ref": "Api"}))
    parameters = {"Number": {"Type": "Number", "Default": 5}, "Flag": {"Type": "String", "Default": True}}
    read = read_template(sam({"Api": api, "F": get}, Parameters=parameters))
    (method,) = the_api(read).methods
    assert method.authorizer is not None
    assert method.authorizer.type == "COGNITO_USER_POOLS"
    definition = read.resources[""]["Api"]["Properties"]["Body"]["securityDefinitions"]["Users"]
    (found,) = definition["x-amazon-apigateway-authorizer"]["providerARNs"]
    assert str(found) == read_as
    assert isinstance(found, str) == ("AWS::" not in json.dumps(arn) or isinstance(arn, str))


def test_what_systems_manager_holds_is_unknown_wherever_sam_puts_it() -> None:
    pool = {"UserPoolArn": {"Ref": "Pool"}}
    properties = {"StageName": "prod", "Auth": {"DefaultAuthorizer": "Users", "Authorizers": {"Users": pool}}}
    get = function(Get=event("/a", "get", RestApiId={"Ref": "Api"}))
    get["Properties"]["AutoPublishAlias"] = {"Ref": "Alias"}
    parameters = {
        name: {"Type": "AWS::SSM::Parameter::Value<String>", "Default": f"/shop/{name.lower()}"}
        for name in ("Pool", "Alias")
    }
    resources = {"Api": {"Type": "AWS::Serverless::Api", "Properties": properties}, "F": get}
    read = read_template(sam(resources, Parameters=parameters))
    definition = read.resources[""]["Api"]["Properties"]["Body"]["securityDefinitions"]["Users"]
    assert definition["x-amazon-apigateway-authorizer"]["providerARNs"] == [Unresolved({"Ref": "Pool"})]
    (alias,) = (it for it in read.resources[""].values() if it["Type"] == "AWS::Lambda::Alias")
    assert alias["Properties"]["Name"] == Unresolved({"Ref": "Alias"})
    (method,) = the_api(read).methods
    assert method.integration is not None
    assert method.integration.function is read.functions[0]


def test_a_region_within_what_sam_puts_together_stays_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def translate(*given: Any, **_: object) -> dict[str, Any]:
        region = given[-1]["AWS::Region"]
        properties = {"Name": f"shop-{region}-${{Stage}}", "Tags": [{"Key": region, "Value": region}]}
        return {"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}}}

    monkeypatch.setattr("samtranslator.translator.translator.Translator.translate", translate)
    properties = read_template(sam({"F": function()})).resources[""]["Api"]["Properties"]
    assert str(properties["Name"]) == "shop-${AWS::Region}-${Stage}"
    assert [part for part in properties["Name"].parts if isinstance(part, str)] == ["shop-", "-${Stage}"]
    assert properties["Tags"] == [{"Key": Unresolved(REGION), "Value": Unresolved(REGION)}]


def test_a_mapping_is_left_as_it_is() -> None:
    given = sam({"F": function(Get=event("/a", "get"))}, Globals={"Api": {"Cors": "'*'"}})
    before = json.dumps(given)
    read_template(given)
    assert json.dumps(given) == before


def test_a_local_definition(tmp_path: Path) -> None:
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "x", "DefinitionUri": "./openapi.yaml"}}
    (tmp_path / "template.json").write_text(json.dumps(sam({"Shop": api})))
    (tmp_path / "openapi.yaml").write_text("paths: {/a: {get: {}}}")
    found = the_api(read_template(tmp_path / "template.json"))
    assert [method.name for method in found.methods] == ["GET /a"]
    assert found.methods[0].source == Source(str(tmp_path / "openapi.yaml"), "Shop", "paths./a.get")


@pytest.mark.parametrize("uri", ["./gone.yaml", "s3://bucket/openapi.yaml"])
def test_a_definition_that_is_not_here_is_noted(tmp_path: Path, uri: str) -> None:
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "x", "DefinitionUri": uri}}
    (tmp_path / "template.json").write_text(json.dumps(sam({"Shop": api})))
    found = the_api(read_template(tmp_path / "template.json"))
    assert found.unreadable == ("Resources.Shop.Properties.BodyS3Location is a file in a bucket",)


@pytest.mark.parametrize(
    ("code", "globals_", "folder"),
    [
        pytest.param({}, {}, ".", id="none: the template's own"),
        pytest.param({"CodeUri": None}, {}, ".", id="null: the template's own"),
        pytest.param({}, {"CodeUri": "src"}, "src", id="that of all functions"),
        pytest.param({"CodeUri": {"Ref": "Folder"}}, {}, "src", id="a parameter's default"),
        pytest.param({}, {"CodeUri": {"Ref": "Folder"}}, "src", id="a parameter's default for all functions"),
        pytest.param({"CodeUri": {"Ref": "Unknown"}}, {}, None, id="a parameter without a default"),
        pytest.param({"CodeUri": {"Fn::Sub": "s3://${Unknown}/x"}}, {}, None, id="what only a deployment knows"),
        pytest.param({"CodeUri": {"Bucket": "b", "Key": "k"}}, {}, None, id="an object in a bucket"),
        pytest.param({"InlineCode": "x"}, {}, None, id="code that is written out"),
    ],
)
def test_where_a_functions_code_is(
    tmp_path: Path, code: dict[str, Any], globals_: dict[str, Any], folder: str | None
) -> None:
    (tmp_path / "src").mkdir()
    properties = {"Runtime": "python3.13", "Handler": "a.b", **code, "Events": {"Get": event("/a", "get")}}
    given = sam(
        {"F": {"Type": "AWS::Serverless::Function", "Properties": properties}},
        Globals={"Function": globals_},
        Parameters={"Folder": {"Type": "String", "Default": "./src"}, "Unknown": {"Type": "String"}},
    )
    (tmp_path / "template.json").write_text(json.dumps(given))
    read = read_template(tmp_path / "template.json")
    assert [method.name for method in the_api(read).methods] == ["GET /a"]
    assert [it.folder for it in read.functions] == [None if folder is None else tmp_path / folder]


def test_a_parameter_that_is_given_says_where_code_is(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    properties = {"Runtime": "python3.13", "Handler": "a.b", "CodeUri": {"Ref": "Folder"}}
    given = sam(
        {"F": {"Type": "AWS::Serverless::Function", "Properties": properties}},
        Parameters={"Folder": {"Type": "String"}},
    )
    (tmp_path / "template.json").write_text(json.dumps(given))
    (function_,) = read_template(tmp_path / "template.json", parameters={"Folder": "given"}).functions
    assert function_.folder == tmp_path / "given"


def test_an_included_definition_gets_its_preflights(tmp_path: Path) -> None:
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "openapi.yaml"}}}
    properties = {"StageName": "x", "Cors": "'*'", "DefinitionBody": include}
    api = {"Type": "AWS::Serverless::Api", "Properties": properties}
    (tmp_path / "template.json").write_text(json.dumps(sam({"Shop": api})))
    (tmp_path / "openapi.yaml").write_text("openapi: 3.0.1\npaths: {/a: {get: {}}}")
    found = the_api(read_template(tmp_path / "template.json"))
    assert {method.name for method in found.methods} == {"GET /a", "OPTIONS /a"}


def test_a_function_whose_condition_is_unclear() -> None:
    given = sam(
        {"F": {**function(Get=event("/a", "get")), "Condition": "C"}},
        Parameters={"P": {"Type": "String"}},
        Conditions={"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
    )
    api = the_api(read_template(given))
    assert api.unreadable
    assert [method.name for method in the_api(read_template(given, parameters={"P": "x"})).methods] == ["GET /a"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            sam({"F": {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "x"}}}),
            "SAM refuses it: Resource with id [F] is invalid. ",
            id="a-function-without-a-runtime",
        ),
        pytest.param(
            sam({"A": {"Type": "AWS::Serverless::Api", "Properties": {}}}),
            "SAM refuses it: ",
            id="an-api-without-a-stage",
        ),
        pytest.param(
            sam(
                {
                    "A": {
                        "Type": "AWS::Serverless::Api",
                        "Properties": {"StageName": "x", "Cors": "'*'", "DefinitionUri": "s3://a/b"},
                    }
                }
            ),
            "SAM refuses it: Resource with id [A] is invalid. Cors works only with inline Swagger",
            id="preflights-for-a-definition-elsewhere",
        ),
        pytest.param(
            sam(
                {
                    "A": {
                        "Type": "AWS::Serverless::Api",
                        "Properties": {
                            "StageName": "x",
                            "Domain": {
                                "DomainName": "a.example.com",
                                "CertificateArn": "x",
                                "EndpointConfiguration": {"Ref": "AWS::Region"},
                            },
                        },
                    },
                    "F": function(Get=event("/a", "get", RestApiId={"Ref": "A"})),
                }
            ),
            "SAM refuses it: Resource with id [A] is invalid. EndpointConfiguration for Custom Domains must be one of",
            id="what only a deployment knows where SAM wants to know",
        ),
        pytest.param(
            sam({"F": function(One=event("/a", "get"), Two=event("/a", "get"))}),
            "SAM refuses it: Resource with id [F] is invalid. Event with id [Two] is invalid. API method "
            '"get" defined multiple times for path "/a"',
            id="a-sentence-that-is-long",
        ),
        pytest.param(
            sam({"F": function(Get=event("/a" * 5000, "get"), Put=event("/a" * 5000, "get"))}),
            "SAM refuses it: ",
            id="a-sentence-that-is-too-long",
        ),
        pytest.param(sam({}), "SAM refuses it: ", id="no-resources"),
        pytest.param(sam({"F": function(Get={"Type": "Api", "Properties": []})}), "SAM ", id="an-event-that-is-a-list"),
        pytest.param(sam({"F": []}), "SAM refuses it: ", id="a-resource-that-is-a-list"),
        pytest.param(
            sam({"A": {"Type": "AWS::Serverless::Api", "Properties": None}}), "SAM ", id="properties-left-empty"
        ),
        pytest.param(sam({"F": function(Get=event("/a", "get"))}, Globals=[]), "SAM ", id="globals-in-a-list"),
        pytest.param(
            sam({"F": function(Get=event("/a", "get"))}, Globals={"Api": {"Nope": 1}}),
            "SAM refuses it: ",
            id="a-global-that-is-not-there",
        ),
    ],
)
def test_what_sam_refuses_is_one_line(given: Any, problem: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(given)
    assert caught.value.problem.startswith(problem)
    assert len(caught.value.problem) < 1000
    assert "zQ" not in caught.value.problem
    assert len(str(caught.value).splitlines()) == 1
    gc.collect()
    assert caplog.records == []  # without a handler, they would go to the terminal, with tracebacks


def test_what_sam_trips_over_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object, **__: object) -> None:
        raise AttributeError("'list' object\nhas no 'get'")

    monkeypatch.setattr("samtranslator.translator.translator.Translator.translate", trip)
    with pytest.raises(TemplateError) as caught:
        read_template(HERE / "implicit.yaml")
    assert str(caught.value) == (
        f"{HERE / 'implicit.yaml'}: SAM's translator fails on it: AttributeError: 'list' object has no 'get'; "
        "check the types of its values"
    )


def test_a_template_that_does_not_ask_for_the_transform() -> None:
    with pytest.raises(TemplateError) as caught:
        read_template({"Resources": {"F": function()}})
    assert str(caught.value) == (
        "template: Resources.F: it is AWS::Serverless::Function, and the template does not ask for SAM's transform; "
        "add Transform: AWS::Serverless-2016-10-31"
    )


def test_without_the_translator_the_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "samtranslator"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "samtranslator", None)
    with pytest.raises(TemplateError) as caught:
        read_template(HERE / "implicit.yaml")
    assert str(caught.value) == (
        f"{HERE / 'implicit.yaml'}: Transform: it is a SAM template, and the translator is missing; "
        "pip install cors-constructs[sam]"
    )


def _image() -> dict[str, Any]:
    properties = {"PackageType": "Image", "Events": {"Get": event("/a", "get")}}
    metadata = {"Dockerfile": "Dockerfile", "DockerContext": "."}
    return sam({"F": {"Type": "AWS::Serverless::Function", "Properties": properties, "Metadata": metadata}})


def test_an_image_that_sam_build_makes_needs_no_address_yet() -> None:
    read = read_template(_image())
    (method,) = (it for it in the_api(read).methods if it.verb == "GET")
    assert method.integration is not None
    assert method.integration.function is not None
    assert (method.integration.function.runtime, method.integration.function.code) == (None, None)


def test_an_image_whose_address_is_still_empty_needs_none_either() -> None:
    given = _image()
    given["Resources"]["F"]["Properties"]["ImageUri"] = ""
    assert [method.name for method in the_api(read_template(given)).methods] == ["GET /a"]


def test_an_image_that_nobody_makes_is_refused_as_ever() -> None:
    template = _image()
    del template["Resources"]["F"]["Metadata"]
    with pytest.raises(TemplateError, match="'ImageUri' must be set"):
        read_template(template)


def _with_a_domain(**domain: Any) -> dict[str, Any]:
    domain = {"DomainName": "api.example.com", "CertificateArn": "arn", **domain}
    properties = {"StageName": "prod", "DefinitionBody": {"swagger": "2.0", "paths": {}}, "Domain": domain}
    parameters = {"Open": {"Type": "String"}, "Known": {"Type": "String", "Default": "x"}}
    return sam({"Api": {"Type": "AWS::Serverless::Api", "Properties": properties}}, Parameters=parameters)


def test_what_a_parameter_leaves_open_stays_open_where_sam_wants_a_string() -> None:
    template = _with_a_domain(BasePath=[{"Ref": "Open"}])
    (base_path,) = the_api(read_template(template)).base_paths
    assert (base_path.domain, base_path.path) == ("api.example.com", Unresolved({"Ref": "Open"}))
    (base_path,) = the_api(read_template(template, parameters={"Open": "shop"})).base_paths
    assert base_path.path == "shop"


def test_a_version_whose_alias_is_left_open_is_the_function_s() -> None:
    get = function(Get=event("/a", "get"))
    get["Properties"]["AutoPublishAlias"] = {"Ref": "Open"}
    read = read_template(sam({"F": get}, Parameters={"Open": {"Type": "String"}}))
    (method,) = the_api(read).methods
    assert method.integration is not None
    assert method.integration.function is read.functions[0]


def test_where_sam_refuses_what_a_parameter_leaves_open_the_parameter_is_named() -> None:
    template = _with_a_domain(EndpointConfiguration={"Ref": "Open"})
    with pytest.raises(TemplateError, match=r'if that is a parameter, give parameters=\{"Open": "..."\}$') as caught:
        read_template(template)
    assert "zQ" not in str(caught.value)
    assert the_api(read_template(template, parameters={"Open": "EDGE"})).base_paths
