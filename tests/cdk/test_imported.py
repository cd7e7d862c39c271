"""An API that is made elsewhere: what is added to it here has keys, preflights and a Deployment."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Annotations, App, AspectPriority, Aspects, CfnParameter, Fn, Stack, aws_iam, aws_lambda
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi, ErrorResponses, ImportedRestApi, Preflight
from cors_constructs.check import Answer, Severity, check
from cors_constructs.simulate import Gateway, Outcome, Request, Response
from cors_constructs.simulate.model import Api as Model
from cors_constructs.simulate.template import read_template
from cors_constructs.testing import Browser

from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Build,
    Template,
    messages,
    mock,
    of_type,
    synth_error,
    synthesize,
    warnings_with,
)
from .test_keys import Crud, bare_method, bare_resource
from .test_last_look import EachTime

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:f"
DEPLOYMENT = "AWS::ApiGateway::Deployment"
LIVE = {"stage_name": "prod"}
STRANGER = "https://stranger.example"


def imported(scope: Any, id: str = "Imported", **arguments: Any) -> ImportedRestApi:  # noqa: A002 - the CDK's name for it
    """An API of another app, of which the ids are known."""
    given = {"rest_api_id": "abc123", "root_resource_id": "root1", "cors": POLICY, **LIVE, **arguments}
    return CorsRestApi.from_attributes(scope, id, **given)


def http() -> apigateway.HttpIntegration:
    return apigateway.HttpIntegration("https://backend.example.com")


def careful(request: Request) -> Response:
    return Response(200, POLICY.headers_for(request.headers.get("origin")))


def model(template: Template) -> Model:
    """What the simulator reads of the one API."""
    (api,) = read_template(template).apis
    return api


def keyed(template: Template) -> dict[str, bool]:
    """Each method's name, and whether it asks for a key."""
    return {method.name: method.api_key_required is True for method in model(template).methods}


def the_deployment(template: Template) -> tuple[str, dict[str, Any]]:
    ((name, resource),) = of_type(template, DEPLOYMENT).items()
    return name, resource


def errors_found(template: Template) -> list[str]:
    """What the checker is sure is wrong."""
    findings = check(read_template(template))
    return [str(one) for one in findings if one.answer is Answer.WRONG and one.rule.severity is Severity.ERROR]


# What it is


def test_it_is_an_api_wherever_the_cdk_takes_one() -> None:
    def build(stack: Stack) -> None:
        api = imported(stack, rest_api_name="shop", stage_name=None)
        Crud(stack, "Crud", api=api, path="items")
        assert api.deployment is not None
        stage = apigateway.Stage(stack, "Stage", deployment=api.deployment)
        plan = apigateway.UsagePlan(stack, "Plan", api_stages=[apigateway.UsagePlanPerApiStage(api=api, stage=stage)])
        plan.add_api_key(apigateway.ApiKey(stack, "Key", stages=[stage]))
        apigateway.RequestValidator(stack, "Validator", rest_api=api)
        authorizer = apigateway.RequestAuthorizer(
            stack,
            "Authorizer",
            handler=aws_lambda.Function.from_function_arn(stack, "F", FUNCTION),
            identity_sources=[apigateway.IdentitySource.header("authorization")],
        )
        api.root.add_method("GET", mock(), authorizer=authorizer)
        assert api.metric_count().to_metric_config().metric_stat.dimensions[0].value == "shop"  # type: ignore[union-attr,index]

    template = synthesize(build)
    api = model(template)
    assert keyed(template) == {
        "GET /": True,
        "OPTIONS /": False,
        "GET /items": True,
        "OPTIONS /items": False,
        "PUT /items/{id}": True,
        "DELETE /items/{id}": True,
        "OPTIONS /items/{id}": False,
    }
    assert (api.source.logical_id, api.imported) == ("abc123", True)
    assert errors_found(template) == []


