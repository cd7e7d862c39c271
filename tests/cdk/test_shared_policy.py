"""`share_policy_with`, `share_policy_with_all`, `CorsRuntime.share`: which functions learn the policy, and how."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import aws_cdk
import pytest
from aws_cdk import App, Aspects, CfnParameter, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sam as sam
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRestApi, CorsRuntime, CorsSpecRestApi, EnableCors, cors_by_default, cors_for

from .existing import as_aspect, bare_api, errors_in, included
from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Build,
    Template,
    cors_api,
    of_type,
    synthesize,
    synthesize_app,
    warnings_with,
)
from .test_enable_cors_sam import event, sam_api

POLICY_VARIABLE: Final = "CORS_CONSTRUCTS_POLICY"
HANDLER_VARIABLE: Final = "CORS_CONSTRUCTS_HANDLER"
SAID: Final = '{"allow_origins":["https://app.example.com"]}'
NOT_SHARED: Final = "cors-constructs:function-not-shared"
ELSEWHERE: Final = "arn:aws:lambda:eu-west-1:111122223333:function:elsewhere"
FUNCTION: Final = "AWS::Lambda::Function"
PYTHON_WRAPPER: Final = "cors_constructs.runtime.wrapped"
NODE_WRAPPER: Final = "/opt/nodejs/node_modules/cors-constructs/wrapped.handler"


def function(scope: Construct, id: str = "Fn", **props: Any) -> lambda_.Function:  # noqa: A002 - the CDK's name for it
    said = {"runtime": lambda_.Runtime.PYTHON_3_13, "handler": "index.handler", **props}
    return lambda_.Function(scope, id, code=lambda_.Code.from_inline("handler = None"), **said)


def calls(api: Any, called: lambda_.IFunction, path: str = "users", verb: str = "GET", **options: Any) -> None:
    resource = api.root.resource_for_path(path)
    resource.add_method(verb, apigateway.LambdaIntegration(called, **options))


@attrs.frozen
class Seen:
    """What a function in a template has."""

    variable: Any
    handler: str
    own_handler: str | None
    layers: int

    @classmethod
    def of(cls, resource: dict[str, Any]) -> "Seen":
        said = resource["Properties"]
        variables = said.get("Environment", {}).get("Variables", {})
        layers = len(said.get("Layers", ()))
        return cls(variables.get(POLICY_VARIABLE), said.get("Handler", ""), variables.get(HANDLER_VARIABLE), layers)


SHARED: Final = Seen(SAID, "index.handler", None, 1)
WRAPPED: Final = Seen(SAID, PYTHON_WRAPPER, "index.handler", 1)
UNTOUCHED: Final = Seen(None, "index.handler", None, 0)


def seen(template: Template) -> dict[str, Seen]:
    """The functions of a template, by the beginning of their ids."""
    kinds = (FUNCTION, "AWS::Serverless::Function")
    found = {name: Seen.of(it) for kind in kinds for name, it in of_type(template, kind).items()}
    return {name if len(name) < 8 else name[:-8]: it for name, it in found.items()}


def shared(build: Build) -> dict[str, Seen]:
    return seen(synthesize(build))


def test_a_function_learns_the_policy_and_gets_the_layer() -> None:
    def build(stack: Stack) -> None:
        api = CorsRestApi(stack, "Api", cors=POLICY)
        api.add_client("web")
        handler, other = function(stack), function(stack, "Other")
        calls(api, handler)
        calls(api, other, verb="POST")
        api.share_policy_with(handler)

    template = synthesize(build)
    assert seen(template) == {"Fn": SHARED, "Other": UNTOUCHED}
    assert errors_in(template) == []
    (layer,) = of_type(template, "AWS::Lambda::LayerVersion")
    assert [it["Properties"].get("Layers") for it in of_type(template, FUNCTION).values()] == [[{"Ref": layer}], None]


def test_it_is_called_by_the_layer_where_that_is_asked_for() -> None:
    def build(stack: Stack) -> None:
        node = function(stack, "Node", runtime=lambda_.Runtime.NODEJS_22_X, handler="lib/app.get")
        cors_api(stack).share_policy_with(function(stack), node, wrap=True)

    assert shared(with_a_method(build)) == {"Fn": WRAPPED, "Node": Seen(SAID, NODE_WRAPPER, "lib/app.get", 1)}


def with_a_method(build: Build) -> Build:
    """What `build` builds, and a method in its API."""

    def both(stack: Stack) -> None:
        build(stack)
        (api,) = (node for node in stack.node.find_all() if isinstance(node, CorsRestApi))
        api.root.add_method("GET", apigateway.MockIntegration())

    return both


@pytest.mark.parametrize(
    "runtime",
    [
        pytest.param(lambda_.Runtime.JAVA_21, id="java"),
        pytest.param(lambda_.Runtime.PROVIDED_AL2023, id="provided"),
        pytest.param(lambda_.Runtime.PYTHON_3_8, id="python-too-old"),
        pytest.param(lambda_.Runtime.NODEJS_16_X, id="node-too-old"),
    ],
)
def test_what_cannot_read_the_layer_gets_the_variable_alone(runtime: lambda_.Runtime) -> None:
    def build(stack: Stack) -> None:
        bare = lambda_.CfnFunction(
            stack,
            "Fn",
            role="arn:aws:iam::111122223333:role/fn",
            handler="index.handler",
            runtime=runtime.name,
            code=lambda_.CfnFunction.CodeProperty(s3_bucket="bucket", s3_key="key"),
        )
        cors_api(stack).share_policy_with(bare)

    assert shared(with_a_method(build)) == {"Fn": attrs.evolve(SHARED, layers=0)}


def image(stack: Stack) -> lambda_.Function:
    from aws_cdk.aws_ecr import Repository  # noqa: PLC0415 - one test needs it

    repository = Repository.from_repository_name(stack, "Images", "images")
    code = lambda_.DockerImageCode.from_ecr(repository)
    return lambda_.DockerImageFunction(stack, "Image", code=code)


def test_a_container_image_gets_the_variable_alone() -> None:
    template = synthesize(with_a_method(lambda stack: cors_api(stack).share_policy_with(image(stack))))
    (properties,) = (it["Properties"] for it in of_type(template, FUNCTION).values())
    assert properties["Environment"]["Variables"] == {POLICY_VARIABLE: SAID}
    assert "Layers" not in properties
    assert not of_type(template, "AWS::Lambda::LayerVersion")


def test_the_variable_has_the_policies_of_branches_and_origins_of_the_deployment() -> None:
    def build(stack: Stack) -> None:
        parameter = CfnParameter(stack, "Origins", type="CommaDelimitedList")
        api = cors_api(stack, cors=CorsPolicy(allow_origins=parameter.value_as_list, allow_credentials=True))
        handler = function(stack)
        calls(api, handler, "admin/users")
        api.share_policy_with(handler)
        admin = api.root.get_resource("admin")
        assert admin
        cors_for(admin, CorsPolicy(allow_origins=[OTHER_ORIGIN], expose_headers=[]))  # after the line, and counts

    between, parameter, rest = shared(build)["Fn"].variable["Fn::Join"][1]
    assert parameter == {"Fn::Join": [",", {"Ref": "Origins"}]}
    assert json.loads(f"{between}a,b{rest}") == {
        "allow_origins": [",a,b"],
        "allow_credentials": True,
        "branches": {"/admin": {"allow_origins": [OTHER_ORIGIN], "expose_headers": []}},
    }


# Every way in which a function comes to be behind an API.


def by_methods(stack: Stack) -> None:
    api = cors_api(stack)
    calls(api, function(stack))
    api.share_policy_with_all()


def by_a_proxy(stack: Stack) -> None:
    api = cors_api(stack, default_integration=apigateway.LambdaIntegration(function(stack)))
    api.root.add_proxy()
    api.share_policy_with_all()


def by_an_alias(stack: Stack) -> None:
    api = cors_api(stack)
    calls(api, lambda_.Alias(stack, "Live", alias_name="live", version=function(stack).current_version))
    api.share_policy_with_all()


def by_a_version(stack: Stack) -> None:
    api = cors_api(stack)
    calls(api, function(stack).current_version)
    api.share_policy_with_all()


def handle(stack: Stack, arn: str) -> lambda_.IFunction:
    """A function by its ARN, for which the CDK makes no permission, and warns of none."""
    return lambda_.Function.from_function_attributes(stack, "Imported", function_arn=arn, skip_permissions=True)


def by_a_handle(stack: Stack) -> None:
    api = cors_api(stack)
    calls(api, handle(stack, function(stack).function_arn))
    api.share_policy_with_all()


def by_a_stage_variable(stack: Stack) -> None:
    handler = function(stack)
    uri = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{handler.function_arn}"
    integration = apigateway.CfnMethod.IntegrationProperty(
        type="AWS_PROXY", integration_http_method="POST", uri=f"{uri}:${{stageVariables.alias}}/invocations"
    )
    api = cors_api(stack)
    apigateway.CfnMethod(
        stack,
        "Method",
        rest_api_id=api.rest_api_id,
        resource_id=api.root.add_resource("users").resource_id,
        http_method="GET",
        integration=integration,
    )
    api.share_policy_with_all()


def by_a_document(stack: Stack) -> None:
    handler = function(stack)
    text = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn9270CBC0.Arn}/invocations"
    assert stack.get_logical_id(handler.node.default_child) == "Fn9270CBC0"  # type: ignore[arg-type]
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": text}}
    api = CorsSpecRestApi(
        stack,
        "Api",
        cors=POLICY,
        keys_managed_elsewhere=True,
        document={
            "openapi": "3.0.1",
            "info": {"title": "Users", "version": "1"},
            "paths": {"/users": {"get": {"responses": {}, "x-amazon-apigateway-integration": integration}}},
        },
    )
    api.share_policy_with_all()


def by_a_route(stack: Stack) -> None:
    api = CorsSpecRestApi(stack, "Api", cors=POLICY, keys_managed_elsewhere=True)
    api.add_routes(path="/users", methods=["GET"], integration=function(stack))
    api.share_policy_with_all()


def by_an_import(stack: Stack) -> None:
    api = cors_api(stack)
    api.root.add_method("GET", apigateway.MockIntegration())
    inner = NestedStack(stack, "Inner")
    books = CorsRestApi.from_attributes(
        inner, "Api", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id, cors=POLICY
    )
    calls(books, function(stack))
    books.share_policy_with_all()


def by_enable_cors(stack: Stack) -> None:
    apigateway.LambdaRestApi(stack, "Api", handler=function(stack))
    as_aspect(stack, EnableCors(POLICY, require_api_key=False, share_policy=True))


def by_bare_cloudformation(stack: Stack) -> None:
    function(stack)
    api = bare_api(stack)
    text = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn9270CBC0.Arn}/invocations"
    (method,) = (node for node in stack.node.find_all() if isinstance(node, apigateway.CfnMethod))
    method.integration = apigateway.CfnMethod.IntegrationProperty(
        type="AWS_PROXY", integration_http_method="POST", uri=aws_cdk.Fn.sub(text)
    )
    as_aspect(api, EnableCors(POLICY, share_policy=True))


def by_events_of_sam(stack: Stack) -> None:
    api = sam_api(stack)
    users = {"Users": event(api, "get", "/users")}
    sam.CfnFunction(
        stack, "Fn", handler="index.handler", runtime="python3.13", inline_code="handler = None", events=users
    )
    as_aspect(stack, EnableCors(POLICY, share_policy=True))


def by_a_document_of_sam(stack: Stack) -> None:
    sam.CfnFunction(stack, "Fn", handler="index.handler", runtime="python3.13", inline_code="handler = None")
    text = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": text}}
    body = {
        "openapi": "3.0.1",
        "info": {"title": "Users", "version": "1"},
        "paths": {"/users": {"get": {"responses": {}, "x-amazon-apigateway-integration": integration}}},
    }
    sam_api(stack, definition_body=body)
    as_aspect(stack, EnableCors(POLICY, share_policy=True))


KINDS: Final = [
    by_methods,
    by_a_proxy,
    by_an_alias,
    by_a_version,
    by_a_handle,
    by_a_stage_variable,
    by_a_document,
    by_a_route,
    by_an_import,
    by_enable_cors,
    by_bare_cloudformation,
    by_events_of_sam,
    by_a_document_of_sam,
]


@pytest.mark.parametrize("build", KINDS, ids=lambda build: build.__name__)
def test_every_function_behind_an_api_is_found(build: Build) -> None:
    assert synthesize_app(lambda app: build(Stack(app, "Stack")))
    assert shared(build) == {"Fn": SHARED}
    assert warnings_with(NOT_SHARED, build) == []


def test_so_are_those_of_a_template_that_is_brought_in(tmp_path: Path) -> None:
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Live}/invocations"}
    resources: dict[str, Any] = {
        "Fn": {
            "Type": FUNCTION,
            "Properties": {
                "Role": "arn:aws:iam::111122223333:role/fn",
                "Runtime": "nodejs22.x",
                "Handler": "index.handler",
                "Code": {"ZipFile": "exports.handler = null"},
                "Environment": {"Variables": {"MINE": {"Ref": "AWS::Region"}}},
                "Layers": [{"Ref": "Mine"}],
            },
        },
        "Mine": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Bucket": "b", "S3Key": "k"}}},
        "Published": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}},
        "Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "Name": "live",
                "FunctionName": {"Ref": "Fn"},
                "FunctionVersion": {"Fn::GetAtt": ["Published", "Version"]},
            },
        },
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Users"}},
        "Get": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "HttpMethod": "GET",
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "AuthorizationType": "NONE",
                "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri},
            },
        },
    }

    def build(stack: Stack) -> None:
        included(stack, {"Resources": resources}, tmp_path)
        as_aspect(stack, EnableCors(POLICY, require_api_key=False, share_policy="wrap"))

    template = synthesize(build)
    assert seen(template) == {"Fn": Seen(SAID, NODE_WRAPPER, "index.handler", 2)}
    said = template["Resources"]["Fn"]["Properties"]
    assert said["Layers"][0] == {"Ref": "Mine"}
    assert said["Environment"]["Variables"]["MINE"] == {"Ref": "AWS::Region"}
    (warning,) = warnings_with(NOT_SHARED, build)
    assert "Stack/Included/Published" in warning.text


def test_of_two_functions_with_one_id_in_two_stacks_each_api_shares_with_its_own() -> None:
    def build(app: App) -> None:
        apis = Stack(app, "Stack")
        (first, second) = (function(Stack(app, name)) for name in ("First", "Second"))
        calls(cors_api(apis, "One"), second)
        two = cors_api(apis, "Two")
        calls(two, first)
        two.share_policy_with_all()

    templates = synthesize_app(build)
    assert [seen(templates[name])["Fn"] for name in ("First", "Second")] == [SHARED, UNTOUCHED]
    assert of_type(templates["First"], "AWS::Lambda::LayerVersion")
    assert not of_type(templates["Stack"], "AWS::Lambda::LayerVersion")


def test_authorizers_and_functions_that_are_no_proxies_are_not_meant() -> None:
    def build(stack: Stack) -> None:
        authorizer = apigateway.RequestAuthorizer(
            stack,
            "Authorizer",
            handler=function(stack, "Guard"),
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
        )
        api = cors_api(stack)
        resource = api.root.add_resource("users")
        proxy = apigateway.LambdaIntegration(function(stack, "Proxy"))
        resource.add_method("GET", proxy, authorizer=authorizer)
        resource.add_method("POST", apigateway.LambdaIntegration(function(stack, "Mapped"), proxy=False))
        api.share_policy_with_all(wrap=True)

    assert shared(build) == {"Guard": UNTOUCHED, "Proxy": WRAPPED, "Mapped": UNTOUCHED}


def test_a_function_that_is_named_keeps_what_was_said_of_it() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        named, given, other = (function(stack, name) for name in ("Named", "Given", "Other"))
        for verb, handler in {"GET": named, "PUT": given, "POST": other}.items():
            calls(api, handler, verb=verb)
        CorsRuntime.share(api.cors, given)
        api.share_policy_with(named)
        api.share_policy_with_all(wrap=True)

    assert shared(build) == {"Named": SHARED, "Given": SHARED, "Other": WRAPPED}


@pytest.mark.parametrize("wrap", [False, True])
def test_a_function_keeps_the_policy_that_it_was_given_by_itself(wrap: bool) -> None:
    def build(stack: Stack) -> None:
        own, other = function(stack, "Own"), function(stack, "Other")
        CorsRuntime.share(CorsPolicy(allow_origins=[OTHER_ORIGIN]), own)
        for name in ("One", "Two"):
            api = cors_api(stack, name)
            calls(api, own)
            calls(api, other, verb="POST")
            api.share_policy_with_all(wrap=wrap)

    own = attrs.evolve(SHARED, variable=SAID.replace(ORIGIN, OTHER_ORIGIN))
    assert shared(build) == {"Own": own, "Other": WRAPPED if wrap else SHARED}
    assert warnings_with(NOT_SHARED, build) == []


def test_so_it_does_behind_an_api_that_was_there_already() -> None:
    def build(stack: Stack) -> None:
        handler = function(stack)
        CorsRuntime.share(CorsPolicy(allow_origins=[OTHER_ORIGIN]), handler)
        apigateway.LambdaRestApi(stack, "Api", handler=handler)
        as_aspect(stack, EnableCors(POLICY, require_api_key=False, share_policy=True))

    assert shared(build) == {"Fn": attrs.evolve(SHARED, variable=SAID.replace(ORIGIN, OTHER_ORIGIN))}


def test_what_is_said_twice_is_done_once() -> None:
    def build(stack: Stack) -> None:
        apis = [cors_api(stack, name) for name in ("One", "Two")]
        handler = function(stack)
        for api in apis:
            calls(api, handler)
            api.share_policy_with(handler, handler)
            api.share_policy_with(handler.current_version, wrap=True)
            api.share_policy_with_all()

    once = synthesize(build)
    assert seen(once) == {"Fn": WRAPPED}


def test_two_apis_of_one_policy_share_it_with_one_function_though_only_deployment_knows_the_origins() -> None:
    def build(stack: Stack) -> None:
        handler, parameter = function(stack), CfnParameter(stack, "Origins", type="CommaDelimitedList")
        CorsRuntime.share(CorsPolicy(allow_origins=parameter.value_as_list), handler)
        for name in ("One", "Two"):
            api = cors_api(stack, name, cors=CorsPolicy(allow_origins=parameter.value_as_list))
            calls(api, handler)
            api.share_policy_with_all()

    assert shared(build)["Fn"].layers == 1


def test_synthesized_again_it_is_the_same(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), tree_metadata=False)
    by_methods(Stack(app, "Stack"))
    first = app.synth().get_stack_by_name("Stack").template
    assert app.synth(force=True).get_stack_by_name("Stack").template == first


def test_a_function_may_have_the_layer_already() -> None:
    def build(stack: Stack) -> None:
        handler = function(stack, layers=[CorsRuntime.of(stack)], environment={POLICY_VARIABLE: SAID})
        cors_api(stack).share_policy_with(handler)

    assert shared(with_a_method(build)) == {"Fn": SHARED}


def test_a_policy_is_shared_without_an_api() -> None:
    def build(stack: Stack) -> None:
        CorsRuntime.share(POLICY, function(stack), function(stack, "Other").current_version)
        CorsRuntime.share(POLICY, function(stack, "Wrapped"), wrap=True)

    assert shared(build) == {"Fn": SHARED, "Other": SHARED, "Wrapped": WRAPPED}


def test_all_apis_of_an_app_can_share_their_policy_by_default() -> None:
    def build(stack: Stack) -> None:
        injector = cors_by_default(POLICY, require_api_key=False, share_policy="wrap")
        aws_cdk.PropertyInjectors.of(stack).add(injector)
        apigateway.LambdaRestApi(stack, "Api", handler=function(stack))

    if not hasattr(aws_cdk, "PropertyInjectors"):
        pytest.skip("this version of aws-cdk-lib has no property injectors")
    assert shared(build) == {"Fn": WRAPPED}


def test_the_api_itself_stays_as_it_is() -> None:
    def build(stack: Stack, *, share: bool) -> None:
        api = cors_api(stack)
        handler = function(stack)
        calls(api, handler)
        if share:
            api.share_policy_with(handler)

    def api_of(template: Template) -> Template:
        return {name: it for name, it in template["Resources"].items() if "::ApiGateway::" in it["Type"]}

    with_it, without = (synthesize(functools.partial(build, share=share)) for share in (True, False))
    assert api_of(with_it) == api_of(without)


def test_a_version_is_published_anew_when_the_policy_changes() -> None:
    def version(policy: CorsPolicy) -> str:
        def build(stack: Stack) -> None:
            api = cors_api(stack, cors=policy)
            calls(api, function(stack).current_version)
            api.share_policy_with_all()

        (name,) = of_type(synthesize(build), "AWS::Lambda::Version")
        return name

    assert version(POLICY) == version(POLICY)
    assert version(POLICY) != version(CorsPolicy(allow_origins=[OTHER_ORIGIN]))


@pytest.mark.parametrize("alias", ["live", None])
def test_the_alias_that_sam_makes_follows_what_is_added(alias: str | None) -> None:
    def build(stack: Stack) -> None:
        api = sam_api(stack)
        sam.CfnFunction(
            stack,
            "Fn",
            handler="index.handler",
            runtime="python3.13",
            inline_code="handler = None",
            events={"Users": event(api, "get", "/users")},
            auto_publish_alias=alias,
        )
        Aspects.of(stack).add(EnableCors(POLICY, share_policy=True))

    (resource,) = of_type(synthesize(build), "AWS::Serverless::Function").values()
    assert Seen.of(resource) == SHARED
    assert resource["Properties"].get("AutoPublishAliasAllProperties") is (True if alias else None)


# What cannot be changed is told.


def imported_by_arn(stack: Stack) -> lambda_.IFunction:
    return handle(stack, ELSEWHERE)


def imported_by_name(stack: Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_name(stack, "Imported", "elsewhere")


def imported_by_a_parameter(stack: Stack) -> lambda_.IFunction:
    return handle(stack, CfnParameter(stack, "elsewhere").value_as_string)


@pytest.mark.parametrize(
    "imported", [imported_by_arn, imported_by_name, imported_by_a_parameter], ids=lambda it: it.__name__
)
def test_a_function_made_elsewhere_is_named_in_a_warning(imported: Callable[[Stack], lambda_.IFunction]) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        handler = imported(stack)
        calls(api, handler)
        calls(api, handler, verb="POST")
        calls(api, function(stack), "orders")
        api.share_policy_with_all()

    (warning,) = warnings_with(NOT_SHARED, build)
    assert "elsewhere (GET /users and 1 more)" in warning.text.replace("}", "")
    assert "CorsRuntime.share" in warning.text
    assert shared(build) == {"Fn": SHARED}


def test_that_can_be_acknowledged() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        calls(api, imported_by_arn(stack))
        api.share_policy_with_all()
        aws_cdk.Annotations.of(api).acknowledge_warning(NOT_SHARED)

    assert warnings_with(NOT_SHARED, build) == []


def test_a_version_that_was_published_by_itself_is_named_too() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        calls(api, lambda_.Version(stack, "V1", lambda_=function(stack)))
        api.share_policy_with_all()

    (warning,) = warnings_with(NOT_SHARED, build)
    assert "Stack/V1" in warning.text
    assert "current_version" in warning.text
    assert shared(build) == {"Fn": SHARED}


def test_so_is_one_whose_policy_it_was_given_by_itself() -> None:
    def build(stack: Stack) -> None:
        api, handler = cors_api(stack), function(stack)
        CorsRuntime.share(CorsPolicy(allow_origins=[OTHER_ORIGIN]), handler)
        calls(api, lambda_.Version(stack, "V1", lambda_=handler))
        api.share_policy_with_all()

    (warning,) = warnings_with(NOT_SHARED, build)
    assert "Stack/V1" in warning.text


def test_an_aspect_of_a_stage_reaches_its_functions() -> None:
    def build(app: App) -> None:
        stage = aws_cdk.Stage(app, "Prod")
        by_methods(Stack(stage, "Stack"))
        Aspects.of(stage).add(EnableCors(CorsPolicy(allow_origins=[ORIGIN]), share_policy=True))

    (template,) = synthesize_app(build).values()
    assert seen(template) == {"Fn": SHARED}
