"""The files of functions: what has to be built first is told, and what is there is run."""

from pathlib import Path

import pytest

from cors_constructs.serve.functions.files import CannotRunError, lay_out
from cors_constructs.simulate.model import Function, Source


def _function(folder: Path, handler: str, runtime: str = "nodejs22.x") -> Function:
    return Function(Source("a.yaml", "Hello"), runtime=runtime, handler=handler, folder=folder)


@pytest.mark.parametrize(
    ("file", "handler"),
    [("app.ts", "app.handler"), ("src/app.mts", "src/app.handler"), ("app.v1.ts", "app.v1.handler")],
)
def test_typescript_that_is_not_built_is_said_to_be(tmp_path: Path, file: str, handler: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / file).write_text("export const handler = async () => ({ statusCode: 200 });")
    with pytest.raises(CannotRunError) as caught:
        lay_out(_function(tmp_path, handler), tmp_path)
    assert str(caught.value) == (
        f"its handler is in {file}, which is not built: build it, and serve what that makes, such as "
        ".aws-sam/build/template.yaml of sam build"
    )


@pytest.mark.parametrize(
    ("files", "handler", "runtime"),
    [
        pytest.param(["app.ts", "app.js"], "app.handler", "nodejs22.x", id="built beside its source"),
        pytest.param(["app.ts", "app.mjs"], "app.handler", "nodejs22.x", id="built as a module"),
        pytest.param(["app.ts", "app.py"], "app.handler", "python3.13", id="another language"),
        pytest.param(["other.ts"], "app.handler", "nodejs22.x", id="a handler that is elsewhere, in a layer perhaps"),
        pytest.param(["app.ts"], "app", "nodejs22.x", id="a handler without a function"),
    ],
)
def test_what_may_run_is_laid_out(tmp_path: Path, files: list[str], handler: str, runtime: str) -> None:
    for file in files:
        (tmp_path / file).write_text("")
    assert lay_out(_function(tmp_path, handler, runtime), tmp_path).root == tmp_path.resolve()
