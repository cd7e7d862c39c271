"""What the app says of its answers itself stays, whoever completes the API, however often, and whatever else it has."""

import functools
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pytest
from aws_cdk import App, CfnParameter, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway

from cors_constructs import CorsPolicy, CorsRestApi, EnableCors, ErrorResponses, cors_for
from cors_constructs.cdk import integrations
from cors_constructs.simulate import Outcome
from cors_constructs.testing import Browser

from .answers import (
    ANYBODY,
    CREDENTIALS,
    ONE,
    SEVERAL,
    TEMPLATE,
    URL,
    Backend,
    Built,
    add_all,
    answer_of,
    cors_headers,
    http,
    mock,
    responses,
    told,
)
from .existing import as_aspect, errors_in, function, step_functions_api
from .synthesis import ORIGIN, OTHER_ORIGIN, Template, cors_api, synthesize

WARNING: Final = "cors-constructs:response-without-headers"
HEADER: Final = "method.response.header."
ALLOW: Final = "Access-Control-Allow-Origin"
EXPOSE: Final = "Access-Control-Expose-Headers"
OWN: Final = "'https://own.example.com'"
CHOICE: Final = (
    "#set($context.responseOverride.header.Access-Control-Allow-Origin='https://own.example.com')$input.body"
)

_NONE: Final[Mapping[str, str]] = MappingProxyType({})

Add = Callable[[CorsRestApi], object]


def built(add: Add, policy: CorsPolicy = ONE, **more: Any) -> Built:
    """A `CorsRestApi` with what is added to it."""

    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=policy, **more)
        api.add_client("web")
        add(api)

    return Built(synthesize(build))


def enabled(build: Callable[[Stack], object], policy: CorsPolicy = ONE, **said: Any) -> Built:
    """What somebody else builds, with CORS and without keys."""

    def both(stack: Stack) -> None:
        build(stack)
        as_aspect(stack, EnableCors(policy, require_api_key=False, **said))

    return Built(synthesize(both))


def with_answer(
    headers: Mapping[str, str] = _NONE, *, declared: Sequence[str] = (), templates: Mapping[str, str] | None = None
) -> Callable[[Stack], object]:
    """An API with one method and one answer, which sets headers and declares some."""

    def build(stack: Stack) -> None:
        api = apigateway.RestApi(stack, "Api")
        parameters = {f"{HEADER}{name}": value for name, value in headers.items()}
        response = apigateway.IntegrationResponse(
            status_code="200", response_parameters=parameters, response_templates=dict(templates) if templates else None
        )
        api.root.add_resource("users").add_method(
            "GET",
            apigateway.HttpIntegration(
                URL, proxy=False, options=apigateway.IntegrationOptions(integration_responses=[response])
            ),
            method_responses=[
                apigateway.MethodResponse(
                    status_code="200", response_parameters={f"{HEADER}{name}": True for name in declared}
                )
            ],
        )

    return build


