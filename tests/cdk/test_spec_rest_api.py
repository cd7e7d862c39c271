"""`CorsSpecRestApi`: a document in, and what a browser makes of what comes out."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from aws_cdk import App, Aspects, CfnParameter, Fn, Stack, assertions
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53

from cors_constructs import CorsPolicy, CorsSpecRestApi, ErrorResponses, OpenApiError, Throttle
from cors_constructs.render.layout import Preflight
from cors_constructs.simulate import Outcome, Response
from cors_constructs.testing import Browser

from .specs import DOCUMENT, INTEGRATION, URL, body_in, body_of, deployment_of, errors_in, spec_api
from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Build,
    messages,
    of_type,
    synth_error,
    synthesize,
    warnings_with,
)

YAML = """
openapi: 3.0.1
info: {title: Users, version: "1.0"}
paths:
  /users:
    get:
      responses: {}
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: "https://backend.example.com/users"}
"""


def browser_on(build: Build) -> Browser:
    """A browser on a stack with what `build` puts into it; the backend sends what the policy says."""
    stack = Stack(App(tree_metadata=False), "Stack")
    build(stack)
    return Browser.on(stack, origin=ORIGIN, backend=lambda _: Response(200, POLICY.headers_for(ORIGIN)))


def may_call(browser: Browser, verb: str, path: str, origin: str = ORIGIN) -> bool:
    """Whether a page gets an answer that it can read, if only that its key is wrong."""
    return browser.fetch(verb, path, origin=origin, headers={"x-api-key": "guessed"}).allowed


def with_client(stack: Stack) -> CorsSpecRestApi:
    api = CorsSpecRestApi(stack, "Api", cors=POLICY, document=DOCUMENT, keyless=["GET /health"])
    api.add_client("web", rate_limit=5)
    return api


@pytest.fixture(scope="module")
def browser() -> Browser:
    """A browser on an API with a document, a keyless operation and a client."""
    return browser_on(with_client)


class TestWhatABrowserMayDo:
    def test_a_listed_page_reads_what_needs_a_key(self, browser: Browser) -> None:
        verdict = browser.fetch("GET", "/users", headers={"x-api-key": browser.key("web")})
        assert verdict.outcome is Outcome.ALLOWED, verdict
        assert verdict.response is not None
        assert verdict.response.status == 200

    def test_a_stranger_is_stopped_at_the_preflight(self, browser: Browser) -> None:
        headers = {"x-api-key": browser.key("web")}
        verdict = browser.fetch("GET", "/users", origin="https://evil.test", headers=headers)
        assert verdict.outcome is Outcome.PREFLIGHT_ORIGIN_MISMATCH, verdict

    def test_the_page_learns_that_its_key_is_wrong(self, browser: Browser) -> None:
        verdict = browser.fetch("GET", "/users", headers={"x-api-key": "guessed"})
        assert verdict.allowed, verdict
        assert verdict.response is not None
        assert verdict.response.status == 403

    def test_what_is_named_keyless_needs_no_key(self, browser: Browser) -> None:
        verdict = browser.fetch("GET", "/health", headers={"x-api-key": "none"})
        assert verdict.response is not None
        assert verdict.response.status == 200

    def test_a_verb_that_the_path_lacks_is_not_allowed(self, browser: Browser) -> None:
        verdict = browser.fetch("DELETE", "/users", headers={"x-api-key": browser.key("web")})
        assert verdict.outcome is Outcome.METHOD_NOT_ALLOWED, verdict

    def test_the_checker_finds_nothing_wrong(self) -> None:
        assert errors_in(synthesize(with_client)) == []


def test_it_is_a_spec_rest_api() -> None:
    api = spec_api(Stack(App(), "Stack"))
    assert isinstance(api, apigateway.SpecRestApi)
    assert api.cors == POLICY
    assert api.clients == {}


def test_without_a_document_and_routes_there_is_an_empty_one_with_the_apis_name() -> None:
    body = body_of(lambda stack: spec_api(stack, rest_api_name="Shop"))
    assert body["info"] == {"title": "Shop", "version": "1.0"}
    assert body["paths"] == {}
    assert body["openapi"] == "3.0.1"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda _: {"document": DOCUMENT}, id="a mapping"),
        pytest.param(lambda folder: {"document": folder / "api.yaml"}, id="a path"),
        pytest.param(lambda folder: {"document": str(folder / "api.yaml")}, id="a path as text"),
        pytest.param(lambda _: {"document": YAML}, id="YAML text"),
        pytest.param(lambda _: {"document": json.dumps(DOCUMENT)}, id="JSON text"),
        pytest.param(lambda _: {"api_definition": apigateway.ApiDefinition.from_inline(DOCUMENT)}, id="from_inline"),
        pytest.param(
            lambda folder: {"api_definition": apigateway.ApiDefinition.from_asset(str(folder / "api.yaml"))},
            id="from_asset",
        ),
    ],
)
def test_a_document_comes_in_many_ways(given: Callable[[Path], Mapping[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(YAML)
    template = synthesize(lambda stack: spec_api(stack, **given(tmp_path)))
    body = body_in(template)
    assert body["info"]["title"] == "Users"
    assert body["paths"]["/users"]["get"]["x-amazon-apigateway-integration"] == INTEGRATION
    assert "options" in body["paths"]["/users"]
    assert errors_in(template) == []


def test_what_the_document_says_otherwise_stays_and_in_order() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": []}
    document = {**DOCUMENT, "components": {"schemas": {"User": schema}}, "tags": [{"name": "users"}], "x-mine": {}}
    body = body_of(lambda stack: spec_api(stack, document=document))
    assert body["components"]["schemas"] == {"User": schema}
    assert body["tags"] == [{"name": "users"}]
    assert body["x-mine"] == {}
    assert list(body)[: len(document)] == list(document)


def test_the_document_that_was_given_is_not_touched() -> None:
    before = json.dumps(DOCUMENT)
    body_of(lambda stack: spec_api(stack, document=DOCUMENT).add_routes(path="/x", integration=URL))
    assert json.dumps(DOCUMENT) == before


def test_values_that_only_deployment_knows_stay_tokens() -> None:
    def build(stack: Stack) -> None:
        host = CfnParameter(stack, "Host").value_as_string
        uris = [f"https://{host}/users", Fn.sub("https://${Host}/users"), {"Fn::Sub": "https://${Host}/users"}]
        item = {
            verb: {"responses": {}, "x-amazon-apigateway-integration": {**INTEGRATION, "uri": uri}}
            for verb, uri in zip(("get", "put", "post"), uris, strict=True)
        }
        spec_api(stack, document={**DOCUMENT, "paths": {"/users": item}})

    users = body_of(build)["paths"]["/users"]
    assert users["get"]["x-amazon-apigateway-integration"]["uri"] == {
        "Fn::Join": ["", ["https://", {"Ref": "Host"}, "/users"]]
    }
    for verb in ("put", "post"):
        assert users[verb]["x-amazon-apigateway-integration"]["uri"] == {"Fn::Sub": "https://${Host}/users"}


def test_origins_of_a_parameter_are_compared_at_run_time() -> None:
    def build(stack: Stack) -> None:
        origins = CfnParameter(stack, "Origins", type="CommaDelimitedList", default=f"{ORIGIN},{OTHER_ORIGIN}")
        spec_api(stack, cors=CorsPolicy(allow_origins=origins.value_as_list), document=DOCUMENT)

    browser = browser_on(build)
    assert may_call(browser, "GET", "/users", OTHER_ORIGIN)
    assert not may_call(browser, "GET", "/users", "https://evil.test")


class TestSharedPreflights:
    def build(self, stack: Stack) -> None:
        api = spec_api(stack, document=DOCUMENT, preflight=Preflight.SHARED)
        api.add_routes(path="/users/{id}/orders", methods=["PUT"], integration=URL)

    def test_few_options_answer_for_all_paths(self) -> None:
        paths = body_of(self.build)["paths"]
        assert {path for path, item in paths.items() if "options" in item} < {*paths}
        browser = browser_on(self.build)
        for verb, path in (("GET", "/users"), ("PUT", "/users/7/orders"), ("GET", "/health")):
            assert may_call(browser, verb, path)

    def test_the_checker_finds_nothing_wrong(self) -> None:
        assert errors_in(synthesize(self.build)) == []


def own_options(security: list[Any]) -> dict[str, Any]:
    """A document with an OPTIONS of its own."""
    options = {"responses": {}, "security": security, "x-amazon-apigateway-integration": {"type": "mock"}, "x-mine": 1}
    users = {**DOCUMENT["paths"]["/users"], "options": options}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
    return {**DOCUMENT, "paths": {"/users": users}, "components": {"securitySchemes": schemes}}


class TestAnOptionsOfTheDocumentsOwn:
    def test_it_stays_where_it_is_open(self) -> None:
        body = body_of(lambda stack: spec_api(stack, document=own_options([])))
        assert body["paths"]["/users"]["options"] == own_options([])["paths"]["/users"]["options"]

    def test_it_is_an_error_where_it_asks_for_a_key(self) -> None:
        error = synth_error(lambda stack: spec_api(stack, document=own_options([{"key": []}])))
        assert "[Stack/Api] paths./users.options asks for a key (key). A preflight brings no credentials" in error


class TestErrors:
    def test_the_document_carries_the_headers_of_the_gateways_errors(self) -> None:
        template = synthesize(lambda stack: spec_api(stack, document=DOCUMENT))
        responses = body_in(template)["x-amazon-apigateway-gateway-responses"]
        for name in ("DEFAULT_4XX", "DEFAULT_5XX"):
            headers = responses[name]["responseParameters"]
            assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
        assert of_type(template, "AWS::ApiGateway::GatewayResponse") == {}

    def test_they_can_be_left_out(self) -> None:
        body = body_of(lambda stack: spec_api(stack, document=DOCUMENT, error_responses=ErrorResponses.NONE))
        assert "x-amazon-apigateway-gateway-responses" not in body

    def test_they_can_be_resources_as_well(self) -> None:
        template = synthesize(lambda stack: spec_api(stack, document=DOCUMENT, gateway_responses_as_resources=True))
        made = of_type(template, "AWS::ApiGateway::GatewayResponse")
        assert {one["Properties"]["ResponseType"] for one in made.values()} == {"DEFAULT_4XX", "DEFAULT_5XX"}
        (deployment,) = of_type(template, "AWS::ApiGateway::Deployment").values()
        assert set(made) <= set(deployment["DependsOn"])
        assert "x-amazon-apigateway-gateway-responses" in body_in(template)

    def own(self, stack: Stack, **arguments: Any) -> CorsSpecRestApi:
        api = spec_api(stack, document=DOCUMENT, **arguments)
        api.add_gateway_response("Denied", type=apigateway.ResponseType.ACCESS_DENIED, status_code="404")
        return api

    def test_one_that_is_a_resource_gets_the_headers_and_a_warning_that_it_may_be_lost(self) -> None:
        template = synthesize(self.own)
        (denied,) = of_type(template, "AWS::ApiGateway::GatewayResponse").values()
        assert "gatewayresponse.header.Access-Control-Allow-Origin" in denied["Properties"]["ResponseParameters"]
        (warning,) = warnings_with("cors-constructs:gateway-response-beside-the-document:ACCESS_DENIED", self.own)
        assert 'x-amazon-apigateway-gateway-responses: {"ACCESS_DENIED": {...}}' in warning.text

    @pytest.mark.newest
    def test_there_is_no_warning_where_documents_are_merged(self) -> None:
        mode = apigateway.RestApiMode.MERGE
        assert not warnings_with("cors-constructs:gateway-response", lambda stack: self.own(stack, mode=mode))

    def test_what_it_says_is_deployed(self) -> None:
        def build(status: str) -> Build:
            def add(stack: Stack) -> None:
                api = spec_api(stack, document=DOCUMENT)
                apigateway.CfnGatewayResponse(
                    stack, "Slow", response_type="THROTTLED", rest_api_id=api.rest_api_id, status_code=status
                )

            return add

        assert deployment_of(build("429")) != deployment_of(build("420"))


LAMBDA: Final = {"x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": {"type": "token"}}
COGNITO: Final = {
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"},
}
SIGNED: Final = {"x-amazon-apigateway-authtype": "awsSigv4"}


def guarded(scheme: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A document with one operation, which a security scheme guards."""
    operation = {**DOCUMENT["paths"]["/users"]["get"], "security": [{"guard": []}]}
    schemes = {"guard": {"type": "apiKey", "in": "header", "name": "Authorization", **scheme}}
    return {**DOCUMENT, "paths": {"/users": {"get": operation}}, "components": {"securitySchemes": schemes}, **more}


