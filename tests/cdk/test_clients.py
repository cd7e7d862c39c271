"""Clients: a key, in a plan, on the stage; and the error where nobody could have one."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, SecretValue, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from cors_constructs import ApiClient, CorsRestApi

from .synthesis import (
    Api,
    Build,
    Template,
    cors_api,
    mock,
    read,
    synth_error,
    synthesize,
    synthesize_app,
    warnings_with,
)

QUOTA = apigateway.QuotaSettings(limit=1000, period=apigateway.Period.MONTH)
A_KEY = "a" * 20


def api_of(stack: Stack, **arguments: Any) -> CorsRestApi:
    api = cors_api(stack, keys_managed_elsewhere=False, **arguments)
    api.root.add_method("GET", mock())
    return api


def with_client(**arguments: Any) -> Build:
    return lambda stack: api_of(stack).add_client("web", **arguments)


def only(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    (one,) = found.values()
    return one


# What a client is.


def test_a_client_is_a_key_in_a_plan_on_the_stage() -> None:
    api = read(with_client())
    (plan_id,) = api.plans
    (key_id,) = api.keys
    (stage,) = api.of_type("AWS::ApiGateway::Stage")
    stages = only(api.plans)["ApiStages"]
    assert [(one["ApiId"], one["Stage"]) for one in stages] == [({"Ref": api.logical_id}, {"Ref": stage})]
    assert not {"Throttle", "Quota"} & set(only(api.plans))
    assert only(api.keys)["Enabled"] is True
    assert only(api.plan_keys) == {"KeyId": {"Ref": key_id}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": plan_id}}


@pytest.mark.parametrize(
    ("limits", "throttle", "quota"),
    [
        pytest.param({"rate_limit": 50}, {"RateLimit": 50}, None, id="a-rate"),
        pytest.param({"rate_limit": 0.5}, {"RateLimit": 0.5}, None, id="less-than-one-a-second"),
        pytest.param({"burst_limit": 100}, {"BurstLimit": 100}, None, id="a-burst"),
        pytest.param(
            {"rate_limit": 50, "burst_limit": 100}, {"RateLimit": 50, "BurstLimit": 100}, None, id="rate-and-burst"
        ),
        pytest.param({"rate_limit": 0, "burst_limit": 0}, {"RateLimit": 0, "BurstLimit": 0}, None, id="nothing-at-all"),
        pytest.param({"quota": QUOTA}, None, {"Limit": 1000, "Period": "MONTH"}, id="a-quota"),
    ],
)
def test_limits_are_the_plans(limits: dict[str, Any], throttle: Any, quota: Any) -> None:
    plan = only(read(with_client(**limits)).plans)
    assert plan.get("Throttle") == throttle
    assert plan.get("Quota") == quota


def test_a_client_hands_out_its_parts() -> None:
    def build(stack: Stack) -> None:
        api = api_of(stack)
        assert api.clients == {}
        web = api.add_client("web")
        assert isinstance(web, ApiClient)
        assert web.client_name == "web"
        assert web.has_own_plan is True
        assert "Ref" in stack.resolve(web.plan.usage_plan_id)
        assert "Ref" in stack.resolve(web.api_key.key_id)
        assert api.clients == {"web": web}
        api.clients.clear()
        assert api.clients == {"web": web}

    synthesize(build)


@pytest.mark.parametrize(
    "name", ["web", "Web", "2web", "my web-app_v1.2", "a" * 60], ids=["lower", "upper", "digit", "signs", "long"]
)
def test_names(name: str) -> None:
    api = read(lambda stack: api_of(stack).add_client(name))
    assert len(api.keys) == len(api.plans) == len(api.plan_keys) == 1


# Plans that several share.


@pytest.mark.parametrize("how", ["a-client", "a-clients-plan", "a-plan", "an-imported-plan"])
def test_clients_may_share_a_plan(how: str) -> None:
    def build(stack: Stack) -> None:
        api = api_of(stack)
        first = api.add_client("first")
        plan: Any = {
            "a-client": first,
            "a-clients-plan": first.plan,
            "a-plan": api.add_usage_plan("Own") if how == "a-plan" else None,
            "an-imported-plan": apigateway.UsagePlan.from_usage_plan_id(stack, "Imported", "plan-id"),
        }[how]
        second = api.add_client("second", plan=plan)
        assert second.has_own_plan is False
        assert second.plan is (first.plan if plan is first else plan)

    api = read(build)
    assert len(api.keys) == 2
    assert len(api.plans) == (2 if how == "a-plan" else 1)
    plans = [one["UsagePlanId"] for one in api.plan_keys.values()]
    shared = how in {"a-client", "a-clients-plan"}
    assert (plans[0] == plans[1]) is shared
    if how == "an-imported-plan":
        assert "plan-id" in plans


# Clients come and go without touching each other.


def with_clients(names: Sequence[str], before: bool = False) -> Template:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        for name in names if before else ():
            api.add_client(name)
        api.root.add_method("GET", mock())
        for name in () if before else names:
            api.add_client(name)

    return synthesize(build)


ALL = ("web", "mobile", "partner", "web-2")


@pytest.mark.parametrize("names", [(), ("web",), ("partner", "web"), ALL[1:], ALL[::-1]])
@pytest.mark.parametrize("before", [True, False], ids=["before-the-methods", "after-them"])
def test_what_a_client_is_made_of_depends_on_its_name_alone(names: Sequence[str], before: bool) -> None:
    every, some = with_clients(ALL), with_clients(names, before)
    for section in ("Resources", "Outputs"):
        for name, one in some[section].items():
            assert every[section][name] == one
    gone = set(every["Resources"]) - set(some["Resources"])
    assert len(gone) == 3 * (len(ALL) - len(names)), "a plan, a key and their link each"


def test_names_that_differ_in_signs_alone_do_not_collide() -> None:
    assert len(Api(with_clients(["a-b", "ab", "a.b", "a b"])).keys) == 4


# Key values.


def test_api_gateway_makes_the_value_and_an_output_tells_the_command() -> None:
    template = synthesize(with_client())
    assert "Value" not in only(Api(template).keys)
    (key_id,) = Api(template).keys
    (output,) = (one for name, one in template["Outputs"].items() if "KeyCommand" in name)
    assert "Export" not in output
    assert output["Description"] == "Prints the API key of client web"
    assert output["Value"]["Fn::Join"][1] == [
        "aws apigateway get-api-key --api-key ",
        {"Ref": key_id},
        " --include-value --query value --output text --region ",
        {"Ref": "AWS::Region"},
    ]


@pytest.mark.parametrize(
    ("value", "rendered"),
    [
        pytest.param(
            lambda _: SecretValue.secrets_manager("web-key", json_field="value"),
            "{{resolve:secretsmanager:web-key:SecretString:value::}}",
            id="a-reference",
        ),
        pytest.param(
            lambda stack: secretsmanager.Secret(stack, "Secret").secret_value,
            {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "SecretA720EF05"}, ":SecretString:::}}"]]},
            id="a-secret-of-the-stack",
        ),
        pytest.param(
            lambda stack: CfnParameter(stack, "Key", no_echo=True).value_as_string,
            {"Ref": "Key"},
            id="a-parameter",
        ),
        pytest.param(
            lambda stack: SecretValue.cfn_parameter(CfnParameter(stack, "Key", no_echo=True)),
            {"Ref": "Key"},
            id="a-secret-parameter",
        ),
    ],
)
def test_a_reference_to_a_value_stays_one_and_is_not_warned_of(value: Callable[[Stack], Any], rendered: Any) -> None:
    def build(stack: Stack) -> None:
        api_of(stack).add_client("web", api_key_value=value(stack))

    assert only(read(build).keys)["Value"] == rendered
    assert warnings_with("cors-constructs:api-key-value", build) == []


@pytest.mark.parametrize("value", ["a" * 20, "Z9" * 64, "with-signs_" * 2], ids=["shortest", "longest", "signs"])
def test_a_literal_value_stands_in_the_template_and_is_warned_of(value: str) -> None:
    build = with_client(api_key_value=value)
    assert only(read(build).keys)["Value"] == value
    (warning,) = warnings_with("cors-constructs:api-key-value-in-template", build)
    assert "'web'" in warning.text
    assert value not in warning.text


# What is refused.

STAGELESS = "the API has no stage that is made here (deploy=False, or an import)"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param({"name": ""}, ["the name '' is not made of"], id="no-name"),
        pytest.param({"name": "a/b"}, ["the name 'a/b' is not made of"], id="a-slash-in-the-name"),
        pytest.param({"name": "-a"}, ["the name '-a' is not made of"], id="a-sign-first-in-the-name"),
        pytest.param({"name": None}, ["the name None is not made of"], id="no-string-for-a-name"),
        pytest.param({"rate_limit": -1}, ["rate_limit=-1 is no number"], id="a-negative-rate"),
        pytest.param({"rate_limit": "50"}, ["rate_limit='50' is no number"], id="a-rate-in-words"),
        pytest.param({"rate_limit": True}, ["rate_limit=True is no number"], id="a-rate-that-is-true"),
        pytest.param({"burst_limit": -1}, ["burst_limit=-1 is no number"], id="a-negative-burst"),
        pytest.param({"burst_limit": 1.5}, ["burst_limit=1.5 is no number"], id="half-a-burst"),
        pytest.param({"rate_limit": float("inf")}, ["rate_limit=inf is no number"], id="an-endless-rate"),
        pytest.param({"rate_limit": float("nan")}, ["rate_limit=nan is no number"], id="a-rate-that-is-no-number"),
        pytest.param({"burst_limit": 10**400}, ["is no number of requests"], id="a-burst-beyond-all-bounds"),
        pytest.param(
            {"quota": apigateway.QuotaSettings()}, ["a quota of limit=None", "needs a period"], id="a-quota-of-nothing"
        ),
        pytest.param({"plan": apigateway.UsagePlan}, ["is no usage plan"], id="the-class-for-a-plan"),
        pytest.param({"api_key_value": b"bytes-of-twenty-letters"}, ["api_key_value is neither"], id="bytes-for-a-key"),
        pytest.param(
            {"api_key_value": SecretValue.unsafe_plain_text("short")}, ["api_key_value is neither"], id="a-plain-secret"
        ),
        pytest.param({"quota": 1000}, ["quota=1000 is no QuotaSettings", "Period.MONTH"], id="a-quota-in-figures"),
        pytest.param({"plan": "gold"}, ["plan='gold' is no usage plan"], id="a-plan-by-name"),
        pytest.param({"api_key_value": "short"}, ["api_key_value is neither"], id="a-key-too-short"),
        pytest.param({"api_key_value": "x" * 129}, ["api_key_value is neither"], id="a-key-too-long"),
        pytest.param({"api_key_value": "with a blank" * 3}, ["api_key_value is neither"], id="a-key-with-blanks"),
        pytest.param({"api_key_value": 7}, ["api_key_value is neither"], id="a-key-that-is-a-number"),
        pytest.param(
            {"name": "a/b", "rate_limit": -1, "burst_limit": 1.5, "quota": 7, "plan": None, "api_key_value": "secret!"},
            ["'a/b'", "rate_limit=-1", "burst_limit=1.5", "quota=7", "api_key_value"],
            id="everything-at-once",
        ),
    ],
)
def test_what_is_wrong_with_a_client_is_told_at_once(arguments: dict[str, Any], told: list[str]) -> None:
    api = api_of(Stack())
    name = arguments.get("name", "web")
    with pytest.raises(ValueError, match=rf"^add_client\({re.escape(repr(name))}\): ") as caught:
        api.add_client(**{"name": name, **arguments})
    for words in told:
        assert words in str(caught.value)
    assert api.clients == {}


def test_a_key_that_is_refused_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValueError, match="api_key_value is neither") as caught:
        api_of(Stack()).add_client("web", api_key_value="hunter2")
    assert "hunter2" not in str(caught.value)


def test_one_name_is_for_one_client() -> None:
    api = api_of(Stack())
    api.add_client("web")
    with pytest.raises(ValueError, match="there is a client 'web' already"):
        api.add_client("web")


@pytest.mark.parametrize(
    "limits", [{"rate_limit": 1}, {"burst_limit": 1}, {"quota": QUOTA}, {"rate_limit": 1, "quota": QUOTA}]
)
def test_limits_do_not_go_with_a_shared_plan(limits: dict[str, Any]) -> None:
    api = api_of(Stack())
    first = api.add_client("first")
    with pytest.raises(ValueError, match=f"{' and '.join(limits)} cannot be set here"):
        api.add_client("second", plan=first, **limits)


def test_without_a_stage_there_is_no_client() -> None:
    with pytest.raises(ValueError, match=re.escape(STAGELESS)):
        api_of(Stack(), deploy=False).add_client("web")


def test_a_stage_made_by_hand_will_do() -> None:
    def build(stack: Stack) -> None:
        api = api_of(stack, deploy=False)
        deployment = apigateway.Deployment(stack, "Deployment", api=api)
        api.deployment_stage = apigateway.Stage(stack, "Stage", deployment=deployment, stage_name="live")
        api.add_client("web")

    api = read(build)
    (stage,) = api.of_type("AWS::ApiGateway::Stage")
    assert only(api.plans)["ApiStages"][0]["Stage"] == {"Ref": stage}


def test_without_a_stage_a_client_may_still_join_a_plan() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, deploy=False)
        api.root.add_method("GET", mock())
        plan = apigateway.UsagePlan.from_usage_plan_id(stack, "Plan", "plan-id")
        api.add_client("web", plan=plan)

    assert only(read(build).plan_keys)["UsagePlanId"] == "plan-id"


# A key that nobody can have.

UNREACHABLE = "no usage plan covers a stage of this API"


def test_a_keyed_method_that_no_client_can_reach_is_an_error_that_shows_the_line_to_add() -> None:
    error = synth_error(api_of)
    assert "[Stack/Api] GET / needs an API key, and" in error
    assert UNREACHABLE in error
    for words in ('api.add_client("web")', "plan.add_api_stage(stage=api.deployment_stage)", "keys_managed_elsewhere"):
        assert words in error


@pytest.mark.parametrize(
    ("verbs", "sentence"),
    [
        (["GET", "PUT"], "GET / and PUT / need an API key"),
        (["DELETE", "GET", "PUT"], "DELETE /, GET / and PUT / need an API key"),
        (["DELETE", "GET", "HEAD", "PATCH", "PUT"], "DELETE /, GET /, HEAD / and 2 more methods need an API key"),
    ],
)
def test_that_error_names_a_few_methods(verbs: list[str], sentence: str) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, keys_managed_elsewhere=False)
        for verb in verbs:
            api.root.add_method(verb, mock())

    assert sentence in synth_error(build)


def other_api(stack: Stack) -> apigateway.RestApi:
    other = apigateway.RestApi(stack, "Other")
    other.root.add_method("GET", mock())
    return other


def stage_of(api: apigateway.RestApi) -> apigateway.UsagePlanPerApiStage:
    return apigateway.UsagePlanPerApiStage(api=api, stage=api.deployment_stage)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda api: api.add_usage_plan("Plan"), id="a-plan-without-a-stage"),
        pytest.param(lambda api: api.add_client("web", plan=api.add_usage_plan("Plan")), id="a-client-in-such-a-plan"),
        pytest.param(
            lambda api: api.add_usage_plan("Plan", api_stages=[stage_of(other_api(Stack.of(api)))]),
            id="a-plan-for-another-api",
        ),
        pytest.param(lambda api: apigateway.CfnUsagePlan(api, "Plan"), id="a-bare-plan-without-a-stage"),
        pytest.param(lambda api: api.add_api_key("Key"), id="a-key-without-a-plan"),
    ],
)
def test_what_lets_nobody_in_does_not_count(make: Callable[[CorsRestApi], object]) -> None:
    assert UNREACHABLE in synth_error(lambda stack: make(api_of(stack)))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda api: api.add_client("web"), id="a-client"),
        pytest.param(lambda api: api.add_usage_plan("Plan", api_stages=[stage_of(api)]), id="a-plan-of-the-CDK"),
        pytest.param(
            lambda api: api.add_usage_plan("Plan").add_api_stage(stage=api.deployment_stage),
            id="a-plan-given-the-stage-later",
        ),
        pytest.param(
            lambda api: api.add_client(
                "web", plan=apigateway.UsagePlan(Stack.of(api), "Plan", api_stages=[stage_of(api)])
            ),
            id="a-client-in-such-a-plan",
        ),
        pytest.param(
            lambda api: apigateway.RateLimitedApiKey(Stack.of(api), "Key", api_stages=[stage_of(api)]),
            id="a-rate-limited-key",
        ),
        pytest.param(
            lambda api: apigateway.CfnUsagePlan(
                Stack.of(api),
                "Plan",
                api_stages=[
                    apigateway.CfnUsagePlan.ApiStageProperty(
                        api_id=api.rest_api_id, stage=api.deployment_stage.stage_name
                    )
                ],
            ),
            id="a-bare-plan",
        ),
    ],
)
def test_what_lets_somebody_in_does(make: Callable[[CorsRestApi], object]) -> None:
    assert read(lambda stack: make(api_of(stack))).keyed == {"GET /"}


def test_a_plan_in_another_stack_of_the_app_does() -> None:
    def build(app: App) -> None:
        api = api_of(Stack(app, "Stack"))
        apigateway.UsagePlan(Stack(app, "Plans"), "Plan", api_stages=[stage_of(api)])

    templates = synthesize_app(build)
    assert len(Api(templates["Stack"]).plans) == 0
    assert "UsagePlan" in json.dumps(templates["Plans"])


def test_a_plan_for_the_api_of_the_same_name_in_another_stack_does_not() -> None:
    def build(app: App) -> None:
        api_of(Stack(app, "One"))
        api_of(Stack(app, "Two")).add_client("web")

    with pytest.raises(RuntimeError, match=UNREACHABLE) as caught:
        synthesize_app(build)
    assert "[One/Api]" in str(caught.value)
    assert "[Two/Api]" not in str(caught.value)


def test_keys_managed_elsewhere_is_an_apps_word_that_somebody_has_one() -> None:
    api = read(lambda stack: cors_api(stack, keys_managed_elsewhere=True).root.add_method("GET", mock()))
    assert api.keyed == {"GET /"}
    assert api.plans == {}


def test_an_api_without_keys_needs_no_plan() -> None:
    build: Build = lambda stack: api_of(stack, keyless=["GET /"])  # noqa: E731
    assert read(build).keyed == set()


# Keys that an authorizer gives.


def from_authorizer(guard: Callable[[Stack], dict[str, Any]]) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(
            stack,
            keys_managed_elsewhere=False,
            api_key_source_type=apigateway.ApiKeySourceType.AUTHORIZER,
            default_method_options=apigateway.MethodOptions(**guard(stack)),
            keyless=["GET /health"],
        )
        api.root.add_method("GET", mock())
        api.root.add_resource("health").add_method("GET", mock(), authorization_type=apigateway.AuthorizationType.NONE)
        api.add_client("web")

    return build


def lambda_authorizer(stack: Stack) -> dict[str, Any]:
    handler = lambda_.Function(
        stack,
        "Fn",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_12,
    )
    return {"authorizer": apigateway.TokenAuthorizer(stack, "Authorizer", handler=handler)}


def test_keys_from_an_authorizer_need_a_lambda_authorizer_on_every_keyed_method() -> None:
    assert read(from_authorizer(lambda_authorizer)).keyed == {"GET /"}


@pytest.mark.parametrize(
    "guard",
    [
        pytest.param(lambda _: {}, id="no-authorizer"),
        pytest.param(lambda _: {"authorization_type": apigateway.AuthorizationType.IAM}, id="IAM"),
    ],
)
def test_without_one_nobody_could_call(guard: Callable[[Stack], dict[str, Any]]) -> None:
    error = synth_error(from_authorizer(guard))
    assert "GET / needs an API key from an authorizer (api_key_source_type=AUTHORIZER)" in error
    assert "usageIdentifierKey" in error
    assert "health" not in error
