"""What is CloudFormation rather than CDK: bare constructs, a template that is brought in, SAM."""

import json
import tempfile
from pathlib import Path
from typing import Any

from aws_cdk import CfnResource, Stack, aws_sam
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import cloudformation_include as include

from .description import ANSWERS, BACKEND, BODIES, CLIENT, FULL, Description, word
from .handwritten import STAGE, client, openapi, template_of_methods
from .plain_cdk import ALL_BINARY
from .terms import Terms


def bare(stack: Stack, terms: Terms, description: Description = FULL) -> None:
    """The API as constructs that are CloudFormation's own."""
    types = ALL_BINARY if terms.binary else None
    api = apigateway.CfnRestApi(stack, "Api", name="api", binary_media_types=types)
    ids = {"/": api.attr_root_resource_id}
    for path, above, part in description.resources():
        ids[path] = apigateway.CfnResource(
            stack, word(path), rest_api_id=api.ref, parent_id=ids[above], path_part=part
        ).ref
    deployment = apigateway.CfnDeployment(stack, "Deployment", rest_api_id=api.ref)
    for verb, path in description.methods():
        method = apigateway.CfnMethod(
            stack,
            f"{verb.title()}{word(path)}",
            rest_api_id=api.ref,
            resource_id=ids[path],
            http_method=verb,
            authorization_type="NONE",
            **(_proxy() if description.proxies else _mapped()),
        )
        deployment.node.add_dependency(method)
    stage = apigateway.CfnStage(stack, "Stage", rest_api_id=api.ref, deployment_id=deployment.ref, stage_name=STAGE)
    covered = apigateway.CfnUsagePlan.ApiStageProperty(api_id=api.ref, stage=stage.ref)
    plan = apigateway.CfnUsagePlan(stack, "Plan", api_stages=[covered])
    key = apigateway.CfnApiKey(stack, "Key", name=CLIENT, enabled=True)
    apigateway.CfnUsagePlanKey(stack, "PlanKey", key_id=key.ref, key_type="API_KEY", usage_plan_id=plan.ref)


def included(stack: Stack, terms: Terms, description: Description = FULL) -> None:
    """A template that somebody wrote, brought in."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "template.json")
        file.write_text(json.dumps(template_of_methods(terms, description)))
        include.CfnInclude(stack, "Included", template_file=str(file))


def sam(stack: Stack, terms: Terms, description: Description = FULL) -> None:
    """SAM's API, with its document in it."""
    stack.add_transform("AWS::Serverless-2016-10-31")
    aws_sam.CfnApi(stack, "Api", stage_name=STAGE, definition_body=openapi(terms, description))
    for name, said in client(stage={"Ref": "Api.Stage"}).items():
        CfnResource(stack, name, type=said["Type"], properties=said["Properties"])


def _proxy() -> dict[str, Any]:
    return {
        "integration": apigateway.CfnMethod.IntegrationProperty(
            type="HTTP_PROXY", integration_http_method="ANY", uri=BACKEND
        )
    }


def _mapped() -> dict[str, Any]:
    answers = [
        apigateway.CfnMethod.IntegrationResponseProperty(
            status_code=status, selection_pattern=pattern, response_templates=BODIES
        )
        for status, pattern in ANSWERS.items()
    ]
    integration = apigateway.CfnMethod.IntegrationProperty(
        type="HTTP", integration_http_method="ANY", uri=BACKEND, integration_responses=answers
    )
    declared = apigateway.CfnMethod.MethodResponseProperty(status_code="200")
    return {"integration": integration, "method_responses": [declared]}
