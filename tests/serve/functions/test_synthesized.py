"""Functions of apps as people have them: from what the CDK synthesized, and from SAM templates."""

import asyncio
import textwrap
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App, CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi

from .apps import serving

SITE: Final = "https://app.example.com"
PARTNER: Final = "https://partner.example.net"
ORDERS: Final = """
    import os

    def handler(event, context):
        return {"body": os.environ["TABLE"]}
"""
STOCK: Final = """
    exports.handler = async () => ({ body: process.env.TABLE });
"""
LANGUAGES: Final = {
    "python": (lambda_.Runtime.PYTHON_3_13, "app.py", ORDERS),
    "nodejs": (lambda_.Runtime.NODEJS_22_X, "app.js", STOCK),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_function_that_a_policy_is_shared_with_answers_the_pages_of_that(language: str, tmp_path: Path) -> None:
    runtime, name, code = LANGUAGES[language]
    source = tmp_path / "source"
    source.mkdir()
    (source / name).write_text(textwrap.dedent(code))
    app = App(outdir=str(tmp_path / "cdk.out"))
    stack = Stack(app, "Shop")
    later = CfnParameter(stack, "Origins", type="CommaDelimitedList").value_as_list
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.Table(stack, "Records", table_name="RecordsTable", partition_key=key)
    function = lambda_.Function(
        stack,
        "Orders",
        runtime=runtime,
        handler="app.handler",
        code=lambda_.Code.from_asset(str(source)),
        environment={"TABLE": table.table_name},
    )
    api = CorsRestApi(stack, "Api", cors=CorsPolicy(allow_origins=[SITE, *later]), keyless=["GET /orders"])
    api.root.add_resource("orders").add_method("GET", apigateway.LambdaIntegration(function))
    api.share_policy_with(function, wrap=True)
    app.synth()

    async def work() -> None:
        async with serving(tmp_path / "cdk.out", Origins=PARTNER) as running:
            for origin in (SITE, PARTNER):
                response = await running.fetch("/orders", headers={"Origin": origin})
                assert (response.status, response.body) == (200, b"RecordsTable"), response
                assert response.headers["access-control-allow-origin"] == origin
            response = await running.fetch("/orders", headers={"Origin": "https://evil.test"})
            assert "access-control-allow-origin" not in response.headers
            assert running.log == []

    asyncio.run(work())


SAM: Final = """
    Transform: AWS::Serverless-2016-10-31
    Globals:
      Function: {Timeout: 20, MemorySize: 256}
    Resources:
      Shared:
        Type: AWS::Serverless::LayerVersion
        Properties: {ContentUri: layer/}
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          Handler: app.handler
          CodeUri: orders/
          Layers: [!Ref Shared]
          Events:
            Get: {Type: Api, Properties: {Path: "/orders/{id}", Method: get}}
"""


def test_a_sam_template_runs_from_its_folders(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "template.yaml": SAM,
        "layer/python/shared.py": "NAME = 'shared'",
        "orders/app.py": """
            import shared

            def handler(event, context):
                return {"body": shared.NAME + context.memory_limit_in_mb + event["pathParameters"]["id"]}
        """,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text))

    async def work() -> None:
        async with serving(tmp_path / "template.yaml") as running:
            response = await running.fetch("/orders/7")
            assert (response.status, response.body) == (200, b"shared2567"), response

    asyncio.run(work())
