"""What stands behind a simulated API: the very functions that its template has, called with proxy events."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.gateway.routing import Route, Router

HERE: Final = Path(__file__).parent
# Inline code is in a file of this name.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
INLINE: Final = {"python": "index.py", "nodejs": "index.js"}


class Functions:
    """The functions of one stack in a `cdk.out` folder, each started when it is first called.

    Use it as a context: it stops them.

    Args:
        folder: The `cdk.out` folder.
        stack: The stack's artifact there.
        parameters: Values of the template's parameters.
    """

    def __init__(self, folder: Path, stack: str = "Stack", parameters: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._file = folder / f"{stack}.template.json"
        self._template: dict[str, Any] = json.loads(self._file.read_text())
        assets = json.loads((folder / f"{stack}.assets.json").read_text())["files"]
        self._assets: dict[str, Path] = {name: folder / it["source"]["path"] for name, it in assets.items()}
        self._parameters = parameters or {}
        self._running: dict[str, _Process] = {}
        self._unpacked = tempfile.TemporaryDirectory()
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> "Functions":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.stop()
        self._unpacked.cleanup()

    def gateway(self, **arguments: Any) -> Gateway:
        """The gateway of the template, with these functions behind it."""
        router: list[Router] = []
        gateway = Gateway.from_template(
            self._file,
            parameters=self._parameters,
            backend=lambda request: self._answer(request, router[0]),
            **arguments,
        )
        router.append(Router(gateway.api))
        return gateway

    def invoke(self, logical_id: str, event: dict[str, Any]) -> Any:
        """What a function answers.

        Raises:
            FunctionError: It raised an error.
        """
        self.events.append(event)
        if logical_id not in self._running:
            self._running[logical_id] = self._started(self._template["Resources"][logical_id]["Properties"])
        return self._running[logical_id].call(event)

    def _answer(self, request: Request, router: Router) -> Response:
        path = urlsplit(request.url).path
        route = router.route(request.method, path)
        assert route is not None
        assert route.method.integration is not None
        called = str(route.method.integration.uri).partition("/functions/")[2].partition("/invocations")[0]
        try:
            answer = self.invoke(self._function(called), proxy_event(request, route))
        except FunctionError:
            answer = None
        # Of an answer that is none, the gateway makes a 502.
        return as_response(answer) if isinstance(answer, dict) else answer

    def _function(self, called: str) -> str:
        name = called.partition("}")[0].removeprefix("${").partition(".")[0]
        resource = self._template["Resources"][name]
        if resource["Type"] in {"AWS::Lambda::Alias", "AWS::Lambda::Version"}:
            return str(resource["Properties"]["FunctionName"]["Ref"])
        assert resource["Type"] == "AWS::Lambda::Function", resource
        return name

    def _started(self, function: Mapping[str, Any]) -> "_Process":
        language = "python" if function["Runtime"].startswith("python") else "nodejs"
        code = self._code(function["Code"], language)
        layers = [self._template["Resources"][it["Ref"]]["Properties"] for it in function.get("Layers", ())]
        opt = self._new_folder()
        for layer in layers:
            shutil.copytree(self._asset(layer["Content"]["S3Key"]), opt, dirs_exist_ok=True)
        variables = {
            name: self._value(value) for name, value in function.get("Environment", {}).get("Variables", {}).items()
        }
        environment = {
            "PATH": os.environ["PATH"],
            **variables,
            "LAMBDA_TASK_ROOT": str(code.resolve()),
            "NODE_PATH": str(opt / "nodejs" / "node_modules"),
            "OPT": str(opt),
            "_HANDLER": function["Handler"],
        }
        if language == "python":
            command = [sys.executable, "-I", "-S", "-B", str(HERE / "bootstrap.py")]
        else:
            command = [node(), str(HERE / "bootstrap.mjs")]
        return _Process(command, environment)

    def _code(self, code: Mapping[str, Any], language: str) -> Path:
        if "ZipFile" not in code:
            return self._asset(code["S3Key"])
        folder = self._new_folder()
        (folder / INLINE[language]).write_text(code["ZipFile"])
        return folder

    def _new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._unpacked.name)).resolve()

    def _asset(self, key: str) -> Path:
        return self._assets[key.removesuffix(".zip")]

    def _value(self, value: Any) -> str:
        """What CloudFormation makes of a variable's value."""
        match value:
            case str():
                return value
            case {"Ref": str(name)}:
                return self._parameters[name]
            case {"Fn::Join": [str(), {"Ref": str(name)}]}:
                return self._parameters[name]  # a list parameter, which is joined by commas as it was given
            case {"Fn::Join": [str(between), list(parts)]}:
                return between.join(map(self._value, parts))
            case _:
                raise AssertionError(value)


class FunctionError(Exception):
    """What a function raised."""


class _Process:
    """A function that runs."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it is open as long as the function runs
        self._process = subprocess.Popen(  # noqa: S603 - our own
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def call(self, event: Mapping[str, Any]) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(event)}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._log.seek(0)
            raise AssertionError(f"the function did not start: {self._log.read()}")
        said = json.loads(line)
        if "error" in said:
            raise FunctionError(said["error"])
        return said["answer"]

    def stop(self) -> None:
        self._process.communicate()
        self._log.close()


def node() -> str:
    """A Node.js: the one that runs the CDK."""
    found = os.environ.get("JSII_NODE") or shutil.which("node")
    assert found, "the CDK's tests need a Node.js"
    return found


def proxy_event(request: Request, route: Route) -> dict[str, Any]:
    """What API Gateway sends to a function.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    parts = urlsplit(request.url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return {
        "resource": route.method.path,
        "path": parts.path,
        "httpMethod": request.method,
        "headers": dict(request.headers.lines) or None,
        "multiValueHeaders": {name: list(request.headers.all(name)) for name, _ in request.headers.lines} or None,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": {name: [it for key, it in query if key == name] for name, _ in query}
        or None,
        "pathParameters": dict(route.parameters) or None,
        "stageVariables": None,
        "requestContext": {"httpMethod": request.method, "resourcePath": route.method.path, "stage": "prod"},
        "body": request.body.decode() or None,
        "isBase64Encoded": False,
    }


def as_response(answer: Mapping[str, Any]) -> Response:
    """What API Gateway sends of a function's answer."""
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Response(int(answer.get("statusCode", 200)), list(_lines(answer)), content)


def _lines(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The header lines: those of both maps, a pair that both have once."""
    several = [(name, value) for name, values in (answer.get("multiValueHeaders") or {}).items() for value in values]
    single = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    yield from (pair for pair in single if pair not in several)
    yield from several
