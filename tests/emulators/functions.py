"""Lambda functions of a synthesized app, run on an emulator, or for one that runs none.

MiniStack runs functions of Python and Node.js, with their layers, as child processes; it takes their code from its S3.
LocalStack wants Docker for that: there an HTTP server stands behind the API, which calls the same functions, from the
same code, layers and variables, with the event that API Gateway would send.
"""

import copy
import io
import threading
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from cors_constructs.simulate import Request, Response
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.model import Api
from cors_constructs.simulate.template import read_template

from ..invoking import Functions
from ..invoking.backend import INLINE, FunctionError, as_response, proxy_event
from .abilities import Ability
from .emulator import DeployedApi, Emulator
from .templates import Template

_OPT: Final = "/opt/nodejs/node_modules/"
_FAILED: Final = Response(502, {"Content-Type": "application/json"}, b'{"message": "Internal server error"}')


@contextmanager
def with_functions(
    emulator: Emulator, template: Template, folder: Path, parameters: Mapping[str, str] | None = None
) -> Iterator[DeployedApi]:
    """Deploy a stack with its functions, while the context lasts.

    Args:
        emulator: the emulator.
        template: the stack's template, as it was synthesized.
        folder: the `cdk.out` folder that it is in, as `Stack`.
        parameters: what its parameters are to hold.
    """
    if emulator.can(Ability.LAMBDA):
        deployed = emulator.deploy(_with_code_in_s3(template, folder, emulator), parameters, functions=True)
        yield deployed
        emulator.delete(deployed.stack_name)
        return
    with Functions(folder, parameters=parameters) as functions, _served(functions, _api(folder)) as url:
        calling = Emulator(emulator.name, emulator.endpoint, url)
        yield calling.deploy(_calling_by_http(template, _api(folder)), parameters)
        calling.close()


# MiniStack


def _with_code_in_s3(template: Template, folder: Path, emulator: Emulator) -> Template:
    """The same template, its functions' code in a bucket of the emulator's."""
    found = copy.deepcopy(template)
    bucket = f"code-{uuid.uuid4().hex[:12]}"
    emulator.s3.create_bucket(Bucket=bucket)

    def uploaded(content: bytes) -> dict[str, str]:
        key = f"{uuid.uuid4().hex}.zip"
        emulator.s3.put_object(Bucket=bucket, Key=key, Body=content)
        return {"S3Bucket": bucket, "S3Key": key}

    for resource in found["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            properties["Content"] = uploaded(_zip_of_folder(_asset(folder, properties["Content"])))
        elif resource["Type"] == "AWS::Lambda::Function":
            properties["Code"] = uploaded(_zip_of_code(properties, folder))
            # A layer is not at /opt there: a link in the folder of the code leads to its packages.
            properties["Handler"] = properties["Handler"].replace(_OPT, "node_modules/")
    return found


def _zip_of_code(function: Mapping[str, Any], folder: Path) -> bytes:
    code = function["Code"]
    if "ZipFile" not in code:
        return _zip_of_folder(_asset(folder, code))
    # MiniStack would name the file after the handler, which is the wrapper's.
    name = next(name for language, name in INLINE.items() if function["Runtime"].startswith(language))
    return _zipped({name: code["ZipFile"].encode()})


def _zip_of_folder(folder: Path) -> bytes:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return _zipped({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def _zipped(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def _asset(folder: Path, location: Mapping[str, Any]) -> Path:
    return folder / f"asset.{location['S3Key'].removesuffix('.zip')}"


# LocalStack


def _api(folder: Path) -> Api:
    (api,) = read_template(folder / "Stack.template.json").apis
    return api


def _calling_by_http(template: Template, api: Api) -> Template:
    """The same template, whose methods call functions by HTTP: the path says which, and for which resource."""
    found = copy.deepcopy(template)
    for method in api.methods:
        function = method.integration.function if method.integration else None
        if function is not None:
            uri = f"https://functions.example/{function.source.logical_id}{method.path}"
            integration = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": method.verb, "Uri": uri}
            found["Resources"][method.source.logical_id]["Properties"]["Integration"] = integration
    return found


@contextmanager
def _served(functions: Functions, api: Api) -> Iterator[str]:
    """Serve functions on a free port of the loopback address while the context lasts; gives the address."""
    router, one_at_a_time = Router(api), threading.Lock()

    def answer(name: str, request: Request) -> Response:
        route = router.route(request.method, request.url)
        assert route is not None, request
        with one_at_a_time:
            try:
                said = functions.invoke(name, proxy_event(request, route))
            except FunctionError:
                return _FAILED
        return as_response(said) if isinstance(said, dict) else _FAILED

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _, name, path = self.path.split("/", 2)
            response = answer(name, Request(self.command, f"/{path}", list(self.headers.items()), body))
            self.send_response(response.status)
            for header, value in response.headers.lines:
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_PUT = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
            """Keep quiet: the tests say what they saw."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="functions", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
