"""Every resource that has methods has one OPTIONS, open to all, that answers what the policy says."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnParameter, Fn, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from cors_constructs import CorsPolicy, CorsRestApi
from cors_constructs.render import preflight_answer

from .synthesis import (
    ORIGIN,
    OTHER_ORIGIN,
    POLICY,
    Build,
    Preflight,
    cors_api,
    messages,
    mock,
    of_type,
    read,
    synth_error,
    synthesize,
)

HEADERS = "'authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-user-agent,x-api-key'"


def preflight_of(make: Callable[[Stack], CorsPolicy]) -> Preflight:
    return read(lambda stack: cors_api(stack, cors=make(stack)).root.add_method("GET", mock())).preflight("/")


# Where there is one.


@pytest.mark.parametrize(
    ("methods", "paths"),
    [
        pytest.param(["GET /"], {"/"}, id="on-the-root"),
        pytest.param(["GET /a/b/c"], {"/a/b/c"}, id="not-on-the-way-there"),
        pytest.param(["GET /a", "GET /a/b/c"], {"/a", "/a/b/c"}, id="not-in-between"),
        pytest.param(["GET /a", "POST /a", "PUT /a"], {"/a"}, id="one-for-several-methods"),
        pytest.param(["GET /{id}", "GET /{id}/{part}"], {"/{id}", "/{id}/{part}"}, id="with-parameters"),
        pytest.param(["ANY /{all+}"], {"/{all+}"}, id="with-the-rest-of-the-path"),
    ],
)
def test_there_is_one_options_where_there_are_methods_and_none_elsewhere(methods: list[str], paths: set[str]) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        for verb, _, path in (name.partition(" ") for name in methods):
            resource = api.root if path == "/" else api.root.resource_for_path(path)
            resource.add_method(verb, mock())
        api.root.add_resource("bare").add_resource("segment")

    api = read(build)
    assert api.preflights == paths
    assert api.working == set(methods)


# What it says: the whole method, written out once for an answer that is the same for all, and once for one that is not.


def test_an_answer_for_one_origin_is_static() -> None:
    preflight = preflight_of(lambda _: CorsPolicy(allow_origins=[ORIGIN]))
    said = dict(preflight.properties)
    assert said.pop("ResourceId")
    assert said.pop("RestApiId")
    assert said == {
        "HttpMethod": "OPTIONS",
        "ApiKeyRequired": False,
        "AuthorizationType": "NONE",
        "Integration": {
            "Type": "MOCK",
            "ContentHandling": "CONVERT_TO_TEXT",
            "PassthroughBehavior": "NEVER",
            "RequestTemplates": {"application/json": '{"statusCode":200}'},
            "IntegrationResponses": [
                {
                    "StatusCode": "204",
                    "ResponseParameters": {
                        "method.response.header.Access-Control-Allow-Origin": f"'{ORIGIN}'",
                        "method.response.header.Access-Control-Allow-Methods": "'GET'",
                        "method.response.header.Access-Control-Allow-Headers": HEADERS,
                        "method.response.header.Access-Control-Max-Age": "'7200'",
                    },
                }
            ],
        },
        "MethodResponses": [
            {
                "StatusCode": "204",
                "ResponseParameters": {
                    "method.response.header.Access-Control-Allow-Origin": True,
                    "method.response.header.Access-Control-Allow-Methods": True,
                    "method.response.header.Access-Control-Allow-Headers": True,
                    "method.response.header.Access-Control-Max-Age": True,
                },
            }
        ],
    }


def test_an_answer_that_depends_on_the_origin_says_so_and_leaves_the_rest_to_its_template() -> None:
    preflight = preflight_of(lambda _: CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN]))
    assert preflight.headers == {"Vary": "'Origin'"}
    assert preflight.declared == {"Access-Control-Allow-Origin", "Vary"}
    assert preflight.response["StatusCode"] == "204"
    assert {**preflight.integration, "IntegrationResponses": None} == {
        "Type": "MOCK",
        "ContentHandling": "CONVERT_TO_TEXT",
        "PassthroughBehavior": "NEVER",
        "RequestTemplates": {"application/json": '{"statusCode":200}'},
        "IntegrationResponses": None,
    }
    assert (preflight.properties["ApiKeyRequired"], preflight.properties["AuthorizationType"]) == (False, "NONE")


@pytest.mark.parametrize(
    ("changes", "header", "value"),
    [
        ({}, "Access-Control-Allow-Origin", f"'{ORIGIN}'"),
        ({"allow_origins": ["*"]}, "Access-Control-Allow-Origin", "'*'"),
        ({"allow_origins": ["http://localhost:3000"]}, "Access-Control-Allow-Origin", "'http://localhost:3000'"),
        (
            {"allow_origins": ["https://bücher.example"]},
            "Access-Control-Allow-Origin",
            "'https://xn--bcher-kva.example'",
        ),
        ({"allow_credentials": True}, "Access-Control-Allow-Credentials", "'true'"),
        ({}, "Access-Control-Allow-Credentials", None),
        ({"max_age": 0}, "Access-Control-Max-Age", "'0'"),
        ({"allow_headers": ["X-One"]}, "Access-Control-Allow-Headers", "'x-api-key,x-one'"),
        ({"allow_headers": ["*", "authorization"]}, "Access-Control-Allow-Headers", "'*,authorization'"),
        ({"allow_methods": ["POST", "DELETE"]}, "Access-Control-Allow-Methods", "'DELETE,POST'"),
        ({"allow_methods": ["*"]}, "Access-Control-Allow-Methods", "'*'"),
        ({}, "Access-Control-Expose-Headers", None),
        ({}, "Vary", None),
    ],
)
def test_a_static_answer_says_what_the_policy_says(changes: dict[str, Any], header: str, value: str | None) -> None:
    preflight = preflight_of(lambda _: POLICY.evolve(**changes))
    assert preflight.template is None
    assert preflight.headers.get(header) == value
    assert preflight.declared == set(preflight.headers)


@pytest.mark.parametrize("origins", [[ORIGIN], [ORIGIN, OTHER_ORIGIN]], ids=["one-origin", "several"])
def test_the_status_is_the_policys_everywhere(origins: list[str]) -> None:
    preflight = preflight_of(lambda _: CorsPolicy(allow_origins=origins, status_code=200))
    assert preflight.response["StatusCode"] == "200"
    assert [response["StatusCode"] for response in preflight.properties["MethodResponses"]] == ["200"]


@pytest.mark.parametrize(
    ("origins", "held"),
    [
        pytest.param([ORIGIN, OTHER_ORIGIN], [f"'{ORIGIN}'", f"'{OTHER_ORIGIN}'"], id="exact-ones"),
        pytest.param(["https://*.example.com"], ["'^https://", "example"], id="a-pattern"),
        pytest.param(["https://**.example.com", ORIGIN], ["'^https://", f"'{ORIGIN}'"], id="a-pattern-and-one"),
        pytest.param(["http://localhost:*"], ["http://localhost"], id="any-port"),
    ],
)
def test_the_template_is_the_one_that_chooses_among_the_policys_origins(origins: list[str], held: list[str]) -> None:
    policy = CorsPolicy(allow_origins=origins, allow_credentials=True)
    template = preflight_of(lambda _: policy).template
    assert template == preflight_answer(policy, ["GET"]).response_template
    for words in [*held, "Access-Control-Allow-Origin", "Allow-Credentials='true'", "Max-Age='7200'", f"={HEADERS}"]:
        assert words in template


def parameter(stack: Stack, name: str = "Origin") -> str:
    return CfnParameter(stack, name).value_as_string


def listed(stack: Stack, name: str = "Origins") -> list[str]:
    return CfnParameter(stack, name, type="CommaDelimitedList").value_as_list


def test_one_origin_known_only_at_deployment_is_a_static_answer() -> None:
    preflight = preflight_of(lambda stack: CorsPolicy(allow_origins=[parameter(stack)]))
    assert preflight.template is None
    assert preflight.headers["Access-Control-Allow-Origin"] == {"Fn::Join": ["", ["'", {"Ref": "Origin"}, "'"]]}


def test_an_origin_known_in_part_is_a_static_answer() -> None:
    preflight = preflight_of(lambda stack: CorsPolicy(allow_origins=[f"https://{parameter(stack)}.example.com"]))
    assert preflight.headers["Access-Control-Allow-Origin"] == {
        "Fn::Join": ["", ["'https://", {"Ref": "Origin"}, ".example.com'"]]
    }


ONE_LIST = {"Fn::Join": [",", {"Ref": "Origins"}]}


@pytest.mark.parametrize(
    ("origins", "deployed"),
    [
        pytest.param(lambda stack: [ORIGIN, parameter(stack)], [{"Ref": "Origin"}], id="a-string-beside-others"),
        pytest.param(
            lambda stack: [parameter(stack, "A"), parameter(stack, "B")], [{"Ref": "A"}, {"Ref": "B"}], id="two-strings"
        ),
        pytest.param(listed, [ONE_LIST], id="a-list"),
        pytest.param(lambda stack: [*listed(stack), ORIGIN], [ONE_LIST], id="a-list-and-one"),
        pytest.param(lambda stack: [*listed(stack), "https://*.example.com"], [ONE_LIST], id="a-list-and-a-pattern"),
        pytest.param(
            lambda stack: [*listed(stack), *listed(stack, "More")],
            [ONE_LIST, {"Fn::Join": [",", {"Ref": "More"}]}],
            id="two-lists",
        ),
        pytest.param(
            lambda _: Fn.split(",", Fn.import_value("Origins")),
            [{"Fn::Join": [",", {"Fn::Split": [",", {"Fn::ImportValue": "Origins"}]}]}],
            id="a-list-made-by-a-function",
        ),
        pytest.param(lambda stack: [*listed(stack), parameter(stack)], [ONE_LIST, {"Ref": "Origin"}], id="both-kinds"),
    ],
)
def test_origins_known_only_at_deployment_stand_in_the_template_between_quotes_or_commas(
    origins: Callable[[Stack], list[str]], deployed: list[Any]
) -> None:
    preflight = preflight_of(lambda stack: CorsPolicy(allow_origins=origins(stack)))
    assert preflight.headers == {"Vary": "'Origin'"}
    glue, parts = preflight.template["Fn::Join"]
    assert glue == ""
    assert [part for part in parts if not isinstance(part, str)] == deployed
    for before, part, after in zip(parts, parts[1:], parts[2:], strict=False):
        if part in deployed:
            assert before[-1] in "',"
            assert after[0] in "',"
    for text in (part for part in parts if isinstance(part, str)):
        assert "Token[" not in text


@pytest.mark.parametrize(
    ("verbs", "allowed"),
    [
        (["GET"], ["GET"]),
        (["POST", "GET"], ["GET", "POST"]),
        (["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"], ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        (["ANY"], ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
        (["ANY", "GET"], ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]),
    ],
    ids=lambda verbs: "+".join(verbs) if len(verbs) < 6 else "all",
)
@pytest.mark.parametrize("origins", [[ORIGIN], [ORIGIN, OTHER_ORIGIN]], ids=["one-origin", "several"])
def test_a_preflight_allows_the_methods_that_its_resource_has(
    verbs: list[str], allowed: list[str], origins: list[str]
) -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=CorsPolicy(allow_origins=origins))
        users = api.root.add_resource("users")
        for verb in verbs:
            users.add_method(verb, mock())
        users.add_resource("{id}").add_method("PUT", mock())

    api = read(build)
    assert api.preflight("/users").allowed_methods == allowed
    assert api.preflight("/users/{id}").allowed_methods == ["PUT"]


def test_a_policy_that_names_its_methods_allows_those_everywhere() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=POLICY.evolve(allow_methods=["GET", "PATCH"]))
        api.root.add_method("GET", mock())
        api.root.add_resource("users").add_method("POST", mock())

    api = read(build)
    assert api.preflight("/").allowed_methods == api.preflight("/users").allowed_methods == ["GET", "PATCH"]


def test_too_many_origins_for_a_template_are_an_error_with_their_size() -> None:
    origins = [f"https://{number:04}.{'long' * 15}.example.com" for number in range(4000)]
    error = synth_error(lambda stack: cors_api(stack, cors=CorsPolicy(allow_origins=origins)).root.add_method("GET"))
    assert "API Gateway takes 307,200" in error


# Authorizers guard the methods, and never the preflight.


def function(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Fn",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_12,
    )


def by_iam(_: Stack) -> apigateway.MethodOptions:
    return apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM)


def by_cognito(stack: Stack) -> apigateway.MethodOptions:
    pool = cognito.UserPool(stack, "Pool")
    authorizer = apigateway.CognitoUserPoolsAuthorizer(stack, "Authorizer", cognito_user_pools=[pool])
    return apigateway.MethodOptions(authorizer=authorizer)


def by_cognito_with_scopes(stack: Stack) -> apigateway.MethodOptions:
    return apigateway.MethodOptions(authorizer=by_cognito(stack).authorizer, authorization_scopes=["users/read"])


def by_token(stack: Stack) -> apigateway.MethodOptions:
    return apigateway.MethodOptions(
        authorizer=apigateway.TokenAuthorizer(stack, "Authorizer", handler=function(stack)),
        authorization_type=apigateway.AuthorizationType.CUSTOM,
    )


def by_request(stack: Stack) -> apigateway.MethodOptions:
    sources = [apigateway.IdentitySource.header("Authorization")]
    authorizer = apigateway.RequestAuthorizer(stack, "Authorizer", handler=function(stack), identity_sources=sources)
    return apigateway.MethodOptions(authorizer=authorizer)


GUARDS = [
    pytest.param(by_iam, "AWS_IAM", id="IAM"),
    pytest.param(by_cognito, "COGNITO_USER_POOLS", id="Cognito"),
    pytest.param(by_cognito_with_scopes, "COGNITO_USER_POOLS", id="Cognito-with-scopes"),
    pytest.param(by_token, "CUSTOM", id="a-token-authorizer"),
    pytest.param(by_request, "CUSTOM", id="a-request-authorizer"),
]
Guard = Callable[[Stack], apigateway.MethodOptions]


def guarded_api(guard: Guard) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack, default_method_options=guard(stack), default_integration=mock())
        api.root.add_resource("users").add_method("GET")
        api.root.add_resource("files").add_proxy()

    return build


def guarded_resource(guard: Guard) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack, default_integration=mock())
        users = api.root.add_resource("users", default_method_options=guard(stack))
        users.add_method("GET")
        users.add_resource("files").add_proxy()

    return build


def guarded_resource_by_a_dict(guard: Guard) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack, default_integration=mock())
        api.root.add_resource("users", default_method_options=guard(stack)._values).add_method("GET")

    return build


def guarded_resource_by_its_constructor(guard: Guard) -> Build:
    def build(stack: Stack) -> None:
        api = cors_api(stack, default_integration=mock())
        options = guard(stack)
        apigateway.Resource(
            stack, "Users", parent=api.root, path_part="users", default_method_options=options
        ).add_method("GET")

    return build


def guarded_methods(guard: Guard) -> Build:
    def build(stack: Stack) -> None:
        options = guard(stack)
        users = cors_api(stack).root.add_resource("users")
        users.add_method(
            "GET",
            mock(),
            authorizer=options.authorizer,
            authorization_type=options.authorization_type,
            authorization_scopes=options.authorization_scopes,
        )

    return build


WHERE = [
    guarded_api,
    guarded_resource,
    guarded_resource_by_a_dict,
    guarded_resource_by_its_constructor,
    guarded_methods,
]


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(("guard", "kind"), GUARDS)
def test_an_authorizer_guards_the_methods_and_not_the_preflight(
    guard: Guard, kind: str, where: Callable[[Guard], Build]
) -> None:
    api = read(where(guard))
    assert {api.methods[name]["AuthorizationType"] for name in api.working} == {kind}
    assert api.keyed == api.working
    for path in api.preflights:
        options = api.preflight(path).properties
        assert options["AuthorizationType"] == "NONE"
        assert options["ApiKeyRequired"] is False
        assert not {"AuthorizerId", "AuthorizationScopes"} & set(options)
        assert options["MethodResponses"][0]["StatusCode"] == "204"


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(("guard", "kind"), GUARDS)
def test_an_authorizer_causes_no_warning(guard: Guard, kind: str, where: Callable[[Guard], Build]) -> None:
    assert kind
    assert messages(where(guard)) == []


def test_default_method_responses_do_not_reach_the_preflight_either() -> None:
    def build(stack: Stack) -> None:
        defaults = apigateway.MethodOptions(method_responses=[apigateway.MethodResponse(status_code="200")])
        cors_api(stack, default_method_options=defaults).root.add_method("GET", mock())

    options = read(build).preflight("/").properties
    assert [response["StatusCode"] for response in options["MethodResponses"]] == ["204"]


# An OPTIONS of the app's own.


def own_options(api: CorsRestApi, **options: Any) -> None:
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    users.add_method("OPTIONS", apigateway.HttpIntegration("https://backend.example.com"), **options)


def own_options_first(api: CorsRestApi) -> None:
    users = api.root.add_resource("users")
    users.add_method("options", apigateway.HttpIntegration("https://backend.example.com"))
    users.add_method("GET", mock())


def own_options_alone(api: CorsRestApi) -> None:
    api.root.add_resource("users").add_method("OPTIONS", apigateway.HttpIntegration("https://backend.example.com"))
    api.root.add_method("GET", mock())


def own_options_found_again(api: CorsRestApi) -> None:
    api.root.add_resource("users").add_method("GET", mock())
    users = api.root.get_resource("users")
    assert users is not None
    users.add_method("OPTIONS", apigateway.HttpIntegration("https://backend.example.com"))


def own_options_below_own_defaults(api: CorsRestApi) -> None:
    defaults = apigateway.MethodOptions(api_key_required=True)
    users = api.root.add_resource("users", default_method_options=defaults)
    users.add_method("GET", mock())
    users.add_method("OPTIONS", apigateway.HttpIntegration("https://backend.example.com"))


def own_options_by_constructor(api: CorsRestApi) -> None:
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    apigateway.Method(
        Stack.of(api),
        "Options",
        http_method="OPTIONS",
        resource=users,
        integration=apigateway.HttpIntegration("https://backend.example.com"),
        options=apigateway.MethodOptions(api_key_required=False),
    )


def own_bare_options(api: CorsRestApi) -> None:
    users = api.root.add_resource("users")
    users.add_method("GET", mock())
    apigateway.CfnMethod(
        Stack.of(api),
        "Options",
        http_method="OPTIONS",
        resource_id=users.resource_id,
        rest_api_id=api.rest_api_id,
        integration=apigateway.CfnMethod.IntegrationProperty(
            type="HTTP_PROXY", integration_http_method="GET", uri="https://backend.example.com"
        ),
    )


@pytest.mark.parametrize(
    "fill",
    [
        own_options,
        own_options_first,
        own_options_alone,
        own_options_found_again,
        own_options_below_own_defaults,
        own_options_by_constructor,
        own_bare_options,
    ],
)
def test_an_open_options_of_the_apps_own_stays_as_it_is(fill: Callable[[CorsRestApi], None]) -> None:
    template = synthesize(lambda stack: fill(cors_api(stack)))
    on_users = [
        method["Properties"]
        for method in of_type(template, "AWS::ApiGateway::Method").values()
        if "users" in str(method["Properties"]["ResourceId"]) and method["Properties"]["HttpMethod"] == "OPTIONS"
    ]
    (options,) = on_users
    assert options["Integration"]["Type"] == "HTTP_PROXY"
    assert options.get("ApiKeyRequired", False) is False


def test_a_proxys_own_options_stays_and_the_cdk_gives_the_root_the_same() -> None:
    def build(stack: Stack) -> None:
        proxy = cors_api(stack, default_integration=mock()).root.add_proxy()
        proxy.add_method("OPTIONS", apigateway.HttpIntegration("https://backend.example.com"))

    api = read(build)
    assert api.preflights == {"/", "/{proxy+}"}
    assert {api.preflight(path).integration["Type"] for path in api.preflights} == {"HTTP_PROXY"}
    assert api.keyed == {"ANY /", "ANY /{proxy+}"}


def test_a_preflight_that_the_app_adds_to_one_resource_stays() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        for name in ("users", "things"):
            api.root.add_resource(name).add_method("GET", mock())
        users = api.root.get_resource("users")
        assert users is not None
        users.add_cors_preflight(allow_origins=[OTHER_ORIGIN])

    api = read(build)
    assert api.preflight("/users").headers["Access-Control-Allow-Origin"] == f"'{OTHER_ORIGIN}'"
    assert api.preflight("/things").headers["Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert api.keyed == {"GET /users", "GET /things"}


def test_preflights_that_the_app_adds_to_one_branch_stay() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        cors = apigateway.CorsOptions(allow_origins=[OTHER_ORIGIN])
        users = api.root.add_resource("users", default_cors_preflight_options=cors)
        users.add_method("GET", mock())
        users.add_resource("{id}").add_method("GET", mock())
        api.root.add_method("GET", mock())

    api = read(build)
    origins = {path: api.preflight(path).headers["Access-Control-Allow-Origin"] for path in api.preflights}
    assert origins == {"/": f"'{ORIGIN}'", "/users": f"'{OTHER_ORIGIN}'", "/users/{id}": f"'{OTHER_ORIGIN}'"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({"api_key_required": True}, ["a key (write api_key_required=False)"], id="keyed"),
        pytest.param(
            {"authorization_type": apigateway.AuthorizationType.IAM},
            ["AWS_IAM (write authorization_type=AuthorizationType.NONE)"],
            id="guarded",
        ),
        pytest.param(
            {"api_key_required": True, "authorization_type": apigateway.AuthorizationType.IAM},
            ["a key (write api_key_required=False) and AWS_IAM (write authorization_type=AuthorizationType.NONE)"],
            id="keyed-and-guarded",
        ),
    ],
)
def test_a_closed_options_of_the_apps_own_is_an_error_that_names_both_sides(
    options: dict[str, Any], told: list[str]
) -> None:
    error = synth_error(lambda stack: own_options(cors_api(stack), **options))
    assert "[Stack/Api] OPTIONS /users" in error
    assert "Stack/Api/Default/users/OPTIONS" in error
    assert "or leave it out: one is made then" in error
    for words in told:
        assert words in error


def test_an_options_that_a_default_authorizer_closes_is_an_error_too() -> None:
    def build(stack: Stack) -> None:
        own_options(cors_api(stack, default_method_options=by_iam(stack)))

    assert "OPTIONS /users" in synth_error(build)


def test_a_closed_bare_options_is_an_error_too() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        own_bare_options(api)
        options = stack.node.find_child("Options")
        assert isinstance(options, apigateway.CfnMethod)
        options.api_key_required = True

    error = synth_error(build)
    assert "OPTIONS /users, which the app made at Stack/Options, asks for a key" in error


def test_every_closed_options_is_told() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack)
        for path in ("a", "b"):
            api.root.add_resource(path).add_method("OPTIONS", mock(), api_key_required=True)

    error = synth_error(build)
    assert "OPTIONS /a" in error
    assert "OPTIONS /b" in error


def test_the_cdks_own_word_for_all_of_this_is_refused_with_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"leave default_cors_preflight_options out.*cors=CorsPolicy\(allow_origins="):
        cors_api(Stack(), default_cors_preflight_options=apigateway.CorsOptions(allow_origins=[ORIGIN]))


def test_binary_media_types_change_nothing_about_a_preflight() -> None:
    plain = read(lambda stack: cors_api(stack).root.add_method("GET", mock()))
    binary = read(lambda stack: cors_api(stack, binary_media_types=["*/*"]).root.add_method("GET", mock()))
    assert binary.preflight("/") == plain.preflight("/")
    assert binary.preflight("/").integration["ContentHandling"] == "CONVERT_TO_TEXT"
