"""Apps of Lambda functions, written as templates with their files, and called through the gateway's steps."""

import asyncio
import contextlib
import json
import os
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from cors_constructs.serve.functions import Pool, pool
from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.gateway import Call, RefusalError
from cors_constructs.simulate.template import read_template

T = TypeVar("T")

# Longer than API Gateway allows: no machine is to be too busy for it.
_PATIENT: Final = {"TimeoutInMillis": 300_000}

PATIENCE = 300
"""Seconds after which something is taken never to happen: machines may be busy."""


class App:
    """A template with one API: `/name` (and what is below) calls the function of that name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.resources: dict[str, Any] = {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}},
            "Failed": {
                "Type": "AWS::ApiGateway::GatewayResponse",
                "Properties": {
                    "RestApiId": {"Ref": "Api"},
                    "ResponseType": "DEFAULT_5XX",
                    "ResponseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
                },
            },
        }
        self.resources["Stage"] = {
            "Type": "AWS::ApiGateway::Deployment",
            "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
        }

    def python(self, name: str, code: str, **properties: Any) -> "App":
        """A function in Python."""
        return self.function(name, {"app.py": code}, Runtime="python3.13", **properties)

    def node(self, name: str, code: str, *, file: str = "app.js", **properties: Any) -> "App":
        """A function in JavaScript."""
        return self.function(name, {file: code}, Runtime="nodejs22.x", **properties)

    def function(self, name: str, files: Mapping[str, str], **properties: Any) -> "App":
        """A function whose code is in a folder."""
        self.write(f"asset.{name}", files)
        self.resources[name] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "app.handler",
                "MemorySize": 256,
                "Timeout": 60,  # as much as a busy machine may need
                "Code": {"S3Bucket": "b", "S3Key": name},
                **properties,
            },
            "Metadata": {"aws:asset:path": f"asset.{name}", "aws:asset:property": "Code"},
        }
        return self.method(name, {"Type": "AWS_PROXY"})

    def layer(self, name: str, files: Mapping[str, str]) -> "App":
        """A layer whose files are in a folder."""
        self.write(f"asset.{name}", files)
        self.resources[name] = {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {"S3Bucket": "b", "S3Key": name}},
            "Metadata": {"aws:asset:path": f"asset.{name}", "aws:asset:property": "Content"},
        }
        return self

    def method(self, name: str, integration: Mapping[str, Any], **properties: Any) -> "App":
        """A method of any verb at a function's path, and below."""
        arn = ["arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/", [name, "Arn"], "/invocations"]
        uri = {"Fn::Join": ["", [arn[0], {"Fn::GetAtt": arn[1]}, arn[2]]]}
        self.resources[f"{name}Path"] = _resource({"Fn::GetAtt": ["Api", "RootResourceId"]}, name)
        self.resources[f"{name}Below"] = _resource({"Ref": f"{name}Path"}, "{id}")
        for place in ("Path", "Below"):
            self.resources[f"{name}{place}Any"] = {
                "Type": "AWS::ApiGateway::Method",
                "Properties": {
                    "RestApiId": {"Ref": "Api"},
                    "ResourceId": {"Ref": f"{name}{place}"},
                    "HttpMethod": "ANY",
                    "AuthorizationType": "NONE",
                    "Integration": {"IntegrationHttpMethod": "POST", "Uri": uri, **_PATIENT, **integration},
                    **properties,
                },
            }
        return self

    def write(self, folder: str, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            file = self.folder / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))

    def run(self, work: "Callable[[Running], Awaitable[T]]") -> T:
        """Serve the app for as long as it takes to do something with it."""

        async def all_of_it() -> T:
            async with self.running() as running:
                return await work(running)

        return asyncio.run(all_of_it())

    def fetch(self, url: str, method: str = "GET", headers: Any = (), body: bytes = b"") -> Response:
        """One request to an app that serves no other."""
        return self.run(lambda running: running.fetch(url, method, headers, body))

    @asynccontextmanager
    async def running(self) -> "AsyncIterator[Running]":
        file = self.folder / "template.json"
        file.write_text(json.dumps({"Resources": self.resources}))
        async with serving(file) as running:
            yield running


@asynccontextmanager
async def serving(path: Path, **parameters: str) -> "AsyncIterator[Running]":
    """A template, or a folder of them, with its functions."""
    template = read_template(path, parameters=parameters)
    log: list[str] = []
    functions = pool(template, log.append)
    try:
        yield Running(Gateway.from_template(template), functions, log)
    finally:
        await functions.close()


class Running:
    """An app that is served."""

    def __init__(self, gateway: Gateway, functions: Pool, log: list[str]) -> None:
        self.gateway, self.functions, self.log = gateway, functions, log

    async def fetch(self, url: str, method: str = "GET", headers: Any = (), body: bytes = b"") -> Response:
        """A request on its whole way."""
        steps = self.gateway.steps(Request(method, url, headers, body))
        try:
            call = next(steps)
            while True:
                answer = await self._answered(call)
                call = steps.throw(answer) if isinstance(answer, Exception) else steps.send(answer)
        except StopIteration as done:
            response: Response = done.value
            return response

    async def read(self, url: str, **given: Any) -> Any:
        """What the answer's body says, as JSON."""
        response = await self.fetch(url, **given)
        assert response.status == 200, response
        return json.loads(response.body)

    async def logged(self, text: str) -> str:
        """The line of the log that has a text, once it is there: output comes by another way than answers."""
        end = time.monotonic() + PATIENCE
        while (found := next((line for line in self.log if text in line), None)) is None:
            assert time.monotonic() < end, self.log
            await asyncio.sleep(0.01)
        return found

    async def _answered(self, call: Call) -> object:
        try:
            return await (self.functions.authorize(call) if call.kind == "authorizer" else self.functions.invoke(call))
        except (OSError, RefusalError) as error:
            return error


def is_running(process: int) -> bool:
    """Whether a process runs: one that has ended, and that nobody has asked for, does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # the one before it is opened, the other before it is read
        return False
    return state not in {"Z", "X"}


async def ended(process: int) -> bool:
    """Whether a process ends, sooner or later."""
    end = time.monotonic() + PATIENCE
    while is_running(process):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.01)
    return True


def children() -> set[int]:
    """The processes that this one has."""
    found: set[int] = set()
    for file in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found |= {int(it) for it in file.read_text().split()}
    return {it for it in found if is_running(it)}


def _resource(parent: Any, part: str) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": parent, "PathPart": part},
    }
