"""The orders, as their own team keeps them: one function behind every path, a key for every call, and a usage plan.

Nothing here knows of browsers, nor of cors-constructs. Programs call this API all day; a page cannot: it asks for
permission by OPTIONS, that goes to the ANY which takes everything, and is refused for want of a key. And what the
function answers no page could read, since it has no CORS headers.
"""

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk.aws_apigateway import LambdaRestApi, MethodOptions
from aws_cdk.aws_lambda import Code, Function, Runtime
from constructs import Construct

HANDLER = """
import json

def handler(event, context):
    orders = [{"id": 1, "path": event["path"]}]
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(orders)}
"""


class OrdersStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)

        function = Function(
            self,
            "Function",
            runtime=Runtime.PYTHON_3_13,
            handler="index.handler",
            code=Code.from_inline(HANDLER),
        )
        self.api = LambdaRestApi(
            self, "Api", handler=function, default_method_options=MethodOptions(api_key_required=True)
        )

        key = self.api.add_api_key("Key", api_key_name="orders")
        plan = self.api.add_usage_plan("Plan")
        plan.add_api_stage(stage=self.api.deployment_stage)
        plan.add_api_key(key)
        command = f"aws apigateway get-api-key --api-key {key.key_id} --include-value --query value --output text"
        CfnOutput(self, "KeyCommand", value=command)
