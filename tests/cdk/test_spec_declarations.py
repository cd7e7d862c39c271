"""Routes whose integration is a mapping: what it maps, the operation has to declare, or API Gateway refuses it."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import App, CfnParameter, Stack

from cors_constructs.simulate import Outcome
from cors_constructs.testing import Browser

from .specs import URL, body_of, errors_in, spec_api
from .synthesis import ORIGIN, synthesize

TO_PAGES: Final = {"method.response.header.Access-Control-Allow-Origin": f"'{ORIGIN}'"}
MOCK: Final = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200", "responseParameters": TO_PAGES}},
}
STRING: Final = {"schema": {"type": "string"}}


def routed(integration: Any, path: str = "/users/{id}", **arguments: Any) -> Callable[[Stack], None]:
    """An API of one route."""

    def build(stack: Stack) -> None:
        api = spec_api(stack, **arguments)
        api.add_routes(path=path, methods=["GET"], integration=integration)
        api.add_client("web")

    return build


def declared(integration: Any, **arguments: Any) -> dict[str, Any]:
    """The operation of such a route."""
    operation = body_of(routed(integration, **arguments))["paths"]["/users/{id}"]["get"]
    # Its responses may be given what pages are to be told.
    assert {**operation["x-amazon-apigateway-integration"], "responses": {}} == {**integration, "responses": {}}
    return dict(operation)


def test_a_page_reads_what_a_mapped_answer_says() -> None:
    stack = Stack(App(tree_metadata=False), "Stack")
    routed(MOCK)(stack)
    browser = Browser.on(stack, origin=ORIGIN)
    verdict = browser.fetch("GET", "/users/7", headers={"x-api-key": browser.key("web")})
    assert verdict.outcome is Outcome.ALLOWED, verdict
    assert verdict.response is not None
    assert verdict.response.status == 200
    assert browser.fetch("GET", "/users/7", origin="https://evil.test", headers={"x-api-key": "k"}).allowed is False


def test_the_checker_finds_nothing_wrong_with_it() -> None:
    assert errors_in(synthesize(routed(MOCK))) == []


# What pages of the policy are told with every answer.
READ = {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}


def test_each_status_is_declared_with_its_headers() -> None:
    answers = {
        "default": {"statusCode": "200", "responseParameters": {**TO_PAGES, "method.response.header.etag": "'1'"}},
        ".*other.*": {"statusCode": 200, "responseParameters": {"method.response.header.Age": "'2'"}},
        "4\\d\\d": {"statusCode": "404"},
    }
    responses = declared({**MOCK, "responses": answers})["responses"]
    assert {status: set(response.get("headers", {})) for status, response in responses.items()} == {
        "200": {*READ, "etag", "Age"},
        "404": READ,
    }
    assert responses["200"]["headers"]["Age"] == STRING
    assert all(response["description"] for response in responses.values())


def test_each_parameter_that_is_mapped_is_declared_once() -> None:
    integration = {
        "type": "http_proxy",
        "httpMethod": "GET",
        "uri": f"{URL}/{{user}}",
        "requestParameters": {
            "integration.request.path.user": "method.request.path.id",
            "integration.request.header.user": "method.request.path.id",
            "integration.request.querystring.q": "method.request.querystring.search",
            "integration.request.querystring.tags": "method.request.multivaluequerystring.tag",
            "integration.request.header.accept": "method.request.header.Accept",
            "integration.request.header.stage": "context.stage",
            "integration.request.header.always": "'it'",
        },
        "cacheKeyParameters": ["method.request.path.id", "method.request.querystring.page"],
    }
    assert declared(integration)["parameters"] == [
        {"name": "id", "in": "path", "required": True, **STRING},
        {"name": "search", "in": "query", "required": False, **STRING},
        {"name": "tag", "in": "query", "required": False, **STRING},
        {"name": "Accept", "in": "header", "required": False, **STRING},
        {"name": "page", "in": "query", "required": False, **STRING},
    ]


def test_swagger_has_its_own_words_for_it() -> None:
    swagger = {"swagger": "2.0", "info": {"title": "Users", "version": "1.0"}, "paths": {}}
    mapped = {**MOCK, "requestParameters": {"integration.request.header.a": "method.request.header.b"}}
    operation = declared(mapped, document=swagger)
    assert operation["parameters"] == [{"name": "b", "in": "header", "required": False, "type": "string"}]
    assert operation["responses"]["200"]["headers"] == {"Access-Control-Allow-Origin": {"type": "string"}}


def test_what_only_deployment_knows_is_left_alone() -> None:
    def build(stack: Stack) -> None:
        status = CfnParameter(stack, "Status").value_as_string
        routed({**MOCK, "responses": {"default": {"statusCode": status}}})(stack)

    operation = body_of(build)["paths"]["/users/{id}"]["get"]
    assert operation["responses"] == {}
    for empty in ({"responses": None, "requestParameters": None}, {"responses": {"default": None}}):
        body = body_of(routed({"type": "mock", **empty}))
        assert body["paths"]["/users/{id}"]["get"]["responses"] == {}


@pytest.mark.parametrize(
    ("integration", "problem"),
    [
        pytest.param(
            {**MOCK, "requestParameters": {"integration.request.path.user": "method.request.path.user"}},
            "integration maps from method.request.path.user, which is no variable of the path (it has {id}): name one "
            "of the path's, or write the value",
            id="a variable that the path has not",
        ),
        pytest.param(
            f"{URL}/{{id", "has a brace without its other: write {id}, or leave it out", id="a brace that stays open"
        ),
        pytest.param(f"{URL}/id}}", "has a brace without its other", id="a brace that was never open"),
    ],
)
def test_what_nobody_could_import(integration: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=r"^add_routes: ") as caught:
        routed(integration)(Stack())
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_path_that_only_deployment_knows() -> None:
    stack = Stack()
    path = f"/{CfnParameter(stack, 'Path').value_as_string}"
    with pytest.raises(ValueError, match="is known only at deployment, and has to be read before: write it out"):
        routed(MOCK, path)(stack)


@pytest.mark.parametrize("paths", [None, {"/users/{id}": None}], ids=["no paths yet", "an empty path"])
def test_routes_join_a_document_that_is_nearly_empty(paths: Any) -> None:
    document = {"openapi": "3.0.1", "info": {"title": "Users", "version": "1.0"}, "paths": paths}
    assert list(body_of(routed(MOCK, document=document))["paths"]) == ["/users/{id}"]