def test_its_face() -> None:
    stack = Stack()
    api = imported(stack, root_resource_id="v1", path="/v1")
    assert isinstance(api, apigateway.RestApiBase)
    assert not isinstance(api, apigateway.RestApi)
    assert (api.rest_api_id, api.rest_api_root_resource_id, api.cors, api.stage_name) == (
        "abc123",
        "v1",
        POLICY,
        "prod",
    )
    assert (api.root.path, api.root.resource_id) == ("/v1", "v1")
    assert api.root.api is api
    assert api.root.add_resource("users").path == "/v1/users"
    assert api.deployment is not None
    assert api.deployment is api.latest_deployment
    assert api.clients == {}
    statement = aws_iam.PolicyStatement(actions=["execute-api:Invoke"])
    assert api.add_to_resource_policy(statement).statement_added is False


def test_logical_ids_are_those_below_the_cdks_own_import() -> None:
    def fill(api: apigateway.IRestApi) -> None:
        api.root.add_resource("users").add_method("GET", mock())
        api.root.add_method("POST", mock())

    def plain(stack: Stack) -> None:
        fill(
            apigateway.RestApi.from_rest_api_attributes(
                stack, "Imported", rest_api_id="abc123", root_resource_id="root1"
            )
        )

    before, after = synthesize(plain)["Resources"], synthesize(lambda stack: fill(imported(stack)))["Resources"]
    assert before.keys() <= after.keys()
    assert all(after[name]["Type"] == before[name]["Type"] for name in before)


# Methods, keys and preflights


def by_add_method(_: Stack, api: ImportedRestApi) -> None:
    api.root.add_resource("users").add_method("GET", http())


def by_path(_: Stack, api: ImportedRestApi) -> None:
    api.root.resource_for_path("users").add_method("GET", http(), api_key_required=False)


def by_a_resource_outside(stack: Stack, api: ImportedRestApi) -> None:
    apigateway.Resource(stack, "Users", parent=api.root, path_part="users").add_method("GET", http())


def by_a_resource_by_id(stack: Stack, api: ImportedRestApi) -> None:
    users = apigateway.Resource.from_resource_attributes(
        stack, "Users", rest_api=api, resource_id=bare_resource(stack, "U", api, "root1", "users").ref, path="/users"
    )
    users.add_method("GET", http())


def by_bare_cloudformation(stack: Stack, api: ImportedRestApi) -> None:
    users = bare_resource(stack, "Users", api, "root1", "users")
    method = bare_method(stack, "Get", api, users.ref)
    method.integration = apigateway.CfnMethod.IntegrationProperty(
        type="HTTP_PROXY", integration_http_method="GET", uri="https://backend.example.com"
    )


def by_a_handle_of_the_cdks(stack: Stack, _: ImportedRestApi) -> None:
    handle = apigateway.RestApi.from_rest_api_attributes(
        stack, "Handle", rest_api_id="abc123", root_resource_id="root1"
    )
    handle.root.add_resource("users").add_method("GET", http())


def by_an_aspect(stack: Stack, api: ImportedRestApi) -> None:
    users = api.root.add_resource("users")

    def add(node: Any) -> None:
        if node.node.path == users.node.path and node.node.try_find_child("GET") is None:
            node.add_method("GET", http())

    Aspects.of(stack).add(EachTime(add), priority=AspectPriority.MUTATING)


