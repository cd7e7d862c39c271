"""The answers of methods that are CloudFormation's own: bare, included, and such as only deployment knows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App, CfnCondition, CfnParameter, Fn, Stack, Token
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, EnableCors
from cors_constructs.simulate import Outcome

from .answers import ANYBODY, CREDENTIALS, ONE, SEVERAL, TEMPLATE, URL, Built, answer_of, cors_headers, told
from .existing import as_aspect, errors_in, included
from .synthesis import ORIGIN, Template, cors_api, synthesize, warnings_with

WARNING: Final = "cors-constructs:response-without-headers"
HEADER: Final = "method.response.header."
ALLOW: Final = f"{HEADER}Access-Control-Allow-Origin"

Cfn = apigateway.CfnMethod
HTTP: Final = {"type": "HTTP", "integrationHttpMethod": "GET", "uri": URL}
ANSWERS: Final = [{"statusCode": "200"}, {"statusCode": "404", "selectionPattern": r"4\d\d"}]
TEMPLATED: Final = [{**it, "responseTemplates": TEMPLATE} for it in ANSWERS]

POLICIES: Final = {"one origin": ONE, "any": ANYBODY, "credentials": CREDENTIALS, "several": SEVERAL}
every_policy = pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))


def bare(said: Callable[[Stack], Mapping[str, Any]]) -> Callable[[Stack], None]:
    """An API with `GET /`, all of it bare, which says something of its integration and responses."""

    def build(stack: Stack) -> None:
        api = apigateway.CfnRestApi(stack, "Api", name="Api")
        method = Cfn(
            stack,
            "Get",
            rest_api_id=api.ref,
            resource_id=api.attr_root_resource_id,
            http_method="GET",
            authorization_type="NONE",
            **said(stack),
        )
        deployment = apigateway.CfnDeployment(stack, "Deployment", rest_api_id=api.ref)
        deployment.node.add_dependency(method)
        apigateway.CfnStage(stack, "Stage", rest_api_id=api.ref, deployment_id=deployment.ref, stage_name="prod")

    return build


def enabled(build: Callable[[Stack], object], policy: CorsPolicy = ONE) -> Callable[[Stack], None]:
    def both(stack: Stack) -> None:
        build(stack)
        as_aspect(stack, EnableCors(policy, require_api_key=False))

    return both


def _structures(_: Stack) -> dict[str, Any]:
    response = Cfn.IntegrationResponseProperty
    return {
        "integration": Cfn.IntegrationProperty(
            type="HTTP",
            integration_http_method="GET",
            uri=URL,
            integration_responses=[
                response(status_code="200", response_templates=TEMPLATE),
                response(status_code="404", selection_pattern=r"4\d\d", response_templates=TEMPLATE),
            ],
        ),
        "method_responses": [Cfn.MethodResponseProperty(status_code="200")],
    }


def _structures_that_were_read(_: Stack) -> dict[str, Any]:
    """What jsii gives back for them."""
    twin = bare(_structures)
    holder = Stack(App(), "Twin")
    twin(holder)
    method = holder.node.find_child("Get")
    assert isinstance(method, Cfn)
    return {"integration": method.integration, "method_responses": method.method_responses}


READABLE: Final[dict[str, Callable[[Stack], Mapping[str, Any]]]] = {
    "structures": _structures,
    "structures that were read": _structures_that_were_read,
    "mappings": lambda _: {
        "integration": {**HTTP, "integrationResponses": TEMPLATED},
        "method_responses": [{"statusCode": "200"}],
    },
    "no method responses": lambda _: {"integration": {**HTTP, "integrationResponses": TEMPLATED}},
    "a lower-case type": lambda _: {"integration": {**HTTP, "type": "http", "integrationResponses": TEMPLATED}},
    "an integration that is a token": lambda _: {
        "integration": Token.as_any({**HTTP, "integrationResponses": TEMPLATED})
    },
    "responses that are a token": lambda _: {
        "integration": {**HTTP, "integrationResponses": Token.as_any(TEMPLATED)},
        "method_responses": Token.as_any([{"statusCode": "200"}]),
    },
    "a response that is a token": lambda _: {
        "integration": {**HTTP, "integrationResponses": [TEMPLATED[0], Token.as_any(TEMPLATED[1])]}
    },
    "values that only deployment knows": lambda stack: {
        "integration": {
            **HTTP,
            "uri": Fn.sub("https://${Host}/", {"Host": CfnParameter(stack, "Host").value_as_string}),
            "integrationResponses": [
                {**it, "responseParameters": {f"{HEADER}X-Region": f"'{stack.region}'"}} for it in TEMPLATED
            ],
        },
        "method_responses": [
            {"statusCode": it["statusCode"], "responseParameters": {f"{HEADER}X-Region": True}} for it in TEMPLATED
        ],
    },
}


@every_policy
@pytest.mark.parametrize("name", READABLE)
def test_a_page_reads_each_answer(name: str, policy: CorsPolicy) -> None:
    template = synthesize(enabled(bare(READABLE[name]), policy))
    built = Built(template, parameters={"Host": "backend.example.com"} if "deployment" in name else None)
    for status in (200, 404):
        verdict = built.asked("/", status, credentials=policy.allow_credentials)
        assert verdict.outcome is Outcome.ALLOWED, verdict
        assert cors_headers(answer_of(verdict)) == told(policy, ORIGIN)
    assert errors_in(template) == []
    assert "Fn::Sub" in str(template) or "deployment" not in name


def _decided(yes: Any, no: Any) -> Callable[[Stack], Any]:
    """One of two values, as a parameter of the stack says."""

    def value(stack: Stack) -> Any:
        it = CfnParameter(stack, "Which").value_as_string
        condition = CfnCondition(stack, "Condition", expression=Fn.condition_equals(it, "yes"))
        return Fn.condition_if(condition.logical_id, yes, no)

    return value


def _with_response(**said: Any) -> dict[str, Any]:
    response = Cfn.IntegrationResponseProperty(status_code="200", **said)
    return {
        "integration": Cfn.IntegrationProperty(
            type="HTTP", integration_http_method="GET", uri=URL, integration_responses=[response]
        )
    }


_LOST_BY_OLD_VERSIONS: Final = {"the response parameters", "the response templates"}
"""Of jsii: they write something else into the template, with us or without."""

OK: Final = {"StatusCode": "200"}
UNTOLD: Final[dict[str, tuple[Callable[[Stack], Mapping[str, Any]], str]]] = {
    "the integration": (
        lambda stack: {"integration": _decided({"Type": "MOCK"}, {"Type": "HTTP"})(stack)},
        "the type of its integration is",
    ),
    "the type": (
        lambda stack: {
            "integration": {
                **HTTP,
                "type": CfnParameter(stack, "Type").value_as_string,
                "integrationResponses": ANSWERS,
            }
        },
        "the type of its integration is",
    ),
    "the responses": (
        lambda stack: {"integration": {**HTTP, "integrationResponses": _decided([OK], [OK])(stack)}},
        "its integration responses are",
    ),
    "a response": (
        lambda stack: {"integration": {**HTTP, "integrationResponses": [*ANSWERS, _decided(OK, OK)(stack)]}},
        "its integration responses are",
    ),
    "the method responses": (
        lambda stack: {
            "integration": {**HTTP, "integrationResponses": ANSWERS},
            "method_responses": _decided([OK], [OK])(stack),
        },
        "its method responses are",
    ),
    "a method response": (
        lambda stack: {
            "integration": {**HTTP, "integrationResponses": ANSWERS},
            "method_responses": [_decided(OK, OK)(stack)],
        },
        "its method responses are",
    ),
    "the response parameters": (
        lambda stack: _with_response(response_parameters=_decided({}, {})(stack)),
        "the response parameters of its answer 200 are",
    ),
    "the response templates": (
        lambda stack: _with_response(response_templates=_decided({}, {})(stack)),
        "the response templates of its answer 200 are",
    ),
    "the declared headers": (
        lambda stack: {
            "integration": {**HTTP, "integrationResponses": ANSWERS},
            "method_responses": [{"statusCode": "200", "responseParameters": _decided({}, {})(stack)}],
        },
        "the headers that are declared for its answer 200 are",
    ),
    "a status": (
        lambda stack: {
            "integration": {
                **HTTP,
                "integrationResponses": [{"statusCode": CfnParameter(stack, "Status").value_as_string}],
            },
            "method_responses": [{"statusCode": "200"}],
        },
        "the status of an answer is",
    ),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.newest] if name in _LOST_BY_OLD_VERSIONS else []) for name in UNTOLD]
)
def test_what_only_deployment_knows_is_warned_of_and_stays(name: str) -> None:
    said, told = UNTOLD[name]
    (warning,) = warnings_with(WARNING, enabled(bare(said)))
    assert f"GET /: {told} known only at deployment, so no headers could be added" in warning.text
    before, after = (_method(synthesize(build)) for build in (bare(said), enabled(bare(said))))
    assert after == before


PROXIES: Final[dict[str, Callable[[Stack], Mapping[str, Any]]]] = {
    "a proxy": lambda _: {"integration": {**HTTP, "type": "HTTP_PROXY"}},
    "a proxy in lower case": lambda _: {"integration": {**HTTP, "type": "http_proxy"}},
    "a proxy that is a token": lambda _: {"integration": Token.as_any({**HTTP, "type": "HTTP_PROXY"})},
    "a proxy with responses, which nobody reads": lambda _: {
        "integration": {**HTTP, "type": "HTTP_PROXY", "integrationResponses": ANSWERS}
    },
    "no responses": lambda _: {"integration": HTTP},
    "an empty list of responses": lambda _: {"integration": {**HTTP, "integrationResponses": []}},
    "no integration": lambda _: {},
}


@pytest.mark.parametrize("name", PROXIES)
def test_what_has_no_answers_of_its_own_stays_without_a_word(name: str) -> None:
    build = bare(PROXIES[name])
    assert warnings_with(WARNING, enabled(build)) == []
    assert _method(synthesize(enabled(build))) == _method(synthesize(build))


@every_policy
def test_what_is_included_is_read_by_pages(policy: CorsPolicy, tmp_path: Path) -> None:
    template = _written()

    def build(stack: Stack) -> None:
        included(stack, template, tmp_path)

    made = synthesize(enabled(build, policy))
    for status in (200, 404):
        verdict = Built(made).asked("/", status, credentials=policy.allow_credentials)
        assert verdict.outcome is Outcome.ALLOWED, verdict
        assert cors_headers(answer_of(verdict)) == told(policy, ORIGIN)
    assert errors_in(made) == []


@pytest.mark.newest  # older versions of jsii lose such a value, whoever writes it
def test_other_values_that_a_condition_decides_stay() -> None:
    def said(stack: Stack) -> Mapping[str, Any]:
        named = {"integration.request.header.x": "'1'"}
        decided = _decided(named, {})(stack)
        models = Fn.condition_if("Condition", {"application/json": "Empty"}, {})
        return {
            "integration": {**HTTP, "requestParameters": decided, "integrationResponses": ANSWERS},
            "method_responses": [{"statusCode": "200", "responseModels": models}],
        }

    before, after = (_method(synthesize(build)) for build in (bare(said), enabled(bare(said))))
    assert "Fn::If" in before["Integration"]["RequestParameters"]
    assert after["Integration"]["RequestParameters"] == before["Integration"]["RequestParameters"]
    assert after["MethodResponses"][0]["ResponseModels"] == before["MethodResponses"][0]["ResponseModels"]
    for response in after["Integration"]["IntegrationResponses"]:
        assert response["ResponseParameters"][ALLOW] == f"'{ORIGIN}'"


@pytest.mark.parametrize(
    ("part", "value"),
    [("IntegrationResponses", {"StatusCode": "500"}), ("MethodResponses", {"StatusCode": "500"})],
    ids=["an integration response", "a method response"],
)
def test_an_item_of_an_included_list_that_a_condition_decides_is_warned_of(
    part: str, value: dict[str, str], tmp_path: Path
) -> None:
    template = _written()
    method = template["Resources"]["Get"]["Properties"]
    listed = method[part] if part in method else method["Integration"][part]
    listed.append({"Fn::If": ["Known", value, {"Ref": "AWS::NoValue"}]})
    template["Conditions"] = {"Known": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}

    def build(stack: Stack) -> None:
        included(stack, template, tmp_path)

    (warning,) = warnings_with(WARNING, enabled(build))
    assert "responses are known only at deployment" in warning.text
    assert _method(synthesize(enabled(build))) == _method(synthesize(build))


def test_what_is_included_and_decided_by_a_condition_is_warned_of(tmp_path: Path) -> None:
    template = _written()
    integration = template["Resources"]["Get"]["Properties"]["Integration"]
    integration["IntegrationResponses"] = {
        "Fn::If": ["Known", integration["IntegrationResponses"], {"Ref": "AWS::NoValue"}]
    }
    template["Conditions"] = {"Known": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}

    def build(stack: Stack) -> None:
        included(stack, template, tmp_path)

    (warning,) = warnings_with(WARNING, enabled(build))
    assert "GET /: its integration responses are known only at deployment" in warning.text


@every_policy
def test_a_bare_method_of_a_cors_rest_api_is_read_by_pages(policy: CorsPolicy) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=policy, keyless=["GET /users"])
        users = api.root.add_resource("users")
        Cfn(
            stack,
            "Get",
            rest_api_id=api.rest_api_id,
            resource_id=users.resource_id,
            http_method="GET",
            **READABLE["mappings"](stack),
        )

    built = Built(synthesize(build))
    verdict = built.asked("/users", 404, credentials=policy.allow_credentials)
    assert verdict.outcome is Outcome.ALLOWED, verdict
    assert cors_headers(answer_of(verdict)) == told(policy, ORIGIN)


def _method(template: Template) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = template["Resources"]["Get"]["Properties"]
    return properties


def _written() -> Template:
    """A template of somebody's, with `GET /`."""
    api = {"Ref": "Api"}
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
            "Get": {
                "Type": "AWS::ApiGateway::Method",
                "Properties": {
                    "RestApiId": api,
                    "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                    "HttpMethod": "GET",
                    "AuthorizationType": "NONE",
                    "Integration": {
                        "Type": "HTTP",
                        "IntegrationHttpMethod": "GET",
                        "Uri": {"Fn::Sub": "https://${AWS::Region}.backend.example.com/"},
                        "IntegrationResponses": [
                            {"StatusCode": "200", "ResponseTemplates": TEMPLATE},
                            {"StatusCode": "404", "SelectionPattern": "404", "ResponseTemplates": TEMPLATE},
                        ],
                    },
                    "MethodResponses": [{"StatusCode": "200", "ResponseParameters": {f"{HEADER}X-Total": True}}],
                },
            },
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment",
                "DependsOn": "Get",
                "Properties": {"RestApiId": api},
            },
            "Stage": {
                "Type": "AWS::ApiGateway::Stage",
                "Properties": {"RestApiId": api, "DeploymentId": {"Ref": "Deployment"}, "StageName": "prod"},
            },
        }
    }
