"""An API beside its site: https://api.example.com, for the pages of https://www.example.com and its administration.

    npx aws-cdk synth --app ".venv/bin/python -m examples.custom_domain.app"

The domain is a parameter, so pages and records follow from what it holds when the stack is deployed.
"""

from typing import Any

from aws_cdk import Annotations, App, CfnParameter, Stack
from aws_cdk.aws_apigateway import DomainNameOptions, EndpointType, HttpIntegration, SecurityPolicy
from aws_cdk.aws_certificatemanager import Certificate
from aws_cdk.aws_route53 import HostedZone
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi, Throttle, cors_for


class CustomDomainStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        domain = CfnParameter(
            self,
            "Domain",
            default="example.com",
            # It becomes part of header values and of templates, where a quote would do harm.
            allowed_pattern=r"([a-z0-9-]+\.)+[a-z]{2,}",
            description="The domain of the site; its hosted zone is in this account",
        ).value_as_string
        zone_id = CfnParameter(self, "HostedZoneId", type="AWS::Route53::HostedZone::Id").value_as_string
        certificate_arn = CfnParameter(
            self,
            "CertificateArn",
            allowed_pattern=r"arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[a-z0-9-]+",
            description="A certificate for api.<domain>, in this region",
        ).value_as_string

        api = CorsRestApi(
            self,
            "Api",
            cors=CorsPolicy(allow_origins=[f"https://www.{domain}"]),
            endpoint_types=[EndpointType.REGIONAL],
            domain_name=DomainNameOptions(
                domain_name=f"api.{domain}",
                certificate=Certificate.from_certificate_arn(self, "Certificate", certificate_arn),
                endpoint_type=EndpointType.REGIONAL,
                security_policy=SecurityPolicy.TLS_1_2,
            ),
            # Where the records go that lead to the domain: A for IPv4, AAAA for IPv6.
            hosted_zone=HostedZone.from_hosted_zone_attributes(self, "Zone", hosted_zone_id=zone_id, zone_name=domain),
            # From now on the domain is the only way in.
            disable_execute_api_endpoint=True,
            # Preflights need no key, so no plan of a client limits them, and API Gateway charges for each.
            preflight_throttle=Throttle(rate=100, burst=200),
        )
        orders = api.root.add_resource("orders")
        orders.add_method("GET", backend("GET", "/orders"))
        orders.add_method("POST", backend("POST", "/orders"))
        admin = api.root.add_resource("admin")
        admin.add_resource("orders").add_resource("{order}").add_method("DELETE", backend("DELETE", "/orders"))

        # Another page may call what is below /admin, with cookies, and the shop's pages may not. What is not said here
        # is as in the API's own policy.
        cors_for(admin, api.cors.evolve(allow_origins=[f"https://admin.{domain}"], allow_credentials=True))

        api.add_client("shop", rate_limit=50, burst_limit=100)
        api.add_client("admin", rate_limit=5, burst_limit=10)

        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication", "The shop's server checks sessions; the keys meter."
        )
        # API Gateway cannot choose among the two pages' origins on the errors that it makes itself.
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:errors-opaque-to-credentials", "The administration says 'try again' to any failed call."
        )


def backend(verb: str, path: str) -> HttpIntegration:
    return HttpIntegration(f"https://shop.example.net{path}", http_method=verb)


def main() -> None:
    app = App()
    CustomDomainStack(app, "CustomDomain")
    app.synth()


if __name__ == "__main__":
    main()
