"""Functions that do what they should: what they are told, and what becomes of what they say."""

import asyncio
import base64
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from .apps import App, Running

ECHO_PYTHON = """
    import json, os

    def handler(event, context):
        return {"body": json.dumps({"event": event, "process": os.getpid(), "variables": dict(os.environ)})}
"""
ECHO_NODE = """
    exports.handler = async (event) =>
        ({ body: JSON.stringify({ event, process: process.pid, variables: process.env }) });
"""
LANGUAGES = pytest.mark.parametrize("language", ["python", "node"])


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path)


def echoing(app: App, language: str, **properties: Any) -> App:
    return (
        app.python("echo", ECHO_PYTHON, **properties)
        if language == "python"
        else app.node("echo", ECHO_NODE, **properties)
    )


@LANGUAGES
def test_a_function_gets_the_event_of_a_proxy_integration(app: App, language: str) -> None:
    headers = [
        ("Host", "localhost:3001"),
        ("X-Two", "a"),
        ("x-two", "b"),
        ("Connection", "close"),
        ("User-Agent", "me"),
    ]
    request: dict[str, Any] = {"method": "PATCH", "headers": headers, "body": "é".encode()}
    said = echoing(app, language).run(lambda it: it.read("/echo/7%2F8?a=1&b=&a=%C3%A9", **request))
    event = said["event"]
    context = event.pop("requestContext")
    trace = event["headers"].pop("X-Amzn-Trace-Id")
    assert event["multiValueHeaders"].pop("X-Amzn-Trace-Id") == [trace]
    assert trace.startswith("Root=1-")
    assert event == {
        "resource": "/echo/{id}",
        "path": "/echo/7%2F8",
        "httpMethod": "PATCH",
        "headers": {"Host": "localhost:3001", "X-Two": "b", "User-Agent": "me", "X-Forwarded-For": "127.0.0.1"},
        "multiValueHeaders": {
            "Host": ["localhost:3001"],
            "X-Two": ["a", "b"],
            "User-Agent": ["me"],
            "X-Forwarded-For": ["127.0.0.1"],
        },
        "queryStringParameters": {"a": "é", "b": ""},
        "multiValueQueryStringParameters": {"a": ["1", "é"], "b": [""]},
        "pathParameters": {"id": "7/8"},
        "stageVariables": None,
        "body": "é",
        "isBase64Encoded": False,
    }
    assert {name: context[name] for name in ("httpMethod", "path", "resourcePath", "stage", "apiId")} == {
        "httpMethod": "PATCH",
        "path": "/prod/echo/7/8",
        "resourcePath": "/echo/{id}",
        "stage": "prod",
        "apiId": "api",
    }
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userAgent"] == "me"
    assert context["identity"]["caller"] is None


def test_what_a_request_lacks_is_null(app: App) -> None:
    event = echoing(app, "python").run(lambda it: it.read("/echo"))["event"]
    names = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body")
    assert {event[name] for name in names} == {None}


def test_a_body_of_a_binary_type_comes_in_base64_and_one_goes_back_to_who_accepts_it(app: App) -> None:
    app.resources["Api"]["Properties"]["BinaryMediaTypes"] = ["image~1png"]
    app.python(
        "picture",
        """
        def handler(event, context):
            return {"headers": {"Content-Type": "image/png"}, "body": event["body"], "isBase64Encoded": True}
        """,
    )
    picture, binary = b"\x89PNG\0\xff", {"Content-Type": "image/png"}

    async def work(running: Running) -> None:
        got = await running.fetch("/picture", "POST", {**binary, "Accept": "image/png"}, picture)
        assert (got.status, got.body, got.headers["content-type"]) == (200, picture, "image/png")
        other = await running.fetch("/picture", "POST", {**binary, "Accept": "text/html"}, picture)
        assert other.body == base64.b64encode(picture)

    app.run(work)


@LANGUAGES
def test_the_environment_is_lambdas_and_nothing_of_ours(
    app: App, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_OURS", "x")
    monkeypatch.setenv("AWS_PROFILE", "ours")
    monkeypatch.setenv("PYTHONPATH", "/ours")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")
    app.resources["Records"] = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "RecordsTable"}}
    app.resources["Queue"] = {"Type": "AWS::SQS::Queue", "Properties": {}}
    app.resources["Unnamed"] = {"Type": "AWS::DynamoDB::Table", "Properties": {}}
    variables = {
        "TABLE": {"Ref": "Records"},
        "OTHER": {"Fn::Sub": "${AWS::Region}/${AWS::AccountId}/${Unnamed}"},
        "QUEUE": {"Fn::GetAtt": ["Queue", "Arn"]},
        "LEVEL": 3,
    }
    echoing(app, language, Environment={"Variables": variables})

    async def work(running: Running) -> tuple[dict[str, str], list[str]]:
        return (await running.read("/echo"))["variables"], running.log

    seen, log = app.run(work)
    assert {name: seen.get(name) for name in ("TABLE", "OTHER", "QUEUE", "LEVEL")} == {
        "TABLE": "RecordsTable",
        "OTHER": "eu-west-1/123456789012/Unnamed",
        "QUEUE": "${Queue.Arn}",
        "LEVEL": "3",
    }
    assert log == ["echo: the variable QUEUE holds what only a deployment knows"]
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "echo"
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert seen["_HANDLER"] == "app.handler"
    assert seen["LAMBDA_TASK_ROOT"] == str((app.folder / "asset.echo").resolve())
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert seen["AWS_ENDPOINT_URL_DYNAMODB"] == "http://127.0.0.1:8000"
    assert not {"SECRET_OF_OURS", "AWS_PROFILE", "PYTHONPATH", "AWS_ACCESS_KEY_ID"} & set(seen)
    assert list(Path(seen["HOME"]).parent.glob("*/.aws")) == []


