"""Throttles and quotas, with a clock that the tests turn."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.serve.limits import Limits
from cors_constructs.serve.periods import end_of, start_of
from cors_constructs.simulate.gateway import Decision, Gateway
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import (
    Api,
    ApiKey,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    MethodSetting,
    MethodThrottle,
    Source,
    Stage,
    Template,
    Throttle,
    UsagePlan,
)
from cors_constructs.simulate.template import read_template
from cors_constructs.simulate.values import TemplateError, Unresolved

NOON = 1_700_049_600.0  # Wednesday, 15 November 2023, 12:00 UTC
DAY = 86_400
WEB, APP = (ApiKey(Source(None, f"Key{name}"), name) for name in ("web", "app"))
MOCK = Integration(
    "MOCK", request_templates={"application/json": '{"statusCode":200}'}, responses=(IntegrationResponse("200"),)
)
CORS = GatewayResponse(Source(None, "Cors"), "DEFAULT_4XX", headers={"Access-Control-Allow-Origin": "'*'"})


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def method(name: str, **given: Any) -> Method:
    verb, path = name.split()
    keyed = {"api_key_required": verb != "OPTIONS"}
    return Method(Source(None, f"{verb}{path}"), path, verb, integration=MOCK, **{**keyed, **given})


METHODS = tuple(
    map(method, ("GET /users", "POST /users", "OPTIONS /users", "HEAD /users", "GET /users/{id}", "ANY /any"))
)


def plan(*keys: ApiKey, **given: Any) -> UsagePlan:
    return UsagePlan(
        **{"source": Source(None, "Plan"), "name": "gold", "stages": (("Api", "prod"),), "keys": keys, **given}
    )


def stage(*settings: MethodSetting, name: str = "prod") -> Stage:
    return Stage(Source(None, f"Stage{name}"), name, settings=settings)


def gateway(
    limits: Limits,
    *plans: UsagePlan,
    stages: Sequence[Stage] = (),
    name: str = "prod",
    logical_id: str = "Api",
    **given: Any,
) -> Gateway:
    keys = tuple({key.source.logical_id: key for it in plans for key in it.keys}.values()) or (WEB,)
    api = Api(
        Source(None, logical_id),
        "shop",
        METHODS,
        stages=tuple(stages) or (stage(),),
        plans=plans or (plan(WEB),),
        gateway_responses={"DEFAULT_4XX": CORS},
    )
    template = Template((), (api,), api.plans, keys)
    return Gateway.from_template(template, stage=name, limits=limits, **given)


def send(to: Gateway, name: str = "GET /users", key: str | None = "web") -> Response:
    verb, path = name.split()
    headers = {} if key is None else {"x-api-key": to.key(key)}
    return to(Request(verb, path, headers))


def statuses(to: Gateway, times: int, name: str = "GET /users", key: str | None = "web") -> list[int]:
    return [send(to, name, key).status for _ in range(times)]


class TestThrottles:
    def test_a_plan_lets_its_burst_through_and_then_its_rate(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, throttle=Throttle(2.0, 3)))
        assert statuses(to, 5) == [200, 200, 200, 429, 429]
        clock.now += 0.5
        assert statuses(to, 2) == [200, 429]
        clock.now += 3600
        assert statuses(to, 4) == [200, 200, 200, 429]

    def test_the_answer_is_the_gateway_response_with_its_cors_headers(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, throttle=Throttle(0.25, 1)))
        send(to)
        clock.now += 1
        response = send(to)
        assert (response.status, response.body) == (429, b'{"message":"Too Many Requests"}')
        assert response.headers["x-amzn-errortype"] == "TooManyRequestsException"
        assert (response.headers["Access-Control-Allow-Origin"], response.headers["Retry-After"]) == ("*", "3")
        assert response.why.startswith(
            "GET /users: the usage plan gold allows 0.25 requests a second and 1 at once, the next in 3.0 s"
        )
        assert to.key("web") not in response.why

    def test_each_key_of_a_plan_has_its_own(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, APP, throttle=Throttle(1.0, 1)))
        assert statuses(to, 2) == [200, 429]
        assert statuses(to, 2, key="app") == [200, 429]

    def test_the_stages_of_a_plan_share_it(self, clock: Clock) -> None:
        limits, stages = Limits(clock), (stage(), stage(name="test"))
        shared = plan(WEB, stages=(("Api", "prod"), ("Api", "test")), throttle=Throttle(1.0, 2))
        prod, test = (gateway(limits, shared, stages=stages, name=name) for name in ("prod", "test"))
        assert [send(prod).status, send(test).status, send(prod).status, send(test).status] == [200, 200, 429, 429]

    def test_a_plan_does_not_see_a_preflight(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, throttle=Throttle(0.0, 0)))
        assert statuses(to, 3, "OPTIONS /users", None) == [200, 200, 200]
        assert statuses(to, 1) == [429]

    def test_a_plan_limits_single_methods(self, clock: Clock) -> None:
        own = (
            MethodThrottle("Api", "prod", "/users/GET", Throttle(1.0, 1)),
            MethodThrottle("Api", "test", "/users/POST", Throttle(0.0, 0)),
            MethodThrottle("Other", "prod", "/users/POST", Throttle(0.0, 0)),
        )
        to = gateway(Limits(clock), plan(WEB, APP, method_throttles=own))
        assert statuses(to, 2) == [200, 429]
        assert statuses(to, 2, key="app") == [200, 429]
        assert statuses(to, 3, "POST /users") == [200, 200, 200]
        assert "the usage plan gold for GET /users allows" in send(to).why

    @pytest.mark.parametrize(
        ("settings", "name", "wanted"),
        [
            pytest.param([MethodSetting("/*", "*", 1.0, 2)], "GET /users", [200, 200, 429], id="all methods"),
            pytest.param([MethodSetting("/*", "*", 1.0, 2)], "OPTIONS /users", [200, 200, 429], id="a preflight"),
            pytest.param([MethodSetting("/users", "GET", 1.0, 1)], "GET /users", [200, 429, 429], id="one method"),
            pytest.param([MethodSetting("/users", "GET", 1.0, 1)], "POST /users", [200] * 3, id="another method"),
            pytest.param([MethodSetting("/users", "GET", 1.0, 1)], "GET /users/7", [200] * 3, id="another path"),
            pytest.param(
                [MethodSetting("/users/{id}", "GET", 1.0, 1)], "GET /users/7", [200, 429, 429], id="a variable"
            ),
            pytest.param([MethodSetting("/any", "ANY", 1.0, 1)], "PUT /any", [200, 429, 429], id="any method"),
            pytest.param(
                [MethodSetting("/*", "*", 1.0, 0), MethodSetting("/users", "GET", 1.0, 2)],
                "GET /users",
                [200, 200, 429],
                id="one method goes before all",
            ),
            pytest.param(
                [MethodSetting("/users", "GET", 1.0), MethodSetting("/*", "*", 5.0, 2)],
                "GET /users",
                [200, 200, 429],
                id="what one method leaves open is that of all",
            ),
            pytest.param([MethodSetting("/*", "*", 0.0, 0)], "GET /users", [429] * 3, id="nothing goes through"),
            pytest.param([MethodSetting("/*", "*", -1.0, -1)], "GET /users", [200] * 3, id="switched off"),
            pytest.param([MethodSetting("/*", "*")], "GET /users", [200] * 3, id="a setting of something else"),
        ],
    )
    def test_a_stage_limits_its_methods(
        self, clock: Clock, settings: list[MethodSetting], name: str, wanted: list[int]
    ) -> None:
        to = gateway(Limits(clock), stages=[stage(*settings)])
        assert statuses(to, 3, name) == wanted

    def test_each_method_of_a_stage_has_its_own(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, APP), stages=[stage(MethodSetting("/*", "*", 1.0, 1))])
        assert statuses(to, 2) == [200, 429]
        assert statuses(to, 1, key="app") == [429]
        assert statuses(to, 2, "POST /users") == [200, 429]

    def test_the_account_limits_everything_together(self, clock: Clock) -> None:
        limits = Limits(clock, Throttle(1.0, 2))
        one, other = gateway(limits), gateway(limits, plan(WEB, stages=(("Api2", "prod"),)), logical_id="Api2")
        assert [send(one).status, send(other, "OPTIONS /users").status, send(other).status] == [200, 200, 429]
        assert "the account allows 1 requests a second and 2 at once" in send(one).why

    def test_an_account_without_limits_has_none(self, clock: Clock) -> None:
        to = gateway(Limits(clock, Throttle()))
        assert set(statuses(to, 6000, "OPTIONS /users")) == {200}

    def test_as_aws_has_it_the_account_takes_five_thousand_at_once(self, clock: Clock) -> None:
        to = gateway(Limits(clock))
        assert statuses(to, 5001, "OPTIONS /users")[4999:] == [200, 429]

    @pytest.mark.parametrize(
        ("throttle", "wanted"),
        [
            pytest.param(Throttle(rate=0.0, burst=2), [200, 200, 429], id="never filled"),
            pytest.param(Throttle(rate=5.0, burst=0), [429, 429, 429], id="holds nothing"),
        ],
    )
    def test_where_waiting_is_of_no_use_nothing_says_how_long(
        self, clock: Clock, throttle: Throttle, wanted: list[int]
    ) -> None:
        to = gateway(Limits(clock), plan(WEB, throttle=throttle))
        assert statuses(to, 3) == wanted
        response = send(to)
        assert "Retry-After" not in response.headers
        assert "none, ever" in response.why

    def test_a_refused_request_takes_nothing(self, clock: Clock) -> None:
        narrow, wide = MethodSetting("/users", "GET", 0.0, 1), plan(WEB, throttle=Throttle(0.0, 3), quota=(3, "DAY"))
        to = gateway(Limits(clock), wide, stages=[stage(narrow)])
        assert statuses(to, 5) == [200, 429, 429, 429, 429]
        assert statuses(to, 3, "POST /users") == [200, 200, 429]

    def test_a_client_goes_before_the_stage_and_that_before_the_account(self, clock: Clock) -> None:
        none = Throttle(0.0, 0)
        stages = [stage(MethodSetting("/*", "*", 0.0, 0))]
        own = (MethodThrottle("Api", "prod", "/users/GET", none),)
        account = Limits(clock, none)
        whys = [
            send(gateway(account, plan(WEB, throttle=none, method_throttles=own), stages=stages)).why,
            send(gateway(account, plan(WEB, throttle=none), stages=stages)).why,
            send(gateway(account, plan(WEB, quota=(0, "DAY")), stages=stages)).why,
            send(gateway(account, stages=stages)).why,
            send(gateway(account)).why,
        ]
        places = ("plan gold for GET /users allows", "plan gold allows", "a day", "the stage prod for", "the account")
        assert all(place in why for place, why in zip(places, whys, strict=True)), whys

    def test_a_clock_that_is_set_back_gives_nothing(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, throttle=Throttle(1.0, 2)))
        assert statuses(to, 3) == [200, 200, 429]
        clock.now -= 3600
        assert statuses(to, 1) == [429]
        clock.now += 1
        assert statuses(to, 2) == [200, 429]

    def test_counts_outlive_a_template_that_is_read_anew(self, clock: Clock) -> None:
        limits = Limits(clock)
        assert statuses(gateway(limits, plan(WEB, throttle=Throttle(1.0, 2))), 3) == [200, 200, 429]
        again = gateway(limits, plan(attrs.evolve(WEB), throttle=Throttle(10.0, 20)))
        assert statuses(again, 1) == [429]
        clock.now += 0.5
        assert statuses(again, 6) == [200] * 5 + [429]

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({"throttle": Throttle(Unresolved({"Ref": "Most"}), 5)}, id="a rate"),
            pytest.param({"throttle": Throttle(5.0, Unresolved({"Ref": "Most"}))}, id="a burst"),
            pytest.param({"quota": (Unresolved({"Ref": "Most"}), "DAY")}, id="a quota"),
            pytest.param({"quota": (5, Unresolved({"Ref": "Most"}))}, id="a period"),
        ],
    )
    def test_a_limit_that_only_a_deployment_knows_is_asked_for(self, clock: Clock, given: Mapping[str, Any]) -> None:
        with pytest.raises(TemplateError, match=r"how many requests the usage plan gold lets through depends.*Most"):
            send(gateway(Limits(clock), plan(WEB, **given)))

    def test_a_key_that_the_template_only_refers_to_is_limited_by_its_plan(self, clock: Clock) -> None:
        shared = plan(keys=(), other_keys=True, throttle=Throttle(1.0, 1))
        to = gateway(Limits(clock), shared, api_keys={"one": "1" * 20, "two": "2" * 20})
        assert [statuses(to, 2, key=name) for name in ("one", "two")] == [[200, 429], [200, 429]]
        assert "1" * 20 not in send(to, key="one").why

    def test_the_plan_that_has_the_key_counts(self, clock: Clock) -> None:
        others = plan(APP, throttle=Throttle(0.0, 0))
        elsewhere = plan(WEB, source=Source(None, "Plan2"), stages=(("Api", "test"),), throttle=Throttle(0.0, 0))
        own = plan(WEB, source=Source(None, "Plan3"), throttle=Throttle(0.0, 1))
        to = gateway(Limits(clock), others, elsewhere, own, stages=[stage(), stage(name="test")])
        assert statuses(to, 2) == [200, 429]
        assert statuses(to, 1, key="app") == [429]

    def test_a_key_that_an_authorizer_hands_over_is_counted(self, clock: Clock) -> None:
        limited = plan(WEB, throttle=Throttle(0.0, 1))
        guarded = method("GET /users", authorization="CUSTOM")
        api = Api(
            Source(None, "Api"), "shop", (guarded,), api_key_source="AUTHORIZER", plans=(limited,), stages=(stage(),)
        )
        template = Template((), (api,), api.plans, (WEB,))
        value = Gateway.from_template(template).key("web")
        to = Gateway.from_template(template, limits=Limits(clock), authorizer=Decision(usage_key=value))
        request = Request("GET", "/users", {"Authorization": "Bearer abc"})
        assert [to(request).status, to(request).status] == [200, 429]


class TestQuotas:
    def test_a_quota_is_each_keys_and_ends_with_its_period(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, APP, quota=(2, "DAY")))
        assert statuses(to, 3) == [200, 200, 429]
        assert statuses(to, 1, key="app") == [200]
        clock.now += DAY / 2 - 1
        assert statuses(to, 1) == [429]
        clock.now += 1
        assert statuses(to, 3) == [200, 200, 429]

    def test_its_answer(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(WEB, quota=(1, "DAY")))
        send(to)
        response = send(to)
        assert (response.status, response.body) == (429, b'{"message":"Limit Exceeded"}')
        assert (response.headers["Access-Control-Allow-Origin"], response.headers["Retry-After"]) == ("*", "43200")
        assert response.headers["x-amzn-errortype"] == "LimitExceededException"
        assert response.why.startswith(
            "GET /users: the usage plan gold lets the key web send 1 requests a day, and it has"
        )

    def test_a_key_that_the_template_only_refers_to_is_not_named(self, clock: Clock) -> None:
        to = gateway(Limits(clock), plan(other_keys=True, quota=(1, "WEEK")), api_keys={"one": "1" * 20})
        assert statuses(to, 2, key="one") == [200, 429]
        assert "lets the key send 1 requests a week" in send(to, key="one").why

    def test_a_quota_of_nothing_is_never_worth_waiting_for(self, clock: Clock) -> None:
        response = send(gateway(Limits(clock), plan(WEB, quota=(0, "MONTH"))))
        assert (response.status, "Retry-After" in response.headers) == (429, False)

    @pytest.mark.parametrize(
        ("period", "start", "end"),
        [
            pytest.param("DAY", "2023-11-15", "2023-11-16", id="a day"),
            pytest.param("WEEK", "2023-11-12", "2023-11-19", id="a week begins on Sunday"),
            pytest.param("MONTH", "2023-11-01", "2023-12-01", id="a month"),
        ],
    )
    def test_periods(self, period: str, start: str, end: str) -> None:
        assert (_day(start_of(period, NOON)), _day(end_of(period, NOON))) == (start, end)

    @given(st.sampled_from(["DAY", "WEEK", "MONTH"]), st.integers(0, 4_000_000_000))
    def test_periods_follow_one_another(self, period: str, now: int) -> None:
        start, end = start_of(period, now), end_of(period, now)
        assert start <= now < end
        assert start_of(period, end) == end
        assert start_of(period, end - 1) == start
        assert start % DAY == end % DAY == 0


def _day(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).date().isoformat()


@given(
    st.floats(0.1, 50),
    st.integers(1, 20),
    st.lists(st.floats(0, 2), min_size=1, max_size=80),
)
def test_never_more_than_the_burst_and_what_the_rate_added_and_never_less_than_the_rate_allows(
    rate: float, burst: int, waits: list[float]
) -> None:
    clock = Clock()
    to = gateway(Limits(clock), plan(WEB, throttle=Throttle(rate, burst)))
    passed = 0
    for wait in waits:
        clock.now += wait
        status = send(to).status
        passed += status == 200
        if wait * rate >= 1.001:
            assert status == 200, "a whole request came in meanwhile"
    assert passed <= burst + sum(waits) * rate + 0.001
    assert passed >= min(burst, len(waits))


def test_a_template_from_end_to_end() -> None:
    def resource(kind: str, **properties: Any) -> dict[str, Any]:
        return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}

    api = {"Ref": "Api"}
    mock = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode":200}'},
        "IntegrationResponses": [{"StatusCode": "200"}],
    }
    ours = {"RestApiId": api, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "Integration": mock}
    preflights = {"ResourcePath": "/", "HttpMethod": "OPTIONS", "ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 2}
    covered = {"ApiId": api, "Stage": {"Ref": "Stage"}, "Throttle": {"/POST": {"RateLimit": 1, "BurstLimit": 1}}}
    resources = {
        "Api": resource("RestApi", Name="shop"),
        "Get": resource("Method", **ours, HttpMethod="GET", ApiKeyRequired=True, AuthorizationType="NONE"),
        "Post": resource("Method", **ours, HttpMethod="POST", ApiKeyRequired=True, AuthorizationType="NONE"),
        "Options": resource("Method", **ours, HttpMethod="OPTIONS", AuthorizationType="NONE"),
        "Deployment": resource("Deployment", RestApiId=api),
        "Stage": resource(
            "Stage", RestApiId=api, StageName="prod", DeploymentId={"Ref": "Deployment"}, MethodSettings=[preflights]
        ),
        "Key": resource("ApiKey", Name="web", Enabled=True),
        "Plan": resource(
            "UsagePlan",
            ApiStages=[covered],
            Throttle={"RateLimit": 10, "BurstLimit": 3},
            Quota={"Limit": 5, "Period": "MONTH"},
        ),
        "PlanKey": resource("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
    }
    clock = Clock()
    to = Gateway.from_template(read_template({"Resources": resources}), limits=Limits(clock))
    assert statuses(to, 3, "OPTIONS /", None) == [200, 200, 429]
    assert statuses(to, 2, "POST /") == [200, 429]
    assert statuses(to, 3, "GET /") == [200, 200, 429]
    clock.now += 60
    assert statuses(to, 3, "GET /") == [200, 200, 429]
    assert send(to, "GET /").headers["Retry-After"] == str(15 * DAY + DAY // 2 - 60)
