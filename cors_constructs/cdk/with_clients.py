"""What every API of ours has beside being the CDK's: its policy, and its clients."""

from typing import TYPE_CHECKING, cast

from aws_cdk import SecretValue
from aws_cdk import aws_apigateway as apigateway

from cors_constructs.cdk.clients import ApiClient, client_problems
from cors_constructs.policy import CorsPolicy

if TYPE_CHECKING:
    from constructs import Construct


class WithClients:
    """An API with a policy, whose clients are added to it. It stands before the CDK's class among the bases."""

    _cors: CorsPolicy
    _clients: dict[str, ApiClient]

    @property
    def cors(self) -> CorsPolicy:
        """What browsers may do."""
        return self._cors

    @property
    def clients(self) -> dict[str, ApiClient]:
        """The clients added so far, by name."""
        return dict(self._clients)

    def add_client(
        self,
        name: str,
        *,
        rate_limit: float | None = None,
        burst_limit: int | None = None,
        quota: apigateway.QuotaSettings | None = None,
        plan: "apigateway.IUsagePlan | ApiClient | None" = None,
        api_key_value: str | SecretValue | None = None,
    ) -> ApiClient:
        """Let somebody call: make a key, and the usage plan that goes with it.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html

        Args:
            name: Who it is. Logical ids come from it alone.
            rate_limit: Requests a second, on average. Left out: the account's limit.
            burst_limit: Requests at once. Left out: the account's limit.
            quota: Requests in a day, week or month. Left out: none.
            plan: A plan, or a client, to share limits with, instead of a plan of its own. It has to cover the stage.
            api_key_value: A Secrets Manager reference, or a text of 20 to 128 characters that then stands in the
                template. Left out: API Gateway makes the value, and an output tells the command that prints it.

        Returns:
            The client, with its `plan` and `api_key`.

        Raises:
            ValueError: With all that is wrong: a name twice, limits beside a shared plan, a value that is no key.
        """
        stage = self._stage_if_any()
        problems = client_problems(
            name,
            stage=stage,
            taken=name in self._clients,
            rate_limit=rate_limit,
            burst_limit=burst_limit,
            quota=quota,
            plan=plan,
            api_key_value=api_key_value,
        )
        if problems:
            raise ValueError(f"add_client({name!r}): {'; '.join(problems)}")
        client = ApiClient(
            cast("Construct", self),
            name,
            stage=stage,
            rate_limit=rate_limit,
            burst_limit=burst_limit,
            quota=quota,
            plan=plan,
            api_key_value=api_key_value,
        )
        self._clients[name] = client
        return client

    def _stage_if_any(self) -> apigateway.Stage | None:
        try:
            return cast("apigateway.RestApiBase", self).deployment_stage
        except RuntimeError:  # jsii's: the CDK says that there always is one, and with deploy=False there is none
            return None
