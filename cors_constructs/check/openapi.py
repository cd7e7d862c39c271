"""Fixes for operations of OpenAPI documents, which have other names for what resources call their properties.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

import re
from typing import Final

import attrs

from cors_constructs.check.findings import Finding
from cors_constructs.check.subject import Subject

_INTEGRATION: Final = "x-amazon-apigateway-integration"
_NAMES: Final = {
    "an AWS::ApiGateway::Method with HttpMethod: OPTIONS": "an options operation",
    "ApiKeyRequired: false and AuthorizationType: NONE": "security: []",
    "PassthroughBehavior: NEVER": "passthroughBehavior: never",
    "IntegrationResponses": f"{_INTEGRATION}.responses",
    "MethodResponses": "responses",
    "Integration of Type: MOCK": f"{_INTEGRATION} of type: mock",
    "Integration": _INTEGRATION,
    "RequestTemplates": "requestTemplates",
    "ResponseParameters": "responseParameters",
    "ResponseTemplates": "responseTemplates",
    "ContentHandling": "contentHandling",
    "StatusCode": "statusCode",
    "SelectionPattern": "selection pattern",
}
# Longer names first: they hold shorter ones.
_KNOWN: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))})\b")
# What a method response declares is a header of the operation's response here.
_DECLARED: Final = re.compile(r"method\.response\.header\.([\w-]+): true")


def in_openapi_terms(finding: Finding, subject: Subject) -> Finding:
    """The same finding, with a fix for an OpenAPI document where one, and nothing of SAM's, made the operation."""
    if ".paths./" not in f".{finding.source.place}" or _is_made_by_sam(finding, subject):
        return finding
    fix = _DECLARED.sub(r"headers: {\1: {schema: {type: string}}}", finding.fix)
    fix = _KNOWN.sub(lambda found: _NAMES[found[0]], fix)
    resource, operation = re.escape(finding.source.logical_id), f"{finding.verb} {finding.path}"
    return attrs.evolve(finding, fix=re.sub(rf"\b(in|of) {resource}\b", rf"\1 {operation}", fix))


def _is_made_by_sam(finding: Finding, subject: Subject) -> bool:
    api, written = finding.source.logical_id, finding.source.written or ""
    if ".DefinitionBody." in written:
        return "AWS::Serverless::Api" in finding.fix  # which adds to the definition
    return ".Events." in written or any(facts.from_sam and facts.api.source.logical_id == api for facts in subject.apis)
