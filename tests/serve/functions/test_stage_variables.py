"""Functions that a stage's variables name: one API definition for the functions of several stages."""

from pathlib import Path
from typing import Any

import pytest

from .apps import App

_CODE = 'def handler(event, context): return {"body": context.function_name}'
_LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:"
_CALLS = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"


def _app(folder: Path, address: str, value: Any) -> App:
    """`/orders` calls what the variable `it` says, and not the function of its name."""
    app = App(folder).python("orders", _CODE, FunctionName="shop-orders").python("other", _CODE)
    app.resources["Stage"]["Properties"]["StageDescription"] = {"Variables": {"it": value}}
    integration = app.resources["ordersPathAny"]["Properties"]["Integration"]
    integration["Uri"] = f"{_CALLS}{address}/invocations"
    return app


@pytest.mark.parametrize(
    ("address", "value", "called"),
    [
        pytest.param(f"{_LAMBDA}${{stageVariables.it}}", "shop-orders", "shop-orders", id="a name"),
        pytest.param(f"{_LAMBDA}${{stageVariables.it}}", "shop-orders:live", "shop-orders", id="a name and an alias"),
        pytest.param(f"{_LAMBDA}shop-orders:${{stageVariables.it}}", "live", "shop-orders", id="an alias alone"),
        pytest.param(f"{_LAMBDA}shop-${{stageVariables.it}}", "orders", "shop-orders", id="a part of the name"),
        pytest.param(f"{_LAMBDA}${{stageVariables.it}}", {"Ref": "other"}, "other", id="a reference"),
        pytest.param("${stageVariables.it}", {"Fn::GetAtt": ["other", "Arn"]}, "other", id="an ARN"),
    ],
)
def test_a_stage_variable_names_the_function(tmp_path: Path, address: str, value: Any, called: str) -> None:
    answer = _app(tmp_path, address, value).fetch("/orders")
    assert (answer.status, answer.body.decode()) == (200, called), answer.why


def test_a_stage_variable_that_names_nothing_here_is_501(tmp_path: Path) -> None:
    answer = _app(tmp_path, f"{_LAMBDA}${{stageVariables.it}}", "elsewhere").fetch("/orders")
    assert answer.status == 501
    assert "is not among the templates'" in answer.why
