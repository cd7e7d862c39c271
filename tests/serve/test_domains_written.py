"""Custom domains as the CDK and SAM write them into templates."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk.aws_apigateway import (
    DomainName,
    EndpointType,
    HttpIntegration,
    RestApi,
    SecurityPolicy,
    StageOptions,
)
from aws_cdk.aws_certificatemanager import Certificate, ICertificate

from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import Site, read_site
from cors_constructs.serve.table import shown

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/x"
SAM = f"""
Transform: AWS::Serverless-2016-10-31
Parameters:
  Zone: {{Type: String, Default: example.com}}
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      OpenApiVersion: 3.0.1
      Domain:
        DomainName: !Sub "api.${{Zone}}"
        CertificateArn: {CERTIFICATE}
        BasePath: [BASE_PATHS]
      DefinitionBody:
        openapi: 3.0.1
        info: {{title: Shop, version: "1"}}
        paths: {{}}
"""


def _rest_api(stack: Stack, name: str) -> RestApi:
    api = RestApi(stack, name, deploy_options=StageOptions(stage_name="live"))
    api.root.add_method("GET", HttpIntegration("https://backend.example.com"))
    return api


def _of_the_cdk(folder: Path, build: Callable[[Stack, ICertificate], None]) -> Site:
    app = App(outdir=str(folder / "cdk.out"))
    stack = Stack(app, "Shop")
    build(stack, Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE))
    app.synth()
    return read_site(Settings(target=str(folder / "cdk.out")), Limits())


def _addresses(site: Site) -> list[str]:
    lines = shown(site, "http://127.0.0.1:3001").split("\n")
    return [line.strip() for line in lines if line.startswith("  https://")]


@pytest.mark.parametrize(
    ("base_path", "address"),
    [
        (None, "https://api.example.com/ is http://api.example.com.localhost:3001/"),
        ("shop", "https://api.example.com/shop is http://api.example.com.localhost:3001/shop"),
        ("shop/v1", "https://api.example.com/shop/v1 is http://api.example.com.localhost:3001/shop/v1"),
    ],
)
def test_domain_name_of_a_rest_api_is_served(tmp_path: Path, base_path: str | None, address: str) -> None:
    def build(stack: Stack, certificate: ICertificate) -> None:
        _rest_api(stack, "Api").add_domain_name(
            "Domain",
            domain_name="api.example.com",
            certificate=certificate,
            base_path=base_path,
            security_policy=SecurityPolicy.TLS_1_2,
            endpoint_type=EndpointType.REGIONAL,
        )

    assert _addresses(_of_the_cdk(tmp_path, build)) == [address]


def test_several_apis_below_one_domain_of_the_cdk_are_told_apart(tmp_path: Path) -> None:
    def build(stack: Stack, certificate: ICertificate) -> None:
        domain = DomainName(
            stack,
            "Domain",
            domain_name="api.example.com",
            certificate=certificate,
            endpoint_type=EndpointType.REGIONAL,
            security_policy=SecurityPolicy.TLS_1_2,
        )
        domain.add_api_mapping(_rest_api(stack, "Orders").deployment_stage, base_path="v1/orders")
        domain.add_api_mapping(_rest_api(stack, "Users").deployment_stage, base_path="v1")

    site = _of_the_cdk(tmp_path, build)
    found = [site.domains.at("api.example.com", path) for path in ("/v1/orders/7", "/v1/7", "/7")]
    assert [it and (it.place.label, it.path) for it in found] == [("orders", "/7"), ("users", "/7"), None]


@pytest.mark.parametrize(
    ("base_paths", "paths"), [("/", ["/"]), ("shop", ["/shop"]), ("/shop, v1, /", ["/shop", "/v1", "/"])]
)
def test_domain_of_a_sam_api_is_served(tmp_path: Path, base_paths: str, paths: list[str]) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(SAM.replace("BASE_PATHS", base_paths))
    site = read_site(Settings(target=str(template), parameters={"Zone": "example.org"}), Limits())
    wanted = [f"https://api.example.org{path} is http://api.example.org.localhost:3001{path}" for path in paths]
    assert sorted(_addresses(site)) == sorted(wanted)
