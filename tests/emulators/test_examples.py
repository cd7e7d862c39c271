"""Each example, deployed: preflights pass without a key, calls do not, and a client's key opens what it should."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from aws_cdk import App, Stack

from examples.authorizers.app import AuthorizersStack
from examples.existing_api.app import PAGE, let_pages_in
from examples.existing_api.orders import OrdersStack
from examples.many_origins.app import ManyOriginsStack
from examples.quickstart.app import QuickstartStack

from .abilities import Ability
from .apps import synthesized
from .conftest import Deploy
from .emulator import DeployedApi, Emulator
from .templates import Template

STRANGER = "https://evil.test"


@attrs.frozen
class Example:
    """An example's stack; by API, the client whose key to use, and origins that may call."""

    build: Callable[[App], Stack]
    clients: dict[str, str]
    origins: dict[str, list[str]]


def _orders_with_pages(app: App) -> Stack:
    stack = OrdersStack(app, "ExistingApi")
    let_pages_in(stack)
    return stack


EXAMPLES = {
    "quickstart": Example(
        lambda app: QuickstartStack(app, "Quickstart"),
        {"Api": "ApiClientweb"},
        {"Api": ["https://app.example.com"]},
    ),
    "many origins": Example(
        lambda app: ManyOriginsStack(app, "ManyOrigins"),
        {"WebApi": "WebApiClientweb", "EmbedApi": "EmbedApiClientpartnertwo"},
        {
            "WebApi": [
                "https://www.example.com",
                "https://pr-12.preview.example.com",
                "https://shop.acme.customers.example.com",
            ],
            "EmbedApi": ["https://www.example.com", "https://www.partner-two.example"],
        },
    ),
    "authorizers": Example(
        lambda app: AuthorizersStack(app, "Authorizers"),
        {"ReadersApi": "ReadersApiClientweb", "StaffApi": "StaffApiClientdesk"},
        {"ReadersApi": ["https://app.example.com"], "StaffApi": ["https://staff.example.com"]},
    ),
    "existing API": Example(_orders_with_pages, {"Api": "orders"}, {"Api": [PAGE]}),
}


@attrs.frozen
class Method:
    """A method in a template."""

    api: str
    verb: str
    path: str
    keyed: bool
    guarded: bool
    runs_template: bool

    @property
    def call(self) -> str:
        """A verb that a client would send."""
        return "DELETE" if self.verb == "ANY" else self.verb


def methods(template: Template) -> Iterator[Method]:
    """Every method that a template makes, with the path it is at."""
    resources = template["Resources"]

    def path(resource: dict[str, Any]) -> str:
        if "Ref" not in resource:
            return ""
        properties = resources[resource["Ref"]]["Properties"]
        return f"{path(properties['ParentId'])}/{properties['PathPart']}"

    for resource in resources.values():
        if resource["Type"] == "AWS::ApiGateway::Method":
            said = resource["Properties"]
            responses = said["Integration"].get("IntegrationResponses", [])
            yield Method(
                api=said["RestApiId"]["Ref"],
                verb=said["HttpMethod"],
                path=path(said["ResourceId"]) or "/",
                keyed=said.get("ApiKeyRequired", False),
                guarded=said["AuthorizationType"] != "NONE",
                runs_template=any("ResponseTemplates" in response for response in responses),
            )


@attrs.frozen
class Running:
    """An example on an emulator."""

    example: Example
    template: Template
    deployed: DeployedApi
    emulator: Emulator

    def methods(self) -> list[tuple[Method, list[str], str]]:
        """Each method, with the origins that may call it and a key of its API."""
        return [
            (method, self.example.origins[name], self.deployed.key_value(self.example.clients[name]))
            for method in methods(self.template)
            for name in self.example.clients
            if method.api.startswith(name)
        ]


@pytest.fixture(scope="module", params=EXAMPLES.values(), ids=list(EXAMPLES))
def running(request: pytest.FixtureRequest, deploy: Deploy, emulator: Emulator) -> Running:
    template = synthesized(request.param.build)
    return Running(request.param, template, deploy(template), emulator)


def test_each_preflight_lets_the_listed_origins_in_and_no_stranger(running: Running) -> None:
    preflights = [row for row in running.methods() if row[0].verb == "OPTIONS"]
    assert preflights
    for method, origins, _ in preflights:
        if method.runs_template and not running.emulator.can(Ability.VTL_IN_MOCK):
            continue  # what is sent then, test_origins says
        for origin in (*origins, STRANGER):
            response = running.deployed.request(
                "OPTIONS", method.path, {"Origin": origin, "Access-Control-Request-Method": "GET"}, api=method.api
            )
            allowed = response.header("Access-Control-Allow-Origin")

            assert response.status == 204, (method, origin)
            assert (allowed == origin) == (origin in origins), (method, origin)


def test_each_call_needs_what_its_method_says(running: Running) -> None:
    for method, _, key in running.methods():
        if method.verb == "OPTIONS":
            continue
        without = running.deployed.request(method.call, method.path, api=method.api).status
        with_key = running.deployed.request(method.call, method.path, {"x-api-key": key}, api=method.api).status
        if method.guarded and running.emulator.can(Ability.AUTHORIZERS):
            # The authorizers' own functions and pools are not deployed: nobody gets in, and a key is no help.
            assert 200 not in {without, with_key}, method
        else:
            assert without == (403 if method.keyed else 200), method
            assert with_key == 200, method


def test_before_its_one_line_the_existing_api_locks_pages_out_and_serves_programs(deploy: Deploy) -> None:
    before = deploy(synthesized(lambda app: OrdersStack(app, "ExistingApi")))

    for path in ("/", "/orders/17"):
        assert before.preflight(path, PAGE).status == 403, path
        assert before.request("GET", path, {"x-api-key": before.key_value("orders")}).status == 200, path
