"""Resources of API Gateway: each becomes a part of the model, wherever its API is."""

import json
from typing import Any

import pytest

from cors_constructs.simulate.model import (
    ApiKey,
    Authorizer,
    Deployment,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
    MethodSetting,
    MethodThrottle,
    RequestModel,
    Source,
    Stage,
    Throttle,
    UsagePlan,
)
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

from .pieces import API, ROOT, method, one_of_everything, path, read, resource, template, the_api, the_method

ORIGIN = "Access-Control-Allow-Origin"
REGION = Unresolved({"Ref": "AWS::Region"})
USER = RequestModel(
    Source(None, "UserModel"),
    "User",
    {"$ref": "#/definitions/0", "definitions": {"0": {"type": "object", "required": ["name"]}}},
)
AUTHORIZER = Authorizer(
    Source(None, "Authorizer"),
    "Readers",
    "TOKEN",
    "method.request.header.Authorization",
    "Bearer .+",
    Unresolved(
        {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/x/invocations"},
        ("arn:aws:apigateway:", REGION, ":lambda:path/x/invocations"),
    ),
)


def source(logical_id: str) -> Source:
    return Source(None, logical_id)


def test_everything_of_an_api() -> None:
    api = the_api(read_template(one_of_everything()))
    deployment = Deployment(source("Deployment"), frozenset({"Api", "Users", "User", "Authorizer", "Validator", "Get"}))
    assert api.source == source("Api")
    assert (api.name, api.api_key_source, api.binary_media_types) == ("Shop", "HEADER", ("image/png",))
    assert api.paths == {"/", "/users", "/users/{id}"}
    assert (api.specified, api.imported, api.unreadable) == (False, False, ())
    assert api.authorizers == (AUTHORIZER,)
    assert api.gateway_responses == {
        "DEFAULT_4XX": GatewayResponse(
            source("Denied"), "DEFAULT_4XX", "418", {ORIGIN: "'*'"}, {"application/json": "{}"}
        )
    }
    assert api.deployments == (deployment,)
    assert api.stages == (
        Stage(
            source("Deployment"),
            "beta",
            deployment,
            {"tier": "beta"},
            (MethodSetting("/users", "GET", 1.0), MethodSetting("/*", "*", 5.0, 6)),
        ),
        Stage(source("Stage"), "prod", deployment, {"tier": "prod"}, (MethodSetting("/*", "*", 10.5, 20),)),
    )


def test_everything_of_a_method() -> None:
    (found,) = the_api(read_template(one_of_everything())).methods
    assert found == Method(
        source("Get"),
        "/users/{id}",
        "GET",
        api_key_required=True,
        authorization="CUSTOM",
        authorizer=AUTHORIZER,
        integration=Integration(
            "HTTP",
            "POST",
            "https://backend.example.com/{id}",
            "NEVER",
            {"application/json": "{}"},
            {"integration.request.path.id": "method.request.path.id"},
            "CONVERT_TO_TEXT",
            (
                IntegrationResponse("200", None, {ORIGIN: "'*'"}, {"application/json": "$input.body"}),
                IntegrationResponse("404", "4..", content_handling="CONVERT_TO_TEXT"),
            ),
            5000,
        ),
        responses=(MethodResponse("200", {ORIGIN: False}), MethodResponse("404")),
        request_parameters={"method.request.path.id": True},
        validates={"body": True, "params": True},
        request_models={"application/json": USER},
    )


def test_everything_of_plans_and_keys() -> None:
    read_ = read_template(one_of_everything())
    key = ApiKey(
        Source(None, "Key", construct="Shop/Api/Client-acme/Key/Resource"),
        "acme",
        frozenset({"Key", "acme", "acme-web", "Client-acme"}),
        "0123456789abcdefghij",
    )
    plan = UsagePlan(
        source("Plan"),
        "Partners",
        (("Api", "prod"),),
        keys=(key,),
        throttle=Throttle(10.0, 20),
        quota=(1000, "DAY"),
        method_throttles=(MethodThrottle("Api", "prod", "/users/GET", Throttle(1.0)),),
    )
    assert (read_.keys, read_.plans, the_api(read_).plans) == ((key,), (plan,), (plan,))


def test_what_a_template_leaves_out_has_its_default() -> None:
    found = the_method({"Get": method("get")})
    assert found == Method(source("Get"), "/", "GET")
    found = the_method({"Get": method(Integration={"Type": "mock", "IntegrationResponses": [{"StatusCode": 200}]})})
    assert found.integration == Integration("MOCK", responses=(IntegrationResponse("200"),))


def test_an_empty_selection_pattern_is_none() -> None:
    responses = [{"StatusCode": 200, "SelectionPattern": ""}]
    found = the_method({"Get": method(Integration={"Type": "MOCK", "IntegrationResponses": responses})})
    assert found.integration is not None
    assert found.integration.responses[0].selection_pattern is None


@pytest.mark.parametrize(
    ("given", "decoded"),
    [
        pytest.param("/*", "/*", id="all"),
        pytest.param("/", "/", id="the-root"),
        pytest.param("/~1users", "/users", id="as-the-cdk-writes-it"),
        pytest.param("/~1users~1{id}", "/users/{id}", id="of-several-parts"),
        pytest.param("~1users", "/users", id="without-the-first-slash"),
        pytest.param("/users", "/users", id="not-encoded"),
    ],
)
def test_the_path_of_a_method_setting(given: str, decoded: str) -> None:
    stage = resource("Stage", RestApiId=API, StageName="x", MethodSettings=[{"ResourcePath": given}])
    assert read({"Stage": stage}).stages[0].settings == (MethodSetting(decoded, "*"),)


@pytest.mark.parametrize(
    ("resources", "paths"),
    [
        pytest.param(
            {"B": path("b", {"Ref": "A"}), "A": path("a")}, {"/", "/a", "/a/b"}, id="children-before-their-parents"
        ),
        pytest.param({"P": path("{proxy+}")}, {"/", "/{proxy+}"}, id="greedy"),
        pytest.param({"A": path("a", {"Fn::GetAtt": "Api.RootResourceId"})}, {"/", "/a"}, id="attribute-with-a-dot"),
        pytest.param(
            {"A": path("a"), "B": path("b", {"Fn::GetAtt": ["A", "ResourceId"]})},
            {"/", "/a", "/a/b"},
            id="attribute-of-the-parent",
        ),
        pytest.param(
            {f"R{i}": path(f"p{i}", {"Ref": f"R{i - 1}"} if i else ROOT) for i in range(3)},
            {"/", "/p0", "/p0/p1", "/p0/p1/p2"},
            id="three-deep",
        ),
    ],
)
def test_paths(resources: dict[str, Any], paths: set[str]) -> None:
    assert read(resources).paths == paths


def test_a_path_of_a_thousand_parts() -> None:
    resources = {f"R{i}": path("x", {"Ref": f"R{i - 1}"} if i else ROOT) for i in range(1000)}
    assert f"/{'/'.join('x' * 1000)}" in read(resources).paths


@pytest.mark.parametrize(
    ("resources", "place", "circle"),
    [
        pytest.param({"A": path("a", {"Ref": "A"})}, "A", "A", id="below-itself"),
        pytest.param(
            {"A": path("a", {"Ref": "B"}), "B": path("b", {"Ref": "A"})},
            "A",
            "B, which needs A",
            id="below-one-another",
        ),
        pytest.param(
            {"A": path("a", {"Fn::Sub": "${T}"}), "T": {"Type": "AWS::SNS::Topic", "DependsOn": "A"}},
            "A",
            "T, which needs A",
            id="through-another-type-and-depends-on",
        ),
        pytest.param({"A": {**method(), "DependsOn": ["A"]}}, "A", "A", id="waiting-for-itself"),
        pytest.param(
            {"A": method(OperationName={"Fn::Sub": ["${x}", {"x": {"Fn::GetAtt": "A.Id"}}]})},
            "A",
            "A",
            id="through-a-variable",
        ),
    ],
)
def test_a_circle_of_references_is_named(resources: dict[str, Any], place: str, circle: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(resources)
    assert caught.value.place == f"Resources.{place}"
    assert caught.value.problem == f"it goes in a circle: it needs {circle}"


def test_a_circle_among_other_types_is_their_business() -> None:
    topics = {name: {"Type": "AWS::SNS::Topic", "DependsOn": other} for name, other in (("A", "B"), ("B", "A"))}
    assert read(topics).name == "Shop"


def test_a_circle_that_a_condition_breaks_is_none() -> None:
    part = {"Fn::If": ["First", "a", {"Ref": "B"}]}
    resources = {"A": path(part), "B": path("b", {"Ref": "A"})}
    assert read(resources, Conditions={"First": {"Fn::Equals": ["1", "1"]}}).paths == {"/", "/a", "/a/b"}


@pytest.mark.parametrize(
    ("deployment", "waits_for"),
    [
        pytest.param({}, {"Api"}, id="what-it-refers-to"),
        pytest.param({"DependsOn": "Get"}, {"Api", "Get", "A"}, id="one-and-what-that-refers-to"),
        pytest.param({"DependsOn": ["Topic"]}, {"Api", "Topic", "Get", "A"}, id="through-another-type"),
        pytest.param({"DependsOn": ["Nothing"]}, {"Api"}, id="what-is-not-there-is-nothing"),
        pytest.param({"Metadata": {"After": [{"Ref": "Get"}]}}, {"Api", "Get", "A"}, id="what-its-metadata-refers-to"),
    ],
)
def test_what_a_deployment_waits_for(deployment: dict[str, Any], waits_for: set[str]) -> None:
    resources = {
        "A": path("a"),
        "Get": method(at={"Ref": "A"}),
        "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": ["Get"]},
        "Deployment": {**resource("Deployment", RestApiId=API), **deployment},
    }
    assert read(resources).deployments[0].depends_on == waits_for


class TestImported:
    """APIs that the template only refers to."""

    @pytest.mark.parametrize(
        ("api_id", "logical_id"),
        [
            pytest.param("abc123", "abc123", id="by-its-id"),
            pytest.param({"Ref": "ApiId"}, "${ApiId}", id="by-a-parameter"),
            pytest.param({"Fn::ImportValue": "shop-api"}, "${Fn::ImportValue}", id="by-an-export-from-elsewhere"),
            pytest.param({"Fn::GetAtt": ["Lookup", "Id"]}, "${Lookup.Id}", id="by-another-resource"),
        ],
    )
    def test_is_an_api_of_its_own(self, api_id: Any, logical_id: str) -> None:
        given = {
            "Parameters": {"ApiId": {"Type": "String"}, "Root": {"Type": "String"}},
            "Resources": {
                "Lookup": {"Type": "Custom::Lookup"},
                "Users": resource("Resource", RestApiId=api_id, ParentId={"Ref": "Root"}, PathPart="users"),
                "Get": resource("Method", RestApiId=api_id, ResourceId={"Ref": "Users"}, HttpMethod="GET"),
                "Home": resource("Method", RestApiId=api_id, ResourceId={"Ref": "Root"}, HttpMethod="GET"),
                "Deployment": resource("Deployment", RestApiId=api_id, StageName="prod"),
                "Plan": resource("UsagePlan", ApiStages=[{"ApiId": api_id, "Stage": "prod"}]),
            },
        }
        read_ = read_template(given)
        api = the_api(read_)
        assert api.imported
        assert api.source == source(logical_id)
        assert [method.name for method in api.methods] == ["GET /users", "GET /"]
        assert api.plans == read_.plans
        assert read_.plans[0].stages == ((logical_id, "prod"),)

    def test_two_ids_cannot_both_be_the_root(self) -> None:
        resources = {
            name: resource("Resource", RestApiId="abc123", ParentId=parent, PathPart=name.lower())
            for name, parent in (("A", "root01"), ("B", "branch"))
        }
        api = the_api(read_template({"Resources": resources}))
        assert api.paths == {"/a"}
        assert api.unreadable == ("the path of Resources.B is only known at deployment",)

    def test_one_id_is_one_api(self) -> None:
        resources = {
            verb: resource("Method", RestApiId="abc123", ResourceId="root01", HttpMethod=verb)
            for verb in ("GET", "PUT")
        }
        assert len(the_api(read_template({"Resources": resources})).methods) == 2


@pytest.mark.parametrize(
    ("resources", "note"),
    [
        pytest.param({"A": path({"Ref": "P"})}, "the path of Resources.A is only known at deployment", id="a-part"),
        pytest.param(
            {"A": path("a", {"Ref": "P"})}, "the path of Resources.A is only known at deployment", id="a-parent"
        ),
        pytest.param(
            {"A": method(at={"Ref": "P"})}, "the path of Resources.A is only known at deployment", id="a-resource"
        ),
        pytest.param({"A": method({"Ref": "P"})}, "the verb of Resources.A is only known at deployment", id="a-verb"),
        pytest.param(
            {"A": resource("GatewayResponse", RestApiId=API, ResponseType={"Ref": "P"})},
            "Resources.A.Properties.ResponseType is only known at deployment",
            id="a-response-s-type",
        ),
        pytest.param(
            {"A": resource("GatewayResponse", RestApiId=API, ResponseType="X", ResponseParameters={"Ref": "P"})},
            "Resources.A.Properties.ResponseParameters is only known at deployment",
            id="a-response-s-headers",
        ),
        pytest.param(
            {"A": resource("Stage", RestApiId=API, StageName="x", MethodSettings={"Ref": "P"})},
            "Resources.A.Properties.MethodSettings is only known at deployment",
            id="method-settings",
        ),
        pytest.param(
            {"A": resource("Stage", RestApiId=API, StageName="x", MethodSettings=[{"ResourcePath": {"Ref": "P"}}])},
            "which methods Resources.A.Properties.MethodSettings.0 limits is only known at deployment",
            id="a-method-setting",
        ),
        pytest.param(
            {"A": resource("UsagePlan", ApiStages=[{"ApiId": API, "Stage": "x"}, {"Ref": "P"}])},
            "Resources.A.Properties.ApiStages.1 is only known at deployment",
            id="a-plan-s-stage",
        ),
        pytest.param(
            {
                "A": method(
                    Integration={
                        "Type": "MOCK",
                        "RequestTemplates": {"Fn::Transform": {"Name": "AWS::Include"}, "a/b": "c"},
                    }
                )
            },
            "what Resources.A.Properties.Integration.RequestTemplates.Fn::Transform brings is only known at deployment",
            id="an-include",
        ),
        pytest.param(
            {"Api": resource("RestApi", Name="x", CloneFrom="abc")},
            "what Resources.Api.Properties.CloneFrom brings is only known at deployment",
            id="a-copy-of-another-api",
        ),
    ],
)
def test_what_is_only_known_at_deployment_is_noted(resources: dict[str, Any], note: str) -> None:
    assert read(resources, Parameters={"P": {"Type": "String"}}).unreadable == (note,)


def test_an_unknown_stage_of_a_plan_is_unknown() -> None:
    plan = resource("UsagePlan", ApiStages=[{"ApiId": API, "Stage": {"Ref": "P"}}])
    api = read({"Plan": plan}, Parameters={"P": {"Type": "String"}})
    assert api.plans[0].stages == (("Api", Unresolved({"Ref": "P"})),)


@pytest.mark.parametrize(
    ("key_id", "other_keys"),
    [
        pytest.param({"Ref": "Key"}, False, id="here"),
        pytest.param({"Fn::GetAtt": ["Key", "APIKeyId"]}, False, id="here-by-its-attribute"),
        pytest.param("k3y1d", True, id="by-its-id"),
        pytest.param({"Ref": "P"}, True, id="by-a-parameter"),
    ],
)
def test_the_keys_of_a_plan(key_id: Any, other_keys: bool) -> None:
    resources = {
        "Plan": resource("UsagePlan"),
        "Key": resource("ApiKey"),
        "Member": resource("UsagePlanKey", KeyId=key_id, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
    }
    (plan,) = read_template(template(resources, Parameters={"P": {"Type": "String"}})).plans
    assert plan.other_keys is other_keys
    assert [key.source.logical_id for key in plan.keys] == ([] if other_keys else ["Key"])


def test_a_plan_that_covers_two_stages_of_an_api_is_its_plan_once() -> None:
    stages = [{"ApiId": API, "Stage": "a"}, {"ApiId": API, "Stage": "b"}]
    assert len(read({"Plan": resource("UsagePlan", ApiStages=stages)}).plans) == 1


@pytest.mark.parametrize(
    ("key", "names"),
    [
        pytest.param({}, {"Key"}, id="its-logical-id"),
        pytest.param({"Name": "acme"}, {"Key", "acme"}, id="its-name"),
        pytest.param({"Name": {"Ref": "AWS::StackName"}}, {"Key"}, id="no-unknown-name"),
        pytest.param({"Description": "Client web app"}, {"Key", "web app"}, id="a-client-s-description"),
        pytest.param({"Description": "For a client"}, {"Key"}, id="no-other-description"),
        pytest.param(
            {"path": "Shop/Api/Client-web/Key/Resource"}, {"Key", "Client-web", "web"}, id="a-client-s-construct"
        ),
        pytest.param({"path": "Shop/PartnerKey/Resource"}, {"Key", "PartnerKey", "Shop"}, id="a-construct"),
        pytest.param({"path": "Shop/Partner"}, {"Key", "Partner", "Shop"}, id="a-construct-without-resource"),
    ],
)
def test_what_a_client_may_call_a_key(key: dict[str, Any], names: set[str]) -> None:
    given = resource("ApiKey", **{name: value for name, value in key.items() if name != "path"})
    if "path" in key:
        given["Metadata"] = {"aws:cdk:path": key["path"]}
    (found,) = read_template(template({"Key": given})).keys
    assert found.names == names


def test_two_stacks_of_one_shape_are_two_apis_each_with_its_own() -> None:
    given = one_of_everything()
    again = json.loads(json.dumps(given["Resources"]).replace('": "Api"', '": "Api2"').replace('["Api",', '["Api2",'))
    again = {"Api2" if name == "Api" else f"{name}2": value for name, value in again.items()}
    for name in list(given["Resources"]):
        again = json.loads(json.dumps(again).replace(f'{{"Ref": "{name}"}}', f'{{"Ref": "{name}2"}}'))
    again["Deployment2"]["DependsOn"] = ["Get2"]
    read_ = read_template({"Resources": {**given["Resources"], **again}})
    assert [len(api.methods) for api in read_.apis] == [1, 1]
    assert [[plan.source.logical_id for plan in api.plans] for api in read_.apis] == [["Plan"], ["Plan2"]]
