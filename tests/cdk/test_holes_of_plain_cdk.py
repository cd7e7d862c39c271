"""What plain CDK gets wrong today, seen on its own template, and what `CorsRestApi` does on the same app.

A test of the first kind that fails is good news: the CDK has closed that hole, and our documents must stop naming it.
"""

import json
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsPolicyError

from .synthesis import ORIGIN, OTHER_ORIGIN, POLICY, Api, cors_api, messages, mock, read, synth_error, synthesize

KEYED = apigateway.MethodOptions(api_key_required=True)


def plain_api(stack: Stack, cors: dict[str, Any] | None = None, **props: Any) -> apigateway.RestApi:
    options = apigateway.CorsOptions(**{"allow_origins": [ORIGIN], **(cors or {})})
    return apigateway.RestApi(stack, "Api", default_cors_preflight_options=options, **props)


def plain_with(**cors: Any) -> Api:
    return read(lambda stack: plain_api(stack, cors).root.add_method("GET", mock()))


def ours_with(**cors: Any) -> Api:
    policy = CorsPolicy(**{"allow_origins": [ORIGIN], **cors})
    return read(lambda stack: cors_api(stack, cors=policy).root.add_method("GET", mock()))


class TestAnOptionsMadeByHandUnderAKeyedDefault:
    def test_asks_for_a_key_in_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            api = apigateway.RestApi(stack, "Api", default_method_options=KEYED)
            api.root.add_method("OPTIONS", mock())

        assert read(build).keyed == {"OPTIONS /"}

    def test_is_open_in_ours(self) -> None:
        api = read(lambda stack: cors_api(stack).root.add_method("OPTIONS", mock()))
        assert api.keyed == set()
        assert api.preflights == {"/"}


class TestALambdaApiWhoseOnlyMethodIsAKeyedAny:
    @staticmethod
    def handler(stack: Stack) -> lambda_.IFunction:
        return lambda_.Function.from_function_arn(stack, "Fn", "arn:aws:lambda:eu-west-1:111122223333:function:fn")

    def test_swallows_preflights_in_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.LambdaRestApi(stack, "Api", handler=self.handler(stack), default_method_options=KEYED)

        api = read(build)
        assert api.keyed == set(api.methods) == {"ANY /", "ANY /{proxy+}"}

    def test_leaves_preflights_to_an_open_options_in_ours(self) -> None:
        def build(stack: Stack) -> None:
            integration = apigateway.LambdaIntegration(self.handler(stack))
            cors_api(stack, default_integration=integration).root.add_proxy()

        api = read(build)
        assert api.keyed == {"ANY /", "ANY /{proxy+}"}
        assert api.keyless == {"OPTIONS /", "OPTIONS /{proxy+}"}


class TestPreflightsOfAnApiWithBinaryMediaTypes:
    """The request template of a MOCK is read only if the body is text; otherwise the preflight gets 500."""

    def test_have_no_content_handling_in_plain_cdk(self) -> None:
        api = read(lambda stack: plain_api(stack, binary_media_types=["*/*"]).root.add_method("GET", mock()))
        assert "ContentHandling" not in api.preflight("/").integration

    def test_are_read_as_text_in_ours(self) -> None:
        api = read(lambda stack: cors_api(stack, binary_media_types=["*/*"]).root.add_method("GET", mock()))
        assert api.preflight("/").integration["ContentHandling"] == "CONVERT_TO_TEXT"


class TestTheRequestTemplateOfAPreflight:
    def test_is_no_json_in_plain_cdk(self) -> None:
        text = plain_with().preflight("/").integration["RequestTemplates"]["application/json"]
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)

    def test_is_json_in_ours(self) -> None:
        templates = ours_with().preflight("/").integration["RequestTemplates"]
        assert {kind: json.loads(text) for kind, text in templates.items()} == {"application/json": {"statusCode": 200}}


