"""Who may call: an API key, in a usage plan, on the API's stage."""

import re
from typing import Any, Final

from aws_cdk import Annotations, Aws, CfnOutput, SecretValue, Token
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs.cdk.amounts import is_amount

LITERAL_KEY_WARNING = "cors-constructs:api-key-value-in-template"

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
_KEY_VALUE: Final = re.compile(r"[A-Za-z0-9_-]{20,128}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]*")


class ApiClient(Construct):
    """A caller of the API: its key, and the usage plan that lets it in.

    Made by `CorsRestApi.add_client`. Its logical ids come from its name alone, so that clients come and go without
    touching each other. The key's value is made by API Gateway and stays there; an output tells the command that
    prints it.

    Attributes:
        client_name: The name it was added by.
        plan: The usage plan.
        api_key: The key.
        has_own_plan: Whether the plan was made for this client, and so covers the API's stage.
    """

    client_name: str
    plan: apigateway.IUsagePlan
    api_key: apigateway.IApiKey
    has_own_plan: bool

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: apigateway.Stage | None,
        rate_limit: float | None = None,
        burst_limit: int | None = None,
        quota: apigateway.QuotaSettings | None = None,
        plan: "apigateway.IUsagePlan | ApiClient | None" = None,
        api_key_value: str | SecretValue | None = None,
    ) -> None:
        super().__init__(scope, f"Client-{name}")
        self.client_name = name
        self.has_own_plan = plan is None
        self.plan = _shared(plan) or self._own_plan(stage, rate_limit, burst_limit, quota)
        self.api_key = self._key(api_key_value)
        apigateway.CfnUsagePlanKey(
            self, "PlanKey", key_id=self.api_key.key_id, key_type="API_KEY", usage_plan_id=self.plan.usage_plan_id
        )
        self._tell_command()

    def _own_plan(
        self,
        stage: apigateway.Stage | None,
        rate_limit: float | None,
        burst_limit: int | None,
        quota: apigateway.QuotaSettings | None,
    ) -> apigateway.UsagePlan:
        limits = rate_limit is not None or burst_limit is not None
        return apigateway.UsagePlan(
            self,
            "Plan",
            api_stages=[apigateway.UsagePlanPerApiStage(api=stage.rest_api, stage=stage)] if stage else None,
            throttle=apigateway.ThrottleSettings(rate_limit=rate_limit, burst_limit=burst_limit) if limits else None,
            quota=quota,
        )

    def _key(self, value: str | SecretValue | None) -> apigateway.ApiKey:
        if isinstance(value, SecretValue):
            # Usually a dynamic reference: CloudFormation looks the value up, and the template never has it.
            value = value.unsafe_unwrap()
        if value is not None and not Token.is_unresolved(value):
            Annotations.of(self).add_warning_v2(
                LITERAL_KEY_WARNING,
                f"The key of client {self.client_name!r} stands in the template, for everybody to read who can read "
                "that. Leave api_key_value out, or give a SecretValue.",
            )
        return apigateway.ApiKey(self, "Key", value=value, description=f"Client {self.client_name}")

    def _tell_command(self) -> None:
        CfnOutput(
            self,
            "KeyCommand",
            description=f"Prints the API key of client {self.client_name}",
            value=f"aws apigateway get-api-key --api-key {self.api_key.key_id} --include-value --query value "
            f"--output text --region {Aws.REGION}",
        )


def client_problems(
    name: Any,
    *,
    stage: apigateway.Stage | None,
    taken: bool,
    rate_limit: Any,
    burst_limit: Any,
    quota: Any,
    plan: Any,
    api_key_value: Any,
) -> list[str]:
    """Everything that is wrong with a client, before any of it is made."""
    return [
        *_name_problems(name, taken=taken),
        *_limit_problems(rate_limit, burst_limit, quota, shared=plan is not None),
        *_plan_problems(plan),
        *_key_problems(api_key_value),
        *(
            []
            if stage is not None or plan is not None
            else [
                "the API has no stage that is made here (deploy=False, or an import): set api.deployment_stage before "
                "you add clients, or make the plan where the stage is made and say keys_managed_elsewhere=True"
            ]
        ),
    ]


def _name_problems(name: Any, *, taken: bool) -> list[str]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return [f'the name {name!r} is not made of letters, digits, blanks and "_.-": write a name such as "web"']
    return [f"there is a client {name!r} already: give each its own name"] if taken else []


def _limit_problems(rate_limit: Any, burst_limit: Any, quota: Any, *, shared: bool) -> list[str]:
    given = {"rate_limit": rate_limit, "burst_limit": burst_limit, "quota": quota}
    said = [name for name, value in given.items() if value is not None]
    if shared and said:
        return [f"{' and '.join(said)} cannot be set here: limits are the plan's, and this client shares one"]
    problems = []
    if rate_limit is not None and not is_amount(rate_limit):
        problems.append(f"rate_limit={rate_limit!r} is no number of requests a second: write one, such as 50")
    if burst_limit is not None and not is_amount(burst_limit, whole=True):
        problems.append(f"burst_limit={burst_limit!r} is no number of requests: write a whole one, such as 100")
    return problems + ([] if quota is None else _quota_problems(quota))


def _quota_problems(quota: Any) -> list[str]:
    advice = "write quota=QuotaSettings(limit=10_000, period=Period.MONTH)"
    if not isinstance(quota, apigateway.QuotaSettings):
        return [f"quota={quota!r} is no QuotaSettings: {advice}"]
    problems = []
    if quota.limit is None or not is_amount(quota.limit, whole=True, least=1):
        problems.append(f"a quota of limit={quota.limit!r} lets nobody call, or everybody: {advice}")
    if quota.period is None:
        problems.append(f"a quota needs a period: {advice}")
    return problems


def _plan_problems(plan: Any) -> list[str]:
    if plan is None or isinstance(plan, ApiClient):
        return []
    if not isinstance(plan, type) and isinstance(getattr(plan, "usage_plan_id", None), str):
        return []
    return [f"plan={plan!r} is no usage plan: write plan=other_client.plan"]


def _key_problems(value: Any) -> list[str]:
    if isinstance(value, SecretValue):
        value = value.unsafe_unwrap()
    if value is None or (isinstance(value, str) and (Token.is_unresolved(value) or _KEY_VALUE.fullmatch(value))):
        return []
    return [
        "api_key_value is neither a SecretValue nor a text of 20 to 128 letters and digits: leave it out to have API "
        "Gateway make one"  # the value itself is not repeated: error texts end up in logs
    ]


def _shared(plan: "apigateway.IUsagePlan | ApiClient | None") -> apigateway.IUsagePlan | None:
    return plan.plan if isinstance(plan, ApiClient) else plan
