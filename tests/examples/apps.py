"""The examples, synthesized once each: as `cdk synth` does it, with the feature flags of `cdk.json`."""

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
from aws_cdk import App, Stack, assertions

from examples.authorizers.app import AuthorizersStack
from examples.custom_domain.app import CustomDomainStack
from examples.existing_api.app import let_pages_in
from examples.existing_api.orders import OrdersStack
from examples.large_api.app import LargeApiStack
from examples.many_origins.app import ManyOriginsStack
from examples.openapi.app import OpenApiStack
from examples.quickstart.app import QuickstartStack
from examples.scan_records.app import ScanRecordsStack

from ..cdk.synthesis import Api, Template, synthesize_app
from .documents import DocumentApi

ROOT: Final = Path(__file__).parents[2]
CDK_JSON: Final[dict[str, Any]] = json.loads((ROOT / "cdk.json").read_text())


@attrs.frozen
class Example:
    """An example: how it is built, and what each of its APIs leaves open to all.

    Attributes:
        build: Builds it.
        keyless: The methods that need no key, by API.
        shares: Whether a preflight answers for several paths.
    """

    build: Callable[[App], Stack]
    keyless: Mapping[str, set[str]]
    shares: bool = False


def existing_api(app: App) -> Stack:
    """The stack of others, and the line."""
    stack = OrdersStack(app, "ExistingApi")
    let_pages_in(stack)
    return stack


EXAMPLES: Final = {
    "Quickstart": Example(lambda app: QuickstartStack(app, "Quickstart"), {"Api": {"GET /health"}}),
    "ManyOrigins": Example(lambda app: ManyOriginsStack(app, "ManyOrigins"), {"WebApi": set(), "EmbedApi": set()}),
    "Authorizers": Example(
        lambda app: AuthorizersStack(app, "Authorizers"), {"ReadersApi": {"GET /opening-hours"}, "StaffApi": set()}
    ),
    "CustomDomain": Example(lambda app: CustomDomainStack(app, "CustomDomain"), {"Api": set()}),
    "ExistingApi": Example(existing_api, {"Api": set()}),
    "OpenApi": Example(lambda app: OpenApiStack(app, "OpenApi"), {"Api": {"GET /status"}}),
    "LargeApi": Example(lambda app: LargeApiStack(app, "LargeApi"), {"Api": set()}, shares=True),
    "ScanRecords": Example(lambda app: ScanRecordsStack(app, "ScanRecords"), {"Api": set()}),
}
EVERY_API: Final = [(example, api) for example, said in EXAMPLES.items() for api in said.keyless]


@functools.cache
def template_of(example: str) -> Template:
    """An example's template. Not to be changed: it is shared."""
    return synthesize_app(EXAMPLES[example].build, CDK_JSON["context"])[example]


def api_of(example: str, name: str) -> Api:
    """One of an example's APIs."""
    template = template_of(example)
    (logical_id,) = (
        logical_id
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::ApiGateway::RestApi" and resource["Properties"]["Name"] == name
    )
    kind = DocumentApi if "Body" in template["Resources"][logical_id]["Properties"] else Api
    return kind(template, logical_id)


def warnings_of(example: str) -> list[str]:
    """The warnings that a user of the example would see."""
    stack = EXAMPLES[example].build(App(context=CDK_JSON["context"]))
    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    return [f"{warning.id}: {warning.entry.data}" for warning in found]


def of_type(template: Template, kind: str) -> list[str]:
    """The logical ids of the resources of a type."""
    return [name for name, resource in template["Resources"].items() if resource["Type"] == kind]