class TestWhatTheAppSays:
    @pytest.mark.parametrize("name", [ALLOW, ALLOW.lower()])
    @pytest.mark.parametrize("policy", [ONE, CREDENTIALS, SEVERAL], ids=["one", "credentials", "several"])
    def test_an_origin_of_its_own_is_all_there_is(self, name: str, policy: CorsPolicy) -> None:
        build = with_answer({name: OWN}, declared=[name], templates=TEMPLATE)
        method, before = enabled(build, policy).method_at("/users"), Built(synthesize(build)).method_at("/users")
        assert method["Integration"] == before["Integration"]
        assert method["MethodResponses"] == before["MethodResponses"]

    def test_an_origin_that_a_template_sets_likewise(self) -> None:
        build = with_answer(templates={"application/json": CHOICE})
        method, before = enabled(build, SEVERAL).method_at("/users"), Built(synthesize(build)).method_at("/users")
        assert method["Integration"] == before["Integration"]

    @pytest.mark.parametrize("name", [EXPOSE, EXPOSE.lower()])
    def test_another_header_of_its_own_stays_beside_the_policys(self, name: str) -> None:
        it = enabled(with_answer({name: "'x-own'"}, declared=[name]), ANYBODY)
        assert it.mapped("/users") == {name: "'x-own'", ALLOW: "'*'"}
        assert it.declared("/users") == {name: True, ALLOW: True}

    @pytest.mark.parametrize(
        ("own", "merged"),
        [
            pytest.param("'Accept'", "'Accept, Origin'", id="a literal gets Origin"),
            pytest.param("'accept, origin'", "'accept, origin'", id="Origin is there in another case"),
            pytest.param("integration.response.header.Vary", "integration.response.header.Vary", id="the backend's"),
        ],
    )
    def test_its_vary_is_never_lost(self, own: str, merged: str) -> None:
        it = enabled(with_answer({"Vary": own}, declared=["Vary"], templates=TEMPLATE), SEVERAL)
        assert it.mapped("/users")["Vary"] == merged
        assert it.declared("/users") == {"Vary": True, ALLOW: True, EXPOSE: True}

    def test_a_declaration_in_another_case_is_not_made_twice(self) -> None:
        it = enabled(with_answer(declared=[ALLOW.lower()]))
        assert list(it.declared("/users")) == [ALLOW.lower(), EXPOSE]
        assert errors_in(it.template) == []

    def test_an_override_of_the_app_goes_on_to_come_last(self) -> None:
        def build(stack: Stack) -> None:
            with_answer()(stack)
            for node in stack.node.find_all():
                if isinstance(node, apigateway.CfnMethod):
                    escaped = f"{HEADER}{ALLOW}".replace(".", r"\.")
                    node.add_property_override(f"Integration.IntegrationResponses.0.ResponseParameters.{escaped}", OWN)

        assert enabled(build).mapped("/users")[ALLOW] == OWN

    def test_everything_else_of_an_integration_stays(self) -> None:
        def build(stack: Stack) -> None:
            api = apigateway.RestApi(stack, "Api")
            model = api.add_model("Model", schema=apigateway.JsonSchema())
            response = apigateway.IntegrationResponse(
                status_code="200",
                content_handling=apigateway.ContentHandling.CONVERT_TO_TEXT,
                response_parameters={f"{HEADER}X-Total": "integration.response.header.x-total"},
                response_templates=TEMPLATE,
            )
            parameter = CfnParameter(stack, "Path").value_as_string
            options = apigateway.IntegrationOptions(
                cache_key_parameters=["method.request.path.id"],
                integration_responses=[response],
                passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
                request_parameters={"integration.request.path.id": "method.request.path.id"},
                request_templates={"application/json": f'{{"path": "{parameter}"}}'},
            )
            api.root.add_resource("{id}").add_method(
                "GET",
                apigateway.AwsIntegration(service="s3", path=parameter, options=options),
                method_responses=[
                    apigateway.MethodResponse(
                        status_code="200",
                        response_models={"application/json": model},
                        response_parameters={f"{HEADER}X-Total": False},
                    )
                ],
                request_parameters={"method.request.path.id": True},
            )

        before, after = (it.method_at("/{id}") for it in (Built(synthesize(build)), enabled(build)))
        (theirs,), (its,) = (it["Integration"]["IntegrationResponses"] for it in (before, after))
        (declared,), (declares,) = (it["MethodResponses"] for it in (before, after))
        assert _without(after, "Integration", "MethodResponses") == _without(before, "Integration", "MethodResponses")
        assert _without(after["Integration"], "IntegrationResponses") == _without(
            before["Integration"], "IntegrationResponses"
        )
        assert _without(its, "ResponseParameters") == _without(theirs, "ResponseParameters")
        assert theirs["ResponseParameters"].items() <= its["ResponseParameters"].items()
        assert _without(declares, "ResponseParameters") == _without(declared, "ResponseParameters")
        assert declared["ResponseParameters"].items() <= declares["ResponseParameters"].items()


