"""`CorsRestApi` is a `RestApi`: whatever takes one takes ours, and whatever one takes ours takes."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Annotations, Size, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from constructs import Construct

import cors_constructs
from cors_constructs import CorsPolicy, CorsRestApi, ErrorResponses

from .synthesis import ORIGIN, POLICY, Api, cors_api, mock, of_type, read, synthesize

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/1"


def test_it_is_a_rest_api() -> None:
    api = cors_api(Stack())
    assert isinstance(api, apigateway.RestApi)
    assert issubclass(CorsRestApi, apigateway.RestApi)
    assert api.cors is POLICY


def test_the_root_is_one_resource_however_often_it_is_asked_for() -> None:
    api = cors_api(Stack())
    assert api.root is api.root
    assert isinstance(api.root, apigateway.ResourceBase)
    assert api.root.path == "/"
    assert api.root.parent_resource is None


def test_resources_are_the_cdks() -> None:
    api = cors_api(Stack())
    users = api.root.add_resource("users")
    user = users.add_resource("{id}")
    assert isinstance(users, apigateway.Resource)
    assert type(users).__name__ == "Resource"
    assert type(users) is type(user)
    assert (users.path, user.path) == ("/users", "/users/{id}")
    again = [api.root.get_resource("users"), users.get_resource("{id}"), api.root.resource_for_path("users/{id}")]
    assert [found.node.addr if found else None for found in again] == [users.node.addr, user.node.addr, user.node.addr]
    assert user.parent_resource is not None
    assert user.parent_resource.node.addr == users.node.addr
    assert user.api is api
    proxy = users.add_resource("files").add_proxy(any_method=False)
    assert isinstance(proxy, apigateway.ProxyResource)
    assert proxy.path == "/users/files/{proxy+}"
    assert proxy.any_method is None


def test_methods_are_the_cdks() -> None:
    api = cors_api(Stack())
    method = api.root.add_method("GET", mock())
    assert isinstance(method, apigateway.Method)
    assert method.http_method == "GET"
    assert [one.node.addr for one in api.methods] == [method.node.addr]
    assert "/GET/" in Stack.of(api).resolve(method.method_arn)["Fn::Join"][1][-1]


def test_the_cdks_own_errors_still_come() -> None:
    root = cors_api(Stack()).root
    users = root.add_resource("users")
    users.add_method("GET", mock())
    with pytest.raises(RuntimeError, match="already a Construct with name 'GET'"):
        users.add_method("GET", mock())
    with pytest.raises(RuntimeError, match="FETCH"):
        users.add_method("FETCH", mock())
    with pytest.raises(RuntimeError, match="already a Construct with name 'users'"):
        root.add_resource("users")


def test_without_methods_it_is_no_api_as_with_the_cdk() -> None:
    with pytest.raises(RuntimeError, match="doesn't contain any methods"):
        synthesize(cors_api)


def test_whatever_takes_a_rest_api_takes_it() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        api.root.add_method("GET", mock())
        apigateway.UsagePlan(stack, "Plan", api_stages=[apigateway.UsagePlanPerApiStage(api=api)])
        apigateway.RequestValidator(stack, "Validator", rest_api=api)
        certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE)
        domain = apigateway.DomainName(stack, "Domain", domain_name="api.example.com", certificate=certificate)
        domain.add_base_path_mapping(api, base_path="v1")
        role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(actions=["execute-api:Invoke"], resources=[api.arn_for_execute_api("GET", "/", "prod")])
        )
        api.metric_count()
        Annotations.of(api).add_info(api.url_for_path("/"))

    template = synthesize(build)
    (mapping,) = of_type(template, "AWS::ApiGateway::BasePathMapping").values()
    assert mapping["Properties"]["RestApiId"] == {"Ref": Api(template).logical_id}


def test_a_subclass_of_ours_is_a_house_style() -> None:
    class HouseApi(CorsRestApi):
        def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002
            super().__init__(scope, id, cors=POLICY, keys_managed_elsewhere=True, description="Ours")
            self.root.add_resource("health").add_method("GET", mock())

    template = synthesize(lambda stack: HouseApi(stack, "Api"))
    assert Api(template).keyed == {"GET /health"}
    assert of_type(template, "AWS::ApiGateway::RestApi")["ApiF70053CD"]["Properties"]["Description"] == "Ours"


# Properties pass through.


def certificate(stack: Stack) -> Any:
    return acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE)


def document(_: Stack) -> iam.PolicyDocument:
    statement = iam.PolicyStatement(
        actions=["execute-api:Invoke"], principals=[iam.AnyPrincipal()], resources=["execute-api:/*"]
    )
    return iam.PolicyDocument(statements=[statement])


@pytest.mark.parametrize(
    ("props", "kind", "expected"),
    [
        pytest.param({"rest_api_name": "mine"}, "RestApi", {"Name": "mine"}, id="rest_api_name"),
        pytest.param({"description": "Mine"}, "RestApi", {"Description": "Mine"}, id="description"),
        pytest.param(
            {"endpoint_types": [apigateway.EndpointType.REGIONAL]},
            "RestApi",
            {"EndpointConfiguration": {"Types": ["REGIONAL"]}},
            id="endpoint_types",
        ),
        pytest.param(
            {"endpoint_configuration": apigateway.EndpointConfiguration(types=[apigateway.EndpointType.EDGE])},
            "RestApi",
            {"EndpointConfiguration": {"Types": ["EDGE"]}},
            id="endpoint_configuration",
        ),
        pytest.param(
            {"policy": document},
            "RestApi",
            {
                "Policy": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Action": "execute-api:Invoke",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": "execute-api:/*",
                        }
                    ],
                }
            },
            id="policy",
        ),
        pytest.param(
            {"binary_media_types": ["image/png"]},
            "RestApi",
            {"BinaryMediaTypes": ["image/png"]},
            id="binary_media_types",
        ),
        pytest.param(
            {"min_compression_size": Size.kibibytes(1)}, "RestApi", {"MinimumCompressionSize": 1024}, id="compression"
        ),
        pytest.param(
            {"disable_execute_api_endpoint": True}, "RestApi", {"DisableExecuteApiEndpoint": True}, id="no-endpoint"
        ),
        pytest.param({"fail_on_warnings": True}, "RestApi", {"FailOnWarnings": True}, id="fail_on_warnings"),
        pytest.param({"parameters": {"mode": "x"}}, "RestApi", {"Parameters": {"mode": "x"}}, id="parameters"),
        pytest.param(
            {"api_key_source_type": apigateway.ApiKeySourceType.HEADER},
            "RestApi",
            {"ApiKeySourceType": "HEADER"},
            id="api_key_source_type",
        ),
        pytest.param(
            {"deploy_options": apigateway.StageOptions(stage_name="live", tracing_enabled=True)},
            "Stage",
            {"StageName": "live", "TracingEnabled": True},
            id="deploy_options",
        ),
        pytest.param(
            {"domain_name": lambda stack: {"domain_name": "api.example.com", "certificate": certificate(stack)}},
            "DomainName",
            {"DomainName": "api.example.com"},
            id="domain_name",
        ),
        pytest.param(
            {"default_integration": apigateway.HttpIntegration("https://backend.example.com")},
            "Method",
            {"HttpMethod": "GET", "ApiKeyRequired": True},
            id="default_integration",
        ),
        pytest.param(
            {"default_method_options": apigateway.MethodOptions(operation_name="Op")},
            "Method",
            {"OperationName": "Op", "ApiKeyRequired": True},
            id="default_method_options",
        ),
        pytest.param(
            {"default_method_options": {"authorization_type": apigateway.AuthorizationType.IAM}},
            "Method",
            {"AuthorizationType": "AWS_IAM", "ApiKeyRequired": True},
            id="default_method_options-as-a-dict",
        ),
    ],
)
def test_properties_of_a_rest_api_pass_through(props: dict[str, Any], kind: str, expected: dict[str, Any]) -> None:
    def build(stack: Stack) -> None:
        given = {name: value(stack) if callable(value) else value for name, value in props.items()}
        cors_api(stack, **given).root.add_method("GET")

    found = of_type(synthesize(build), f"AWS::ApiGateway::{kind}").values()
    assert any(expected.items() <= one["Properties"].items() for one in found)


@pytest.mark.parametrize(
    ("props", "gone"),
    [
        pytest.param({"cloud_watch_role": False}, "AWS::ApiGateway::Account", id="cloud_watch_role"),
        pytest.param({"deploy": False}, "AWS::ApiGateway::Stage", id="deploy"),
    ],
)
def test_properties_that_leave_something_out_pass_through_too(props: dict[str, Any], gone: str) -> None:
    template = synthesize(lambda stack: cors_api(stack, **props).root.add_method("GET", mock()))
    assert of_type(template, gone) == {}
    assert Api(template).keyless == {"OPTIONS /"}
    assert set(Api(template).errors) == {"DEFAULT_4XX", "DEFAULT_5XX"}


# What is refused, at once and in words.


@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(lambda s: CorsRestApi(s, "Api"), "cors", id="no-policy"),  # type: ignore[call-arg]
        pytest.param(
            lambda s: cors_api(s, cors=ORIGIN), 'cors=CorsPolicy(allow_origins=["', id="an-origin-for-a-policy"
        ),
        pytest.param(
            lambda s: cors_api(s, cors=apigateway.CorsOptions(allow_origins=[ORIGIN])),
            "cors takes a CorsPolicy",
            id="the-CDKs-options-for-a-policy",
        ),
        pytest.param(lambda s: cors_api(s, cors=None), "cors takes a CorsPolicy", id="None-for-a-policy"),
        pytest.param(
            lambda s: cors_api(s, error_responses="none"), "write ErrorResponses.AUTO", id="a-string-for-a-mode"
        ),
        pytest.param(lambda s: cors_api(s, error_responses=None), "error_responses takes", id="None-for-a-mode"),
        pytest.param(
            lambda s: cors_api(s, keys_managed_elsewhere="yes"),
            "takes True or False, not 'yes'",
            id="a-word-for-a-flag",
        ),
        pytest.param(lambda s: cors_api(s, keyless="GET /"), "keyless takes a list", id="a-string-for-a-list"),
        pytest.param(
            lambda s: cors_api(s, default_method_options="keyed"), "takes MethodOptions, not 'keyed'", id="odd-defaults"
        ),
        pytest.param(
            lambda s: cors_api(s, default_method_options={"api_key_required": False}),
            'keyless=["GET /health"]',
            id="no-keys-by-default",
        ),
        pytest.param(
            lambda s: cors_api(s, default_method_options={"no_such": 1}), "no_such", id="defaults-the-CDK-does-not-have"
        ),
        pytest.param(
            lambda s: cors_api(s, default_cors_preflight_options={"allow_origins": ["*"]}),
            "leave default_cors_preflight_options out",
            id="the-CDKs-preflights",
        ),
        pytest.param(lambda s: cors_api(s, no_such_property=1), "no_such_property", id="no-such-property"),
        pytest.param(lambda s: CorsRestApi(s, "Api", POLICY), "positional", id="a-policy-by-position"),  # type: ignore[call-arg]
    ],
)
def test_arguments_of_the_wrong_kind_are_type_errors_that_say_what_to_write(
    make: Callable[[Stack], object], told: str
) -> None:
    with pytest.raises(TypeError) as caught:
        make(Stack())
    assert told in str(caught.value)


def test_nothing_is_made_of_an_api_that_is_refused() -> None:
    stack = Stack()
    with pytest.raises(TypeError):
        cors_api(stack, error_responses="none")
    assert stack.node.try_find_child("Api") is None
    assert cors_api(stack).node.id == "Api"


# The front door.


def test_the_public_names_are_these() -> None:
    assert cors_constructs.CorsRestApi is CorsRestApi
    assert cors_constructs.ErrorResponses is ErrorResponses
    assert cors_constructs.CorsPolicy is CorsPolicy
    assert set(cors_constructs.__all__) <= set(dir(cors_constructs))
    for name in cors_constructs.__all__:
        assert getattr(cors_constructs, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'CorsRestAPI'"):
        _ = cors_constructs.CorsRestAPI


def test_the_front_door_starts_no_cdk() -> None:
    code = (
        "import sys, cors_constructs; cors_constructs.CorsPolicy(allow_origins=['*']); cors_constructs.ErrorResponses; "
        "print([name for name in ('aws_cdk', 'constructs', 'jsii') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - above
    assert done.stdout.strip() == "[]"


def test_reading_an_api_that_was_built_elsewhere_works_like_the_cdks() -> None:
    api = read(lambda stack: cors_api(stack, "Named-Api").root.add_method("GET", mock()))
    assert api.logical_id.startswith("NamedApi")
