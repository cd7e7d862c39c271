"""`fetch --matrix` where the template does not say what should be answered."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cors_constructs import CorsPolicy
from cors_constructs.cli.matrix.pages import Kind, pages_of
from cors_constructs.simulate.template import read_template
from tests.cli.gateways import LISTED, POLICY, PREVIEW, STRANGER, VALUE, Template, deployed, obedient, paths, shop
from tests.cli.matrix.asking import KEY, PUBLIC, matrix, rows_named, told
from tests.cli.running import run
from tests.cli.servers import Answer, Seen, answering
from tests.cli.templates import keyed_perhaps, write


def test_what_only_a_deployment_knows_is_not_compared() -> None:
    template = shop(CorsPolicy(allow_origins=[LISTED]))
    text = json.dumps(template).replace(f"'{LISTED}'", "'${Site}'")
    for item in paths(json.loads(text)).values():
        assert "${Site}" in json.dumps(item["options"])
    unknown = json.loads(text)
    body = unknown["Resources"]["Api"]["Properties"]["Body"]
    unknown["Resources"]["Api"]["Properties"]["Body"] = _substituted(body)
    with deployed(shop(CorsPolicy(allow_origins=[LISTED])), backend=obedient(CorsPolicy(allow_origins=[LISTED]))) as it:
        ran = matrix(it.url, *KEY, template=unknown)
        known = matrix(it.url, *KEY, "--parameter", f"Site={LISTED}", template=unknown)
    assert ran.status == 2
    assert "Access-Control-Allow-Origin is ${Site}, which only a deployment knows" in ran.out
    assert "it could not be found out whether reality agrees with the template" in ran.out
    assert known.status == 0
    assert LISTED in known.out


def _substituted(value: Any) -> Any:
    """The same with `Fn::Sub` at each string that holds a parameter."""
    if isinstance(value, dict):
        return {name: _substituted(it) for name, it in value.items()}
    if isinstance(value, list):
        return [_substituted(it) for it in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def backend_answers_options(documented: dict[str, Any]) -> None:
    documented["/users"]["options"] = {
        **documented["/users"]["options"],
        "x-amazon-apigateway-integration": documented["/users"]["get"]["x-amazon-apigateway-integration"],
    }


def unknown_origin_in_list(documented: dict[str, Any]) -> None:
    text = json.dumps(documented["/users"]["options"])
    assert f"'{LISTED}'" in text
    documented["/users"]["options"] = _substituted(json.loads(text.replace(f"'{LISTED}'", "'${Site}'")))


def told_an_unknown_policy(template: Template) -> None:
    policy = {"Fn::Sub": json.dumps({"allow_origins": ["${Site}", "https://x.test"]})}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Environment": {"Variables": {"CORS_CONSTRUCTS_POLICY": policy}}},
    }
    template["Resources"]["Fn"] = function
    uri = {"Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"}
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    paths(template)["/users"]["get"]["x-amazon-apigateway-integration"] = integration


@pytest.mark.parametrize(
    ("change", "who", "words"),
    [
        pytest.param(
            lambda it: backend_answers_options(paths(it)),
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW, STRANGER)},
            "a backend answers OPTIONS /users, and the template does not say what",
            id="a-backend-answers-preflights",
        ),
        pytest.param(
            lambda it: unknown_origin_in_list(paths(it)),
            {f"{it} {LISTED}" for it in ("GET /users", "PUT /users")},
            "whom OPTIONS /users lets in depends on a value which only a deployment knows",
            id="an-unknown-origin-in-a-list",
        ),
        pytest.param(
            told_an_unknown_policy,
            {f"GET /users {LISTED}"},
            "whom the function of GET /users lets in depends on a value which only a deployment knows",
            id="an-unknown-policy-of-a-function",
        ),
        pytest.param(
            lambda it: paths(it)["/health"].pop("options"),
            {f"GET /health {page}" for page in (LISTED, PREVIEW, STRANGER)},
            "the backend of GET /health decides its headers, and no preflight says what it should",
            id="no-preflight",
        ),
    ],
)
def test_what_the_template_does_not_say_is_no_disagreement(
    change: Callable[[Template], object], who: set[str], words: str
) -> None:
    template = shop()
    change(template)
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY, "--origin", LISTED, "--format", "json", template=template)
    rows = [row for row in told(ran)["rows"] if row["untold"]]
    named = {f"{row['method']} {row['path']} {row['origin']}" for row in rows}
    assert who <= named
    assert all(any(words in why for why in row["untold"]) for row in rows_named(told(ran), who))


def call_keyed_perhaps(template: Template) -> None:
    template["Resources"]["UsersGet"]["Properties"]["ApiKeyRequired"] = {"Ref": "Keyed"}


@pytest.mark.parametrize("change", [keyed_perhaps, call_keyed_perhaps])
def test_a_flag_that_only_a_deployment_knows_is_named_with_its_parameter(change: Callable[[Template], None]) -> None:
    def answer(_: Seen) -> Answer:
        return 204, [("Access-Control-Allow-Origin", LISTED)], b""

    with answering(answer) as server:
        path = write(Path("perhaps.json"), change)
        ran = run("fetch", server.url, "--matrix", path, "--key", f"web={VALUE}")
    assert "if that is a parameter, give --parameter Keyed=VALUE" in ran.out
    assert "cannot tell:" in ran.out.splitlines()


def test_patterns_that_only_a_function_is_told_are_tried_as_well() -> None:
    template = shop(PUBLIC)
    told_an_unknown_policy(template)
    policy = {"allow_origins": [LISTED, "https://*.preview.example.com"]}
    template["Resources"]["Fn"]["Properties"]["Environment"]["Variables"] = {
        "CORS_CONSTRUCTS_POLICY": json.dumps(policy)
    }
    kinds = {page.origin: page.kind for page in pages_of(read_template(template).apis[0])}
    assert kinds.pop(LISTED) is Kind.LISTED
    assert kinds.pop(STRANGER) is Kind.STRANGER
    ((sample, kind),) = kinds.items()
    assert kind is Kind.MADE_UP
    assert POLICY.origin_patterns[0].matches(sample)