class TestDeclarations:
    def test_a_method_response_that_lacks_is_added(self) -> None:
        it = built(lambda api: api.root.add_resource("users").add_method("GET", http(api, None)))
        for status in ("200", "404", "500"):
            assert it.declared("/users", status) == {ALLOW: True, EXPOSE: True}
        assert errors_in(it.template) == []

    def test_answers_of_one_status_share_one(self) -> None:
        def add(api: CorsRestApi) -> None:
            several = [
                apigateway.IntegrationResponse(status_code="200"),
                *(apigateway.IntegrationResponse(status_code="500", selection_pattern=it) for it in ("a.*", "b.*")),
            ]
            integration = apigateway.LambdaIntegration(function(api), proxy=False, integration_responses=several)
            api.root.add_resource("users").add_method("GET", integration)

        it = built(add)
        assert [one["StatusCode"] for one in it.method_at("/users")["MethodResponses"]] == ["200", "500"]
        assert all(
            f"{HEADER}{ALLOW}" in one["ResponseParameters"]
            for one in it.method_at("/users")["Integration"]["IntegrationResponses"]
        )

    def test_those_of_default_method_options_are_extended(self) -> None:
        def build(stack: Stack) -> None:
            defaults = apigateway.MethodOptions(
                method_responses=[
                    apigateway.MethodResponse(status_code="200", response_parameters={f"{HEADER}X-Total": True})
                ]
            )
            api = cors_api(
                stack, default_integration=http(stack, None), default_method_options=defaults, keyless=["GET /users"]
            )
            users = api.root.add_resource("users")
            users.add_method("GET")
            users.add_method("POST")
            users.add_resource("{id}").add_method("GET")

        it = Built(synthesize(build))
        assert it.declared("/users") == {"X-Total": True, ALLOW: True, EXPOSE: True}
        for path, verb in (("/users", "GET"), ("/users", "POST"), ("/users/{id}", "GET")):
            for response in it.method_at(path, verb)["Integration"]["IntegrationResponses"]:
                assert response["ResponseParameters"][f"{HEADER}{ALLOW}"] == f"'{ORIGIN}'"
        assert it.asked("/users", 404).outcome is Outcome.ALLOWED

    def test_those_that_are_added_to_a_method_afterwards_are_seen(self) -> None:
        def add(api: CorsRestApi) -> None:
            method = api.root.add_resource("users").add_method("GET", http(api, None))
            parameters = {f"{HEADER}X-Reason": True}
            method.add_method_response(status_code="404", response_parameters=parameters)

        it = built(add)
        assert it.declared("/users", "404") == {"X-Reason": True, ALLOW: True, EXPOSE: True}


def _without(mapping: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}


class TestTwice:
    @pytest.mark.parametrize("policy", [ONE, SEVERAL], ids=["one origin", "several"])
    def test_enable_cors_twice_is_as_good_as_once(self, policy: CorsPolicy) -> None:
        def once(stack: Stack) -> None:
            add_all(apigateway.RestApi(stack, "Api"), stack, TEMPLATE)
            as_aspect(stack, EnableCors(policy, require_api_key=False))

        def twice(stack: Stack) -> None:
            once(stack)
            as_aspect(stack.node.root, EnableCors(policy, require_api_key=False))

        assert synthesize(twice) == synthesize(once)

    @pytest.mark.parametrize("policy", [ONE, SEVERAL], ids=["one origin", "several"])
    def test_a_cors_rest_api_under_enable_cors_is_as_it_was(self, policy: CorsPolicy) -> None:
        def once(stack: Stack) -> None:
            add_all(cors_api(stack, cors=policy), stack, TEMPLATE)

        def twice(stack: Stack) -> None:
            once(stack)
            as_aspect(stack, EnableCors(ANYBODY))

        assert synthesize(twice) == synthesize(once)

    def test_a_second_synthesis_changes_nothing(self) -> None:
        app = App(tree_metadata=False)
        stack = Stack(app, "Stack")
        add_all(cors_api(stack, cors=SEVERAL), stack, TEMPLATE)
        first, second = (app.synth(force=force).get_stack_by_name("Stack").template for force in (False, True))
        assert second == first


