"""What a start says of that which stands before an API on AWS, and is not looked at here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App, CfnResource, Fn, Stack
from aws_cdk.aws_apigateway import DomainName, HttpIntegration, RestApi
from aws_cdk.aws_certificatemanager import Certificate
from aws_cdk.aws_wafv2 import CfnWebACLAssociation

from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import read_site
from cors_constructs.serve.table import shown
from tests.cli.templates import Template, write

DISABLED: Final = (
    '  its invoke URL is not looked at: on AWS it answers 403 {"message":"Forbidden"} to everything '
    "(DisableExecuteApiEndpoint), and custom domains alone lead to the API"
)
PRIVATE: Final = "  it is private: on AWS none but VPC endpoints lead to it"
WAF: Final = "  its web ACL (Waf) is not looked at: it refuses nobody here"
RULE: Final = (
    "  the routing rule Rule of api.example.com is not looked at: here base path mappings alone say where a domain "
    "leads"
)
OVERRULED: Final = "  on AWS api.example.com goes by its routing rules alone, and Mapping leads nowhere"
CACHE: Final = "  the cache of prod is not looked at: each request is answered anew here"


def having(**properties: Any) -> Callable[[Template], None]:
    """The API has properties."""

    def change(template: Template) -> None:
        template["Resources"]["Api"]["Properties"] |= properties

    return change


def _document_without_an_invoke_url(template: Template) -> None:
    template["Resources"]["Api"]["Properties"]["Body"] = {
        "openapi": "3.0.1",
        "info": {"title": "Shop", "version": "1"},
        "paths": {},
        "x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": True},
    }


def _document_without_a_policy(template: Template) -> None:
    _document_without_an_invoke_url(template)
    body = template["Resources"]["Api"]["Properties"]["Body"]
    del body["x-amazon-apigateway-endpoint-configuration"]
    body["x-amazon-apigateway-policy"] = None


def guarded(arn: Any, kind: str = "AWS::WAFv2::WebACLAssociation", **more: Any) -> Callable[[Template], None]:
    """A web ACL is in front of what the ARN names."""

    def change(template: Template) -> None:
        said = {"ResourceArn": arn, "WebACLArn": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b"}
        template["Resources"]["Waf"] = {"Type": kind, "Properties": said, **more}
        template.setdefault("Conditions", {})["Never"] = {"Fn::Equals": ["a", "b"]}

    return change


def arn_of(api: str, stage: str) -> Any:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}::/restapis/{api}/stages/{stage}"}


def ruled(
    *, api: Any = None, stage: Any = None, mode: str = "ROUTING_RULE_THEN_BASE_PATH_MAPPING"
) -> Callable[[Template], None]:
    """A domain shows the API by a base path, and by a routing rule."""

    def change(template: Template) -> None:
        resources = template["Resources"]
        named = {"DomainName": "api.example.com", "RoutingMode": mode}
        resources["Domain"] = {"Type": "AWS::ApiGateway::DomainName", "Properties": named}
        mapped = {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}
        resources["Mapping"] = {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": mapped}
        invoked = {"ApiId": api or {"Ref": "Api"}, "Stage": stage or {"Ref": "Stage"}}
        resources["Rule"] = {
            "Type": "AWS::ApiGatewayV2::RoutingRule",
            "Properties": {
                "DomainNameArn": {"Fn::GetAtt": ["Domain", "DomainNameArn"]},
                "Priority": 1,
                "Conditions": [{"MatchHeaders": {"AnyOf": [{"Header": "x-version", "ValueGlob": "beta"}]}}],
                "Actions": [{"InvokeApi": invoked}],
            },
        }

    return change


def _ruled_twice(template: Template) -> None:
    ruled()(template)
    template["Resources"]["Rule"]["Properties"]["Actions"] *= 2


def cached(*, cluster: bool, methods: bool) -> Callable[[Template], None]:
    def change(template: Template) -> None:
        setting = {"ResourcePath": "/*", "HttpMethod": "*", "CachingEnabled": methods}
        template["Resources"]["Stage"]["Properties"] |= {"CacheClusterEnabled": cluster, "MethodSettings": [setting]}

    return change


def notes_of(target: Path) -> list[str]:
    site = read_site(Settings(target=str(target)), Limits())
    marks = ("is not looked at", "it is private", "on AWS api.")
    lines = shown(site, "http://127.0.0.1:3001").split("\n")
    return [line for line in lines if any(mark in line for mark in marks)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(having(DisableExecuteApiEndpoint=True), [DISABLED], id="no invoke URL"),
        pytest.param(having(DisableExecuteApiEndpoint="true"), [DISABLED], id="no invoke URL, in quotes"),
        pytest.param(_document_without_an_invoke_url, [DISABLED], id="no invoke URL, by its document"),
        pytest.param(having(DisableExecuteApiEndpoint=False), [], id="an invoke URL"),
        pytest.param(_document_without_a_policy, [], id="a document's policy that is none"),
        pytest.param(having(EndpointConfiguration={"Types": ["PRIVATE"]}), [PRIVATE], id="private"),
        pytest.param(having(EndpointConfiguration={"Types": ["REGIONAL"]}), [], id="regional"),
        pytest.param(guarded(arn_of("${Api}", "${Stage}")), [WAF], id="a web ACL of the stage"),
        pytest.param(guarded(arn_of("${Api}", "prod")), [WAF], id="a web ACL of the stage by its name"),
        pytest.param(
            guarded(arn_of("${Api}", "prod"), "AWS::WAFRegional::WebACLAssociation"), [WAF], id="a classic web ACL"
        ),
        pytest.param(guarded(arn_of("${Api}", "${Keyed}")), [WAF], id="a web ACL of some stage"),
        pytest.param(guarded(arn_of("${Api}", "v${Keyed}")), [WAF], id="a web ACL of a stage known in part"),
        pytest.param(guarded(arn_of("${Api}", "test")), [], id="a web ACL of another stage"),
        pytest.param(guarded(arn_of("abc123", "prod")), [], id="a web ACL of another API"),
        pytest.param(guarded("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/a/b"), [], id="of no API"),
        pytest.param(guarded({"Ref": "Keyed"}), [], id="a web ACL of who knows what"),
        pytest.param(guarded(["arn"]), [], id="a web ACL that is wrong"),
        pytest.param(guarded("arn/restapis/\x007\x00/stages/prod"), [], id="a web ACL of nothing that has a name"),
        pytest.param(guarded(arn_of("${Api}", "\x009\x00")), [], id="a web ACL of a stage that can have no name"),
        pytest.param(guarded("/restapis/" * 30_000), [], id="a web ACL whose address goes on and on"),
        pytest.param(guarded(arn_of("${Api}", "prod"), Condition="Never"), [], id="a web ACL that is not there"),
        pytest.param(ruled(), [RULE], id="a routing rule"),
        pytest.param(_ruled_twice, [RULE], id="a routing rule that says it twice"),
        pytest.param(ruled(stage="test"), [], id="a routing rule to another stage"),
        pytest.param(ruled(api="abc123"), [], id="a routing rule to another API"),
        pytest.param(ruled(mode="ROUTING_RULE_ONLY"), [RULE, OVERRULED], id="routing rules alone"),
        pytest.param(cached(cluster=True, methods=True), [CACHE], id="a cache"),
        pytest.param(cached(cluster=True, methods=False), [], id="a cache that no method uses"),
        pytest.param(cached(cluster=False, methods=True), [], id="no cache"),
    ],
)
def test_a_start_says_what_stands_before_an_api(
    tmp_path: Path, change: Callable[[Template], None], said: list[str]
) -> None:
    assert notes_of(write(tmp_path / "a.json", change)) == said


def test_what_the_cdk_writes_is_understood(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "cdk.out"))
    stack = Stack(app, "Shop")
    api = RestApi(stack, "Api", disable_execute_api_endpoint=True)
    api.root.add_method("GET", HttpIntegration("https://backend.example.com"))
    acl = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b"
    CfnWebACLAssociation(stack, "Waf", resource_arn=api.deployment_stage.stage_arn, web_acl_arn=acl)
    certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
    domain = DomainName(
        stack,
        "Domain",
        domain_name="api.example.com",
        certificate=Certificate.from_certificate_arn(stack, "Certificate", certificate),
    )
    name = stack.get_logical_id(domain.node.default_child)  # type: ignore[arg-type] # it is a CfnElement
    invoked = {"ApiId": api.rest_api_id, "Stage": api.deployment_stage.stage_name}
    rule = {  # without its class, which older CDKs have not
        "DomainNameArn": Fn.join("", ["arn:aws:apigateway:eu-west-1::/domainnames/", Fn.ref(name)]),
        "Priority": 1,
        "Conditions": [],
        "Actions": [{"InvokeApi": invoked}],
    }
    CfnResource(stack, "Rule", type="AWS::ApiGatewayV2::RoutingRule", properties=rule)
    app.synth()
    assert notes_of(tmp_path / "cdk.out") == [DISABLED, WAF, RULE]