WAYS = [
    by_add_method,
    by_path,
    by_a_resource_outside,
    by_a_resource_by_id,
    by_bare_cloudformation,
    by_a_handle_of_the_cdks,
    by_an_aspect,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_however_a_method_is_added_it_asks_for_a_key_and_pages_may_ask_first(
    way: Callable[[Stack, ImportedRestApi], None],
) -> None:
    template = synthesize(lambda stack: way(stack, imported(stack)))
    assert keyed(template) == {"GET /users": True, "OPTIONS /users": False}
    _, deployment = the_deployment(template)
    methods = of_type(template, "AWS::ApiGateway::Method")
    assert methods.keys() <= set(deployment["DependsOn"])
    gateway = Gateway.from_template(template, backend=careful)
    asked = {"origin": ORIGIN, "access-control-request-method": "GET", "access-control-request-headers": "x-api-key"}
    assert gateway(Request("OPTIONS", "/users", asked)).status == 204
    assert gateway(Request("GET", "/users", {"origin": ORIGIN})).status == 403
    assert errors_found(template) == []


def test_a_page_gets_what_it_would_get_of_an_api_made_here() -> None:
    """The same requests from the same origins, below an import and in a `CorsRestApi`: the same verdicts."""

    def fill(api: apigateway.IRestApi) -> None:
        users = api.root.add_resource("users")
        users.add_method("GET", http())
        users.add_method("POST", http())
        api.root.add_resource("health").add_method("GET", http())
        api.root.add_resource("files").add_proxy(default_integration=http())

    policy = POLICY.evolve(allow_origins=[ORIGIN, OTHER_ORIGIN], allow_credentials=True)
    said: dict[str, Any] = {"cors": policy, "keyless": ["GET /health"]}
    calls = [("GET", "/users"), ("POST", "/users"), ("PUT", "/users"), ("GET", "/health"), ("PUT", "/files/a")]

    def verdicts(stack: Stack) -> list[Outcome]:
        browser = Browser.on(stack, backend=lambda it: Response(200, policy.headers_for(it.headers.get("origin"))))
        return [
            browser.fetch(verb, path, origin=origin, headers=headers, credentials=credentials).outcome
            for verb, path in calls
            for origin in (ORIGIN, OTHER_ORIGIN, STRANGER)
            for headers in ({}, {"x-api-key": "nobody's"}, {"x-other": "1"})
            for credentials in ("same-origin", "include")
        ]

    here, there = Stack(App(), "Here"), Stack(App(), "There")
    fill(CorsRestApi(here, "Api", keys_managed_elsewhere=True, error_responses=ErrorResponses.NONE, **said))
    fill(imported(there, **said))
    made_here = verdicts(here)
    assert verdicts(there) == made_here
    assert len(set(made_here)) > 3


def test_keyless_names_are_those_of_the_whole_path() -> None:
    def build(stack: Stack) -> None:
        api = imported(stack, root_resource_id="v1", path="/v1", keyless=["GET /v1", "GET /v1/health"])
        api.root.add_method("GET", mock())
        api.root.add_resource("health").add_method("GET", mock())
        api.root.add_resource("users").add_method("GET", mock())

    template = synthesize(build)
    methods = {
        name: resource["Properties"]["ApiKeyRequired"]
        for name, resource in of_type(template, "AWS::ApiGateway::Method").items()
        if resource["Properties"]["HttpMethod"] == "GET"
    }
    assert sorted(methods.values()) == [False, False, True]
    assert [name for name, needed in methods.items() if needed] == ["ImportedusersGETE6D64C5F"]


def test_a_keyless_name_that_is_no_method_here_is_an_error() -> None:
    def build(stack: Stack) -> None:
        imported(stack, keyless=["GET /health"]).root.add_resource("users").add_method("GET", mock())

    error = synth_error(build)
    assert "keyless names 'GET /health', and there is no such method" in error
    assert "Stack/Imported" in error


def test_a_closed_preflight_of_the_apps_own_is_an_error() -> None:
    def build(stack: Stack) -> None:
        users = imported(stack).root.add_resource("users")
        users.add_method("GET", mock())
        users.add_method("OPTIONS", mock(), api_key_required=True)

    assert "OPTIONS /users, which the app made at Stack/Imported/Default/users/OPTIONS" in synth_error(build)


def test_synthesizing_twice_makes_nothing_twice() -> None:
    app = App()
    stack = Stack(app, "Stack")
    for way in WAYS[:2]:
        way(stack, imported(stack, way.__name__, rest_api_id=way.__name__))
    first = app.synth().get_stack_by_name("Stack").template
    assert app.synth(force=True).get_stack_by_name("Stack").template == first


def test_a_method_that_comes_late_is_an_error() -> None:
    app = App()
    api = imported(Stack(app, "Stack"))
    api.root.add_method("GET", mock())
    app.synth()
    api.root.add_resource("users").add_method("GET", mock())
    with pytest.raises(RuntimeError, match="came after the preflights were made"):
        app.synth(force=True)


# Errors that API Gateway makes itself, keys and clients


@pytest.mark.parametrize(
    ("mode", "made"),
    [
        pytest.param({}, set(), id="left-to-the-apis-own-stack"),
        pytest.param({"error_responses": ErrorResponses.AUTO}, {"DEFAULT_4XX", "DEFAULT_5XX"}, id="made-here"),
    ],
)
def test_gateway_responses_are_made_where_it_is_said(mode: dict[str, Any], made: set[str]) -> None:
    template = synthesize(lambda stack: imported(stack, **mode).root.add_method("GET", mock()))
    responses = of_type(template, "AWS::ApiGateway::GatewayResponse")
    assert {one["Properties"]["ResponseType"] for one in responses.values()} == made
    _, deployment = the_deployment(template)
    assert responses.keys() <= set(deployment["DependsOn"])


def a_plan(stack: Stack, api_id: str) -> None:
    stages = [apigateway.CfnUsagePlan.ApiStageProperty(api_id=api_id, stage="prod")]
    apigateway.CfnUsagePlan(stack, "Plan", api_stages=stages)


def test_keys_are_taken_to_be_managed_elsewhere_unless_it_is_said() -> None:
    def build(stack: Stack, plan_of: str | None = None) -> None:
        api = imported(stack, keys_managed_elsewhere=False)
        api.root.add_method("GET", mock())
        if plan_of is not None:
            a_plan(stack, plan_of)

    assert "GET / needs an API key, and no usage plan covers a stage of this API" in synth_error(build)
    assert "GET / needs an API key" in synth_error(lambda stack: build(stack, "another"))
    assert keyed(synthesize(lambda stack: build(stack, "abc123")))["GET /"]


def test_a_plan_of_an_id_that_only_deployment_knows_is_found() -> None:
    def build(stack: Stack) -> None:
        api_id = CfnParameter(stack, "ApiId").value_as_string
        imported(stack, rest_api_id=api_id, keys_managed_elsewhere=False).root.add_method("GET", mock())
        a_plan(stack, api_id)

    assert of_type(synthesize(build), "AWS::ApiGateway::UsagePlan")


def test_a_client_is_let_in_to_a_stage_that_was_set() -> None:
    stack = Stack(App(), "Stack")
    api = imported(stack, keys_managed_elsewhere=False, stage_name=None)
    assert api.deployment is not None
    api.deployment_stage = apigateway.Stage(stack, "Live", deployment=api.deployment, stage_name="live")
    api.root.add_resource("users").add_method("GET", http())
    api.add_client("web")
    browser = Browser.on(stack, backend=careful, origin=ORIGIN)
    assert browser.fetch("GET", "/users", headers={"x-api-key": browser.key("web")}).outcome is Outcome.ALLOWED


def test_a_client_without_a_stage_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"add_client\('web'\): the API has no stage.*keys_managed_elsewhere=True"):
        imported(Stack(), stage_name=None).add_client("web")