class TestTheDeployment:
    @pytest.mark.parametrize("proxy", [False, True], ids=["no proxy", "proxy"])
    def test_is_made_anew_when_an_answer_changes_and_not_otherwise(self, proxy: bool) -> None:
        """Only answers say what headers pages may read, where the gateway's errors say nothing."""

        def deployment(policy: CorsPolicy) -> str:
            def build(stack: Stack) -> None:
                api = cors_api(stack, cors=policy, error_responses=ErrorResponses.NONE)
                integration = apigateway.HttpIntegration(URL) if proxy else http(stack, None)
                api.root.add_resource("users").add_method("GET", integration)

            return _deployment(synthesize(build))

        one, again = deployment(ONE), deployment(ONE)
        other = deployment(ONE.evolve(expose_headers=["x-other"]))
        assert one == again
        assert (one == other) is proxy

    def test_of_bare_cloudformation_likewise(self) -> None:
        def deployment(policy: CorsPolicy) -> str:
            def build(stack: Stack) -> None:
                api = apigateway.CfnRestApi(stack, "Api", name="Api")
                response = apigateway.CfnMethod.IntegrationResponseProperty(status_code="200")
                integration = apigateway.CfnMethod.IntegrationProperty(
                    type="HTTP", integration_http_method="GET", uri=URL, integration_responses=[response]
                )
                method = apigateway.CfnMethod(
                    stack,
                    "Get",
                    rest_api_id=api.ref,
                    resource_id=api.attr_root_resource_id,
                    http_method="GET",
                    integration=integration,
                )
                apigateway.CfnDeployment(stack, "Deployment", rest_api_id=api.ref).node.add_dependency(method)

            return _deployment(enabled(build, policy, error_responses=ErrorResponses.NONE).template)

        assert deployment(ONE) == deployment(ONE)
        assert deployment(ONE) != deployment(ONE.evolve(expose_headers=["x-other"]))


def _deployment(template: Template) -> str:
    (name,) = [name for name, it in template["Resources"].items() if it["Type"] == "AWS::ApiGateway::Deployment"]
    return str(name)


