"""CORS401 to CORS404, CORS408, CORS410, CORS411: which usage plans open what.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.subject import ApiFacts, Subject
from cors_constructs.check.waiting import waits_for
from cors_constructs.check.wording import asks, listed, names_of
from cors_constructs.simulate.model import ApiKey, Stage, UsagePlan

_PLANS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"
_STAGES = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-properties-apigateway-usageplan-apistage.html"
)
_PLAN_KEY = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplankey.html"
)
_NEW_PLAN = (
    "add an AWS::ApiGateway::UsagePlan whose ApiStages name the API and its stage, an AWS::ApiGateway::ApiKey, and an "
    "AWS::ApiGateway::UsagePlanKey that puts the key into the plan"
)


def _no_plan(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        if not facts.keyed or facts.may_be_covered or any(not plan.stages for plan in subject.template.plans):
            continue
        locked = f"{names_of(facts.keyed)} {asks(facts.keyed)} for an API key, and"
        source = facts.api.source
        if facts.doubt:
            message = f"{locked} no usage plan in the template covers the API; one elsewhere may, since {facts.doubt}"
            yield rule.cannot_tell(source, message, f"see that a plan does: {_NEW_PLAN}")
        elif not facts.plans_of_other_stages:
            others = _others(subject, facts)
            message = f"{locked} no usage plan covers the API{others}: whatever key a page sends, it gets 403"
            yield rule.wrong(source, message, _NEW_PLAN)


def _others(subject: Subject, facts: ApiFacts) -> str:
    apis = {api for plan in subject.template.plans for api, _ in plan.stages} - {facts.api.source.logical_id}
    return f" (the template's plans cover {listed(sorted(apis))})" if apis else ""


def _no_stage(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for plan in subject.template.plans:
        if not plan.stages:
            keyed = [method for facts in subject.apis if not facts.may_be_covered for method in facts.keyed]
            so = f"; {names_of(keyed)} {asks(keyed)} for a key and get 403" if keyed else ""
            message = f"the usage plan {plan.source.logical_id} has no ApiStages, so its keys open nothing{so}"
            fix = (
                f"in {plan.source.logical_id} write ApiStages: "
                f"[{{ApiId: {{Ref: <the API>}}, Stage: {{Ref: <its stage>}}}}]"
            )
            yield rule.wrong(plan.source, message, fix)


def _other_stage(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        if facts.may_be_covered or not facts.keyed or facts.doubt:
            continue
        for plan in facts.plans_of_other_stages:
            covered = listed(str(stage) for api, stage in plan.stages if api == facts.api.source.logical_id)
            has = listed(str(stage.name) for stage in facts.api.stages)
            message = (
                f"the usage plan {plan.source.logical_id} covers stage {covered} of {facts.api.source.logical_id}, "
                f"which has stage {has}: {names_of(facts.keyed)} {asks(facts.keyed)} for a key and get 403"
            )
            stage = facts.api.stages[0]
            # A Deployment makes a stage by the way, and `Ref` of a Deployment is no stage's name.
            ref = "" if _is_made_by_deployment(stage) else f"{{Ref: {stage.source.logical_id}}} or "
            fix = f"in {plan.source.logical_id}.ApiStages write Stage: {ref}{stage.name}"
            yield rule.wrong(plan.source, message, fix)


def _too_early(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for plan in subject.template.plans:
        resources = subject.template.resources.get(plan.source.file or "", {})
        for facts in subject.apis:
            if plan not in facts.api.plans:  # APIs of several stacks may have one logical id
                continue
            named = {stage for api, stage in plan.stages if api == facts.api.source.logical_id}
            for stage in facts.api.stages:
                late = stage.source.logical_id
                if (
                    stage.name in named
                    and late in resources
                    and late not in waits_for(plan.source.logical_id, resources)
                ):
                    message = (
                        f"the usage plan {plan.source.logical_id} names the stage {stage.name} and does not wait for "
                        "it: CloudFormation makes the plan first, and fails (Invalid API Stage)"
                    )
                    ref = "" if _is_made_by_deployment(stage) else f"Stage: {{Ref: {late}}}, or "
                    fix = f"in {plan.source.logical_id} write {ref}DependsOn: {late}"
                    yield rule.wrong(plan.source, message, fix)


def _is_made_by_deployment(stage: Stage) -> bool:
    return stage.deployment is not None and stage.deployment.source.logical_id == stage.source.logical_id


def _no_key(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for plan in subject.template.plans:
        if not plan.keys and not plan.other_keys:
            message = f"the usage plan {plan.source.logical_id} has no key: nobody can call by it"
            fix = (
                "add an AWS::ApiGateway::ApiKey, and an AWS::ApiGateway::UsagePlanKey with KeyId: {Ref: <the key>}, "
                f"KeyType: API_KEY and UsagePlanId: {{Ref: {plan.source.logical_id}}}"
            )
            yield rule.wrong(plan.source, message, fix)


def _two_plans(rule: Rule, subject: Subject) -> Iterator[Finding]:
    plans = [(plan, _covered(subject, plan)) for plan in subject.template.plans]
    for (first, covered), (second, also) in combinations(plans, 2):
        shared = covered & also
        keys = {*map(_id, first.keys)} & {*map(_id, second.keys)}
        if shared and keys:
            _, api, stage = min(shared)
            message = (
                f"the key {listed(sorted(id_ for _, id_ in keys))} is in the usage plans {first.source.logical_id} and "
                f"{second.source.logical_id}, which both cover stage {stage} of {api}: the deployment fails"
            )
            fix = "leave the key in one of them, or give each plan a key of its own"
            yield rule.wrong(second.source, message, fix)


def _covered(subject: Subject, plan: UsagePlan) -> set[tuple[str, str, str]]:
    """The stages in a plan, with their APIs and the files of these: stacks may have the same logical ids."""
    files = {
        facts.api.source.logical_id: facts.api.source.file or "" for facts in subject.apis if plan in facts.api.plans
    }
    return {(files.get(api, ""), api, str(stage)) for api, stage in plan.stages}


def _id(key: ApiKey) -> tuple[str, str]:
    return key.source.file or "", key.source.logical_id


def _stray_key(rule: Rule, subject: Subject) -> Iterator[Finding]:
    plans: tuple[UsagePlan, ...] = subject.template.plans
    if not plans or any(plan.other_keys for plan in plans):
        return  # an entry that cannot be read may be about any key
    used = {_id(key) for plan in plans for key in plan.keys}
    for key in subject.template.keys:
        if _id(key) not in used:
            message = f"the API key {key.source.logical_id} is in no usage plan: whoever sends it gets 403"
            fix = (
                f"add an AWS::ApiGateway::UsagePlanKey with KeyId: {{Ref: {key.source.logical_id}}}, KeyType: "
                "API_KEY and "
                f"UsagePlanId: {{Ref: {plans[0].source.logical_id}}}, or remove the key"
            )
            yield rule.wrong(key.source, message, fix)


# fmt: off
RULES: Final = (
    Rule("CORS401", "No usage plan covers an API whose methods ask for a key", Severity.ERROR,
        "A key opens a method only by way of a usage plan that covers the method's stage. Without one every call, "
        "whatever key it carries, is answered 403.",
        "Add a usage plan on the API's stage, and put a key into it.", _PLANS, _no_plan),
    Rule("CORS402", "A usage plan covers no stage", Severity.ERROR,
        "The keys in such a plan open nothing: calls that carry them are answered 403.",
        "Name the API and its stage in the plan's ApiStages.", _STAGES, _no_stage),
    Rule("CORS403", "A usage plan covers a stage that the API does not have", Severity.ERROR,
        "A plan opens the stages it names and no other. Calls to the others are answered 403, and CloudFormation "
        "refuses a stage that does not exist.",
        "Refer to the stage resource in the plan's ApiStages.", _STAGES, _other_stage),
    Rule("CORS404", "A usage plan has no key", Severity.WARNING,
        "A plan without keys opens nothing to anybody until somebody adds a key by hand.",
        "Add a key, and a usage plan key that puts it into the plan.", _PLAN_KEY, _no_key),
    Rule("CORS408", "A key is in two usage plans of one stage", Severity.ERROR,
        "API Gateway lets a key be in one usage plan only for each stage, and refuses the second.",
        "Leave the key in one of the plans.", _PLANS, _two_plans),
    Rule("CORS411", "A usage plan does not wait for its stage", Severity.ERROR,
        "A stage that is named by a text is no reference. CloudFormation makes the plan as soon as the API is there, "
        "and API Gateway refuses a plan of a stage that is not.",
        "Refer to the stage resource, or name it in the plan's DependsOn.", _STAGES, _too_early),
    Rule("CORS410", "A key is in no usage plan", Severity.WARNING,
        "A key opens methods only by way of a usage plan: whoever was given this one gets 403.",
        "Put the key into a plan by a usage plan key.", _PLAN_KEY, _stray_key),
)
