"""The alias records of an API's own domain."""

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_apigateway as apigateway

from cors_constructs.policy.tokens import holds_token

# Each of these modules takes its time to import, and few APIs need them.
if TYPE_CHECKING:
    from aws_cdk.aws_route53 import IHostedZone


def check_hosted_zone(hosted_zone: Any, domain_name: Any) -> None:
    """See whether a hosted zone can have an API's records, before anything is made.

    Args:
        hosted_zone: The zone that was given; None where there is none, which is fine.
        domain_name: The API's `DomainNameOptions`, as an object or a mapping; None where there is none.

    Raises:
        TypeError: It is no hosted zone, or the domain is none.
        ValueError: There is no domain, or it plainly lies elsewhere.
    """
    if hosted_zone is None:
        return
    if not isinstance(getattr(hosted_zone, "hosted_zone_id", None), str):
        raise TypeError(
            f"hosted_zone takes a hosted zone, not {hosted_zone!r}: write "
            "HostedZone.from_hosted_zone_attributes(self, ..., hosted_zone_id=..., zone_name=...)"
        )
    if domain_name is None:
        raise ValueError(
            "hosted_zone is where a domain's alias records go, and the API has no domain: say "
            "domain_name=DomainNameOptions(domain_name=..., certificate=...), or leave hosted_zone out"
        )
    if not isinstance(domain_name, dict) and not hasattr(domain_name, "domain_name"):
        raise TypeError(
            f"domain_name takes DomainNameOptions, not {domain_name!r}: write "
            "domain_name=DomainNameOptions(domain_name=..., certificate=...)"
        )
    zone, name = _zone_name(hosted_zone), _name(domain_name)
    if zone is not None and name is not None and _is_outside(name, zone):
        raise ValueError(
            f"the domain {name} does not lie in the hosted zone {zone}, which nobody would ask for it: give the zone "
            "that the domain lies in as hosted_zone"
        )


def add_aliases(api: apigateway.RestApi | apigateway.SpecRestApi, hosted_zone: "IHostedZone", domain_name: Any) -> None:
    """Make the records that lead to an API's first domain: A for IPv4, and AAAA for IPv6.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-api-gateway.html

    Args:
        api: The API, which was made with the domain.
        hosted_zone: Where the records go; `check_hosted_zone` found it fine.
        domain_name: The `DomainNameOptions` that the API was made with.
    """
    from aws_cdk import aws_route53 as route53  # noqa: PLC0415 - see above
    from aws_cdk import aws_route53_targets as targets  # noqa: PLC0415 - likewise

    domain = api.domain_name
    name = _name(domain_name)
    if domain is None or name is None:
        return
    # The dot says that it is the whole name. The CDK would add the zone's to one in which it cannot see that already,
    # such as a token.
    name = f"{name.rstrip('.')}."
    for kind, id_ in ((route53.ARecord, "A"), (route53.AaaaRecord, "Aaaa")):
        target = route53.RecordTarget.from_alias(targets.ApiGatewayDomain(domain))
        kind(domain, id_, zone=hosted_zone, record_name=name, target=target)


def _name(domain_name: Any) -> str | None:
    said = domain_name.get("domain_name") if isinstance(domain_name, dict) else domain_name.domain_name
    return said if isinstance(said, str) else None


def _zone_name(hosted_zone: "IHostedZone") -> str | None:
    try:
        return hosted_zone.zone_name
    except RuntimeError:  # jsii's: a zone that was imported by its id alone does not know its name
        return None


def _is_outside(name: str, zone: str) -> bool:
    """Whether a domain plainly is not the zone's."""
    if holds_token(zone) or holds_token(name):
        return False
    top, own = (text.rstrip(".").lower() for text in (zone, name))
    return own != top and not own.endswith(f".{top}")
