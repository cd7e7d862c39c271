"""The one file of the layer in Lambda's own Python runtime: `@cors`, and `wrapped` around functions as they are."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cors_constructs import runtime
from tests.runtime.cases import ADMIN, APP, FAILED, STRANGER, TO_APP_VARY, preflight, proxy

from .lambda_runtime import Ran, run

pytestmark = pytest.mark.newest

WRAPPED = "cors_constructs.runtime.wrapped"
POLICY = json.dumps({"allow_origins": [APP, ADMIN]})
PLAIN = """
import os

def handler(event, context):
    if event["path"] == "/fail":
        raise LookupError("the shelf is empty")
    return {"statusCode": 200, "body": os.environ["_HANDLER"] + " " + context.aws_request_id}
"""


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    folder = tmp_path / "layer/python"
    (folder / "cors_constructs").mkdir(parents=True)
    shutil.copy(runtime.__file__, folder / "cors_constructs")
    return folder


def started(layer: Path, code: str, handler: str, *events: object, file: str = "app.py", **variables: str) -> Ran:
    root = layer.parents[1] / "task"
    (root / file).parent.mkdir(parents=True)
    (root / file).write_text(code)
    return run(root, layer, handler, events, {"CORS_CONSTRUCTS_POLICY": POLICY, **variables})


def test_a_decorated_handler(layer: Path) -> None:
    code = f"from cors_constructs.runtime import cors\n{PLAIN}\nhandler = cors(handler)\n"
    ran = started(layer, code, "app.handler", proxy(), proxy(STRANGER), {"path": "/"})
    bodies = [{"statusCode": 200, "body": f"app.handler {number}"} for number in range(3)]
    headers: list[Any] = [{"headers": TO_APP_VARY}, {"headers": {"Vary": "Origin"}}, {}]
    assert ran.answers == [{**body, **more} for body, more in zip(bodies, headers, strict=True)]
    assert ran.log.count("no REST API proxy event") == 1


@pytest.mark.parametrize(
    ("handler", "file"),
    [
        ("app.handler", "app.py"),
        ("src/app.handler", "src/app.py"),
        ("src.inner.app.handler", "src/inner/app.py"),
    ],
)
def test_a_function_as_it_is(layer: Path, handler: str, file: str) -> None:
    events = (proxy(), proxy(path="/fail"), preflight(), proxy(STRANGER))
    ran = started(layer, PLAIN, WRAPPED, *events, file=file, CORS_CONSTRUCTS_HANDLER=handler)
    assert ran.init_error is None, ran.log
    hello, failed, asked, strange = ran.answers
    assert hello == {"statusCode": 200, "body": f"{handler} 0", "headers": TO_APP_VARY}
    assert failed == {"statusCode": 500, "headers": {"Content-Type": "application/json", **TO_APP_VARY}, "body": FAILED}
    assert (asked["statusCode"], asked["headers"]["Access-Control-Allow-Origin"]) == (204, APP)
    assert strange["headers"] == {"Vary": "Origin"}
    assert "the shelf is empty" in ran.log


@pytest.mark.parametrize(
    ("code", "message", "line"),
    [
        pytest.param("import not_there", "No module named 'not_there'", 1, id="a module that is not there"),
        pytest.param("\nimport os\nos.not_there", "module 'os' has no attribute 'not_there'", 3, id="an attribute"),
        pytest.param("\n{}['x']", "'x'", 2, id="an error of any other kind"),
        pytest.param("x = 1", "module 'app' has no attribute 'handler'", None, id="the handler"),
        pytest.param("handler = 7", "7 is no handler", None, id="a handler that cannot be called"),
    ],
)
def test_what_keeps_the_functions_own_module_from_loading_is_what_lambda_tells(
    layer: Path, code: str, message: str, line: int | None
) -> None:
    ran = started(layer, code, WRAPPED, proxy(), CORS_CONSTRUCTS_HANDLER="app.handler")
    assert ran.answers == []
    assert ran.init_error is not None, ran.log
    assert message in ran.init_error["errorMessage"]
    if line is not None:
        assert f'app.py", line {line}' in "".join(ran.init_error["stackTrace"])


@pytest.mark.parametrize("handler", ["", "handler"])
def test_without_the_functions_own_handler_it_says_so(layer: Path, handler: str) -> None:
    ran = started(layer, PLAIN, WRAPPED, proxy(), CORS_CONSTRUCTS_HANDLER=handler)
    assert ran.init_error is not None, ran.log
    assert f"CORS_CONSTRUCTS_HANDLER is {handler!r}" in ran.init_error["errorMessage"]
