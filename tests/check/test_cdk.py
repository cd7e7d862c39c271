"""What a CDK app made is mended in the app: fixes in the CDK's words."""

import re
from typing import Any

import attrs
import pytest

from cors_constructs.check import check
from cors_constructs.check.cdk import in_cdk_terms
from cors_constructs.simulate.template import read_template

PATH = "Shop/Api/Default/users"


def shop(*, metadata: bool = True, **options: Any) -> dict[str, Any]:
    """An API of a CDK app: GET and PUT on /users with a key, and the OPTIONS that is given."""

    def resource(kind: str, construct: str, **properties: Any) -> dict[str, Any]:
        said = {"Metadata": {"aws:cdk:path": f"{construct}/Resource"}} if metadata else {}
        return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties, **said}

    api, users = {"Ref": "Api"}, {"Ref": "Users"}
    proxy = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "PUT", "Uri": "https://backend.example.com"}
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    given = {"ResourceId": users, "RestApiId": api}
    return {
        "Resources": {
            "Api": resource("RestApi", "Shop/Api", Name="Api"),
            "Users": resource("Resource", PATH, ParentId=root, PathPart="users", RestApiId=api),
            "Put": resource("Method", f"{PATH}/PUT", HttpMethod="PUT", ApiKeyRequired=True, Integration=proxy, **given),
            "Options": resource("Method", f"{PATH}/OPTIONS", **given, HttpMethod="OPTIONS", **options),
        }
    }


MOCK = {"Type": "MOCK", "RequestTemplates": {"application/json": "{ statusCode: 200 }"}}
KEYED: Any = {"ApiKeyRequired": True, "AuthorizationType": "AWS_IAM", "Integration": MOCK}


@pytest.mark.parametrize(
    ("id_", "fix"),
    [
        pytest.param("CORS201", f"api_key_required=False where {PATH}/OPTIONS is added", id="a keyed OPTIONS"),
        pytest.param("CORS202", f"AuthorizationType.NONE where {PATH}/OPTIONS is added", id="a guarded OPTIONS"),
        pytest.param("CORS301", "api.add_gateway_response(", id="errors without CORS headers"),
        pytest.param("CORS401", "api.add_usage_plan(", id="no plan"),
    ],
)
def test_a_fix_names_the_construct_and_what_to_write_in_the_app(id_: str, fix: str) -> None:
    (finding,) = check(read_template(shop(**KEYED)), select=[id_])
    assert fix in finding.fix
    assert not re.search(r"\bOptions\b|AWS::|ApiKeyRequired", finding.fix)


def test_a_validated_options_loses_its_validator_in_the_app() -> None:
    tenant = {"method.request.header.X-Tenant": True}
    template = shop(Integration=MOCK, RequestValidatorId={"Ref": "Validator"}, RequestParameters=tenant)
    said = {"RestApiId": {"Ref": "Api"}, "ValidateRequestParameters": True}
    template["Resources"]["Validator"] = {"Type": "AWS::ApiGateway::RequestValidator", "Properties": said}
    (finding,) = check(read_template(template), select=["CORS220"])
    assert finding.fix.endswith(
        f"Where {PATH}/OPTIONS is an OPTIONS of your own, leave request_validator and request_validator_options out of "
        "its add_method"
    )


def test_a_template_that_no_app_made_keeps_its_own_words() -> None:
    (finding,) = check(read_template(shop(metadata=False, **KEYED)), select=["CORS201"])
    assert finding.fix == "in Options write ApiKeyRequired: false"


def test_an_operation_of_a_document_keeps_the_documents_words() -> None:
    (finding,) = check(read_template(shop(**KEYED)), select=["CORS201"])
    source = attrs.evolve(finding.source, place="Properties.Body.paths./users.options")
    said = attrs.evolve(finding, source=source, fix="write security: []")
    assert in_cdk_terms(said) == said


def test_every_fix_can_be_written_out() -> None:
    (finding,) = check(read_template(shop(**KEYED)), select=["CORS201"])
    from cors_constructs.check import cdk  # noqa: PLC0415 - its table alone, which is no face of it

    for id_ in cdk._FIXES:
        rule = attrs.evolve(finding.rule, id=id_)
        fix = in_cdk_terms(attrs.evolve(finding, rule=rule)).fix
        assert "{construct}" not in fix
        assert "{{" not in fix