def test_who_stands_in_for_aws_is_sent_credentials_that_are_none(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    seen = echoing(app, "python").run(lambda it: it.read("/echo"))["variables"]
    assert (seen["AWS_ACCESS_KEY_ID"], seen["AWS_SECRET_ACCESS_KEY"]) == ("local", "local")


@LANGUAGES
def test_a_process_is_kept_for_the_next_call_and_calls_at_once_have_one_each(app: App, language: str) -> None:
    echoing(app, language)

    async def work(running: Running) -> None:
        first, second = [(await running.read("/echo"))["process"] for _ in range(2)]
        assert first == second
        at_once = await asyncio.gather(*(running.read("/echo") for _ in range(3)))
        assert len({it["process"] for it in at_once}) == 3

    app.run(work)


def test_more_than_ten_calls_at_once_wait_for_each_other(app: App) -> None:
    echoing(app, "python")

    async def work(running: Running) -> None:
        said = await asyncio.gather(*(running.read("/echo") for _ in range(30)))
        assert len(said) == 30
        assert len({it["process"] for it in said}) <= 10

    app.run(work)


def test_the_context_says_who_is_called_and_how_much_time_is_left(app: App) -> None:
    app.python(
        "about",
        """
        import json

        def handler(event, context):
            names = ["function_name", "function_version", "memory_limit_in_mb", "invoked_function_arn"]
            names.append("aws_request_id")
            left = context.get_remaining_time_in_millis()
            return {"body": json.dumps([[getattr(context, name) for name in names], left])}
        """,
        FunctionName="about-us",
    )
    app.node(
        "aboutNode",
        """
        exports.handler = async (event, it) => ({ body: JSON.stringify([
            [it.functionName, it.functionVersion, it.memoryLimitInMB, it.invokedFunctionArn, it.awsRequestId],
            it.getRemainingTimeInMillis(),
        ]) });
        """,
        FunctionName="about-us-too",
    )

    async def work(running: Running) -> None:
        for path, name in (("/about", "about-us"), ("/aboutNode", "about-us-too")):
            (*told, identity), left = await running.read(path)
            assert told == [name, "$LATEST", "256", f"arn:aws:lambda:us-east-1:123456789012:function:{name}"]
            assert len(identity) == 36
            assert 0 < left <= 60_000

    app.run(work)


NODE_HANDLERS = {
    "a promise": ("app.js", "exports.handler = async () => ({ body: 'here' });"),
    "a callback": (
        "app.js",
        "exports.handler = (event, context, done) => setTimeout(done, 5, null, { body: 'here' });",
    ),
    "the context": ("app.js", "exports.handler = (event, context) => { context.succeed({ body: 'here' }); };"),
    "a module": ("app.mjs", "export const handler = async () => ({ body: 'here' });"),
    "a CommonJS file": ("app.cjs", "exports.handler = async () => ({ body: 'here' });"),
    "work that is left": (
        "app.js",
        "exports.handler = (event, context, done) => { setInterval(() => {}, 1000); done(null, { body: 'here' }); };",
    ),
}


@pytest.mark.parametrize("how", NODE_HANDLERS)
def test_a_nodejs_function_answers_by(app: App, how: str) -> None:
    file, code = NODE_HANDLERS[how]
    response = app.node("f", code, file=file).fetch("/f")
    assert (response.status, response.body) == (200, b"here")


def test_a_nodejs_function_that_comes_to_nothing_answers_null_which_is_malformed(app: App) -> None:
    response = app.node("f", "exports.handler = () => new Promise(() => {});").fetch("/f")
    assert response.status == 502
    assert "not null" in response.why


def test_layers_lie_over_each_other_below_opt(app: App) -> None:
    app.layer("Below", {"python/shared.py": "NAME = 'below'", "python/lower.py": "NAME = 'lower'"})
    app.layer(
        "Above", {"python/shared.py": "NAME = 'above'", "nodejs/node_modules/shared/index.js": "module.exports = 1"}
    )
    layers = [{"Ref": "Below"}, {"Ref": "Above"}]
    code = "import shared, lower\ndef handler(event, context): return {'body': shared.NAME + ' ' + lower.NAME}"
    app.python("p", code, Layers=layers)
    app.node("n", "const it = require('shared'); exports.handler = async () => ({ body: `${it}` });", Layers=layers)

    async def work(running: Running) -> None:
        assert (await running.fetch("/p")).body == b"above lower"
        assert (await running.fetch("/n")).body == b"1"

    app.run(work)


def test_code_in_the_template_and_in_zip_files_runs_and_a_missing_layer_is_told(app: App) -> None:
    inline = "def handler(event, context): return {'body': 'inline'}"
    app.python("inline", "", Code={"ZipFile": inline}, Handler="index.handler")
    app.resources["inline"].pop("Metadata")
    gone = "arn:aws:lambda:us-east-1:1:layer:gone:1"
    app.python("zipped", "", Code={"S3Bucket": "b", "S3Key": "code"}, Layers=[gone])
    app.resources["zipped"]["Metadata"]["aws:asset:path"] = "code.zip"
    with zipfile.ZipFile(app.folder / "code.zip", "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return {'body': 'zipped'}")

    async def work(running: Running) -> None:
        assert (await running.fetch("/inline")).body == b"inline"
        assert (await running.fetch("/zipped")).body == b"zipped"
        assert running.log == [f"zipped: the layer {gone} is not here, and the function runs without it"]

    app.run(work)


def test_a_python_function_has_the_packages_that_lambda_has_and_no_others_of_this_environment(app: App) -> None:
    app.python(
        "packages",
        """
        import importlib.util, json

        def handler(event, context):
            return {"body": json.dumps({name: importlib.util.find_spec(name) is not None for name in
                                        ("json", "six", "attrs", "pytest", "cors_constructs")})}
        """,
    )
    found = app.run(lambda it: it.read("/packages"))
    has_six = any((Path(it) / "six.py").exists() for it in sys.path)
    assert found == {"json": True, "six": has_six, "attrs": False, "pytest": False, "cors_constructs": False}


@LANGUAGES
def test_what_a_function_prints_is_logged_and_does_not_disturb_its_answer(app: App, language: str) -> None:
    app.python(
        "python",
        """
        import logging, os, subprocess, sys

        logging.getLogger().setLevel("INFO")

        def handler(event, context):
            print("one\\x1b[31m")
            os.write(1, b"two \\xff\\n")
            logging.getLogger("shop").info("three")
            subprocess.run([sys.executable, "-c", "print('four')"])
            print("five", end="")
            return {"body": "fine"}
        """,
    )
    app.node(
        "node",
        """
        const { execSync } = require("node:child_process");
        exports.handler = async () => {
            console.log("one\\x1b[31m");
            require("node:fs").writeSync(1, Buffer.from([116, 119, 111, 32, 255, 10]));
            console.warn("three");
            execSync("echo four", { stdio: "inherit" });
            process.stdout.write("five");
            return { body: "fine" };
        };
        """,
    )

    async def work(running: Running) -> list[str]:
        assert (await running.fetch(f"/{language}")).body == b"fine"
        await running.logged("four")
        await running.functions.close()
        return running.log

    log = app.run(work)
    assert log[0] == f"{language}: one\\x1b[31m"
    assert log[1] == f"{language}: two \\xff"
    assert "three" in log[2]
    assert log[3:] == [f"{language}: four", f"{language}: five"]


def test_a_function_behind_a_mapping_gets_what_is_mapped_and_errors_are_selected_by_message(app: App) -> None:
    app.python(
        "mapped",
        """
        def handler(event, context):
            if event["n"] == 0:
                raise ValueError("no such record")
            return {"twice": event["n"] * 2}
        """,
    )
    app.method(
        "mapped",
        {
            "Type": "AWS",
            "RequestTemplates": {"application/json": "$input.params('n')"},
            "IntegrationResponses": [
                {"StatusCode": "200", "ResponseTemplates": {"application/json": "$input.json('$.twice')"}},
                {"StatusCode": "404", "SelectionPattern": "no such .*"},
            ],
        },
        MethodResponses=[{"StatusCode": "200"}, {"StatusCode": "404"}],
    )
    template = "{\"n\": $input.params('n')}"
    for place in ("Path", "Below"):
        app.resources[f"mapped{place}Any"]["Properties"]["Integration"]["RequestTemplates"]["application/json"] = (
            template
        )

    async def work(running: Running) -> None:
        assert (await running.fetch("/mapped?n=21")).body == b"42"
        gone = await running.fetch("/mapped?n=0")
        assert gone.status == 404
        assert json.loads(gone.body)["errorType"] == "ValueError"
        assert (await running.fetch("/mapped?n=wrong")).status == 200
        await running.logged("is no JSON")

    app.run(work)


def test_a_function_called_without_waiting_runs_and_the_answer_is_empty(app: App) -> None:
    app.python("later", "def handler(event, context): print('done', event)")
    app.method(
        "later",
        {
            "Type": "AWS",
            "RequestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            "IntegrationResponses": [{"StatusCode": "200"}],
        },
        MethodResponses=[{"StatusCode": "200"}],
    )

    async def work(running: Running) -> None:
        response = await running.fetch("/later", "POST", {"Content-Type": "application/json"}, b'{"a": 1}')
        assert (response.status, response.body) == (200, b"")
        await running.logged("done {'a': 1}")

    app.run(work)
