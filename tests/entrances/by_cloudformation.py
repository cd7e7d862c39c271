"""What is CloudFormation rather than CDK: bare constructs, a template that is brought in, SAM."""

import json
import tempfile
from pathlib import Path

from aws_cdk import CfnResource, Stack, aws_sam
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import cloudformation_include as include

from .description import BACKEND, CLIENT, FULL, word
from .handwritten import STAGE, client, openapi, template_of_methods
from .plain_cdk import ALL_BINARY
from .terms import Terms


def bare(stack: Stack, terms: Terms) -> None:
    """The API as constructs that are CloudFormation's own."""
    types = ALL_BINARY if terms.binary else None
    api = apigateway.CfnRestApi(stack, "Api", name="api", binary_media_types=types)
    ids = {"/": api.attr_root_resource_id}
    for path, above, part in FULL.resources():
        ids[path] = apigateway.CfnResource(
            stack, word(path), rest_api_id=api.ref, parent_id=ids[above], path_part=part
        ).ref
    deployment = apigateway.CfnDeployment(stack, "Deployment", rest_api_id=api.ref)
    for verb, path in FULL.methods():
        method = apigateway.CfnMethod(
            stack,
            f"{verb.title()}{word(path)}",
            rest_api_id=api.ref,
            resource_id=ids[path],
            http_method=verb,
            authorization_type="NONE",
            integration=apigateway.CfnMethod.IntegrationProperty(
                type="HTTP_PROXY", integration_http_method="ANY", uri=BACKEND
            ),
        )
        deployment.node.add_dependency(method)
    stage = apigateway.CfnStage(stack, "Stage", rest_api_id=api.ref, deployment_id=deployment.ref, stage_name=STAGE)
    covered = apigateway.CfnUsagePlan.ApiStageProperty(api_id=api.ref, stage=stage.ref)
    plan = apigateway.CfnUsagePlan(stack, "Plan", api_stages=[covered])
    key = apigateway.CfnApiKey(stack, "Key", name=CLIENT, enabled=True)
    apigateway.CfnUsagePlanKey(stack, "PlanKey", key_id=key.ref, key_type="API_KEY", usage_plan_id=plan.ref)


def included(stack: Stack, terms: Terms) -> None:
    """A template that somebody wrote, brought in."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "template.json")
        file.write_text(json.dumps(template_of_methods(terms, FULL)))
        include.CfnInclude(stack, "Included", template_file=str(file))


def sam(stack: Stack, terms: Terms) -> None:
    """SAM's API, with its document in it."""
    stack.add_transform("AWS::Serverless-2016-10-31")
    aws_sam.CfnApi(stack, "Api", stage_name=STAGE, definition_body=openapi(terms, FULL))
    for name, said in client(stage={"Ref": "Api.Stage"}).items():
        CfnResource(stack, name, type=said["Type"], properties=said["Properties"])
