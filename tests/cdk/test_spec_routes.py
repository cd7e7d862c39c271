"""`add_routes`: operations without a document."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from aws_cdk import App, Aws, CfnParameter, Environment, Fn, NestedStack, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from hypothesis import given, settings
from hypothesis import strategies as st

from cors_constructs.cdk.spec.paths import path_problems, sibling_problems, variables_of
from cors_constructs.simulate import Response
from cors_constructs.testing import Browser

from .specs import DOCUMENT, URL, body_in, body_of, deployment_of, errors_in, function, spec_api
from .synthesis import ORIGIN, POLICY, Template, messages, of_type, synth_error, synthesize, synthesize_app

X: Final = "x-amazon-apigateway-integration"
ANY: Final = "x-amazon-apigateway-any-method"


def operation(body: Mapping[str, Any], path: str, key: str) -> dict[str, Any]:
    return dict(body["paths"][path][key])


class TestWhatARouteBecomes:
    def test_a_function_gets_requests_as_they_are(self) -> None:
        body = body_of(
            lambda stack: spec_api(stack).add_routes(path="/users", methods=["GET"], integration=function(stack))
        )
        assert operation(body, "/users", "get")[X] == {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": {
                "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                "${Function76856677.Arn}/invocations"
            },
        }

    def test_a_url_gets_the_parts_of_the_path_that_it_names(self) -> None:
        def build(stack: Stack) -> None:
            spec_api(stack).add_routes(
                path="/users/{id}/files/{proxy+}", methods=["GET"], integration=f"{URL}/{{proxy}}?of={{id}}"
            )

        found = operation(body_of(build), "/users/{id}/files/{proxy+}", "get")
        assert found[X] == {
            "type": "http_proxy",
            "httpMethod": "GET",
            "uri": f"{URL}/{{proxy}}?of={{id}}",
            "requestParameters": {
                "integration.request.path.proxy": "method.request.path.proxy",
                "integration.request.path.id": "method.request.path.id",
            },
        }
        assert found["parameters"] == [
            {"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        ]

    def test_in_swagger_2_a_parameters_type_stands_beside_its_name(self) -> None:
        document = {"swagger": "2.0", "info": {"title": "Users", "version": "1"}, "paths": {}}

        def build(stack: Stack) -> None:
            api = spec_api(stack, document=document)
            api.add_routes(path="/users/{id}", methods=["GET"], integration=f"{URL}/{{id}}")

        (parameter,) = operation(body_of(build), "/users/{id}", "get")["parameters"]
        assert parameter == {"name": "id", "in": "path", "required": True, "type": "string"}

    @pytest.mark.parametrize("url", ["http://${stageVariables.host}/users", "https://a.example:8443/x?y=1"])
    def test_a_url_may_hold_what_api_gateway_fills_in(self, url: str) -> None:
        body = body_of(lambda stack: spec_api(stack).add_routes(path="/users", methods=["GET"], integration=url))
        assert operation(body, "/users", "get")[X]["uri"] == url

    def test_or_what_deployment_knows(self) -> None:
        def build(stack: Stack) -> None:
            host = CfnParameter(stack, "Url").value_as_string
            spec_api(stack).add_routes(path="/users/{id}", methods=["GET"], integration=f"{host}/users/{{id}}")

        uri = operation(body_of(build), "/users/{id}", "get")[X]["uri"]
        assert uri == {"Fn::Join": ["", [{"Ref": "Url"}, "/users/{id}"]]}

    def test_a_mapping_is_taken_as_it_is(self) -> None:
        mine = {
            "type": "AWS",
            "httpMethod": "POST",
            "uri": {"Fn::Sub": "arn:${AWS::Region}"},
            "credentials": Aws.REGION,
        }
        body = body_of(lambda stack: spec_api(stack).add_routes(path="/x", methods=["PUT"], integration=mine))
        assert operation(body, "/x", "put")[X] == {**mine, "credentials": {"Ref": "AWS::Region"}}

    def test_without_methods_it_is_any(self) -> None:
        body = body_of(lambda stack: spec_api(stack).add_routes(path="/x", integration=URL))
        assert operation(body, "/x", ANY)[X]["httpMethod"] == "ANY"
        assert list(body["paths"]["/x"]) == [ANY, "options"]

    def test_methods_may_be_those_of_the_http_api_and_in_lower_case(self) -> None:
        def build(stack: Stack) -> None:
            methods: Any = [apigatewayv2.HttpMethod.GET, "put"]
            spec_api(stack).add_routes(path="/x", methods=methods, integration=URL)

        assert {"get", "put"} <= set(body_of(build)["paths"]["/x"])

    def test_routes_stand_after_the_documents_own_and_beside_them(self) -> None:
        def build(stack: Stack) -> None:
            api = spec_api(stack, document=DOCUMENT)
            api.add_routes(path="/new", integration=URL)
            api.add_routes(path="/users", methods=["POST"], integration=URL)

        paths = body_of(build)["paths"]
        assert list(paths) == ["/users", "/health", "/new"]
        assert list(paths["/users"]) == ["get", "post", "options"]

    def test_a_path_that_the_document_ends_with_a_slash_is_the_same(self) -> None:
        document = {**DOCUMENT, "paths": {"/users/": DOCUMENT["paths"]["/users"]}}

        def build(stack: Stack) -> None:
            spec_api(stack, document=document).add_routes(path="/users", methods=["POST"], integration=URL)

        assert list(body_of(build)["paths"]) == ["/users/"]

    def test_security_of_the_document_goes_beside_the_key(self) -> None:
        scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
        document = {**DOCUMENT, "components": {"securitySchemes": {"signed": scheme}}}

        def build(stack: Stack) -> None:
            api = spec_api(stack, document=document)
            api.add_routes(path="/x", methods=["GET"], integration=URL, security=[{"signed": []}])

        (asked,) = operation(body_of(build), "/x", "get")["security"]
        assert asked.pop("signed") == []
        assert len(asked) == 1

    def test_every_route_but_options_asks_for_a_key(self) -> None:
        def build(stack: Stack) -> None:
            api = spec_api(stack, keyless=["ANY /open"])
            api.add_routes(path="/open", integration=URL)
            api.add_routes(path="/closed", methods=["GET", "PUT"], integration=URL)

        paths = body_of(build)["paths"]
        assert not paths["/open"][ANY].get("security")
        assert all(paths["/closed"][verb]["security"] for verb in ("get", "put"))
        assert paths["/closed"]["options"]["security"] == []


def test_a_page_reaches_the_function_behind_a_greedy_path() -> None:
    stack = Stack(App(tree_metadata=False), "Stack")
    api = spec_api(stack)
    api.add_routes(path="/", methods=["GET"], integration=function(stack))
    api.add_routes(path="/files/{proxy+}", integration=f"{URL}/{{proxy}}")
    api.add_client("web")
    asked = []

    def backend(request: Any) -> Response:
        asked.append(request.url)
        return Response(200, POLICY.headers_for(ORIGIN))

    browser = Browser.on(stack, origin=ORIGIN, backend=backend)
    headers = {"x-api-key": browser.key("web")}
    for verb, path in (("GET", "/"), ("DELETE", "/files/a/b.txt"), ("PATCH", "/files/c")):
        assert browser.fetch(verb, path, headers=headers).allowed
    assert len(asked) == 3


class TestPermissions:
    def permissions(self, template: Template) -> list[dict[str, Any]]:
        return [one["Properties"] for one in of_type(template, "AWS::Lambda::Permission").values()]

    def test_a_function_has_one_for_all_routes_and_stages_of_the_api(self) -> None:
        def build(stack: Stack) -> None:
            api, handler = spec_api(stack), function(stack)
            for number in range(5):
                api.add_routes(path=f"/x{number}", methods=["GET", "PUT"], integration=handler)

        template = synthesize(build)
        (permission,) = self.permissions(template)
        (api,) = of_type(template, "AWS::ApiGateway::RestApi")
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["Principal"] == "apigateway.amazonaws.com"
        arn = permission["SourceArn"]["Fn::Join"][1]
        assert arn[-2:] == [{"Ref": api}, "/*/*/*"]

    def test_each_function_alias_and_version_has_its_own(self) -> None:
        def build(stack: Stack) -> None:
            api, handler = spec_api(stack), function(stack)
            version = handler.current_version
            alias = lambda_.Alias(stack, "Live", alias_name="live", version=version)
            for number, target in enumerate((handler, version, alias, handler)):
                api.add_routes(path=f"/x{number}", methods=["GET"], integration=target)

        template = synthesize(build)
        names = {json.dumps(one["FunctionName"]) for one in self.permissions(template)}
        assert len(names) == len(self.permissions(template)) == 3
        uris = [operation(body_in(template), f"/x{n}", "get")[X]["uri"]["Fn::Sub"] for n in range(4)]
        assert len(set(uris)) == 3
        assert errors_in(template) == []

    def test_a_function_of_the_same_account_that_was_imported_has_one(self) -> None:
        arn = "arn:aws:lambda:eu-west-1:111111111111:function:theirs"

        def build(app: App) -> None:
            stack = Stack(app, "Stack", env=Environment(account="111111111111", region="eu-west-1"))
            theirs = lambda_.Function.from_function_arn(stack, "Theirs", arn)
            spec_api(stack).add_routes(path="/x", methods=["GET"], integration=theirs)

        template = synthesize_app(build)["Stack"]
        assert [one["FunctionName"] for one in self.permissions(template)] == [arn]
        assert arn in json.dumps(operation(body_in(template), "/x", "get")[X]["uri"])

    @pytest.mark.newest  # what an older CDK says there holds a token, which its assertions cannot hand over
    def test_one_that_the_cdk_cannot_give_is_told_as_the_cdk_tells_it(self) -> None:
        def build(stack: Stack) -> None:
            theirs = lambda_.Function.from_function_arn(
                stack, "Theirs", f"arn:aws:lambda:eu-west-1:{'1' * 12}:function:x"
            )
            spec_api(stack).add_routes(path="/x", methods=["GET"], integration=theirs)

        assert any("UnclearLambdaEnvironment" in one.text for one in messages(build))

    def test_an_arn_that_takes_more_than_substituting_is_joined(self) -> None:
        def build(stack: Stack) -> None:
            arns = CfnParameter(stack, "Arns", type="CommaDelimitedList").value_as_list
            mine = lambda_.Function.from_function_attributes(
                stack, "Mine", function_arn=Fn.select(1, arns), same_environment=True
            )
            spec_api(stack).add_routes(path="/x", methods=["GET"], integration=mine)

        uri = operation(body_of(build), "/x", "get")[X]["uri"]
        assert {"Fn::Select": [1, {"Ref": "Arns"}]} in uri["Fn::Join"][1]

    def test_a_function_that_is_named_by_its_region_and_account_is_substituted(self) -> None:
        def build(stack: Stack) -> None:
            mine = lambda_.Function.from_function_name(stack, "Mine", "mine")
            spec_api(stack).add_routes(path="/x", methods=["GET"], integration=mine)

        uri = operation(body_of(build), "/x", "get")[X]["uri"]
        assert uri["Fn::Sub"].endswith(":lambda:${AWS::Region}:${AWS::AccountId}:function:mine/invocations")

    def test_a_function_of_another_stack_is_exported_and_the_permission_is_the_apis(self) -> None:
        def build(app: App) -> None:
            handler = function(Stack(app, "Other"))
            spec_api(Stack(app, "Stack")).add_routes(path="/x", methods=["GET"], integration=handler)

        templates = synthesize_app(build)
        assert self.permissions(templates["Other"]) == []
        (permission,) = self.permissions(templates["Stack"])
        uri = operation(body_in(templates["Stack"]), "/x", "get")[X]["uri"]
        assert "Fn::ImportValue" in json.dumps(uri)
        assert json.dumps(permission["FunctionName"]) in json.dumps(uri)

    def test_an_api_in_a_nested_stack_gets_the_function_by_a_parameter(self) -> None:
        def build(app: App) -> None:
            stack = Stack(app, "Stack")
            handler = function(stack)
            spec_api(NestedStack(stack, "Inner")).add_routes(path="/x", methods=["GET"], integration=handler)

        templates = synthesize_app(build)
        (inner,) = (template for template in templates.values() if of_type(template, "AWS::ApiGateway::RestApi"))
        uri = json.dumps(operation(body_in(inner), "/x", "get")[X]["uri"])
        assert any(f'{{"Ref": "{name}"}}' in uri for name in inner["Parameters"])


def test_where_a_function_is_another_the_api_is_deployed_anew() -> None:
    def build(name: str) -> Callable[[Stack], None]:
        return lambda stack: spec_api(stack).add_routes(path="/x", integration=function(stack, name))

    assert deployment_of(build("One")) != deployment_of(build("Two"))
    assert deployment_of(build("One")) == deployment_of(build("One"))


class TestBadInput:
    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            (3, 'path=3 is no text: write "/users/{id}"'),
            ("users", "path='users' does not begin with a slash: write \"/users\""),
            ("", "path='' does not begin with a slash"),
            ("/users/", "path='/users/' has a slash at its end, or two in a row: write \"/users\""),
            ("//", 'write "/"'),
            ("/a//b", 'write "/a/b"'),
            ("/users/{id}/x/{id}", "has the variable {id} twice: give each its own name"),
            ("/{proxy+}/x", "goes on after a greedy variable"),
            ("/users/:id", "write {id} for :id"),
            ("/users/x{id}", "'x{id}' is neither a name nor a variable"),
            ("/users/{}", "'{}' is neither a name nor a variable"),
            ("/users/{id", "'{id' is neither a name nor a variable"),
            ("/a b", "'a b' holds ' '"),
            ("/a?b=c", "'a?b=c' holds '?='"),
            ("/ä", "'ä' holds 'ä'"),
        ],
    )
    def test_a_path_that_api_gateway_does_not_take(self, path: Any, problem: str) -> None:
        self.refused(problem, path=path)

    @pytest.mark.parametrize(
        ("methods", "problem"),
        [
            ("GET", "methods='GET' is no list: write methods=[\"GET\"]"),
            (None, "methods=None is no list"),
            ([], "methods is empty"),
            (["FETCH"], "methods names 'FETCH', which is no method that API Gateway knows: write one of ANY, DELETE"),
            ([3], "methods names 3"),
            (["OPTIONS"], "methods names OPTIONS, which is the preflight's"),
            (["GET", "get"], "methods names GET twice: write it once"),
        ],
    )
    def test_methods_that_are_none(self, methods: Any, problem: str) -> None:
        self.refused(problem, methods=methods)

    @pytest.mark.parametrize(
        ("integration", "problem"),
        [
            (None, "integration=None is none that a route takes: write a Lambda function, a URL"),
            (apigateway.MockIntegration(), "give the function itself, not a LambdaIntegration"),
            (lambda_.Function, "is none that a route takes"),
            ("backend.example.com", "integration='backend.example.com' is no URL"),
            ("ftp://backend.example.com", "is no URL"),
            ("https://", "is no URL"),
            ("https://backend.example.com/{name}", "has {name}, which is no variable of the path (it has {id})"),
            ("https://backend.example.com/{id+}", "a URL has no + in its variables: write {id}"),
            ({}, "has no type: write one of aws, aws_proxy, http, http_proxy, mock"),
            ({"type": "lambda"}, "has the type 'lambda': write one of aws"),
            ({X: {"type": "mock"}}, f"is an operation: write what is in it, without {X}"),
            ({"type": "mock", "x": b""}, "integration: x is"),
        ],
    )
    def test_what_cannot_answer(self, integration: Any, problem: str) -> None:
        self.refused(problem, integration=integration)

    @pytest.mark.parametrize(
        ("security", "problem"),
        [
            ("users", "security='users' is no list of mappings: write security="),
            (["users"], "security=['users'] is no list of mappings"),
            ([{"users": []}], "security names 'users', and the document has no such scheme (it has none)"),
        ],
    )
    def test_security_that_is_none(self, security: Any, problem: str) -> None:
        self.refused(problem, security=security)

    @pytest.mark.parametrize(
        "schemes",
        [{"securityDefinitions": {"users": {"type": "http"}}}, {"components": None}],
        ids=["Swagger's", "none"],
    )
    def test_security_that_a_document_of_this_version_has_not(self, schemes: Any) -> None:
        api = spec_api(Stack(App(), "Stack"), document={**DOCUMENT, **schemes})
        with pytest.raises(
            ValueError, match=r"security names 'users', and the document has no such scheme \(it has none"
        ):
            api.add_routes(path="/x", integration=URL, security=[{"users": []}])

    def test_everything_is_told_at_once_on_one_line(self) -> None:
        api = spec_api(Stack(App(), "Stack"))
        with pytest.raises(ValueError, match=r"^add_routes: ") as caught:
            api.add_routes(path="x", methods=["FETCH"], integration="y", security=[{"z": []}])
        assert str(caught.value).count(";") == 3
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            ("/users", "GET /users is in the document already, as paths./users.get: leave one of them out"),
            ("/mine", "GET /mine is a route already, by an earlier add_routes: leave one of them out"),
        ],
    )
    def test_an_operation_that_is_there(self, path: str, problem: str) -> None:
        api = spec_api(Stack(App(), "Stack"), document=DOCUMENT)
        api.add_routes(path="/mine", methods=["GET"], integration=URL)
        with pytest.raises(ValueError, match="already") as caught:
            api.add_routes(path=path, methods=["GET", "PUT"], integration=URL)
        assert str(caught.value) == f"add_routes: {problem}"

    def test_a_path_that_is_a_reference(self) -> None:
        document = {**DOCUMENT, "paths": {"/users": {"$ref": "#/x-items/users"}}}
        api = spec_api(Stack(App(), "Stack"), document=document)
        with pytest.raises(ValueError, match="/users is a reference in the document, and nothing can be added to it"):
            api.add_routes(path="/users", integration=URL)

    @pytest.mark.parametrize("other", ["/users/{name}", "/users/{name}/orders", "/users/{proxy+}"])
    def test_variables_of_two_names_in_one_place(self, other: str) -> None:
        api = spec_api(Stack(App(), "Stack"))
        api.add_routes(path="/users/{id}", methods=["GET"], integration=URL)
        segment = other.split("/")[2]
        with pytest.raises(ValueError, match="takes one variable in a place") as caught:
            api.add_routes(path=other, methods=["GET"], integration=URL)
        assert f"has {segment} where /users/{{id}} has {{id}}" in str(caught.value)

    def test_nothing_is_half_done(self) -> None:
        def build(stack: Stack) -> None:
            api = spec_api(stack)
            with pytest.raises(ValueError, match="FETCH"):
                api.add_routes(path="/x", methods=["GET", "FETCH"], integration=function(stack))

        template = synthesize(build)
        assert body_in(template)["paths"] == {}
        assert of_type(template, "AWS::Lambda::Permission") == {}

    def test_it_is_too_late_once_the_app_is_synthesized(self) -> None:
        app = App(tree_metadata=False)
        api = spec_api(Stack(app, "Stack"))
        app.synth()
        with pytest.raises(ValueError, match=r"^add_routes\('/x'\) comes too late: Stack/Api has been synthesized"):
            api.add_routes(path="/x", integration=URL)

    def test_a_document_whose_paths_are_none_is_told_by_the_document(self) -> None:
        def build(stack: Stack) -> None:
            spec_api(stack, document={**DOCUMENT, "paths": ["/users"]}).add_routes(path="/x", integration=URL)

        assert "paths is a list" in synth_error(build)

    def refused(self, problem: str, **arguments: Any) -> None:
        api = spec_api(Stack(App(), "Stack"))
        with pytest.raises(ValueError, match=r"^add_routes: ") as caught:
            api.add_routes(**{"path": "/users/{id}", "methods": ["GET"], "integration": URL, **arguments})
        assert problem in str(caught.value)
        assert "\n" not in str(caught.value)


SEGMENTS: Final = st.one_of(
    st.text("abcXYZ0189._-", min_size=1, max_size=5).filter(lambda it: it not in {".", ".."}),
    st.sampled_from(["{a}", "{b}", "{c-d}"]),
)
PATHS: Final = st.lists(SEGMENTS, max_size=4, unique=True).map(lambda parts: "/" + "/".join(parts))


class TestPaths:
    @given(PATHS)
    def test_what_is_made_of_names_and_variables_is_a_path(self, path: str) -> None:
        assert path_problems(path) == []
        assert len(variables_of(path)) == path.count("{")
        assert path_problems(f"{path.rstrip('/')}/{{proxy+}}") == []

    @given(st.text())
    def test_a_path_that_is_taken_is_one_as_it_stands(self, path: str) -> None:
        if path_problems(path) == []:
            assert path.startswith("/")
            assert path == "/" or not path.endswith("/")
            assert "//" not in path
            assert path.isascii()

    @settings(max_examples=50)
    @given(st.lists(PATHS, min_size=2, max_size=6, unique=True))
    def test_siblings_are_refused_where_api_gateways_tree_would_have_two_variables(self, paths: list[str]) -> None:
        taken: list[str] = []
        for path in paths:
            if not sibling_problems(path, taken):
                taken.append(path)
        below: dict[str, set[str]] = {}
        for path in taken:
            parts = path.split("/")
            for place, part in enumerate(parts):
                below.setdefault("/".join(parts[:place]), set()).add(part)
        assert all(sum(part.startswith("{") for part in parts) <= 1 for parts in below.values())
        for path in set(paths) - set(taken):
            assert sibling_problems(path, taken)
