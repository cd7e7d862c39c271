"""CORS506 and CORS507: how much a template and an API may hold; preflights are most of what there is too much of."""

from collections.abc import Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.subject import Subject

_CLOUDFORMATION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
_API_GATEWAY = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"
)

_MOST_RESOURCES = 500
_MOST_PATHS = 300


def _template_too_large(rule: Rule, subject: Subject) -> Iterator[Finding]:
    said = set()
    for facts in subject.apis:
        source = facts.api.source
        number = len(subject.template.resources.get(source.file or "", {}))
        if number <= _MOST_RESOURCES or source.file in said:
            continue
        said.add(source.file)
        preflights = len(facts.preflights)
        message = (
            f"the template has {number} resources, {preflights} of them preflights of {source.logical_id}, and "
            f"CloudFormation takes {_MOST_RESOURCES}"
        )
        fix = (
            "let an OPTIONS on / and one on /{proxy+} answer for all paths, describe the API by an OpenAPI document "
            "(one resource), or split it over nested stacks"
        )
        yield rule.wrong(source, message, fix)


def _api_too_large(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        number = len(facts.api.paths)
        if number > _MOST_PATHS:
            message = (
                f"{facts.api.source.logical_id} has {number} resources, and an API has {_MOST_PATHS} at most, unless "
                "AWS raises the quota"
            )
            fix = "let {proxy+} stand for paths that one backend answers, or ask AWS to raise Resources per API"
            yield rule.wrong(facts.api.source, message, fix)


# fmt: off
RULES: Final = (
    Rule("CORS506", "A template has more resources than CloudFormation takes", Severity.ERROR,
        "A path is a resource, each of its methods is one, and so is each preflight: the deployment is refused.",
        "Share preflights, use an OpenAPI document, or split the stack.", _CLOUDFORMATION, _template_too_large),
    Rule("CORS507", "An API has more resources than its quota", Severity.WARNING,
        "API Gateway refuses to make more, and the deployment fails, unless the quota was raised.",
        "Let greedy paths stand for several, or have the quota raised.", _API_GATEWAY, _api_too_large),
)
