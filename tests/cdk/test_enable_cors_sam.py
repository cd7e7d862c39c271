"""`EnableCors` on SAM's APIs: the template is transformed by SAM's own translator, as CloudFormation does it."""

from pathlib import Path
from typing import Any, Final

import attrs
import aws_cdk
import constructs
import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_sam as sam

from cors_constructs import CorsPolicy, EnableCors, ErrorResponses, Throttle
from cors_constructs.simulate import Gateway, Outcome
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .existing import as_aspect, backend, document, errors_in, included
from .synthesis import ORIGIN, OTHER_ORIGIN, POLICY, Template, synth_error, synthesize, warnings_with

POOL: Final = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"
AUTHORIZERS: Final = {"Users": {"UserPoolArn": POOL}}


def sam_api(stack: Stack, **props: Any) -> sam.CfnApi:
    """An API with a plan and a key of SAM's."""
    api = sam.CfnApi(stack, "Api", **{"stage_name": "prod", **props})
    api.add_property_override("Auth.UsagePlan", {"CreateUsagePlan": "PER_API"})
    return api


def event(api: sam.CfnApi, verb: str, path: str, **more: Any) -> sam.CfnFunction.EventSourceProperty:
    properties = sam.CfnFunction.ApiEventProperty(method=verb, path=path, rest_api_id=api.ref, **more)
    return sam.CfnFunction.EventSourceProperty(type="Api", properties=properties)


def function(stack: Stack, **events: sam.CfnFunction.EventSourceProperty) -> sam.CfnFunction:
    return sam.CfnFunction(
        stack, "Fn", handler="index.handler", runtime="python3.13", inline_code="handler = None", events=events
    )


def of_events(stack: Stack, **props: Any) -> sam.CfnApi:
    api = sam_api(stack, **props)
    events = {
        "Users": event(api, "get", "/users"),
        "Save": event(api, "put", "/users"),
        "Files": event(api, "any", "/files/{proxy+}"),
        "Health": event(api, "get", "/health"),
    }
    function(stack, **events)
    return api


def of_document(stack: Stack) -> sam.CfnApi:
    return sam_api(stack, definition_body=document(**{"/health": {"get": document()["paths"]["/users"]["get"]}}))


def brought_in(stack: Stack, folder: Path, *, without: str | None = None, **sections: Any) -> None:
    """A template as a person writes one, with more sections; one event may name no API."""
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "prod"}}
    methods = {"Users": ("get", "/users"), "Save": ("put", "/users"), "Files": ("any", "/files/{proxy+}")}
    of_api = {"RestApiId": {"Ref": "Api"}}
    events = {
        name: {"Type": "Api", "Properties": {"Method": verb, "Path": path, **({} if name == without else of_api)}}
        for name, (verb, path) in methods.items()
    }
    code = {"InlineCode": "handler = None", "Handler": "index.handler", "Runtime": "python3.13"}
    resources = {"Api": api, "Fn": {"Type": "AWS::Serverless::Function", "Properties": {**code, "Events": events}}}
    included(stack, {"Transform": "AWS::Serverless-2016-10-31", **sections, "Resources": resources}, folder)


KINDS: Final = {"of-events": of_events, "of-a-document": of_document}
mixins = pytest.mark.skipif(not hasattr(constructs, "IMixin"), reason="this version of constructs has no mixins")
every_kind = pytest.mark.parametrize("build", KINDS.values(), ids=list(KINDS))


def enabled(build: Any, policy: CorsPolicy = POLICY, *, props: Any = None, **said: Any) -> Template:
    def both(stack: Stack) -> None:
        build(stack, **(props or {}))
        as_aspect(stack, EnableCors(policy, **said))

    return synthesize(both)


@attrs.frozen
class Seen:
    """What a page's browser made of a call, and the statuses it got."""

    outcome: Outcome
    statuses: list[int]


def call(template: Template, path: str = "/users", *, origin: str = ORIGIN, keyed: bool = True, **headers: str) -> Seen:
    model = read_template(template)
    gateway = Gateway.from_template(model, backend=backend)
    key = gateway.key(model.keys[0].source.logical_id or "") if keyed else "a-key-that-nobody-has-been-given"
    verdict = Browser(gateway).fetch("GET", path, origin=origin, headers={"x-api-key": key, **headers})
    return Seen(verdict.outcome, [it.response.status for it in verdict.exchanges if it.response is not None])


