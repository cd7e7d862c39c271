"""Records in a table, for the page in `page/`: it scans them by POST /scanRecords, and opens one by GET /records/{id}.

    npx aws-cdk synth --app ".venv/bin/python -m examples.scan_records.app"

`make demo` runs all of it on this machine. The page needs no build, and calls whichever API it is told; its origin is
http://localhost:8080 once this runs:

    python -m http.server --bind 127.0.0.1 --directory examples/scan_records/page 8080

The same backend as a Flask and as an Express app is in `examples/local_backends`; all of them obey `cors.json`.
"""

import json
from pathlib import Path
from typing import Any

from aws_cdk import Annotations, App, Duration, Stack
from aws_cdk.aws_apigateway import LambdaIntegration
from aws_cdk.aws_dynamodb import Attribute, AttributeType, BillingMode, CfnTable, Table, TableEncryption
from aws_cdk.aws_lambda import Code, Function, Runtime
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi

HERE = Path(__file__).parent

# Who may call from a browser, said whole in a file that servers in any language can read. Of its two pages, the one on
# localhost is for whoever works on it: leave it out of what you deploy for good.
POLICY = CorsPolicy.from_dict(json.loads((HERE / "cors.json").read_text()))

TABLE = "RecordsTable"


class ScanRecordsStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, cors: CorsPolicy = POLICY, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.table = self.records_table()

        api = CorsRestApi(self, "Api", cors=cors)

        # Each function may do what it does, to this table, and nothing else.
        scan = self.function("ScanRecords", "records.scan.handler")
        self.table.grant(scan, "dynamodb:Scan")
        api.root.add_resource("scanRecords").add_method("POST", LambdaIntegration(scan))

        get = self.function("GetRecord", "records.get.handler")
        self.table.grant(get, "dynamodb:GetItem")
        api.root.add_resource("records").add_resource("{id}").add_method("GET", LambdaIntegration(get))

        # A variable tells them the policy, and a layer has the `cors` that their handlers are decorated with.
        api.share_policy_with(scan, get)

        api.add_client("web", rate_limit=20, burst_limit=40)
        Annotations.of(api).acknowledge_warning(
            "cors-constructs:api-key-is-not-authentication", "The records are public; the key meters the page."
        )

    def records_table(self) -> Table:
        table = Table(
            self,
            "RecordsTable",
            table_name=TABLE,
            partition_key=Attribute(name="id", type=AttributeType.STRING),
            billing_mode=BillingMode.PAY_PER_REQUEST,
            encryption=TableEncryption.AWS_MANAGED,
        )
        # Said to CloudFormation itself: the CDK's own word for it has changed between its versions.
        resource = table.node.default_child
        assert isinstance(resource, CfnTable)  # noqa: S101 - what a Table is made of
        resource.point_in_time_recovery_specification = CfnTable.PointInTimeRecoverySpecificationProperty(
            point_in_time_recovery_enabled=True
        )
        return table

    def function(self, name: str, handler: str) -> Function:
        return Function(
            self,
            name,
            runtime=Runtime.PYTHON_3_13,
            handler=handler,
            # Of this folder, the package `records` alone.
            code=Code.from_asset(str(HERE), exclude=["*", "!records", "!records/*.py"]),
            # The name itself, and no reference to the table: whoever runs the functions elsewhere can read it, too.
            environment={"RECORDS_TABLE": TABLE},
            timeout=Duration.seconds(10),
            memory_size=256,
        )


def main() -> None:
    app = App()
    # --context page=http://localhost:5173 says where else the page is; of several, each after a comma.
    others = str(app.node.try_get_context("page") or "").split(",")
    origins = dict.fromkeys(filter(None, [*POLICY.allow_origins, *others]))
    ScanRecordsStack(app, "ScanRecords", cors=POLICY.evolve(allow_origins=list(origins)))
    app.synth()


if __name__ == "__main__":
    main()