# The Deployment


def nothing(_: ImportedRestApi) -> None:
    pass


def shop(fill: Callable[[ImportedRestApi], object] = nothing, verb: str = "GET", **arguments: Any) -> Build:
    def build(stack: Stack) -> None:
        api = imported(stack, **arguments)
        users = api.root.add_resource("users")
        users.add_method(verb, mock())
        users.add_method("PUT", mock())
        by_a_resource_by_id_of(stack, api)
        fill(api)

    return build


def by_a_resource_by_id_of(stack: Stack, api: ImportedRestApi) -> None:
    old = apigateway.Resource.from_resource_attributes(stack, "Old", rest_api=api, resource_id="old1", path="/old")
    old.add_method("GET", mock())


def users_of(api: ImportedRestApi) -> apigateway.IResource:
    users = api.root.get_resource("users")
    assert users is not None
    return users


def respond(api: ImportedRestApi) -> None:
    api.add_gateway_response("Denied", type=apigateway.ResponseType.ACCESS_DENIED)


CHANGES = {
    "another method": shop(lambda api: api.root.add_method("GET", mock())),
    "another verb": shop(verb="POST"),
    "another integration": shop(lambda api: users_of(api).add_method("PATCH", http())),
    "a bare method": shop(lambda api: bare_method(Stack.of(api), "Bare", api, "other1")),
    "an integration at a resource by id": shop(
        lambda api: Stack.of(api).node.find_child("Old").add_method("PUT", http())  # type: ignore[attr-defined]
    ),
    "a gateway response": shop(respond),
    "gateway responses of the policy": shop(error_responses=ErrorResponses.AUTO),
    "a method without a key": shop(keyless=["PUT /users"]),
    "another origin": shop(cors=CorsPolicy(allow_origins=[OTHER_ORIGIN])),
    "another age": shop(cors=POLICY.evolve(max_age=1)),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_what_changes_is_deployed(changed: Build) -> None:
    assert the_deployment(synthesize(changed))[0] != the_deployment(synthesize(shop()))[0]


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(shop(), id="nothing"),
        pytest.param(shop(cors=CorsPolicy.from_dict(POLICY.to_dict())), id="an-equal-policy"),
        pytest.param(shop(lambda api: Stack.of(api).tags.set_tag("team", "web")), id="a-tag"),
        pytest.param(shop(lambda api: CfnParameter(api, "Parameter")), id="a-parameter-beside-it"),
    ],
)
def test_what_does_not_change_is_not_deployed(same: Build) -> None:
    assert the_deployment(synthesize(same))[0] == the_deployment(synthesize(shop()))[0]