class TestKeys:
    def test_an_operation_that_nobody_has_a_key_for_is_an_error(self) -> None:
        error = synth_error(lambda stack: CorsSpecRestApi(stack, "Api", cors=POLICY, document=DOCUMENT))
        assert "[Stack/Api] GET /users and GET /health need an API key, and no usage plan covers a stage" in error

    def test_a_plan_of_the_apps_own_will_do(self) -> None:
        def build(stack: Stack) -> None:
            api = CorsSpecRestApi(stack, "Api", cors=POLICY, document=DOCUMENT)
            api.add_usage_plan("Plan", api_stages=[apigateway.UsagePlanPerApiStage(stage=api.deployment_stage)])

        synthesize(build)

    def test_a_keyless_name_that_is_no_operation_is_an_error(self) -> None:
        error = synth_error(lambda stack: spec_api(stack, document=DOCUMENT, keyless=["GET /user"]))
        assert "keyless names 'GET /user', and there is no such method. Did you mean 'GET /users'" in error

    def test_a_key_from_an_authorizer_needs_one(self) -> None:
        document = {**DOCUMENT, "x-amazon-apigateway-api-key-source": "AUTHORIZER"}
        error = synth_error(lambda stack: spec_api(stack, document=document))
        assert "GET /users and GET /health need an API key from an authorizer" in error
        assert "x-amazon-apigateway-api-key-source out of the document" in error

    def test_a_lambda_authorizer_may_give_the_key(self) -> None:
        document = guarded(LAMBDA, **{"x-amazon-apigateway-api-key-source": "AUTHORIZER"})
        synthesize(lambda stack: spec_api(stack, document=document))

    @pytest.mark.parametrize(
        ("scheme", "told"),
        [(LAMBDA, "CUSTOM"), (COGNITO, "COGNITO_USER_POOLS"), (SIGNED, "AWS_IAM")],
        ids=["Lambda", "Cognito", "IAM"],
    )
    def test_an_authorizer_is_a_guard_and_pages_have_to_be_allowed_its_header(
        self, scheme: Mapping[str, Any], told: str
    ) -> None:
        cors = CorsPolicy(allow_origins=[ORIGIN], allow_headers=["content-type"])
        document = guarded(scheme)
        found = messages(lambda stack: spec_api(stack, cors=cors, document=document))
        (warning,) = (one.text for one in found if "authorization-header-not-allowed" in one.text)
        assert f"GET /users, and perhaps others, is guarded by {told}" in warning
        assert not [one for one in found if "api-key-is-not-authentication" in one.text]

    def test_a_key_is_no_guard(self) -> None:
        (warning,) = warnings_with(
            "cors-constructs:api-key-is-not-authentication", lambda stack: spec_api(stack, document=DOCUMENT)
        )
        assert "Nothing but an API key guards GET /users" in warning.text