class TestASamApi:
    @every_kind
    def test_lets_a_page_call_with_a_key_and_ask_without(self, build: Any) -> None:
        template = enabled(build)
        right, wrong = call(template), call(template, keyed=False)
        assert right.outcome is wrong.outcome is Outcome.ALLOWED
        assert (right.statuses[-1], wrong.statuses[-1]) == (200, 403)

    @every_kind
    def test_was_shut_before(self, build: Any) -> None:
        assert call(synthesize(build)).outcome is not Outcome.ALLOWED

    @every_kind
    def test_lets_a_method_do_without_a_key_by_name(self, build: Any) -> None:
        template = enabled(build, keyless=["GET /health"])
        assert call(template, "/health", keyed=False).statuses[-1] == 200
        assert call(template, keyed=False).statuses[-1] == 403

    @every_kind
    def test_that_asks_for_no_keys_is_not_made_to(self, build: Any) -> None:
        assert call(enabled(build, require_api_key=False), keyed=False).statuses[-1] == 200

    @every_kind
    def test_comes_out_clean(self, build: Any) -> None:
        assert errors_in(enabled(build)) == []

    @every_kind
    def test_twice_is_as_good_as_once(self, build: Any) -> None:
        def twice(stack: Stack) -> None:
            build(stack)
            as_aspect(stack, EnableCors(POLICY))
            as_aspect(stack.node.root, EnableCors(POLICY))

        assert synthesize(twice)["Resources"] == enabled(build)["Resources"]

    @every_kind
    def test_told_two_things_is_an_error(self, build: Any) -> None:
        def both(stack: Stack) -> None:
            build(stack)
            as_aspect(stack, EnableCors(POLICY))
            as_aspect(stack.node.root, EnableCors(POLICY, require_api_key=False))

        error = synth_error(both)
        assert "EnableCors was applied to Stack/Api twice" in error
        assert "require_api_key=True" in error

    @every_kind
    def test_with_an_authorizer_for_everything_has_it_spare_preflights(self, build: Any) -> None:
        def guarded(stack: Stack) -> None:
            auth = sam.CfnApi.AuthProperty(authorizers=AUTHORIZERS, default_authorizer="Users")
            build(stack).auth = auth

        template = enabled(guarded)
        assert call(template, authorization="a-token").statuses[-1] == 200
        assert call(template, keyed=False, authorization="a-token").statuses[-1] == 403
        assert call(template).statuses[-1] == 401
        assert {call(template).outcome, call(template, keyed=False).outcome} == {Outcome.ALLOWED}

    @every_kind
    def test_is_warned_of_where_a_key_is_all_that_guards_it(self, build: Any) -> None:
        def both(stack: Stack) -> None:
            build(stack)
            as_aspect(stack, EnableCors(POLICY))

        assert len(warnings_with("cors-constructs:api-key-is-not-authentication", both)) == 1

    @every_kind
    def test_whose_plan_cannot_be_seen_is_warned_of(self, build: Any) -> None:
        def both(stack: Stack) -> None:
            build(stack)
            as_aspect(stack, EnableCors(POLICY))

        (warning,) = warnings_with("cors-constructs:sam-usage-plan", both)
        assert "Auth.UsagePlan" in warning.text

    @every_kind
    def test_with_a_plan_in_the_app_is_not(self, build: Any) -> None:
        def both(stack: Stack) -> None:
            at_stage = apigateway.CfnUsagePlan.ApiStageProperty(api_id=build(stack).ref, stage="prod")
            apigateway.CfnUsagePlan(stack, "Plan", api_stages=[at_stage])
            as_aspect(stack, EnableCors(POLICY))

        assert warnings_with("cors-constructs:sam-usage-plan", both) == []

    @every_kind
    def test_limits_its_preflights(self, build: Any) -> None:
        template = enabled(build, preflight_throttle=Throttle(rate=5, burst=10))
        settings = template["Resources"]["Api"]["Properties"]["MethodSettings"]
        assert {"/~1users", "/~1health"} <= {it["ResourcePath"] for it in settings}
        assert {(it["HttpMethod"], it["ThrottlingRateLimit"], it["ThrottlingBurstLimit"]) for it in settings} == {
            ("OPTIONS", 5, 10)
        }