@pytest.mark.parametrize("deploy", [True, False], ids=["its-own", "the-apps"])
def test_a_function_of_another_name_is_deployed(deploy: bool) -> None:
    def calling(name: str) -> str:
        def build(stack: Stack) -> None:
            api = imported(stack, deploy=deploy, stage_name="prod" if deploy else None)
            function = aws_lambda.Function(
                stack,
                "Function",
                function_name=name,
                runtime=aws_lambda.Runtime.PYTHON_3_12,
                handler="index.handler",
                code=aws_lambda.Code.from_inline("pass"),
            )
            api.root.add_method("GET", apigateway.LambdaIntegration(function))
            if not deploy:
                apigateway.Deployment(stack, "Own", api=api)

        return the_deployment(synthesize(build))[0]

    assert calling("one") == calling("one")
    assert calling("one") != calling("other")


def test_it_waits_for_all_that_is_added_and_nothing_that_waits_for_it() -> None:
    def build(stack: Stack) -> None:
        shop(respond)(stack)
        bare_resource(stack, "Elsewhere", imported(stack, "Other", rest_api_id="other"), "root1", "users")

    template = synthesize(build)
    name = next(name for name in of_type(template, DEPLOYMENT) if name.startswith("ImportedDeployment"))
    waits = set(template["Resources"][name]["DependsOn"])
    added = {
        name
        for kind in ("Method", "Resource", "GatewayResponse")
        for name, one in of_type(template, f"AWS::ApiGateway::{kind}").items()
        if one["Properties"]["RestApiId"] == "abc123"
    }
    assert waits == added


@pytest.mark.parametrize(
    ("arguments", "stage", "kept"),
    [
        pytest.param({}, "prod", True, id="a-stage-that-exists"),
        pytest.param({"retain_deployments": False}, "prod", False, id="not-kept-if-said"),
        pytest.param({"stage_name": None}, None, False, id="no-stage"),
        pytest.param({"stage_name": None, "retain_deployments": True}, None, True, id="kept-if-said"),
    ],
)
def test_the_deployment_goes_to_the_stage_and_is_kept_where_the_stage_outlives_it(
    arguments: dict[str, Any], stage: str | None, kept: bool
) -> None:
    _, deployment = the_deployment(synthesize(shop(**arguments)))
    assert deployment["Properties"].get("StageName") == stage
    assert (deployment.get("DeletionPolicy") == "Retain") is kept
    assert deployment["Properties"]["RestApiId"] == "abc123"


def with_a_stage(api: ImportedRestApi) -> None:
    assert api.deployment is not None
    apigateway.Stage(Stack.of(api), "Live", deployment=api.deployment, stage_name="live")


