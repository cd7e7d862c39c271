"""A domain of the API's own: everything the CDK takes, and the records that lead there."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import App, CfnParameter, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3

from cors_constructs import CorsPolicy, CorsRestApi
from cors_constructs.check import check
from cors_constructs.check.findings import Answer, Severity
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .synthesis import Template, cors_api, mock, of_type, synthesize, synthesize_app

CERTIFICATE: Final = "arn:aws:acm:us-east-1:111122223333:certificate/1"
EDGE, REGIONAL = apigateway.EndpointType.EDGE, apigateway.EndpointType.REGIONAL


def zone_of(scope: Stack, name: str = "example.com") -> route53.IHostedZone:
    return route53.HostedZone.from_hosted_zone_attributes(scope, "Zone", hosted_zone_id="Z1", zone_name=name)


def domain_of(scope: Stack, name: str = "api.example.com", **more: Any) -> apigateway.DomainNameOptions:
    certificate = acm.Certificate.from_certificate_arn(scope, "Certificate", CERTIFICATE)
    return apigateway.DomainNameOptions(domain_name=name, certificate=certificate, **more)


def named(stack: Stack, **arguments: Any) -> CorsRestApi:
    """An API at api.example.com."""
    if "hosted_zone" not in arguments:
        arguments["hosted_zone"] = zone_of(stack)
    if "domain_name" not in arguments:
        arguments["domain_name"] = domain_of(stack)
    api = cors_api(stack, **arguments)
    api.root.add_method("GET", mock())
    return api


def records(template: Template) -> list[dict[str, Any]]:
    return [it["Properties"] for it in of_type(template, "AWS::Route53::RecordSet").values()]


def properties(template: Template, kind: str) -> Any:
    (found,) = of_type(template, kind).values()
    return found["Properties"]


@pytest.mark.parametrize(("endpoint", "kind"), [(EDGE, "Distribution"), (REGIONAL, "Regional"), (None, "Regional")])
def test_both_kinds_of_records_lead_to_the_domain(endpoint: apigateway.EndpointType | None, kind: str) -> None:
    template = synthesize(lambda stack: named(stack, domain_name=domain_of(stack, endpoint_type=endpoint)))
    (domain,) = of_type(template, "AWS::ApiGateway::DomainName")
    target = {
        "DNSName": {"Fn::GetAtt": [domain, f"{kind}DomainName"]},
        "HostedZoneId": {"Fn::GetAtt": [domain, f"{kind}HostedZoneId"]},
    }
    assert records(template) == [
        {"Name": "api.example.com.", "Type": type_, "HostedZoneId": "Z1", "AliasTarget": target}
        for type_ in ("A", "AAAA")
    ]


@pytest.mark.parametrize(
    ("more", "kind", "expected"),
    [
        pytest.param({"endpoint_type": EDGE}, "DomainName", {"CertificateArn": CERTIFICATE}, id="edge"),
        pytest.param({}, "DomainName", {"RegionalCertificateArn": CERTIFICATE}, id="regional"),
        pytest.param(
            {"security_policy": apigateway.SecurityPolicy.TLS_1_2}, "DomainName", {"SecurityPolicy": "TLS_1_2"},
            id="security-policy",
        ),
        pytest.param({"base_path": "v1"}, "BasePathMapping", {"BasePath": "v1"}, id="base-path"),
    ],
)  # fmt: skip
def test_whatever_a_domain_takes_is_taken(more: dict[str, Any], kind: str, expected: dict[str, Any]) -> None:
    template = synthesize(lambda stack: named(stack, domain_name=domain_of(stack, **more)))
    found = properties(template, f"AWS::ApiGateway::{kind}")
    assert {name: found[name] for name in expected} == expected
    assert len(records(template)) == 2


def test_a_domain_that_asks_callers_for_certificates() -> None:
    def build(stack: Stack) -> None:
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "trust")
        named(stack, domain_name=domain_of(stack, mtls=apigateway.MTLSConfig(bucket=bucket, key="store.pem")))

    found = properties(synthesize(build), "AWS::ApiGateway::DomainName")
    assert found["MutualTlsAuthentication"] == {"TruststoreUri": "s3://trust/store.pem"}


def test_a_domain_of_several_levels_of_base_path() -> None:
    template = synthesize(lambda stack: named(stack, domain_name=domain_of(stack, base_path="shop/v1")))
    assert properties(template, "AWS::ApiGatewayV2::ApiMapping")["ApiMappingKey"] == "shop/v1"
    assert len(records(template)) == 2


def test_the_addresss_first_half_may_be_closed() -> None:
    template = synthesize(lambda stack: named(stack, disable_execute_api_endpoint=True))
    assert properties(template, "AWS::ApiGateway::RestApi")["DisableExecuteApiEndpoint"] is True


def test_the_domain_may_be_told_as_a_mapping() -> None:
    def build(stack: Stack) -> None:
        said = domain_of(stack)
        named(stack, domain_name={"domain_name": said.domain_name, "certificate": said.certificate})

    assert [record["Name"] for record in records(synthesize(build))] == ["api.example.com."] * 2


def test_without_a_zone_there_are_no_records_and_all_else_is_the_same() -> None:
    bare = synthesize(lambda stack: named(stack, hosted_zone=None))
    full = synthesize(named)
    assert records(bare) == []
    assert bare["Resources"] == {
        name: it for name, it in full["Resources"].items() if it["Type"] != "AWS::Route53::RecordSet"
    }


def test_the_records_ids_come_from_the_apis_and_the_domains() -> None:
    assert set(of_type(synthesize(named), "AWS::Route53::RecordSet")) == {
        "ApiCustomDomainAC2A4B236",
        "ApiCustomDomainAaaaF7B7B132",
    }


def test_a_further_domain_gets_no_records() -> None:
    def build(stack: Stack) -> None:
        certificate = acm.Certificate.from_certificate_arn(stack, "Other", CERTIFICATE)
        named(stack).add_domain_name("Further", domain_name="api.example.org", certificate=certificate)

    template = synthesize(build)
    assert len(of_type(template, "AWS::ApiGateway::DomainName")) == 2
    assert {record["Name"] for record in records(template)} == {"api.example.com."}


def test_the_zone_may_be_of_another_stack() -> None:
    def build(app: App) -> None:
        environment = Environment(account="111122223333", region="eu-west-1")
        dns = Stack(app, "Dns", env=environment)
        zone = route53.PublicHostedZone(dns, "Zone", zone_name="example.com")
        named(Stack(app, "Stack", env=environment), hosted_zone=zone)

    templates = synthesize_app(build)
    assert [set(record["HostedZoneId"]) for record in records(templates["Stack"])] == [{"Fn::ImportValue"}] * 2
    assert records(templates["Dns"]) == []


# The site that calls lies in the same domain, which only deployment knows.


def by_parameter(stack: Stack) -> None:
    zone = zone_of(stack, CfnParameter(stack, "Domain").value_as_string)
    cors = CorsPolicy(allow_origins=[f"https://www.{zone.zone_name}", f"https://admin.{zone.zone_name}"])
    api = named(stack, cors=cors, hosted_zone=zone, domain_name=domain_of(stack, f"api.{zone.zone_name}"))
    api.add_client("web")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://www.shop.example", 403),
        ("https://admin.shop.example", 403),
        ("https://www.shop.example.evil.test", None),
    ],
)
def test_a_policy_may_name_sites_of_a_domain_that_a_parameter_tells(origin: str, status: int | None) -> None:
    browser = Browser.on(synthesize(by_parameter), parameters={"Domain": "shop.example"})
    verdict = browser.fetch("GET", "/", origin=origin, headers={"x-api-key": "wrong"})
    assert (verdict.response.status if verdict.response else None) == status, verdict


def test_a_record_of_such_a_domain_has_its_whole_name() -> None:
    whole = {"Fn::Join": ["", ["api.", {"Ref": "Domain"}, "."]]}
    assert [record["Name"] for record in records(synthesize(by_parameter))] == [whole] * 2


def test_the_checker_finds_nothing_wrong() -> None:
    found = check(read_template(synthesize(by_parameter)))
    assert [it for it in found if it.answer is Answer.WRONG and it.rule.severity is Severity.ERROR] == []


# What cannot be right is refused before anything is made.

Given = Callable[[Stack], Any]


@pytest.mark.parametrize(
    ("zone", "domain", "kind", "told"),
    [
        pytest.param(zone_of, lambda _: None, ValueError, ["no domain", "say domain_name=Domain"], id="no-domain"),
        pytest.param(lambda _: "example.com", domain_of, TypeError, ["'example.com'", "HostedZone.from"], id="a-name"),
        pytest.param(lambda _: 7, lambda _: None, TypeError, ["hosted_zone takes a hosted zone, not 7"], id="a-number"),
        pytest.param(
            zone_of, lambda _: "api.example.com", TypeError,
            ["domain_name takes DomainNameOptions, not 'api.example.com': write domain_name=DomainNameOptions("],
            id="a-domain-that-is-a-name",
        ),
        pytest.param(
            lambda stack: zone_of(stack, "example.org"), domain_of, ValueError,
            ["api.example.com does not lie in the hosted zone example.org"], id="another-zone",
        ),
        pytest.param(
            zone_of, lambda stack: domain_of(stack, "api.badexample.com"), ValueError, ["does not lie"],
            id="a-name-that-ends-alike",
        ),
        pytest.param(
            lambda stack: zone_of(stack, "eu.api.example.com"), domain_of, ValueError, ["does not lie"],
            id="a-zone-below",
        ),
    ],
)  # fmt: skip
def test_a_zone_that_cannot_have_the_records(
    zone: Given, domain: Given, kind: type[Exception], told: list[str]
) -> None:
    stack = Stack()
    with pytest.raises(kind) as caught:
        named(stack, hosted_zone=zone(stack), domain_name=domain(stack))
    assert all(part in str(caught.value) for part in told), caught.value
    assert "\n" not in str(caught.value)
    assert stack.node.try_find_child("Api") is None


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        pytest.param(lambda stack: zone_of(stack, "example.com."), "api.example.com", id="a-dot-at-the-end"),
        pytest.param(lambda stack: zone_of(stack, "EXAMPLE.com"), "api.example.com", id="upper-case"),
        pytest.param(zone_of, "example.com", id="the-zone-itself"),
        pytest.param(zone_of, "*.eu.example.com", id="a-wildcard"),
        pytest.param(
            lambda stack: route53.HostedZone.from_hosted_zone_id(stack, "Zone", "Z1"), "api.example.com", id="by-its-id"
        ),
        pytest.param(
            lambda stack: zone_of(stack, CfnParameter(stack, "Name").value_as_string), "api.example.com", id="a-token"
        ),
    ],
)
def test_a_zone_that_may(zone: Given, name: str) -> None:
    template = synthesize(lambda stack: named(stack, hosted_zone=zone(stack), domain_name=domain_of(stack, name)))
    assert [record["Name"] for record in records(template)] == [f"{name}."] * 2


@pytest.mark.newest  # older CDKs import all of themselves at once
def test_apis_without_a_domain_do_not_pay_for_those_with() -> None:
    code = (
        "import sys, cors_constructs; cors_constructs.CorsRestApi;"
        "print([name for name in sys.modules if 'route53' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert run.stdout.strip() == "[]"
