"""`Browser.on`: whatever can be deployed, a page can call."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import constructs
import jsii
import pytest
from aws_cdk import App, CfnParameter, CfnResource, NestedStack, Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Template
from constructs import IValidation

from cors_constructs import CorsPolicy, CorsRestApi
from cors_constructs.simulate import Browser as SimulatedBrowser
from cors_constructs.simulate import Outcome, TemplateError
from cors_constructs.testing import Browser

from .shop import ORIGIN, POLICY, STRANGER, TEMPLATE, Shop, add_shop, careful


def outcome(browser: Browser, path: str = "/users", *, origin: str = ORIGIN) -> Outcome:
    """How a page's call with the client's key ends."""
    return browser.fetch("GET", path, origin=origin, headers={"x-api-key": browser.key("web")}).outcome


def synthesized(stack: Stack) -> Path:
    """The folder of a stack's app."""
    app = stack.node.root
    assert isinstance(app, App)
    return Path(app.synth().directory)


@pytest.mark.parametrize(
    "deployable",
    [
        pytest.param(lambda stack: stack, id="a stack"),
        pytest.param(lambda stack: stack.node.root, id="an app"),
        pytest.param(Template.from_stack, id="a Template of the CDK's assertions"),
        pytest.param(lambda stack: Template.from_stack(stack).to_json(), id="a mapping"),
        pytest.param(lambda stack: synthesized(stack) / "Shop.template.json", id="a template's path"),
        pytest.param(lambda stack: str(synthesized(stack) / "Shop.template.json"), id="a template's path as a string"),
        pytest.param(synthesized, id="a folder's path"),
        pytest.param(lambda stack: stack.node.root.synth(), id="what the app's synth gives"),
    ],
)
def test_whatever_can_be_deployed_can_be_called(deployable: Callable[[Stack], Any]) -> None:
    browser = Browser.on(deployable(Shop(App())), backend=careful)
    assert outcome(browser) is Outcome.ALLOWED
    assert outcome(browser, origin=STRANGER) is Outcome.PREFLIGHT_ORIGIN_MISMATCH


def test_it_is_a_browser_as_any_other_on_the_gateway_that_it_tells() -> None:
    browser = Browser.on(TEMPLATE)
    assert isinstance(browser, SimulatedBrowser)
    verdict = browser.fetch("GET", "/users", origin=ORIGIN)
    assert verdict.exchanges[-1].response == browser.gateway(verdict.exchanges[-1].request)


def test_a_backend_that_forgets_its_headers_is_found() -> None:
    assert outcome(Browser.on(Shop(App()))) is Outcome.ORIGIN_MISSING


def test_the_gateway_in_trouble_has_a_browser_too() -> None:
    browser = Browser.on(Shop(App()))
    verdict = Browser(browser.gateway.answering("THROTTLED")).fetch("GET", "/users", origin=ORIGIN)
    assert verdict.response is not None
    assert (verdict.outcome, verdict.response.status) == (Outcome.ALLOWED, 429)


# Stacks


def test_of_several_stacks_the_one_given_is_called() -> None:
    app = App()
    shop = Shop(app, path="users")
    library = Shop(app, "Library", path="books")
    assert outcome(Browser.on(shop, backend=careful), "/users") is Outcome.ALLOWED
    assert outcome(Browser.on(library, backend=careful), "/books") is Outcome.ALLOWED
    with pytest.raises(TemplateError, match="several REST APIs"):
        Browser.on(app)


def test_a_nested_stack_is_part_of_its_stack_and_can_be_given_itself() -> None:
    app = App()
    shop = Stack(app, "Shop")
    nested = NestedStack(NestedStack(shop, "Outer"), "Inner")
    add_shop(nested)
    add_shop(NestedStack(Stack(app, "Library"), "Nested"), path="books")
    for stack in (shop, nested):
        assert outcome(Browser.on(stack, backend=careful)) is Outcome.ALLOWED


def test_a_stack_in_a_stage_and_the_stage_itself() -> None:
    app = App()
    stages = {name: Stage(app, name) for name in ("Beta", "Prod")}
    stacks = [Shop(stage) for stage in stages.values()]
    for browser in (*map(Browser.on, stages.values()), *map(Browser.on, stacks)):
        assert outcome(browser) is Outcome.ORIGIN_MISSING


def test_methods_that_another_stack_adds_are_there() -> None:
    app = App()
    shop = Stack(app, "Shop")
    api = apigateway.RestApi(shop, "Api")
    api.root.add_method("GET")
    imported = apigateway.RestApi.from_rest_api_attributes(
        Stack(app, "Other"), "Api", rest_api_id=api.rest_api_id, root_resource_id=api.rest_api_root_resource_id
    )
    imported.root.add_resource("late").add_method("GET", apigateway.HttpIntegration("https://backend.example.com"))
    verdict = Browser.on(shop, backend=careful).fetch("GET", "/late", origin=ORIGIN)
    assert verdict.outcome is Outcome.ALLOWED