def with_a_bare_stage(api: ImportedRestApi) -> None:
    assert api.deployment is not None
    cfn = api.deployment.node.default_child
    assert isinstance(cfn, apigateway.CfnDeployment)
    apigateway.CfnStage(Stack.of(api), "Live", rest_api_id="abc123", deployment_id=cfn.ref, stage_name="live")


def acknowledged(api: ImportedRestApi) -> None:
    Annotations.of(api).acknowledge_warning("cors-constructs:nothing-goes-live")


def with_a_stage_of_another(api: ImportedRestApi) -> None:
    with_a_stage(imported(Stack.of(api), "Other", rest_api_id="other", stage_name=None))


@pytest.mark.parametrize(
    ("build", "warned"),
    [
        pytest.param(shop(stage_name=None), True, id="no-stage"),
        pytest.param(shop(with_a_stage_of_another, stage_name=None), True, id="a-stage-of-another-Deployment"),
        pytest.param(shop(), False, id="a-stage-by-name"),
        pytest.param(shop(with_a_stage, stage_name=None), False, id="a-stage"),
        pytest.param(shop(with_a_bare_stage, stage_name=None), False, id="a-bare-stage"),
        pytest.param(shop(stage_name=None, deploy=False), False, id="deployed-elsewhere"),
        pytest.param(
            shop(acknowledged, stage_name=None),
            False,
            id="acknowledged",
        ),
    ],
)
def test_a_deployment_that_no_stage_shows_is_warned_of(build: Build, warned: bool) -> None:
    found = [one for one in warnings_with("cors-constructs:nothing-goes-live", build) if "Imported" in one.path]
    assert bool(found) is warned
    for one in found:
        assert one.path == "/Stack/Imported/Cors"
        assert 'stage_name="prod"' in one.text
        assert 'Stage(self, "Stage", deployment=api.deployment)' in one.text


def test_without_a_deployment_of_its_own_another_is_told_of_everything() -> None:
    def build(stack: Stack, before: bool = False, **arguments: Any) -> None:
        api = imported(stack, deploy=False, stage_name=None, **arguments)
        assert api.deployment is None
        other = CorsRestApi.from_attributes(
            stack, "Other", rest_api_id="abc123", root_resource_id="root1", cors=POLICY, stage_name="prod"
        )
        assert other.deployment is not None
        if before:
            api.deployed_by(other.deployment)
        api.root.add_resource("users").add_method("GET", mock())
        if not before:
            api.deployed_by(other.deployment)
        api.deployed_by(other.deployment)
        assert api.deployment is other.deployment
        assert api.latest_deployment is None

    template = synthesize(build)
    name, deployment = the_deployment(template)
    assert of_type(template, "AWS::ApiGateway::Method").keys() <= set(deployment["DependsOn"])
    assert the_deployment(synthesize(lambda stack: build(stack, before=True)))[0] == name
    changed = synthesize(lambda stack: build(stack, keyless=["GET /users"]))
    assert the_deployment(changed)[0] != name
    assert errors_found(template) == []


def test_a_deployment_that_the_app_makes_of_it_is_told_of_everything() -> None:
    def build(stack: Stack, verb: str = "GET") -> None:
        api = imported(stack, deploy=False, stage_name=None)
        apigateway.Deployment(stack, "Own", api=api, stage_name="prod")
        api.root.add_resource("users").add_method(verb, mock())

    template = synthesize(build)
    name, deployment = the_deployment(template)
    assert of_type(template, "AWS::ApiGateway::Method").keys() <= set(deployment["DependsOn"])
    assert the_deployment(synthesize(lambda stack: build(stack, "POST")))[0] != name