class TestWhereAMethodIs:
    def test_its_branch_has_its_own_policy(self) -> None:
        admin = CorsPolicy(allow_origins=[OTHER_ORIGIN], allow_credentials=True)

        def add(api: CorsRestApi) -> None:
            users, above = api.root.add_resource("users"), api.root.add_resource("admin")
            tools = above.add_resource("tools")
            cors_for(above, admin)
            for resource in (users, tools):
                resource.add_method("GET", http(api, None))

        it = built(add)
        assert it.mapped("/users")[ALLOW] == f"'{ORIGIN}'"
        assert it.mapped("/admin/tools") == {
            ALLOW: f"'{OTHER_ORIGIN}'",
            "Access-Control-Allow-Credentials": "'true'",
            EXPOSE: it.mapped("/users")[EXPOSE],
        }
        assert errors_in(it.template) == []

    @pytest.mark.parametrize("policy", [ONE, SEVERAL], ids=["one origin", "several"])
    def test_an_import_completes_what_it_adds(self, policy: CorsPolicy) -> None:
        stack = Stack(App(tree_metadata=False), "Home")
        api = apigateway.RestApi(stack, "Api")
        api.root.add_method("GET", apigateway.HttpIntegration(URL))
        nested = NestedStack(stack, "Nested")
        imported = CorsRestApi.from_attributes(
            nested,
            "Imported",
            rest_api_id=api.rest_api_id,
            root_resource_id=api.rest_api_root_resource_id,
            cors=policy,
            keyless=["GET /users"],
        )
        imported.root.add_resource("users").add_method("GET", http(nested, TEMPLATE))
        _reads_all(stack, policy)

    @pytest.mark.parametrize("policy", [ONE, SEVERAL], ids=["one origin", "several"])
    def test_a_nested_stack_of_the_apis_own_is_no_hindrance(self, policy: CorsPolicy) -> None:
        stack = Stack(App(tree_metadata=False), "Home")
        api = cors_api(stack, cors=policy, keyless=["GET /users"])
        nested = NestedStack(stack, "Nested")
        resource = apigateway.Resource(nested, "Users", parent=api.root, path_part="users")
        resource.add_method("GET", http(nested, TEMPLATE))
        _reads_all(stack, policy)

    def test_a_step_functions_rest_api_is_read_by_pages(self) -> None:
        for policy, origins in ((ONE, [ORIGIN]), (SEVERAL, [ORIGIN, OTHER_ORIGIN])):
            it = Built(synthesize(functools.partial(_machine, policy)))
            for status in (200, 404, 500):
                for origin in origins:
                    verdict = it.asked("/", status, origin=origin, verb="POST")
                    assert verdict.outcome is Outcome.ALLOWED, verdict
                    assert cors_headers(answer_of(verdict)) == told(policy, origin)
            assert errors_in(it.template) == []

    def test_an_options_of_the_apps_own_stays_as_it_is(self) -> None:
        def add(api: CorsRestApi) -> None:
            users = api.root.add_resource("users")
            users.add_method(
                "OPTIONS", mock(api, None), method_responses=[apigateway.MethodResponse(status_code="200")]
            )
            users.add_method("GET", http(api, None))

        it = built(add)
        assert "ResponseParameters" not in str(it.method_at("/users", "OPTIONS"))
        assert it.mapped("/users")[ALLOW] == f"'{ORIGIN}'"


def _reads_all(stack: Stack, policy: CorsPolicy) -> None:
    """See whether a page reads each answer of `GET /users`, which needs no key."""
    for status in (200, 404, 500):
        verdict = Browser.on(stack, backend=Backend(status)).fetch("GET", "/users", origin=ORIGIN)
        assert verdict.outcome is Outcome.ALLOWED, verdict
        assert answer_of(verdict).status == status
        assert cors_headers(answer_of(verdict)) == told(policy, ORIGIN)


def _machine(policy: CorsPolicy, stack: Stack) -> None:
    step_functions_api(stack)
    as_aspect(stack, EnableCors(policy))


class TestOriginsKnownAtDeployment:
    def test_pages_of_a_list_read_and_others_do_not(self) -> None:
        def build(stack: Stack) -> None:
            origins = CfnParameter(stack, "Origins", type="CommaDelimitedList").value_as_list
            api = cors_api(stack, cors=CorsPolicy(allow_origins=origins))
            api.add_client("web")
            api.root.add_resource("users").add_method("GET", http(stack, TEMPLATE))

        it = Built(synthesize(build), parameters={"Origins": f"{ORIGIN},{OTHER_ORIGIN}"})
        for origin in (ORIGIN, OTHER_ORIGIN):
            assert it.asked("/users", 404, origin=origin).outcome is Outcome.ALLOWED
        assert it.asked("/users", 404, origin="https://evil.test").outcome is not Outcome.ALLOWED

    def test_one_that_is_a_parameter_is_mapped(self) -> None:
        def build(stack: Stack) -> None:
            origin = CfnParameter(stack, "Origin").value_as_string
            api = cors_api(stack, cors=CorsPolicy(allow_origins=[origin]))
            api.add_client("web")
            api.root.add_resource("users").add_method("GET", http(stack, TEMPLATE))

        it = Built(synthesize(build), parameters={"Origin": ORIGIN})
        assert it.asked("/users", 404).outcome is Outcome.ALLOWED