def test_a_stack_that_adds_to_the_api_of_another_can_be_given_itself() -> None:
    app = App()
    api = add_shop(Stack(app, "Shop"))
    other = Stack(app, "Other")
    books = CorsRestApi.from_attributes(
        other,
        "Api",
        rest_api_id=api.rest_api_id,
        root_resource_id=api.rest_api_root_resource_id,
        cors=POLICY,
        stage_name="prod",
    )
    books.root.add_resource("books").add_method("GET", apigateway.HttpIntegration("https://backend.example.com"))
    empty = Stack(app, "Empty")
    for path in ("/users", "/books"):
        assert outcome(Browser.on(other, backend=careful), path) is Outcome.ALLOWED
    with pytest.raises(TemplateError, match="no REST API"):
        Browser.on(empty)


def test_of_an_api_of_another_app_what_is_added_here_is_seen() -> None:
    stack = Stack(App(), "Books")
    api = CorsRestApi.from_attributes(
        stack, "Api", rest_api_id="abc123", root_resource_id="root1", cors=POLICY, stage_name="prod", keyless=["GET /"]
    )
    api.root.add_method("GET", apigateway.HttpIntegration("https://backend.example.com"))
    browser = Browser.on(stack, backend=careful, origin=ORIGIN)
    assert browser.fetch("GET", "/").outcome is Outcome.ALLOWED
    assert "not all is seen here: the template only refers to the API" in str(browser.fetch("GET", "/elsewhere"))


def test_a_stack_without_an_app_of_its_own_has_one() -> None:
    assert outcome(Browser.on(Shop(None), backend=careful)) is Outcome.ALLOWED


@jsii.implements(IValidation)
class Counting:
    """Counts how often an app is synthesized."""

    times = 0

    def validate(self) -> list[str]:
        self.times += 1
        return []


def test_an_app_is_synthesized_once_for_all_browsers_and_not_again_if_it_was_before() -> None:
    app = App()
    shop = Shop(app)
    counting = Counting()
    shop.node.add_validation(counting)
    Browser.on(shop)
    assert counting.times == 1
    app.synth()
    Template.from_stack(shop)
    Browser.on(shop)
    Browser.on(app)
    assert counting.times == 1


def test_an_app_that_cannot_be_synthesized_says_why() -> None:
    stack = Stack(App(), "Shop")
    api = CorsRestApi(stack, "Api", cors=CorsPolicy(allow_origins=[ORIGIN]))
    api.root.add_method("GET")
    with pytest.raises(RuntimeError, match="GET / needs an API key"):
        Browser.on(stack)


def test_a_stack_that_cannot_be_read_says_why_and_keeps_no_other_from_being_called() -> None:
    app = App()
    shop = Shop(app)
    broken = Stack(app, "Broken")
    properties = {"RestApiId": "abc", "ResourceId": "def", "HttpMethod": ["GET"]}
    CfnResource(broken, "Method", type="AWS::ApiGateway::Method", properties=properties)
    assert outcome(Browser.on(shop, backend=careful)) is Outcome.ALLOWED
    with pytest.raises(TemplateError, match=r"Broken\.template\.json.*Resources\.Method\.Properties\.HttpMethod"):
        Browser.on(broken)


# What the gateway is told


def two_stages() -> Stack:
    stack = Stack(App(), "Shop")
    api = add_shop(stack)
    apigateway.Stage(stack, "Beta", stage_name="beta", deployment=api.latest_deployment)  # type: ignore[arg-type]
    return stack


def test_an_api_is_chosen_by_name() -> None:
    stack = Stack(App(), "Shop")
    add_shop(stack, "First", "one")
    add_shop(stack, "Second", "two")
    with pytest.raises(TemplateError, match="several REST APIs"):
        Browser.on(stack)
    assert outcome(Browser.on(stack, api="Second", backend=careful), "/two") is Outcome.ALLOWED
    assert Browser.on(stack, api="First").key("web") != Browser.on(stack, api="Second").key("web")


def test_a_stage_is_chosen_by_name_and_a_key_of_another_does_not_open_it() -> None:
    stack = two_stages()
    prod, beta = (Browser.on(stack, stage=stage, backend=careful) for stage in ("prod", "beta"))
    assert outcome(prod) is Outcome.ALLOWED
    key = {"x-api-key": beta.key("web")}
    refused = beta.fetch("GET", "/users", origin=ORIGIN, headers=key).response
    assert refused is not None
    assert refused.status == 403