def of_another_api(stack: Stack) -> apigateway.Deployment:
    other = apigateway.RestApi(stack, "Plain")
    other.root.add_method("GET", mock())
    assert other.latest_deployment is not None
    return other.latest_deployment


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        pytest.param(lambda _: "prod", TypeError, r"deployed_by takes a Deployment, not 'prod'", id="a-name"),
        pytest.param(lambda _: None, TypeError, r"deployed_by takes a Deployment, not None", id="nothing"),
        pytest.param(of_another_api, ValueError, r"Stack/Plain/Deployment deploys another API", id="another-API"),
    ],
)
def test_what_cannot_deploy_it_is_an_error(wrong: Callable[[Stack], Any], error: type[Exception], told: str) -> None:
    stack = Stack(App(), "Stack")
    with pytest.raises(error, match=told):
        imported(stack, deploy=False, stage_name=None).deployed_by(wrong(stack))


def test_a_deployment_that_is_told_too_late_is_an_error() -> None:
    app = App()
    stack = Stack(app, "Stack")
    api = imported(stack, deploy=False, stage_name=None)
    api.root.add_method("GET", mock())
    deployment = apigateway.Deployment(stack, "Own", api=imported(stack, "Other"))
    app.synth()
    with pytest.raises(ValueError, match="deployed_by: the app is being synthesized already"):
        api.deployed_by(deployment)


# Ids that only deployment knows


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param(lambda _: (Fn.import_value("ApiId"), Fn.import_value("RootId")), id="exports-of-another-app"),
        pytest.param(
            lambda stack: (CfnParameter(stack, "A").value_as_string, CfnParameter(stack, "R").value_as_string),
            id="parameters",
        ),
        pytest.param(lambda _: (Fn.sub("${AWS::StackName}-api"), "root1"), id="a-substitution"),
    ],
)
def test_ids_may_be_known_at_deployment_only(ids: Callable[[Stack], tuple[str, str]]) -> None:
    def build(stack: Stack) -> None:
        api_id, root_id = ids(stack)
        api = imported(stack, rest_api_id=api_id, root_resource_id=root_id, keyless=["GET /users"])
        api.root.add_resource("users").add_method("GET", mock())
        bare_method(stack, "Bare", api, root_id, "PUT")

    template = synthesize(build)
    assert keyed(template) == {"GET /users": False, "OPTIONS /users": False, "PUT /": True, "OPTIONS /": False}
    assert of_type(template, "AWS::ApiGateway::Method").keys() <= set(the_deployment(template)[1]["DependsOn"])


