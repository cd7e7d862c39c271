"""`EnableCors` on bare CloudFormation: written in the app, brought in by `CfnInclude`, or as an OpenAPI document."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App, Fn, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, EnableCors, ErrorResponses, Preflight
from cors_constructs.simulate import Outcome

from .existing import (
    OPERATION,
    as_aspect,
    bare_api,
    bare_method,
    document,
    enabled,
    errors_in,
    ids,
    included,
    outcome,
    rest_api,
    seen,
    spec_api,
)
from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Api,
    Template,
    of_type,
    synth_error,
    synthesize,
    synthesize_app,
    warnings_with,
)

Build = Callable[[Stack], object]
SEVERAL: Final = POLICY.evolve(allow_origins=[ORIGIN, OTHER_ORIGIN])
REF: Final = {"Ref": "Api"}
ROOT: Final = {"Fn::GetAtt": ["Api", "RootResourceId"]}
INTEGRATION: Final = {"Type": "HTTP_PROXY", "Uri": "https://backend.example.com", "IntegrationHttpMethod": "GET"}


def with_body(stack: Stack) -> apigateway.CfnRestApi:
    return bare_api(stack, body=document())


def hand_written() -> Template:
    """A template as a person writes one, with ids of their own."""

    def resource(kind: str, **properties: Any) -> dict[str, Any]:
        return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}

    method = {"RestApiId": REF, "HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": INTEGRATION}
    return {
        "Resources": {
            "Api": resource("RestApi", Name="Users"),
            "Users": resource("Resource", RestApiId=REF, ParentId=ROOT, PathPart="users"),
            "GetRoot": resource("Method", ResourceId=ROOT, **method),
            "GetUsers": resource("Method", ResourceId={"Ref": "Users"}, **method),
            "Slow": resource("GatewayResponse", RestApiId=REF, ResponseType="THROTTLED"),
            "Deployment": {**resource("Deployment", RestApiId=REF), "DependsOn": ["GetRoot", "GetUsers"]},
            "Stage": resource("Stage", RestApiId=REF, DeploymentId={"Ref": "Deployment"}, StageName="prod"),
            "Key": resource("ApiKey", Name="web", Enabled=True),
            "Plan": resource("UsagePlan", ApiStages=[{"ApiId": REF, "Stage": {"Ref": "Stage"}}]),
            "PlanKey": resource("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
        },
        "Outputs": {"Deployed": {"Value": {"Fn::Sub": "deployment ${Deployment}"}}},
    }


KINDS: Final[dict[str, Build]] = {"of-methods": bare_api, "of-a-document": with_body, "spec-rest-api": spec_api}
every_kind = pytest.mark.parametrize("build", KINDS.values(), ids=list(KINDS))


class TestABareApi:
    @every_kind
    def test_lets_a_page_call_with_a_key_and_ask_without(self, build: Build) -> None:
        template = enabled(build)
        assert seen(template) == [204, 200]
        assert seen(template, key="") == [204, 403]

    @every_kind
    def test_tells_a_stranger_nothing(self, build: Build) -> None:
        assert outcome(enabled(build, SEVERAL), origin="https://evil.test") is Outcome.PREFLIGHT_ORIGIN_MISSING

    @every_kind
    def test_was_shut_before(self, build: Build) -> None:
        assert outcome(synthesize(build)) is not Outcome.ALLOWED

    @every_kind
    def test_comes_out_clean(self, build: Build) -> None:
        assert errors_in(enabled(build)) == []

    @every_kind
    def test_keeps_its_logical_ids(self, build: Build) -> None:
        assert ids(synthesize(build)) <= ids(enabled(build))

    @every_kind
    def test_is_deployed_anew_when_the_policy_changes_and_not_otherwise(self, build: Build) -> None:
        plain = _deployment(synthesize(build))
        one, again, other = (_deployment(enabled(build, it)) for it in (POLICY, POLICY, POLICY.evolve(max_age=60)))
        assert one == again
        assert len({plain, one, other}) == 3

    @every_kind
    def test_twice_is_as_good_as_once(self, build: Build) -> None:
        def twice(stack: Stack) -> None:
            build(stack)
            enable = EnableCors(POLICY)
            as_aspect(stack, enable)
            as_aspect(stack.node.root, enable)
            as_aspect(stack, EnableCors(POLICY))

        assert synthesize(twice)["Resources"] == enabled(build)["Resources"]

    @every_kind
    def test_lets_a_method_do_without_a_key_by_name(self, build: Build) -> None:
        assert seen(enabled(build, keyless=["GET /users"]), key="") == [204, 200]

    @every_kind
    def test_keeps_its_methods_as_they_are_where_no_keys_are_asked_for(self, build: Build) -> None:
        assert seen(enabled(build, require_api_key=False), key="") == [204, 200]

    @every_kind
    def test_whose_keys_nobody_can_have_is_an_error(self, build: Build) -> None:
        def without_plan(stack: Stack) -> None:
            build(stack)
            for node in stack.node.find_all():
                if isinstance(node, apigateway.CfnUsagePlan):
                    node.api_stages = []
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(without_plan)
        assert "GET /users needs an API key, and no usage plan covers a stage of this API" in error

    @every_kind
    def test_is_warned_of_once_where_a_key_is_all_that_guards_it(self, build: Build) -> None:
        def both(stack: Stack) -> None:
            build(stack)
            as_aspect(stack, EnableCors(POLICY))

        (warning,) = warnings_with("cors-constructs:api-key-is-not-authentication", both)
        assert warning.path.startswith("/Stack/Api/")

    @every_kind
    def test_told_two_things_is_an_error(self, build: Build) -> None:
        def both(stack: Stack) -> None:
            as_aspect(build(stack), EnableCors(POLICY))  # type: ignore[arg-type]
            as_aspect(stack, EnableCors(SEVERAL))

        assert "EnableCors was applied to Stack/Api twice" in synth_error(both)


def _deployment(template: Template) -> str:
    (name,) = of_type(template, "AWS::ApiGateway::Deployment")
    return name


def _body(template: Template) -> Any:
    return template["Resources"][Api(template).logical_id]["Properties"]["Body"]


class TestBareMethods:
    def test_get_keys_and_preflights_and_the_deployment_waits(self) -> None:
        template = enabled(bare_api)
        api = Api(template)
        assert api.keyed == {"GET /users"}
        assert api.preflight("/users").allowed_methods == ["GET"]
        assert {*api.ids.values(), *api.of_type("AWS::ApiGateway::GatewayResponse")} <= api.deployed_after

    def test_the_deployments_id_begins_as_it_did_and_its_stage_follows(self) -> None:
        template = enabled(bare_api)
        assert _deployment(template).startswith("Deployment")
        assert template["Resources"]["Stage"]["Properties"]["DeploymentId"] == {"Ref": _deployment(template)}

    def test_a_stage_that_names_the_deployment_by_its_id_follows_as_well(self) -> None:
        def build(stack: Stack) -> None:
            bare_api(stack)
            stage = stack.node.find_child("Stage")
            assert isinstance(stage, apigateway.CfnStage)
            stage.deployment_id = Fn.ref("Deployment")

        template = enabled(build)
        assert template["Resources"]["Stage"]["Properties"]["DeploymentId"] == {"Ref": _deployment(template)}
        assert seen(template) == [204, 200]

    def test_at_the_root_and_deep_down(self) -> None:
        def build(stack: Stack) -> None:
            api = bare_api(stack)
            bare_method(stack, "GetRoot", api, api.attr_root_resource_id)
            users = stack.node.find_child("Users")
            assert isinstance(users, apigateway.CfnResource)
            user = apigateway.CfnResource(stack, "User", rest_api_id=api.ref, parent_id=users.ref, path_part="{id}")
            bare_method(stack, "PutUser", api, user.ref, "PUT")
            bare_method(stack, "AnyUser", api, user.ref, "ANY")

        template = enabled(build)
        assert Api(template).preflights == {"/", "/users", "/users/{id}"}
        assert seen(template, "/") == seen(template, "/users/17") == [204, 200]

    def test_of_a_handle_of_the_apps_own_are_found_too(self) -> None:
        def build(stack: Stack) -> None:
            api = bare_api(stack)
            handle = apigateway.RestApi.from_rest_api_attributes(
                stack, "Handle", rest_api_id=api.ref, root_resource_id=api.attr_root_resource_id
            )
            handle.root.add_resource("orders").add_method(
                "GET", apigateway.HttpIntegration("https://backend.example.com/orders")
            )

        template = enabled(build)
        assert seen(template, "/orders") == seen(template) == [204, 200]

    def test_open_options_made_by_hand_stay(self) -> None:
        def build(stack: Stack) -> None:
            api = bare_api(stack)
            users = stack.node.find_child("Users")
            assert isinstance(users, apigateway.CfnResource)
            bare_method(stack, "Options", api, users.ref, "OPTIONS")

        assert enabled(build)["Resources"]["Options"] == synthesize(build)["Resources"]["Options"]

    def test_closed_options_made_by_hand_are_an_error(self) -> None:
        def build(stack: Stack) -> None:
            api = bare_api(stack)
            users = stack.node.find_child("Users")
            assert isinstance(users, apigateway.CfnResource)
            bare_method(stack, "Options", api, users.ref, "OPTIONS", authorization_type="AWS_IAM")
            as_aspect(stack, EnableCors(POLICY))

        assert "OPTIONS /users, which the app made at Stack/Options, asks for AWS_IAM" in synth_error(build)

    def test_keys_from_an_authorizer_need_one(self) -> None:
        def build(stack: Stack) -> None:
            bare_api(stack).api_key_source_type = "AUTHORIZER"
            as_aspect(stack, EnableCors(POLICY))

        assert "no Lambda authorizer guards them" in synth_error(build)

    def test_share_preflights(self) -> None:
        def build(stack: Stack) -> None:
            api = bare_api(stack)
            for name in ("Orders", "Prices", "Stock"):
                resource = apigateway.CfnResource(
                    stack, name, rest_api_id=api.ref, parent_id=api.attr_root_resource_id, path_part=name.lower()
                )
                bare_method(stack, f"Get{name}", api, resource.ref)

        template = enabled(build, preflight=Preflight.SHARED)
        assert Api(template).preflights == {"/{proxy+}"}
        assert seen(template) == seen(template, "/stock") == [204, 200]


class TestATemplateBroughtIn:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path

    def test_lets_a_page_call_with_a_key_and_ask_without(self, folder: Path) -> None:
        template = enabled(lambda stack: included(stack, hand_written(), folder))
        assert seen(template) == seen(template, "/") == [204, 200]
        assert seen(template, key="") == [204, 403]
        assert errors_in(template) == []

    def test_keeps_every_logical_id_but_the_deployments_which_all_follow(self, folder: Path) -> None:
        template = enabled(lambda stack: included(stack, hand_written(), folder))
        assert set(hand_written()["Resources"]) - {"Deployment"} <= set(template["Resources"])
        assert template["Outputs"]["Deployed"]["Value"] == {"Fn::Sub": f"deployment ${{{_deployment(template)}}}"}
        assert template["Resources"]["Stage"]["Properties"]["DeploymentId"] == {"Ref": _deployment(template)}

    def test_has_headers_on_the_gateway_responses_it_brought(self, folder: Path) -> None:
        api = Api(enabled(lambda stack: included(stack, hand_written(), folder)))
        assert set(api.errors) == {"THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"}
        assert {it["Access-Control-Allow-Origin"] for it in api.errors.values()} == {f"'{ORIGIN}'"}
        assert "Slow" in api.deployed_after

    def test_whose_parts_are_conditional_gets_parts_with_the_same_conditions(self, folder: Path) -> None:
        text = hand_written()
        text["Conditions"] = {"All": {"Fn::Equals": ["1", "1"]}, "Some": {"Fn::Equals": ["1", "1"]}}
        for name, resource in text["Resources"].items():
            resource["Condition"] = "Some" if name in {"Users", "GetUsers"} else "All"

        template = enabled(lambda stack: included(stack, text, folder))
        api = Api(template)
        conditions = {name: template["Resources"][logical_id]["Condition"] for name, logical_id in api.ids.items()}
        assert conditions == {"GET /": "All", "GET /users": "Some", "OPTIONS /": "All", "OPTIONS /users": "Some"}
        responses = of_type(template, "AWS::ApiGateway::GatewayResponse").values()
        assert {it["Condition"] for it in responses} == {"All"}
        assert seen(template) == [204, 200]

    def test_with_parts_that_may_not_be_there_deploys_after_those_that_are(self, folder: Path) -> None:
        text = hand_written()
        text["Conditions"] = {"Some": {"Fn::Equals": ["1", "1"]}}
        for name in ("Users", "GetUsers"):
            text["Resources"][name]["Condition"] = "Some"
        text["Resources"]["Deployment"]["DependsOn"] = "GetRoot"

        template = enabled(lambda stack: included(stack, text, folder))
        api = Api(template)
        assert api.deployed_after.isdisjoint({api.ids["GET /users"], api.ids["OPTIONS /users"]})
        after = template["Resources"][_deployment(template)]["Metadata"]["cors-constructs:after"]
        maybe = [{"Fn::If": ["Some", {"Ref": api.ids[name]}, ""]} for name in ("GET /users", "OPTIONS /users")]
        assert sorted(after, key=str) == sorted(maybe, key=str)
        assert errors_in(template) == []

    def test_is_deployed_after_all_that_was_changed_whatever_it_waited_for(self, folder: Path) -> None:
        text = hand_written()
        del text["Resources"]["Deployment"]["DependsOn"]

        api = Api(enabled(lambda stack: included(stack, text, folder)))
        assert set(api.ids.values()) | {"Slow"} <= api.deployed_after

    def test_whose_ids_are_spelled_as_yaml_has_them_is_read_all_the_same(self, folder: Path) -> None:
        text = hand_written()
        for name, key in (("Users", "ParentId"), ("GetRoot", "ResourceId")):
            text["Resources"][name]["Properties"][key] = {"Fn::GetAtt": "Api.RootResourceId"}

        template = enabled(lambda stack: included(stack, text, folder), keyless=["GET /users"])
        assert seen(template) == seen(template, "/") == [204, 200]
        assert seen(template, key="") == [204, 200]
        assert seen(template, "/", key="") == [204, 403]

    def test_with_a_body_is_deployed_after_the_responses_beside_it(self, folder: Path) -> None:
        text = hand_written()
        text["Resources"] = {name: it for name, it in text["Resources"].items() if not name.endswith(("Users", "Root"))}
        text["Resources"]["Deployment"].pop("DependsOn")
        text["Resources"]["Api"]["Properties"] = {"Body": document()}

        template = enabled(lambda stack: included(stack, text, folder))
        assert template["Resources"][_deployment(template)]["DependsOn"] == ["Slow"]

    def test_with_a_body_gets_that_patched(self, folder: Path) -> None:
        text = hand_written()
        text["Resources"] = {
            name: it for name, it in text["Resources"].items() if name not in {"Users", "GetRoot", "GetUsers", "Slow"}
        }
        text["Resources"]["Deployment"].pop("DependsOn")
        body = document()
        uri = {"Fn::Sub": "https://${AWS::Region}.example.com/users"}
        body["paths"]["/users"]["get"] = copy.deepcopy(OPERATION)
        body["paths"]["/users"]["get"]["x-amazon-apigateway-integration"]["uri"] = uri
        text["Resources"]["Api"]["Properties"] = {"Body": body}

        template = enabled(lambda stack: included(stack, text, folder))
        patched = template["Resources"]["Api"]["Properties"]["Body"]
        assert patched["paths"]["/users"]["get"]["x-amazon-apigateway-integration"]["uri"] == uri
        assert patched["paths"]["/users"]["options"]["security"] == []
        assert seen(template) == [204, 200]

    def test_into_a_nested_stack_too(self, folder: Path) -> None:
        def build(app: App) -> None:
            stack = Stack(app, "Stack")
            included(NestedStack(stack, "Nested"), hand_written(), folder)
            as_aspect(app, EnableCors(POLICY))

        templates = synthesize_app(build)
        (nested,) = (template for name, template in templates.items() if name != "Stack")
        assert seen(nested) == [204, 200]


class TestADocument:
    def test_keeps_what_only_deployment_knows(self) -> None:
        def build(stack: Stack) -> None:
            body = document()
            body["info"]["title"] = Fn.ref("AWS::StackName")
            body["info"]["x-made-by"] = Fn.join("-", ["a", Fn.ref("AWS::Region")])
            spec_api(stack, body)

        info = _body(enabled(build))["info"]
        assert info["title"] == {"Ref": "AWS::StackName"}
        assert info["x-made-by"] == {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}

    def test_keeps_open_options_of_its_own(self) -> None:
        own = {**OPERATION, "x-mine": True}

        def build(stack: Stack) -> None:
            body = document()
            body["paths"]["/users"]["options"] = own
            spec_api(stack, body)

        assert _body(enabled(build))["paths"]["/users"]["options"] == own

    def test_with_closed_options_is_an_error(self) -> None:
        def build(stack: Stack) -> None:
            body = document()
            body["components"] = {"securitySchemes": {"k": {"type": "apiKey", "name": "x-api-key", "in": "header"}}}
            body["paths"]["/users"]["options"] = {**OPERATION, "security": [{"k": []}]}
            spec_api(stack, body)
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "[Stack/Api]" in error
        assert "paths./users.options" in error

    def test_in_a_bucket_is_an_error_that_says_what_to_write(self) -> None:
        def build(stack: Stack) -> None:
            api = apigateway.CfnRestApi(stack, "Api")
            api.body_s3_location = apigateway.CfnRestApi.S3LocationProperty(bucket="documents", key="users.json")
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "[Stack/Api] the API's document is in a bucket" in error
        assert "CorsSpecRestApi(self, ..., cors=..., document=...)" in error

    def test_of_an_asset_is_an_error_that_says_what_to_write(self, tmp_path: Path) -> None:
        file = tmp_path / "users.json"
        file.write_text(json.dumps(document()))

        def build(stack: Stack) -> None:
            definition = apigateway.ApiDefinition.from_asset(str(file))
            apigateway.SpecRestApi(stack, "Api", api_definition=definition)
            as_aspect(stack, EnableCors(POLICY))

        assert "document=..." in synth_error(build)

    def test_that_is_a_token_is_an_error_that_says_what_to_write(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.CfnRestApi(stack, "Api", body=Fn.transform("AWS::Include", {"Location": "s3://b/k"}))
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "only deployment knows" in error
        assert "CorsSpecRestApi" in error

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ({"name": "no document"}, "openapi"),
            ({"openapi": "3.0.1", "paths": {"/users": {"get": {}}}}, "has no x-amazon-apigateway-integration"),
            ({"openapi": "3.0.1", "paths": []}, "paths"),
        ],
        ids=["no-document", "no-integration", "no-paths"],
    )
    def test_that_is_none_is_an_error_on_the_api(self, body: Any, told: str) -> None:
        def build(stack: Stack) -> None:
            apigateway.CfnRestApi(stack, "Api", body=body)
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "[Stack/Api] " in error
        assert told in error

    def test_of_swagger_will_do_as_well(self) -> None:
        def build(stack: Stack) -> None:
            paths = document()["paths"]
            spec_api(stack, {"swagger": "2.0", "info": {"title": "Users", "version": "1"}, "paths": paths})

        assert seen(enabled(build)) == [204, 200]

    def test_beside_other_apis_leaves_their_names_alone(self) -> None:
        def build(stack: Stack) -> None:
            spec_api(stack)
            rest_api(stack, "Other").root.add_method("GET", apigateway.MockIntegration())
            as_aspect(stack, EnableCors(POLICY, keyless=["GET /"]))

        assert len(of_type(synthesize(build), "AWS::ApiGateway::RestApi")) == 2

    def test_without_headers_on_errors_where_none_are_wanted(self) -> None:
        body = _body(enabled(spec_api, error_responses=ErrorResponses.NONE))
        assert "x-amazon-apigateway-gateway-responses" not in body


def test_policies_of_two_bare_apis_do_not_mix() -> None:
    def build(app: App) -> None:
        for name, origin in (("One", ORIGIN), ("Two", OTHER_ORIGIN)):
            stack = Stack(app, name)
            bare_api(stack)
            as_aspect(stack, EnableCors(CorsPolicy(allow_origins=[origin])))

    templates = synthesize_app(build)
    for name, origin in (("One", ORIGIN), ("Two", OTHER_ORIGIN)):
        assert f"'{origin}'" in str(Api(templates[name]).preflight("/users").headers)


def test_a_method_beside_a_document_is_an_error_since_the_next_import_drops_it() -> None:
    def build(stack: Stack) -> None:
        api = with_body(stack)
        bare_method(stack, "GetRoot", api, api.attr_root_resource_id)
        as_aspect(stack, EnableCors(POLICY))

    error = synth_error(build)
    assert "GET /, at Stack/GetRoot, is a resource beside the document" in error
    assert "write it into the document" in error
