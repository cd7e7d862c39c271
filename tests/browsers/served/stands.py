"""The examples, built so that their policies list origins that this machine can have, and no else changed.

What a policy says of `https://app.example.com` is said of `http://app.example:PORT`, patterns included. One gets
methods, functions and clients beside its own, for what examples had better not show: crashes, and limits of one.
"""

import importlib
import os
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import patch

import attrs
from aws_cdk import App, Duration, Stack
from aws_cdk.aws_apigateway import HttpIntegration, LambdaIntegration, Period, QuotaSettings
from aws_cdk.aws_lambda import Code, Function, Runtime

from cors_constructs import CorsPolicy, CorsRestApi
from tests.examples.apps import CDK_JSON, EXAMPLES, ROOT

from .pages import Pages

os.environ["CDK_VALIDATION"] = "false"  # it is read when the CDK's process starts, and takes seconds

TROUBLES: Final = """
import os, time
from cors_constructs.runtime import cors

def bare(event, context):
    name = event["resource"].rpartition("/")[2]
    if name == "crash":
        os._exit(3)
    if name in {"late", "slow"}:
        time.sleep(60)
    return "no object" if name == "malformed" else {"statusCode": 200, "body": "without a word of CORS"}

@cors
def handler(event, context):
    raise KeyError(event["resource"])
"""
"""Functions that fail, each in its own way: the first knows nothing of CORS."""

# The modules of the examples, and what in them takes a policy.
MODULES: Final = [f"examples.{path.parent.name}.app" for path in sorted((ROOT / "examples").glob("*/app.py"))]
TAKE_POLICIES: Final = {"CorsRestApi", "CorsSpecRestApi", "EnableCors", "cors_for"}


@attrs.frozen
class Stand:
    """An example, and what it takes to serve it.

    Attributes:
        example: Its name among the examples.
        apis: The names of its APIs, by what the rows call them.
        pages: The pages that its HTTP backends let in.
        http: Where its HTTP integrations lead.
        parameters: Values of its parameters.
        credentials: Whether its HTTP backends let credentials in.
        more: Adds to it.
    """

    example: str
    apis: Mapping[str, str]
    pages: tuple[str, ...] = ("app",)
    http: str | None = None
    parameters: Callable[[Pages], Mapping[str, str]] = lambda _: {}
    credentials: bool = False
    more: Callable[[Stack], None] = lambda _: None

    def policy(self, pages: Pages) -> CorsPolicy:
        """What its HTTP backends go by."""
        return CorsPolicy(
            allow_origins=list(map(pages.origin, self.pages)),
            allow_credentials=self.credentials,
            dangerously_allow_insecure_origins=True,
        )


def _with_troubles(stack: Stack) -> None:
    api = cast("CorsRestApi", stack.node.find_child("Api"))
    code = Code.from_inline(TROUBLES)
    runtime = Runtime.PYTHON_3_13
    bare = Function(stack, "Bare", runtime=runtime, handler="index.bare", code=code, timeout=Duration.seconds(3))
    raising = Function(stack, "Raising", runtime=runtime, handler="index.handler", code=code)
    api.share_policy_with(bare, raising)
    troubles = api.root.add_resource("troubles")
    for name in ("crash", "late", "malformed", "silent"):
        troubles.add_resource(name).add_method("GET", LambdaIntegration(bare))
    troubles.add_resource("slow").add_method("GET", LambdaIntegration(bare, timeout=Duration.millis(50)))
    troubles.add_resource("raises").add_method("GET", LambdaIntegration(raising))
    api.root.add_resource("anything").add_resource("{proxy+}").add_method(
        "ANY",
        HttpIntegration(
            "https://timetables.example.com/{proxy}",
            http_method="ANY",
            options={"request_parameters": {"integration.request.path.proxy": "method.request.path.proxy"}},
        ),
        request_parameters={"method.request.path.proxy": True},
    )
    api.add_client("hasty", rate_limit=0.001, burst_limit=2)
    api.add_client("spent", quota=QuotaSettings(limit=1, period=Period.MONTH))


STANDS: Final = (
    Stand("Quickstart", {"quickstart": "Api"}, http="https://timetables.example.com", more=_with_troubles),
    Stand(
        "ManyOrigins",
        {"web": "WebApi", "embed": "EmbedApi"},
        pages=("www", "admin", "pr-12.preview", "shop.acme.customers", "www.partner-one", "www.partner-two"),
        http="https://shop.example.com",
        parameters=lambda pages: {
            "PartnerOrigins": f"{pages.origin('www.partner-one')},{pages.origin('www.partner-two')}"
        },
        credentials=True,
    ),
    Stand(
        "Authorizers",
        {"readers": "ReadersApi", "staff": "StaffApi"},
        pages=("app", "staff"),
        http="https://library.example.com",
    ),
    Stand("ExistingApi", {"orders": "Api"}),
    Stand("OpenApi", {"parcels": "Api"}, pages=("parcels",), http="https://tracking.example.com"),
    Stand("LargeApi", {"city": "Api"}),
    Stand("ScanRecords", {"records": "Api"}),
    Stand(
        "CustomDomain",
        {"shop": "Api"},
        pages=("www.shop", "admin.shop"),
        http="https://shop.example.net",
        parameters=lambda _: {
            "Domain": "shop.example",
            "HostedZoneId": "Z0",
            "CertificateArn": "arn:aws:acm:eu-central-1:111111111111:certificate/0",
        },
        credentials=True,
    ),
)


def synthesized(stand: Stand, pages: Pages, folder: Path) -> Path:
    """The example's `cdk.out`, for those pages."""
    app = App(outdir=str(folder), context=CDK_JSON["context"], tree_metadata=False)
    with ExitStack() as patches:
        for module in map(importlib.import_module, MODULES):
            for name in TAKE_POLICIES & vars(module).keys():
                patches.enter_context(patch.object(module, name, _for_pages(pages, vars(module)[name])))
        stand.more(EXAMPLES[stand.example].build(app))
    app.synth()
    return folder


def _for_pages(pages: Pages, made: Callable[..., Any]) -> Callable[..., Any]:
    """The same, with other origins in the policies that it is given."""

    def here(origin: str) -> str:
        """`https://app.example.com` here; patterns keep their star, and what only deployment knows stays."""
        told = re.fullmatch(r"https://(.+?)(\.example\.(com|org))?", origin)
        if told is None:
            return origin
        return pages.origin(told[1]) if told[2] else pages.at(told[1])

    def moved(given: Any) -> Any:
        if not isinstance(given, CorsPolicy):
            return given
        return given.evolve(allow_origins=list(map(here, given.allow_origins)), dangerously_allow_insecure_origins=True)

    return lambda *given, **named: made(*map(moved, given), **{name: moved(it) for name, it in named.items()})
