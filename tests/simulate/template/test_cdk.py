"""Apps of the real CDK, synthesized here: several stacks, stages, nested stacks, API definitions that are assets."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.simulate.model import Api, Template
from cors_constructs.simulate.template import read_template


@pytest.fixture(scope="module")
def cdk_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of an app, as `cdk synth` leaves it."""
    os.environ["CDK_VALIDATION"] = "false"  # it is read when the CDK's process starts, and takes seconds
    folder = tmp_path_factory.mktemp("cdk")
    _synthesize(folder / "cdk.out", folder / "openapi.json")
    return folder / "cdk.out"


def _synthesize(out: Path, definition: Path) -> None:
    from aws_cdk import App, CfnParameter, Environment, NestedStack, Stack, Stage  # noqa: PLC0415 - it takes seconds
    from aws_cdk import aws_apigateway as apigateway  # noqa: PLC0415

    document = {
        "openapi": "3.0.1",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
    }
    definition.write_text(json.dumps(document))

    def imported(scope: Any, api: apigateway.RestApi) -> apigateway.IResource:
        found = apigateway.RestApi.from_rest_api_attributes(
            scope, "Imported", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
        )
        return found.root

    def build(scope: Any) -> None:
        shop = Stack(scope, "Shop")
        origins = CfnParameter(shop, "Origin", type="String")
        api = apigateway.RestApi(
            shop,
            "Api",
            binary_media_types=["image/png"],
            deploy_options=apigateway.StageOptions(stage_name="live", throttling_rate_limit=10),
        )
        users = api.root.add_resource("users")
        users.add_method("GET", api_key_required=True)
        users.add_cors_preflight(allow_origins=[origins.value_as_string, "https://app.example.com"])
        inner = NestedStack(shop, "Inner")
        imported(inner, api).add_resource("inner").add_method("POST")
        deeper = NestedStack(inner, "Deeper")
        deep = imported(deeper, api).add_resource("deep").add_method("PUT")
        api.latest_deployment.node.add_dependency(deep)  # type: ignore[union-attr]

        more = Stack(scope, "More")
        imported(more, api).add_resource("more").add_method("GET")
        plan = apigateway.UsagePlan(
            more, "Plan", api_stages=[apigateway.UsagePlanPerApiStage(api=api, stage=api.deployment_stage)]
        )
        plan.add_api_key(apigateway.ApiKey(more, "Partner"))
        apigateway.SpecRestApi(
            more, "Asset", api_definition=apigateway.ApiDefinition.from_asset(str(definition)), deploy=True
        )
        apigateway.SpecRestApi(more, "Inline", api_definition=apigateway.ApiDefinition.from_inline(document))

    app = App(outdir=str(out))
    build(app)
    build(Stage(app, "Prod", env=Environment(account="123456789012", region="eu-west-1")))
    app.synth()


@pytest.fixture(scope="module")
def read(cdk_out: Path) -> Template:
    return read_template(cdk_out)


def named(read: Template, construct: str) -> Api:
    (api,) = [api for api in read.apis if api.source.construct == construct]
    return api


def test_all_of_it_is_read(read: Template, cdk_out: Path) -> None:
    assert read.unreadable == ()
    assert len(read.files) == 8
    assert {api.source.construct for api in read.apis} == {
        f"{stage}{api}/Resource" for stage in ("", "Prod/") for api in ("Shop/Api", "More/Asset", "More/Inline")
    }
    assert all(api.unreadable == () and not api.imported for api in read.apis)
    assert all(Path(file).is_relative_to(cdk_out) for file in read.files)


# Older versions of the CDK do not say where a nested stack's resources come from.
@pytest.mark.newest
@pytest.mark.parametrize("stage", ["", "Prod/"])
def test_an_api_in_three_stacks_is_one(read: Template, stage: str) -> None:
    api = named(read, f"{stage}Shop/Api/Resource")
    assert {method.name: method.source.construct for method in api.methods} == {
        "GET /users": f"{stage}Shop/Api/Default/users/GET/Resource",
        "OPTIONS /users": f"{stage}Shop/Api/Default/users/OPTIONS/Resource",
        "POST /inner": f"{stage}Shop/Inner/Imported/Default/inner/POST/Resource",
        "PUT /deep": f"{stage}Shop/Inner/Deeper/Imported/Default/deep/PUT/Resource",
        "GET /more": f"{stage}More/Imported/Default/more/GET/Resource",
    }
    assert api.binary_media_types == ("image/png",)
    assert [(stage.name, stage.settings[0].path, stage.settings[0].rate) for stage in api.stages] == [
        ("live", "/*", 10)
    ]
    assert [plan.stages for plan in api.plans] == [((api.source.logical_id, "live"),)]
    assert "Partner" in api.plans[0].keys[0].names


@pytest.mark.parametrize("stage", ["", "Prod/"])
@pytest.mark.parametrize(("construct", "in_template"), [("Asset", False), ("Inline", True)])
def test_api_definitions(read: Template, stage: str, construct: str, in_template: bool) -> None:
    api = named(read, f"{stage}More/{construct}/Resource")
    (method,) = api.methods
    assert (method.name, api.name) == ("GET /orders", construct)
    assert (method.source.file == api.source.file) is in_template
    assert Path(method.source.file or "").is_file()
    assert method.source.place.endswith("paths./orders.get")


def test_a_deployment_waits_for_the_methods_of_its_stack(read: Template) -> None:
    api = named(read, "Shop/Api/Resource")
    waits_for = api.deployments[0].depends_on
    assert {method.name for method in api.methods if method.source.logical_id in waits_for} == {
        "GET /users",
        "OPTIONS /users",
    }


def test_a_deployment_waits_for_all_of_a_nested_stack_that_it_depends_on(read: Template) -> None:
    api = named(read, "Shop/Api/Resource")
    (deployment,) = api.deployments
    assert {method.name for method in api.methods if deployment.waits_for(method.source)} == {
        "GET /users",
        "OPTIONS /users",
        "POST /inner",
        "PUT /deep",
    }


def test_a_value_that_is_unknown_is_known_in_part(read: Template) -> None:
    preflight = named(read, "Shop/Api/Resource").at("/users")["OPTIONS"]
    assert preflight.integration is not None
    origin = preflight.integration.responses[0].headers["Access-Control-Allow-Origin"]
    assert str(origin) == "'${Origin}'"


def test_a_parameter_decides_it(cdk_out: Path) -> None:
    read = read_template(cdk_out, parameters={"Origin": "https://a.example.com"})
    preflight = named(read, "Shop/Api/Resource").at("/users")["OPTIONS"]
    assert preflight.integration is not None
    origin = preflight.integration.responses[0].headers["Access-Control-Allow-Origin"]
    assert origin == "'https://a.example.com'"


def test_one_template_of_it_is_read_with_what_is_nested_in_it(cdk_out: Path) -> None:
    read = read_template(cdk_out / "Shop.template.json")
    (api,) = read.apis
    assert {method.name for method in api.methods} == {"GET /users", "OPTIONS /users", "POST /inner", "PUT /deep"}
    assert api.source.construct == "Shop/Api/Resource"
