"""The handler that stands in for a function's own: it loads what AWS's runtime would, and fails as that would."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .cases import APP, SEVERAL, TO_APP_VARY, proxy
from .nodejs import layer, run

# The rules are those of AWS's runtime interface client: the module is looked for below the task's root without an
# extension, as .js, .mjs and .cjs, and then as a package. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
COMMON = "exports.handler = async () => ({ statusCode: 200, body: NAME });"
MODULE = "export const handler = async () => ({ statusCode: 200, body: NAME });"
LOADED = {
    "CommonJS": ({"app.js": COMMON}, "app.handler"),
    "an ES module": ({"app.mjs": MODULE}, "app.handler"),
    "CommonJS by its name": ({"app.cjs": COMMON}, "app.handler"),
    "an ES module by package.json": ({"app.js": MODULE, "package.json": '{"type": "module"}'}, "app.handler"),
    "an ES module by a package.json further up": (
        {"src/api/app.js": MODULE, "package.json": '{"type": "module"}'},
        "src/api/app.handler",
    ),
    "an ES module that waits": (
        {"app.js": f"await null; {MODULE}", "package.json": '{"type": "module"}'},
        "app.handler",
    ),
    "CommonJS below a package of ES modules": (
        {"src/app.js": COMMON, "src/package.json": '{"type": "commonjs"}', "package.json": '{"type": "module"}'},
        "src/app.handler",
    ),
    "CommonJS by its name in a package of ES modules": (
        {"app.cjs": COMMON, "package.json": '{"type": "module"}'},
        "app.handler",
    ),
    "a folder": ({"src/api/app.js": COMMON}, "src/api/app.handler"),
    "a folder with a dot before it": ({"src/app.js": COMMON}, "./src/app.handler"),
    "a folder whose name has a dot": ({"v1.2/app.js": COMMON}, "v1.2/app.handler"),
    "a name in a name": (
        {"app.js": "exports.api = { v1: { handler: async () => ({ statusCode: 200, body: NAME }) } };"},
        "app.api.v1.handler",
    ),
    "a name in the default export, as from Node.js 24": (
        {"app.mjs": "export default { handler: async () => ({ statusCode: 200, body: NAME }) };"},
        "app.handler",
    ),
    "CommonJS goes before an ES module of the same name": (
        {"app.js": COMMON, "app.mjs": "throw new Error('not this one');"},
        "app.handler",
    ),
    "a file without an extension goes before all": (
        {"app": COMMON, "app.js": "throw new Error('not this one');"},
        "app.handler",
    ),
    "a package": ({"node_modules/app/index.js": COMMON}, "app.handler"),
    "one that calls back": (
        {"app.js": "exports.handler = (event, context, callback) => callback(null, { statusCode: 200, body: NAME });"},
        "app.handler",
    ),
    "what the module is told of itself": (
        {"app.js": "exports.handler = async () => ({ statusCode: 200, body: process.env._HANDLER && NAME });"},
        "app.handler",
    ),
}


class Error(NamedTuple):
    """An error as Lambda sees it."""

    name: str
    message: str
    code: str | None = None


# Every error is one that AWS's runtime lets through, or renames by its class or code.
FAILING = {
    "no such module": ({}, "app.handler", Error("Error", "Cannot find module 'app'", "MODULE_NOT_FOUND")),
    "a module that misses another": (
        {"app.js": "require('pillow');"},
        "app.handler",
        Error("Error", "Cannot find module 'pillow'", "MODULE_NOT_FOUND"),
    ),
    "an ES module that misses another": (
        {"app.mjs": "import 'pillow';"},
        "app.handler",
        Error("Error", "Cannot find package 'pillow'", "ERR_MODULE_NOT_FOUND"),
    ),
    "no JavaScript": (
        {"app.js": "exports.handler = ("},
        "app.handler",
        Error("SyntaxError", "Unexpected end of input"),
    ),
    "an ES module that is no JavaScript": (
        {"app.mjs": "export ("},
        "app.handler",
        Error("SyntaxError", "Unexpected token"),
    ),
    "an ES module by CommonJS's name": (
        {"app.js": MODULE},
        "app.handler",
        Error("SyntaxError", "Unexpected token 'export'"),
    ),
    "a module that fails": (
        {"app.js": "throw new RangeError('no table');"},
        "app.handler",
        Error("RangeError", "no table"),
    ),
    "an ES module that fails": (
        {"app.mjs": "throw new RangeError('no table');"},
        "app.handler",
        Error("RangeError", "no table"),
    ),
    "a module that throws no error": ({"app.js": "throw null;"}, "app.handler", Error("", "")),
    "a module that requires an ES module, as Lambda forbids": (
        {"app.js": "require('./other.mjs');", "other.mjs": ""},
        "app.handler",
        Error("Error", "other.mjs", "ERR_REQUIRE_ESM"),
    ),
    "no such function": (
        {"app.js": COMMON},
        "app.handle",
        Error("Runtime.HandlerNotFound", "app.handle is undefined or not exported"),
    ),
    "no function": (
        {"app.js": "exports.handler = 7;"},
        "app.handler",
        Error("Runtime.HandlerNotFound", "app.handler is not a function"),
    ),
    "nothing exported": (
        {"app.js": "module.exports = null;"},
        "app.handler",
        Error("Runtime.HandlerNotFound", "app.handler is undefined or not exported"),
    ),
    "no function named": ({}, "app", Error("Runtime.MalformedHandlerName", "CORS_CONSTRUCTS_HANDLER is 'app'")),
    "a folder above": ({}, "../app.handler", Error("Runtime.MalformedHandlerName", "is '../app.handler'")),
    "no variable": ({}, None, Error("Runtime.MalformedHandlerName", "CORS_CONSTRUCTS_HANDLER is ''")),
}

# What AWS's runtime does first of all: it imports the module that the function's handler names.
LOADER = """
const [path, event] = process.argv.slice(2);
try {
  const { handler } = await import(path);
  const given = JSON.parse(event);
  const answer = await new Promise((resolve, reject) => {
    const result = handler(given, {}, (error, answer) => (error ? reject(error) : resolve(answer)));
    result?.then(resolve, reject);
  });
  console.log(JSON.stringify({ answer, handler: process.env._HANDLER, length: handler.length }));
} catch (error) {
  const { name = "", message = "", code } = error ?? {};
  console.log(JSON.stringify({ name, message, code, isSyntax: error instanceof SyntaxError }));
}
"""


def _run(tmp_path: Path, files: dict[str, str], handler: str | None) -> dict[str, Any]:
    package = layer(tmp_path / "opt")
    task = tmp_path / "task"
    task.mkdir()
    for name, text in files.items():
        path = task / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NAME", json.dumps(name)))
    (tmp_path / "loader.mjs").write_text(LOADER)
    variables = {
        "CORS_CONSTRUCTS_POLICY": json.dumps(SEVERAL.to_dict()),
        "LAMBDA_TASK_ROOT": str(task),
        "_HANDLER": "/opt/nodejs/node_modules/cors-constructs/wrapped.handler",
        **({} if handler is None else {"CORS_CONSTRUCTS_HANDLER": handler}),
    }
    arguments = [str(package / "wrapped.mjs"), json.dumps(proxy(APP))]
    return dict(json.loads(run(task, tmp_path / "loader.mjs", *arguments, **variables)))


@pytest.mark.parametrize(("files", "handler"), LOADED.values(), ids=LOADED)
def test_the_functions_own_handler_is_found_and_its_answer_readable(
    tmp_path: Path, files: dict[str, str], handler: str
) -> None:
    result = _run(tmp_path, files, handler)
    assert result["answer"] == {"statusCode": 200, "body": next(iter(files)), "headers": TO_APP_VARY}
    assert result["handler"] == handler


@pytest.mark.parametrize(("files", "handler", "error"), FAILING.values(), ids=FAILING)
def test_what_cannot_be_loaded_fails_as_it_would_by_itself(
    tmp_path: Path, files: dict[str, str], handler: str | None, error: Error
) -> None:
    result = _run(tmp_path, files, handler)
    assert (result["name"], result.get("code")) == (error.name, error.code)
    assert error.message in result["message"]
    assert result["isSyntax"] is (error.name == "SyntaxError")


@pytest.mark.parametrize(
    ("parameters", "length"), [("", 0), ("event", 1), ("event, context", 2), ("event, context, callback", 3)]
)
def test_the_handlers_number_of_parameters_shows_so_that_lambda_judges_it_as_before(
    tmp_path: Path, parameters: str, length: int
) -> None:
    source = f"exports.handler = ({parameters}) => Promise.resolve({{ statusCode: 200, body: NAME }});"
    assert _run(tmp_path, {"app.js": source}, "app.handler")["length"] == length