class TestAnyOriginTogetherWithCredentials:
    """Browsers refuse it: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials."""

    def test_goes_through_plain_cdk(self) -> None:
        headers = plain_with(allow_origins=["*"], allow_credentials=True).preflight("/").headers
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        assert headers["Access-Control-Allow-Credentials"] == "'true'"

    def test_is_refused_by_ours(self) -> None:
        with pytest.raises(CorsPolicyError, match="allow_origins"):
            CorsPolicy(allow_origins=["*"], allow_credentials=True)


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("https://app.example.com/", id="a-slash-at-the-end"),
        pytest.param("null", id="null"),
        pytest.param("http://x y", id="a-blank"),
    ],
)
class TestAnOriginThatNoBrowserSends:
    def test_goes_through_plain_cdk(self, origin: str) -> None:
        assert plain_with(allow_origins=[origin]).preflight("/").headers["Access-Control-Allow-Origin"] == f"'{origin}'"

    def test_is_refused_by_ours(self, origin: str) -> None:
        with pytest.raises(CorsPolicyError, match=r"allow_origins\[0\]"):
            CorsPolicy(allow_origins=[origin])


class TestAListOfOriginsKnownOnlyAtDeployment:
    @staticmethod
    def origins(stack: Stack) -> list[str]:
        return CfnParameter(stack, "Origins", type="CommaDelimitedList").value_as_list

    def test_breaks_the_synthesis_of_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            plain_api(stack, {"allow_origins": self.origins(stack)}).root.add_method("GET", mock())

        with pytest.raises(RuntimeError, match=r"[Ff]ound an encoded list token string in a scalar string context"):
            synthesize(build)

    def test_becomes_a_join_in_ours(self) -> None:
        def build(stack: Stack) -> None:
            cors_api(stack, cors=CorsPolicy(allow_origins=self.origins(stack))).root.add_method("GET", mock())

        _, parts = read(build).preflight("/").template["Fn::Join"]
        assert {"Fn::Join": [",", {"Ref": "Origins"}]} in parts


class TestAHeaderNameWithAQuote:
    """`'` ends an API Gateway literal, and no escape is documented."""

    def test_breaks_out_of_its_literal_in_plain_cdk(self) -> None:
        headers = plain_with(allow_headers=["X-It's"]).preflight("/").headers
        assert headers["Access-Control-Allow-Headers"] == "'X-It's'"

    def test_is_refused_by_ours(self) -> None:
        with pytest.raises(CorsPolicyError, match=r"allow_headers\[0\]"):
            CorsPolicy(allow_origins=[ORIGIN], allow_headers=["X-It's"])


class TestAMaxAgeOfZero:
    """It means "ask before every call"; without the header, browsers keep an answer for 5 seconds."""

    def test_is_dropped_by_plain_cdk(self) -> None:
        assert "Access-Control-Max-Age" not in plain_with(max_age=Duration.seconds(0)).preflight("/").headers

    def test_is_sent_by_ours(self) -> None:
        assert ours_with(max_age=Duration.seconds(0)).preflight("/").headers["Access-Control-Max-Age"] == "'0'"


class TestTheMethodsThatAPreflightAllows:
    def test_are_all_seven_everywhere_in_plain_cdk(self) -> None:
        assert plain_with().preflight("/").allowed_methods == [
            "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"
        ]  # fmt: skip

    def test_are_those_of_the_resource_in_ours(self) -> None:
        assert ours_with().preflight("/").allowed_methods == ["GET"]


class TestSegmentsOfAPathThatHaveNoMethods:
    @staticmethod
    def fill(api: apigateway.RestApi) -> None:
        api.root.resource_for_path("a/b/c").add_method("GET", mock())

    def test_get_an_options_each_in_plain_cdk(self) -> None:
        assert read(lambda stack: self.fill(plain_api(stack))).preflights == {"/", "/a", "/a/b", "/a/b/c"}

    def test_get_none_in_ours(self) -> None:
        assert read(lambda stack: self.fill(cors_api(stack))).preflights == {"/a/b/c"}


class TestAProxyThatStatesItsCors:
    """`add_proxy` takes `default_cors_preflight_options`, and forgets it."""

    def test_gets_no_options_in_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            api = apigateway.RestApi(stack, "Api", default_integration=mock())
            api.root.add_proxy(default_cors_preflight_options=apigateway.CorsOptions(allow_origins=[ORIGIN]))

        assert read(build).preflights == set()

    def test_gets_one_for_each_of_its_resources_in_ours(self) -> None:
        api = read(lambda stack: cors_api(stack, default_integration=mock()).root.add_proxy())
        assert api.preflights == {"/", "/{proxy+}"}