@pytest.mark.parametrize(
    ("rule", "cors"),
    [
        ("errors-opaque", CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN], allow_credentials=True)),
        ("pattern-with-credentials", CorsPolicy(allow_origins=["https://*.example.com"], allow_credentials=True)),
    ],
)
def test_the_other_warnings_are_those_of_a_cors_rest_api(rule: str, cors: CorsPolicy) -> None:
    assert warnings_with(f"cors-constructs:{rule}", lambda stack: spec_api(stack, document=DOCUMENT, cors=cors))


class TestBranches:
    STRICT = CorsPolicy(allow_origins=[OTHER_ORIGIN])

    def build(self, stack: Stack) -> None:
        api = spec_api(stack, document=DOCUMENT)
        api.add_routes(path="/admin/users", methods=["GET"], integration=URL)
        api.cors_for("/admin", self.STRICT)

    def test_a_branch_has_its_own_policy(self) -> None:
        browser = browser_on(self.build)
        assert may_call(browser, "GET", "/admin/users", OTHER_ORIGIN)
        assert not may_call(browser, "GET", "/admin/users")
        assert may_call(browser, "GET", "/users")

    def test_a_branch_without_operations_is_an_error_told_once(self) -> None:
        error = synth_error(lambda stack: spec_api(stack, document=DOCUMENT).cors_for("/usres", self.STRICT))
        assert "cors_for gives /usres a policy, and no method is at it or below it. Did you mean /users?" in error
        assert error.count("/usres") == 1