def test_keys_have_the_values_that_are_given_or_one_that_stays_the_same() -> None:
    stack = Shop(App())
    assert Browser.on(stack, api_keys={"web": "a" * 20}).key("web") == "a" * 20
    assert Browser.on(stack).key("web") == Browser.on(stack).key("web")


def test_a_key_that_there_is_not_is_an_error_that_says_which_there_are() -> None:
    with pytest.raises(TemplateError, match="web") as caught:
        Browser.on(Shop(App())).key("wbe")
    assert "\n" not in str(caught.value)


def test_what_an_authorizer_decides_is_given() -> None:
    stack = Stack(App(), "Shop")
    api = CorsRestApi(stack, "Api", cors=CorsPolicy(allow_origins=[ORIGIN]), keys_managed_elsewhere=True)
    api.root.add_method(
        "GET",
        apigateway.HttpIntegration("https://backend.example.com"),
        authorization_type=apigateway.AuthorizationType.IAM,
        api_key_required=False,
    )
    headers = {"authorization": "AWS4-HMAC-SHA256 Credential=..."}
    denied = Browser.on(stack, authorizer=False).fetch("GET", "/", origin=ORIGIN, headers=headers)
    assert denied.response is not None
    assert denied.response.status == 403


def test_parameters_have_the_values_that_are_given() -> None:
    stack = Stack(App(), "Shop")
    origin = CfnParameter(stack, "Origin", default=ORIGIN).value_as_string
    add_shop(stack, cors=CorsPolicy(allow_origins=[origin]))
    assert outcome(Browser.on(stack, backend=careful)) is Outcome.ALLOWED
    other = Browser.on(stack, parameters={"Origin": STRANGER})
    assert outcome(other) is Outcome.PREFLIGHT_ORIGIN_MISMATCH


# Origins


def test_an_origin_can_be_the_browsers_own() -> None:
    browser = Browser.on(Shop(App()), origin=ORIGIN, backend=careful)
    headers = {"x-api-key": browser.key("web")}
    assert browser.fetch("GET", "/users", headers=headers).origin == ORIGIN
    assert browser.fetch("GET", "/users", headers=headers, origin=STRANGER).origin == STRANGER


def test_a_fetch_without_an_origin_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(ValueError, match=r'^fetch: no origin; write fetch\(\.\.\., origin="https'):
        Browser.on(TEMPLATE).fetch("GET", "/users")


# What is nothing to deploy


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        pytest.param(3, TypeError, r"Browser\.on: 3 is nothing to deploy; give a Stack", id="a number"),
        pytest.param(None, TypeError, r"Browser\.on: None is nothing to deploy", id="nothing"),
        pytest.param(Shop, TypeError, r"nothing to deploy", id="a stack's class"),
        pytest.param(["a"], TypeError, r"nothing to deploy", id="a list"),
        pytest.param("nowhere.json", TemplateError, r"^nowhere\.json: ", id="a path to nothing"),
        pytest.param({"Resources": 3}, TemplateError, r"Resources", id="a mapping that is no template"),
        pytest.param({"Resources": {}}, TemplateError, r"no REST API", id="a template without an API"),
    ],
)
def test_what_cannot_be_called_is_one_line_that_says_why(wrong: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        Browser.on(wrong)
    assert "\n" not in str(caught.value)


def test_a_construct_that_is_no_stack_is_told_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"Shop/Api is no stack; write Browser\.on\(Stack\.of\(it\)\)"):
        Browser.on(Shop(App()).api)  # type: ignore[arg-type]


@pytest.mark.newest  # older ones have no such root
def test_a_stack_that_is_in_no_app_is_told_so() -> None:
    stack = Stack(constructs.RootConstruct(), "Shop")
    with pytest.raises(ValueError, match=r"Browser\.on: the stack Shop is in no app"):
        Browser.on(stack)


# The rest


@pytest.mark.parametrize("given", ["mapping", "path", "wrong"])
def test_the_cdk_is_not_loaded_for_what_is_no_construct(tmp_path: Path, given: str) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(TEMPLATE))
    deployable = {"mapping": repr(TEMPLATE), "path": repr(str(path)), "wrong": "3"}[given]
    script = f"""
import sys
from cors_constructs.testing import Browser
try:
    print(Browser.on({deployable}).fetch("GET", "/users", origin={ORIGIN!r}).outcome.name)
except TypeError:
    print("TypeError")
assert not {{"aws_cdk", "constructs", "jsii", "pytest"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.strip() == {"wrong": "TypeError"}.get(given, "ORIGIN_MISSING")
