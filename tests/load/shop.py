"""What is served under load: HTTP backends with and without a key, preflights, and a Python function."""

import json
from pathlib import Path

from tests.cli.templates import write
from tests.serve.templates import Template, open_to_all

FUNCTION = """
def handler(event, context):
    number = event["pathParameters"]["number"]
    if event["queryStringParameters"]:
        raise ValueError(number)
    return {"statusCode": 200, "headers": {"X-Number": number}, "body": f"function {number}"}
"""


def template_in(folder: Path) -> Path:
    """Write the template, with its function's code."""
    (folder / "asset.code").mkdir()
    (folder / "asset.code" / "app.py").write_text(FUNCTION)
    file = {"source": {"path": "asset.code", "packaging": "zip"}}
    (folder / "shop.assets.json").write_text(json.dumps({"version": "36.0.0", "files": {"code": file}}))
    return write(folder / "shop.template.json", open_to_all, _with_function)


def _with_function(template: Template) -> None:
    resources = template["Resources"]
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    for name, parent, part in (("Function", root, "function"), ("Number", {"Ref": "FunctionPath"}, "{number}")):
        properties = {"RestApiId": {"Ref": "Api"}, "ParentId": parent, "PathPart": part}
        resources[f"{name}Path"] = {"Type": "AWS::ApiGateway::Resource", "Properties": properties}
    arn = {"Fn::GetAtt": ["Function", "Arn"]}
    uri = ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${A}/invocations", {"A": arn}]
    resources["NumberGet"] = {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": {"Ref": "NumberPath"},
            "HttpMethod": "GET",
            "AuthorizationType": "NONE",
            "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}},
        },
    }
    resources["Function"] = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Timeout": 30,
            "Code": {"S3Bucket": "assets", "S3Key": "code.zip"},
        },
        "Metadata": {"aws:asset:path": "asset.code", "aws:asset:property": "Code"},
    }
