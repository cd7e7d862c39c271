"""Every error that API Gateway makes itself carries the policy's headers, whoever customised it."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Annotations, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, ErrorResponses

from .synthesis import ORIGIN, OTHER_ORIGIN, POLICY, Api, Build, cors_api, mock, read, synthesize, warnings_with

EXPOSED = "'retry-after,x-amzn-errortype,x-amzn-requestid'"
HEADERS = {"Access-Control-Allow-Origin": f"'{ORIGIN}'", "Access-Control-Expose-Headers": EXPOSED}
SEVERAL = CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN])
Fill = Callable[[CorsRestApi], object]


def api_with(fill: Fill = lambda _: None, **arguments: Any) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack, **arguments)
        api.root.add_method("GET", mock())
        fill(api)

    return build


def bare_response(api: CorsRestApi, kind: str, scope: Any = None, **props: Any) -> apigateway.CfnGatewayResponse:
    return apigateway.CfnGatewayResponse(
        scope or api, f"Bare{kind}", response_type=kind, rest_api_id=api.rest_api_id, **props
    )


def test_the_defaults_for_all_4xx_and_5xx_are_made() -> None:
    template = synthesize(api_with())
    assert Api(template).errors == {"DEFAULT_4XX": HEADERS, "DEFAULT_5XX": HEADERS}
    for response in Api(template).of_type("AWS::ApiGateway::GatewayResponse").values():
        assert set(response["Properties"]) == {"ResponseParameters", "ResponseType", "RestApiId"}, (
            "a status or a body would change every such error"
        )


@pytest.mark.parametrize(
    ("policy", "mode", "headers"),
    [
        pytest.param(POLICY, ErrorResponses.AUTO, HEADERS, id="one-origin"),
        pytest.param(
            POLICY.evolve(allow_credentials=True),
            ErrorResponses.AUTO,
            {**HEADERS, "Access-Control-Allow-Credentials": "'true'"},
            id="one-origin-with-credentials",
        ),
        pytest.param(
            POLICY.evolve(allow_origins=["*"]),
            ErrorResponses.AUTO,
            {**HEADERS, "Access-Control-Allow-Origin": "'*'"},
            id="any-origin",
        ),
        pytest.param(
            POLICY.evolve(expose_headers=[]),
            ErrorResponses.AUTO,
            {"Access-Control-Allow-Origin": f"'{ORIGIN}'"},
            id="nothing-exposed",
        ),
        pytest.param(
            SEVERAL, ErrorResponses.AUTO, {**HEADERS, "Access-Control-Allow-Origin": "'*'"}, id="several-origins"
        ),
        pytest.param(
            SEVERAL.evolve(allow_credentials=True),
            ErrorResponses.AUTO,
            {**HEADERS, "Access-Control-Allow-Origin": "'*'"},
            id="several-origins-with-credentials-are-opaque-to-these",
        ),
        pytest.param(
            SEVERAL,
            ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN,
            {**HEADERS, "Access-Control-Allow-Origin": "method.request.header.Origin", "Vary": "'Origin'"},
            id="several-origins-reflected",
        ),
        pytest.param(
            SEVERAL.evolve(allow_credentials=True),
            ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN,
            {
                **HEADERS,
                "Access-Control-Allow-Origin": "method.request.header.Origin",
                "Access-Control-Allow-Credentials": "'true'",
                "Vary": "'Origin'",
            },
            id="several-origins-reflected-with-credentials",
        ),
        pytest.param(POLICY, ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN, HEADERS, id="one-origin-is-never-reflected"),
    ],
)
def test_errors_say_what_the_mode_says(policy: CorsPolicy, mode: ErrorResponses, headers: dict[str, str]) -> None:
    def fill(api: CorsRestApi) -> None:
        api.add_gateway_response("Throttled", type=apigateway.ResponseType.THROTTLED)

    errors = read(api_with(fill, cors=policy, error_responses=mode)).errors
    assert errors == {"DEFAULT_4XX": headers, "DEFAULT_5XX": headers, "THROTTLED": headers}


def test_without_error_responses_nothing_is_made_and_nothing_changed() -> None:
    def fill(api: CorsRestApi) -> None:
        api.add_gateway_response(
            "Throttled", type=apigateway.ResponseType.THROTTLED, response_headers={"X-Mine": "'yes'"}
        )

    assert read(api_with(fill, error_responses=ErrorResponses.NONE)).errors == {"THROTTLED": {"X-Mine": "'yes'"}}


def test_an_origin_known_only_at_deployment_is_known_to_errors_too() -> None:
    from aws_cdk import CfnParameter  # noqa: PLC0415

    def build(stack: Stack) -> None:
        origin = CfnParameter(stack, "Origin").value_as_string
        api_with(cors=CorsPolicy(allow_origins=[origin]))(stack)

    joined = {"Fn::Join": ["", ["'", {"Ref": "Origin"}, "'"]]}
    assert read(build).errors["DEFAULT_4XX"]["Access-Control-Allow-Origin"] == joined


# Responses of the app's own.


def by_add_gateway_response(api: CorsRestApi, kind: str) -> None:
    api.add_gateway_response(
        "Own", type=apigateway.ResponseType.of(kind), status_code="418", templates={"application/json": "{}"}
    )


def by_its_constructor_elsewhere(api: CorsRestApi, kind: str) -> None:
    apigateway.GatewayResponse(
        Stack.of(api),
        "Own",
        rest_api=api,
        type=apigateway.ResponseType.of(kind),
        status_code="418",
        templates={"application/json": "{}"},
    )


def bare_below_the_api(api: CorsRestApi, kind: str) -> None:
    bare_response(api, kind, status_code="418", response_templates={"application/json": "{}"})


def bare_below_the_stack(api: CorsRestApi, kind: str) -> None:
    bare_response(api, kind, Stack.of(api), status_code="418", response_templates={"application/json": "{}"})


@pytest.mark.parametrize("kind", ["DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "WAF_FILTERED", "SOMETHING_NEW"])
@pytest.mark.parametrize(
    "make", [by_add_gateway_response, by_its_constructor_elsewhere, bare_below_the_api, bare_below_the_stack]
)
def test_a_response_of_the_apps_own_gets_the_headers_and_keeps_the_rest(
    make: Callable[[CorsRestApi, str], None], kind: str
) -> None:
    api = read(api_with(lambda api: make(api, kind)))
    assert api.errors == dict.fromkeys(["DEFAULT_4XX", "DEFAULT_5XX", kind], HEADERS)
    responses = [one["Properties"] for one in api.of_type("AWS::ApiGateway::GatewayResponse").values()]
    assert len(responses) == len(api.errors)
    (own,) = (one for one in responses if one["ResponseType"] == kind)
    assert own["StatusCode"] == "418"
    assert own["ResponseTemplates"] == {"application/json": "{}"}


def test_headers_of_the_apps_own_stay_beside_the_policys() -> None:
    def fill(api: CorsRestApi) -> None:
        api.add_gateway_response(
            "Own", type=apigateway.ResponseType.UNAUTHORIZED, response_headers={"X-Mine": "'yes'"}
        )  # fmt: skip
        bare_response(api, "THROTTLED", response_parameters={"gatewayresponse.header.Retry-After": "'1'"})

    errors = read(api_with(fill)).errors
    assert errors["UNAUTHORIZED"] == {**HEADERS, "X-Mine": "'yes'"}
    assert errors["THROTTLED"] == {**HEADERS, "Retry-After": "'1'"}


RULE = "cors-constructs:gateway-response-has-its-own-cors-headers"


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        pytest.param("Access-Control-Allow-Origin", "'https://theirs.example'", True, id="another-origin"),
        pytest.param("access-control-allow-origin", "'https://theirs.example'", True, id="in-lower-case"),
        pytest.param("Access-Control-Expose-Headers", "'x-theirs'", True, id="other-exposed-headers"),
        pytest.param("Access-Control-Allow-Origin", f"'{ORIGIN}'", False, id="the-same-value"),
        pytest.param("Access-Control-Allow-Methods", "'GET'", False, id="a-header-the-policy-has-nothing-on"),
    ],
)
@pytest.mark.parametrize("bare", [True, False], ids=["bare", "of-the-CDK"])
def test_a_header_of_the_apps_own_is_kept_and_a_different_value_warned_of(
    name: str, value: str, kept: bool, bare: bool
) -> None:  # fmt: skip
    def fill(api: CorsRestApi) -> None:
        if bare:
            bare_response(api, "UNAUTHORIZED", response_parameters={f"gatewayresponse.header.{name}": value})
        else:
            api.add_gateway_response(
                "Own", type=apigateway.ResponseType.UNAUTHORIZED, response_headers={name: value}
            )  # fmt: skip

    headers = read(api_with(fill)).errors["UNAUTHORIZED"]
    assert headers[name] == value
    assert len({one.lower() for one in headers}) == len(headers), "one header twice"
    warnings = warnings_with(RULE, api_with(fill))
    assert len(warnings) == kept
    for warning in warnings:
        assert warning.path == "/Stack/Api/Cors"
        assert value in warning.text
        assert "UNAUTHORIZED" in warning.text or "Own" in warning.text


def test_a_response_of_another_api_is_left_alone() -> None:
    def build(stack: Stack) -> None:
        api_with()(stack)
        plain = apigateway.RestApi(stack, "Plain")
        plain.root.add_method("GET", mock())
        plain.add_gateway_response("Own", type=apigateway.ResponseType.UNAUTHORIZED)

    template = synthesize(build)
    (other,) = (name for name in template["Resources"] if name.startswith("PlainOwn"))
    assert "ResponseParameters" not in template["Resources"][other]["Properties"]


# The warning about errors that stay opaque.

OPAQUE = "cors-constructs:errors-opaque-to-credentials"


@pytest.mark.parametrize(
    ("policy", "mode", "warned"),
    [
        (SEVERAL.evolve(allow_credentials=True), ErrorResponses.AUTO, True),
        (POLICY.evolve(allow_origins=["https://*.example.com"], allow_credentials=True), ErrorResponses.AUTO, True),
        (SEVERAL.evolve(allow_credentials=True), ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN, False),
        (SEVERAL.evolve(allow_credentials=True), ErrorResponses.NONE, False),
        (SEVERAL, ErrorResponses.AUTO, False),
        (POLICY.evolve(allow_credentials=True), ErrorResponses.AUTO, False),
    ],
)
def test_errors_that_calls_with_credentials_cannot_read_are_warned_of(
    policy: CorsPolicy, mode: ErrorResponses, warned: bool
) -> None:  # fmt: skip
    warnings = warnings_with(OPAQUE, api_with(cors=policy, error_responses=mode))
    assert len(warnings) == warned
    assert all("ErrorResponses.DANGEROUSLY_REFLECT_ORIGIN" in warning.text for warning in warnings)


def test_that_warning_can_be_acknowledged() -> None:
    def fill(api: CorsRestApi) -> None:
        Annotations.of(Stack.of(api)).acknowledge_warning(OPAQUE)

    assert warnings_with(OPAQUE, api_with(fill, cors=SEVERAL.evolve(allow_credentials=True))) == []
