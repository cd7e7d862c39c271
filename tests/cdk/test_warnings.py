"""What synthesis warns of: once for an API, and only where there is something to decide."""

from typing import Any

import pytest
from aws_cdk import Annotations, Stack
from aws_cdk import aws_apigateway as apigateway

from .synthesis import POLICY, Build, cors_api, messages, mock, warnings_with

KEY_ONLY = "cors-constructs:api-key-is-not-authentication"
PATTERN = "cors-constructs:pattern-with-credentials"
IAM = apigateway.AuthorizationType.IAM


def api_with(methods: dict[str, dict[str, Any]], **arguments: Any) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack, **arguments)
        for name, options in methods.items():
            verb, _, path = name.partition(" ")
            resource = api.root if path == "/" else api.root.resource_for_path(path)
            resource.add_method(verb, mock(), **options)

    return build


def test_an_api_guarded_by_keys_alone_is_warned_of_once_and_of_nothing_else() -> None:
    (warning,) = messages(api_with({"GET /": {}, "POST /": {}, "GET /users": {}, "ANY /things": {}}))
    assert warning.level == "WARNING"
    assert warning.path == "/Stack/Api/Cors"
    assert "GET /" in warning.text
    assert warning.text.endswith(f"[ack: {KEY_ONLY}]")


@pytest.mark.parametrize(
    ("methods", "arguments", "warned"),
    [
        pytest.param({"GET /": {"authorization_type": IAM}}, {}, False, id="guarded-by-IAM"),
        pytest.param(
            {"GET /": {}}, {"default_method_options": apigateway.MethodOptions(authorization_type=IAM)}, False,
            id="guarded-by-default",
        ),
        pytest.param({"GET /": {}}, {"keyless": ["GET /"]}, False, id="keyless"),
        pytest.param(
            {"GET /": {}, "GET /users": {"authorization_type": IAM}}, {"keyless": ["GET /"]}, False,
            id="keyless-or-guarded",
        ),
        pytest.param(
            {"GET /": {"authorization_type": IAM}, "GET /users": {}}, {}, True, id="one-method-that-is-not-guarded",
        ),
    ],
)  # fmt: skip
def test_a_method_that_nothing_but_a_key_guards_is_warned_of(
    methods: dict[str, Any], arguments: dict[str, Any], warned: bool
) -> None:  # fmt: skip
    warnings = warnings_with(KEY_ONLY, api_with(methods, **arguments))
    assert len(warnings) == warned
    assert all("GET /users" in warning.text for warning in warnings)


def test_each_api_has_its_own_warning() -> None:
    def build(stack: Stack) -> None:
        for name in ("One", "Other"):
            cors_api(stack, name).root.add_method("GET", mock())

    assert sorted(warning.path for warning in warnings_with(KEY_ONLY, build)) == [
        "/Stack/One/Cors",
        "/Stack/Other/Cors",
    ]


@pytest.mark.parametrize("scope", ["Api", "Stack"])
def test_it_can_be_acknowledged_on_the_api_and_above(scope: str) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        Annotations.of(api if scope == "Api" else stack).acknowledge_warning(KEY_ONLY, "the data is public")

    assert messages(build) == []


@pytest.mark.parametrize(
    ("origins", "credentials", "told"),
    [
        pytest.param(["https://*.example.com"], True, ["https://*.example.com"], id="one-label"),
        pytest.param(
            ["https://**.example.com", "https://*.example.org"], True, ["https://**.example.com", "https://*.example.org"],
            id="several-patterns-in-one-warning",
        ),
        pytest.param(["https://*.example.com"], False, [], id="without-credentials"),
        pytest.param(["http://localhost:*"], True, [], id="any-port-of-one-host"),
        pytest.param(["https://a.example.com", "https://b.example.com"], True, [], id="no-pattern"),
    ],
)  # fmt: skip
def test_credentials_for_every_host_of_a_domain_are_warned_of(
    origins: list[str], credentials: bool, told: list[str]
) -> None:  # fmt: skip
    policy = POLICY.evolve(allow_origins=origins, allow_credentials=credentials)
    warnings = warnings_with(PATTERN, api_with({"GET /": {}}, cors=policy))
    assert len(warnings) == bool(told)
    for warning in warnings:
        assert all(pattern in warning.text for pattern in told)


AUTHORIZATION = "cors-constructs:authorization-header-not-allowed"
OF_THE_CDK = "cors-constructs:preflight-of-the-cdk:/users"


@pytest.mark.parametrize(
    ("allow_headers", "options", "warned"),
    [
        pytest.param(["content-type"], {"authorization_type": IAM}, True, id="left-out"),
        pytest.param(["*"], {"authorization_type": IAM}, True, id="a-wildcard-does-not-cover-it"),
        pytest.param(["*", "authorization"], {"authorization_type": IAM}, False, id="named-beside-the-wildcard"),
        pytest.param(["authorization"], {"authorization_type": IAM}, False, id="named"),
        pytest.param(["content-type"], {}, False, id="nothing-to-authorize"),
    ],
)
def test_a_policy_that_keeps_authorization_from_an_authorizer_is_warned_of(
    allow_headers: list[str], options: dict[str, Any], warned: bool
) -> None:
    build = api_with({"GET /": options}, cors=POLICY.evolve(allow_headers=allow_headers))

    assert bool(warnings_with(AUTHORIZATION, build)) == warned


@pytest.mark.parametrize("way", ["add_cors_preflight", "add_resource", "none"])
def test_a_preflight_that_the_cdk_makes_on_a_resource_stays_and_is_warned_of(way: str) -> None:
    options = apigateway.CorsOptions(allow_origins=["https://other.example.com"])

    def build(stack: Stack) -> None:
        api = cors_api(stack)
        more: dict[str, Any] = {"default_cors_preflight_options": options} if way == "add_resource" else {}
        users = api.root.add_resource("users", **more)
        users.add_method("GET", mock())
        if way == "add_cors_preflight":
            users.add_cors_preflight(allow_origins=["https://other.example.com"])

    assert bool(warnings_with(OF_THE_CDK, build)) == (way != "none")
