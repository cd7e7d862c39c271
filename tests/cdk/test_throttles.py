"""`preflight_throttle`: limits of the preflights' own, on every stage."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import jsii
import pytest
from aws_cdk import Aspects, CfnParameter, Fn, IStableAnyProducer, Lazy, Stack, Token
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsRestApi, EnableCors, Preflight, Throttle
from cors_constructs.cdk.throttles import stages_of, throttle_preflights
from cors_constructs.check import check
from cors_constructs.check.findings import Answer, Severity
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .synthesis import (
    ORIGIN,
    POLICY,
    Build,
    Template,
    cors_api,
    mock,
    of_type,
    read,
    synth_error,
    synthesize,
    warnings_with,
)

THROTTLE: Final = Throttle(rate=5, burst=10)
LIMITS: Final = {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 10}
KEPT: Final = "cors-constructs:stage-has-its-own-preflight-throttle"
PATHS: Final = ("/", "/users", "/users/{id}", "/files/{proxy+}")

Setting = dict[str, Any]
Settings = apigateway.CfnStage.MethodSettingProperty


def throttled(stack: Stack, paths: tuple[str, ...] = PATHS, **arguments: Any) -> CorsRestApi:
    api = cors_api(stack, **{"preflight_throttle": THROTTLE, **arguments})
    for path in paths:
        resource = api.root if path == "/" else api.root.resource_for_path(path)
        resource.add_method("GET", mock())
    return api


def settings(template: Template, stage: str = "prod") -> list[Setting]:
    """What a stage is told, in its order."""
    (found,) = (
        it["Properties"].get("MethodSettings", [])
        for it in of_type(template, "AWS::ApiGateway::Stage").values()
        if it["Properties"]["StageName"] == stage
    )
    return list(found)


def limited(template: Template, stage: str = "prod") -> dict[str, tuple[Any, Any]]:
    """What an API Gateway understands of it: rate and burst of OPTIONS, by path."""
    (api,) = read_template(template).apis
    (found,) = (it for it in api.stages if it.name == stage)
    assert len({(it.path, it.verb) for it in found.settings}) == len(found.settings), "one method twice"
    return {it.path: (it.rate, it.burst) for it in found.settings if it.verb == "OPTIONS"}


def test_every_preflight_has_the_limits_and_nothing_else_has() -> None:
    template = synthesize(throttled)
    assert limited(template) == dict.fromkeys(PATHS, (5, 10))
    assert {it["HttpMethod"] for it in settings(template)} == {"OPTIONS"}


def test_paths_are_spelled_as_stages_spell_them() -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
    assert settings(synthesize(throttled)) == [
        {"HttpMethod": "OPTIONS", "ResourcePath": spelled, **LIMITS}
        for spelled in ("/", "/~1files~1{proxy+}", "/~1users", "/~1users~1{id}")
    ]


def test_left_out_stages_stay_as_they_are() -> None:
    def build(stack: Stack) -> None:
        throttled(stack, preflight_throttle=None)

    assert settings(synthesize(build)) == []


def test_the_deployment_stays_for_limits_are_the_stages() -> None:
    assert read(throttled).deployment_id == read(lambda stack: throttled(stack, preflight_throttle=None)).deployment_id


def test_an_options_of_the_apps_own_is_its_own_matter() -> None:
    def build(stack: Stack) -> None:
        throttled(stack).root.resource_for_path("users").add_method("OPTIONS", mock())

    assert set(limited(synthesize(build))) == {*PATHS} - {"/users"}


def test_a_page_that_is_throttled_learns_why() -> None:
    def build(stack: Stack) -> None:
        throttled(stack).add_client("web")

    browser = Browser.on(synthesize(build))
    verdict = Browser(browser.gateway.answering("THROTTLED")).fetch("GET", "/users", origin=ORIGIN)
    assert verdict.response is not None, verdict
    assert verdict.response.status == 429


def test_the_checker_finds_nothing_wrong() -> None:
    template = synthesize(lambda stack: throttled(stack).add_client("web"))
    found = [it for it in check(read_template(template)) if it.answer is Answer.WRONG]
    assert [it for it in found if it.rule.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", ["rate", "burst"])
def test_a_number_that_only_deployment_knows(name: str) -> None:
    def build(stack: Stack) -> None:
        limit = CfnParameter(stack, "Limit", type="Number", default=7)
        values: dict[str, Any] = {"rate": 5, "burst": 10, name: limit.value_as_number}
        throttled(stack, preflight_throttle=Throttle(**values))

    template = synthesize(build)
    assert {"Ref": "Limit"} in settings(template)[0].values()
    assert limited(template)["/users"] == {"rate": (7, 10), "burst": (5, 7)}[name]


# Every stage.


def another_stage(api: CorsRestApi) -> None:
    deployment = apigateway.Deployment(Stack.of(api), "Next", api=api)
    apigateway.Stage(Stack.of(api), "Beta", deployment=deployment, stage_name="beta")


def a_bare_stage(api: CorsRestApi) -> None:
    bare_stage(api)


def bare_stage(api: CorsRestApi, **props: Any) -> apigateway.CfnStage:
    deployment = apigateway.CfnDeployment(Stack.of(api), "Bare", rest_api_id=api.rest_api_id)
    given = {"rest_api_id": api.rest_api_id, "deployment_id": deployment.ref, "stage_name": "beta", **props}
    return apigateway.CfnStage(Stack.of(api), "Beta", **given)


def a_stage_by_another_spelling(api: CorsRestApi) -> None:
    bare_stage(api, rest_api_id=Fn.sub("${ApiF70053CD}"))


@pytest.mark.parametrize("add", [another_stage, a_bare_stage, a_stage_by_another_spelling])
@pytest.mark.parametrize("deploy", [True, False])
def test_all_stages_of_the_api_have_the_limits(add: Callable[[CorsRestApi], None], deploy: bool) -> None:
    template = synthesize(lambda stack: add(throttled(stack, deploy=deploy)))
    assert limited(template, "beta") == dict.fromkeys(PATHS, (5, 10))
    if deploy:
        assert limited(template) == dict.fromkeys(PATHS, (5, 10))


def test_another_apis_stage_has_none() -> None:
    def build(stack: Stack) -> None:
        throttled(stack)
        other = apigateway.RestApi(stack, "Other", deploy_options=apigateway.StageOptions(stage_name="others"))
        other.root.add_method("GET", mock())

    assert settings(synthesize(build), "others") == []


def test_an_api_without_a_stage_is_an_error() -> None:
    error = synth_error(lambda stack: throttled(stack, deploy=False))
    assert "[Stack/Api] preflight_throttle is set on stages, and this app makes none of this API" in error


# What the app has set itself.


def options(**stage: Any) -> Build:
    return lambda stack: throttled(stack, deploy_options=apigateway.StageOptions(**stage))


def test_what_is_set_for_the_whole_stage_is_repeated_but_for_caching_and_limits() -> None:
    found = settings(
        synthesize(
            options(
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                metrics_enabled=True,
                data_trace_enabled=True,
                caching_enabled=True,
                throttling_rate_limit=1000,
            )
        )
    )
    assert found[0]["HttpMethod"] == "*"
    assert found[0]["CachingEnabled"] is True
    for ours in found[1:]:
        assert {name: value for name, value in ours.items() if name not in {"HttpMethod", "ResourcePath"}} == {
            "DataTraceEnabled": True,
            "LoggingLevel": "ERROR",
            "MetricsEnabled": True,
            **LIMITS,
        }


@pytest.mark.parametrize(
    ("own", "kept", "warned"),
    [
        pytest.param({"throttling_rate_limit": 1, "throttling_burst_limit": 2}, (1, 2), True, id="others"),
        pytest.param({"throttling_rate_limit": 5, "throttling_burst_limit": 10}, (5, 10), False, id="the-same"),
        pytest.param({"throttling_rate_limit": 1}, (1, None), True, id="a-rate-alone"),
        pytest.param({"throttling_burst_limit": 0}, (None, 0), True, id="none-at-all"),
        pytest.param({"metrics_enabled": True}, (5, 10), False, id="no-limits"),
    ],
)
@pytest.mark.parametrize("path", ["/users", "/"])
def test_limits_that_the_app_sets_for_a_preflight_stay(
    path: str, own: dict[str, Any], kept: tuple[Any, Any], warned: bool
) -> None:
    build = options(method_options={f"{path}/OPTIONS": apigateway.MethodDeploymentOptions(**own)})
    template = synthesize(build)
    assert limited(template) == {**dict.fromkeys(PATHS, (5, 10)), path: kept}
    (theirs,) = (it for it in settings(template) if it["ResourcePath"] == path.replace("/users", "/~1users"))
    assert theirs.get("MetricsEnabled") == own.get("metrics_enabled")
    warnings = warnings_with(KEPT, build)
    assert [f"OPTIONS at {path}," in warning.text for warning in warnings] == [True] * warned


def test_what_the_app_sets_for_other_methods_stays() -> None:
    own = apigateway.MethodDeploymentOptions(throttling_rate_limit=1)
    template = synthesize(options(method_options={"/users/GET": own, "/orders/OPTIONS": own}))
    assert limited(template) == {**dict.fromkeys(PATHS, (5, 10)), "/orders": (1, None)}
    assert sum(it["HttpMethod"] == "GET" for it in settings(template)) == 1


# However the settings of a bare stage are written.


@jsii.implements(IStableAnyProducer)
class _Produced:
    def __init__(self, value: Any) -> None:
        self._value = value

    def produce(self) -> Any:
        return self._value


LISTED: Final = [{"httpMethod": "*", "resourcePath": "/*", "metricsEnabled": True}]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda _: [Settings(http_method="*", resource_path="/*", metrics_enabled=True)], id="a-list"),
        pytest.param(lambda _: Token.as_any(LISTED), id="a-token"),
        pytest.param(lambda _: [Token.as_any(LISTED[0])], id="a-list-of-tokens", marks=pytest.mark.newest),
    ],
)
def test_settings_of_a_bare_stage_are_read_and_kept(written: Callable[[Stack], Any]) -> None:
    template = synthesize(lambda stack: bare_stage(throttled(stack), method_settings=written(stack)))
    first, *ours = settings(template, "beta")
    assert first == {"HttpMethod": "*", "ResourcePath": "/*", "MetricsEnabled": True}
    assert [it["MetricsEnabled"] for it in ours] == [True] * len(PATHS)
    assert limited(template, "beta") == dict.fromkeys(PATHS, (5, 10))


def test_values_of_theirs_that_only_deployment_knows_stay() -> None:
    def build(stack: Stack) -> None:
        limit = CfnParameter(stack, "Limit", type="Number")
        theirs = Settings(http_method="*", resource_path="/*", throttling_rate_limit=limit.value_as_number)
        bare_stage(throttled(stack), method_settings=[theirs])

    assert settings(synthesize(build), "beta")[0]["ThrottlingRateLimit"] == {"Ref": "Limit"}


CONDITIONAL: Final = {"Fn::If": ["Busy", LISTED, {"Ref": "AWS::NoValue"}]}


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(Token.as_any(CONDITIONAL), id="the-list"),
        pytest.param([Token.as_any(CONDITIONAL)], id="one-in-the-list", marks=pytest.mark.newest),
    ],
)
def test_settings_that_only_deployment_knows_are_an_error(written: Any) -> None:
    error = synth_error(lambda stack: bare_stage(throttled(stack), method_settings=written))
    assert "Stack/Beta has method settings that only deployment knows" in error
    assert "Fn::If" in error


@pytest.mark.newest  # older ones cannot ask Python's producers, nor read tokens from a list
def test_settings_that_are_lazy() -> None:
    template = synthesize(lambda stack: bare_stage(throttled(stack), method_settings=Lazy.any(_Produced(LISTED))))
    assert limited(template, "beta") == dict.fromkeys(PATHS, (5, 10))
    error = synth_error(lambda stack: bare_stage(throttled(stack), method_settings=[Lazy.any(_Produced(LISTED[0]))]))
    assert "Stack/Beta has a Lazy or another token among its method settings" in error


def test_to_throttle_twice_is_to_throttle_once() -> None:
    def build(stack: Stack, times: int = 1) -> None:
        api = throttled(stack, preflight_throttle=None)
        for _ in range(times):
            assert throttle_preflights(stages_of(api), PATHS, THROTTLE) == []

    template = synthesize(lambda stack: build(stack, 2))
    assert limited(template) == dict.fromkeys(PATHS, (5, 10))
    assert settings(template) == settings(synthesize(build))


def bare_method(api: CorsRestApi, resource_id: str) -> None:
    integration = apigateway.CfnMethod.IntegrationProperty(type="MOCK")
    given: dict[str, Any] = {"http_method": "GET", "integration": integration, "resource_id": resource_id}
    apigateway.CfnMethod(Stack.of(api), "Get", rest_api_id=api.rest_api_id, **given)


def test_a_path_that_is_not_known_whole_is_an_error() -> None:
    def build(stack: Stack) -> None:
        api = throttled(stack)
        elsewhere = apigateway.CfnResource(
            stack, "Below", rest_api_id=api.rest_api_id, parent_id=Fn.import_value("Parent"), path_part="x"
        )
        bare_method(api, elsewhere.ref)

    assert "is not the whole path of a resource" in synth_error(build)


def test_a_path_part_that_only_deployment_knows() -> None:
    def build(stack: Stack) -> None:
        part = CfnParameter(stack, "Part", default="shop").value_as_string
        api = throttled(stack, ("/",))
        parent: dict[str, Any] = {"rest_api_id": api.rest_api_id, "parent_id": api.rest_api_root_resource_id}
        shop = apigateway.CfnResource(stack, "Shop", path_part=part, **parent)
        items = apigateway.CfnResource(stack, "Items", **{**parent, "parent_id": shop.ref}, path_part="items")
        bare_method(api, items.ref)

    assert limited(synthesize(build)) == dict.fromkeys(["/", "/shop/items"], (5, 10))


# What is no throttle.


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param({"rate": 0, "burst": 1}, ["rate=0 "], id="no-rate"),
        pytest.param({"rate": -1, "burst": 1}, ["rate=-1 "], id="a-rate-below-zero"),
        pytest.param({"rate": "5", "burst": 1}, ["rate='5'"], id="a-text"),
        pytest.param({"rate": True, "burst": 1}, ["rate=True"], id="a-truth"),
        pytest.param({"rate": float("nan"), "burst": 1}, ["rate=nan"], id="not-a-number"),
        pytest.param({"rate": float("inf"), "burst": 1}, ["rate=inf"], id="without-end"),
        pytest.param({"rate": 1, "burst": 0}, ["burst=0 "], id="no-burst"),
        pytest.param({"rate": 1, "burst": 1.5}, ["burst=1.5"], id="half-a-request"),
        pytest.param({"rate": None, "burst": None}, ["rate=None", "burst=None"], id="all-at-once"),
    ],
)
def test_a_throttle_of_nonsense_is_refused(values: Mapping[str, Any], told: list[str]) -> None:
    with pytest.raises(ValueError, match="Throttle: ") as caught:
        Throttle(**values)
    assert all(part in str(caught.value) for part in told)
    assert str(caught.value).count("write") == len(told)


def test_rate_comes_before_burst_where_they_are_not_named() -> None:
    assert Throttle(5, 10) == Throttle(rate=5, burst=10)


def test_half_a_request_a_second_is_a_rate() -> None:
    assert limited(synthesize(lambda stack: throttled(stack, preflight_throttle=Throttle(rate=0.5, burst=1)))) == (
        dict.fromkeys(PATHS, (0.5, 1))
    )


def test_an_api_takes_a_throttle_only() -> None:
    with pytest.raises(
        TypeError, match=r"preflight_throttle takes a Throttle, not .*write Throttle\(rate=50, burst=100\)"
    ):
        cors_api(Stack(), preflight_throttle={"rate": 5, "burst": 10})


# Whichever way the API comes in.


def test_one_preflight_for_the_whole_api_has_one_limit() -> None:
    def build(stack: Stack) -> None:
        throttled(stack, ("/", "/users", "/orders", "/stock", "/orders/{id}"), preflight=Preflight.SHARED)

    assert limited(synthesize(build)) == dict.fromkeys(["/", "/{proxy+}"], (5, 10))


def test_an_api_that_is_there_already_has_them_on_preflights_that_the_cdk_made() -> None:
    def build(stack: Stack) -> None:
        cors = apigateway.CorsOptions(allow_origins=["*"])
        api = apigateway.RestApi(stack, "Api", default_cors_preflight_options=cors)
        api.root.add_resource("users").add_method("GET", mock())
        Aspects.of(stack).add(EnableCors(POLICY, keys_managed_elsewhere=True, preflight_throttle=THROTTLE))

    assert limited(synthesize(build)) == dict.fromkeys(["/", "/users"], (5, 10))
