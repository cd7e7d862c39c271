"""CORS501 to CORS505: what of an API is deployed, and what the template shows of it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
"""

from collections.abc import Iterator
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.wording import listed
from cors_constructs.simulate.model import Deployment, Source

_DEPLOYING = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html"
_DEPLOYMENT = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html"
)
_STAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html"
_REST_API = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html"
)


def _methods_left_out(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts, deployment in _deployments(subject):
        made = [method for method in facts.api.methods if _is_resource(method.source)]
        left_out = [method for method in made if _leaves_out(facts, deployment, method.source)]
        missing = [method.source.logical_id for method in left_out]
        if missing:
            named = listed(f"{method.source.logical_id} ({method.name})" for method in left_out)
            message = (
                f"{deployment.source.logical_id} does not wait for {named}: "
                "CloudFormation may deploy the API before it has them, and the stage answers 403 there"
            )
            yield rule.wrong(deployment.source, message, _depend(deployment, missing))


def _errors_left_out(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts, deployment in _deployments(subject):
        responses = facts.api.gateway_responses.values()
        made = [response.source for response in responses if _is_resource(response.source)]
        missing = [source.logical_id for source in made if _leaves_out(facts, deployment, source)]
        if missing:
            message = (
                f"{deployment.source.logical_id} does not wait for the gateway responses {listed(missing)}: the stage "
                "may go on without them until the next deployment"
            )
            yield rule.wrong(deployment.source, message, _depend(deployment, missing))


def _leaves_out(facts: ApiFacts, deployment: Deployment, source: Source) -> bool:
    """Whether a deployment is to wait for a resource, and does not.

    What another stack adds to the API is for a deployment there, or for one that waits for that stack: a stack cannot
    wait for one that refers to it.
    """
    if deployment.waits_for(source):
        return False
    if source.file == deployment.source.file:
        return True
    return not any(other.source.file == source.file or other.waits_for(source) for other in facts.api.deployments)


def _deployments(subject: Subject) -> Iterator[tuple[ApiFacts, Deployment]]:
    for facts in subject.apis:
        for deployment in facts.api.deployments:
            yield facts, deployment


def _is_resource(source: Source) -> bool:
    """Whether it is a resource by itself, and no part of an OpenAPI document."""
    return not source.place


def _depend(deployment: Deployment, missing: list[str]) -> str:
    return f"add to the DependsOn of {deployment.source.logical_id}: {', '.join(missing)}"


def _no_deployment(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        api = facts.api
        if api.methods and not api.deployments and not api.stages and not api.imported:
            message = (
                f"the template has no deployment of {api.source.logical_id}: what callers reach is decided elsewhere"
            )
            fix = (
                f"add an AWS::ApiGateway::Deployment with RestApiId: {{Ref: {api.source.logical_id}}} that depends on "
                "every method, and an AWS::ApiGateway::Stage of it"
            )
            yield rule.cannot_tell(api.source, message, fix)


def _stage_of_nothing(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        for stage in facts.api.stages:
            if stage.deployment is None and not facts.api.imported:
                message = f"stage {stage.name} shows a deployment that is not in the template"
                fix = f"in {stage.source.logical_id} write DeploymentId: {{Ref: <the AWS::ApiGateway::Deployment>}}"
                yield rule.cannot_tell(stage.source, message, fix)


def _unreadable(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        if facts.api.unreadable:
            message = f"{facts.api.source.logical_id}: {listed(facts.api.unreadable)}"
            fix = (
                "put the document into the template (Body), or beside it as an asset; what a parameter decides is "
                "known where its value is given (--parameter NAME=VALUE)"
            )
            yield rule.cannot_tell(facts.api.source, message, fix)


# fmt: off
RULES: Final = (
    Rule("CORS501", "A deployment does not wait for a method", Severity.ERROR,
        "A deployment is a snapshot. CloudFormation makes it as soon as what it depends on is there: methods made "
        "later are not in it, OPTIONS among them.",
        "Name every method in the deployment's DependsOn.", _DEPLOYMENT, _methods_left_out),
    Rule("CORS502", "A deployment does not wait for a gateway response", Severity.WARNING,
        "Gateway responses, like methods, reach callers with a deployment made after them.",
        "Name every gateway response in the deployment's DependsOn.", _DEPLOYMENT, _errors_left_out),
    Rule("CORS503", "The template deploys nothing of an API", Severity.WARNING,
        "Methods reach callers only by a deployment and a stage. What is deployed elsewhere may be older than this.",
        "Add a deployment and a stage.", _DEPLOYING, _no_deployment),
    Rule("CORS504", "A stage shows a deployment that is not here", Severity.WARNING,
        "A stage goes on with the deployment it has, whatever changes beside it.",
        "Refer to a deployment of the template.", _STAGE, _stage_of_nothing),
    Rule("CORS505", "Part of an API cannot be read", Severity.WARNING,
        "Nothing can be said of what is missing in an API that is not all here.",
        "Put the API's document into the template, or beside it.", _REST_API, _unreadable),
)