class TestDeployment:
    def test_it_is_the_same_for_the_same_api(self) -> None:
        assert deployment_of(with_client) == deployment_of(with_client)

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"cors": CorsPolicy(allow_origins=[OTHER_ORIGIN])}, id="the policy"),
            pytest.param({"keyless": ["GET /users"]}, id="keyless"),
            pytest.param({"error_responses": ErrorResponses.NONE}, id="the errors"),
            pytest.param({"document": {**DOCUMENT, "info": {"title": "Users", "version": "2"}}}, id="the document"),
        ],
    )
    def test_whatever_changes_the_api_is_deployed(self, change: Mapping[str, Any]) -> None:
        before = deployment_of(lambda stack: spec_api(stack, document=DOCUMENT))
        assert deployment_of(lambda stack: spec_api(stack, **{"document": DOCUMENT, **change})) != before

    def test_so_is_who_answers_preflights(self) -> None:
        def build(preflight: Preflight) -> Build:
            def add(stack: Stack) -> None:
                api = spec_api(stack, preflight=preflight)
                for path in ("/one", "/two", "/three", "/four"):
                    api.add_routes(path=path, methods=["GET"], integration=URL)

            return add

        assert deployment_of(build(Preflight.SHARED)) != deployment_of(build(Preflight.PER_RESOURCE))

    def test_so_is_a_route(self) -> None:
        def build(stack: Stack) -> None:
            spec_api(stack, document=DOCUMENT).add_routes(path="/x", integration=URL)

        assert deployment_of(build) != deployment_of(lambda stack: spec_api(stack, document=DOCUMENT))

    def test_what_is_no_part_of_the_api_changes_nothing(self) -> None:
        def build(stack: Stack) -> None:
            spec_api(stack, document=DOCUMENT).add_client("web")

        assert deployment_of(build) == deployment_of(lambda stack: spec_api(stack, document=DOCUMENT))

    def test_one_of_the_apps_own_follows_too(self) -> None:
        def build(cors: CorsPolicy) -> Build:
            def add(stack: Stack) -> None:
                api = spec_api(stack, document=DOCUMENT, cors=cors, deploy=False)
                apigateway.Deployment(stack, "Mine", api=api)

            return add

        assert deployment_of(build(POLICY)) != deployment_of(build(CorsPolicy(allow_origins=[OTHER_ORIGIN])))

    def test_synthesizing_again_changes_nothing(self) -> None:
        app = App(tree_metadata=False)
        stack = Stack(app, "Stack")
        with_client(stack)
        first = assertions.Template.from_stack(stack).to_json()
        again = app.synth(force=True).get_stack_by_name("Stack").template
        assert json.dumps(again, sort_keys=True) == json.dumps(first, sort_keys=True)