class TestOneOfEvents:
    def test_allows_the_methods_that_each_path_has(self) -> None:
        gateway = Gateway.from_template(read_template(enabled(of_events)), backend=backend)
        for path, allowed in {"/users": {"GET", "PUT", "OPTIONS"}, "/health": {"GET", "OPTIONS"}}.items():
            verdict = Browser(gateway).fetch("GET", path, origin=ORIGIN, headers={"x-api-key": "any"})
            preflight = verdict.exchanges[0].response
            assert preflight is not None
            assert set(preflight.headers["access-control-allow-methods"].split(",")) == allowed

    def test_answers_for_any_method(self) -> None:
        assert call(enabled(of_events), "/files/a.txt").statuses[-1] == 200

    def test_with_several_origins_is_an_error_that_says_what_to_write(self) -> None:
        def build(stack: Stack) -> None:
            of_events(stack)
            as_aspect(stack, EnableCors(POLICY.evolve(allow_origins=[ORIGIN, OTHER_ORIGIN])))

        error = synth_error(build)
        assert "[Stack/Api] the policy has several origins" in error
        assert "definition_body" in error
        assert "CorsSpecRestApi" in error

    def test_with_every_origin_will_do(self) -> None:
        template = enabled(of_events, CorsPolicy(allow_origins=["*"]))
        assert template["Resources"]["Api"]["Properties"]["Cors"]["AllowOrigin"] == "'*'"

    def test_that_said_otherwise_of_cors_says_what_the_policy_says(self) -> None:
        template = enabled(of_events, POLICY.evolve(allow_methods=["GET"]), props={"cors": "'*'"})
        cors = template["Resources"]["Api"]["Properties"]["Cors"]
        assert (cors["AllowOrigin"], cors["AllowMethods"], cors["MaxAge"]) == (f"'{ORIGIN}'", "'GET'", "'7200'")

    @pytest.mark.parametrize(
        "everywhere",
        [
            "'*'",
            {"AllowOrigin": "'*'", "AllowCredentials": True, "AllowMethods": "'GET'", "MaxAge": "'5'"},
        ],
        ids=["an-origin", "more"],
    )
    def test_says_all_of_the_policy_where_globals_say_otherwise(self, everywhere: Any, tmp_path: Path) -> None:
        template = enabled(lambda stack: brought_in(stack, tmp_path, Globals={"Api": {"Cors": everywhere}}))
        gateway = Gateway.from_template(read_template(template), backend=backend)
        for verb, path in {"GET": "/users", "PUT": "/users", "PATCH": "/files/a.txt"}.items():
            verdict = Browser(gateway).fetch(verb, path, origin=ORIGIN, headers={"x-api-key": "any"})
            assert verdict.outcome is Outcome.ALLOWED, verdict
            preflight = verdict.exchanges[0].response
            assert preflight is not None
            assert "access-control-allow-credentials" not in preflight.headers
            assert preflight.headers["access-control-max-age"] == "7200"

    def test_of_no_api_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        def build(stack: Stack) -> None:
            brought_in(stack, tmp_path, without="Users")
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert (
            "[Stack] EnableCors was applied to Stack, and events there name no API: Stack/Included/Fn (Users). "
            in error
        )
        assert "RestApiId: !Ref Api" in error

    @mixins
    @pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside-one-with-an-api"])
    def test_of_no_api_is_an_error_for_a_mixin_too(self, alone: bool) -> None:
        def build(stack: Stack) -> None:
            properties = sam.CfnFunction.ApiEventProperty(method="get", path="/orders")
            orders = sam.CfnFunction.EventSourceProperty(type="Api", properties=properties)
            function(stack, Orders=orders, **({} if alone else {"Users": event(sam_api(stack), "get", "/users")}))
            aws_cdk.Mixins.of(stack).apply(EnableCors(POLICY))

        error = synth_error(build)
        assert "events there name no API: Stack/Fn (Orders). " in error
        assert "there is no REST API in it" not in error

    def test_whose_event_says_it_needs_no_key_is_warned_of_and_asked(self) -> None:
        def build(stack: Stack) -> None:
            api = sam_api(stack)
            function(
                stack, Users=event(api, "get", "/users", auth=sam.CfnFunction.AuthProperty(api_key_required=False))
            )
            as_aspect(stack, EnableCors(POLICY))

        assert call(synthesize(build), keyed=False).statuses[-1] == 403
        assert len(warnings_with("cors-constructs:api-key-required-anyway:GET /users]", build)) == 1

    def test_whose_names_are_wrong_is_an_error(self) -> None:
        def build(stack: Stack) -> None:
            of_events(stack)
            as_aspect(stack, EnableCors(POLICY, keyless=["GET /helth"]))

        assert "keyless names 'GET /helth'" in synth_error(build)

    def test_keeps_the_gateway_responses_it_has_and_gives_them_headers(self) -> None:
        own = {"UNAUTHORIZED": {"StatusCode": 401, "ResponseParameters": {"Headers": {"X-Own": "'1'"}}}}
        responses = enabled(of_events, props={"gateway_responses": own})["Resources"]["Api"]["Properties"][
            "GatewayResponses"
        ]
        assert set(responses) == {"UNAUTHORIZED", "DEFAULT_4XX", "DEFAULT_5XX"}
        assert responses["UNAUTHORIZED"]["StatusCode"] == 401
        headers = responses["UNAUTHORIZED"]["ResponseParameters"]["Headers"]
        assert headers["X-Own"] == "'1'"
        assert headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"

    def test_makes_no_gateway_responses_where_none_are_wanted(self) -> None:
        template = enabled(of_events, error_responses=ErrorResponses.NONE)
        assert "GatewayResponses" not in template["Resources"]["Api"]["Properties"]

    def test_of_another_api_is_left_alone(self) -> None:
        def build(stack: Stack) -> None:
            other = sam.CfnApi(stack, "Other", stage_name="prod")
            function(stack, Users=event(other, "get", "/users"))
            as_aspect(sam_api(stack), EnableCors(POLICY))

        other = synthesize(build)["Resources"]["Other"]["Properties"]
        assert other == {"StageName": "prod"}

    def test_of_a_state_machine_is_one_of_its_methods(self) -> None:
        def build(stack: Stack) -> None:
            api = sam_api(stack)
            machine = sam.CfnStateMachine.ApiEventProperty(method="post", path="/runs", rest_api_id=api.ref)
            sam.CfnStateMachine(
                stack,
                "Machine",
                definition={"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
                role="arn:aws:iam::111122223333:role/run",
                events={"Run": sam.CfnStateMachine.EventSourceProperty(type="Api", properties=machine)},
            )
            as_aspect(stack, EnableCors(POLICY, keyless=["POST /runs"]))

        event_of_it = synthesize(build)["Resources"]["Machine"]["Properties"]["Events"]["Run"]["Properties"]
        assert event_of_it["Auth"] == {"ApiKeyRequired": False}


class TestOneOfADocument:
    def test_chooses_among_several_origins(self) -> None:
        template = enabled(of_document, POLICY.evolve(allow_origins=[ORIGIN, OTHER_ORIGIN]))
        assert call(template).outcome is Outcome.ALLOWED
        assert call(template, origin="https://evil.test").outcome is Outcome.PREFLIGHT_ORIGIN_MISSING

    def test_in_a_bucket_is_an_error_that_says_what_to_write(self) -> None:
        def build(stack: Stack) -> None:
            sam_api(stack, definition_uri="s3://documents/users.json")
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "[Stack/Api] the API's document is in a bucket" in error
        assert "definition_body={...}" in error

    def test_that_is_wrong_is_an_error_on_the_api(self) -> None:
        def build(stack: Stack) -> None:
            sam_api(stack, definition_body={"openapi": "3.0.1", "paths": {"/users": {"get": {}}}})
            as_aspect(stack, EnableCors(POLICY))

        error = synth_error(build)
        assert "[Stack/Api] " in error
        assert "has no x-amazon-apigateway-integration" in error
