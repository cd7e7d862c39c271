"""What stands before an API on AWS and decides, too: web ACLs of its stages, and routing rules of custom domains.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-routing-rules.html

As with custom domains, what is wrong with them is no reason to refuse a template.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.simulate.model import Gate
from cors_constructs.simulate.template.domains import DOMAINS, Resources, of_types, stage_of
from cors_constructs.simulate.template.drafts import Draft, Drafts
from cors_constructs.simulate.template.items import Key, source_of, target
from cors_constructs.simulate.template.known_in_part import as_text
from cors_constructs.simulate.template.scope import Scope
from cors_constructs.simulate.values import Text, Unresolved

_WEB_ACLS: Final = frozenset({"AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"})
_RULES: Final = frozenset({"AWS::ApiGatewayV2::RoutingRule"})
_MARK: Final = "\x00"  # stands on both sides of what a part of an address stands for


def read_gates(resources: Resources, drafts: Drafts, stage_names: Mapping[Key, Text]) -> None:
    """Puts them into the drafts of the APIs that they stand before."""
    for (scope, logical_id), _, properties in of_types(resources, _WEB_ACLS):
        draft, stage = _guarded(properties.get("ResourceArn"), scope, drafts, stage_names)
        if draft is not None:
            draft.gates.append(Gate(source_of(scope, logical_id), "web ACL", stage))
    domains = {key: properties.get("DomainName") for key, _, properties in of_types(resources, DOMAINS)}
    for (scope, logical_id), _, properties in of_types(resources, _RULES):
        domain = _domain(properties.get("DomainNameArn"), domains)
        for invoked in _invoked(properties.get("Actions")):
            draft = drafts.find(invoked.get("ApiId"), scope)
            if draft is not None:
                stage = stage_of(invoked.get("Stage"), stage_names)
                draft.gates.append(Gate(source_of(scope, logical_id), "routing rule", stage, domain))


def _guarded(
    arn: Any, scope: Scope, drafts: Drafts, stage_names: Mapping[Key, Text]
) -> tuple[Draft | None, Text | None]:
    """The API whose stage an ARN names, and the stage: None where it may be any of them."""
    if not isinstance(arn, str | Unresolved) or _MARK in str(arn):
        return None, None
    # Parts that are not known stand for what they are of, which tells APIs and stages apart all the same.
    parts: list[Unresolved] = []

    def marked(part: Unresolved) -> str:
        parts.append(part)
        return f"{_MARK}{len(parts) - 1}{_MARK}"

    _, _, below = (arn if isinstance(arn, str) else arn.filled(marked)).partition("/restapis/")
    api, _, stage = below.rpartition("/stages/")
    if not api or not stage:
        return None, None
    return drafts.find(_part(api, parts), scope), stage_of(_part(stage, parts), stage_names)


def _part(text: str, parts: list[Unresolved]) -> Any:
    """What stands in a place of an address: a text, the part that fills it, or what is known of it in part."""
    whole = re.fullmatch(f"{_MARK}(\\d+){_MARK}", text)
    if whole is not None:
        return parts[int(whole[1])]
    return Unresolved(text.replace(_MARK, "")) if _MARK in text else text


def _invoked(actions: Any) -> Iterator[Mapping[str, Any]]:
    for action in actions if isinstance(actions, list) else ():
        match action:
            case {"InvokeApi": dict(invoked)}:
                yield invoked


def _domain(arn: Any, domains: Mapping[Key, Any]) -> Text | None:
    """The name of the domain whose ARN it is; None where the template does not have it."""
    key = target(arn)
    if key is None and isinstance(arn, Unresolved):
        key = next((found for part in arn.parts if (found := target(part)) in domains), None)
    return as_text(domains[key]) if key is not None and key in domains else None