class TestWhatASpecRestApiTakes:
    def test_properties_arrive(self) -> None:
        def build(stack: Stack) -> None:
            spec_api(
                stack,
                document=DOCUMENT,
                deploy_options=apigateway.StageOptions(stage_name="v1"),
                endpoint_types=[apigateway.EndpointType.REGIONAL],
                fail_on_warnings=True,
                disable_execute_api_endpoint=True,
                parameters={"endpointConfigurationTypes": "REGIONAL"},
                policy=iam.PolicyDocument(),
                description="About",
            )

        template = synthesize(build)
        (api,) = (one["Properties"] for one in of_type(template, "AWS::ApiGateway::RestApi").values())
        assert api["FailOnWarnings"] is True
        assert api["DisableExecuteApiEndpoint"] is True
        assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
        assert api["Parameters"] == {"endpointConfigurationTypes": "REGIONAL"}
        (stage,) = (one["Properties"] for one in of_type(template, "AWS::ApiGateway::Stage").values())
        assert stage["StageName"] == "v1"

    def test_it_can_be_left_undeployed(self) -> None:
        template = synthesize(lambda stack: spec_api(stack, document=DOCUMENT, deploy=False))
        assert of_type(template, "AWS::ApiGateway::Deployment") == {}

    def test_a_client_needs_a_stage(self) -> None:
        api = spec_api(Stack(App(), "Stack"), document=DOCUMENT, deploy=False)
        with pytest.raises(ValueError, match=r"^add_client\('web'\): the API has no stage"):
            api.add_client("web")

    def test_its_domain_gets_alias_records(self) -> None:
        def build(stack: Stack) -> None:
            certificate = acm.Certificate.from_certificate_arn(
                stack, "Certificate", "arn:aws:acm:eu-west-1:1:certificate/1"
            )
            spec_api(
                stack,
                document=DOCUMENT,
                domain_name=apigateway.DomainNameOptions(domain_name="api.example.com", certificate=certificate),
                hosted_zone=route53.HostedZone.from_hosted_zone_attributes(
                    stack, "Zone", hosted_zone_id="Z1", zone_name="example.com"
                ),
            )

        records = of_type(synthesize(build), "AWS::Route53::RecordSet").values()
        assert {one["Properties"]["Type"] for one in records} == {"A", "AAAA"}
        assert {one["Properties"]["Name"] for one in records} == {"api.example.com."}

    def test_preflights_can_be_throttled_and_only_those_that_are_made(self) -> None:
        own = {"options": {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}}}
        document = {**DOCUMENT, "paths": {**DOCUMENT["paths"], "/own": own}}
        template = synthesize(
            lambda stack: spec_api(stack, document=document, preflight_throttle=Throttle(rate=5, burst=10))
        )
        (stage,) = of_type(template, "AWS::ApiGateway::Stage").values()
        assert {
            (one["ResourcePath"], one["HttpMethod"], one["ThrottlingRateLimit"], one["ThrottlingBurstLimit"])
            for one in stage["Properties"]["MethodSettings"]
        } == {("/~1users", "OPTIONS", 5, 10), ("/~1health", "OPTIONS", 5, 10)}

    @pytest.mark.parametrize("how", ["prepend", "split"])
    def test_an_import_that_moves_the_paths_is_not_throttled_by_them(self, how: str) -> None:
        throttle = Throttle(rate=5, burst=10)
        error = synth_error(
            lambda stack: spec_api(stack, document=DOCUMENT, preflight_throttle=throttle, parameters={"basepath": how})
        )
        assert f"preflight_throttle is set by paths, and with the import parameter basepath='{how}' those are" in error
        for more in (
            {"preflight_throttle": throttle, "parameters": {"basepath": "ignore"}},
            {"parameters": {"basepath": how}},
        ):
            (api,) = of_type(
                synthesize(lambda stack, more=more: spec_api(stack, document=DOCUMENT, **more)),  # type: ignore[misc]
                "AWS::ApiGateway::RestApi",
            ).values()
            assert api["Properties"]["Parameters"] == more["parameters"]

    @pytest.mark.parametrize("name", ["body", "body_s3_location"])
    def test_a_document_by_an_escape_hatch_would_be_lost_and_is_an_error(self, name: str) -> None:
        value = {"body": {"openapi": "3.0.1", "paths": {}}, "body_s3_location": {"bucket": "b", "key": "k"}}[name]

        def build(stack: Stack) -> None:
            setattr(spec_api(stack, document=DOCUMENT).node.default_child, name, value)

        assert "[Stack/Api] Stack/Api/Resource was given a body or a bodyS3Location of its own" in synth_error(build)

    def test_what_else_an_escape_hatch_says_stays(self) -> None:
        def build(stack: Stack) -> None:
            resource = spec_api(stack, document=DOCUMENT).node.default_child
            resource.add_property_override("Body.info.title", "Mine")  # type: ignore[union-attr]

        assert body_of(build)["info"]["title"] == "Mine"

    def test_methods_beside_the_document_are_an_error(self) -> None:
        def build(stack: Stack) -> None:
            api = spec_api(stack, document=DOCUMENT)
            api.root.add_resource("extra").add_method("GET", apigateway.MockIntegration())

        error = synth_error(build)
        assert "GET /extra, at Stack/Api/Default/extra/GET/Resource, is a resource beside the document" in error
        assert "write api.add_routes(path=..., methods=[...], integration=...)" in error

    def test_and_so_are_those_that_an_aspect_makes_late(self) -> None:
        import jsii  # noqa: PLC0415 - for this test alone
        from aws_cdk import IAspect  # noqa: PLC0415 - likewise

        @jsii.implements(IAspect)
        class Adding:
            def visit(self, node: Any) -> None:
                if isinstance(node, apigateway.CfnDeployment) and not node.node.scopes[1].node.try_find_child("Late"):
                    stack = Stack.of(node)
                    apigateway.CfnMethod(
                        stack,
                        "Late",
                        http_method="GET",
                        rest_api_id=node.rest_api_id,
                        resource_id=stack.node.find_child("Api").node.default_child.attr_root_resource_id,  # type: ignore[union-attr]
                    )

        def build(stack: Stack) -> None:
            spec_api(stack, document=DOCUMENT)
            Aspects.of(stack).add(Adding(), priority=950)

        assert "GET /, at Stack/Late, is a resource beside the document" in synth_error(build)