class TestLooks:
    """A look at a method costs as much as adding it nearly: proxies are looked at together."""

    @pytest.fixture
    def looks(self, monkeypatch: pytest.MonkeyPatch) -> list[object]:
        seen: list[object] = []
        original = integrations.properties_of

        def counted(cfn: apigateway.CfnMethod) -> dict[str, Any]:
            seen.append(cfn)
            return original(cfn)

        monkeypatch.setattr(integrations, "properties_of", counted)
        return seen

    @pytest.mark.parametrize(
        ("integration", "most"),
        [
            pytest.param(lambda _: apigateway.HttpIntegration(URL), 0, id="a URL each"),
            pytest.param(lambda _: apigateway.MockIntegration(), 0, id="placeholders"),
        ],
    )
    def test_the_plainest_are_never_asked(self, looks: list[object], integration: Any, most: int) -> None:
        def add(api: CorsRestApi) -> None:
            for name in "abcdef":
                api.root.add_resource(name).add_method("GET", integration(api))

        built(add)
        assert len(looks) == most

    def test_methods_of_one_function_are_asked_once(self, looks: list[object]) -> None:
        def add(api: CorsRestApi) -> None:
            integration = apigateway.LambdaIntegration(function(api))
            for name in "abcdef":
                resource: Any = api.root.add_resource(name)
                resource.add_method("GET", integration)
                resource.add_method("POST", integration=integration)

        built(add)
        assert len(looks) == 1

    @pytest.mark.parametrize("again", [False, True], ids=["the API's", "a resource's, too"])
    def test_methods_of_a_default_are_asked_as_one(self, looks: list[object], again: bool) -> None:
        def build(stack: Stack) -> None:
            default = apigateway.LambdaIntegration(function(stack))
            api = cors_api(stack, default_integration=default)
            for name in "abcdef":
                resource = api.root.add_resource(name)
                resource.add_method("GET")
                resource.add_resource("{id}").add_method("GET")
            if again:
                other = apigateway.LambdaIntegration(function(Stack(stack.node.root, "Other")))  # type: ignore[arg-type]
                things = api.root.add_resource("things", default_integration=other)
                things.add_method("GET")
                things.add_resource("{id}").add_method("GET")

        synthesize(build)
        assert len(looks) == (2 if again else 1)

    def test_where_the_plainest_cannot_be_read_together_each_is_asked(self, looks: list[object]) -> None:
        def add(api: CorsRestApi) -> None:
            from aws_cdk import aws_iam as iam  # noqa: PLC0415 - few tests need it

            role = iam.Role(api, "Role", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
            with_role = apigateway.IntegrationOptions(credentials_role=role)
            api.root.add_resource("a").add_method("GET", apigateway.HttpIntegration(URL, options=with_role))
            api.root.add_resource("b").add_method("GET", http(api, None))

        it = built(add)
        assert it.mapped("/b")[ALLOW] == f"'{ORIGIN}'"
        assert len(looks) == 2

    def test_an_integration_of_somebody_elses_is_asked_at_each_method(self) -> None:
        class Alternating(apigateway.Integration):
            """Another thing for each method."""

            def __init__(self) -> None:
                super().__init__(type=apigateway.IntegrationType.HTTP_PROXY, integration_http_method="GET", uri=URL)

            def bind(self, method: apigateway.Method) -> apigateway.IntegrationConfig:
                if method.http_method == "GET":
                    return super().bind(method)
                return apigateway.IntegrationConfig(
                    type=apigateway.IntegrationType.HTTP,
                    integration_http_method="GET",
                    uri=URL,
                    options=apigateway.IntegrationOptions(integration_responses=responses()),
                )

        def add(api: CorsRestApi) -> None:
            users, alternating = api.root.add_resource("users"), Alternating()
            users.add_method("GET", alternating)
            users.add_method("POST", alternating)

        it = built(add)
        assert it.method_at("/users")["Integration"]["Type"] == "HTTP_PROXY"
        for response in it.method_at("/users", "POST")["Integration"]["IntegrationResponses"]:
            assert response["ResponseParameters"][f"{HEADER}{ALLOW}"] == f"'{ORIGIN}'"
