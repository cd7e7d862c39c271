"""What holds for every API of every example: the promises of the README, on apps that a person would write."""

import json
import re

import pytest

from ..cdk.synthesis import synthesize_app
from .apps import CDK_JSON, EVERY_API, EXAMPLES, api_of, template_of, warnings_of

every_example = pytest.mark.parametrize("example", EXAMPLES)
every_api = pytest.mark.parametrize(("example", "api"), EVERY_API, ids=["-".join(names) for names in EVERY_API])
OWN_PREFLIGHTS = [(example, api) for example, api in EVERY_API if not EXAMPLES[example].shares]
every_api_of_own_preflights = pytest.mark.parametrize(
    ("example", "api"), OWN_PREFLIGHTS, ids=["-".join(names) for names in OWN_PREFLIGHTS]
)


@every_api
def test_every_method_asks_for_a_key_but_options_and_those_named_keyless(example: str, api: str) -> None:
    found = api_of(example, api)
    assert found.working - found.keyed == EXAMPLES[example].keyless[api]
    assert not {name for name in found.keyed if name.startswith("OPTIONS ")}


@every_api_of_own_preflights
def test_each_path_with_methods_has_one_preflight_and_no_other_path_has_any(example: str, api: str) -> None:
    found = api_of(example, api)
    assert found.preflights == {name.partition(" ")[2] for name in found.working}


@every_api
def test_a_preflight_is_open_whatever_guards_the_methods_beside_it(example: str, api: str) -> None:
    found = api_of(example, api)
    for path in found.preflights:
        properties = found.preflight(path).properties
        assert properties["ApiKeyRequired"] is False
        assert properties["AuthorizationType"] == "NONE"
        assert not {"AuthorizerId", "AuthorizationScopes", "RequestValidatorId", "RequestModels"} & set(properties)


@every_api
def test_a_preflight_is_answered_without_a_backend_by_204_and_no_body(example: str, api: str) -> None:
    found = api_of(example, api)
    for path in found.preflights:
        preflight = found.preflight(path)
        assert preflight.integration["Type"] == "MOCK"
        assert preflight.integration["PassthroughBehavior"] == "NEVER"
        assert preflight.integration["ContentHandling"] == "CONVERT_TO_TEXT"
        assert json.loads(preflight.integration["RequestTemplates"]["application/json"]) == {"statusCode": 200}
        assert preflight.response["StatusCode"] == "204"
        assert "Access-Control-Allow-Origin" in preflight.declared


@every_api_of_own_preflights
def test_a_preflight_allows_the_methods_that_its_path_has(example: str, api: str) -> None:
    found = api_of(example, api)
    for path in found.preflights:
        has = {name.partition(" ")[0] for name in found.working if name.partition(" ")[2] == path}
        if has == {"ANY"}:
            has = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
        assert found.preflight(path).allowed_methods == sorted(has)


@every_api
def test_pages_can_read_the_errors_that_the_gateway_makes(example: str, api: str) -> None:
    found = api_of(example, api)
    assert set(found.errors) >= {"DEFAULT_4XX", "DEFAULT_5XX"}
    for headers in found.errors.values():
        assert headers["Access-Control-Allow-Origin"].strip("'")
        assert "x-amzn-errortype" in headers["Access-Control-Expose-Headers"]


@every_api
def test_each_api_has_a_plan_on_its_stage_with_a_key_in_it(example: str, api: str) -> None:
    found = api_of(example, api)
    (stage,) = found.of_type("AWS::ApiGateway::Stage")
    mine = {
        name
        for name, plan in found.plans.items()
        for at in plan["ApiStages"]
        if (at["ApiId"], at["Stage"]) == ({"Ref": found.logical_id}, {"Ref": stage})
    }
    assert mine
    assert mine <= {link["UsagePlanId"]["Ref"] for link in found.plan_keys.values()}


@every_api
def test_what_is_deployed_waits_for_every_method_and_every_error(example: str, api: str) -> None:
    found = api_of(example, api)
    made = {*found.ids.values(), *found.of_type("AWS::ApiGateway::GatewayResponse")}
    assert made <= found.deployed_after


@every_api
def test_the_deployments_name_holds_the_hash_of_what_is_deployed(example: str, api: str) -> None:
    # The snapshots mask it; what changes it, and what does not, is tested where it is made.
    assert re.fullmatch(r"\w+Deployment[0-9A-F]{8}[0-9a-f]{32}", api_of(example, api).deployment_id)


@every_example
def test_no_keys_value_is_in_the_template_and_its_command_is_an_output(example: str) -> None:
    template = template_of(example)
    keys = {name: it for name, it in template["Resources"].items() if it["Type"] == "AWS::ApiGateway::ApiKey"}
    assert keys
    assert all("Value" not in key["Properties"] for key in keys.values())
    commands = json.dumps([one["Value"] for one in template["Outputs"].values()])
    assert all(f'get-api-key --api-key ", {{"Ref": "{name}"}}' in commands for name in keys)


@every_example
def test_the_same_app_twice_gives_the_same_template(example: str) -> None:
    again = synthesize_app(EXAMPLES[example].build, CDK_JSON["context"])[example]
    assert json.dumps(again) == json.dumps(template_of(example))


@every_example
def test_feature_flags_aside_the_template_says_the_same(example: str) -> None:
    """A reader may copy the app without `cdk.json`."""
    bare = synthesize_app(EXAMPLES[example].build)[example]
    for kind in ("Method", "GatewayResponse", "UsagePlan", "ApiKey", "UsagePlanKey"):
        wanted, found = (
            {name: it["Properties"] for name, it in template["Resources"].items() if it["Type"].endswith(f"::{kind}")}
            for template in (template_of(example), bare)
        )
        assert _partition_aside(found) == _partition_aside(wanted)


def _partition_aside(value: object) -> str:
    return json.dumps(value).replace('{"Ref": "AWS::Partition"}', '"aws"').replace('"arn:", "aws", ":', '"arn:aws:')


@every_example
def test_no_warning_is_left_without_an_answer(example: str) -> None:
    assert warnings_of(example) == []