# What is refused


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ({"cors": "https://app.example.com"}, TypeError, ["cors takes a CorsPolicy"]),
        ({"error_responses": "auto"}, TypeError, ["error_responses takes ErrorResponses"]),
        ({"preflight": "shared"}, TypeError, ["preflight takes a Preflight"]),
        ({"deploy": "no"}, TypeError, ["deploy takes True or False, not 'no'"]),
        ({"keys_managed_elsewhere": 1}, TypeError, ["keys_managed_elsewhere takes True or False, not 1"]),
        ({"keyless": "GET /"}, TypeError, ["keyless takes a list"]),
        ({"keyless": ["GET"]}, ValueError, ["'GET' is not a method and a path"]),
        ({"rest_api_id": ""}, ValueError, ["rest_api_id='' is no id", "api.rest_api_id"]),
        ({"rest_api_id": None}, ValueError, ["rest_api_id=None is no id"]),
        ({"root_resource_id": " root1"}, ValueError, ["root_resource_id=' root1' is no id"]),
        ({"path": "v1"}, ValueError, ["path='v1' is not the path of a resource"]),
        ({"path": "/v1/"}, ValueError, ["path='/v1/' is not the path of a resource"]),
        ({"path": "/v1//a"}, ValueError, ["path='/v1//a'"]),
        ({"path": 3}, ValueError, ["path=3 is not the path"]),
        ({"integration_permissions": "all"}, ValueError, ["not 'all': write"]),
        ({"stage_name": "my stage"}, ValueError, ["stage_name='my stage' is no name of a stage"]),
        ({"stage_name": 3}, ValueError, ["stage_name=3 is no name of a stage"]),
        ({"deploy": False}, ValueError, ["stage_name says where the Deployment goes, and deploy=False makes none"]),
        (
            {"deploy": False, "stage_name": None, "retain_deployments": True},
            ValueError,
            ["retain_deployments is about the Deployment, and deploy=False makes none"],
        ),
        ({"retain_deployments": []}, ValueError, ["retain_deployments=[] is neither True nor False"]),
        (
            {"rest_api_id": "", "root_resource_id": None, "path": "x", "stage_name": "a b", "deploy": False},
            ValueError,
            ["rest_api_id=''", "root_resource_id=None", "path='x'", "stage_name='a b'", "deploy=False makes none"],
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_refused_at_once_and_nothing_is_made(
    arguments: dict[str, Any], error: type[Exception], told: list[str]
) -> None:
    stack = Stack()
    with pytest.raises(error) as caught:
        imported(stack, **arguments)
    assert "\n" not in str(caught.value)
    for words in told:
        assert words in str(caught.value)
    assert stack.node.children == []


# What goes on beside it


def test_imports_of_one_stack_deploy_what_all_of_them_add() -> None:
    def build(stack: Stack, verb: str = "GET") -> None:
        imported(stack, "Users").root.add_resource("users").add_method("GET", mock())
        imported(stack, "Orders").root.add_resource("orders").add_method(verb, mock())

    template = synthesize(build)
    deployments = of_type(template, DEPLOYMENT)
    assert len(deployments) == 2
    for deployment in deployments.values():
        assert of_type(template, "AWS::ApiGateway::Method").keys() <= set(deployment["DependsOn"])
    assert errors_found(template) == []
    # Whichever is replaced, and so comes last, has what the other adds.
    changed = of_type(synthesize(lambda stack: build(stack, "PUT")), DEPLOYMENT)
    assert deployments.keys().isdisjoint(changed)
    assert of_type(synthesize(build), DEPLOYMENT).keys() == deployments.keys()


def test_other_apis_of_the_stack_are_left_alone() -> None:
    def beside(stack: Stack) -> None:
        plain = apigateway.RestApi(stack, "Plain")
        plain.root.add_method("GET", mock())
        CorsRestApi(stack, "Cors", cors=POLICY, keys_managed_elsewhere=True).root.add_method("GET", mock())
        imported(stack, "Other", rest_api_id="other").root.add_method("GET", mock())

    def both(stack: Stack) -> None:
        beside(stack)
        imported(stack).root.add_resource("users").add_method("GET", mock())

    alone, together = synthesize(beside)["Resources"], synthesize(both)["Resources"]
    assert {name: together[name] for name in alone} == alone


def test_shared_preflights_answer_for_what_is_added_here() -> None:
    def build(stack: Stack) -> None:
        api = imported(stack, preflight=Preflight.SHARED, keyless=[f"GET /{name}" for name in "abcdef"])
        for name in "abcdef":
            api.root.add_resource(name).add_method("GET", http())

    template = synthesize(build)
    options = [name for name in keyed(template) if name.startswith("OPTIONS ")]
    assert options == ["OPTIONS /{proxy+}"]
    browser = Browser.on(template, backend=careful, origin=ORIGIN)
    for name in "abcdef":
        assert browser.fetch("GET", f"/{name}", headers={"x-api-key": "any"}).outcome is Outcome.ALLOWED
    assert of_type(template, "AWS::ApiGateway::Method").keys() <= set(the_deployment(template)[1]["DependsOn"])


def test_it_warns_as_a_cors_rest_api_does() -> None:
    def build(stack: Stack) -> None:
        users = imported(stack).root.add_resource("users")
        users.add_method("GET", mock(), api_key_required=False)
        users.add_cors_preflight(allow_origins=["*"])

    texts = [one.text for one in messages(build)]
    for rule in ("api-key-required-anyway:GET /users", "preflight-of-the-cdk:/users", "api-key-is-not-authentication"):
        assert any(f"[ack: cors-constructs:{rule}" in text for text in texts), texts


def test_a_scope_may_be_any_construct() -> None:
    def build(stack: Stack) -> None:
        imported(Construct(stack, "Part")).root.add_method("GET", mock())

    assert keyed(synthesize(build)) == {"GET /": True, "OPTIONS /": False}