class TestAnOptionsOfTheAppsOwnBesideADefaultForAll:
    @staticmethod
    def own_options(api: apigateway.RestApi) -> None:
        users = api.root.add_resource("users")
        users.add_method("GET", mock())
        users.add_cors_preflight(allow_origins=[OTHER_ORIGIN])

    def test_is_a_construct_of_one_name_too_many_in_plain_cdk(self) -> None:
        with pytest.raises(RuntimeError, match="already a Construct with name 'OPTIONS'"):
            synthesize(lambda stack: self.own_options(plain_api(stack)))

    def test_stays_in_ours(self) -> None:
        headers = read(lambda stack: self.own_options(cors_api(stack))).preflight("/users").headers
        assert headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"


class TestAPolicyForOneResource:
    """Each wants one header more than the rest of the API."""

    def test_loses_what_the_apis_policy_says_in_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            api = plain_api(stack, {"allow_credentials": True, "max_age": Duration.hours(1)})
            child = apigateway.CorsOptions(allow_origins=[ORIGIN], allow_headers=["x-more"])
            api.root.add_resource("users", default_cors_preflight_options=child).add_method("GET", mock())

        headers = read(build).preflight("/users").headers
        assert "Access-Control-Allow-Credentials" not in headers
        assert "Access-Control-Max-Age" not in headers

    def test_keeps_what_it_does_not_change_in_ours(self) -> None:
        policy = POLICY.evolve(allow_credentials=True, max_age=3600)
        child = policy.evolve(allow_headers=["x-more"])
        headers = read(lambda stack: cors_api(stack, cors=child).root.add_method("GET", mock())).preflight("/").headers
        assert headers["Access-Control-Allow-Headers"] == "'x-api-key,x-more'"
        assert headers["Access-Control-Allow-Credentials"] == "'true'"
        assert headers["Access-Control-Max-Age"] == "'3600'"


class TestVaryOnAnAnswerThatIsTheSameForEveryOrigin:
    """Caches would keep a copy for each: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches."""

    def test_is_sent_by_plain_cdk(self) -> None:
        assert plain_with().preflight("/").headers["Vary"] == "'Origin'"

    def test_is_not_sent_by_ours(self) -> None:
        api = ours_with()
        assert "Vary" not in api.preflight("/").headers
        assert not any("Vary" in headers for headers in api.errors.values())


class TestAGatewayResponseForOneTypeOfError:
    """Its own headers hide those of the default for all 4XX."""

    def test_has_no_cors_headers_in_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            api = plain_api(stack)
            api.root.add_method("GET", mock())
            api.add_gateway_response(
                "All",
                type=apigateway.ResponseType.DEFAULT_4_XX,
                response_headers={"Access-Control-Allow-Origin": f"'{ORIGIN}'"},
            )
            api.add_gateway_response("One", type=apigateway.ResponseType.UNAUTHORIZED, status_code="401")

        assert read(build).errors["UNAUTHORIZED"] == {}

    def test_has_them_in_ours(self) -> None:
        def build(stack: Stack) -> None:
            api = cors_api(stack)
            api.root.add_method("GET", mock())
            api.add_gateway_response("One", type=apigateway.ResponseType.UNAUTHORIZED, status_code="401")

        errors = read(build).errors
        assert errors["UNAUTHORIZED"]["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
        assert errors["UNAUTHORIZED"] == errors["DEFAULT_4XX"]


class TestAKeyThatNobodyCanHave:
    def test_is_asked_for_without_a_word_in_plain_cdk(self) -> None:
        def build(stack: Stack) -> None:
            apigateway.RestApi(stack, "Api", default_method_options=KEYED).root.add_method("GET", mock())

        api = read(build)
        assert api.keyed == {"GET /"}
        assert (api.plans, api.keys) == ({}, {})
        assert messages(build) == []

    def test_is_an_error_in_ours(self) -> None:
        error = synth_error(lambda stack: cors_api(stack, keys_managed_elsewhere=False).root.add_method("GET", mock()))
        assert "GET / needs an API key" in error
        assert 'api.add_client("web")' in error