@pytest.mark.parametrize(
    ("arguments", "error", "kind"),
    [
        ({"cors": ORIGIN}, "cors takes a CorsPolicy, not", TypeError),
        ({"error_responses": "auto"}, "error_responses takes ErrorResponses, not 'auto'", TypeError),
        ({"keys_managed_elsewhere": 1}, "keys_managed_elsewhere takes True or False, not 1", TypeError),
        ({"preflight": "shared"}, "preflight takes a Preflight, not 'shared': write Preflight.SHARED", TypeError),
        ({"preflight_throttle": 5}, "preflight_throttle takes a Throttle, not 5", TypeError),
        ({"gateway_responses_as_resources": "yes"}, "gateway_responses_as_resources takes True or False", TypeError),
        ({"keyless": "GET /users"}, "keyless takes a list of methods", TypeError),
        ({"keyless": ["get /users"]}, "'get /users' is not how the API names it", ValueError),
        ({"document": 3}, "an OpenAPI document is a mapping, a path or a text, not int", TypeError),
        ({"document": Path("missing.yaml")}, "missing.yaml is not there", OpenApiError),
        ({"document": "openapi: [\n"}, "the text, line", OpenApiError),
        (
            {"document": DOCUMENT, "api_definition": apigateway.ApiDefinition.from_inline(DOCUMENT)},
            "document and api_definition both say what the API is: give one of them",
            TypeError,
        ),
        (
            {"document": apigateway.ApiDefinition.from_inline(DOCUMENT)},
            "document takes a mapping, a path or a text, not .*: write api_definition=",
            TypeError,
        ),
        ({"api_definition": DOCUMENT}, "api_definition takes an ApiDefinition or an Asset, not", TypeError),
    ],
)
def test_a_wrong_argument_is_one_clear_line(arguments: Mapping[str, Any], error: str, kind: type[Exception]) -> None:
    stack = Stack(App(), "Stack")
    with pytest.raises(kind, match=error):
        spec_api(stack, **arguments)
    assert stack.node.children == []


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ({"info": {}}, ["it is neither OpenAPI nor Swagger", "openapi"]),
        (
            {**DOCUMENT, "paths": {"/users": {"get": {}, "put": {}}}},
            ["paths./users.get has no x-amazon-apigateway-integration", "paths./users.put has no"],
        ),
        (
            {**DOCUMENT, "paths": {"/users": {"get": {"$ref": "#/nowhere"}}}},
            ["paths./users.get", "#/nowhere"],
        ),
    ],
    ids=["no OpenAPI", "no integrations", "a reference that leads nowhere"],
)
def test_what_is_wrong_within_a_document_is_told_at_synthesis(document: Any, problems: list[str]) -> None:
    error = synth_error(lambda stack: spec_api(stack, document=document))
    assert "[Stack/Api]" in error
    for problem in problems[1:]:
        assert problem in error


def test_more_origins_than_a_template_takes_are_told_at_synthesis() -> None:
    origins = [f"https://{'x' * 50}-{number}.example.com" for number in range(6_000)]
    error = synth_error(lambda stack: spec_api(stack, document=DOCUMENT, cors=CorsPolicy(allow_origins=origins)))
    assert "[Stack/Api] the policy's origins make a mapping template of" in error
