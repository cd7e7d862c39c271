"""The layer that gives real answers their CORS headers, at work in functions that are run here."""

import json
from importlib import resources
from pathlib import Path

import pytest

from .apps import App, Running

SITE = "https://app.example.com"
LAYER = {
    "python/cors_constructs/runtime.py": "runtime.py",
    "nodejs/node_modules/cors-constructs/package.json": "nodejs/package.json",
    "nodejs/node_modules/cors-constructs/index.cjs": "nodejs/index.cjs",
    "nodejs/node_modules/cors-constructs/index.mjs": "nodejs/index.mjs",
    "nodejs/node_modules/cors-constructs/wrapped.mjs": "nodejs/wrapped.mjs",
}
PYTHON_WRAPPER = "cors_constructs.runtime.wrapped"
NODE_WRAPPER = "/opt/nodejs/node_modules/cors-constructs/wrapped.handler"
PYTHON = """
    def handler(event, context):
        if event["path"].endswith("broken"):
            raise ValueError("no")
        return {"body": "fine"}
"""
NODE = """
    exports.handler = async (event) => {
        if (event.path.endsWith("broken")) throw new Error("no");
        return { body: "fine" };
    };
"""
OWN_PYTHON = f"""
    from cors_constructs.runtime import cors

    @cors{PYTHON}"""
OWN_NODE = (
    'const { cors } = require("cors-constructs"); exports.handler = cors(async (event) => {'
    ' if (event.path.endsWith("broken")) throw new Error("no"); return { body: "fine" }; });'
)


@pytest.fixture
def app(tmp_path: Path) -> App:
    package = resources.files("cors_constructs")
    return App(tmp_path).layer(
        "Cors", {name: package.joinpath(*source.split("/")).read_text() for name, source in LAYER.items()}
    )


HOW = {
    "the layer's wrapper, in Python": ("python", PYTHON, PYTHON_WRAPPER),
    "the layer's wrapper, in Node.js": ("node", NODE, NODE_WRAPPER),
    "the function's own code, in Python": ("python", OWN_PYTHON, "app.handler"),
    "the function's own code, in Node.js": ("node", OWN_NODE, "app.handler"),
}


@pytest.mark.parametrize("how", HOW)
def test_answers_and_errors_of_a_function_can_be_read_by_pages_of_the_policy_by(app: App, how: str) -> None:
    language, code, handler = HOW[how]
    variables = {
        "CORS_CONSTRUCTS_POLICY": json.dumps(
            {"allow_origins": [SITE, "https://admin.example.com"], "allow_credentials": True}
        ),
        "CORS_CONSTRUCTS_HANDLER": "app.handler",
    }
    make = app.python if language == "python" else app.node
    make("f", code, Handler=handler, Layers=[{"Ref": "Cors"}], Environment={"Variables": variables})

    async def work(running: Running) -> None:
        fine = await running.fetch("/f/1", headers={"Origin": SITE})
        assert (fine.status, fine.body) == (200, b"fine")
        broken = await running.fetch("/f/broken", headers={"Origin": SITE})
        assert broken.status == 500
        for response in (fine, broken):
            assert response.headers["access-control-allow-origin"] == SITE
            assert response.headers["access-control-allow-credentials"] == "true"
        stranger = await running.fetch("/f/1", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in stranger.headers

    app.run(work)


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_function_that_lacks_the_layer_fails_here_as_it_would_when_deployed(app: App, language: str) -> None:
    if language == "python":
        app.python("f", PYTHON, Handler=PYTHON_WRAPPER)
    else:
        app.node("f", NODE, Handler=NODE_WRAPPER)
    response = app.fetch("/f")
    assert response.status == 502
    assert "Runtime.ImportModuleError" in response.why
